import type { Names } from "../catalogue/item.js";
import type { ClassId, CohortId, ItemCode, UnitId } from "../id.js";
import type { Amount } from "../quantity.js";

/** Units that may use one another's idle quota. A tree: a cohort may stand within another. */
export interface Cohort {
  readonly id: CohortId;
  readonly parent: CohortId | null;
  readonly names: Names;
  readonly generation: number;
}

/** What one unit may use of one class in each of its periods. A unit without one uses the class as if there were none. */
export interface Quota {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly cohort: CohortId;
  /** `own`: what the unit's own resources of the class give in the period, so that nobody is worse off than alone. */
  readonly nominal: Amount | "own";
  /** How far above nominal it may go; null: as far as others leave something idle. */
  readonly borrowingLimit: Amount | null;
  /** How much of what it leaves idle others may use; null: all. */
  readonly lendingLimit: Amount | null;
  /** Its part of what is borrowed, beside others'; 0: only what nobody with a weight wants. */
  readonly weight: number;
  readonly generation: number;
}

export const WEIGHT_MAX = 1_000;
export const DEFAULT_WEIGHT = 100;

/** How many cohorts may stand one within another: each costs a step at every look at what a unit may use. */
export const COHORT_DEPTH_MAX = 8;

/** What one applicant may have at a time; null: no limit of its own. */
export interface ApplicantLimit {
  readonly openRequests: number | null;
  /** Steps that hold something for them, or stand in the queue for it. */
  readonly holds: number | null;
}

/** How the pool shares: one document, declared whole. */
export interface Sharing {
  /** After so many days what was borrowed, or lent, counts half. */
  readonly halfLifeDays: number;
  readonly applicants: ApplicantLimit & { readonly openRequests: number };
  /** Tighter limits for one item. */
  readonly items: readonly (ApplicantLimit & { readonly item: ItemCode })[];
  readonly generation: number;
}

/** How a quota is named in an address: no unit's id has a colon. */
export const quotaKey = ({ unitId, classId }: Pick<Quota, "unitId" | "classId">): string => `${unitId}:${classId}`;
