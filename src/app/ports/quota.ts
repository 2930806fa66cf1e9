import type { ClassId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { CohortDeclaration } from "../../domain/quota/declare-cohort.js";
import type { QuotaDeclaration } from "../../domain/quota/declare-quota.js";
import type { SharingDeclaration } from "../../domain/quota/declare-sharing.js";
import type { Cohort, Quota, Sharing } from "../../domain/quota/quota.js";
import type { OwnCapacity } from "../../domain/quota/within-capacity.js";

/** What a unit's claims of a class hold and have settled in one period. */
export interface UsedInPeriod {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly period: Period;
  readonly used: Amount;
}

/** A step that waits for so much of the class, for this unit's account. */
export interface WaitingForClass {
  readonly unitId: UnitId;
  readonly amount: Amount;
}

/** A pool has some thousands of quotas: they are read together. */
export interface Quotas {
  cohorts(): Promise<readonly Cohort[]>;
  putCohorts(cohorts: readonly CohortDeclaration[]): Promise<void>;
  removeCohort(id: string): Promise<void>;
  all(): Promise<readonly Quota[]>;
  put(quotas: readonly QuotaDeclaration[]): Promise<void>;
  /** What was counted of its use goes with it. */
  remove(quota: Pick<Quota, "unitId" | "classId">): Promise<void>;
  sharing(): Promise<Sharing>;
  putSharing(sharing: SharingDeclaration): Promise<void>;
  /** What each unit's published resources of each class give in a period on their best day. */
  ownCapacities(): Promise<readonly OwnCapacity[]>;
  /** Of units and classes with a quota, in periods that are not over; periods in which nothing is used are left out. */
  used(now: Instant): Promise<readonly UsedInPeriod[]>;
  /** Who waits for the class, in the order of the queue; at most `limit`. */
  waiting(classId: ClassId, limit: number): Promise<readonly WaitingForClass[]>;
}
