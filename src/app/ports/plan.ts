import type { ClassId, PersonId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { KeptPlanState, PlanContent, PlanMark, StandingLimit } from "../../domain/rebalance/plan.js";
import type { Page, PageAsked } from "./page.js";

export interface Consent extends PlanMark {
  readonly unitId: UnitId;
}

/** A plan as the tables hold it. */
export interface StoredPlan {
  readonly id: number;
  readonly state: KeptPlanState;
  readonly content: PlanContent;
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  /** Counts edits of the draft. */
  readonly generation: number;
  readonly drafted: PlanMark;
  readonly proposed: PlanMark | null;
  readonly expiresAt: Instant | null;
  readonly consents: readonly Consent[];
  readonly approved: PlanMark | null;
  readonly applied: PlanMark | null;
  /** Refused or withdrawn. */
  readonly closed: (PlanMark & { readonly reason: string | null }) | null;
  /** The what-if it was tried with, and the content that was tried. */
  readonly trial: { readonly whatIf: string; readonly hash: string } | null;
}

export interface PlanFilter {
  readonly state?: KeptPlanState | undefined;
}

/** What became of the requests of some units from an instant up to, and without, another. */
export interface PlanEffects {
  /** Steps that were given a place: since when they could be, and when it begins. */
  begun(units: readonly UnitId[], span: { readonly from: Instant; readonly to: Instant }): Promise<readonly { readonly unitId: UnitId; readonly readyAt: Instant; readonly startsAt: Instant }[]>;
  /** Requests open at some moment of it, and how many of them were late; units without any are left out. */
  requests(units: readonly UnitId[], span: { readonly from: Instant; readonly to: Instant }): Promise<readonly { readonly unitId: UnitId; readonly requests: number; readonly late: number }[]>;
}

/** Plans, and what units agreed to lend beforehand. */
export interface Plans {
  insert(one: { readonly content: PlanContent; readonly hash: string; readonly by: PersonId; readonly at: Instant }): Promise<number>;
  get(id: number): Promise<StoredPlan | null>;
  /** As `get`; others who would change it wait. */
  lock(id: number): Promise<StoredPlan | null>;
  /** Newest first. */
  list(filter: PlanFilter, page: PageAsked): Promise<Page<StoredPlan>>;
  /** Proposed, consented or approved ones that have not expired. */
  open(now: Instant): Promise<readonly StoredPlan[]>;
  edit(id: number, content: PlanContent, hash: string): Promise<void>;
  propose(id: number, content: PlanContent, hash: string, mark: PlanMark, expiresAt: Instant): Promise<void>;
  consent(id: number, unit: UnitId, hash: string, mark: PlanMark, state: KeptPlanState): Promise<void>;
  approve(id: number, hash: string, mark: PlanMark): Promise<void>;
  apply(id: number, mark: PlanMark): Promise<void>;
  close(id: number, as: "refused" | "withdrawn", reason: string | null, mark: PlanMark): Promise<void>;
  setTrial(id: number, trial: { readonly whatIf: string; readonly hash: string }): Promise<void>;
  /** The plan that was tried with it. */
  triedWith(whatIf: string): Promise<number | null>;

  readonly effects: PlanEffects;

  standingLimits(): Promise<readonly StandingLimit[]>;
  putStandingLimit(limit: Omit<StandingLimit, "generation">): Promise<void>;
  removeStandingLimit(unit: UnitId, classId: ClassId): Promise<void>;
}
