import { beforeAll, expect, test } from "vitest";
import type { Highs } from "highs";
import type { PlanInput, PlanOutcome, PlanUnit } from "../../src/domain/rebalance/plan-input.js";
import { bestAmount, settle } from "../../src/optimiser/greedy.js";
import { ClassState } from "../../src/optimiser/class-state.js";
import { createOptimiser } from "../../src/optimiser/create-optimiser.js";
import { exchange } from "../../src/optimiser/exchange.js";
import { makePlan } from "../../src/optimiser/make-plan.js";
import { solver } from "../../src/optimiser/solver.js";
import { dice } from "../bench/random.js";
import { drawnPrefecture, LIMITS } from "./drawn-prefecture.js";

let highs: Highs;
beforeAll(async () => void (highs = await solver()));

/** With a clock that stands still time is never up, whatever machine this is. */
const plan = (input: PlanInput): PlanOutcome => makePlan(highs, input, { budgetMs: 1_000 }, () => 0);

const dayOf = (input: PlanInput, date: string): number => (Date.parse(date) - Date.parse(input.firstDay)) / 86_400_000;

/** The same pool with the plan applied, as it is read again on the same day; without the cool-down and the budget, which alone would forbid all. */
function applied(input: PlanInput, { moves }: PlanOutcome): PlanInput {
  return {
    ...input,
    classes: input.classes.map((cls) => ({
      ...cls,
      units: cls.units.map((unit): PlanUnit => {
        const [lent, borrowed] = (["lender", "borrower"] as const).map((side) => moves.filter((move) => move.classId === cls.classId && move[side] === unit.unitId));
        const during = (list: PlanOutcome["moves"], day: number): number => list.reduce((sum, { amount, from, to }) => sum + (dayOf(input, from) <= day && day <= dayOf(input, to) ? amount * cls.periods[day]! : 0), 0);
        const most = (list: PlanOutcome["moves"]): number => list.reduce((sum, { amount }) => sum + amount, 0);
        return {
          ...unit,
          capacity: Array.from(unit.capacity, (there, day) => there + during(borrowed!, day) - during(lent!, day)),
          lendable: Math.max(0, unit.lendable - most(lent!)),
          borrowable: Math.max(0, unit.borrowable - most(borrowed!)),
          role: lent!.length > 0 ? "lends" : borrowed!.length > 0 ? "borrows" : unit.role,
        };
      }),
    })),
  };
}

test("every move keeps the limits, saves what it must, and none comes back", () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const input = drawnPrefecture(dice(seed), { classes: 2, units: 10, days: 60 }, { goal: { late: 20, waiting: 1, evenness: seed % 2 === 0 ? 2 : 0 } });
    const outcome = plan(input);
    expect(outcome.moves.length, "there is something to plan").toBeGreaterThan(0);
    expect(outcome.moves.length).toBeLessThanOrEqual(input.limits.movesMax);
    expect(outcome.after.points).toBeLessThan(outcome.before.points);
    expect(outcome.objective).toBeLessThanOrEqual(outcome.before.points);
    expect(outcome.objective).toBeGreaterThanOrEqual(outcome.bound - 1e-6);
    expect(outcome.solved).toBe(2);
    for (const cls of input.classes) {
      const moves = outcome.moves.filter(({ classId }) => classId === cls.classId);
      const lenders = new Set(moves.map(({ lender }) => lender));
      expect(moves.filter(({ borrower }) => lenders.has(borrower))).toEqual([]);
      const at = (id: string): number => cls.units.findIndex(({ unitId }) => unitId === id);
      for (const move of moves) {
        expect(move.benefit).toBeGreaterThanOrEqual((input.limits.worthPercent / 100) * move.disruption);
        expect(Number.isInteger(move.amount) && move.amount % cls.step === 0 && move.amount >= cls.least).toBe(true);
        expect(dayOf(input, move.to) - dayOf(input, move.from) + 1).toBeGreaterThanOrEqual(input.limits.minDays);
        expect(dayOf(input, move.to)).toBeLessThan(input.days);
        expect(cls.cost[at(move.lender) * cls.units.length + at(move.borrower)]).not.toBe(Infinity);
      }
      for (const unit of cls.units) {
        for (let day = 0; day < input.days; day += 1) {
          const during = (side: "lender" | "borrower"): number => moves.filter((move) => move[side] === unit.unitId && dayOf(input, move.from) <= day && day <= dayOf(input, move.to)).reduce((sum, { amount }) => sum + amount, 0);
          expect(during("lender")).toBeLessThanOrEqual(unit.lendable);
          expect(during("lender") * cls.periods[day]!).toBeLessThanOrEqual(unit.capacity[day]!);
          expect(during("borrower")).toBeLessThanOrEqual(unit.borrowable);
        }
      }
    }
  }
});

test("what a move saves is what it would be like without it", () => {
  const input = drawnPrefecture(dice(3), { classes: 1, units: 10, days: 60 });
  const outcome = plan(input);
  const [move] = outcome.moves;
  const others = applied(input, { ...outcome, moves: outcome.moves.slice(1) });
  const state = new ClassState(others, others.classes[0]!);
  const without = state.total();
  expect(without - outcome.after.points).toBeCloseTo(move!.benefit, 3);
  const sum = { late: 0, lateDays: 0, waitDays: 0 };
  for (let unit = 0; unit < state.units; unit += 1) {
    const figures = state.figuresOf(unit);
    for (const key of ["late", "lateDays", "waitDays"] as const) sum[key] += figures[key];
  }
  expect(sum.lateDays - outcome.after.lateDays).toBeCloseTo(move!.without.lateDays, 3);
  expect(sum.waitDays - outcome.after.waitDays).toBeCloseTo(move!.without.waitDays, 3);
  expect(sum.late - outcome.after.late).toBeCloseTo(move!.without.late, 3);
});

test("a second run on the same state proposes nothing, even without a cool-down", () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const input = drawnPrefecture(dice(100 + seed), { classes: 2, units: 12, days: 60 }, { limits: { ...LIMITS, movesMax: 1_000 } });
    const first = plan(input);
    expect(first.moves.length).toBeGreaterThan(0);
    expect(plan(applied(input, first)).moves, `seed ${seed}`).toEqual([]);
  }
});

test("the amount of a loan is the best of all amounts", () => {
  const input = drawnPrefecture(dice(9), { classes: 1, units: 8, days: 28 });
  const state = new ClassState(input, input.classes[0]!);
  for (let lender = 0; lender < 8; lender += 1) {
    for (let borrower = 0; borrower < 8; borrower += 1) {
      if (lender === borrower || state.costOf(lender, borrower) === Infinity) continue;
      for (const term of state.terms) {
        let most = 0;
        for (let amount = state.cls.least; amount <= state.roomOf(lender, borrower, term); amount += state.cls.step) {
          const saved = state.points[lender]! + state.points[borrower]! - state.pointsOf(lender, -amount, term.from, term.to) - state.pointsOf(borrower, amount, term.from, term.to);
          most = Math.max(most, saved - state.worth * state.disruptionOf(lender, borrower, term, amount));
        }
        expect(bestAmount(state, lender, borrower, term)?.gain ?? 0).toBeCloseTo(most, 4);
      }
    }
  }
});

/** Units of one class over four weeks: what each asks and has on a working day, what waits, what it may lend and borrow. */
function fourWeeks(units: readonly { readonly asked: (day: number) => number; readonly waiting: number; readonly lendable: number; readonly borrowable: number }[]): PlanInput {
  const drawn = drawnPrefecture(dice(5), { classes: 1, units: units.length, days: 28 }, { limits: { ...LIMITS, termsDays: [14, 28] } });
  const [cls] = drawn.classes;
  const ofDays = (of: (day: number) => number): number[] => Array.from(cls!.periods, (open, day) => open * of(day));
  const own = cls!.units.map((unit, at): PlanUnit => ({ ...unit, ...units[at]!, role: null, restsUntil: 0, demand: ofDays(units[at]!.asked), capacity: ofDays(() => 4_200) }));
  return { ...drawn, classes: [{ ...cls!, units: own, cost: Float64Array.from({ length: units.length ** 2 }, () => 0.1) }] };
}

test("a unit that drowns and may have no more keeps nobody else from borrowing", () => {
  const idle = { asked: () => 1_000, waiting: 0, lendable: 3_000, borrowable: 4_000 };
  const short = { asked: () => 4_800, waiting: 0, lendable: 0, borrowable: 4_000 };
  const drowned = { asked: () => 9_000, waiting: 90_000, lendable: 0, borrowable: 0 };
  expect(plan(fourWeeks([idle, short, drowned])).moves.map(({ lender, borrower }) => `${lender} ${borrower}`)).toEqual(["unit-0 unit-1"]);
});

test("who is needed by two, one after the other, goes to both, though four weeks with the first gain most by themselves", () => {
  const input = fourWeeks([
    { asked: () => 3_000, waiting: 0, lendable: 600, borrowable: 0 },
    { asked: () => 4_200, waiting: 7_200, lendable: 0, borrowable: 4_000 },
    { asked: (day) => (day < 14 ? 4_200 : 4_500), waiting: 0, lendable: 0, borrowable: 4_000 },
  ]);
  const alone = new ClassState(input, input.classes[0]!);
  settle(alone, input.limits.movesMax, () => false);
  expect(alone.moves.map(({ borrower, from, to }) => [borrower, from, to])).toEqual([[1, 0, 3]]);
  const before = alone.objective();
  exchange(alone, input.limits.movesMax, () => false);
  expect(new Set(alone.moves.map(({ borrower }) => borrower))).toEqual(new Set([1, 2]));
  expect(alone.objective()).toBeLessThan(before);
  expect(plan(input).objective).toBeLessThanOrEqual(alone.objective() + 1e-6);
});

test("with one lender and one borrower the plan is the best there is, and the bound is below it", () => {
  const drawn = drawnPrefecture(dice(5), { classes: 1, units: 2, days: 28 }, { limits: { ...LIMITS, termsDays: [28], minDays: 28 } });
  const [cls] = drawn.classes;
  const units = cls!.units.map((unit, at) => ({ ...unit, waiting: 0, capacity: Array.from(cls!.periods, (open) => open * 4_200), demand: Array.from(cls!.periods, (open) => open * (at === 0 ? 2_000 : 5_000)), lendable: 2_000, borrowable: 4_000 }));
  const input = { ...drawn, classes: [{ ...cls!, units, cost: [Infinity, 0.1, 0.1, Infinity] }] };
  const outcome = plan(input);
  expect(outcome.moves).toHaveLength(1);
  // 800 minutes a day are missing: 810 is the least of whole steps that is enough.
  expect(outcome.moves[0]).toMatchObject({ lender: "unit-0", borrower: "unit-1", amount: 810, from: "2026-03-02", to: "2026-03-29" });
  expect(outcome.after.lateDays).toBe(0);
  expect(outcome.gap).toBeLessThan(0.02);
});

test("the thread says how far it is and answers as the same code does here", async () => {
  const input = drawnPrefecture(dice(2), { classes: 3, units: 8, days: 60 });
  const seen: number[] = [];
  const outcome = await createOptimiser().plan(input, { budgetMs: 60_000, onProgress: ({ solved }) => seen.push(solved) });
  expect(outcome.moves).toEqual(plan(input).moves);
  expect(seen).toEqual([1, 2, 3]);
});

test("without time nothing is proposed, and what is told stays true", () => {
  const input = drawnPrefecture(dice(4), { classes: 2, units: 8, days: 60 });
  let clock = 0;
  const outcome = makePlan(highs, input, { budgetMs: 1 }, () => (clock += 1_000));
  expect(outcome.moves).toEqual([]);
  expect(outcome.after).toEqual(outcome.before);
  expect(outcome.solved).toBe(0);
  expect(outcome.gap).toBe(1);
});
