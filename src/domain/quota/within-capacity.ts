import type { ClassId, CohortId, UnitId } from "../id.js";
import { ancestorsOf } from "../org/tree.js";
import type { Amount } from "../quantity.js";
import type { Cohort, Quota } from "./quota.js";

/** What a unit's own resources of a class give in a period on their best day. */
export interface OwnCapacity {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  /** Null: something of it is without limit. */
  readonly amount: Amount | null;
}

/** What the members of one tree of cohorts are promised of one class, and what they have. */
export interface Promised {
  /** The cohort at the top. */
  readonly cohort: CohortId;
  readonly classId: ClassId;
  readonly nominal: Amount;
  /** Null: without limit. */
  readonly capacity: Amount | null;
}

/**
 * By tree and class, the sum of nominal quotas beside the sum of what the members' own resources give. Within a tree idle quota
 * goes from any member to any other, so a cohort inside it may promise more than its own members have.
 */
export function promises(quotas: readonly Omit<Quota, "generation">[], cohorts: readonly Pick<Cohort, "id" | "parent">[], own: readonly OwnCapacity[]): readonly Promised[] {
  const parents = new Map(cohorts.map(({ id, parent }) => [id, parent]));
  const capacities = new Map(own.map((one) => [`${one.unitId} ${one.classId}`, one.amount]));
  const sums = new Map<string, { cohort: CohortId; classId: ClassId; nominal: Amount; capacity: Amount | null }>();
  for (const { unitId, classId, cohort, nominal } of quotas) {
    const top = ancestorsOf(parents, cohort).at(-1) ?? cohort;
    const key = `${top} ${classId}`;
    let sum = sums.get(key);
    if (!sum) sums.set(key, (sum = { cohort: top, classId, nominal: 0, capacity: 0 }));
    const capacity = capacities.has(`${unitId} ${classId}`) ? capacities.get(`${unitId} ${classId}`)! : 0;
    sum.nominal += nominal === "own" ? (capacity ?? 0) : nominal;
    sum.capacity = sum.capacity === null || capacity === null ? null : sum.capacity + capacity;
  }
  return [...sums.values()];
}
