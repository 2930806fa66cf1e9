import type { Health } from "../app/ports/health.js";
import { trusted } from "../domain/id.js";
import type { Connection } from "./connection.js";

export const health = ({ sql }: Connection): Health => ({
  async pools() {
    const rows = await sql<
      { pool_id: string; epoch: number; last_seq: number; lease_age: number | null; waiting: number; oldest: number | null; requests: Record<string, number> | null }[]
    >`
      select p.pool_id, coalesce(w.epoch, 0)::float8 as epoch, coalesce(w.last_seq, 0)::float8 as last_seq,
        case when w.lease_until > clock_timestamp() then extract(epoch from clock_timestamp() - w.updated_at) * 1000 end::float8 as lease_age,
        c.waiting, c.oldest, r.requests
      from pool.pools p
        left join pool.writers w using (pool_id)
        left join lateral (
          select count(*)::int as waiting, (extract(epoch from clock_timestamp() - min(recorded_at)) * 1000)::float8 as oldest
          from pool.commands where pool_id = p.pool_id and seq is null
        ) c on true
        left join lateral (
          select jsonb_object_agg(state, n) as requests
          from (select state, count(*) as n from pool.requests where pool_id = p.pool_id group by state) s
        ) r on true
      order by p.pool_id`;
    return rows.map((row) => ({
      pool: trusted(row.pool_id),
      epoch: row.epoch,
      lastSeq: row.last_seq,
      leaseAgeMs: row.lease_age,
      commandsWaiting: row.waiting,
      oldestCommandMs: row.oldest ?? 0,
      requests: row.requests ?? {},
    }));
  },
});
