import { expect, test } from "vitest";
import { CASES, runCase, type Case } from "./cases.js";
import { check } from "./checker.js";
import { report } from "./report.js";
import { replay, runEngine } from "./run-engine.js";
import { kueue, BASELINE, capacityBoundMs, LARGE } from "./workloads/w1-kueue.js";
import { adversarial, PLAYER } from "./workloads/w6-adversarial.js";
import { city } from "./workloads/w2-city.js";
import { gang } from "./workloads/w5-gang.js";

const small: Case = { ...CASES.find(({ name }) => name === "w2")!, make: (seed) => city(seed, { weeks: 2, requestsADay: 15, load: 1 }) };

test("the same seed makes the same report", async () => {
  const once = async () => {
    const results = [await runCase(small, 1, true, 0), await runCase(small, 2, true, 0)].map((one) => one!);
    return report({ cases: [small], tuned: [], tuneSeeds: [], quick: true, results, games: [], wholes: [], large: null, missing: [] });
  };
  const made = await once();
  expect(made.broken).toBe(false);
  expect(made.text).toMatch(/## Where we lose, and to whom/);
  expect(await once()).toEqual(made);
});

test("while holds are taken back from borrowers nobody is passed without a ground", () => {
  // The move wakes who was parked; a lender passed them, and the books did not say so.
  const instance = CASES.find(({ name }) => name === "w2")!.make(12, true)!;
  const run = runEngine(instance, { horizonDays: 0, quotas: true, closedDaysGive: true });
  expect(run.requeued).toBeGreaterThan(0);
  expect(check(instance, run.log)).toMatchObject({ unexplained: 0, violations: [] });
});

test("another engine that is fed the same answers the same, and one that is fed something else does not", () => {
  const run = runEngine(gang(1, { weeks: 1, load: 1 }), { keep: 200 });
  expect(replay(run)).toMatchObject({ equal: true });
  const [first, ...rest] = run.fed;
  expect(replay({ fed: [first!, ...rest.map((one, at) => (at === 40 ? { ...one, answer: "another" } : one))] })).toMatchObject({ equal: false });
});

test("Kueue's generator needs as long as it is known to need", () => {
  expect(capacityBoundMs(kueue(0, BASELINE))).toBe(66_000);
  expect(capacityBoundMs(kueue(0, LARGE))).toBeCloseTo(4_025, 0);
  expect(kueue(0, BASELINE).jobs).toHaveLength(15_000);
  expect(kueue(0, LARGE).jobs).toHaveLength(50_000);
});

test("who plays files the same requests", () => {
  const size = { weeks: 2, requestsADay: 20, load: 1 };
  const honest = adversarial(3, size, "honest");
  for (const play of ["over-asks", "splits", "floods", "hurries"] as const) {
    const played = adversarial(3, size, play);
    expect(played.parts.map(({ unit, dueAt }) => [unit, dueAt])).toEqual(honest.parts.map(({ unit, dueAt }) => [unit, dueAt]));
    expect(played.jobs.filter(({ unit }) => unit !== PLAYER)).toHaveLength(honest.jobs.filter(({ unit }) => unit !== PLAYER).length);
  }
  const minutes = (play: "honest" | "splits"): number => adversarial(3, size, play).jobs.reduce((sum, { claims }) => sum + claims[0]!.amount, 0);
  expect(minutes("splits")).toBe(minutes("honest"));
});
