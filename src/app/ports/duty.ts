import type { ClassId, UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { Duty, Lead, LeadException } from "../../domain/org/duties.js";

/** A lead as it is declared: `jurisdiction` may name zones. */
export interface DeclaredLead extends Omit<Lead, "jurisdiction"> {
  readonly jurisdiction: readonly string[];
}

export interface LeadExceptionRow extends LeadException {
  readonly declaredBy: string;
  readonly declaredAt: Instant;
  readonly withdrawnAt: Instant | null;
}

export interface NewLeadException {
  readonly classId: ClassId;
  readonly unitId: UnitId;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly basis: string;
  readonly declaredBy: string;
  readonly declaredAt: Instant;
}

/** Who holds which function, and what needs one. */
export interface Duties {
  /** What each published item asks of its competent unit. */
  items(): Promise<readonly Duty[]>;
  /** Published authorities of active units that have not ended by the day; only of these classes, or of all. */
  leads(day: LocalDate, classes?: readonly ClassId[]): Promise<readonly DeclaredLead[]>;
  /** Newest first; those withdrawn only with `ended`. */
  exceptions(filter: { readonly ended: boolean }): Promise<readonly LeadExceptionRow[]>;
  insertException(exception: NewLeadException): Promise<number>;
  /** False: there is none that stands. */
  withdrawException(id: number, by: string, at: Instant): Promise<boolean>;
}
