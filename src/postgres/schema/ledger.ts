import { sql } from "drizzle-orm";
import { check, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/**
 * The ledger (台账): how holds ended, what was settled and went back, and what one resource lent another. Debit and credit are
 * accounts of one resource and period; of a loan both are what is free, of two resources.
 *
 * A page holds all movements of one kind that one batch made, column by column, and is never changed: as rows of their own they
 * were a tenth of what a decision cost PostgreSQL, and a quarter of its log. The view `pool.movements` lists them one by one.
 */
export const movementPages = poolSchema.table(
  "movement_pages",
  {
    poolId: poolId(),
    seq: int8("seq").notNull(),
    kind: text("kind").$type<"settle" | "release" | "lapse" | "annul" | "lend" | "return">().notNull(),
    debit: text("debit").$type<"held" | "settled" | "free">().notNull(),
    credit: text("credit").$type<"settled" | "free">().notNull(),
    occurredAt: instant("occurred_at").notNull(),
    /** The n-th of each list is of the n-th movement. Loans move between two resources and are of no claim. */
    claims: int8("claims").array().notNull(),
    attempts: integer("attempts").array().notNull(),
    resources: int8("resources").array().notNull(),
    periods: integer("periods").array().notNull(),
    amounts: int8("amounts").array().notNull(),
    loans: int8("loans").array(),
    /** Whose free amount is credited; `resources` are debited. */
    counterparts: int8("counterparts").array(),
  },
  (t) => [
    // That a hold ends once is the allocation's doing.
    primaryKey({ columns: [t.poolId, t.seq, t.kind] }),
    check("movement_pages_amounts", sql`0 < all (amounts)`),
    check("movement_pages_lengths", sql`cardinality(resources) > 0 and array[cardinality(periods), cardinality(amounts)] = array_fill(cardinality(resources), array[2])
      and case when kind in ('lend', 'return') then cardinality(claims) = 0 and cardinality(attempts) = 0 and loans is not null and counterparts is not null and array[cardinality(loans), cardinality(counterparts)] = array_fill(cardinality(resources), array[2])
        else array[cardinality(claims), cardinality(attempts)] = array_fill(cardinality(resources), array[2]) and loans is null and counterparts is null end`),
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
