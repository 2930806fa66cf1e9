import { pageOf } from "../../app/ports/page.js";
import type { Plans, StoredPlan } from "../../app/ports/plan.js";
import { trusted, type PersonId, type PoolId } from "../../domain/id.js";
import type { KeptPlanState, PlanContent, PlanMark } from "../../domain/rebalance/plan.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";
import { planEffects } from "./plan-effect.js";

interface PlanRow {
  readonly plan_id: number;
  readonly state: KeptPlanState;
  readonly content: PlanContent;
  readonly content_hash: string;
  readonly generation: string;
  readonly drafted_by: string;
  readonly drafted_at: Date;
  readonly proposed_by: string | null;
  readonly proposed_at: Date | null;
  readonly expires_at: Date | null;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly applied_by: string | null;
  readonly applied_at: Date | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly closed_reason: string | null;
  readonly trial_id: string | null;
  readonly trial_hash: string | null;
  readonly consents: readonly { readonly unit: string; readonly by: string; readonly at: string }[];
}

const mark = (by: string | null, at: Date | null): PlanMark | null => (by === null || at === null ? null : { by: trusted<PersonId>(by), at: at.getTime() });

function planOf(row: PlanRow): StoredPlan {
  const closed = mark(row.closed_by, row.closed_at);
  return {
    id: row.plan_id,
    state: row.state,
    content: row.content,
    hash: row.content_hash,
    generation: Number(row.generation),
    drafted: { by: trusted<PersonId>(row.drafted_by), at: row.drafted_at.getTime() },
    proposed: mark(row.proposed_by, row.proposed_at),
    expiresAt: row.expires_at?.getTime() ?? null,
    consents: row.consents.map(({ unit, by, at }) => ({ unitId: trusted(unit), by: trusted<PersonId>(by), at: Date.parse(at) })),
    approved: mark(row.approved_by, row.approved_at),
    applied: mark(row.applied_by, row.applied_at),
    closed: closed && { ...closed, reason: row.closed_reason },
    trial: row.trial_id === null || row.trial_hash === null ? null : { whatIf: row.trial_id, hash: row.trial_hash },
  };
}

export function plans(sql: Sql, pool: PoolId): Plans {
  const here = (id: number) => sql`pool_id = ${pool} and plan_id = ${id}`;
  const columns = sql`
    p.plan_id, p.state, p.content, p.content_hash, p.generation, p.drafted_by, p.drafted_at, p.proposed_by, p.proposed_at, p.expires_at,
    p.approved_by, p.approved_at, p.applied_by, p.applied_at, p.closed_by, p.closed_at, p.closed_reason, p.trial_id, p.trial_hash,
    (select coalesce(jsonb_agg(jsonb_build_object('unit', c.unit_id, 'by', c.consented_by, 'at', c.consented_at) order by c.consented_at, c.unit_id), '[]')
     from pool.plan_consents c where c.pool_id = p.pool_id and c.plan_id = p.plan_id and c.content_hash = p.content_hash) as consents`;
  const one = async (id: number, lock: boolean): Promise<StoredPlan | null> => {
    // Beyond the column there is no plan.
    if (!Number.isInteger(id) || id < 1 || id > 2_147_483_647) return null;
    // Locked first: a row whose lock was waited for would still show the consents of before.
    if (lock) await sql`select 1 from pool.plans where ${here(id)} for update`;
    const [row] = await sql<PlanRow[]>`select ${columns} from pool.plans p where p.pool_id = ${pool} and p.plan_id = ${id}`;
    return row ? planOf(row) : null;
  };
  return {
    async insert({ content, hash, by, at }) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`plans of ${pool}`}, 0))`;
      const [row] = await sql<{ plan_id: number }[]>`
        insert into pool.plans (pool_id, plan_id, state, content, content_hash, drafted_by, drafted_at)
        select ${pool}, coalesce(max(plan_id), 0) + 1, 'draft', ${sql.json(content as never)}, ${hash}, ${by}, ${new Date(at)}
        from pool.plans where pool_id = ${pool}
        returning plan_id`;
      return row!.plan_id;
    },
    get: (id) => one(id, false),
    lock: (id) => one(id, true),
    async list({ state }, { limit, after }) {
      const [before] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<PlanRow[]>`
        select ${columns} from pool.plans p
        where p.pool_id = ${pool} ${state === undefined ? sql`` : sql`and p.state = ${state}`} ${before === undefined ? sql`` : sql`and p.plan_id < ${before}::bigint`}
        order by p.plan_id desc limit ${limit + 1}`;
      return pageOf(rows.map(planOf), limit, ({ id }) => cursorOf(id));
    },
    async open(now) {
      const rows = await sql<PlanRow[]>`
        select ${columns} from pool.plans p
        where p.pool_id = ${pool} and p.state in ('proposed', 'consented', 'approved') and p.expires_at > ${new Date(now)} order by p.plan_id`;
      return rows.map(planOf);
    },
    async edit(id, content, hash) {
      await sql`update pool.plans set content = ${sql.json(content as never)}, content_hash = ${hash}, generation = generation + 1 where ${here(id)} and state = 'draft'`;
    },
    async propose(id, content, hash, { by, at }, expiresAt) {
      await sql`
        update pool.plans set state = 'proposed', content = ${sql.json(content as never)}, content_hash = ${hash}, proposed_by = ${by}, proposed_at = ${new Date(at)}, expires_at = ${new Date(expiresAt)}
        where ${here(id)}`;
    },
    async consent(id, unit, hash, { by, at }, state) {
      await sql`
        insert into pool.plan_consents (pool_id, plan_id, unit_id, consented_by, consented_at, content_hash)
        values (${pool}, ${id}, ${unit}, ${by}, ${new Date(at)}, ${hash})`;
      await sql`update pool.plans set state = ${state} where ${here(id)}`;
    },
    async approve(id, hash, { by, at }) {
      await sql`update pool.plans set state = 'approved', approved_by = ${by}, approved_at = ${new Date(at)}, approved_hash = ${hash} where ${here(id)}`;
    },
    async apply(id, { by, at }) {
      await sql`update pool.plans set state = 'applied', applied_by = ${by}, applied_at = ${new Date(at)} where ${here(id)}`;
    },
    async close(id, as, reason, { by, at }) {
      await sql`update pool.plans set state = ${as}, closed_by = ${by}, closed_at = ${new Date(at)}, closed_reason = ${reason} where ${here(id)}`;
    },
    async setTrial(id, { whatIf, hash }) {
      await sql`update pool.plans set trial_id = ${whatIf}::uuid, trial_hash = ${hash} where ${here(id)}`;
    },
    async triedWith(whatIf) {
      const [row] = await sql<{ plan_id: number }[]>`select plan_id from pool.plans where pool_id = ${pool} and trial_id = ${whatIf}::uuid`;
      return row?.plan_id ?? null;
    },

    effects: planEffects(sql, pool),

    async standingLimits() {
      const rows = await sql<{ unit_id: string; class_id: string; amount: string; generation: string }[]>`
        select unit_id, class_id, amount, generation from pool.standing_limits where pool_id = ${pool} order by unit_id, class_id`;
      return rows.map((row) => ({ unitId: trusted(row.unit_id), classId: trusted(row.class_id), amount: Number(row.amount), generation: Number(row.generation) }));
    },
    async putStandingLimit({ unitId, classId, amount }) {
      await sql`
        insert into pool.standing_limits as l (pool_id, unit_id, class_id, amount) values (${pool}, ${unitId}, ${classId}, ${amount})
        on conflict (pool_id, unit_id, class_id) do update set amount = excluded.amount, generation = l.generation + 1`;
    },
    async removeStandingLimit(unit, classId) {
      await sql`delete from pool.standing_limits where pool_id = ${pool} and unit_id = ${unit} and class_id = ${classId}`;
    },
  };
}
