import { ofPool, type Check } from "../check.js";

/** Who plays a trace in a sandbox plays everybody. */
const REAL = "r.channel <> 'replay'";

export const personChecks: readonly Check[] = [
  {
    // Nobody works on their own case, or on one of an enterprise they may act for.
    name: "persons.own-case",
    sql: `
      select s.pool_id, s.step_id, s.name, s.started_by, s.ended_by, r.applicant_id, r.enterprise_code
      from pool.steps s
        join pool.requests r using (pool_id, request_id)
        cross join lateral (values (s.started_by), (case when s.state in ('done', 'rejected') then s.ended_by end)) w (person_id)
      where ${ofPool("s")} and ${REAL} and w.person_id is not null
        and (w.person_id in (r.applicant_id, r.filed_by)
             or exists (
               select from identity.mandates m
               where m.enterprise_code = r.enterprise_code and m.person_id = w.person_id
                 and m.granted_at <= s.started_at and (m.revoked_at is null or m.revoked_at > s.started_at)))
      order by s.pool_id, s.step_id`,
  },
  {
    // All that one person was given on a day, in every class whose law sets a limit, stays below the least of them.
    name: "persons.labour-limit",
    sql: `
      select a.pool_id, x.person_id, t.day, sum(case when a.state = 'held' then a.amount else a.settled_amount end) as minutes, min(l.minutes) as allowed
      from pool.allocations a
        join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.measure = 'minute' and c.labour is not null
        join pool.assets x on x.pool_id = a.pool_id and x.resource_id = a.resource_id and x.person_id is not null and x.state = 'in-service'
        cross join lateral (select case c.period when 'slot' then a.period / 48 else a.period end as day) t
        cross join lateral (select (c.labour ->> 'minutesADay')::int8 as minutes) l
      where ${ofPool("a")} and c.period in ('day', 'slot')
        and (select count(*) from pool.assets o where o.pool_id = x.pool_id and o.resource_id = x.resource_id and o.state = 'in-service') = 1
      group by 1, 2, 3
      having sum(case when a.state = 'held' then a.amount else a.settled_amount end) > min(l.minutes)
      order by 1, 2, 3`,
  },
  {
    // By the half-hour: after the longest stretch the law allows there is one without work.
    name: "persons.breaks",
    sql: `
      with worked as (
        select distinct a.pool_id, x.person_id, a.period, (c.labour ->> 'stretchMinutes')::int8 as stretch
        from pool.allocations a
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.period = 'slot' and c.labour ? 'stretchMinutes'
          join pool.assets x on x.pool_id = a.pool_id and x.resource_id = a.resource_id and x.person_id is not null and x.state = 'in-service'
        where ${ofPool("a")} and a.state in ('held', 'settled')
          and (select count(*) from pool.assets o where o.pool_id = x.pool_id and o.resource_id = x.resource_id and o.state = 'in-service') = 1
      )
      select pool_id, person_id, min(period) as first, count(*) * 30 as minutes, min(stretch) as allowed
      from (select *, period - row_number() over (partition by pool_id, person_id order by period) as island from (select pool_id, person_id, period, min(stretch) as stretch from worked group by 1, 2, 3) w) i
      group by pool_id, person_id, island
      having count(*) * 30 > min(stretch)
      order by 1, 2, 3`,
  },
  {
    // An inspection is made by two officers of the acting organ with a certificate, unless the item cites why not.
    name: "persons.two-officers",
    sql: `
      select d.pool_id, d.step_id, d.attempt, count(distinct a.resource_id) as officers
      from pool.decisions d
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id and s.stage = 'inspect' and s.mode = 'human'
        join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
        join pool.items i on i.pool_id = q.pool_id and i.item_code = q.item_code and i.version = q.item_version
        cross join lateral (
          select e from jsonb_array_elements(i.guide -> 'recipe' -> 'steps') e where e ->> 'step' = s.name and e -> 'alone' is null
        ) asked
        left join pool.claims k on k.pool_id = d.pool_id and k.step_id = d.step_id and k.scope = 'competent' and 'enforcement-certificate' = any(k.traits)
        left join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id and c.kind = 'staff'
        left join pool.allocations a on c.class_id is not null and a.pool_id = d.pool_id and a.step_id = d.step_id and a.attempt = d.attempt and a.claim_id = k.claim_id
      where ${ofPool("d")} and d.outcome = 'granted'
      group by 1, 2, 3
      having count(distinct a.resource_id) < 2
      order by 1, 2, 3`,
  },
  {
    name: "persons.recusal",
    sql: `
      select s.pool_id, s.step_id, s.name, s.started_by, c.recusal_id, c.declared_at, s.started_at
      from pool.steps s
        join pool.requests r using (pool_id, request_id)
        join pool.recusals c on c.pool_id = s.pool_id and c.officer_id = s.started_by
          and (c.subject_person_id = r.applicant_id or c.enterprise_code = r.enterprise_code or c.request_id = r.request_id)
      where ${ofPool("s")} and ${REAL}
        and greatest(c.declared_at, c.valid_from) <= s.started_at
        and s.started_at < coalesce(least(c.valid_to, c.withdrawn_at), 'infinity')
      order by s.pool_id, s.step_id`,
  },
  {
    // The reviewer is not the decider.
    name: "persons.separation",
    sql: `
      select s.pool_id, s.step_id, s.name, e.name as kept_apart_from, e.started_by
      from pool.steps s
        join pool.requests r using (pool_id, request_id)
        join pool.steps e on e.pool_id = s.pool_id and e.request_id = s.request_id and e.name = any(s.not_by)
      where ${ofPool("s")} and ${REAL}
        and (s.started_by in (e.started_by, e.ended_by) or (s.state in ('done', 'rejected') and s.ended_by in (e.started_by, e.ended_by)))
      order by s.pool_id, s.step_id`,
  },
  {
    // Time of an officer who takes no part is not kept for a step nobody has begun, once every command is answered.
    name: "persons.no-hold-on-the-barred",
    sql: `
      select a.pool_id, a.step_id, a.claim_id, a.resource_id, x.person_id
      from pool.allocations a
        join pool.steps s using (pool_id, step_id)
        join pool.requests r using (pool_id, request_id)
        join pool.resources k on k.pool_id = a.pool_id and k.resource_id = a.resource_id
        join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id and c.per = 'asset'
        join pool.assets x on x.pool_id = a.pool_id and x.resource_id = a.resource_id and x.state = 'in-service'
        left join pool.deputies d on d.pool_id = a.pool_id and d.step_id = a.step_id and d.asset_id = x.asset_id
        cross join lateral (select coalesce(d.person_id, x.person_id) as person_id) w
      where ${ofPool("a")} and ${REAL} and a.state = 'held' and s.state = 'ready'
        and (select count(*) from pool.assets o where o.pool_id = x.pool_id and o.resource_id = x.resource_id and o.state = 'in-service') = 1
        and not exists (select from pool.commands m where m.pool_id = a.pool_id and m.seq is null)
        and (w.person_id in (r.applicant_id, r.filed_by)
             or exists (
               select from pool.recusals q
               where q.pool_id = a.pool_id and q.officer_id = w.person_id and q.withdrawn_at is null and q.valid_to is null
                 and (q.subject_person_id = r.applicant_id or q.enterprise_code = r.enterprise_code or q.request_id = r.request_id))
             or exists (
               select from pool.steps e
               where e.pool_id = s.pool_id and e.request_id = s.request_id and e.name = any(s.not_by) and w.person_id in (e.started_by, e.ended_by)))
      order by a.pool_id, a.step_id`,
  },
];
