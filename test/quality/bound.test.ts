import { expect, test } from "vitest";
import { DAY_MS } from "../../src/domain/instant.js";
import { dice } from "../bench/random.js";
import { baselines } from "./baselines/policies.js";
import { bound } from "./bound.js";
import { measured, MONDAY, type Job } from "./instance.js";
import { valueOf } from "./run.js";
import { runEngine } from "./run-engine.js";
import { bounds } from "./whole.js";
import { asking, job, rig, rigs, world } from "./tiny.js";

test("the bound equals what can be worked out by hand", async () => {
  // 60 minutes a day; three of 30 are due on the first day, one of 60 on the second: two and one.
  const jobs = [job(1, 8, 1, 30), job(2, 8, 1, 30), job(3, 8, 1, 30), job(4, 8, 2, 60)];
  expect((await bound(world(jobs, 60), jobs)).value).toBeCloseTo(3, 6);
  // The long one is cut rather than the short one left: 60 minutes are worth 2 + 0.75 · 5.
  const cut = [job(1, 8, 1, 15, { value: 2 }), job(2, 8, 1, 60, { value: 5 })];
  expect((await bound(world(cut, 60), cut)).value).toBeCloseTo(2 + 0.75 * 5, 6);
});

test("whole requests are not cut, and who sees a day at a time does not see what comes", async () => {
  // 60 minutes: the long one for 5, or the short one for 2.
  const cut = [job(1, 8, 1, 15, { value: 2 }), job(2, 8, 1, 60, { value: 5 })];
  const short = await bounds(world(cut, 60), cut);
  expect(short.linear).toBeCloseTo(5.75, 6);
  expect([short.whole, short.rolling].map(Math.round)).toEqual([5, 5]);
  // On the first day the long one is given, which is due then, and the other put off; on the second comes what is worth more than it.
  const luck = [job(1, 8, 2, 35, { value: 2 }), job(2, 8, 1, 60), job(3, 32, 1, 60, { value: 5 })];
  const unlucky = await bounds(world(luck, 60), luck);
  expect([unlucky.whole, unlucky.rolling].map(Math.round)).toEqual([7, 6]);
});

test("the bound counts work that runs for a while as an amount of work", async () => {
  const hour = 3_600_000;
  const runs = (id: number, dueHours: number): Job => job(id, 0, 1, 1, { claims: asking(1, rig.id), runsMs: hour, dueAt: MONDAY + dueHours * hour });
  // One piece, two hours, three of one hour each; the fourth could not even alone be done in time.
  const jobs = [runs(1, 2), runs(2, 2), runs(3, 2), runs(4, 0.5)];
  const { value } = await bound(rigs(jobs, 1), jobs);
  expect(value).toBeGreaterThanOrEqual(2);
  // Amounts of work are rounded down by a twentieth at most.
  expect(value).toBeLessThanOrEqual(2 * 1.05);
});

test("a unit that alone may serve bounds its own requests, and all together bound those of everybody", async () => {
  const own = [{ ...asking(60)[0]!, scope: "competent" as const }];
  const away = asking(60, undefined, "village" as never);
  const jobs = [job(1, 8, 1, 60, { claims: own }), job(2, 8, 1, 60, { claims: own }), job(3, 8, 1, 60, { claims: away })];
  const one = world(jobs, 60);
  const two = { ...one, supplies: [one.supplies[0]!, { ...one.supplies[0]!, id: 2 as never, unitId: "village" as never }] };
  expect((await bound(two, jobs)).value).toBeCloseTo(2, 6);
});

test("nobody exceeds the bound", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const roll = dice(seed);
    const jobs = Array.from({ length: 25 }, () => ({ hour: Math.floor(roll() * 96), days: 1 + Math.floor(roll() * 3), amount: 5 * (1 + Math.floor(roll() * 8)) }))
      .sort((a, b) => a.hour - b.hour)
      .map(({ hour, days, amount }, at) => job(at + 1, hour, days, amount));
    const instance = world(jobs, 90, 6, { seed, measureFrom: MONDAY + DAY_MS });
    const counted = measured(instance);
    const { value } = await bound(instance, counted);
    for (const run of [runEngine(instance), runEngine(instance, { horizonDays: 3 }), ...baselines(instance, counted, 3)]) {
      expect(valueOf(counted, run), `${run.policy}, seed ${seed}`).toBeLessThanOrEqual(value + 1e-6);
    }
  }
});
