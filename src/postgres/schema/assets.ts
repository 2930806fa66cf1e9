import { sql } from "drizzle-orm";
import { date, foreignKey, index, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** Physical things behind resources: an officer's post, a counter, a budget line, a database. Private to the unit. */
export const assets = poolSchema.table(
  "assets",
  {
    poolId: poolId(),
    assetId: int8("asset_id").generatedAlwaysAsIdentity(),
    code: text("code").notNull(),
    unitId: text("unit_id").notNull(),
    resourceId: int8("resource_id"),
    label: text("label").notNull(),
    calendarId: text("calendar_id"),
    /** What it adds to its resource in one period. */
    amount: int8("amount").notNull(),
    traits: text("traits").array().notNull().default(sql`'{}'::text[]`),
    /** The officer who holds the post and works its queue. */
    personId: uuid("person_id"),
    state: text("state").$type<"in-service" | "out-of-service" | "retired">().notNull().default("in-service"),
    validFrom: date("valid_from", { mode: "string" }),
    validTo: date("valid_to", { mode: "string" }),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.assetId] }),
    uniqueIndex("assets_code").on(t.poolId, t.code),
    index("assets_resource").on(t.poolId, t.resourceId),
    index("assets_unit").on(t.poolId, t.unitId, t.code),
    index("assets_person").on(t.poolId, t.personId).where(sql`person_id is not null`),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "assets_unit_fk" }),
  ],
);
