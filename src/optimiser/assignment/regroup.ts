import { weigh, type Assignment, type AssignmentInstance } from "./instance.js";
import { Part } from "./part.js";

const AGENTS_LEAST = 3;
const AGENTS_MOST = 10;
/** Jobs that are shared out at once. */
const JOBS_MOST = 40;
/** Steps of a search through a part, at first. */
const NODES_FIRST = 20_000;
const NODES_MORE = 1.2;
/** Parts of a size without anything better after which they are made larger. */
const PATIENCE = 300;
/** Of the last parts, how many may be broken off before they are made smaller. */
const CUT_MOST = 0.3;
const CUT_SEEN = 50;

/**
 * Betters an assignment part by part: a few agents, drawn at random, share out anew what they have, the best way there is. Where parts
 * of a size have nothing more to give they are made larger, until they cannot be searched through. One that costs the same is taken too,
 * so that other parts find something new.
 */
export class Regroup {
  readonly #part: Part;
  readonly #order: Int32Array;
  readonly #agentOf: Int32Array;
  readonly #load: Float64Array;
  readonly #jobsOf: number[][];
  #cost: number;
  #size: number;
  #nodesMax = NODES_FIRST;
  #tries = 0;
  #failed = 0;
  #cut = 0;
  #isOptimal = false;

  constructor(
    private readonly instance: AssignmentInstance,
    price: Float64Array,
    from: Assignment,
    private readonly roll: () => number,
  ) {
    const { agents, jobs } = instance;
    this.#size = Math.min(AGENTS_LEAST, agents);
    this.#part = new Part(instance, price, Math.min(AGENTS_MOST, agents), JOBS_MOST);
    this.#order = Int32Array.from({ length: agents }, (_, agent) => agent);
    this.#agentOf = from.agentOf.slice();
    this.#cost = from.cost;
    this.#load = weigh(instance, from.agentOf).load;
    this.#jobsOf = Array.from({ length: agents }, () => []);
    for (let job = 0; job < jobs; job += 1) this.#jobsOf[this.#agentOf[job]!]!.push(job);
  }

  get best(): Assignment {
    return { agentOf: this.#agentOf.slice(), cost: this.#cost };
  }

  /** Whether a part was the whole, and searched through. */
  get isOptimal(): boolean {
    return this.#isOptimal;
  }

  /** Until the cost is no more than `enough` or the best there is, or `isOver` says so after one of the parts. */
  run(isOver: () => boolean, enough: number): void {
    while (this.#cost > enough && !this.#isOptimal && !isOver()) {
      const before = this.#cost;
      this.#shareOut();
      this.#tries += 1;
      this.#failed = this.#cost < before ? 0 : this.#failed + 1;
      if (this.#part.nodes >= this.#nodesMax) this.#cut += 1;
      this.#resize();
    }
  }

  #shareOut(): void {
    const { agents: width, cost, takes, capacity } = this.instance;
    const agents = this.#draw(this.#order, this.#size);
    let jobs = agents.flatMap((agent) => this.#jobsOf[agent]!);
    if (jobs.length > JOBS_MOST) jobs = this.#draw(jobs, JOBS_MOST);
    const room = new Map(agents.map((agent) => [agent, capacity[agent]! - this.#load[agent]!]));
    let now = 0;
    for (const job of jobs) {
      const agent = this.#agentOf[job]!;
      now += cost[job * width + agent]!;
      room.set(agent, room.get(agent)! + takes[job * width + agent]!);
    }
    const isWhole = jobs.length === this.instance.jobs;
    const then = this.#part.shareOut(agents, jobs, (agent) => room.get(agent)!, now, this.#nodesMax, (job, agent) => this.#put(job, agent));
    if (then !== null) this.#cost += then - now;
    if (isWhole && agents.length === width && this.#part.nodes < this.#nodesMax) this.#isOptimal = true;
  }

  /** So many of all, at random; `from` is shuffled. */
  #draw(from: Int32Array | number[], count: number): number[] {
    for (let at = 0; at < count; at += 1) {
      const other = at + Math.floor(this.roll() * (from.length - at));
      const one = from[at]!;
      from[at] = from[other]!;
      from[other] = one;
    }
    return [...from.slice(0, count)];
  }

  #put(job: number, agent: number): void {
    const { agents: width, takes } = this.instance;
    const was = this.#agentOf[job]!;
    if (was === agent) return;
    const list = this.#jobsOf[was]!;
    list.splice(list.indexOf(job), 1);
    this.#jobsOf[agent]!.push(job);
    this.#load[was]! -= takes[job * width + was]!;
    this.#load[agent]! += takes[job * width + agent]!;
    this.#agentOf[job] = agent;
  }

  #resize(): void {
    const isTooLarge = this.#tries >= CUT_SEEN && this.#cut > CUT_MOST * this.#tries;
    if (!isTooLarge && this.#failed < PATIENCE) return;
    const { agents } = this.instance;
    if (isTooLarge) this.#nodesMax *= NODES_MORE;
    this.#size = Math.max(Math.min(AGENTS_LEAST, agents), Math.min(AGENTS_MOST, agents, this.#size + (isTooLarge ? -1 : 1)));
    this.#tries = this.#failed = this.#cut = 0;
  }
}
