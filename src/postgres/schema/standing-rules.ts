import { sql } from "drizzle-orm";
import { boolean, check, doublePrecision, foreignKey, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** What the pool does by itself, or proposes, when a figure passes a value or a season comes; and how each stands. */
export const standingRules = poolSchema.table(
  "standing_rules",
  {
    poolId: poolId(),
    ruleId: text("rule_id").notNull(),
    state: text("state").$type<"proposed" | "active" | "paused" | "refused" | "retired">().notNull(),
    /** What was approved, whole: `domain/rebalance/standing-rule.ts`. */
    content: jsonb("content").$type<unknown>().notNull(),
    contentHash: text("content_hash").notNull(),
    generation: int8("generation").notNull().default(1),
    proposedBy: uuid("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    approvedBy: uuid("approved_by"),
    approvedAt: instant("approved_at"),
    approvedHash: text("approved_hash"),
    closedBy: uuid("closed_by"),
    closedAt: instant("closed_at"),
    closedReason: text("closed_reason"),
    checkedAt: instant("checked_at"),
    /** The last reading; null: there was nothing to read. */
    measured: doublePrecision("measured"),
    /** Readings in a row that said the opposite of what it does now. */
    readings: integer("readings").notNull().default(0),
    /** It has acted, and has not taken it back. */
    isOn: boolean("is_on").notNull().default(false),
    switchedAt: instant("switched_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.ruleId] }),
    index("standing_rules_live").on(t.poolId, t.checkedAt).where(sql`state = 'active' or is_on`),
    check("standing_rules_state", sql`state in ('proposed', 'active', 'paused', 'refused', 'retired')`),
    check("standing_rules_two_persons", sql`approved_by is distinct from proposed_by`),
    check("standing_rules_approved", sql`state not in ('active', 'paused') or (approved_by is not null and approved_hash = content_hash)`),
    check("standing_rules_closed", sql`(state in ('refused', 'retired')) <= (closed_by is not null)`),
  ],
);

/** What a rule did, or would have done but for its limits: the reading, the value it was compared with, and what came of it. */
export const ruleFirings = poolSchema.table(
  "rule_firings",
  {
    poolId: poolId(),
    firingId: int8("firing_id").generatedByDefaultAsIdentity(),
    ruleId: text("rule_id").notNull(),
    at: instant("at").notNull(),
    /** `on` it acted · `off` it took it back · `held` a limit kept it from acting. */
    turn: text("turn").$type<"on" | "off" | "held">().notNull(),
    /** The content it acted by. */
    contentHash: text("content_hash").notNull(),
    measured: doublePrecision("measured"),
    threshold: doublePrecision("threshold"),
    /** Of `held`: which limit. */
    held: text("held"),
    planId: integer("plan_id"),
    loanIds: int8("loan_ids").array().notNull(),
    drainIds: int8("drain_ids").array().notNull(),
    /** The emergency order it acted under. */
    orderId: integer("order_id"),
    problems: jsonb("problems").$type<readonly unknown[]>(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.firingId] }),
    index("rule_firings_rule").on(t.poolId, t.ruleId, t.firingId),
    foreignKey({ columns: [t.poolId, t.ruleId], foreignColumns: [standingRules.poolId, standingRules.ruleId], name: "rule_firings_rule_fk" }),
    check("rule_firings_turn", sql`turn in ('on', 'off', 'held') and (turn = 'held') = (held is not null)`),
  ],
);
