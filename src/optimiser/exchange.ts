import type { ClassState, Move } from "./class-state.js";
import { bestAmount, settle, sidesOf, type Candidate } from "./greedy.js";

/** In the place of a move, so many others are tried. */
const OTHERS = 12;
/** Of a class, whatever the time: with hundreds of moves each is settled anew for long, and gains little. */
const TRIES_MOST = 150;
/** Of the objective: what is better by less is not looked at. */
const BETTER_LEAST = 1e-6;

/**
 * The most gainful move first may take a lender for four weeks to whom two would have done, and nobody is left for the next. Each move is
 * taken back once, the best others of its lender and to its borrower are made in its place, all is settled again; what is better stays.
 */
export function exchange(state: ClassState, movesMax: number, isOver: () => boolean): void {
  let tries = 0;
  const isEnough = (): boolean => tries >= TRIES_MOST || isOver();
  const settled = (): boolean => {
    tries += 1;
    settle(state, movesMax, isOver);
    // Cut short, a second run might find more.
    return !isOver();
  };
  for (let better = true; better && !isEnough(); ) {
    better = false;
    for (const move of [...state.moves]) if (!isEnough() && state.moves.includes(move) && replace(state, move, settled, isEnough)) better = true;
  }
}

function replace(state: ClassState, move: Move, settled: () => boolean, isEnough: () => boolean): boolean {
  const kept = [...state.moves];
  const before = state.objective();
  state.undo(kept.indexOf(move));
  const without = [...state.moves];
  for (const other of othersOf(state, move)) {
    put(state, without);
    state.make(other);
    if (settled() && state.objective() < before - BETTER_LEAST * before) return true;
    if (isEnough()) break;
  }
  put(state, kept);
  return false;
}

/** With the move taken back. */
function othersOf(state: ClassState, { lender, borrower, from, to }: Move): Move[] {
  const { lenders, borrowers } = sidesOf(state);
  const pairs = [...borrowers.filter((one) => one !== lender).map((one) => [lender, one] as const), ...lenders.filter((one) => one !== borrower && one !== lender).map((one) => [one, borrower] as const)];
  const found: Candidate[] = [];
  for (const [lends, borrows] of pairs) {
    for (const term of state.terms) {
      if (lends === lender && borrows === borrower && term.from === from && term.to === to) continue;
      const one = bestAmount(state, lends, borrows, term);
      if (one) found.push(one);
    }
  }
  return found.sort((a, b) => b.gain - a.gain).slice(0, OTHERS).map(({ move }) => move);
}

function put(state: ClassState, moves: readonly Move[]): void {
  while (state.moves.length > 0) state.undo(state.moves.length - 1);
  for (const move of moves) state.make(move);
}
