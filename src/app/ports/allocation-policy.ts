import type { PoolId } from "../../domain/id.js";
import type { PolicyQuestion } from "../../scheduler/contract.js";

/**
 * The `allocation` policy, as the pool's writer asks it: lazily, per shape and (unit, class), never per
 * decision. Answers of one version never change, so the engine keeps them until the version does.
 */
export interface AllocationPolicy {
  /** The version in force now: 1 is the one shipped in `policies/`. */
  activeVersion(pool: PoolId): Promise<number>;
  /** One answer a question, in the order of the questions. Throws when the version cannot be read: never allows by default. */
  answers(pool: PoolId, version: number, questions: readonly PolicyQuestion[]): Promise<readonly boolean[]>;
}
