import { z } from "@hono/zod-openapi";
import { dissolveTaskForce } from "../../../app/rebalance/dissolve-task-force.js";
import { listTaskForces, readTaskForce, type TaskForceView } from "../../../app/rebalance/read-task-forces.js";
import { approveTaskForce, consentToTaskForce, proposeTaskForce, refuseTaskForce, withdrawTaskForce } from "../../../app/rebalance/task-forces.js";
import type { TaskForce } from "../../../app/ports/task-force.js";
import { taskForceConsentSent, taskForcePage, taskForceReason, taskForceSent, taskForceShown, taskForcesQuery, taskForceSummary } from "../../../contract/schemas/task-force.js";
import { trusted, type UnitId } from "../../../domain/id.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, type Answer, type Call, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { iso, isoOrNull, shownAmount } from "../shown-request.js";

const one = z.object({ taskForce: z.string().max(200) });

const summaryOf = ({ id, state, content, proposed, approved, closed, dissolvedAt, generation }: TaskForce): z.input<typeof taskForceSummary> => ({
  taskForce: id,
  names: content.names,
  state,
  basis: content.basis,
  until: content.until,
  parent: content.parent,
  division: content.division,
  members: [...content.members],
  leads: [...content.leads],
  items: content.items.map(({ item, divisions }) => ({ item, divisions: [...divisions] })),
  proposed: { by: proposed.by, at: iso(proposed.at) },
  approved: approved && { by: approved.by, at: iso(approved.at) },
  closed: closed && { by: closed.by, at: iso(closed.at), reason: closed.reason },
  dissolvedAt: isoOrNull(dissolvedAt),
  generation,
});

const shown = ({ force, missing, obstacles, loans, cases }: TaskForceView, language: Language): z.input<typeof taskForceShown> => ({
  ...summaryOf(force),
  resources: force.content.resources.map(({ unit, resource, classId, amount }) => ({ unit, resource, class: classId, amount: shownAmount(classId, amount) })),
  consents: force.consents.map(({ unitId, by, at }) => ({ unit: unitId, by, at: iso(at) })),
  consentsMissing: [...missing],
  obstacles: obstacles.map((found) => ({ code: found.code, title: problemTitle(language, found), detail: problemTodo(language, found), ...(found.field === undefined ? {} : { field: found.field }), facts: found.facts as Record<string, unknown> })),
  loans: loans.map((loan) => ({ loan: Number(loan.id), resource: loan.resourceCode, of: loan.lenderCode, unit: loan.lender, amount: shownAmount(loan.classId, loan.amount), from: loan.from, to: loan.to, state: loan.state, lent: loan.lent, used: loan.used })),
  cases: { ...cases },
});

type AnyCall = Pick<Call<unknown, unknown, unknown>, "deps" | "actor" | "pool" | "language">;

async function whole({ deps, actor, pool, language }: AnyCall, id: string): Promise<Result<Answer<z.input<typeof taskForceShown>>>> {
  const view = await readTaskForce(deps, actor, pool, id);
  return view.ok ? ok({ body: shown(view.value, language), generation: view.value.force.generation }) : view;
}

const after = async (call: AnyCall, result: Result<TaskForce>) => (result.ok ? await whole(call, result.value.id) : result);

const list = defineRoute({
  method: "get",
  path: "/task-forces",
  access: "task-force.read",
  tag: "task-forces",
  summary: "Task forces (virtual offices), newest first",
  query: taskForcesQuery,
  response: taskForcePage,
  async handle({ deps, actor, pool, query: { state, ...page } }) {
    const found = await listTaskForces(deps, actor, pool, { state }, page);
    return shownPage(found, summaryOf);
  },
});

const get = defineRoute({
  method: "get",
  path: "/task-forces/{taskForce}",
  access: "task-force.read",
  tag: "task-forces",
  summary: "One task force: what it was given, who agreed, what it works on",
  params: one,
  response: taskForceShown,
  handle: async (call) => whole(call, call.params.taskForce),
});

const propose = defineRoute({
  method: "post",
  path: "/task-forces",
  access: "task-force.propose",
  tag: "task-forces",
  summary: "Propose a task force of several units' resources, with its own items and last day",
  body: taskForceSent,
  status: 201,
  response: taskForceShown,
  problems: [
    "task-force.until_past", "task-force.not_owned", "task-force.of_task_force", "task-force.function_not_held", "task-force.no_member_competent", "task-force.item_taken",
    "object.exists", "input.duplicate", "input.unknown_reference", "plan.not_free", "loan.not_lendable", "loan.does_not_come_back", "loan.term_too_long",
  ],
  handle: async (call) => after(call, await proposeTaskForce(call.deps, call.actor, call.pool, call.body)),
});

const consent = defineRoute({
  method: "post",
  path: "/task-forces/{taskForce}/consents",
  access: "task-force.consent",
  tag: "task-forces",
  summary: "The head of a member agrees to what it gives, and to be acted for",
  params: one,
  body: taskForceConsentSent,
  response: taskForceShown,
  problems: ["task-force.consent_not_asked", "task-force.consented_already", "object.transition_illegal"],
  handle: async (call) => after(call, await consentToTaskForce(call.deps, call.actor, call.pool, call.params.taskForce, trusted<UnitId>(call.body.unit))),
});

const approve = defineRoute({
  method: "post",
  path: "/task-forces/{taskForce}/approval",
  access: "task-force.approve",
  tag: "task-forces",
  summary: "A second person approves: there is a unit, it has what it was given, and it takes new cases",
  params: one,
  response: taskForceShown,
  problems: ["approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new", "task-force.consent_missing", "task-force.until_past", "plan.not_free", "object.transition_illegal"],
  handle: async (call) => after(call, await approveTaskForce(call.deps, call.actor, call.pool, call.params.taskForce)),
});

const refuse = defineRoute({
  method: "post",
  path: "/task-forces/{taskForce}/refusal",
  access: "task-force.refuse",
  tag: "task-forces",
  summary: "Refuse a proposed task force, and say why",
  params: one,
  body: taskForceReason,
  response: taskForceShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await refuseTaskForce(call.deps, call.actor, call.pool, call.params.taskForce, call.body.reason)),
});

const withdraw = defineRoute({
  method: "post",
  path: "/task-forces/{taskForce}/withdrawal",
  access: "task-force.withdraw",
  tag: "task-forces",
  summary: "Take a proposal back",
  params: one,
  response: taskForceShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await withdrawTaskForce(call.deps, call.actor, call.pool, call.params.taskForce)),
});

const dissolve = defineRoute({
  method: "post",
  path: "/task-forces/{taskForce}/dissolution",
  access: "task-force.dissolve",
  tag: "task-forces",
  summary: "Dissolve it: what it was given goes back, its open cases go to their lead organs with number, place and dates",
  params: one,
  body: taskForceReason,
  response: taskForceShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await dissolveTaskForce(call.deps, call.actor, call.pool, call.params.taskForce, call.body.reason)),
});

export const taskForceRoutes: readonly Route[] = [list, propose, get, consent, approve, refuse, withdraw, dissolve];
