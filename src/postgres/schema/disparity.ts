import { sql } from "drizzle-orm";
import { check, doublePrecision, index, integer, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** How a pool watches for disparities; no row: as the release has it. */
export const disparitySettings = poolSchema.table(
  "disparity_settings",
  {
    poolId: poolId(),
    period: text("period").$type<"month" | "quarter" | "year">().notNull(),
    /** Groups with fewer cases are not told apart. */
    minCases: integer("min_cases").notNull(),
    /** A ratio of so many hundredths is too much. */
    ratioPercent: integer("ratio_percent").notNull(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId] }),
    check("disparity_settings_period", sql`period in ('month', 'quarter', 'year')`),
    check("disparity_settings_min_cases", sql`min_cases between 5 and 1000`),
    check("disparity_settings_ratio", sql`ratio_percent between 105 and 1000`),
  ],
);

/** A group that fared worse than everybody else by more than the pool allows, for as long as it did. */
export const disparityAlarms = poolSchema.table(
  "disparity_alarms",
  {
    poolId: poolId(),
    alarmId: int8("alarm_id").generatedAlwaysAsIdentity(),
    dimension: text("dimension").$type<"district" | "language" | "channel" | "applicant">().notNull(),
    groupKey: text("group_key").notNull(),
    measure: text("measure").$type<"refusal" | "wait">().notNull(),
    /** First day of the reading it was last seen in: `2026-10-01`. */
    periodFrom: text("period_from").notNull(),
    ratio: doublePrecision("ratio").notNull(),
    low: doublePrecision("low").notNull(),
    high: doublePrecision("high").notNull(),
    raisedAt: instant("raised_at").notNull(),
    /** Of the last reading that showed it. */
    seenAt: instant("seen_at").notNull(),
    resolvedAt: instant("resolved_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.alarmId] }),
    uniqueIndex("disparity_alarms_open").on(t.poolId, t.dimension, t.groupKey, t.measure).where(sql`resolved_at is null`),
    index("disparity_alarms_raised").on(t.poolId, t.raisedAt),
    check("disparity_alarms_interval", sql`low <= ratio and ratio <= high`),
  ],
);
