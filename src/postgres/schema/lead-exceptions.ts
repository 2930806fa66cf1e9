import { sql } from "drizzle-orm";
import { check, date, foreignKey, index, primaryKey, text } from "drizzle-orm/pg-core";
import { classes } from "./classes.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** A second unit of the same level may hold a function beside the one that leads it: between two days, by a law. */
export const leadExceptions = poolSchema.table(
  "lead_exceptions",
  {
    poolId: poolId(),
    exceptionId: int8("exception_id").generatedAlwaysAsIdentity(),
    classId: text("class_id").notNull(),
    unitId: text("unit_id").notNull(),
    /** Both included. */
    validFrom: date("valid_from", { mode: "string" }).notNull(),
    validTo: date("valid_to", { mode: "string" }).notNull(),
    basis: text("basis").notNull(),
    declaredBy: text("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    withdrawnBy: text("withdrawn_by"),
    withdrawnAt: instant("withdrawn_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.exceptionId] }),
    index("lead_exceptions_class").on(t.poolId, t.classId).where(sql`withdrawn_at is null`),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "lead_exceptions_unit" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "lead_exceptions_class_fk" }),
    check("lead_exceptions_dates", sql`valid_to >= valid_from`),
    check("lead_exceptions_withdrawn", sql`(withdrawn_at is null) = (withdrawn_by is null)`),
  ],
);
