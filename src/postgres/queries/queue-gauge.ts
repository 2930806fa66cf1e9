import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

const AGE_MIN_MS = 1_000;
/** Counting may take this share of one connection's time. */
const COST_SHARE = 0.05;

/** How full the queues are. A count may be a second old, or older where counting itself takes long. */
export interface QueueGauge {
  isFull(sql: Sql, pool: PoolId, limit: number): Promise<boolean>;
}

interface Reading {
  waiting: number;
  validUntil: number;
}

export function queueGauge(monotonicMs: () => number = () => performance.now()): QueueGauge {
  const readings = new Map<PoolId, Reading>();
  return {
    async isFull(sql, pool, limit) {
      const known = readings.get(pool);
      const now = monotonicMs();
      if (known && now < known.validUntil) return known.waiting >= limit;
      // Others answer from the old count meanwhile.
      if (known) known.validUntil = now + AGE_MIN_MS;
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count
        from (
          select from pool.steps s
          where s.pool_id = ${pool} and s.state in ('ready', 'working')
          limit ${limit}
        ) waiting`;
      const waiting = row?.count ?? 0;
      readings.set(pool, { waiting, validUntil: now + Math.max(AGE_MIN_MS, (monotonicMs() - now) / COST_SHARE) });
      return waiting >= limit;
    },
  };
}
