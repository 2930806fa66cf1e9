import type { Kind } from "../pool/class.js";
import type { LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";

/** A day of the run: a date, or so many days after its first one. */
export type ScenarioDay = LocalDate | number;

/** Days from `from` to `to`, both included; left out: from the first day, for good. */
export interface ScenarioSpan {
  readonly from?: ScenarioDay | undefined;
  readonly to?: ScenarioDay | undefined;
}

/** Gives nothing for some days: whoever is named by every field that is given. */
export interface Drain extends ScenarioSpan {
  readonly unit?: string | undefined;
  readonly resource?: string | undefined;
  readonly asset?: string | undefined;
  readonly class?: string | undefined;
  /** Of a unit or class; left out: people and things. A closed hall loses no authority and no money. */
  readonly kinds?: readonly Kind[] | undefined;
  /** How many days before it begins it becomes known; left out: it is known from the start. 0: nobody was told. */
  readonly noticeDays?: number | undefined;
}

/** More of a class for a unit, like what the unit has of it already. */
export interface Addition extends ScenarioSpan {
  readonly unit: string;
  readonly class: string;
  /** Resources: officers, posts, counters. */
  readonly count: number;
  /** Of each in a period; left out: as much as what the unit has gives. */
  readonly amount?: Amount | undefined;
}

/** So many resources of the lender work for the borrower, in its place and name. */
export interface Loan extends ScenarioSpan {
  readonly class: string;
  readonly lender: string;
  readonly borrower: string;
  /** Which of the lender's; left out: the first ones. */
  readonly resource?: string | undefined;
  readonly count: number;
  /** Of each in a period; left out: all it has. */
  readonly amount?: Amount | undefined;
}

export type SupplyChange = { readonly drain: Drain } | { readonly add: Addition } | { readonly lend: Loan };

/** What is asked for is asked so many times as often. */
export interface Surge extends ScenarioSpan {
  readonly factor: number;
  readonly items?: readonly string[] | undefined;
  /** Divisions and all that lies in them. */
  readonly divisions?: readonly string[] | undefined;
}

/** Many wait for the last hours of a date: so much of the item's month comes then, and is missing before. */
export interface DeadlineCliff {
  readonly items?: readonly string[] | undefined;
  readonly divisions?: readonly string[] | undefined;
  readonly date: ScenarioDay;
  /** Of the month's requests, in percent. */
  readonly share: number;
  /** Working hours before the office closes on that date. */
  readonly hours: number;
}

/** Requests come as they came somewhere else; items and places follow this pool's own demand. */
export interface TraceDemand {
  /** Of the pool's own demand, in percent. */
  readonly load: number;
  /** Time on the wall, kind, place. */
  readonly rows: readonly (readonly [at: string, kind: string, place: string])[];
}

export type DemandChange = { readonly surge: Surge } | { readonly cliff: DeadlineCliff } | { readonly trace: TraceDemand };

/** Rules of the allocation policy, as the pool's rule tables write them: `kind, class, act, relation, scope, earmark, effect`. */
export interface PolicyDraft {
  /** Begins from this version instead of the one in force. */
  readonly version?: number | undefined;
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** A unit's quota of a class, as it would be. */
export interface QuotaDraft {
  readonly unit: string;
  readonly class: string;
  readonly cohort: string;
  readonly nominal: Amount | "own";
  readonly borrowingLimit?: Amount | null | undefined;
  readonly lendingLimit?: Amount | null | undefined;
  readonly weight: number;
}

/** Changes of the quotas in force. */
export interface QuotasDraft {
  readonly halfLifeDays?: number | undefined;
  /** Added, or given another parent. */
  readonly cohorts: readonly { readonly cohort: string; readonly parent?: string | undefined }[];
  readonly set: readonly QuotaDraft[];
  readonly remove: readonly { readonly unit: string; readonly class: string }[];
}

/** A file of changes that can be kept, compared and shared. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  /** The first day that days count from; left out: the day of the copy. */
  readonly start?: LocalDate | undefined;
  readonly days: number;
  readonly supply: readonly SupplyChange[];
  readonly demand: readonly DemandChange[];
  readonly policy?: PolicyDraft | undefined;
  readonly quotas?: QuotasDraft | undefined;
}

export const SCENARIO_LIMITS = {
  /** Days of one run. */
  daysMax: 92,
  /** Requests of one run. */
  requestsMax: 300_000,
  changesMax: 100,
  namedMax: 200,
  factorMax: 100,
  countMax: 1_000,
  hoursMax: 24,
  noticeDaysMax: 365,
  traceRowsMax: 100_000,
  loadMax: 1_000,
  halfLifeDaysMax: 365,
} as const;

export const isEmpty = ({ supply, demand, policy, quotas }: Scenario): boolean =>
  supply.length === 0 && demand.length === 0 && quotas === undefined && policy?.version === undefined && (policy?.add ?? []).length === 0 && (policy?.remove ?? []).length === 0;
