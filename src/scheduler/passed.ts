import type { PassingGround } from "../domain/pool/order.js";
import type { Chooser } from "./choose.js";
import type { Passed } from "./contract.js";
import type { Lane, Queue } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import type { ShapeBook } from "./shape-book.js";
import type { ResourceTable } from "./state.js";
import type { StepTable } from "./steps.js";

interface Seen {
  readonly steps: StepTable;
  readonly queue: Queue;
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly chooser: Chooser;
  readonly quota: QuotaBook;
}

interface Circumstances {
  /** What was given goes above its unit's own quota. */
  readonly borrows: boolean;
  /** It did not wait for its turn to borrow: it could wait no longer. */
  readonly inTime: boolean;
  /** Who was parked or held something until holds were moved for it. */
  readonly awake: readonly Woken[];
}

/** What was freed for another step woke it, and it has not been tried again. */
export interface Woken {
  readonly step: number;
  /** In which it was parked: what it was last seen to lack is the ground. Null: its lender takes back. */
  readonly lane: Lane | null;
}

/**
 * Whom the grant of a lane's head passes: the most urgent of the parked steps that ask one of its classes and stand
 * before it, with the ground that allows it. Nobody is passed inside a lane, and nobody who waits for a policy answer.
 *
 * A step with a ground that moved it ahead says so when the ground is what put it first: nobody stands before it then,
 * but somebody would without the ground.
 *
 * Holds that are moved out of a step's way wake those who are parked: they are passed as if they still were. Who takes back what others borrowed passes
 * them, and whose hold it was, on the ground of its own quota.
 */
export function passedBy(seen: Seen, lane: Lane, step: number, circumstances: Circumstances): Passed | null {
  const { steps, queue } = seen;
  const { awake } = circumstances;
  let passed: Lane | undefined;
  for (const classId of lane.classIds) {
    const other = queue.mostUrgentParked(classId);
    if (other && (!passed || steps.before(other.head, passed.head))) passed = other;
  }
  let woken: Woken | undefined;
  for (const one of awake) if (steps.before(one.step, woken?.step ?? step)) woken = one;
  if (woken && (!passed || steps.before(woken.step, passed.head))) {
    return { step: steps.ids[woken.step]!, ground: woken.lane ? groundOf(seen, lane, woken.lane, circumstances) : "quota" };
  }
  if (passed && steps.before(passed.head, step)) {
    return { step: steps.ids[passed.head]!, ground: groundOf(seen, lane, passed, circumstances) };
  }
  if (steps.priorityOf(step) === null) return null;
  // Blocked or not: an engine that has just started has not tried anybody.
  const next = [lane.queue.second(), queue.mostUrgentBeside(lane, steps.plainKeyAt(step))?.head].find((other) => other !== undefined && steps.plainBefore(other, step));
  return next === undefined ? null : { step: steps.ids[next]!, ground: "priority" };
}

/** Why the other could not have been given what this one got. */
function groundOf({ chooser, resources, shapes, quota }: Seen, lane: Lane, other: Lane, { borrows, inTime }: Circumstances): PassingGround {
  const { rule, claims } = other.blocked;
  if (rule === "number" || rule === "together") return rule;
  // It could have been given something, by borrowing: its turn comes after all who stay within their own, and after those before it.
  if (other.borrowing) {
    if (inTime) return "in-time";
    // Of one unit, it would have borrowed because it asks more than its own leaves.
    if (lane.claims.some(({ ask }) => ask.shape.facts.unitId === other.borrowing!.unit.unitId)) return "needs-more";
    if (!borrows) return "quota";
    if (!lane.borrowing || other.borrowing.start <= lane.borrowing.start) return "share";
  }
  for (const at of claims) {
    const { barred, shape: wanted } = other.claims[at]!.ask;
    const { classId } = wanted.facts;
    for (let mine = 0; mine < lane.claims.length; mine += 1) {
      if (lane.claims[mine]!.ask.shape.facts.classId !== classId) continue;
      if (barred.size > 0 && barred.has(resources.idOf(chooser.picks[mine]!.r))) return "recusal";
      if (!shapes.couldServe(wanted, chooser.picks[mine]!.r)) return "elsewhere";
      const account = quota.accountsOf(other)[at];
      // As it is now, whatever it was parked for.
      if (account && account.tree.roomAt(account, chooser.picks[mine]!.period, false) < other.claims[at]!.ask.amount) return "quota";
      return rule === "calendar" ? "closed" : "needs-more";
    }
  }
  return "other-class";
}
