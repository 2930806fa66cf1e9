import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { FormField, ItemGuide } from "../../domain/catalogue/item.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** Services in the catalogue, by version. Running requests keep the version they began with. */
export const items = poolSchema.table(
  "items",
  {
    poolId: poolId(),
    itemCode: text("item_code").notNull(),
    version: integer("version").notNull(),
    state: text("state").$type<"draft" | "published" | "superseded" | "retired">().notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    taskType: text("task_type").notNull(),
    audience: text("audience").array().notNull(),
    theme: text("theme").notNull(),
    line: text("line").notNull(),
    level: text("level").$type<"prefecture" | "county" | "township">().notNull(),
    /** Fixed holder, for catalogues that name the unit itself; else found by line, level and place. */
    unitId: text("unit_id"),
    /** The recipe was guessed by an importer and waits for the unit's confirmation. */
    guessed: boolean("guessed").notNull().default(false),
    /** The whole guide: limits, basis, materials, form, recipe. */
    guide: jsonb("guide").$type<ItemGuide>().notNull(),
    generation: int8("generation").notNull().default(1),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.itemCode, t.version] }),
    uniqueIndex("items_published").on(t.poolId, t.itemCode).where(sql`state = 'published'`),
    index("items_theme").on(t.poolId, t.theme).where(sql`state = 'published'`),
    index("items_line").on(t.poolId, t.line).where(sql`state = 'published'`),
    check("items_version", sql`version >= 1`),
  ],
);

/** Several items as one thing in life (一件事). */
export const bundles = poolSchema.table(
  "bundles",
  {
    poolId: poolId(),
    bundleCode: text("bundle_code").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    lifeEvent: text("life_event").notNull(),
    members: jsonb("members").$type<{ item: string; after: string[] }[]>().notNull(),
    /** Fields asked once for all members. */
    form: jsonb("form").$type<FormField[]>().notNull().default([]),
    source: text("source"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.bundleCode] })],
);
