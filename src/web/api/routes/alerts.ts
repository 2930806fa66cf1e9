import { z } from "@hono/zod-openapi";
import { acknowledgeAlert, listAlerts } from "../../../app/alerts/alerts.js";
import { declareAlertRule, listAlertRules, removeAlertRule } from "../../../app/alerts/rules.js";
import { declareWebhook, listDeliveries, listWebhooks, removeWebhook } from "../../../app/alerts/webhooks.js";
import type { AlertRow, AlertRuleRow, Delivery } from "../../../app/ports/alert.js";
import { alertParams, alertQuery, alertRuleInput, alertRuleParams, alertRuleShown, alertShown, deliveryQuery, deliveryShown, webhookDeclared, webhookInput, webhookParams, webhookShown } from "../../../contract/schemas/alert.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { parseClassId, parseDivisionCode, parseUnitId } from "../../../domain/id.js";
import type { AlertRule } from "../../../domain/pool/alert.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const removed = z.object({ removed: z.string() });

const shownRule = ({ id, checkedAt, overSince, ...rest }: AlertRuleRow): z.input<typeof alertRuleShown> => ({ ...rest, rule: id, checkedAt: isoOrNull(checkedAt), overSince: isoOrNull(overSince) });

const ROWS = { "wait-p50": "waits", "wait-p90": "waits", "deadline-rate": "closed", breaches: "breaches" } as const;

/** Where the rows of a figure are, below the pool. */
function rowsOf({ figure, class: cls, unit, division }: AlertRule, { from, to }: Pick<AlertRow, "from" | "to">): string | null {
  if (figure === "utilisation") return `/usage?${new URLSearchParams({ by: "request", from, to, ...(cls === null ? {} : { class: cls }), ...(unit === null ? {} : { supplier: unit }) }).toString()}`;
  const scope = { ...(cls === null ? {} : { class: cls }), ...(unit === null ? {} : { unit }), ...(division === null ? {} : { division }) };
  if (figure === "queue") return `/queue?${new URLSearchParams(scope).toString()}`;
  return `/figures/${ROWS[figure]}?${new URLSearchParams({ from, to, ...scope }).toString()}`;
}

const shownAlert = (alert: AlertRow): z.input<typeof alertShown> => {
  const { id, ...rule } = alert.rule;
  return {
    ...rule,
    rule: id,
    alert: alert.id,
    measured: alert.measured,
    figures: { ...alert.figures },
    from: alert.from,
    to: alert.to,
    rows: rowsOf(alert.rule, alert),
    raisedAt: iso(alert.raisedAt),
    acknowledgedAt: isoOrNull(alert.acknowledgedAt),
    acknowledgedBy: alert.acknowledgedBy,
    resolvedAt: isoOrNull(alert.resolvedAt),
  };
};

const list = defineRoute({
  method: "get",
  path: "/alerts",
  access: "alert.read",
  tag: "alerts",
  summary: "Thresholds that were passed, newest first, with the figures of that moment",
  query: alertQuery,
  response: pageOf(alertShown),
  async handle({ deps, actor, pool, query: { limit, after, open } }) {
    const found = await listAlerts(deps, actor, pool, { open: open === undefined ? undefined : open === "true" }, { limit, after });
    return shownPage(found, shownAlert);
  },
});

const acknowledge = defineRoute({
  method: "post",
  path: "/alerts/{alert}/acknowledgement",
  access: "alert.acknowledge",
  tag: "alerts",
  summary: "Say that somebody has seen it",
  params: alertParams,
  response: alertShown,
  async handle({ deps, actor, pool, params }) {
    const seen = await acknowledgeAlert(deps, actor, pool, params.alert);
    return seen.ok ? ok({ body: shownAlert(seen.value) }) : seen;
  },
});

const rules = defineRoute({
  method: "get",
  path: "/alert-rules",
  access: "alert.read",
  tag: "alerts",
  summary: "The thresholds, and what the last look at each found",
  response: pageOf(alertRuleShown),
  async handle({ deps, actor, pool }) {
    const found = await listAlertRules(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownRule), next: null } }) : found;
  },
});

const declare = defineRoute({
  method: "put",
  path: "/alert-rules/{rule}",
  access: "alert.declare",
  tag: "alerts",
  summary: "Declare a threshold: which figure of which part of the pool, and when it is too much",
  params: alertRuleParams,
  body: alertRuleInput,
  response: alertRuleShown,
  problems: ["alert.figure_unknown", "alert.value_not_a_number", "alert.value_out_of_range", "alert.clear_beyond_value", "alert.time_out_of_range", "alert.too_many_rules", "class.unknown", "division.unknown", "input.unknown_reference"],
  async handle({ deps, actor, pool, params, body }) {
    const { class: cls, unit, division, ...rest } = body;
    const [classId, unitId, code] = [cls == null ? ok(null) : parseClassId(cls, "class"), unit == null ? ok(null) : parseUnitId(unit, "unit"), division == null ? ok(null) : parseDivisionCode(division, "division")];
    if (!classId.ok) return classId;
    if (!unitId.ok) return unitId;
    if (!code.ok) return code;
    const declared = await declareAlertRule(deps, actor, pool, params.rule, { ...rest, class: classId.value, unit: unitId.value, division: code.value });
    return declared.ok ? ok({ body: shownRule(declared.value) }) : declared;
  },
});

const remove = defineRoute({
  method: "delete",
  path: "/alert-rules/{rule}",
  access: "alert.declare",
  tag: "alerts",
  summary: "Remove a threshold; an open alert of it is over",
  params: alertRuleParams,
  response: removed,
  async handle({ deps, actor, pool, params }) {
    const done = await removeAlertRule(deps, actor, pool, params.rule);
    return done.ok ? ok({ body: { removed: params.rule } }) : done;
  },
});

const hooks = defineRoute({
  method: "get",
  path: "/webhooks",
  access: "webhook.read",
  tag: "alerts",
  summary: "Where alerts are sent",
  response: pageOf(webhookShown),
  async handle({ deps, actor, pool }) {
    const found = await listWebhooks(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(({ id, url, enabled }) => ({ webhook: id, url, enabled })), next: null } }) : found;
  },
});

const declareHook = defineRoute({
  method: "put",
  path: "/webhooks/{webhook}",
  access: "webhook.declare",
  tag: "alerts",
  summary: "Send alerts to an address, as CloudEvents signed by Standard Webhooks; the secret is shown once",
  params: webhookParams,
  body: webhookInput,
  response: webhookDeclared,
  secrets: ["secret"],
  problems: ["webhook.url_invalid", "webhook.not_https", "webhook.address_private", "webhook.too_many"],
  async handle({ deps, actor, pool, params, body }) {
    const declared = await declareWebhook(deps, actor, pool, params.webhook, body);
    if (!declared.ok) return declared;
    const { webhook, secret } = declared.value;
    return ok({ body: { webhook: webhook.id, url: webhook.url, enabled: webhook.enabled, secret: secret ?? "" } });
  },
});

const removeHook = defineRoute({
  method: "delete",
  path: "/webhooks/{webhook}",
  access: "webhook.declare",
  tag: "alerts",
  summary: "Send there no more; what was still to be sent is dropped",
  params: webhookParams,
  response: removed,
  async handle({ deps, actor, pool, params }) {
    const done = await removeWebhook(deps, actor, pool, params.webhook);
    return done.ok ? ok({ body: { removed: params.webhook } }) : done;
  },
});

const shownDelivery = ({ id, nextAt, createdAt, endedAt, ...rest }: Delivery): z.input<typeof deliveryShown> => ({ ...rest, delivery: id, nextAt: iso(nextAt), createdAt: iso(createdAt), endedAt: isoOrNull(endedAt) });

const deliveries = defineRoute({
  method: "get",
  path: "/webhook-deliveries",
  access: "webhook.read",
  tag: "alerts",
  summary: "Each message to each address: how often it was tried, and what came back",
  query: deliveryQuery,
  response: pageOf(deliveryShown),
  async handle({ deps, actor, pool, query }) {
    const found = await listDeliveries(deps, actor, pool, query);
    return shownPage(found, shownDelivery);
  },
});

export const alertRoutes: readonly Route[] = [list, acknowledge, rules, declare, remove, hooks, declareHook, removeHook, deliveries];
