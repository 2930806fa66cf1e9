import { sql } from "drizzle-orm";
import { check, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/**
 * The ledger (台账): how holds ended, and what was settled and went back. Debit and credit are accounts of one resource
 * and period.
 *
 * A page holds all movements of one kind that one batch made, column by column, and is never changed: as rows of their own they
 * were a tenth of what a decision cost PostgreSQL, and a quarter of its log. The view `pool.movements` lists them one by one.
 */
export const movementPages = poolSchema.table(
  "movement_pages",
  {
    poolId: poolId(),
    seq: int8("seq").notNull(),
    kind: text("kind").$type<"settle" | "release" | "lapse" | "annul">().notNull(),
    debit: text("debit").$type<"held" | "settled">().notNull(),
    credit: text("credit").$type<"settled" | "free">().notNull(),
    occurredAt: instant("occurred_at").notNull(),
    /** The n-th of each list is of the n-th movement. */
    claims: int8("claims").array().notNull(),
    attempts: integer("attempts").array().notNull(),
    resources: int8("resources").array().notNull(),
    periods: integer("periods").array().notNull(),
    amounts: int8("amounts").array().notNull(),
  },
  (t) => [
    // That a hold ends once is the allocation's doing.
    primaryKey({ columns: [t.poolId, t.seq, t.kind] }),
    check("movement_pages_amounts", sql`0 < all (amounts)`),
    check("movement_pages_lengths", sql`cardinality(claims) > 0 and array[cardinality(attempts), cardinality(resources), cardinality(periods), cardinality(amounts)] = array_fill(cardinality(claims), array[4])`),
  ],
);

/** Resource × period, written when first used. */
export const balances = poolSchema.table(
  "balances",
  {
    poolId: poolId(),
    resourceId: int8("resource_id").notNull(),
    period: integer("period").notNull(),
    capacity: int8("capacity").notNull(),
    borrowed: int8("borrowed").notNull().default(0),
    lent: int8("lent").notNull().default(0),
    held: int8("held").notNull().default(0),
    settled: int8("settled").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.resourceId, t.period] }),
    check("balances_not_negative", sql`capacity >= 0 and borrowed >= 0 and lent >= 0 and held >= 0 and settled >= 0`),
  ],
);
