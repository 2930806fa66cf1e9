import type { StepId } from "../domain/id.js";
import type { Barred, ClaimAsk, ResourceSupply } from "./contract.js";

/*
 * Rows as columns, for the start of a pool: the n-th of each list is of the n-th row. A million rows make no million
 * objects.
 */

/** Where a resource is, and what it gives: two parts of what is declared of it. */
export type SuppliedWhere = Pick<ResourceSupply, "unitId" | "unitDivision" | "jurisdiction">;
export type SuppliedWhat = Omit<ResourceSupply, "id" | "generation" | keyof SuppliedWhere>;

export interface ResourceRows {
  readonly ids: Float64Array;
  readonly generations: Float64Array;
  /** Which of `wheres` and of `whats` say what is declared of it. */
  readonly where: Int32Array;
  readonly what: Int32Array;
  readonly wheres: readonly SuppliedWhere[];
  readonly whats: readonly SuppliedWhat[];
}

export interface BookedRows {
  readonly resources: Float64Array;
  readonly periods: Int32Array;
  /** Held + settled + lent − borrowed. */
  readonly used: Float64Array;
}

/** Steps of requests without a ground, a date or a name of their own: they wait, or hold what was granted. */
export interface StepRows {
  readonly ids: Float64Array;
  readonly attempts: Int32Array;
  readonly arrivedAt: Float64Array;
  readonly dueAt: Float64Array;
  readonly expectedMinutes: Int32Array;
  /** Which of `claims` it asks. */
  readonly asks: Int32Array;
  readonly claims: readonly (readonly ClaimAsk[])[];
  readonly started: Uint8Array;
  /** Its first row among the holds; -1: it waits. */
  readonly firstHold: Int32Array;
  /** Who takes no part, of the few steps that somebody is kept out of. */
  readonly barred: ReadonlyMap<StepId, readonly Barred[]>;
}

/** What the holding steps hold, each step's rows as a list from `StepRows.firstHold` on. */
export interface HoldRows {
  readonly ordinals: Uint8Array;
  readonly resources: Float64Array;
  readonly periods: Int32Array;
  readonly amounts: Float64Array;
  /** The step's next row; -1: it was the last. */
  readonly next: Int32Array;
}
