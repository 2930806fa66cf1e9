import { boolean, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { LegalArticle } from "../../domain/pool/class.js";
import type { LabourLimit } from "../../domain/pool/labour.js";
import { int8, poolId, poolSchema } from "./pool-schema.js";

/** Logical types of capacity, declared in `resources/classes/`. */
export const classes = poolSchema.table(
  "classes",
  {
    poolId: poolId(),
    classId: text("class_id").notNull(),
    kind: text("kind").$type<"function" | "staff" | "funds" | "material" | "data">().notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    measure: text("measure").$type<"minute" | "case" | "fen" | "piece" | "call">().notNull(),
    period: text("period").$type<"none" | "slot" | "day" | "fiscal-year">().notNull(),
    /** Days ahead that are allocated; null where the period is none or a year. */
    horizonDays: integer("horizon_days"),
    per: text("per").$type<"asset" | "unit">().notNull(),
    lend: text("lend").$type<"none" | "share" | "work">().notNull(),
    act: text("act").$type<"assisting" | "deciding" | "none">().notNull(),
    /** Settled amounts never return: stock. */
    consumable: boolean("consumable").notNull().default(false),
    min: int8("min").notNull(),
    max: int8("max").notNull(),
    step: int8("step").notNull(),
    /** Minutes one person may work in a day, and without a break; with the law that says so. */
    labour: jsonb("labour").$type<LabourLimit>(),
    /** The law that keeps the act with the competent organ alone. */
    nonDelegable: jsonb("non_delegable").$type<LegalArticle>(),
    source: text("source"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.classId] })],
);

export const traits = poolSchema.table(
  "traits",
  {
    poolId: poolId(),
    traitId: text("trait_id").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.traitId] })],
);
