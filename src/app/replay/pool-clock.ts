import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, startOfDay, HALF_HOUR_MS, type Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

type ClockDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export interface ClockShown {
  readonly at: Instant;
  /** All that was asked before this instant of the pool's clock has been decided; null: the writer has not begun. */
  readonly workedUpTo: Instant | null;
}

/** Milliseconds a caller waits for the writer, and between two looks. */
const SETTLED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 4;

/**
 * Moves a sandbox's clock forward and waits, bounded, until the writer has worked up to it: what was asked before is
 * decided at the old time, then periods end and holds lapse at the new one.
 */
export async function setClock({ store, authorizer }: ClockDeps, actor: Actor, pool: PoolId, at: Instant): Promise<Result<ClockShown>> {
  const allowed = await authorizer.may(actor, "clock.set", { poolId: pool });
  if (!allowed.ok) return allowed;
  const set = await store.transact(pool, async ({ pools, audit, commands }) => {
    const outcome = await pools.setClock(at);
    if (outcome !== "set") return outcome;
    await audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "clock.set", objectKind: "pool", objectId: pool, after: { at: new Date(at).toISOString() }, policyVersion: allowed.value.policyVersion });
    await commands.append(actorIdOf(actor), at, { kind: "clock.set" });
    return outcome;
  });
  if (set === "not-manual") return refused(problem("sandbox.required", {}));
  if (set === "backwards") return refused(problem("clock.backwards", {}, { field: "at" }));
  const { pools } = store.read(pool);
  let workedUpTo = await pools.workedUpTo();
  for (let waited = 0; (workedUpTo ?? 0) < at && waited < SETTLED_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    workedUpTo = await pools.workedUpTo();
  }
  return ok({ at, workedUpTo });
}

export interface WorkingTime extends ClockShown {
  /** Beginnings of half-hours in which somebody of the pool works, from the clock on. */
  readonly halfHours: readonly Instant[];
  /** Of them, those of the pool's own calendar: legal time. */
  readonly official: readonly Instant[];
}

/** A calendar open for more than this much of a day is that of a machine. */
const HUMAN_HALF_HOURS_MAX = 24;

export async function readClock({ store, authorizer, clock }: ClockDeps, actor: Actor, pool: PoolId, days: number): Promise<Result<WorkingTime>> {
  const allowed = await authorizer.may(actor, "clock.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const reading = store.read(pool);
  const at = await clock.now(pool);
  const [row, declared, workedUpTo] = [await reading.pools.get(), await reading.calendars.all(), await reading.pools.workedUpTo()];
  const calendars = new Calendars(declared);
  const from = dayNumberOf(at);
  const halfHours: Instant[] = [];
  const official: Instant[] = [];
  for (let day = from; day < from + days; day += 1) {
    const own = row?.calendarId ? calendars.halfHours(row.calendarId, day) : [];
    const all = new Set(declared.flatMap(({ id }) => [calendars.halfHours(id, day)]).filter((some) => some.length <= HUMAN_HALF_HOURS_MAX).flat());
    const instants = (some: Iterable<number>): Instant[] => [...some].sort((a, b) => a - b).map((halfHour) => startOfDay(day) + halfHour * HALF_HOUR_MS);
    halfHours.push(...instants(all).filter((begins) => begins >= at));
    official.push(...instants(own).filter((begins) => begins >= at));
  }
  return ok({ at, workedUpTo, halfHours, official });
}
