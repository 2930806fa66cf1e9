import { trusted, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS, type Instant } from "../../../src/domain/instant.js";
import { dice, weighted } from "../../bench/random.js";
import { BURST_SHAPE, DEPARTMENTS, HOURS, TYPES, WEEK } from "../city-311.js";
import { fiveMinutes, gamma, logNormal, poisson } from "../draws.js";
import { classOf, claimOf, endOfWorkday, MONDAY, numbered, PLACE, quotaOf, workdays, type Instance, type Supply } from "../instance.js";

/*
 * W2: requests of a city in the shape of New York's 311. Departments have the shares of the first quarter of 2015, and move to those of
 * the fourth of 2019 as they did from 2018 on (sanitation −71 %, housing −37 %, police +10 %); the total is kept, so that the mix
 * moves and nothing else. Arrivals: Poisson by hour and weekday, a gamma factor for each day, two days of bad weather.
 *
 * A request needs minutes of review, by anybody's officers, and five minutes of a decision by its own.
 */

const SIGMA = 0.5;
const MOST_MINUTES = 240;
const DECISION_MINUTES = 5;
const WEATHER = 2.2;

export interface CitySize {
  readonly weeks: number;
  readonly requestsADay: number;
  /** Of what review gives on a workday, so much is asked for on average. */
  readonly load: number;
}

export function city(seed: number, { weeks, requestsADay, load }: CitySize): Instance {
  const roll = dice(seed * 7919 + 2);
  const days = weeks * 7;
  const lastDay = days + 21;
  const review = classOf("staff.review");
  const decision = classOf("staff.decision", { act: "deciding" });
  const units = DEPARTMENTS.map(({ name }): UnitId => trusted(name));
  const minutesOf = TYPES.reduce((sum, { often, minutes }) => sum + (often / 10) * minutes * Math.exp(SIGMA ** 2 / 2), 0);
  const weekly = WEEK.reduce((sum, one) => sum + one, 0) * requestsADay;
  const supplies: Supply[] = [];
  DEPARTMENTS.forEach(({ share }, at) => {
    const aWorkday = (weekly * share) / 100 / 5;
    const supply = (classId: Supply["classId"], amount: number): void =>
      void supplies.push({ id: trusted(supplies.length + 1), unitId: units[at]!, classId, traits: [], division: PLACE, amounts: workdays(lastDay, Math.round(amount)) });
    supply(review.id, (aWorkday * minutesOf) / load);
    // Whoever grows must be able to decide what others help to review.
    supply(decision.id, (aWorkday * DECISION_MINUTES * 1.7) / load);
  });

  const claims = new Map<string, ReturnType<typeof claimOf>[]>();
  const claimsOf = (unit: UnitId, minutes: number): ReturnType<typeof claimOf>[] => {
    const key = `${unit} ${minutes}`;
    let own = claims.get(key);
    if (!own) claims.set(key, (own = [claimOf(review.id, unit, minutes), claimOf(decision.id, unit, DECISION_MINUTES, { scope: "competent" })]));
    return own;
  };
  const drawHour = weighted(HOURS);
  const drawType = weighted(TYPES.map(({ often }) => often));
  const bad = new Map([
    [Math.floor(roll() * days), 0],
    [Math.floor(roll() * days), 3],
  ]);
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  for (let day = 0; day < days; day += 1) {
    const along = day / (days - 1);
    const shares = DEPARTMENTS.map(({ share, change }) => share * (1 + along * (change - 1)));
    const all = shares.reduce((sum, one) => sum + one, 0);
    const burst = gamma(roll, BURST_SHAPE);
    for (let at = 0; at < DEPARTMENTS.length; at += 1) {
      const rate = ((requestsADay * WEEK[day % 7]! * shares[at]!) / all) * burst * (bad.get(day) === at ? WEATHER : 1);
      for (let count = poisson(roll, rate); count > 0; count -= 1) {
        const { minutes, days: due } = TYPES[drawType(roll)]!;
        const arrivesAt: Instant = MONDAY + day * DAY_MS + Math.floor((drawHour(roll) + roll()) * 3_600_000);
        const asked = fiveMinutes(logNormal(roll, minutes, SIGMA), MOST_MINUTES);
        jobs.push({
          unit: units[at]!,
          arrivesAt,
          dueAt: endOfWorkday(MONDAY, arrivesAt, due),
          value: 1,
          expectedMinutes: asked,
          claims: claimsOf(units[at]!, asked),
          runsMs: null,
          usedPercent: 100,
          pause: null,
        });
      }
    }
  }
  return {
    name: "w2",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 7 * DAY_MS,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + lastDay * DAY_MS,
    classes: [review, decision],
    supplies,
    units,
    jobs: numbered(jobs),
    quotas: units.map((unitId) => quotaOf(unitId, review.id, "city")),
    horizonDays: 20,
    bucketMs: DAY_MS,
  };
}
