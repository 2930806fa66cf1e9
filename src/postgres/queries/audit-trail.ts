import type { AuditTrail, RecordedEntry } from "../../app/ports/audit-trail.js";
import { pageOf } from "../../app/ports/page.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface Row {
  readonly audit_id: number;
  readonly occurred_at: Date;
  readonly actor_id: string;
  readonly on_behalf_of: string | null;
  readonly act: string;
  readonly object_kind: string;
  readonly object_id: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly policy_version: number;
}

const entryOf = (row: Row): RecordedEntry => ({
  id: row.audit_id,
  occurredAt: row.occurred_at.getTime(),
  actorId: row.actor_id,
  onBehalfOf: row.on_behalf_of,
  act: row.act,
  objectKind: row.object_kind,
  objectId: row.object_id,
  before: row.before,
  after: row.after,
  policyVersion: row.policy_version,
});

export function auditTrail(sql: Sql, pool: PoolId): AuditTrail {
  return {
    async list({ act, object }, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number"])?.[0];
      const rows = await sql<Row[]>`
        select audit_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, before, after, policy_version
        from pool.audit_records
        where pool_id = ${pool}
          ${act === undefined ? sql`` : sql`and act = ${act}`}
          ${object === undefined ? sql`` : sql`and (object_kind = ${object} or object_id = ${object})`}
          ${last === undefined ? sql`` : sql`and audit_id < ${last}`}
        order by audit_id desc
        limit ${limit + 1}`;
      const page = pageOf(rows, limit, (row) => cursorOf(row.audit_id));
      return {
        rows: page.rows.map(entryOf),
        next: page.next,
      };
    },
    async ofKinds(kinds, limit) {
      const rows = await sql<Row[]>`
        select audit_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, before, after, policy_version
        from pool.audit_records
        where pool_id = ${pool} and object_kind = any(${kinds as string[]})
        order by audit_id desc
        limit ${limit}`;
      return rows.map(entryOf);
    },
    async get(id) {
      const [row] = await sql<Row[]>`
        select audit_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, before, after, policy_version
        from pool.audit_records
        where pool_id = ${pool} and audit_id = ${id}`;
      return row ? entryOf(row) : null;
    },
  };
}
