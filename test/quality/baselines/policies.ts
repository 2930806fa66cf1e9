import type { UnitId } from "../../../src/domain/id.js";
import { dayNumberOf } from "../../../src/domain/instant.js";
import type { ClaimAsk } from "../../../src/scheduler/contract.js";
import { dice } from "../../bench/random.js";
import { kindOf, type Instance, type Job } from "../instance.js";
import { valueOf, type Run } from "../run.js";
import { simulate, type Moment, type Policy, type Waiting } from "./simulate.js";

/*
 * What others do. Each is asked whenever something happened, and gives what can begin now: none promises a date beforehand.
 */

/** In the given order whoever fits; who asks the same as somebody who did not fit is not tried again. */
function inOrder(moment: Moment, order: readonly Waiting[]): void {
  const failed = new Set<readonly ClaimAsk[]>();
  for (const one of order) {
    if (failed.has(one.job.claims)) continue;
    if (!moment.start(one)) failed.add(one.job.claims);
  }
}

export const fifo: Policy = {
  name: "FIFO",
  serve(moment) {
    inOrder(moment, moment.waiting);
    return null;
  },
};

export const edf: Policy = {
  name: "EDF",
  serve(moment) {
    inOrder(moment, [...moment.waiting].sort((a, b) => a.dueAt - b.dueAt || a.job.id - b.job.id));
    return null;
  },
};

/** The engine's own order (due date minus work), given on the day: what it would do if it never gave anything ahead nor kept it for anybody. */
export const engineOrder: Policy = {
  name: "engine's order on the day",
  serve(moment) {
    const key = ({ job, dueAt }: Waiting): number => dueAt - job.expectedMinutes * 60_000;
    inOrder(moment, [...moment.waiting].sort((a, b) => key(a) - key(b) || a.job.id - b.job.id));
    return null;
  },
};

/** Each unit's queue in the order of arrival; who does not fit blocks those behind it. */
export const strictFifo: Policy = {
  name: "strict FIFO",
  serve(moment) {
    const blocked = new Set<UnitId>();
    for (const one of moment.waiting) if (!blocked.has(one.job.unit) && !moment.start(one)) blocked.add(one.job.unit);
    return null;
  },
};

/** As Kueue does: each cycle takes the head of every queue; who does not fit is set aside until something happens. */
export const onePop = (cycleMs: number): Policy => {
  const aside = new Set<Job>();
  let news = false;
  let nextAt = -Infinity;
  return {
    name: "one pop per queue",
    serve(moment) {
      news ||= moment.news;
      if (moment.now < nextAt) return nextAt;
      if (news) aside.clear();
      news = false;
      const heads = new Map<UnitId, Waiting>();
      for (const one of moment.waiting) if (!heads.has(one.job.unit) && !aside.has(one.job)) heads.set(one.job.unit, one);
      for (const one of [...heads.values()].sort((a, b) => a.job.id - b.job.id)) if (!moment.start(one)) aside.add(one.job);
      nextAt = moment.now + cycleMs;
      return heads.size > 0 ? nextAt : null;
    },
  };
};

/** Progressive filling: whoever has the least dominant share is next, with what it filed first of what fits. */
export const drf = (instance: Instance): Policy => {
  const totals = totalsOf(instance);
  let day = -1;
  let used = new Map<UnitId, Map<string, number>>();
  const add = (job: Job, sign: number): void => {
    let unit = used.get(job.unit);
    if (!unit) used.set(job.unit, (unit = new Map<string, number>()));
    for (const { classId, amount, count, slots } of job.claims) unit.set(classId, (unit.get(classId) ?? 0) + sign * amount * count * slots);
  };
  const shareOf = (unit: UnitId): number => Math.max(0, ...[...(used.get(unit) ?? [])].map(([classId, amount]) => amount / (totals.get(classId) ?? Infinity)));
  return {
    name: "DRF",
    serve(moment) {
      const { now, waiting, running } = moment;
      // What days give is counted by the day; what comes back, as long as it is out.
      if (dayNumberOf(now) !== day || instance.jobs[0]?.runsMs !== null) {
        day = dayNumberOf(now);
        used = new Map();
        for (const job of running.keys()) add(job, 1);
      }
      const queues = new Map<UnitId, Waiting[]>();
      for (const one of waiting) {
        const queue = queues.get(one.job.unit);
        if (queue) queue.push(one);
        else queues.set(one.job.unit, [one]);
      }
      const shares = new Map([...queues.keys()].map((unit) => [unit, shareOf(unit)]));
      const at = new Map<UnitId, number>();
      const failed = new Set<readonly ClaimAsk[]>();
      while (queues.size > 0) {
        let unit: UnitId | undefined;
        for (const one of queues.keys()) if (unit === undefined || shares.get(one)! < shares.get(unit)!) unit = one;
        if (unit === undefined) break;
        const queue = queues.get(unit)!;
        let next = at.get(unit) ?? 0;
        while (next < queue.length && (failed.has(queue[next]!.job.claims) || !moment.start(queue[next]!))) {
          failed.add(queue[next]!.job.claims);
          next += 1;
        }
        if (next === queue.length) queues.delete(unit);
        else {
          add(queue[next]!.job, 1);
          shares.set(unit, shareOf(unit));
        }
        at.set(unit, next + 1);
      }
      return null;
    },
  };
};

/** What a class gives in one day, or at once. */
export function totalsOf(instance: Instance): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { classId, amounts } of instance.supplies) {
    if (amounts === "unlimited") continue;
    const { period } = kindOf(instance, classId);
    const most = period === "slot" ? Math.max(...Array.from({ length: amounts.length / 48 }, (_, day) => amounts.slice(day * 48, day * 48 + 48).reduce((sum, one) => sum + one, 0))) : Math.max(...amounts);
    totals.set(classId, (totals.get(classId) ?? 0) + most);
  }
  return totals;
}

const byDraw = (instance: Instance, seed: number): Policy => {
  const roll = dice(seed);
  const place = instance.jobs.map(() => roll());
  return {
    name: "random",
    serve(moment) {
      inOrder(moment, [...moment.waiting].sort((a, b) => place[a.job.id - 1]! - place[b.job.id - 1]!));
      return null;
    },
  };
};

/** The best of k random orders, chosen afterwards: luck with hindsight. */
export function bestOf(k: number, instance: Instance, counted: readonly Job[]): Run {
  let best: Run | undefined;
  for (let at = 0; at < k; at += 1) {
    const run = simulate(instance, byDraw(instance, instance.seed * 1_000 + at));
    if (!best || valueOf(counted, run) > valueOf(counted, best)) best = run;
  }
  return { ...best!, policy: `best of ${k} random` };
}

/**
 * EASY: in the order of arrival; the first that does not fit is promised the moment at which enough has come back, and whoever
 * passes it is done by then. For instances in which what is given comes back; it knows how long everybody runs.
 */
export const easy: Policy = {
  name: "EASY backfill",
  serve(moment) {
    const { now, running } = moment;
    let promised: number | null = null;
    const failed = new Set<readonly ClaimAsk[]>();
    for (const one of moment.waiting) {
      if (failed.has(one.job.claims)) continue;
      if (promised !== null && now + one.job.runsMs! > promised) continue;
      if (moment.start(one)) continue;
      failed.add(one.job.claims);
      if (promised === null) promised = promiseOf(one.job, [...running.values()].map(({ done, taken }) => ({ done, amount: taken.reduce((sum, { amount }) => sum + amount, 0) })));
    }
    return null;
  },
};

/** When as much as it lacks at most has come back, in the order of endings: an upper bound where there are several places. */
function promiseOf(job: Job, running: { readonly done: number; readonly amount: number }[]): number {
  let lacking = job.claims.reduce((sum, { amount, count }) => sum + amount * count, 0);
  let at = Infinity;
  for (const { done, amount } of running.sort((a, b) => a.done - b.done)) {
    if (lacking <= 0) break;
    lacking -= amount;
    at = done;
  }
  return at;
}

/** What every instance is served by, beside the engine. */
export function baselines(instance: Instance, counted: readonly Job[], k: number): Run[] {
  const comesBack = instance.jobs.every(({ runsMs }) => runsMs !== null);
  const policies = [fifo, edf, strictFifo, onePop(comesBack ? 100 : 60_000), drf(instance), ...(comesBack ? [easy] : [])];
  return [...policies.map((policy) => simulate(instance, policy)), bestOf(k, instance, counted)];
}
