import type { Highs } from "highs";
import type { PlanInput } from "../../../src/domain/rebalance/plan-input.js";
import { ClassState } from "../../../src/optimiser/class-state.js";

/** Points that no plan can be below: moves in parts of any size, and whole ones. */
export interface Optimum {
  readonly inParts: number;
  readonly whole: number;
}

/** Nodes, so that every machine finds the same; most are solved in fewer. */
const NODES = 500;
const GAP = 1e-3;

/**
 * A plan as one mixed-integer programme over the same queues: every pair and term a column, with its fixed cost, least amount, the
 * limits of lender and borrower (who rests has none), the budget of moves, and a side for each unit. Written apart from the search
 * and its relaxation; what a class comes to is the product's.
 */
export function optimumOf(highs: Highs, input: PlanInput): Optimum {
  const cls = input.classes[0]!;
  const state = new ClassState(input, cls);
  const [count, buckets] = [state.units, state.buckets];
  const { late, waiting, evenness } = input.goal;
  const model = new Columns(highs.infinity);
  const free = highs.infinity;
  const each = (of: (unit: number, bucket: number, at: number) => number): number[] => Array.from({ length: count * buckets }, (_, at) => of(Math.floor(at / buckets), at % buckets, at));
  const queue = each((unit, b, at) => model.row(state.demand[at]! - state.capacity[at]! + (b === 0 ? cls.units[unit]!.waiting : 0), free));
  const even = each((_, b, at) => model.row(state.load[b] === Infinity ? -free : state.demand[at]! - state.load[b]! * state.capacity[at]!, free));
  const lends = each((_, __, at) => model.row(-free, state.lendable[at]!));
  const borrows = each((_, __, at) => model.row(-free, state.borrowable[at]!));
  each((unit, b, at) => {
    const { caseAmount } = cls.units[unit]!;
    const next: Entry[] = b + 1 < buckets ? [[queue[at]!, 1], [queue[at + 1]!, -1]] : [[queue[at]!, 1]];
    model.column((waiting * state.bucketDays) / caseAmount, state.patience[at]!, next);
    model.column(((waiting + late) * state.bucketDays) / caseAmount, free, next);
    return model.column(evenness / caseAmount, free, [[even[at]!, 1]]);
  });
  const budget = model.row(-free, input.limits.movesMax);
  // Borrows where it is 1: no move to a unit whose side is 0, none from one whose side is 1.
  const sides = Array.from({ length: count }, () => {
    const [to, from] = [model.row(-free, 0), model.row(-free, input.limits.movesMax)];
    model.column(0, 1, [[to, -input.limits.movesMax], [from, input.limits.movesMax]], true);
    return { to, from };
  });
  for (let lender = 0; lender < count; lender += 1) {
    for (let borrower = 0; borrower < count; borrower += 1) {
      const cost = state.costOf(lender, borrower);
      if (lender === borrower || cost === Infinity) continue;
      for (const term of state.terms) {
        const room = state.roomOf(lender, borrower, term);
        if (room === 0) continue;
        const [most, least] = [model.row(-free, 0), model.row(-free, 0)];
        const amount: Entry[] = [[most, 1], [least, -1]];
        for (let b = term.from; b <= term.to; b += 1) {
          const [l, r] = [lender * buckets + b, borrower * buckets + b];
          const periods = state.periods[b]!;
          const share = state.load[b] === Infinity ? 0 : state.load[b]!;
          amount.push([queue[l]!, -periods], [even[l]!, -periods * share], [queue[r]!, periods], [even[r]!, periods * share], [lends[l]!, 1], [borrows[r]!, 1]);
        }
        model.column((state.worth * state.periodsIn(term.from, term.to) * cost) / cls.units[borrower]!.caseAmount, room, amount);
        model.column(state.worth * input.limits.perMove, 1, [[most, -room], [least, cls.least], [budget, 1], [sides[lender]!.from, 1], [sides[borrower]!.to, 1]], true);
      }
    }
  }
  return { inParts: model.least(highs, false), whole: model.least(highs, true) };
}

type Entry = readonly [row: number, value: number];

class Columns {
  readonly #cost: number[] = [];
  readonly #upper: number[] = [];
  readonly #whole: number[] = [];
  readonly #lowerRow: number[] = [];
  readonly #upperRow: number[] = [];
  readonly #starts = [0];
  readonly #indices: number[] = [];
  readonly #values: number[] = [];

  constructor(private readonly infinity: number) {}

  row(lower: number, upper: number): number {
    this.#lowerRow.push(Math.max(-this.infinity, lower));
    return this.#upperRow.push(upper) - 1;
  }

  column(cost: number, upper: number, entries: readonly Entry[], isWhole = false): number {
    for (const [row, value] of entries) {
      if (value === 0) continue;
      this.#indices.push(row);
      this.#values.push(value);
    }
    this.#starts.push(this.#indices.length);
    this.#whole.push(isWhole ? 1 : 0);
    this.#upper.push(upper);
    return this.#cost.push(cost) - 1;
  }

  /** What nothing is below: the optimum in parts, or what branch and bound has proven. */
  least(highs: Highs, isWhole: boolean): number {
    const [numCols, numRows] = [this.#cost.length, this.#lowerRow.length];
    return highs.withModel(
      {
        numCols,
        numRows,
        colCost: Float64Array.from(this.#cost),
        colLower: new Float64Array(numCols),
        colUpper: Float64Array.from(this.#upper),
        rowLower: Float64Array.from(this.#lowerRow),
        rowUpper: Float64Array.from(this.#upperRow),
        matrix: { format: "csc", numRows, numCols, starts: Int32Array.from(this.#starts), indices: Int32Array.from(this.#indices), values: Float64Array.from(this.#values) },
        ...(isWhole && { integrality: Int32Array.from(this.#whole) }),
      },
      (model) => {
        model.options.set({ output_flag: false, mip_max_nodes: NODES, mip_rel_gap: GAP });
        model.run();
        return isWhole ? Number(model.info.get("mip_dual_bound")) : model.getObjectiveValue();
      },
    );
  }
}
