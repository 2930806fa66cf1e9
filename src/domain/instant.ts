/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** A local calendar date, `YYYY-MM-DD`. */
export type LocalDate = string;

/** Days since 1970-01-01 of a local date. */
export type DayNumber = number;

export const DAY_MS = 86_400_000;
export const HALF_HOUR_MS = 1_800_000;

/**
 * China keeps one civil time without summer time since 1991 (GB/T 7408; UTC+8),
 * so a local date is a plain shift. A pool in another zone would carry its own offset.
 */
export const CHINA_OFFSET_MS = 8 * 3_600_000;

export const dayNumberOf = (at: Instant, offsetMs = CHINA_OFFSET_MS): DayNumber =>
  Math.floor((at + offsetMs) / DAY_MS);

export const startOfDay = (day: DayNumber, offsetMs = CHINA_OFFSET_MS): Instant => day * DAY_MS - offsetMs;

export const localDateOf = (day: DayNumber): LocalDate => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Nothing of ours is older, and PostgreSQL knows no year 0. */
export const FIRST_DATE: LocalDate = "1900-01-01";

/** Whether a clock of ours could show it: from `FIRST_DATE` on, with a year of four digits. Periods beyond fit no column. */
export const onOurClock = (at: Instant): boolean => at >= Date.parse(FIRST_DATE) && at < Date.UTC(10_000, 0, 1) - DAY_MS;

/** The day number of `YYYY-MM-DD`, or undefined when there is no such day. */
export function parseLocalDate(text: string): DayNumber | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  return Number.isInteger(day) && localDateOf(day) === text && text >= FIRST_DATE ? day : undefined;
}

/** 0 = Monday … 6 = Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: DayNumber): number => (((day + 3) % 7) + 7) % 7;
