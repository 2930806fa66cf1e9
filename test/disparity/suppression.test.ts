import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withheld, type GroupCounts } from "../../src/domain/disparity/suppression.js";

const MIN = 10;
const counts = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2_000 })), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([cases, share]): GroupCounts => ({ cases, refused: Math.round(cases * share) }));
const tables = fc.array(counts, { minLength: 1, maxLength: 9 }).filter((groups) => groups.reduce((sum, { cases }) => sum + cases, 0) >= MIN);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The values one hidden count can have for somebody who knows the totals and all that is shown: all ways to fill the hidden ones. */
function possible(hidden: readonly { readonly low: number; readonly high: number }[], total: number, at: number): number {
  const others = hidden.filter((_, each) => each !== at);
  let found = 0;
  const { low, high } = hidden[at] ?? { low: 0, high: 0 };
  for (let value = low; value <= Math.min(high, total); value += 1) {
    const rest = total - value;
    if (rest >= sum(others.map((one) => one.low)) && rest <= sum(others.map((one) => one.high))) found += 1;
  }
  return found;
}

describe("what is withheld", () => {
  test("no count from 1 to 9 is shown, neither of cases nor of refused nor of granted", () => {
    fc.assert(
      fc.property(tables, (groups) => {
        const { cases, refusals } = withheld(groups, MIN);
        for (const [at, group] of groups.entries()) {
          if (!cases[at]) expect(group.cases).toBeGreaterThanOrEqual(MIN);
          if (refusals[at]) continue;
          expect(cases[at]).toBe(false);
          for (const shown of [group.refused, group.cases - group.refused]) expect(shown === 0 || shown >= MIN).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("cannot be computed by taking what is shown from the totals", () => {
    fc.assert(
      fc.property(tables, (groups) => {
        const { cases, refusals } = withheld(groups, MIN);
        const hiddenCases = groups.filter((_, at) => cases[at]);
        // All withheld: only the total is known, and no table can hide what that says.
        if (hiddenCases.length > 0 && hiddenCases.length < groups.length) {
          const total = sum(hiddenCases.map((one) => one.cases));
          const known = hiddenCases.map(() => ({ low: 1, high: total }));
          for (const at of known.keys()) expect(possible(known, total, at)).toBeGreaterThanOrEqual(MIN);
        }
        const hidden = groups.map((group, at) => ({ group, at })).filter(({ at }) => refusals[at]);
        if (hidden.length > 0 && hidden.length < groups.length) {
          const total = sum(hidden.map(({ group }) => group.refused));
          const known = hidden.map(({ group, at }) => ({ low: 0, high: cases[at] ? total : group.cases }));
          for (const at of known.keys()) expect(possible(known, total, at)).toBeGreaterThanOrEqual(MIN);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("a small group takes the next one with it, and a large table shows the rest", () => {
    const groups = [400, 3, 60, 25].map((cases) => ({ cases, refused: 0 }));
    expect(withheld(groups, MIN).cases).toEqual([false, true, false, true]);
  });

  test("few refusals in all are told of nobody", () => {
    expect(withheld([{ cases: 400, refused: 4 }, { cases: 300, refused: 0 }], MIN)).toEqual({ cases: [false, false], refusals: [true, true] });
  });
});
