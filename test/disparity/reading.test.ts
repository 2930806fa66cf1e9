import { describe, expect, test } from "vitest";
import { parseRange, rangeBefore, rangeOf } from "../../src/domain/disparity/period.js";
import { readDisparities, UNKNOWN_GROUP, type Dimension, type Stratum } from "../../src/domain/disparity/reading.js";
import { parseLocalDate } from "../../src/domain/instant.js";
import { dice, type Dice } from "../bench/random.js";

const ALLOWED = { minCases: 10, ratio: 1.25 };
const ITEMS = [
  { item: "easy", refused: 0.05, days: 2 },
  { item: "hard", refused: 0.3, days: 9 },
  { item: "quick", refused: 0.1, days: 0.2 },
] as const;

interface Plan {
  readonly dimension: Dimension;
  readonly group: string;
  readonly cases: number;
  /** How many times everybody's chance of a refusal, and everybody's wait. */
  readonly refusals?: number;
  readonly waits?: number;
  /** Share of the hard item. */
  readonly hard?: number;
}

/** Cases drawn one by one: waits as long-tailed as waits are. */
function drawn(chance: Dice, plans: readonly Plan[]): readonly Stratum[] {
  return plans.flatMap(({ dimension, group, cases, refusals = 1, waits = 1, hard = 1 / 3 }) => {
    const tallies = ITEMS.map(({ item }) => ({ item, refused: 0, count: 0, sum: 0, squares: 0 }));
    for (let n = 0; n < cases; n += 1) {
      const which = chance() < hard ? 1 : chance() < 0.5 ? 0 : 2;
      const [item, tally] = [ITEMS[which], tallies[which]];
      if (!tally) continue;
      const days = -Math.log(1 - chance()) * item.days * waits;
      tally.count += 1;
      tally.refused += chance() < Math.min(1, item.refused * refusals) ? 1 : 0;
      tally.sum += days;
      tally.squares += days * days;
    }
    return tallies.filter(({ count }) => count > 0).map(({ item, refused, ...waited }) => ({ dimension, group, item, refused, waits: waited }));
  });
}

const even = (cases: number, extra: Partial<Plan> = {}): readonly Plan[] => [
  ...["522301", "522322", "522323", "522324"].map((group) => ({ dimension: "district" as const, group, cases })),
  { dimension: "language", group: "zh", cases: cases * 3 },
  { dimension: "language", group: "en", cases, ...extra },
];

describe("a reading", () => {
  test("finds the planted group, its measure and an interval that holds what was planted", () => {
    const { groups, alarms } = readDisparities(drawn(dice(7), even(1_500, { refusals: 2, waits: 1.8 })), ALLOWED);
    expect(alarms.map(({ dimension, group, measure }) => `${dimension} ${group} ${measure}`)).toEqual(["language en refusal", "language en wait"]);
    const english = groups.find(({ group }) => group === "en");
    expect(english?.refusal?.low).toBeLessThan(2);
    expect(english?.refusal?.high).toBeGreaterThan(2);
    expect(english?.wait?.low).toBeLessThan(1.8);
    expect(english?.wait?.high).toBeGreaterThan(1.8);
    expect(english?.refusal?.low).toBeGreaterThan(1.25);
  });

  test("does not blame a group for asking for the hard item", () => {
    const { groups, alarms } = readDisparities(drawn(dice(8), even(1_500, { hard: 0.9 })), ALLOWED);
    expect(alarms).toEqual([]);
    const [zh, en] = ["zh", "en"].map((name) => groups.find(({ group }) => group === name));
    // Refused and waiting far more often on the face of it, and equally like for like.
    expect((en?.refused ?? 0) / (en?.cases ?? 1)).toBeGreaterThan((1.5 * (zh?.refused ?? 0)) / (zh?.cases ?? 1));
    expect([en?.refusal?.low, en?.wait?.low].every((low) => (low ?? 2) < 1)).toBe(true);
  });

  test("where nobody is treated unequally, an alarm is rarer than one reading in a hundred, at any size", () => {
    let alarmed = 0;
    const readings = 600;
    for (let seed = 1; seed <= readings; seed += 1) {
      const cases = [12, 40, 150, 600][seed % 4] ?? 12;
      if (readDisparities(drawn(dice(seed), even(cases)), ALLOWED).alarms.length > 0) alarmed += 1;
    }
    // The promise is 2.5 % at the threshold itself; without any disparity it is much less.
    expect(alarmed / readings).toBeLessThan(0.01);
  });

  test("at the threshold itself, an alarm comes no more often than promised, with room for chance", () => {
    let alarmed = 0;
    const readings = 400;
    for (let seed = 1; seed <= readings; seed += 1) {
      if (readDisparities(drawn(dice(10_000 + seed), even(300, { refusals: 1.25, waits: 1.25 })), ALLOWED).alarms.length > 0) alarmed += 1;
    }
    expect(alarmed / readings).toBeLessThan(0.045);
  });

  test("a 95 % interval holds the truth nineteen times in twenty", () => {
    const held = { refusal: 0, wait: 0 };
    const readings = 400;
    for (let seed = 1; seed <= readings; seed += 1) {
      const english = readDisparities(drawn(dice(20_000 + seed), even(300, { refusals: 1.5, waits: 1.5 })), ALLOWED).groups.find(({ group }) => group === "en");
      for (const measure of ["refusal", "wait"] as const) {
        const found = english?.[measure];
        if (found && found.low <= 1.5 && 1.5 <= found.high) held[measure] += 1;
      }
    }
    expect(held.refusal / readings).toBeGreaterThan(0.92);
    expect(held.wait / readings).toBeGreaterThan(0.9);
  });

  test("counts whose language nobody kept, and compares them with nobody", () => {
    const plans: Plan[] = [...even(300), { dimension: "language", group: UNKNOWN_GROUP, cases: 300, refusals: 3, waits: 5 }];
    const { groups, alarms } = readDisparities(drawn(dice(9), plans), ALLOWED);
    expect(alarms).toEqual([]);
    expect(groups.find(({ group }) => group === UNKNOWN_GROUP)).toMatchObject({ cases: 300, refusal: null, wait: null });
  });

  test("of fewer cases than the minimum says nothing at all", () => {
    expect(readDisparities(drawn(dice(1), [{ dimension: "language", group: "zh", cases: 9 }]), ALLOWED)).toEqual({ cases: 9, groups: [], alarms: [] });
    expect(readDisparities([], ALLOWED)).toEqual({ cases: 0, groups: [], alarms: [] });
  });
});

describe("periods of readings", () => {
  const day = (date: string): number => parseLocalDate(date) ?? 0;

  test.each([
    ["month", "2026-11-22", "2026-11", "2026-11-01", "2026-12-01"],
    ["month", "2026-12-31", "2026-12", "2026-12-01", "2027-01-01"],
    ["quarter", "2026-11-22", "2026-Q4", "2026-10-01", "2027-01-01"],
    ["year", "2026-11-22", "2026", "2026-01-01", "2027-01-01"],
  ] as const)("the %s of %s is %s", (period, date, name, from, to) => {
    const range = { name, from: day(from), to: day(to) };
    expect(rangeOf(period, day(date))).toEqual(range);
    expect(parseRange(period, name)).toEqual(range);
    expect(rangeBefore(period, range).to).toBe(range.from);
  });

  test.each(["", "2026", "2026-13", "2026-Q4", "9999-12", "0000-01", "2026-11-01", "2026-1", "１２３４-01"])("“%s” is no month", (name) => {
    expect(parseRange("month", name)).toBeUndefined();
  });
});
