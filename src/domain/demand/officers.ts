import { dayNumberOf, startOfDay, type Instant } from "../instant.js";
import { firstFrom } from "./working-time.js";

/**
 * When somebody who was given a day's work does it: in one of the half-hours that are left of that day, which `share`
 * (0 to 1) chooses; at once when none is left.
 *
 * @param halfHours beginnings of the half-hours worked.
 * @param begins when the work may begin; its day is the day it is done.
 */
export function workAt(halfHours: readonly Instant[], begins: Instant, notBefore: Instant, share: number): Instant {
  const from = firstFrom(halfHours, notBefore);
  const to = firstFrom(halfHours, startOfDay(dayNumberOf(begins) + 1));
  const chosen = halfHours[from + Math.floor(share * Math.max(0, to - from))];
  return to > from && chosen !== undefined ? chosen : begins;
}
