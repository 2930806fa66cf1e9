/**
 * What goes into the engine and what comes out.
 *
 * The engine is a deterministic function: `step(state, events, now, random)`. It owns its state, touches
 * nothing outside, and returns a batch to commit. Committing is the writer's; a refused batch is answered
 * with `forget`, and the same events lead to the same batch again.
 *
 * Everything the engine knows of the world comes in an event; the writer makes events from numbered commands
 * and from what the store declares.
 */
import type { ClaimScope } from "../domain/catalogue/item.js";
import type { ClaimId, ClassId, DivisionCode, RequestId, ResourceId, StepId, TraitId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClaimReason, Funnel } from "../domain/pool/decision.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";

/** What the engine keeps of one resource. */
export interface ResourceSupply {
  readonly id: ResourceId;
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly traits: readonly TraitId[];
  /** Zones already opened into divisions. */
  readonly jurisdiction: readonly DivisionCode[];
  readonly unitDivision: DivisionCode;
  readonly limits: { readonly min: Amount; readonly max: Amount; readonly step: Amount };
  readonly earmark: string | null;
  /** Published and not retired. */
  readonly offered: boolean;
  readonly generation: number;
  /**
   * Capacity per period, 0 outside calendar or validity. `unlimited` for gates.
   * `first` is the period of `amounts[0]`; periods outside the array have capacity 0.
   */
  readonly capacity: "unlimited" | { readonly first: Period; readonly amounts: readonly Amount[] };
}

/** What is on the books of one resource and period when the engine starts or a capacity changes. */
export interface BookedPeriod {
  readonly resource: ResourceId;
  readonly period: Period;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
}

export interface ClaimAsk {
  readonly id: ClaimId;
  readonly classId: ClassId;
  readonly amount: Amount;
  readonly traits: readonly TraitId[];
  readonly scope: ClaimScope;
  readonly division: DivisionCode;
  /** The competent unit: whose case it is. */
  readonly unitId: UnitId;
  readonly together: boolean;
  readonly slots: number;
  readonly spread: boolean;
  readonly purpose: string | null;
  readonly earliest: Instant | null;
}

export interface StepAsk {
  readonly id: StepId;
  readonly requestId: RequestId;
  readonly attempt: number;
  /** Place in the queue among equals. */
  readonly arrivedAt: Instant;
  readonly dueAt: Instant;
  readonly expectedMinutes: number;
  readonly claims: readonly ClaimAsk[];
}

/** A hold the engine takes over from the books. */
export interface HeldAllocation {
  readonly step: StepAsk;
  readonly claim: ClaimId;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
  readonly started: boolean;
}

/** Whether a unit's class may serve a shape; compiled lazily, per policy version. */
export interface PolicyQuestion {
  readonly claimUnit: UnitId;
  readonly resourceUnit: UnitId;
  readonly classId: ClassId;
  readonly scope: ClaimScope;
  readonly purpose: string | null;
}

export type EngineEvent =
  | { readonly kind: "classes"; readonly classes: readonly CapacityClass[] }
  /** Parents of divisions, for distance and for jurisdictions that contain others. */
  | { readonly kind: "divisions"; readonly parents: ReadonlyMap<DivisionCode, DivisionCode | null> }
  | { readonly kind: "resources"; readonly resources: readonly ResourceSupply[] }
  | { readonly kind: "booked"; readonly periods: readonly BookedPeriod[] }
  | { readonly kind: "held"; readonly allocations: readonly HeldAllocation[] }
  | { readonly kind: "policy"; readonly version: number }
  | { readonly kind: "ready"; readonly steps: readonly StepAsk[] }
  | { readonly kind: "started"; readonly step: StepId }
  | {
      readonly kind: "ended";
      readonly step: StepId;
      readonly settle: readonly { readonly claim: ClaimId; readonly amount: Amount }[];
    }
  /** Withdrawn, rejected, paused: leaves the queue or gives its holds back. */
  | { readonly kind: "dropped"; readonly steps: readonly StepId[] }
  /** Time passed: periods end, unstarted holds lapse, the window of periods moves on. */
  | { readonly kind: "tick" };

export interface Allocation {
  readonly claim: ClaimId;
  readonly step: StepId;
  readonly attempt: number;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
}

export interface Granted {
  readonly outcome: "granted";
  readonly step: StepId;
  readonly attempt: number;
  readonly allocations: readonly Allocation[];
  readonly startsAt: Instant;
  readonly reasons: readonly ClaimReason[];
}

export interface RefusedStep {
  readonly outcome: "refused";
  readonly step: StepId;
  readonly attempt: number;
  readonly reasons: readonly ClaimReason[];
}

export type Decision = Granted | RefusedStep;

/** How a hold ended. The amount settled plus the amount returned is what was held. */
export interface Closing {
  readonly allocation: Allocation;
  readonly state: "settled" | "released" | "lapsed";
  readonly settled: Amount;
}

/** A step whose holds lapsed before its work started: it is queued again with its old place. */
export interface Requeued {
  readonly step: StepId;
  readonly attempt: number;
}

/** What the books must show after the batch, as differences per resource and period, in (resource, period) order. */
export interface BalanceDelta {
  readonly resource: ResourceId;
  readonly period: Period;
  /** What the capacity is now declared to be. */
  readonly capacity: Amount;
  readonly held: Amount;
  readonly settled: Amount;
}

export interface ShapeSeen {
  readonly hash: string;
  readonly classId: ClassId;
  readonly policyVersion: number;
  readonly funnel: Funnel;
}

/** One batch: everything that becomes durable together. */
export interface Batch {
  readonly decisions: readonly Decision[];
  readonly closings: readonly Closing[];
  readonly requeued: readonly Requeued[];
  readonly balances: readonly BalanceDelta[];
  /** Shapes met for the first time since the engine started. */
  readonly shapes: readonly ShapeSeen[];
}
