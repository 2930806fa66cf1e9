import type { Instant } from "../domain/instant.js";
import type { Parts } from "./cycle.js";
import { isAbsolute } from "./order.js";
import type { Woken } from "./passed.js";
import type { Lane } from "./queue.js";
import { HOLDING } from "./steps.js";

/*
 * An emergency makes room.
 *
 * The head of a lane with an absolute ground that is blocked may have the holds of others moved: of steps without such
 * a ground, whose work has not started, whose applicant picked no time, and which were never moved before. They are queued again with their place, in the
 * same turn, and are planned anew right after it.
 *
 * Nothing is moved unless the whole step can then be granted: it is tried with everything movable set aside, then the
 * most urgent holders get theirs back, and only who cannot is moved. A step is moved once and emergencies never are, so no
 * chain of moves returns to where it began.
 */

/** Answers whether holds were moved, so that the head is to be tried again; nothing is taken for it yet. */
export function makeRoom(parts: Parts, lane: Lane, now: Instant, startOf: () => Instant, earlierThan: Instant): boolean {
  const { steps, chooser, assume } = parts;
  const step = lane.head;
  const movable = movableFor(parts, lane);
  if (movable.length === 0) return false;
  const use = (other: number, sign: 1 | -1): void => useHolds(parts, other, sign);
  for (const other of movable) use(other, -1);
  const chosen = chooser.choose(lane, now).kind === "chosen";
  const helps = chosen && startOf() < earlierThan;
  const moved = helps ? withoutPlace(parts, movable) : [];
  if (chosen) chooser.putBack();
  if (helps) {
    // Without those who must go and nobody else, is it still enough?
    const enough = chooser.choose(lane, now).kind === "chosen";
    if (enough) chooser.putBack();
    for (const other of moved) use(other, 1);
    if (!enough) return false;
    const { ground } = steps.priorityOf(step)!;
    parts.reclaims.awake = firstParked(parts, lane);
    for (const other of moved) assume.makeWay(other, ground);
    return true;
  }
  for (const other of movable) use(other, 1);
  return false;
}

/** Who is parked first of each class the lane asks: what is moved for its head may wake them. */
export const firstParked = ({ queue }: Parts, { classIds }: Lane): readonly Woken[] =>
  classIds.flatMap((classId) => {
    const lane = queue.mostUrgentParked(classId);
    return lane ? [{ step: lane.head, lane }] : [];
  });

/** Lets what a step holds be chosen (−1), or puts it back (1). */
export function useHolds({ steps, resources, quota }: Parts, step: number, sign: 1 | -1): void {
  for (const { resource, period, amount } of steps.holdsOf(step)) resources.use(resources.indexOf(resource)!, period, sign * amount);
  quota.chargeAll(steps.lanes[step]!, steps.holdsOf(step), sign);
}

/** The most urgent first. O(steps that hold something); asked only when an emergency is blocked anew. */
function movableFor(parts: Parts, lane: Lane): number[] {
  const { steps, assume } = parts;
  const movable: number[] = [];
  for (const other of steps.known()) {
    if (steps.phaseOf(other) !== HOLDING || steps.isStarted(other) || steps.wasMoved(other)) continue;
    // Who picked a time, or named what they took, would not find it again.
    if (steps.isPicked(other) || steps.special.has(other)) continue;
    // What was given in this very batch is not on the books yet: nothing of it can be taken back.
    if (isAbsolute(steps.priorityOf(other)) || assume.isTouched(other)) continue;
    if (holdsNumber(parts, other)) continue;
    if (steps.lanes[other]!.classIds.some((classId) => lane.classIds.includes(classId))) movable.push(other);
  }
  return movable.sort((a, b) => (steps.before(a, b) ? -1 : 1));
}

/** A number that law sets goes by acceptance alone: no need takes it from who was accepted before. */
export const holdsNumber = ({ steps, resources, classes }: Parts, step: number): boolean =>
  steps.holdsOf(step).some(({ resource }) => {
    const r = resources.indexOf(resource)!;
    return !resources.isUnlimited(r) && classes.get(resources.factsOf(r).classId)?.kind === "function";
  });

/** Gives the holders back what they had, in their order, as long as it is there. Answers whose is not. */
export function withoutPlace(parts: Parts, movable: readonly number[]): number[] {
  const { steps, resources, chooser, quota } = parts;
  const contested = new Set<string>();
  const charged = chooser.charged();
  for (let at = 0; at < chooser.taken; at += 1) contested.add(`${chooser.takenR[at]}/${chooser.takenPeriod[at]}`);
  return movable.filter((other) => {
    const holds = steps.holdsOf(other).map(({ resource, period }) => ({ r: resources.indexOf(resource)!, period }));
    const allowed = quota.leaves(steps.lanes[other]!, steps.holdsOf(other), charged);
    useHolds(parts, other, 1);
    // In a cell nobody contests it stands as it stood, overdrawn or not.
    const fits = allowed && holds.every(({ r, period }) => !contested.has(`${r}/${period}`) || resources.freeAt(r, period) >= 0);
    if (!fits) useHolds(parts, other, -1);
    return !fits;
  });
}
