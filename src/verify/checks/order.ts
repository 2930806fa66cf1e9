import { ofPool, type Check } from "../check.js";

/*
 * The lawful order, read again from decisions. A step waits from the number of what brought it to the queue (its
 * command, or the closing that took its last hold) to the number of its answer. Keys are those the decisions were taken by.
 */

/** What each answered step asked, as one text: equal texts are equal asks. */
const ASKED = `
  asked as (
    select k.pool_id, k.step_id,
           string_agg(concat_ws('|', k.class_id, k.amount, k.count, k.traits::text, k.scope, k.division_code, k.unit_id, k.together, k.slots,
                                k.spread, k.purpose, k.earliest_at, k.automatic, k.same_unit, k.same_resource, k.named_resource_id, k.named_period), ';' order by k.ordinal) as ask,
           array_agg(distinct k.class_id) as classes
    from pool.claims k
    where ${ofPool("k")}
    group by k.pool_id, k.step_id
  )`;

/** Answered attempts with the stretch of numbers in which they waited. */
const WAITED = `
  brought as (
    select c.pool_id, c.seq, jsonb_array_elements_text(case c.command ->> 'kind'
             when 'step.ready' then c.command -> 'steps'
             when 'step.ended' then coalesce(c.command -> 'ready', '[]')
             when 'step.reconsider' then jsonb_build_array(c.command -> 'step')
             else '[]' end)::int8 as step_id
    from pool.commands c
    where c.seq is not null and ${ofPool("c")}
    union all
    select distinct a.pool_id, a.closed_seq, a.step_id from pool.allocations a where a.closed_seq is not null and ${ofPool("a")}
  ),
  -- Both in one row of numbers per step, so that each answer finds what came last before it without being compared with all.
  lined as (
    select l.*, max(l.seq) filter (where l.attempt is null) over (partition by l.pool_id, l.step_id order by l.seq) as brought_seq,
           max(l.seq) filter (where l.attempt is not null)
             over (partition by l.pool_id, l.step_id order by l.seq rows between unbounded preceding and 1 preceding) as answered_seq
    from (
      select pool_id, step_id, seq, null::int as attempt from brought
      union all
      select d.pool_id, d.step_id, d.seq, d.attempt from pool.decisions d where ${ofPool("d")}
    ) l
  ),
  waited as (
    select d.pool_id, d.step_id, d.attempt, d.outcome, d.order_key, s.arrived_at, d.seq as until_seq, d.passed_step_id, d.passed_ground,
           case when l.brought_seq > coalesce(l.answered_seq, 0) then l.brought_seq end as from_seq
    from lined l
      join pool.decisions d using (pool_id, step_id, attempt)
      join pool.steps s using (pool_id, step_id)
    where d.order_key is not null and s.waits
  )`;

/** The step asks for a number set by law: those go by arrival. */
const NUMBERED = (step: string): string => `exists (
  select from pool.allocations n
    join pool.resources r on r.pool_id = n.pool_id and r.resource_id = n.resource_id
    join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
  where n.pool_id = ${step}.pool_id and n.step_id = ${step}.step_id and c.kind = 'function' and (r.derived or r.total is not null))`;

export const orderChecks: readonly Check[] = [
  {
    // Among equal asks the one earlier in the order is served first: by key, then arrival, then id.
    name: "order.no-inversion-among-equals",
    sql: `
      with ${ASKED}, ${WAITED},
      -- The least key of all who asked the same and were answered later: without one, nobody can have been passed.
      suspects as (
        select w.*, a.ask, ${NUMBERED("w")} as numbered,
               min(w.order_key) over later as least_later, min(w.arrived_at) over later as first_later
        from waited w join asked a using (pool_id, step_id)
        window later as (partition by w.pool_id, a.ask order by w.until_seq rows between 1 following and unbounded following)
      )
      select s.pool_id, s.step_id as served_first, s.until_seq as seq, p.step_id as passed, p.until_seq as passed_seq
      from suspects s
        join suspects p on p.pool_id = s.pool_id and p.ask = s.ask and p.from_seq < s.until_seq and p.until_seq > s.until_seq
      where s.outcome = 'granted'
        and case when s.numbered then s.first_later <= s.arrived_at else s.least_later <= s.order_key end
        and case when s.numbered then (p.arrived_at, p.step_id) < (s.arrived_at, s.step_id)
                 else (p.order_key, p.arrived_at, p.step_id) < (s.order_key, s.arrived_at, s.step_id) end
        -- A place that changed while it waited is told by its own command; officers who take no part are not part of the ask.
        and not exists (
          select from pool.commands c
          where c.pool_id = p.pool_id and c.seq > s.until_seq and c.seq < p.until_seq
            and c.command ->> 'kind' = 'request.prioritised' and c.command -> 'steps' @> to_jsonb(p.step_id))
        and not exists (
          select from pool.decisions d
          where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt and d.passed_step_id = p.step_id and d.passed_ground = 'recusal')
      order by s.pool_id, s.until_seq`,
  },
  {
    // Whoever is served before somebody more urgent who asks one of the same classes names one it passed, with a code.
    name: "order.every-overtaking-has-a-ground",
    sql: `
      with ${ASKED}, ${WAITED},
      by_class as (select w.*, c.class_id from waited w join asked a using (pool_id, step_id) cross join lateral unnest(a.classes) c (class_id)),
      suspects as (
        select b.*, min(b.order_key) over (partition by b.pool_id, b.class_id order by b.until_seq rows between 1 following and unbounded following) as least_later
        from by_class b
      )
      select distinct s.pool_id, s.step_id as served_first, s.until_seq as seq, s.class_id
      from suspects s
      where s.outcome = 'granted' and s.passed_step_id is null and s.least_later < s.order_key and not ${NUMBERED("s")}
        and exists (
          select from by_class p
          where p.pool_id = s.pool_id and p.class_id = s.class_id and p.from_seq < s.until_seq and p.until_seq > s.until_seq and p.order_key < s.order_key
            and not ${NUMBERED("p")}
            and not exists (
              select from pool.commands c
              where c.pool_id = p.pool_id and c.seq > s.until_seq and c.seq < p.until_seq
                and c.command ->> 'kind' = 'request.prioritised' and c.command -> 'steps' @> to_jsonb(p.step_id)))
      order by 1, 3`,
  },
  {
    // A step said to have been passed waited then, asked one of the same classes, and the code is one of the list.
    name: "order.passed-step-waited",
    sql: `
      with ${ASKED}, ${WAITED}
      select w.pool_id, w.step_id, w.until_seq as seq, w.passed_step_id, w.passed_ground
      from waited w
        join asked mine on mine.pool_id = w.pool_id and mine.step_id = w.step_id
        left join asked theirs on theirs.pool_id = w.pool_id and theirs.step_id = w.passed_step_id
      where w.passed_step_id is not null
        and (w.outcome <> 'granted'
             or w.passed_ground not in ('priority', 'elsewhere', 'needs-more', 'closed', 'together', 'other-class', 'number', 'recusal')
             or theirs.step_id is null
             or not theirs.classes && mine.classes
             or not exists (select from brought b where b.pool_id = w.pool_id and b.step_id = w.passed_step_id and b.seq < w.until_seq)
             or exists (
               select from waited p
               where p.pool_id = w.pool_id and p.step_id = w.passed_step_id and p.from_seq < w.until_seq and p.until_seq > w.until_seq
                 and p.order_key > w.order_key and w.passed_ground <> 'priority'
                 and not exists (
                   select from pool.commands c
                   where c.pool_id = p.pool_id and c.seq > w.until_seq and c.seq < p.until_seq
                     and c.command ->> 'kind' = 'request.prioritised' and c.command -> 'steps' @> to_jsonb(p.step_id))))
      order by w.pool_id, w.until_seq`,
  },
  {
    // Holds are moved for an emergency once, and never again.
    name: "order.moved-once",
    sql: `
      select a.pool_id, a.object_id, a.after ->> 'step' as step, count(*) as times
      from pool.audit_records a
      where a.act = 'step.moved' and ${ofPool("a")}
      group by 1, 2, 3
      having count(*) > 1
      order by 1, 2`,
  },
];
