import { ofPool, type Check } from "../check.js";

/** Commands that are on their way may explain a difference: what they name is judged when they have been taken. */
const untaken = (step: string): string => `
  exists (
    select from pool.commands k
    where k.pool_id = ${step}.pool_id and k.seq is null
      and (k.command -> 'steps' @> to_jsonb(${step}.step_id) or k.command -> 'ready' @> to_jsonb(${step}.step_id)
           or k.command -> 'step' = to_jsonb(${step}.step_id))
  )`;

export const requestChecks: readonly Check[] = [
  {
    // Every acknowledged request stands in exactly one legal state, and its steps agree with it.
    name: "requests.legal-state",
    sql: `
      with counted as (
        select pool_id, request_id, count(*) as steps,
               count(*) filter (where state in ('blocked', 'ready', 'working')) as open,
               count(*) filter (where state = 'done') as done,
               count(*) filter (where state = 'rejected') as rejected,
               count(*) filter (where state not in ('blocked', 'ready', 'working', 'done', 'rejected', 'cancelled')) as unknown
        from pool.steps s
        where ${ofPool("s")}
        group by 1, 2
      )
      select r.pool_id, r.request_id, r.number, r.state, c.steps, c.open, c.done, c.rejected
      from pool.requests r left join counted c using (pool_id, request_id)
      where ${ofPool("r")}
        and (c.steps is null
             or c.unknown > 0
             or case r.state
                  when 'received' then c.open = 0
                  when 'in_progress' then c.open = 0
                  when 'supplement' then c.open = 0
                  when 'unservable' then c.open = 0
                  when 'completed' then c.open > 0 or c.rejected > 0 or c.done = 0
                  when 'rejected' then c.open > 0
                  when 'withdrawn' then c.open > 0
                  when 'referred' then c.open > 0
                  else true end)
      order by r.pool_id, r.request_id`,
  },
  {
    name: "requests.unservable-iff-refused",
    sql: `
      with refused as (
        select distinct s.pool_id, s.request_id
        from pool.steps s
          join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt and d.outcome = 'refused'
        where s.state = 'ready' and ${ofPool("s")} and not ${untaken("s")}
      )
      select r.pool_id, r.request_id, r.number, r.state, f.request_id is not null as has_refused_step
      from pool.requests r left join refused f using (pool_id, request_id)
      where ${ofPool("r")}
        and ((r.state = 'unservable' and f.request_id is null
              and not exists (select from pool.steps s where s.pool_id = r.pool_id and s.request_id = r.request_id and ${untaken("s")}))
             or (r.state in ('received', 'in_progress') and f.request_id is not null))
      order by r.pool_id, r.request_id`,
  },
  {
    // The work is a DAG: nothing begins before what it waits for is done, and nothing waits for what is done.
    name: "steps.order",
    sql: `
      with standing as (
        select s.pool_id, s.request_id, s.step_id, s.name, s.state,
               bool_and(b.state = 'done') as may_begin, count(b.step_id) as found, cardinality(s.after) as named
        from pool.steps s
          left join pool.steps b on b.pool_id = s.pool_id and b.request_id = s.request_id and b.name = any(s.after)
        where ${ofPool("s")}
        group by s.pool_id, s.request_id, s.step_id, s.name, s.state, s.after
      )
      select st.pool_id, st.request_id, st.step_id, st.name, st.state, r.state as request_state
      from standing st join pool.requests r using (pool_id, request_id)
      where st.found <> st.named
         or (st.state in ('ready', 'working', 'done', 'rejected') and not coalesce(st.may_begin, true))
         or (st.state = 'blocked' and coalesce(st.may_begin, true) and r.state in ('received', 'in_progress')
             and not exists (
               -- Of a bundle: another of its items must be completed first.
               select from pool.requests o
               where o.pool_id = r.pool_id and o.bundle_request_id = r.bundle_request_id
                 and o.item_code = any(r.waits_for) and o.state <> 'completed'))
      order by st.pool_id, st.step_id`,
  },
  {
    // A step that asks for capacity is worked on only with a grant of its present attempt.
    name: "steps.work-has-grant",
    sql: `
      select s.pool_id, s.request_id, s.step_id, s.name, s.state, s.attempt, d.outcome
      from pool.steps s
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
      where ${ofPool("s")} and s.state in ('working', 'done')
        and exists (select from pool.claims c where c.pool_id = s.pool_id and c.step_id = s.step_id)
        and d.outcome is distinct from 'granted'
      order by s.pool_id, s.step_id`,
  },
  {
    // Neither work without its holds nor holds without work.
    name: "steps.holds-follow-state",
    sql: `
      with held as (
        select pool_id, step_id, max(attempt) as attempt, count(distinct attempt) as attempts
        from pool.allocations a
        where state = 'held' and ${ofPool("a")}
        group by 1, 2
      )
      select s.pool_id, s.request_id, s.step_id, s.state, s.attempt, h.attempt as held_attempt, h.attempts
      from pool.steps s
        left join held h using (pool_id, step_id)
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
        left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
      where ${ofPool("s")} and not ${untaken("s")}
        and (h.attempts > 1
             or h.attempt <> s.attempt
             or (h.attempt is not null and s.state in ('blocked', 'done', 'rejected', 'cancelled'))
             or (h.attempt is null and d.outcome = 'granted' and s.state in ('ready', 'working') and r.state is distinct from 'supplement'
                 and exists (select from pool.claims c where c.pool_id = s.pool_id and c.step_id = s.step_id)))
      order by s.pool_id, s.step_id`,
  },
  {
    // A step that waits was told to the writer: else nobody would ever decide it.
    name: "steps.none-lost",
    sql: `
      with announced as (
        select pool_id, jsonb_array_elements_text(case command ->> 'kind'
                 when 'step.ready' then command -> 'steps'
                 when 'step.ended' then coalesce(command -> 'ready', '[]')
                 when 'step.reconsider' then jsonb_build_array(command -> 'step')
                 else '[]' end)::int8 as step_id
        from pool.commands c
        where ${ofPool("c")}
      )
      select s.pool_id, s.request_id, s.step_id, s.name, s.state
      from pool.steps s
        left join (select distinct pool_id, step_id from announced) n using (pool_id, step_id)
      where ${ofPool("s")} and s.state in ('ready', 'working') and n.step_id is null
        and exists (select from pool.claims c where c.pool_id = s.pool_id and c.step_id = s.step_id)
      order by s.pool_id, s.step_id`,
  },
  {
    name: "requests.deadlines",
    sql: `
      select pool_id, request_id, number, received_at, promised_due_at, statutory_due_at, closed_at
      from pool.requests r
      where ${ofPool("r")}
        and (promised_due_at < received_at or statutory_due_at < received_at or closed_at < received_at)
      order by pool_id, request_id`,
  },
];
