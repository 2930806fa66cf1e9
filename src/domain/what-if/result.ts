import type { Names } from "../catalogue/item.js";
import type { LocalDate } from "../instant.js";
import type { Kind } from "../pool/class.js";
import type { Scenario } from "./scenario.js";

/** Minutes of working time from when a step could be given out to when its work could begin. */
export interface WaitFigures {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What there was of a class, or of all classes of a unit or place, and how much of it was given out. */
export interface UseFigures {
  readonly key: string;
  readonly names: Names | null;
  /** Of one class: in its measure. Of a unit or place: no sum, since classes have different measures. */
  readonly capacity: number | null;
  readonly used: number | null;
  /** Used of what there was, in tenths of a percent; of several classes the mean, each weighing alike. Null: there was nothing. */
  readonly permille: number | null;
}

/** What became of one run. */
export interface RunFigures {
  readonly requests: {
    /** Open when the run began. */
    readonly carried: number;
    readonly arrived: number;
    /** No unit is competent. */
    readonly turnedAway: number;
    readonly served: number;
    readonly open: number;
    /** A step of it can be met by nobody. */
    readonly unservable: number;
    /** Closed after the promised date, or open past it. */
    readonly breaches: number;
    /** Of them, past the statutory date too. */
    readonly unlawful: number;
  };
  readonly steps: { readonly granted: number; readonly worked: number; readonly lapsed: number };
  readonly waits: WaitFigures;
  /** Steps that waited half an hour or more, by what they waited for. */
  readonly waitedFor: readonly { readonly rule: string; readonly class: string; readonly steps: number }[];
  /** Steps that nobody could meet, by the rule that left nobody. */
  readonly refusals: readonly { readonly rule: string; readonly class: string; readonly steps: number }[];
  readonly classes: readonly (UseFigures & { readonly kind: Kind })[];
  readonly units: readonly UseFigures[];
  readonly divisions: readonly UseFigures[];
}

export interface GroupFigures {
  readonly requests: number;
  readonly served: number;
  readonly unservable: number;
  readonly breaches: number;
  /** Mean, median and 90th percentile of the waits of its steps. */
  readonly meanWait: number;
  /** Absent in results of before it was kept. */
  readonly p50Wait?: number;
  readonly p90Wait: number;
}

/** One unit, place or item in both runs. */
export interface GroupChange {
  readonly key: string;
  readonly names: Names | null;
  readonly base: GroupFigures;
  readonly scenario: GroupFigures;
  /** `loses`: more breaches, more that nobody can meet, or else longer waits; `wins`: fewer, or shorter. */
  readonly verdict: "wins" | "loses" | "same";
}

/** One request that is in both runs and ends otherwise in them. */
export interface RequestChange {
  /** Of a request that was open: its number. Of one that was drawn: null. */
  readonly number: string | null;
  readonly item: string;
  readonly unit: string;
  readonly division: string;
  readonly receivedAt: string;
  readonly base: RequestEnd;
  readonly scenario: RequestEnd;
  /** Working minutes later (or earlier) that it was closed; the end of the run stands for one that was not. */
  readonly laterMinutes: number;
}

export interface RequestEnd {
  readonly state: "open" | "served" | "unservable";
  readonly closedAt: string | null;
  readonly late: boolean;
}

/** How one unit fares on some days: as a plan's first week is measured. Null: nothing was given out, asked or offered. */
export interface UnitWeek {
  readonly unit: string;
  /** Of the steps given out on these days: working minutes until work could begin. */
  readonly p50Wait: number | null;
  readonly p90Wait: number | null;
  /** Open on one of the days; late: closed after its date, or open past it when they end. */
  readonly requests: number;
  readonly late: number;
  /** Used of what there was, in tenths of a percent: the mean of its classes. */
  readonly permille: number | null;
}

/** A scenario beside what would be without it, by the same engine, the same demand and the same seed. */
export interface WhatIfResult {
  readonly scenario: Scenario;
  readonly pool: string;
  /** When the copy was taken, on the pool's clock. */
  readonly copiedAt: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Where the demand comes from. */
  readonly demand: "table" | "guessed" | "none";
  readonly base: RunFigures;
  readonly changed: RunFigures;
  /** Steps that wait and open requests, at the beginning of working half-hours. */
  readonly queue: readonly { readonly at: string; readonly base: { readonly waiting: number; readonly open: number }; readonly scenario: { readonly waiting: number; readonly open: number } }[];
  readonly units: readonly GroupChange[];
  readonly divisions: readonly GroupChange[];
  readonly items: readonly GroupChange[];
  /** The requests that end most differently. */
  readonly requests: readonly RequestChange[];
  /** Of a scenario that lends: the first seven days of its loans, or fewer where they are shorter. */
  readonly week?: { readonly from: LocalDate; readonly to: LocalDate; readonly base: readonly UnitWeek[]; readonly changed: readonly UnitWeek[] };
  /** SHA-256 of all the rest, hex. */
  readonly hash: string;
}
