import type { Names } from "../catalogue/item.js";

/** How long one person may work, as the law says it. */
export interface LabourLimit {
  /** In all resources of one person together. */
  readonly minutesADay: number;
  /** Without a break; only half-hours show one. */
  readonly stretchMinutes: number;
  readonly basis: { readonly law: Names; readonly article: string };
}

const HALF_HOUR_MINUTES = 30;

/**
 * Of the half-hours of one day, in order, those a person may be given: no more than the day's minutes, and after the
 * longest stretch one half-hour of rest.
 */
export function withinLabour(halfHours: readonly number[], labour: LabourLimit | undefined): readonly number[] {
  if (!labour) return halfHours;
  const given: number[] = [];
  let stretch = 0;
  let last = -2;
  for (const halfHour of halfHours) {
    if ((given.length + 1) * HALF_HOUR_MINUTES > labour.minutesADay) break;
    const row = halfHour === last + 1 ? stretch + 1 : 1;
    if (row * HALF_HOUR_MINUTES > labour.stretchMinutes) continue;
    given.push(halfHour);
    stretch = row;
    last = halfHour;
  }
  return given;
}
