import { describe, expect, test } from "vitest";
import { chanceAbove, holm, intervalOf, refusalRatio, waitRatio, type Waits } from "../../src/domain/disparity/ratio.js";

const waits = (...days: number[]): Waits => ({ count: days.length, sum: days.reduce((a, b) => a + b, 0), squares: days.reduce((a, b) => a + b * b, 0) });

describe("the Mantel–Haenszel ratio", () => {
  // Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., ch. 15: deaths in the University Group Diabetes Program by
  // treatment, below and from 55 years. By hand: above = 8·120/226 + 22·85/183 = 14.466; below = 5·106/226 + 16·98/183 =
  // 10.913; variance = (3.0605 + 7.5286) / (14.466 · 10.913) = 0.06707.
  const found = refusalRatio([
    { cases: 106, refused: 8, otherCases: 120, otherRefused: 5 },
    { cases: 98, refused: 22, otherCases: 85, otherRefused: 16 },
  ]);

  test("is 1.33 (0.80 to 2.20) in the textbook's trial of tolbutamide", () => {
    expect(found?.ratio).toBeCloseTo(1.3256, 4);
    expect((found?.error ?? 0) ** 2).toBeCloseTo(0.06707, 5);
    const { low, high } = intervalOf(found ?? { ratio: 0, error: 0 });
    expect([low.toFixed(2), high.toFixed(2)]).toEqual(["0.80", "2.20"]);
  });

  test("is the plain ratio in one stratum, and one where a group only asks for harder things", () => {
    expect(refusalRatio([{ cases: 100, refused: 30, otherCases: 200, otherRefused: 20 }])?.ratio).toBeCloseTo(3, 12);
    const harder = refusalRatio([
      { cases: 90, refused: 45, otherCases: 10, otherRefused: 5 },
      { cases: 10, refused: 1, otherCases: 90, otherRefused: 9 },
    ]);
    expect(harder?.ratio).toBeCloseTo(1, 12);
  });

  test("says nothing where one side was never refused, or has no cases", () => {
    expect(refusalRatio([{ cases: 50, refused: 0, otherCases: 50, otherRefused: 9 }])).toBeNull();
    expect(refusalRatio([{ cases: 50, refused: 9, otherCases: 50, otherRefused: 0 }])).toBeNull();
    expect(refusalRatio([{ cases: 50, refused: 9, otherCases: 0, otherRefused: 0 }])).toBeNull();
    expect(refusalRatio([])).toBeNull();
  });
});

describe("the ratio of waits", () => {
  test("is observed over expected, item by item", () => {
    // Two items: the group waited 4 and 2 days where others waited 2 and 2: 4 + 4 + 2 against 2 + 2 + 2.
    const found = waitRatio([
      { group: waits(4, 4), others: waits(1, 2, 3) },
      { group: waits(2), others: waits(2, 2, 2) },
    ]);
    expect(found?.ratio).toBeCloseTo(10 / 6, 12);
    // Variance of the first item: 2 over 3 degrees of freedom. Observed: 2·(2/3)/100; expected: 4·(2/3)/3/36.
    expect((found?.error ?? 0) ** 2).toBeCloseTo(4 / 300 + 8 / 9 / 36, 12);
  });

  test("says nothing where nobody waited, or two cases are all there is", () => {
    expect(waitRatio([{ group: waits(0, 0), others: waits(0, 0, 0) }])).toBeNull();
    expect(waitRatio([{ group: waits(5), others: waits(1) }])).toBeNull();
  });
});

describe("several questions at once", () => {
  test("tails of the normal distribution are those of the tables", () => {
    const tail = (z: number): number => chanceAbove({ ratio: Math.exp(z), error: 1 }, 1);
    expect([0, 1, 1.959964, 3, -1].map((z) => tail(z).toFixed(5))).toEqual(["0.50000", "0.15866", "0.02500", "0.00135", "0.84134"]);
  });

  test("Holm's procedure says yes to as many as his paper's rule allows", () => {
    // Four chances at 0.05: 0.01 ≤ 0.05/4, 0.013 ≤ 0.05/3, 0.03 > 0.05/2, and then no more.
    expect(holm([0.03, 0.01, 0.04, 0.013], 0.05)).toEqual([false, true, false, true]);
    expect(holm([], 0.05)).toEqual([]);
  });
});
