import { pageOf } from "../../app/ports/page.js";
import type { TaskForce, TaskForces } from "../../app/ports/task-force.js";
import { trusted, type PersonId, type PoolId, type UnitId } from "../../domain/id.js";
import type { TaskForceContent, TaskForceState } from "../../domain/rebalance/task-force.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface Row {
  readonly task_force_id: string;
  readonly state: TaskForceState;
  readonly content: TaskForceContent;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly closed_reason: string | null;
  readonly dissolved_at: Date | null;
  readonly generation: string;
  readonly consents: readonly { readonly unit: string; readonly by: string; readonly at: string }[];
}

const forceOf = (row: Row): TaskForce => ({
  id: trusted(row.task_force_id),
  state: row.state,
  content: row.content,
  proposed: { by: trusted(row.proposed_by), at: row.proposed_at.getTime() },
  consents: row.consents.map(({ unit, by, at }) => ({ unitId: trusted(unit), by: trusted<PersonId>(by), at: Date.parse(at) })),
  approved: row.approved_by === null || row.approved_at === null ? null : { by: trusted<PersonId>(row.approved_by), at: row.approved_at.getTime() },
  closed: row.closed_by === null || row.closed_at === null ? null : { by: row.closed_by, at: row.closed_at.getTime(), reason: row.closed_reason },
  dissolvedAt: row.dissolved_at?.getTime() ?? null,
  generation: Number(row.generation),
});

export function taskForces(sql: Sql, pool: PoolId): TaskForces {
  const here = (id: string) => sql`pool_id = ${pool} and task_force_id = ${id}`;
  const columns = sql`
    f.task_force_id, f.state, f.content, f.proposed_by, f.proposed_at, f.approved_by, f.approved_at, f.closed_by, f.closed_at, f.closed_reason, f.dissolved_at, f.generation,
    (select coalesce(jsonb_agg(jsonb_build_object('unit', c.unit_id, 'by', c.consented_by, 'at', c.consented_at) order by c.consented_at, c.unit_id), '[]')
     from pool.task_force_consents c where c.pool_id = f.pool_id and c.task_force_id = f.task_force_id) as consents`;
  const one = async (id: string): Promise<TaskForce | null> => {
    const [row] = await sql<Row[]>`select ${columns} from pool.task_forces f where f.pool_id = ${pool} and f.task_force_id = ${id}`;
    return row ? forceOf(row) : null;
  };
  return {
    async insert(id, content, { by, at }) {
      await sql`
        insert into pool.task_forces (pool_id, task_force_id, state, content, until_day, proposed_by, proposed_at)
        values (${pool}, ${id}, 'proposed', ${sql.json(content as never)}, ${content.until}, ${by}, ${new Date(at)})`;
    },
    get: (id) => one(id),
    async lock(id) {
      await sql`select 1 from pool.task_forces where ${here(id)} for update`;
      return await one(id);
    },
    async list({ state }, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number", "string"]);
      const rows = await sql<Row[]>`
        select ${columns} from pool.task_forces f
        where f.pool_id = ${pool} ${state === undefined ? sql`` : sql`and f.state = ${state}`}
          ${last === undefined ? sql`` : sql`and (f.proposed_at, f.task_force_id) < (${new Date(Number(last[0]))}, ${String(last[1])})`}
        order by f.proposed_at desc, f.task_force_id desc limit ${limit + 1}`;
      return pageOf(rows.map(forceOf), limit, ({ proposed, id }) => cursorOf(proposed.at, id));
    },
    async consent(id, unit, { by, at }) {
      await sql`insert into pool.task_force_consents (pool_id, task_force_id, unit_id, consented_by, consented_at) values (${pool}, ${id}, ${unit}, ${by}, ${new Date(at)})`;
      await sql`update pool.task_forces set generation = generation + 1 where ${here(id)}`;
    },
    async approve(id, { by, at }) {
      await sql`update pool.task_forces set state = 'active', approved_by = ${by}, approved_at = ${new Date(at)}, generation = generation + 1 where ${here(id)}`;
    },
    async close(id, as, by, reason, at) {
      await sql`update pool.task_forces set state = ${as}, closed_by = ${by}, closed_at = ${new Date(at)}, closed_reason = ${reason}, generation = generation + 1 where ${here(id)}`;
    },
    async end(id, at) {
      await sql`update pool.task_forces set state = 'dissolved', dissolved_at = ${new Date(at)}, generation = generation + 1 where ${here(id)}`;
      await sql`update pool.units set state = 'retired', published = false, generation = generation + 1 where pool_id = ${pool} and unit_id = ${id}`;
      await sql`delete from pool.quotas where pool_id = ${pool} and unit_id = ${id}`;
    },
    async makeUnit(id, { names, division, level, parent }, at) {
      // A line of its own: it answers for what is given to it, and for nothing by line and place.
      await sql`
        insert into pool.units (pool_id, unit_id, parent_id, name_zh, name_en, division_code, line, level, kind, published, published_at)
        values (${pool}, ${id}, ${parent}, ${names.zh}, ${names.en}, ${division}, ${id}, ${level}, 'task-force', true, ${new Date(at)})`;
    },
    async officers(id) {
      const rows = await sql<{ person_id: string }[]>`
        select distinct a.person_id
        from pool.loans l
          join pool.assets a on a.pool_id = l.pool_id and a.resource_id = l.lender_resource_id and a.state = 'in-service'
        where l.pool_id = ${pool} and l.task_force_id = ${id} and a.person_id is not null
        order by a.person_id`;
      return rows.map(({ person_id }) => trusted<PersonId>(person_id));
    },
    async openCases(id) {
      const rows = await sql<{ public_id: string; number: string; item_code: string; item_version: number; division_code: string; lead_unit_id: string; in_hand: boolean }[]>`
        select r.public_id, r.number, r.item_code, r.item_version, r.division_code, r.lead_unit_id,
          exists (select 1 from pool.steps s where s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'working') as in_hand
        from pool.requests r
        where r.pool_id = ${pool} and r.unit_id = ${id} and r.closed_at is null
        order by r.request_id`;
      return rows.map((row) => ({ publicId: row.public_id, number: row.number, item: row.item_code, version: row.item_version, division: row.division_code, lead: trusted<UnitId>(row.lead_unit_id), inHand: row.in_hand }));
    },
    async notBack(id) {
      const rows = await sql<{ loan_id: string }[]>`
        select l.loan_id
        from pool.loans l
          join pool.classes c on c.pool_id = l.pool_id and c.class_id = l.class_id
        where l.pool_id = ${pool} and l.task_force_id = ${id} and (l.state in ('applied', 'active') or (l.state = 'ending' and exists (
          select 1 from pool.balances b
          where b.pool_id = l.pool_id and b.resource_id = l.resource_id and b.borrowed > b.settled
            and b.period >= (l.back_from - date '1970-01-01') * case c.period when 'slot' then 48 else 1 end)))
        order by l.loan_id`;
      return rows.map(({ loan_id }) => Number(loan_id));
    },
    async counts(id) {
      const [row] = await sql<{ open: number; closed: number; handed_over: number }[]>`
        select
          (select count(*) from pool.requests where pool_id = ${pool} and unit_id = ${id} and closed_at is null)::int as open,
          (select count(*) from pool.requests where pool_id = ${pool} and unit_id = ${id} and closed_at is not null)::int as closed,
          (select count(distinct request_id) from pool.referrals where pool_id = ${pool} and from_unit_id = ${id} and kind = 'task-force')::int as handed_over`;
      return { open: row?.open ?? 0, closed: row?.closed ?? 0, handedOver: row?.handed_over ?? 0 };
    },
    async due(today) {
      const rows = await sql<{ task_force_id: string }[]>`
        select task_force_id from pool.task_forces
        where pool_id = ${pool} and (state = 'dissolving' or (state = 'active' and until_day < ${today}))
        order by task_force_id`;
      return rows.map(({ task_force_id }) => trusted<UnitId>(task_force_id));
    },
  };
}
