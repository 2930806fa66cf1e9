import type { ClassId, DivisionCode, PoolId, UnitId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type DayNumber, type Instant, type LocalDate } from "../../domain/instant.js";
import { type Actor, unitsHeld } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DayRange, PressureScope, SupplyCell } from "../ports/pressure.js";
import { AHEAD_DAYS_MAX, horizonOf, type Horizon } from "./read-outlook.js";

/** Days behind and ahead that are shown unless somebody asks otherwise. */
const BEHIND_DAYS = 28;
const AHEAD_DAYS = 14;
/** A range has so many days at most. */
export const PRESSURE_DAYS_MAX = 124;

export interface PressureQuestion {
  readonly class?: ClassId | undefined;
  readonly unit?: UnitId | undefined;
  readonly division?: DivisionCode | undefined;
  /** Default: four weeks ago. */
  readonly from?: LocalDate | undefined;
  /** Default: two weeks ahead. */
  readonly to?: LocalDate | undefined;
}

export type PressureDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** A question that may be asked, with its days. */
export interface AskedPressure {
  readonly asOf: Instant;
  readonly scope: PressureScope;
  readonly horizon: Horizon;
  readonly range: DayRange;
}

export async function scopeOf(deps: PressureDeps, actor: Actor, pool: PoolId, question: PressureQuestion): Promise<Result<AskedPressure>> {
  const units = await unitsSeen(deps, actor, pool, question.unit);
  if (!units.ok) return units;
  const asOf = await deps.clock.now(pool);
  const horizon = await horizonOf(deps.store.read(pool), asOf);
  const range = rangeOf(question, horizon.today);
  return range.ok ? ok({ asOf, scope: { class: question.class, units: units.value, division: question.division }, horizon, range: range.value }) : range;
}

/** Days from today to the end of the range. */
export const aheadDays = ({ horizon, range }: AskedPressure): number => Math.max(0, range.to - horizon.today + 1);

/** Undefined: all of them. Who runs or watches the pool sees all units, a head those the policy says. */
async function unitsSeen({ authorizer }: PressureDeps, actor: Actor, poolId: PoolId, unit: UnitId | undefined): Promise<Result<readonly UnitId[] | undefined>> {
  const whole = await authorizer.may(actor, "pressure.read", { poolId });
  if (whole.ok) return ok(unit === undefined ? undefined : [unit]);
  const asked = unit !== undefined ? [unit] : unitsHeld(actor);
  const seen: UnitId[] = [];
  for (const unitId of asked) {
    const own = await authorizer.may(actor, "pressure.read", { poolId, unitId });
    if (own.ok) seen.push(unitId);
    else if (unit !== undefined) return own;
  }
  return seen.length > 0 ? ok(seen) : whole;
}

function rangeOf({ from, to }: PressureQuestion, today: DayNumber): Result<DayRange> {
  const first = from === undefined ? today - BEHIND_DAYS : parseLocalDate(from);
  if (first === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  const last = to === undefined ? Math.max(first, today + AHEAD_DAYS - 1) : parseLocalDate(to);
  if (last === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  if (last < first) return refused(problem("usage.range_reversed", { from: localDateOf(first), to: localDateOf(last) }, { field: "to" }));
  if (last - first >= PRESSURE_DAYS_MAX) return refused(problem("usage.range_too_long", { days: last - first + 1, max: PRESSURE_DAYS_MAX }, { field: "to" }));
  if (last - today >= AHEAD_DAYS_MAX) return refused(problem("usage.range_too_long", { days: last - today + 1, max: AHEAD_DAYS_MAX }, { field: "to" }));
  return ok({ from: first, to: last });
}

/** What is there to be used: with what is borrowed, without what is lent. */
export const usable = (cells: readonly SupplyCell[]): number => cells.reduce((sum, { capacity, borrowed, lent }) => sum + capacity + borrowed - lent, 0);
export const total = (cells: readonly SupplyCell[], of: (cell: SupplyCell) => number): number => cells.reduce((sum, cell) => sum + of(cell), 0);
