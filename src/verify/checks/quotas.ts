import { ofPool, type Check } from "../check.js";

/** What was given for claims that a quota counts, and how it ended. */
const charged = `
  select a.pool_id, k.unit_id, k.class_id, a.period, a.seq, a.closed_seq, a.state, a.amount, a.settled_amount
  from pool.quotas q
    join pool.resources r on r.pool_id = q.pool_id and r.class_id = q.class_id
    join pool.allocations a on a.pool_id = r.pool_id and a.resource_id = r.resource_id
    join pool.claims k on k.pool_id = a.pool_id and k.claim_id = a.claim_id and k.unit_id = q.unit_id and k.class_id = q.class_id
  where ${ofPool("q")} and q.counted_seq is not null`;

/** What declares quotas is numbered: what was given later was given under what stands in the table now. */
const since = `
  select q.*, greatest(q.counted_seq, (select max(c.seq) from pool.commands c where c.pool_id = q.pool_id and c.command ->> 'kind' = 'quota.declared')) as since_seq,
    exists (select from pool.commands c where c.pool_id = q.pool_id and c.command ->> 'kind' = 'quota.declared' and c.seq is null) as unheard
  from pool.quotas q
  where ${ofPool("q")} and q.counted_seq is not null`;

export const quotaChecks: readonly Check[] = [
  {
    // Each grant leaves its unit within nominal and borrowing limit in that period, where both are numbers: what its
    // own resources gave on a past day, or others left idle, no table says.
    name: "quotas.within-limit",
    sql: `
      with rule as (${since}), charged as (${charged}),
      moved as (
        select pool_id, unit_id, class_id, period, seq, amount as delta, true as granted from charged
        union all
        select pool_id, unit_id, class_id, period, closed_seq, settled_amount - amount, false from charged where closed_seq is not null
      ),
      running as (
        select m.*, sum(delta) over (partition by pool_id, unit_id, class_id, period order by seq) as used from moved m
      )
      select distinct g.pool_id, g.unit_id, g.class_id, g.period, g.seq, g.used, q.nominal, q.borrowing_limit
      from rule q
        join running g on g.pool_id = q.pool_id and g.unit_id = q.unit_id and g.class_id = q.class_id and g.granted and g.seq > q.since_seq
      where not q.unheard and g.used > q.nominal + q.borrowing_limit
      order by g.pool_id, g.seq`,
  },
  {
    // What the writer keeps of a unit's use is what its allocations settled. What was settled before the quota was counted may
    // reach further back than is counted, and is then left out.
    name: "quotas.kept-use",
    sql: `
      with settled as (
        select c.pool_id, c.unit_id, c.class_id, c.period, sum(c.settled_amount) as settled,
          coalesce(sum(c.settled_amount) filter (where c.closed_seq > q.counted_seq), 0) as since
        from (${charged}) c
          join pool.quotas q on q.pool_id = c.pool_id and q.unit_id = c.unit_id and q.class_id = c.class_id
        where c.state = 'settled'
        group by 1, 2, 3, 4
      )
      select pool_id, unit_id, class_id, period, coalesce(u.settled, 0) as kept, coalesce(s.settled, 0) as settled
      from settled s full join (select * from pool.quota_use u where ${ofPool("u")}) u using (pool_id, unit_id, class_id, period)
      where coalesce(u.settled, 0) not in (coalesce(s.settled, 0), coalesce(s.since, 0))
      order by 1, 2, 3, 4`,
  },
  {
    // Idle quota goes up to one top and down again.
    name: "quotas.cohorts-are-a-tree",
    sql: `
      with recursive above as (
        select c.pool_id, c.cohort_id, c.parent_id, 1 as levels from pool.cohorts c where ${ofPool("c")}
        union all
        select a.pool_id, a.cohort_id, c.parent_id, a.levels + 1
        from above a join pool.cohorts c on c.pool_id = a.pool_id and c.cohort_id = a.parent_id
        where a.levels <= 8
      )
      select pool_id, cohort_id from above where levels > 8 order by 1, 2`,
  },
];
