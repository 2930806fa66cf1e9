import { z } from "@hono/zod-openapi";
import { explainOrder, explainOrderBetween } from "../../../app/scheduling/explain-order.js";
import { orderSchema, ownOrderSchema } from "../../../contract/schemas/order.js";
import { ok } from "../../../domain/result.js";
import { voiceOf } from "../../../text/voice.js";
import { defineRoute, type Route } from "../route.js";
import { shownOrder, shownOwnOrder } from "../shown-order.js";

const named = (description: string) => z.string().max(60).openapi({ description });

const own = defineRoute({
  method: "get",
  path: "/requests/{request}/order",
  access: "request.explain",
  tag: "requests",
  summary: "How many stand before each waiting step, and on which grounds; nobody else is named",
  params: z.object({ pool: z.string(), request: named("Id, or readable number.") }),
  response: ownOrderSchema,
  async handle({ deps, actor, pool, params, language }) {
    const told = await explainOrder(deps, actor, pool, params.request);
    return told.ok ? ok({ body: shownOwnOrder(voiceOf(language), told.value) }) : told;
  },
});

const between = defineRoute({
  method: "get",
  path: "/requests/{request}/order/{other}",
  access: "request.explain",
  tag: "requests",
  summary: "Why one request is before another; who may not read the other is told of their own alone, whatever the other is",
  params: z.object({ pool: z.string(), request: named("Id, or readable number."), other: named("Id, or readable number.") }),
  response: orderSchema,
  async handle({ deps, actor, pool, params, language }) {
    const told = await explainOrderBetween(deps, actor, pool, params.request, params.other);
    return told.ok ? ok({ body: shownOrder(voiceOf(language), told.value) }) : told;
  },
});

export const orderRoutes: readonly Route[] = [own, between];
