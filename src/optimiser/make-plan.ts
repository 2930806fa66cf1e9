import type { Highs } from "highs";
import type { OptimiserOptions } from "../app/ports/optimiser.js";
import { DAY_MS, type LocalDate } from "../domain/instant.js";
import type { PlanClass, PlanFigures, PlanInput, PlanOutcome, ProposedMove } from "../domain/rebalance/plan-input.js";
import { ClassState, type Move } from "./class-state.js";
import { exchange } from "./exchange.js";
import { bestAmount, settle, sidesOf } from "./greedy.js";
import { boundAlone, relax } from "./relaxed.js";

/** Moves each class may make at first. */
const MOVES_LEAST = 8;
/** Of a class's time, the part in which moves are looked for before the relaxation is solved. */
const GREEDY_SHARE = 0.85;
/** Of the relaxation, for each queue of a unit in a bucket: 360 of them take most of a second. */
const MS_A_ROW = 2.5;

interface PlannedClass {
  readonly state: ClassState;
  /** Points without any move. */
  readonly before: number;
  readonly bound: number;
  readonly done: boolean;
}

/**
 * Plans class by class, which have nothing in common but the number of moves. Each first gets a little more than its part of them;
 * a class that could use more is gone on with as long as moves are left, and in the end the best of all classes are kept.
 */
export function makePlan(highs: Highs, input: PlanInput, { budgetMs, onProgress }: OptimiserOptions, now: () => number): PlanOutcome {
  const until = now() + budgetMs;
  const { movesMax } = input.limits;
  const planned: PlannedClass[] = [];
  const progress = { solved: 0, classes: input.classes.length, moves: 0, gap: 0 };
  const sums = { before: 0, objective: 0, bound: 0 };
  let most = Math.min(movesMax, Math.max(MOVES_LEAST, Math.ceil((2 * movesMax) / Math.max(1, input.classes.length))));
  for (const [at, cls] of input.classes.entries()) {
    // What one class leaves of its time is there for those after it.
    const share = Math.max(0, until - now()) / (input.classes.length - at);
    const one = planClass(highs, input, cls, most, now() + share, now);
    planned.push(one);
    sums.before += one.before;
    sums.objective += one.state.objective();
    sums.bound += one.bound;
    progress.solved += one.done ? 1 : 0;
    progress.moves += one.state.moves.length;
    progress.gap = gapOf(sums);
    onProgress?.({ ...progress });
  }
  const made = (): number => planned.reduce((sum, { state }) => sum + state.moves.length, 0);
  while (made() < movesMax && most < movesMax && now() < until) {
    const limited = planned.filter(({ state }) => state.moves.length >= most);
    most = Math.min(movesMax, 2 * most);
    for (const { state } of limited) settle(state, most, () => now() >= until);
    if (limited.length === 0) break;
  }
  keepBest(planned, movesMax);
  for (const [at, { state }] of planned.entries()) {
    const over = now() + Math.max(0, until - now()) / (planned.length - at);
    exchange(state, movesMax - made() + state.moves.length, () => now() >= over);
  }
  return outcomeOf(input, planned);
}

function planClass(highs: Highs, input: PlanInput, cls: PlanClass, movesMax: number, until: number, now: () => number): PlannedClass {
  const began = now();
  const isOver = (): boolean => now() >= until;
  const isHalfOver = (): boolean => now() >= began + (until - began) * GREEDY_SHARE;
  const plain = new ClassState(input, cls);
  const before = plain.total();
  if (isOver()) return { state: plain, before, bound: 0, done: false };
  settle(plain, movesMax, isHalfOver);
  const done = !isHalfOver();
  const guided = new ClassState(input, cls);
  const alone = boundAlone(guided);
  // The relaxation of a large class takes longer than its part of the time: it is left out, not begun and thrown away.
  if (until - now() < guided.units * guided.buckets * MS_A_ROW) return { state: plain, before, bound: alone, done };
  const { bound: relaxed, moves } = relax(highs, guided, isOver, () => (until - now()) / 1_000);
  const bound = Math.max(alone, relaxed);
  // Of those it would make, the ones between sides that the search keeps: else a second run could find what the search did not look at.
  const sides = sidesOf(guided);
  const [lends, borrows] = [new Set(sides.lenders), new Set(sides.borrowers)];
  for (const { lender, borrower, from, to } of moves) {
    if (!lends.has(lender) || !borrows.has(borrower)) continue;
    const best = guided.moves.length < movesMax && !isOver() ? bestAmount(guided, lender, borrower, { from, to }) : null;
    if (best) guided.make(best.move);
  }
  settle(guided, movesMax, isOver);
  // Cut short, it may not be where a second run finds nothing more.
  const isBetter = guided.objective() < plain.objective() - 1e-9 && (!isOver() || !done);
  return { state: isBetter ? guided : plain, before, bound, done: done || (isBetter && !isOver()) };
}

/** Of all that could be saved at the bound, what is not saved. */
const gapOf = ({ before, objective, bound }: { readonly before: number; readonly objective: number; readonly bound: number }): number => (before - bound <= 1e-9 ? 0 : Math.max(0, (objective - bound) / (before - bound)));

/** The budget is of all classes: what gains least goes first. */
function keepBest(planned: readonly PlannedClass[], movesMax: number): void {
  for (let left = planned.reduce((sum, { state }) => sum + state.moves.length, 0) - movesMax; left > 0; left -= 1) {
    let worst: { readonly state: ClassState; readonly at: number } | undefined;
    let least = Infinity;
    for (const { state } of planned) {
      state.moves.forEach((move, at) => {
        const gain = state.benefitOf(move) - state.worth * disruptionOf(state, move);
        if (gain < least) {
          least = gain;
          worst = { state, at };
        }
      });
    }
    worst?.state.undo(worst.at);
  }
}

const disruptionOf = (state: ClassState, move: Move): number => state.disruptionOf(move.lender, move.borrower, move, move.amount);

function outcomeOf(input: PlanInput, planned: readonly PlannedClass[]): PlanOutcome {
  const moves = planned.flatMap(({ state }) => state.moves.map((move) => proposed(input, state, move)));
  moves.sort((a, b) => b.benefit - b.disruption - (a.benefit - a.disruption));
  const before = figuresOf(input.classes.map((cls) => new ClassState(input, cls)));
  const objective = planned.reduce((sum, { state }) => sum + state.objective(), 0);
  const bound = Math.min(objective, planned.reduce((sum, one) => sum + one.bound, 0));
  return {
    moves,
    before,
    after: figuresOf(planned.map(({ state }) => state)),
    objective,
    bound,
    gap: gapOf({ before: before.points, objective, bound }),
    solved: planned.filter(({ done }) => done).length,
  };
}

function figuresOf(states: readonly ClassState[]): PlanFigures {
  const sums = { late: 0, lateDays: 0, waitDays: 0, points: 0 };
  for (const state of states) {
    for (let unit = 0; unit < state.units; unit += 1) {
      const { late, lateDays, waitDays, points } = state.figuresOf(unit);
      sums.late += late;
      sums.lateDays += lateDays;
      sums.waitDays += waitDays;
      sums.points += points;
    }
  }
  return sums;
}

function proposed({ firstDay, days }: PlanInput, state: ClassState, move: Move): ProposedMove {
  const { lender, borrower, from, to, amount } = move;
  const units = state.cls.units;
  const change = (unit: number, more: number): { late: number; lateDays: number; waitDays: number } => {
    const is = { ...state.figuresOf(unit) };
    const without = { ...state.figuresOf(unit, more, from, to) };
    return { late: without.late - is.late, lateDays: without.lateDays - is.lateDays, waitDays: without.waitDays - is.waitDays };
  };
  const [of, against] = [change(borrower, -amount), change(lender, amount)];
  return {
    classId: state.cls.classId,
    lender: units[lender]!.unitId,
    borrower: units[borrower]!.unitId,
    amount,
    from: dayAfter(firstDay, from * state.bucketDays),
    to: dayAfter(firstDay, Math.min(days, (to + 1) * state.bucketDays) - 1),
    borrowerLoadPercent: loadOf(state, move, borrower, -1),
    lenderLoadPercent: loadOf(state, move, lender, 1),
    benefit: state.benefitOf(move),
    disruption: disruptionOf(state, move),
    without: { late: of.late + against.late, lateDays: of.lateDays + against.lateDays, waitDays: of.waitDays + against.waitDays },
  };
}

/** Of what there is in the term without the move, how much is asked, with what waits when the term begins. */
function loadOf(state: ClassState, { from, to, amount }: Move, unit: number, sign: 1 | -1): number {
  const base = unit * state.buckets;
  let queue = state.cls.units[unit]!.waiting;
  for (let b = 0; b < from; b += 1) queue = Math.max(0, queue + state.demand[base + b]! - state.capacity[base + b]!);
  let [asked, there] = [queue, 0];
  for (let b = from; b <= to; b += 1) {
    asked += state.demand[base + b]!;
    there += state.capacity[base + b]! + sign * amount * state.periods[b]!;
  }
  return there > 0 ? Math.round((100 * asked) / there) : Infinity;
}

const dayAfter = (first: LocalDate, days: number): LocalDate => new Date(Date.parse(`${first}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
