import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import { judge, type AlertRule } from "../../domain/pool/alert.js";
import { actorIdOf, type SystemActor } from "../../domain/policy/subject.js";
import type { AppDeps } from "../deps.js";
import { deadlineRate } from "../figures/figures-table.js";
import { figuresOf, type FiguresOf } from "../figures/read-figures.js";
import type { AlertRuleRow } from "../ports/alert.js";
import type { Transaction } from "../ports/store.js";
import { SECRET_PURPOSE } from "./webhooks.js";
import { tellTurn } from "./tell-turn.js";

/** Thresholds looked at in one transaction, messages sent in one go: a look of one pool does not keep the others waiting. */
const RULES_A_LOOK = 10;
const MESSAGES_A_GO = 10;
/** How long a message is kept from other processes: more than one attempt can take. */
const SENDING_MS = 60_000;
/** Until the next attempt, by how many there were; then it is given up. */
const AGAIN_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000];

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/**
 * Looks at every threshold whose interval is over. Any number of processes may: a threshold is locked while one looks, and
 * whoever comes meanwhile leaves it out. The look, its alert and the messages are one transaction.
 * @returns how many were looked at.
 */
export async function lookAtThresholds(deps: Deps, pool: PoolId): Promise<number> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "alerts" };
  const allowed = await deps.authorizer.may(actor, "alert.evaluate", { poolId: pool });
  if (!allowed.ok) throw new Error(`alerts are not permitted: ${allowed.problems[0].code}`);
  const now = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const due = await tx.alerts.dueRules(now, RULES_A_LOOK);
    for (const rule of due) await look(tx, pool, rule, now, (act, alert) => tx.audit.append({ occurredAt: now, actorId: actorIdOf(actor), act, objectKind: "alert", objectId: alert, after: { rule: rule.id }, policyVersion: allowed.value.policyVersion }));
    return due.length;
  });
}

async function look(tx: Transaction, pool: PoolId, row: AlertRuleRow, now: Instant, record: (act: "alert.raise" | "alert.resolve", alert: string) => Promise<void>): Promise<void> {
  const { generation: _generation, checkedAt: _checkedAt, measured: _measured, overSince, ...rule } = row;
  const today = dayNumberOf(now);
  const days = { from: today - rule.windowDays + 1, to: today };
  const { whole } = await figuresOf(tx, { by: "pool", class: rule.class ?? undefined, unit: rule.unit ?? undefined, division: rule.division ?? undefined }, days, now, { capacity: rule.figure === "utilisation" });
  const measured = measure(rule, whole);
  const open = await tx.alerts.openOf(rule.id);
  const judged = judge(rule, { overSince, open: open !== undefined }, measured, now);
  await tx.alerts.looked(rule.id, { checkedAt: now, measured, overSince: judged.overSince });
  if (judged.turn === "raise" && measured !== null) {
    const raised = await tx.alerts.raise({ rule, figures: snapshot(whole), measured, from: localDateOf(days.from), to: localDateOf(days.to), raisedAt: now });
    await tellTurn(tx, pool, raised, "raised", now);
    await record("alert.raise", raised.id);
  }
  if (judged.turn === "resolve" && open) {
    await tx.alerts.resolve(open.id, now);
    await tellTurn(tx, pool, { ...open, resolvedAt: now }, "resolved", now);
    await record("alert.resolve", open.id);
  }
}

export function measure({ figure }: Pick<AlertRule, "figure">, whole: FiguresOf): number | null {
  switch (figure) {
    case "utilisation":
      return whole.utilisation?.percent ?? null;
    case "queue":
      return whole.queue;
    case "wait-p50":
      return whole.waitP50;
    case "wait-p90":
      return whole.waitP90;
    case "deadline-rate":
      return deadlineRate(whole);
    case "breaches":
      return whole.breaches;
  }
}

const snapshot = (whole: FiguresOf): Readonly<Record<string, number | null>> => ({
  utilisationPercent: whole.utilisation?.percent ?? null,
  queue: whole.queue,
  decisions: whole.decisions,
  waitP50: whole.waitP50,
  waitP90: whole.waitP90,
  closed: whole.closed,
  missed: whole.missed,
  deadlineRatePercent: deadlineRate(whole),
  breaches: whole.breaches,
});

/**
 * Sends what is due. A message counts as tried from the moment it is taken and is taken again when whoever took it says nothing:
 * it arrives at least once, and its id tells a receiver that it had it before.
 * @returns how many were tried.
 */
export async function sendMessages({ store, vault, webhookSender }: Pick<AppDeps, "store" | "vault" | "webhookSender">, pool: PoolId, realNow: () => Instant): Promise<number> {
  const started = realNow();
  const taken = await store.transact(pool, (tx) => tx.alerts.take(started, started + SENDING_MS, MESSAGES_A_GO));
  await Promise.all(
    taken.map(async ({ id, url, body, attempts, wrappedKey, secretSealed }) => {
      const answer = await webhookSender.send({ url, id, at: realNow(), body, secret: vault.open(wrappedKey, SECRET_PURPOSE, secretSealed) });
      const at = realNow();
      const delivered = "status" in answer && answer.status >= 200 && answer.status < 300;
      const pause = AGAIN_MS[attempts - 1];
      await store.transact(pool, (tx) =>
        tx.alerts.ended(id, {
          at,
          status: "status" in answer ? answer.status : null,
          error: "error" in answer ? answer.error : null,
          next: delivered ? "delivered" : pause === undefined ? "given-up" : { at: at + pause },
        }),
      );
    }),
  );
  return taken.length;
}

export interface AlertWatch {
  stop(): Promise<void>;
}

/** Looks at the thresholds of all pools and sends what there is to send, until it is stopped. */
export function watchAlerts(deps: AppDeps, { pauseMs = 1_000, onFault }: { readonly pauseMs?: number; readonly onFault: (error: unknown, pool: PoolId) => void }): AlertWatch {
  const stopping = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      let busy = 0;
      for (const { id } of await deps.pools.list().catch(() => [])) {
        if (stopping.signal.aborted) break;
        try {
          busy += await lookAtThresholds(deps, id);
          busy += await sendMessages(deps, id, Date.now);
        } catch (error) {
          onFault(error, id);
        }
      }
      if (busy === 0) await pause(pauseMs, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
