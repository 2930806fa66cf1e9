import type { ClassId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Page, PageAsked } from "./page.js";
import type { RequestSummary } from "./request.js";
import type { Kind } from "../../domain/pool/class.js";

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

/** Which of the open requests: those a figure counts, so that the figure and its rows agree. */
export type OpenRequests = "open" | "overdue" | "unservable";

/** What is asked and not yet given, counted. */
export interface Demand {
  now(at: Instant): Promise<DemandNow>;
  /** The rows behind the figures of open requests, what is due first on top. */
  openRequests(which: OpenRequests, county: string | undefined, at: Instant, page: PageAsked): Promise<Page<RequestSummary>>;
  waits(since: Instant): Promise<readonly WaitsOfKind[]>;
}
