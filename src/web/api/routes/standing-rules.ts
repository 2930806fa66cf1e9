import type { z } from "@hono/zod-openapi";
import type { StoredRule } from "../../../app/ports/standing-rule.js";
import { openProposed } from "../../../app/rules/open-proposed.js";
import { approveRule, changeRule, listFirings, listRules, proposeRule, readRule, type RuleAct } from "../../../app/rules/rules.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { firingShown, ruleApproval, ruleInput, ruleParam, ruleReason, ruleShown, rulesQuery } from "../../../contract/schemas/standing-rule.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPageOfAll } from "../shown-page.js";
import { iso, isoOrNull } from "../shown-request.js";

const shown = ({ content, ...rule }: StoredRule): z.input<typeof ruleShown> => ({
  rule: content.id,
  title: content.title,
  state: rule.state,
  mode: content.mode,
  emergency: content.emergency,
  when: { ...content.when },
  does: { ...content.does },
  limits: { ...content.limits },
  hash: rule.hash,
  generation: rule.generation,
  proposedBy: rule.proposed.by,
  proposedAt: iso(rule.proposed.at),
  approvedBy: rule.approved?.by ?? null,
  approvedAt: isoOrNull(rule.approved?.at ?? null),
  reason: rule.closedReason,
  isOn: rule.isOn,
  measured: rule.measured,
  checkedAt: isoOrNull(rule.checkedAt),
  switchedAt: isoOrNull(rule.switchedAt),
});

const whole = (done: Result<StoredRule>) => (done.ok ? ok({ body: shown(done.value) }) : done);

const list = defineRoute({
  method: "get",
  path: "/standing-rules",
  access: "standing-rule.read",
  tag: "rebalance",
  summary: "Standing rules, how each stands and what it last read",
  query: rulesQuery,
  response: pageOf(ruleShown),
  async handle({ deps, actor, pool, query }) {
    const found = await listRules(deps, actor, pool);
    return shownPageOfAll(found, query, ({ content }) => content.id, shown);
  },
});

const one = defineRoute({
  method: "get",
  path: "/standing-rules/{rule}",
  access: "standing-rule.read",
  tag: "rebalance",
  summary: "One standing rule, whole",
  params: ruleParam,
  response: ruleShown,
  handle: async ({ deps, actor, pool, params }) => whole(await readRule(deps, actor, pool, params.rule)),
});

const firings = defineRoute({
  method: "get",
  path: "/standing-rules/{rule}/firings",
  access: "standing-rule.read",
  tag: "rebalance",
  summary: "What it did, and which limit kept it from acting: reading, threshold, plan, loans",
  params: ruleParam,
  query: rulesQuery,
  response: pageOf(firingShown),
  async handle({ deps, actor, pool, params, query }) {
    const found = await listFirings(deps, actor, pool, params.rule, query);
    if (!found.ok) return found;
    const rows = found.value.rows.map(({ id, at, turn, measured, threshold, held, plan, loans, drains, order, problems }) => ({ firing: id, at: iso(at), turn, measured, threshold, held, plan, loans: [...loans], drains: [...drains], order, problems: problems.map(({ code }) => code) }));
    return ok({ body: { rows, next: found.value.next } });
  },
});

const propose = defineRoute({
  method: "post",
  path: "/standing-rules",
  access: "standing-rule.propose",
  tag: "rebalance",
  summary: "Propose a standing rule, or write one anew; it acts when another person has approved it",
  body: ruleInput,
  status: 201,
  response: ruleShown,
  problems: ["rule.one_action", "rule.is_on", "rule.too_many", "alert.figure_unknown", "alert.value_out_of_range", "alert.clear_beyond_value", "alert.time_out_of_range", "class.unknown", "division.unknown", "input.unknown_reference", "loan.loop", "loan.to_itself", "loan.not_lendable", "drain.not_drainable", "amount.zero", "amount.negative", "amount.fractional"],
  async handle({ deps, actor, pool, body }) {
    const made = await proposeRule(deps, actor, pool, body);
    return made.ok ? ok({ body: shown(made.value), location: `/standing-rules/${made.value.content.id}` }) : made;
  },
});

const approve = defineRoute({
  method: "post",
  path: "/standing-rules/{rule}/approval",
  access: "standing-rule.approve",
  tag: "rebalance",
  summary: "Put in force exactly what was seen, as the second person",
  params: ruleParam,
  body: ruleApproval,
  response: ruleShown,
  problems: ["object.transition_illegal", "plan.content_changed", "approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new"],
  handle: async ({ deps, actor, pool, params, body }) => whole(await approveRule(deps, actor, pool, params.rule, body.hash)),
});

const opening = defineRoute({
  method: "post",
  path: "/standing-rules/{rule}/opening",
  access: "standing-rule.approve",
  tag: "rebalance",
  summary: "Open the reserves that a rule in proposing mode proposes to open, as another person than its proposer",
  params: ruleParam,
  response: ruleShown,
  problems: ["rule.proposes_nothing", "approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new"],
  handle: async ({ deps, actor, pool, params }) => whole(await openProposed(deps, actor, pool, params.rule)),
});

const change = (event: RuleAct, noun: string, summary: string): Route =>
  defineRoute({
    method: "post",
    path: `/standing-rules/{rule}/${noun}`,
    access: event === "refuse" ? "standing-rule.approve" : "standing-rule.pause",
    tag: "rebalance",
    summary,
    params: ruleParam,
    body: ruleReason,
    response: ruleShown,
    problems: ["object.transition_illegal"],
    handle: async ({ deps, actor, pool, params, body }) => whole(await changeRule(deps, actor, pool, params.rule, event, body.reason)),
  });

export const standingRuleRoutes: readonly Route[] = [
  list,
  one,
  firings,
  propose,
  approve,
  opening,
  change("refuse", "refusal", "Say no to a proposed rule"),
  change("pause", "pause", "Stop it: what it switched on is taken back at once"),
  change("resume", "resumption", "Let a paused rule go on as it was approved"),
  change("retire", "retirement", "End it for good; what it switched on is taken back"),
];
