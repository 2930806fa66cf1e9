import type { Highs } from "highs";
import { trusted } from "../../../src/domain/id.js";
import { DAY_MS, dayNumberOf, localDateOf, weekdayOf } from "../../../src/domain/instant.js";
import { forecast } from "../../../src/domain/rebalance/forecast.js";
import type { PlanInput, PlanUnit } from "../../../src/domain/rebalance/plan-input.js";
import { makePlan } from "../../../src/optimiser/make-plan.js";
import { bound } from "../bound.js";
import { quantile } from "../bootstrap.js";
import { measured, MONDAY, PLACE, type Instance, type Supply } from "../instance.js";
import { waitOf } from "../metrics.js";
import { onTime, valueOf, type Run } from "../run.js";
import { runEngine } from "../run-engine.js";
import { lendingCity, WARM_UP_WEEKS, type LendingCity, type LendingSize } from "./lending-city.js";

/** A loan that was made: units by their place, days of the instance, both included. */
interface Loan {
  readonly lender: number;
  readonly borrower: number;
  readonly amount: number;
  readonly from: number;
  readonly to: number;
}

export interface Outcome {
  readonly late: number;
  readonly p50Hours: number;
  readonly p90Hours: number;
}

export interface LendingResult {
  readonly seed: number;
  readonly counted: number;
  readonly alone: Outcome;
  readonly lending: Outcome;
  /** Value of what was done in time with loans, of what a linear programme with full hindsight reaches where anybody may do anybody's work. */
  readonly ofBound: number;
  readonly aloneOfBound: number;
  readonly plans: readonly { readonly week: number; readonly open: number; readonly moves: number; readonly second: number }[];
  readonly movedBack: number;
  readonly loops: number;
}

const AHEAD_DAYS = 28;
/** On a clock that stands still: so little is left out for a relaxation, the same on every machine. */
const BUDGET_MS = 100;
const COOL_DOWN_DAYS = 7;
/** What a case may wait, on average of the types' due dates. */
const PATIENCE_DAYS = 2;
/** Of what a unit has, the most it lends; and what is planned for beyond the forecast, since no week is even. */
const LENT_MOST = 0.5;
const HEADROOM = 1.1;
/** How far what rose in a fortnight is taken to go on rising. */
const TREND = 1.5;
/** What a lender keeps: the two largest cases there are must find a place in a day. */
const KEPT_MINUTES = 240;
const CAP = { step: 30, least: 120 } as const;
const GOAL = { late: 20, waiting: 2, evenness: 0 } as const;
const LIMITS = { movesMax: 24, worthPercent: 200, perMove: 15, minDays: 14, termsDays: [14, 28], coolDownDays: COOL_DOWN_DAYS } as const;

/** One seed: every Monday a plan from what was seen until then, applied at once, and the same engine with and without. */
export async function lendFor(highs: Highs, seed: number, size: LendingSize): Promise<LendingResult> {
  const city = lendingCity(seed, size);
  const { instance } = city;
  const loans: Loan[] = [];
  const plans: LendingResult["plans"][number][] = [];
  for (let week = WARM_UP_WEEKS; week < size.weeks - 1; week += 1) {
    const day = week * 7;
    const until: Instance = { ...withLoans(instance, loans), endsAt: MONDAY + day * DAY_MS };
    const seen = { ...until, jobs: until.jobs.filter(({ arrivesAt }) => arrivesAt < until.endsAt) };
    const run = runEngine(seen, { horizonDays: 1, untold: true });
    const open = seen.jobs.filter(({ id }) => (run.served[id - 1]?.begins ?? Infinity) >= until.endsAt);
    const input = inputOf(city, seen, open, loans, day);
    const { moves } = makePlan(highs, input, { budgetMs: BUDGET_MS }, () => 0);
    const at = (unit: string): number => instance.units.findIndex((one) => one === unit);
    for (const { lender, borrower, amount, from, to } of moves) {
      const first = dayNumberOf(MONDAY);
      loans.push({ lender: at(lender), borrower: at(borrower), amount, from: Date.parse(from) / DAY_MS - first, to: Date.parse(to) / DAY_MS - first });
    }
    const again = makePlan(highs, inputOf(city, seen, open, loans, day), { budgetMs: BUDGET_MS }, () => 0);
    plans.push({ week, open: open.length, moves: moves.length, second: again.moves.length });
  }
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

/** What is borrowed is a supply of its own at the borrower; the lender has so much less on those days. */
function withLoans(instance: Instance, loans: readonly Loan[]): Instance {
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
  const units = instance.units.map((unitId, at): PlanUnit => {
    const ahead = forecast({ first: dayNumberOf(MONDAY), amounts: came[at]! }, basis, today, AHEAD_DAYS, undefined);
    // The forecast's level is of four weeks: where work moves it is late by two.
    const sum = (from: number): number => came[at]!.slice(from, from + 14).reduce((all, one) => all + one, 0);
    const rises = Math.min(1.7, Math.max(0.5, (2 * sum(day - 14)) / Math.max(1, sum(day - 28) + sum(day - 14)))) ** TREND;
    const own = instance.supplies[at]!.amounts as readonly number[];
    const near = loans.filter(({ from, to }) => from <= day + AHEAD_DAYS && to + COOL_DOWN_DAYS >= day);
    const lends = near.filter(({ lender }) => lender === at);
    const borrows = near.filter(({ borrower }) => borrower === at);
    const touched = [...lends, ...borrows].flatMap(({ from, to }) => [from, to + 1]).filter((date) => date <= day);
    const latest = touched.length === 0 ? -Infinity : Math.max(...touched);
    const usual = Math.max(...own);
    return {
      unitId,
      waiting: waiting[at]!,
      demand: Array.from({ length: AHEAD_DAYS }, (_, n) => (ahead?.[n]?.expected ?? 0) * rises * HEADROOM),
      capacity: Array.from({ length: AHEAD_DAYS }, (_, n) => there.reduce((sum, supply) => sum + (supply.unitId === unitId ? ((supply.amounts as readonly number[])[day + n] ?? 0) : 0), 0)),
      lendable: Math.max(0, Math.min(Math.floor(usual * LENT_MOST), usual - KEPT_MINUTES) - lends.reduce((sum, { amount }) => sum + amount, 0)),
      borrowable: Math.max(0, usual * 2 - borrows.reduce((sum, { amount }) => sum + amount, 0)),
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
  const made = loans.filter(({ from }) => from > day - COOL_DOWN_DAYS).length;
  return {
    firstDay: localDateOf(today),
    days: AHEAD_DAYS,
    goal: GOAL,
    limits: { ...LIMITS, movesMax: Math.max(0, LIMITS.movesMax - made) },
    classes: [{ classId: instance.classes[0]!.id, lend: "work", periods: Array.from({ length: AHEAD_DAYS }, (_, n) => (weekdayOf(today + n) < 5 ? 1 : 0)), ...CAP, units, cost }],
  };
}
