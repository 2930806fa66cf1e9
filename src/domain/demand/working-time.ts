import { HALF_HOUR_MS } from "../instant.js";

const HALF_HOUR_MINUTES = 30;

/** Index of the first of the sorted values that is `at` or later. */
export function firstFrom(sorted: readonly number[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Minutes of working time between two instants; `halfHours` are the beginnings of the half-hours worked. */
export function workingMinutes(halfHours: readonly number[], from: number, to: number): number {
  if (to <= from) return 0;
  const before = (at: number): number => {
    const index = firstFrom(halfHours, at);
    const running = halfHours[index - 1];
    const left = running === undefined ? 0 : Math.max(0, running + HALF_HOUR_MS - at);
    return index * HALF_HOUR_MINUTES - left / 60_000;
  };
  return Math.max(0, Math.round(before(to) - before(from)));
}

/** The value that the given share (0 to 1) of the sorted values does not exceed. */
export const quantile = (sorted: ArrayLike<number>, share: number): number | null => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
