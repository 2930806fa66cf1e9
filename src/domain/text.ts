import { problem, type Problem, type ProblemPlace } from "./problem.js";

/**
 * Control characters, hidden direction marks and lone surrogates: PostgreSQL refuses the first (22021), people are
 * deceived by the second (Unicode TR 36 on bidirectional text spoofing). Tab and line breaks are allowed in long text.
 */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** A problem when the text holds a character nobody should send, or is longer than `max` characters. */
export function textProblem(text: string, max: number, place: ProblemPlace = {}): Problem | undefined {
  if (text.length > max) return problem("input.too_long", { max }, place);
  const match = FORBIDDEN.exec(text);
  if (!match) return undefined;
  const codePoint = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return problem("input.forbidden_character", { codePoint }, place);
}

/** One form for texts that look alike, so that two spellings are not two things. */
export const normalised = (text: string): string => text.normalize("NFC").trim();
