import { trusted, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS } from "../../../src/domain/instant.js";
import { dice } from "../../bench/random.js";
import { fiveMinutes, logNormal, poisson } from "../draws.js";
import { classOf, claimOf, endOfWorkday, MONDAY, numbered, PLACE, quotaOf, workdays, type Instance, type Supply } from "../instance.js";

/*
 * W4: a deadline cliff. Three in ten of a month's requests are filed within one day (the last of a filing period), due after the twenty
 * working days of the Administrative Licensing Law, art. 42; the rest of the month brings what is due in one to five. Four in ten
 * are paused for the applicant to correct something, and their due date moves with the pause.
 */

const UNITS = ["tax", "social", "market", "schools"] as const;
const MINUTES = 20;
const SIGMA = 0.4;
const CLIFF_SHARE = 0.3;
const CLIFF_DAY = 9;
const WORKDAYS = 22;
const LOAD = 0.93;
const PAUSED = 0.4;

export interface CliffSize {
  readonly requestsAMonth: number;
}

export function cliff(seed: number, { requestsAMonth }: CliffSize): Instance {
  const roll = dice(seed * 7919 + 4);
  const review = classOf("staff.review");
  const units = UNITS.map((name): UnitId => trusted(name));
  const days = 7 * 9;
  const minutes = MINUTES * Math.exp(SIGMA ** 2 / 2);
  const aDay = (requestsAMonth * minutes) / WORKDAYS / LOAD / UNITS.length;
  const supplies: Supply[] = units.map((unitId, at) => ({ id: trusted(at + 1), unitId, classId: review.id, traits: [], division: PLACE, amounts: workdays(days, Math.round(aDay)) }));
  const claims = new Map<string, ReturnType<typeof claimOf>[]>();
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  const file = (day: number, dueDays: number): void => {
    const unit = units[Math.floor(roll() * units.length)]!;
    const asked = fiveMinutes(logNormal(roll, MINUTES, SIGMA), 120);
    const key = `${unit} ${asked}`;
    let own = claims.get(key);
    if (!own) claims.set(key, (own = [claimOf(review.id, unit, asked)]));
    const arrivesAt = MONDAY + day * DAY_MS + Math.floor((8 + 10 * roll()) * 3_600_000);
    const pause = roll() < PAUSED ? { at: arrivesAt + Math.ceil(DAY_MS * (0.5 + roll())), forMs: (1 + Math.floor(4 * roll())) * DAY_MS } : null;
    jobs.push({ unit, arrivesAt, dueAt: endOfWorkday(MONDAY, arrivesAt, dueDays), value: 1, expectedMinutes: asked, claims: own, runsMs: null, usedPercent: 100, pause });
  };
  // The week before, the month, and as many weeks as the filings are due in.
  const ordinary = (requestsAMonth * (1 - CLIFF_SHARE)) / WORKDAYS;
  for (let day = 0; day < days - 14; day += 1) {
    if (day % 7 >= 5) continue;
    for (let count = poisson(roll, ordinary); count > 0; count -= 1) file(day, 1 + Math.floor(5 * roll()));
    if (day === CLIFF_DAY) for (let count = poisson(roll, requestsAMonth * CLIFF_SHARE); count > 0; count -= 1) file(day, 20);
  }
  return {
    name: "w4",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 7 * DAY_MS,
    measureTo: MONDAY + (days - 14) * DAY_MS,
    endsAt: MONDAY + days * DAY_MS,
    classes: [review],
    supplies,
    units,
    jobs: numbered(jobs),
    quotas: units.map((unitId) => quotaOf(unitId, review.id, "county")),
    horizonDays: 20,
    bucketMs: DAY_MS,
  };
}
