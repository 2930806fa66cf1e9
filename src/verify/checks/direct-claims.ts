import { ofPool, type Check } from "../check.js";

/** An act whose command the writer has not taken is not yet in the books. */
const untaken = `exists (
  select from pool.commands k
  where k.pool_id = d.pool_id and k.seq is null
    and (k.command -> 'step' = to_jsonb(d.step_id) or k.command -> 'steps' @> to_jsonb(d.step_id) or k.command -> 'steps' @> to_jsonb(d.pending_step_id))
)`;

export const directClaimChecks: readonly Check[] = [
  {
    // Each step without a request belongs to a direct claim, or did before another took its place.
    name: "direct-claims.own-their-steps",
    sql: `
      select s.pool_id, s.step_id, s.state
      from pool.steps s
        left join pool.direct_claims d on d.pool_id = s.pool_id and (d.step_id = s.step_id or d.pending_step_id = s.step_id)
      where ${ofPool("s")} and s.request_id is null and d.step_id is null and s.state in ('blocked', 'ready', 'working')
      order by s.pool_id, s.step_id`,
  },
  {
    // Held means held, over means nothing is held, and what stands in the row is what was answered.
    name: "direct-claims.state-and-holds-agree",
    sql: `
      with held as (
        select a.pool_id, a.step_id, count(*) as rows from pool.allocations a where ${ofPool("a")} and a.state = 'held' group by 1, 2
      )
      select d.pool_id, d.public_id, d.state, s.state as step_state, h.rows as held, p.rows as pending_held, e.outcome
      from pool.direct_claims d
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
        left join held h on h.pool_id = d.pool_id and h.step_id = d.step_id
        left join held p on p.pool_id = d.pool_id and p.step_id = d.pending_step_id
        left join pool.decisions e on e.pool_id = s.pool_id and e.step_id = s.step_id and e.attempt = s.attempt
      where ${ofPool("d")} and not ${untaken}
        and (p.rows is not null
             or (d.state in ('held', 'confirmed')) <> (h.rows is not null)
             or (d.state in ('asked', 'held', 'confirmed')) <> (s.state = 'ready')
             or (d.state in ('held', 'confirmed', 'expired', 'ended') and e.outcome is distinct from 'granted')
             or (d.state = 'refused' and e.outcome is distinct from 'refused')
             or (d.state = 'asked' and e.outcome is not null))
      order by d.pool_id, d.direct_claim_id`,
  },
  {
    // An unconfirmed hold ends when it says: the writer has worked past that moment and it is still there.
    name: "direct-claims.none-outlives-its-hold",
    sql: `
      select d.pool_id, d.public_id, d.hold_until, w.worked_up_to
      from pool.direct_claims d join pool.writers w using (pool_id)
      where ${ofPool("d")} and not ${untaken} and d.state = 'held' and d.hold_until <= w.worked_up_to
      order by d.pool_id, d.direct_claim_id`,
  },
];
