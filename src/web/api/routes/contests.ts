import type { z } from "@hono/zod-openapi";
import { getContest, listContests, openContest, stateContest } from "../../../app/contests/contests.js";
import { ruleContest } from "../../../app/contests/rule-contest.js";
import { pageOfAll } from "../../../app/ports/page.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { contestParam, contestQuery, contestShown, contestStatement, newContest, newRuling } from "../../../contract/schemas/contest.js";
import { contestKind, type Contest } from "../../../domain/org/contest.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { iso, isoOrNull } from "../shown-request.js";

const shown = (contest: Contest): z.input<typeof contestShown> => ({
  contest: contest.id,
  item: contest.matter.item,
  class: contest.matter.classId,
  division: contest.matter.division,
  request: contest.matter.request,
  kind: contestKind(contest.parties),
  state: contest.state,
  parties: contest.parties.map(({ unitId, said }) => ({ unit: unitId, stance: said?.stance ?? null, statement: said?.statement ?? null, basis: said?.basis ?? null, at: isoOrNull(said?.at ?? null) })),
  openedAt: iso(contest.openedAt),
  workingDays: contest.workingDays,
  termBasis: contest.termBasis,
  dueAt: iso(contest.dueAt),
  coordinator: contest.coordinator,
  escalatedAt: isoOrNull(contest.escalatedAt),
  rulingDueAt: isoOrNull(contest.rulingDueAt),
  rulings: contest.rulings.map(({ ordinal, unitId, grounds, basis, validFrom, validTo, inNameOf, at, beganAt, endedAt, replaced, referred }) => ({
    ruling: ordinal, unit: unitId, grounds, basis, from: validFrom, to: validTo, inNameOf, at: iso(at), beganAt: isoOrNull(beganAt), endedAt: isoOrNull(endedAt), replaced, referred,
  })),
  generation: contest.generation,
});

const answered = (result: Result<Contest>) => (result.ok ? ok({ body: shown(result.value), generation: result.value.generation }) : result);

const list = defineRoute({
  method: "get",
  path: "/contests",
  access: "contest.read",
  tag: "contests",
  summary: "Whose a matter is, contested between units; newest first: of one unit, or for whoever watches over the pool all",
  query: contestQuery,
  response: pageOf(contestShown),
  async handle({ deps, actor, pool, query }) {
    const found = await listContests(deps, actor, pool, query.unit);
    if (!found.ok) return found;
    const { rows, next } = pageOfAll(found.value.filter(({ state }) => query.state === undefined || state === query.state), query, ({ id }) => String(id));
    return ok({ body: { rows: rows.map(shown), next } });
  },
});

const one = defineRoute({
  method: "get",
  path: "/contests/{contest}",
  access: "contest.read",
  tag: "contests",
  summary: "One contest: who says what, until when, who decides, what was decided",
  params: contestParam,
  response: contestShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getContest(deps, actor, pool, params.contest)),
});

const open = defineRoute({
  method: "post",
  path: "/contests",
  access: "contest.declare",
  tag: "contests",
  summary: "Say that a matter is the unit's own, or is not, and call the others",
  body: newContest,
  status: 201,
  response: contestShown,
  problems: ["contest.one_party", "contest.matter_unclear", "contest.no_items", "contest.open_already", "task-force.is_no_organ", "input.unknown_reference", "object.transition_illegal"],
  async handle({ deps, actor, pool, body }) {
    const made = await openContest(deps, actor, pool, body);
    return made.ok ? ok({ body: shown(made.value), generation: made.value.generation, location: `/contests/${made.value.id}` }) : made;
  },
});

const state = defineRoute({
  method: "post",
  path: "/contests/{contest}/statements",
  access: "contest.declare",
  tag: "contests",
  summary: "Answer as a party, or say otherwise than before",
  params: contestParam,
  body: contestStatement,
  response: contestShown,
  problems: ["contest.not_a_party", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body }) => answered(await stateContest(deps, actor, pool, params.contest, body)),
});

const rule = defineRoute({
  method: "post",
  path: "/contests/{contest}/rulings",
  access: "contest.rule",
  tag: "contests",
  summary: "Decide whose the matter is; it becomes a routing rule, and open cases go along",
  params: contestParam,
  body: newRuling,
  response: contestShown,
  problems: [
    "contest.not_coordinator", "contest.ruler_is_party", "contest.ruled_already", "contest.nothing_to_replace", "contest.begins_outside", "contest.unit_outside", "contest.lacks_function", "contest.gave_away",
    "contest.ruled_elsewhere", "task-force.is_no_organ", "input.unknown_reference", "validity.reversed", "object.transition_illegal",
  ],
  handle: async ({ deps, actor, pool, params, body }) => answered(await ruleContest(deps, actor, pool, params.contest, body)),
});

export const contestRoutes: readonly Route[] = [list, one, open, state, rule];
