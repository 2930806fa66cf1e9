import { trusted, type UnitId } from "../../src/domain/id.js";
import { DAY_MS } from "../../src/domain/instant.js";
import type { ClaimAsk } from "../../src/scheduler/contract.js";
import { classOf, claimOf, MONDAY, PLACE, type Instance, type Job } from "./instance.js";

/** A world one can work out by hand: one unit, minutes by the day, all days open. */
export const review = classOf("staff.review");
export const rig = classOf("material.rig", { period: "none", measure: "piece", horizonDays: null });
export const town: UnitId = trusted("town");

const asks = new Map<string, readonly ClaimAsk[]>();

export function asking(amount: number, classId = review.id, unit = town): readonly ClaimAsk[] {
  const key = `${classId} ${unit} ${amount}`;
  let same = asks.get(key);
  if (!same) asks.set(key, (same = [claimOf(classId, unit, amount)]));
  return same;
}

/** Hours after the first Monday began; days until due count the day of arrival as 1. */
export const job = (id: number, hour: number, days: number, amount: number, rest: Partial<Job> = {}): Job => {
  const arrivesAt = MONDAY + hour * 3_600_000;
  return {
    id,
    request: id,
    unit: town,
    arrivesAt,
    dueAt: MONDAY + (Math.floor(hour / 24) + days) * DAY_MS,
    value: 1,
    expectedMinutes: 0,
    claims: asking(amount),
    runsMs: null,
    usedPercent: 100,
    pause: null,
    ...rest,
  };
};

export function world(jobs: readonly Job[], minutesADay: number, days = 5, rest: Partial<Instance> = {}): Instance {
  return {
    name: "tiny",
    seed: 1,
    startsAt: MONDAY,
    measureFrom: MONDAY,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + days * DAY_MS,
    classes: [review],
    supplies: [{ id: trusted(1), unitId: town, classId: review.id, traits: [], division: PLACE, amounts: Array.from({ length: days }, () => minutesADay) }],
    units: [town],
    jobs,
    quotas: [],
    horizonDays: 0,
    bucketMs: DAY_MS,
    ...rest,
  };
}

/** The same with pieces that come back. */
export const rigs = (jobs: readonly Job[], pieces: number): Instance =>
  world(jobs, 0, 5, { classes: [rig], supplies: [{ id: trusted(1), unitId: town, classId: rig.id, traits: [], division: PLACE, amounts: [pieces] }], bucketMs: 3_600_000 });
