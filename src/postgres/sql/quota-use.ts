import type { QuotaBook, UncountedUse } from "../../app/ports/writer.js";
import { trusted, type CohortId, type PoolId } from "../../domain/id.js";
import { dayNumberOf, startOfDay, type Instant } from "../../domain/instant.js";
import { periodAt } from "../../domain/pool/period.js";
import type { Closing } from "../../scheduler/contract.js";
import { QUOTA_HALF_LIVES, type QuotaSettled } from "../../scheduler/quota-rules.js";
import type { Sql } from "../connection.js";

interface UseRow {
  readonly unit_id: string;
  readonly class_id: string;
  readonly period: number;
  readonly settled: number;
}

const settledOf = (row: UseRow): QuotaSettled => ({ unitId: trusted(row.unit_id), classId: trusted(row.class_id), period: row.period, amount: Number(row.settled) });

/**
 * Quotas in force, and what is settled of them as far back as it counts.
 *
 * Allocations say it all, but only together with the claims they are for, and of eight weeks: millions of rows at each start. So
 * the batch that closes holds adds what they settled to `quota_use`, and only where there is a quota. A quota nobody has counted
 * yet is summed up once, when the writer hears of it: no batch is on its way then, and the batch that answers the declaration
 * writes the sums.
 */
export async function readQuotaBook(sql: Sql, pool: PoolId, now: Instant): Promise<QuotaBook> {
  const [[setting], cohorts, quotas] = await Promise.all([
    sql<{ days: number }[]>`select quota_half_life_days as days from pool.pools where pool_id = ${pool}`,
    sql<{ cohort_id: string; parent_id: string | null }[]>`select cohort_id, parent_id from pool.cohorts where pool_id = ${pool} order by cohort_id`,
    sql<{ unit_id: string; class_id: string; cohort_id: string; nominal: number | null; borrowing_limit: number | null; lending_limit: number | null; weight: number; counted: boolean }[]>`
      select unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight, counted_seq is not null as counted
      from pool.quotas where pool_id = ${pool} order by class_id, unit_id`,
  ]);
  const halfLifeDays = setting?.days ?? 7;
  // From the beginning of a day: an engine that has run since then knows all of it.
  const since = startOfDay(dayNumberOf(now) - Math.ceil(QUOTA_HALF_LIVES * halfLifeDays));
  const from = sql`case c.period when 'slot' then ${periodAt("slot", since)}::int when 'day' then ${periodAt("day", since)}::int
    when 'fiscal-year' then ${periodAt("fiscal-year", since)}::int else 0 end`;
  const anyCounted = quotas.some(({ counted }) => counted);
  const uncounted = quotas.filter(({ counted }) => !counted);
  const settled = !anyCounted
    ? []
    : await sql<UseRow[]>`
        select u.unit_id, u.class_id, u.period, u.settled
        from pool.quota_use u join pool.classes c on c.pool_id = u.pool_id and c.class_id = u.class_id
        where u.pool_id = ${pool} and u.settled > 0 and u.period >= ${from}
        order by u.class_id, u.unit_id, u.period`;
  const summed = uncounted.length === 0
    ? []
    : await sql<UseRow[]>`
        with pair as (
          select unit_id, class_id from pool.quotas where pool_id = ${pool} and counted_seq is null
        )
        select pair.unit_id, pair.class_id, a.period, sum(a.settled_amount)::int8 as settled
        from (select distinct class_id from pair) of
          join pool.classes c on c.pool_id = ${pool} and c.class_id = of.class_id
          join pool.resources r on r.pool_id = ${pool} and r.class_id = of.class_id
          join pool.allocations a on a.pool_id = ${pool} and a.resource_id = r.resource_id and a.state = 'settled' and a.period >= ${from}
          join pool.claims k on k.pool_id = ${pool} and k.claim_id = a.claim_id
          join pair on pair.unit_id = k.unit_id and pair.class_id = k.class_id
        group by pair.unit_id, pair.class_id, a.period
        order by pair.class_id, pair.unit_id, a.period`;
  const rows = summed.map(settledOf);
  return {
    rules: {
      halfLifeDays,
      cohorts: cohorts.map((row) => ({ id: trusted(row.cohort_id), parent: row.parent_id === null ? null : trusted<CohortId>(row.parent_id) })),
      quotas: quotas.map((row) => ({
        unitId: trusted(row.unit_id),
        classId: trusted(row.class_id),
        cohort: trusted(row.cohort_id),
        nominal: row.nominal ?? "own",
        borrowingLimit: row.borrowing_limit,
        lendingLimit: row.lending_limit,
        weight: row.weight,
      })),
    },
    settled: [...settled.map(settledOf), ...rows],
    uncounted: { quotas: uncounted.map((row) => ({ unitId: trusted(row.unit_id), classId: trusted(row.class_id) })), settled: rows },
  };
}

/** From this batch on these quotas are counted. One that was removed or declared anew meanwhile is not there to be. */
export async function beginCounting(sql: Sql, pool: PoolId, seq: number, { quotas, settled }: UncountedUse): Promise<void> {
  await sql`
    with begun as (
      update pool.quotas q
      set counted_seq = ${seq}
      from unnest(${quotas.map(({ unitId }) => unitId as string)}::text[], ${quotas.map(({ classId }) => classId as string)}::text[]) as p (unit_id, class_id)
      where q.pool_id = ${pool} and q.unit_id = p.unit_id and q.class_id = p.class_id and q.counted_seq is null
      returning q.unit_id, q.class_id
    )
    insert into pool.quota_use (pool_id, unit_id, class_id, period, settled)
    select ${pool}, unit_id, class_id, s.period, s.settled
    from unnest(
        ${settled.map(({ unitId }) => unitId as string)}::text[],
        ${settled.map(({ classId }) => classId as string)}::text[],
        ${settled.map(({ period }) => period)}::int[],
        ${settled.map(({ amount }) => amount)}::int8[]
      ) as s (unit_id, class_id, period, settled)
      join begun using (unit_id, class_id)`;
}

/** What the batch's closings settle, added to the accounts of the units whose claims used it. */
export async function countSettled(sql: Sql, pool: PoolId, closings: readonly Closing[]): Promise<void> {
  const settled = closings.filter((closing) => closing.state === "settled" && closing.settled > 0);
  await sql`
    with counted as (
      -- A quota that is being removed at this moment is waited for: either it is gone, or what is added goes with it.
      select q.unit_id, q.class_id from pool.quotas q where q.pool_id = ${pool} and q.counted_seq is not null for key share
    )
    insert into pool.quota_use as u (pool_id, unit_id, class_id, period, settled)
    select ${pool}, k.unit_id, k.class_id, s.period, sum(s.settled)
    from unnest(
        ${settled.map(({ allocation }) => allocation.claim as number)}::int8[],
        ${settled.map(({ allocation }) => allocation.period)}::int[],
        ${settled.map((closing) => closing.settled)}::int8[]
      ) as s (claim_id, period, settled)
      join pool.claims k on k.pool_id = ${pool} and k.claim_id = s.claim_id
      join counted on counted.unit_id = k.unit_id and counted.class_id = k.class_id
    group by k.unit_id, k.class_id, s.period
    order by k.unit_id, k.class_id, s.period
    on conflict (pool_id, unit_id, class_id, period) do update set settled = u.settled + excluded.settled`;
}
