import type { ClassId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { WAITING, type StepTable } from "./steps.js";

/*
 * How far a grant may lie from the date that is expected, learned from how far past ones lay.
 *
 * Every sixteenth step that has to wait is given a date when it begins to. When it is granted, the error, as a share of
 * the wait that was expected and scaled by the root of the rank (a sum of n waits spreads by √n), moves two quantiles of its
 * class and rank: so far down nine of ten do not fall, so far up nine of ten do not rise. Between them lie four of five. A
 * quantile moves by a fixed share at each error, more in the beginning, so that it follows a pool that changes.
 *
 * Nothing here is read by a decision: an engine that was just started says wider intervals and decides the same.
 */

/** One step in so many is given a date to learn from; so many wait for their answer at a time. */
const ONE_IN = 16;
const OPEN_MAX = 4_096;
/** Of the errors lie below the lower and above the upper end: four of five between. */
const TAIL = 0.1;
/** Quantiles of a wait for one of many independent events, where nothing is known yet. */
const LOWER = -0.9;
const UPPER = 1.3;
const MOVE_FIRST = 0.5;
const MOVE_LEAST = 0.04;

interface Learned {
  lower: number;
  upper: number;
  seen: number;
}

interface Told {
  readonly key: string;
  readonly at: Instant;
  readonly waitMs: number;
  readonly rank: number;
  readonly attempt: number;
}

export interface Forecasted {
  readonly classId: ClassId;
  readonly rank: number;
  /** Null: nothing to estimate from. */
  readonly waitMs: number | null;
}

export class Forecast {
  private readonly learned = new Map<string, Learned>();
  private readonly told = new Map<StepId, Told>();
  private fresh: StepId[] = [];

  /** A step came; when it has to wait it is given a date at the end of the turn. */
  came(id: StepId): void {
    if (id % ONE_IN === 0 && this.fresh.length < OPEN_MAX) this.fresh.push(id);
  }

  tell(steps: StepTable, now: Instant, expected: (step: number) => Forecasted | undefined): void {
    if (this.fresh.length === 0) return;
    // Who left without an answer makes room for others.
    if (this.told.size >= OPEN_MAX) for (const id of this.told.keys()) if (!waits(steps, id)) this.told.delete(id);
    for (const id of this.fresh) {
      const step = steps.find(id);
      if (step === undefined || steps.phaseOf(step) !== WAITING || this.told.size >= OPEN_MAX) continue;
      const forecast = expected(step);
      if (!forecast || forecast.waitMs === null || forecast.waitMs <= 0) continue;
      this.told.set(id, { key: keyOf(forecast), at: now, waitMs: forecast.waitMs, rank: forecast.rank, attempt: steps.attemptOf(step) });
    }
    this.fresh = [];
  }

  granted(id: StepId, attempt: number, now: Instant): void {
    const told = this.told.get(id);
    if (!told) return;
    this.told.delete(id);
    // A wait that was interrupted teaches nothing.
    if (told.attempt !== attempt || now < told.at) return;
    const error = ((now - told.at) / told.waitMs - 1) * Math.sqrt(told.rank);
    let learned = this.learned.get(told.key);
    if (!learned) this.learned.set(told.key, (learned = { lower: LOWER, upper: UPPER, seen: 0 }));
    learned.seen += 1;
    const move = Math.max(MOVE_LEAST, MOVE_FIRST / Math.sqrt(learned.seen)) * Math.max(1, learned.upper - learned.lower);
    learned.lower += move * (TAIL - (error < learned.lower ? 1 : 0));
    learned.upper += move * (1 - TAIL - (error < learned.upper ? 1 : 0));
    if (learned.upper < learned.lower) learned.upper = learned.lower;
  }

  /** Between these waits lie four of five. */
  interval(forecast: Forecasted & { readonly waitMs: number }): { readonly leastMs: number; readonly mostMs: number } {
    const { lower, upper } = this.learned.get(keyOf(forecast)) ?? { lower: LOWER, upper: UPPER };
    const scale = 1 / Math.sqrt(forecast.rank);
    const leastMs = Math.max(0, forecast.waitMs * (1 + lower * scale));
    return { leastMs, mostMs: Math.max(leastMs, forecast.waitMs * (1 + upper * scale)) };
  }
}

function waits(steps: StepTable, id: StepId): boolean {
  const step = steps.find(id);
  return step !== undefined && steps.phaseOf(step) === WAITING;
}

/** Far ranks err otherwise than near ones: each doubling learns for itself. */
const keyOf = ({ classId, rank }: Forecasted): string => `${classId}/${Math.floor(Math.log2(rank))}`;
