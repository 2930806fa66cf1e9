import { sql } from "drizzle-orm";
import { boolean, check, date, foreignKey, index, integer, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { classes } from "./classes.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** A unit's supply of one class, in the pool. */
export const resources = poolSchema.table(
  "resources",
  {
    poolId: poolId(),
    resourceId: int8("resource_id").generatedAlwaysAsIdentity(),
    /** What people call it in tables, manifests and URLs. */
    code: text("code").notNull(),
    unitId: text("unit_id").notNull(),
    classId: text("class_id").notNull(),
    /** Null: unlimited (a gate). With `derived`, kept equal to the sum of the assets by the registering code. */
    total: int8("total"),
    derived: boolean("derived").notNull().default(false),
    reserved: int8("reserved").notNull().default(0),
    overcommitPercent: integer("overcommit_percent").notNull().default(100),
    min: int8("min").notNull(),
    max: int8("max").notNull(),
    step: int8("step").notNull(),
    traits: text("traits").array().notNull().default(sql`'{}'::text[]`),
    /** Division codes and `zone:<zone>`. */
    jurisdiction: text("jurisdiction").array().notNull(),
    calendarId: text("calendar_id"),
    validFrom: date("valid_from", { mode: "string" }),
    validTo: date("valid_to", { mode: "string" }),
    /** Funds: the only purpose the money may serve. */
    earmark: text("earmark"),
    legalBasis: text("legal_basis"),
    /** The law that sets a number on an authority; null: it has none. */
    numberBasis: text("number_basis"),
    automated: boolean("automated").notNull().default(false),
    /** A borrower's dated resource: what backs it. */
    lenderResourceId: int8("lender_resource_id"),
    /** Whose officers do its work, where that is not its unit: of persons who are lent, their own unit. */
    servingUnitId: text("serving_unit_id"),
    state: text("state").$type<"registered" | "published" | "retired">().notNull().default("published"),
    source: text("source"),
    /** Counts declared changes only. */
    generation: int8("generation").notNull().default(1),
    importId: uuid("import_id"),
    declaredAt: instant("declared_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.resourceId] }),
    uniqueIndex("resources_code").on(t.poolId, t.code),
    index("resources_class").on(t.poolId, t.classId, t.unitId),
    index("resources_unit").on(t.poolId, t.unitId, t.code),
    index("resources_lender").on(t.poolId, t.lenderResourceId).where(sql`lender_resource_id is not null`),
    index("resources_serving").on(t.poolId, t.servingUnitId).where(sql`serving_unit_id is not null`),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "resources_unit_fk" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "resources_class_fk" }),
    check("resources_amounts", sql`(total is null or total between 0 and 9007199254740991) and reserved between 0 and 9007199254740991 and overcommit_percent between 1 and 1000 and min >= 1 and max >= min and step >= 1`),
    check("resources_validity", sql`valid_from is null or valid_to is null or valid_from <= valid_to`),
  ],
);

/**
 * Resources the writer keeps out because the books and the engine disagreed about them; until somebody declares them anew.
 * A row goes with the batch that numbers the command which says so.
 */
export const frozenResources = poolSchema.table(
  "frozen_resources",
  {
    poolId: poolId(),
    resourceId: int8("resource_id").notNull(),
    frozenAt: instant("frozen_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.resourceId] }),
    foreignKey({ columns: [t.poolId, t.resourceId], foreignColumns: [resources.poolId, resources.resourceId], name: "frozen_resources_fk" }),
  ],
);
