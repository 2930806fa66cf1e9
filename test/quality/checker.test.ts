import { expect, test } from "vitest";
import { check } from "./checker.js";
import type { Allocation } from "../../src/scheduler/contract.js";
import type { Entry } from "./run.js";
import { runEngine } from "./run-engine.js";
import { DAY_MS } from "../../src/domain/instant.js";
import { MONDAY } from "./instance.js";
import { job, world } from "./tiny.js";

const instance = world([job(1, 0, 3, 40), job(2, 1, 2, 40), job(3, 2, 5, 40), job(4, 3, 4, 20), job(5, 30, 1, 40)], 60);
const sound = runEngine(instance).log;
type Grant = Extract<Entry, { kind: "granted" }>;

/** The log with its n-th grant spoilt. */
const spoilt = (n: number, spoil: (grant: Grant) => Entry): Entry[] => {
  let at = 0;
  return sound.map((entry) => (entry.kind === "granted" && ++at === n ? spoil(entry) : entry));
};
const moved = (grant: Grant, change: (one: Allocation) => Partial<Allocation>): Grant => ({ ...grant, allocations: grant.allocations.map((one) => ({ ...one, ...change(one) })) });

test("what the engine does is sound", () => {
  const verdict = check(instance, sound);
  expect(verdict).toMatchObject({ grants: 5, violations: [], unexplained: 0 });
  expect([...verdict.explained.keys()]).toEqual(["needs-more"]);
});

test("each planted violation is seen", () => {
  const seen = (n: number, spoil: (grant: Grant) => Entry): string => check(instance, spoilt(n, spoil)).violations.join("; ");
  expect(seen(3, (grant) => moved(grant, ({ period }) => ({ period: period - 1 })))).toMatch(/has passed/);
  expect(seen(2, (grant) => moved(grant, () => ({ amount: 20 + 1 })))).toMatch(/not whole/);
  expect(seen(1, (grant) => moved(grant, () => ({ resource: 9 as never })))).toMatch(/may not serve/);
  expect(seen(1, (grant) => ({ ...grant, allocations: [] }))).toMatch(/asks 1 different resources and has 0/);
  expect(seen(1, (grant) => moved(grant, ({ claim }) => ({ claim: (claim + 64) as never })))).toMatch(/nobody asked/);
  expect(seen(2, (grant) => ({ ...grant, job: instance.jobs[0]! }))).toMatch(/does not wait/);
});

test("too much in one period is seen", () => {
  const day = (at: number): Entry[] => sound.filter((entry) => entry.at < MONDAY + at * DAY_MS);
  const all = [...day(1), ...day(1).filter((entry) => entry.kind !== "returned").map((entry): Entry => ({ ...entry, attempt: 2 }) as Entry)];
  expect(check(instance, all).violations.join("; ")).toMatch(/of 60 given/);
});

test("somebody before in the order who is passed without a ground is counted, and one who asks the same is a violation", () => {
  expect(check(instance, sound.map((entry) => (entry.kind === "granted" ? { ...entry, passed: null } : entry))).unexplained).toBeGreaterThan(0);
  const same = world([job(1, 0, 2, 60), job(2, 1, 3, 60), job(3, 2, 4, 60)], 60);
  const log = runEngine(same).log;
  const swapped = log.map((entry): Entry => (entry.kind === "granted" && entry.job.id > 1 ? { ...entry, job: same.jobs[entry.job.id === 2 ? 2 : 1]! } : entry));
  expect(check(same, log).violations).toEqual([]);
  expect(check(same, swapped).violations.join("; ")).toMatch(/asks exactly the same/);
});
