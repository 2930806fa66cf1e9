import { trusted, type StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { StepAsk } from "./contract.js";

/** What the engine keeps of a step that is no plain step of a request. */
export interface Special {
  /** Of a direct claim. */
  readonly direct: boolean;
  readonly waits: boolean;
  readonly replaces: StepId | null;
  /** Null: nothing has to be confirmed, or somebody did. */
  readonly holdUntil: Instant | null;
  /** The step it was picked for, beside which it stands in the queue. */
  readonly pickFor: StepId | null;
  /** What the step it was picked for holds must go, on this ground: with a no it is queued again. Null: it stays with a no. */
  readonly moves: string | null;
}

/** Undefined for most steps: they cost nothing here. */
export function specialOf({ requestId, waits, replaces, holdUntil, claims }: StepAsk): Special | undefined {
  if (requestId !== null && waits && replaces === null && claims.every(({ named }) => named === null)) return undefined;
  return { direct: requestId === null, waits, replaces, holdUntil, pickFor: null, moves: null };
}

/** Tried by itself: what the head of a lane cannot have, another with the same claims might. */
export const standsAlone = ({ waits, replaces, claims }: StepAsk): boolean => !waits || replaces !== null || claims.some(({ named }) => named !== null);

export const isConfirmed = ({ holdUntil }: Special): boolean => holdUntil === null;

/** When a direct claim's hold ends by itself; null: only by an act. */
export function directEnd({ holdUntil }: Special, lastEnd: Instant | null): Instant | null {
  if (holdUntil === null || lastEnd === null) return holdUntil ?? lastEnd;
  return Math.min(holdUntil, lastEnd);
}

/** Of what was picked for a step while it stands in the queue: no step of the tables has it. */
export const pickedId = (step: StepId): StepId => trusted(-step);
