import { expect, test } from "vitest";
import { bootstrap, paired, quantile } from "./bootstrap.js";

test("the interval of a known sample is that of the normal law, and follows from its seed", () => {
  const sample = Array.from({ length: 400 }, (_, at) => at % 2);
  const { mean, low, high } = bootstrap(sample);
  expect(mean).toBe(0.5);
  // 0.5 ± 1.96 · 0.5 / √400
  expect(low).toBeCloseTo(0.451, 2);
  expect(high).toBeCloseTo(0.549, 2);
  expect(bootstrap(sample)).toEqual(bootstrap(sample));
  expect(bootstrap([3])).toEqual({ mean: 3, low: 3, high: 3 });
});

test("what two policies share is not uncertain", () => {
  expect(paired([1, 50, 900], [0, 49, 899])).toEqual({ mean: 1, low: 1, high: 1 });
});

test("a quantile lies between the two nearest", () => {
  expect([0, 0.5, 0.9, 1].map((share) => quantile([10, 20, 30], share))).toEqual([10, 20, 28, 30]);
});
