import type { Calendar } from "../../domain/pool/calendar.js";

/** A pool has dozens of calendars: they are read together, with their days. */
export interface CalendarBook {
  all(): Promise<readonly Calendar[]>;
  put(calendars: readonly Calendar[]): Promise<void>;
}
