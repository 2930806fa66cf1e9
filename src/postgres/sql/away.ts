import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

/**
 * Days on which a resource, or one of its assets, gives nothing: of drains in force, and of those that were lifted the days before. A list of
 * its own (`away`), so that a pool in which nothing is away pays nothing for it.
 */
export const away = (sql: Sql, pool: PoolId) => sql`
    away as materialized (
      select w.resource_id, w.asset_id, d.from_day, least(coalesce(d.to_day, 'infinity'), coalesce((d.lifted_at at time zone 'Asia/Shanghai')::date - 1, 'infinity')) as to_day
      from pool.drains d join pool.drained_resources w on w.pool_id = d.pool_id and w.drain_id = d.drain_id
      where d.pool_id = ${pool}
    )`;

/** Whether the resource is there on the date, and not, or not only, some asset of it. */
export const there = (sql: Sql, resource: ReturnType<Sql>, asset: ReturnType<Sql> | null, date: ReturnType<Sql>) => sql`
  not exists (
    select from away w
    where w.resource_id = ${resource} and ${asset === null ? sql`w.asset_id is null` : sql`w.asset_id = ${asset}`} and ${date} between w.from_day and w.to_day)`;
