/**
 * What the pool's one writer needs of the database. One object serves one pool.
 *
 * A writer holds a lease with an epoch. Everything it commits is fenced by the pool's row in `writers`: the batch
 * matches the epoch, the last number and the count of revocations it was computed with, or nothing of it happens.
 */
import type { CalendarId, CommandId, DivisionCode, LoanId, PoolId, ResourceId, StepId, UnitId, ZoneId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import type { SuppliedAsset, SuppliedResource } from "../../domain/pool/capacity-by-period.js";
import type { UnitPlace } from "../../domain/policy/unit-relation.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { Command } from "../../domain/pool/command.js";
import type { Period, PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { LoanState, PartBack } from "../../domain/rebalance/loan.js";
import type { BalanceDelta, Barred, BookedPeriod, Closing, Decision, Delegation, DirectMove, HeldAllocation, LoanMove, ResourceSupply, ShapeSeen, StepAsk } from "../../scheduler/contract.js";
import type { BookedRows, HoldRows, StepRows } from "../../scheduler/loaded-rows.js";
import type { QuotaRule, QuotaRules, QuotaSettled } from "../../scheduler/quota-rules.js";

/** The writer's row: who writes, how far, and what every batch must still match. */
export interface Lease {
  readonly epoch: number;
  readonly lastSeq: number;
  readonly revocations: number;
  /** The pool's clock up to which all work was done. */
  readonly workedUpTo: Instant | null;
}

/** A resource as declared; its capacity in each period is worked out from this. */
export interface DeclaredResource extends Omit<ResourceSupply, "capacity" | "jurisdiction" | "agreement">, SuppliedResource {
  /** Division codes and `zone:<zone>`. */
  readonly jurisdiction: readonly string[];
  /** Only of a derived resource. */
  readonly assets: readonly SuppliedAsset[];
  /** A borrower's dated resource: what it gives, and when. Absent: its unit's own. */
  readonly loan?: CarriedLoan;
  /** Of an enterprise or association. Null: it serves under none. */
  readonly agreement?: ServedAgreement | null;
}

/** What one resource serves under an agreement that is in force or suspended. */
export interface ServedAgreement {
  /** The resource is up to its standard. */
  readonly inForce: boolean;
  /** Nothing is given for now. */
  readonly suspended: boolean;
  readonly from: LocalDate;
  /** The first day without it. */
  readonly until: LocalDate;
  readonly divisions: readonly DivisionCode[];
  /** Null: any. */
  readonly items: readonly string[] | null;
}

/** What a loan brings: so much in each of the periods, up to the first that is the lender's again. */
export interface CarriedLoan {
  readonly amount: Amount;
  /** Ascending. */
  readonly periods: readonly Period[];
  /** Null: the term is not cut short. */
  readonly until: Period | null;
  /** Periods of which a part goes back while the rest stays: what is said to be there (`stillGiven`), and what the borrower keeps. */
  readonly parts: readonly { readonly period: Period; readonly gives: Amount; readonly keeps: Amount }[];
}

/** A loan as the writer keeps it. */
export interface LivingLoan {
  readonly id: LoanId;
  readonly lender: ResourceId;
  readonly borrower: ResourceId;
  readonly kind: PeriodKind;
  readonly amount: Amount;
  /** In each period what is free of the amount. */
  readonly partial: boolean;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly backFrom: LocalDate | null;
  readonly parts: readonly PartBack[];
  readonly state: LoanState;
  /** That carry it; none before it is booked. */
  readonly periods: readonly Period[];
  /** What is still lent, by period. */
  readonly lent: ReadonlyMap<Period, Amount>;
}

/** Its term is over, or it came back before: nothing of it is lent in any period that is still to come. */
export interface LoanEnded {
  readonly kind: "ended";
  readonly loan: LoanId;
  readonly borrower: ResourceId;
}

/** Where a resource is. */
export interface DeclaredPlace extends Pick<DeclaredResource, "unitId" | "jurisdiction" | "unitDivision" | "calendarId"> {
  readonly active: boolean;
}

/** What it gives. */
export type DeclaredGift = Omit<DeclaredResource, keyof DeclaredPlace | "id" | "generation" | "derived" | "assets" | "offered" | "loan" | "absences" | "agreement">;

/** Resources as columns: the n-th of each list is of the n-th. Places and gifts are few, and pairs of them hundreds of thousands. */
export interface DeclaredRows {
  readonly ids: Float64Array;
  readonly generations: Float64Array;
  /** Which of `places` and of `gifts` say what is declared of it. */
  readonly at: Int32Array;
  readonly gives: Int32Array;
  readonly places: readonly DeclaredPlace[];
  readonly gifts: readonly DeclaredGift[];
}

/** What is declared once for the whole pool. */
export interface DeclaredPool {
  readonly classes: readonly CapacityClass[];
  readonly divisions: ReadonlyMap<DivisionCode, DivisionCode | null>;
  readonly zones: ReadonlyMap<ZoneId, readonly DivisionCode[]>;
  readonly calendars: readonly Calendar[];
  readonly calendarId: CalendarId | null;
  /** How units stand to one another. */
  readonly units: ReadonlyMap<UnitId, UnitPlace>;
  readonly policyVersion: number;
}

/** Pieces of the pool in the order they are fed. What comes by the million comes as rows: a store with few of a kind may leave those out. */
export type LoadedPiece =
  | { readonly kind: "pool"; readonly pool: DeclaredPool }
  /** Kept out because of a fault that nobody has mended; before the resources. */
  | { readonly kind: "frozen"; readonly resources: readonly ResourceId[] }
  | { readonly kind: "resources"; readonly resources: readonly DeclaredResource[] }
  | { readonly kind: "resourceRows"; readonly rows: DeclaredRows }
  | { readonly kind: "delegations"; readonly delegations: readonly Delegation[] }
  /** Booked and not over; before the resources. Left out where there are none. */
  | { readonly kind: "loans"; readonly loans: readonly LivingLoan[] }
  /** Left out where there are none. */
  | { readonly kind: "quotas"; readonly book: QuotaBook }
  | { readonly kind: "booked"; readonly periods: readonly BookedPeriod[] }
  | { readonly kind: "bookedRows"; readonly rows: BookedRows }
  /** Plain steps that hold, and plain ones that wait as those of `waiting` do. */
  | { readonly kind: "stepRows"; readonly steps: StepRows; readonly holds: HoldRows }
  | { readonly kind: "held"; readonly allocations: readonly HeldAllocation[] }
  /** Steps that numbered commands put into the queue and no decision has answered. */
  | { readonly kind: "waiting"; readonly steps: readonly StepAsk[] };

export interface TakenCommand {
  readonly id: CommandId;
  readonly command: Command;
  /** On the pool's clock. */
  readonly occurredAt: Instant;
}

export interface Taken {
  /** Unnumbered and not on the way, in id order; at most as many as asked for. */
  readonly commands: readonly TakenCommand[];
  readonly clock: "real" | "manual";
  /** The pool's clock, read in the same statement. */
  readonly now: Instant;
}

/** A step's next turn: lapsed, resumed or reconsidered. */
export interface NextAttempt {
  readonly step: StepId;
  /** The turn the table must show: somebody's act may have begun another meanwhile, which its own command is about. */
  readonly from: number;
  readonly attempt: number;
  /** The code of the ground its holds were moved for. */
  readonly movedFor?: string | null;
}

/** A step that a command puts into the queue. */
export interface Readied {
  readonly step: StepId;
  /** The turn that begins, where the command says it. */
  readonly turn: number | null;
}

/** Those of the steps asked about that stand ready in an open request. */
export interface ReadySteps {
  /** Each at the attempt its next decision answers. */
  readonly steps: readonly StepAsk[];
  /** Those whose last attempt was answered before (resumed, reconsidered): the table must be told of the new one. */
  readonly begun: readonly NextAttempt[];
}

export interface Restrictions {
  /** All that are or will be in force. */
  readonly delegations: readonly Delegation[];
  readonly barred: ReadonlyMap<StepId, readonly Barred[]>;
}

/** Quotas whose use nobody has counted yet, and all that is settled of them: the batch that answers their declaration writes it. */
export interface UncountedUse {
  readonly quotas: readonly Pick<QuotaRule, "unitId" | "classId">[];
  readonly settled: readonly QuotaSettled[];
}

/** Quotas in force, and what is settled of them as the batches that arrived so far left it. */
export interface QuotaBook {
  readonly rules: QuotaRules;
  readonly settled: readonly QuotaSettled[];
  readonly uncounted: UncountedUse;
}

export interface BookedCapacity {
  readonly resource: ResourceId;
  readonly period: Period;
  readonly capacity: Amount;
}

/** One batch, numbered: every number of `fromSeq` + 1 … `toSeq` belongs to one command, one decision or the closings. */
export interface WriterBatch {
  readonly epoch: number;
  readonly revocations: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly policyVersion: number;
  /** The pool's clock the batch was decided at. */
  readonly decidedAt: Instant;
  /** Set when nothing that could be decided at this time was left over. */
  readonly workedUpTo: Instant | null;
  readonly commands: readonly { readonly id: CommandId; readonly seq: number }[];
  /** All closings of a batch, and what loans move in it, share one number, before its decisions: capacity is given back before it is given out. */
  readonly closingSeq: number | null;
  readonly closings: readonly Closing[];
  readonly attempts: readonly NextAttempt[];
  readonly decisions: readonly (Decision & { readonly seq: number })[];
  readonly directs: readonly DirectMove[];
  readonly loans: readonly (LoanMove | LoanEnded)[];
  readonly balances: readonly BalanceDelta[];
  readonly shapes: readonly ShapeSeen[];
  /** Frozen resources that its commands declare anew. */
  readonly thawed: readonly ResourceId[];
  /** Some unit has a quota: what the closings settle is counted. */
  readonly countsQuotas: boolean;
  /** Null: nothing is counted for the first time. */
  readonly uncounted: UncountedUse | null;
}

/** A row whose increase did not fit: the books and the engine disagree, which is a fault. */
export interface OverCapacity {
  readonly resource: ResourceId;
  readonly period: Period;
  readonly capacity: Amount;
  readonly held: Amount;
  readonly settled: Amount;
  readonly increase: Amount;
}

export type CommitOutcome =
  | { readonly kind: "committed" }
  /** Somebody else writes this pool now: stop. */
  | { readonly kind: "stale-epoch" }
  /** An authority, consent, policy or recusal was withdrawn meanwhile: forget, decide again. */
  | { readonly kind: "stale-revocations" }
  /** A step the batch takes back or begins anew was started or ended meanwhile; its command is on the way: decide again. */
  | { readonly kind: "stale-step" }
  /** Deadlock or serialization failure: nothing happened, the same batch may be sent again. */
  | { readonly kind: "conflict" }
  | { readonly kind: "over-capacity"; readonly rows: readonly OverCapacity[] }
  /** The reply was lost: ask `outcomeOf`. */
  | { readonly kind: "unknown" };

export interface ReadPort {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

export interface PoolWriter {
  readonly poolId: PoolId;

  /** Takes the lease when nobody holds a live one. Time is the database's. */
  acquire(holder: string): Promise<Lease | undefined>;
  /** On a connection of its own, so that a long batch does not cost the lease. False: it is somebody else's now. */
  renew(epoch: number): Promise<boolean>;
  giveUp(epoch: number): Promise<void>;
  /** Tells readers where this writer answers. */
  announce(epoch: number, at: ReadPort): Promise<void>;
  /** The writer's row as it stands. */
  position(): Promise<Lease>;

  /** Reads everything in one snapshot, piece by piece: of the books, the periods that have not ended at `now` or still hold something. */
  load(now: Instant, feed: (piece: LoadedPiece) => void): Promise<void>;
  /** All resources of the pool, or those named; piece by piece. */
  resources(ids: readonly ResourceId[] | "all", feed: (resources: readonly DeclaredResource[]) => void): Promise<void>;

  /** @param onTheWay Commands of batches that may not have arrived yet: they are not taken twice. */
  takeCommands(limit: number, onTheWay: readonly CommandId[]): Promise<Taken>;
  /** Without those that went on to a later turn since, and that a command after `last` will bring. */
  readySteps(readied: readonly Readied[], last: CommandId | undefined): Promise<ReadySteps>;
  /** What steps ask, whatever has become of them. */
  stepsAsked(steps: readonly StepId[]): Promise<readonly StepAsk[]>;
  /** Who may act for whom, and who takes no part in the steps that untaken commands name: what a revocation may have changed. */
  restrictions(): Promise<Restrictions>;
  /** What counts back from `now`; while no batch is on its way, so that nothing of it is settled meanwhile. */
  quotas(now: Instant): Promise<QuotaBook>;
  /** What the books show as capacity of the resources, in periods on the books that have not ended; piece by piece. */
  bookedCapacities(ids: readonly ResourceId[] | "all", now: Instant, feed: (rows: readonly BookedCapacity[]) => void): Promise<void>;

  /** Those named, in the order of their ids. */
  loans(ids: readonly LoanId[]): Promise<readonly LivingLoan[]>;

  commit(batch: WriterBatch): Promise<CommitOutcome>;
  /** After `unknown`: waits on the pool's row until the lost transaction has ended either way, then compares. */
  outcomeOf(batch: WriterBatch): Promise<"committed" | "not-committed" | "stale-epoch">;

  /** Keeps the resources out of scheduling because of a fault, until a batch says that they were `thawed`. */
  recordFrozen(rows: readonly OverCapacity[], at: Instant, policyVersion: number): Promise<void>;

  /** Resolves when a command was announced, or after `timeoutMs`. */
  nextWake(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The connection is gone, for now: try again after a while. Anything else that is thrown is a fault. */
export class DatabaseAway extends Error {
  override readonly name = "DatabaseAway";
}

/** The pool was removed while it was written. */
export class PoolGone extends Error {
  override readonly name = "PoolGone";
}
