import type { PersonId, PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Problem } from "../../domain/problem.js";
import type { PlanGoal } from "../../domain/rebalance/plan.js";

export const SEARCH_PHASES = ["reading", "searching", "trying", "drafting"] as const;
export type SearchPhase = (typeof SEARCH_PHASES)[number];

/** Why nothing is proposed. */
export const NOTHING_REASONS = ["no-class", "nobody-waits", "nobody-spares", "budget-spent", "not-worth", "not-free", "tried-worse"] as const;
export type NothingReason = (typeof NOTHING_REASONS)[number];

/** Played beside doing nothing, the last time that it was. */
export interface SearchTrial {
  readonly breaches: readonly [number, number];
  /** 90th percentile of waits, in working minutes. */
  readonly p90: readonly [number, number];
  /** Loans that were left out because it was worse with them. */
  readonly dropped: number;
}

export interface SearchProgress {
  readonly phase: SearchPhase;
  /** Of all of it, from 0 to 100. */
  readonly percent: number;
  readonly classes: number;
  readonly solved: number;
  readonly moves: number;
  /** Of what could be saved, the part that is not proven to be out of reach; null: not known yet. */
  readonly gap: number | null;
}

export type SearchEnd =
  | { readonly state: "found"; readonly plan: number; readonly trial: SearchTrial }
  | { readonly state: "nothing"; readonly reason: NothingReason; readonly trial: SearchTrial | null }
  | { readonly state: "failed"; readonly problems: readonly Problem[] };

/** A plan that is looked for, or was. */
export interface PlanSearch {
  readonly id: string;
  readonly goal: PlanGoal;
  readonly by: PersonId;
  readonly at: Instant;
  readonly progress: SearchProgress;
  /** Null: under way. */
  readonly end: SearchEnd | null;
}

export type SearchWork = (say: (progress: Partial<SearchProgress>) => void) => Promise<SearchEnd>;

/** Searches on record, of all processes. */
export interface SearchBook {
  /** False: one is under way in this pool. Of those that are over only the newest are kept. */
  begin(one: Omit<PlanSearch, "end">, keptMax: number): Promise<boolean>;
  get(id: string): Promise<PlanSearch | null>;
  latest(): Promise<PlanSearch | null>;
  /** Says how far it is; also shows that somebody lives. */
  progress(id: string, progress: SearchProgress): Promise<void>;
  finish(id: string, progress: SearchProgress, end: SearchEnd): Promise<void>;
  /** Those nobody has worked on for so long have ended so. */
  abandon(idleMs: number, end: SearchEnd): Promise<void>;
}

/** Looks for plans beside the requests that ask for them, one at a time in each pool. The process that was asked works on it; all may read how far it is. */
export interface PlanSearches {
  /** Null: one is under way in this pool. */
  begin(poolId: PoolId, one: Pick<PlanSearch, "goal" | "by" | "at">, work: SearchWork): Promise<PlanSearch | null>;
  /** Resolves when nothing is under way here. */
  idle(): Promise<void>;
}
