import { z } from "@hono/zod-openapi";
import { declareDelegation, listDelegations, withdrawDelegation } from "../../../app/org/delegations.js";
import { declareRecusal, listRecusals, withdrawRecusal } from "../../../app/persons/recusals.js";
import type { DelegationRow } from "../../../app/ports/delegation.js";
import type { Recusal } from "../../../app/ports/recusal.js";
import type { ActOutcome } from "../../../app/request/act-on-case.js";
import { designateUnit } from "../../../app/request/designate-unit.js";
import { referRequest } from "../../../app/request/refer-request.js";
import { handOverStep } from "../../../app/work/hand-over-step.js";
import { nameDeputy } from "../../../app/work/name-deputy.js";
import { stepsWithoutOfficer } from "../../../app/work/without-officer.js";
import { pageOf } from "../../../contract/schemas/common.js";
import {
  delegationInput,
  delegationParam,
  delegationQuery,
  delegationShown,
  deputyInput,
  designationInput,
  done,
  handOverInput,
  headTaskQuery,
  headTasks,
  recusalInput,
  recusalParam,
  recusalQuery,
  recusalShown,
  referralInput,
  withdrawalInput,
} from "../../../contract/schemas/law.js";
import { actOutcome } from "../../../contract/schemas/request.js";
import { stepOutcome } from "../../../contract/schemas/work.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { iso, isoOrNull } from "../shown-request.js";

const oneRequest = z.object({ pool: z.string(), request: z.uuid() });
const oneStep = z.object({ pool: z.string(), request: z.uuid(), step: z.string().max(63) });

const shownRecusal = ({ id, officerId, subject, ground, validFrom, validTo, declaredBy, declaredAt }: Recusal): z.input<typeof recusalShown> => ({
  recusal: id,
  officer: officerId,
  // Who it is, whoever said it knows; of whoever reads the list, not everybody may.
  subject:
    subject.kind === "person"
      ? { kind: "person" }
      : subject.kind === "enterprise"
        ? { kind: "enterprise", enterprise: subject.enterpriseCode }
        : { kind: "request", number: subject.number },
  ground,
  from: iso(validFrom),
  to: isoOrNull(validTo),
  declaredBy,
  declaredAt: iso(declaredAt),
});

const shownDelegation = (row: DelegationRow): z.input<typeof delegationShown> => ({
  delegation: row.id,
  from: row.from,
  to: row.to,
  class: row.classId,
  basis: row.basis,
  document: row.document,
  onward: row.onward,
  onwardBasis: row.onwardBasis,
  validFrom: iso(row.validFrom),
  validTo: isoOrNull(row.validTo),
  declaredAt: iso(row.declaredAt),
  withdrawnAt: isoOrNull(row.withdrawnAt),
});

const acted = (result: Result<ActOutcome>): Result<Answer<z.input<typeof actOutcome>>> => {
  if (!result.ok) return result;
  const { publicId, number, state, generation } = result.value;
  return ok({ body: { request: publicId, number, state: state as z.input<typeof actOutcome>["state"], generation }, generation });
};

const gone = (result: Result<void>): Result<Answer<z.input<typeof done>>> => (result.ok ? ok({ body: { done: true } }) : result);

const recusals = defineRoute({
  method: "get",
  path: "/recusals",
  access: "recusal.read",
  tag: "law",
  summary: "Officers who take no part, newest first",
  query: recusalQuery,
  response: pageOf(recusalShown),
  async handle({ deps, actor, pool, query: { unit, ...page } }) {
    const found = await listRecusals(deps, actor, pool, unit, page);
    return shownPage(found, shownRecusal);
  },
});

const recuse = defineRoute({
  method: "post",
  path: "/recusals",
  access: "recusal.declare",
  tag: "law",
  summary: "An officer takes no part: in one request, in all of an applicant's, in an enterprise's",
  body: recusalInput,
  status: 201,
  response: recusalShown,
  problems: ["recusal.one_subject", "input.unknown_reference", "deputy.of_another_unit", "validity.reversed"],
  async handle({ deps, actor, pool, body }) {
    const declared = await declareRecusal(deps, actor, pool, body);
    return declared.ok ? ok({ body: shownRecusal(declared.value), location: `/recusals/${declared.value.id}` }) : declared;
  },
});

const endRecusal = defineRoute({
  method: "delete",
  path: "/recusals/{recusal}",
  access: "recusal.withdraw",
  tag: "law",
  summary: "The officer takes part again",
  params: recusalParam,
  response: done,
  handle: async ({ deps, actor, pool, params }) => gone(await withdrawRecusal(deps, actor, pool, params.recusal)),
});

const delegations = defineRoute({
  method: "get",
  path: "/delegations",
  access: "delegation.read",
  tag: "law",
  summary: "Which unit acts in whose name, by which law and document",
  query: delegationQuery,
  response: pageOf(delegationShown),
  async handle({ deps, actor, pool, query: { unit, ended, limit } }) {
    const found = await listDelegations(deps, actor, pool, { unit, ended: ended === "true" });
    return found.ok ? ok({ body: { rows: found.value.slice(0, limit).map(shownDelegation), next: null } }) : found;
  },
});

const delegate = defineRoute({
  method: "post",
  path: "/delegations",
  access: "delegation.declare",
  tag: "law",
  summary: "Let another unit act in this one's name, within dates",
  body: delegationInput,
  status: 201,
  response: delegationShown,
  problems: ["delegation.to_oneself", "delegation.too_deep", "delegation.not_delegable", "delegation.basis_required", "object.exists", "input.unknown_reference", "class.unknown", "validity.reversed"],
  async handle({ deps, actor, pool, body }) {
    const declared = await declareDelegation(deps, actor, pool, body);
    return declared.ok ? ok({ body: shownDelegation(declared.value), location: `/delegations/${declared.value.id}` }) : declared;
  },
});

const endDelegation = defineRoute({
  method: "post",
  path: "/delegations/{delegation}/withdrawal",
  access: "delegation.withdraw",
  tag: "law",
  summary: "Take a delegation back: nothing is given by it any more",
  params: delegationParam,
  body: withdrawalInput,
  response: done,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body }) => gone(await withdrawDelegation(deps, actor, pool, params.delegation, body.reason)),
});

const handOver = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/hand-over",
  access: "step.hand-over",
  tag: "law",
  summary: "Begun work goes on in other hands, because its officer takes no part or is away",
  params: oneStep,
  body: handOverInput,
  response: stepOutcome,
  problems: ["step.not_in_hand", "deputy.barred", "deputy.of_another_unit", "object.transition_illegal"],
  async handle({ deps, actor, pool, params, body }) {
    const handed = await handOverStep(deps, actor, pool, { publicId: params.request, step: params.step, ...body });
    if (!handed.ok) return handed;
    const { publicId, number, step, state, requestState } = handed.value;
    return ok({ body: { request: publicId, number, step, state, requestState } });
  },
});

const deputy = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/deputy",
  access: "step.name-deputy",
  tag: "law",
  summary: "Where every officer takes no part: the head names who holds the post for this step",
  params: oneStep,
  body: deputyInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["step.not_without_officer", "deputy.barred", "deputy.of_another_unit", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => acted(await nameDeputy(deps, actor, pool, { publicId: params.request, step: params.step, ...body, generation: ifMatch })),
});

const refer = defineRoute({
  method: "post",
  path: "/requests/{request}/referral",
  access: "request.refer",
  tag: "law",
  summary: "Refer a request to the competent unit, here or in another pool: number, receipt and place stay",
  params: oneRequest,
  body: referralInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["referral.already_competent", "referral.not_competent", "referral.part_of_bundle", "referral.item_absent", "request.no_competent_unit", "request.line_absent", "input.unknown_reference", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => acted(await referRequest(deps, actor, pool, { publicId: params.request, ...body, generation: ifMatch })),
});

const designate = defineRoute({
  method: "post",
  path: "/requests/{request}/designation",
  access: "request.designate",
  tag: "law",
  summary: "Where every officer takes no part: a unit above names another one for this request",
  params: oneRequest,
  body: designationInput,
  ifMatch: true,
  response: actOutcome,
  problems: ["step.not_without_officer", "referral.already_competent", "input.unknown_reference", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => acted(await designateUnit(deps, actor, pool, { publicId: params.request, ...body, generation: ifMatch })),
});

const tasks = defineRoute({
  method: "get",
  path: "/units/{unit}/without-officer",
  access: "work-queue.read",
  tag: "law",
  summary: "Steps whose every officer takes no part, of the unit and of those beneath it, with the lawful exits",
  params: z.object({ pool: z.string(), unit: z.string().max(63) }),
  query: headTaskQuery,
  response: headTasks,
  async handle({ deps, actor, pool, params, query }) {
    const found = await stepsWithoutOfficer(deps, actor, pool, params.unit);
    if (!found.ok) return found;
    return ok({
      body: {
        rows: found.value.slice(0, query.limit).map((one) => ({
          request: one.publicId,
          number: one.number,
          step: one.name,
          stage: one.stage,
          itemNames: one.itemNames,
          unit: one.unitId as string,
          unitNames: one.unitNames,
          dueAt: iso(one.dueAt),
          refusedAt: iso(one.refusedAt),
          classes: [...one.classes],
          exits: [one.beneath ? ("designation" as const) : ("deputy" as const)],
          deputies: [...one.deputies],
        })),
        next: null,
      },
    });
  },
});

export const lawRoutes: readonly Route[] = [recusals, recuse, endRecusal, delegations, delegate, endDelegation, handOver, deputy, refer, designate, tasks];
