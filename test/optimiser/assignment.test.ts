import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { instanceOf, readInstances } from "../../src/optimiser/assignment/read-instances.js";
import { isLawful, weigh, type AssignmentInstance } from "../../src/optimiser/assignment/instance.js";
import { findPrices } from "../../src/optimiser/assignment/prices.js";
import { priceJobs, usefulCells } from "../../src/optimiser/assignment/knapsacks.js";
import { Regroup } from "../../src/optimiser/assignment/regroup.js";
import { AssignmentSearch } from "../../src/optimiser/assignment/search.js";
import { solveAssignment } from "../../src/optimiser/assignment/solve-assignment.js";
import { solveInstances } from "../../src/main/solve-instances.js";
import { dice } from "../bench/random.js";
import { fileOf, published, type InstanceType } from "./published-types.js";

const TYPES: readonly InstanceType[] = ["a", "b", "c", "d", "e", "max"];

function drawn(type: InstanceType, agents: number, jobs: number, seed: number): AssignmentInstance {
  const read = readInstances(fileOf([published(type, agents, jobs, dice(seed))]), "drawn");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return instanceOf(read.value[0]!, type === "max" ? "maximise" : "minimise");
}

/** Every assignment there is. */
function bruteForce(instance: AssignmentInstance): number | null {
  const agentOf = new Int32Array(instance.jobs);
  let best: number | null = null;
  for (let code = 0; code < instance.agents ** instance.jobs; code += 1) {
    for (let job = 0, rest = code; job < instance.jobs; job += 1, rest = Math.floor(rest / instance.agents)) agentOf[job] = rest % instance.agents;
    if (!isLawful(instance, agentOf)) continue;
    const { cost } = weigh(instance, agentOf);
    if (best === null || cost < best) best = cost;
  }
  return best;
}

test("small instances of every published type are solved to what trying everything finds", async () => {
  for (const type of TYPES) {
    let solvable = 0;
    for (let seed = 1; solvable < 3; seed += 1) {
      const instance = drawn(type, 3, 7, seed);
      const best = bruteForce(instance);
      if (best !== null) solvable += 1;
      // Of those that are not, one of each type is enough.
      else if (seed > 1) continue;
      // A clock that goes on whenever it is looked at: searching ends after so many tries, and the solver has its seconds.
      let looks = 0;
      const { assignment, bound } = await solveAssignment(instance, 4_000, () => (looks += 1));
      expect(assignment?.cost ?? null, `${type} ${seed}`).toBe(best);
      expect(bound).toBe(best ?? Infinity);
    }
  }
});

test("what jobs are worth bounds every assignment, and none that is as cheap uses cells that are said to be useless", () => {
  for (const type of TYPES) {
    for (let seed = 1; seed <= 4; seed += 1) {
      const instance = drawn(type, 3, 7, seed);
      const best = bruteForce(instance);
      if (best === null) continue;
      const { price, bound } = findPrices(instance, best);
      const jobs = priceJobs(instance, price, bound, () => false);
      expect(jobs.bound, `${type} ${seed}`).toBeLessThanOrEqual(best + 1e-6);
      const useful = new Set(usefulCells(instance, jobs, best));
      const only = { ...instance, takes: instance.takes.map((one, cell) => (useful.has(cell) ? one : 1e6)) };
      expect(bruteForce(only), `${type} ${seed}`).toBe(best);
    }
  }
});

test("sharing out parts betters an assignment, knows when it is the best there is, and ends near the bound", () => {
  for (const type of TYPES) {
    const small = drawn(type, 3, 7, 1);
    const best = bruteForce(small);
    if (best === null) continue;
    const search = new AssignmentSearch(small, new Float64Array(3), dice(1));
    search.run(() => search.best !== null, -Infinity);
    const regroup = new Regroup(small, new Float64Array(3), search.best!, dice(1));
    regroup.run(() => false, -Infinity);
    expect([regroup.isOptimal, regroup.best.cost], type).toEqual([true, best]);
  }
  const instance = drawn("d", 20, 100, 1);
  const prices = findPrices(instance, 100 * 111);
  const search = new AssignmentSearch(instance, prices.price, dice(1));
  search.run(() => search.best !== null, -Infinity);
  const first = search.best!;
  const regroup = new Regroup(instance, prices.price, first, dice(1));
  let parts = 0;
  regroup.run(() => (parts += 1) > 2_000, -Infinity);
  expect(isLawful(instance, regroup.best.agentOf)).toBe(true);
  expect(regroup.best.cost).toBe(weigh(instance, regroup.best.agentOf).cost);
  let rounds = 0;
  const { bound } = priceJobs(instance, prices.price, prices.bound, () => (rounds += 1) > 150);
  expect(bound).toBeGreaterThan(prices.bound);
  expect((regroup.best.cost - bound) / bound).toBeLessThan(0.02);
  expect(first.cost).toBeGreaterThan(regroup.best.cost);
});

test("an assignment of a larger one is lawful, never below its bound, and within a hundredth of it", async () => {
  for (const type of TYPES) {
    const instance = drawn(type, 5, 60, 5);
    // So many descents, however fast this machine is.
    const { price, bound } = findPrices(instance, 60 * 100);
    const search = new AssignmentSearch(instance, price, dice(1));
    let descents = 0;
    search.run(() => (descents += 1) > 400, Math.ceil(bound - 1e-6));
    expect(isLawful(instance, search.best!.agentOf)).toBe(true);
    expect(search.best!.cost).toBe(weigh(instance, search.best!.agentOf).cost);
    expect(search.best!.cost).toBeGreaterThanOrEqual(bound - 1e-6);
    expect((search.best!.cost - bound) / Math.abs(bound), type).toBeLessThan(0.01);
  }
});

const folder = mkdtempSync(join(tmpdir(), "govpool-test-instances-"));
async function command(name: string, text: string, options: { minimise?: boolean; maximise?: boolean; seconds?: string } = {}): Promise<{ code: number; out: string[]; err: string }> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const out: string[] = [];
  const err: string[] = [];
  const code = await solveInstances({ env: {}, out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined }, path, { seconds: "5", ...options }, "en");
  return { code, out, err: err.join("\n") };
}

test("each instance of a file has one line, and a file may hold one without its number", async () => {
  const some = Array.from({ length: 30 }, (_, seed) => seed).filter((seed) => bruteForce(drawn("max", 3, 7, seed)) !== null).slice(0, 2);
  const two = some.map((seed) => published("max", 3, 7, dice(seed)));
  const of = some.map((seed) => drawn("max", 3, 7, seed));
  const best = of.map((one) => `objective ${-bruteForce(one)!}`);
  expect(best).toHaveLength(2);
  expect((await command("gap1.txt", fileOf(two))).out).toEqual(best);
  expect((await command("anything.txt", fileOf(two))).out, "told from its numbers").toEqual(best);
  expect((await command("c0307.txt", two[0]!.join(" "), { maximise: true })).out).toEqual([best[0]]);
  const least = bruteForce({ ...of[0]!, cost: of[0]!.cost.map((one) => -one) });
  expect((await command("gap1.txt", fileOf([two[0]!]), { minimise: true })).out).toEqual([`objective ${least}`]);
});

test("a bad file is refused in words, never with a fault", async () => {
  const good = published("c", 3, 6, dice(1));
  const refused: Record<string, [string, RegExp]> = {
    empty: ["", /ends too soon/],
    short: [fileOf([good.slice(0, -1)]), /ends too soon/],
    long: [`${fileOf([good])} 7`, /after the last instance/],
    negative: [fileOf([good]).replace(/ \d+\n$/, " -5\n"), /./],
    fraction: ["1 2 2 1.5 2 3 4 1 1 1 1 5 5", /./],
    words: ["this is no instance", /whole number/],
    "too many agents": ["1 1000000 1000000", /product must lie/],
    "no agents": ["1 0 5", /product must lie/],
    "no instance": ["0", /./],
    "a huge number": ["1 1 1 99999999999999999999999 1 1", /./],
    impossible: ["1 2 2 1 1 1 1 9 9 9 9 5 5", /no lawful assignment/],
  };
  for (const [name, [text, words]] of Object.entries(refused)) {
    const { code, err } = await command(`${name}.txt`, text);
    expect(code, name).toBe(1);
    expect(err, name).toMatch(words);
  }
  await expect(command("ok.txt", fileOf([good]), { seconds: "-3" })).rejects.toThrow();
});
