import { rangeBefore, rangeOf } from "../../domain/disparity/period.js";
import type { Alarm } from "../../domain/disparity/reading.js";
import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import { actorIdOf, type SystemActor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AlarmKey } from "../ports/disparity.js";
import { pause } from "../work/pause.js";
import { readingOf } from "./read-disparities.js";
import { settingsOf } from "./settings.js";

export interface AlarmChanges {
  readonly raised: number;
  readonly resolved: number;
}

/**
 * Holds the running period and the last one against what the pool allows: raises what is new, resolves what neither shows
 * any more. Any number of processes may do so.
 */
export async function watchDisparities(deps: AppDeps, pool: PoolId): Promise<Result<AlarmChanges>> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "disparities" };
  const allowed = await deps.authorizer.may(actor, "disparity.watch", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const read = deps.store.read(pool);
  const settings = await settingsOf(read);
  const running = rangeOf(settings.period, dayNumberOf(at));
  const found = new Map<string, { readonly alarm: Alarm; readonly from: string }>();
  // The running period last: its word is the newer one.
  for (const range of [rangeBefore(settings.period, running), running]) {
    for (const alarm of (await readingOf(read, settings, range)).alarms) found.set(keyOf(alarm), { alarm, from: localDateOf(range.from) });
  }
  return await deps.store.transact(pool, async (tx) => {
    const open = new Map((await tx.disparities.lockOpenAlarms()).map((alarm) => [keyOf(alarm), alarm]));
    const record = (id: number, state: "raised" | "resolved", { dimension, group, measure }: AlarmKey) =>
      tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "disparity.watch", objectKind: "disparity-alarm", objectId: String(id), after: { state, dimension, group, measure }, policyVersion: allowed.value.policyVersion });
    const changes = { raised: 0, resolved: 0 };
    for (const [key, { alarm, from }] of found) {
      const known = open.get(key);
      if (known) {
        await tx.disparities.see(known.id, alarm, from, at);
      } else {
        await record(await tx.disparities.raise(alarm, from, at), "raised", alarm);
        changes.raised += 1;
      }
    }
    for (const [key, alarm] of open) {
      if (found.has(key)) continue;
      await tx.disparities.resolve(alarm.id, at);
      await record(alarm.id, "resolved", alarm);
      changes.resolved += 1;
    }
    return ok(changes);
  });
}

const keyOf = ({ dimension, group, measure }: AlarmKey): string => `${dimension} ${measure} ${group}`;

export interface DisparityWatcher {
  stop(): Promise<void>;
}

/** Minutes between two looks: what a month shows changes slowly. */
const PAUSE_MINUTES = 30;

/** Watches all pools that are in use until it is stopped; sandboxes have nobody to treat unequally. */
export function runDisparityWatch(deps: AppDeps, { onFault }: { readonly onFault: (error: unknown, pool: PoolId) => void }): DisparityWatcher {
  const stopping = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      for (const { id, sandbox } of await deps.pools.list().catch(() => [])) {
        if (stopping.signal.aborted) break;
        if (sandbox) continue;
        try {
          const watched = await watchDisparities(deps, id);
          if (!watched.ok) throw new Error(`watching for disparities is not permitted: ${watched.problems[0].code}`);
        } catch (error) {
          onFault(error, id);
        }
      }
      await pause(PAUSE_MINUTES * 60_000, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
