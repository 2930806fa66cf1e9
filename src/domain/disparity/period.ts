import { localDateOf, parseLocalDate, type DayNumber } from "../instant.js";

/**
 * Readings are of whole calendar periods of one length, which do not overlap: of two that did, the difference would show
 * the few cases that are in one and not in the other.
 */
export const READING_PERIODS = ["month", "quarter", "year"] as const;
export type ReadingPeriod = (typeof READING_PERIODS)[number];

export interface ReadingRange {
  /** `2026-11`, `2026-Q4`, `2026`. */
  readonly name: string;
  readonly from: DayNumber;
  /** Exclusive. */
  readonly to: DayNumber;
}

const MONTHS: Readonly<Record<ReadingPeriod, number>> = { month: 1, quarter: 3, year: 12 };

/** The period that holds a day. */
export function rangeOf(period: ReadingPeriod, day: DayNumber): ReadingRange {
  const [year = 0, month = 1] = localDateOf(day).split("-").map(Number);
  return rangeFrom(period, year * 12 + Math.floor((month - 1) / MONTHS[period]) * MONTHS[period]);
}

/** The period before. */
export const rangeBefore = (period: ReadingPeriod, range: ReadingRange): ReadingRange => rangeOf(period, range.from - 1);

const NAMES: Readonly<Record<ReadingPeriod, RegExp>> = { month: /^(\d{4})-(0[1-9]|1[0-2])$/, quarter: /^(\d{4})-Q([1-4])$/, year: /^(\d{4})$/ };

export function parseRange(period: ReadingPeriod, name: string): ReadingRange | undefined {
  const match = NAMES[period].exec(name);
  const year = Number(match?.[1]);
  // The period after the last one must still have a day that starts it.
  if (!match || year < 1970 || year > 9998) return undefined;
  return rangeFrom(period, year * 12 + (Number(match[2] ?? 1) - 1) * MONTHS[period]);
}

function rangeFrom(period: ReadingPeriod, months: number): ReadingRange {
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  const name = { month: `${year}-${two(month)}`, quarter: `${year}-Q${Math.ceil(month / 3)}`, year: String(year) }[period];
  return { name, from: firstDay(months), to: firstDay(months + MONTHS[period]) };
}

const two = (value: number): string => String(value).padStart(2, "0");

function firstDay(months: number): DayNumber {
  const day = parseLocalDate(`${String(Math.floor(months / 12)).padStart(4, "0")}-${two((months % 12) + 1)}-01`);
  if (day === undefined) throw new RangeError(`month ${months} has no first day`);
  return day;
}
