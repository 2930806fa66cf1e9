import type { ClassUse, OverviewDay } from "../../app/ports/resource.js";
import { trusted, type PoolId } from "../../domain/id.js";
import { localDateOf } from "../../domain/instant.js";
import type { Sql } from "../connection.js";
import { away, there } from "./away.js";
import { assetsThen, declaredThen, resourcesThen } from "./declared-then.js";

interface Row {
  readonly class_id: string;
  readonly unit_id: string;
  readonly division_code: string;
  readonly resources: number;
  readonly unlimited: number;
  readonly overdrawn: number;
  readonly total: string;
  readonly reserved: string;
  readonly capacity: string;
  readonly borrowed: string;
  readonly lent: string;
  readonly held: string;
  readonly settled: string;
}

/**
 * What every unit's resources of every class offer on one day, and what of it is used.
 *
 * In SQL, because a pool may have a million resources and an overview has a few thousand rows; a test holds it to
 * the sum of `capacityByPeriod`. A slot class adds up its half-hours of the day, a year its year. What is not
 * offered has no capacity but keeps its use, so that an overview never hides an overdrawn resource.
 */
export async function useByUnit(sql: Sql, pool: PoolId, { day, year, halfHours, past = false }: OverviewDay): Promise<ClassUse[]> {
  const date = localDateOf(day);
  const calendars = JSON.stringify([...halfHours].map(([calendar_id, half_hours]) => ({ calendar_id, half_hours })));
  const rows = await sql<Row[]>`
    with ${away(sql, pool)}, ${declaredThen(sql, pool, day, past)},
    calendar as (
      select calendar_id, half_hours, cardinality(half_hours) as worked
      from json_to_recordset(${calendars}::text::json) as c (calendar_id text, half_hours int[])
    ),
    resource as (
      select r.resource_id, r.class_id, r.unit_id, u.division_code, c.period, c.measure, r.derived, r.total, r.reserved, r.overcommit_percent,
        coalesce(r.calendar_id, u.calendar_id, p.calendar_id) as calendar_id,
        r.state = 'published' and case c.period
          when 'fiscal-year' then coalesce(r.valid_from <= make_date(${year}, 12, 31), true) and coalesce(r.valid_to >= make_date(${year}, 1, 1), true)
          else coalesce(r.valid_from <= ${date}::date, true) and coalesce(r.valid_to >= ${date}::date, true) and ${there(sql, sql`r.resource_id`, null, sql`${date}::date`)}
        end as offered
      from ${past ? resourcesThen(sql, pool) : sql`pool.resources`} r
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        join pool.pools p on p.pool_id = r.pool_id
      where r.pool_id = ${pool}
    ),
    -- Assets that serve that day, each with its own half-hours; no calendar anywhere: round the clock.
    serving as (
      select r.resource_id, r.period, h.half_hour,
        case when r.measure = 'minute' and r.period = 'day' then least(a.amount, h.worked * 30)
          when r.measure = 'minute' and r.period = 'slot' then least(a.amount, 30)
          else a.amount end as amount
      from resource r
        join ${past ? assetsThen(sql, pool) : sql`pool.assets`} a on a.pool_id = ${pool} and a.resource_id = r.resource_id and a.state = 'in-service'
        left join calendar c on c.calendar_id = coalesce(a.calendar_id, r.calendar_id)
        cross join lateral (
          select case when c.calendar_id is null then 48 else c.worked end as worked, t.half_hour
          from unnest(case
              when r.period <> 'slot' then array[0]
              when c.calendar_id is null then array(select generate_series(0, 47))
              else c.half_hours end) as t (half_hour)
          where r.period <> 'day' or c.calendar_id is null or c.worked > 0
        ) h
      where r.offered and r.derived
        and case r.period
          when 'fiscal-year' then coalesce(a.valid_from <= make_date(${year}, 12, 31), true) and coalesce(a.valid_to >= make_date(${year}, 1, 1), true)
          else coalesce(a.valid_from <= ${date}::date, true) and coalesce(a.valid_to >= ${date}::date, true) and ${there(sql, sql`r.resource_id`, sql`a.asset_id`, sql`${date}::date`)}
        end
    ),
    -- Each period's total, and how many periods of the day have it.
    supply as (
      select r.resource_id, r.total, case r.period
          when 'slot' then case when c.calendar_id is null then 48 else c.worked end
          when 'day' then case when c.calendar_id is null or c.worked > 0 then 1 else 0 end
          else 1 end as periods
      from resource r left join calendar c on c.calendar_id = r.calendar_id
      where r.offered and not r.derived and r.total is not null
      union all
      select resource_id, sum(amount), 1 from serving group by resource_id, half_hour
    ),
    offer as (
      select s.resource_id,
        sum(s.total * s.periods) as total,
        sum(least(r.reserved, s.total) * s.periods) as reserved,
        sum(floor(greatest(s.total - r.reserved, 0)::numeric * r.overcommit_percent / 100) * s.periods) as capacity
      from supply s join resource r on r.resource_id = s.resource_id
      group by s.resource_id
    ),
    used as (
      select b.resource_id, sum(b.borrowed) as borrowed, sum(b.lent) as lent, sum(b.held) as held, sum(b.settled) as settled
      from pool.balances b join resource r on r.resource_id = b.resource_id
      where b.pool_id = ${pool} and case r.period
          when 'slot' then b.period between ${day * 48} and ${day * 48 + 47}
          when 'day' then b.period = ${day}
          when 'fiscal-year' then b.period = ${year}
          else b.period = 0 end
      group by b.resource_id
    ),
    each as (
      select r.class_id, r.unit_id, r.division_code, r.offered, r.offered and r.total is null and not r.derived as unlimited,
        coalesce(o.total, 0) as total, coalesce(o.reserved, 0) as reserved, coalesce(o.capacity, 0) as capacity,
        coalesce(b.borrowed, 0) as borrowed, coalesce(b.lent, 0) as lent, coalesce(b.held, 0) as held, coalesce(b.settled, 0) as settled
      from resource r
        left join offer o on o.resource_id = r.resource_id
        left join used b on b.resource_id = r.resource_id
    )
    select class_id, unit_id, division_code, count(*) filter (where offered)::int as resources, count(*) filter (where unlimited)::int as unlimited,
      count(*) filter (where not unlimited and capacity + borrowed - lent < held + settled)::int as overdrawn,
      sum(total) as total, sum(reserved) as reserved, sum(capacity) as capacity, sum(borrowed) as borrowed, sum(lent) as lent,
      sum(held) as held, sum(settled) as settled
    from each
    group by class_id, unit_id, division_code
    order by class_id, unit_id`;
  return rows.map((row) => {
    const amounts = { capacity: Number(row.capacity), borrowed: Number(row.borrowed), lent: Number(row.lent), held: Number(row.held), settled: Number(row.settled) };
    return {
      classId: trusted(row.class_id),
      unitId: trusted(row.unit_id),
      division: trusted(row.division_code),
      resources: row.resources,
      unlimited: row.unlimited,
      total: Number(row.total),
      reserved: Number(row.reserved),
      ...amounts,
      free: amounts.capacity + amounts.borrowed - amounts.lent - amounts.held - amounts.settled,
      overdrawn: row.overdrawn,
    };
  });
}
