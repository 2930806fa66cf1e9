import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Waiting } from "../../scheduler/contract.js";
import type { Ahead, Comparison, QueueRow } from "../../scheduler/queue-place.js";
import type { OffersAsked, OffersFound } from "../../scheduler/offers-asked.js";

/** A figure that lives in the writer, with the pool's time it was true at. */
export interface Figure<T> {
  readonly value: T;
  readonly at: Instant;
  /** False: the writer did not answer in time; this is what it said last. */
  readonly fresh: boolean;
}

export interface QueueSnapshot {
  readonly rows: readonly QueueRow[];
  readonly waiting: number;
  readonly holding: number;
  readonly resources: number;
}

/**
 * Rank, expected date and reasons: waiting writes no row, so they are asked of the pool's writer over its read port.
 * An answer takes at most 200 ms; after that the last figure is given, or none. Nothing here ever throws or waits for
 * a writer that is away.
 */
export interface QueueReader {
  /** `value` null: the step does not wait. Undefined: nobody answered, now or before. */
  waiting(pool: PoolId, step: StepId): Promise<Figure<Waiting | null> | undefined>;
  /** Who stands before the step, in counts; null as above. */
  ahead(pool: PoolId, step: StepId): Promise<Figure<Ahead | null> | undefined>;
  /** Which of two is before the other, as the writer knows them now. */
  compare(pool: PoolId, a: StepId, b: StepId): Promise<Figure<Comparison> | undefined>;
  queue(pool: PoolId): Promise<Figure<QueueSnapshot> | undefined>;
  /** Never an old answer: an alternative that is gone helps nobody. Undefined: the writer did not answer in time. */
  offers(pool: PoolId, asked: OffersAsked): Promise<Figure<OffersFound> | undefined>;
}
