import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClassId, CohortId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import { CHINA_OFFSET_MS, DAY_MS, type Instant } from "../../src/domain/instant.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { PLAIN_CLAIM, PLAIN_STEP, type Granted, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import { Pool } from "../support/books.js";

/*
 * Sharing: nobody is worse off in the pool than alone, and what is borrowed is borrowed evenly.
 *
 * Quotas are amounts, so the worlds are of whole pieces: every step asks one piece of a day, an officer's half-day say, and every
 * resource serves everybody. With amounts of different sizes, or traits, what fits alone may not fit beside others: that is not
 * a matter of quotas.
 */

const MORNING: Instant = Date.UTC(2026, 2, 2) - CHINA_OFFSET_MS + 8 * 3_600_000;
const TODAY = Math.floor((MORNING + CHINA_OFFSET_MS) / DAY_MS);
const DAYS = 6;
const UNITS = ["north", "south", "east"] as const;
const CLASSES = ["staff.review", "material.hall"] as const;
/** Minutes of one piece: what a count of steps is worth in time. */
const MINUTES = { "staff.review": 210, "material.hall": 60 } as const;

interface StepDraw {
  readonly unit: number;
  /** Which classes it asks. */
  readonly asks: 1 | 2;
  readonly due: number;
  /** The day on which it comes. */
  readonly comes: number;
}

interface WorldDraw {
  /** By unit and class: pieces a day. */
  readonly pieces: readonly (readonly [number, number])[];
  readonly steps: readonly StepDraw[];
}

const stepDraw = (days: number): fc.Arbitrary<StepDraw> =>
  fc.record({ unit: fc.constantFrom(0, 0, 0, 1, 1, 2), asks: fc.constantFrom(1 as const, 2 as const), due: fc.nat({ max: DAYS + 2 }), comes: fc.nat({ max: days }) });

const world = (days: number): fc.Arbitrary<WorldDraw> =>
  fc.record({
    pieces: fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { minLength: 3, maxLength: 3 }),
    steps: fc.array(stepDraw(days), { minLength: 5, maxLength: 40, size: "max" }),
  });

const cls = (id: string): CapacityClass => ({
  id: id as ClassId,
  kind: id.split(".")[0] as CapacityClass["kind"],
  names: { zh: id, en: id },
  measure: "piece",
  period: "day",
  horizonDays: DAYS,
  per: "unit",
  lend: "share",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 1, step: 1 },
  source: null,
  generation: 1,
});

/** One unit alone, or all of them under quotas of what their own resources give. */
function poolOf(draw: WorldDraw, units: readonly number[], ahead: number): Pool {
  const pool = new Pool();
  pool.books.now = MORNING;
  pool.say({ kind: "classes", classes: CLASSES.map(cls) });
  const resources = units.flatMap((unit) =>
    CLASSES.flatMap((classId, at): ResourceSupply[] => {
      const pieces = draw.pieces[unit]![at]!;
      return pieces === 0 ? [] : [supply((unit * 2 + at + 1) as ResourceId, UNITS[unit]!, classId, pieces, TODAY, ahead)];
    }),
  );
  pool.say({ kind: "resources", resources });
  if (units.length > 1) {
    pool.say({
      kind: "quotas",
      quotas: {
        halfLifeDays: 7,
        cohorts: [{ id: "city" as CohortId, parent: null }],
        quotas: UNITS.flatMap((unit) => CLASSES.map((classId) => ({ unitId: unit as UnitId, classId: classId as ClassId, cohort: "city" as CohortId, nominal: "own" as const, borrowingLimit: null, lendingLimit: null, weight: 1 }))),
      },
    }, { kind: "quotaSettled", rows: [] });
  }
  return pool;
}

const supply = (id: ResourceId, unit: string, classId: string, pieces: number, first: number, ahead = DAYS): ResourceSupply => ({
  id,
  unitId: unit as UnitId,
  classId: classId as ClassId,
  traits: [],
  jurisdiction: ["522300"] as string[] as DivisionCode[],
  unitDivision: "522301" as DivisionCode,
  limits: { min: 1, max: 1, step: 1 },
  earmark: null,
  offered: true,
  automated: false,
  generation: 1,
  capacity: { first, amounts: Array.from({ length: ahead }, () => pieces), peak: pieces },
});

const stepOf = ({ unit, asks, due }: StepDraw, id: number, now: Instant): StepAsk => ({
  ...PLAIN_STEP,
  id: id as StepId,
  requestId: id as RequestId,
  attempt: 1,
  arrivedAt: now,
  dueAt: MORNING + due * DAY_MS,
  expectedMinutes: 0,
  claims: CLASSES.filter((_, at) => (asks & (at + 1)) !== 0).map((classId) => ({
    ...PLAIN_CLAIM,
    classId: classId as ClassId,
    amount: 1,
    scope: "pool",
    division: "522301" as DivisionCode,
    unitId: UNITS[unit] as UnitId,
  })),
});

interface Served {
  readonly steps: number;
  readonly minutes: number;
}

/** What was served by its due date, for each unit. */
function servedOf(pool: Pool): Served[] {
  return UNITS.map((unit) => {
    let steps = 0;
    let minutes = 0;
    for (const { ask, holds, done } of lastOf(pool)) {
      if (ask.claims[0]!.unitId !== unit || holds === undefined) continue;
      const day = Math.max(...holds.allocations.map(({ period }) => period));
      if (!done || day > Math.floor((ask.dueAt + CHINA_OFFSET_MS) / DAY_MS)) continue;
      steps += 1;
      minutes += ask.claims.reduce((sum, { classId }) => sum + MINUTES[classId as keyof typeof MINUTES], 0);
    }
    return { steps, minutes };
  });
}

/** Each step with the last it was granted, if that was not taken away again. */
function lastOf(pool: Pool): { readonly ask: StepAsk; readonly holds: Granted | undefined; readonly done: boolean }[] {
  return [...pool.books.steps.values()].map(({ ask, state }) => {
    const last = pool.books.decisions.findLast((one) => one.step === ask.id);
    return { ask, holds: last?.outcome === "granted" ? last : undefined, done: state !== "waiting" };
  });
}

/** Every day the steps of that day come, work whose day it is begins and ends, and windows move. */
function live(pool: Pool, draw: WorldDraw, units: readonly number[], days: number): void {
  for (let day = 0; day <= days; day += 1) {
    pool.books.now = MORNING + day * DAY_MS;
    const resources = [...pool.books.resources.values()];
    pool.say({ kind: "tick" }, { kind: "window", windows: resources.map(({ id, capacity }) => ({ resource: id, capacity: { first: TODAY + day, amounts: capacity === "unlimited" ? [] : capacity.amounts, peak: capacity === "unlimited" ? 0 : capacity.peak } })) });
    const steps = draw.steps.flatMap((step, at) => (step.comes === day && units.includes(step.unit) ? [stepOf(step, at + 1, pool.books.now)] : []));
    pool.say({ kind: "ready", steps });
    pool.decide();
    for (const { ask, state, holds } of [...pool.books.steps.values()]) {
      if (state !== "holding" || Math.max(...holds.map(({ period }) => period)) > TODAY + day) continue;
      pool.say({ kind: "started", step: ask.id }, { kind: "ended", step: ask.id, settle: ask.claims.map((_, at) => ({ claim: claimIdOf(ask.id, at), amount: 1 })) });
    }
    pool.decide();
  }
}

const ALL = [0, 1, 2];

function compare(draw: WorldDraw, days: number, ahead = DAYS): { readonly alone: Served[]; readonly shared: Served[]; readonly pool: Pool } {
  const alone = ALL.map((unit) => {
    const pool = poolOf(draw, [unit], ahead);
    live(pool, draw, [unit], days);
    return servedOf(pool)[unit]!;
  });
  const pool = poolOf(draw, ALL, ahead);
  live(pool, draw, ALL, days);
  return { alone, shared: servedOf(pool), pool };
}

test("sharing incentive: what all file at once, no unit has fewer steps or minutes served in time than alone, and together they have more", () => {
  let alone = 0;
  let shared = 0;
  fc.assert(
    fc.property(world(0), (draw) => {
      const found = compare(draw, 0);
      ALL.forEach((unit) => {
        alone += found.alone[unit]!.steps;
        shared += found.shared[unit]!.steps;
        expect(found.shared[unit]!.steps).toBeGreaterThanOrEqual(found.alone[unit]!.steps);
        expect(found.shared[unit]!.minutes).toBeGreaterThanOrEqual(found.alone[unit]!.minutes);
      });
    }),
    { numRuns: 400, seed: 20260302 },
  );
  expect(shared).toBeGreaterThan(alone * 1.2);
});

/*
 * Day after day nobody knows who comes tomorrow. What was borrowed for today is not taken back, and nothing is taken back twice: so a
 * lender may miss a little of what it would have had, and has much more by borrowing.
 */
test("sharing incentive, day after day: of a hundred steps served in time alone less than one is missed, and thirty more are served", () => {
  let alone = 0;
  let shared = 0;
  let missed = 0;
  fc.assert(
    fc.property(world(DAYS), (draw) => {
      const found = compare(draw, DAYS + 2);
      ALL.forEach((unit) => {
        alone += found.alone[unit]!.steps;
        shared += found.shared[unit]!.steps;
        missed += Math.max(0, found.alone[unit]!.steps - found.shared[unit]!.steps);
      });
    }),
    { numRuns: 400, seed: 20260302 },
  );
  expect(missed).toBeLessThan(alone / 100);
  expect(shared).toBeGreaterThan(alone * 1.3);
});

/* Days given on the day, as work that waits in a queue is: there a borrower that can wait no longer goes before an owner's work that can. */
test("sharing incentive, days given on the day: of a hundred steps served in time alone less than one is missed, and thirty more are served", () => {
  let alone = 0;
  let shared = 0;
  let missed = 0;
  fc.assert(
    fc.property(world(DAYS), (draw) => {
      const found = compare(draw, DAYS + 2, 1);
      ALL.forEach((unit) => {
        alone += found.alone[unit]!.steps;
        shared += found.shared[unit]!.steps;
        missed += Math.max(0, found.alone[unit]!.steps - found.shared[unit]!.steps);
      });
    }),
    { numRuns: 150, seed: 20260302 },
  );
  expect(missed, `of ${alone}, with ${shared} together`).toBeLessThan(alone / 100);
  expect(shared).toBeGreaterThan(alone * 1.3);
});

/** Everybody asks for more than there is of one stock, with amounts of different sizes. */
const borrowers = fc.record({
  lendable: fc.integer({ min: 10, max: 40 }),
  weights: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
  amounts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
});

test("among units that borrow and want more, shares by weight lie no farther apart than one largest request", () => {
  fc.assert(
    fc.property(borrowers, ({ lendable, weights, amounts }) => {
      const pool = new Pool();
      pool.books.now = MORNING;
      const stock: CapacityClass = { ...cls("material.stock"), period: "none", limits: { min: 1, max: 100, step: 1 } };
      pool.say({ kind: "classes", classes: [stock] });
      const one = supply(1 as ResourceId, "lender", stock.id, lendable, 0);
      pool.say({ kind: "resources", resources: [{ ...one, limits: stock.limits, capacity: { first: 0, amounts: [lendable], peak: lendable } }] });
      const rule = (unitId: string, nominal: number, weight: number) => ({ unitId: unitId as UnitId, classId: stock.id, cohort: "city" as CohortId, nominal, borrowingLimit: null, lendingLimit: null, weight });
      pool.say({
        kind: "quotas",
        quotas: { halfLifeDays: 7, cohorts: [{ id: "city" as CohortId, parent: null }], quotas: [rule("lender", lendable, 1), ...UNITS.map((unit, at) => rule(unit, 0, weights[at]!))] },
      });
      const steps = UNITS.flatMap((unit, at) =>
        Array.from({ length: lendable }, (_, nth): StepAsk => {
          const ask = stepOf({ unit: at, asks: 1, due: at, comes: 0 }, at * 100 + nth + 1, MORNING);
          return { ...ask, claims: ask.claims.map((claim) => ({ ...claim, classId: stock.id, unitId: unit as UnitId, amount: amounts[at]! })) };
        }),
      );
      pool.say({ kind: "ready", steps });
      pool.decide();
      const given = UNITS.map((_, at) => lastOf(pool).filter(({ ask, done }) => done && ask.claims[0]!.unitId === UNITS[at]).length * amounts[at]!);
      const left = lendable - given.reduce((sum, amount) => sum + amount, 0);
      // Who could not use what is left still wants it.
      expect(left).toBeLessThan(Math.min(...amounts));
      const shares = given.map((amount, at) => amount / weights[at]!);
      const largest = Math.max(...amounts.map((amount, at) => amount / weights[at]!));
      // What is left in the end goes to whoever asks little enough: that is no share of those who ask more.
      const last = Math.max(...amounts) - 1;
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(largest + last);
      if (new Set(amounts).size === 1) expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(largest);
    }),
    { numRuns: 300, seed: 20260302 },
  );
});
