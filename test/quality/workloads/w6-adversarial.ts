import { trusted, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS } from "../../../src/domain/instant.js";
import { dice } from "../../bench/random.js";
import { fiveMinutes, logNormal, poisson } from "../draws.js";
import { classOf, claimOf, endOfWorkday, MONDAY, PLACE, quotaOf, workdays, type Instance, type Job, type Supply } from "../instance.js";

/*
 * W6: one of four units with equal capacity plays against the pool. It files the same requests as in the honest run of the same
 * seed, and
 *
 *   over-asks   each asks twice what it needs, and gives half back when the work is done
 *   splits      each is filed as four of a quarter; it is done when all four are
 *   floods      each is filed five times; four are of no use to anybody
 *   hurries     each is said to be due on the next working day; what counts is the true date
 *
 * What it gains is the difference in the requests of its own that are done by their true date, out of the same requests.
 */

export const PLAYS = ["honest", "over-asks", "splits", "floods", "hurries"] as const;
export type Play = (typeof PLAYS)[number];

const UNITS = ["player", "north", "east", "south"] as const;
export const PLAYER: UnitId = trusted(UNITS[0]);
const MINUTES = 30;
const SIGMA = 0.5;
const MOST_MINUTES = 120;

export interface AdversarialSize {
  readonly weeks: number;
  readonly requestsADay: number;
  readonly load: number;
}

interface Filed {
  readonly unit: UnitId;
  readonly arrivesAt: number;
  readonly dueDays: number;
  readonly minutes: number;
}

export interface Played extends Instance {
  /** What each honest request became: the jobs that must all be done. */
  readonly parts: readonly { readonly unit: UnitId; readonly dueAt: number; readonly jobs: readonly number[] }[];
}

export function adversarial(seed: number, { weeks, requestsADay, load }: AdversarialSize, play: Play): Played {
  const roll = dice(seed * 7919 + 6);
  const days = weeks * 7;
  const lastDay = days + 21;
  const review = classOf("staff.review");
  const units = UNITS.map((name): UnitId => trusted(name));
  const aDay = (requestsADay * MINUTES * Math.exp(SIGMA ** 2 / 2)) / load / units.length;
  const supplies: Supply[] = units.map((unitId, at) => ({ id: trusted(at + 1), unitId, classId: review.id, traits: [], division: PLACE, amounts: workdays(lastDay, Math.round(aDay)) }));

  const filed: Filed[] = [];
  for (let day = 0; day < days; day += 1) {
    if (day % 7 >= 5) continue;
    // Good and bad weeks, so that there is something to win.
    const rate = requestsADay * (Math.floor(day / 7) % 2 === 0 ? 1.15 : 0.85);
    for (let count = poisson(roll, rate); count > 0; count -= 1) {
      filed.push({
        unit: units[Math.floor(roll() * units.length)]!,
        arrivesAt: MONDAY + day * DAY_MS + Math.floor((8 + 9 * roll()) * 3_600_000),
        dueDays: 1 + Math.floor(4 * roll()),
        minutes: fiveMinutes(logNormal(roll, MINUTES, SIGMA), MOST_MINUTES),
      });
    }
  }
  filed.sort((a, b) => a.arrivesAt - b.arrivesAt);

  const claims = new Map<string, ReturnType<typeof claimOf>[]>();
  const jobs: Job[] = [];
  const parts = filed.map((one, request) => {
    const mine: number[] = [];
    const dueAt = endOfWorkday(MONDAY, one.arrivesAt, one.dueDays);
    const add = (minutes: number, usedPercent: number, due: number, counts: boolean): void => {
      const key = `${one.unit} ${minutes}`;
      let own = claims.get(key);
      if (!own) claims.set(key, (own = [claimOf(review.id, one.unit, minutes)]));
      jobs.push({ id: jobs.length + 1, request: request + 1, unit: one.unit, arrivesAt: one.arrivesAt, dueAt: due, value: 1, expectedMinutes: minutes, claims: own, runsMs: null, usedPercent, pause: null });
      if (counts) mine.push(jobs.length);
    };
    if (one.unit !== PLAYER || play === "honest") add(one.minutes, 100, dueAt, true);
    else if (play === "over-asks") add(one.minutes * 2, 50, dueAt, true);
    else if (play === "hurries") add(one.minutes, 100, endOfWorkday(MONDAY, one.arrivesAt, 1), true);
    else if (play === "floods") for (let copy = 0; copy < 5; copy += 1) add(one.minutes, 100, dueAt, copy === 0);
    else {
      const each = Math.floor(one.minutes / 4);
      for (let part = 0; part < 4; part += 1) add(part === 0 ? one.minutes - 3 * each : each, 100, dueAt, true);
    }
    return { unit: one.unit, dueAt, jobs: mine };
  });
  return {
    name: `w6-${play}`,
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 7 * DAY_MS,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + lastDay * DAY_MS,
    classes: [review],
    supplies,
    units,
    jobs,
    parts,
    quotas: units.map((unitId) => quotaOf(unitId, review.id, "county")),
    horizonDays: 20,
    bucketMs: DAY_MS,
  };
}
