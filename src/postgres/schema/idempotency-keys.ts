import { sql } from "drizzle-orm";
import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, poolId, poolSchema } from "./pool-schema.js";

/** Answers to writes, kept 30 days: one key of one person on one route has one effect and one answer. */
export const idempotencyKeys = poolSchema.table(
  "idempotency_keys",
  {
    poolId: poolId(),
    personId: text("person_id").notNull(),
    route: text("route").notNull(),
    key: text("key").notNull(),
    bodyHash: text("body_hash").notNull(),
    /** Null while the first call is in flight. */
    status: integer("status"),
    body: text("body"),
    headers: jsonb("headers").$type<Record<string, string>>(),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.personId, t.route, t.key] }),
    index("idempotency_keys_age").on(t.poolId, t.createdAt),
  ],
);
