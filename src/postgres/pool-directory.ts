import type { Clock } from "../app/ports/clock.js";
import type { PoolDirectory, PoolSummary } from "../app/ports/pool-directory.js";
import { trusted, type PoolId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Connection, Sql } from "./connection.js";

const AGE_MAX_MS = 1_000;

export function poolDirectory({ side }: Connection, monotonicMs: () => number = () => performance.now()): PoolDirectory {
  let kept: { readonly at: number; readonly pools: Promise<readonly PoolSummary[]> } | undefined;
  const list = (): Promise<readonly PoolSummary[]> => {
    if (!kept || monotonicMs() - kept.at > AGE_MAX_MS) {
      const pools = readPools(side);
      kept = { at: monotonicMs(), pools };
      // A failed read must not be remembered as the answer.
      pools.catch(() => (kept = undefined));
    }
    return kept.pools;
  };
  return {
    list,
    find: async (pool) => (await list()).find(({ id }) => id === pool),
    forget: () => (kept = undefined),
  };
}

async function readPools(sql: Sql): Promise<readonly PoolSummary[]> {
  const rows = await sql<{ pool_id: string; names: { zh: string; en: string }; division_code: string; sandbox: boolean }[]>`
    select pool_id, names, division_code, sandbox from pool.pools order by sandbox, created_at, pool_id`;
  return rows.map((row) => ({ id: trusted(row.pool_id), names: row.names, divisionCode: row.division_code, sandbox: row.sandbox }));
}

/**
 * Real time, or for a sandbox with a manual clock what that clock was set to. A sandbox's is never cached: it may be set
 * between two calls. Real time is the database's, read once a second and carried on by our own between.
 */
export function poolClock({ side }: Connection, monotonicMs: () => number = () => performance.now()): Clock {
  const real = new Map<PoolId, { readonly at: number; readonly now: Instant }>();
  return {
    async now(pool) {
      const known = real.get(pool);
      if (known && monotonicMs() - known.at <= AGE_MAX_MS) return Math.floor(known.now + monotonicMs() - known.at);
      const [row] = await side<{ now: Date; sandbox: boolean }[]>`
        select coalesce(clock_at, clock_timestamp()) as now, sandbox from pool.pools where pool_id = ${pool}`;
      if (!row) throw new Error(`no pool ${pool}`);
      // Only a sandbox's clock can be set, and no pool becomes one.
      if (!row.sandbox) real.set(pool, { at: monotonicMs(), now: row.now.getTime() });
      return row.now.getTime();
    },
  };
}
