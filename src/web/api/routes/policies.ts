import { z } from "@hono/zod-openapi";
import type { PolicyVersion } from "../../../app/ports/policy.js";
import { activatePolicy } from "../../../app/policy/activate-policy.js";
import { approvePolicy } from "../../../app/policy/approve-policy.js";
import { readNewActs, takeOverNewActs } from "../../../app/policy/new-acts.js";
import { proposePolicy } from "../../../app/policy/propose-policy.js";
import { listPolicies, readPolicy } from "../../../app/policy/read-policy.js";
import { withdrawPolicy } from "../../../app/policy/withdraw-policy.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { newActs, newActsProposal, policyApproval, policyDetail, policyProposal, policyProposed, policyVersion } from "../../../contract/schemas/policy.js";
import { ruleText } from "../../../domain/policy/rule.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";

const version = z.object({ pool: z.string(), version: z.coerce.number().int().min(0) });
const done = z.object({ version: z.number().int() });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shown = (one: PolicyVersion) => ({
  ...one,
  proposedAt: new Date(one.proposedAt).toISOString(),
  approvedAt: iso(one.approvedAt),
  activatedAt: iso(one.activatedAt),
});

const list = defineRoute({
  method: "get",
  path: "/policies",
  access: "policy.read",
  tag: "policies",
  summary: "Versions of the policy, newest first",
  response: pageOf(policyVersion),
  async handle({ deps, actor, pool }) {
    const versions = await listPolicies(deps, actor, pool);
    return versions.ok ? ok({ body: { rows: versions.value.map(shown), next: null } }) : versions;
  },
});

const read = defineRoute({
  method: "get",
  path: "/policies/{version}",
  access: "policy.read",
  tag: "policies",
  summary: "One version: rules, cases, matrix, and what it changes",
  params: version,
  response: policyDetail,
  async handle({ deps, actor, pool, params }) {
    const found = await readPolicy(deps, actor, pool, params.version);
    if (!found.ok) return found;
    const { version: about, rules, effect, cases, matrix } = found.value;
    return ok({
      body: {
        version: shown(about),
        rules: rules.map(({ model, cells, effect: allowed }) => ({ model, cells: [...cells], effect: allowed })),
        added: (effect?.added ?? []).map(ruleText),
        removed: (effect?.removed ?? []).map(ruleText),
        flipped: (effect?.flipped ?? []).map(({ case: one, after }) => ({ question: one.claim, before: one.expect, after })),
        cases: cases.map(({ case: one, effect: answer, rule }) => ({ model: one.model, cells: [...one.cells], expect: one.expect, claim: one.claim, answer, rule })),
        matrix,
      },
    });
  },
});

const propose = defineRoute({
  method: "post",
  path: "/policies",
  access: "policy.propose",
  tag: "policies",
  summary: "Propose another rule set; nothing is in force yet",
  body: policyProposal,
  status: 201,
  response: policyProposed,
  problems: ["policy.no_change", "policy.rule_malformed", "policy.action_unknown", "policy.rule_twice", "policy.empty"],
  async handle({ deps, actor, pool, body }) {
    const proposed = await proposePolicy(deps, actor, pool, body);
    return proposed.ok ? ok({ body: { version: proposed.value.version }, location: `/policies/${proposed.value.version}` }) : proposed;
  },
});

const approve = defineRoute({
  method: "post",
  path: "/policies/{version}/approval",
  access: "policy.approve",
  tag: "policies",
  summary: "A second person approves exactly the content they saw",
  params: version,
  body: policyApproval,
  response: done,
  problems: ["policy.second_person_required", "policy.approver_too_new"],
  async handle({ deps, actor, pool, params, body }) {
    const approved = await approvePolicy(deps, actor, pool, params.version, body.contentHash);
    return approved.ok ? ok({ body: { version: params.version } }) : approved;
  },
});

const activate = defineRoute({
  method: "post",
  path: "/policies/{version}/activation",
  access: "policy.activate",
  tag: "policies",
  summary: "Put an approved version in force",
  params: version,
  response: done,
  async handle({ deps, actor, pool, params }) {
    const activated = await activatePolicy(deps, actor, pool, params.version);
    return activated.ok ? ok({ body: { version: params.version } }) : activated;
  },
});

const withdraw = defineRoute({
  method: "post",
  path: "/policies/{version}/withdrawal",
  access: "policy.withdraw",
  tag: "policies",
  summary: "Give up a version that is not in force",
  params: version,
  response: done,
  async handle({ deps, actor, pool, params }) {
    const withdrawn = await withdrawPolicy(deps, actor, pool, params.version);
    return withdrawn.ok ? ok({ body: { version: params.version } }) : withdrawn;
  },
});

const news = defineRoute({
  method: "get",
  path: "/new-acts",
  access: "policy.read",
  tag: "policies",
  summary: "What the release does that the pool's own rules never heard of, and what the release's rules about it would change",
  response: newActs,
  async handle({ deps, actor, pool }) {
    const found = await readNewActs(deps, actor, pool);
    if (!found.ok) return found;
    const { acts, rules, effect } = found.value;
    return ok({ body: { acts: [...acts], rules: rules.map(ruleText), cells: effect?.cells.length ?? 0, flipped: (effect?.flipped ?? []).map(({ case: one, after }) => ({ question: one.claim, before: one.expect, after })) } });
  },
});

const takeOver = defineRoute({
  method: "post",
  path: "/new-acts/proposal",
  access: "policy.propose",
  tag: "policies",
  summary: "Propose the pool's rules with the release's about what they do not know",
  body: newActsProposal,
  status: 201,
  response: policyProposed,
  problems: ["policy.no_change"],
  async handle({ deps, actor, pool, body }) {
    const proposed = await takeOverNewActs(deps, actor, pool, body.reason);
    return proposed.ok ? ok({ body: { version: proposed.value.version }, location: `/policies/${proposed.value.version}` }) : proposed;
  },
});

export const policyRoutes: readonly Route[] = [news, takeOver, list, read, propose, approve, activate, withdraw];
