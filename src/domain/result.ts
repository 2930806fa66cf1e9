import type { Problem } from "./problem.js";

/** The outcome of something that may be refused. Refusals return; faults (bugs) throw. */
export type Result<T> = Ok<T> | Refused;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

/** At least one problem, in the order in which the reader meets the causes. */
export interface Refused {
  readonly ok: false;
  readonly problems: readonly [Problem, ...Problem[]];
}

export function ok(): Ok<void>;
export function ok<T>(value: T): Ok<T>;
export function ok<T>(value?: T): Ok<T | undefined> {
  return { ok: true, value };
}

export function refused(first: Problem, ...rest: Problem[]): Refused {
  return { ok: false, problems: [first, ...rest] };
}

/** A refusal when there are problems, otherwise `value`. */
export function unlessRefused<T>(problems: readonly Problem[], value: T): Result<T> {
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(value);
}
