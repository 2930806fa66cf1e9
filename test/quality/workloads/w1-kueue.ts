import { trusted, type DivisionCode, type UnitId } from "../../../src/domain/id.js";
import { dice } from "../../bench/random.js";
import { classOf, claimOf, MONDAY, numbered, quotaOf, type Instance, type Supply } from "../instance.js";

/*
 * W1: Kueue's own load generator, as published (kubernetes-sigs/kueue, test/performance/scheduler/configs: `baseline`, and `large-scale` as
 * it stood at 10 cohorts of 100 queues). Seed 0 is the published run: workloads come at fixed intervals, in all queues at once.
 * Any other seed moves each by up to half an interval.
 *
 * A cohort's quota is one stock; a queue is a unit with a nominal quota of 20 that may borrow 100. The generator has no due dates. Ours:
 * a workload is worth something when it is done within `PATIENCE_MS` beyond the time it runs, and its worth is its priority.
 */

interface Class {
  readonly count: number;
  readonly everyMs: number;
  readonly runsMs: number;
  readonly priority: number;
  readonly units: number;
}

export interface KueueSize {
  readonly cohorts: number;
  readonly queues: number;
  readonly classes: readonly Class[];
}

export const BASELINE: KueueSize = {
  cohorts: 5,
  queues: 6,
  classes: [
    { count: 350, everyMs: 100, runsMs: 200, priority: 50, units: 1 },
    { count: 100, everyMs: 500, runsMs: 500, priority: 100, units: 5 },
    { count: 50, everyMs: 1_200, runsMs: 1_000, priority: 200, units: 20 },
  ],
};

export const LARGE: KueueSize = {
  cohorts: 10,
  queues: 100,
  classes: [
    { count: 35, everyMs: 60, runsMs: 150, priority: 50, units: 1 },
    { count: 11, everyMs: 300, runsMs: 350, priority: 100, units: 5 },
    { count: 4, everyMs: 700, runsMs: 700, priority: 200, units: 20 },
  ],
};

const NOMINAL = 20;
const BORROWING = 100;
const PATIENCE_MS = 10_000;

export function kueue(seed: number, size: KueueSize): Instance {
  const roll = dice(seed * 7919 + 1);
  const quota = classOf("material.cluster", { period: "none", measure: "piece", horizonDays: null });
  const place = (cohort: number): DivisionCode => trusted(`5223${String(cohort + 1).padStart(2, "0")}`);
  const supplies: Supply[] = Array.from({ length: size.cohorts }, (_, cohort) => ({
    id: trusted(cohort + 1),
    unitId: trusted<UnitId>(`cohort-${cohort}`),
    classId: quota.id,
    traits: [],
    division: place(cohort),
    amounts: [size.queues * NOMINAL],
  }));
  const units: UnitId[] = [];
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  for (let cohort = 0; cohort < size.cohorts; cohort += 1) {
    for (let queue = 0; queue < size.queues; queue += 1) {
      const unit: UnitId = trusted(`queue-${cohort}-${queue}`);
      units.push(unit);
      for (const { count, everyMs, runsMs, priority, units: asked } of size.classes) {
        const claims = [claimOf(quota.id, unit, asked, { division: place(cohort) })];
        for (let at = 0; at < count; at += 1) {
          const arrivesAt = MONDAY + at * everyMs + (seed === 0 ? 0 : Math.floor((roll() * everyMs) / 2));
          jobs.push({ unit, arrivesAt, dueAt: arrivesAt + runsMs + PATIENCE_MS, value: priority, expectedMinutes: 0, claims, runsMs, usedPercent: 100, pause: null });
        }
      }
    }
  }
  const lastMs = Math.max(...size.classes.map(({ count, everyMs }) => count * everyMs));
  return {
    name: "w1",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY,
    measureTo: MONDAY + 10 * lastMs,
    endsAt: MONDAY + 10 * lastMs,
    classes: [quota],
    supplies,
    units,
    jobs: numbered(jobs),
    quotas: units.map((unitId) => quotaOf(unitId, quota.id, `cohort-${unitId.split("-")[1]}`, NOMINAL, BORROWING)),
    horizonDays: 20,
    bucketMs: 2_000,
  };
}

/** Nobody could be done earlier: all work over all capacity, and what arrives last and runs. */
export function capacityBoundMs({ jobs, supplies, startsAt }: Instance): number {
  const work = jobs.reduce((sum, { claims, runsMs }) => sum + claims[0]!.amount * runsMs!, 0);
  const capacity = supplies.reduce((sum, { amounts }) => sum + (amounts as readonly number[])[0]!, 0);
  return Math.max(work / capacity, ...jobs.map(({ arrivesAt, runsMs }) => arrivesAt - startsAt + runsMs!));
}
