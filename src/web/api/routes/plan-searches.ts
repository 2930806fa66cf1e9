import { z } from "@hono/zod-openapi";
import { beginPlanSearch, readPlanSearch } from "../../../app/rebalance/search-plan.js";
import type { PlanSearch } from "../../../app/ports/plan-search.js";
import { planSearchSent, planSearchShown } from "../../../contract/schemas/plan-search.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { searchWords } from "../../plan-search-words.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { iso } from "../shown-request.js";

function shown(found: Result<PlanSearch>, language: Language, made = false): Result<Answer<z.input<typeof planSearchShown>>> {
  if (!found.ok) return found;
  const { id, goal, by, at, progress, end } = found.value;
  const trial = end === null || end.state === "failed" ? null : end.trial;
  const body: z.input<typeof planSearchShown> = {
    search: id,
    state: end?.state ?? "running",
    goal: { ...goal },
    askedBy: by,
    askedAt: iso(at),
    phase: progress.phase,
    progress: progress.percent,
    classes: progress.classes,
    solved: progress.solved,
    moves: progress.moves,
    gap: progress.gap,
    said: searchWords(language, found.value),
    plan: end?.state === "found" ? end.plan : null,
    reason: end?.state === "nothing" ? end.reason : null,
    trial: trial && { breaches: [...trial.breaches], p90: [...trial.p90], dropped: trial.dropped },
    problems: end?.state === "failed" ? end.problems.map((one) => ({ code: one.code, title: problemTitle(language, one), detail: problemTodo(language, one) })) : [],
  };
  return ok({ body, ...(made && { location: `/plan-searches/${id}` }) });
}

const begin = defineRoute({
  method: "post",
  path: "/plan-searches",
  access: "plan.propose",
  tag: "plans",
  summary: "Look for a plan that is worth it, play it beside doing nothing, and keep it as a draft; one at a time",
  body: planSearchSent,
  status: 202,
  response: planSearchShown,
  problems: ["plan.search_running", "plan.goal_empty", "amount.negative", "amount.fractional"],
  handle: async ({ deps, actor, pool, body, language }) => shown(await beginPlanSearch(deps, actor, pool, body, language), language, true),
});

const get = defineRoute({
  method: "get",
  path: "/plan-searches/{search}",
  access: "plan.read",
  tag: "plans",
  summary: "How far a search for a plan is, and what came of it",
  params: z.object({ search: z.uuid() }),
  response: planSearchShown,
  handle: async ({ deps, actor, pool, params, language }) => shown(await readPlanSearch(deps, actor, pool, params.search), language),
});

export const planSearchRoutes: readonly Route[] = [begin, get];
