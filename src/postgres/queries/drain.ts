import type { Alternative, AtStake, Drain, DrainCounts, Drained, DrainedState, DrainKind, DrainNotice, Drains, DrainTarget, ToOffer } from "../../app/ports/drain.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { LocalDate } from "../../domain/instant.js";
import type { Kind } from "../../domain/pool/class.js";
import type { Sql } from "../connection.js";

interface DrainRow {
  readonly drain_id: number;
  readonly kind: DrainKind;
  readonly target_kind: DrainTarget;
  readonly target: string;
  readonly unit_id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly from_day: string;
  readonly to_day: string | null;
  readonly reason: string;
  readonly ground: string | null;
  readonly spares: Drain["spares"];
  readonly declared_by: string;
  readonly declared_at: Date;
  readonly lifted_by: string | null;
  readonly lifted_at: Date | null;
  readonly lifted_reason: string | null;
  readonly answered: boolean;
}

const drainOf = (row: DrainRow): Drain => ({
  id: row.drain_id,
  kind: row.kind,
  targetKind: row.target_kind,
  target: row.target,
  unitId: trusted(row.unit_id),
  unitNames: { zh: row.name_zh, en: row.name_en },
  from: row.from_day as LocalDate,
  to: row.to_day as LocalDate | null,
  reason: row.reason,
  ground: row.ground,
  spares: row.spares,
  declaredBy: row.declared_by,
  declaredAt: row.declared_at.getTime(),
  liftedBy: row.lifted_by,
  liftedAt: row.lifted_at?.getTime() ?? null,
  liftedReason: row.lifted_reason,
  answered: row.answered,
});

interface NoticeRow {
  readonly drain_id: number;
  readonly step_id: number;
  readonly step_name: string;
  readonly state: DrainedState;
  readonly public_id: string | null;
  readonly number: string | null;
  readonly item_zh: string | null;
  readonly item_en: string | null;
  readonly unit_id: string;
  readonly was_at: Date | null;
  readonly is_at: Date | null;
  readonly due_at: Date;
  readonly told_at: Date | null;
  readonly told_by: string | null;
  readonly told_how: string | null;
  readonly held: readonly Date[];
  readonly held_until: Date | null;
}

const noticeOf = (row: NoticeRow): DrainNotice => ({
  step: trusted(row.step_id),
  stepName: row.step_name,
  state: row.state,
  request: row.public_id === null ? null : { publicId: row.public_id, number: row.number ?? "", itemNames: { zh: row.item_zh ?? "", en: row.item_en ?? "" } },
  unitId: trusted(row.unit_id),
  wasAt: row.was_at?.getTime() ?? null,
  isAt: row.is_at?.getTime() ?? null,
  dueAt: row.due_at.getTime(),
  toldAt: row.told_at?.getTime() ?? null,
  toldBy: row.told_by,
  toldHow: row.told_how,
  held: row.held.map((start) => start.getTime()),
  heldUntil: row.held_until?.getTime() ?? null,
});

/** Whether what the allocation serves lies in the scope's places, and is of its items where it names some. */
const within = (sql: Sql, a: ReturnType<Sql>, scope: ReturnType<Sql>) => sql`(
  exists (
    with recursive up as (
      select k.division_code as code from pool.claims k where k.pool_id = ${a}.pool_id and k.claim_id = ${a}.claim_id
      union
      select v.parent_code from up join pool.divisions v on v.pool_id = ${a}.pool_id and v.code = up.code where v.parent_code is not null
    )
    select from up where ${scope} -> 'divisions' ? up.code)
  and (${scope} -> 'items' = '[]' or exists (
    select from pool.steps si join pool.requests qi on qi.pool_id = si.pool_id and qi.request_id = si.request_id
    where si.pool_id = ${a}.pool_id and si.step_id = ${a}.step_id and ${scope} -> 'items' ? qi.item_code)))`;

/** The day a period of the class `c` lies on; null: it has none. */
const dayOf = (sql: Sql) => sql`case c.period when 'day' then a.period when 'slot' then a.period / 48 end`;

export const drains = (sql: Sql, pool: PoolId): Drains => {
  const one = sql`
    select d.drain_id, d.kind, d.target_kind, d.target, d.unit_id, u.name_zh, u.name_en, d.from_day::text, d.to_day::text, d.reason, d.ground, d.spares,
           d.declared_by, d.declared_at, d.lifted_by, d.lifted_at, d.lifted_reason,
           not exists (
             select from pool.commands m
             where m.pool_id = ${pool} and m.seq is null and m.occurred_at >= d.declared_at
               and m.command ->> 'kind' in ('resource.evacuated', 'resource.declared')) as answered
    from pool.drains d join pool.units u on u.pool_id = d.pool_id and u.unit_id = d.unit_id
    where d.pool_id = ${pool}`;

  /**
   * How every step stands that a drain moved, and every unstarted hold that it could not. One row each; whose state is
   * `later`, `waits`, `refused` or `stays` must be told.
   */
  const standing = sql`
    moved as (
      select n.drain_id, n.step_id, n.was_at, n.told_at, n.told_by, n.told_how, d.starts_at as is_at,
             case
               when s.state not in ('ready', 'blocked') then 'over'
               when d.outcome = 'refused' then 'refused'
               when d.outcome is null then 'waits'
               when exists (
                 select from pool.drain_alternatives x
                 where x.pool_id = n.pool_id and x.drain_id = n.drain_id and x.step_id = n.step_id and x.chosen_at is not null and x.starts_at = d.starts_at) then 'chosen'
               when d.starts_at > greatest(n.was_at, n.moved_at) then 'later'
               else 'kept'
             end as state
      from pool.drain_notices n
        join pool.steps s on s.pool_id = n.pool_id and s.step_id = n.step_id
        left join pool.decisions d on d.pool_id = n.pool_id and d.step_id = n.step_id and d.attempt = s.attempt
      where n.pool_id = ${pool} and n.moved_at is not null
    ),
    stayed as (
      select distinct on (w.drain_id, a.step_id) w.drain_id, a.step_id, g.starts_at as was_at, n.told_at, n.told_by, n.told_how, g.starts_at as is_at, 'stays'::text as state
      from pool.drained_resources w
        join pool.drains d on d.pool_id = w.pool_id and d.drain_id = w.drain_id and d.lifted_at is null and d.kind <> 'cordon'
        join pool.resources r on r.pool_id = w.pool_id and r.resource_id = w.resource_id
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        join pool.allocations a on a.pool_id = w.pool_id and a.resource_id = w.resource_id and a.state = 'held'
        join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id and s.state = 'ready'
        left join pool.decisions g on g.pool_id = a.pool_id and g.step_id = a.step_id and g.attempt = a.attempt
        left join pool.drain_notices n on n.pool_id = w.pool_id and n.drain_id = w.drain_id and n.step_id = a.step_id
      where w.pool_id = ${pool} and w.asset_id is null
        -- What was given since was given under what holds since.
        and (d.spares is null or (g.decided_at <= d.declared_at and not ${within(sql, sql`a`, sql`d.spares`)}))
        and (${dayOf(sql)} is null or (${dayOf(sql)} >= d.from_day - date '1970-01-01' and (d.to_day is null or ${dayOf(sql)} <= d.to_day - date '1970-01-01')))
        and not exists (select from moved m where m.drain_id = w.drain_id and m.step_id = a.step_id)
      order by w.drain_id, a.step_id
    ),
    standing as (select * from moved union all select * from stayed)`;
  const mustBeTold = sql`(t.told_at is null and t.state in ('later', 'waits', 'refused', 'stays'))`;

  return {
    async list({ units, lifted }) {
      const rows = await sql<(DrainRow & { moved: number; kept: number; open: number })[]>`
        with ${standing},
        counted as (
          select t.drain_id, count(*) filter (where t.state <> 'stays') as moved, count(*) filter (where t.state = 'kept') as kept, count(*) filter (where ${mustBeTold}) as open
          from standing t group by 1
        )
        select o.*, coalesce(n.moved, 0)::int as moved, coalesce(n.kept, 0)::int as kept, coalesce(n.open, 0)::int as open
        from (${one}) o left join counted n using (drain_id)
        where true
          ${units === undefined ? sql`` : sql`and o.unit_id = any(${[...units]}::text[])`}
          ${lifted ? sql`` : sql`and o.lifted_at is null`}
        order by o.drain_id desc
        limit 500`;
      return rows.map((row): Drain & DrainCounts => ({ ...drainOf(row), moved: row.moved, kept: row.kept, open: row.open }));
    },
    async get(id) {
      const [row] = await sql<DrainRow[]>`${one} and d.drain_id = ${id}`;
      return row ? drainOf(row) : null;
    },
    async lock(id) {
      const [row] = await sql<DrainRow[]>`${one} and d.drain_id = ${id} for update of d`;
      return row ? drainOf(row) : null;
    },
    async inForce(kind, target) {
      const [row] = await sql<DrainRow[]>`${one} and d.target_kind = ${kind} and d.target = ${target} and d.lifted_at is null and d.spares is null`;
      return row ? drainOf(row) : null;
    },
    async covered(kind, target) {
      const rows = await sql<{ resource_id: number; code: string; kind: Kind; asset_id: number | null }[]>`
        select r.resource_id, r.code, c.kind, ${kind === "asset" ? sql`x.asset_id` : sql`null::int8`} as asset_id
        from pool.resources r
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
          ${kind === "asset" ? sql`join pool.assets x on x.pool_id = r.pool_id and x.resource_id = r.resource_id and x.code = ${target} and r.derived` : sql``}
        where r.pool_id = ${pool} and r.state = 'published'
          ${
            // Who is away serves nobody, borrowers neither.
            kind === "asset" ? sql`` : sql`and (${kind === "unit" ? sql`r.unit_id = ${target}` : sql`r.code = ${target}`} or r.lender_resource_id in (
              select o.resource_id from pool.resources o where o.pool_id = ${pool} and ${kind === "unit" ? sql`o.unit_id = ${target}` : sql`o.code = ${target}`}))`
          }
        order by r.resource_id`;
      return rows.map((row): Drained => ({ resource: trusted(row.resource_id), code: row.code, kind: row.kind, asset: row.asset_id === null ? null : trusted(row.asset_id) }));
    },
    async ofDrain(id) {
      const rows = await sql<{ resource_id: number; code: string; kind: Kind; asset_id: number | null }[]>`
        select w.resource_id, r.code, c.kind, w.asset_id
        from pool.drained_resources w
          join pool.resources r on r.pool_id = w.pool_id and r.resource_id = w.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        where w.pool_id = ${pool} and w.drain_id = ${id}
        order by w.resource_id`;
      return rows.map((row): Drained => ({ resource: trusted(row.resource_id), code: row.code, kind: row.kind, asset: row.asset_id === null ? null : trusted(row.asset_id) }));
    },
    async insert(drain, covered) {
      const [row] = await sql<{ drain_id: number }[]>`
        insert into pool.drains (pool_id, kind, target_kind, target, unit_id, from_day, to_day, reason, ground, spares, declared_by, declared_at)
        values (${pool}, ${drain.kind}, ${drain.targetKind}, ${drain.target}, ${drain.unitId}, ${drain.from}, ${drain.to}, ${drain.reason}, ${drain.ground}, ${drain.spares ? sql.json(drain.spares as never) : null}, ${drain.declaredBy}, ${new Date(drain.declaredAt)})
        returning drain_id`;
      const id = row?.drain_id ?? 0;
      await sql`
        insert into pool.drained_resources (pool_id, drain_id, resource_id, asset_id)
        select ${pool}, ${id}, * from unnest(${covered.map(({ resource }) => resource as number)}::int8[], ${covered.map(({ asset }) => asset as number | null)}::int8[])`;
      return id;
    },
    async lift(id, by, at, reason) {
      await sql`
        update pool.drains set lifted_by = ${by}, lifted_at = ${new Date(at)}, lifted_reason = ${reason}
        where pool_id = ${pool} and drain_id = ${id} and lifted_at is null`;
    },
    async atStake(resources, from, to, limit) {
      const rows = await sql<{ step_id: number; number: string; statutory_due_at: Date }[]>`
        select a.step_id, q.number, q.statutory_due_at
        from pool.allocations a
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
          join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id and s.state = 'ready'
          join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id and q.state in ('received', 'in_progress')
        where a.pool_id = ${pool} and a.state = 'held' and a.resource_id = any(${resources.map(Number)}::int8[])
          and (${dayOf(sql)} is null or (${dayOf(sql)} >= ${from} and ${to === null ? sql`true` : sql`${dayOf(sql)} <= ${to}`}))
        group by 1, 2, 3
        order by q.statutory_due_at, a.step_id
        limit ${limit}`;
      return rows.map((row): AtStake => ({ step: trusted(row.step_id), number: row.number, statutoryDueAt: row.statutory_due_at.getTime() }));
    },
    async awayOn(resource, day) {
      const rows = await sql<{ asset_id: number }[]>`
        select w.asset_id
        from pool.drained_resources w join pool.drains d on d.pool_id = w.pool_id and d.drain_id = w.drain_id and d.lifted_at is null and d.spares is null
        where w.pool_id = ${pool} and w.resource_id = ${resource} and w.asset_id is not null
          and d.from_day - date '1970-01-01' <= ${day} and (d.to_day is null or d.to_day - date '1970-01-01' >= ${day})`;
      return rows.map(({ asset_id }) => trusted(asset_id));
    },
    async heldWithin(resource, scope) {
      const rows = await sql<{ step_id: number }[]>`
        select distinct a.step_id
        from pool.allocations a join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id and s.state = 'ready' and s.request_id is not null
        where a.pool_id = ${pool} and a.resource_id = ${resource} and a.state = 'held' and ${within(sql, sql`a`, sql`${sql.json(scope as never)}::jsonb`)}
        order by 1`;
      return rows.map(({ step_id }) => trusted(step_id));
    },
    async begunBy(person, resource) {
      const rows = await sql<{ public_id: string; step_id: number }[]>`
        select distinct q.public_id::text, s.step_id
        from pool.steps s
          join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
          join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt and a.state = 'held'
        where s.pool_id = ${pool} and s.state = 'working' and s.started_by = ${person} and a.resource_id = ${resource}
        order by s.step_id`;
      return rows.map((row) => ({ publicId: row.public_id, step: trusted(row.step_id) }));
    },
    async notices(id, limit) {
      const rows = await sql<NoticeRow[]>`
        with ${standing}
        select t.drain_id, t.step_id, s.name as step_name, t.state, q.public_id::text, q.number, i.name_zh as item_zh, i.name_en as item_en,
               coalesce(q.unit_id, (select k.unit_id from pool.claims k where k.pool_id = s.pool_id and k.step_id = s.step_id order by k.ordinal limit 1)) as unit_id,
               t.was_at, t.is_at, s.due_at, t.told_at, t.told_by, t.told_how, coalesce(h.held, '{}') as held, h.held_until
        from standing t
          join pool.steps s on s.pool_id = ${pool} and s.step_id = t.step_id
          left join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
          left join pool.items i on i.pool_id = q.pool_id and i.item_code = q.item_code and i.version = q.item_version
          left join lateral (
            select array_agg(x.starts_at order by x.starts_at) filter (where c.state = 'held' and x.chosen_at is null) as held, max(c.hold_until) filter (where c.state in ('held', 'expired')) as held_until
            from pool.drain_alternatives x join pool.direct_claims c on c.pool_id = x.pool_id and c.public_id = x.claim_id
            where x.pool_id = ${pool} and x.drain_id = t.drain_id and x.step_id = t.step_id) h on true
        where t.drain_id = ${id}
        order by not ${mustBeTold}, s.due_at, t.step_id
        limit ${limit}`;
      return rows.map(noticeOf);
    },
    async toOffer(limit, alternatives) {
      // Asked every second by every process, and nearly always nobody is to be told: planning what follows costs a hundred times this.
      const [any] = await sql`
        select from pool.drains d
        where d.pool_id = ${pool} and d.lifted_at is null and d.kind <> 'cordon'
          and exists (select from pool.drain_notices n where n.pool_id = d.pool_id and n.drain_id = d.drain_id and n.told_at is null)
        limit 1`;
      if (!any) return [];
      const rows = await sql<{ drain_id: number; step_id: number; number: string; was_at: Date; is_at: Date | null }[]>`
        select n.drain_id, n.step_id, q.number, n.was_at, g.starts_at as is_at
        from pool.drains d
          join pool.drain_notices n on n.pool_id = d.pool_id and n.drain_id = d.drain_id and n.moved_at is not null and n.was_at is not null and n.told_at is null
          join pool.steps s on s.pool_id = n.pool_id and s.step_id = n.step_id and s.state = 'ready' and s.stage in ('accept', 'inspect')
          join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id and q.state in ('received', 'in_progress')
          left join pool.decisions g on g.pool_id = s.pool_id and g.step_id = s.step_id and g.attempt = s.attempt
          left join lateral (
            select count(*) filter (where c.state in ('asked', 'held')) as open, count(*) filter (where c.state not in ('asked', 'held', 'refused')) as over, count(*) as tried
            from pool.drain_alternatives x join pool.direct_claims c on c.pool_id = x.pool_id and c.public_id = x.claim_id
            where x.pool_id = n.pool_id and x.step_id = n.step_id and x.offered_at >= n.moved_at) x on true
        where d.pool_id = ${pool} and d.lifted_at is null and d.kind <> 'cordon'
          and (g.outcome is null or (g.outcome = 'granted' and g.starts_at > greatest(n.was_at, n.moved_at)))
          -- What was answered by an expiry or a choice is not asked again; what could not be had is, a few times.
          and x.open < ${alternatives} and x.over = 0 and x.tried < 3 * ${alternatives}
          and exists (
            select from pool.claims k join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
            where k.pool_id = s.pool_id and k.step_id = s.step_id and c.period = 'slot')
          and not exists (
            select from pool.commands m where m.pool_id = ${pool} and m.seq is null and m.command ->> 'kind' = 'resource.evacuated')
        order by s.due_at, n.step_id, n.drain_id
        limit ${limit}`;
      return rows.map((row): ToOffer => ({ drain: row.drain_id, step: trusted(row.step_id), number: row.number, wasAt: row.was_at.getTime(), isAt: row.is_at?.getTime() ?? null }));
    },
    async alternatives(step) {
      const rows = await sql<{ drain_id: number; claim_id: string; held_by: number; starts_at: Date; hold_until: Date; state: Alternative["state"]; was_at: Date | null }[]>`
        select x.drain_id, x.claim_id::text, c.step_id as held_by, x.starts_at, coalesce(c.hold_until, x.starts_at) as hold_until,
               case when x.chosen_at is not null then 'chosen' when c.state in ('asked', 'held') then c.state else 'over' end as state, n.was_at
        from pool.drain_alternatives x
          join pool.direct_claims c on c.pool_id = x.pool_id and c.public_id = x.claim_id
          left join pool.drain_notices n on n.pool_id = x.pool_id and n.drain_id = x.drain_id and n.step_id = x.step_id
        where x.pool_id = ${pool} and x.step_id = ${step}
        order by x.starts_at, x.claim_id`;
      return rows.map((row): Alternative => ({ drain: row.drain_id, claimId: row.claim_id, heldBy: trusted(row.held_by), startsAt: row.starts_at.getTime(), until: row.hold_until.getTime(), state: row.state, wasAt: row.was_at?.getTime() ?? null }));
    },
    async addAlternative({ drain, step }, claimId, startsAt, at) {
      await sql`
        insert into pool.drain_alternatives (pool_id, claim_id, drain_id, step_id, starts_at, offered_at)
        values (${pool}, ${claimId}::uuid, ${drain}, ${step}, ${new Date(startsAt)}, ${new Date(at)})`;
    },
    async choose(claimId, at) {
      await sql`update pool.drain_alternatives set chosen_at = ${new Date(at)} where pool_id = ${pool} and claim_id = ${claimId}::uuid`;
    },
    async leftOver(limit) {
      const rows = await sql<{ claim_id: string }[]>`
        select x.claim_id::text
        from pool.direct_claims c
          join pool.drain_alternatives x on x.pool_id = c.pool_id and x.claim_id = c.public_id and x.chosen_at is null
          join pool.steps s on s.pool_id = x.pool_id and s.step_id = x.step_id
          join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
        where c.pool_id = ${pool} and c.state in ('asked', 'held') and (s.state <> 'ready' or q.state not in ('received', 'in_progress'))
        order by 1
        limit ${limit}`;
      return rows.map(({ claim_id }) => claim_id);
    },
    async tell(id, step, by, at, how) {
      await sql`
        insert into pool.drain_notices (pool_id, drain_id, step_id, attempt, moved_at, told_by, told_at, told_how)
        select ${pool}, ${id}, s.step_id, s.attempt, null, ${by}, ${new Date(at)}, ${how}
        from pool.steps s where s.pool_id = ${pool} and s.step_id = ${step}
        on conflict (pool_id, drain_id, step_id) do update set told_by = excluded.told_by, told_at = excluded.told_at, told_how = excluded.told_how`;
    },
  };
};
