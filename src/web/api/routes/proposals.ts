import { z } from "@hono/zod-openapi";
import type { ShareWish } from "../../../app/quota/carry-out.js";
import { approveProposal, proposeChanges, refuseProposal, withdrawProposal } from "../../../app/quota/proposals.js";
import { listProposals, readProposal } from "../../../app/quota/read-proposals.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { proposalRefused, proposalSeen, proposalSent, proposalShown, proposalsQuery, proposalSummary } from "../../../contract/schemas/quota.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { proposed, shownProposal, shownSummary } from "../shown-proposal.js";

const oneProposal = z.object({ proposal: z.coerce.number().int() });

const list = defineRoute({
  method: "get",
  path: "/proposals",
  access: "proposal.read",
  tag: "quotas",
  summary: "Proposed changes of quotas, cohorts, limits and overcommit, the newest first",
  query: proposalsQuery,
  response: pageOf(proposalSummary),
  async handle({ deps, actor, pool, query }) {
    const page = await listProposals(deps, actor, pool, { state: query.state }, query);
    return shownPage(page, shownSummary);
  },
});

const get = defineRoute({
  method: "get",
  path: "/proposals/{proposal}",
  access: "proposal.read",
  tag: "quotas",
  summary: "One proposal: what it would change, what that would mean now, and what keeps it from being approved",
  params: oneProposal,
  response: proposalShown,
  async handle({ deps, actor, pool, params, language }) {
    const view = await readProposal(deps, actor, pool, params.proposal);
    return view.ok ? ok({ body: shownProposal(view.value, language) }) : view;
  },
});

type Sent = z.output<typeof proposalSent>["changes"][number];

function wishesOf(changes: readonly Sent[]): Result<readonly ShareWish[]> {
  const wishes: ShareWish[] = [];
  for (const [at, { quota, removeQuota, cohort, removeCohort, sharing, overcommit }] of changes.entries()) {
    const asked: ShareWish[] = [
      ...(quota ? [{ kind: "quota" as const, declare: quota }] : []),
      ...(removeQuota === undefined ? [] : [{ kind: "quota" as const, remove: removeQuota }]),
      ...(cohort ? [{ kind: "cohort" as const, declare: cohort }] : []),
      ...(removeCohort === undefined ? [] : [{ kind: "cohort" as const, remove: removeCohort }]),
      ...(sharing ? [{ kind: "sharing" as const, declare: sharing }] : []),
      ...(overcommit ? [{ kind: "overcommit" as const, declare: overcommit }] : []),
    ];
    if (asked.length !== 1) return refused(problem("input.invalid", { expected: "quota | removeQuota | cohort | removeCohort | sharing | overcommit" }, { field: `changes.${at}` }));
    wishes.push(...asked);
  }
  return ok(wishes);
}

const make = defineRoute({
  method: "post",
  path: "/proposals",
  access: "proposal.make",
  tag: "quotas",
  summary: "Propose changes of quotas, cohorts, limits and overcommit, to be approved together by another person",
  body: proposalSent,
  status: 201,
  response: proposalShown,
  problems: ["proposal.open_already", "proposal.nothing_changes", "approval.nobody_else", "quota.above_capacity", "class.unknown", "input.unknown_reference", "input.duplicate", "amount.negative", "quota.of_function"],
  async handle(call) {
    const wishes = wishesOf(call.body.changes);
    return wishes.ok ? proposed(call, await proposeChanges(call.deps, call.actor, call.pool, wishes.value)) : wishes;
  },
});

const approve = defineRoute({
  method: "post",
  path: "/proposals/{proposal}/approval",
  access: "proposal.approve",
  tag: "quotas",
  summary: "A second person approves exactly what was seen; it is in force at once",
  params: oneProposal,
  body: proposalSeen,
  response: proposalShown,
  problems: ["approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new", "proposal.content_changed", "proposal.thing_changed", "proposal.expired", "object.transition_illegal"],
  handle: async (call) => proposed(call, await approveProposal(call.deps, call.actor, call.pool, call.params.proposal, call.body.hash)),
});

const refuse = defineRoute({
  method: "post",
  path: "/proposals/{proposal}/refusal",
  access: "proposal.refuse",
  tag: "quotas",
  summary: "Refuse a proposal, and say why",
  params: oneProposal,
  body: proposalRefused,
  response: proposalShown,
  problems: ["approval.same_person", "proposal.expired", "object.transition_illegal"],
  handle: async (call) => proposed(call, await refuseProposal(call.deps, call.actor, call.pool, call.params.proposal, call.body.reason)),
});

const withdraw = defineRoute({
  method: "post",
  path: "/proposals/{proposal}/withdrawal",
  access: "proposal.withdraw",
  tag: "quotas",
  summary: "Withdraw one's own proposal",
  params: oneProposal,
  response: proposalShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => proposed(call, await withdrawProposal(call.deps, call.actor, call.pool, call.params.proposal)),
});

export const proposalRoutes: readonly Route[] = [list, get, make, approve, refuse, withdraw];
