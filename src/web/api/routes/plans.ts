import { z } from "@hono/zod-openapi";
import { applyPlan } from "../../../app/rebalance/apply-plan.js";
import { approvePlan, consentToPlan } from "../../../app/rebalance/decide-plan.js";
import { draftPlan, editPlan, proposePlan, refusePlan, withdrawPlan } from "../../../app/rebalance/plans.js";
import { listPlans, readPlan, type PlanShown, type PlanView } from "../../../app/rebalance/read-plans.js";
import { declareStandingLimit, limitKey, readStandingLimits, removeStandingLimit } from "../../../app/rebalance/standing-limits.js";
import { takeBackPlan } from "../../../app/rebalance/take-back-plan.js";
import { tryPlan } from "../../../app/rebalance/try-plan.js";
import type { StoredPlan } from "../../../app/ports/plan.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { consentSent, planPage, planRefused, planSeen, planSent, planShown, planTakenBack, plansQuery, planSummary, standingLimitSent, standingLimitShown, standingLimitsQuery } from "../../../contract/schemas/plan.js";
import { trusted, type UnitId } from "../../../domain/id.js";
import type { PlanMark, StandingLimit } from "../../../domain/rebalance/plan.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, type Answer, type Call, type Route } from "../route.js";
import { shownPage, shownPageOfAll } from "../shown-page.js";
import { iso } from "../shown-request.js";

const onePlan = z.object({ plan: z.coerce.number().int() });

const summaryOf = ({ plan, state }: PlanShown): z.input<typeof planSummary> => ({
  plan: plan.id,
  title: plan.content.title,
  state,
  origin: plan.content.origin,
  hash: plan.hash,
  loans: plan.content.loans.length,
  draftedAt: iso(plan.drafted.at),
  expiresAt: plan.expiresAt === null ? null : iso(plan.expiresAt),
});

const markOf = ({ by, at }: PlanMark) => ({ by: by as string, at: iso(at) });

function shown(view: PlanView, language: Language): z.input<typeof planShown> {
  const { plan, needed, missing, contested, obstacles, trial } = view;
  return {
    ...summaryOf(view),
    goal: plan.content.goal,
    loans: plan.content.loans.map(({ classId, lender, resource, borrower, amount, from, to, legalBasis, why, without }) => ({ class: classId, lender, resource, borrower, amount, from, to, legalBasis, why, without })),
    seen: plan.content.seen.map((one) => ({ ...one })),
    generation: plan.generation,
    drafted: markOf(plan.drafted),
    proposed: plan.proposed && markOf(plan.proposed),
    consents: plan.consents.map((one) => ({ unit: one.unitId, ...markOf(one) })),
    consentsNeeded: needed.map((one) => ({ unit: one.unitId, class: one.classId, amount: one.amount, limit: one.limit, given: !missing.includes(one) })),
    approved: plan.approved && markOf(plan.approved),
    applied: plan.applied && markOf(plan.applied),
    closed: plan.closed && { ...markOf(plan.closed), reason: plan.closed.reason },
    contested: contested.map((one) => ({ ...one })),
    obstacles: obstacles.map((one) => ({ code: one.code, title: problemTitle(language, one), detail: problemTodo(language, one), ...(one.field === undefined ? {} : { field: one.field }), facts: one.facts as Record<string, unknown> })),
    applications: view.loans.map((loan) => ({ loan: Number(loan.id), resource: loan.resourceCode, state: loan.state, lent: loan.lent, used: loan.used })),
    effect: view.effect && { ...view.effect, units: view.effect.units.map(({ unitId, side, predicted, measured }) => ({ unit: unitId, side, predicted, measured })) },
    trial: trial && { whatIf: trial.id, state: trial.state, progress: trial.progress, isOfThisContent: trial.isOfThisContent },
  };
}

type AnyCall = Pick<Call<unknown, unknown, unknown>, "deps" | "actor" | "pool" | "language">;

async function whole({ deps, actor, pool, language }: AnyCall, id: number, location?: string): Promise<Result<Answer<z.input<typeof planShown>>>> {
  const view = await readPlan(deps, actor, pool, id);
  return view.ok ? ok({ body: shown(view.value, language), generation: view.value.plan.generation, ...(location !== undefined && { location }) }) : view;
}

/** The plan as it stands after an act on it. */
const after = async (call: AnyCall, acted: Result<StoredPlan>, made = false) => (acted.ok ? await whole(call, acted.value.id, made ? `/plans/${acted.value.id}` : undefined) : acted);

const CONTENT = [
  "plan.empty", "plan.too_many_loans", "plan.lender_short", "input.unknown_reference", "class.unknown", "loan.not_owned", "loan.not_lendable", "loan.deciding_act", "loan.loop", "loan.to_itself", "loan.term_past", "loan.term_reversed",
  "loan.persons_upward", "loan.below_least_claim", "amount.negative", "amount.fractional", "amount.zero",
] as const;
const STANDING = ["plan.content_changed", "plan.thing_changed", "plan.thing_gone", "plan.not_free", "plan.expired", "object.transition_illegal"] as const;

const list = defineRoute({
  method: "get",
  path: "/plans",
  access: "plan.read",
  tag: "plans",
  summary: "Plans to lend capacity, the newest first",
  query: plansQuery,
  response: planPage,
  async handle({ deps, actor, pool, query }) {
    const page = await listPlans(deps, actor, pool, { state: query.state }, query);
    return shownPage(page, summaryOf);
  },
});

const draft = defineRoute({
  method: "post",
  path: "/plans",
  access: "plan.propose",
  tag: "plans",
  summary: "Draft a plan: a set of loans",
  body: planSent,
  status: 201,
  response: planShown,
  problems: CONTENT,
  handle: async (call) => after(call, await draftPlan(call.deps, call.actor, call.pool, call.body), true),
});

const get = defineRoute({
  method: "get",
  path: "/plans/{plan}",
  access: "plan.read",
  tag: "plans",
  summary: "One plan: its loans, whose consent it needs, what stands in its way, and who did what to it",
  params: onePlan,
  response: planShown,
  handle: async (call) => whole(call, call.params.plan),
});

const edit = defineRoute({
  method: "put",
  path: "/plans/{plan}",
  access: "plan.edit",
  tag: "plans",
  summary: "Write a draft anew; what was proposed cannot be edited",
  params: onePlan,
  body: planSent,
  ifMatch: true,
  response: planShown,
  problems: ["plan.bound", ...CONTENT],
  handle: async (call) => after(call, await editPlan(call.deps, call.actor, call.pool, call.params.plan, call.body, call.ifMatch)),
});

const propose = defineRoute({
  method: "post",
  path: "/plans/{plan}/proposal",
  access: "plan.edit",
  tag: "plans",
  summary: "Propose a draft: from then on its content is fixed",
  params: onePlan,
  response: planShown,
  problems: ["plan.not_free", "object.transition_illegal"],
  handle: async (call) => after(call, await proposePlan(call.deps, call.actor, call.pool, call.params.plan)),
});

const attempt = defineRoute({
  method: "post",
  path: "/plans/{plan}/trial",
  access: "plan.try",
  tag: "plans",
  summary: "Play the plan beside the pool as it is, on a copy; what came of it is kept with the plan as a what-if",
  params: onePlan,
  status: 202,
  response: planShown,
  problems: ["what-if.too_many_under_way", "what-if.too_many_kept", "scenario.day_beyond", "object.transition_illegal"],
  handle: async (call) => after(call, await tryPlan(call.deps, call.actor, call.pool, call.params.plan)),
});

const consent = defineRoute({
  method: "post",
  path: "/plans/{plan}/consents",
  access: "plan.consent",
  tag: "plans",
  summary: "The head of a lending unit consents to exactly the content that was seen",
  params: onePlan,
  body: consentSent,
  response: planShown,
  problems: ["plan.consent_not_asked", "plan.consented_already", "plan.content_changed", "plan.expired", "object.transition_illegal"],
  handle: async (call) => after(call, await consentToPlan(call.deps, call.actor, call.pool, call.params.plan, trusted<UnitId>(call.body.unit), call.body.hash)),
});

const approve = defineRoute({
  method: "post",
  path: "/plans/{plan}/approval",
  access: "plan.approve",
  tag: "plans",
  summary: "A second person approves exactly the content that was seen",
  params: onePlan,
  body: planSeen,
  response: planShown,
  problems: ["approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new", "plan.consent_missing", ...STANDING],
  handle: async (call) => after(call, await approvePlan(call.deps, call.actor, call.pool, call.params.plan, call.body.hash)),
});

const apply = defineRoute({
  method: "post",
  path: "/plans/{plan}/application",
  access: "plan.apply",
  tag: "plans",
  summary: "Hand the loans of an approved plan to the scheduler, all or none",
  params: onePlan,
  body: planSeen,
  response: planShown,
  problems: [...STANDING, "loan.too_many"],
  handle: async (call) => after(call, await applyPlan(call.deps, call.actor, call.pool, call.params.plan, call.body.hash)),
});

const takeBack = defineRoute({
  method: "post",
  path: "/plans/{plan}/taking-back",
  access: "plan.take-back",
  tag: "plans",
  summary: "Undo an applied plan: each of its loans is recalled with notice, in one act",
  params: onePlan,
  body: planTakenBack,
  response: planShown,
  problems: ["plan.nothing_to_take_back", "object.transition_illegal"],
  handle: async (call) => after(call, await takeBackPlan(call.deps, call.actor, call.pool, call.params.plan, call.body.grounds)),
});

const refuse = defineRoute({
  method: "post",
  path: "/plans/{plan}/refusal",
  access: "plan.refuse",
  tag: "plans",
  summary: "Refuse a plan, and say why",
  params: onePlan,
  body: planRefused,
  response: planShown,
  problems: ["plan.expired", "object.transition_illegal"],
  handle: async (call) => after(call, await refusePlan(call.deps, call.actor, call.pool, call.params.plan, call.body.reason)),
});

const withdraw = defineRoute({
  method: "post",
  path: "/plans/{plan}/withdrawal",
  access: "plan.withdraw",
  tag: "plans",
  summary: "Withdraw a plan that was not applied",
  params: onePlan,
  response: planShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await withdrawPlan(call.deps, call.actor, call.pool, call.params.plan)),
});

const oneLimit = z.object({ limit: z.string().max(300) });
const shownLimit = (one: StandingLimit) => ({ limit: limitKey(one), unit: one.unitId, class: one.classId, amount: one.amount, generation: one.generation });

const limits = defineRoute({
  method: "get",
  path: "/standing-limits",
  access: "standing-limit.read",
  tag: "plans",
  summary: "How much of a class each unit lends in a period without its head being asked",
  query: standingLimitsQuery,
  response: pageOf(standingLimitShown),
  async handle({ deps, actor, pool, query }) {
    const found = await readStandingLimits(deps, actor, pool);
    return shownPageOfAll(found, query, limitKey, shownLimit);
  },
});

const putLimit = defineRoute({
  method: "post",
  path: "/standing-limits",
  access: "standing-limit.declare",
  tag: "plans",
  summary: "Declare the standing limit of a unit and class; one that is there is replaced",
  body: standingLimitSent,
  response: standingLimitShown,
  problems: ["class.unknown", "loan.not_lendable", "input.unknown_reference", "amount.negative", "amount.fractional"],
  async handle({ deps, actor, pool, body }) {
    const declared = await declareStandingLimit(deps, actor, pool, body);
    return declared.ok ? ok({ body: shownLimit(declared.value), generation: declared.value.generation }) : declared;
  },
});

const endLimit = defineRoute({
  method: "delete",
  path: "/standing-limits/{limit}",
  access: "standing-limit.declare",
  tag: "plans",
  summary: "Remove a standing limit: every loan is asked for then",
  params: oneLimit,
  response: z.object({ removed: z.string() }),
  async handle({ deps, actor, pool, params }) {
    const gone = await removeStandingLimit(deps, actor, pool, params.limit);
    return gone.ok ? ok({ body: { removed: limitKey(gone.value) } }) : gone;
  },
});

export const planRoutes: readonly Route[] = [list, draft, get, edit, propose, attempt, consent, approve, apply, takeBack, refuse, withdraw, limits, putLimit, endLimit];
