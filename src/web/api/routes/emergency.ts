import type { z } from "@hono/zod-openapi";
import { lendUnderOrder } from "../../../app/emergency/lend.js";
import { endOrder, enterOrder, listOrders, listUses, makeGood, readOrder, signOrder, type ShownOrder } from "../../../app/emergency/orders.js";
import { prioritise } from "../../../app/emergency/prioritise.js";
import { takeBackUse } from "../../../app/emergency/settle.js";
import type { EmergencyUse } from "../../../app/ports/emergency.js";
import { pageOf } from "../../../contract/schemas/common.js";
import {
  emergencyLoansInput,
  emergencyLoansMade,
  orderEndInput,
  orderInput,
  orderParam,
  orderRow,
  ordersQuery,
  orderShown,
  prioritiesGiven,
  prioritiesInput,
  useParam,
  useShown,
} from "../../../contract/schemas/emergency.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { iso, isoOrNull } from "../shown-request.js";

export const shownOrder = ({ order, state, last }: ShownOrder): z.input<typeof orderShown> => ({
  order: order.id,
  document: order.document,
  title: order.title,
  level: order.level,
  trigger: order.trigger,
  divisions: [...order.divisions],
  items: [...order.items],
  powers: { priority: order.powers.priority, lend: order.powers.lend.map(({ classId, amount }) => ({ class: classId, amount })), rules: order.powers.rules },
  state,
  startsAt: iso(order.startsAt),
  sunsetAt: iso(order.sunsetAt),
  last,
  replaces: order.replaces,
  enteredBy: order.enteredBy,
  enteredAt: iso(order.enteredAt),
  confirmBy: isoOrNull(order.confirmBy),
  signedBy: order.signedBy,
  signedAt: isoOrNull(order.signedAt),
  endedAt: isoOrNull(order.endedAt),
  endedReason: order.endedReason,
  settledAt: isoOrNull(order.settledAt),
});

const shownUse = (use: EmergencyUse): z.input<typeof useShown> => ({
  use: use.id,
  order: use.order,
  document: use.document,
  power: use.power,
  by: use.by,
  at: iso(use.at),
  request: use.request?.number ?? null,
  loan: use.loan?.id ?? null,
  lender: use.loan?.lender ?? null,
  borrower: use.loan?.borrower ?? null,
  class: use.loan?.class ?? null,
  amount: use.loan?.amount ?? null,
  rule: use.rule,
  unit: use.unitId,
  reason: use.reason,
  owed: use.owed,
  toldBy: use.toldBy,
  toldAt: isoOrNull(use.toldAt),
  endedAt: isoOrNull(use.endedAt),
});

const whole = (done: Result<ShownOrder>) => (done.ok ? ok({ body: shownOrder(done.value) }) : done);

const list = defineRoute({
  method: "get",
  path: "/emergency-orders",
  access: "emergency.read",
  tag: "emergency",
  summary: "Orders of the headquarters, newest first, with how often their powers were used",
  query: ordersQuery,
  response: pageOf(orderRow),
  async handle({ deps, actor, pool, query }) {
    const found = await listOrders(deps, actor, pool, query);
    return shownPage(found, (row) => ({ ...shownOrder(row), uses: row.uses, standing: row.standing }));
  },
});

const one = defineRoute({
  method: "get",
  path: "/emergency-orders/{order}",
  access: "emergency.read",
  tag: "emergency",
  summary: "One order: level, scope, sunset, what it allows, who entered and signed it",
  params: orderParam,
  response: orderShown,
  handle: async ({ deps, actor, pool, params }) => whole(await readOrder(deps, actor, pool, params.order)),
});

const uses = defineRoute({
  method: "get",
  path: "/emergency-orders/{order}/uses",
  access: "emergency.read",
  tag: "emergency",
  summary: "Every use of its powers, newest first: who, what for, when, what is still owed",
  params: orderParam,
  query: ordersQuery,
  response: pageOf(useShown),
  async handle({ deps, actor, pool, params, query }) {
    const found = await listUses(deps, actor, pool, params.order, query);
    return shownPage(found, shownUse);
  },
});

const enter = defineRoute({
  method: "post",
  path: "/emergency-orders",
  access: "emergency.enter",
  tag: "emergency",
  summary: "Enter an order; it waits for a second person's signature, or at levels 1 and 2 has effect at once and lapses unless confirmed within a day",
  body: orderInput,
  status: 201,
  response: orderShown,
  problems: ["emergency.begins_past", "emergency.sunset_past", "emergency.too_long", "emergency.level_waits", "emergency.not_at_once", "emergency.no_power", "emergency.every_case_of_what", "emergency.too_many", "validity.reversed", "division.unknown", "class.unknown", "input.unknown_reference", "input.duplicate", "loan.not_lendable", "object.exists", "amount.negative", "amount.fractional", "amount.zero", "amount.too_large"],
  async handle({ deps, actor, pool, body }) {
    const made = await enterOrder(deps, actor, pool, body);
    return made.ok ? ok({ body: shownOrder(made.value), location: `/emergency-orders/${made.value.order.id}` }) : made;
  },
});

const sign = defineRoute({
  method: "post",
  path: "/emergency-orders/{order}/signature",
  access: "emergency.sign",
  tag: "emergency",
  summary: "Sign it, or confirm what has effect already; what it replaces ends when it begins",
  params: orderParam,
  response: orderShown,
  problems: ["object.transition_illegal", "approval.second_person_required", "approval.same_person", "approval.approver_too_new"],
  handle: async ({ deps, actor, pool, params }) => whole(await signOrder(deps, actor, pool, params.order)),
});

const end = defineRoute({
  method: "post",
  path: "/emergency-orders/{order}/end",
  access: "emergency.end",
  tag: "emergency",
  summary: "End it before its sunset, or withdraw one that is not in force; everything done under it falls back",
  params: orderParam,
  body: orderEndInput,
  response: orderShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body }) => whole(await endOrder(deps, actor, pool, params.order, body.reason)),
});

const priorities = defineRoute({
  method: "post",
  path: "/emergency-orders/{order}/priorities",
  access: "emergency.prioritise",
  tag: "emergency",
  summary: "Give cases in scope the order's ground to be served before others; what proves it is owed",
  params: orderParam,
  body: prioritiesInput,
  response: prioritiesGiven,
  problems: ["emergency.not_in_force", "emergency.power_not_given", "emergency.out_of_scope", "emergency.too_many", "priority.claimed_already", "request.over"],
  async handle({ deps, actor, pool, params, body }) {
    const given = await prioritise(deps, actor, pool, params.order, body);
    return given.ok ? ok({ body: { given: given.value.length } }) : given;
  },
});

const loans = defineRoute({
  method: "post",
  path: "/emergency-orders/{order}/loans",
  access: "emergency.lend",
  tag: "emergency",
  summary: "Lend to units in scope without asking the lenders' heads first, within the order's amounts and no longer than it",
  params: orderParam,
  body: emergencyLoansInput,
  response: emergencyLoansMade,
  problems: ["emergency.not_in_force", "emergency.power_not_given", "emergency.out_of_scope", "emergency.class_not_given", "emergency.above_limit", "emergency.beyond_sunset", "plan.empty", "plan.too_many_loans", "plan.lender_short", "plan.not_free", "input.unknown_reference", "class.unknown", "loan.loop", "loan.too_many"],
  async handle({ deps, actor, pool, params, body }) {
    const made = await lendUnderOrder(deps, actor, pool, params.order, body);
    return made.ok ? ok({ body: { loans: made.value.map(({ id }) => id) } }) : made;
  },
});

const good = defineRoute({
  method: "post",
  path: "/emergency-uses/{use}/made-good",
  access: "emergency.make-good",
  tag: "emergency",
  summary: "What was left out because of the danger is done: the lender's head knows, or the evidence is there",
  params: useParam,
  response: useShown,
  problems: ["emergency.nothing_owed"],
  async handle({ deps, actor, pool, params }) {
    const done = await makeGood(deps, actor, pool, params.use);
    return done.ok ? ok({ body: shownUse(done.value) }) : done;
  },
});

const back = defineRoute({
  method: "post",
  path: "/emergency-uses/{use}/end",
  access: "emergency.read",
  tag: "emergency",
  summary: "Take one use back before its order is over: by whoever may use the power",
  params: useParam,
  body: orderEndInput,
  response: useShown,
  problems: ["emergency.not_to_take_back", "emergency.not_booked_yet"],
  async handle({ deps, actor, pool, params, body }) {
    const done = await takeBackUse(deps, actor, pool, params.use, body.reason);
    return done.ok ? ok({ body: shownUse(done.value) }) : done;
  },
});

export const emergencyRoutes: readonly Route[] = [list, one, uses, enter, sign, end, priorities, loans, good, back];
