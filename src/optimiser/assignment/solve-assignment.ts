import { stableHash } from "../../domain/stable-hash.js";
import { solver } from "../solver.js";
import { isLawful, weigh, type Assignment, type AssignmentInstance } from "./instance.js";
import { priceJobs, usefulCells, type JobPrices } from "./knapsacks.js";
import { findPrices, type Prices } from "./prices.js";
import { Regroup } from "./regroup.js";
import { AssignmentSearch } from "./search.js";

export interface SolvedAssignment {
  /** Null: none was found; `bound` is Infinity where it is proven that there is none. */
  readonly assignment: Assignment | null;
  /** No lawful assignment costs less. */
  readonly bound: number;
}

/** Cells that the solver is given; of more it makes nothing in time (20 agents, 100 jobs, type D: 6,460 after 25 s, parts 6,306). */
const SOLVER_CELLS = 1_500;
/** Of the time: a first assignment, sharing out parts of it, prices of jobs; then the solver, and what it leaves for more parts. */
const FIRST = 0.08;
const PARTS = 0.5;
const PARTS_OF_SMALL = 0.15;
const JOB_PRICES = 0.1;
const LAST = 0.15;
/** Descents before prices are worked out anew. */
const FIRST_DESCENTS = 30;
/** Of jobs by the largest capacity: above it jobs are not priced. */
const KNAPSACK_CELLS = 8_000_000;

/** The cheapest assignment that is found in time, and how far from the best it can be. */
export async function solveAssignment(instance: AssignmentInstance, budgetMs: number, now: () => number = () => performance.now()): Promise<SolvedAssignment> {
  const began = now();
  const spent = (share: number) => (): boolean => now() - began >= budgetMs * share;
  const dice = mulberry(stableHash(instance.agents, instance.jobs, instance.cost.length === 0 ? 0 : instance.cost[0]!));
  const rough = findPrices(instance, mostOf(instance));
  const search = new AssignmentSearch(instance, rough.price, dice);
  let descents = 0;
  search.run(() => (descents += 1) > FIRST_DESCENTS || spent(FIRST)(), wholeAbove(rough.bound));
  const prices = search.best ? better(rough, findPrices(instance, search.best.cost)) : rough;
  let bound = wholeAbove(prices.bound);
  search.run(spent(FIRST), bound);
  let best = search.best;
  const isProven = (): boolean => best !== null && best.cost <= bound;
  const improve = (isOver: () => boolean): void => {
    if (!best || isProven()) return;
    const regroup = new Regroup(instance, prices.price, best, dice);
    regroup.run(isOver, bound);
    best = regroup.best;
    if (regroup.isOptimal) bound = best.cost;
  };
  improve(spent(instance.cost.length <= SOLVER_CELLS ? PARTS_OF_SMALL : PARTS));
  let jobPrices: JobPrices | null = null;
  if (!isProven() && instance.jobs * (1 + Math.max(0, ...instance.capacity)) <= KNAPSACK_CELLS) {
    const until = now() + budgetMs * JOB_PRICES;
    jobPrices = priceJobs(instance, prices.price, prices.bound, () => now() >= until);
    bound = Math.max(bound, wholeAbove(jobPrices.bound));
  }
  if (!isProven()) {
    // Whatever costs less than the best known uses none but these.
    const cells = jobPrices && best ? usefulCells(instance, jobPrices, best.cost - 1) : Int32Array.from(instance.cost.keys());
    if (cells.length <= SOLVER_CELLS) {
      const solved = await solveCells(instance, cells, best, budgetMs * (1 - LAST) - (now() - began));
      if (solved.agentOf) best = { agentOf: solved.agentOf, cost: weigh(instance, solved.agentOf).cost };
      bound = Math.max(bound, Math.min(best?.cost ?? Infinity, wholeAbove(solved.bound)));
      if (bound === Infinity) return { assignment: null, bound };
    }
  }
  if (!best) {
    search.run(() => search.best !== null || spent(1)(), bound);
    best = search.best;
  }
  improve(spent(1));
  return { assignment: best, bound: best ? Math.min(bound, best.cost) : bound };
}

const wholeAbove = (bound: number): number => Math.ceil(bound - 1e-6);

const better = (a: Prices, b: Prices): Prices => (a.bound >= b.bound ? a : b);

/** The cost of every job with its dearest agent: nothing lawful is above. */
function mostOf({ agents, jobs, cost }: AssignmentInstance): number {
  let sum = 0;
  for (let job = 0; job < jobs; job += 1) {
    let most = -Infinity;
    for (let agent = 0; agent < agents; agent += 1) most = Math.max(most, cost[job * agents + agent]!);
    sum += most;
  }
  return sum;
}

/** HiGHS with these cells alone; an assignment is told of only if it is cheaper than the best known. */
async function solveCells(instance: AssignmentInstance, cells: Int32Array, best: Assignment | null, budgetMs: number): Promise<{ readonly agentOf: Int32Array | null; readonly bound: number }> {
  const { agents, jobs, cost, takes, capacity } = instance;
  if (budgetMs < 50) return { agentOf: null, bound: -Infinity };
  const highs = await solver();
  const count = cells.length;
  const starts = Int32Array.from({ length: count + 1 }, (_, at) => 2 * at);
  const indices = new Int32Array(2 * count);
  const values = new Float64Array(2 * count);
  cells.forEach((cell, at) => {
    indices[2 * at] = Math.floor(cell / agents);
    values[2 * at] = 1;
    indices[2 * at + 1] = jobs + (cell % agents);
    values[2 * at + 1] = takes[cell]!;
  });
  return highs.withModel(
    {
      numCols: count,
      numRows: jobs + agents,
      colCost: Float64Array.from(cells, (cell) => cost[cell]!),
      colLower: new Float64Array(count),
      colUpper: new Float64Array(count).fill(1),
      rowLower: Float64Array.from({ length: jobs + agents }, (_, row) => (row < jobs ? 1 : -highs.infinity)),
      rowUpper: Float64Array.from({ length: jobs + agents }, (_, row) => (row < jobs ? 1 : capacity[row - jobs]!)),
      matrix: { format: "csc", numRows: jobs + agents, numCols: count, starts, indices, values },
      integrality: new Int32Array(count).fill(highs.constants.variableType.integer),
    },
    (model) => {
      model.options.set({ output_flag: false, time_limit: budgetMs / 1_000, mip_rel_gap: 0, mip_abs_gap: 0.99 });
      // It need not look for what is no cheaper.
      if (best) model.options.set({ objective_bound: best.cost - 0.5 });
      model.run();
      if (model.getModelStatus() === highs.constants.modelStatus.infeasible) return { agentOf: null, bound: Infinity };
      const { colValue } = model.getSolution();
      const agentOf = new Int32Array(jobs).fill(-1);
      colValue.forEach((one, at) => {
        if (one > 0.5) agentOf[Math.floor(cells[at]! / agents)] = cells[at]! % agents;
      });
      const isBetter = agentOf.every((agent) => agent >= 0) && isLawful(instance, agentOf) && !(best && weigh(instance, agentOf).cost >= best.cost);
      return { agentOf: isBetter ? agentOf : null, bound: Number(model.info.get("mip_dual_bound")) };
    },
  );
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
