import { ofPool, type Check } from "../check.js";

/** Versions that were approved, with the first day without them as it stood when something was granted. */
const GRANTED = `
  select a.pool_id, a.allocation_id_text, a.resource_id, a.period, a.step_id, d.decided_at, r.unit_id, r.class_id, r.traits, c.kind, c.act,
         date '1970-01-01' + a.period / case c.period when 'slot' then 48 else 1 end as day
  from (select pool_id, claim_id || '/' || attempt as allocation_id_text, resource_id, period, step_id, attempt, state from pool.allocations) a
    join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
    join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id and u.kind = 'supplier'
    join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
    join pool.decisions d on d.pool_id = a.pool_id and d.step_id = a.step_id and d.attempt = a.attempt
  where a.state in ('held', 'settled') and ${ofPool("a")}`;

export const agreementChecks: readonly Check[] = [
  {
    // What enterprises and associations gave was bought when it was given: in its term, at its places, for its items, for acts that decide nothing.
    name: "agreements.inside-term-and-scope",
    sql: `
      with recursive given as (${GRANTED}),
      places as (
        select distinct g.pool_id, k.division_code as place, k.division_code as code
        from given g join pool.claims k on k.pool_id = g.pool_id and k.step_id = g.step_id
        union
        select p.pool_id, p.place, v.parent_code
        from places p join pool.divisions v on v.pool_id = p.pool_id and v.code = p.code
        where v.parent_code is not null
      )
      select g.pool_id, g.allocation_id_text as allocation, g.unit_id, g.class_id, g.day, g.decided_at
      from given g
      where g.act = 'deciding' or g.kind not in ('staff', 'material') or not exists (
        select 1
        from pool.agreements v
          join pool.agreement_classes w on w.pool_id = v.pool_id and w.agreement_id = v.agreement_id and w.version = v.version and w.class_id = g.class_id
          join pool.claims k on k.pool_id = v.pool_id and k.step_id = g.step_id and k.claim_id::text = split_part(g.allocation_id_text, '/', 1)
          left join pool.steps s on s.pool_id = v.pool_id and s.step_id = g.step_id
          left join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
        where v.pool_id = g.pool_id and v.provider_unit_id = g.unit_id
          and v.approved_at <= g.decided_at and (v.closed_at is null or g.decided_at < v.closed_at)
          and g.day >= v.from_day and g.day < v.until_day
          and k.scope = 'pool' and k.unit_id <> g.unit_id
          and exists (select 1 from places p where p.pool_id = g.pool_id and p.place = k.division_code and v.content -> 'divisions' ? p.code)
          and (v.content -> 'items' = '[]' or v.content -> 'items' ? q.item_code))
      order by g.pool_id, allocation, g.day`,
  },
  {
    // Two persons agreed to it, and of one provider's class one agreement holds.
    name: "agreements.two-persons-and-one-each",
    sql: `
      select v.pool_id, v.agreement_id, v.version, v.state, v.proposed_by, v.approved_by, w.class_id
      from pool.agreements v
        join pool.agreement_classes w on w.pool_id = v.pool_id and w.agreement_id = v.agreement_id and w.version = v.version
        join pool.units u on u.pool_id = v.pool_id and u.unit_id = v.provider_unit_id
      where ${ofPool("v")} and (
        (v.approved_by = v.proposed_by and v.proposed_by not like 'system:%')
        or w.living <> (v.state in ('active', 'suspended')) or w.provider_unit_id <> v.provider_unit_id or u.kind <> 'supplier')
      order by v.pool_id, v.agreement_id, v.version, w.class_id`,
  },
];
