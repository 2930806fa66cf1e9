import { ofPool, type Check } from "../check.js";

/** What each loan moved, period by period: what was lent less what came back. */
const NET = `
  select m.pool_id, m.loan_id, m.period,
         case m.kind when 'lend' then m.resource_id else m.counterpart_id end as lender,
         case m.kind when 'lend' then m.counterpart_id else m.resource_id end as borrower,
         sum(case m.kind when 'lend' then m.amount else -m.amount end) as amount
  from pool.movements m
  where m.loan_id is not null and ${ofPool("m")}
  group by 1, 2, 3, 4, 5`;

/** The first period of the class that is still to come, by the writer's own time. */
const NEXT = `case c.period when 'slot' then ((w.worked_up_to at time zone p.time_zone)::date - date '1970-01-01') * 48 + 48 else (w.worked_up_to at time zone p.time_zone)::date - date '1970-01-01' + 1 end`;

export const loanChecks: readonly Check[] = [
  {
    // What the borrower has of the lender, by the ledger, is what both their books say: nothing came from nowhere.
    name: "loans.both-books-equal-movements",
    sql: `
      with net as (${NET}),
      sides as (
        select pool_id, borrower as resource_id, period, sum(amount) as borrowed, 0 as lent from net group by 1, 2, 3
        union all
        select pool_id, lender, period, 0, sum(amount) from net group by 1, 2, 3
      ),
      moved as (select pool_id, resource_id, period, sum(borrowed) as borrowed, sum(lent) as lent from sides group by 1, 2, 3),
      booked as (select pool_id, resource_id, period, borrowed, lent from pool.balances b where (borrowed <> 0 or lent <> 0) and ${ofPool("b")})
      select pool_id, resource_id, period, coalesce(b.borrowed, 0) as booked_borrowed, coalesce(m.borrowed, 0) as borrowed, coalesce(b.lent, 0) as booked_lent, coalesce(m.lent, 0) as lent
      from booked b full join moved m using (pool_id, resource_id, period)
      where coalesce(b.borrowed, 0) <> coalesce(m.borrowed, 0) or coalesce(b.lent, 0) <> coalesce(m.lent, 0)
      order by pool_id, resource_id, period`,
  },
  {
    // A loan moves its own amount between its own two resources, in periods that carry it; never more comes back than went.
    name: "loans.movements-within-terms",
    sql: `
      with net as (${NET})
      select n.pool_id, n.loan_id, n.period, n.amount as net, l.amount, l.state
      from net n left join pool.loans l on l.pool_id = n.pool_id and l.loan_id = n.loan_id
      where l.loan_id is null or l.state in ('applied', 'refused') or n.lender <> l.lender_resource_id or n.borrower <> l.resource_id
        or n.amount < 0 or n.amount > l.amount or not n.period = any(l.periods)
      order by n.pool_id, n.loan_id, n.period`,
  },
  {
    name: "loans.nothing-outlives-its-term",
    sql: `
      select l.pool_id, l.loan_id, l.state, l.from_day, l.to_day, l.back_from, b.period, b.borrowed
      from pool.loans l
        join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
        join pool.pools p on p.pool_id = l.pool_id
        join pool.writers w on w.pool_id = l.pool_id
        left join pool.balances b on b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > 0
      where ${ofPool("l")} and (
        (l.state = 'ended' and b.period >= ${NEXT})
        or (b.period < case c.period when 'slot' then (l.from_day - date '1970-01-01') * 48 else l.from_day - date '1970-01-01' end)
        or (b.period >= case c.period when 'slot' then (l.to_day - date '1970-01-01') * 48 + 48 else l.to_day - date '1970-01-01' + 1 end)
        or (l.state in ('active', 'ending') and l.to_day < (w.worked_up_to at time zone p.time_zone)::date - 1))
      order by l.pool_id, l.loan_id, b.period`,
  },
  {
    // What was to go back in part has gone, but for what is in use; and something of every loan stays, or all of it was brought back.
    name: "loans.parts-went-back",
    sql: `
      with kept as (
        select l.pool_id, l.loan_id, l.resource_id, l.amount, n.period, l.amount - sum(q.amount) as keeps
        from pool.loans l
          join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
          join pool.pools p on p.pool_id = l.pool_id
          join pool.writers w on w.pool_id = l.pool_id
          cross join lateral unnest(l.periods) n (period)
          join pool.loan_parts q on q.pool_id = l.pool_id and q.loan_id = l.loan_id and q.brought_back_at < w.worked_up_to
            and n.period >= (q.from_day - date '1970-01-01') * case c.period when 'slot' then 48 else 1 end
        where ${ofPool("l")} and l.state in ('active', 'ending') and n.period >= ${NEXT}
        group by 1, 2, 3, 4, 5
      )
      select k.pool_id, k.loan_id, k.period, k.amount, k.keeps, b.borrowed, b.held + b.settled as used
      from kept k left join pool.balances b on b.pool_id = k.pool_id and b.resource_id = k.resource_id and b.period = k.period
      where k.keeps < 1 or b.borrowed > greatest(k.keeps, b.held + b.settled)
      order by k.pool_id, k.loan_id, k.period`,
  },
  {
    // Authority, money and data are lent to nobody, the work of deciding to task forces alone; what is borrowed is not lent on.
    name: "loans.of-what-may-be-lent",
    sql: `
      select l.pool_id, l.loan_id, l.class_id, c.kind, c.lend, c.act
      from pool.loans l
        join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
        join pool.resources x on x.pool_id = l.pool_id and x.resource_id = l.lender_resource_id
        join pool.resources r on r.pool_id = l.pool_id and r.resource_id = l.resource_id
      where ${ofPool("l")} and l.state in ('applied', 'active', 'ending') and (
        ((l.task_force_id is null or c.kind <> 'staff') and (c.lend = 'none' or (c.kind = 'staff' and c.act <> 'assisting'))) or c.kind in ('function', 'funds', 'data')
        or x.lender_resource_id is not null or x.class_id <> l.class_id or x.unit_id <> l.lender_unit_id
        or r.lender_resource_id is distinct from l.lender_resource_id or r.unit_id <> l.borrower_unit_id or r.class_id <> l.class_id or r.total <> 0)
      order by l.pool_id, l.loan_id`,
  },
];
