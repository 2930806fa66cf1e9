import type { ClassState, Move, Term } from "./class-state.js";

/** A worthwhile move, and points it gains above what it must. */
export interface Candidate {
  readonly move: Move;
  readonly gain: number;
}

/** Lenders that are looked at first, of each borrower. */
const NEAREST = 12;
/** Fractions of a point are no reason to send anybody anywhere. */
const GAIN_LEAST = 1e-6;

/**
 * Who has more to lose per work than the class on average borrows, the others lend: nobody does both, so that nothing goes round.
 * Whoever has a loan keeps its side.
 */
export function sidesOf(state: ClassState): { readonly lenders: readonly number[]; readonly borrowers: readonly number[] } {
  const work = (unit: number): number => {
    let sum = state.cls.units[unit]!.waiting;
    for (let b = 0; b < state.buckets; b += 1) sum += state.demand[unit * state.buckets + b]!;
    return sum / state.cls.units[unit]!.caseAmount;
  };
  const mayLend = (unit: number): boolean => mayMove(state, state.lendable, unit);
  const mayBorrow = (unit: number): boolean => mayMove(state, state.borrowable, unit);
  // Whoever can be neither helped nor asked says nothing of who of the others has more to lose.
  let [lost, all] = [0, 0];
  for (let unit = 0; unit < state.units; unit += 1) {
    if (!mayLend(unit) && !mayBorrow(unit)) continue;
    lost += state.points[unit]!;
    all += work(unit);
  }
  const mean = all > 0 ? lost / all : 0;
  const least = state.worth * state.input.limits.perMove;
  const lenders: number[] = [];
  const borrowers: number[] = [];
  for (let unit = 0; unit < state.units; unit += 1) {
    const role = state.role[unit]!;
    const pains = state.points[unit]! > least && (!mayLend(unit) || state.points[unit]! >= mean * work(unit));
    if (role < 0 || (role === 0 && !pains)) lenders.push(unit);
    else if (state.points[unit]! > least) borrowers.push(unit);
  }
  return { lenders: lenders.filter(mayLend), borrowers: borrowers.filter(mayBorrow) };
}

/** Whoever could be on a side at all, in whatever plan: what a bound must allow for. */
export function allSides(state: ClassState): { readonly lenders: readonly number[]; readonly borrowers: readonly number[] } {
  const least = state.worth * state.input.limits.perMove;
  const all = Array.from({ length: state.units }, (_, unit) => unit);
  return {
    lenders: all.filter((unit) => state.role[unit]! <= 0 && mayMove(state, state.lendable, unit)),
    borrowers: all.filter((unit) => state.role[unit]! >= 0 && state.points[unit]! > least && mayMove(state, state.borrowable, unit)),
  };
}

function mayMove(state: ClassState, limit: Float64Array, unit: number): boolean {
  for (let b = 0; b < state.buckets; b += 1) if (limit[unit * state.buckets + b]! >= state.cls.least) return true;
  return false;
}

/** The best amount between two units for a term. What it saves is concave in the amount: a search by thirds finds the top. */
export function bestAmount(state: ClassState, lender: number, borrower: number, term: Term): Candidate | null {
  const cost = state.costOf(lender, borrower);
  const room = cost === Infinity ? 0 : state.roomOf(lender, borrower, term);
  if (room === 0) return null;
  const { step, least } = state.cls;
  const { from, to } = term;
  const here = state.points[lender]! + state.points[borrower]!;
  const gainOf = (steps: number): number => here - state.pointsOf(lender, -steps * step, from, to) - state.pointsOf(borrower, steps * step, from, to) - state.worth * state.disruptionOf(lender, borrower, term, steps * step);
  // What it could save at most, before any of it is worked out.
  if (state.points[borrower]! <= state.worth * state.input.limits.perMove) return null;
  let low = Math.ceil(least / step);
  let high = Math.round(room / step);
  while (high - low > 2) {
    const third = Math.floor((high - low) / 3);
    const [a, b] = [low + third, high - third];
    if (gainOf(a) >= gainOf(b)) high = b - 1;
    else low = a + 1;
  }
  let best: Candidate | null = null;
  for (let steps = low; steps <= high; steps += 1) {
    const gain = gainOf(steps);
    if (gain > Math.max(GAIN_LEAST, best?.gain ?? 0)) best = { move: { lender, borrower, from, to, amount: steps * step }, gain };
  }
  return best;
}

/**
 * Adds the most gainful move again and again until none is left that gains anything, among all lenders, borrowers and terms. Where it
 * ends, no single further move is worth its disruption: that is why a second run proposes none.
 */
function addGreedily(state: ClassState, movesMax: number, isOver: () => boolean): number {
  let added = 0;
  // First among the nearest lenders; what is left to gain after that is looked for among all.
  for (let reach = NEAREST; !isOver(); ) {
    const { lenders, borrowers } = sidesOf(state);
    let changed = 0;
    const near = nearestOf(state, lenders, reach);
    // The best of each borrower. A move makes no other gain more: what is known of those it touches stays as the most they can be.
    const best = new Map<number, Candidate>();
    const stale = new Set<number>();
    for (const borrower of borrowers) {
      if (isOver()) return added;
      const found = bestOf(state, borrower, near(borrower));
      if (found) best.set(borrower, found);
    }
    while (best.size > 0 && !isOver()) {
      const [borrower, chosen] = [...best].reduce((a, b) => (b[1].gain > a[1].gain ? b : a));
      if (stale.delete(borrower)) {
        const found = bestOf(state, borrower, near(borrower));
        if (found) best.set(borrower, found);
        else best.delete(borrower);
        continue;
      }
      if (state.moves.length >= movesMax) return added;
      state.make(chosen.move);
      changed += 1;
      added += 1;
      for (const [other, { move }] of best) if (other === borrower || move.lender === chosen.move.lender) stale.add(other);
    }
    // Sides are chosen anew, as the next run would choose them; without a change there is nothing more to find.
    if (changed === 0 && reach >= state.units) return added;
    if (changed === 0) reach = state.units;
  }
  return added;
}

/** The best move to a borrower. */
function bestOf(state: ClassState, borrower: number, lenders: readonly number[]): Candidate | null {
  const nearest = lenders[0];
  if (nearest === undefined) return null;
  // From somebody as near as anybody who misses nothing: no lender is better, and where one is as good, the others are not looked at.
  const ideals = state.terms.map((term) => ({ term, gain: idealGain(state, borrower, state.costOf(nearest, borrower), term) })).filter(({ gain }) => gain > GAIN_LEAST);
  ideals.sort((a, b) => b.gain - a.gain || a.term.from - b.term.from || a.term.to - b.term.to);
  let found: Candidate | null = null;
  for (const { term, gain } of ideals) {
    for (const lender of lenders) {
      if (found && gain <= found.gain + GAIN_LEAST) break;
      const one = bestAmount(state, lender, borrower, term);
      if (one && (!found || one.gain > found.gain)) found = one;
    }
  }
  return found;
}

function idealGain(state: ClassState, borrower: number, cost: number, { from, to }: Term): number {
  const { step } = state.cls;
  let most = Infinity;
  for (let b = from; b <= to; b += 1) most = Math.min(most, state.borrowable[borrower * state.buckets + b]!);
  const perStep = (state.worth * step * state.periodsIn(from, to) * cost) / state.cls.units[borrower]!.caseAmount;
  const gainOf = (steps: number): number => state.points[borrower]! - state.pointsOf(borrower, steps * step, from, to) - perStep * steps;
  let [low, high] = [0, Math.floor(most / step + 1e-9)];
  while (high - low > 2) {
    const third = Math.floor((high - low) / 3);
    if (gainOf(low + third) >= gainOf(high - third)) high -= third + 1;
    else low += third + 1;
  }
  let best = 0;
  for (let steps = low; steps <= high; steps += 1) best = Math.max(best, gainOf(steps));
  return best - state.worth * state.input.limits.perMove;
}

/** Lenders from the nearest; of those as near, whoever has most to spare first. */
function nearestOf(state: ClassState, lenders: readonly number[], reach: number): (borrower: number) => readonly number[] {
  const spare = new Map(lenders.map((unit) => [unit, spareOf(state, unit)]));
  const known = new Map<number, readonly number[]>();
  return (borrower) => {
    let list = known.get(borrower);
    if (!list) {
      list = lenders.filter((one) => one !== borrower && state.costOf(one, borrower) !== Infinity).sort((a, b) => state.costOf(a, borrower) - state.costOf(b, borrower) || spare.get(b)! - spare.get(a)! || a - b).slice(0, reach);
      known.set(borrower, list);
    }
    return list;
  };
}

function spareOf(state: ClassState, unit: number): number {
  let spare = -state.cls.units[unit]!.waiting;
  for (let b = 0; b < state.buckets; b += 1) spare += state.capacity[unit * state.buckets + b]! - state.demand[unit * state.buckets + b]!;
  return spare;
}

/** Takes back, the least worth first, what does not save what it must. */
function dropUnworthy(state: ClassState): number {
  for (let dropped = 0; ; dropped += 1) {
    let worst = -1;
    let least = -GAIN_LEAST;
    state.moves.forEach((move, at) => {
      const gain = state.benefitOf(move) - state.worth * state.disruptionOf(move.lender, move.borrower, move, move.amount);
      if (gain < least) {
        least = gain;
        worst = at;
      }
    });
    if (worst < 0) return dropped;
    state.undo(worst);
  }
}

/** Adds and takes back until neither is worth anything: each makes the objective less, so that it ends. */
export function settle(state: ClassState, movesMax: number, isOver: () => boolean): void {
  do addGreedily(state, movesMax, isOver);
  while (dropUnworthy(state) > 0 && !isOver());
}
