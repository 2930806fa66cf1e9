import { CHINA_OFFSET_MS, DAY_MS, dayNumberOf, HALF_HOUR_MS, type Instant } from "../domain/instant.js";
import { dayOfSlot, SLOTS_A_DAY, type Period, type PeriodKind } from "../domain/pool/period.js";

/*
 * Choosing counts time in half-hours since 1970 (local), the finest period there is. A half-hour index is a slot;
 * its day and year are the other periods it lies in.
 */
export type HalfHour = number;

/** The first half-hour that begins at or after the instant. */
export const halfHourFrom = (at: Instant): HalfHour => Math.ceil((at + CHINA_OFFSET_MS) / HALF_HOUR_MS);

export const firstOfDay = (day: number): HalfHour => day * SLOTS_A_DAY;

/** Fiscal years are calendar years. */
const yearOfDay = (day: number): number => new Date(day * DAY_MS).getUTCFullYear();

const firstDayOfYear = (year: number): number => dayNumberOf(Date.UTC(year, 0, 1), 0);

/** The period of the kind that holds the half-hour. */
export function periodHolding(kind: PeriodKind, at: HalfHour): Period {
  switch (kind) {
    case "slot":
      return at;
    case "day":
      return dayOfSlot(at);
    case "fiscal-year":
      return yearOfDay(dayOfSlot(at));
    case "none":
      return 0;
  }
}

/** The first day of a period. */
export function dayBeginning(kind: PeriodKind, period: Period): number {
  switch (kind) {
    case "slot":
      return dayOfSlot(period);
    case "day":
      return period;
    case "fiscal-year":
      return firstDayOfYear(period);
    case "none":
      return -Infinity;
  }
}
