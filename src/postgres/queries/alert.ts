import type { AlertRow, AlertRuleRow, Alerts, Delivery } from "../../app/ports/alert.js";
import { pageOf } from "../../app/ports/page.js";
import { trusted, type PersonId, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface RuleRow {
  readonly rule_id: string;
  readonly figure: AlertRuleRow["figure"];
  readonly class_id: string | null;
  readonly unit_id: string | null;
  readonly division_code: string | null;
  readonly comparison: AlertRuleRow["comparison"];
  readonly value: number;
  readonly clear: number;
  readonly window_days: number;
  readonly for_minutes: number;
  readonly interval_minutes: number;
  readonly enabled: boolean;
  readonly generation: number;
  readonly checked_at: Date | null;
  readonly measured: number | null;
  readonly over_since: Date | null;
}

const ruleOf = (row: RuleRow): AlertRuleRow => ({
  id: row.rule_id,
  figure: row.figure,
  class: row.class_id === null ? null : trusted(row.class_id),
  unit: row.unit_id === null ? null : trusted(row.unit_id),
  division: row.division_code === null ? null : trusted(row.division_code),
  comparison: row.comparison,
  value: row.value,
  clear: row.clear,
  windowDays: row.window_days,
  forMinutes: row.for_minutes,
  intervalMinutes: row.interval_minutes,
  enabled: row.enabled,
  generation: Number(row.generation),
  checkedAt: row.checked_at?.getTime() ?? null,
  measured: row.measured,
  overSince: row.over_since?.getTime() ?? null,
});

interface Row {
  readonly alert_id: string;
  readonly rule: AlertRow["rule"];
  readonly figures: AlertRow["figures"];
  readonly measured: number;
  readonly from_day: string;
  readonly to_day: string;
  readonly raised_at: Date;
  readonly resolved_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
}

const alertOf = (row: Row): AlertRow => ({
  id: row.alert_id,
  rule: row.rule,
  figures: row.figures,
  measured: row.measured,
  from: row.from_day,
  to: row.to_day,
  raisedAt: row.raised_at.getTime(),
  resolvedAt: row.resolved_at?.getTime() ?? null,
  acknowledgedAt: row.acknowledged_at?.getTime() ?? null,
  acknowledgedBy: row.acknowledged_by === null ? null : trusted<PersonId>(row.acknowledged_by),
});

interface DeliveryRow {
  readonly delivery_id: string;
  readonly webhook_id: string;
  readonly alert_id: string;
  readonly type: Delivery["type"];
  readonly state: Delivery["state"];
  readonly attempts: number;
  readonly next_at: Date;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.delivery_id,
  webhook: row.webhook_id,
  alert: row.alert_id,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  nextAt: row.next_at.getTime(),
  lastStatus: row.last_status,
  lastError: row.last_error,
  createdAt: row.created_at.getTime(),
  endedAt: row.ended_at?.getTime() ?? null,
});

export const alerts = (sql: Sql, pool: PoolId): Alerts => ({
  async rules() {
    return (await sql<RuleRow[]>`select * from pool.alert_rules where pool_id = ${pool} order by rule_id`).map(ruleOf);
  },
  async saveRule({ id, figure, class: cls, unit, division, comparison, value, clear, windowDays, forMinutes, intervalMinutes, enabled }) {
    const [row] = await sql<{ generation: number }[]>`
      insert into pool.alert_rules (pool_id, rule_id, figure, class_id, unit_id, division_code, comparison, value, clear, window_days, for_minutes, interval_minutes, enabled)
      values (${pool}, ${id}, ${figure}, ${cls}, ${unit}, ${division}, ${comparison}, ${value}, ${clear}, ${windowDays}, ${forMinutes}, ${intervalMinutes}, ${enabled})
      on conflict (pool_id, rule_id) do update
        set figure = excluded.figure, class_id = excluded.class_id, unit_id = excluded.unit_id, division_code = excluded.division_code,
          comparison = excluded.comparison, value = excluded.value, clear = excluded.clear, window_days = excluded.window_days,
          for_minutes = excluded.for_minutes, interval_minutes = excluded.interval_minutes, enabled = excluded.enabled,
          generation = alert_rules.generation + 1, checked_at = null, measured = null, over_since = null
      returning generation`;
    return Number(row?.generation ?? 1);
  },
  async removeRule(id) {
    return (await sql`delete from pool.alert_rules where pool_id = ${pool} and rule_id = ${id}`).count > 0;
  },
  async dueRules(now, limit) {
    const rows = await sql<RuleRow[]>`
      select * from pool.alert_rules
      where pool_id = ${pool} and enabled and (checked_at is null or checked_at + interval_minutes * interval '1 minute' <= ${new Date(now)})
      order by checked_at nulls first, rule_id
      limit ${limit}
      for update skip locked`;
    return rows.map(ruleOf);
  },
  async looked(id, { checkedAt, measured, overSince }) {
    await sql`
      update pool.alert_rules set checked_at = ${new Date(checkedAt)}, measured = ${measured}, over_since = ${overSince === null ? null : new Date(overSince)}
      where pool_id = ${pool} and rule_id = ${id}`;
  },

  async openOf(rule) {
    const [row] = await sql<Row[]>`select * from pool.alerts where pool_id = ${pool} and rule_id = ${rule} and resolved_at is null for update`;
    return row && alertOf(row);
  },
  async raise({ rule, figures, measured, from, to, raisedAt }) {
    const [row] = await sql<Row[]>`
      insert into pool.alerts (pool_id, rule_id, rule, figures, measured, from_day, to_day, raised_at)
      values (${pool}, ${rule.id}, ${sql.json(rule as never)}, ${sql.json(figures as never)}, ${measured}, ${from}, ${to}, ${new Date(raisedAt)})
      returning *`;
    if (!row) throw new Error("an alert was raised and is not there");
    return alertOf(row);
  },
  async resolve(id, at) {
    await sql`update pool.alerts set resolved_at = ${new Date(at)} where pool_id = ${pool} and alert_id = ${id} and resolved_at is null`;
  },
  async lock(id) {
    const [row] = await sql<Row[]>`select * from pool.alerts where pool_id = ${pool} and alert_id = ${id} for update`;
    return row && alertOf(row);
  },
  async acknowledge(id, by, at) {
    await sql`update pool.alerts set acknowledged_at = ${new Date(at)}, acknowledged_by = ${by} where pool_id = ${pool} and alert_id = ${id}`;
  },
  async list({ open }, { limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number", "uuid"]);
    const rows = await sql<Row[]>`
      select * from pool.alerts
      where pool_id = ${pool} ${open === undefined ? sql`` : open ? sql`and resolved_at is null` : sql`and resolved_at is not null`}
        ${place === undefined ? sql`` : sql`and (raised_at, alert_id) < (${new Date(Number(place[0]))}, ${String(place[1])}::uuid)`}
      order by raised_at desc, alert_id desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, (row) => cursorOf(row.raised_at.getTime(), row.alert_id));
    return { rows: page.rows.map(alertOf), next: page.next };
  },
  async unacknowledged() {
    const [row] = await sql<{ n: number }[]>`select count(*)::int as n from pool.alerts where pool_id = ${pool} and resolved_at is null and acknowledged_at is null`;
    return row?.n ?? 0;
  },

  async webhooks() {
    const rows = await sql<{ webhook_id: string; url: string; enabled: boolean; generation: number }[]>`
      select webhook_id, url, enabled, generation from pool.webhooks where pool_id = ${pool} order by webhook_id`;
    return rows.map((row) => ({ id: row.webhook_id, url: row.url, enabled: row.enabled, generation: Number(row.generation) }));
  },
  async saveWebhook({ id, url, enabled }, secret) {
    if (secret === undefined) {
      await sql`update pool.webhooks set url = ${url}, enabled = ${enabled}, generation = generation + 1 where pool_id = ${pool} and webhook_id = ${id}`;
      return;
    }
    await sql`
      insert into pool.webhooks (pool_id, webhook_id, url, wrapped_key, secret_sealed, enabled)
      values (${pool}, ${id}, ${url}, ${secret.wrappedKey}, ${secret.sealed}, ${enabled})
      on conflict (pool_id, webhook_id) do update
        set url = excluded.url, wrapped_key = excluded.wrapped_key, secret_sealed = excluded.secret_sealed, enabled = excluded.enabled, generation = webhooks.generation + 1`;
  },
  async removeWebhook(id) {
    return (await sql`delete from pool.webhooks where pool_id = ${pool} and webhook_id = ${id}`).count > 0;
  },
  async enqueue(alert, type, body) {
    await sql`
      insert into pool.webhook_deliveries (pool_id, webhook_id, alert_id, type, body, next_at, created_at)
      select ${pool}, webhook_id, ${alert}, ${type}, ${body}, clock_timestamp(), clock_timestamp()
      from pool.webhooks where pool_id = ${pool} and enabled`;
  },
  async take(now, until, limit) {
    const rows = await sql<{ delivery_id: string; url: string; body: string; attempts: number; wrapped_key: string; secret_sealed: string }[]>`
      with due as (
        select d.delivery_id, w.url, w.wrapped_key, w.secret_sealed
        from pool.webhook_deliveries d
          join pool.webhooks w on w.pool_id = d.pool_id and w.webhook_id = d.webhook_id and w.enabled
        where d.pool_id = ${pool} and d.state = 'pending' and d.next_at <= ${new Date(now)}
        order by d.next_at
        limit ${limit}
        for update of d skip locked
      )
      -- The attempt counts from here: a process that dies while it sends has tried.
      update pool.webhook_deliveries d
      set next_at = ${new Date(until)}, attempts = d.attempts + 1
      from due
      where d.pool_id = ${pool} and d.delivery_id = due.delivery_id
      returning d.delivery_id, due.url, d.body, d.attempts, due.wrapped_key, due.secret_sealed`;
    return rows.map((row) => ({ id: row.delivery_id, url: row.url, body: row.body, attempts: row.attempts, wrappedKey: row.wrapped_key, secretSealed: row.secret_sealed }));
  },
  async ended(id, { at, status, error, next }) {
    const over = typeof next === "string";
    await sql`
      update pool.webhook_deliveries
      set state = ${over ? next : "pending"}, ended_at = ${over ? new Date(at) : null}, next_at = ${over ? new Date(at) : new Date(next.at)}, last_status = ${status}, last_error = ${error}
      where pool_id = ${pool} and delivery_id = ${id} and state = 'pending'`;
  },
  async deliveries({ limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number", "uuid"]);
    const rows = await sql<DeliveryRow[]>`
      select delivery_id, webhook_id, alert_id, type, state, attempts, next_at, last_status, last_error, created_at, ended_at
      from pool.webhook_deliveries
      where pool_id = ${pool} ${place === undefined ? sql`` : sql`and (created_at, delivery_id) < (${new Date(Number(place[0]))}, ${String(place[1])}::uuid)`}
      order by created_at desc, delivery_id desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, (row) => cursorOf(row.created_at.getTime(), row.delivery_id));
    return { rows: page.rows.map(deliveryOf), next: page.next };
  },
});
