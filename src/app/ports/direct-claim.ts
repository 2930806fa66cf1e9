import type { Names, Stage } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, PersonId, ResourceId, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Measure } from "../../domain/pool/class.js";
import type { ClaimReason } from "../../domain/pool/decision.js";
import type { DirectClaimState } from "../../domain/pool/direct-claim.js";
import type { Period, PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { Page, PageAsked } from "./page.js";

/** One direct claim, locked by whoever acts on it. */
export interface LockedDirectClaim {
  readonly publicId: string;
  readonly unitId: UnitId;
  readonly division: DivisionCode;
  /** Units it calls, or takes something from. */
  readonly servingUnitIds: readonly UnitId[];
  readonly state: DirectClaimState;
  readonly step: StepId;
  readonly pending: StepId | null;
  readonly holdUntil: Instant | null;
  readonly generation: number;
}

export interface DirectAllocation {
  readonly resource: string;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly period: Period;
  readonly amount: Amount;
  readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
}

export interface DirectPart {
  readonly classId: ClassId;
  readonly classNames: Names;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly amount: Amount;
  readonly slots: number;
  readonly together: boolean;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  /** Code of the resource that was named. */
  readonly named: string | null;
  readonly given: readonly DirectAllocation[];
}

export interface DirectClaimRecord extends Omit<LockedDirectClaim, "pending" | "step"> {
  readonly unitNames: Names;
  readonly title: string;
  readonly project: string | null;
  readonly createdAt: Instant;
  readonly confirmedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly changing: boolean;
  readonly parts: readonly DirectPart[];
  /** Of the answer to the step it stands on. */
  readonly reasons: readonly ClaimReason[];
}

export interface NewDirectClaim {
  readonly unitId: UnitId;
  readonly createdBy: PersonId;
  readonly title: string;
  readonly project: string | null;
  readonly division: DivisionCode;
  readonly holdUntil: Instant | null;
  readonly waits: boolean;
  readonly claims: readonly ClaimAsk[];
}

/** What became of one asking: of a new claim, or of one that was to take its place. */
export interface DirectAnswer {
  readonly outcome: "granted" | "refused" | null;
  readonly reasons: readonly ClaimReason[];
}

export interface DirectFilter {
  /** That claims, is called, or gives something; absent: all. */
  readonly unit?: UnitId | undefined;
  readonly open?: boolean | undefined;
}

export interface DirectClaims {
  /** Others who book for the unit wait; answers how many of its claims are open. */
  lockOpen(unit: UnitId): Promise<number>;
  insert(claim: NewDirectClaim, at: Instant): Promise<{ readonly publicId: string; readonly step: StepId }>;
  lock(publicId: string): Promise<LockedDirectClaim | undefined>;
  /** Puts a step beside the one it would replace. */
  insertReplacement(claim: LockedDirectClaim, claims: readonly ClaimAsk[], at: Instant): Promise<StepId>;
  confirm(claim: LockedDirectClaim, at: Instant): Promise<void>;
  release(claim: LockedDirectClaim, at: Instant): Promise<void>;
  answer(step: StepId): Promise<DirectAnswer>;
  get(publicId: string): Promise<DirectClaimRecord | undefined>;
  /** The newest first. */
  list(filter: DirectFilter, page: PageAsked): Promise<Page<DirectClaimRecord>>;
  /** What a step asks, and at which stage; of any request. */
  asksOf(step: StepId): Promise<readonly ClaimAsk[]>;
  stageOf(step: StepId): Promise<Stage>;
  /** The last turn of a step that was answered, 0 before the first; and the answers after one. */
  lastTurn(step: StepId): Promise<number>;
  answersAfter(step: StepId, turn: number): Promise<readonly DirectAnswer[]>;
  /** Codes of resources, and the other way. */
  resourcesByCode(codes: readonly string[]): Promise<ReadonlyMap<string, ResourceId>>;
  codesOf(ids: readonly ResourceId[]): Promise<ReadonlyMap<ResourceId, { readonly code: string; readonly unitNames: Names }>>;
}
