import { trusted, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS, type Instant } from "../../../src/domain/instant.js";
import { dice, weighted } from "../../bench/random.js";
import { BURST_SHAPE, DEPARTMENTS, HOURS, TYPES, WEEK } from "../city-311.js";
import { fiveMinutes, gamma, logNormal, poisson } from "../draws.js";
import { claimOf, classOf, endOfWorkday, MONDAY, numbered, PLACE, workdays, type Instance, type Supply } from "../instance.js";

/*
 * A prefecture of counties, each with the departments of W2. Their shares move as New York's did from 2018 to 2019 (housing −37 %,
 * sanitation −71 %, police +10 %; the total is kept), in each county at another time and in one of them the other way round. Reviews are
 * done by the department's own officers: without a loan nobody else helps. W7: one department of one county is closed for a fortnight.
 */

const SIGMA = 0.5;
const MOST_MINUTES = 120;
const SHIFT_DAYS = 42;

export interface LendingSize {
  readonly counties: number;
  readonly weeks: number;
  readonly requestsADay: number;
  /** Of what all officers together can do, so much is asked. */
  readonly load: number;
}

/** Weeks before anybody may lend: the forecast must have seen something. */
export const WARM_UP_WEEKS = 5;

export interface LendingCity {
  readonly instance: Instance;
  readonly countyOf: readonly number[];
  readonly departmentOf: readonly number[];
  readonly meanMinutes: number;
}

export function lendingCity(seed: number, { counties, weeks, requestsADay, load }: LendingSize): LendingCity {
  const roll = dice(seed * 6151 + 9);
  const days = weeks * 7;
  const lastDay = days + 28;
  const review = classOf("staff.review", { lend: "work" });
  const meanMinutes = TYPES.reduce((sum, { often, minutes }) => sum + (often / 10) * minutes * Math.exp(SIGMA ** 2 / 2), 0);
  const weekly = WEEK.reduce((sum, one) => sum + one, 0) * (requestsADay / counties);
  const units: UnitId[] = [];
  const countyOf: number[] = [];
  const departmentOf: number[] = [];
  const supplies: Supply[] = [];
  const drainedUnit = Math.floor(roll() * counties) * DEPARTMENTS.length + 1;
  const drainedFrom = (WARM_UP_WEEKS + 3) * 7;
  for (let county = 0; county < counties; county += 1) {
    DEPARTMENTS.forEach(({ name, share, change }, department) => {
      const unit = trusted<UnitId>(`${name}-${county}`);
      const whole = DEPARTMENTS.reduce((sum, one) => sum + one.share * (county === counties - 1 ? one.change : 1), 0);
      // Officers are where the work was when they were appointed.
      const amounts = workdays(lastDay, Math.round(((((weekly * share * (county === counties - 1 ? change : 1)) / whole) * meanMinutes) / 5) / load));
      if (units.length === drainedUnit) for (let day = drainedFrom; day < drainedFrom + 14; day += 1) amounts[day] = 0;
      supplies.push({ id: trusted(supplies.length + 1), unitId: unit, classId: review.id, traits: [], division: PLACE, amounts });
      units.push(unit);
      countyOf.push(county);
      departmentOf.push(department);
    });
  }
  const claims = new Map<string, ReturnType<typeof claimOf>[]>();
  const claimsOf = (unit: UnitId, minutes: number): ReturnType<typeof claimOf>[] => {
    const key = `${unit} ${minutes}`;
    let own = claims.get(key);
    if (!own) claims.set(key, (own = [claimOf(review.id, unit, minutes, { scope: "competent" })]));
    return own;
  };
  const drawHour = weighted(HOURS);
  const drawType = weighted(TYPES.map(({ often }) => often));
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  for (let day = 0; day < days; day += 1) {
    const burst = gamma(roll, BURST_SHAPE);
    for (let county = 0; county < counties; county += 1) {
      // Six weeks of change, beginning somewhere after the warm-up.
      const begins = (WARM_UP_WEEKS - 1 + ((county * 2) % 4)) * 7;
      const gone = Math.min(1, Math.max(0, (day - begins) / SHIFT_DAYS));
      const along = county === counties - 1 ? 1 - gone : gone;
      const shares = DEPARTMENTS.map(({ share, change }) => share * (1 + along * (change - 1)));
      const all = shares.reduce((sum, one) => sum + one, 0);
      DEPARTMENTS.forEach((_, department) => {
        const unit = units[county * DEPARTMENTS.length + department]!;
        const rate = (((requestsADay / counties) * WEEK[day % 7]! * shares[department]!) / all) * burst;
        for (let count = poisson(roll, rate); count > 0; count -= 1) {
          const { minutes, days: due } = TYPES[drawType(roll)]!;
          const arrivesAt: Instant = MONDAY + day * DAY_MS + Math.floor((drawHour(roll) + roll()) * 3_600_000);
          const asked = fiveMinutes(logNormal(roll, minutes, SIGMA), MOST_MINUTES);
          jobs.push({ unit, arrivesAt, dueAt: endOfWorkday(MONDAY, arrivesAt, due), value: 1, expectedMinutes: asked, claims: claimsOf(unit, asked), runsMs: null, usedPercent: 100, pause: null });
        }
      });
    }
  }
  return {
    countyOf,
    departmentOf,
    meanMinutes,
    instance: {
      name: "lending",
      seed,
      startsAt: MONDAY,
      measureFrom: MONDAY + (WARM_UP_WEEKS + 1) * 7 * DAY_MS,
      measureTo: MONDAY + days * DAY_MS,
      endsAt: MONDAY + lastDay * DAY_MS,
      classes: [review],
      supplies,
      units,
      jobs: numbered(jobs),
      quotas: [],
      horizonDays: 1,
      bucketMs: DAY_MS,
    },
  };
}
