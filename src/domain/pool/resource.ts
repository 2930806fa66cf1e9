import type { CalendarId, ClassId, ResourceId, TraitId, UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";
import type { AmountLimits } from "./class.js";

/** A unit's supply of one class, in the pool. */
export interface Resource {
  readonly id: ResourceId;
  readonly code: string;
  readonly unitId: UnitId;
  readonly classId: ClassId;
  /** Null: unlimited, a gate. */
  readonly total: Amount | null;
  /** The total follows the assets' calendars. */
  readonly derived: boolean;
  readonly reserved: Amount;
  readonly overcommitPercent: number;
  readonly limits: AmountLimits;
  readonly traits: readonly TraitId[];
  /** Division codes and `zone:<zone>`. */
  readonly jurisdiction: readonly string[];
  readonly calendarId: CalendarId | null;
  readonly validFrom: LocalDate | null;
  readonly validTo: LocalDate | null;
  readonly earmark: string | null;
  readonly legalBasis: string | null;
  /** The law that sets the number of an authority; null: it has none, and is never used up. */
  readonly numberBasis: string | null;
  readonly automated: boolean;
  readonly state: "registered" | "published" | "retired";
  readonly source: string | null;
  readonly generation: number;
}
