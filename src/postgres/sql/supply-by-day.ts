import type { PressureScope, SupplyCell, SupplyDay, SupplyOfDay } from "../../app/ports/pressure.js";
import { trusted, type PoolId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type DayNumber } from "../../domain/instant.js";
import type { Sql } from "../connection.js";
import { away, there } from "./away.js";

/*
 * What units' resources of day and slot classes offer over many days, and what of it is used. A day's capacity depends on the calendars'
 * half-hours and on what is valid that day, and most days are like one another: capacity is worked out once for each kind of
 * day, not once a day. A test holds it to `useByUnit`, which works out a single day.
 */

/** Days that are alike; `date` is one of them. */
interface Kind {
  readonly kind: number;
  readonly date: string;
  readonly days: readonly DayNumber[];
  readonly halfHours: SupplyDay["halfHours"];
}

async function kindsOf(sql: Sql, pool: PoolId, days: readonly SupplyDay[]): Promise<readonly Kind[]> {
  const [from, to] = [localDateOf(days[0]?.day ?? 0), localDateOf(days.at(-1)?.day ?? 0)];
  // Days before which something begins to be valid or to be away, or ceases to.
  const changes = await sql<{ on: string }[]>`
    with ${away(sql, pool)}
    select distinct v.at::text as on
    from (
      select valid_from as at from pool.resources where pool_id = ${pool} union all select valid_to + 1 from pool.resources where pool_id = ${pool}
      union all select valid_from from pool.assets where pool_id = ${pool} union all select valid_to + 1 from pool.assets where pool_id = ${pool}
      union all select from_day from away where isfinite(from_day) union all select to_day + 1 from away where isfinite(to_day)
    ) v
    where v.at > ${from}::date and v.at <= ${to}::date`;
  const changed = new Set(changes.map(({ on }) => parseLocalDate(on)));
  const kinds = new Map<string, { kind: number; date: string; days: DayNumber[]; halfHours: SupplyDay["halfHours"] }>();
  let stretch = 0;
  for (const { day, halfHours } of days) {
    if (changed.has(day)) stretch += 1;
    const key = `${stretch} ${JSON.stringify([...halfHours])}`;
    const kind = kinds.get(key);
    if (kind) kind.days.push(day);
    else kinds.set(key, { kind: kinds.size, date: localDateOf(day), days: [day], halfHours });
  }
  return [...kinds.values()];
}

const scoped = (sql: Sql, { class: classId, units, division }: PressureScope) => sql`
  ${classId === undefined ? sql`` : sql`and r.class_id = ${classId}`}
  ${units === undefined ? sql`` : sql`and r.unit_id = any(${[...units]}::text[])`}
  ${division === undefined ? sql`` : sql`and left(u.division_code, 6) = ${division.slice(0, 6)}`}`;

/** Every resource on every kind of day: `offer` has what it gives, `resource` what it is. */
function offers(sql: Sql, pool: PoolId, scope: PressureScope, kinds: readonly Kind[]) {
  const calendars = JSON.stringify(kinds.flatMap(({ kind, halfHours }) => [...halfHours].map(([calendar_id, half_hours]) => ({ kind, calendar_id, half_hours }))));
  return sql`
    ${away(sql, pool)},
    kind as (select k.kind, k.date::date as date from json_to_recordset(${JSON.stringify(kinds.map(({ kind, date }) => ({ kind, date })))}::text::json) as k (kind int, date text)),
    calendar as (
      select kind, calendar_id, half_hours, cardinality(half_hours) as worked
      from json_to_recordset(${calendars}::text::json) as c (kind int, calendar_id text, half_hours int[])
    ),
    resource as (
      select r.resource_id, r.class_id, r.unit_id, left(u.division_code, 6) as county, c.period, c.measure, r.derived, r.total, r.reserved, r.overcommit_percent, r.state = 'published' as published,
        r.valid_from, r.valid_to, coalesce(r.calendar_id, u.calendar_id, p.calendar_id) as calendar_id
      from pool.resources r
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.period in ('day', 'slot')
        join pool.pools p on p.pool_id = r.pool_id
      where r.pool_id = ${pool} ${scoped(sql, scope)}
    ),
    offered as (
      select r.*, k.kind, k.date from resource r cross join kind k
      where r.published and coalesce(r.valid_from <= k.date, true) and coalesce(r.valid_to >= k.date, true)
        and ${there(sql, sql`r.resource_id`, null, sql`k.date`)}
    ),
    -- Assets that serve on such a day, each with its own half-hours; no calendar anywhere: round the clock.
    serving as (
      select r.resource_id, r.kind, h.half_hour,
        case when r.measure = 'minute' and r.period = 'day' then least(a.amount, h.worked * 30)
          when r.measure = 'minute' then least(a.amount, 30)
          else a.amount end as amount
      from offered r
        join pool.assets a on a.pool_id = ${pool} and a.resource_id = r.resource_id and a.state = 'in-service'
          and coalesce(a.valid_from <= r.date, true) and coalesce(a.valid_to >= r.date, true)
          and ${there(sql, sql`r.resource_id`, sql`a.asset_id`, sql`r.date`)}
        left join calendar c on c.kind = r.kind and c.calendar_id = coalesce(a.calendar_id, r.calendar_id)
        cross join lateral (
          select case when c.calendar_id is null then 48 else c.worked end as worked, t.half_hour
          from unnest(case
              when r.period = 'day' then array[0]
              when c.calendar_id is null then array(select generate_series(0, 47))
              else c.half_hours end) as t (half_hour)
          where r.period <> 'day' or c.calendar_id is null or c.worked > 0
        ) h
      where r.derived
    ),
    -- Each period's total, and how many periods of the day have it.
    supply as (
      select r.resource_id, r.kind, r.total, case r.period
          when 'slot' then case when c.calendar_id is null then 48 else c.worked end
          else case when c.calendar_id is null or c.worked > 0 then 1 else 0 end end as periods
      from offered r left join calendar c on c.kind = r.kind and c.calendar_id = r.calendar_id
      where not r.derived and r.total is not null
      union all
      select resource_id, kind, sum(amount), 1 from serving group by resource_id, kind, half_hour
    ),
    offer as materialized (
      select s.resource_id, s.kind, sum(floor(greatest(s.total - r.reserved, 0)::numeric * r.overcommit_percent / 100) * s.periods) as capacity
      from supply s join resource r on r.resource_id = s.resource_id
      group by s.resource_id, s.kind
    )`;
}

/** On the books of the days, resource by resource and day by day. */
const used = (sql: Sql, pool: PoolId, kinds: readonly Kind[], [from, to]: readonly [DayNumber, DayNumber]) => sql`
    dated as (select d.day, d.kind from json_to_recordset(${JSON.stringify(kinds.flatMap(({ kind, days }) => days.map((day) => ({ day, kind }))))}::text::json) as d (day int, kind int)),
    booked as (
      select b.resource_id, case r.period when 'slot' then b.period / 48 else b.period end as day,
        sum(b.borrowed) as borrowed, sum(b.lent) as lent, sum(b.held) as held, sum(b.settled) as settled
      from pool.balances b join resource r on r.resource_id = b.resource_id
      where b.pool_id = ${pool}
        and (r.period = 'slot' and b.period between ${from * 48} and ${to * 48 + 47} or r.period = 'day' and b.period between ${from} and ${to})
      group by 1, 2
    ),
    used as (
      select r.class_id, r.unit_id, r.county, b.*,
        (r.derived or r.total is not null) and coalesce(o.capacity, 0) + b.borrowed - b.lent < b.held + b.settled as overdrawn
      from booked b
        join resource r on r.resource_id = b.resource_id
        join dated d on d.day = b.day
        left join offer o on o.resource_id = b.resource_id and o.kind = d.kind
    )`;

/** Of capacity, `at` is the kind of day; of use, the day, or 0 for all of them. */
interface Row {
  readonly class_id: string;
  readonly unit_id: string;
  readonly county: string;
  readonly at: number;
  readonly capacity: number | null;
  readonly borrowed: number;
  readonly lent: number;
  readonly held: number;
  readonly settled: number;
  readonly overdrawn: number;
}

/** Both in one statement: use is judged by capacity, which is dear to work out. */
async function read(sql: Sql, pool: PoolId, scope: PressureScope, days: readonly SupplyDay[], byDay: boolean) {
  const kinds = await kindsOf(sql, pool, days);
  const rows = await sql<Row[]>`
    with ${offers(sql, pool, scope, kinds)}, ${used(sql, pool, kinds, [days[0]?.day ?? 0, days.at(-1)?.day ?? 0])}
    select r.class_id, r.unit_id, r.county, o.kind as at, sum(o.capacity)::float8 as capacity, 0::float8 as borrowed, 0::float8 as lent, 0::float8 as held, 0::float8 as settled, 0 as overdrawn
    from offer o join resource r on r.resource_id = o.resource_id
    group by 1, 2, 3, 4 having sum(o.capacity) > 0
    union all
    select class_id, unit_id, county, ${byDay ? sql`day` : sql`0`}, null, sum(borrowed)::float8, sum(lent)::float8, sum(held)::float8, sum(settled)::float8, count(distinct resource_id) filter (where overdrawn)::int
    from used group by 1, 2, 3, 4
    order by 1, 2, 3, 4`;
  return { kinds, rows };
}

type Sums = { -readonly [K in keyof SupplyOfDay]: SupplyOfDay[K] };

function summed(rows: readonly Row[], daysOf: (kind: number) => readonly (readonly [day: DayNumber, times: number])[]): SupplyOfDay[] {
  const sums = new Map<string, Sums>();
  const of = ({ class_id, unit_id, county }: Row, day: DayNumber): Sums => {
    const key = `${class_id} ${unit_id} ${county} ${day}`;
    let sum = sums.get(key);
    if (!sum) sums.set(key, (sum = { classId: trusted(class_id), unitId: trusted(unit_id), county: trusted(county), day, capacity: 0, borrowed: 0, lent: 0, held: 0, settled: 0, overdrawn: 0 }));
    return sum;
  };
  for (const row of rows) {
    const { at, capacity, borrowed, lent, held, settled, overdrawn } = row;
    if (capacity === null) Object.assign(of(row, at), { borrowed, lent, held, settled, overdrawn });
    else for (const [day, times] of daysOf(at)) of(row, day).capacity += capacity * times;
  }
  return [...sums.values()];
}

export async function supplyByCell(sql: Sql, pool: PoolId, scope: PressureScope, days: readonly SupplyDay[]): Promise<SupplyCell[]> {
  const { kinds, rows } = await read(sql, pool, scope, days, false);
  return summed(rows, (kind) => [[0, kinds[kind]?.days.length ?? 0]]).map(({ day: _, ...cell }) => cell);
}

export async function supplyByDay(sql: Sql, pool: PoolId, scope: PressureScope, days: readonly SupplyDay[]): Promise<SupplyOfDay[]> {
  const { kinds, rows } = await read(sql, pool, scope, days, true);
  return summed(rows, (kind) => (kinds[kind]?.days ?? []).map((day) => [day, 1] as const));
}
