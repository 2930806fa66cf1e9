import { sql } from "drizzle-orm";
import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** Every act, written in the transaction of the act. Personal values never appear here in plain. */
export const auditRecords = poolSchema.table(
  "audit_records",
  {
    poolId: poolId(),
    auditId: int8("audit_id").generatedAlwaysAsIdentity(),
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull().default(sql`clock_timestamp()`),
    actorId: text("actor_id").notNull(),
    onBehalfOf: text("on_behalf_of"),
    act: text("act").notNull(),
    objectKind: text("object_kind").notNull(),
    objectId: text("object_id").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    policyVersion: integer("policy_version").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.auditId] }),
    index("audit_records_object").on(t.poolId, t.objectKind, t.objectId),
  ],
);
