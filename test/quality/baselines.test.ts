import { expect, test } from "vitest";
import { DAY_MS } from "../../src/domain/instant.js";
import { bestOf, drf, easy, edf, fifo, onePop, strictFifo } from "./baselines/policies.js";
import { simulate } from "./baselines/simulate.js";
import { MONDAY, type Instance, type Job } from "./instance.js";
import { valueOf, type Run } from "./run.js";
import { asking, job, rig, rigs, town, world } from "./tiny.js";

const days = ({ served }: Run): (number | null)[] => served.map((one) => (one ? Math.floor((one.begins - MONDAY) / DAY_MS) : null));
const hours = ({ served }: Run): (number | null)[] => served.map((one) => (one ? (one.begins - MONDAY) / 3_600_000 : null));
const village = "village" as typeof town;

test("FIFO goes by arrival and skips who does not fit, EDF by due date, strict FIFO waits for its head", () => {
  // 60 a day. All four come before the first day's capacity is gone; the second does not fit beside the first.
  const instance = world([job(1, 0, 5, 40), job(2, 1, 4, 40), job(3, 2, 3, 20), job(4, 3, 2, 20)], 60);
  expect(days(simulate(instance, fifo))).toEqual([0, 1, 0, 1]);
  expect(days(simulate(instance, strictFifo))).toEqual([0, 1, 1, 2]);
  // They come in the night before: due dates alone decide.
  const night = { ...instance, jobs: instance.jobs.map((one) => ({ ...one, arrivesAt: MONDAY })) };
  expect(days(simulate(night, edf))).toEqual([2, 1, 0, 0]);
});

test("one pop per queue starts one of each queue a cycle", () => {
  const hour = 3_600_000;
  const of = (id: number, unit: typeof town): Job => job(id, 0, 5, 1, { unit, claims: asking(1, rig.id, unit), runsMs: 10 * hour });
  const instance = rigs([of(1, town), of(2, town), of(3, town), of(4, village)], 10);
  expect(hours(simulate(instance, onePop(hour)))).toEqual([0, 1, 2, 0]);
});

test("DRF gives to whoever has least", () => {
  const of = (id: number, unit: typeof town): Job => job(id, 0, 5, 20, { unit, claims: asking(20, undefined, unit) });
  const instance: Instance = world([of(1, town), of(2, town), of(3, town), of(4, village), of(5, village)], 60);
  expect(days(simulate(instance, drf(instance)))).toEqual([0, 0, 1, 0, 1]);
});

test("EASY lets pass only who is done before the one it keeps a time for", () => {
  const hour = 3_600_000;
  const of = (id: number, at: number, pieces: number, runs: number): Job => job(id, at, 5, pieces, { claims: asking(pieces, rig.id), runsMs: runs * hour });
  // The second needs all and is promised hour 4; the third would run into that, the fourth is back by then.
  const instance = rigs([of(1, 0, 3, 4), of(2, 1, 4, 1), of(3, 1, 1, 5), of(4, 1, 1, 3)], 4);
  expect(hours(simulate(instance, easy))).toEqual([0, 4, 5, 1]);
  expect(hours(simulate(instance, fifo))).toEqual([0, 7, 1, 4]);
});

test("who is paused leaves, comes back with its old place, and is due later", () => {
  const pause = { at: MONDAY + 12 * 3_600_000, forMs: DAY_MS };
  const instance = world([job(1, 0, 1, 60), job(2, 1, 1, 60, { pause }), job(3, 2, 3, 60)], 60);
  const run = simulate(instance, fifo);
  expect(days(run)).toEqual([0, 2, 1]);
  expect(valueOf(instance.jobs, run)).toBe(2);
});

test("best of k random orders is the best of them", () => {
  const instance = world([job(1, 0, 4, 60), job(2, 0, 3, 60), job(3, 0, 2, 60), job(4, 0, 1, 60)], 60);
  const values = [1, 4, 16, 128].map((k) => valueOf(instance.jobs, bestOf(k, instance, instance.jobs)));
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(values.at(-1)).toBe(4);
});
