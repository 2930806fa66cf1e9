import { ofPool, type Check } from "../check.js";

export const sequenceChecks: readonly Check[] = [
  {
    // Each number of the writer belongs to one command, one decision or the closings of one batch; none is left out.
    name: "sequence.each-number-once",
    sql: `
      with used as (
        select pool_id, seq, 'command' as by from pool.commands c where seq is not null and ${ofPool("c")}
        union all
        select pool_id, seq, 'decision' from pool.decisions d where ${ofPool("d")}
        union all
        select distinct pool_id, seq, 'closings' from pool.movement_pages m where ${ofPool("m")}
      ),
      expected as (
        select w.pool_id, n as seq
        from pool.writers w cross join lateral generate_series(1, w.last_seq) n
        where ${ofPool("w")}
      )
      select pool_id, seq, count(u.by) as uses, string_agg(u.by, ' + ' order by u.by) as by
      from expected e full join used u using (pool_id, seq)
      group by pool_id, seq
      having count(u.by) <> 1 or bool_or(e.seq is null)
      order by pool_id, seq`,
  },
  {
    // What a batch numbers is in the order of time.
    name: "sequence.time-goes-forward",
    sql: `
      with dated as (
        select pool_id, seq, decided_at as at from pool.decisions d where ${ofPool("d")}
        union all
        select distinct pool_id, seq, occurred_at from pool.movement_pages m where ${ofPool("m")}
      ),
      paired as (select *, lag(at) over (partition by pool_id order by seq) as before from dated)
      select pool_id, seq, at, before from paired where at < before order by pool_id, seq`,
  },
];
