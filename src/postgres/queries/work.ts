import { pageOf } from "../../app/ports/page.js";
import type { AutomaticStep, WorkItem, WorkQueue } from "../../app/ports/work.js";
import type { Stage, StepMode } from "../../domain/catalogue/item.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { StepState } from "../../domain/request/lifecycle.js";
import type { Instant } from "../../domain/instant.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface WorkRow {
  readonly step_id: number;
  readonly name: string;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepState;
  readonly granted: boolean;
  readonly starts_at: Date | null;
  readonly due_at: Date;
  readonly received_at: Date;
  readonly occurred_at: Date | null;
  readonly paused_at: Date | null;
  readonly started_at: Date | null;
  readonly started_by: string | null;
  readonly public_id: string;
  readonly number: string;
  readonly item_code: string;
  readonly item_version: number;
  readonly item_zh: string;
  readonly item_en: string;
  readonly unit_id: string;
  readonly unit_zh: string;
  readonly unit_en: string;
  readonly division_code: string;
  readonly serving: boolean;
}

const workItem = (row: WorkRow): WorkItem => ({
  step: trusted(row.step_id),
  name: row.name,
  stage: row.stage,
  mode: row.mode,
  state: row.state,
  granted: row.granted,
  startsAt: row.starts_at?.getTime() ?? null,
  dueAt: row.due_at.getTime(),
  receivedAt: row.received_at.getTime(),
  occurredAt: row.occurred_at?.getTime() ?? null,
  pausedAt: row.paused_at?.getTime() ?? null,
  startedAt: row.started_at?.getTime() ?? null,
  startedBy: row.started_by,
  requestPublicId: row.public_id,
  number: row.number,
  item: trusted(row.item_code),
  itemVersion: row.item_version,
  itemNames: { zh: row.item_zh, en: row.item_en },
  unitId: trusted(row.unit_id),
  unitNames: { zh: row.unit_zh, en: row.unit_en },
  division: trusted(row.division_code),
  serving: row.serving,
});

/** Steps on a unit's desk: of its own cases, and of others' cases to which it gives something. */
const deskSteps = (sql: Sql, pool: PoolId, unit: string) => sql`
  select s.pool_id, s.step_id, false as serving
  from pool.requests r
    join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id
  where r.pool_id = ${pool} and r.unit_id = ${unit} and r.closed_at is null and s.state in ('ready', 'working')
  union all
  select distinct s.pool_id, s.step_id, true
  from (
    select pool_id, resource_id from pool.resources where pool_id = ${pool} and unit_id = ${unit} and serving_unit_id is null
    union all
    -- Its persons were lent: the work comes to their desk, the case stays the borrower's.
    select pool_id, resource_id from pool.resources where pool_id = ${pool} and serving_unit_id = ${unit}
  ) x
    join pool.allocations a on a.pool_id = x.pool_id and a.resource_id = x.resource_id and a.state = 'held'
    join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id and s.attempt = a.attempt and s.state in ('ready', 'working')
    join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
  where r.unit_id <> ${unit}`;

const grantedNow = (sql: Sql) => sql`d.outcome is not distinct from 'granted'`;

/** Past its date, the clock stopped while the applicant is asked for something: what shows a red lamp. */
const overdueAt = (sql: Sql, at: Instant) => sql`s.due_at < coalesce(r.paused_at, ${new Date(at)}::timestamptz)`;

export function workQueue(sql: Sql, pool: PoolId): WorkQueue {
  const decided = sql`left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt`;
  const stateIs = (state: string | undefined) => {
    switch (state) {
      case "granted":
        return sql`s.state = 'ready' and ${grantedNow(sql)} and r.state <> 'supplement'`;
      case "working":
        return sql`s.state = 'working'`;
      case "waiting":
        return sql`s.state = 'ready' and (not ${grantedNow(sql)} or r.state = 'supplement')`;
      default:
        return sql`(s.state = 'working' or (s.state = 'ready' and ${grantedNow(sql)} and r.state <> 'supplement'))`;
    }
  };
  return {
    async list(filter, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number", "number"]);
      const rows = await sql<WorkRow[]>`
        with desk as (${deskSteps(sql, pool, filter.unit)})
        select s.step_id, s.name, s.stage, s.mode, s.state, ${grantedNow(sql)} as granted, d.starts_at, s.due_at, r.received_at, r.occurred_at, r.paused_at,
          s.started_at, s.started_by, r.public_id, r.number, r.item_code, r.item_version, i.name_zh as item_zh, i.name_en as item_en,
          r.unit_id, u.name_zh as unit_zh, u.name_en as unit_en, r.division_code, desk.serving
        from desk
          join pool.steps s on s.pool_id = desk.pool_id and s.step_id = desk.step_id
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
          join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
          join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
          ${decided}
        where ${stateIs(filter.state)}
          ${filter.stage === undefined ? sql`` : sql`and s.stage = ${filter.stage}`}
          ${filter.item === undefined ? sql`` : sql`and r.item_code = ${filter.item}`}
          ${filter.dueBefore === undefined ? sql`` : sql`and ${overdueAt(sql, filter.dueBefore)}`}
          ${filter.number === undefined ? sql`` : sql`and strpos(r.number, ${filter.number}) > 0`}
          ${filter.startedBy === undefined ? sql`` : sql`and s.started_by = ${filter.startedBy}`}
          ${last === undefined ? sql`` : sql`and (s.due_at, s.step_id) > (${new Date(Number(last[0]))}, ${Number(last[1])})`}
        order by s.due_at, s.step_id
        limit ${limit + 1}`;
      const page = pageOf(rows, limit, (row) => cursorOf(row.due_at.getTime(), row.step_id));
      return { rows: page.rows.map(workItem), next: page.next };
    },

    async counts(unit, now) {
      const [row] = await sql<{ granted: number; working: number; waiting: number; overdue: number }[]>`
        with desk as (${deskSteps(sql, pool, unit)})
        select
          (count(*) filter (where ${stateIs("granted")}))::int as granted,
          (count(*) filter (where ${stateIs("working")}))::int as working,
          (count(*) filter (where ${stateIs("waiting")}))::int as waiting,
          (count(*) filter (where ${overdueAt(sql, now)}))::int as overdue
        from desk
          join pool.steps s on s.pool_id = desk.pool_id and s.step_id = desk.step_id
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
          ${decided}`;
      return row ?? { granted: 0, working: 0, waiting: 0, overdue: 0 };
    },

    async automatic(now, limit) {
      const rows = await sql<{ step_id: number; attempt: number; seq: number; item_code: string; item_version: number; resources: string[] }[]>`
        select s.step_id, s.attempt, d.seq, r.item_code, r.item_version,
          array(
            select distinct x.code
            from pool.allocations a
              join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
            where a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt
            order by x.code
          ) as resources
        from pool.steps s
          join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt and d.outcome = 'granted'
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        where s.pool_id = ${pool} and s.state = 'ready' and s.mode = 'automatic'
          and r.state in ('received', 'in_progress', 'unservable')
          and coalesce(d.starts_at, d.decided_at) <= ${new Date(now)}
          and not exists (
            select
            from pool.allocations a
              join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
              join pool.classes c on c.pool_id = x.pool_id and c.class_id = x.class_id
            where a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt and c.kind = 'function' and not x.automated)
        order by s.due_at, s.step_id
        limit ${limit}`;
      return rows.map(
        (row): AutomaticStep => ({
          step: trusted(row.step_id),
          attempt: row.attempt,
          decisionSeq: row.seq,
          item: trusted(row.item_code),
          itemVersion: row.item_version,
          resources: row.resources,
        }),
      );
    },
  };
}
