import type { ClassId, LoanId, PersonId, ResourceId, UnitId } from "../../domain/id.js";
import type { DayNumber, Instant, LocalDate } from "../../domain/instant.js";
import type { Period } from "../../domain/pool/period.js";
import type { UsagePeriod } from "../../domain/pool/usage.js";
import type { Amount } from "../../domain/quantity.js";
import type { LoanEnd, LoanState, LoanTerms, PartBack, StandingLoan } from "../../domain/rebalance/loan.js";
import type { Page, PageAsked } from "./page.js";

/** A loan that is to be booked, and where it comes from. */
export interface NewLoan {
  readonly terms: LoanTerms;
  readonly lender: UnitId;
  readonly plan: number | null;
  /** The borrower, where it is one. */
  readonly taskForce: string | null;
  readonly renews: LoanId | null;
}

export interface LoanRow extends LoanTerms {
  readonly id: LoanId;
  readonly partial: boolean;
  readonly lender: UnitId;
  readonly lenderCode: string;
  /** The borrower's dated resource. */
  readonly resource: ResourceId;
  readonly resourceCode: string;
  readonly plan: number | null;
  readonly taskForce: string | null;
  readonly renews: LoanId | null;
  readonly state: LoanState;
  /** The least that is ever given of it at once. */
  readonly leastClaim: Amount;
  /** How many periods carry it; null: the writer has not answered. */
  readonly periods: number | null;
  /** Those in which the lender had less free, of a loan that was refused. */
  readonly shortPeriods: readonly Period[] | null;
  /** The first day that is the lender's again, where it was brought forward. */
  readonly backFrom: LocalDate | null;
  readonly endedAs: LoanEnd | null;
  readonly grounds: string | null;
  readonly appliedBy: string;
  readonly appliedAt: Instant;
  readonly broughtBackBy: PersonId | null;
  readonly broughtBackAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Over all its periods, as the books say: what stayed with the borrower, and what of that was given out. */
  readonly lent: Amount;
  readonly used: Amount;
  /** In the order they were brought back. */
  readonly parts: readonly LoanPart[];
}

/** A part that came back by itself: by whom and why. */
export interface LoanPart extends PartBack {
  readonly as: Exclude<LoanEnd, "term">;
  readonly grounds: string;
  readonly by: PersonId;
  readonly at: Instant;
}

export interface LoanFilter {
  /** Lender or borrower; undefined: every unit's. */
  readonly units?: readonly UnitId[] | undefined;
  readonly state?: LoanState | undefined;
  readonly class?: string | undefined;
}

/** Of which unit, class and days; what is left out is everything. */
export interface LoanBalanceAsked {
  readonly units?: readonly UnitId[] | undefined;
  readonly class?: ClassId | undefined;
  /** Both included. */
  readonly from?: DayNumber | undefined;
  readonly to?: DayNumber | undefined;
  /** How long the periods are that are told apart; absent: none are. */
  readonly period?: UsagePeriod | undefined;
}

/** What a unit lent of a class and what it borrowed, over all periods that are asked about: what moved, without what came back before its time. */
export interface LoanBalance {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  /** `2026-11-22`, `2026-11` or `2026`; null: not told apart. */
  readonly period: string | null;
  readonly lent: Amount;
  readonly borrowed: Amount;
}

/** Another loan that binds, with its own terms. */
export interface StandingTerms extends StandingLoan {
  readonly id: LoanId;
  readonly lenderResource: ResourceId;
  /** Per period. */
  readonly amount: Amount;
  readonly backFrom: LocalDate | null;
  readonly parts: readonly PartBack[];
}

export interface Loans {
  /** Writes them with the borrowers' dated resources; the writer is told by whoever calls. */
  insert(loans: readonly NewLoan[], appliedBy: string, at: Instant): Promise<readonly { readonly id: LoanId; readonly resource: ResourceId }[]>;
  get(id: number): Promise<LoanRow | null>;
  /** As `get`; others who would change it wait. */
  lock(id: number): Promise<LoanRow | null>;
  /** Newest first. */
  list(filter: LoanFilter, page: PageAsked): Promise<Page<LoanRow>>;
  ofPlan(plan: number): Promise<readonly LoanRow[]>;
  ofTaskForce(id: string): Promise<readonly LoanRow[]>;
  /** Booked, or about to be. */
  standing(): Promise<readonly StandingTerms[]>;
  /** The loan whose dated resource it is. */
  ofResource(resource: ResourceId): Promise<LoanId | null>;
  /** Holds of it that begin on the day or later: given out, and begun. */
  heldFrom(id: LoanId, day: LocalDate): Promise<{ readonly waiting: number; readonly begun: number }>;
  bringBack(id: LoanId, back: { readonly from: LocalDate; readonly as: Exclude<LoanEnd, "term">; readonly grounds: string; readonly by: PersonId; readonly at: Instant }): Promise<void>;
  /** The rest stays. */
  bringPartBack(id: LoanId, part: LoanPart): Promise<void>;
  /** The least that nobody has begun to use, of the periods that carry it on the day or later. */
  freeFrom(id: LoanId, day: LocalDate): Promise<Amount>;
  /** By class, unit and period. */
  balances(asked: LoanBalanceAsked): Promise<readonly LoanBalance[]>;
}
