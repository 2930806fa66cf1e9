import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { loans } from "./loans.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/** Dated orders of the headquarters (应急响应): what raises the response level, and what each emergency power is attached to. */
export const emergencyOrders = poolSchema.table(
  "emergency_orders",
  {
    poolId: poolId(),
    orderId: integer("order_id").notNull(),
    /** Its number in the files (文号). */
    document: text("document").notNull(),
    title: text("title").notNull(),
    /** 1 is the highest (Ⅰ级). */
    level: integer("level").notNull(),
    trigger: text("trigger").notNull(),
    /** Empty: everywhere. Each with all beneath it. */
    divisions: text("divisions").array().notNull(),
    /** Empty: every item. */
    items: text("items").array().notNull(),
    /** What may be done under it, and how far: `domain/emergency/order.ts`. */
    powers: jsonb("powers").$type<unknown>().notNull(),
    startsAt: instant("starts_at").notNull(),
    /** Nothing of it is left from here on. */
    sunsetAt: instant("sunset_at").notNull(),
    /** The order in whose place it is. */
    replacesId: integer("replaces_id"),
    enteredBy: uuid("entered_by").notNull(),
    enteredAt: instant("entered_at").notNull(),
    /** In force before it is signed, until then; null: it waits for the signature. */
    confirmBy: instant("confirm_by"),
    signedBy: uuid("signed_by"),
    signedAt: instant("signed_at"),
    /** When it ends before its sunset. */
    endedAt: instant("ended_at"),
    endedAs: text("ended_as").$type<"ended" | "replaced" | "withdrawn">(),
    endedBy: text("ended_by"),
    endedReason: text("ended_reason"),
    /** Everything that was done under it has fallen back. */
    settledAt: instant("settled_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.orderId] }),
    uniqueIndex("emergency_orders_document").on(t.poolId, t.document),
    index("emergency_orders_open").on(t.poolId, t.orderId).where(sql`settled_at is null`),
    foreignKey({ columns: [t.poolId, t.replacesId], foreignColumns: [t.poolId, t.orderId], name: "emergency_orders_replaces_fk" }),
    check("emergency_orders_level", sql`level between 1 and 4`),
    check("emergency_orders_days", sql`starts_at < sunset_at and (confirm_by is null or confirm_by <= entered_at + interval '24 hours')`),
    check("emergency_orders_two_persons", sql`signed_by is distinct from entered_by`),
    check("emergency_orders_signed", sql`(signed_by is null) = (signed_at is null)`),
    check("emergency_orders_ended", sql`(ended_at is null) = (ended_as is null) and (ended_at is null) = (ended_by is null)`),
  ],
);

/** Each use of an emergency power: who, when, for what, under which order. */
export const emergencyUses = poolSchema.table(
  "emergency_uses",
  {
    poolId: poolId(),
    useId: int8("use_id").generatedByDefaultAsIdentity(),
    orderId: integer("order_id").notNull(),
    power: text("power").$type<"priority" | "lend" | "rule">().notNull(),
    usedBy: text("used_by").notNull(),
    usedAt: instant("used_at").notNull(),
    requestId: int8("request_id"),
    loanId: int8("loan_id"),
    /** The standing rule that acted. */
    ruleId: text("rule_id"),
    reason: text("reason").notNull(),
    /** What is otherwise asked for first, and is still owed. */
    owed: text("owed").$type<"evidence" | "consent">(),
    /** Whoever was to be asked first has been told. */
    toldBy: uuid("told_by"),
    toldAt: instant("told_at"),
    /** It counts no longer. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.useId] }),
    index("emergency_uses_order").on(t.poolId, t.orderId, t.useId),
    index("emergency_uses_request").on(t.poolId, t.requestId, t.orderId).where(sql`request_id is not null`),
    uniqueIndex("emergency_uses_loan").on(t.poolId, t.loanId).where(sql`loan_id is not null`),
    foreignKey({ columns: [t.poolId, t.orderId], foreignColumns: [emergencyOrders.poolId, emergencyOrders.orderId], name: "emergency_uses_order_fk" }),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "emergency_uses_request_fk" }),
    foreignKey({ columns: [t.poolId, t.loanId], foreignColumns: [loans.poolId, loans.loanId], name: "emergency_uses_loan_fk" }),
    check("emergency_uses_what", sql`power in ('priority', 'lend', 'rule') and (power = 'priority') = (request_id is not null) and (power = 'rule') = (rule_id is not null)`),
    check("emergency_uses_told", sql`(told_by is null) = (told_at is null)`),
  ],
);
