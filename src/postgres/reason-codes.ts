import { claimIdOf } from "../domain/pool/claim-id.js";
import type { ClaimReason, ScoreTerms } from "../domain/pool/decision.js";
import type { StepId } from "../domain/id.js";

/*
 * The reasons of a plain grant in numbers, eleven a claim:
 *
 *   1 shape · 2 closed · 3 full · 4 winner · 5 period · 6 distance × 2 + other unit · 7 load percent
 *   8 runner-up, 0: none · 9–11 its terms
 *
 * As JSON they were the larger half of what a decision costs. Whatever these numbers cannot say is stored as JSON:
 * a new field of `ClaimReason` needs no change here. `pool.reasons(decision)` reads both forms.
 */

const INT4_MAX = 2 ** 31 - 1;
const KNOWN = new Set(["claim", "class", "shape", "outcome", "dynamic", "winner", "runnerUp", "resource", "terms", "period", "distance", "otherUnit", "loadPercent"]);
const NO_TERMS = [0, 0, 0, 0] as const;

/** As an array literal, or undefined: not sayable in numbers. */
export function reasonCodes(step: StepId, reasons: readonly ClaimReason[], shapeNo: (hash: string) => number | undefined): string | undefined {
  const codes: number[] = [];
  for (let ordinal = 0; ordinal < reasons.length; ordinal += 1) {
    const reason = reasons[ordinal]!;
    const no = shapeNo(reason.shape);
    if (no === undefined || reason.claim !== claimIdOf(step, ordinal) || reason.outcome !== "granted" || !reason.winner) return undefined;
    if (!known(reason) || !known(reason.winner) || !known(reason.winner.terms) || !known(reason.runnerUp) || !known(reason.runnerUp?.terms)) return undefined;
    const [first, second, third] = reason.dynamic;
    const closed = first?.rule === "calendar" ? first.count : 0;
    const next = first?.rule === "calendar" ? second : first;
    const full = next?.rule === "capacity" ? next.count : 0;
    if (third || (next && next.rule !== "capacity") || (next === first && second)) return undefined;
    codes.push(no, closed, full, reason.winner.resource, ...termCodes(reason.winner.terms));
    if (reason.runnerUp) codes.push(reason.runnerUp.resource, ...termCodes(reason.runnerUp.terms));
    else codes.push(...NO_TERMS);
  }
  return codes.every(isCode) ? `{${codes.join(",")}}` : undefined;
}

const termCodes = ({ period, distance, otherUnit, loadPercent }: ScoreTerms): [number, number, number] => [period, distance * 2 + otherUnit, loadPercent];

/** Somebody may teach the engine to say more than the numbers hold: then none of it is lost. */
function known(told: object | undefined): boolean {
  for (const field in told) if (!KNOWN.has(field)) return false;
  return true;
}

const isCode = (code: number): boolean => Number.isInteger(code) && code >= 0 && code <= INT4_MAX;

/** How decisions name shapes: the writer alone writes them, so it may number them itself. */
export class ShapeNumbers {
  readonly #numbers = new Map<string, number>();
  #last = 0;

  /** Those the tables have, at the beginning of a life. */
  reset(known: Iterable<{ readonly hash: string; readonly no: number }>): void {
    this.#numbers.clear();
    this.#last = 0;
    for (const { hash, no } of known) {
      this.#numbers.set(hash, no);
      this.#last = Math.max(this.#last, no);
    }
  }

  /** One that is about to be stored. A batch that fails leaves a gap, or the number for its next try. */
  number(hash: string): number {
    let no = this.#numbers.get(hash);
    if (no === undefined) this.#numbers.set(hash, (no = this.#last += 1));
    return no;
  }

  of = (hash: string): number | undefined => this.#numbers.get(hash);
}
