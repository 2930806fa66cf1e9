import { pageOf } from "../../app/ports/page.js";
import type { Recusal, Recusals, RecusalSubject } from "../../app/ports/recusal.js";
import { trusted, type PoolId, type StepId } from "../../domain/id.js";
import type { RecusalGround } from "../../domain/request/recusal.js";
import type { Sql } from "../connection.js";
import { groundsAgainst, readyStepsOut } from "../sql/barred.js";
import { cursorOf, readCursor } from "./cursor.js";

/** Recusals that one pass closes. */
const ENDED_MAX = 100;

interface Row {
  readonly recusal_id: number;
  readonly officer_id: string;
  readonly subject_person_id: string | null;
  readonly enterprise_code: string | null;
  readonly request_id: number | null;
  readonly number: string | null;
  readonly ground: RecusalGround;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly declared_by: string;
  readonly declared_at: Date;
}

function subjectOf(row: Row): RecusalSubject {
  if (row.subject_person_id !== null) return { kind: "person", personId: trusted(row.subject_person_id) };
  if (row.enterprise_code !== null) return { kind: "enterprise", enterpriseCode: row.enterprise_code };
  return { kind: "request", requestId: trusted(row.request_id ?? 0), number: row.number ?? "" };
}

const recusalOf = (row: Row): Recusal => ({
  id: row.recusal_id,
  officerId: trusted(row.officer_id),
  subject: subjectOf(row),
  ground: row.ground,
  validFrom: row.valid_from.getTime(),
  validTo: row.valid_to?.getTime() ?? null,
  declaredBy: trusted(row.declared_by),
  declaredAt: row.declared_at.getTime(),
});

export function recusals(sql: Sql, pool: PoolId): Recusals {
  const living = sql`
    select c.*, r.number
    from pool.recusals c
      left join pool.requests r on r.pool_id = c.pool_id and r.request_id = c.request_id
    where c.pool_id = ${pool} and c.withdrawn_at is null`;
  return {
    async get(id) {
      const [row] = await sql<Row[]>`${living} and c.recusal_id = ${id}`;
      return row ? recusalOf(row) : null;
    },
    async list(officers, { limit, after }) {
      const [last] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<Row[]>`
        ${living}
          ${officers === undefined ? sql`` : sql`and c.officer_id = any(${[...officers]}::uuid[])`}
          ${last === undefined ? sql`` : sql`and c.recusal_id < ${Number(last) || 0}`}
        order by c.recusal_id desc
        limit ${limit + 1}`;
      return pageOf(rows.map(recusalOf), limit, ({ id }) => cursorOf(id));
    },
    async same(officer, subject, ground, validTo) {
      const [row] = await sql<Row[]>`
        ${living} and c.officer_id = ${officer} and c.ground = ${ground}
          and c.subject_person_id is not distinct from ${subject.kind === "person" ? subject.personId : null}
          and c.enterprise_code is not distinct from ${subject.kind === "enterprise" ? subject.enterpriseCode : null}
          and r.number is not distinct from ${subject.kind === "request" ? subject.number : null}
          and c.valid_to is not distinct from ${validTo === null ? null : new Date(validTo)}
        order by c.recusal_id limit 1`;
      return row ? recusalOf(row) : null;
    },
    async insert({ officerId, subject, ground, validFrom, validTo, declaredBy, declaredAt }) {
      const [row] = await sql<{ recusal_id: number }[]>`
        insert into pool.recusals (pool_id, officer_id, subject_person_id, enterprise_code, request_id, ground, valid_from, valid_to, declared_by, declared_at)
        values (
          ${pool}, ${officerId}, ${subject.kind === "person" ? subject.personId : null}, ${subject.kind === "enterprise" ? subject.enterpriseCode : null},
          ${subject.kind === "request" ? subject.requestId : null}, ${ground}, ${new Date(validFrom)}, ${validTo === null ? null : new Date(validTo)},
          ${declaredBy}, ${new Date(declaredAt)})
        returning recusal_id`;
      return row?.recusal_id ?? 0;
    },
    async withdraw(id, by, at) {
      await sql`
        update pool.recusals set withdrawn_by = ${by}, withdrawn_at = ${new Date(at)}
        where pool_id = ${pool} and recusal_id = ${id} and withdrawn_at is null`;
    },
    async ended(at) {
      const rows = await sql<Row[]>`${living} and c.valid_to <= ${new Date(at)} order by c.recusal_id limit ${ENDED_MAX}`;
      return rows.map(recusalOf);
    },
    async readyStepsOf(id) {
      const rows = await sql<{ step_id: number }[]>`
        select s.step_id
        from pool.recusals c
          join pool.requests r on r.pool_id = c.pool_id
            and (r.request_id = c.request_id or r.applicant_id = c.subject_person_id or r.enterprise_code = c.enterprise_code)
          join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'ready'
        where c.pool_id = ${pool} and c.recusal_id = ${id}
        order by s.step_id`;
      return rows.map(({ step_id }) => trusted<StepId>(step_id));
    },
    groundsAgainst: (step, person) => groundsAgainst(sql, pool, step, person),
    readySteps: async (person): Promise<readonly StepId[]> => await readyStepsOut(sql, pool, person),
  };
}
