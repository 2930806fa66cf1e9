import type { z } from "@hono/zod-openapi";
import { problem, type Problem } from "../domain/problem.js";

type Issue = z.core.$ZodIssue;

/** Says in our codes what a schema found, with the path of the field. */
export function problemsOf(error: z.ZodError, prefix = ""): [Problem, ...Problem[]] {
  const problems = error.issues.flatMap((issue) => ofIssue(issue, prefix));
  const [first, ...rest] = problems;
  return first ? [first, ...rest.slice(0, MOST - 1)] : [problem("input.invalid", { expected: "" })];
}

/** Enough for a person to mend a form; a table has its own report. */
const MOST = 50;

function ofIssue(issue: Issue, prefix: string): Problem[] {
  const path = [...(prefix ? [prefix] : []), ...issue.path.map(String)].join(".");
  const place = path === "" ? {} : { field: path };
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((name) => problem("input.unknown_field", { name: name.slice(0, 80) }, { field: path === "" ? name : `${path}.${name}` }));
    case "invalid_type":
      return [issue.input === undefined && /received undefined/.test(issue.message) ? problem("input.missing", {}, place) : problem("input.invalid", { expected: issue.expected }, place)];
    case "too_big":
      return [issue.origin === "string" ? problem("input.too_long", { max: Number(issue.maximum) }, place) : problem("input.out_of_range", { min: 0, max: Number(issue.maximum) }, place)];
    case "too_small":
      return [issue.origin === "string" ? problem("input.missing", {}, place) : problem("input.out_of_range", { min: Number(issue.minimum), max: Number.MAX_SAFE_INTEGER }, place)];
    case "invalid_value":
      return [problem("input.invalid", { expected: issue.values.map(String).join(" | ").slice(0, 200) }, place)];
    case "invalid_format":
      return [problem("input.invalid", { expected: issue.format }, place)];
    case "invalid_union":
      return issue.errors[0] ? issue.errors[0].flatMap((inner) => ofIssue(inner, path)) : [problem("input.invalid", { expected: "" }, place)];
    case "custom": {
      const own = (issue.params as { problem?: Problem } | undefined)?.problem;
      return [own ? ({ ...own, ...place } as Problem) : problem("input.invalid", { expected: issue.message }, place)];
    }
    default:
      return [problem("input.invalid", { expected: issue.message }, place)];
  }
}
