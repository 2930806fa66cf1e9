import type { NumberedStep, Numbers } from "../../app/ports/number.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly step_id: number;
  readonly name: string;
  readonly class_names: NumberedStep["classNames"];
  readonly settled: NumberedStep["settled"];
  readonly held: NumberedStep["held"];
  readonly annulled_at: Date | null;
  readonly basis: string | null;
}

export const numbers = (sql: Sql, pool: PoolId): Numbers => ({
  async ofRequest(publicId) {
    const rows = await sql<Row[]>`
      select s.step_id, s.name, n.annulled_at, n.basis,
             jsonb_agg(distinct jsonb_build_object('zh', c.name_zh, 'en', c.name_en)) as class_names,
             coalesce(jsonb_agg(u.use order by a.claim_id, a.resource_id, a.period) filter (where a.state = 'settled'), '[]') as settled,
             coalesce(jsonb_agg(u.use order by a.claim_id, a.resource_id, a.period) filter (where a.state = 'held'), '[]') as held
      from pool.requests r
        join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id
        join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id
        join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id and (x.total is not null or x.derived)
        join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id and c.kind = 'function'
        cross join lateral (
          select jsonb_build_object('claim', a.claim_id, 'attempt', a.attempt, 'resource', a.resource_id, 'period', a.period,
                                    'amount', case a.state when 'settled' then a.settled_amount else a.amount end) as use
        ) u
        left join pool.annulments n on n.pool_id = s.pool_id and n.step_id = s.step_id
      where r.pool_id = ${pool} and r.public_id = ${publicId}
      group by s.step_id, s.name, s.ordinal, n.annulled_at, n.basis
      order by s.ordinal`;
    return rows.map((row) => ({
      step: trusted(row.step_id),
      name: row.name,
      classNames: row.class_names,
      settled: row.settled,
      held: row.held,
      annulled: row.annulled_at === null ? null : { at: row.annulled_at.getTime(), basis: row.basis ?? "" },
    }));
  },
  async annul(step, { basis, by, at }) {
    await sql`insert into pool.annulments (pool_id, step_id, basis, annulled_by, annulled_at) values (${pool}, ${step}, ${basis}, ${by}, ${new Date(at)})`;
  },
});
