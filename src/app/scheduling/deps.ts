import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Engine, Waiting } from "../../scheduler/contract.js";
import type { Ahead, Comparison, QueueRow } from "../../scheduler/queue-place.js";
import type { OffersAsked, OffersFound } from "../../scheduler/offers-asked.js";
import type { AllocationPolicy } from "../ports/allocation-policy.js";
import type { OverCapacity, PoolWriter } from "../ports/writer.js";
import type { Rhythm } from "./pace.js";
import type { Pause } from "./patience.js";

/** What the writer tells the people who run it. */
export type SchedulingNotice =
  | { readonly kind: "writing"; readonly epoch: number; readonly lastSeq: number; readonly resources: number; readonly waiting: number }
  | {
      readonly kind: "committed";
      readonly seq: number;
      readonly commands: number;
      readonly granted: number;
      readonly refused: number;
      readonly closed: number;
      readonly waiting: number;
    }
  /** A batch was thrown away and is decided again. */
  | { readonly kind: "again"; readonly why: string }
  | { readonly kind: "unknown-resolved"; readonly as: "committed" | "not-committed" }
  /** An alarm: the books and the engine disagreed; these resources are out of scheduling until somebody declares them again. */
  | { readonly kind: "frozen"; readonly rows: readonly OverCapacity[] };

/** What may be asked of a writer at work, from the values its engine uses. */
export interface QueueView {
  readonly poolId: PoolId;
  now(): Instant;
  whyWaiting(step: StepId): Waiting | undefined;
  ahead(step: StepId): Ahead | undefined;
  compare(a: StepId, b: StepId): Comparison;
  queueSummary(): readonly QueueRow[];
  /** Alternatives that could be claimed now. */
  offers(asked: OffersAsked): Promise<OffersFound>;
  counts(): ReturnType<Engine["counts"]>;
}

export interface SchedulingDeps {
  readonly writer: PoolWriter;
  readonly policy: AllocationPolicy;
  readonly createEngine: () => Engine;
  /** Names this process in the lease. */
  readonly holder: string;
  readonly leaseTtlMs: number;
  readonly pause: Pause;
  readonly rhythm: Rhythm;
  readonly notice: (notice: SchedulingNotice) => void;
  readonly stop: AbortSignal;
  /** Opens the read port once the pool is loaded; closes when the writer ends. */
  readonly serveReads?: (view: QueueView, epoch: number) => Promise<void>;
}

/** Questions to the policy at once: each asking reads the pool's units, and readers wait meanwhile. */
export const QUESTIONS_MAX = 10_000;
/** Milliseconds between looks when nothing was announced: a lost notice costs no more. */
export const IDLE_MS_MAX = 1_000;
/** Times a batch is sent or decided again before everything is read anew. */
export const AGAIN_MAX = 5;
