import type { PlanEffects } from "../../app/ports/plan.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/** Steps of a week of some units; of more, those given out first are looked at. */
const STEPS_MAX = 100_000;

/** What became of the requests of some units in a span of time, from decisions and requests as they stand on record. */
export const planEffects = (sql: Sql, pool: PoolId): PlanEffects => ({
  async begun(units, { from, to }) {
    const rows = await sql<{ unit_id: string; ready_at: Date; starts_at: Date }[]>`
      select r.unit_id, s.ready_at, d.starts_at
      from pool.decisions d
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
        join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
      where d.pool_id = ${pool} and d.outcome = 'granted' and d.decided_at >= ${new Date(from)} and d.decided_at < ${new Date(to)}
        and s.ready_at is not null and d.starts_at is not null and r.unit_id in ${sql(units)}
      order by d.seq limit ${STEPS_MAX}`;
    return rows.map((row) => ({ unitId: trusted(row.unit_id), readyAt: row.ready_at.getTime(), startsAt: row.starts_at.getTime() }));
  },
  async requests(units, { from, to }) {
    // As a what-if counts: open when the span began or received in it; late, when it was closed after its date or open past it at the end.
    const rows = await sql<{ unit_id: string; requests: number; late: number }[]>`
      select unit_id, count(*)::int as requests, (count(*) filter (where least(coalesce(closed_at, ${new Date(to)}), ${new Date(to)}) > promised_due_at))::int as late
      from pool.requests
      where pool_id = ${pool} and unit_id in ${sql(units)} and received_at < ${new Date(to)} and (closed_at is null or closed_at >= ${new Date(from)})
        and state not in ('withdrawn', 'referred')
      group by unit_id`;
    return rows.map((row) => ({ unitId: trusted(row.unit_id), requests: row.requests, late: row.late }));
  },
});
