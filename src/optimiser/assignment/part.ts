import type { AssignmentInstance } from "./instance.js";

/** Rounds in which the capacities of a part are priced by what is free in it. */
const PRICE_ROUNDS = 30;
const TINY = 1e-6;

/**
 * A few agents and some of the jobs they have, shared out among them anew: everything there is, but for what prices of their capacities
 * show to be no better. Costs are whole numbers.
 */
export class Part {
  /** Of each agent what is free were its jobs of the part gone. */
  readonly #room: Float64Array;
  readonly #price: Float64Array;
  readonly #tried: Float64Array;
  readonly #asked: Float64Array;
  /** By rank of a job and place of an agent, cheapest agents first: the agent, what the job takes there, how much dearer than its cheapest. */
  readonly #child: Int32Array;
  readonly #takes: Float64Array;
  readonly #dearer: Float64Array;
  readonly #chosen: Int32Array;
  readonly #next: Int32Array;
  readonly #best: Int32Array;
  #ranked: number[] = [];
  #nodes = 0;

  constructor(
    private readonly instance: AssignmentInstance,
    private readonly prices: Float64Array,
    agentsMax: number,
    jobsMax: number,
  ) {
    this.#room = new Float64Array(agentsMax);
    this.#price = new Float64Array(agentsMax);
    this.#tried = new Float64Array(agentsMax);
    this.#asked = new Float64Array(agentsMax);
    this.#child = new Int32Array(agentsMax * jobsMax);
    this.#takes = new Float64Array(agentsMax * jobsMax);
    this.#dearer = new Float64Array(agentsMax * jobsMax);
    this.#chosen = new Int32Array(jobsMax);
    this.#next = new Int32Array(jobsMax + 1);
    this.#best = new Int32Array(jobsMax);
  }

  /** Steps of the last search. */
  get nodes(): number {
    return this.#nodes;
  }

  /**
   * The best way to share the jobs out that is no dearer than `cost`, what they cost now; of several the first found.
   *
   * @param put called for each job with its agent
   * @returns what they cost then; null: nothing was found within `nodesMax` steps
   */
  shareOut(agents: readonly number[], jobs: readonly number[], room: (agent: number) => number, cost: number, nodesMax: number, put: (job: number, agent: number) => void): number | null {
    for (const [at, agent] of agents.entries()) this.#room[at] = room(agent);
    const bound = this.#findPrices(agents, jobs, cost);
    this.#nodes = 0;
    if (bound > cost + TINY) return null;
    this.#rank(agents, jobs);
    const over = this.#search(agents.length, cost - bound, nodesMax);
    if (over === null) return null;
    for (const [rank, job] of this.#ranked.entries()) put(job, agents[this.#best[rank]!]!);
    return Math.round(bound + over);
  }

  /** Subgradients, as for the whole instance; the prices with the best bound stay. */
  #findPrices(agents: readonly number[], jobs: readonly number[], target: number): number {
    const { cost, takes, agents: width } = this.instance;
    const [room, price, tried, asked] = [this.#room, this.#price, this.#tried, this.#asked];
    for (const [at, agent] of agents.entries()) tried[at] = price[at] = this.prices[agent]!;
    let bound = -Infinity;
    let scale = 0.7;
    for (let round = 0; round < PRICE_ROUNDS; round += 1) {
      let value = 0;
      for (let at = 0; at < agents.length; at += 1) {
        value -= tried[at]! * room[at]!;
        asked[at] = -room[at]!;
      }
      for (const job of jobs) {
        let least = Infinity;
        let chosen = 0;
        for (let at = 0; at < agents.length; at += 1) {
          const cell = job * width + agents[at]!;
          if (takes[cell]! > room[at]!) continue;
          const priced = cost[cell]! + tried[at]! * takes[cell]!;
          if (priced < least) {
            least = priced;
            chosen = at;
          }
        }
        value += least;
        asked[chosen]! += takes[job * width + agents[chosen]!]!;
      }
      if (value > bound) {
        bound = value;
        price.set(tried);
      } else scale *= 0.8;
      if (bound > target + TINY) return bound;
      let norm = 0;
      for (let at = 0; at < agents.length; at += 1) if (asked[at]! > 0 || tried[at]! > 0) norm += asked[at]! ** 2;
      if (norm === 0) return bound;
      const step = (scale * Math.max(0.5, target - value)) / norm;
      for (let at = 0; at < agents.length; at += 1) tried[at] = Math.max(0, tried[at]! + step * asked[at]!);
    }
    return bound;
  }

  /** Jobs for which their agent matters most come first. */
  #rank(agents: readonly number[], jobs: readonly number[]): void {
    const { cost, takes, agents: width } = this.instance;
    const [room, price] = [this.#room, this.#price];
    const fits = jobs.map((job) => {
      const list: { readonly at: number; readonly takes: number; readonly priced: number }[] = [];
      for (let at = 0; at < agents.length; at += 1) {
        const cell = job * width + agents[at]!;
        if (takes[cell]! <= room[at]!) list.push({ at, takes: takes[cell]!, priced: cost[cell]! + price[at]! * takes[cell]! });
      }
      list.sort((a, b) => a.priced - b.priced || a.at - b.at);
      return { job, list, regret: list.length > 1 ? list[1]!.priced - list[0]!.priced : Infinity };
    });
    fits.sort((a, b) => b.regret - a.regret || a.job - b.job);
    this.#ranked = fits.map(({ job }) => job);
    for (const [rank, { list }] of fits.entries()) {
      const base = rank * agents.length;
      for (let at = 0; at < agents.length; at += 1) {
        const one = list[at];
        this.#child[base + at] = one?.at ?? -1;
        this.#takes[base + at] = one?.takes ?? 0;
        this.#dearer[base + at] = one ? one.priced - list[0]!.priced : Infinity;
      }
    }
  }

  /** Depth first. What an assignment costs above the bound is how much dearer its agents are, and what is left free at its price. */
  #search(count: number, most: number, nodesMax: number): number | null {
    const [room, price, child, takes, dearer, chosen, next] = [this.#room, this.#price, this.#child, this.#takes, this.#dearer, this.#chosen, this.#next];
    const depth = this.#ranked.length;
    let limit = most + TINY;
    let found: number | null = null;
    let over = 0;
    let nodes = 0;
    next[0] = 0;
    for (let rank = 0; rank >= 0; ) {
      if (rank === depth) {
        let all = over;
        for (let at = 0; at < count; at += 1) all += price[at]! * room[at]!;
        if (all <= limit) {
          this.#best.set(chosen);
          found = all;
          limit = all - 1 + TINY;
        }
      } else {
        const at = rank * count + next[rank]!;
        if (next[rank]! < count && child[at]! >= 0 && over + dearer[at]! <= limit && nodes < nodesMax) {
          next[rank]! += 1;
          nodes += 1;
          if (takes[at]! > room[child[at]!]!) continue;
          room[child[at]!]! -= takes[at]!;
          over += dearer[at]!;
          chosen[rank] = child[at]!;
          next[(rank += 1)] = 0;
          continue;
        }
      }
      rank -= 1;
      if (rank < 0) break;
      const back = rank * count + next[rank]! - 1;
      room[child[back]!]! += takes[back]!;
      over -= dearer[back]!;
    }
    this.#nodes = nodes;
    return found;
  }
}
