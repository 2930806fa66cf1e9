import type { Instant } from "../../src/domain/instant.js";
import { baselines, engineOrder } from "./baselines/policies.js";
import { simulate } from "./baselines/simulate.js";
import { bound } from "./bound.js";
import { mean } from "./bootstrap.js";
import { check, type Verdict } from "./checker.js";
import { measured, type Instance, type Job } from "./instance.js";
import { fairness, measure, waitOf, type Fairness, type Measures } from "./metrics.js";
import { pinball, Rates, waitsOf } from "./by-rank.js";
import { onTime, without, type Run } from "./run.js";
import { replay, runEngine, type EngineRun } from "./run-engine.js";
import { cityTrace } from "./workloads/city-trace.js";
import { BASELINE, capacityBoundMs, kueue, LARGE } from "./workloads/w1-kueue.js";
import { city } from "./workloads/w2-city.js";
import { heavyTail } from "./workloads/w3-heavy-tail.js";
import { cliff } from "./workloads/w4-cliff.js";
import { gang } from "./workloads/w5-gang.js";
import { adversarial, PLAYER, PLAYS, type Play, type Played } from "./workloads/w6-adversarial.js";

/** A workload as it is run: null where what it needs is not there. */
export interface Case {
  readonly name: string;
  readonly title: string;
  make(seed: number, quick: boolean): Instance | null;
  /** What is given ahead matters, and is chosen on the seeds for tuning. */
  readonly tuned: boolean;
  /** Units of their own capacity, to be run alone as well. */
  readonly alone: boolean;
  /** Of the bound, what is aimed at; null: nothing. */
  readonly aim: number | null;
}

export const CASES: readonly Case[] = [
  { name: "w1", title: "W1 Kueue's generator", make: (seed) => kueue(seed, BASELINE), tuned: false, alone: false, aim: 0.95 },
  { name: "w2", title: "W2 city, mix moves between departments", make: (seed, quick) => city(seed, quick ? { weeks: 3, requestsADay: 60, load: 1 } : { weeks: 5, requestsADay: 110, load: 1 }), tuned: true, alone: true, aim: 0.95 },
  { name: "w2-busy", title: "W2 with a fifth more than the days give", make: (seed, quick) => ({ ...city(seed, quick ? { weeks: 3, requestsADay: 60, load: 1.2 } : { weeks: 5, requestsADay: 110, load: 1.2 }), name: "w2-busy" }), tuned: true, alone: false, aim: 0.95 },
  { name: "w2-over", title: "W2 with three fifths more than the days give", make: (seed, quick) => ({ ...city(seed, quick ? { weeks: 3, requestsADay: 60, load: 1.6 } : { weeks: 5, requestsADay: 110, load: 1.6 }), name: "w2-over" }), tuned: true, alone: false, aim: 0.95 },
  { name: "w3", title: "W3 heavy tail and bursts", make: (seed, quick) => heavyTail(seed, { days: quick ? 4 : 8, jobsADay: 1_100, load: 0.8 }), tuned: false, alone: false, aim: 0.95 },
  { name: "w4", title: "W4 deadline cliff", make: (seed, quick) => cliff(seed, { requestsAMonth: quick ? 600 : 1_600 }), tuned: true, alone: false, aim: null },
  { name: "w5", title: "W5 scarce gang", make: (seed, quick) => gang(seed, { weeks: quick ? 3 : 5, load: 1.05 }), tuned: true, alone: false, aim: 0.9 },
  { name: "trace", title: "City trace, Boston 2011", make: (seed, quick) => cityTrace(seed, { weeks: quick ? 3 : 5, from: 6 }), tuned: true, alone: true, aim: null },
];

/** Open days ahead that the sample classes of staff declare, declared before they were measured, and what is tried on the seeds for tuning. */
export const DECLARED = 0;
export const BEFORE = 20;
export const HORIZONS = [0, 1, 2, 5, 20] as const;

export interface Told {
  readonly told: number;
  readonly within: number;
  /** Sums of pinball losses of the two ends and the middle, in hours. */
  readonly loss: number;
  /** The same of the place in the queue over the rate of grants so far, which knows nothing else. */
  readonly byRank: number;
}

export interface Variant {
  readonly policy: string;
  readonly measures: Measures;
}

export interface Alone {
  readonly unit: string;
  readonly jobs: number;
  readonly alone: { readonly onTime: number; readonly waitHours: number };
  readonly pooled: { readonly onTime: number; readonly waitHours: number };
}

export interface CaseResult {
  readonly kind: "case";
  readonly name: string;
  readonly seed: number;
  readonly jobs: number;
  readonly counted: number;
  readonly horizonDays: number;
  readonly quotas: boolean;
  readonly bound: { readonly value: number; readonly demand: number; readonly variables: number };
  /** The engine first. */
  readonly variants: readonly Variant[];
  readonly fairness: readonly { readonly policy: string; readonly fairness: Fairness }[];
  readonly verdict: { readonly grants: number; readonly violations: readonly string[]; readonly unexplained: number; readonly explained: readonly (readonly [string, number])[] };
  readonly told: Told;
  readonly requeued: number;
  readonly triesPerDecision: number;
  readonly replayed: { readonly equal: boolean; readonly decisions: number };
  readonly alone: readonly Alone[];
}

const RANDOM_ORDERS = 4;

export async function runCase(one: Case, seed: number, quick: boolean, horizonDays: number): Promise<CaseResult | null> {
  const instance = one.make(seed, quick);
  if (!instance) return null;
  const counted = measured(instance);
  const quotas = instance.quotas.length > 0;
  const engine = runEngine(instance, { horizonDays, quotas, keep: 1_000 });
  const others: Run[] = [];
  if (one.tuned) {
    others.push(named(runEngine(instance, { horizonDays: BEFORE, quotas }), `engine, ${BEFORE} days ahead`));
    others.push(named(runEngine(instance, { horizonDays: 0, quotas, closedDaysGive: true }), "engine, closed days give the next"));
  }
  others.push(named(runEngine(instance, { horizonDays, quotas, keepsNothing: true }), "engine, nothing kept"));
  if (quotas) others.push(named(runEngine(instance, { horizonDays }), "engine without quotas"));
  if (quotas && !one.tuned) others.push(named(runEngine(instance, { horizonDays, keepsNothing: true }), "engine without quotas, nothing kept"));
  others.push(...baselines(instance, counted, quick ? 4 : RANDOM_ORDERS), simulate(instance, engineOrder));
  const runs: Run[] = [engine, ...others];
  const verdict = check(instance, engine.log);
  const { value, demand, variables } = await bound(instance, counted);
  return {
    kind: "case",
    name: one.name,
    seed,
    jobs: instance.jobs.length,
    counted: counted.length,
    horizonDays,
    quotas,
    bound: { value, demand, variables },
    variants: runs.map((run) => ({ policy: run.policy, measures: measure(instance, counted, run) })),
    fairness: instance.quotas.length === 0 ? [] : runs.filter(({ policy }) => /engine|DRF|EDF|FIFO/.test(policy)).map((run) => ({ policy: run.policy, fairness: fairness(instance, run) })),
    verdict: summaryOf(verdict),
    told: coverage(instance, counted, engine),
    requeued: engine.requeued,
    triesPerDecision: engine.triesPerDecision,
    replayed: replay(engine),
    alone: one.alone ? aloneAndPooled(instance, counted, engine, horizonDays) : [],
  };
}

const named = (run: Run, policy: string): Run => ({ policy, served: run.served });

const summaryOf = ({ grants, violations, unexplained, explained }: Verdict): CaseResult["verdict"] => ({ grants, violations: violations.slice(0, 5), unexplained, explained: [...explained].sort() });

/** Of the dates the engine told those who began to wait, how many intervals held the grant, and what the dates were worth. */
function coverage(instance: Instance, counted: readonly Job[], { told, served }: EngineRun): Told {
  const ids = new Set(counted.map(({ id }) => id));
  const answered = told.filter(({ job }) => ids.has(job.id) && served[job.id - 1] && !job.pause);
  const decidedAt = ({ job }: { readonly job: Job }): Instant => served[job.id - 1]!.decidedAt;
  const rates = new Rates(instance, served);
  let [within, loss, byRank] = [0, 0, 0];
  for (const one of answered) {
    const wait = decidedAt(one) - one.at;
    if (decidedAt(one) >= one.earliest && decidedAt(one) <= one.latest) within += 1;
    loss += pinball(wait, [one.earliest - one.at, one.expected - one.at, one.latest - one.at]);
    byRank += pinball(wait, waitsOf(one.rank, rates.before(one.job, one.at)));
  }
  return { told: answered.length, within, loss: loss / 3_600_000, byRank: byRank / 3_600_000 };
}

function aloneAndPooled(instance: Instance, counted: readonly Job[], pooled: Run, horizonDays: number): Alone[] {
  return instance.units.map((unit): Alone => {
    const mine = counted.filter((job) => job.unit === unit);
    // Ids of resources are places in the list: those of others stay, and give nothing.
    const own: Instance = without({ ...instance, supplies: instance.supplies.map((supply) => (supply.unitId === unit ? supply : { ...supply, amounts: supply.amounts === "unlimited" ? "unlimited" : supply.amounts.map(() => 0) })) }, (job) => job.unit === unit);
    const alone = runEngine(own, { horizonDays });
    const jobs = measured(own);
    const of = (world: Instance, some: readonly Job[], run: Run): Alone["alone"] => ({
      onTime: some.filter((job) => onTime(job, run.served[job.id - 1])).length / Math.max(1, some.length),
      waitHours: mean(some.map((job) => waitOf(world, job, run.served[job.id - 1]) / 3_600_000)),
    });
    return { unit, jobs: mine.length, alone: of(own, jobs, alone), pooled: of(instance, mine, pooled) };
  });
}

export interface TuneResult {
  readonly kind: "tune";
  readonly name: string;
  readonly seed: number;
  /** By horizon, part of what is asked for that is done in time. */
  readonly values: readonly number[];
}

export function tune(one: Case, seed: number, quick: boolean): TuneResult | null {
  const instance = one.make(seed, quick);
  if (!instance) return null;
  const counted = measured(instance);
  const values = HORIZONS.map((horizonDays) => measure(instance, counted, runEngine(instance, { horizonDays, quotas: true })).value / counted.reduce((sum, { value }) => sum + value, 0));
  return { kind: "tune", name: one.name, seed, values };
}

export interface GameResult {
  readonly kind: "game";
  readonly seed: number;
  /** By play and policy: of the player's honest requests, and of the others', the part done by their true date. */
  readonly rows: readonly { readonly play: Play; readonly policy: string; readonly player: number; readonly others: number }[];
}

export function game(seed: number, quick: boolean, horizonDays: number): GameResult {
  const size = quick ? { weeks: 4, requestsADay: 60, load: 1 } : { weeks: 6, requestsADay: 100, load: 1 };
  const rows = PLAYS.flatMap((play) => {
    const instance = adversarial(seed, size, play);
    const runs: Run[] = [runEngine(instance, { horizonDays, quotas: true }), named(runEngine(instance, { horizonDays }), "engine without quotas"), ...baselines(instance, [], 1).filter(({ policy }) => /^(FIFO|EDF|DRF)$/.test(policy))];
    return runs.map((run) => ({ play, policy: run.policy, ...partsDone(instance, run) }));
  });
  return { kind: "game", seed, rows };
}

function partsDone({ parts, measureFrom, measureTo }: Played, { served }: Run): { readonly player: number; readonly others: number } {
  const share = (mine: boolean): number => {
    const some = parts.filter(({ unit, dueAt }) => (unit === PLAYER) === mine && dueAt > measureFrom && dueAt <= measureTo);
    return some.filter(({ jobs, dueAt }) => jobs.every((job) => served[job - 1] !== undefined && served[job - 1]!.done <= dueAt)).length / some.length;
  };
  return { player: share(true), others: share(false) };
}

export interface LargeResult {
  readonly kind: "large";
  readonly jobs: number;
  readonly queues: number;
  readonly boundMs: number;
  /** When the last was done, with decisions that take no time. */
  readonly madeMs: number;
  /** The same with the engine's own time on the clock: of this machine, and not the same twice. */
  readonly timedMs: number;
  readonly engineMs: number;
  readonly violations: number;
  readonly unserved: number;
}

/** Kueue's large case, as published. */
export function large(quick: boolean): LargeResult {
  const instance = kueue(0, quick ? { ...LARGE, cohorts: 2 } : LARGE);
  const run = runEngine(instance, { quotas: true });
  const timed = runEngine(instance, { quotas: true, realTime: true });
  const lastOf = ({ served }: Run): number => Math.max(...served.map((one) => one?.done ?? 0)) - instance.startsAt;
  return {
    kind: "large",
    jobs: instance.jobs.length,
    queues: instance.units.length,
    boundMs: capacityBoundMs(instance),
    madeMs: lastOf(run),
    timedMs: lastOf(timed),
    engineMs: timed.engineMs,
    violations: check(instance, run.log).violations.length,
    unserved: run.served.filter((one) => one === undefined).length + timed.served.filter((one) => one === undefined).length,
  };
}
