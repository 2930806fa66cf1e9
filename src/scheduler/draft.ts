import type { StepId } from "../domain/id.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Closing, Decision, DirectMove, LoanMove, Requeued, ShapeSeen } from "./contract.js";
import type { StepBefore } from "./steps.js";

export interface Delta {
  readonly r: number;
  readonly period: Period;
  held: Amount;
  settled: Amount;
  lent: Amount;
  borrowed: Amount;
  /** What the lender's resource is declared to give where its window does not reach. */
  told: Amount | null;
  /** The capacity on the books is another: a fact, which is stated again when the batch is taken back. */
  stated: boolean;
}

/** A batch being made, and how to take it back. */
export interface Draft {
  readonly decisions: Decision[];
  readonly closings: Closing[];
  readonly requeued: Requeued[];
  readonly directs: DirectMove[];
  readonly loans: LoanMove[];
  readonly shapes: ShapeSeen[];
  readonly deltas: Map<number, Delta>;
  /** Each step the batch touched, as it was before, in the order of first touch. */
  readonly before: StepBefore[];
  /** Steps that came with the batch: taken back, they are as if they had never been. */
  readonly born: number[];
  /** Written beside each step the batch touched. */
  readonly number: number;
  /** Of those, the ones that were gone when the batch was made: their places are free once it is confirmed. */
  gone: readonly number[];
}

/** A step may be queued again and answered in one batch: what counts is the turn it was in before, the one it is in at the end, and for what it was moved. */
export function lastOfEach(requeued: readonly Requeued[]): readonly Requeued[] {
  if (requeued.length < 2) return requeued;
  const last = new Map<StepId, Requeued>();
  for (const one of requeued) last.set(one.step, { ...one, from: last.get(one.step)?.from ?? one.from, movedFor: one.movedFor ?? last.get(one.step)?.movedFor ?? null });
  return [...last.values()];
}

export const emptyDraft = (number: number): Draft => ({
  decisions: [],
  closings: [],
  requeued: [],
  directs: [],
  loans: [],
  shapes: [],
  deltas: new Map(),
  before: [],
  born: [],
  number,
  gone: [],
});
