import { ofPool, type Check } from "../check.js";

export const numberChecks: readonly Check[] = [
  {
    // An authority is a gate: a number limits it only where a law sets one.
    name: "numbers.set-by-law",
    sql: `
      select r.pool_id, r.code, r.class_id, r.total, r.number_basis
      from pool.resources r
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.kind = 'function'
      where ${ofPool("r")} and r.state <> 'retired' and (r.total is not null or r.derived) and coalesce(r.number_basis, '') = ''
      order by r.pool_id, r.code`,
  },
  {
    // What law keeps with the competent organ is in nobody else's hands.
    name: "delegations.not-kept-by-law",
    sql: `
      select g.pool_id, g.delegation_id, g.class_id, g.from_unit_id, g.to_unit_id
      from pool.delegations g
        join pool.classes c on c.pool_id = g.pool_id and c.class_id = g.class_id and c.non_delegable is not null
        join pool.pools p on p.pool_id = g.pool_id
      where ${ofPool("g")} and g.withdrawn_at is null and (g.valid_to is null or g.valid_to > coalesce(p.clock_at, clock_timestamp()))
      order by g.pool_id, g.delegation_id`,
  },
  {
    // What went back has an act behind it that says who, when and on what basis; and each such act gave all of it back, once
    // its command is numbered.
    name: "numbers.annulled-on-record",
    sql: `
      with given_back as (
        select a.pool_id, a.step_id,
               count(*) filter (where a.state = 'annulled') as annulled,
               count(*) filter (where a.state = 'settled' and c.kind = 'function' and (x.total is not null or x.derived)) as kept,
               count(*) filter (where a.state = 'annulled' and c.kind <> 'function') as of_another_kind
        from pool.allocations a
          join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
          join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id
        where ${ofPool("a")} and (a.state = 'annulled' or exists (select from pool.annulments n where n.pool_id = a.pool_id and n.step_id = a.step_id))
        group by 1, 2
      ),
      acts as (
        select n.pool_id, n.step_id, n.annulled_at
        from pool.annulments n
        where ${ofPool("n")}
          and not exists (
            select from pool.commands k
            where k.pool_id = n.pool_id and k.seq is null and k.command ->> 'kind' = 'number.annulled' and (k.command ->> 'step')::int8 = n.step_id)
      )
      select pool_id, step_id, g.annulled, g.kept, g.of_another_kind, t.annulled_at
      from given_back g full join acts t using (pool_id, step_id)
      where (t.step_id is null and g.annulled > 0)
         or (t.step_id is not null and (coalesce(g.annulled, 0) = 0 or g.kept > 0))
         or g.of_another_kind > 0
      order by pool_id, step_id`,
  },
];
