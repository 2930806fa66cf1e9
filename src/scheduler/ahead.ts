import type { Ahead } from "./queue-place.js";
import { advanceOf, isAbsolute } from "./order.js";
import { WAITING, type StepTable } from "./steps.js";

/**
 * How many of those that wait for the same stand before a step, and what put them there. Counts alone: this is what
 * everybody may be told. O(lanes of the shape × log queue), and the few steps that have a ground.
 */
export function aheadOf(steps: StepTable, step: number): Ahead | undefined {
  if (steps.phaseOf(step) !== WAITING) return undefined;
  const lane = steps.lanes[step]!;
  const shape = lane.claims[lane.blocked.claims[0] ?? 0]?.ask.shape;
  const priority = steps.priorityOf(step);
  const own = {
    step: steps.ids[step]!,
    attempt: steps.attemptOf(step),
    dueAt: steps.dueAt(step),
    arrivedAt: steps.arrivedAt(step),
    keyAt: steps.keyAt(step),
    ground: priority?.ground ?? null,
    absolute: isAbsolute(priority),
  };
  if (!shape) return { ...own, class: null, total: 0, dueEarlier: 0, filedEarlier: 0, byGround: [] };

  let total = 0;
  let keyedEarlier = 0;
  const key = steps.keyAt(step);
  for (const { queue, numbers } of shape.lanes) {
    total += queue.countBefore(step);
    // A number set by law is given by arrival: such a lane knows no other order.
    if (numbers.length === 0) keyedEarlier += queue.countWhile((other) => steps.keyAt(other) < key);
  }

  // Those whom nothing but a ground put before it.
  const byGround = new Map<string, number>();
  let byKey = 0;
  let byArrival = 0;
  const plain = key + advanceOf(priority);
  for (const [other, { ground }] of steps.prioritised()) {
    const its = steps.lanes[other]!;
    if (other === step || steps.phaseOf(other) !== WAITING || its.numbers.length > 0 || !shape.lanes.has(its)) continue;
    if (!steps.before(other, step) || steps.keyAt(other) + advanceOf(steps.priorityOf(other)) < plain) continue;
    byGround.set(ground, (byGround.get(ground) ?? 0) + 1);
    if (steps.keyAt(other) < key) byKey += 1;
    else byArrival += 1;
  }
  return {
    ...own,
    class: shape.facts.classId,
    total,
    dueEarlier: keyedEarlier - byKey,
    filedEarlier: total - keyedEarlier - byArrival,
    byGround: [...byGround].map(([ground, count]) => ({ ground, count })).sort((a, b) => (a.ground < b.ground ? -1 : 1)),
  };
}
