import type { Highs } from "highs";
import { trusted } from "../../../src/domain/id.js";
import { DAY_MS, dayNumberOf, localDateOf, weekdayOf } from "../../../src/domain/instant.js";
import { forecast, LEVEL_DAYS } from "../../../src/domain/rebalance/forecast.js";
import type { PlanInput, PlanUnit } from "../../../src/domain/rebalance/plan-input.js";
import { driftOf, leastPerDay, RECENT_DAYS, spareOf, type AskedLately } from "../../../src/domain/rebalance/prudence.js";
import { makePlan } from "../../../src/optimiser/make-plan.js";
import { bound } from "../bound.js";
import { quantile } from "../bootstrap.js";
import { measured, MONDAY, PLACE, type Instance, type Supply } from "../instance.js";
import { waitOf } from "../metrics.js";
import { onTime, valueOf, type Run } from "../run.js";
import { runEngine } from "../run-engine.js";
import { optimumOf } from "./optimum.js";
import { lendingCity, WARM_UP_WEEKS, type LendingCity, type LendingSize } from "./lending-city.js";

/** A loan that was made: units by their place, days of the instance, both included. */
export interface Loan {
  readonly lender: number;
  readonly borrower: number;
  readonly amount: number;
  readonly from: number;
  readonly to: number;
  /** When it was decided. */
  readonly made: number;
}

export interface Outcome {
  readonly late: number;
  readonly p50Hours: number;
  readonly p90Hours: number;
}

export interface LendingResult {
  readonly kind: "lend";
  readonly seed: number;
  readonly counted: number;
  readonly alone: Outcome;
  readonly lending: Outcome;
  /** Value of what was done in time with loans, of what a linear programme with full hindsight reaches where anybody may do anybody's work. */
  readonly ofBound: number;
  readonly aloneOfBound: number;
  readonly plans: readonly { readonly week: number; readonly open: number; readonly moves: number; readonly second: number; readonly saved: number; readonly inParts: number; readonly whole: number }[];
  readonly movedBack: number;
  readonly loops: number;
}

const AHEAD_DAYS = 28;
/** On a clock that stands still: the same on every machine, and time for everything. */
const BUDGET_MS = 1_000;
const COOL_DOWN_DAYS = 7;
/** What a case may wait: working days of the types' due dates, by how often each comes. */
const PATIENCE_DAYS = 3;
const CAP = { step: 30, least: 60 } as const;
const GOAL = { late: 20, waiting: 2, evenness: 10 } as const;
const LIMITS = { worthPercent: 150, perMove: 10, minDays: 14, termsDays: [14, 28], coolDownDays: COOL_DOWN_DAYS } as const;
/** A pool's budget: of a thousand cases that are open, so many moves a plan. */
const MOVES_PER_THOUSAND = 18;
/** Nobody reviews longer at one case. */
const LARGEST_CASE = 120;
/** Of what a unit has, the most that may come to it. */
const BORROWED_MOST = 2;

/** One seed: the same engine with what weekly plans lend and without. */
export async function lendFor(highs: Highs, seed: number, size: LendingSize): Promise<LendingResult> {
  const city = lendingCity(seed, size);
  const { instance } = city;
  const { loans, plans } = lendWeekly(highs, city, size.weeks);
  const counted = measured(instance);
  const alone = runEngine(instance, { horizonDays: 1, untold: true });
  const lending = runEngine(withLoans(instance, loans), { horizonDays: 1, untold: true });
  const pooled = { ...instance, jobs: instance.jobs.map((job) => ({ ...job, claims: job.claims.map((claim) => ({ ...claim, scope: "pool" as const })) })) };
  const best = await bound(pooled, measured(pooled));
  const outcome = (run: Run): Outcome => {
    const waits = Float64Array.from(counted, (job) => waitOf(instance, job, run.served[job.id - 1]) / 3_600_000).sort();
    return { late: counted.filter((job) => !onTime(job, run.served[job.id - 1])).length, p50Hours: quantile(waits, 0.5), p90Hours: quantile(waits, 0.9) };
  };
  return {
    kind: "lend",
    seed,
    counted: counted.length,
    alone: outcome(alone),
    lending: outcome(lending),
    ofBound: valueOf(counted, lending) / best.value,
    aloneOfBound: valueOf(counted, alone) / best.value,
    plans,
    movedBack: loans.filter((one) => loans.some((other) => other.lender === one.borrower && other.borrower === one.lender && other.from >= one.from && other.from <= one.to + COOL_DOWN_DAYS)).length,
    loops: loans.filter((one) => loans.some((other) => other.lender === one.borrower && other.from <= one.to && one.from <= other.to)).length,
  };
}

/** Every Monday a plan from what was seen until then, and its loans made at once. */
export function lendWeekly(highs: Highs, city: LendingCity, weeks: number): { readonly loans: readonly Loan[]; readonly plans: LendingResult["plans"] } {
  const { instance } = city;
  const loans: Loan[] = [];
  const plans: LendingResult["plans"][number][] = [];
  for (let week = WARM_UP_WEEKS; week < weeks - 1; week += 1) {
    const day = week * 7;
    const until: Instance = { ...withLoans(instance, loans), endsAt: MONDAY + day * DAY_MS };
    const seen = { ...until, jobs: until.jobs.filter(({ arrivesAt }) => arrivesAt < until.endsAt) };
    const run = runEngine(seen, { horizonDays: 1, untold: true });
    const open = seen.jobs.filter(({ id }) => (run.served[id - 1]?.begins ?? Infinity) >= until.endsAt);
    const input = inputOf(city, seen, open, loans, day);
    const { moves, before, objective } = makePlan(highs, input, { budgetMs: BUDGET_MS }, () => 0);
    const at = (unit: string): number => instance.units.findIndex((one) => one === unit);
    for (const { lender, borrower, amount, from, to } of moves) {
      const first = dayNumberOf(MONDAY);
      loans.push({ lender: at(lender), borrower: at(borrower), amount, from: Date.parse(from) / DAY_MS - first, to: Date.parse(to) / DAY_MS - first, made: day });
    }
    const again = makePlan(highs, inputOf(city, seen, open, loans, day), { budgetMs: BUDGET_MS }, () => 0);
    const { inParts, whole } = optimumOf(highs, input);
    plans.push({ week, open: open.length, moves: moves.length, second: again.moves.length, saved: before.points - objective, inParts: before.points - inParts, whole: before.points - whole });
  }
  return { loans, plans };
}

/** What is borrowed is a supply of its own at the borrower; the lender has so much less on those days. */
export function withLoans(instance: Instance, loans: readonly Loan[]): Instance {
  const supplies = instance.supplies.map((supply) => ({ ...supply, amounts: [...(supply.amounts as readonly number[])] }));
  const dated: Supply[] = loans.map(({ lender, borrower, amount, from, to }, n) => {
    const amounts = supplies[lender]!.amounts.map(() => 0);
    for (let day = from; day <= to; day += 1) {
      const given = Math.min(amount, supplies[lender]!.amounts[day]!);
      supplies[lender]!.amounts[day]! -= given;
      amounts[day] = given;
    }
    return { id: trusted(supplies.length + n + 1), unitId: instance.units[borrower]!, classId: supplies[lender]!.classId, traits: [], division: PLACE, amounts };
  });
  return { ...instance, supplies: [...supplies, ...dated] };
}

/** What a planner knows on that morning: what has come until then, what waits, what is declared, what is lent. */
function inputOf({ instance, countyOf, departmentOf, meanMinutes }: LendingCity, seen: Instance, open: Instance["jobs"], loans: readonly Loan[], day: number): PlanInput {
  const today = dayNumberOf(MONDAY) + day;
  const basis = { isWorking: (one: number) => weekdayOf(one) < 5, deadlines: [] };
  const there = withLoans(instance, loans).supplies;
  const count = instance.units.length;
  const came = instance.units.map(() => new Array<number>(day).fill(0));
  const place = new Map(instance.units.map((unit, at) => [unit, at]));
  for (const job of seen.jobs) came[place.get(job.unit)!]![Math.floor((job.arrivesAt - MONDAY) / DAY_MS)]! += job.expectedMinutes;
  const waiting = new Float64Array(count);
  for (const job of open) waiting[place.get(job.unit)!]! += job.expectedMinutes;
  const lastDays = (series: readonly number[], days: number): number => series.slice(-days).reduce((all, one) => all + one, 0);
  const lately = (series: readonly number[]): AskedLately => ({ fourWeeks: lastDays(series, LEVEL_DAYS), twoWeeks: lastDays(series, RECENT_DAYS) });
  const whole = Array.from({ length: day }, (_, one) => came.reduce((sum, series) => sum + series[one]!, 0));
  const ahead = forecast({ first: dayNumberOf(MONDAY), amounts: whole }, basis, today, AHEAD_DAYS, undefined);
  const units = instance.units.map((unitId, at): PlanUnit => {
    const part = (lately(came[at]!).fourWeeks / Math.max(1, lately(whole).fourWeeks)) * driftOf(lately(came[at]!), lately(whole));
    const demand = Array.from({ length: AHEAD_DAYS }, (_, n) => (ahead?.[n]?.expected ?? 0) * part);
    const capacity = Array.from({ length: AHEAD_DAYS }, (_, n) => there.reduce((sum, supply) => sum + (supply.unitId === unitId ? ((supply.amounts as readonly number[])[day + n] ?? 0) : 0), 0));
    const near = loans.filter(({ from, to }) => from <= day + AHEAD_DAYS && to + COOL_DOWN_DAYS >= day);
    const lends = near.filter(({ lender }) => lender === at);
    const borrows = near.filter(({ borrower }) => borrower === at);
    const touched = [...lends, ...borrows].flatMap(({ from, to }) => [from, to + 1]).filter((date) => date <= day);
    const latest = touched.length === 0 ? -Infinity : Math.max(...touched);
    const own = (instance.supplies[at]!.amounts as readonly number[]).slice(day, day + AHEAD_DAYS);
    const usual = Math.max(...(instance.supplies[at]!.amounts as readonly number[]));
    const worked = demand.filter((_, n) => weekdayOf(today + n) < 5).length;
    return {
      unitId,
      waiting: waiting[at]!,
      demand,
      capacity,
      lendable: spareOf({ perDay: leastPerDay(own) - lends.reduce((sum, { amount, to }) => (to >= day ? sum + amount : sum), 0), askedPerDay: demand.reduce((sum, one) => sum + one, 0) / worked, waiting: waiting[at]!, largestCase: LARGEST_CASE }),
      borrowable: Math.max(0, usual * BORROWED_MOST - borrows.reduce((sum, { amount }) => sum + amount, 0)),
      role: lends.length > 0 ? "lends" : borrows.length > 0 ? "borrows" : null,
      restsUntil: Math.max(0, latest + COOL_DOWN_DAYS - day),
      caseAmount: meanMinutes,
      patienceDays: PATIENCE_DAYS,
    };
  });
  // Neighbours in the county, then the same department elsewhere, then anybody: as W2 has it, reviews are nobody's speciality.
  const cost = Float64Array.from({ length: count * count }, (_, cell) => {
    const [lender, borrower] = [Math.floor(cell / count), cell % count];
    return countyOf[lender] === countyOf[borrower] ? 0.02 : departmentOf[lender] === departmentOf[borrower] ? 0.05 : 0.1;
  });
  // Whoever asks again on the same morning has what is left.
  const budget = Math.floor((MOVES_PER_THOUSAND * open.length) / 1_000) - loans.filter(({ made }) => made > day - COOL_DOWN_DAYS).length;
  return {
    firstDay: localDateOf(today),
    days: AHEAD_DAYS,
    goal: GOAL,
    limits: { ...LIMITS, movesMax: Math.max(0, budget) },
    classes: [{ classId: instance.classes[0]!.id, lend: "work", periods: Array.from({ length: AHEAD_DAYS }, (_, n) => (weekdayOf(today + n) < 5 ? 1 : 0)), ...CAP, units, cost }],
  };
}
