import { setTimeout as sleep } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { appointmentTimes, pickTime, type HeldTimes } from "../../../app/direct/pick-time.js";
import { pickAnswerWithin } from "../../../app/direct/read-direct-claims.js";
import { refusalProblem } from "../../../app/direct/refusal-problem.js";
import { appointmentAsked, appointmentInput, appointmentTimes as timesSchema } from "../../../contract/schemas/direct-claim.js";
import { trusted, type StepId } from "../../../domain/id.js";
import { ok, refused } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { iso, isoOrNull } from "../shown-request.js";

const oneStep = z.object({ pool: z.string(), request: z.uuid(), step: z.string().max(63) });

const heldShown = (held: HeldTimes | null) => held && { wasAt: isoOrNull(held.wasAt), starts: held.starts.map(iso), until: iso(held.until) };

const times = defineRoute({
  method: "get",
  path: "/requests/{request}/steps/{step}/times",
  access: "request.appoint",
  tag: "requests",
  summary: "When the applicant could come for a step, as things stand",
  params: oneStep,
  response: timesSchema,
  problems: ["appointment.not_offered", "service.unavailable"],
  async handle({ deps, actor, pool, params }) {
    const found = await appointmentTimes(deps, actor, pool, params.request, params.step);
    return found.ok ? ok({ body: { step: found.value.step, times: found.value.times.map(iso), held: heldShown(found.value.held) } }) : found;
  },
});

const appoint = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/appointment",
  access: "request.appoint",
  tag: "requests",
  summary: "Come at this time: what is arranged stays until the new time is the applicant's. `Prefer: wait` brings the answer",
  params: oneStep,
  body: appointmentInput,
  status: 202,
  response: appointmentAsked,
  problems: ["appointment.not_offered", "request.too_many_holds", "request.too_many_holds_of_item", "direct-claim.in_use", "direct-claim.short", "direct-claim.impossible"],
  async handle({ deps, actor, pool, params, body: { start } }) {
    const picked = await pickTime(deps, actor, pool, { publicId: params.request, step: params.step, start: start === null ? null : Date.parse(start) });
    return picked.ok ? ok({ body: { step: params.step, start, operation: { id: picked.value.step, after: picked.value.after, done: false } } }) : picked;
  },
  async settled({ deps, pool }, { operation, ...rest }, ms) {
    const answer = await pickAnswerWithin(deps, pool, trusted<StepId>(operation.id), operation.after, ms, sleep);
    if (!answer) return undefined;
    return answer.outcome === "refused" ? refused(refusalProblem(answer.reasons)) : ok({ body: { ...rest, operation: { ...operation, done: true } } });
  },
});

export const appointmentRoutes: readonly Route[] = [times, appoint];
