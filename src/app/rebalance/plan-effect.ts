import { workingMinutes } from "../../domain/demand/working-time.js";
import type { UnitId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, localDateOf, parseLocalDate, startOfDay, type DayNumber, type Instant, type LocalDate } from "../../domain/instant.js";
import { workingHalfHours } from "../../domain/pool/calendar.js";
import type { UnitWeek, WhatIfResult } from "../../domain/what-if/result.js";
import type { LoanRow } from "../ports/loan.js";
import type { SupplyCell } from "../ports/pressure.js";
import type { Reading } from "../ports/store.js";
import { WaitBook } from "../whatif/measure.js";
import { total, usable } from "./pressure-question.js";
import { horizonOf } from "./read-outlook.js";

/** How one unit fares: as a trial says it, and as it was. Null: nothing was given out, asked or offered. */
export interface EffectFigures {
  /** Minutes of working time from when a step could be given out to when its work could begin. */
  readonly waitP50: number | null;
  readonly waitP90: number | null;
  /** Requests late, of all that were open on one of the days. */
  readonly lateShare: number | null;
  /** Given out, of what there was with what is borrowed and without what is lent: the mean of its classes. */
  readonly utilisation: number | null;
}

export interface UnitEffect {
  readonly unitId: UnitId;
  readonly side: "lends" | "borrows" | "both";
  /** By the trial before it was applied; null: it was not tried. */
  readonly predicted: { readonly without: EffectFigures; readonly with: EffectFigures } | null;
  /** Null: not yet. */
  readonly measured: EffectFigures | null;
}

/** What a plan was to do for those concerned, and what it did in its first week. */
export interface PlanEffect {
  /** The days that are measured. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The first day on which all of them are over. */
  readonly on: LocalDate;
  /** The days the prediction is of: as many, from the first day of the loans as they were tried. */
  readonly trial: { readonly from: LocalDate; readonly to: LocalDate } | null;
  readonly units: readonly UnitEffect[];
}

/** Days of a plan that are measured. */
const WEEK = 7;
/** Working time is known so far back for what had waited, and so far ahead for places given out in the future. */
const DAYS_BACK = 120;
const DAYS_AHEAD = 60;
const PERMILLE = 1_000;

/** Null: nothing of it was lent. What is measured is on record already, so it is read when somebody asks: no timer can miss it. */
export async function planEffect(reading: Reading, appliedAt: Instant, all: readonly LoanRow[], trial: WhatIfResult | null, now: Instant): Promise<PlanEffect | null> {
  const loans = all.filter(({ state }) => state !== "refused");
  if (loans.length === 0) return null;
  const dayOf = (date: LocalDate): DayNumber => parseLocalDate(date)!;
  const first = Math.max(dayNumberOf(appliedAt), Math.min(...loans.map(({ from }) => dayOf(from))));
  const last = Math.max(first, Math.min(first + WEEK - 1, Math.max(...loans.map(({ to, backFrom }) => (backFrom === null ? dayOf(to) : dayOf(backFrom) - 1)))));
  const [lenders, borrowers] = [new Set(loans.map(({ lender }) => lender)), new Set(loans.map(({ borrower }) => borrower))];
  const units = [...new Set([...borrowers, ...lenders])];
  const measured = dayNumberOf(now) > last ? await measure(reading, units, first, last, now) : null;
  return {
    from: localDateOf(first),
    to: localDateOf(last),
    on: localDateOf(last + 1),
    trial: trial?.week ? { from: trial.week.from, to: trial.week.to } : null,
    units: units.map((unitId) => ({
      unitId,
      side: lenders.has(unitId) ? (borrowers.has(unitId) ? "both" : "lends") : "borrows",
      predicted: trial?.week ? { without: predictedOf(trial.week.base, unitId), with: predictedOf(trial.week.changed, unitId) } : null,
      measured: measured?.get(unitId) ?? null,
    })),
  };
}

function predictedOf(units: readonly UnitWeek[], unitId: UnitId): EffectFigures {
  const week = units.find(({ unit }) => unit === unitId);
  if (!week) return { waitP50: null, waitP90: null, lateShare: null, utilisation: null };
  return { waitP50: week.p50Wait, waitP90: week.p90Wait, lateShare: week.requests === 0 ? null : week.late / week.requests, utilisation: week.permille === null ? null : week.permille / PERMILLE };
}

async function measure(reading: Reading, units: readonly UnitId[], first: DayNumber, last: DayNumber, now: Instant): Promise<ReadonlyMap<UnitId, EffectFigures>> {
  const span = { from: startOfDay(first), to: startOfDay(last + 1) };
  const { calendar } = await reading.catalogue.poolMap();
  const official: Instant[] = [];
  for (let day = first - DAYS_BACK; day <= last + DAYS_AHEAD; day += 1) for (const halfHour of workingHalfHours(calendar, day)) official.push(startOfDay(day) + halfHour * HALF_HOUR_MS);
  const waits = new Map<UnitId, WaitBook>(units.map((unitId) => [unitId, new WaitBook()]));
  for (const { unitId, readyAt, startsAt } of await reading.plans.effects.begun(units, span)) waits.get(unitId)?.add(workingMinutes(official, readyAt, startsAt));
  const requests = new Map((await reading.plans.effects.requests(units, span)).map((one) => [one.unitId, one]));
  const cells = await reading.pressure.supply({ units }, (await horizonOf(reading, now)).supplyDays({ from: first, to: last }));
  return new Map(
    units.map((unitId) => {
      const { count, p50, p90 } = waits.get(unitId)!.figures();
      const asked = requests.get(unitId);
      const figures: EffectFigures = {
        waitP50: count === 0 ? null : p50,
        waitP90: count === 0 ? null : p90,
        lateShare: asked ? asked.late / asked.requests : null,
        utilisation: utilisationOf(cells.filter((cell) => cell.unitId === unitId)),
      };
      return [unitId, figures];
    }),
  );
}

/** Each class weighs alike, as in a what-if: they have different measures. */
function utilisationOf(cells: readonly SupplyCell[]): number | null {
  const shares = [...new Set(cells.map(({ classId }) => classId))].flatMap((classId) => {
    const own = cells.filter((cell) => cell.classId === classId);
    const there = usable(own);
    return there > 0 ? [total(own, ({ held, settled }) => held + settled) / there] : [];
  });
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
