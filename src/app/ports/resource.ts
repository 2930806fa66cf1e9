import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import type { Kind } from "../../domain/pool/class.js";
import type { Balance } from "../../domain/pool/capacity.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { Period } from "../../domain/pool/period.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Amount } from "../../domain/quantity.js";
import type { Page, PageAsked } from "./page.js";

export interface ResourceFilter {
  /** Only of these units; absent: of all. */
  readonly units?: readonly UnitId[] | undefined;
  readonly class?: string | undefined;
  readonly kind?: Kind | undefined;
  readonly state?: Resource["state"] | undefined;
  readonly trait?: string | undefined;
  /** Of units of this county, or of the prefecture's own. */
  readonly division?: string | undefined;
  /** True: without what is borrowed, which comes and goes with its loan. */
  readonly own?: boolean | undefined;
  /** Part of the code. */
  readonly text?: string | undefined;
}

/** What is on the books of a resource in one period. */
export interface BookedBalance extends Balance {
  readonly period: Period;
}

/** Somebody's hold on a resource. */
export interface Holder {
  readonly period: Period;
  readonly amount: Amount;
  readonly settled: Amount;
  readonly state: "held" | "settled";
  readonly stepId: StepId;
  readonly step: string;
  readonly requestId: RequestId;
  /** The readable number of the request; the applicant is not named here. */
  readonly requestNumber: string;
  readonly requestUnit: UnitId;
}

export interface Resources {
  byCode(code: string): Promise<Resource | null>;
  /** As `byCode`; others who would change it wait. */
  lock(code: string): Promise<Resource | null>;
  /** Those of the codes that exist, locked, for a whole table at once. */
  lockAll(codes: readonly string[]): Promise<ReadonlyMap<string, Resource>>;
  byCodes(codes: readonly string[]): Promise<ReadonlyMap<string, Resource>>;
  /** Those of the ids that exist. `borrowed`: a loan's dated resource. */
  some(ids: readonly ResourceId[]): Promise<readonly (Resource & { readonly borrowed: boolean })[]>;
  /** Those of the ids that are dated resources of loans. */
  dated(ids: readonly ResourceId[]): Promise<ReadonlySet<ResourceId>>;
  /** In code order. */
  list(filter: ResourceFilter, page: PageAsked): Promise<Page<Resource>>;
  /** Creates all of them; gives their ids in the same order. A code that is taken meanwhile makes the transaction start again. */
  insert(declared: readonly ResourceDeclaration[], importId?: string): Promise<readonly ResourceId[]>;
  /** Writes what is declared and raises the generation. */
  update(declared: readonly (ResourceDeclaration & { readonly id: ResourceId })[], importId?: string): Promise<void>;
  setState(id: ResourceId, state: Resource["state"]): Promise<void>;
  /** Retires them and frees their codes: the books keep them under another name. */
  withdraw(ids: readonly ResourceId[]): Promise<void>;
  /** Makes the totals of derived resources the sum of their assets in service; gives the ids of those that changed. */
  sumAssets(ids: readonly ResourceId[]): Promise<readonly ResourceId[]>;
  balances(id: ResourceId, from: Period, to: Period): Promise<readonly BookedBalance[]>;
  holders(id: ResourceId, from: Period, to: Period, page: PageAsked): Promise<Page<Holder>>;
  /** Total, capacity and use of every unit's resources of every class on one day. */
  /** What the units' own published resources can do, each kind once. */
  traitsOffered(): Promise<readonly TraitsOffered[]>;
  useByUnit(day: OverviewDay): Promise<readonly ClassUse[]>;
}

export interface TraitsOffered {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly traits: readonly string[];
}

/** The day an overview speaks of, with what the calendars say of it. */
export interface OverviewDay {
  readonly day: DayNumber;
  readonly year: number;
  /** Half-hours of work, by calendar. */
  readonly halfHours: ReadonlyMap<string, readonly number[]>;
  /** It is over: what was declared at its end counts, not what is now. Absent: it is not. */
  readonly past?: boolean;
}

/** One unit's supply of one class on one day. All amounts are in the class's unit of measure. */
export interface ClassUse {
  readonly classId: ClassId;
  readonly unitId: UnitId;
  readonly division: DivisionCode;
  readonly resources: number;
  /** How many of them are without limit: they add nothing to the amounts. */
  readonly unlimited: number;
  readonly total: Amount;
  readonly reserved: Amount;
  readonly capacity: Amount;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
  /** Capacity + borrowed − lent − held − settled. */
  readonly free: Amount;
  /** How many of them have less than is used. */
  readonly overdrawn: number;
}
