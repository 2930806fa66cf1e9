import type { ClassId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { WAITING, type StepTable } from "./steps.js";

/*
 * How far a grant may lie from the date that is expected, learned from how far past ones lay.
 *
 * Of the steps that have to wait, many are given a date when they begin to. When one is granted, the error, as a share of
 * the wait that was expected and scaled by the root of the rank (a sum of n waits spreads by √n), joins the last errors of
 * its class and rank. Between two of their quantiles lie four of five. Which two is learned as well: when more than one in
 * ten comes later than was told, the upper end is taken farther out, and so on (adaptive conformal inference), so that four in five
 * hold even where the past is not like the present. Who still waits past the end that was told counts as late at once, not when
 * the grant comes: else a growing queue teaches last what it should first.
 *
 * Nothing here is read by a decision: an engine that was just started says wider intervals and decides the same.
 */

/** Steps of one turn that are given a date to learn from, besides one in so many; and how many wait for their answer at a time. */
const A_TURN = 8;
const ONE_IN = 16;
const OPEN_MAX = 4_096;
/** Of those who wait for their answer, how many a turn looks at to see whether they are still there. */
const SWEPT = 32;
/** Errors that are kept of a class and rank, and how many are needed before they say something. */
const KEPT = 2_048;
const NEEDED = 10;
/**
 * Of the grants should come before the lower and after the upper end. A tenth each would be four of five between; what is learned
 * comes a wait too late, and where waits grow that costs a few in a hundred (chosen on the seeds for tuning of `npm run quality`).
 */
const TAIL = 0.08;
const TAIL_LEAST = 0.02;
const TAIL_MOST = 0.3;
/** By so much of a miss an end moves. */
const MOVE = 0.002;
/** Quantiles of a wait for one of many independent events, where nothing is known yet. */
const LOWER = -0.9;
const UPPER = 1.3;

/** The last errors of one class and doubling of the rank. */
class Learned {
  private readonly ring: number[] = [];
  private oldest = 0;
  private readonly sorted: number[] = [];
  private below = TAIL;
  private above = TAIL;

  get isEnough(): boolean {
    return this.sorted.length >= NEEDED;
  }

  add(error: number): void {
    if (this.ring.length < KEPT) this.ring.push(error);
    else {
      this.sorted.splice(placeOf(this.sorted, this.ring[this.oldest]!), 1);
      this.ring[this.oldest] = error;
      this.oldest = (this.oldest + 1) % KEPT;
    }
    this.sorted.splice(placeOf(this.sorted, error), 0, error);
  }

  missed(side: "below" | "above" | null): void {
    const moved = (tail: number, hit: boolean): number => Math.min(TAIL_MOST, Math.max(TAIL_LEAST, tail + MOVE * (TAIL - (hit ? 1 : 0))));
    this.below = moved(this.below, side === "below");
    this.above = moved(this.above, side === "above");
  }

  /** Lower end, middle and upper end. */
  ends(): readonly [number, number, number] {
    const { sorted } = this;
    const n = sorted.length;
    const lower = Math.max(0, Math.floor(this.below * (n + 1)) - 1);
    const upper = Math.min(n - 1, Math.ceil((1 - this.above) * (n + 1)) - 1);
    return [sorted[lower]!, sorted[n >> 1]!, sorted[upper]!];
  }
}

interface Told {
  readonly id: StepId;
  readonly learned: Learned;
  readonly at: Instant;
  readonly waitMs: number;
  readonly scale: number;
  readonly attempt: number;
  readonly leastMs: number;
  readonly endsAt: Instant;
  /** Granted, gone, or past its end: it is not among the ends any more. */
  answered: boolean;
}

export interface Forecasted {
  readonly classId: ClassId;
  readonly rank: number;
  /** Null: nothing to estimate from. */
  readonly waitMs: number | null;
}

export class Forecast {
  private readonly learned = new Map<ClassId, Learned[]>();
  private readonly told = new Map<StepId, Told>();
  private round = this.told.entries();
  /** Of those told, the one whose end comes first is last. */
  private readonly ends: Told[] = [];
  private fresh: StepId[] = [];

  /** A step came; when it has to wait it is given a date at the end of the turn. */
  came(id: StepId): void {
    if ((this.fresh.length < A_TURN || id % ONE_IN === 0) && this.fresh.length < OPEN_MAX) this.fresh.push(id);
  }

  tell(steps: StepTable, now: Instant, expected: (step: number) => Forecasted | undefined): void {
    for (let last = this.ends.at(-1); last && last.endsAt < now; last = this.ends.at(-1)) {
      this.ends.pop();
      last.answered = true;
      if (waits(steps, last)) last.learned.missed("above");
    }
    if (this.fresh.length === 0) return;
    if (this.told.size >= OPEN_MAX) this.sweep(steps);
    for (const id of this.fresh) {
      const step = steps.find(id);
      if (step === undefined || steps.phaseOf(step) !== WAITING || this.told.size >= OPEN_MAX) continue;
      const forecast = expected(step);
      if (!forecast || forecast.waitMs === null || forecast.waitMs <= 0) continue;
      const { classId, rank, waitMs } = forecast;
      const { leastMs, mostMs } = this.interval({ classId, rank, waitMs });
      const told: Told = { id, learned: this.learnedOf(classId, rank), at: now, waitMs, scale: Math.sqrt(rank), attempt: steps.attemptOf(step), leastMs, endsAt: now + mostMs, answered: false };
      const before = this.told.get(id);
      if (before) this.forget(id, before);
      this.told.set(id, told);
      this.ends.splice(placeBefore(this.ends, told.endsAt), 0, told);
    }
    this.fresh = [];
  }

  granted(id: StepId, attempt: number, now: Instant): void {
    const told = this.told.get(id);
    if (!told) return;
    const { answered, learned, at, waitMs, scale } = told;
    this.forget(id, told);
    // A wait that was interrupted teaches nothing.
    if (told.attempt !== attempt || now < at) return;
    learned.add(((now - at) / waitMs - 1) * scale);
    if (!answered) learned.missed(now - at < told.leastMs ? "below" : now > told.endsAt ? "above" : null);
  }

  /** Between these waits lie four of five; half are shorter than the middle. */
  interval({ classId, rank, waitMs }: Forecasted & { readonly waitMs: number }): { readonly leastMs: number; readonly middleMs: number; readonly mostMs: number } {
    const learned = this.learned.get(classId)?.[doubling(rank)];
    const [lower, middle, upper] = learned?.isEnough === true ? learned.ends() : [LOWER, 0, UPPER];
    const waitOf = (error: number): number => Math.max(0, waitMs * (1 + error / Math.sqrt(rank)));
    return { leastMs: waitOf(lower), middleMs: waitOf(middle), mostMs: waitOf(upper) };
  }

  /** Who left without an answer makes room for others: some are looked at in each turn, all in turn. */
  private sweep(steps: StepTable): void {
    for (let looked = 0; looked < SWEPT; looked += 1) {
      const next = this.round.next();
      if (next.done) {
        this.round = this.told.entries();
        return;
      }
      const [id, told] = next.value;
      if (!waits(steps, told)) this.forget(id, told);
    }
  }

  private forget(id: StepId, told: Told): void {
    this.told.delete(id);
    if (!told.answered) this.ends.splice(this.ends.indexOf(told, placeBefore(this.ends, told.endsAt)), 1);
    told.answered = true;
  }

  /** Far ranks err otherwise than near ones: each doubling learns for itself. */
  private learnedOf(classId: ClassId, rank: number): Learned {
    let ranks = this.learned.get(classId);
    if (!ranks) this.learned.set(classId, (ranks = []));
    const at = doubling(rank);
    while (ranks.length <= at) ranks.push(new Learned());
    return ranks[at]!;
  }
}

function waits(steps: StepTable, { id, attempt }: Told): boolean {
  const step = steps.find(id);
  return step !== undefined && steps.phaseOf(step) === WAITING && steps.attemptOf(step) === attempt;
}

const doubling = (rank: number): number => Math.floor(Math.log2(rank));

/** Of a list that rises, the first place whose value is not less. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a list whose ends fall, the first place that ends then or earlier. */
function placeBefore(ends: readonly Told[], endsAt: Instant): number {
  let low = 0;
  for (let high = ends.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (ends[middle]!.endsAt > endsAt) low = middle + 1;
    else high = middle;
  }
  return low;
}
