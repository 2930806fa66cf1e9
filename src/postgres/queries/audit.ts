import type { AuditLog } from "../../app/ports/audit.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

export const auditLog = (sql: Sql, pool: PoolId): AuditLog => ({
  async append(...entries) {
    const rows = entries.map((entry) => ({
      occurred_at: new Date(entry.occurredAt),
      actor_id: entry.actorId,
      on_behalf_of: entry.onBehalfOf ?? null,
      act: entry.act,
      object_kind: entry.objectKind,
      object_id: entry.objectId,
      before: entry.before,
      after: entry.after,
      policy_version: entry.policyVersion,
    }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.audit_records (pool_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, before, after, policy_version)
      select ${pool}, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, before, after, policy_version
      from json_to_recordset(${json}) as r (occurred_at timestamptz, actor_id text, on_behalf_of text, act text, object_kind text, object_id text,
        before jsonb, after jsonb, policy_version int)`);
  },
});
