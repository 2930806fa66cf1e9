import { ofPool, type Check } from "../check.js";

export const capacityChecks: readonly Check[] = [
  {
    // Replays every hold and every return in the order of their numbers. A grant is judged by the capacity of its
    // own moment, so a capacity that was lowered later accuses nobody.
    name: "capacity.never-over-allocated",
    sql: `
      with entries as (
        select pool_id, resource_id, period, seq, 1 as turn, claim_id, amount as change, capacity
        from pool.allocations a
        where ${ofPool("a")}
        union all
        select pool_id, resource_id, period, closed_seq, 0, claim_id, settled_amount - amount, null
        from pool.allocations a
        where closed_seq is not null and ${ofPool("a")}
        union all
        select pool_id, resource_id, period, seq, 0, claim_id, -amount, null
        from pool.movements m
        where kind = 'annul' and ${ofPool("m")}
      ),
      running as (
        select *, sum(change) over (partition by pool_id, resource_id, period order by seq, turn, claim_id
                                    rows between unbounded preceding and current row) as used
        from entries
      )
      select pool_id, resource_id, period, seq, claim_id, used, capacity
      from running
      where change > 0 and used > capacity
      order by pool_id, seq`,
  },
  {
    name: "capacity.books-equal-allocations",
    sql: `
      with counted as (
        select pool_id, resource_id, period,
               sum(amount) filter (where state = 'held') as held,
               sum(settled_amount) filter (where state = 'settled') as settled
        from pool.allocations a
        where ${ofPool("a")}
        group by pool_id, resource_id, period
      ),
      booked as (select * from pool.balances b where ${ofPool("b")})
      select pool_id, resource_id, period, b.held as booked_held, coalesce(c.held, 0) as held,
             b.settled as booked_settled, coalesce(c.settled, 0) as settled
      from booked b full join counted c using (pool_id, resource_id, period)
      where b.held is distinct from coalesce(c.held, 0) or b.settled is distinct from coalesce(c.settled, 0)
      order by pool_id, resource_id, period`,
  },
  {
    // Unless something was declared since, the books still show the capacity the last grant saw.
    name: "capacity.books-equal-last-grant",
    sql: `
      with last as (
        select distinct on (pool_id, resource_id, period) pool_id, resource_id, period, seq, capacity
        from pool.allocations a
        where ${ofPool("a")}
        order by pool_id, resource_id, period, seq desc
      ),
      declared as (
        -- Emptied, a resource is declared anew as well.
        select pool_id, coalesce(e ->> 'resource', e #>> '{}')::int8 as resource_id, max(seq) as seq
        from pool.commands c cross join lateral jsonb_array_elements(c.command -> 'resources') e
        where command ->> 'kind' in ('resource.declared', 'resource.evacuated') and seq is not null and ${ofPool("c")}
        group by 1, 2
      ),
      declared_all as (
        select pool_id, max(seq) as seq
        from pool.commands c
        where command ->> 'kind' = 'pool.declared' and seq is not null and ${ofPool("c")}
        group by 1
      )
      select b.pool_id, b.resource_id, b.period, b.capacity, b.borrowed, b.lent, l.capacity as at_last_grant, l.seq
      from pool.balances b
        join last l using (pool_id, resource_id, period)
        join pool.resources r using (pool_id, resource_id)
        left join declared d using (pool_id, resource_id)
        left join declared_all p using (pool_id)
      where ${ofPool("b")}
        and b.capacity + b.borrowed - b.lent <> l.capacity
        and greatest(coalesce(d.seq, 0), coalesce(p.seq, 0)) <= l.seq
        and r.valid_from is null and r.valid_to is null
        and not exists (
          select from pool.movements m
          where m.pool_id = b.pool_id and m.loan_id is not null and b.resource_id in (m.resource_id, m.counterpart_id) and m.period = b.period and m.seq > l.seq
        )
      order by b.pool_id, b.resource_id, b.period`,
  },
  {
    // floor((total − reserved) × overcommit) is the most a declared resource may offer in a period that is still to come.
    name: "capacity.within-declared",
    sql: `
      select b.pool_id, b.resource_id, b.period, b.capacity, r.total, r.reserved, r.overcommit_percent
      from pool.balances b
        join pool.resources r using (pool_id, resource_id)
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        join pool.pools p on p.pool_id = b.pool_id
        join pool.writers w on w.pool_id = b.pool_id
      where ${ofPool("b")} and r.total is not null and not r.derived
        and b.capacity > greatest(0, floor((r.total - r.reserved)::numeric * r.overcommit_percent / 100))
        and b.period >= case c.period
          when 'day' then (w.worked_up_to at time zone p.time_zone)::date - date '1970-01-01'
          when 'slot' then ((w.worked_up_to at time zone p.time_zone)::date - date '1970-01-01') * 48 + 48
          when 'fiscal-year' then extract(year from w.worked_up_to at time zone p.time_zone)::int
          else 0 end
        and not exists (
          select from pool.commands k
          where k.pool_id = b.pool_id and k.seq is null
            and (k.command ->> 'kind' = 'pool.declared' or k.command -> 'resources' @> to_jsonb(b.resource_id))
        )
      order by b.pool_id, b.resource_id, b.period`,
  },
  {
    name: "ledger.settled-released-held",
    sql: `
      with moved as (
        select pool_id, claim_id, attempt, resource_id, period,
               coalesce(sum(amount) filter (where kind = 'settle'), 0) as settled,
               coalesce(sum(amount) filter (where kind = 'release'), 0) as released,
               coalesce(sum(amount) filter (where kind = 'lapse'), 0) as lapsed,
               coalesce(sum(amount) filter (where kind = 'annul'), 0) as annulled,
               min(seq) filter (where kind <> 'annul') as first_seq, max(seq) filter (where kind <> 'annul') as last_seq
        from pool.movements m
        where kind not in ('lend', 'return') and ${ofPool("m")}
        group by 1, 2, 3, 4, 5
      ),
      given as (select * from pool.allocations a where ${ofPool("a")})
      select pool_id, claim_id, attempt, resource_id, period, a.state, a.amount, a.settled_amount, a.closed_seq,
             m.settled, m.released, m.lapsed, m.annulled
      from given a full join moved m using (pool_id, claim_id, attempt, resource_id, period)
      where a.state is null
        or (a.state = 'held' and m.settled is not null)
        or (a.state <> 'held' and (
              m.settled is null
              or m.settled <> a.settled_amount
              or m.settled + m.released + m.lapsed <> a.amount
              or (a.state = 'lapsed') <> (m.lapsed > 0)
              or m.annulled <> case a.state when 'annulled' then a.settled_amount else 0 end
              or (a.state = 'released' and m.released <> a.amount)
              or m.first_seq <> a.closed_seq or m.last_seq <> a.closed_seq))
      order by pool_id, claim_id, attempt, resource_id, period`,
  },
  {
    name: "ledger.accounts-fit-kind",
    sql: `
      select pool_id, claim_id, attempt, resource_id, period, kind, debit, credit
      from pool.movements m
      where ${ofPool("m")}
        and (kind not in ('settle', 'release', 'lapse', 'annul', 'lend', 'return')
             or debit <> case kind when 'annul' then 'settled' when 'lend' then 'free' when 'return' then 'free' else 'held' end
             or credit <> case kind when 'settle' then 'settled' else 'free' end)
      order by pool_id, claim_id`,
  },
];
