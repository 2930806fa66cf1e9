import { trusted, type PoolId, type ResourceId, type StepId } from "../../domain/id.js";
import type { Barred, HeldAllocation, StepAsk } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";

export type BarredByStep = ReadonlyMap<StepId, readonly Barred[]>;

/** Steps asked about: all that stand ready, or those named. */
type Which = readonly StepId[] | "ready";

/**
 * The persons who take no part in each step, with the ground: `own-case` they applied, filed it, or may act for the
 * enterprise · `recusal` on the list for the applicant, the enterprise or the request · `separation` they worked a step
 * this one is kept apart from. A recusal binds from its declaration: what is given out today may be worked on the day
 * it begins.
 */
const personsOut = (sql: Sql, pool: PoolId, which: Which) => sql`
  asked as (
    select s.step_id, s.request_id, s.not_by, r.applicant_id, r.filed_by, r.enterprise_code
    from pool.steps s
      join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
    where s.pool_id = ${pool} and ${which === "ready" ? sql`s.state = 'ready'` : sql`s.step_id = any(${which.map(Number)}::int8[])`}
  ),
  out as (
    select step_id, applicant_id as person_id, 'own-case' as ground from asked
    union all
    select step_id, filed_by, 'own-case' from asked where filed_by <> applicant_id
    union all
    select a.step_id, m.person_id, 'own-case'
    from asked a join identity.mandates m on m.enterprise_code = a.enterprise_code and m.revoked_at is null
    union all
    select a.step_id, c.officer_id, 'recusal'
    from asked a
      join pool.recusals c on c.pool_id = ${pool} and c.withdrawn_at is null
        and (c.valid_to is null or c.valid_to > (select coalesce(clock_at, clock_timestamp()) from pool.pools where pool_id = ${pool}))
        and (c.subject_person_id = a.applicant_id or c.enterprise_code = a.enterprise_code or c.request_id = a.request_id)
    union all
    select a.step_id, w.person_id, 'separation'
    from (select * from asked where not_by <> '{}') a
      join pool.steps e on e.pool_id = ${pool} and e.request_id = a.request_id and e.name = any(a.not_by)
      cross join lateral (
        select e.started_by as person_id
        union
        select e.ended_by
        union
        -- Who was given the work, where nobody said who began it.
        select coalesce(d.person_id, x.person_id)
        from pool.allocations g
          join pool.resources r on r.pool_id = g.pool_id and r.resource_id = g.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.per = 'asset'
          join pool.assets x on x.pool_id = g.pool_id and x.resource_id = coalesce(r.lender_resource_id, r.resource_id)
          left join pool.deputies d on d.pool_id = x.pool_id and d.step_id = e.step_id and d.asset_id = x.asset_id
        where e.started_by is null and g.pool_id = e.pool_id and g.step_id = e.step_id and g.attempt = e.attempt
      ) w
    where w.person_id is not null
  )`;

interface Row {
  step_id: number;
  resource_id: number;
  ground: Barred["ground"];
}

/**
 * How often a kept plan is asked before it is made anew: tables grow, and one made for empty ones may use a poor index. Odd, so
 * that it comes to each of two connections in turn.
 */
const PLAN_KEPT_FOR = 31;
/** Nested loops alone, since they are as right when there is more than there was. */
const KEPT_PLAN = "set local plan_cache_mode = force_generic_plan; set local enable_hashjoin = off";

/**
 * Who takes no part, for the steps of one turn after another. To plan the question costs several times what its answer
 * does, so the plan is kept for a while.
 */
export class BarredReader {
  #asked = 0;

  constructor(private readonly pool: PoolId) {}

  async of(sql: Sql, steps: readonly StepId[]): Promise<BarredByStep> {
    if (steps.length === 0) return new Map();
    const settings = this.#asked % PLAN_KEPT_FOR === 0 ? `discard plans; ${KEPT_PLAN}` : KEPT_PLAN;
    this.#asked += 1;
    return (await sql.begin("read only", async (t) => {
      const own = t as unknown as Sql;
      const [, barred] = await Promise.all([own.unsafe(settings).simple().execute(), readBarred(own, this.pool, steps)]);
      return barred;
    })) as BarredByStep;
  }
}

/**
 * The resources whose every officer takes no part in a step: a post is its holder's, or its deputy's for this step. A
 * post nobody holds keeps nobody out, and neither does a team's time: there the officer who begins is looked at.
 */
export async function readBarred(sql: Sql, pool: PoolId, which: Which): Promise<BarredByStep> {
  const rows = await sql<Row[]>`
    with ${personsOut(sql, pool, which)},
    seats as not materialized (
      select a.asset_id, a.resource_id, a.person_id
      from pool.assets a
        join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id and r.state = 'published'
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.per = 'asset'
      where a.pool_id = ${pool} and a.state = 'in-service'
      union all
      -- What is borrowed is worked by the lender's officers.
      select a.asset_id, r.resource_id, a.person_id
      from pool.assets a
        join pool.resources r on r.pool_id = a.pool_id and r.lender_resource_id = a.resource_id and r.state = 'published'
        join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.per = 'asset'
      where a.pool_id = ${pool} and a.state = 'in-service'
    ),
    barred as (
      select o.step_id, x.resource_id, x.asset_id, o.ground
      from out o
        join seats x on x.person_id = o.person_id
      where not exists (select from pool.deputies d where d.pool_id = ${pool} and d.step_id = o.step_id and d.asset_id = x.asset_id)
      union
      select o.step_id, x.resource_id, x.asset_id, o.ground
      from out o
        join pool.deputies d on d.pool_id = ${pool} and d.step_id = o.step_id and d.person_id = o.person_id
        join seats x on x.asset_id = d.asset_id
    )
    select b.step_id, b.resource_id, min(b.ground) as ground
    from barred b
    group by b.step_id, b.resource_id
    having count(distinct b.asset_id) = (select count(*) from seats x where x.resource_id = b.resource_id)
    order by b.step_id, b.resource_id`;
  const found = new Map<StepId, Barred[]>();
  for (const { step_id, resource_id, ground } of rows) {
    const step = trusted<StepId>(step_id);
    const one: Barred = { resource: trusted<ResourceId>(resource_id), ground };
    const of = found.get(step);
    if (of) of.push(one);
    else found.set(step, [one]);
  }
  return found;
}

/** Why the person takes no part in the step, by ground; empty: they may. */
export async function groundsAgainst(sql: Sql, pool: PoolId, step: StepId, person: string): Promise<readonly Barred["ground"][]> {
  const rows = await sql<{ ground: Barred["ground"] }[]>`
    with ${personsOut(sql, pool, [step])}
    select distinct ground from out where person_id = ${person} order by ground`;
  return rows.map(({ ground }) => ground);
}

export const withBarred = (steps: readonly StepAsk[], barred: BarredByStep): readonly StepAsk[] =>
  barred.size === 0 ? steps : steps.map((step) => (barred.has(step.id) ? { ...step, barred: barred.get(step.id)! } : step));

/** Allocations of one step share its ask, and go on sharing it. */
export function heldWithBarred(held: readonly HeldAllocation[], barred: BarredByStep): readonly HeldAllocation[] {
  if (barred.size === 0) return held;
  const asks = new Map<StepId, StepAsk>();
  return held.map((one) => {
    const out = barred.get(one.step.id);
    if (!out) return one;
    const step = asks.get(one.step.id) ?? { ...one.step, barred: out };
    asks.set(step.id, step);
    return { ...one, step };
  });
}

/** Steps that untaken commands say others take no part in now. */
export async function stepsBarredAnew(sql: Sql, pool: PoolId): Promise<StepId[]> {
  const rows = await sql<{ step_id: number }[]>`
    select distinct jsonb_array_elements_text(command -> 'steps')::int8 as step_id
    from pool.commands
    where pool_id = ${pool} and seq is null and command ->> 'kind' = 'persons.barred'`;
  return rows.map(({ step_id }) => trusted<StepId>(step_id));
}

/** Steps that stand ready in which the person takes no part. */
export async function readyStepsOut(sql: Sql, pool: PoolId, person: string): Promise<StepId[]> {
  const rows = await sql<{ step_id: number }[]>`
    with ${personsOut(sql, pool, "ready")}
    select distinct step_id from out where person_id = ${person} order by step_id`;
  return rows.map(({ step_id }) => trusted<StepId>(step_id));
}

/** Posts of the unit behind what the step asks whose holder takes no part in it: those a deputy may be named for. */
export async function barredPosts(sql: Sql, pool: PoolId, step: StepId, unit: string): Promise<{ assetId: number; code: string }[]> {
  const rows = await sql<{ asset_id: number; code: string }[]>`
    with ${personsOut(sql, pool, [step])}
    select a.asset_id, a.code
    from pool.assets a
      join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id and r.state = 'published'
      join pool.claims k on k.pool_id = a.pool_id and k.step_id = ${step} and k.class_id = r.class_id and k.traits <@ r.traits
      left join pool.deputies d on d.pool_id = a.pool_id and d.step_id = ${step} and d.asset_id = a.asset_id
    where a.pool_id = ${pool} and a.unit_id = ${unit} and a.state = 'in-service'
      and coalesce(d.person_id, a.person_id) in (select person_id from out)
    group by a.asset_id, a.code
    order by a.code`;
  return rows.map(({ asset_id, code }) => ({ assetId: asset_id, code }));
}
