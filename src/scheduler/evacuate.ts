import { ordinalOf } from "../domain/pool/claim-id.js";
import type { EvacuatedResource } from "../domain/pool/command.js";
import { periodEnd, periodStart, type Period } from "../domain/pool/period.js";
import { PLAIN_STEP, type NamedSupply, type StepAsk } from "./contract.js";
import type { Parts } from "./cycle.js";
import { holdsNumber, useHolds } from "./make-room.js";
import { advanceOf, MINUTE_MS } from "./order.js";
import { RULES } from "./rules/static-rules.js";
import { pickedId } from "./special.js";

/*
 * A resource gives no more: a hall is under water, an officer is away, a loan is called back.
 *
 * What it holds for work that has not begun is asked for once more beside it, as if its applicant had picked the time it
 * has: of the resources that stay, exactly what it holds; of those that go, anybody then. With a yes it is moved and its date
 * stays; with a no its holds go back and it is planned anew, with its old place. Both in the order of the queue, so that
 * the most urgent of those who must go is served first.
 *
 * Nobody chose to take these holds: a step that made way for an emergency before is moved all the same. It cannot return to
 * where it came from, since nothing is given there.
 */

export function evacuate(parts: Parts, listed: readonly EvacuatedResource[], ground: string): void {
  const { steps, assume, resources } = parts;
  const leaving = new Map<number, EvacuatedResource>();
  for (const one of listed) {
    const r = resources.indexOf(one.resource);
    if (r === undefined) throw new Error(`resource ${one.resource} was never declared`);
    leaving.set(r, one);
  }
  for (const step of goers(parts, leaving)) {
    // Its applicant has picked another time, and nobody has answered yet: that is tried first.
    const pick = steps.find(pickedId(steps.ids[step]!));
    if (pick === undefined) askAtItsTime(parts, step, leaving, ground);
    else assume.moveAnyway(pick, ground);
  }
}

/** Whose unstarted holds must go, the most urgent first. O(steps that hold). */
function goers(parts: Parts, leaving: ReadonlyMap<number, EvacuatedResource>): readonly number[] {
  const { steps, resources } = parts;
  const concerned: number[] = [];
  for (const step of steps.held()) {
    // Who named what they took, a direct claim, would not find it again; and a number goes by acceptance alone.
    if (steps.isStarted(step) || steps.special.has(step) || holdsNumber(parts, step)) continue;
    if (cellsIn(parts, step, leaving).length > 0) concerned.push(step);
  }
  concerned.sort((a, b) => (steps.before(a, b) ? -1 : 1));
  const cells = concerned.map((step) => cellsIn(parts, step, leaving));
  if (cells.every((of) => of.some(({ stays }) => !stays))) return concerned;

  for (const step of concerned) useHolds(parts, step, -1);
  const going: number[] = [];
  for (const [at, step] of concerned.entries()) {
    useHolds(parts, step, 1);
    if (cells[at]!.every(({ r, period, stays }) => stays && resources.freeAt(r, period) >= 0)) continue;
    useHolds(parts, step, -1);
    going.push(step);
  }
  for (const step of going) useHolds(parts, step, 1);
  return going;
}

interface Cell {
  readonly r: number;
  readonly period: Period;
  /** If there is room for it. */
  readonly stays: boolean;
}

/** Of what the step holds, what lies in periods that are to be empty. */
function cellsIn(parts: Parts, step: number, leaving: ReadonlyMap<number, EvacuatedResource>): Cell[] {
  const { steps, resources } = parts;
  return steps.holdsOf(step).flatMap(({ claim, resource, period }): Cell[] => {
    const r = resources.indexOf(resource)!;
    const range = leaving.get(r);
    if (!range) return [];
    const kind = resources.kindOf(r);
    const inside = kind === "none" || (periodEnd(kind, period) > range.from && (range.to === null || periodStart(kind, period) < range.to));
    return inside ? [{ r, period, stays: range.whatFitsStays && (range.spared === undefined || range.spared.includes(steps.ids[step]!) || isPlaceable(parts, step, ordinalOf(claim), r)) }] : [];
  });
}

/** No rule keeps the claim from the resource. What nobody has answered yet does not. */
const isPlaceable = ({ steps, resources, world }: Parts, step: number, ordinal: number, r: number): boolean => {
  const { facts } = steps.lanes[step]!.claims[ordinal]!.ask.shape;
  return RULES.every((rule) => rule.keeps(resources.factsOf(r), facts, world) !== false);
};

/** It stands in the queue beside its step, with that step's place, and is answered there. */
function askAtItsTime({ steps, queue, assume, resources }: Parts, step: number, leaving: ReadonlyMap<number, EvacuatedResource>, ground: string): void {
  const id = steps.ids[step]!;
  const lane = steps.lanes[step]!;
  const named = lane.claims.map((claim, at): NamedSupply => {
    const held = steps.holdsOf(step).filter((one) => ordinalOf(one.claim) === at);
    const first = held.reduce((a, b) => (b.period < a.period ? b : a));
    // Several together, and what one unit must serve with what is lost: whoever can, then.
    const stays = claim.count === 1 && !lane.grouped && held.every(({ resource }) => !leaving.has(resources.indexOf(resource)!));
    return { resource: stays ? first.resource : null, generation: null, period: first.period };
  });
  const priority = steps.priorityOf(step);
  const dueAt = steps.dueAt(step);
  const asks: StepAsk = {
    ...PLAIN_STEP,
    id: pickedId(id),
    requestId: null,
    attempt: steps.attemptOf(step),
    arrivedAt: steps.arrivedAt(step),
    dueAt,
    expectedMinutes: (dueAt - (steps.keyAt(step) + advanceOf(priority))) / MINUTE_MS,
    priority,
    waits: false,
    claims: [],
  };
  const beside = steps.add(asks, queue.laneNaming(id, lane, named));
  steps.setSpecial(beside, { direct: false, waits: false, replaces: null, holdUntil: null, pickFor: id, moves: ground });
  // A time its applicant picked stays one that was picked, with whomever.
  steps.setPicked(beside, steps.isPicked(step));
  assume.queueNew(beside);
}
