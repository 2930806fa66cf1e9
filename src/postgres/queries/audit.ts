import type { AuditLog } from "../../app/ports/audit.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

export const auditLog = (sql: Sql, pool: PoolId): AuditLog => ({
  async append(...entries) {
    if (entries.length === 0) return;
    const rows = entries.map((entry) => ({
      pool_id: pool,
      occurred_at: new Date(entry.occurredAt),
      actor_id: entry.actorId,
      on_behalf_of: entry.onBehalfOf ?? null,
      act: entry.act,
      object_kind: entry.objectKind,
      object_id: entry.objectId,
      before: entry.before === undefined ? null : sql.json(entry.before as never),
      after: entry.after === undefined ? null : sql.json(entry.after as never),
      policy_version: entry.policyVersion,
    }));
    await sql`insert into pool.audit_records ${sql(rows)}`;
  },
});
