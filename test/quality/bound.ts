import highsModule from "highs";
import type { Instant } from "../../src/domain/instant.js";
import { DAY_MS } from "../../src/domain/instant.js";
import { SLOTS_A_DAY } from "../../src/domain/pool/period.js";
import { kindOf, mayServe, type Instance, type Job } from "./instance.js";

/*
 * What nobody could exceed: a linear programme over all that will come, by buckets of time.
 *
 *   x[g, b]  jobs of group g (the same claims, arrival and due bucket) served in bucket b between the two, in parts
 *   Σ_b x[g, b] ≤ jobs of the group                                   demand
 *   Σ_g use(g, S) · x[g, b] ≤ what the supplies of S give in b        for each set S of supplies some claim may use,
 *                                                                     and every claim that may use only supplies of S
 *   maximise Σ value(g) · x[g, b]
 *
 * Relaxed on the side that makes it larger: jobs may be cut, half-hours of a day are one amount, what runs for a while is an amount
 * of work anywhere between its arrival and its due date, and what is due in the warm-up, or is late, may be left for ever.
 */

export interface Bound {
  readonly value: number;
  readonly demand: number;
  readonly variables: number;
  readonly ms: number;
}

export interface Group {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly uses: readonly { readonly set: string; readonly amount: number }[];
  count: number;
}

/** A set of supplies that some claim may use, and what they give by bucket; an instance's whole amount where periods do not pass. */
export interface Stock {
  readonly members: ReadonlySet<number>;
  readonly capacity: readonly number[] | number;
}

/** Its types describe the CommonJS build; what an ES module is given is the function itself. */
const load = highsModule as unknown as typeof highsModule.default;
let solver: ReturnType<typeof load> | undefined;
export const highs = (): ReturnType<typeof load> => (solver ??= load());

export async function bound(instance: Instance, counted: readonly Job[]): Promise<Bound> {
  const began = performance.now();
  const stocks = stocksOf(instance, counted);
  const groups = groupsOf(instance, counted, stocks);
  const demand = counted.reduce((sum, { value }) => sum + value, 0);
  const { text, variables } = programme(groups, stocks);
  if (variables === 0) return { value: 0, demand, variables, ms: performance.now() - began };
  const { solve } = await highs();
  let solution = solve(text, { solver: "ipm", run_crossover: "off" });
  // Where the interior point stops short, the simplex does not.
  if (solution.Status !== "Optimal") solution = solve(text);
  if (solution.Status !== "Optimal") throw new Error(`The bound of ${instance.name}, seed ${instance.seed}: ${solution.Status}`);
  return { value: Math.min(demand, solution.ObjectiveValue), demand, variables, ms: performance.now() - began };
}

export const bucketOf = (instance: Instance, at: Instant): number => Math.floor((at - instance.startsAt) / instance.bucketMs);

export function stocksOf(instance: Instance, counted: readonly Job[]): Map<string, Stock> {
  const stocks = new Map<string, Stock>();
  const buckets = bucketOf(instance, instance.endsAt - 1) + 1;
  for (const claims of new Set(counted.map((job) => job.claims))) {
    for (const claim of claims) {
      const members = instance.supplies.filter((supply) => mayServe(supply, claim));
      if (members.some(({ amounts }) => amounts === "unlimited")) continue;
      const key = members.map(({ id }) => id).join(" ");
      if (stocks.has(key)) continue;
      const { period } = kindOf(instance, claim.classId);
      const sum = (at: number): number => members.reduce((all, { amounts }) => all + ((amounts as readonly number[])[at] ?? 0), 0);
      const perDay = period === "slot" ? SLOTS_A_DAY : 1;
      if (period === "fiscal-year" || (period === "none" && !counted.some(({ runsMs }) => runsMs !== null))) {
        stocks.set(key, { members: new Set(members.map(({ id }) => id)), capacity: sum(0) });
        continue;
      }
      if (period !== "none" && instance.bucketMs !== DAY_MS) throw new Error("What days and half-hours give is bounded by the day");
      const capacity = Array.from({ length: buckets }, (_, bucket) => {
        if (period === "none") return sum(0) * instance.bucketMs;
        let all = 0;
        for (let at = bucket * perDay; at < (bucket + 1) * perDay; at += 1) all += sum(at);
        return all;
      });
      stocks.set(key, { members: new Set(members.map(({ id }) => id)), capacity });
    }
  }
  return stocks;
}

export function groupsOf(instance: Instance, counted: readonly Job[], stocks: ReadonlyMap<string, Stock>): Group[] {
  const groups = new Map<string, Group>();
  const keys = new Map<Job["claims"][number], string>();
  for (const job of counted) {
    const due = job.dueAt + (job.pause?.forMs ?? 0);
    // Nobody could do it in the time there is.
    if (job.runsMs !== null && job.arrivesAt + job.runsMs > due) continue;
    const uses = new Map<string, number>();
    for (const claim of job.claims) {
      let set = keys.get(claim);
      if (set === undefined) keys.set(claim, (set = instance.supplies.filter((supply) => mayServe(supply, claim)).map(({ id }) => id).join(" ")));
      if (!stocks.has(set)) continue;
      const amount = (claim.amount * claim.count * claim.slots * (job.runsMs ?? 1) * (job.runsMs === null ? job.usedPercent : 100)) / 100;
      uses.set(set, (uses.get(set) ?? 0) + rounded(amount, job.runsMs !== null));
    }
    const from = bucketOf(instance, job.arrivesAt);
    const to = Math.min(bucketOf(instance, due - 1), bucketOf(instance, instance.endsAt - 1));
    const list = [...uses].map(([set, amount]) => ({ set, amount }));
    const key = `${from} ${to} ${job.value} ${list.map(({ set, amount }) => `${set}:${amount}`).join("/")}`;
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { value: job.value, from, to, uses: list, count: 1 });
  }
  return [...groups.values()];
}

/** Down to one of some steps of a twentieth, so that work of nearly one length is one group; the bound only grows. */
const rounded = (amount: number, runs: boolean): number => (runs && amount > 0 ? 1.05 ** Math.floor(Math.log(amount) / Math.log(1.05)) : amount);

/** Of a programme in which jobs are not cut. */
export interface Whole {
  /** Jobs served in these buckets are whole numbers. */
  readonly until: number;
  /** Served a bucket later, a job is worth so much of its value less: among equals the earliest. */
  readonly delay: number;
}

/** In the LP format of CPLEX. Amounts are scaled, so that all coefficients are of one size. */
export function programme(groups: readonly Group[], stocks: ReadonlyMap<string, Stock>, whole?: Whole): { readonly text: string; readonly variables: number } {
  const objective: string[] = [];
  const integers: string[] = [];
  const demand: string[] = [];
  const rows = new Map<string, string[]>();
  const add = (row: string, term: string): void => {
    const terms = rows.get(row);
    if (terms) terms.push(term);
    else rows.set(row, [term]);
  };
  const names = [...stocks.keys()];
  const stockOf = names.map((name) => stocks.get(name)!);
  const scaleOf = stockOf.map(({ capacity }) => Math.max(1, typeof capacity === "number" ? capacity : Math.max(...capacity)));
  // Who may use only members of a larger set draws on that one, too.
  const draws = new Map(names.map((name) => [name, names.flatMap((_, at) => ([...stocks.get(name)!.members].every((one) => stockOf[at]!.members.has(one)) ? [at] : []))]));
  let variables = 0;
  groups.forEach(({ value, from, to, uses, count }, g) => {
    const parts: string[] = [];
    const amounts = new Map<number, number>();
    for (const { set, amount } of uses) for (const at of draws.get(set)!) amounts.set(at, (amounts.get(at) ?? 0) + amount / scaleOf[at]!);
    for (let b = from; b <= to; b += 1) {
      if ([...amounts.keys()].some((at) => capacityIn(stockOf[at]!, b) === 0)) continue;
      const x = `x${g}_${b}`;
      variables += 1;
      objective.push(`${value * (1 - (whole?.delay ?? 0) * (b - from))} ${x}`);
      if (whole && b < whole.until) integers.push(x);
      parts.push(x);
      for (const [at, amount] of amounts) add(typeof stockOf[at]!.capacity === "number" ? `${at}` : `${at}_${b}`, `${amount.toPrecision(12)} ${x}`);
    }
    if (parts.length > 0) demand.push(` d${g}: ${lines(parts)} <= ${count}`);
  });
  const capacity = [...rows].map(([row, terms]) => {
    const [at, b] = row.split("_").map(Number);
    return ` c${row}: ${lines(terms)} <= ${(capacityIn(stockOf[at!]!, b ?? 0) / scaleOf[at!]!).toPrecision(12)}`;
  });
  return { variables, text: `Maximize\n obj: ${lines(objective)}\nSubject To\n${[...demand, ...capacity].join("\n")}\n${integers.length > 0 ? `General\n${integers.join("\n")}\n` : ""}End\n` };
}

const capacityIn = ({ capacity }: Stock, bucket: number): number => (typeof capacity === "number" ? capacity : (capacity[bucket] ?? 0));

/** The format takes lines of 560 characters at most. */
function lines(terms: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < terms.length; at += 10) parts.push(terms.slice(at, at + 10).join(" + "));
  return parts.join("\n + ");
}
