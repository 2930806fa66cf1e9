import type { CalendarId, DivisionCode, PoolId } from "../id.js";
import type { Division, Zone } from "../org/division.js";
import type { Unit } from "../org/unit.js";
import type { Calendar } from "./calendar.js";
import type { CapacityClass } from "./class.js";

/** Everything a declaration may refer to. Maps are by the id that people write. */
export interface Register {
  readonly pool: { readonly id: PoolId; readonly division: DivisionCode; readonly calendarId: CalendarId | null };
  readonly divisions: ReadonlyMap<string, Division>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly classes: ReadonlyMap<string, CapacityClass>;
  readonly traits: ReadonlyMap<string, Trait>;
  readonly units: ReadonlyMap<string, Unit>;
}

/** A quality a resource has or lacks, such as `seal-holder`. */
export interface Trait {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
}
