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
 * What steps ask, claim by claim, once for each kind of ask: a million steps ask some thousand different things, and what joins them stays in
 * the processor's cache. What one step alone asks (`own`: steps by their own claims) is read from its claims. Classes that have a day only.
 */
const told = (sql: Sql, pool: PoolId, scope: PressureScope, own: Part) => sql`
  own as materialized (${own}),
  each_claim as (
    select e.ask_id, e.step_id, k.*, left(k.division, 6) as county
    from (
        select a.ask_id, null::int8 as step_id, a.claims from pool.asks a where a.pool_id = ${pool}
        union all
        select null, o.step_id, pool.ask_of(${pool}, o.step_id) from (select distinct step_id from own) o
      ) e
      cross join lateral (
        select c ->> 'classId' as class_id, c ->> 'unitId' as unit_id, c ->> 'division' as division,
          (c ->> 'amount')::float8 * (c ->> 'count')::float8 * (c ->> 'slots')::float8 as amount
        from jsonb_array_elements(e.claims) c
      ) k
      join pool.classes x on x.pool_id = ${pool} and x.class_id = k.class_id and x.period in ('day', 'slot')
  ),
  told as materialized (
    select t.ask_id, t.step_id, t.class_id, t.unit_id, t.county, sum(t.amount) as amount
    from each_claim t
    where true ${ofScope(sql, scope)}
    group by 1, 2, 3, 4, 5
  )`;

/** What replaces another step was asked before. */
const asking = (sql: Sql, pool: PoolId) => sql`pool.steps s where s.pool_id = ${pool} and s.replaces_step_id is null`;

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

  async askedByDay(scope, range, due) {
    // Steps are counted by the set of amounts they ask, of which there are some dozens, and by day: few enough for the processor's cache.
    const ofDay = (column: "arrived_at" | "due_at", { from, to }: DayRange) => sql`
      select t.class_id, n.day, sum(t.amount * n.n) as amount
      from (
        select k.kind, ${dayOf(sql, sql`s.${sql(column)}`)} as day, count(*) as n
        from pool.steps s join kinds k on k.ask_id = s.ask_id
        where s.pool_id = ${pool} and s.replaces_step_id is null and ${within(sql, sql`s.${sql(column)}`, { from, to })}
        group by 1, 2
      ) n join kind_asks t on t.kind = n.kind
      group by 1, 2
      union all
      select t.class_id, ${dayOf(sql, sql`o.${sql(column)}`)}, sum(t.amount) from own o join told t on t.step_id = o.step_id where ${within(sql, sql`o.${sql(column)}`, { from, to })} group by 1, 2`;
    const rows = await sql<{ class_id: string; day: number; arrived: number; due: number }[]>`
      with ${told(sql, pool, scope, sql`select s.step_id, s.arrived_at, s.due_at from ${asking(sql, pool)} and s.ask_id is null and (${within(sql, sql`s.arrived_at`, range)} ${due === null ? sql`` : sql`or ${within(sql, sql`s.due_at`, due)}`})`)},
      of_class as (select ask_id, class_id, sum(amount) as amount from told where ask_id is not null group by 1, 2),
      of_ask as (select ask_id, array_agg(class_id order by class_id) as classes, array_agg(amount order by class_id) as amounts from of_class group by 1),
      kinds as materialized (select ask_id, dense_rank() over (order by classes, amounts)::int as kind, classes, amounts from of_ask),
      kind_asks as materialized (select k.kind, c.class_id, c.amount from (select distinct kind, classes, amounts from kinds) k, unnest(k.classes, k.amounts) as c (class_id, amount)),
      arrived as (${ofDay("arrived_at", range)}),
      due as (${due === null ? sql`select null::text as class_id, 0 as day, 0::float8 as amount where false` : ofDay("due_at", due)})
      select class_id, day, coalesce(sum(a.amount), 0) as arrived, coalesce(sum(d.amount), 0) as due
      from (select class_id, day, sum(amount) as amount from arrived group by 1, 2) a full join (select class_id, day, sum(amount) as amount from due group by 1, 2) d using (class_id, day)
      group by 1, 2 order by 1, 2`;
    return rows.map(({ class_id, ...row }) => ({ classId: trusted<ClassId>(class_id), ...row }));
  },

  async askedByCell(scope, range, recent) {
    const counted = sql`
      count(*) filter (where ${within(sql, sql`s.arrived_at`, range)}) as arrived, count(*) filter (where ${within(sql, sql`s.due_at`, range)}) as due,
      count(*) filter (where ${within(sql, sql`s.arrived_at`, recent)}) as recent`;
    const looked = sql`(${within(sql, sql`s.arrived_at`, range)} or ${within(sql, sql`s.due_at`, range)} or ${within(sql, sql`s.arrived_at`, recent)})`;
    const rows = await sql<(KeyRow & { arrived: number; due: number; recent: number })[]>`
      with ${told(sql, pool, scope, sql`select s.step_id, ${counted} from ${asking(sql, pool)} and s.ask_id is null and ${looked} group by 1`)},
      shared as materialized (select s.ask_id, ${counted} from ${asking(sql, pool)} and s.ask_id is not null and ${looked} group by 1),
      by_claim as (
        select t.class_id, t.unit_id, t.county, t.amount * n.arrived as arrived, t.amount * n.due as due, t.amount * n.recent as recent from shared n join told t on t.ask_id = n.ask_id
        union all
        select t.class_id, t.unit_id, t.county, t.amount * n.arrived, t.amount * n.due, t.amount * n.recent from own n join told t on t.step_id = n.step_id
      )
      select class_id, unit_id, county, sum(arrived) as arrived, sum(due) as due, sum(recent) as recent
      from by_claim group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ ...keyOf(row), arrived: row.arrived, due: row.due, recent: row.recent }));
  },

  async waited(scope, range, by) {
    const unit = by === "unit" || by === "cell" ? sql`t.unit_id` : sql`null::text`;
    const county = by === "division" || by === "cell" ? sql`t.county` : sql`null::text`;
    const rows = await sql<{ class_id: string; unit_id: string | null; county: string | null; decisions: number; waits: [number, number] }[]>`
      with answered as materialized (select s.ask_id, s.step_id, ${minutesWaited(sql)} as minutes from ${grantedIn(sql, pool, range)} and s.ready_at is not null),
      ${told(sql, pool, scope, sql`select step_id, minutes from answered where ask_id is null`)},
      kinds as materialized (select distinct t.ask_id, t.step_id, t.class_id, ${unit} as unit_id, ${county} as county from told t),
      each as (
        select k.class_id, k.unit_id, k.county, n.minutes from answered n join kinds k on k.ask_id = n.ask_id
        union all select k.class_id, k.unit_id, k.county, n.minutes from own n join kinds k on k.step_id = n.step_id
      )
      select class_id, unit_id, county, count(*)::int as decisions, percentile_disc(array[0.5, 0.9]) within group (order by minutes) as waits
      from each group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ classId: trusted(row.class_id), unitId: row.unit_id === null ? null : trusted(row.unit_id), county: row.county === null ? null : trusted(row.county), decisions: row.decisions, p50: row.waits[0], p90: row.waits[1] }));
  },

  async granted(scope, range) {
    const rows = await sql<(KeyRow & { amount: number })[]>`
      with ${told(sql, pool, scope, sql`select s.step_id from ${grantedIn(sql, pool, range)} and s.ask_id is null`)},
      shared as materialized (select s.ask_id, count(*) as n from ${grantedIn(sql, pool, range)} and s.ask_id is not null group by 1)
      select t.class_id, t.unit_id, t.county, sum(t.amount) as amount
      from (
        select t.class_id, t.unit_id, t.county, t.amount * n.n as amount from shared n join told t on t.ask_id = n.ask_id
        union all select t.class_id, t.unit_id, t.county, t.amount from own n join told t on t.step_id = n.step_id
      ) as t
      group by 1, 2, 3 order by 1, 2, 3`;
    return rows.map((row) => ({ ...keyOf(row), amount: row.amount }));
  },

  async waiting(scope) {
    const rows = await sql<(KeyRow & { due_day: number; steps: number; amount: number })[]>`
      with waiting as materialized (
        select s.ask_id, case when s.ask_id is null then s.step_id end as step_id, ${dayOf(sql, sql`s.due_at`)} as due_day, count(*) as n
        from pool.steps s
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id and r.state in ('received', 'in_progress', 'unservable')
          left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
        where s.pool_id = ${pool} and s.state = 'ready' and d.seq is null
        group by 1, 2, 3
      ), ${told(sql, pool, scope, sql`select * from waiting where ask_id is null`)}
      select t.class_id, t.unit_id, t.county, t.due_day, sum(t.n)::int as steps, sum(t.amount * t.n) as amount
      from (select t.*, n.n, n.due_day from waiting n join told t on t.ask_id = n.ask_id union all select t.*, n.n, n.due_day from own n join told t on t.step_id = n.step_id) as t
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
    return rows.map((row) => ({ ...keyOf(row), dueDay: row.due_day, steps: row.steps, amount: row.amount }));
  },

  supply: (scope, days) => supplyByCell(sql, pool, scope, days),
  supplyByDay: (scope, days) => supplyByDay(sql, pool, scope, days),
});
