import { ofPool, type Check } from "../check.js";

export const claimChecks: readonly Check[] = [
  {
    // All or none: a granted attempt holds every claim in full, of as many resources as it asks for, which begin together;
    // a slot claim in every half-hour of one unbroken run.
    name: "claims.whole",
    sql: `
      with by_resource as (
        select pool_id, step_id, attempt, claim_id, resource_id, count(*) as rows, sum(amount) as amount,
               min(amount) as least, max(amount) as most, min(period) as first, max(period) as last
        from pool.allocations a
        where ${ofPool("a")}
        group by 1, 2, 3, 4, 5
      ),
      given as (
        select pool_id, step_id, attempt, claim_id, count(*) as resources, sum(rows) as rows, sum(amount) as amount,
               min(rows) as fewest, max(rows) as longest, min(amount) as least_of_one, max(amount) as most_of_one,
               min(least) as least, max(most) as most, min(first) as first, max(first) as last_first, max(last) as last
        from by_resource
        group by 1, 2, 3, 4
      )
      select d.pool_id, d.step_id, d.attempt, k.claim_id, k.amount as asked, k.count, g.amount as given, g.resources, k.slots, g.rows
      from pool.decisions d
        join pool.claims k using (pool_id, step_id)
        join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
        left join given g on g.pool_id = d.pool_id and g.step_id = d.step_id and g.attempt = d.attempt and g.claim_id = k.claim_id
      where ${ofPool("d")} and d.outcome = 'granted'
        and (g.rows is null
             or g.resources <> k.count
             or (c.period in ('slot', 'day') and g.first <> g.last_first)
             or case when k.spread and c.period in ('slot', 'day')
                  then g.least_of_one <> k.amount or g.most_of_one <> k.amount
                  else g.least <> k.amount or g.most <> k.amount
                       or g.fewest <> case c.period when 'slot' then k.slots else 1 end
                       or g.longest <> g.fewest or g.last - g.last_first + 1 <> g.longest end)
      order by d.pool_id, d.step_id, d.attempt`,
  },
  {
    name: "claims.no-allocation-without-grant",
    sql: `
      select a.pool_id, a.step_id, a.attempt, a.claim_id, a.resource_id, a.period, a.seq, d.outcome, d.seq as decision_seq
      from pool.allocations a
        left join pool.decisions d using (pool_id, step_id, attempt)
        left join pool.claims k on k.pool_id = a.pool_id and k.claim_id = a.claim_id
      where ${ofPool("a")}
        and (d.outcome is distinct from 'granted' or d.seq <> a.seq or k.step_id is distinct from a.step_id)
      order by a.pool_id, a.step_id`,
  },
  {
    // Holds of an attempt end together.
    name: "claims.end-together",
    sql: `
      select pool_id, step_id, attempt, count(*) filter (where state = 'held') as held, count(*) as of_all
      from pool.allocations a
      where ${ofPool("a")}
      group by 1, 2, 3
      having count(*) filter (where state = 'held') not in (0, count(*))
      order by 1, 2, 3`,
  },
  {
    // Another unit's only in the competent one's name, by delegations in force when it was decided, or given before the request was referred.
    name: "allocations.lawful-resource",
    sql: `
      select a.pool_id, a.claim_id, a.resource_id, k.class_id as asked_class, r.class_id, k.scope, k.unit_id as competent_unit, r.unit_id
      from pool.allocations a
        join pool.claims k on k.pool_id = a.pool_id and k.claim_id = a.claim_id
        join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
        join pool.decisions d on d.pool_id = a.pool_id and d.step_id = a.step_id and d.attempt = a.attempt
        left join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
      where ${ofPool("a")}
        and (r.class_id is distinct from k.class_id or (k.scope = 'competent' and r.unit_id <> k.unit_id))
        and (r.class_id is distinct from k.class_id
             or not exists (
               select from pool.referrals f
               where f.pool_id = s.pool_id and f.request_id = s.request_id and f.from_unit_id = r.unit_id and f.at >= d.decided_at)
             and not exists (
               -- Given before the resource changed hands with its unit, or after.
               select from pool.reorganisations o
                 cross join jsonb_array_elements(case when jsonb_typeof(o.undo) = 'array' then o.undo else '[]' end) u
                 cross join jsonb_array_elements(case when u ->> 'kind' = 'resources' then u -> 'rows' else '[]' end) w
               where o.pool_id = a.pool_id and (w ->> 'id')::int8 = a.resource_id and k.unit_id in (u ->> 'from', u ->> 'to'))
             and not exists (
               -- A grant in another's name is never plain: its reasons are told in full.
               select from jsonb_array_elements(d.told) e
                 join pool.delegations g on g.pool_id = a.pool_id and g.delegation_id = (e -> 'delegation' ->> 0)::int8
                 join pool.delegations h on h.pool_id = a.pool_id and h.delegation_id = (e -> 'delegation' ->> -1)::int8
               where (e ->> 'claim')::int8 = a.claim_id and g.class_id = k.class_id and h.class_id = k.class_id
                 and (g.from_unit_id = k.unit_id or exists (
                   select from pool.referrals f
                   where f.pool_id = s.pool_id and f.request_id = s.request_id and f.kind = 'reorganisation' and f.from_unit_id = g.from_unit_id and f.at >= d.decided_at))
                 and h.to_unit_id = r.unit_id
                 and (g.delegation_id = h.delegation_id or g.onward)
                 and greatest(g.valid_from, h.valid_from) <= d.decided_at
                 and d.decided_at < coalesce(least(g.valid_to, h.valid_to), 'infinity')
                 -- Withdrawn in the very millisecond of the decision is withdrawn after it, or the fence would have held.
                 and d.decided_at <= coalesce(least(g.withdrawn_at, h.withdrawn_at), 'infinity')))
      order by a.pool_id, a.claim_id`,
  },
  {
    name: "allocations.never-in-the-past",
    sql: `
      select a.pool_id, a.claim_id, a.attempt, a.resource_id, a.period, d.decided_at
      from pool.allocations a
        join pool.decisions d using (pool_id, step_id, attempt)
        join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        join pool.pools p on p.pool_id = a.pool_id
        cross join lateral (select d.decided_at at time zone p.time_zone as local) t
      where ${ofPool("a")}
        and a.period < case c.period
          when 'day' then t.local::date - date '1970-01-01'
          when 'slot' then (t.local::date - date '1970-01-01') * 48 + (extract(hour from t.local) * 2 + floor(extract(minute from t.local) / 30))::int
          when 'fiscal-year' then extract(year from t.local)::int
          else 0 end
      order by a.pool_id, a.claim_id`,
  },
  {
    // Every turn is answered once, but for turns a call for supplement or a referral ended before their answer.
    name: "decisions.one-per-attempt",
    sql: `
      select d.pool_id, d.step_id, count(*) as decisions, min(d.attempt) as first, max(d.attempt) as last, s.attempt as step_attempt, p.pauses
      from pool.decisions d
        join pool.steps s using (pool_id, step_id)
        left join pool.requests r using (pool_id, request_id)
        cross join lateral (
          select count(*) as pauses from pool.audit_records a
          where a.pool_id = r.pool_id and a.object_kind = 'request' and a.object_id = r.public_id::text and a.act in ('request.supplement', 'request.refer', 'request.designate')
        ) p
      where ${ofPool("d")}
      group by d.pool_id, d.step_id, s.attempt, p.pauses
      having max(d.attempt) - count(*) not between 0 and p.pauses
          or s.attempt - max(d.attempt) not between 0 and 1 + p.pauses
      order by 1, 2`,
  },
  {
    // A decision without a reason for each claim, or whose shape nobody kept, explains nothing.
    name: "decisions.explained",
    sql: `
      with cited as (
        select d.pool_id, d.step_id, d.attempt, d.grounds[at] as shape_no, null as shape_hash
        from pool.decisions d cross join lateral generate_series(1, cardinality(d.grounds), 11) at
        where ${ofPool("d")}
        union all
        select d.pool_id, d.step_id, d.attempt, null, e ->> 'shape'
        from pool.decisions d cross join lateral jsonb_array_elements(d.told) e
        where ${ofPool("d")}
      ),
      unknown as (
        select c.pool_id, c.step_id, c.attempt, count(*) as shapes
        from cited c
          left join pool.shapes n on n.pool_id = c.pool_id and n.shape_no = c.shape_no
          left join pool.shapes h on h.pool_id = c.pool_id and h.shape_hash = c.shape_hash
        where n.pool_id is null and h.pool_id is null
        group by 1, 2, 3
      ),
      asked as (select c.pool_id, c.step_id, count(*) as claims from pool.claims c where ${ofPool("c")} group by 1, 2)
      select d.pool_id, d.step_id, d.attempt, k.reasons, k.claims, k.unknown_shapes
      from pool.decisions d
        left join asked a on a.pool_id = d.pool_id and a.step_id = d.step_id
        left join unknown u on u.pool_id = d.pool_id and u.step_id = d.step_id and u.attempt = d.attempt
        cross join lateral (
          select coalesce(a.claims, 0) as claims, coalesce(jsonb_array_length(d.told), cardinality(d.grounds) / 11) as reasons,
                 coalesce(u.shapes, 0) as unknown_shapes
        ) k
      where ${ofPool("d")}
        and (d.outcome not in ('granted', 'refused')
             or k.unknown_shapes > 0
             or cardinality(d.grounds) % 11 <> 0
             or (d.grounds is not null and d.outcome <> 'granted')
             or (d.outcome = 'granted' and k.reasons <> k.claims)
             or (d.outcome = 'refused' and k.reasons = 0 and k.claims > 0))
      order by d.pool_id, d.step_id`,
  },
  {
    // No foreign key says so: the writer alone decides, and pays for no key.
    name: "decisions.of-a-step",
    sql: `
      select d.pool_id, d.step_id, d.attempt, d.seq
      from pool.decisions d
        left join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
      where ${ofPool("d")} and s.step_id is null
      order by d.pool_id, d.step_id`,
  },
  {
    // What the engine is told of a step's claims is what the claims say.
    name: "claims.as-asked",
    sql: `
      select s.pool_id, s.step_id, s.ask_id, a.claims as told, k.claims
      from pool.steps s
        left join pool.asks a on a.pool_id = s.pool_id and a.ask_id = s.ask_id
        cross join lateral (
          select coalesce(jsonb_agg(jsonb_build_array(c.class_id, c.amount, c.count, c.scope, c.division_code, c.unit_id, c.together, c.slots, c.spread, c.purpose, to_jsonb(c.traits)) order by c.ordinal), '[]') as claims
          from pool.claims c
          where c.pool_id = s.pool_id and c.step_id = s.step_id
        ) k
      where ${ofPool("s")} and s.ask_id is not null
        and (a.ask_id is null or k.claims <> (
          select coalesce(jsonb_agg(jsonb_build_array(e -> 'classId', e -> 'amount', e -> 'count', e -> 'scope', e -> 'division', e -> 'unitId', e -> 'together', e -> 'slots', e -> 'spread', e -> 'purpose', e -> 'traits') order by n), '[]')
          from jsonb_array_elements(a.claims) with ordinality c (e, n)))
      order by s.pool_id, s.step_id`,
  },
];
