import { dayNumberOf, type Instant } from "../domain/instant.js";
import { RECLAIMED } from "../domain/pool/order.js";
import { periodStart } from "../domain/pool/period.js";
import type { Parts } from "./cycle.js";
import { firstParked, holdsNumber, useHolds, withoutPlace } from "./make-room.js";
import { isAbsolute } from "./order.js";
import type { Woken } from "./passed.js";
import { dayBeginning } from "./place-in-time.js";
import type { Lane } from "./queue.js";
import type { Account } from "./quota-tree.js";

/*
 * Who lent takes back.
 *
 * A head that stays within its unit's own quota, and is blocked or would begin when it is too late because others have borrowed, may
 * have what they borrowed moved: holds of days ahead, whose work has not started, of steps that were never moved before, of units
 * that are above their nominal quota and stay so until the hold is gone. As for an emergency, it is tried first, and nothing happens unless the whole step
 * can then be granted.
 *
 * Who was moved is never moved again, and never takes back from others: no chain of moves returns to where it began.
 */

/** Borrowed holds that are looked at for one head, the least urgent first. */
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

/** `moved`: the head can be chosen for within its own; `later`: in the next batch. Nothing is taken for it yet. */
export function reclaim(parts: Parts, lane: Lane, now: Instant, startOf: () => Instant, earlierThan: Instant): "moved" | "later" | "no" {
  const { steps, chooser, assume, reclaims } = parts;
  if (steps.wasMoved(lane.head) || !othersBorrow(parts, lane, earlierThan)) return "no";
  const movable = movableFor(parts, lane, now);
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

/** Each claim has something of its own left in time, and somebody beside has borrowed: else nobody's holds are looked at. O(periods). */
function othersBorrow({ quota }: Parts, lane: Lane, earlierThan: Instant): boolean {
  let borrowed = false;
  for (const [at, account] of quota.accountsOf(lane).entries()) {
    if (!account) continue;
    if (account.tree.borrowedByOthers(account) > 0) borrowed = true;
    const { ask, count } = lane.claims[at]!;
    const least = ask.spreads ? 1 : ask.amount * count;
    const [first, end] = account.tree.span;
    let own = false;
    const { kind } = account.tree;
    for (let period = first; period < end && !own && (kind === "none" || periodStart(kind, period) < earlierThan); period += 1) own = account.tree.isOpen(period) && account.tree.unusedAt(account, period) >= least;
    if (!own) return false;
  }
  return borrowed;
}

/** The most urgent first. O(steps that hold on accounts above nominal). */
function movableFor(parts: Parts, lane: Lane, now: Instant): number[] {
  const { steps, quota } = parts;
  const found = new Set<number>();
  for (const account of quota.accountsOf(lane)) {
    if (!account) continue;
    for (const other of quota.borrowersBeside(account)) {
      for (const step of quota.holdersOf(other)) if (!found.has(step) && holdsBorrowed(parts, step) && isMovable(parts, step, now)) found.add(step);
    }
  }
  return [...found].sort((a, b) => (steps.before(a, b) ? -1 : 1)).slice(-MOVABLE_MAX);
}

function isMovable(parts: Parts, step: number, now: Instant): boolean {
  const { steps, resources } = parts;
  if (steps.isStarted(step) || steps.wasMoved(step) || steps.special.has(step) || isAbsolute(steps.priorityOf(step)) || holdsNumber(parts, step)) return false;
  // What begins today has been told to those who come.
  const today = dayNumberOf(now);
  return steps.holds[step]!.every(({ resource, period }) => {
    const kind = resources.kindOf(resources.indexOf(resource)!);
    return kind === "none" || kind === "fiscal-year" || dayBeginning(kind, period) > today;
  });
}

/** Some of what the step holds lies in a period in which its account is above nominal. */
function holdsBorrowed({ steps, quota }: Parts, step: number): boolean {
  return quota.chargedTo(steps.lanes[step]!, steps.holds[step]!).some(([account, period]) => aboveNominal(account, period));
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
