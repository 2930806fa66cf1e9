import { dayNumberOf, type Instant } from "../domain/instant.js";
import { RECLAIMED } from "../domain/pool/order.js";
import { periodStart } from "../domain/pool/period.js";
import type { Parts } from "./cycle.js";
import { firstParked, holdsNumber, useHolds, withoutPlace } from "./make-room.js";
import { isAbsolute } from "./order.js";
import type { Woken } from "./passed.js";
import { dayBeginning } from "./place-in-time.js";
import type { Lane } from "./queue.js";
import { dayIn, isDated, UNDATED, type Account, type Day } from "./quota-tree.js";

/*
 * Who lent takes back.
 *
 * A head that stays within its unit's own quota, and is blocked or would begin when it is too late because others have borrowed, may
 * have what they borrowed moved: holds of days ahead, whose work has not started, of steps that were never moved before and whose applicant picked no time, of units
 * that are above their nominal quota and stay so until the hold is gone. As for an emergency, it is tried first, and nothing happens unless the whole step
 * can then be granted. A step's work falls on one day, unless it is spread: days are tried one after another, each with what is borrowed on it alone.
 *
 * Who was moved is never moved again, and never takes back from others: no chain of moves returns to where it began.
 */

/** Borrowed holds of a day that are looked at for one head, the least urgent first. */
const MOVABLE_MAX = 1_000;

/** What was moved, and what is left for the next batch. */
export class Reclaims {
  /** Steps whose holds were moved, and of them those that had been moved before. */
  moved = 0;
  loops = 0;
  /** For the head that is tried: who was parked first of each class, and steps whose holds were taken back. */
  awake: readonly Woken[] = [];
  /** Somebody is to take back what this very batch gave: it is not on the books yet. */
  waits = false;

  /** Something was borrowed since those who are blocked were last tried. */
  stirred = false;

  /** Whether it was, once. */
  stirs(): boolean {
    const { stirred } = this;
    this.stirred = false;
    return stirred;
  }

  /** The batch ends. True: somebody waits for the next. */
  end(): boolean {
    const { waits } = this;
    this.waits = false;
    return waits;
  }
}

/** `moved`: the head can be chosen for within its own; `later`: in the next batch. Nothing is taken for it yet. O(days, and what is borrowed on those that are tried). */
export function reclaim(parts: Parts, lane: Lane, now: Instant, startOf: () => Instant, earlierThan: Instant): "moved" | "later" | "no" {
  const { steps, quota } = parts;
  if (steps.wasMoved(lane.head) || !quota.mayTakeBack(lane)) return "no";
  const days = daysWithOwn(parts, lane, earlierThan);
  for (const some of lane.claims.some(({ ask }) => ask.spreads) ? [days] : days.map((day) => [day])) {
    const answer = reclaimOn(parts, lane, some, now, startOf, earlierThan);
    if (answer !== "no") return answer;
  }
  return "no";
}

function reclaimOn(parts: Parts, lane: Lane, days: readonly Day[], now: Instant, startOf: () => Instant, earlierThan: Instant): "moved" | "later" | "no" {
  const { steps, chooser, assume, reclaims } = parts;
  const movable = movableOn(parts, lane, days, now);
  if (movable.length === 0) return "no";
  for (const other of movable) useHolds(parts, other, -1);
  const chosen = chooser.choose(lane, now, true).kind === "chosen";
  const helps = chosen && startOf() < earlierThan;
  const moved = helps ? withoutPlace(parts, movable) : [];
  if (chosen) chooser.putBack();
  if (!helps) {
    for (const other of movable) useHolds(parts, other, 1);
    return "no";
  }
  // Without those who must go and nobody else, is it still enough, and no later?
  const enough = moved.length > 0 && chooser.choose(lane, now, true).kind === "chosen";
  const early = enough && startOf() < earlierThan;
  if (enough) chooser.putBack();
  const lawful = early && stayAboveNominal(parts, moved);
  for (const other of moved) useHolds(parts, other, 1);
  if (!lawful) return "no";
  if (moved.some((other) => assume.isTouched(other))) {
    reclaims.waits = true;
    return "later";
  }
  reclaims.awake = [...moved.map((step): Woken => ({ step, lane: null })), ...firstParked(parts, lane).map(({ step }): Woken => ({ step, lane: null }))];
  for (const other of moved) {
    reclaims.moved += 1;
    if (steps.wasMoved(other)) reclaims.loops += 1;
    assume.makeWay(other, RECLAIMED);
  }
  parts.queue.borrowers.reread();
  return "moved";
}

/** Days on which each claim has something of its own left, in time; UNDATED alone: nothing it is charged for has a day. O(periods). */
function daysWithOwn({ quota }: Parts, lane: Lane, earlierThan: Instant): readonly Day[] {
  let days: Set<Day> | undefined;
  for (const [at, account] of quota.accountsOf(lane).entries()) {
    if (!account) continue;
    const { ask, count } = lane.claims[at]!;
    const least = ask.spreads ? 1 : ask.amount * count;
    const { kind } = account.tree;
    const [first, end] = account.tree.span;
    const own = new Set<Day>();
    for (let period = first; period < end && (kind === "none" || periodStart(kind, period) < earlierThan); period += 1) {
      if (account.tree.isOpen(period) && account.tree.unusedAt(account, period) >= least) own.add(dayIn(kind, period));
    }
    if (own.size === 0) return [];
    if (!own.has(UNDATED)) days = days ? new Set([...days].filter((day) => own.has(day))) : own;
  }
  return days ? [...days] : [UNDATED];
}

/** The most urgent first. O(steps that hold of those days, or of no day, on accounts above nominal). */
function movableOn(parts: Parts, lane: Lane, days: readonly Day[], now: Instant): number[] {
  const { steps, quota } = parts;
  const found = new Set<number>();
  for (const account of quota.accountsOf(lane)) {
    if (!account) continue;
    const on = isDated(account.tree.kind) ? days : [UNDATED];
    for (const other of quota.borrowersBeside(account)) {
      for (const day of on) for (const step of quota.holdersOn(other, day)) if (!found.has(step) && holdsBorrowed(parts, step) && isMovable(parts, step, now)) found.add(step);
    }
  }
  return [...found].sort((a, b) => (steps.before(a, b) ? -1 : 1)).slice(-MOVABLE_MAX);
}

function isMovable(parts: Parts, step: number, now: Instant): boolean {
  const { steps, resources } = parts;
  if (steps.isStarted(step) || steps.wasMoved(step) || steps.isPicked(step) || steps.special.has(step) || isAbsolute(steps.priorityOf(step)) || holdsNumber(parts, step)) return false;
  // What begins today has been told to those who come.
  const today = dayNumberOf(now);
  return steps.holdsOf(step).every(({ resource, period }) => {
    const kind = resources.kindOf(resources.indexOf(resource)!);
    return kind === "none" || kind === "fiscal-year" || dayBeginning(kind, period) > today;
  });
}

/** Some of what the step holds lies in a period in which its account is above nominal. */
function holdsBorrowed({ steps, quota }: Parts, step: number): boolean {
  return quota.chargedTo(steps.lanes[step]!, steps.holdsOf(step)).some(([account, period]) => aboveNominal(account, period));
}

const aboveNominal = (account: Account, period: number): boolean => account.tree.usedAt(account, period) > account.tree.nominalAt(account, period);

/** The steps are set aside. Put back from the most urgent on, each finds its account at nominal or goes above it again. */
function stayAboveNominal(parts: Parts, moved: readonly number[]): boolean {
  let lawful = true;
  for (const step of moved) {
    useHolds(parts, step, 1);
    lawful &&= holdsBorrowed(parts, step);
  }
  for (const step of moved) useHolds(parts, step, -1);
  return lawful;
}
