import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { DirectMove } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";

/**
 * What the batch made of direct claims, in the batch's own transaction. The rows are locked in id order, since
 * claimants confirm and release them meanwhile, and what stands in them then decides:
 *
 * - A hold that ends by time ends only if it is still `held` (or was released, and that act is on the way). If it was
 *   confirmed, nothing of the batch may happen: `stale`.
 * - An answer counts for a claim that still asks. One that was released keeps its state, and its command, on the way,
 *   gives back what this batch granted.
 */
export async function moveDirectClaims(sql: Sql, pool: PoolId, moves: readonly DirectMove[], at: Instant): Promise<"moved" | "stale"> {
  const steps = moves.map(({ step }) => step as number);
  const outcomes = moves.map(({ outcome }) => outcome);
  const [, [row]] = await Promise.all([
    sql`
      select from pool.direct_claims
      where pool_id = ${pool} and (step_id = any(${steps}::int8[]) or pending_step_id = any(${steps}::int8[]))
      order by direct_claim_id
      for update`,
    sql<{ stale: number }[]>`
      with moves as (
        select m.step_id, m.outcome, m.at
        from unnest(${steps}::int8[], ${outcomes}::text[]) with ordinality as m (step_id, outcome, at)
      ),
      found as (
        select d.direct_claim_id, d.state, d.step_id as current, m.step_id, m.outcome, d.pending_step_id is not distinct from m.step_id as pending
        from moves m
          join pool.direct_claims d on d.pool_id = ${pool} and (d.step_id = m.step_id or d.pending_step_id = m.step_id)
      ),
      -- One batch may both end a claim's hold and answer what was to take its place: the end counts.
      last as (
        select distinct on (direct_claim_id) *
        from found
        order by direct_claim_id, (outcome in ('expired', 'ended')) desc, (outcome <> 'refused') desc
      ),
      changed as (
        update pool.direct_claims d
        set state = case
              when l.pending and l.outcome = 'refused' then d.state
              when l.pending then case d.state when 'confirmed' then 'confirmed' else l.outcome end
              else l.outcome end,
            step_id = case when l.pending and l.outcome in ('held', 'confirmed') then l.step_id else d.step_id end,
            pending_step_id = null,
            confirmed_at = case when not l.pending and l.outcome = 'confirmed' then ${new Date(at)} else d.confirmed_at end,
            ended_at = case when not l.pending and l.outcome in ('refused', 'expired', 'ended') then ${new Date(at)} end,
            generation = d.generation + 1
        from last l
        where d.pool_id = ${pool} and d.direct_claim_id = l.direct_claim_id
          and case l.outcome
                when 'expired' then d.state = 'held'
                when 'ended' then d.state = 'confirmed'
                else d.state = case when l.pending then d.state else 'asked' end and d.ended_at is null end
        returning d.direct_claim_id
      ),
      -- A step is over when its claim is, when it was refused, and when another took its place.
      over as (
        select step_id from moves where outcome in ('refused', 'expired', 'ended')
        union
        select current from found where pending and outcome in ('held', 'confirmed')
      ),
      ended as (
        update pool.steps s
        set state = case when o.step_id in (select step_id from moves where outcome = 'ended') then 'done' else 'cancelled' end, ended_at = ${new Date(at)}
        from over o
        where s.pool_id = ${pool} and s.step_id = o.step_id and s.state not in ('done', 'rejected', 'cancelled')
        returning s.step_id
      )
      select count(*)::int as stale
      from found f
      where f.outcome in ('expired', 'ended')
        and f.state <> 'released'
        and f.state <> case f.outcome when 'expired' then 'held' else 'confirmed' end`,
  ]);
  return row !== undefined && row.stale > 0 ? "stale" : "moved";
}
