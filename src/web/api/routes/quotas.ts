import { z } from "@hono/zod-openapi";
import type { ShareWish } from "../../../app/quota/carry-out.js";
import { proposeChanges, proposeUndo } from "../../../app/quota/proposals.js";
import { previewChanges } from "../../../app/quota/preview-quota.js";
import { readCohort, readCohorts, readQuota, readQuotaChanges, readQuotas, readSharing } from "../../../app/quota/read-quotas.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { changedCohort, changedQuota, cohortShown, effectShown, newCohort, newQuota, previewSent, proposalShown, quotaChange, quotaQuery, quotaShown, sharingSent, sharingShown } from "../../../contract/schemas/quota.js";
import { parseLocalDate } from "../../../domain/instant.js";
import type { CapacityClass } from "../../../domain/pool/class.js";
import { quotaKey } from "../../../domain/quota/quota.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { proposed } from "../shown-proposal.js";
import { shownCohort, shownEffect, shownQuota, shownSharing } from "../shown-quota.js";
import { iso } from "../shown-request.js";

const ofCohort = z.object({ pool: z.string(), cohort: z.string().max(120) });
const ofQuota = z.object({ pool: z.string(), quota: z.string().max(300) });

const WAITING = ["proposal.open_already", "proposal.nothing_changes", "approval.nobody_else"] as const;

const cohorts = defineRoute({
  method: "get",
  path: "/cohorts",
  access: "cohort.read",
  tag: "quotas",
  summary: "Cohorts: units that may use one another's idle quota",
  response: pageOf(cohortShown),
  async handle({ deps, actor, pool }) {
    const found = await readCohorts(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownCohort), next: null } }) : found;
  },
});

const oneCohort = defineRoute({
  method: "get",
  path: "/cohorts/{cohort}",
  access: "cohort.read",
  tag: "quotas",
  summary: "One cohort",
  params: ofCohort,
  response: cohortShown,
  async handle({ deps, actor, pool, params }) {
    const found = await readCohort(deps, actor, pool, params.cohort);
    return found.ok ? ok({ body: shownCohort(found.value), generation: found.value.generation }) : found;
  },
});

const makeCohort = defineRoute({
  method: "post",
  path: "/cohorts",
  access: "cohort.declare",
  tag: "quotas",
  summary: "Propose a new cohort",
  body: newCohort,
  status: 202,
  response: proposalShown,
  problems: ["object.exists", "cohort.too_deep", "input.unknown_reference", ...WAITING],
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "cohort", declare: call.body, expected: null }])),
});

const changeCohort = defineRoute({
  method: "put",
  path: "/cohorts/{cohort}",
  access: "cohort.declare",
  tag: "quotas",
  summary: "Propose a cohort anew: its names, and the cohort it stands in",
  params: ofCohort,
  body: changedCohort,
  ifMatch: true,
  status: 202,
  response: proposalShown,
  problems: ["cohort.cycle", "cohort.too_deep", "input.unknown_reference", "quota.above_capacity", ...WAITING],
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "cohort", declare: { ...call.body, cohort: call.params.cohort }, expected: call.ifMatch }])),
});

const endCohort = defineRoute({
  method: "delete",
  path: "/cohorts/{cohort}",
  access: "cohort.retire",
  tag: "quotas",
  summary: "Propose to remove a cohort that nothing stands in",
  params: ofCohort,
  ifMatch: true,
  status: 202,
  response: proposalShown,
  problems: ["cohort.in_use", ...WAITING],
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "cohort", remove: call.params.cohort, expected: call.ifMatch }])),
});

const quotas = defineRoute({
  method: "get",
  path: "/quotas",
  access: "quota.read",
  tag: "quotas",
  summary: "Quotas of units by class: what is promised, used, borrowed and lent on a day",
  query: quotaQuery,
  response: pageOf(quotaShown),
  async handle({ deps, actor, pool, query }) {
    const found = await readQuotas(deps, actor, pool, { day: query.day === undefined ? undefined : parseLocalDate(query.day) });
    if (!found.ok) return found;
    const classes = new Map(found.value.classes.map((one) => [one.id, one]));
    const rows = found.value.lines
      .filter(({ quota }) => (query.class ?? quota.classId) === quota.classId && (query.cohort ?? quota.cohort) === quota.cohort && (query.unit ?? quota.unitId) === quota.unitId)
      .map((line) => shownQuota(line, classes.get(line.quota.classId) as CapacityClass))
      .filter(({ quota }) => query.after === undefined || quota > query.after)
      .sort((a, b) => (a.quota < b.quota ? -1 : 1));
    const page = rows.slice(0, query.limit);
    return ok({ body: { rows: page, next: rows.length > page.length ? (page.at(-1)?.quota ?? null) : null } });
  },
});

const oneQuota = defineRoute({
  method: "get",
  path: "/quotas/{quota}",
  access: "quota.read",
  tag: "quotas",
  summary: "One quota, named `<unit>:<class>`",
  params: ofQuota,
  response: quotaShown,
  async handle({ deps, actor, pool, params }) {
    const found = await readQuota(deps, actor, pool, params.quota);
    return found.ok ? ok({ body: shownQuota(found.value, found.value.class), generation: found.value.quota.generation }) : found;
  },
});

const makeQuota = defineRoute({
  method: "post",
  path: "/quotas",
  access: "quota.declare",
  tag: "quotas",
  summary: "Propose a quota of a unit and class that has none",
  body: newQuota,
  status: 202,
  response: proposalShown,
  problems: ["object.exists", "class.unknown", "input.unknown_reference", "amount.negative", "quota.of_function", "quota.above_capacity", ...WAITING],
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "quota", declare: call.body, expected: null }])),
});

const changeQuota = defineRoute({
  method: "put",
  path: "/quotas/{quota}",
  access: "quota.declare",
  tag: "quotas",
  summary: "Propose a quota anew; one lowered below what is used is accepted, with a warning in its effect",
  params: ofQuota,
  body: changedQuota,
  ifMatch: true,
  status: 202,
  response: proposalShown,
  problems: ["input.unknown_reference", "amount.negative", "quota.above_capacity", ...WAITING],
  async handle(call) {
    const [unit, of, ...more] = call.params.quota.split(":");
    if (unit === undefined || of === undefined || more.length > 0) return refused(problem("object.not_found", { kind: "quota" }));
    return proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "quota", declare: { ...call.body, unit, class: of }, expected: call.ifMatch }]));
  },
});

const endQuota = defineRoute({
  method: "delete",
  path: "/quotas/{quota}",
  access: "quota.retire",
  tag: "quotas",
  summary: "Propose to remove a quota: the unit would use the class as if there had never been one",
  params: ofQuota,
  ifMatch: true,
  status: 202,
  response: proposalShown,
  problems: WAITING,
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "quota", remove: call.params.quota, expected: call.ifMatch }])),
});

const preview = defineRoute({
  method: "post",
  path: "/quota-previews",
  access: "quota.declare",
  tag: "quotas",
  summary: "What a change of a quota or an overcommit would mean before it is proposed: who gets more, who less, who waits",
  body: previewSent,
  readOnly: true,
  response: effectShown,
  problems: ["class.unknown", "input.unknown_reference", "amount.negative", "quota.of_function", "quota.above_capacity"],
  async handle({ deps, actor, pool, body }) {
    const { declare, remove, overcommit } = body;
    const wishes: ShareWish[] = [
      ...(declare ? [{ kind: "quota" as const, declare }] : []),
      ...(remove === undefined ? [] : [{ kind: "quota" as const, remove }]),
      ...(overcommit ? [{ kind: "overcommit" as const, declare: overcommit }] : []),
    ];
    if (wishes.length !== 1) return refused(problem("input.invalid", { expected: "declare | remove | overcommit" }));
    const effect = await previewChanges(deps, actor, pool, wishes);
    return effect.ok ? ok({ body: shownEffect(effect.value) }) : effect;
  },
});

const sharing = defineRoute({
  method: "get",
  path: "/sharing",
  access: "sharing.read",
  tag: "quotas",
  summary: "How the pool shares: half-life of what is borrowed, and what one applicant may have at a time",
  response: sharingShown,
  async handle({ deps, actor, pool }) {
    const found = await readSharing(deps, actor, pool);
    return found.ok ? ok({ body: shownSharing(found.value), generation: found.value.generation }) : found;
  },
});

const changeSharing = defineRoute({
  method: "put",
  path: "/sharing",
  access: "sharing.declare",
  tag: "quotas",
  summary: "Propose how the pool shares, whole: what is left out has its default",
  body: sharingSent,
  ifMatch: true,
  status: 202,
  response: proposalShown,
  problems: ["input.out_of_range", "input.unknown_reference", "amount.zero", "amount.negative", ...WAITING],
  handle: async (call) => proposed(call, await proposeChanges(call.deps, call.actor, call.pool, [{ kind: "sharing", declare: call.body, expected: call.ifMatch }])),
});

const changes = defineRoute({
  method: "get",
  path: "/quota-changes",
  access: "quota.read",
  tag: "quotas",
  summary: "What was changed lately of quotas, cohorts, limits and overcommit, newest first",
  response: pageOf(quotaChange),
  async handle({ deps, actor, pool }) {
    const found = await readQuotaChanges(deps, actor, pool);
    if (!found.ok) return found;
    const rows = found.value.map((one) => ({ change: one.id, at: iso(one.occurredAt), actor: one.actorId, act: one.act, kind: one.objectKind, id: one.objectId, before: one.before, after: one.after }));
    return ok({ body: { rows, next: null } });
  },
});

const undo = defineRoute({
  method: "post",
  path: "/quota-changes/{change}/undo",
  access: "quota.declare",
  tag: "quotas",
  summary: "Propose to undo one change by a new one: its fields become what they were before it",
  params: z.object({ pool: z.string(), change: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  status: 202,
  response: proposalShown,
  problems: ["cohort.in_use", "cohort.cycle", "quota.above_capacity", "input.unknown_reference", ...WAITING],
  handle: async (call) => proposed(call, await proposeUndo(call.deps, call.actor, call.pool, call.params.change)),
});

export const quotaRoutes: readonly Route[] = [cohorts, oneCohort, makeCohort, changeCohort, endCohort, quotas, oneQuota, makeQuota, changeQuota, endQuota, preview, sharing, changeSharing, changes, undo];
