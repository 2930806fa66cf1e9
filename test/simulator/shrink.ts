import { simulate, type Outcome, type Trial } from "./simulate.js";

/** Runs that shrinking may take. */
const RUNS_MAX = 400;

/**
 * A smaller trial that is broken too: without the faults it does not need, then without operations, first halves,
 * then ever smaller parts. What breaks may change on the way; that something does is what counts.
 */
export async function shrink(broken: Outcome): Promise<Outcome> {
  let best = broken;
  let runs = 0;
  const tries = async (trial: Trial): Promise<boolean> => {
    if (runs >= RUNS_MAX) return false;
    runs += 1;
    const outcome = await simulate(trial);
    if (outcome.broken === undefined) return false;
    best = outcome;
    return true;
  };
  for (const fault of broken.faults) await tries({ ...best.trial, without: [...(best.trial.without ?? []), fault] });
  for (let part = Math.ceil(best.operations.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let from = 0; from < best.operations.length; ) {
      const numbers = best.operations.map(({ number }) => number);
      const keep = [...numbers.slice(0, from), ...numbers.slice(from + part)];
      if (!(await tries({ ...best.trial, keep }))) from += part;
    }
  }
  return best;
}
