import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

type Part = ReturnType<Sql>;

const dayOf = (sql: Sql, at: Part) => sql`(${at} at time zone 'Asia/Shanghai')::date`;

/**
 * Days on which a resource, or one of its assets, gives nothing: of drains in force, and of those that were lifted the days before; of what enterprises
 * and associations have all days that no agreement covers. A list of its own (`away`), so that a pool in which nothing is away pays nothing for it.
 */
export const away = (sql: Sql, pool: PoolId) => sql`
    away as materialized (
      select w.resource_id, w.asset_id, d.from_day, least(coalesce(d.to_day, 'infinity'), coalesce(${dayOf(sql, sql`d.lifted_at`)} - 1, 'infinity')) as to_day
      from pool.drains d join pool.drained_resources w on w.pool_id = d.pool_id and w.drain_id = d.drain_id
      where d.pool_id = ${pool} and d.spares is null
      union all
      select o.resource_id, null, coalesce(lower(o.days), '-infinity'), coalesce(upper(o.days) - 1, 'infinity')
      from (
        select r.resource_id, unnest(datemultirange(daterange(null, null)) - coalesce(range_agg(v.days), '{}'::datemultirange)) as days
        from pool.units u
          join pool.resources r on r.pool_id = u.pool_id and r.unit_id = u.unit_id
          left join lateral (${agreedDays(sql)}) v on true
        where u.pool_id = ${pool} and u.kind = 'supplier'
        group by r.resource_id
      ) o
    )`;

/**
 * Days on which the resource `r` serves under an agreement, up to its standard and somewhere it answers for: each version's from its approval until
 * it was closed, without those on which it was suspended or used up.
 */
const agreedDays = (sql: Sql) => sql`
  select unnest(
    datemultirange(daterange(greatest(g.from_day, ${dayOf(sql, sql`g.approved_at`)}), greatest(g.from_day, ${dayOf(sql, sql`g.approved_at`)}, least(g.until_day, g.ended_from, ${dayOf(sql, sql`g.closed_at`)} + 1))))
    - coalesce((
        select range_agg(daterange(x.first, case when x.again is not null then greatest(x.first, x.again) end))
        from jsonb_array_elements(g.suspensions) s
          cross join lateral (select ${dayOf(sql, sql`to_timestamp((s ->> 'at')::float8 / 1000)`)} as first, ${dayOf(sql, sql`to_timestamp((s ->> 'resumedAt')::float8 / 1000)`)} as again) x), '{}'::datemultirange)
    - case when k.used_up_at is null then '{}'::datemultirange else datemultirange(daterange(${dayOf(sql, sql`k.used_up_at`)}, null)) end
  ) as days
  from pool.agreement_classes k
    join pool.agreements g on g.pool_id = k.pool_id and g.agreement_id = k.agreement_id and g.version = k.version and g.approved_at is not null
  where k.pool_id = r.pool_id and k.provider_unit_id = r.unit_id and k.class_id = r.class_id and g.content -> 'traits' <@ to_jsonb(r.traits)
    and exists (
      with recursive places as (
        select distinct coalesce(t.code, j.place) as code from unnest(r.jurisdiction) j (place)
          left join pool.zones z on z.pool_id = r.pool_id and j.place = 'zone:' || z.zone_id left join lateral unnest(z.townships) t (code) on true
      ),
      above as (
        select 'has' as whose, code, code as at from places
        union select 'agreed', d.code, d.code from jsonb_array_elements_text(g.content -> 'divisions') d (code)
        union select a.whose, a.code, v.parent_code from above a join pool.divisions v on v.pool_id = r.pool_id and v.code = a.at where v.parent_code is not null
      )
      -- One lies in the other.
      select from above a where case a.whose when 'has' then g.content -> 'divisions' ? a.at else a.at in (select code from places) end)`;

/** Whether the resource is there on the date, and not, or not only, some asset of it. */
export const there = (sql: Sql, resource: Part, asset: Part | null, date: Part) => sql`
  not exists (
    select from away w
    where w.resource_id = ${resource} and ${asset === null ? sql`w.asset_id is null` : sql`w.asset_id = ${asset}`} and ${date} between w.from_day and w.to_day)`;
