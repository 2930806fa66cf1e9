import type { DayRange, PressureBook, PressureKey, PressureScope } from "../../app/ports/pressure.js";
import { trusted, type ClassId, type PoolId } from "../../domain/id.js";
import { dayNumberOf, startOfDay, type DayNumber } from "../../domain/instant.js";
import type { Sql } from "../connection.js";
import { supplyByCell, supplyByDay } from "../sql/supply-by-day.js";

type Part = ReturnType<Sql>;

interface KeyRow {
  readonly class_id: string;
  readonly unit_id: string;
  readonly county: string;
}

const keyOf = ({ class_id, unit_id, county }: KeyRow): PressureKey => ({ classId: trusted(class_id), unitId: trusted(unit_id), county: trusted(county) });

/** The day of an instant in China's time, as a number. In floating point: PostgreSQL's exact one takes most of the statement's time. */
const dayOf = (sql: Sql, column: Part) => sql`floor((date_part('epoch', ${column}) + 28800) / 86400)::int`;
const begins = (day: DayNumber): Date => new Date(startOfDay(day));
const within = (sql: Sql, column: Part, { from, to }: DayRange) => sql`(${column} >= ${begins(from)} and ${column} < ${begins(to + 1)})`;

/** `t` is what a step asks, claim by claim. */
const ofScope = (sql: Sql, { class: classId, units, division }: PressureScope) => sql`
  ${classId === undefined ? sql`` : sql`and t.class_id = ${classId}`}
  ${units === undefined ? sql`` : sql`and t.unit_id = any(${[...units]}::text[])`}
  ${division === undefined ? sql`` : sql`and t.county = ${division.slice(0, 6)}`}`;

/**
 * What `steps` ask, once for each kind of ask: steps that ask the same are counted before their claims are looked at, so that a
 * million steps are told by some thousand asks. What is asked by one step alone is read from its claims. Classes that have a day only.
 */
const told = (sql: Sql, pool: PoolId, scope: PressureScope) => sql`
  each_ask as (
    select a.ask_id, null::int8 as step_id, a.claims from pool.asks a where a.pool_id = ${pool} and a.ask_id in (select ask_id from counted)
    union all
    select null, o.step_id, pool.ask_of(${pool}, o.step_id) from (select distinct step_id from counted where ask_id is null) o
  ),
  each_claim as (
    select e.ask_id, e.step_id, k.*, left(k.division, 6) as county
    from each_ask e
      cross join lateral (
        select c ->> 'classId' as class_id, c ->> 'unitId' as unit_id, c ->> 'division' as division,
          (c ->> 'amount')::float8 * (c ->> 'count')::float8 * (c ->> 'slots')::float8 as amount
        from jsonb_array_elements(e.claims) c
      ) k
      join pool.classes x on x.pool_id = ${pool} and x.class_id = k.class_id and x.period in ('day', 'slot')
  ),
  told as (
    select t.ask_id, t.step_id, t.class_id, t.unit_id, t.county, sum(t.amount) as amount
    from each_claim t
    where true ${ofScope(sql, scope)}
    group by 1, 2, 3, 4, 5
  )`;

/** Steps that came in a range, or are due in it, counted by what they ask and by both days. What replaces another was asked before. */
const counted = (sql: Sql, pool: PoolId, ranges: readonly DayRange[], due: DayRange) => sql`
  counted as materialized (
    select s.ask_id, case when s.ask_id is null then s.step_id end as step_id, ${dayOf(sql, sql`s.arrived_at`)} as arrived_day, ${dayOf(sql, sql`s.due_at`)} as due_day, count(*)::float8 as n
    from pool.steps s
    where s.pool_id = ${pool} and s.replaces_step_id is null
      and (${within(sql, sql`s.due_at`, due)} ${ranges.map((range) => sql`or ${within(sql, sql`s.arrived_at`, range)}`)})
    group by 1, 2, 3, 4
  )`;

const inside = (sql: Sql, column: "arrived_day" | "due_day", { from, to }: DayRange) => sql`n.${sql(column)} between ${from} and ${to}`;

/** Minutes from ready to decided, as figures have it. */
const minutesWaited = (sql: Sql) => sql`greatest(0, floor(date_part('epoch', d.decided_at - s.ready_at) / 60))::int`;

const grantedIn = (sql: Sql, pool: PoolId, range: DayRange) => sql`
  pool.decisions d join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
  where d.pool_id = ${pool} and d.outcome = 'granted' and ${within(sql, sql`d.decided_at`, range)} and s.request_id is not null`;

export const pressure = (sql: Sql, pool: PoolId): PressureBook => ({
  async firstDay() {
    const [row] = await sql<{ first: Date | null }[]>`select min(received_at) as first from pool.requests where pool_id = ${pool}`;
    return row?.first ? dayNumberOf(row.first.getTime()) : undefined;
  },

  async askedByDay(scope, range) {
    const rows = await sql<{ class_id: string; day: number; arrived: number; due: number }[]>`
      with ${counted(sql, pool, [range], range)}, ${told(sql, pool, scope)},
      both_days as (
        select t.class_id, n.arrived_day as day, t.amount * n.n as arrived, 0::float8 as due from counted n join told t on t.ask_id = n.ask_id where ${inside(sql, "arrived_day", range)}
        union all select t.class_id, n.due_day, 0, t.amount * n.n from counted n join told t on t.ask_id = n.ask_id where ${inside(sql, "due_day", range)}
        union all select t.class_id, n.arrived_day, t.amount, 0 from counted n join told t on t.step_id = n.step_id where ${inside(sql, "arrived_day", range)}
        union all select t.class_id, n.due_day, 0, t.amount from counted n join told t on t.step_id = n.step_id where ${inside(sql, "due_day", range)}
      )
      select class_id, day, sum(arrived) as arrived, sum(due) as due from both_days group by 1, 2 order by 1, 2`;
    return rows.map(({ class_id, ...row }) => ({ classId: trusted<ClassId>(class_id), ...row }));
  },

  async askedByCell(scope, range, recent) {
    const rows = await sql<(KeyRow & { arrived: number; due: number; recent: number })[]>`
      with ${counted(sql, pool, [range, recent], range)}, ${told(sql, pool, scope)},
      by_ask as (
        select n.ask_id, n.step_id,
          sum(n.n) filter (where ${inside(sql, "arrived_day", range)}) as arrived,
          sum(n.n) filter (where ${inside(sql, "due_day", range)}) as due,
          sum(n.n) filter (where ${inside(sql, "arrived_day", recent)}) as recent
        from counted n group by 1, 2
      ),
      by_claim as (
        select t.class_id, t.unit_id, t.county, t.amount * n.arrived as arrived, t.amount * n.due as due, t.amount * n.recent as recent from by_ask n join told t on t.ask_id = n.ask_id
        union all
        select t.class_id, t.unit_id, t.county, t.amount * n.arrived, t.amount * n.due, t.amount * n.recent from by_ask n join told t on t.step_id = n.step_id
      )
      select class_id, unit_id, county, coalesce(sum(arrived), 0) as arrived, coalesce(sum(due), 0) as due, coalesce(sum(recent), 0) as recent
      from by_claim group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ ...keyOf(row), arrived: row.arrived, due: row.due, recent: row.recent }));
  },

  async waited(scope, range, by) {
    const unit = by === "unit" || by === "cell" ? sql`t.unit_id` : sql`null::text`;
    const county = by === "division" || by === "cell" ? sql`t.county` : sql`null::text`;
    const rows = await sql<{ class_id: string; unit_id: string | null; county: string | null; decisions: number; p50: number | null; p90: number | null }[]>`
      with answered as materialized (
        select s.ask_id, case when s.ask_id is null then s.step_id end as step_id, ${minutesWaited(sql)} as minutes
        from ${grantedIn(sql, pool, range)} and s.ready_at is not null
      ), counted as (select distinct ask_id, step_id from answered), ${told(sql, pool, scope)},
      kinds as (select distinct t.ask_id, t.step_id, t.class_id, ${unit} as unit_id, ${county} as county from told t),
      each as (
        select k.class_id, k.unit_id, k.county, n.minutes from answered n join kinds k on k.ask_id = n.ask_id
        union all select k.class_id, k.unit_id, k.county, n.minutes from answered n join kinds k on k.step_id = n.step_id
      )
      select class_id, unit_id, county, count(*)::int as decisions,
        percentile_disc(0.5) within group (order by minutes) as p50, percentile_disc(0.9) within group (order by minutes) as p90
      from each group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ classId: trusted(row.class_id), unitId: row.unit_id === null ? null : trusted(row.unit_id), county: row.county === null ? null : trusted(row.county), decisions: row.decisions, p50: row.p50, p90: row.p90 }));
  },

  async granted(scope, range) {
    const rows = await sql<(KeyRow & { amount: number })[]>`
      with counted as materialized (
        select s.ask_id, case when s.ask_id is null then s.step_id end as step_id, count(*)::float8 as n
        from ${grantedIn(sql, pool, range)}
        group by 1, 2
      ), ${told(sql, pool, scope)}
      select t.class_id, t.unit_id, t.county, sum(t.amount * t.n) as amount
      from (select t.*, n.n from counted n join told t on t.ask_id = n.ask_id union all select t.*, n.n from counted n join told t on t.step_id = n.step_id) as t
      group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ ...keyOf(row), amount: row.amount }));
  },

  async waiting(scope) {
    const rows = await sql<(KeyRow & { due_day: number; steps: number; amount: number })[]>`
      with counted as materialized (
        select s.ask_id, case when s.ask_id is null then s.step_id end as step_id, ${dayOf(sql, sql`s.due_at`)} as due_day, count(*)::float8 as n
        from pool.steps s
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id and r.state in ('received', 'in_progress', 'unservable')
          left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
        where s.pool_id = ${pool} and s.state = 'ready' and d.seq is null
        group by 1, 2, 3
      ), ${told(sql, pool, scope)}
      select t.class_id, t.unit_id, t.county, t.due_day, sum(t.n)::int as steps, sum(t.amount * t.n) as amount
      from (select t.*, n.n, n.due_day from counted n join told t on t.ask_id = n.ask_id union all select t.*, n.n, n.due_day from counted n join told t on t.step_id = n.step_id) as t
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
    return rows.map((row) => ({ ...keyOf(row), dueDay: row.due_day, steps: row.steps, amount: row.amount }));
  },

  supply: (scope, days) => supplyByCell(sql, pool, scope, days),
  supplyByDay: (scope, days) => supplyByDay(sql, pool, scope, days),
});
