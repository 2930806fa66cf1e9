import type { ClassId, DivisionCode, ResourceId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { WaitingRule } from "../domain/pool/decision.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";

/* What readers are told of a step's place: what is kept for it, how it stands to another, how much is ahead of it. */

/** Kept for an overdue step that is blocked: steps behind it cannot have this. Nothing of it is on the books. */
export interface Reservation {
  readonly step: StepId;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
}

/** What puts a step where it stands. */
export interface OrderTerms {
  readonly step: StepId;
  readonly dueAt: Instant;
  readonly expectedMinutes: number;
  readonly arrivedAt: Instant;
  /** The code of a confirmed ground to be served before others. */
  readonly ground: string | null;
  /** That ground comes before everybody who has none. */
  readonly absolute: boolean;
  /** The key: due date minus work minus what a ground moves it ahead (an absolute one has no measure and is left out). */
  readonly keyAt: Instant;
  readonly waits: boolean;
}

/** How two steps stand to one another: "why is this one before me?" */
export type Comparison =
  /** One of them neither waits nor holds anything. */
  | { readonly kind: "unknown"; readonly steps: readonly StepId[] }
  /** Nothing that could serve one could serve the other: neither is before the other. */
  | { readonly kind: "apart" }
  | {
      readonly kind: "ordered";
      readonly first: OrderTerms;
      readonly second: OrderTerms;
      /** They ask exactly the same: the second can never be served before the first. */
      readonly sameAsk: boolean;
      /** What both could be given. */
      readonly classes: readonly ClassId[];
      /** The first term in which they differ; `acceptance`: the order in which a number set by law is given. */
      /** `quota`: the first is within its unit's own quota, the second is not · `share`: both borrow, the first's unit less. */
      readonly by: "priority" | "key" | "arrival" | "id" | "acceptance" | "quota" | "share";
    };

/** Who stands before a waiting step, by what put them there. No step of anybody else is named. */
export interface Ahead {
  readonly step: StepId;
  readonly attempt: number;
  readonly dueAt: Instant;
  readonly arrivedAt: Instant;
  /** The step's key, and the ground it has itself. */
  readonly keyAt: number;
  readonly ground: string | null;
  readonly absolute: boolean;
  /** What the others wait for, too; null: the step asks nothing. */
  readonly class: ClassId | null;
  /** Before it among those that need the same: its rank less one. The three that follow add up to it. */
  readonly total: number;
  /** Due earlier, the work still to do reckoned in. */
  readonly dueEarlier: number;
  /** Due at the same moment, and came earlier; or came earlier where law has a number given by arrival alone. */
  readonly filedEarlier: number;
  /** Due later, and moved before it by a confirmed ground; by code. */
  readonly byGround: readonly { readonly ground: string; readonly count: number }[];
}

/** Waiting steps of one class, place and reason. */
export interface QueueRow {
  readonly classId: ClassId;
  readonly division: DivisionCode;
  readonly rule: WaitingRule;
  readonly waiting: number;
  /** Arrival of the step that is next. */
  readonly headArrivedAt: Instant;
  readonly headDueAt: Instant;
}
