import { problem } from "../../domain/problem.js";
import { parseAmount } from "../../domain/quantity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AssignmentInstance } from "./instance.js";

/** How much a file may hold; what is published ends at 80 agents and 1,600 jobs. */
export const INSTANCE_LIMITS = { bytesMax: 64_000_000, cellsMax: 1_000_000, instancesMax: 100, numberMax: 1_000_000_000 } as const;

export type Direction = "minimise" | "maximise";

export interface ReadInstance {
  readonly agents: number;
  readonly jobs: number;
  /** As written: agent by agent. */
  readonly value: Float64Array;
  readonly takes: Float64Array;
  readonly capacity: Float64Array;
}

/**
 * The text format of OR-Library: whole numbers, wherever lines end. First how many instances there are, left out where there is one
 * alone; then of each the agents m and jobs n, m × n costs agent by agent, m × n amounts that a job takes, m capacities.
 */
export function readInstances(text: string, file: string): Result<readonly ReadInstance[]> {
  const numbers = readNumbers(text, file);
  if (!numbers.ok) return numbers;
  const all = numbers.value;
  const alone = all.length >= 2 && all.length === lengthOf(all[0]!, all[1]!);
  let at = 0;
  const count = alone ? 1 : (all[at++] ?? 0);
  const short = (): Result<never> => refused(problem("instance.too_short", { found: all.length }, { file }));
  if (all.length === 0) return short();
  if (count < 1 || count > INSTANCE_LIMITS.instancesMax) return refused(problem("input.out_of_range", { min: 1, max: INSTANCE_LIMITS.instancesMax }, { file, field: "instances" }));
  const instances: ReadInstance[] = [];
  for (let instance = 1; instance <= count; instance += 1) {
    const [agents, jobs] = [all[at], all[at + 1]];
    if (agents === undefined || jobs === undefined) return short();
    if (agents < 1 || jobs < 1 || agents * jobs > INSTANCE_LIMITS.cellsMax) return refused(problem("instance.too_large", { agents, jobs, max: INSTANCE_LIMITS.cellsMax }, { file }));
    if (at + lengthOf(agents, jobs) > all.length) return short();
    at += 2;
    const take = (length: number): Float64Array => all.slice(at, (at += length));
    instances.push({ agents, jobs, value: take(agents * jobs), takes: take(agents * jobs), capacity: take(agents) });
  }
  if (at < all.length) return refused(problem("instance.too_long", { found: all.length, expected: at }, { file }));
  return ok(instances);
}

const lengthOf = (agents: number, jobs: number): number => 2 + 2 * agents * jobs + agents;

function readNumbers(text: string, file: string): Result<Float64Array> {
  const numbers: number[] = [];
  let line = 0;
  for (const row of text.split(/\r\n|\r|\n/)) {
    line += 1;
    for (const word of row.split(/\s+/)) {
      if (word === "") continue;
      const amount = parseAmount(word, { file, line });
      if (!amount.ok) return amount;
      if (amount.value > INSTANCE_LIMITS.numberMax) return refused(problem("input.out_of_range", { min: 0, max: INSTANCE_LIMITS.numberMax }, { file, line }));
      numbers.push(amount.value);
    }
  }
  return ok(Float64Array.from(numbers));
}

/** For the direction given: costs that are the less the better, job by job. */
export function instanceOf({ agents, jobs, value, takes, capacity }: ReadInstance, direction: Direction): AssignmentInstance {
  const byJob = (from: Float64Array, sign: number): Float64Array => {
    const to = new Float64Array(from.length);
    for (let agent = 0; agent < agents; agent += 1) for (let job = 0; job < jobs; job += 1) to[job * agents + agent] = sign * from[agent * jobs + job]!;
    return to;
  };
  return { agents, jobs, cost: byJob(value, direction === "minimise" ? 1 : -1), takes: byJob(takes, 1), capacity };
}

/**
 * Files do not say which way they go. gap1 to gap12 are maximised: they are known by name, or by values of 15 to 25 throughout, as no
 * other published type has them. Everything else is minimised.
 */
export function directionOf(name: string, instances: readonly ReadInstance[]): Direction {
  if (/^gap\d+(\D|$)/i.test(name)) return "maximise";
  if (/^(gap)?[a-e](\d|\W|_|$)/i.test(name)) return "minimise";
  return instances.every(({ value }) => value.every((one) => one >= 15 && one <= 25)) ? "maximise" : "minimise";
}
