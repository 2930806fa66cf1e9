import { weigh, type Assignment, type AssignmentInstance } from "./instance.js";

/** Jobs that are thrown about before the search goes down again. */
const KICK_MOST = 2;
/** Of each job, the agents it is thrown to. */
const KICK_AGENTS = 5;
/** Of each job of a chain, the agents it may go to. */
const CHAIN_AGENTS = 8;
/** Descents with dearer and dearer fines after which a kick is given up. */
const RAISES = 12;
/** Of the mean cost of a job: how much dearer a bottom may be than the one before and be gone on from. */
const WARMTH = 0.01;
const HARDER = 1.3;
const FINE_MOST = 1e12;
/** Above the prices known, what too much costs after a kick. */
const FINE_NOISE = 0.1;

/**
 * Shifts, swaps and chains downhill from an assignment that may ask too much of agents. What is too much costs the price known, and
 * more and more until all is lawful. At the bottom a job or two are thrown to other agents that are cheap, and it begins again.
 */
export class AssignmentSearch {
  readonly #agentOf: Int32Array;
  readonly #load: Float64Array;
  readonly #fine: Float64Array;
  readonly #order: Int32Array;
  /** When each agent's jobs or fine last changed, and when the last pass of each kind began. */
  readonly #changed: Float64Array;
  readonly #passed = new Float64Array(3);
  #clock = 1;
  readonly #price: Float64Array;
  /** By job, agents from the cheapest at the prices known. */
  readonly #near: Int32Array;
  readonly #warmth: number;
  #cost = 0;
  #best: Assignment | null = null;

  constructor(
    private readonly instance: AssignmentInstance,
    price: Float64Array,
    private readonly roll: () => number,
  ) {
    const { agents, jobs, cost, takes } = instance;
    this.#agentOf = new Int32Array(jobs);
    this.#load = new Float64Array(agents);
    this.#near = new Int32Array(agents * jobs);
    this.#changed = new Float64Array(agents).fill(1);
    const keys = new Float64Array(agents);
    for (let job = 0; job < jobs; job += 1) {
      const list = Array.from({ length: agents }, (_, agent) => agent);
      for (const agent of list) keys[agent] = cost[job * agents + agent]! + price[agent]! * takes[job * agents + agent]!;
      this.#near.set(list.sort((a, b) => keys[a]! - keys[b]! || a - b), job * agents);
    }
    const regret = new Float64Array(jobs);
    for (let job = 0; job < jobs; job += 1) {
      const priced = (rank: number): number => {
        const agent = this.#near[job * agents + Math.min(rank, agents - 1)]!;
        return cost[job * agents + agent]! + price[agent]! * takes[job * agents + agent]!;
      };
      regret[job] = priced(1) - priced(0);
    }
    this.#order = Int32Array.from({ length: jobs }, (_, job) => job).sort((a, b) => regret[b]! - regret[a]! || a - b);
    this.#warmth = WARMTH * mean(cost.map(Math.abs));
    const perAmount = mean(cost.map(Math.abs)) / Math.max(1, mean(takes));
    this.#price = price.map((one) => Math.max(one, perAmount / 100));
    this.#fine = this.#price.slice();
    this.#begin();
  }

  get best(): Assignment | null {
    return this.#best;
  }

  /** Until the cost is no more than `enough`, or `isOver` says so after one of the descents. */
  run(isOver: () => boolean, enough: number): void {
    let base: Assignment | null = this.#best;
    if (base) this.#restore(base.agentOf);
    for (let raised = 0; ; ) {
      this.#descend();
      const over = this.#fineOvers();
      if (!over) {
        if (!this.#best || this.#cost < this.#best.cost) this.#best = { agentOf: this.#agentOf.slice(), cost: this.#cost };
        if (this.#best.cost <= enough) return;
        if (!base || this.#cost <= base.cost - Math.log(1 - this.roll()) * this.#warmth) base = { agentOf: this.#agentOf.slice(), cost: this.#cost };
      }
      if (isOver()) return;
      if (over && (!base || (raised += 1) < RAISES)) continue;
      raised = 0;
      this.#restore(base!.agentOf);
      this.#kick();
    }
  }

  /** Whether too much is asked of some agent; then that costs more. */
  #fineOvers(): boolean {
    const { capacity } = this.instance;
    let over = false;
    for (let agent = 0; agent < capacity.length; agent += 1) {
      if (this.#load[agent]! <= capacity[agent]!) continue;
      over = true;
      this.#fine[agent] = Math.min(FINE_MOST, this.#fine[agent]! * HARDER);
      this.#changed[agent] = this.#clock += 1;
    }
    return over;
  }

  /** The cheapest agents that still have room, jobs for which that matters first. */
  #begin(): void {
    const { agents, takes, capacity } = this.instance;
    for (const job of this.#order) {
      const from = job * agents;
      const near = this.#near.subarray(from, from + agents);
      const agent = near.find((one) => this.#load[one]! + takes[from + one]! <= capacity[one]!) ?? near[0]!;
      this.#agentOf[job] = agent;
      this.#load[agent]! += takes[from + agent]!;
    }
    this.#cost = weigh(this.instance, this.#agentOf).cost;
  }

  #kick(): void {
    const { agents, jobs } = this.instance;
    for (let agent = 0; agent < agents; agent += 1) {
      this.#fine[agent] = this.#price[agent]! * (1 + FINE_NOISE * this.roll());
      this.#changed[agent] = this.#clock += 1;
    }
    for (let left = 1 + Math.floor(this.roll() * KICK_MOST); left > 0; left -= 1) {
      const job = Math.floor(this.roll() * jobs);
      this.#put(job, this.#near[job * agents + Math.floor(this.roll() * Math.min(KICK_AGENTS, agents))]!);
    }
  }

  #restore(agentOf: Int32Array): void {
    for (let job = 0; job < agentOf.length; job += 1) if (this.#agentOf[job] !== agentOf[job]) this.#put(job, agentOf[job]!);
    const { cost, load } = weigh(this.instance, agentOf);
    this.#cost = cost;
    this.#load.set(load);
  }

  #put(job: number, agent: number): void {
    const { agents, cost, takes } = this.instance;
    const was = this.#agentOf[job]!;
    this.#cost += cost[job * agents + agent]! - cost[job * agents + was]!;
    this.#load[was]! -= takes[job * agents + was]!;
    this.#load[agent]! += takes[job * agents + agent]!;
    this.#agentOf[job] = agent;
    this.#changed[was] = this.#changed[agent] = this.#clock += 1;
  }

  #descend(): void {
    do {
      do while (this.#shifts());
      while (this.#swaps());
    } while (this.#chains());
  }

  /** A pass begins: moves between agents of which none has changed since the last pass of its kind are known to be none. */
  #since(pass: number): number {
    const since = this.#passed[pass]!;
    this.#passed[pass] = this.#clock += 1;
    return since;
  }

  #shifts(): boolean {
    const { agents, jobs, cost, takes, capacity } = this.instance;
    const [agentOf, load, fine, changed] = [this.#agentOf, this.#load, this.#fine, this.#changed];
    const since = this.#since(0);
    let moved = false;
    const begin = Math.floor(this.roll() * jobs);
    for (let n = 0; n < jobs; n += 1) {
      const job = (begin + n) % jobs;
      const from = job * agents;
      const was = agentOf[job]!;
      const all = changed[was]! > since;
      const over = load[was]! - capacity[was]!;
      const left = over - takes[from + was]!;
      const saved = fine[was]! * ((left > 0 ? left : 0) - (over > 0 ? over : 0)) - cost[from + was]!;
      let least = -1e-9;
      let to = -1;
      for (let agent = 0; agent < agents; agent += 1) {
        if (agent === was || !(all || changed[agent]! > since)) continue;
        const room = load[agent]! - capacity[agent]!;
        const then = room + takes[from + agent]!;
        const change = saved + cost[from + agent]! + fine[agent]! * ((then > 0 ? then : 0) - (room > 0 ? room : 0));
        if (change < least) {
          least = change;
          to = agent;
        }
      }
      if (to < 0) continue;
      this.#put(job, to);
      moved = true;
    }
    return moved;
  }

  #swaps(): boolean {
    const { agents, jobs, cost, takes, capacity } = this.instance;
    const [agentOf, load, fine, changed] = [this.#agentOf, this.#load, this.#fine, this.#changed];
    const since = this.#since(1);
    let moved = false;
    const begin = Math.floor(this.roll() * jobs);
    for (let n = 0; n < jobs; n += 1) {
      const one = (begin + n) % jobs;
      const from = one * agents;
      for (let other = one + 1; other < jobs; other += 1) {
        const a = agentOf[one]!;
        const b = agentOf[other]!;
        if (a === b || !(changed[a]! > since || changed[b]! > since)) continue;
        const there = other * agents;
        const change = cost[from + b]! - cost[from + a]! + cost[there + a]! - cost[there + b]!;
        const overA = load[a]! - capacity[a]!;
        const overB = load[b]! - capacity[b]!;
        const thenA = overA + takes[there + a]! - takes[from + a]!;
        const thenB = overB + takes[from + b]! - takes[there + b]!;
        const fined = fine[a]! * ((thenA > 0 ? thenA : 0) - (overA > 0 ? overA : 0)) + fine[b]! * ((thenB > 0 ? thenB : 0) - (overB > 0 ? overB : 0));
        if (change + fined >= -1e-9) continue;
        this.#put(one, b);
        this.#put(other, a);
        moved = true;
      }
    }
    return moved;
  }

  /** A job goes to an agent, and one of that agent's to a third. */
  #chains(): boolean {
    const { agents, jobs, cost, takes, capacity } = this.instance;
    const [agentOf, load, fine, changed, near] = [this.#agentOf, this.#load, this.#fine, this.#changed, this.#near];
    const since = this.#since(2);
    const reach = Math.min(CHAIN_AGENTS, agents);
    let moved = false;
    const begin = Math.floor(this.roll() * jobs);
    const held: number[][] = Array.from({ length: agents }, () => []);
    for (let job = 0; job < jobs; job += 1) held[agentOf[job]!]!.push(job);
    for (let n = 0; n < jobs; n += 1) {
      const one = (begin + n) % jobs;
      const a = agentOf[one]!;
      const overA = load[a]! - capacity[a]!;
      const leftA = overA - takes[one * agents + a]!;
      const saved = fine[a]! * ((leftA > 0 ? leftA : 0) - (overA > 0 ? overA : 0)) - cost[one * agents + a]!;
      search: for (let rank = 0; rank < reach; rank += 1) {
        const b = near[one * agents + rank]!;
        if (b === a) continue;
        const first = saved + cost[one * agents + b]!;
        const overB = load[b]! - capacity[b]!;
        const arrived = overB + takes[one * agents + b]!;
        const all = changed[a]! > since || changed[b]! > since;
        for (const other of held[b]!) {
          if (agentOf[other] !== b || other === one) continue;
          const from = other * agents;
          const leftB = arrived - takes[from + b]!;
          const second = first - cost[from + b]! + fine[b]! * ((leftB > 0 ? leftB : 0) - (overB > 0 ? overB : 0));
          for (let to = 0; to < reach; to += 1) {
            const c = near[from + to]!;
            const change = second + cost[from + c]!;
            if (change >= -1e-9 || c === b || c === a || !(all || changed[c]! > since)) continue;
            const overC = load[c]! - capacity[c]!;
            const thenC = overC + takes[from + c]!;
            if (change + fine[c]! * ((thenC > 0 ? thenC : 0) - (overC > 0 ? overC : 0)) >= -1e-9) continue;
            this.#put(one, b);
            this.#put(other, c);
            held[b]!.push(one);
            held[c]!.push(other);
            moved = true;
            break search;
          }
        }
      }
    }
    return moved;
  }
}

const mean = (of: Float64Array): number => of.reduce((sum, one) => sum + one, 0) / Math.max(1, of.length);
