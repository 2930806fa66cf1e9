import type { ClassId, UnitId } from "../../domain/id.js";
import { dayNumberOf, type DayNumber, type Instant } from "../../domain/instant.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { periodAt, periodStart, SLOTS_A_DAY, type Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import { quotaKey, type Cohort, type Quota } from "../../domain/quota/quota.js";
import { standings, type Standing } from "../../domain/quota/standing.js";
import type { UsedInPeriod } from "../ports/quota.js";
import type { Reading } from "../ports/store.js";

/** A quota and how its unit stands with it. */
export interface QuotaLine {
  readonly quota: Quota;
  readonly standing: Standing;
  /** The period the standing speaks of. */
  readonly period: Period;
  /** Of the periods from that day on, the one in which most is used; null: nothing is. */
  readonly peak: { readonly period: Period; readonly used: Amount } | null;
}

/** What standings are worked out from, read once for any number of them. */
export interface QuotaBoard {
  readonly day: DayNumber;
  readonly cohorts: readonly Cohort[];
  readonly quotas: readonly Quota[];
  readonly classes: ReadonlyMap<ClassId, CapacityClass>;
  readonly used: readonly UsedInPeriod[];
  /** What the unit's own resources of the class give in the period. */
  readonly ownAmount: (unitId: UnitId, classId: ClassId) => Amount;
  readonly periodOf: (of: CapacityClass) => Period;
}

/** @param day A day class is shown on that day, a slot class in its busiest half-hour, money in its year. */
export async function readBoard(reading: Reading, now: Instant, asked: DayNumber | undefined): Promise<QuotaBoard> {
  const today = dayNumberOf(now);
  const [cohorts, quotas, all, calendarsDeclared] = [await reading.quotas.cohorts(), await reading.quotas.all(), await reading.classes.all(), await reading.calendars.all()];
  const calendars = new Calendars(calendarsDeclared);
  const day = Math.max(today, asked ?? today);
  const startOfDay = periodStart("day", day);
  const year = periodAt("fiscal-year", startOfDay);
  const used = quotas.length === 0 ? [] : await reading.quotas.used(now);
  const peaks = quotas.length === 0 ? [] : await reading.quotas.ownCapacities();
  const onDay = quotas.length === 0 ? [] : await reading.resources.useByUnit({ day, year, halfHours: new Map(calendarsDeclared.map(({ id }) => [id, calendars.halfHours(id, day)])) });
  const classes = new Map(all.map((one) => [one.id, one]));
  const atPeak = new Map(peaks.map((one) => [`${one.unitId} ${one.classId}`, one.amount ?? 0]));
  const ofDay = new Map(onDay.map((one) => [`${one.unitId} ${one.classId}`, one.capacity]));
  // A half-hour gives what it gives at its best; calendars say in which ones.
  const ownAmount = (unitId: UnitId, classId: ClassId): Amount => (classes.get(classId)?.period === "slot" ? atPeak : ofDay).get(`${unitId} ${classId}`) ?? 0;
  const busiest = busiestSlots(used, day);
  const periodOf = ({ id, period }: CapacityClass): Period => {
    if (period === "day") return day;
    if (period === "fiscal-year") return year;
    return period === "slot" ? (busiest.get(id) ?? Math.max(day * SLOTS_A_DAY, periodAt("slot", now))) : 0;
  };
  return { day, cohorts, quotas, classes, used, ownAmount, periodOf };
}

function busiestSlots(used: readonly UsedInPeriod[], day: DayNumber): ReadonlyMap<ClassId, Period> {
  const sums = new Map<ClassId, Map<Period, Amount>>();
  for (const { classId, period, used: amount } of used) {
    if (Math.floor(period / SLOTS_A_DAY) !== day) continue;
    const ofClass = sums.get(classId) ?? new Map<Period, Amount>();
    ofClass.set(period, (ofClass.get(period) ?? 0) + amount);
    sums.set(classId, ofClass);
  }
  return new Map([...sums].map(([classId, periods]) => [classId, [...periods].reduce((most, one) => (one[1] > most[1] ? one : most))[0]]));
}

/** Each quota with its standing, as the board has them or as they would be. */
export function quotaLines(board: QuotaBoard, quotas: readonly Quota[] = board.quotas, cohorts: readonly Pick<Cohort, "id" | "parent">[] = board.cohorts): readonly QuotaLine[] {
  const usedAt = new Map(board.used.map((one) => [`${quotaKey(one)} ${one.period}`, one.used]));
  const peaks = new Map<string, { period: Period; used: Amount }>();
  for (const one of board.used) {
    const most = peaks.get(quotaKey(one));
    if (!most || one.used > most.used) peaks.set(quotaKey(one), { period: one.period, used: one.used });
  }
  return [...new Set(quotas.map(({ classId }) => classId))].flatMap((classId) => {
    const ofClass = quotas.filter((quota) => quota.classId === classId);
    const declared = board.classes.get(classId);
    if (!declared) throw new Error(`a quota of the undeclared class ${classId}`);
    const period = board.periodOf(declared);
    const members = ofClass.map((quota) => ({
      cohort: quota.cohort,
      nominal: quota.nominal === "own" ? board.ownAmount(quota.unitId, classId) : quota.nominal,
      borrowingLimit: quota.borrowingLimit,
      lendingLimit: quota.lendingLimit,
      used: usedAt.get(`${quotaKey(quota)} ${period}`) ?? 0,
    }));
    const stand = standings(members, cohorts);
    return ofClass.map((quota, at): QuotaLine => ({ quota, standing: stand[at]!, period, peak: peaks.get(quotaKey(quota)) ?? null }));
  });
}
