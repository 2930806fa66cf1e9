import type { DayNumber } from "../instant.js";
import type { Amount } from "../quantity.js";

/** Steps that wait and are due on one day. */
export interface DueGroup {
  readonly dueDay: DayNumber;
  readonly steps: number;
  readonly amount: Amount;
}

export interface WaitingFigures {
  readonly steps: number;
  readonly amount: Amount;
  /** Past their date. */
  readonly breachesNow: number;
  /** Their forecast date lies past the one they are due on. */
  readonly breachesExpected: number;
  /** Nothing was granted here lately: no date can be forecast. */
  readonly undated: number;
}

export const NOBODY_WAITS: WaitingFigures = { steps: 0, amount: 0, breachesNow: 0, breachesExpected: 0, undated: 0 };

/**
 * Who will be late: those that wait are served in the order they are due, as much each working day as was granted a working day lately, from
 * today on. The engine's own estimate of a date is the same sum, rank over rate, for each kind of ask; this one is of a cell.
 *
 * @param ratePerDay amount granted on a working day; 0: nothing was.
 */
export function waitingFigures(groups: readonly DueGroup[], ratePerDay: number, today: DayNumber, isWorking: (day: DayNumber) => boolean): WaitingFigures {
  let [steps, amount, breachesNow, breachesExpected, undated] = [0, 0, 0, 0, 0];
  let [reached, worked] = [today - 1, 0];
  for (const group of [...groups].sort((a, b) => a.dueDay - b.dueDay)) {
    steps += group.steps;
    const before = amount;
    amount += group.amount;
    if (group.dueDay < today) breachesNow += group.steps;
    else if (ratePerDay <= 0) undated += group.steps;
    else {
      for (; reached < group.dueDay; reached += 1) if (isWorking(reached + 1)) worked += 1;
      const served = ratePerDay * worked;
      const late = Math.max(0, amount - Math.max(before, served));
      breachesExpected += Math.min(group.steps, Math.ceil((late / group.amount) * group.steps - 1e-9));
    }
  }
  return { steps, amount, breachesNow, breachesExpected, undated };
}

export const addWaiting = (a: WaitingFigures, b: WaitingFigures): WaitingFigures => ({
  steps: a.steps + b.steps,
  amount: a.amount + b.amount,
  breachesNow: a.breachesNow + b.breachesNow,
  breachesExpected: a.breachesExpected + b.breachesExpected,
  undated: a.undated + b.undated,
});
