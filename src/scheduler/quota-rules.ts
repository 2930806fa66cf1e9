import type { ClassId, CohortId, UnitId } from "../domain/id.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";

/** What a unit may use of a class in each of its periods, and of what its cohort leaves idle. */
export interface QuotaRule {
  readonly unitId: UnitId;
  /** Not of kind `function`: an authority is no stock. */
  readonly classId: ClassId;
  readonly cohort: CohortId;
  /** `own`: what the unit's own resources of the class give in the period. */
  readonly nominal: Amount | "own";
  /** How far above nominal it may go; null: as far as others leave something idle. */
  readonly borrowingLimit: Amount | null;
  /** How much of what it leaves idle others may use; null: all. */
  readonly lendingLimit: Amount | null;
  /** Its part of what is borrowed, beside others'; 0: only what nobody with a weight wants. */
  readonly weight: number;
}

/** Units without a rule for a class use it as if there were none. */
export interface QuotaRules {
  /** After so many days what was borrowed, or lent, counts half. */
  readonly halfLifeDays: number;
  readonly cohorts: readonly { readonly id: CohortId; readonly parent: CohortId | null }[];
  readonly quotas: readonly QuotaRule[];
}

/** Half-lives after which what was borrowed or lent counts no more: how far back `quotaSettled` reaches. */
export const QUOTA_HALF_LIVES = 8;

/** What of a period is settled, by the unit whose claims used it. */
export interface QuotaSettled {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly period: Period;
  readonly amount: Amount;
}
