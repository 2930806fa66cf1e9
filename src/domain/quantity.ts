import { problem, type ProblemPlace } from "./problem.js";
import { ok, refused, type Result } from "./result.js";

/** A whole amount in its class's unit of measure; money is fen. */
export type Amount = number;

/** 2^53 − 1: what a JavaScript number holds exactly. Tables hold bigint. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;

const WHOLE = /^(0|[1-9]\d{0,15})$/;

/** Reads a whole, non-negative amount written in plain digits: no sign, point, exponent or leading zero. */
export function parseAmount(text: string, place: ProblemPlace = {}): Result<Amount> {
  const value = text.slice(0, 40);
  if (/^-\d+(\.\d+)?$/.test(text)) return refused(problem("amount.negative", { value }, place));
  if (/^\d+\.\d+$/.test(text)) return refused(problem("amount.fractional", { value }, place));
  if (/^[1-9]\d{16,}$/.test(text)) return refused(problem("amount.too_large", { max: AMOUNT_MAX }, place));
  if (!WHOLE.test(text)) return refused(problem("input.not_whole_number", { value }, place));
  const amount = Number(text);
  return Number.isSafeInteger(amount) ? ok(amount) : refused(problem("amount.too_large", { max: AMOUNT_MAX }, place));
}
