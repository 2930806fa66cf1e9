import { z } from "@hono/zod-openapi";
import { explainRequest } from "../../../app/scheduling/explain-request.js";
import { listQueue } from "../../../app/scheduling/list-queue.js";
import { tellStep } from "../../../app/scheduling/tell.js";
import { explanationSchema, queuePage, queueQuery } from "../../../contract/schemas/explanation.js";
import { trusted } from "../../../domain/id.js";
import { ok } from "../../../domain/result.js";
import { voiceOf } from "../../../text/voice.js";
import { defineRoute, type Route } from "../route.js";
import { shownAnswer, shownQueueLine } from "../shown-explanation.js";

const explanation = defineRoute({
  method: "get",
  path: "/requests/{request}/explanation",
  access: "request.explain",
  tag: "requests",
  summary: "Why each step of a request got what it got, waits, or was refused: as values and as sentences",
  params: z.object({ pool: z.string(), request: z.string().max(60).openapi({ description: "Id, or readable number." }) }),
  response: explanationSchema,
  async handle({ deps, actor, pool, params, language }) {
    const explained = await explainRequest(deps, actor, pool, params.request);
    if (!explained.ok) return explained;
    const voice = voiceOf(language);
    const { publicId, number, unitNames, steps } = explained.value;
    return ok({
      body: {
        request: publicId,
        number,
        unitNames,
        steps: steps.map((step) => ({
          step: step.name,
          names: step.names,
          stage: step.stage,
          mode: step.mode,
          state: step.state,
          attempt: step.attempt,
          sentences: [...tellStep(voice, explained.value, step)],
          answer: shownAnswer(step.answer),
        })),
      },
    });
  },
});

const queue = defineRoute({
  method: "get",
  path: "/queue",
  access: "queue.read",
  tag: "register",
  summary: "Steps without a place: what waits and for what, or what nobody could give; what is due first on top",
  query: queueQuery,
  response: queuePage,
  async handle({ deps, actor, pool, query: { limit, after, state, class: classId, division, unit } }) {
    const filter = {
      state,
      ...(classId === undefined ? {} : { classId: trusted<never>(classId) }),
      ...(division === undefined ? {} : { division: trusted<never>(division) }),
      ...(unit === undefined ? {} : { unit: trusted<never>(unit) }),
    };
    const found = await listQueue(deps, actor, pool, filter, { limit, after });
    return found.ok ? ok({ body: { rows: found.value.rows.map(shownQueueLine), next: found.value.next, counts: found.value.counts } }) : found;
  },
});

export const explanationRoutes: readonly Route[] = [explanation, queue];
