import { trusted, type CalendarId } from "../id.js";
import type { DayNumber } from "../instant.js";
import { workingHalfHours, type Calendar, type CalendarStack } from "./calendar.js";

/**
 * All calendars of a pool, stacked and remembered: a pool has dozens of calendars and a million resources
 * that ask them about the same days.
 */
export class Calendars {
  readonly #byId = new Map<string, Calendar>();
  readonly #stacks = new Map<string, CalendarStack>();
  readonly #halfHours = new Map<string, Map<DayNumber, readonly number[]>>();

  constructor(calendars: Iterable<Calendar>) {
    for (const calendar of calendars) this.#byId.set(calendar.id, calendar);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The calendar and its bases, highest first. A base that is missing, or met twice, ends the stack. */
  stack(id: CalendarId): CalendarStack {
    const known = this.#stacks.get(id);
    if (known) return known;
    const stack: Calendar[] = [];
    for (let next = this.#byId.get(id); next && !stack.includes(next); next = next.base === null ? undefined : this.#byId.get(next.base)) {
      stack.push(next);
    }
    this.#stacks.set(id, stack);
    return stack;
  }

  /** As `workingHalfHours`, worked out once for each calendar and day. */
  halfHours(id: CalendarId, day: DayNumber): readonly number[] {
    let days = this.#halfHours.get(id);
    if (!days) this.#halfHours.set(id, (days = new Map()));
    let halfHours = days.get(day);
    if (!halfHours) days.set(day, (halfHours = workingHalfHours(this.stack(id), day)));
    return halfHours;
  }
}

/** A pool without a calendar works Monday to Friday, as the law's working week does. */
const ORDINARY_WEEK: Calendar = {
  id: trusted<CalendarId>("ordinary-week"),
  layer: "nation",
  base: null,
  names: { zh: "工作日", en: "Working days" },
  week: Object.fromEntries((["mon", "tue", "wed", "thu", "fri"] as const).map((day) => [day, [{ from: 18, to: 24 }, { from: 27, to: 34 }]])),
  days: new Map(),
  breaks: null,
};

/** What a pool's legal limits run on, whatever hours a unit keeps. */
export function officialStack(calendars: Calendars, id: CalendarId | null): CalendarStack {
  const stack = id === null ? [] : calendars.stack(id);
  return stack.length > 0 ? stack : [ORDINARY_WEEK];
}
