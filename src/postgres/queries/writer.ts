import type { ReadPort } from "../../app/ports/writer.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/** Where the pool's writer answers; undefined while nobody writes. */
export async function readPortOf(sql: Sql, pool: PoolId): Promise<ReadPort | undefined> {
  const [row] = await sql<{ read_host: string; read_port: number; read_token: string }[]>`
    select read_host, read_port, read_token
    from pool.writers
    where pool_id = ${pool} and read_port is not null and lease_until > clock_timestamp()`;
  return row && { host: row.read_host, port: row.read_port, token: row.read_token };
}

/** Connections the server has left for those who may not use its reserve. */
export async function connectionsFree(sql: Sql): Promise<number> {
  const [row] = await sql<{ free: number }[]>`
    select (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - (select sum(numbackends) from pg_stat_database))::int as free`;
  return row!.free;
}

/** Pools nobody writes now. */
export async function poolsWithoutWriter(sql: Sql): Promise<PoolId[]> {
  const rows = await sql<{ pool_id: string }[]>`
    select p.pool_id
    from pool.pools p left join pool.writers w using (pool_id)
    where w.lease_until is null or w.lease_until <= clock_timestamp()
    order by p.pool_id`;
  return rows.map((row) => trusted(row.pool_id));
}
