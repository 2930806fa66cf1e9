import type { AssetId, CalendarId, PersonId, ResourceId, TraitId, UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";
import type { AssetState } from "./lifecycle.js";



/** A physical thing behind a resource: an officer's post, a counter, a budget line, a database. Private to its unit. */
export interface Asset {
  readonly id: AssetId;
  readonly code: string;
  readonly unitId: UnitId;
  readonly resourceId: ResourceId | null;
  /** What its unit calls it: a post or a plate, never a person's name. */
  readonly label: string;
  readonly calendarId: CalendarId | null;
  /** What it adds to its resource in one period. */
  readonly amount: Amount;
  readonly traits: readonly TraitId[];
  /** The officer who holds the post. */
  readonly personId: PersonId | null;
  readonly state: AssetState;
  readonly validFrom: LocalDate | null;
  readonly validTo: LocalDate | null;
  readonly generation: number;
}
