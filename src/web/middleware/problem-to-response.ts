import type { Context } from "hono";
import type { Problem } from "../../domain/problem.js";
import { problemTexts, problemTitle, problemTodo } from "../../text/problems.js";
import type { Facts, Language } from "../../text/text.js";
import type { Env } from "../env.js";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** RFC 9457: the first problem is the answer's own; every one is listed under `problems`. */
export function problemBody(language: Language, problems: readonly [Problem, ...Problem[]], instance: string): Record<string, unknown> {
  const [first] = problems;
  const shown = (one: Problem) => ({
    code: one.code,
    title: problemTitle(language, one),
    detail: problemTodo(language, one),
    ...(one.field === undefined ? {} : { field: one.field }),
    ...(one.file === undefined ? {} : { file: one.file, line: one.line }),
    facts: one.facts as Facts,
  });
  return { type: `/problems#${first.code}`, status: statusOf(problems), instance, ...shown(first), problems: problems.map(shown) };
}

export const statusOf = ([first]: readonly [Problem, ...Problem[]]): number => problemTexts[first.code].status;

export function problemHeaders(problems: readonly [Problem, ...Problem[]]): Record<string, string> {
  const [first] = problems;
  const headers: Record<string, string> = { "content-type": PROBLEM_TYPE, "cache-control": "no-store" };
  if ("retryAfterSeconds" in first.facts) headers["retry-after"] = String(first.facts.retryAfterSeconds);
  if (first.code === "idempotency.in_flight") headers["retry-after"] = "1";
  if (first.code === "access.sign_in_required") headers["www-authenticate"] = "Bearer";
  return headers;
}

export function problemResponse(c: Context<Env>, problems: readonly [Problem, ...Problem[]]): Response {
  return new Response(JSON.stringify(problemBody(c.get("language"), problems, c.req.path)), {
    status: statusOf(problems),
    headers: { ...problemHeaders(problems), "content-language": c.get("language") },
  });
}
