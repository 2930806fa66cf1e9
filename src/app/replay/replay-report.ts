import type { PoolId } from "../../domain/id.js";
import { localDateOf, type DayNumber } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { KINDS, type Kind } from "../../domain/pool/class.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DecidedStep, RequestCounts } from "../ports/replay.js";

type ReportDeps = Pick<AppDeps, "store" | "authorizer" | "clock" | "queueReader">;

/** How much of what there was in a stretch of days was used. Amounts of one class have one measure; kinds are told in shares. */
export interface ClassUtilisation {
  readonly class: string;
  readonly kind: Kind;
  readonly capacity: number;
  readonly used: number;
}

export interface ReplayReport extends RequestCounts {
  /** Steps that wait now, by what blocks them; undefined: the writer did not answer. */
  readonly waiting: readonly { readonly rule: string; readonly class: string; readonly kind: Kind; readonly steps: number }[] | undefined;
  readonly classes: readonly ClassUtilisation[];
}

/** What became of a trace, and how far the pool was used in the days given. */
export async function replayReport(
  { store, authorizer, clock, queueReader }: ReportDeps,
  actor: Actor,
  pool: PoolId,
  { from, to }: { readonly from: DayNumber; readonly to: DayNumber },
): Promise<Result<ReplayReport>> {
  const allowed = await authorizer.may(actor, "sandbox.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const reading = store.read(pool);
  const [counts, classes, declared] = [await reading.replay.counts(await clock.now(pool)), await reading.classes.all(), await reading.calendars.all()];
  const kindOf = new Map(classes.map(({ id, kind }) => [id, kind]));
  const calendars = new Calendars(declared);
  const totals = new Map<string, { capacity: number; used: number }>();
  const years = new Set<number>();
  for (let day = from; day <= to; day += 1) {
    const year = Number(localDateOf(day).slice(0, 4));
    const use = await reading.resources.useByUnit({ day, year, halfHours: new Map(declared.map(({ id }) => [id, calendars.halfHours(id, day)])) });
    for (const { classId, capacity, held, settled } of use) {
      const { period } = classes.find(({ id }) => id === classId) ?? {};
      // A year's money stands once, not once a day; what has no period is a gate.
      if (period === "none" || (period === "fiscal-year" && years.has(year))) continue;
      const total = totals.get(classId) ?? { capacity: 0, used: 0 };
      totals.set(classId, { capacity: total.capacity + capacity, used: total.used + held + settled });
    }
    years.add(year);
  }
  const queue = await queueReader.queue(pool);
  return ok({
    ...counts,
    waiting: queue && blockedBy(queue.value.rows, kindOf),
    classes: [...totals].map(([id, total]) => ({ class: id, kind: kindOf.get(id as never) ?? KINDS[0], ...total })),
  });
}

function blockedBy(rows: readonly { readonly classId: string; readonly rule: string; readonly waiting: number }[], kindOf: ReadonlyMap<string, Kind>): NonNullable<ReplayReport["waiting"]> {
  const sums = new Map<string, { rule: string; class: string; kind: Kind; steps: number }>();
  for (const { classId, rule, waiting } of rows) {
    const key = `${rule} ${classId}`;
    const sum = sums.get(key) ?? { rule, class: classId, kind: kindOf.get(classId) ?? KINDS[0], steps: 0 };
    sums.set(key, { ...sum, steps: sum.steps + waiting });
  }
  return [...sums.values()].sort((a, b) => b.steps - a.steps || (a.class < b.class ? -1 : 1));
}

/** Rows of one page of decisions at most. */
export const DECIDED_MAX = 2_000;

/** Decisions in the order they were made: what a player of officers follows. */
export async function decidedSteps({ store, authorizer }: ReportDeps, actor: Actor, pool: PoolId, after: number): Promise<Result<readonly DecidedStep[]>> {
  const allowed = await authorizer.may(actor, "replay.run", { poolId: pool });
  if (!allowed.ok) return allowed;
  return ok(await store.read(pool).replay.decided(after, DECIDED_MAX));
}
