import { z } from "@hono/zod-openapi";
import { declarePriority } from "../../../app/pool/declare-basics.js";
import { listPriorityClasses } from "../../../app/pool/read-basics.js";
import { claimPriority, decidePriority, listPriorities, openPriority, withdrawPriority, type ShownPriority } from "../../../app/request/priorities.js";
import { pageOf } from "../../../contract/schemas/common.js";
import {
  priorityClaimed,
  priorityClassSent,
  priorityClassShown,
  priorityDecided,
  priorityOpened,
  priorityOpening,
  priorityOutcome,
  requestPriority,
} from "../../../contract/schemas/priority.js";
import type { PriorityClass } from "../../../domain/pool/priority-class.js";
import type { PriorityState } from "../../../domain/request/priority.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { iso, isoOrNull } from "../shown-request.js";

const onRequest = z.object({ pool: z.string(), request: z.uuid() });
const onPriority = onRequest.extend({ priority: z.string().max(63) });

const shownClass = ({ code, names, ...rest }: PriorityClass): z.input<typeof priorityClassShown> => ({ priority: code, names, ...rest });

const shown = (one: ShownPriority): z.input<typeof requestPriority> => ({
  priority: one.code,
  names: one.class?.names ?? null,
  legalBasis: one.class?.legalBasis ?? null,
  state: one.state,
  claimedAt: iso(one.claimedAt),
  decidedAt: isoOrNull(one.decidedAt),
});

const outcome = (priority: string, result: Result<PriorityState>): Result<Answer<z.input<typeof priorityOutcome>>> =>
  result.ok ? ok({ body: { priority, state: result.value } }) : result;

const classes = defineRoute({
  method: "get",
  path: "/priority-classes",
  access: "priority-class.read",
  tag: "register",
  summary: "Lawful grounds to be served before others",
  response: pageOf(priorityClassShown),
  async handle({ deps, actor, pool }) {
    const found = await listPriorityClasses(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownClass), next: null } }) : found;
  },
});

const declare = defineRoute({
  method: "put",
  path: "/priority-classes/{priority}",
  access: "priority-class.declare",
  tag: "register",
  summary: "Declare a lawful ground, how far it moves a step ahead, and its legal basis",
  params: z.object({ pool: z.string(), priority: z.string().max(63) }),
  body: priorityClassSent,
  response: priorityClassShown,
  async handle({ deps, actor, pool, params, body }) {
    const made = await declarePriority(deps, actor, pool, { ...body, priority: params.priority });
    return made.ok ? ok({ body: shownClass(made.value.thing), status: made.value.change === "created" ? 201 : 200 }) : made;
  },
});

const list = defineRoute({
  method: "get",
  path: "/requests/{request}/priorities",
  access: "request.read",
  tag: "requests",
  summary: "Grounds claimed for a request, by code and state; never what they rest on",
  params: onRequest,
  response: pageOf(requestPriority),
  async handle({ deps, actor, pool, params }) {
    const found = await listPriorities(deps, actor, pool, params.request);
    return found.ok ? ok({ body: { rows: found.value.map(shown), next: null } }) : found;
  },
});

const claim = defineRoute({
  method: "post",
  path: "/requests/{request}/priorities",
  access: "request.claim-priority",
  tag: "requests",
  summary: "Claim a ground to be served before others; its circumstances are sealed at once",
  params: onRequest,
  body: priorityClaimed,
  response: priorityOutcome,
  problems: ["priority.claimed_already", "request.over", "input.unknown_reference", "input.missing"],
  async handle({ deps, actor, pool, params, body }) {
    return outcome(body.priority, await claimPriority(deps, actor, pool, { publicId: params.request, code: body.priority, evidence: body.evidence ?? null }));
  },
});

const decide = defineRoute({
  method: "post",
  path: "/requests/{request}/priorities/{priority}/decision",
  access: "request.confirm-priority",
  tag: "requests",
  summary: "Confirm or decline a ground somebody else claimed; its steps move at once",
  params: onPriority,
  body: priorityDecided,
  response: priorityOutcome,
  problems: ["priority.not_claimed", "priority.second_person", "request.over", "input.unknown_reference"],
  async handle({ deps, actor, pool, params, body }) {
    return outcome(params.priority, await decidePriority(deps, actor, pool, { publicId: params.request, code: params.priority, confirm: body.confirm }));
  },
});

const withdraw = defineRoute({
  method: "post",
  path: "/requests/{request}/priorities/{priority}/withdrawal",
  access: "request.withdraw-priority",
  tag: "requests",
  summary: "Withdraw a ground: the request goes back to the place it has without it",
  params: onPriority,
  response: priorityOutcome,
  problems: ["priority.not_claimed", "request.over", "input.unknown_reference"],
  async handle({ deps, actor, pool, params }) {
    return outcome(params.priority, await withdrawPriority(deps, actor, pool, { publicId: params.request, code: params.priority }));
  },
});

const open = defineRoute({
  method: "post",
  path: "/requests/{request}/priorities/{priority}/opening",
  access: "request.open-priority",
  tag: "requests",
  summary: "What a ground rests on, for who decides or audits it and says why; the reading is on record",
  params: onPriority,
  body: priorityOpening,
  // The reading is on record each time; its answer must not lie among the answers kept for retries.
  readOnly: true,
  response: priorityOpened,
  async handle({ deps, actor, pool, params, body }) {
    const opened = await openPriority(deps, actor, pool, { publicId: params.request, code: params.priority, reason: body.reason });
    return opened.ok ? ok({ body: opened.value }) : opened;
  },
});

export const priorityRoutes: readonly Route[] = [classes, declare, list, claim, decide, withdraw, open];
