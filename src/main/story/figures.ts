import type { PoolId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Sql } from "../../postgres/connection.js";

/** What the flood came to in one of the two runs; of the requests for help in the flooded county. */
export interface StoryFigures {
  readonly asked: number;
  readonly helped: number;
  /** Hours from the asking, on paper or not, to the help; who was not helped is counted up to now. */
  readonly hoursMedian: number;
  readonly hoursP90: number;
  /** Closed after the promised date, or open past it. */
  readonly breaches: number;
  /** Officers of other counties lent for more than a day, by the minutes of a full post. */
  readonly officersMoved: number;
  readonly fenSpent: number;
}

/** Minutes of a full post in a day. */
const POST_MINUTES = 300;

export async function storyFigures(sql: Sql, pool: PoolId, since: Instant, now: Instant): Promise<StoryFigures> {
  const at = new Date(now);
  const [row] = await sql<{ asked: number; helped: number; median: number | null; p90: number | null; breaches: number }[]>`
    select count(*)::int as asked, (count(*) filter (where state = 'completed'))::int as helped,
      percentile_cont(0.5) within group (order by hours) as median, percentile_cont(0.9) within group (order by hours) as p90,
      (count(*) filter (where promised_due_at < coalesce(closed_at, ${at})))::int as breaches
    from (
      select r.*, (extract(epoch from coalesce(r.closed_at, ${at}) - coalesce(r.occurred_at, r.received_at)) / 3600)::float8 as hours
      from pool.requests r
      where r.pool_id = ${pool} and r.item_code = 'flood-help' and r.division_code like '522327%' and r.received_at >= ${new Date(since)}
    ) r`;
  const [lent] = await sql<{ minutes: number | null }[]>`
    select sum(l.amount)::float8 as minutes from pool.loans l join pool.units u on u.pool_id = l.pool_id and u.unit_id = l.lender_unit_id
    where l.pool_id = ${pool} and l.class_id = 'staff.relief' and l.state not in ('applied', 'refused') and l.from_day < l.to_day and u.division_code not like '522327%'`;
  const [spent] = await sql<{ fen: number | null }[]>`
    select sum(a.settled_amount)::float8 as fen from pool.allocations a join pool.resources r using (pool_id, resource_id)
    where a.pool_id = ${pool} and r.class_id = 'funds.relief'`;
  return {
    asked: row?.asked ?? 0,
    helped: row?.helped ?? 0,
    hoursMedian: Math.round((row?.median ?? 0) * 10) / 10,
    hoursP90: Math.round((row?.p90 ?? 0) * 10) / 10,
    breaches: row?.breaches ?? 0,
    officersMoved: Math.round((lent?.minutes ?? 0) / POST_MINUTES),
    fenSpent: spent?.fen ?? 0,
  };
}

/** What must be as it was when the story ends. */
export interface Leftovers {
  readonly lent: number;
  readonly borrowed: number;
  readonly drains: number;
  readonly loans: number;
  /** Requests without an answer of any kind. */
  readonly lost: number;
}

export async function leftovers(sql: Sql, pool: PoolId, fromDay: number): Promise<Leftovers> {
  const [row] = await sql<Leftovers[]>`
    select
      (select coalesce(sum(b.lent), 0)::int from pool.balances b where b.pool_id = ${pool} and b.period >= ${fromDay}) as lent,
      (select coalesce(sum(b.borrowed), 0)::int from pool.balances b where b.pool_id = ${pool} and b.period >= ${fromDay}) as borrowed,
      (select count(*)::int from pool.drains d where d.pool_id = ${pool} and d.lifted_at is null) as drains,
      (select count(*)::int from pool.loans l where l.pool_id = ${pool} and l.state in ('applied', 'active', 'ending')) as loans,
      (select count(*)::int from pool.requests r where r.pool_id = ${pool} and r.closed_at is null) as lost`;
  return row!;
}

/** Steps that were ended in cases of a task force, and how many of them in the name of its lead. */
export async function actsInNames(sql: Sql, pool: PoolId, force: UnitId, lead: string): Promise<{ readonly acts: number; readonly inName: number }> {
  const [row] = await sql<{ acts: number; inName: number }[]>`
    select count(*)::int as acts, (count(*) filter (where a.after ->> 'inTheNameOf' = ${lead}))::int as "inName"
    from pool.audit_records a join pool.requests r on r.pool_id = a.pool_id and r.public_id::text = split_part(a.object_id, '/', 1)
    where a.pool_id = ${pool} and a.act = 'step.complete' and r.unit_id = ${force}`;
  return row!;
}

/** Sheets that stood behind a request which was asked after they were written: none. */
export async function sheetsBehind(sql: Sql, pool: PoolId): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    with helps as (
      select r.channel, s.arrived_at, d.order_key
      from pool.requests r join pool.steps s using (pool_id, request_id) join pool.decisions d using (pool_id, step_id)
      where r.pool_id = ${pool} and r.item_code = 'flood-help' and r.division_code like '522327%' and s.priority_ground is null
    )
    select count(*)::int as n from helps p join helps n on n.arrived_at > p.arrived_at and n.order_key < p.order_key where p.channel = 'paper'`;
  return row!.n;
}
