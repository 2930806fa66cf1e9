import { z } from "@hono/zod-openapi";
import type { Agreement, AgreementUse } from "../../../app/ports/agreement.js";
import { agreementTable } from "../../../app/rebalance/agreement-table.js";
import { approveAgreement, endAgreement, proposeAgreement, refuseAgreement, renewAgreement, resumeAgreement, suspendAgreement, withdrawAgreement } from "../../../app/rebalance/agreements.js";
import { listAgreements, owedFen, owedInAll, readAgreement, readAgreementUse, type AgreementView } from "../../../app/rebalance/read-agreements.js";
import { pageOfAll } from "../../../app/ports/page.js";
import { agreementPage, agreementReason, agreementRenewal, agreementSent, agreementShown, agreementsQuery, agreementSummary, agreementUsed, agreementUsePage } from "../../../contract/schemas/agreement.js";
import { pageQuery } from "../../../contract/schemas/common.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, wantsCsv, type Answer, type Call, type Route } from "../route.js";
import { iso, isoOrNull, shownAmount } from "../shown-request.js";
import { tableFile } from "./import.js";

const one = z.object({ agreement: z.string().max(200) });
const version = one.extend({ version: z.coerce.number().int().min(1).max(1_000_000) });

const markOf = ({ by, at }: Agreement["proposed"]) => ({ by, at: iso(at) });

const summaryOf = ({ id, version: number, state, content, endedFrom, proposed, approved, suspensions, closed }: Agreement): z.input<typeof agreementSummary> => ({
  agreement: id,
  version: number,
  state,
  names: content.names,
  provider: content.provider,
  purchaser: content.purchaser,
  instrument: content.instrument,
  from: content.from,
  until: content.until,
  endedFrom,
  divisions: [...content.divisions],
  items: [...content.items],
  traits: [...content.traits],
  quality: content.quality,
  noticeDays: content.noticeDays,
  classes: content.classes.map(({ classId, perPeriod, inTotal, priceFen }) => ({ class: classId, perPeriod: shownAmount(classId, perPeriod), inTotal: inTotal === null ? null : shownAmount(classId, inTotal), priceFen: String(priceFen) })),
  proposed: markOf(proposed),
  approved: approved && markOf(approved),
  suspensions: suspensions.map(({ by, at, reason, resumedAt, resumedBy }) => ({ by, at: iso(at), reason, resumedAt: isoOrNull(resumedAt), resumedBy })),
  closed: closed && { ...markOf(closed), reason: closed.reason },
});

const usedOf = (row: AgreementUse): z.input<typeof agreementUsed> => ({
  class: row.classId, names: row.classNames, measure: row.measure, version: row.version, month: row.month, held: row.held, settled: row.settled, priceFen: String(row.priceFen), owedFen: String(owedFen(row)),
});

const shown = ({ agreement, versions, pending, obstacles, resources, use, usedUp, drains }: AgreementView, language: Language): z.input<typeof agreementShown> => ({
  ...summaryOf(agreement),
  versions: versions.map((each) => ({ version: each.version, state: each.state, from: each.content.from, until: each.content.until, proposed: markOf(each.proposed), approved: each.approved && markOf(each.approved) })),
  pending: pending?.version ?? null,
  obstacles: obstacles.map((found) => ({ code: found.code, title: problemTitle(language, found), detail: problemTodo(language, found), ...(found.field === undefined ? {} : { field: found.field }) })),
  resources: resources.map(({ code, classId, state }) => ({ resource: code, class: classId, state })),
  use: use.map(usedOf),
  usedUp: [...usedUp].map(([classId, since]) => ({ class: classId, since: iso(since) })),
  drains: drains.map(({ id, target, from, to, moved, open }) => ({ drain: id, resource: target, from, to, moved, open })),
  owedFen: String(owedInAll(use)),
});

type AnyCall = Pick<Call<unknown, unknown, unknown>, "deps" | "actor" | "pool" | "language">;

async function after(call: AnyCall, result: Result<Agreement>): Promise<Result<Answer<z.input<typeof agreementShown>>>> {
  if (!result.ok) return result;
  const view = await readAgreement(call.deps, call.actor, call.pool, result.value.id);
  return view.ok ? ok({ body: shown(view.value, call.language) }) : view;
}

const list = defineRoute({
  method: "get",
  path: "/agreements",
  access: "agreement.read",
  tag: "agreements",
  summary: "Agreements with enterprises and associations: of each the version in force, else the newest",
  query: agreementsQuery,
  response: agreementPage,
  async handle({ deps, actor, pool, query: { state, provider, party, ...page } }) {
    const found = await listAgreements(deps, actor, pool, { state, provider, party }, page);
    return found.ok ? ok({ body: { rows: found.value.rows.map(summaryOf), next: found.value.next } }) : found;
  },
});

const get = defineRoute({
  method: "get",
  path: "/agreements/{agreement}",
  access: "agreement.read",
  tag: "agreements",
  summary: "One agreement: what it says, its versions, what was used under it and what is owed",
  params: one,
  response: agreementShown,
  async handle({ deps, actor, pool, params, language }) {
    const view = await readAgreement(deps, actor, pool, params.agreement);
    return view.ok ? ok({ body: shown(view.value, language) }) : view;
  },
});

const use = defineRoute({
  method: "get",
  path: "/agreements/{agreement}/use",
  access: "agreement.read",
  tag: "agreements",
  summary: "What was used under an agreement, by class, month and price, and what is owed for it in fen. It equals the ledger",
  params: one,
  query: z.strictObject(pageQuery),
  orCsv: true,
  response: agreementUsePage,
  async handle({ deps, actor, pool, params, query, language, context }) {
    const found = await readAgreementUse(deps, actor, pool, params.agreement);
    if (!found.ok) return found;
    if (wantsCsv(context)) {
      const file = await tableFile(deps.tables, agreementTable(found.value), "csv", language);
      return file.ok ? ok({ body: { rows: [], next: null }, file: file.value }) : file;
    }
    const page = pageOfAll(found.value, query, (row) => `${row.classId} ${row.month} ${row.version}`);
    return ok({ body: { rows: page.rows.map(usedOf), next: page.next } });
  },
});

const propose = defineRoute({
  method: "post",
  path: "/agreements",
  access: "agreement.propose",
  tag: "agreements",
  summary: "Propose an agreement, or the next version of one",
  body: agreementSent,
  status: 201,
  response: agreementShown,
  problems: [
    "agreement.provider_is_organ", "agreement.purchaser_is_no_organ", "agreement.term_reversed", "agreement.term_past", "agreement.term_too_long", "agreement.class_not_assisting", "agreement.total_below_period",
    "agreement.overlaps", "agreement.stands", "agreement.parties_fixed", "agreement.leaves_gap", "amount.negative", "amount.fractional", "amount.zero", "input.duplicate", "input.unknown_reference",
  ],
  handle: async (call) => after(call, await proposeAgreement(call.deps, call.actor, call.pool, call.body)),
});

const renew = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/renewal",
  access: "agreement.propose",
  tag: "agreements",
  summary: "Propose the same with another last day: a version of its own, approved like any other",
  params: one,
  body: agreementRenewal,
  status: 201,
  response: agreementShown,
  problems: ["agreement.term_reversed", "agreement.term_past", "agreement.term_too_long", "agreement.overlaps", "agreement.stands"],
  handle: async (call) => after(call, await renewAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.body.until)),
});

const approve = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/versions/{version}/approval",
  access: "agreement.approve",
  tag: "agreements",
  summary: "A second person approves a version: from now on it holds, in place of the one before",
  params: version,
  response: agreementShown,
  problems: ["approval.second_person_required", "approval.same_person", "approval.heads_unit", "approval.approver_too_new", "agreement.overlaps", "agreement.term_past", "agreement.leaves_gap", "agreement.above_ceiling", "object.transition_illegal"],
  handle: async (call) => after(call, await approveAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.params.version)),
});

const refuse = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/versions/{version}/refusal",
  access: "agreement.approve",
  tag: "agreements",
  summary: "Refuse a proposed version, and say why",
  params: version,
  body: agreementReason,
  response: agreementShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await refuseAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.params.version, call.body.reason)),
});

const withdraw = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/versions/{version}/withdrawal",
  access: "agreement.propose",
  tag: "agreements",
  summary: "Take a proposed version back",
  params: version,
  response: agreementShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await withdrawAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.params.version)),
});

const suspend = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/suspension",
  access: "agreement.suspend",
  tag: "agreements",
  summary: "Suspend it: nothing is offered under it, and what is held and not begun is moved, or listed as of a drain",
  params: one,
  body: agreementReason,
  response: agreementShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await suspendAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.body.reason)),
});

const resume = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/resumption",
  access: "agreement.suspend",
  tag: "agreements",
  summary: "It serves again; what was moved stays where it is",
  params: one,
  response: agreementShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await resumeAgreement(call.deps, call.actor, call.pool, call.params.agreement)),
});

const end = defineRoute({
  method: "post",
  path: "/agreements/{agreement}/ending",
  access: "agreement.end",
  tag: "agreements",
  summary: "End it before its time, after its days of notice",
  params: one,
  body: agreementReason,
  response: agreementShown,
  problems: ["object.transition_illegal"],
  handle: async (call) => after(call, await endAgreement(call.deps, call.actor, call.pool, call.params.agreement, call.body.reason)),
});

export const agreementRoutes: readonly Route[] = [list, propose, get, use, renew, approve, refuse, withdraw, suspend, resume, end];
