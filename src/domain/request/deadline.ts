import { dayNumberOf, HALF_HOUR_MS, startOfDay, type Instant } from "../instant.js";
import { addWorkingDays, workingDaysBetween, workingHalfHours, type CalendarStack } from "../pool/calendar.js";

/** A limit in working days, as the catalogue states them. */
export interface Limits {
  readonly promisedDays: number;
  readonly statutoryDays: number;
}

export interface DueDates {
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
}

/** Both dates from receipt. A promise longer than the law allows is cut to the law. */
export function dueDates(stack: CalendarStack, receivedAt: Instant, { promisedDays, statutoryDays }: Limits): DueDates {
  const statutoryDueAt = limitEnds(stack, receivedAt, statutoryDays);
  return { statutoryDueAt, promisedDueAt: Math.min(statutoryDueAt, limitEnds(stack, receivedAt, promisedDays)) };
}

/**
 * The last millisecond of the `days`-th working day after the day of receipt, which does not count
 * (Administrative Licensing Law art. 82). A limit of 0 (即办) means the same day; when no working time is left of
 * it, the next working day.
 */
export function limitEnds(stack: CalendarStack, receivedAt: Instant, days: number): Instant {
  const day = dayNumberOf(receivedAt);
  const counted = days === 0 && !worksAfter(stack, receivedAt) ? 1 : days;
  return endOfDay(addWorkingDays(stack, day, counted));
}

/**
 * Working days of a pause that do not count: those after the day of the call for supplement, up to and with the day
 * on which the applicant supplied (that day is to the renewed count what the day of receipt is to the first).
 */
export const pausedWorkingDays = (stack: CalendarStack, pausedAt: Instant, resumedAt: Instant): number =>
  workingDaysBetween(stack, dayNumberOf(pausedAt), dayNumberOf(resumedAt));

/** A due date moved on by the working days of a pause. */
export const extended = (stack: CalendarStack, dueAt: Instant, days: number): Instant =>
  days === 0 ? dueAt : endOfDay(addWorkingDays(stack, dayNumberOf(dueAt), days));

/** How a request stands to one of its dates. Days are working days. */
export type DeadlineStanding =
  | { readonly kind: "on_time" | "soon"; readonly days: number }
  | { readonly kind: "today" }
  /** At least 1: the first working day after the due date has begun, or will be the first to count. */
  | { readonly kind: "overdue"; readonly days: number }
  | { readonly kind: "paused" }
  | { readonly kind: "kept" }
  | { readonly kind: "missed"; readonly days: number };

export interface DeadlineFacts {
  readonly receivedAt: Instant;
  readonly dueAt: Instant;
  readonly pausedAt: Instant | null;
  readonly closedAt: Instant | null;
}

/** The part of a limit that is amber, and never less than the last day. */
const SOON_SHARE = 0.2;

export function deadlineStanding(stack: CalendarStack, facts: DeadlineFacts, now: Instant): DeadlineStanding {
  const { receivedAt, dueAt, pausedAt, closedAt } = facts;
  const dueDay = dayNumberOf(dueAt);
  if (closedAt !== null) return closedAt <= dueAt ? { kind: "kept" } : { kind: "missed", days: daysLate(stack, dueAt, closedAt) };
  // A date that had passed when the pause began stays overdue.
  if (pausedAt !== null && pausedAt <= dueAt) return { kind: "paused" };
  if (now > dueAt) return { kind: "overdue", days: daysLate(stack, dueAt, now) };
  const today = dayNumberOf(now);
  if (today === dueDay) return { kind: "today" };
  const left = workingDaysBetween(stack, today, dueDay);
  const whole = workingDaysBetween(stack, dayNumberOf(receivedAt), dueDay);
  return { kind: left <= Math.max(1, Math.floor(whole * SOON_SHARE)) ? "soon" : "on_time", days: left };
}

export type Light = "green" | "amber" | "red" | "none";

/** The lamp beside the words: a colour never stands alone. */
export const LIGHTS: Readonly<Record<DeadlineStanding["kind"], Light>> = {
  on_time: "green",
  soon: "amber",
  today: "amber",
  overdue: "red",
  paused: "none",
  kept: "green",
  missed: "red",
};

const daysLate = (stack: CalendarStack, dueAt: Instant, at: Instant): number =>
  Math.max(1, workingDaysBetween(stack, dayNumberOf(dueAt), dayNumberOf(at)));

const endOfDay = (day: number): Instant => startOfDay(day + 1) - 1;

function worksAfter(stack: CalendarStack, at: Instant): boolean {
  const midnight = startOfDay(dayNumberOf(at));
  return workingHalfHours(stack, dayNumberOf(at)).some((halfHour) => midnight + (halfHour + 1) * HALF_HOUR_MS > at);
}
