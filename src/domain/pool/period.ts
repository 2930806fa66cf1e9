import { CHINA_OFFSET_MS, dayNumberOf, HALF_HOUR_MS, startOfDay, type Instant } from "../instant.js";

/** The one period a class counts its capacity in. */
export type PeriodKind = "none" | "slot" | "day" | "fiscal-year";

/**
 * A period as one integer, comparable within its kind:
 * `none` 0 · `day` days since 1970-01-01 · `slot` day × 48 + half-hour of the day · `fiscal-year` the year
 * (the fiscal year is the calendar year: Budget Law of the PRC, art. 18).
 */
export type Period = number;

export const SLOTS_A_DAY = 48;

export function periodAt(kind: PeriodKind, at: Instant, offsetMs = CHINA_OFFSET_MS): Period {
  switch (kind) {
    case "none":
      return 0;
    case "day":
      return dayNumberOf(at, offsetMs);
    case "slot":
      return Math.floor((at + offsetMs) / HALF_HOUR_MS);
    case "fiscal-year":
      return new Date(at + offsetMs).getUTCFullYear();
  }
}

export function periodStart(kind: PeriodKind, period: Period, offsetMs = CHINA_OFFSET_MS): Instant {
  switch (kind) {
    case "none":
      return 0;
    case "day":
      return startOfDay(period, offsetMs);
    case "slot":
      return period * HALF_HOUR_MS - offsetMs;
    case "fiscal-year":
      return Date.UTC(period, 0, 1) - offsetMs;
  }
}

/** The first instant after the period; a `none` period never ends. */
export function periodEnd(kind: PeriodKind, period: Period, offsetMs = CHINA_OFFSET_MS): Instant {
  return kind === "none" ? Number.MAX_SAFE_INTEGER : periodStart(kind, period + 1, offsetMs);
}

export const slotOf = (day: number, halfHour: number): Period => day * SLOTS_A_DAY + halfHour;
export const dayOfSlot = (slot: Period): number => Math.floor(slot / SLOTS_A_DAY);
