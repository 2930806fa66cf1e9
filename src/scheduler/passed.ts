import type { PassingGround } from "../domain/pool/order.js";
import type { Chooser } from "./choose.js";
import type { Passed } from "./contract.js";
import type { Lane, Queue } from "./queue.js";
import type { ShapeBook } from "./shape.js";
import type { ResourceTable } from "./state.js";
import type { StepTable } from "./steps.js";

interface Seen {
  readonly steps: StepTable;
  readonly queue: Queue;
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly chooser: Chooser;
}

/**
 * Whom the grant of a lane's head passes: the most urgent of the parked steps that ask one of its classes and stand
 * before it, with the ground that allows it. Nobody is passed inside a lane, and nobody who waits for a policy answer.
 *
 * A step with a ground that moved it ahead says so when the ground is what put it first: nobody stands before it then,
 * but somebody would without the ground.
 */
export function passedBy(seen: Seen, lane: Lane, step: number): Passed | null {
  const { steps, queue } = seen;
  let passed: Lane | undefined;
  for (const classId of lane.classIds) {
    const other = queue.mostUrgentParked(classId);
    if (other && (!passed || steps.before(other.head, passed.head))) passed = other;
  }
  if (passed && steps.before(passed.head, step)) {
    return { step: steps.ids[passed.head]!, ground: groundOf(seen, lane, passed) };
  }
  if (steps.priorityOf(step) === null) return null;
  const next = [lane.queue.second(), passed?.head].find((other) => other !== undefined && steps.plainBefore(other, step));
  return next === undefined ? null : { step: steps.ids[next]!, ground: "priority" };
}

/** Why the other could not have been given what this one got. */
function groundOf({ chooser, resources, shapes }: Seen, lane: Lane, other: Lane): PassingGround {
  const { rule, claims } = other.blocked;
  if (rule === "number" || rule === "together") return rule;
  for (const at of claims) {
    const { barred, shape: wanted } = other.claims[at]!.ask;
    const { classId } = wanted.facts;
    for (let mine = 0; mine < lane.claims.length; mine += 1) {
      if (lane.claims[mine]!.ask.shape.facts.classId !== classId) continue;
      if (barred.size > 0 && barred.has(resources.idOf(chooser.picks[mine]!.r))) return "recusal";
      if (shapes.couldServe(wanted, chooser.picks[mine]!.r)) return rule === "calendar" ? "closed" : "needs-more";
      return "elsewhere";
    }
  }
  return "other-class";
}
