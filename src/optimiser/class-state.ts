import type { PlanClass, PlanInput } from "../domain/rebalance/plan-input.js";

/** Buckets of a week, or of a day where the plan is short: loans begin and end with them. */
const DAYS_OF_A_SHORT_PLAN = 14;
const WEEK = 7;

export const bucketDaysOf = (days: number): number => (days > DAYS_OF_A_SHORT_PLAN ? WEEK : 1);

/** A loan inside the model: units by their place in the class, buckets from and to, both included. */
export interface Move {
  readonly lender: number;
  readonly borrower: number;
  readonly from: number;
  readonly to: number;
  /** Per period. */
  readonly amount: number;
}

/** What a unit is expected to come to. */
export interface UnitFigures {
  late: number;
  lateDays: number;
  waitDays: number;
  points: number;
}

/** Where a loan may begin and how long it may last, in buckets. */
export interface Term {
  readonly from: number;
  readonly to: number;
}

/**
 * One class in buckets, with the moves made so far. A queue for each unit: what waits and comes, less what there is; of what is left
 * the part that came too long ago is late.
 */
export class ClassState {
  readonly units: number;
  readonly buckets: number;
  readonly periods: Float64Array;
  readonly terms: readonly Term[];
  /** By unit and bucket. */
  readonly demand: Float64Array;
  readonly capacity: Float64Array;
  /** What may wait at the end of the bucket without being late. */
  readonly patience: Float64Array;
  /** What each unit may still lend and borrow, per period. */
  readonly lendable: Float64Array;
  readonly borrowable: Float64Array;
  /** Of the class: what is asked of what there is. */
  readonly load: Float64Array;
  readonly points: Float64Array;
  /** Moves and standing loans in which a unit lends (below 0) or borrows. */
  readonly role: Int32Array;
  readonly moves: Move[] = [];
  readonly bucketDays: number;
  /** How many times its disruption a move must save. */
  readonly worth: number;
  readonly #overdue: Int32Array;
  readonly #figures: UnitFigures = { late: 0, lateDays: 0, waitDays: 0, points: 0 };

  constructor(
    readonly input: Pick<PlanInput, "days" | "goal" | "limits">,
    readonly cls: PlanClass,
  ) {
    const { days, limits } = input;
    const { units } = cls;
    this.worth = limits.worthPercent / 100;
    this.units = units.length;
    this.bucketDays = bucketDaysOf(days);
    this.buckets = Math.ceil(days / this.bucketDays);
    const [n, count] = [this.units, this.buckets];
    this.periods = summed(cls.periods, days, this.bucketDays);
    this.demand = new Float64Array(n * count);
    this.capacity = new Float64Array(n * count);
    this.patience = new Float64Array(n * count);
    this.lendable = new Float64Array(n * count);
    this.borrowable = new Float64Array(n * count);
    this.points = new Float64Array(n);
    this.role = new Int32Array(n);
    this.#overdue = new Int32Array(n);
    units.forEach((unit, u) => {
      this.demand.set(summed(unit.demand, days, this.bucketDays), u * count);
      this.capacity.set(summed(unit.capacity, days, this.bucketDays), u * count);
      this.role[u] = unit.role === "lends" ? -1 : unit.role === "borrows" ? 1 : 0;
      const rests = Math.ceil(unit.restsUntil / this.bucketDays);
      const patient = unit.patienceDays / this.bucketDays;
      this.#overdue[u] = Math.ceil(patient);
      for (let b = 0; b < count; b += 1) {
        const at = u * count + b;
        const whole = this.periods[b]! > 0 ? this.capacity[at]! / this.periods[b]! : 0;
        this.lendable[at] = b < rests || unit.role === "borrows" ? 0 : Math.min(unit.lendable, whole);
        this.borrowable[at] = b < rests || unit.role === "lends" ? 0 : unit.borrowable;
        // What waited when it began came evenly within the time it may wait.
        let may = patient <= 0 ? 0 : unit.waiting * Math.max(0, 1 - (b + 1) / patient);
        for (let k = b; k >= 0 && patient - (b - k) > 0; k -= 1) may += this.demand[u * count + k]! * Math.min(1, patient - (b - k));
        this.patience[at] = may;
      }
    });
    this.load = Float64Array.from({ length: count }, (_, b) => {
      let [asked, there] = [0, 0];
      for (let u = 0; u < n; u += 1) {
        asked += this.demand[u * count + b]!;
        there += this.capacity[u * count + b]!;
      }
      return there > 0 ? asked / there : Infinity;
    });
    this.terms = termsOf(input, this.bucketDays, count);
    for (let u = 0; u < n; u += 1) this.points[u] = this.pointsOf(u, 0, 0, -1);
  }

  /** Points of a unit were its capacity another by so much in each period of some buckets. */
  pointsOf(unit: number, more: number, from: number, to: number): number {
    const { late, waiting, evenness } = this.input.goal;
    const { caseAmount, waiting: begun } = this.cls.units[unit]!;
    const base = unit * this.buckets;
    let queue = begun;
    let [lateness, waits, uneven] = [0, 0, 0];
    for (let b = 0; b < this.buckets; b += 1) {
      const there = this.capacity[base + b]! + (b >= from && b <= to ? more * this.periods[b]! : 0);
      const asked = this.demand[base + b]!;
      queue = Math.max(0, queue + asked - there);
      waits += queue;
      if (queue > this.patience[base + b]!) lateness += queue - this.patience[base + b]!;
      if (evenness > 0 && this.load[b]! !== Infinity && asked > this.load[b]! * there) uneven += asked - this.load[b]! * there;
    }
    return ((late * lateness + waiting * waits) * this.bucketDays + evenness * uneven) / caseAmount;
  }

  /** All figures, as `pointsOf`. The object is the same each time. */
  figuresOf(unit: number, more = 0, from = 0, to = -1): Readonly<UnitFigures> {
    const { caseAmount, waiting: begun } = this.cls.units[unit]!;
    const base = unit * this.buckets;
    const late = new Float64Array(this.buckets);
    let queue = begun;
    let [lateness, waits] = [0, 0];
    for (let b = 0; b < this.buckets; b += 1) {
      queue = Math.max(0, queue + this.demand[base + b]! - this.capacity[base + b]! - (b >= from && b <= to ? more * this.periods[b]! : 0));
      waits += queue;
      late[b] = Math.max(0, queue - this.patience[base + b]!);
      lateness += late[b]!;
    }
    // Of what came in a bucket so much is late as was late when the last of it fell due: the oldest is done first.
    const due = (b: number): number => late[Math.min(this.buckets - 1, b + this.#overdue[unit]!)] ?? 0;
    let count = Math.min(begun, due(-1));
    for (let b = 0; b < this.buckets; b += 1) count += Math.min(this.demand[base + b]!, due(b));
    this.#figures.late = count / caseAmount;
    this.#figures.lateDays = (lateness * this.bucketDays) / caseAmount;
    this.#figures.waitDays = (waits * this.bucketDays) / caseAmount;
    this.#figures.points = this.pointsOf(unit, more, from, to);
    return this.#figures;
  }

  /** Per unit of amount and period: Infinity where it may not be. */
  costOf(lender: number, borrower: number): number {
    return this.cls.cost[lender * this.units + borrower]!;
  }

  /** Points a move costs by itself. */
  disruptionOf(lender: number, borrower: number, { from, to }: Term, amount: number): number {
    return this.input.limits.perMove + (amount * this.periodsIn(from, to) * this.costOf(lender, borrower)) / this.cls.units[borrower]!.caseAmount;
  }

  periodsIn(from: number, to: number): number {
    let sum = 0;
    for (let b = from; b <= to; b += 1) sum += this.periods[b]!;
    return sum;
  }

  /** Most that may go from one to the other in each period of a term, in whole steps. */
  roomOf(lender: number, borrower: number, { from, to }: Term): number {
    let most = Infinity;
    for (let b = from; b <= to; b += 1) most = Math.min(most, this.lendable[lender * this.buckets + b]!, this.borrowable[borrower * this.buckets + b]!);
    const { step, least } = this.cls;
    const whole = Math.floor(most / step + 1e-9) * step;
    return whole >= least ? whole : 0;
  }

  make(move: Move): void {
    this.moves.push(move);
    this.#book(move, 1);
  }

  undo(at: number): Move {
    const [move] = this.moves.splice(at, 1);
    this.#book(move!, -1);
    return move!;
  }

  total(): number {
    let sum = 0;
    for (const points of this.points) sum += points;
    return sum;
  }

  /** Points of all units, and what all moves disturb, weighed by what each must save. */
  objective(): number {
    return this.total() + this.worth * this.moves.reduce((sum, move) => sum + this.disruptionOf(move.lender, move.borrower, move, move.amount), 0);
  }

  /** What a move saves when all others are made. */
  benefitOf({ lender, borrower, from, to, amount }: Move): number {
    return this.pointsOf(lender, amount, from, to) - this.points[lender]! + this.pointsOf(borrower, -amount, from, to) - this.points[borrower]!;
  }

  #book({ lender, borrower, from, to, amount }: Move, sign: 1 | -1): void {
    for (let b = from; b <= to; b += 1) {
      const [l, r] = [lender * this.buckets + b, borrower * this.buckets + b];
      this.capacity[l]! -= sign * amount * this.periods[b]!;
      this.capacity[r]! += sign * amount * this.periods[b]!;
      this.lendable[l]! -= sign * amount;
      this.borrowable[r]! -= sign * amount;
    }
    this.role[lender]! -= sign;
    this.role[borrower]! += sign;
    this.points[lender] = this.pointsOf(lender, 0, 0, -1);
    this.points[borrower] = this.pointsOf(borrower, 0, 0, -1);
  }
}

function summed(days: ArrayLike<number>, count: number, by: number): Float64Array {
  const sums = new Float64Array(Math.ceil(count / by));
  for (let day = 0; day < count; day += 1) sums[Math.floor(day / by)]! += days[day]!;
  return sums;
}

/** Every beginning, with each length that is long enough and ends within the plan. */
function termsOf({ limits, days }: Pick<PlanInput, "limits" | "days">, bucketDays: number, buckets: number): Term[] {
  const lengths = [...new Set(limits.termsDays.filter((one) => one >= limits.minDays).map((one) => Math.ceil(one / bucketDays)))].filter((length) => length <= buckets);
  const terms: Term[] = [];
  for (const length of lengths) {
    for (let from = 0; from + length <= buckets; from += 1) {
      const to = from + length - 1;
      // The last bucket may be short.
      if (Math.min(days, (to + 1) * bucketDays) - from * bucketDays >= limits.minDays) terms.push({ from, to });
    }
  }
  return terms;
}
