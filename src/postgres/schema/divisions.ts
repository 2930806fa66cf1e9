import { primaryKey, text } from "drizzle-orm/pg-core";
import { poolId, poolSchema } from "./pool-schema.js";

/** GB/T 2260 divisions of a pool and their statistical extension to townships. */
export const divisions = poolSchema.table(
  "divisions",
  {
    poolId: poolId(),
    code: text("code").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    level: text("level").$type<"province" | "prefecture" | "county" | "township" | "village">().notNull(),
    parentCode: text("parent_code"),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.code] })],
);

/** Functional zones (功能区): not divisions, but sets of townships that a jurisdiction may name. */
export const zones = poolSchema.table(
  "zones",
  {
    poolId: poolId(),
    zoneId: text("zone_id").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    townships: text("townships").array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.zoneId] })],
);
