import type { PoolId } from "../../domain/id.js";
import { startOfDay, type DayNumber } from "../../domain/instant.js";
import type { Sql } from "../connection.js";

/*
 * What was declared at the end of a day that is past. Declarations keep one row each, as they stand now; each change is on the
 * audit with what its fields were before, so the first change after the day says what stood on it. What was entered since was not there.
 */

/** Two lists of their own: `was`, the fields that are others now, and `unborn`. Of today and days to come both are empty. */
export const declaredThen = (sql: Sql, pool: PoolId, day: DayNumber, past: boolean) => sql`
    later as materialized (
      select a.object_kind as kind, a.object_id as code, a.act, a.audit_id, a.before
      from pool.audit_records a
      where ${past} and a.pool_id = ${pool} and a.object_kind in ('resource', 'asset') and a.occurred_at >= ${new Date(startOfDay(day + 1))}
    ),
    was as materialized (
      select kind, code, jsonb_object_agg(key, value) as fields
      from (
        select distinct on (l.kind, l.code, f.key) l.kind, l.code, f.key, f.value
        from later l cross join lateral jsonb_each_text(case jsonb_typeof(l.before) when 'object' then l.before else '{}' end) f
        order by l.kind, l.code, f.key, l.audit_id
      ) first
      group by kind, code
    ),
    unborn as materialized (select kind, code from later where act in ('resource.declare', 'asset.declare') and coalesce(jsonb_typeof(before), 'null') = 'null')`;

/** The pool's resources with what capacity follows from, as it was declared then. */
export const resourcesThen = (sql: Sql, pool: PoolId) => sql`(
        select x.pool_id, x.resource_id, x.class_id, x.unit_id,
          case when f ? 'total' then f ->> 'total' = 'assets' else x.derived end as derived,
          case when f ? 'total' then case when f ->> 'total' ~ '^[0-9]+$' then (f ->> 'total')::int8 end else x.total end as total,
          coalesce((f ->> 'reserved')::int8, x.reserved) as reserved, coalesce((f ->> 'overcommit')::int, x.overcommit_percent) as overcommit_percent,
          case when f ? 'calendar' then nullif(f ->> 'calendar', '') else x.calendar_id end as calendar_id,
          case when f ? 'valid_from' then nullif(f ->> 'valid_from', '')::date else x.valid_from end as valid_from,
          case when f ? 'valid_to' then nullif(f ->> 'valid_to', '')::date else x.valid_to end as valid_to,
          case when n.code is not null then 'absent' else coalesce(nullif(f ->> 'state', ''), x.state) end as state
        from pool.resources x
          left join was w on w.kind = 'resource' and w.code = x.code
          left join unborn n on n.kind = 'resource' and n.code = x.code
          cross join lateral (select w.fields as f) fields
        where x.pool_id = ${pool}
      )`;

/** The same of assets; one that belonged to another resource then is looked for by that resource's code. */
export const assetsThen = (sql: Sql, pool: PoolId) => sql`(
        select x.pool_id, x.asset_id,
          case when f ? 'resource' then (select o.resource_id from pool.resources o where o.pool_id = x.pool_id and o.code = f ->> 'resource') else x.resource_id end as resource_id,
          coalesce((f ->> 'amount')::int8, x.amount) as amount,
          case when f ? 'calendar' then nullif(f ->> 'calendar', '') else x.calendar_id end as calendar_id,
          case when f ? 'valid_from' then nullif(f ->> 'valid_from', '')::date else x.valid_from end as valid_from,
          case when f ? 'valid_to' then nullif(f ->> 'valid_to', '')::date else x.valid_to end as valid_to,
          case when n.code is not null then 'absent' else coalesce(f ->> 'state', x.state) end as state
        from pool.assets x
          left join was w on w.kind = 'asset' and w.code = x.code
          left join unborn n on n.kind = 'asset' and n.code = x.code
          cross join lateral (select w.fields as f) fields
        where x.pool_id = ${pool}
      )`;
