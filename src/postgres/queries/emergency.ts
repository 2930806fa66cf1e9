import type { Emergencies, EmergencyUse, Owed } from "../../app/ports/emergency.js";
import { pageOf } from "../../app/ports/page.js";
import type { EarlyEnd, EmergencyOrder, EmergencyPower, EmergencyPowers, ResponseLevel } from "../../domain/emergency/order.js";
import { trusted, type DivisionCode, type ItemCode, type LoanId, type PersonId, type PoolId, type RequestId, type UnitId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface OrderRow {
  readonly order_id: number;
  readonly document: string;
  readonly title: string;
  readonly level: ResponseLevel;
  readonly trigger: string;
  readonly divisions: readonly string[];
  readonly items: readonly string[];
  readonly powers: EmergencyPowers;
  readonly starts_at: Date;
  readonly sunset_at: Date;
  readonly replaces_id: number | null;
  readonly entered_by: string;
  readonly entered_at: Date;
  readonly confirm_by: Date | null;
  readonly signed_by: string | null;
  readonly signed_at: Date | null;
  readonly ended_at: Date | null;
  readonly ended_as: EarlyEnd | null;
  readonly ended_reason: string | null;
  readonly settled_at: Date | null;
}

const at = (date: Date | null): number | null => date && date.getTime();
const person = (id: string | null): PersonId | null => (id === null ? null : trusted<PersonId>(id));

const orderOf = (row: OrderRow): EmergencyOrder => ({
  id: row.order_id,
  document: row.document,
  title: row.title,
  level: row.level,
  trigger: row.trigger,
  divisions: row.divisions.map((code) => trusted<DivisionCode>(code)),
  items: row.items.map((code) => trusted<ItemCode>(code)),
  powers: row.powers,
  startsAt: row.starts_at.getTime(),
  sunsetAt: row.sunset_at.getTime(),
  replaces: row.replaces_id,
  enteredBy: trusted<PersonId>(row.entered_by),
  enteredAt: row.entered_at.getTime(),
  confirmBy: at(row.confirm_by),
  signedBy: person(row.signed_by),
  signedAt: at(row.signed_at),
  endedAt: at(row.ended_at),
  endedAs: row.ended_as,
  endedReason: row.ended_reason,
  settledAt: at(row.settled_at),
});

interface UseRow {
  readonly use_id: number;
  readonly order_id: number;
  readonly document: string;
  readonly power: EmergencyPower;
  readonly used_by: string;
  readonly used_at: Date;
  readonly request_id: number | null;
  readonly public_id: string | null;
  readonly number: string | null;
  readonly loan_id: number | null;
  readonly lender_unit_id: string | null;
  readonly borrower_unit_id: string | null;
  readonly class_id: string | null;
  readonly amount: string | null;
  readonly rule_id: string | null;
  readonly unit_id: string | null;
  readonly reason: string;
  readonly owed: Owed | null;
  readonly told_by: string | null;
  readonly told_at: Date | null;
  readonly ended_at: Date | null;
}

const useOf = (row: UseRow): EmergencyUse => ({
  id: Number(row.use_id),
  order: row.order_id,
  document: row.document,
  power: row.power,
  by: row.used_by,
  at: row.used_at.getTime(),
  request: row.request_id === null ? null : { id: trusted<RequestId>(Number(row.request_id)), publicId: row.public_id!, number: row.number! },
  loan: row.loan_id === null ? null : { id: trusted<LoanId>(Number(row.loan_id)), lender: trusted<UnitId>(row.lender_unit_id!), borrower: trusted<UnitId>(row.borrower_unit_id!), class: row.class_id!, amount: Number(row.amount) },
  rule: row.rule_id,
  unitId: row.unit_id === null ? null : trusted<UnitId>(row.unit_id),
  reason: row.reason,
  owed: row.owed,
  toldBy: person(row.told_by),
  toldAt: at(row.told_at),
  endedAt: at(row.ended_at),
});

export function emergencies(sql: Sql, pool: PoolId): Emergencies {
  const orders = sql`
    o.order_id, o.document, o.title, o.level, o.trigger, o.divisions, o.items, o.powers, o.starts_at, o.sunset_at, o.replaces_id,
    o.entered_by, o.entered_at, o.confirm_by, o.signed_by, o.signed_at, o.ended_at, o.ended_as, o.ended_reason, o.settled_at`;
  const one = async (id: number, lock: boolean): Promise<EmergencyOrder | null> => {
    // Beyond the column there is no order.
    if (!Number.isInteger(id) || id < 1 || id > 2_147_483_647) return null;
    const [row] = await sql<OrderRow[]>`select ${orders} from pool.emergency_orders o where o.pool_id = ${pool} and o.order_id = ${id} ${lock ? sql`for update` : sql``}`;
    return row ? orderOf(row) : null;
  };
  const uses = sql`
    select u.use_id, u.order_id, o.document, u.power, u.used_by, u.used_at, u.request_id, r.public_id, r.number, u.loan_id, l.lender_unit_id, l.borrower_unit_id, l.class_id, l.amount,
      u.rule_id, coalesce(r.unit_id, l.lender_unit_id) as unit_id, u.reason, u.owed, u.told_by, u.told_at, u.ended_at
    from pool.emergency_uses u
      join pool.emergency_orders o on o.pool_id = u.pool_id and o.order_id = u.order_id
      left join pool.requests r on r.pool_id = u.pool_id and r.request_id = u.request_id
      left join pool.loans l on l.pool_id = u.pool_id and l.loan_id = u.loan_id`;
  return {
    async insert(order) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`emergency orders of ${pool}`}, 0))`;
      const [row] = await sql<{ order_id: number }[]>`
        insert into pool.emergency_orders (pool_id, order_id, document, title, level, trigger, divisions, items, powers, starts_at, sunset_at, replaces_id, entered_by, entered_at, confirm_by)
        select ${pool}, coalesce(max(order_id), 0) + 1, ${order.document}, ${order.title}, ${order.level}, ${order.trigger}, ${[...order.divisions]}::text[], ${[...order.items]}::text[],
          ${sql.json(order.powers as never)}, ${new Date(order.startsAt)}, ${new Date(order.sunsetAt)}, ${order.replaces}, ${order.enteredBy}, ${new Date(order.enteredAt)}, ${order.confirmBy === null ? null : new Date(order.confirmBy)}
        from pool.emergency_orders where pool_id = ${pool}
        returning order_id`;
      return row!.order_id;
    },
    get: (id) => one(id, false),
    lock: (id) => one(id, true),
    async hasDocument(document) {
      const [row] = await sql<{ there: boolean }[]>`select exists (select 1 from pool.emergency_orders where pool_id = ${pool} and document = ${document}) as there`;
      return row!.there;
    },
    async list({ limit, after }) {
      const [before] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<(OrderRow & { uses: number; standing: number })[]>`
        select ${orders}, (select count(*)::int from pool.emergency_uses u where u.pool_id = o.pool_id and u.order_id = o.order_id) as uses,
          (select count(*)::int from pool.emergency_uses u where u.pool_id = o.pool_id and u.order_id = o.order_id and u.ended_at is null) as standing
        from pool.emergency_orders o
        where o.pool_id = ${pool} ${before === undefined ? sql`` : sql`and o.order_id < ${before}::bigint`}
        order by o.order_id desc limit ${limit + 1}`;
      return pageOf(rows.map((row) => ({ ...orderOf(row), uses: row.uses, standing: row.standing })), limit, ({ id }) => cursorOf(id));
    },
    async unsettled() {
      const rows = await sql<OrderRow[]>`select ${orders} from pool.emergency_orders o where o.pool_id = ${pool} and o.settled_at is null order by o.order_id`;
      return rows.map(orderOf);
    },
    async sign(id, by, when) {
      await sql`update pool.emergency_orders set signed_by = ${by}, signed_at = ${new Date(when)} where pool_id = ${pool} and order_id = ${id}`;
    },
    async end(id, { at: when, as, by, reason }) {
      await sql`update pool.emergency_orders set ended_at = ${new Date(when)}, ended_as = ${as}, ended_by = ${by}, ended_reason = ${reason} where pool_id = ${pool} and order_id = ${id}`;
    },
    async resume(id) {
      await sql`update pool.emergency_orders set ended_at = null, ended_as = null, ended_by = null, ended_reason = null where pool_id = ${pool} and order_id = ${id}`;
    },
    async settled(id, when) {
      await sql`update pool.emergency_orders set settled_at = ${new Date(when)} where pool_id = ${pool} and order_id = ${id}`;
    },

    async recordUses(made) {
      const rows = made.map((use) => ({ order_id: use.order, power: use.power, used_by: use.by, used_at: new Date(use.at).toISOString(), request_id: use.request, loan_id: use.loan, rule_id: use.rule, reason: use.reason, owed: use.owed }));
      await sql`
        insert into pool.emergency_uses (pool_id, order_id, power, used_by, used_at, request_id, loan_id, rule_id, reason, owed)
        select ${pool}, order_id, power, used_by, used_at, request_id, loan_id, rule_id, reason, owed
        from jsonb_to_recordset(${sql.json(rows)}) as t (order_id integer, power text, used_by text, used_at timestamptz, request_id bigint, loan_id bigint, rule_id text, reason text, owed text)`;
    },
    async uses(order, { limit, after }) {
      const [before] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<UseRow[]>`
        ${uses} where u.pool_id = ${pool} and u.order_id = ${order} ${before === undefined ? sql`` : sql`and u.use_id < ${before}::bigint`} order by u.use_id desc limit ${limit + 1}`;
      return pageOf(rows.map(useOf), limit, ({ id }) => cursorOf(id));
    },
    async standingUses(order, limit) {
      const rows = await sql<UseRow[]>`${uses} where u.pool_id = ${pool} and u.order_id = ${order} and u.ended_at is null order by u.use_id limit ${limit}`;
      return rows.map(useOf);
    },
    async use(id) {
      const [row] = await sql<UseRow[]>`${uses} where u.pool_id = ${pool} and u.use_id = ${id}`;
      return row ? useOf(row) : null;
    },
    async endUses(ids, when) {
      await sql`update pool.emergency_uses set ended_at = ${new Date(when)} where pool_id = ${pool} and use_id = any(${[...ids]}::bigint[])`;
    },
    async madeGood(id, by, when) {
      await sql`update pool.emergency_uses set told_by = ${by}, told_at = ${new Date(when)} where pool_id = ${pool} and use_id = ${id}`;
    },
    async withoutGround({ order, divisions, items, ground }, limit) {
      const rows = await sql<{ public_id: string }[]>`
        select r.public_id from pool.requests r
        where r.pool_id = ${pool} and r.closed_at is null
          and r.item_code = any(${[...items]}::text[])
          ${divisions.length === 0 ? sql`` : sql`and exists (select 1 from unnest(${[...divisions]}::text[]) as d (code) where starts_with(r.division_code, d.code))`}
          and not exists (select 1 from pool.request_priorities p where p.pool_id = r.pool_id and p.request_id = r.request_id and p.code = ${ground} and p.state in ('claimed', 'confirmed'))
          and not exists (select 1 from pool.emergency_uses u where u.pool_id = r.pool_id and u.request_id = r.request_id and u.order_id = ${order})
        order by r.request_id limit ${limit}`;
      return rows.map(({ public_id }) => public_id);
    },
  };
}
