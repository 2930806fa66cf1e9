/**
 * The generalised assignment problem: every job goes to exactly one agent, no agent beyond its capacity, at the least cost. It is
 * lending without time: who takes whose work. Costs of instances to be maximised are negative here.
 */
export interface AssignmentInstance {
  readonly agents: number;
  readonly jobs: number;
  /** Job by job, agent within: what job j costs with agent i is at j × agents + i. */
  readonly cost: Float64Array;
  readonly takes: Float64Array;
  readonly capacity: Float64Array;
}

export interface Assignment {
  /** The agent of each job. */
  readonly agentOf: Int32Array;
  readonly cost: number;
}

/** What the agents have to do, and what it costs. */
export function weigh({ agents, jobs, cost, takes }: AssignmentInstance, agentOf: Int32Array): { readonly cost: number; readonly load: Float64Array } {
  const load = new Float64Array(agents);
  let sum = 0;
  for (let job = 0; job < jobs; job += 1) {
    const at = job * agents + agentOf[job]!;
    sum += cost[at]!;
    load[agentOf[job]!]! += takes[at]!;
  }
  return { cost: sum, load };
}

export const isLawful = (instance: AssignmentInstance, agentOf: Int32Array): boolean => weigh(instance, agentOf).load.every((load, agent) => load <= instance.capacity[agent]!);
