import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/**
 * How a request came to another competent unit: `referral` the first was not competent (移送), `designation` a superior
 * unit named another one (指定管辖), `ruling` a contest about whose matters of its kind are was decided. `to_pool` set: it left this pool, and is delivered there under its own number;
 * `delivered_at` is empty until the other pool has it.
 */
export const referrals = poolSchema.table(
  "referrals",
  {
    poolId: poolId(),
    requestId: int8("request_id").notNull(),
    /** 1 … in the order of the request's referrals. */
    ordinal: integer("ordinal").notNull(),
    kind: text("kind").$type<"referral" | "designation" | "reorganisation" | "task-force" | "ruling">().notNull(),
    fromUnitId: text("from_unit_id").notNull(),
    toUnitId: text("to_unit_id").notNull(),
    toPoolId: text("to_pool_id"),
    reason: text("reason").notNull(),
    basis: text("basis").notNull(),
    actorId: uuid("actor_id").notNull(),
    at: instant("at").notNull(),
    deliveredAt: instant("delivered_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.requestId, t.ordinal] }),
    index("referrals_undelivered").on(t.poolId, t.at).where(sql`to_pool_id is not null and delivered_at is null`),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "referrals_request_fk" }),
    check("referrals_delivered", sql`to_pool_id is not null or delivered_at is null`),
    check("referrals_designation_here", sql`kind = 'referral' or to_pool_id is null`),
  ],
);
