import type { PoolId } from "../../domain/id.js";

export interface PoolSummary {
  readonly id: PoolId;
  readonly names: { readonly zh: string; readonly en: string };
  readonly divisionCode: string;
  /** A copy for replay and trial, with a clock of its own. */
  readonly sandbox: boolean;
}

/** Which pools there are: asked on every call, so answers may be a second old. */
export interface PoolDirectory {
  find(pool: PoolId): Promise<PoolSummary | undefined>;
  list(): Promise<readonly PoolSummary[]>;
  /** Makes the next question read afresh, after a pool was made or removed. */
  forget(): void;
}
