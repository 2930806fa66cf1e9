import type { ClaimId, ClassId, ResourceId, UnitId } from "../id.js";
import type { Period } from "./period.js";

/** Rules that read only what a shape holds; public names, in the order they run. */
export const STATIC_RULES = ["class", "validity", "traits", "jurisdiction", "scope", "automation", "agreement", "earmark", "policy"] as const;
export type StaticRule = (typeof STATIC_RULES)[number];

/** Rules that read persons or numbers of the moment. `persons`: own case, recusal, separation of duties. */
export const DYNAMIC_RULES = ["persons", "calendar", "capacity"] as const;
export type DynamicRule = (typeof DYNAMIC_RULES)[number];

export type Rule = StaticRule | DynamicRule;

/**
 * What kind of a no: `invalid` nobody could ever have it · `short` not now · `stale` what was named changed since it
 * was looked at · `in-use` just this resource and period are taken · `forbidden` a rule of the policy or about persons.
 */
export const REFUSAL_KINDS = ["invalid", "short", "stale", "in-use", "forbidden"] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/**
 * `generation`: the resource that was named, or the hold that was to be replaced, is not what it was · `count` a claim needs
 * more different resources than there are · `group` claims that one unit, or one resource, must serve find none that could ·
 * `quota` more than the unit may ever use in one period: its nominal quota and what it may borrow.
 */
export const REFUSAL_RULES = [...STATIC_RULES, ...DYNAMIC_RULES, "generation", "count", "group", "quota"] as const;
export type RefusalRule = (typeof REFUSAL_RULES)[number];

/** How many resources each static rule dropped, in rule order; `left` may serve the shape. */
export interface Funnel {
  readonly considered: number;
  readonly dropped: readonly { readonly rule: StaticRule; readonly count: number }[];
  readonly left: number;
}

/** The terms that ordered the candidates; lower is better, compared in this order, then by resource id. */
export interface ScoreTerms {
  /** The period in which it could begin. */
  readonly period: Period;
  /** 0 same township, 1 same county, 2 same prefecture, 3 farther. */
  readonly distance: number;
  /** 0 the claiming unit's own, 1 another's. */
  readonly otherUnit: 0 | 1;
  /** Share of the period's capacity in use after this claim, in whole percent. */
  readonly loadPercent: number;
}

/** Why a claim got what it got, or why nobody could ever give it. */
export interface ClaimReason {
  readonly claim: ClaimId;
  readonly class: ClassId;
  readonly shape: string;
  readonly outcome: "granted" | "refused";
  /** Granted: how many who might serve take no part in this matter, were closed, or full, in the period that was chosen. */
  readonly dynamic: readonly {
    readonly rule: DynamicRule;
    readonly count: number;
    /** Of so many, the nearest, when they were too many to look at all. */
    readonly of?: number;
  }[];
  readonly winner?: { readonly resource: ResourceId; readonly terms: ScoreTerms };
  readonly runnerUp?: { readonly resource: ResourceId; readonly terms: ScoreTerms };
  /** The winner acts in the claiming unit's name: ids of the delegations (委托) that let it, from that unit onwards. */
  readonly delegation?: readonly number[];
  /** Refused: the rule that left nobody, and the numbers it read. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly rule: RefusalRule;
  readonly asked: number;
  readonly most: number;
  /** Stated where it does not follow from the rule. */
  readonly kind?: RefusalKind;
}

/** Waiting requests are refused for what will never be, unless the reason says otherwise. */
export const refusalKind = ({ rule, kind }: Refusal): RefusalKind => kind ?? (rule === "policy" || rule === "persons" ? "forbidden" : "invalid");

/**
 * What a waiting step waits for: `calendar` everybody is closed in the window · `capacity` what is open is taken ·
 * `together` each claim could be met, not on one day or at one start · `number` somebody accepted earlier waits for a number
 * that law sets · `reserved` what is free is kept for an overdue step before it · `quota` something is free, and the unit has used
 * what it may of the class · `policy` an answer is being fetched ·
 * `turn` nothing is known to block it, its turn has not come.
 */
export type WaitingRule = Exclude<DynamicRule, "persons"> | "together" | "number" | "reserved" | "quota" | "policy" | "turn";

/**
 * A change that lets the step be granted now, the rest staying as it is:
 * `capacity` so much more of the class in each of so many periods of one resource · `ahead-leave` so many before it leave and
 * what they were to get stays free · `trait` `jurisdiction` `scope` `policy` … that rule alone dropped so many who would have enough now.
 */
export type Help =
  | { readonly kind: "capacity"; readonly class: ClassId; readonly resource: ResourceId; readonly amount: number; readonly periods: readonly Period[] }
  | { readonly kind: "ahead-leave"; readonly count: number }
  | { readonly kind: "rule"; readonly class: ClassId; readonly rule: StaticRule; readonly resources: number };

/** How far a unit's account of a class is used in one period: the one in which it has most room. */
export interface QuotaUse {
  readonly unit: UnitId;
  readonly class: ClassId;
  readonly period: Period;
  readonly used: number;
  readonly nominal: number;
  /** Of `used`, above nominal. */
  readonly borrowed: number;
  /** Null: no limit. */
  readonly borrowingLimit: number | null;
  readonly lendingLimit: number | null;
  /** What it may still take in the period. */
  readonly room: number;
}

/** Why a step waits, as the engine knows it now. */
export interface WaitingReason {
  readonly claim: ClaimId;
  readonly class: ClassId;
  readonly shape: string;
  readonly funnel: Funnel;
  /** What it is parked on: what it asks, and the most any one could give in one period when it was last tried. */
  readonly blockedBy: { readonly rule: WaitingRule; readonly asked: number; readonly mostFree: number; readonly quota?: QuotaUse };
  /** 1 = next among the steps that wait for the same shape; of `waiting`. */
  readonly rank: number;
  readonly waiting: number;
  /** When a grant is expected; null while there is nothing to estimate from. The interval holds about four times in five. */
  readonly expectedAt: number | null;
  readonly expectedEarliestAt: number | null;
  readonly expectedLatestAt: number | null;
  /** The smallest changes that would each let the whole step be granted now; none when no single one would. */
  readonly wouldHelp: readonly Help[];
}

/**
 * What a later beginning was due to, from the stored reasons: the claim that met most obstacles. A lone candidate that
 * was full counts none, so a claim without any stands for its own capacity; obstacles to several claims at once mean
 * that they had to be free together.
 */
export function waitedFor(reasons: readonly ClaimReason[] | null): { readonly class: ClassId; readonly rule: WaitingRule } | null {
  const dated = (reasons ?? []).filter(({ winner }) => winner !== undefined && winner.terms.period !== 0);
  const met = (reason: ClaimReason): number => timed(reason).reduce((sum, { count }) => sum + count, 0);
  const [worst] = dated.toSorted((a, b) => met(b) - met(a));
  if (!worst) return null;
  if (new Set(dated.filter((one) => met(one) > 0).map((one) => one.class)).size > 1) return { class: worst.class, rule: "together" };
  const [rule] = timed(worst).toSorted((a, b) => b.count - a.count);
  return { class: worst.class, rule: rule?.rule ?? "capacity" };
}

/** Who takes no part in a matter takes none on any later day either. */
const timed = ({ dynamic }: ClaimReason) => dynamic.flatMap(({ rule, count }) => (rule === "persons" ? [] : [{ rule, count }]));
