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
  -- Both in one row of numbers per step, so that each answer finds what came last before it without being compared with
  -- all; and what the answer says goes along, because a join here is guessed to find one row and then everything is slow.
  lined as (
    select l.*, max(l.seq) filter (where l.attempt is null) over (partition by l.pool_id, l.step_id order by l.seq) as brought_seq,
           max(l.seq) filter (where l.attempt is not null)
             over (partition by l.pool_id, l.step_id order by l.seq rows between unbounded preceding and 1 preceding) as answered_seq
    from (
      select d.pool_id, d.step_id, d.seq, d.attempt, d.outcome, d.order_key, d.passed_step_id, d.passed_ground from pool.decisions d where ${ofPool("d")}
      union all
      select pool_id, step_id, seq, null, null, null, null, null from brought
    ) l
  ),
  waited as (
    select l.pool_id, l.step_id, l.attempt, l.outcome, l.order_key, s.arrived_at, l.seq as until_seq, l.passed_step_id, l.passed_ground,
           case when l.brought_seq > coalesce(l.answered_seq, 0) then l.brought_seq end as from_seq
    from lined l
      join pool.steps s using (pool_id, step_id)
    where l.attempt is not null and l.order_key is not null and s.waits
  )`;

/** Steps that were given a number set by law: those go by arrival. */
const NUMBERED = `
  numbered as (
    select distinct n.pool_id, n.step_id
    from pool.classes c
      join pool.resources r on r.pool_id = c.pool_id and r.class_id = c.class_id
      join pool.allocations n on n.pool_id = r.pool_id and n.resource_id = r.resource_id
    where c.kind = 'function' and (r.derived or r.total is not null) and ${ofPool("c")}
  )`;

/** A place that changed while the step waited is told by its own command. */
const MOVED = `
  moved as (
    select c.pool_id, c.seq, jsonb_array_elements_text(c.command -> 'steps')::int8 as step_id
    from pool.commands c
    where c.seq is not null and c.command ->> 'kind' = 'request.prioritised' and ${ofPool("c")}
  )`;

/**
 * The most urgent who waited in a group at each number, without comparing every pair: a stretch of waiting is cut into
 * the few blocks of 2^level numbers that make it up, each block keeps its least rank, and a number lies in one block a
 * level. Of `ranked` (pool_id, grp, rank, from_seq, until_seq) makes `blocks` (pool_id, grp, level, block, least).
 */
const BLOCKS = `
  -- Most can be told apart at once: nobody of a lower rank was answered later, and nobody of a higher bar earlier.
  told as materialized (
    select r.*, min(r.rank) filter (where r.waits) over (partition by r.pool_id, r.grp order by r.until_seq desc) as least_later,
           max(r.bar) filter (where r.answers) over (partition by r.pool_id, r.grp order by r.until_seq) as highest_before
    from ranked r
  ),
  stretches as (
    select pool_id, grp, rank, from_seq + 1 as lo, until_seq - 1 as hi
    from told
    where waits and until_seq - from_seq > 1 and rank < highest_before
  ),
  blocks as (
    select t.pool_id, t.grp, l.level, c.block, min(t.rank) as least
    from stretches t
      cross join lateral generate_series(0, floor(log(2, (t.hi - t.lo + 1)::numeric))::int) l (level)
      cross join lateral (values ((t.lo + (1::int8 << l.level) - 1) >> l.level, ((t.hi + 1) >> l.level) - 1)) e (first, last)
      cross join lateral (values (e.first), (e.last)) c (block)
    where e.first <= e.last
      and not (c.block >> 1 between (t.lo + (1::int8 << (l.level + 1)) - 1) >> (l.level + 1) and ((t.hi + 1) >> (l.level + 1)) - 1)
    group by 1, 2, 3, 4
  ),
  -- Laid down before the join: all four are then compared at once, not first who asked the same and then each with each.
  probes as materialized (
    select r.pool_id, r.step_id, r.until_seq, r.grp, r.bar, l.level, r.until_seq >> l.level as block
    from told r
      cross join lateral generate_series(0, (select max(level) from blocks)) l (level)
    where r.answers and r.least_later < r.bar
  )`;

/** Of `ranked`: who was granted while somebody whose rank is under its `bar` waited in the same group. */
const OVERTAKERS = `
  select r.pool_id, r.step_id as served_first, r.until_seq as seq, r.grp, (min(b.least))[array_length(min(b.least), 1)] as passed
  from probes r
    join blocks b using (pool_id, grp, level, block)
  group by r.pool_id, r.step_id, r.until_seq, r.grp, r.bar
  having min(b.least) < r.bar`;

const ARRIVED = (of: string): string => `(extract(epoch from ${of}.arrived_at) * 1000)::int8`;

export const orderChecks: readonly Check[] = [
  {
    // Among equal asks the one earlier in the order is served first: by key, then arrival, then id. Officers who take
    // no part are no part of the ask: who passes for that reason says so.
    name: "order.no-inversion-among-equals",
    sql: `
      with ${ASKED}, ${WAITED}, ${NUMBERED}, ${MOVED},
      ranked as (
        select w.pool_id, w.step_id, w.from_seq, w.until_seq, md5(a.ask) as grp, k.rank, k.rank as bar,
               w.outcome = 'granted' and w.passed_ground is distinct from 'recusal' as answers,
               not exists (select from moved m where m.pool_id = w.pool_id and m.step_id = w.step_id) as waits
        from waited w
          join asked a using (pool_id, step_id)
          left join numbered n using (pool_id, step_id)
          cross join lateral (select array[case when n.step_id is null then w.order_key else 0 end, ${ARRIVED("w")}, w.step_id] as rank) k
      ),
      ${BLOCKS}
      select pool_id, served_first, seq, passed from (${OVERTAKERS}) o order by pool_id, seq`,
  },
  {
    // Whoever is served before somebody more urgent who asks one of the same classes names one it passed, with a code.
    name: "order.every-overtaking-has-a-ground",
    sql: `
      with ${ASKED}, ${WAITED}, ${NUMBERED}, ${MOVED},
      ranked as (
        select w.pool_id, w.step_id, w.from_seq, w.until_seq, c.class_id as grp, array[w.order_key, w.step_id] as rank, array[w.order_key] as bar,
               w.outcome = 'granted' and w.passed_step_id is null as answers,
               not exists (select from moved m where m.pool_id = w.pool_id and m.step_id = w.step_id) as waits
        from waited w
          join asked a using (pool_id, step_id)
          cross join lateral unnest(a.classes) c (class_id)
        where not exists (select from numbered n where n.pool_id = w.pool_id and n.step_id = w.step_id)
      ),
      ${BLOCKS}
      select distinct pool_id, served_first, seq, grp as class_id, passed from (${OVERTAKERS}) o
      order by 1, 3`,
  },
  {
    // A step said to have been passed waited then, asked one of the same classes, and the code is one of the list.
    name: "order.passed-step-waited",
    sql: `
      with ${WAITED}, ${MOVED},
      passing as materialized (
        select pool_id, step_id, until_seq, outcome, order_key, passed_step_id, passed_ground from waited where passed_step_id is not null
      ),
      -- From here on only what concerns somebody passed or passing.
      passed as (select distinct pool_id, passed_step_id as step_id from passing),
      first_brought as (select b.pool_id, b.step_id, min(b.seq) as seq from brought b join passed using (pool_id, step_id) group by 1, 2),
      classes as (
        select k.pool_id, k.step_id, array_agg(distinct k.class_id) as classes
        from pool.claims k
          join (select pool_id, step_id from passed union select pool_id, step_id from passing) c using (pool_id, step_id)
        where ${ofPool("k")}
        group by 1, 2
      ),
      moves as (select pool_id, step_id, array_agg(seq) as seqs from moved group by 1, 2),
      -- Who was more urgent, had asked before and was answered only later, and yet is said to have been in the way.
      behind as (
        select distinct w.pool_id, w.step_id, w.until_seq
        from passing w
          join waited p on p.pool_id = w.pool_id and p.step_id = w.passed_step_id
          left join moves m on m.pool_id = p.pool_id and m.step_id = p.step_id
        where p.from_seq < w.until_seq and p.until_seq > w.until_seq and p.order_key > w.order_key and w.passed_ground <> 'priority'
          and not exists (select from unnest(m.seqs) as moved (seq) where moved.seq > w.until_seq and moved.seq < p.until_seq)
      )
      select distinct w.pool_id, w.step_id, w.until_seq as seq, w.passed_step_id, w.passed_ground
      from passing w
        join classes mine on mine.pool_id = w.pool_id and mine.step_id = w.step_id
        left join classes theirs on theirs.pool_id = w.pool_id and theirs.step_id = w.passed_step_id
        left join first_brought f on f.pool_id = w.pool_id and f.step_id = w.passed_step_id
        left join behind b on b.pool_id = w.pool_id and b.step_id = w.step_id and b.until_seq = w.until_seq
      where w.outcome <> 'granted'
         or w.passed_ground not in ('priority', 'elsewhere', 'needs-more', 'closed', 'together', 'other-class', 'number', 'recusal', 'quota', 'share')
         or theirs.step_id is null
         or not theirs.classes && mine.classes
         or f.seq is null or f.seq >= w.until_seq
         or b.step_id is not null
      order by w.pool_id, seq`,
  },
  {
    // Holds are moved for an emergency or a lender once, and never again; and once for each drain or loan that ends.
    name: "order.moved-once",
    sql: `
      select a.pool_id, a.object_id, a.after ->> 'step' as step, f.forced as ground, count(*) as times
      from pool.audit_records a
        cross join lateral (select case when a.after ->> 'ground' ~ '^(drain|loan):' then a.after ->> 'ground' end as forced) f
      where a.act = 'step.moved' and ${ofPool("a")}
      group by 1, 2, 3, 4
      having count(*) > 1
      order by 1, 2`,
  },
  {
    // A time that an applicant picked is not moved for an emergency or a lender; where nobody serves there any more it must be.
    name: "order.picked-stays",
    sql: `
      select a.pool_id, a.object_id, s.step_id, d.attempt, a.after ->> 'ground' as ground
      from pool.audit_records a
        join pool.requests r on r.pool_id = a.pool_id and r.public_id::text = a.object_id
        join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id and s.name = a.after ->> 'step'
        join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.picked
      where a.act = 'step.moved' and ${ofPool("a")} and a.after ->> 'ground' !~ '^(drain|loan):'
        and exists (
          select from pool.allocations g
            join pool.movement_pages m on m.pool_id = g.pool_id and m.seq = g.closed_seq
          where g.pool_id = d.pool_id and g.step_id = d.step_id and g.attempt = d.attempt and m.occurred_at = a.occurred_at)
      order by 1, 2, 4`,
  },
];
