import type { OrderBook, PlacedStep } from "../../app/ports/order.js";
import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { PassingGround } from "../../domain/pool/order.js";
import type { Sql } from "../connection.js";

/** Decisions looked at for whom they passed, newest first: bounds what a page costs, however long the queue is. */
const DECISIONS_MAX = 2_000;

const ms = (sql: Sql, column: string) => sql`(extract(epoch from ${sql(column)}) * 1000)::int8`;

export const orderBook = (sql: Sql, pool: PoolId): OrderBook => ({
  async placed(publicId) {
    return await sql<PlacedStep[]>`
      select r.public_id as "requestPublicId", r.number, r.item_code as item, r.item_version as "itemVersion",
        jsonb_build_object('zh', i.name_zh, 'en', i.name_en) as "itemNames", jsonb_build_object('zh', u.name_zh, 'en', u.name_en) as "unitNames",
        s.step_id as id, s.name, s.state, s.attempt, (extract(epoch from coalesce(s.ranks_due_at, s.due_at)) * 1000)::int8 as "dueAt", ${ms(sql, "s.arrived_at")} as "arrivedAt", ${ms(sql, "s.ready_at")} as "readyAt",
        s.expected_minutes as "expectedMinutes",
        case when s.priority_ground is not null then jsonb_build_object('ground', s.priority_ground, 'minutes', s.priority_minutes) end as priority,
        needs.classes,
        case when d.seq is not null then jsonb_build_object('outcome', d.outcome, 'seq', d.seq, 'decidedAt', ${ms(sql, "d.decided_at")}, 'policyVersion', d.policy_version,
          'orderKey', d.order_key,
          'passed', case when d.passed_step_id is not null then jsonb_build_object('step', d.passed_step_id, 'ground', d.passed_ground) end) end as decision
      from pool.requests r
        join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
        join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id
        join lateral (
          select jsonb_agg(distinct jsonb_build_object('id', c.class_id, 'names', jsonb_build_object('zh', c.name_zh, 'en', c.name_en))) as classes
          from pool.claims k join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
          where k.pool_id = s.pool_id and k.step_id = s.step_id) needs on needs.classes is not null
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
      where r.pool_id = ${pool} and r.public_id = ${publicId}::uuid
      order by s.ordinal`;
  },

  async passesOf(step, key) {
    // The newest decisions by their own index first, and the conditions on those alone: whatever was decided since, the cost is bounded.
    const rows = await sql<{ ground: PassingGround | null; count: number; oldest: number; ready: number }[]>`
      with mine as (
        select s.step_id, ${ms(sql, "s.arrived_at")} as arrived, coalesce(s.ready_at, s.arrived_at) as ready_at,
          array(select k.class_id from pool.claims k where k.pool_id = s.pool_id and k.step_id = s.step_id) as classes
        from pool.steps s where s.pool_id = ${pool} and s.step_id = ${step}
      ), newest as (
        select d.step_id, d.decided_at, d.order_key, d.passed_ground
        from pool.decisions d where d.pool_id = ${pool} order by d.seq desc limit ${DECISIONS_MAX}
      ), passing as (
        select n.passed_ground as ground
        from newest n, mine
        where n.passed_ground is not null and n.decided_at >= mine.ready_at and n.order_key > ${key} and n.step_id <> mine.step_id
          and exists (select from pool.claims k where k.pool_id = ${pool} and k.step_id = n.step_id and k.class_id = any(mine.classes))
      )
      select p.ground, p.count, ${ms(sql, "bounds.ready_at")} as ready, coalesce(${ms(sql, "bounds.oldest")}, 0) as oldest
      from (select mine.ready_at, case when (select count(*) from newest) = ${DECISIONS_MAX} then (select min(decided_at) from newest) end as oldest from mine) bounds
        left join (select ground, count(*) as count from passing group by ground) p on true
      order by p.ground`;
    return {
      from: Math.max(rows[0]?.ready ?? 0, rows[0]?.oldest ?? 0),
      grounds: rows.flatMap(({ ground, count }) => (ground === null ? [] : [{ ground, count }])),
    };
  },

  async groundNames(codes) {
    const rows = await sql<{ code: string; names: Names }[]>`
      select code, jsonb_build_object('zh', name_zh, 'en', name_en) as names from pool.priority_classes where pool_id = ${pool} and code = any(${[...codes]}::text[])`;
    return new Map(rows.map(({ code, names }) => [code, names]));
  },
});
