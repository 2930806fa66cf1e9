import { sql } from "drizzle-orm";
import { check, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** The ledger (台账): how a hold ended, and what was settled and went back. Debit and credit are accounts of one resource and period. */
export const movements = poolSchema.table(
  "movements",
  {
    poolId: poolId(),
    claimId: int8("claim_id").notNull(),
    attempt: integer("attempt").notNull(),
    resourceId: int8("resource_id").notNull(),
    period: integer("period").notNull(),
    kind: text("kind").$type<"settle" | "release" | "lapse" | "annul">().notNull(),
    debit: text("debit").$type<"held" | "settled">().notNull(),
    credit: text("credit").$type<"settled" | "free">().notNull(),
    amount: int8("amount").notNull(),
    seq: int8("seq").notNull(),
    occurredAt: instant("occurred_at").notNull(),
  },
  (t) => [
    // In the order of writing, so that the index grows at its end. That a hold ends once is the allocation's doing.
    primaryKey({ columns: [t.poolId, t.seq, t.claimId, t.resourceId, t.period, t.kind] }),
    check("movements_amount", sql`amount > 0`),
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
