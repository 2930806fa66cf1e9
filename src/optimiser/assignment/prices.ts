import type { AssignmentInstance } from "./instance.js";
import { ascend } from "./subgradient.js";

/** What a unit of each agent's capacity is worth, and the cost nothing lawful can be below. */
export interface Prices {
  readonly price: Float64Array;
  readonly bound: number;
}

const ROUNDS = 1_200;
/** Rounds without a better bound after which steps are halved. */
const PATIENCE = 15;
const STEP_LEAST = 1e-4;

/**
 * Lagrange's relaxation of the capacities by subgradients: each job takes its cheapest agent, prices rise where too much is asked. Its
 * best bound is that of the linear programme, without one of its size being solved.
 *
 * @param target the cost of some lawful assignment, or a guess
 */
export function findPrices({ agents, jobs, cost, takes, capacity }: AssignmentInstance, target: number): Prices {
  const price = new Float64Array(agents);
  return ascend({ price, lowest: 0, target, rounds: ROUNDS, patience: PATIENCE, cut: 1.6, scale: 1.5, least: STEP_LEAST, share: 1e-3 }, (asked) => {
    let value = 0;
    for (let agent = 0; agent < agents; agent += 1) {
      value -= price[agent]! * capacity[agent]!;
      asked[agent] = -capacity[agent]!;
    }
    for (let job = 0; job < jobs; job += 1) {
      const from = job * agents;
      let least = Infinity;
      let chosen = 0;
      for (let agent = 0; agent < agents; agent += 1) {
        const priced = cost[from + agent]! + price[agent]! * takes[from + agent]!;
        if (priced < least) {
          least = priced;
          chosen = agent;
        }
      }
      value += least;
      asked[chosen]! += takes[from + chosen]!;
    }
    return value;
  });
}
