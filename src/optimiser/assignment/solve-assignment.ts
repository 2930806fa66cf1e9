import { stableHash } from "../../domain/stable-hash.js";
import { solver } from "../solver.js";
import { isLawful, type Assignment, type AssignmentInstance } from "./instance.js";
import { findPrices, type Prices } from "./prices.js";
import { AssignmentSearch } from "./search.js";

export interface SolvedAssignment {
  /** Null: none was found; `bound` is Infinity where it is proven that there is none. */
  readonly assignment: Assignment | null;
  /** No lawful assignment costs less. */
  readonly bound: number;
}

/** Cells of an instance that the solver is given; larger ones it does not better in time (20 agents, 100 jobs, type D: 6,460 after 25 s, the search 6,327). */
const SOLVER_CELLS = 1_500;
/** Of the time, the search's part before the solver is asked, and after. */
const SEARCH_FIRST = 0.15;
const SEARCH_LAST = 0.25;
/** Descents before prices are worked out anew. */
const FIRST_DESCENTS = 30;

/** The cheapest assignment that is found in time, and how far from the best it can be. */
export async function solveAssignment(instance: AssignmentInstance, budgetMs: number, now: () => number = () => performance.now()): Promise<SolvedAssignment> {
  const began = now();
  const left = (): number => budgetMs - (now() - began);
  const dice = mulberry(stableHash(instance.agents, instance.jobs, instance.cost.length === 0 ? 0 : instance.cost[0]!));
  const rough = findPrices(instance, mostOf(instance));
  const search = new AssignmentSearch(instance, rough.price, dice);
  const rest = (share: number) => (): boolean => left() <= budgetMs * share;
  let descents = 0;
  search.run(() => (descents += 1) > FIRST_DESCENTS || rest(1 - SEARCH_FIRST)(), wholeAbove(rough.bound));
  const prices = search.best ? better(rough, findPrices(instance, search.best.cost)) : rough;
  let bound = wholeAbove(prices.bound);
  const isProven = (): boolean => search.best !== null && search.best.cost <= bound;
  const cells = instance.agents * instance.jobs;
  if (!isProven() && cells <= SOLVER_CELLS) {
    search.run(() => (descents += 1) > FIRST_DESCENTS + 3 * cells || rest(1 - SEARCH_FIRST)(), bound);
    const solved = await solveWhole(instance, search.best, left() - budgetMs * SEARCH_LAST);
    if (solved.agentOf) search.offer(solved.agentOf);
    bound = Math.max(bound, wholeAbove(solved.bound));
    if (bound === Infinity) return { assignment: null, bound };
  }
  if (!isProven()) search.run(rest(0), bound);
  return { assignment: search.best, bound: search.best ? Math.min(bound, search.best.cost) : bound };
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

async function solveWhole(instance: AssignmentInstance, best: Assignment | null, budgetMs: number): Promise<{ readonly agentOf: Int32Array | null; readonly bound: number }> {
  const { agents, jobs, cost, takes, capacity } = instance;
  const nothing = { agentOf: null, bound: -Infinity };
  if (budgetMs < 50) return nothing;
  const highs = await solver();
  const count = agents * jobs;
  const starts = Int32Array.from({ length: count + 1 }, (_, at) => 2 * at);
  const indices = new Int32Array(2 * count);
  const values = new Float64Array(2 * count);
  for (let cell = 0; cell < count; cell += 1) {
    indices[2 * cell] = Math.floor(cell / agents);
    values[2 * cell] = 1;
    indices[2 * cell + 1] = jobs + (cell % agents);
    values[2 * cell + 1] = takes[cell]!;
  }
  return highs.withModel(
    {
      numCols: count,
      numRows: jobs + agents,
      colCost: cost,
      colLower: new Float64Array(count),
      colUpper: new Float64Array(count).fill(1),
      rowLower: Float64Array.from({ length: jobs + agents }, (_, row) => (row < jobs ? 1 : -highs.infinity)),
      rowUpper: Float64Array.from({ length: jobs + agents }, (_, row) => (row < jobs ? 1 : capacity[row - jobs]!)),
      matrix: { format: "csc", numRows: jobs + agents, numCols: count, starts, indices, values },
      integrality: new Int32Array(count).fill(highs.constants.variableType.integer),
    },
    (model) => {
      model.options.set({ output_flag: false, time_limit: budgetMs / 1_000, mip_rel_gap: 0, mip_abs_gap: 0.99 });
      if (best) model.setSolution({ colValue: Float64Array.from({ length: count }, (_, cell) => (best.agentOf[Math.floor(cell / agents)] === cell % agents ? 1 : 0)) });
      model.run();
      const status = model.getModelStatus();
      if (status === highs.constants.modelStatus.infeasible) return { agentOf: null, bound: Infinity };
      const { colValue } = model.getSolution();
      const agentOf = new Int32Array(jobs).fill(-1);
      colValue.forEach((one, cell) => {
        if (one > 0.5) agentOf[Math.floor(cell / agents)] = cell % agents;
      });
      const isWhole = agentOf.every((agent) => agent >= 0) && isLawful(instance, agentOf);
      return { agentOf: isWhole ? agentOf : null, bound: Number(model.info.get("mip_dual_bound")) };
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
