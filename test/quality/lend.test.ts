import { expect, test } from "vitest";
import { trusted, type UnitId } from "../../src/domain/id.js";
import { DAY_MS } from "../../src/domain/instant.js";
import { solver } from "../../src/optimiser/solver.js";
import { claimOf, classOf, endOfWorkday, MONDAY, numbered, PLACE, workdays, type Instance } from "./instance.js";
import { lendWeekly, withLoans, type Loan } from "./rebalance/lend.js";
import type { LendingCity } from "./rebalance/lending-city.js";
import { onTime } from "./run.js";
import { runEngine } from "./run-engine.js";

const WEEKS = 12;
/** From then on one has half as much again, the other half as much. */
const SHIFT_WEEK = 6;
const CASE_MINUTES = 30;
const A_DAY = 10;

/** Two offices of twelve cases a day. Nothing is drawn: the same cases at the same times each day. */
function twoOffices(shifted: readonly [number, number]): LendingCity {
  const review = classOf("staff.review", { lend: "work" });
  const units = ["crowded", "idle"].map((name) => trusted<UnitId>(name));
  const days = WEEKS * 7;
  const claims = units.map((unit) => [claimOf(review.id, unit, CASE_MINUTES, { scope: "competent" })]);
  const jobs: Parameters<typeof numbered>[0][number][] = [];
  for (let day = 0; day < days; day += 1) {
    if (day % 7 > 4) continue;
    units.forEach((unit, at) => {
      const count = day >= SHIFT_WEEK * 7 ? shifted[at]! : A_DAY;
      for (let n = 0; n < count; n += 1) {
        const arrivesAt = MONDAY + day * DAY_MS + 9 * 3_600_000 + n * 60_000;
        jobs.push({ unit, arrivesAt, dueAt: endOfWorkday(MONDAY, arrivesAt, 3), value: 1, expectedMinutes: CASE_MINUTES, claims: claims[at]!, runsMs: null, usedPercent: 100, pause: null });
      }
    });
  }
  const instance: Instance = {
    name: "two offices",
    seed: 1,
    startsAt: MONDAY,
    measureFrom: MONDAY,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + (days + 28) * DAY_MS,
    classes: [review],
    supplies: units.map((unitId, at) => ({ id: trusted(at + 1), unitId, classId: review.id, traits: [], division: PLACE, amounts: workdays(days + 28, 12 * CASE_MINUTES) })),
    units,
    jobs: numbered(jobs),
    quotas: [],
    horizonDays: 1,
    bucketMs: DAY_MS,
  };
  return { instance, countyOf: [0, 0], departmentOf: [0, 1], meanMinutes: CASE_MINUTES };
}

function lateOf(instance: Instance, loans: readonly Loan[]): number {
  const { served } = runEngine(withLoans(instance, loans), { horizonDays: 1, untold: true });
  return instance.jobs.filter((job) => !onTime(job, served[job.id - 1])).length;
}

test("what is lent reaches the borrower's queue, and costs the lender nothing it needs", () => {
  const { instance } = twoOffices([15, 5]);
  expect(lateOf(instance, [])).toBeGreaterThan(200);
  expect(lateOf(instance, [{ lender: 1, borrower: 0, amount: 4 * CASE_MINUTES, from: SHIFT_WEEK * 7, to: WEEKS * 7 + 27, made: 0 }])).toBe(0);
});

test("plans made on Mondays from what had come by then help nearly as much, and none is made where nobody has anything to spare", async () => {
  const city = twoOffices([15, 5]);
  const { loans, plans } = lendWeekly(await solver(), city, WEEKS);
  expect(loans.every(({ lender, borrower }) => lender === 1 && borrower === 0)).toBe(true);
  expect(lateOf(city.instance, loans)).toBeLessThan(0.4 * lateOf(city.instance, []));
  expect(plans.every(({ second }) => second === 0)).toBe(true);
  expect(lendWeekly(await solver(), twoOffices([15, 12]), WEEKS).loans).toEqual([]);
});
