import type { AssignmentInstance } from "./instance.js";
import { ascend } from "./subgradient.js";

/** What having a job done is worth, and the cost nothing lawful can be below. */
export interface JobPrices {
  readonly price: Float64Array;
  readonly bound: number;
}

const ROUNDS = 2_000;
const PATIENCE = 20;
const STEP_LEAST = 1e-3;
/** Above the bound known, where the best is taken to be. */
const AIM = 0.01;

/**
 * Lagrange's relaxation of "each job exactly once": every agent takes the jobs that gain it most within its capacity, whole ones, and jobs
 * that nobody takes become dearer. No worse a bound than that of the linear programme, and a better one where an agent has few jobs.
 *
 * @param capacityPrice what `findPrices` found: from it jobs get their first prices
 * @param floor the bound known
 */
export function priceJobs(instance: AssignmentInstance, capacityPrice: Float64Array, floor: number, isOver: () => boolean): JobPrices {
  const { agents, jobs, cost, takes } = instance;
  const price = new Float64Array(jobs);
  for (let job = 0; job < jobs; job += 1) {
    let least = Infinity;
    for (let agent = 0; agent < agents; agent += 1) least = Math.min(least, cost[job * agents + agent]! + capacityPrice[agent]! * takes[job * agents + agent]!);
    price[job] = least;
  }
  const knapsack = new Knapsack(instance);
  const taken = new Int32Array(jobs);
  const target = floor + AIM * Math.abs(floor);
  return ascend({ price, lowest: -Infinity, target, rounds: ROUNDS, patience: PATIENCE, cut: 1.5, scale: 1, least: STEP_LEAST, share: 1e-4, isOver }, (lacking) => {
    taken.fill(0);
    let value = price.reduce((sum, one) => sum + one, 0);
    for (let agent = 0; agent < agents; agent += 1) value -= knapsack.fill(agent, price, taken);
    for (let job = 0; job < jobs; job += 1) lacking[job] = 1 - taken[job]!;
    return value;
  });
}

/** Cells (job × agents + agent) that an assignment which costs no more than `most` may use; it uses no other. */
export function usefulCells(instance: AssignmentInstance, { price, bound }: JobPrices, most: number): Int32Array {
  const knapsack = new Knapsack(instance);
  const cells: number[] = [];
  for (let agent = 0; agent < instance.agents; agent += 1) {
    const lost = knapsack.lostWith(agent, price);
    for (let job = 0; job < instance.jobs; job += 1) if (bound + lost[job]! <= most + 1e-6) cells.push(job * instance.agents + agent);
  }
  return Int32Array.from(cells).sort();
}

/** What one agent gains most within its capacity. */
class Knapsack {
  readonly #width: number;
  readonly #gain: Float64Array;
  readonly #takes: Uint8Array;

  constructor(private readonly instance: AssignmentInstance) {
    this.#width = Math.max(0, ...instance.capacity) + 1;
    this.#gain = new Float64Array(this.#width);
    this.#takes = new Uint8Array(this.#width * instance.jobs);
  }

  /** Adds one to `taken` of each job that is chosen. */
  fill(agent: number, price: Float64Array, taken: Int32Array): number {
    const { agents, jobs, cost, takes, capacity } = this.instance;
    const [gain, width] = [this.#gain, this.#width];
    const room = capacity[agent]!;
    const offered: number[] = [];
    gain.fill(0, 0, room + 1);
    for (let job = 0; job < jobs; job += 1) {
      const cell = job * agents + agent;
      const gains = price[job]! - cost[cell]!;
      const weight = takes[cell]!;
      if (gains <= 0 || weight > room) continue;
      const base = offered.push(job) * width - width;
      this.#takes.fill(0, base, base + room + 1);
      for (let load = room; load >= weight; load -= 1) {
        const value = gain[load - weight]! + gains;
        if (value <= gain[load]!) continue;
        gain[load] = value;
        this.#takes[base + load] = 1;
      }
    }
    for (let at = offered.length - 1, load = room; at >= 0; at -= 1) {
      if (this.#takes[at * width + load] === 0) continue;
      taken[offered[at]!]! += 1;
      load -= takes[offered[at]! * agents + agent]!;
    }
    return gain[room]!;
  }

  /** Of each job, what the agent gains less if it must have it. */
  lostWith(agent: number, price: Float64Array): Float64Array {
    const { agents, jobs, cost, takes, capacity } = this.instance;
    const room = capacity[agent]!;
    const width = room + 1;
    const gains = (job: number): number => price[job]! - cost[job * agents + agent]!;
    const step = (from: Float64Array, to: Float64Array, job: number): void => {
      const weight = takes[job * agents + agent]!;
      for (let load = 0; load <= room; load += 1) to[load] = load >= weight ? Math.max(from[load]!, from[load - weight]! + gains(job)) : from[load]!;
    };
    const row = (of: Float64Array, at: number): Float64Array => of.subarray(at * width, (at + 1) * width);
    const before = new Float64Array((jobs + 1) * width);
    for (let job = 0; job < jobs; job += 1) step(row(before, job), row(before, job + 1), job);
    const most = row(before, jobs)[room]!;
    const lost = new Float64Array(jobs).fill(Infinity);
    let after = new Float64Array(width);
    let next = new Float64Array(width);
    for (let job = jobs - 1; job >= 0; job -= 1) {
      const left = room - takes[job * agents + agent]!;
      const earlier = row(before, job);
      let best = -Infinity;
      for (let load = 0; load <= left; load += 1) best = Math.max(best, earlier[load]! + after[left - load]!);
      lost[job] = most - best - gains(job);
      step(after, next, job);
      [after, next] = [next, after];
    }
    return lost;
  }
}
