import { ofPool, type Check } from "../check.js";

export const drainChecks: readonly Check[] = [
  {
    // On days a resource is drained nothing of requests is held there that nobody has begun. What cannot be moved stays, and is
    // listed for whoever tells people: direct claims, and steps that hold a number set by law.
    name: "drains.nothing-unstarted-held",
    sql: `
      select w.pool_id, w.drain_id, a.resource_id, a.step_id, a.period
      from pool.drained_resources w
        join pool.drains d on d.pool_id = w.pool_id and d.drain_id = w.drain_id and d.lifted_at is null and d.kind <> 'cordon' and d.spares is null
        join pool.resources r on r.pool_id = w.pool_id and r.resource_id = w.resource_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        join pool.allocations a on a.pool_id = w.pool_id and a.resource_id = w.resource_id and a.state = 'held'
        join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id and s.attempt = a.attempt and s.state = 'ready' and s.request_id is not null
        cross join lateral (select case c.period when 'day' then a.period when 'slot' then a.period / 48 end as day) p
      where ${ofPool("w")} and w.asset_id is null
        and (p.day is null or (p.day >= d.from_day - date '1970-01-01' and (d.to_day is null or p.day <= d.to_day - date '1970-01-01')))
        and not exists (
          select from pool.allocations n
            join pool.resources f on f.pool_id = n.pool_id and f.resource_id = n.resource_id and (f.derived or f.total is not null)
            join pool.classes k on k.pool_id = f.pool_id and k.class_id = f.class_id and k.kind = 'function'
          where n.pool_id = a.pool_id and n.step_id = a.step_id and n.state = 'held')
        and not exists (
          select from pool.commands m
          where m.pool_id = w.pool_id and m.seq is null and m.command ->> 'kind' = 'resource.evacuated' and m.command ->> 'ground' = 'drain:' || w.drain_id)
      order by 1, 2, 3, 4`,
  },
  {
    // For each whom a drain moved three times are held at most, and none once one of them was chosen.
    name: "drains.alternatives-held",
    sql: `
      select x.pool_id, x.drain_id, x.step_id, count(*) filter (where d.state = 'held') as held, count(*) filter (where x.chosen_at is not null) as chosen
      from pool.drain_alternatives x join pool.direct_claims d on d.pool_id = x.pool_id and d.public_id = x.claim_id
      where ${ofPool("x")}
        and not exists (select from pool.commands m where m.pool_id = x.pool_id and m.seq is null and m.command ->> 'kind' in ('claim.released', 'claim.confirmed', 'step.picked'))
      group by 1, 2, 3
      having count(*) filter (where d.state = 'held') > 3 or count(*) filter (where x.chosen_at is not null) > 1
          or (count(*) filter (where x.chosen_at is not null) > 0 and count(*) filter (where d.state in ('held', 'confirmed')) > 0)
      order by 1, 2, 3`,
  },
];
