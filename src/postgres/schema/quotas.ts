import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { classes } from "./classes.js";
import { int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** Units that may use one another's idle quota: a tree. */
export const cohorts = poolSchema.table(
  "cohorts",
  {
    poolId: poolId(),
    cohortId: text("cohort_id").notNull(),
    parentId: text("parent_id"),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.cohortId] }),
    foreignKey({ columns: [t.poolId, t.parentId], foreignColumns: [t.poolId, t.cohortId], name: "cohorts_parent" }),
    check("cohorts_not_own_parent", sql`parent_id is distinct from cohort_id`),
  ],
);

/** What one unit may use of one class in each of its periods. */
export const quotas = poolSchema.table(
  "quotas",
  {
    poolId: poolId(),
    unitId: text("unit_id").notNull(),
    classId: text("class_id").notNull(),
    cohortId: text("cohort_id").notNull(),
    /** Null: what the unit's own resources of the class give. */
    nominal: int8("nominal"),
    borrowingLimit: int8("borrowing_limit"),
    lendingLimit: int8("lending_limit"),
    weight: integer("weight").notNull(),
    generation: int8("generation").notNull().default(1),
    /** From this batch on `quota_use` counts what is settled; null: the writer has not heard of the quota yet. */
    countedSeq: int8("counted_seq"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.unitId, t.classId] }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "quotas_unit" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "quotas_class" }),
    foreignKey({ columns: [t.poolId, t.cohortId], foreignColumns: [cohorts.poolId, cohorts.cohortId], name: "quotas_cohort" }),
    index("quotas_cohort").on(t.poolId, t.cohortId),
    check("quotas_amounts", sql`nominal >= 0 and borrowing_limit >= 0 and lending_limit >= 0 and weight between 0 and 1000`),
  ],
);

/**
 * What units with a quota have settled, by period. The writer adds to it with the holds it closes, so that a start reads a few
 * thousand rows instead of all that was ever allocated.
 */
export const quotaUse = poolSchema.table(
  "quota_use",
  {
    poolId: poolId(),
    unitId: text("unit_id").notNull(),
    classId: text("class_id").notNull(),
    period: integer("period").notNull(),
    settled: int8("settled").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.unitId, t.classId, t.period] }),
    foreignKey({ columns: [t.poolId, t.unitId, t.classId], foreignColumns: [quotas.poolId, quotas.unitId, quotas.classId], name: "quota_use_quota" }).onDelete("cascade"),
    check("quota_use_settled", sql`settled >= 0`),
  ],
);

/** What one applicant may have of one item at a time; the pool's own limits stand in its row. */
export const applicantLimits = poolSchema.table(
  "applicant_limits",
  {
    poolId: poolId(),
    itemCode: text("item_code").notNull(),
    openRequestsMax: integer("open_requests_max"),
    holdsMax: integer("holds_max"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.itemCode] }),
    check("applicant_limits_something", sql`open_requests_max > 0 or holds_max > 0`),
  ],
);
