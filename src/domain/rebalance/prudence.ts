import type { Amount } from "../quantity.js";

/*
 * What a planner may count on, so that a plan helps where it is carried out and not only in its own figures: demand by the part each
 * unit lately has of all, and of what a unit has only what it will hardly miss.
 */

/** Days that say how a unit's part of its class is now, beside the four weeks of its level. */
export const RECENT_DAYS = 14;
/** What moved within a fortnight is taken to move once more as far, within limits. */
const DRIFT = 2;
const DRIFT_LEAST = 0.3;
const DRIFT_MOST = 2.5;
/** A lender keeps so much more than it expects to be asked. */
const MARGIN = 1.1;
/** What waits at a lender is to be gone in so many working days. */
const CLEARED_DAYS = 10;
/** Of what a unit has, the most it lends. */
const LENT_MOST = 0.8;

/** What was asked of one unit, or of all, in the last four weeks and in the last two of them. */
export interface AskedLately {
  readonly fourWeeks: number;
  readonly twoWeeks: number;
}

/**
 * By how much a forecast made of four weeks is to be multiplied for one unit. Only its part of the whole counts: a storm over all units
 * is in none of their levels, and a unit that loses work to others is seen to while it does.
 */
export function driftOf(unit: AskedLately, all: AskedLately): number {
  if (unit.fourWeeks <= 0 || all.twoWeeks <= 0 || all.fourWeeks <= 0) return 1;
  const moved = unit.twoWeeks / all.twoWeeks / (unit.fourWeeks / all.fourWeeks);
  return Math.min(DRIFT_MOST, Math.max(DRIFT_LEAST, moved)) ** DRIFT;
}

/** What a unit may lend of each day without being late itself: what it has, less what it will be asked with a margin and what waits. */
export function spareOf(unit: { readonly perDay: Amount; readonly askedPerDay: number; readonly waiting: number; readonly largestCase: Amount }): Amount {
  const left = unit.perDay - MARGIN * unit.askedPerDay - unit.waiting / CLEARED_DAYS;
  return Math.max(0, Math.floor(Math.min(left, unit.perDay * LENT_MOST, unit.perDay - unit.largestCase)));
}

const WEEK = 7;

/**
 * What there is on the best day of the scarcest week. Of a unit's own, whatever loans do: each loan that stands is then taken off, on
 * whatever days it is, so that one of next month is not lent twice.
 */
export function leastPerDay(capacity: ArrayLike<number>): Amount {
  let least = Infinity;
  for (let from = 0; from < capacity.length; from += WEEK) {
    let most = 0;
    for (let day = from; day < Math.min(from + WEEK, capacity.length); day += 1) most = Math.max(most, capacity[day]!);
    least = Math.min(least, most);
  }
  return least === Infinity ? 0 : least;
}
