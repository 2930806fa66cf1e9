import type { PlanInput, PlanOutcome } from "../../domain/rebalance/plan-input.js";

/** How far a plan is: classes looked at, of all, and the gap so far. */
export interface PlanProgress {
  readonly solved: number;
  readonly classes: number;
  readonly moves: number;
  readonly gap: number;
}

export interface OptimiserOptions {
  /** Milliseconds; what was not looked at by then is left as it is. */
  readonly budgetMs: number;
  readonly onProgress?: (progress: PlanProgress) => void;
}

/** Proposes loans between units. Never worse than proposing none, by the input's own figures. */
export interface Optimiser {
  plan(input: PlanInput, options: OptimiserOptions): Promise<PlanOutcome>;
}
