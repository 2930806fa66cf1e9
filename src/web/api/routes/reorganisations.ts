import type { z } from "@hono/zod-openapi";
import type { ReorganisationEffect } from "../../../app/reorganise/effect.js";
import { commitReorganisation, draftReorganisation, getReorganisation, listReorganisations, reorganisationEffect, rollBackReorganisation, withdrawReorganisation } from "../../../app/reorganise/reorganisations.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { changedReorganisation, commitment, newReorganisation, reorganisationEffectShown, reorganisationParam, reorganisationQuery, reorganisationShown } from "../../../contract/schemas/reorganisation.js";
import { changeRecord, type Reorganisation } from "../../../domain/org/reorganisation.js";
import type { ProblemCode } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPageOfAll } from "../shown-page.js";
import { iso, isoOrNull } from "../shown-request.js";
import { shownGap } from "./gaps.js";

const shown = ({ id, names, basis, changes, state, effectiveAt, appliedAt, declaredAt, problems, backAsked, generation }: Reorganisation): z.input<typeof reorganisationShown> => ({
  reorganisation: id,
  names,
  basis,
  changes: changes.map(changeRecord),
  state,
  effectiveAt: isoOrNull(effectiveAt),
  appliedAt: isoOrNull(appliedAt),
  declaredAt: iso(declaredAt),
  problems: problems.map(({ code }) => code),
  backAsked: backAsked && { by: backAsked.by, at: iso(backAsked.at) },
  generation,
});

const shownEffect = ({ problems, units, items, appears, goes, ...counts }: ReorganisationEffect): z.input<typeof reorganisationEffectShown> => ({
  ...counts,
  problems: problems.map(({ code, field }) => ({ code, field: field ?? null })),
  units: units.map(({ unit, names, becomes, staff, open, inHand }) => ({ unit, names, becomes, staff, openRequests: open, inHand })),
  items: { count: items.count, listed: items.listed.map((one) => ({ ...one })) },
  appears: appears.map(shownGap),
  goes: goes.map(shownGap),
});

const answered = (result: Result<Reorganisation>, made = false) =>
  result.ok ? ok({ body: shown(result.value), generation: result.value.generation, ...(made ? { location: `/reorganisations/${result.value.id}` } : {}) }) : result;

const IMPOSSIBLE: readonly ProblemCode[] = [
  "reorganisation.into_itself", "reorganisation.division_outside", "reorganisation.not_its_own", "reorganisation.in_the_past", "reorganisation.loans_stand", "validity.reversed",
  "resource.second_lead", "input.unknown_reference", "object.exists", "object.transition_illegal",
];

const SECOND_PERSON: readonly ProblemCode[] = ["approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new"];

const list = defineRoute({
  method: "get",
  path: "/reorganisations",
  access: "reorganisation.read",
  tag: "reorganisations",
  summary: "Reforms: drafted, to come, made, taken back; newest first",
  query: reorganisationQuery,
  response: pageOf(reorganisationShown),
  async handle({ deps, actor, pool, query }) {
    const found = await listReorganisations(deps, actor, pool);
    return shownPageOfAll(found, query, ({ id }) => id, shown);
  },
});

const one = defineRoute({
  method: "get",
  path: "/reorganisations/{reorganisation}",
  access: "reorganisation.read",
  tag: "reorganisations",
  summary: "One reform",
  params: reorganisationParam,
  response: reorganisationShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getReorganisation(deps, actor, pool, params.reorganisation)),
});

const effect = defineRoute({
  method: "get",
  path: "/reorganisations/{reorganisation}/effect",
  access: "reorganisation.read",
  tag: "reorganisations",
  summary: "What it would do to items, staff, running requests, gaps and overlaps; found by doing it and taking it back",
  params: reorganisationParam,
  response: reorganisationEffectShown,
  async handle({ deps, actor, pool, params }) {
    const found = await reorganisationEffect(deps, actor, pool, params.reorganisation);
    return found.ok ? ok({ body: shownEffect(found.value) }) : found;
  },
});

const draft = defineRoute({
  method: "post",
  path: "/reorganisations",
  access: "reorganisation.declare",
  tag: "reorganisations",
  summary: "Draft a reform; a second person commits it",
  body: newReorganisation,
  status: 201,
  response: reorganisationShown,
  problems: IMPOSSIBLE,
  handle: async ({ deps, actor, pool, body }) => answered(await draftReorganisation(deps, actor, pool, { record: body, expected: null }), true),
});

const change = defineRoute({
  method: "put",
  path: "/reorganisations/{reorganisation}",
  access: "reorganisation.declare",
  tag: "reorganisations",
  summary: "Change a draft",
  params: reorganisationParam,
  body: changedReorganisation,
  ifMatch: true,
  response: reorganisationShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answered(await draftReorganisation(deps, actor, pool, { record: { ...body, reorganisation: params.reorganisation }, expected: ifMatch })),
});

const commit = defineRoute({
  method: "post",
  path: "/reorganisations/{reorganisation}/commitment",
  access: "reorganisation.commit",
  tag: "reorganisations",
  summary: "Make what another person drafted, now or at its moment",
  params: reorganisationParam,
  body: commitment,
  ifMatch: true,
  response: reorganisationShown,
  problems: [...IMPOSSIBLE, ...SECOND_PERSON],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    answered(await commitReorganisation(deps, actor, pool, params.reorganisation, body.effectiveAt === undefined ? null : Date.parse(body.effectiveAt), ifMatch)),
});

const withdraw = defineRoute({
  method: "post",
  path: "/reorganisations/{reorganisation}/withdrawal",
  access: "reorganisation.declare",
  tag: "reorganisations",
  summary: "Take back a draft, or a reform whose moment has not come: of that, the first asks, and another person does it",
  params: reorganisationParam,
  ifMatch: true,
  response: reorganisationShown,
  problems: ["object.transition_illegal", ...SECOND_PERSON],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await withdrawReorganisation(deps, actor, pool, params.reorganisation, ifMatch)),
});

const rollBack = defineRoute({
  method: "post",
  path: "/reorganisations/{reorganisation}/rollback",
  access: "reorganisation.roll-back",
  tag: "reorganisations",
  summary: "Put everything back as it was: the first asks, and another person does it; refused when anything it touched was changed since",
  params: reorganisationParam,
  ifMatch: true,
  response: reorganisationShown,
  problems: ["object.transition_illegal", "reorganisation.changed_since", ...SECOND_PERSON],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await rollBackReorganisation(deps, actor, pool, params.reorganisation, ifMatch)),
});

export const reorganisationRoutes: readonly Route[] = [list, one, effect, draft, change, commit, withdraw, rollBack];
