import type { Names, Stage, StepMode } from "../../domain/catalogue/item.js";
import type { ClaimId, ClassId, DivisionCode, ItemCode, PersonId, RequestId, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Channel, FiledLanguage } from "../../domain/policy/subject.js";
import type { Measure } from "../../domain/pool/class.js";
import type { Period, PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { CaseFile } from "../../domain/request/case.js";
import type { RequestState, StepState } from "../../domain/request/lifecycle.js";
import type { PlannedStep } from "../../domain/request/plan.js";
import type { Page, PageAsked } from "./page.js";

/** A request about to be stored, with everything under it. */
export interface NewRequest {
  readonly publicId: string;
  readonly number: string;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly itemGeneration: number;
  readonly unitId: UnitId;
  /** Who is responsible in law, where a task force has the case. */
  readonly leadUnitId: UnitId | null;
  readonly division: DivisionCode;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  readonly answersSealed: string;
  readonly statusSecretHash: string;
  /** Items of the same bundle that must be completed first. */
  readonly waitsFor: readonly ItemCode[];
  readonly steps: readonly PlannedStep[];
  /** Of a paper record: its place is reckoned from when it was written, and from the date it would then have been promised. */
  readonly ranked?: { readonly from: Instant; readonly dueAt: Instant };
}

/** The sheet a request was written on, and who took it in. */
export interface PaperSheet {
  readonly serial: string;
  readonly division: DivisionCode;
  readonly village: string;
  /** The desk. */
  readonly unitId: UnitId;
  readonly enteredBy: PersonId;
}

/** Requests stored together: one, or those of a bundle. */
export interface Submission {
  readonly applicantId: PersonId;
  readonly filedBy: PersonId;
  readonly enterpriseCode: string | null;
  readonly channel: Channel;
  /** Null: not known. */
  readonly language: FiledLanguage | null;
  readonly receivedAt: Instant;
  readonly bundle: { readonly code: string; readonly id: string } | null;
  /** By what one applicant may have at a time; false for whoever stands for thousands. */
  readonly limited: boolean;
  readonly policyVersion: number;
  readonly actorId: string;
  /** Of the routing by which the units were found. */
  readonly routingMark: string;
  readonly requests: readonly NewRequest[];
}

export type Submitted =
  | { readonly kind: "stored"; readonly ids: readonly RequestId[] }
  /** The item's version, the unit or the routing is no longer what it was when it was read. */
  | { readonly kind: "changed" }
  | { readonly kind: "above-limit"; readonly limit: ReachedLimit };

/** What one applicant may not have more of. */
export interface ReachedLimit {
  readonly of: "open" | "holds";
  /** Null: of all items together. */
  readonly item: ItemCode | null;
  readonly max: number;
}

/** Whose a request is and who works on it: what the policy is asked about. */
export interface RequestOwnership {
  readonly publicId: string;
  readonly number: string;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly unitId: UnitId;
  /** Who is responsible in law, where a task force has the case. */
  readonly leadUnitId: UnitId | null;
  readonly division: DivisionCode;
  readonly applicantId: PersonId;
  readonly enterpriseCode: string | null;
  readonly bundleRequestId: string | null;
  /** Items of the same bundle that must be completed first. */
  readonly waitsFor: readonly ItemCode[];
  readonly receivedAt: Instant;
  readonly generation: number;
  /** Units whose resources are allocated to its steps. */
  readonly servingUnitIds: readonly UnitId[];
}

/** A request locked for an act. */
export interface LockedCase extends RequestOwnership {
  readonly file: CaseFile;
  /** Of each step: the units whose resources it holds in its present turn. */
  readonly servingByStep: ReadonlyMap<StepId, readonly UnitId[]>;
}

export interface Serving {
  readonly unitId: UnitId;
  readonly names: Names;
}

export interface StepView {
  readonly id: StepId;
  readonly name: string;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepState;
  readonly answer: "none" | "granted" | "refused";
  readonly answeredAt: Instant | null;
  /** When what was granted begins. */
  readonly startsAt: Instant | null;
  readonly readyAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly grounds: string | null;
  readonly dueAt: Instant;
  /** Units that give something to it. */
  readonly serving: readonly Serving[];
  readonly held: readonly { readonly claim: number; readonly classId: ClassId; readonly amount: Amount }[];
}

/** What a claim was given, in the words of the register. */
export interface GivenAllocation {
  readonly step: StepId;
  readonly claim: ClaimId;
  readonly attempt: number;
  readonly resource: string;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly classId: ClassId;
  readonly classNames: Names;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly period: Period;
  readonly amount: Amount;
  readonly settled: Amount;
  readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
}

/** An act on record, for the time line. */
export interface RecordedAct {
  readonly at: Instant;
  readonly act: string;
  readonly facts: Readonly<Record<string, unknown>> | null;
}

export interface RequestSummary {
  readonly publicId: string;
  readonly number: string;
  readonly item: ItemCode;
  readonly itemNames: Names;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  /** Who is responsible in law, where a task force has the case. */
  readonly lead: Serving | null;
  readonly division: DivisionCode;
  readonly divisionNames: Names | null;
  readonly state: RequestState;
  readonly receivedAt: Instant;
  /** When it was asked on paper; null: when it was received. */
  readonly occurredAt: Instant | null;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  readonly pausedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly enterpriseCode: string | null;
  readonly bundleCode: string | null;
}

export interface RequestRecord extends RequestSummary {
  readonly id: RequestId;
  readonly itemVersion: number;
  readonly applicantId: PersonId;
  readonly filedBy: PersonId;
  readonly channel: Channel;
  /** Null: not known. */
  readonly language: FiledLanguage | null;
  readonly bundleRequestId: string | null;
  readonly waitsFor: readonly ItemCode[];
  readonly pausedWorkingDays: number;
  readonly grounds: string | null;
  readonly answersSealed: string | null;
  readonly statusSecretHash: string | null;
  readonly generation: number;
  readonly unitAddress: string | null;
  readonly unitPhone: string | null;
  readonly steps: readonly StepView[];
  readonly acts: readonly RecordedAct[];
  readonly siblings: readonly RequestSummary[];
}

export interface Requests {
  /** Stores all or none, with audit records and the command, in one statement. */
  submit(submission: Submission): Promise<Submitted>;

  /** The number of the request that a sheet of this place was entered as. */
  paperNumber(division: DivisionCode, serial: string): Promise<string | undefined>;
  /** False: somebody entered the sheet meanwhile, and nothing was kept. */
  keepPaper(request: RequestId, sheet: PaperSheet): Promise<boolean>;

  /** Locks requests, in id order, and reads each whole. Unknown ones are left out. */
  lock(publicIds: readonly string[]): Promise<readonly LockedCase[]>;
  /** As `lock`, for the requests of these steps. */
  lockOfSteps(steps: readonly StepId[]): Promise<readonly LockedCase[]>;
  /** As `lock`, for all requests of a bundle. */
  lockBundle(bundleRequestId: string): Promise<readonly LockedCase[]>;
  /** Writes what acts made of locked cases: each request's row and the steps named. */
  save(changes: readonly { readonly file: CaseFile; readonly changed: readonly StepId[]; readonly at: Instant }[]): Promise<void>;
  /** New answers and what was supplied. */
  replaceAnswers(id: RequestId, sealed: string): Promise<void>;

  ownership(publicId: string): Promise<RequestOwnership | undefined>;
  record(publicId: string): Promise<RequestRecord | undefined>;
  /** Of the request with this readable number. */
  publicIdOf(number: string): Promise<string | undefined>;
  /** What the code of a receipt is held against; one row, whatever the request holds. */
  statusSecret(number: string): Promise<{ readonly publicId: string; readonly hash: string | null } | undefined>;
  /** Everything that was ever given to its steps, by step, claim and period. */
  allocations(publicId: string): Promise<readonly GivenAllocation[]>;
  /** Of the person and the enterprises, newest first; `open` leaves out closed ones. */
  listOf(whose: { readonly person: PersonId; readonly enterprises: readonly string[]; readonly open: boolean }, page: PageAsked): Promise<Page<RequestSummary>>;
  /** Whether at least `limit` steps wait; counted anew every second or so, and less often when counting takes long. */
  queueFull(limit: number): Promise<boolean>;
  /** The limit of holds that one more for this step would be above: other steps of the applicant's open requests count that stand ready or are worked. */
  holdsReached(of: { readonly applicantId: PersonId; readonly item: ItemCode; readonly step: StepId }): Promise<ReachedLimit | null>;
}
