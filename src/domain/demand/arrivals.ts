import { DAY_MS, weekdayOf } from "../instant.js";
import type { TraceRow } from "./trace.js";

export interface Arrival {
  /** Milliseconds after the Monday on which the replay begins. */
  readonly after: number;
  readonly row: TraceRow;
}

export interface Arrivals {
  /** In time. */
  readonly all: readonly Arrival[];
  /** Weeks of the trace that lie over one another. */
  readonly layers: number;
  /** Weeks that have all their layers. */
  readonly fullWeeks: number;
}

/** Requests a day the trace holds on average. */
export function rateOf(rows: readonly TraceRow[]): number {
  const days = new Set(rows.map(({ at }) => Math.floor(at / DAY_MS)));
  return rows.length / Math.max(1, days.size);
}

/**
 * Brings a trace to `perDay` requests a day without losing its shape: weekdays stay weekdays and hours stay hours. Where
 * the pool is larger, several Mondays of the trace become one, several Tuesdays, and so on; where it is smaller, one is
 * spread over several.
 */
export function scaled(rows: readonly TraceRow[], perDay: number): Arrivals {
  const layers = perDay / rateOf(rows);
  // The n-th Monday, the n-th Tuesday … of the trace.
  const nth = new Map<number, number>();
  const seen = new Map<number, number>();
  for (const day of [...new Set(rows.map(({ at }) => Math.floor(at / DAY_MS)))].sort((a, b) => a - b)) {
    const weekday = weekdayOf(day);
    const index = seen.get(weekday) ?? 0;
    seen.set(weekday, index + 1);
    nth.set(day, index);
  }
  const all = rows.map((row, index): Arrival => {
    const day = Math.floor(row.at / DAY_MS);
    const occurrence = nth.get(day) ?? 0;
    // Spread, not folded: the requests of one day take turns over the days it becomes.
    const spread = layers < 1 ? (index % Math.round(1 / layers)) * layers : 0;
    const week = Math.floor((layers < 1 ? occurrence + spread : occurrence) / layers);
    return { after: (week * 7 + weekdayOf(day)) * DAY_MS + (row.at - day * DAY_MS), row };
  });
  const fullWeeks = Math.floor(Math.max(0, ...seen.values()) / layers + 1e-9);
  return { fullWeeks, all: all.sort((a, b) => a.after - b.after || (a.row.id < b.row.id ? -1 : 1)), layers };
}
