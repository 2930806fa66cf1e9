import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Kind, Measure } from "../../domain/pool/class.js";
import type { Amount } from "../../domain/quantity.js";
import type { Page, PageAsked } from "./page.js";

/** What is asked of the pool at one moment. Counties are the first six digits of the matter's division. */
export interface DemandNow {
  readonly requests: { readonly open: number; readonly overdue: number; readonly unservable: number };
  readonly openByCounty: Readonly<Record<string, number>>;
  /** Steps that are ready and have no decision. */
  readonly waitingSteps: number;
  readonly refusedSteps: number;
  readonly waitingByCounty: Readonly<Record<string, number>>;
  /** A step that needs several classes counts once in each. */
  readonly waiting: readonly { readonly classId: ClassId; readonly county: string; readonly steps: number }[];
}

/** Minutes of clock time from ready to granted, over the latest decisions since an instant. */
export interface WaitsOfKind {
  readonly kind: Kind;
  readonly decisions: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export interface UnplacedFilter {
  /** `waiting` no decision yet · `refused` the scheduler found nothing that could ever serve it. */
  readonly state: "waiting" | "refused";
  readonly class?: string | undefined;
  /** Whatever lies beneath this division. */
  readonly division?: string | undefined;
}

/** A step without a place. */
export interface UnplacedStep {
  readonly stepId: StepId;
  readonly name: string;
  readonly stepNames: Names;
  readonly attempt: number;
  readonly requestPublicId: string;
  readonly number: string;
  readonly itemNames: Names;
  readonly division: DivisionCode;
  readonly divisionNames: Names | null;
  readonly readyAt: Instant;
  readonly dueAt: Instant;
  readonly paused: boolean;
  readonly claims: readonly { readonly classId: ClassId; readonly classNames: Names; readonly measure: Measure; readonly amount: Amount; readonly slots: number }[];
}

/** What is asked and not yet given: counted and listed from the tables, so that the count and its rows agree. */
export interface Demand {
  now(at: Instant): Promise<DemandNow>;
  waits(since: Instant): Promise<readonly WaitsOfKind[]>;
  /** By due date, then step. */
  unplaced(filter: UnplacedFilter, page: PageAsked): Promise<Page<UnplacedStep>>;
}
