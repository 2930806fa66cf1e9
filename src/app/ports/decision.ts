import type { Names } from "../../domain/catalogue/item.js";
import type { ClaimId, ClassId, DivisionCode, ItemCode, ResourceId, StepId, TraitId, UnitId } from "../../domain/id.js";
import type { ClaimScope, Stage, StepMode } from "../../domain/catalogue/item.js";
import type { Instant } from "../../domain/instant.js";
import type { Kind, Measure } from "../../domain/pool/class.js";
import type { ClaimReason, Funnel } from "../../domain/pool/decision.js";
import type { DirectClaimState } from "../../domain/pool/direct-claim.js";
import type { Period, PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { StepState } from "../../domain/request/lifecycle.js";
import type { Page, PageAsked } from "./page.js";

/** A resource as reasons and allocations name it. */
export interface NamedResource {
  readonly id: ResourceId;
  readonly code: string;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  /** The law that sets its number; null: it has none. */
  readonly numberBasis: string | null;
}

export interface AllocationRecord {
  readonly resource: NamedResource;
  readonly period: Period;
  readonly amount: Amount;
  readonly settled: Amount;
  readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
}

export interface ClaimRecord {
  readonly id: ClaimId;
  readonly ordinal: number;
  readonly classId: ClassId;
  readonly classNames: Names;
  readonly kind: Kind;
  readonly measure: Measure;
  readonly period: PeriodKind;
  readonly amount: Amount;
  readonly slots: number;
  /** From so many different resources, the amount from each. */
  readonly count: number;
  readonly traits: readonly { readonly id: TraitId; readonly names: Names }[];
  readonly scope: ClaimScope;
  readonly purpose: string | null;
  /** Of the decision; in order of period. */
  readonly allocations: readonly AllocationRecord[];
}

export interface DecisionRecord {
  readonly attempt: number;
  readonly seq: number;
  readonly outcome: "granted" | "refused";
  readonly decidedAt: Instant;
  readonly policyVersion: number;
  readonly startsAt: Instant | null;
  readonly reasons: readonly ClaimReason[];
}

/** A step with what the scheduler said to its present attempt, and everything that reasons refer to. */
export interface DecidedStep {
  readonly id: StepId;
  readonly requestPublicId: string;
  readonly name: string;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepState;
  readonly after: readonly string[];
  readonly attempt: number;
  readonly readyAt: Instant | null;
  readonly decision: DecisionRecord | null;
  readonly claims: readonly ClaimRecord[];
}

/** What the reasons of several steps refer to. */
export interface References {
  readonly funnels: ReadonlyMap<string, Funnel>;
  readonly resources: ReadonlyMap<ResourceId, NamedResource>;
}

export interface QueueFilter {
  readonly state: "waiting" | "refused";
  readonly classId?: ClassId | undefined;
  /** The division itself and everything beneath it. */
  readonly division?: DivisionCode | undefined;
  /** Undefined: of every unit. */
  readonly units?: readonly UnitId[] | undefined;
  /** Only what was due before. */
  readonly dueBefore?: Instant | undefined;
}

/** Whose demand a step is: of a request, or of a unit that claims directly. */
export type QueuedFor =
  | { readonly kind: "request"; readonly publicId: string; readonly number: string; readonly item: ItemCode; readonly itemVersion: number; readonly itemNames: Names }
  | { readonly kind: "direct-claim"; readonly publicId: string; readonly title: string; readonly state: DirectClaimState };

/** A step without a place. */
export interface QueuedStep {
  readonly step: StepId;
  readonly name: string;
  readonly asks: QueuedFor;
  /** The competent unit, or the one that claims. */
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly division: DivisionCode;
  readonly divisionNames: Names;
  readonly needs: readonly { readonly classId: ClassId; readonly names: Names; readonly amount: Amount; readonly measure: Measure }[];
  readonly readyAt: Instant;
  /** When the request came, or the claim was made. */
  readonly receivedAt: Instant;
  /** When it was asked on paper; null: when it was received. */
  readonly occurredAt: Instant | null;
  /** Of a direct claim: no promise to anybody, it only orders the queue. */
  readonly dueAt: Instant;
  /** Of a refused step: the first rule that left nobody. */
  readonly reasons: readonly ClaimReason[];
}

export interface Decisions {
  /** Steps of a request in the order of its recipe. */
  ofRequest(publicId: string): Promise<readonly DecidedStep[]>;
  ofStep(step: StepId): Promise<DecidedStep | undefined>;
  references(steps: readonly { readonly decision: Pick<DecisionRecord, "reasons"> | null }[]): Promise<References>;
  resources(ids: readonly ResourceId[]): Promise<References["resources"]>;
  /** By due date, then step. */
  queue(filter: QueueFilter, page: PageAsked): Promise<Page<QueuedStep>>;
  queueCounts(units: QueueFilter["units"]): Promise<{ readonly waiting: number; readonly refused: number }>;
}
