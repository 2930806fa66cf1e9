import type { Names } from "../catalogue/item.js";
import type { CalendarId, ClassId } from "../id.js";
import { DAY_MS, dayNumberOf, HALF_HOUR_MS, startOfDay, weekdayOf, type DayNumber, type Instant } from "../instant.js";
import { SLOTS_A_DAY } from "./period.js";

/** As tables and manifests write them; the position is the weekday of `weekdayOf`. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** From the lowest to the highest: a calendar may only rest on one of its own layer or beneath. */
export const CALENDAR_LAYERS = ["nation", "prefecture", "unit", "resource"] as const;
export type CalendarLayerName = (typeof CALENDAR_LAYERS)[number];

/** Half-hours of a day, `from` included, `to` (at most 48) not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A date that differs from its week. */
export interface CalendarDay {
  readonly off: boolean;
  /** Of a working day; null: the hours of a Monday (a make-up day works as an ordinary weekday does). */
  readonly hours: readonly Span[] | null;
  readonly names: Names | null;
}

/** A date on which something ends, and what those who put it off make of the days before: the tax month, the last day of a subsidy. */
export interface CalendarDeadline {
  readonly day: DayNumber;
  /** Working days before it, and itself, on which more is asked. */
  readonly days: number;
  /** Of what is asked on other such days; 300 is three times as much. */
  readonly percent: number;
  /** Null: of every class. */
  readonly classes: readonly ClassId[] | null;
  readonly names: Names;
}

/** One layer of working time. What it does not say, its base says. */
export interface Calendar {
  readonly id: CalendarId;
  readonly layer: CalendarLayerName;
  readonly base: CalendarId | null;
  readonly names: Names;
  readonly week: Readonly<Partial<Record<Weekday, readonly Span[]>>>;
  readonly days: ReadonlyMap<DayNumber, CalendarDay>;
  readonly breaks: readonly Span[] | null;
  /** By date; working time does not know them, the forecast does. */
  readonly deadlines?: readonly CalendarDeadline[];
}

/** A calendar and everything beneath it, the highest layer first. */
export type CalendarStack = readonly Calendar[];

const SPAN = /^(\d{2}):(00|30)-(\d{2}):(00|30)$/;

/** Reads `HH:MM-HH:MM` on the half-hour grid, up to `24:00`; undefined when it is no such span. */
export function parseSpan(text: string): Span | undefined {
  const match = SPAN.exec(text);
  if (!match) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute] = match;
  const from = Number(fromHour) * 2 + (fromMinute === "30" ? 1 : 0);
  const to = Number(toHour) * 2 + (toMinute === "30" ? 1 : 0);
  return from < to && to <= SLOTS_A_DAY ? { from, to } : undefined;
}

const clockTime = (halfHour: number): string =>
  `${String(Math.floor(halfHour / 2)).padStart(2, "0")}:${halfHour % 2 === 1 ? "30" : "00"}`;

export const formatSpan = ({ from, to }: Span): string => `${clockTime(from)}-${clockTime(to)}`;

/**
 * The half-hours of `day` in which work is done, ascending.
 *
 * A date that any layer lists goes before every week, the highest layer's word first: a Saturday of the
 * hall does not open a national holiday, but a duty day of a resource does. Weeks and breaks are those of
 * the highest layer that has them, weekday by weekday.
 */
export function workingHalfHours(stack: CalendarStack, day: DayNumber): readonly number[] {
  const special = stack.find((layer) => layer.days.has(day))?.days.get(day);
  if (special?.off) return [];
  const weekday = WEEKDAYS[special ? 0 : weekdayOf(day)] ?? "mon";
  const spans = special?.hours ?? stack.find((layer) => layer.week[weekday])?.week[weekday] ?? [];
  const breaks = stack.find((layer) => layer.breaks)?.breaks ?? [];
  const works = new Array<boolean>(SLOTS_A_DAY).fill(false);
  for (const { from, to } of spans) works.fill(true, from, to);
  for (const { from, to } of breaks) works.fill(false, from, to);
  return works.flatMap((working, halfHour) => (working ? [halfHour] : []));
}

/** Asked for every date that anything is due on, and a calendar never changes: another one takes its place. */
const workingDays = new WeakMap<CalendarStack, Map<DayNumber, boolean>>();

export function isWorkingDay(stack: CalendarStack, day: DayNumber): boolean {
  let known = workingDays.get(stack);
  if (!known) workingDays.set(stack, (known = new Map()));
  let works = known.get(day);
  if (works === undefined) known.set(day, (works = workingHalfHours(stack, day).length > 0));
  return works;
}

/** Whether an ordinary week has any working time: what limits are counted by must have some. */
export function weekWorks(stack: CalendarStack): boolean {
  const undated = stack.map((layer) => ({ ...layer, days: new Map<DayNumber, CalendarDay>() }));
  return WEEKDAYS.some((_, day) => isWorkingDay(undated, day));
}

/** No calendar of an office is closed for longer; a search beyond it can only run for ever. */
const CLOSED_DAYS_MAX = 400;

/**
 * The `n`-th working day after `day`, which does not count itself; `n` = 0 gives `day`.
 * @throws RangeError when the calendar does not work for more than 400 days on end.
 */
export function addWorkingDays(stack: CalendarStack, day: DayNumber, n: number): DayNumber {
  let reached = day;
  for (let left = n, closed = 0; left > 0; ) {
    reached += 1;
    if (isWorkingDay(stack, reached)) {
      left -= 1;
      closed = 0;
    } else if ((closed += 1) > CLOSED_DAYS_MAX) {
      throw new RangeError(`calendar ${stack[0]?.id ?? "(none)"} has no working day in ${CLOSED_DAYS_MAX} days`);
    }
  }
  return reached;
}

/** Working days d with `from` < d ≤ `to`. */
export function workingDaysBetween(stack: CalendarStack, from: DayNumber, to: DayNumber): number {
  let count = 0;
  for (let day = from + 1; day <= to; day += 1) if (isWorkingDay(stack, day)) count += 1;
  return count;
}

/**
 * When a limit of `n` working days ends: the last millisecond of the `n`-th working day after the day of receipt
 * (Administrative Licensing Law art. 82: working days, without holidays; the day of receipt does not count).
 */
export const dueAt = (stack: CalendarStack, received: Instant, n: number): Instant =>
  startOfDay(addWorkingDays(stack, dayNumberOf(received), n) + 1) - 1;

/** Working time between two instants, in milliseconds; 0 when `to` is not after `from`. */
export function workingMsBetween(stack: CalendarStack, from: Instant, to: Instant): number {
  let total = 0;
  for (let day = dayNumberOf(from); startOfDay(day) < to; day += 1) {
    const midnight = startOfDay(day);
    const whole = from <= midnight && to >= midnight + DAY_MS;
    const halfHours = workingHalfHours(stack, day);
    if (whole) {
      total += halfHours.length * HALF_HOUR_MS;
      continue;
    }
    for (const halfHour of halfHours) {
      const begin = midnight + halfHour * HALF_HOUR_MS;
      total += Math.max(0, Math.min(to, begin + HALF_HOUR_MS) - Math.max(from, begin));
    }
  }
  return total;
}
