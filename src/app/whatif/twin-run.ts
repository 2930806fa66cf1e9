import type { StepMode } from "../../domain/catalogue/item.js";
import type { DivisionCode, ItemCode, StepId, UnitId } from "../../domain/id.js";
import type { DayNumber, Instant } from "../../domain/instant.js";
import type { Allocation, Engine, PolicyQuestion, StepAsk } from "../../scheduler/contract.js";
import type { QuotaRules } from "../../scheduler/quota-rules.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import type { SupplyChanges } from "./changed-supply.js";
import type { Arrival } from "./demand.js";
import type { UseBook, WaitBook } from "./measure.js";

/** One run: a copy of a pool, who comes, what is changed, and how long. */
export interface TwinRun {
  readonly copy: PoolCopy;
  readonly supply: SupplyChanges;
  readonly arrivals: readonly Arrival[];
  /** In force instead of the copy's; null: those of the copy. */
  readonly quotas: QuotaRules | null;
  readonly seed: number;
  /** The run ends then; what comes after is not looked at. */
  readonly until: Instant;
  readonly createEngine: () => Engine;
  /** What the allocation policy says, in the order of the questions. */
  readonly answers: (questions: readonly PolicyQuestion[]) => readonly boolean[];
  /** Days that are measured by themselves, both included; absent: none. */
  readonly week?: { readonly first: DayNumber; readonly last: DayNumber } | undefined;
  /** From 0 to 1, of the time that is played. */
  readonly onProgress: (share: number) => void;
}

export interface TwinRequest {
  readonly key: string;
  readonly number: string | null;
  readonly item: ItemCode;
  readonly unitId: UnitId;
  readonly division: DivisionCode;
  readonly receivedAt: Instant;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  readonly carried: boolean;
  readonly waits: WaitBook;
  state: "open" | "served" | "unservable";
  closedAt: Instant | null;
  /** Steps that are not done. */
  left: number;
  steps: readonly TwinStep[];
}

export interface TwinStep {
  readonly request: TwinRequest;
  readonly name: string;
  readonly mode: StepMode;
  readonly after: readonly string[];
  readonly ask: StepAsk;
  state: "blocked" | "ready" | "done" | "refused";
  attempt: number;
  readyAt: Instant;
  /** Number of the latest appointment to work on it; others were overtaken. */
  appointment: number;
  holds: readonly Allocation[];
}

export interface TwinOutcome {
  readonly requests: readonly TwinRequest[];
  /** Nobody could take them in: there is no competent unit. */
  readonly turnedAway: number;
  readonly waits: WaitBook;
  /** Steps that waited half an hour or more, by `rule class`. */
  readonly waitedFor: ReadonlyMap<string, number>;
  readonly refusals: ReadonlyMap<string, number>;
  readonly granted: number;
  readonly worked: number;
  readonly lapsed: number;
  readonly use: UseBook;
  /** What was given out on the days of `week`, by unit, and what there was then; null: none are measured. */
  readonly week: { readonly waits: ReadonlyMap<UnitId, WaitBook>; readonly use: UseBook } | null;
  /** Beginnings of the half-hours that the pool works in. */
  readonly official: readonly Instant[];
  /** Steps that wait, and open requests, at the beginning of each working half-hour. */
  readonly queue: readonly { readonly at: Instant; readonly waiting: number; readonly open: number }[];
  /** What was given out, in the order of decisions: what a test compares with the writer's. */
  readonly grants: readonly { readonly step: StepId; readonly attempt: number; readonly allocations: readonly Allocation[] }[];
}
