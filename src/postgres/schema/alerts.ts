import { sql } from "drizzle-orm";
import { boolean, check, doublePrecision, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Comparison } from "../../domain/pool/alert.js";
import type { Figure } from "../../domain/pool/figures.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** Thresholds of a pool's figures, and what the last look at each found. */
export const alertRules = poolSchema.table(
  "alert_rules",
  {
    poolId: poolId(),
    ruleId: text("rule_id").notNull(),
    figure: text("figure").$type<Figure>().notNull(),
    classId: text("class_id"),
    unitId: text("unit_id"),
    divisionCode: text("division_code"),
    comparison: text("comparison").$type<Comparison>().notNull(),
    value: doublePrecision("value").notNull(),
    clear: doublePrecision("clear").notNull(),
    windowDays: integer("window_days").notNull(),
    forMinutes: integer("for_minutes").notNull(),
    intervalMinutes: integer("interval_minutes").notNull(),
    enabled: boolean("enabled").notNull().default(true),
    generation: int8("generation").notNull().default(1),
    /** Of the last look; null: nobody has looked since it was declared. */
    checkedAt: instant("checked_at"),
    measured: doublePrecision("measured"),
    overSince: instant("over_since"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.ruleId] }),
    check("alert_rules_times", sql`window_days between 1 and 31 and for_minutes between 0 and 10080 and interval_minutes between 1 and 1440`),
    check("alert_rules_values", sql`value >= 0 and clear >= 0 and case comparison when 'above' then clear <= value when 'below' then clear >= value end`),
  ],
);

/** A threshold that was passed, for as long as it was. */
export const alerts = poolSchema.table(
  "alerts",
  {
    poolId: poolId(),
    alertId: uuid("alert_id").notNull().defaultRandom(),
    ruleId: text("rule_id").notNull(),
    /** The rule as it was then, and the figures of its part of the pool. */
    rule: jsonb("rule").notNull(),
    figures: jsonb("figures").notNull(),
    measured: doublePrecision("measured").notNull(),
    /** Days the figure was of: the rows behind it are those of this range. */
    fromDay: text("from_day").notNull(),
    toDay: text("to_day").notNull(),
    raisedAt: instant("raised_at").notNull(),
    resolvedAt: instant("resolved_at"),
    acknowledgedAt: instant("acknowledged_at"),
    acknowledgedBy: uuid("acknowledged_by"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.alertId] }),
    uniqueIndex("alerts_open").on(t.poolId, t.ruleId).where(sql`resolved_at is null`),
    index("alerts_raised").on(t.poolId, t.raisedAt),
    check("alerts_acknowledged", sql`(acknowledged_at is null) = (acknowledged_by is null)`),
  ],
);

/** Where alerts are sent. */
export const webhooks = poolSchema.table(
  "webhooks",
  {
    poolId: poolId(),
    webhookId: text("webhook_id").notNull(),
    url: text("url").notNull(),
    /** What signs the messages: sealed under a key of its own, which the master key wraps. */
    wrappedKey: text("wrapped_key").notNull(),
    secretSealed: text("secret_sealed").notNull(),
    enabled: boolean("enabled").notNull().default(true),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.webhookId] })],
);

/** Each message to each address: what was sent, how often, and what came back. */
export const webhookDeliveries = poolSchema.table(
  "webhook_deliveries",
  {
    poolId: poolId(),
    deliveryId: uuid("delivery_id").notNull().defaultRandom(),
    webhookId: text("webhook_id").notNull(),
    alertId: uuid("alert_id").notNull(),
    type: text("type").$type<"raised" | "acknowledged" | "resolved">().notNull(),
    /** The CloudEvent as it is signed and sent, byte for byte at each attempt. */
    body: text("body").notNull(),
    state: text("state").$type<"pending" | "delivered" | "given-up">().notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    nextAt: instant("next_at").notNull(),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.deliveryId] }),
    index("webhook_deliveries_pending").on(t.poolId, t.nextAt).where(sql`state = 'pending'`),
    index("webhook_deliveries_created").on(t.poolId, t.createdAt),
    foreignKey({ columns: [t.poolId, t.webhookId], foreignColumns: [webhooks.poolId, webhooks.webhookId], name: "webhook_deliveries_webhook_fk" }).onDelete("cascade"),
    foreignKey({ columns: [t.poolId, t.alertId], foreignColumns: [alerts.poolId, alerts.alertId], name: "webhook_deliveries_alert_fk" }),
    check("webhook_deliveries_ended", sql`(state = 'pending') = (ended_at is null)`),
  ],
);
