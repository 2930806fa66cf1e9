import { chanceAbove, holm, intervalOf, refusalRatio, waitRatio, type LogRatio, type Waits } from "./ratio.js";
import { withheld } from "./suppression.js";

/** What groups are told apart by. */
export const DIMENSIONS = ["district", "language", "channel", "applicant"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const MEASURES = ["refusal", "wait"] as const;
export type Measure = (typeof MEASURES)[number];

/** Cases whose language nobody kept: counted, and compared with nobody. */
export const UNKNOWN_GROUP = "unknown";

/** The decided cases of one item in one group. */
export interface Stratum {
  readonly dimension: Dimension;
  readonly group: string;
  readonly item: string;
  readonly refused: number;
  /** Of all of them, in days of working time. */
  readonly waits: Waits;
}

export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** One group of one dimension, as it may be shown. */
export interface GroupReading {
  readonly dimension: Dimension;
  readonly group: string;
  /** Null: withheld, and everything else with it. */
  readonly cases: number | null;
  /** Null: withheld. */
  readonly refused: number | null;
  readonly waitDays: number | null;
  /** To everybody else; null: withheld, or nothing to compare. */
  readonly refusal: Ratio | null;
  readonly wait: Ratio | null;
}

/** A group that fared worse than everybody else by more than the pool allows. Never shown whole: see `GroupReading`. */
export interface Alarm extends Ratio {
  readonly dimension: Dimension;
  readonly group: string;
  readonly measure: Measure;
}

export interface Reading {
  readonly cases: number;
  readonly groups: readonly GroupReading[];
  readonly alarms: readonly Alarm[];
}

export interface Allowed {
  /** Groups with fewer cases are neither shown nor tested. */
  readonly minCases: number;
  /** More than this many times everybody else's is too much. */
  readonly ratio: number;
}

/** How often a reading in which no group fares worse than allowed may raise an alarm: one side of a 95 % interval. */
const FALSE_ALARMS = 0.025;

interface Compared {
  readonly dimension: Dimension;
  readonly group: string;
  readonly cases: number;
  readonly refused: number;
  readonly waits: number;
  readonly found: Readonly<Record<Measure, LogRatio | null>>;
}

/** Compares every group with everybody else, item by item, and leaves out what could point at a few people. */
export function readDisparities(strata: readonly Stratum[], allowed: Allowed): Reading {
  const tables = DIMENSIONS.map((dimension) => compare(strata.filter((one) => one.dimension === dimension), dimension));
  const cases = Math.max(0, ...tables.map((groups) => groups.reduce((sum, one) => sum + one.cases, 0)));
  if (cases < allowed.minCases) return { cases, groups: [], alarms: [] };
  return { cases, groups: tables.flatMap((groups) => shown(groups, allowed.minCases)), alarms: alarmsOf(tables.flat(), allowed) };
}

function compare(strata: readonly Stratum[], dimension: Dimension): readonly Compared[] {
  const all = new Map<string, Stratum>();
  const byGroup = new Map<string, Stratum[]>();
  for (const stratum of strata) {
    // Whose group is not known is in no other group either.
    if (stratum.group !== UNKNOWN_GROUP) all.set(stratum.item, sumOf(all.get(stratum.item), stratum));
    byGroup.set(stratum.group, [...(byGroup.get(stratum.group) ?? []), stratum]);
  }
  return [...byGroup].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, own]) => {
    const pairs = group === UNKNOWN_GROUP ? [] : own.map((one) => ({ one, rest: without(all.get(one.item) ?? one, one) }));
    return {
      dimension,
      group,
      cases: own.reduce((sum, { waits }) => sum + waits.count, 0),
      refused: own.reduce((sum, { refused }) => sum + refused, 0),
      waits: own.reduce((sum, { waits }) => sum + waits.sum, 0),
      found: {
        refusal: refusalRatio(pairs.map(({ one, rest }) => ({ cases: one.waits.count, refused: one.refused, otherCases: rest.waits.count, otherRefused: rest.refused }))),
        wait: waitRatio(pairs.map(({ one, rest }) => ({ group: one.waits, others: rest.waits }))),
      },
    };
  });
}

const joined = (a: Stratum, b: Stratum, sign: 1 | -1): Stratum => ({
  ...a,
  refused: a.refused + sign * b.refused,
  waits: { count: a.waits.count + sign * b.waits.count, sum: a.waits.sum + sign * b.waits.sum, squares: a.waits.squares + sign * b.waits.squares },
});
const sumOf = (sum: Stratum | undefined, one: Stratum): Stratum => (sum === undefined ? one : joined(sum, one, 1));
const without = (all: Stratum, one: Stratum): Stratum => joined(all, one, -1);

function shown(groups: readonly Compared[], min: number): readonly GroupReading[] {
  const hidden = withheld(groups, min);
  return groups.map(({ dimension, group, cases, refused, waits, found }, at) => {
    const [noCases, noRefusals] = [hidden.cases[at] === true, hidden.refusals[at] === true];
    return {
      dimension,
      group,
      cases: noCases ? null : cases,
      refused: noCases || noRefusals ? null : refused,
      waitDays: noCases ? null : rounded(waits / cases),
      refusal: noCases || noRefusals ? null : ratioOf(found.refusal),
      wait: noCases ? null : ratioOf(found.wait),
    };
  });
}

/** Hundredths say all that such an interval knows, and more digits would tell counts that are withheld. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

function ratioOf(found: LogRatio | null): Ratio | null {
  if (found === null) return null;
  const { low, high } = intervalOf(found);
  return { ratio: rounded(found.ratio), low: rounded(low), high: rounded(high) };
}

function alarmsOf(groups: readonly Compared[], { minCases, ratio: bound }: Allowed): readonly Alarm[] {
  const asked = groups
    .filter(({ cases }) => cases >= minCases)
    .flatMap(({ dimension, group, found }) => MEASURES.flatMap((measure) => (found[measure] === null ? [] : [{ dimension, group, measure, found: found[measure] }])));
  const yes = holm(asked.map(({ found }) => chanceAbove(found, bound)), FALSE_ALARMS);
  return asked.filter((_, at) => yes[at]).map(({ found, ...which }) => ({ ...which, ratio: found.ratio, ...intervalOf(found) }));
}
