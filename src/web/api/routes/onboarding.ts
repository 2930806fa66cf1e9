import { z } from "@hono/zod-openapi";
import { unitChecklist } from "../../../app/onboarding/checklist.js";
import { publishUnit } from "../../../app/org/declare-unit.js";
import { checklistShown } from "../../../contract/schemas/onboarding.js";
import { unitShown } from "../../../contract/schemas/register.js";
import { ok } from "../../../domain/result.js";
import { pointTodo, pointWords } from "../../../text/onboarding.js";
import { defineRoute, type Route } from "../route.js";
import { shownUnit } from "../shown-register.js";

const unitParam = z.object({ pool: z.string(), unit: z.string().max(120) });

const checklist = defineRoute({
  method: "get",
  path: "/units/{unit}/onboarding",
  access: "onboarding.read",
  tag: "units",
  summary: "What keeps the unit off the public catalogue, and what is done",
  params: unitParam,
  response: checklistShown,
  async handle({ deps, actor, pool, params, language }) {
    const found = await unitChecklist(deps, actor, pool, params.unit);
    if (!found.ok) return found;
    const { unit, entries } = found.value;
    return ok({
      body: {
        unit: unit.id,
        public: unit.published,
        complete: entries.every(({ done }) => done),
        points: entries.map(({ point, done, gaps }) => ({
          point,
          title: pointWords[point][language],
          done,
          todo: done ? null : pointTodo[point][language],
          gaps: gaps.map(({ object, names, classes }) => ({ object, names, classes: [...classes] })),
        })),
      },
      generation: unit.generation,
    });
  },
});

const publication = defineRoute({
  method: "post",
  path: "/units/{unit}/publication",
  access: "unit.publish",
  tag: "units",
  summary: "Open the unit to the public; refused with everything its checklist still lacks",
  params: unitParam,
  ifMatch: true,
  response: unitShown,
  problems: ["unit.incomplete", "object.transition_illegal"],
  async handle({ deps, actor, pool, params, ifMatch }) {
    const done = await publishUnit(deps, actor, pool, params.unit, ifMatch);
    return done.ok ? ok({ body: shownUnit(done.value), generation: done.value.generation }) : done;
  },
});

export const onboardingRoutes: readonly Route[] = [checklist, publication];
