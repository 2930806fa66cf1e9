import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";

/** A name inside a declaration: of a step, a theme, a field, a line. */
export const parseSlug = (text: string, field: string): Result<string> =>
  /^[a-z0-9][a-z0-9-]{0,62}$/.test(text) ? ok(text) : refused(problem("input.invalid", { expected: "1–63 × a–z 0–9 -" }, { field }));
