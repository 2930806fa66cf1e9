import type { ClassId, PoolId } from "../../domain/id.js";
import { weekdayOf, type DayNumber, type Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { ForecastError } from "../../domain/rebalance/forecast.js";
import { ok, type Result } from "../../domain/result.js";
import type { PressureScope, SupplyCell } from "../ports/pressure.js";
import type { Reading } from "../ports/store.js";
import { aheadDays, scopeOf, total, usable, type AskedPressure, type PressureDeps, type PressureQuestion } from "./pressure-question.js";
import { forecastOf, readHistory, type History } from "./read-outlook.js";

/** Days, or weeks from Monday on, of one class. */
export const BUCKETS = ["day", "week"] as const;
export type Bucket = (typeof BUCKETS)[number];

export interface PressureBucket {
  readonly from: DayNumber;
  readonly to: DayNumber;
  /** Null: all of it lies ahead. */
  readonly asked: number | null;
  readonly due: number;
  /** Null: all of it lies behind, or too little is known. */
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly capacity: number;
  readonly used: number;
  readonly overdrawn: number;
}

export interface PressureTrend {
  readonly asOf: Instant;
  readonly today: DayNumber;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly error: ForecastError | undefined;
  readonly buckets: readonly PressureBucket[];
}

/** One class over time: what was asked, what is expected, and what there is to meet it with. */
export async function readPressureTrend(deps: PressureDeps, actor: Actor, pool: PoolId, question: PressureQuestion & { readonly class: ClassId }, bucket: Bucket): Promise<Result<PressureTrend>> {
  const asked = await scopeOf(deps, actor, pool, question);
  if (!asked.ok) return asked;
  const reading = deps.store.read(pool);
  return ok(await trendOf(reading, asked.value, await readHistory(reading, asked.value.scope, asked.value.horizon, aheadDays(asked.value)), question.class, bucket));
}

/** @param history of at least this class. */
export async function trendOf(reading: Reading, asked: AskedPressure, history: History, classId: ClassId, bucket: Bucket): Promise<PressureTrend> {
  const { asOf, horizon, range } = asked;
  const { today } = horizon;
  const { from, to } = range;
  const scope: PressureScope = { ...asked.scope, class: classId };
  const known = await reading.pressure.askedByDay(scope, { from, to: Math.min(to, today) }, range);
  const supply = await reading.pressure.supplyByDay(scope, horizon.supplyDays(range));
  const { error, days } = forecastOf(classId, history.series.get(classId), horizon, aheadDays(asked));
  const askedOn = new Map(known.map((row) => [row.day, row]));
  const suppliedOn = new Map<DayNumber, SupplyCell[]>();
  for (const cell of supply) suppliedOn.set(cell.day, [...(suppliedOn.get(cell.day) ?? []), cell]);
  const expectedOn = new Map(days?.map((one) => [one.day, one.expected]));
  const buckets: PressureBucket[] = [];
  for (let first = from; first <= to; ) {
    const last = bucket === "day" ? first : Math.min(to, first + 6 - weekdayOf(first));
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const cells = all.flatMap((day) => suppliedOn.get(day) ?? []);
    const ahead = all.filter((day) => expectedOn.has(day));
    const expected = ahead.length === 0 ? null : ahead.reduce((sum, day) => sum + (expectedOn.get(day) ?? 0), 0);
    // Days err on their own: the margin of a sum is that of its root.
    const margin = expected === null || error === undefined ? null : error.spread * Math.sqrt(expected);
    buckets.push({
      from: first,
      to: last,
      asked: first > today ? null : all.reduce((sum, day) => sum + (askedOn.get(day)?.arrived ?? 0), 0),
      due: all.reduce((sum, day) => sum + (askedOn.get(day)?.due ?? 0), 0),
      expected,
      low: expected === null || margin === null ? null : Math.max(0, expected - margin),
      high: expected === null || margin === null ? null : expected + margin,
      capacity: usable(cells),
      used: total(cells, ({ held, settled }) => held + settled),
      overdrawn: total(cells, ({ overdrawn }) => overdrawn),
    });
    first = last + 1;
  }
  return { asOf, today, from, to, error, buckets };
}
