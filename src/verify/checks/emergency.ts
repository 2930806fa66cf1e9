import { ofPool, type Check } from "../check.js";

/** From when on nothing of an order counts. */
const OVER = "least(o.sunset_at, coalesce(o.ended_at, o.sunset_at), case when o.signed_at is null then coalesce(o.confirm_by, o.sunset_at) else o.sunset_at end)";

export const emergencyChecks: readonly Check[] = [
  {
    // What was given under an order falls back with it: its uses, grounds of whoever still waits, and loans, which never were for longer.
    name: "emergency.nothing-after-sunset",
    sql: `
      with orders as (select o.*, ${OVER} as over_at, (w.worked_up_to > ${OVER} + interval '1 day' and o.settled_at is null) as forgotten from pool.emergency_orders o join pool.writers w on w.pool_id = o.pool_id where ${ofPool("o")})
      select o.pool_id, o.order_id, o.document, 'order' as outlives, null::bigint as id from orders o where o.forgotten
      union all
      select u.pool_id, u.order_id, o.document, 'use', u.use_id
      from pool.emergency_uses u join orders o on o.pool_id = u.pool_id and o.order_id = u.order_id
      where o.settled_at is not null and u.ended_at is null
      union all
      select p.pool_id, o.order_id, o.document, 'ground', p.request_id
      from pool.request_priorities p
        join orders o on o.pool_id = p.pool_id and p.claimed_by = 'emergency-order:' || o.order_id
        join pool.requests r on r.pool_id = p.pool_id and r.request_id = p.request_id
      where o.settled_at is not null and p.state = 'confirmed' and r.closed_at is null
      union all
      select l.pool_id, o.order_id, o.document, 'loan', l.loan_id
      from pool.emergency_uses u
        join orders o on o.pool_id = u.pool_id and o.order_id = u.order_id
        join pool.pools p on p.pool_id = u.pool_id
        join pool.loans l on l.pool_id = u.pool_id and l.loan_id = u.loan_id
      where u.power = 'lend' and l.state <> 'refused'
        and (l.to_day > (o.sunset_at at time zone p.time_zone - interval '1 millisecond')::date
          or (o.settled_at is not null and l.state in ('applied', 'active') and l.to_day >= (o.settled_at at time zone p.time_zone)::date))
      order by 1, 2, 4, 5`,
  },
];
