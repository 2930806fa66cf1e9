/**
 * What goes into the engine and what comes out.
 *
 * The engine is deterministic: `step(events, now)`. It owns its state, touches nothing outside, and returns a
 * batch to commit. Committing is the writer's: a committed batch is answered with `confirm`, a refused one with
 * `forget`, and then the same events lead to the same batch again. Batches may be computed ahead of the one that
 * is committing. No dice are thrown yet; a draw will take its seed as an argument, as the clock does.
 *
 * Everything the engine knows of the world comes in an event; the writer makes events from numbered commands
 * and from what the store declares. **Facts** (classes, divisions, units, resources, window, booked, held, stepRows, delegations,
 * quotas, quotaSettled, barred, prioritised, policy, policyAnswers) are true whatever becomes of the batch, and stay when it is forgotten; stating one
 * again is harmless. **Acts** (ready, started, confirmed, ended, annulled, lent, returned, dropped, evacuated, tick) are forgotten with the batch and must
 * be sent again.
 *
 * At start: classes, divisions, resources, booked, held and queued steps, policy: all by `take`, then ready steps. The
 * order of resources and of steps does not matter.
 */
import type { ClaimScope } from "../domain/catalogue/item.js";
import type { ClaimId, ClassId, DivisionCode, LoanId, RequestId, ResourceId, StepId, TraitId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { EvacuatedResource } from "../domain/pool/command.js";
import type { DirectOutcome } from "../domain/pool/direct-claim.js";
import type { ClaimReason, Funnel, WaitingReason } from "../domain/pool/decision.js";
import type { PassingGround } from "../domain/pool/order.js";
import type { Period } from "../domain/pool/period.js";
import type { UnitPlace, UnitRelation } from "../domain/policy/unit-relation.js";
import { AMOUNT_MAX, type Amount } from "../domain/quantity.js";
import type { BookedRows, HoldRows, ResourceRows, StepRows } from "./loaded-rows.js";
import type { QuotaRules, QuotaSettled } from "./quota-rules.js";
import type { Reservation, Comparison, Ahead, QueueRow } from "./queue-place.js";
import type { OffersAsked, OffersFound } from "./offers-asked.js";

/** What the books show as capacity of a gate: uses are counted, never limited. */
export const UNLIMITED: Amount = AMOUNT_MAX;

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
  /** The act may be done without an officer. */
  readonly automated: boolean;
  /** Of an enterprise or association: what it serves. Absent: a government unit's. */
  readonly agreement?: AgreedScope;
  readonly generation: number;
  readonly capacity: CapacityWindow;
  /**
   * What a loan brings in each period of its term. On the books the capacity of such a resource is 0 and this is borrowed, so
   * that of a period nothing is free until it was lent. Absent: its unit's own.
   */
  readonly loaned?: Amount;
}

/** What a resource serves under its agreement; its term is in its capacity, its places in its jurisdiction. */
export interface AgreedScope {
  /** False: no agreement is in force for it, or it is below its standard. */
  readonly inForce: boolean;
  /** Cases of these items alone; null: any. */
  readonly items: readonly string[] | null;
}

/**
 * Capacity per period, 0 outside calendar or validity; `unlimited` for gates (period `none`).
 * `first` is the period of `amounts[0]`; periods outside the array have capacity 0. The length of `amounts` is
 * how far ahead the engine allocates. A stock (period `none`) has one amount, at period 0.
 */
export type CapacityWindow =
  | "unlimited"
  | {
      readonly first: Period;
      readonly amounts: readonly Amount[];
      /** The most it could give in one period on its best day: what makes a claim impossible rather than late. */
      readonly peak: Amount;
    };

/** What is on the books of one resource and period, absolute; sent after the resource, before the first step. */
export interface BookedPeriod {
  readonly resource: ResourceId;
  readonly period: Period;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
}

/** What a claim asks. Its id is the step's and its place among the step's claims: `claimIdOf`. */
export interface ClaimAsk {
  readonly classId: ClassId;
  /** From each of `count` resources. */
  readonly amount: Amount;
  /** Different resources: two officers, three vehicles. */
  readonly count: number;
  readonly traits: readonly TraitId[];
  readonly scope: ClaimScope;
  readonly division: DivisionCode;
  /** The competent unit, whose case it is, or the direct claimant. */
  readonly unitId: UnitId;
  readonly together: boolean;
  readonly slots: number;
  readonly spread: boolean;
  readonly purpose: string | null;
  readonly earliest: Instant | null;
  /** The act is done without an officer: only what may be automated serves it. */
  readonly automatic: boolean;
  /** Claims of the step with the same number are served by one unit; null: by any. */
  readonly sameUnit: number | null;
  /** Claims of the step with the same number are served by one resource; null: by any. */
  readonly sameResource: number | null;
  /** What a direct claimant or an appointment names; null: the engine chooses. */
  readonly named: NamedSupply | null;
}

export interface NamedSupply {
  readonly resource: ResourceId | null;
  /** The resource's generation as the claimant saw it: at another one the claim is stale. Null: any. */
  readonly generation: number | null;
  /** The first period, exactly. */
  readonly period: Period | null;
}

/** The fields most claims leave as they are. */
export const PLAIN_CLAIM = {
  count: 1,
  traits: [],
  together: false,
  slots: 1,
  spread: false,
  purpose: null,
  earliest: null,
  automatic: false,
  sameUnit: null,
  sameResource: null,
  named: null,
} as const satisfies Partial<ClaimAsk>;

/** Why a rule about persons keeps a resource out of one step: it is not the resource that is wrong, but who is behind it. */
export interface Barred {
  readonly resource: ResourceId;
  /** `own-case` its officer is the applicant · `recusal` on the recusal list · `separation` did a step this one must be kept apart from. */
  readonly ground: "own-case" | "recusal" | "separation";
}

/** A lawful ground to be served before others, by code; the circumstances behind it stay sealed. */
export interface Priority {
  readonly ground: string;
  /** How far the ground moves the step ahead; Infinity: before everybody who has no such ground. */
  readonly advanceMs: number;
}

export interface StepAsk {
  readonly id: StepId;
  /** Null: a direct claim. */
  readonly requestId: RequestId | null;
  readonly attempt: number;
  /** Place in the queue among equals. */
  readonly arrivedAt: Instant;
  readonly dueAt: Instant;
  readonly expectedMinutes: number;
  readonly priority: Priority | null;
  /** Its holds were moved before: for an emergency or a lender never again. */
  readonly moved: boolean;
  /** By resource id. */
  readonly barred: readonly Barred[];
  /** False: what cannot be given now is refused now. */
  readonly waits: boolean;
  /** The step whose holds this one takes over: given back in the same batch, or kept when this one is refused. */
  readonly replaces: StepId | null;
  /** The hold ends then unless somebody confirmed it. */
  readonly holdUntil: Instant | null;
  /** At most `CLAIMS_MAX`. Steps that ask the same may share one array: the engine then knows them by it. */
  readonly claims: readonly ClaimAsk[];
}

/** The fields most steps leave as they are. */
export const PLAIN_STEP = {
  priority: null,
  moved: false,
  barred: [],
  waits: true,
  replaces: null,
  holdUntil: null,
} as const satisfies Partial<StepAsk>;

/**
 * One unit lets another act for it (委托), within dates. Where its law lets the other delegate further, the pair at both
 * ends is stated too.
 */
export interface Delegation {
  /** The declared delegations it rests on, from the first unit onwards. */
  readonly chain: readonly number[];
  readonly from: UnitId;
  readonly to: UnitId;
  readonly classId: ClassId;
  readonly validFrom: Instant;
  /** Exclusive; null: until withdrawn. */
  readonly validTo: Instant | null;
}

/** A hold the engine takes over from the books. */
export interface HeldAllocation {
  readonly step: StepAsk;
  readonly claim: ClaimId;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
  readonly started: boolean;
  /** Its applicant picked the time. Absent: it was chosen for them. */
  readonly picked?: true;
}

/** Whether a unit's class may serve a shape; compiled lazily, per policy version. */
export interface PolicyQuestion {
  readonly claimUnit: UnitId;
  readonly resourceUnit: UnitId;
  readonly classId: ClassId;
  readonly scope: ClaimScope;
  readonly purpose: string | null;
  /** How the second unit stands to the first, when the engine was told of both: the answer is for every two that stand so. */
  readonly relation?: UnitRelation;
}

export interface PolicyAnswer extends PolicyQuestion {
  readonly allowed: boolean;
}

export type EngineEvent =
  | { readonly kind: "classes"; readonly classes: readonly CapacityClass[] }
  /** Parents of divisions, for distance and for jurisdictions that contain others. */
  | { readonly kind: "divisions"; readonly parents: ReadonlyMap<DivisionCode, DivisionCode | null> }
  /** How units stand to one another: of those that are told, policy is asked once a relation, else once for each two. */
  | { readonly kind: "units"; readonly units: ReadonlyMap<UnitId, UnitPlace> }
  | { readonly kind: "resources"; readonly resources: readonly ResourceSupply[] }
  /** Days went by: the same resources, another stretch of periods. Cheaper than `resources`, which rules read again. */
  | {
      readonly kind: "window";
      readonly windows: readonly { readonly resource: ResourceId; readonly capacity: CapacityWindow }[];
    }
  /** As `resources`, of resources that are not known yet. */
  | { readonly kind: "resourceRows"; readonly rows: ResourceRows }
  | { readonly kind: "booked"; readonly periods: readonly BookedPeriod[] }
  | { readonly kind: "bookedRows"; readonly rows: BookedRows }
  /** Steps not known yet that stand in the queue or hold, as the books say: a fact, unlike `ready`. */
  | { readonly kind: "stepRows"; readonly steps: StepRows; readonly holds: HoldRows }
  | { readonly kind: "held"; readonly allocations: readonly HeldAllocation[] }
  /** All delegations that are or will be in force, absolute: replaces those stated before. Unstarted holds given under one that ended return at the next tick. */
  | { readonly kind: "delegations"; readonly delegations: readonly Delegation[] }
  /** All quotas and cohorts in force, absolute: replaces those stated before. Classes come first. */
  | { readonly kind: "quotas"; readonly quotas: QuotaRules }
  /**
   * What is settled of present and past periods, as the batches confirmed so far left it, absolute: what is not listed is nothing. After
   * `quotas`, whenever they are stated; what is held the engine knows itself.
   */
  | { readonly kind: "quotaSettled"; readonly rows: readonly QuotaSettled[] }
  /** Who must not serve a step, stated anew. An unstarted hold on one of them is given back and the step asks again. */
  | { readonly kind: "barred"; readonly steps: readonly { readonly step: StepId; readonly barred: readonly Barred[] }[] }
  /** A ground was confirmed or withdrawn: the step moves to its new place, or takes it when it is queued again. */
  | { readonly kind: "prioritised"; readonly steps: readonly { readonly step: StepId; readonly priority: Priority | null }[] }
  /** Another version was activated: every answer is asked again, and every waiting step is looked at again. */
  | { readonly kind: "policy"; readonly version: number }
  /** Answers to `Turn.needs`. Those of another version than the engine's are left unread. */
  | { readonly kind: "policyAnswers"; readonly version: number; readonly answers: readonly PolicyAnswer[] }
  /** Steps that ask. One already waiting or holding in this attempt or a later one is left as it is. */
  | { readonly kind: "ready"; readonly steps: readonly StepAsk[] }
  | { readonly kind: "started"; readonly step: StepId }
  /** A hold that would end by `holdUntil` stays. */
  | { readonly kind: "confirmed"; readonly step: StepId }
  /**
   * Each asks for what it waits for or holds at times and places that were picked: all of that now, or it goes on
   * as it was. `replaces` is the direct claim that keeps it free for the step until then, and ends with the answer.
   */
  | { readonly kind: "picked"; readonly steps: readonly StepAsk[] }
  /** What was picked is given back: they wait again, with their old place. */
  | { readonly kind: "unpicked"; readonly steps: readonly StepId[] }
  | {
      readonly kind: "ended";
      readonly step: StepId;
      /** What each claim used, cut to what it holds; claims left out settle all they hold. */
      readonly settle: readonly { readonly claim: ClaimId; readonly amount: Amount }[];
    }
  /** What a step settled goes back, though the step is over and unknown here: a number set by law that was annulled. */
  | { readonly kind: "annulled"; readonly uses: readonly Allocation[] }
  | LentEvent
  | ReturnedEvent
  /** Withdrawn, rejected, paused: leaves the queue or gives its holds back. */
  | { readonly kind: "dropped"; readonly steps: readonly StepId[] }
  /**
   * Nobody is to be served there any more: unstarted holds go back with their place, and are planned anew in the same turn, at
   * the time they had if others can give it. What the resources give now is stated before. A step that still waits for a
   * policy's answer is moved when it comes (`isEvacuating`); direct claims, and steps with a number set by law, stay.
   */
  | { readonly kind: "evacuated"; readonly resources: readonly EvacuatedResource[]; readonly ground: string }
  /** Time passed: periods have ended by `now`, and unstarted holds lapse. */
  | { readonly kind: "tick" };

/**
 * A loan begins: free of the lender's becomes free of the borrower's, in all the periods or, when one has not as much free, in none;
 * a partial one takes what is free of the amount in each, and nothing only where no period has as much as a claim may ask.
 * The borrower's resource comes with it: that it exists is a fact, that it has anything is not.
 */
export interface LentEvent {
  readonly kind: "lent";
  readonly loan: LoanId;
  readonly lender: ResourceId;
  /** With `loaned`: the amount of each period. */
  readonly borrower: ResourceSupply;
  readonly partial: boolean;
  /** Ascending, with what the lender's resource is declared to give there: they may lie beyond its window. */
  readonly periods: readonly { readonly period: Period; readonly capacity: Amount }[];
}

/** What nobody holds of the loan in these periods goes back to its lender. What was begun stays; the act is sent again when it has ended. */
export interface ReturnedEvent {
  readonly kind: "returned";
  readonly loan: LoanId;
  readonly lender: ResourceId;
  readonly borrower: ResourceId;
  readonly amount: Amount;
  readonly periods: readonly Period[];
  /**
   * Of a loan of which a part went back before, or does now: in the n-th period what is lent when the batch begins, and what the borrower keeps.
   * What it may still give out is told with it, and follows what goes back. Absent: it keeps nothing.
   */
  readonly parts?: readonly { readonly lent: Amount; readonly keeps: Amount }[];
}

/** What became of a loan in this batch. */
export type LoanMove =
  | { readonly kind: "lent"; readonly loan: LoanId; readonly lender: ResourceId; readonly borrower: ResourceId; readonly amounts: readonly PeriodAmount[] }
  /** In these periods the lender had less free than it was to lend. None at all: it gives nothing on any of the days. */
  | { readonly kind: "refused"; readonly loan: LoanId; readonly borrower: ResourceId; readonly periods: readonly Period[] }
  | { readonly kind: "returned"; readonly loan: LoanId; readonly lender: ResourceId; readonly borrower: ResourceId; readonly amounts: readonly PeriodAmount[] };

export interface PeriodAmount {
  readonly period: Period;
  readonly amount: Amount;
}

export interface Allocation {
  readonly claim: ClaimId;
  readonly step: StepId;
  readonly attempt: number;
  readonly resource: ResourceId;
  readonly period: Period;
  readonly amount: Amount;
}

/** The most urgent waiting step that asks one of the same classes and was passed, and the ground that allowed it. */
export interface Passed {
  readonly step: StepId;
  readonly ground: PassingGround;
}

export interface Granted {
  readonly outcome: "granted";
  readonly step: StepId;
  readonly attempt: number;
  /** Null: nobody before it in the order waits for any of its classes. */
  readonly passed: Passed | null;
  /** The key the step stood at: with it the order can be checked years later. */
  readonly key: number;
  /** In the order of claims, then periods. */
  readonly allocations: readonly Allocation[];
  /** When the work can begin: the latest start among its allocations, and not before the decision. */
  readonly startsAt: Instant;
  readonly reasons: readonly ClaimReason[];
  /** Its applicant picked the time: neither an emergency nor a lender has it moved. */
  readonly picked?: true;
}

export interface RefusedStep {
  readonly outcome: "refused";
  readonly step: StepId;
  readonly attempt: number;
  readonly passed: null;
  readonly key: number;
  readonly reasons: readonly ClaimReason[];
  /** Only what was picked is refused: the step waits or holds on as it did. */
  readonly stands?: true;
}

export type Decision = Granted | RefusedStep;

/** How a hold ended, or that what was settled went back. The amount settled plus the amount returned is what was held. */
export interface Closing {
  readonly allocation: Allocation;
  readonly state: "settled" | "released" | "lapsed" | "annulled";
  readonly settled: Amount;
}

/** A step whose holds lapsed, or were moved for an emergency, its lender or because nobody serves there any more, before its work started: it is queued again with its old place. */
export interface Requeued {
  readonly step: StepId;
  /** The one it was in, and the new one. */
  readonly from: number;
  readonly attempt: number;
  /** The code of the ground its holds were moved for, `RECLAIMED` and what `evacuated` said among them; null: they lapsed. */
  readonly movedFor: string | null;
}

/** What became of the step of a direct claim. Kept apart from decisions, since holds also end by time. */
export interface DirectMove {
  readonly step: StepId;
  readonly outcome: DirectOutcome;
  /** The step it was to take the place of. */
  readonly replaces: StepId | null;
}

/** What the books must show after the batch, as differences per resource and period, in (resource, period) order. */
export interface BalanceDelta {
  readonly resource: ResourceId;
  readonly period: Period;
  /** What the capacity is now declared to be; null for a period that has passed: leave what the books say. */
  readonly capacity: Amount | null;
  readonly held: Amount;
  readonly settled: Amount;
  /** Absent: 0. */
  readonly lent?: Amount;
  readonly borrowed?: Amount;
}

/** A shape as a decision of this batch used it. The hash covers key, policy version and funnel: a row never changes. */
export interface ShapeSeen {
  readonly hash: string;
  readonly classId: ClassId;
  readonly policyVersion: number;
  readonly funnel: Funnel;
}

/** One batch: everything that becomes durable together. */
export interface Batch {
  /** The version every decision of this batch was taken under. */
  readonly policyVersion: number;
  readonly decidedAt: Instant;
  readonly decisions: readonly Decision[];
  readonly closings: readonly Closing[];
  readonly requeued: readonly Requeued[];
  /** In the order they happened. */
  readonly directs: readonly DirectMove[];
  readonly loans: readonly LoanMove[];
  readonly balances: readonly BalanceDelta[];
  /** Shapes and funnels met for the first time since the engine started. */
  readonly shapes: readonly ShapeSeen[];
}

/** One turn of the engine. */
export interface Turn {
  readonly batch: Batch;
  /** Every question still open, for `policyAnswers`; the steps that need them stay in the queue until then. */
  readonly needs: { readonly version: number; readonly questions: readonly PolicyQuestion[] };
  /** The turn ended at its limit: step again without waiting for events. */
  readonly more: boolean;
}

/** Why a step waits, from the values the engine used. */
export interface Waiting {
  readonly step: StepId;
  readonly attempt: number;
  /** What blocks it; one entry unless several claims must meet. */
  readonly reasons: readonly WaitingReason[];
}

export interface EngineOptions {
  /** SHA-256 of a text, hex: names shapes. An argument, because the engine imports nothing. */
  readonly digest: (text: string) => string;
  /** Decisions of one turn at most; default 1,000. */
  readonly decisionsPerTurn?: number;
  /** From how many candidates on periods are indexed, and how much of one an index holds; tests make it small. */
  readonly indexing?: Indexing;
  /** Asks of nobody that stay compiled for whoever asks them next; tests make it small. */
  readonly idleAsks?: number;
  /** Overdue heads for which what is free is kept, the most urgent first; 0 only to measure what keeping costs. */
  readonly reservingMax?: number;
}

export interface Indexing {
  /** Candidates that are looked at one by one; of more, periods are indexed. */
  readonly scanMax: number;
  /** Of those that fit in a period, how many its index holds at least, and one in how many of a large number. */
  readonly heapMin: number;
  readonly heapShare: number;
}

/** How far a turn has come. */
export interface Slice {
  /** More can be decided. */
  readonly more: boolean;
  /** Decisions of the batch until now. */
  readonly decided: number;
}

export interface Engine {
  /** Takes the events in, then decides until nothing more can be given or the turn is full. The batch is assumed. */
  step(events: readonly EngineEvent[], now: Instant): Turn;
  /** A turn in slices, between which readers may ask: some events are taken in … */
  take(events: readonly EngineEvent[], now: Instant): void;
  /** … then it is decided until the batch has so many decisions, or somebody has had enough: asked after each try. */
  decide(now: Instant, decisionsMax: number, enough?: () => boolean): Slice;
  /** … and the turn ends. */
  finish(now: Instant): Turn;
  /** The batch is durable. Batches are confirmed in the order they were made. */
  confirm(batch: Batch): void;
  /** The batch will not become durable: undoes it, and every batch made after it. Facts stay. */
  forget(batch: Batch): void;
  /** Takes nothing, and changes nothing. */
  offers(asked: OffersAsked, now: Instant): OffersFound;
  /** When time alone changes something next: a period or an unconfirmed hold ends. Infinity: nothing is held that ends. */
  nextTickAt(): Instant;
  /** Undefined: the engine does not know the step as waiting. */
  whyWaiting(step: StepId, now: Instant): Waiting | undefined;
  /** Which of two steps is before the other, and why. */
  compare(a: StepId, b: StepId): Comparison;
  /** Undefined: the engine does not know the step as waiting. */
  ahead(step: StepId): Ahead | undefined;
  /** Something was picked for the step, and nobody has answered yet. */
  isPicked(step: StepId): boolean;
  /** Some step is to be moved on this ground, and nobody has answered yet. */
  isEvacuating(ground: string): boolean;
  /** As the last turn left them, in the order of the steps they are for. */
  reservations(): readonly Reservation[];
  /** In the order of class, division, rule. Cost: the number of different asks in the queue. */
  queueSummary(): readonly QueueRow[];
  counts(): { readonly waiting: number; readonly holding: number; readonly resources: number };
  /** How hard it worked for what it decided; what loops and rescans would show in. */
  effort(): Effort;
  /** What it keeps of what claims ask, by kind: bounded by who waits and holds, whatever was ever asked. */
  kept(): Kept;
}

export interface Kept {
  readonly shapes: number;
  readonly asks: number;
  readonly fits: number;
  /** Profiles in catchments. */
  readonly caught: number;
  /** Kinds of claims of which policy answers are known. */
  readonly told: number;
}

export interface Effort {
  /** Heads of lanes looked at since the engine began. */
  readonly tries: number;
  /** Parked lanes made runnable again since the engine began. */
  readonly wakes: number;
  /** Different asks the engine knows now: of steps that wait or hold. */
  readonly lanes: number;
  /** Steps whose borrowed holds were moved for their lender, and of those, ones that had been moved before: a loop. */
  readonly reclaimed: number;
  readonly loops: number;
}
