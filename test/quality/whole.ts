import { bucketOf, groupsOf, highs, programme, stocksOf, type Group, type Stock, type Whole } from "./bound.js";
import { measured, type Instance, type Job } from "./instance.js";
import { baselines } from "./baselines/policies.js";
import { runEngine } from "./run-engine.js";
import { valueOf, type Run } from "./run.js";
import { city } from "./workloads/w2-city.js";
import { gang } from "./workloads/w5-gang.js";

/*
 * What of the distance to the bound is the bound's own, what is bad luck, and what a bad choice, on instances small enough:
 *
 *   linear    the bound: jobs may be cut, everything that will come is known
 *   whole     the same programme with whole jobs: the difference is the bound's
 *   rolling   whole jobs, and each day only what has come by its evening is known; what was served stays served: the difference is luck
 *   engine    what is left is choice
 *
 * The rolling programme knows nobody's turn and keeps no order but the best; like the bound it treats the half-hours of a day as one.
 */

export const SMALL = [
  { name: "w2-busy", make: (seed: number): Instance => city(seed, { weeks: 3, requestsADay: 12, load: 1.2 }) },
  { name: "w2-over", make: (seed: number): Instance => city(seed, { weeks: 3, requestsADay: 12, load: 1.6 }) },
  { name: "w5", make: (seed: number): Instance => gang(seed, { weeks: 3, load: 1.05 }) },
] as const;

export interface WholeResult {
  readonly kind: "whole";
  readonly name: string;
  readonly seed: number;
  readonly counted: number;
  readonly linear: number;
  readonly whole: number;
  readonly rolling: number;
  readonly engine: number;
  readonly edf: number;
}

/** Nearer than this to the best nobody looks for better. */
const GAP = 0.002;
const OPTIONS = { mip_rel_gap: GAP, time_limit: 60 } as const;
/** Too little to leave a job for, enough to choose today among equals. */
const DELAY = 1e-4;

export async function wholeCase(name: string, seed: number): Promise<WholeResult> {
  const instance = SMALL.find((one) => one.name === name)!.make(seed);
  const counted = measured(instance);
  const value = (run: Run): number => valueOf(counted, run);
  return {
    kind: "whole",
    name,
    seed,
    counted: counted.length,
    ...(await bounds(instance, counted)),
    engine: value(runEngine(instance, { horizonDays: 0, quotas: instance.quotas.length > 0, untold: true })),
    edf: value(baselines(instance, counted, 1).find(({ policy }) => policy === "EDF")!),
  };
}

export async function bounds(instance: Instance, counted: readonly Job[]): Promise<Pick<WholeResult, "linear" | "whole" | "rolling">> {
  const stocks = stocksOf(instance, counted);
  const groups = groupsOf(instance, counted, stocks);
  const last = bucketOf(instance, instance.endsAt - 1);
  return {
    linear: (await solved(groups, stocks)).value,
    whole: (await solved(groups, stocks, { until: last + 1, delay: 0 })).value,
    rolling: await rolling(groups, stocks, last),
  };
}

interface Solved {
  readonly value: number;
  /** Jobs of a group served in a bucket. */
  readonly served: (group: number, bucket: number) => number;
}

async function solved(groups: readonly Group[], stocks: ReadonlyMap<string, Stock>, whole?: Whole): Promise<Solved> {
  const { text, variables } = programme(groups, stocks, whole);
  if (variables === 0) return { value: 0, served: () => 0 };
  const solution = (await highs()).solve(text, OPTIONS);
  if (solution.Status !== "Optimal" && solution.Status !== "Time limit reached") throw new Error(`A small instance: ${solution.Status}`);
  const columns = solution.Columns as Readonly<Record<string, { readonly Primal?: number }>>;
  return { value: solution.ObjectiveValue, served: (group, bucket) => columns[`x${group}_${bucket}`]?.Primal ?? 0 };
}

/** Day by day: the best for what has come, of which only the day's own part is done. */
async function rolling(groups: readonly Group[], stocks: ReadonlyMap<string, Stock>, last: number): Promise<number> {
  const left = groups.map(({ count }) => count);
  const spent = new Map<string, number>();
  let value = 0;
  for (let day = 0; day <= last; day += 1) {
    const known = groups.flatMap((group, at) => (group.from <= day && group.to >= day && left[at]! > 0 ? [{ at, group: { ...group, from: day, count: left[at]! } }] : []));
    if (known.length === 0) continue;
    const remaining = new Map([...stocks].map(([set, stock]) => [set, typeof stock.capacity === "number" ? { ...stock, capacity: stock.capacity - (spent.get(set) ?? 0) } : stock]));
    const { served } = await solved(known.map(({ group }) => group), remaining, { until: day + 1, delay: DELAY });
    known.forEach(({ at, group }, g) => {
      const done = Math.round(served(g, day));
      left[at]! -= done;
      value += done * group.value;
      for (const { set, amount } of group.uses) spent.set(set, (spent.get(set) ?? 0) + done * amount);
    });
  }
  return value;
}
