import type { AssignmentInstance } from "./instance.js";

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
  const best = new Float64Array(agents);
  const slack = new Float64Array(agents);
  let bound = -Infinity;
  let scale = 1.5;
  let since = 0;
  for (let round = 0; round < ROUNDS && scale > STEP_LEAST; round += 1) {
    let value = 0;
    for (let agent = 0; agent < agents; agent += 1) {
      value -= price[agent]! * capacity[agent]!;
      slack[agent] = -capacity[agent]!;
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
      slack[chosen]! += takes[from + chosen]!;
    }
    if (value > bound) {
      bound = value;
      best.set(price);
      since = 0;
    } else if ((since += 1) >= PATIENCE) {
      since = 0;
      scale /= 1.6;
      price.set(best);
      continue;
    }
    let norm = 0;
    for (let agent = 0; agent < agents; agent += 1) if (slack[agent]! > 0 || price[agent]! > 0) norm += slack[agent]! ** 2;
    if (norm === 0) break;
    const step = (scale * Math.max(1e-3 * Math.abs(bound), target - value)) / norm;
    for (let agent = 0; agent < agents; agent += 1) price[agent] = Math.max(0, price[agent]! + step * slack[agent]!);
  }
  return { price: best, bound };
}
