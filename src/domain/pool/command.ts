import type { ClaimId, LoanId, RequestId, ResourceId, StepId } from "../id.js";
import type { Instant, LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";
import type { PartBack } from "../rebalance/loan.js";
import type { Period } from "./period.js";

/** What is picked for one claim: null leaves it to the scheduler. */
export interface PickedSupply {
  readonly claim: ClaimId;
  readonly resource: ResourceId | null;
  readonly generation: number | null;
  readonly period: Period | null;
}

/** Periods of a resource that are to be empty. */
export interface EvacuatedResource {
  readonly resource: ResourceId;
  readonly from: Instant;
  readonly to: Instant | null;
  /** What it can still bear stays, the most urgent first. */
  readonly whatFitsStays: boolean;
  /**
   * Given: only what the rules would not place there any more goes, whatever fits. These steps lie inside by what the tables say of them, though what
   * they ask does not say it.
   */
  readonly spared?: readonly StepId[];
}

/** What a claim used up of a number set by law. */
export interface NumberUse {
  readonly claim: ClaimId;
  readonly attempt: number;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
}

/** An act of somebody that changes capacity or the queue, on its way to the pool's writer. */
export type Command =
  /**
   * `turns`: the attempt each step begins. A step that has gone on to a later turn since, because it was paused and
   * resumed before the writer looked, is left to the command of that turn.
   */
  | { readonly kind: "step.ready"; readonly steps: readonly StepId[]; readonly turns?: readonly number[] }
  | { readonly kind: "step.started"; readonly step: StepId }
  | {
      readonly kind: "step.ended";
      readonly step: StepId;
      readonly outcome: "done" | "rejected";
      /** What each claim used, never more than held; claims left out settle what they hold. */
      readonly settle: readonly { readonly claim: ClaimId; readonly amount: Amount }[];
      /** Steps that may begin now, each in its first turn. */
      readonly ready: readonly StepId[];
    }
  /** Withdrawn or rejected: every open step leaves the queue, every hold is released. */
  | { readonly kind: "request.ended"; readonly request: RequestId; readonly steps: readonly StepId[] }
  /** The request waits for its applicant (supplement): waiting steps leave the queue and keep their place. */
  | { readonly kind: "request.paused"; readonly request: RequestId; readonly steps: readonly StepId[] }
  /** A ground to be served before others was confirmed, or counts no longer; `advanceMinutes` null: before everybody without one. */
  | {
      readonly kind: "request.prioritised";
      readonly request: RequestId;
      readonly steps: readonly StepId[];
      readonly priority: { readonly ground: string; readonly advanceMinutes: number | null } | null;
    }
  | { readonly kind: "step.reconsider"; readonly step: StepId; readonly turn?: number }
  /**
   * The applicant picked when and with whom: the named claims of the step are asked for so, all at once, or everything
   * stays as it is. Nothing named: what was picked is given back. `keptBy`: the step of a direct claim that keeps it free until
   * then.
   */
  | { readonly kind: "step.picked"; readonly step: StepId; readonly named: readonly PickedSupply[]; readonly keptBy?: StepId }
  /** A number that was granted goes back to whoever is next: what the step had settled of it. */
  | { readonly kind: "number.annulled"; readonly step: StepId; readonly uses: readonly NumberUse[] }
  /** A direct claim's hold stays. */
  | { readonly kind: "claim.confirmed"; readonly step: StepId }
  /** A direct claim's holds go back, and what it still asked for is not asked for any more. */
  | { readonly kind: "claim.released"; readonly steps: readonly StepId[] }
  /** Who takes no part in these steps is another now: a recusal, a deputy, a mandate. */
  | { readonly kind: "persons.barred"; readonly steps: readonly StepId[] }
  /** A delegation was declared or withdrawn. */
  | { readonly kind: "delegation.declared" }
  /** Loans that were approved: each is booked in all its periods, or refused. */
  | { readonly kind: "loan.applied"; readonly loans: readonly LoanId[] }
  /** From this day on the lender has its own again: what nobody has begun goes back. */
  | { readonly kind: "loan.brought-back"; readonly loan: LoanId; readonly from: LocalDate }
  /** From this day on the lender has a part of it again; the rest stays lent. */
  | { readonly kind: "loan.part-brought-back"; readonly loan: LoanId; readonly part: PartBack }
  | { readonly kind: "resource.declared"; readonly resources: readonly ResourceId[] }
  /**
   * Declared anew, and unstarted holds there are moved: in periods that end after `from` and begin before `to` (null: for
   * ever), all of them or those there is no room for. `ground` says for what: `forcedGround`.
   */
  | { readonly kind: "resource.evacuated"; readonly resources: readonly EvacuatedResource[]; readonly ground: string }
  /** Classes, traits, calendars, divisions or units changed: the writer reloads what it was told of supply. */
  | { readonly kind: "pool.declared" }
  /** Quotas, cohorts or the half-life changed: the writer reads them anew, and nothing else. */
  | { readonly kind: "quota.declared" }
  | { readonly kind: "policy.activated"; readonly version: number }
  | { readonly kind: "clock.set" };
