import type { ExportRow, Exports } from "../../app/ports/export.js";
import { pageOf } from "../../app/ports/page.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/** A row with the place it holds in its list. */
type Placed = Record<string, string | number | null> & { readonly place: string };

const page = (rows: readonly Placed[], limit: number) => {
  const found = pageOf(rows, limit, ({ place }) => place);
  return { rows: found.rows.map(({ place: _place, ...row }): ExportRow => row as ExportRow), next: found.next };
};

export function exports(sql: Sql, pool: PoolId): Exports {
  // Local time of China, as people write it.
  const local = (column: string) => sql`to_char(${sql(column)} at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')`;
  const past = (column: string, after: string | undefined) => (after === undefined ? sql`` : sql`and ${sql(column)} > ${Number(after)}`);
  return {
    async requests({ unit }, { limit, after }) {
      const rows = await sql<Placed[]>`
        select r.request_id::text as place, r.number, r.item_code as item, i.name_zh as item_zh, i.name_en as item_en, r.unit_id as unit,
          r.division_code as division, r.state as request_state, ${local("r.received_at")} as received_at, ${local("r.promised_due_at")} as due_at,
          ${local("r.closed_at")} as closed_at
        from pool.requests r
          join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
        where r.pool_id = ${pool} ${unit === undefined ? sql`` : sql`and r.unit_id = ${unit}`} ${past("r.request_id", after)}
        order by r.request_id limit ${limit + 1}`;
      return page(rows, limit);
    },
    async queue({ unit }, { limit, after }) {
      const rows = await sql<Placed[]>`
        select s.step_id::text as place, r.number, s.name as step_name, r.item_code as item, coalesce(r.unit_id, d.unit_id) as unit,
          coalesce(r.division_code, d.division_code) as division,
          ${local("s.ready_at")} as waiting_since, ${local("s.due_at")} as due_at, s.attempt,
          (select string_agg(c.class_id || ' ' || c.amount, '; ' order by c.ordinal) from pool.claims c where c.pool_id = s.pool_id and c.step_id = s.step_id) as asks
        from pool.steps s
          left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
          left join pool.direct_claims d on d.pool_id = s.pool_id and d.step_id = s.step_id
        where s.pool_id = ${pool} and s.state = 'ready'
          and not exists (select 1 from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt)
          ${unit === undefined ? sql`` : sql`and coalesce(r.unit_id, d.unit_id) = ${unit}`} ${past("s.step_id", after)}
        order by s.step_id limit ${limit + 1}`;
      return page(rows, limit);
    },
    async allocations({ unit }, { limit, after }) {
      const [seq, claim, resource, period] = (after ?? "").split(".").map(Number);
      const rows = await sql<Placed[]>`
        select concat_ws('.', a.seq, a.claim_id, a.resource_id, a.period) as place, r.number, s.name as step_name, x.code as resource, x.unit_id as unit,
          x.class_id as class, case c.period
            when 'day' then to_char(date '1970-01-01' + a.period, 'YYYY-MM-DD')
            when 'slot' then to_char(timestamp '1970-01-01' + a.period * interval '30 minutes', 'YYYY-MM-DD HH24:MI')
            when 'fiscal-year' then a.period::text
            else '' end as period,
          a.amount::text as granted, a.settled_amount::text as settled, a.state as allocation_state
        from pool.allocations a
          join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
          join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id
          join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
          left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        where a.pool_id = ${pool} ${unit === undefined ? sql`` : sql`and x.unit_id = ${unit}`}
          ${after === undefined ? sql`` : sql`and (a.seq, a.claim_id, a.resource_id, a.period) > (${seq ?? 0}, ${claim ?? 0}, ${resource ?? 0}, ${period ?? 0})`}
        order by a.seq, a.claim_id, a.resource_id, a.period limit ${limit + 1}`;
      return page(rows, limit);
    },
    async audit({ limit, after }) {
      const rows = await sql<Placed[]>`
        select audit_id::text as place, ${local("occurred_at")} as occurred_at, actor_id as actor, act, object_kind, object_id, before::text, after::text
        from pool.audit_records
        where pool_id = ${pool} ${past("audit_id", after)}
        order by audit_id limit ${limit + 1}`;
      return page(rows, limit);
    },
  };
}
