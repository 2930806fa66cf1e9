import type { PoolId } from "../../domain/id.js";
import type { Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";

/** One key of one person on one route has one effect and one answer. */
export interface IdempotencyScope {
  readonly pool: PoolId;
  readonly personId: string;
  /** The route's template, not its URL. */
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the query, the generation and the bytes of the request, hex. */
  readonly bodyHash: string;
}

/** An answer as it was given, kept 30 days. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Once =
  | { readonly kind: "done"; readonly answer: StoredAnswer; readonly replayed: boolean }
  | { readonly kind: "refused"; readonly problems: readonly [Problem, ...Problem[]] };

export interface Idempotency {
  /**
   * Runs `work` in one transaction, which use cases called inside join, and keeps its answer in that same
   * transaction: the effect and the answer become durable together or not at all. A refusal rolls back and
   * keeps nothing, so that the corrected request may use the key again.
   *
   * Refuses with `idempotency.key_reused` (other body) or `idempotency.in_flight`.
   *
   * @param how `together`: it may share a transaction with others that come at the same moment, each with its own answer.
   *   Only for work that has written nothing when it refuses, and that may be done again when a neighbour fails.
   */
  once(scope: IdempotencyScope, work: () => Promise<Result<StoredAnswer>>, how?: "alone" | "together"): Promise<Once>;
}
