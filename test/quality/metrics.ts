import type { UnitId } from "../../src/domain/id.js";
import { DAY_MS, HALF_HOUR_MS, type Instant } from "../../src/domain/instant.js";
import { periodAt } from "../../src/domain/pool/period.js";
import { Books } from "./baselines/books.js";
import { quantile } from "./bootstrap.js";
import { amountIn, kindOf, type Instance, type Job } from "./instance.js";
import { onTime, valueOf, type Run, type Served } from "./run.js";

/** What one run is measured by; every figure is defined in docs/quality.md. */
export interface Measures {
  readonly value: number;
  readonly late: number;
  readonly waitHours: { readonly p50: number; readonly p99: number };
  readonly waste: number;
}

export function measure(instance: Instance, counted: readonly Job[], run: Run): Measures {
  const waits = Float64Array.from(counted, (job) => waitOf(instance, job, run.served[job.id - 1]) / 3_600_000).sort();
  return {
    value: valueOf(counted, run),
    late: counted.filter((job) => !onTime(job, run.served[job.id - 1])).length / counted.length,
    waitHours: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    waste: wasteOf(instance, run),
  };
}

/** Until its work begins, pauses it made not counted. */
export const waitOf = (instance: Instance, job: Job, served: Served | undefined): number => {
  const begins = served?.begins ?? instance.endsAt;
  return begins - job.arrivesAt - (job.pause && begins > job.pause.at ? job.pause.forMs : 0);
};

/** Whether it stands in line at a moment. */
const waitsAt = (job: Job, served: Served | undefined, at: Instant): boolean =>
  job.arrivesAt <= at && (served === undefined || served.begins > at) && !(job.pause && at >= job.pause.at && at < job.pause.at + job.pause.forMs);

/** Moments at which it is looked: the end of each day, the beginning of each half-hour, or 24 in between. */
function moments(instance: Instance): Instant[] {
  const { measureFrom, measureTo, classes } = instance;
  const every = (step: number, from: Instant): Instant[] => Array.from({ length: Math.floor((measureTo - from) / step) }, (_, at) => from + at * step);
  if (classes.some(({ period }) => period === "slot")) return every(HALF_HOUR_MS, measureFrom);
  if (classes.some(({ period }) => period === "day")) return every(DAY_MS, measureFrom + DAY_MS - 1);
  const until = Math.min(measureTo, Math.max(...instance.jobs.map(({ arrivesAt }) => arrivesAt)));
  return Array.from({ length: 24 }, (_, at) => measureFrom + ((until - measureFrom) * (at + 0.5)) / 24).map(Math.floor);
}

/** Books as a run left them: all days and half-hours; of what comes back, what is out at the moment. */
function booksAt(instance: Instance, run: Run, at: Instant | null): Books {
  const books = new Books(instance);
  instance.jobs.forEach((job, place) => {
    const served = run.served[place];
    if (served && (at === null || job.runsMs === null || (served.begins <= at && served.done > at))) books.take(served);
  });
  return books;
}

/** Of what limited classes gave, the part that stayed unused though somebody who waited could have used it. */
function wasteOf(instance: Instance, run: Run): number {
  const comesBack = instance.jobs.some(({ runsMs }) => runsMs !== null);
  const passing = comesBack ? null : booksAt(instance, run, null);
  let unused = 0;
  let capacity = 0;
  for (const at of moments(instance)) {
    const books = passing ?? booksAt(instance, run, at);
    for (const supply of instance.supplies) {
      const { period } = kindOf(instance, supply.classId);
      if (supply.amounts !== "unlimited" && period !== "fiscal-year") capacity += amountIn(instance, supply, periodAt(period, at));
    }
    const failed = new Set<Job["claims"]>();
    const given: Served[] = [];
    for (const job of instance.jobs) {
      if (job.arrivesAt > at) break;
      if (failed.has(job.claims) || !waitsAt(job, run.served[job.id - 1], at)) continue;
      const got = books.give(job, at);
      if (!got) {
        failed.add(job.claims);
        continue;
      }
      given.push(got);
      for (const { resource, period, amount } of got.taken) {
        const supply = instance.supplies[resource - 1]!;
        const { period: kind } = kindOf(instance, supply.classId);
        if (supply.amounts !== "unlimited" && kind !== "fiscal-year" && period === periodAt(kind, at)) unused += amount;
      }
    }
    for (const got of given) books.take(got, -1);
  }
  return capacity === 0 ? 0 : unused / capacity;
}

export interface Fairness extends Shares {
  /** The same of those alone who wait for something from one moment to the next: who came in between found the day given. Null: no days. */
  readonly allDay: Shares | null;
}

export interface Shares {
  /** Of windows in which at least two units had a backlog all the time. */
  readonly jain: number;
  readonly windows: number;
  /** Moments at which the borrowed shares of units that wait lie within one largest request. */
  readonly withinOne: number;
  /** The largest gap, in largest requests. */
  readonly gap: number;
  readonly moments: number;
}

const WINDOW = 5;

/** Of the class that quotas are about. */
export function fairness(instance: Instance, run: Run): Fairness {
  const [first] = instance.quotas;
  if (!first) return { jain: NaN, windows: 0, withinOne: NaN, gap: NaN, moments: 0, allDay: null };
  const { classId } = first;
  const { period } = kindOf(instance, classId);
  const at = moments(instance);
  const entitled = at.map((moment) => new Map(instance.quotas.map((quota) => [quota.unitId, quota.nominal === "own" ? ownAt(instance, quota.unitId, moment) : quota.nominal])));
  const used = at.map(() => new Map<UnitId, number>());
  const waiting = at.map(() => new Set<UnitId>());
  const allDay = at.map(() => new Set<UnitId>());
  let largest = 0;
  for (const job of instance.jobs) {
    const served = run.served[job.id - 1];
    for (const { classId: own, amount } of job.claims) if (own === classId) largest = Math.max(largest, amount);
    at.forEach((moment, n) => {
      if (waitsAt(job, served, moment)) {
        waiting[n]!.add(job.unit);
        if (n > 0 && waitsAt(job, served, at[n - 1]!)) allDay[n]!.add(job.unit);
      }
      if (!served) return;
      for (const { resource, period: taken, amount } of served.taken) {
        const there = instance.supplies[resource - 1]!.classId === classId && (job.runsMs === null ? taken === periodAt(period, moment) : served.begins <= moment && served.done > moment);
        if (there) used[n]!.set(job.unit, (used[n]!.get(job.unit) ?? 0) + amount);
      }
    });
  }
  const cohortOf = new Map(instance.quotas.map(({ unitId, cohort }) => [unitId, cohort]));
  const of = (some: typeof waiting): Shares => shares(instance.units, cohortOf, entitled, used, some, largest);
  return { ...of(waiting), allDay: period === "day" ? of(allDay) : null };
}

/** By moment: what units are entitled to and used, and who wants more. */
function shares(units: readonly UnitId[], cohortOf: ReadonlyMap<UnitId, string>, entitled: readonly ReadonlyMap<UnitId, number>[], used: readonly ReadonlyMap<UnitId, number>[], waiting: readonly ReadonlySet<UnitId>[], largest: number): Shares {
  const jains: number[] = [];
  for (let n = 0; n + WINDOW <= waiting.length; n += 1) {
    const window = Array.from({ length: WINDOW }, (_, of) => n + of).filter((of) => [...entitled[of]!.values()].some((amount) => amount > 0));
    const some = units.filter((unit) => window.length > 0 && window.every((of) => waiting[of]!.has(unit)));
    if (some.length < 2) continue;
    const x = some.map((unit) => window.reduce((sum, of) => sum + (used[of]!.get(unit) ?? 0), 0) / window.reduce((sum, of) => sum + (entitled[of]!.get(unit) ?? 0), 0));
    const sum = x.reduce((all, one) => all + one, 0);
    jains.push(sum === 0 ? 1 : sum ** 2 / (x.length * x.reduce((all, one) => all + one ** 2, 0)));
  }
  let within = 0;
  let looked = 0;
  let gap = 0;
  waiting.forEach((_, n) => {
    for (const cohort of new Set(cohortOf.values())) {
      const some = units.filter((unit) => cohortOf.get(unit) === cohort && waiting[n]!.has(unit) && (entitled[n]!.get(unit) ?? 0) > 0);
      if (some.length < 2) continue;
      const borrowed = some.map((unit) => Math.max(0, (used[n]!.get(unit) ?? 0) - entitled[n]!.get(unit)!));
      const here = (Math.max(...borrowed) - Math.min(...borrowed)) / largest;
      looked += 1;
      gap = Math.max(gap, here);
      if (here <= 1) within += 1;
    }
  });
  return { jain: jains.length === 0 ? NaN : jains.reduce((sum, one) => sum + one, 0) / jains.length, windows: jains.length, withinOne: looked === 0 ? NaN : within / looked, gap, moments: looked };
}

function ownAt(instance: Instance, unit: UnitId, at: Instant): number {
  return instance.supplies.filter((supply) => supply.unitId === unit && supply.classId === instance.quotas[0]!.classId).reduce((sum, supply) => sum + amountIn(instance, supply, periodAt(kindOf(instance, supply.classId).period, at)), 0);
}
