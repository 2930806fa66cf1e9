import type { Highs } from "highs";
import { allSides } from "./greedy.js";
import type { ClassState, Move, Term } from "./class-state.js";

export interface Relaxed {
  /** No set of moves has an objective below, whoever lends and whoever borrows. */
  readonly bound: number;
  /** Moves that the relaxation makes in parts, those with the most of them first. */
  readonly moves: readonly Move[];
}

/** Moves that are added at once where they would pay at the prices known. */
const ADDED_OF_BORROWER = 4;
const ROUNDS = 12;
/** What pays less than this of the objective is left out; the bound allows for it. */
const ENOUGH = 1e-4;

/**
 * The linear relaxation of a class, without moves made: amounts of any size, and of a move's fixed cost the part of its largest amount.
 * Queues as variables in two parts (what may wait, what is late), moves as columns: too many to write down, so that those are added
 * which would pay at the prices of capacity that the last solution shows. What is left at the end is allowed for in the bound.
 */
export function relax(highs: Highs, state: ClassState, isOver: () => boolean, secondsLeft: () => number): Relaxed {
  const fixed = state.total();
  const { lenders, borrowers } = allSides(state);
  if (lenders.length === 0 || borrowers.length === 0) return { bound: fixed, moves: [] };
  const model = new Programme(state, lenders, borrowers);
  return highs.withModel(model.begin(highs), (solver) => {
    solver.options.set({ output_flag: false });
    let bound = 0;
    for (let round = 0; ; round += 1) {
      solver.options.set({ time_limit: Math.max(0.05, solver.getRunTime() + secondsLeft()) });
      solver.run();
      if (solver.getModelStatus() !== highs.constants.modelStatus.optimal) break;
      const objective = solver.getObjectiveValue() + model.constant;
      const { colValue, rowDual } = solver.getSolution();
      const { columns, missed } = model.price(rowDual);
      bound = Math.max(bound, objective + missed);
      model.value = colValue;
      if (columns.length === 0 || -missed < ENOUGH * objective || round >= ROUNDS || isOver()) break;
      solver.addCols(model.columns(columns, highs.infinity));
    }
    return { bound: Math.min(bound, fixed), moves: model.chosen() };
  });
}

/**
 * A bound that takes no solver: each unit by itself, as if the nearest lender had all it could want and missed none of it. Either it
 * is left as it is, or at least one move is paid, and of all that it cannot do in the bucket in which it is there each part is either
 * brought by somebody or waits for a bucket.
 */
export function boundAlone(state: ClassState): number {
  const { lenders, borrowers } = allSides(state);
  const may = new Set(borrowers);
  let bound = 0;
  for (let unit = 0; unit < state.units; unit += 1) {
    const points = state.points[unit]!;
    let nearest = Infinity;
    if (may.has(unit)) for (const lender of lenders) if (lender !== unit) nearest = Math.min(nearest, state.costOf(lender, unit));
    if (nearest === Infinity) {
      bound += points;
      continue;
    }
    const { waiting, caseAmount } = state.cls.units[unit]!;
    let missing = 0;
    for (let b = 0; b < state.buckets; b += 1) missing += Math.max(0, state.demand[unit * state.buckets + b]! + (b === 0 ? waiting : 0) - state.capacity[unit * state.buckets + b]!);
    const part = Math.min(state.worth * nearest, state.input.goal.waiting * state.bucketDays) / caseAmount;
    bound += Math.min(points, state.worth * state.input.limits.perMove + part * missing);
  }
  return bound;
}

/** The programme's rows and columns. */
class Programme {
  /** Points of units that are in no row. */
  readonly constant: number;
  value: Float64Array = new Float64Array(0);
  readonly #queueRow: Int32Array;
  readonly #evenRow: Int32Array;
  readonly #lendRow: Int32Array;
  readonly #borrowRow: Int32Array;
  readonly #moves: { readonly move: Move; readonly at: number }[] = [];
  #rows = 0;
  #cols = 0;

  constructor(
    private readonly state: ClassState,
    private readonly lenders: readonly number[],
    private readonly borrowers: readonly number[],
  ) {
    const size = state.units * state.buckets;
    this.#queueRow = new Int32Array(size).fill(-1);
    this.#evenRow = new Int32Array(size).fill(-1);
    this.#lendRow = new Int32Array(size).fill(-1);
    this.#borrowRow = new Int32Array(size).fill(-1);
    let constant = 0;
    const inside = new Set([...lenders.filter((unit) => this.#feels(unit)), ...borrowers]);
    for (let unit = 0; unit < state.units; unit += 1) {
      if (!inside.has(unit)) constant += state.points[unit]!;
      for (let b = 0; b < state.buckets; b += 1) {
        const at = unit * state.buckets + b;
        if (!inside.has(unit)) continue;
        this.#queueRow[at] = this.#rows++;
        if (state.input.goal.evenness > 0 && state.load[b]! !== Infinity && state.load[b]! > 0) this.#evenRow[at] = this.#rows++;
      }
    }
    for (const unit of lenders) for (let b = 0; b < state.buckets; b += 1) if (state.periods[b]! > 0) this.#lendRow[unit * state.buckets + b] = this.#rows++;
    for (const unit of borrowers) for (let b = 0; b < state.buckets; b += 1) if (state.periods[b]! > 0) this.#borrowRow[unit * state.buckets + b] = this.#rows++;
    this.constant = constant;
  }

  /** A lender that would not notice if all it may lend were gone needs no rows of its own. */
  #feels(unit: number): boolean {
    const { state } = this;
    let queue = state.cls.units[unit]!.waiting;
    if (state.points[unit]! > 0) return true;
    for (let b = 0; b < state.buckets; b += 1) {
      const at = unit * state.buckets + b;
      const there = state.capacity[at]! - state.lendable[at]! * state.periods[b]!;
      queue += state.demand[at]! - there;
      if (queue > 1e-9 || (state.input.goal.evenness > 0 && state.demand[at]! > state.load[b]! * there)) return true;
      queue = Math.max(0, queue);
    }
    return false;
  }

  begin(highs: Highs): Parameters<Highs["createModel"]>[0] & object {
    const { state } = this;
    const { late, waiting, evenness } = state.input.goal;
    const [lower, upper] = [new Float64Array(this.#rows).fill(-highs.infinity), new Float64Array(this.#rows).fill(highs.infinity)];
    const cost: number[] = [];
    const most: number[] = [];
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    const column = (points: number, limit: number, entries: readonly (readonly [number, number])[]): void => {
      cost.push(points);
      most.push(limit);
      for (const [row, value] of entries) {
        indices.push(row);
        values.push(value);
      }
      starts.push(indices.length);
    };
    for (let unit = 0; unit < state.units; unit += 1) {
      const { caseAmount, waiting: begun } = state.cls.units[unit]!;
      for (let b = 0; b < state.buckets; b += 1) {
        const at = unit * state.buckets + b;
        const row = this.#queueRow[at]!;
        if (row >= 0) {
          // queue(b) − queue(b−1) + moves in ≥ asked − there
          lower[row] = state.demand[at]! - state.capacity[at]! + (b === 0 ? begun : 0);
          const rows: (readonly [number, number])[] = b + 1 < state.buckets ? [[row, 1], [this.#queueRow[at + 1]!, -1]] : [[row, 1]];
          column((waiting * state.bucketDays) / caseAmount, state.patience[at]!, rows);
          column(((waiting + late) * state.bucketDays) / caseAmount, highs.infinity, rows);
        }
        const even = this.#evenRow[at]!;
        if (even >= 0) {
          lower[even] = state.demand[at]! - state.load[b]! * state.capacity[at]!;
          column(evenness / caseAmount, highs.infinity, [[even, 1]]);
        }
        if (this.#lendRow[at]! >= 0) upper[this.#lendRow[at]!] = state.lendable[at]!;
        if (this.#borrowRow[at]! >= 0) upper[this.#borrowRow[at]!] = state.borrowable[at]!;
      }
    }
    this.#cols = cost.length;
    return {
      numCols: cost.length,
      numRows: this.#rows,
      colCost: Float64Array.from(cost),
      colLower: new Float64Array(cost.length),
      colUpper: Float64Array.from(most),
      rowLower: lower,
      rowUpper: upper,
      matrix: { format: "csc", numRows: this.#rows, numCols: cost.length, starts: Int32Array.from(starts), indices: Int32Array.from(indices), values: Float64Array.from(values) },
    };
  }

  /** Points that one unit of amount in each period of a term costs at prices, below 0: it pays. */
  #reduced(prefix: { readonly lends: Float64Array; readonly gets: Float64Array }, lender: number, borrower: number, { from, to }: Term, room: number): number {
    const { state } = this;
    const width = state.buckets + 1;
    const takes = prefix.lends[lender * width + to + 1]! - prefix.lends[lender * width + from]!;
    const gives = prefix.gets[borrower * width + to + 1]! - prefix.gets[borrower * width + from]!;
    return (state.worth * state.disruptionOf(lender, borrower, { from, to }, room)) / room + takes - gives;
  }

  /** What would pay at the duals of the rows, and the least that all that is not yet a column could save. */
  price(dual: Float64Array): { readonly columns: readonly Move[]; readonly missed: number } {
    const { state } = this;
    const width = state.buckets + 1;
    const prefix = { lends: new Float64Array(state.units * width), gets: new Float64Array(state.units * width) };
    const dualOf = (row: number): number => (row < 0 ? 0 : dual[row]!);
    for (let unit = 0; unit < state.units; unit += 1) {
      for (let b = 0; b < state.buckets; b += 1) {
        const at = unit * state.buckets + b;
        const capacity = state.periods[b]! * (dualOf(this.#queueRow[at]!) + state.load[b]! * dualOf(this.#evenRow[at]!) || 0);
        prefix.lends[unit * width + b + 1] = prefix.lends[unit * width + b]! + capacity - dualOf(this.#lendRow[at]!);
        prefix.gets[unit * width + b + 1] = prefix.gets[unit * width + b]! + capacity + dualOf(this.#borrowRow[at]!);
      }
    }
    const columns: Move[] = [];
    let missed = 0;
    for (const borrower of this.borrowers) {
      const found: { readonly move: Move; readonly pays: number }[] = [];
      let most = 0;
      for (const lender of this.lenders) {
        if (lender === borrower || state.costOf(lender, borrower) === Infinity) continue;
        for (const term of state.terms) {
          const room = state.roomOf(lender, borrower, term);
          if (room === 0) continue;
          const pays = -this.#reduced(prefix, lender, borrower, term, room);
          if (pays <= 1e-7) continue;
          most = Math.max(most, pays);
          found.push({ move: { lender, borrower, ...term, amount: room }, pays });
        }
      }
      // All that it borrows at once is no more than it may, and as many terms follow one another as are in the plan.
      const shortest = state.terms.reduce((least, { from, to }) => Math.min(least, to - from + 1), state.buckets);
      let may = 0;
      for (let b = 0; b < state.buckets; b += 1) may = Math.max(may, state.borrowable[borrower * state.buckets + b]!);
      missed -= most * may * Math.ceil(state.buckets / shortest);
      found.sort((a, b) => b.pays - a.pays);
      columns.push(...found.slice(0, ADDED_OF_BORROWER).map(({ move }) => move));
    }
    return { columns, missed };
  }

  columns(moves: readonly Move[], infinity: number): { cost: Float64Array; lower: Float64Array; upper: Float64Array; matrix: { format: "csc"; numRows: number; numCols: number; starts: Int32Array; indices: Int32Array; values: Float64Array } } {
    const { state } = this;
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    for (const move of moves) {
      this.#moves.push({ move, at: this.#cols++ });
      const entry = (row: number, value: number): void => {
        if (row < 0 || value === 0) return;
        indices.push(row);
        values.push(value);
      };
      for (let b = move.from; b <= move.to; b += 1) {
        const [l, r] = [move.lender * state.buckets + b, move.borrower * state.buckets + b];
        entry(this.#queueRow[l]!, -state.periods[b]!);
        entry(this.#evenRow[l]!, -state.periods[b]! * state.load[b]!);
        entry(this.#queueRow[r]!, state.periods[b]!);
        entry(this.#evenRow[r]!, state.periods[b]! * state.load[b]!);
        entry(this.#lendRow[l]!, 1);
        entry(this.#borrowRow[r]!, 1);
      }
      starts.push(indices.length);
    }
    return {
      cost: Float64Array.from(moves, (move) => (state.worth * state.disruptionOf(move.lender, move.borrower, move, move.amount)) / move.amount),
      lower: new Float64Array(moves.length),
      upper: new Float64Array(moves.length).fill(infinity),
      matrix: { format: "csc", numRows: this.#rows, numCols: moves.length, starts: Int32Array.from(starts), indices: Int32Array.from(indices), values: Float64Array.from(values) },
    };
  }

  chosen(): Move[] {
    return this.#moves
      .flatMap(({ move, at }) => ((this.value[at] ?? 0) > 1e-6 ? [{ move, part: this.value[at]! / move.amount }] : []))
      .sort((a, b) => b.part - a.part)
      .map(({ move }) => move);
  }
}
