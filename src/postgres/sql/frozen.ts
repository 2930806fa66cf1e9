import type { OverCapacity } from "../../app/ports/writer.js";
import { trusted, type PoolId, type ResourceId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Sql } from "../connection.js";

/*
 * Resources that the books and the engine disagree about. They are on the tables, because whoever writes the pool next would
 * else give out what the one before found to be wrong.
 */

export async function freeze(sql: Sql, pool: PoolId, rows: readonly OverCapacity[], at: Instant): Promise<void> {
  const ids = [...new Set(rows.map(({ resource }) => resource as number))];
  await sql`
    insert into pool.frozen_resources (pool_id, resource_id, frozen_at)
    select ${pool}, id, ${new Date(at)} from unnest(${ids}::int8[]) as frozen (id)
    on conflict do nothing`;
}

export async function thaw(sql: Sql, pool: PoolId, resources: readonly ResourceId[]): Promise<void> {
  await sql`delete from pool.frozen_resources where pool_id = ${pool} and resource_id = any(${resources.map(Number)}::int8[])`;
}

export async function readFrozen(sql: Sql, pool: PoolId): Promise<ResourceId[]> {
  const rows = await sql<{ resource_id: number }[]>`select resource_id from pool.frozen_resources where pool_id = ${pool}`;
  return rows.map(({ resource_id }) => trusted(resource_id));
}
