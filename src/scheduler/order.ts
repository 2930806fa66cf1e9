import type { ClassId, StepId } from "../domain/id.js";
import { ADVANCE_MS_MAX } from "../domain/pool/order.js";
import type { Priority, StepAsk } from "./contract.js";
import type { Comparison, OrderTerms } from "./queue-place.js";
import type { Lane } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import { standingOf } from "./quota-standing.js";
import type { ShapeBook } from "./shape-book.js";
import { WAITING, type StepTable } from "./steps.js";

/*
 * The order of the queue, a strict total order over steps:
 *
 *   1. key       due date − expected work − advance of a confirmed ground; lower first
 *   2. arrival   who came first
 *   3. id        so that two runs never differ
 *
 * An absolute ground puts the key before every key without one; among themselves such steps keep the order they
 * would have had. Every other advance is bounded, and the key is a moment, not a distance from now: a step that has
 * waited longer than the largest advance is before all who come with one. So nobody waits for ever behind grounds.
 *
 * A number that law sets is given in another order: arrival, then id, and nothing else.
 *
 * Where units have quotas, whoever stays within their own goes before whoever borrows, and among borrowers the unit that has
 * borrowed less (quota-borrowers.ts). Emergencies go before both; and who would borrow and can wait no longer keeps its place in the queue, as far
 * as lenders do not need now what is theirs (quota-waiting.ts).
 */

export const MINUTE_MS = 60_000;

/** Farther than any two dates the tables hold lie apart, and small enough that a key stays a whole number of milliseconds. */
const ABSOLUTE_MS = 2 ** 50;

export const advanceOf = (priority: Priority | null): number =>
  priority === null ? 0 : priority.advanceMs === Infinity ? ABSOLUTE_MS : Math.min(Math.max(0, priority.advanceMs), ADVANCE_MS_MAX);

export const isAbsolute = (priority: Priority | null): boolean => priority?.advanceMs === Infinity;

export const keyOf = (ask: Pick<StepAsk, "dueAt" | "expectedMinutes" | "priority">): number =>
  plainKeyOf(ask) - advanceOf(ask.priority);

/** Without the ground: where the step would stand if it had none. */
export const plainKeyOf = ({ dueAt, expectedMinutes }: Pick<StepAsk, "dueAt" | "expectedMinutes">): number => dueAt - expectedMinutes * MINUTE_MS;

/** Which of two steps is before the other. O(profiles that may serve what they ask). */
export function compareSteps(steps: StepTable, shapes: ShapeBook, quota: QuotaBook, a: StepId, b: StepId): Comparison {
  const at = steps.find(a);
  const bt = steps.find(b);
  if (at === undefined || bt === undefined) {
    return { kind: "unknown", steps: [...(at === undefined ? [a] : []), ...(bt === undefined ? [b] : [])] };
  }
  const sameAsk = steps.lanes[at] === steps.lanes[bt];
  const { classes, numbered } = shared(shapes, steps.lanes[at]!, steps.lanes[bt]!);
  if (classes.length === 0 && !sameAsk) return { kind: "apart" };
  const before = numbered ? steps.arrivedBefore : steps.before;
  const lent = numbered || sameAsk ? undefined : byQuota(steps, quota, at, bt, classes);
  const [first, second] = lent ? lent.order : before(at, bt) ? [at, bt] : [bt, at];
  return {
    kind: "ordered",
    first: terms(steps, first),
    second: terms(steps, second),
    sameAsk,
    classes,
    by: lent ? lent.by : numbered ? "acceptance" : by(steps, first, second),
  };
}

/** Two that wait, of different units, for a class in which both have a quota: before their keys are compared. */
function byQuota(steps: StepTable, quota: QuotaBook, a: number, b: number, classes: readonly ClassId[]): { readonly order: readonly [number, number]; readonly by: "quota" | "share" } | undefined {
  if (!quota.inForce || [a, b].some((step) => steps.phaseOf(step) !== WAITING || isAbsolute(steps.priorityOf(step)))) return undefined;
  const mine = standingOf(quota, steps.lanes[a]!, classes);
  const its = standingOf(quota, steps.lanes[b]!, classes);
  if (mine === undefined || its === undefined || mine.unit === its.unit) return undefined;
  // Who can wait no longer keeps its place.
  if ([mine, its].some(({ borrows, lasts }) => borrows && lasts)) return undefined;
  if (mine.borrows !== its.borrows) return { order: its.borrows ? [a, b] : [b, a], by: "quota" };
  if (!mine.borrows || mine.share === its.share) return undefined;
  return { order: mine.share < its.share ? [a, b] : [b, a], by: "share" };
}

function terms(steps: StepTable, step: number): OrderTerms {
  const priority = steps.priorityOf(step);
  const plain = steps.keyAt(step) + advanceOf(priority);
  return {
    step: steps.ids[step]!,
    dueAt: steps.dueAt(step),
    expectedMinutes: Math.round((steps.dueAt(step) - plain) / MINUTE_MS),
    arrivedAt: steps.arrivedAt(step),
    ground: priority?.ground ?? null,
    absolute: isAbsolute(priority),
    keyAt: isAbsolute(priority) ? plain : steps.keyAt(step),
    waits: steps.phaseOf(step) === WAITING,
  };
}

function by(steps: StepTable, first: number, second: number): "priority" | "key" | "arrival" | "id" {
  const plain = (step: number): number => steps.keyAt(step) + advanceOf(steps.priorityOf(step));
  if (steps.keyAt(first) !== steps.keyAt(second)) return plain(first) < plain(second) ? "key" : "priority";
  return steps.arrivedAt(first) !== steps.arrivedAt(second) ? "arrival" : "id";
}

/** Classes both ask of which some resource may serve both, and whether one of them is a number set by law. */
function shared(shapes: ShapeBook, a: Lane, b: Lane): { readonly classes: readonly ClassId[]; readonly numbered: boolean } {
  const classes = new Set<ClassId>();
  for (const one of a.shapes) {
    for (const other of b.shapes) {
      if (one.facts.classId !== other.facts.classId) continue;
      if (!shapes.meet(one, other)) continue;
      classes.add(one.facts.classId);
    }
  }
  return { classes: [...classes], numbered: a.numbers.some((r) => b.numbers.includes(r)) };
}
