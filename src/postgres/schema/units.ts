import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** Government bodies: a tree, each node with a division (块) and a line (条). */
export const units = poolSchema.table(
  "units",
  {
    poolId: poolId(),
    unitId: text("unit_id").notNull(),
    parentId: text("parent_id"),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    divisionCode: text("division_code").notNull(),
    line: text("line").notNull(),
    /** `task-force` a virtual office, made and ended with its composition · `supplier` an enterprise, association or bank that serves under an agreement. */
    kind: text("kind").$type<"organ" | "task-force" | "supplier">().notNull().default("organ"),
    level: text("level").$type<"prefecture" | "county" | "township">().notNull(),
    creditCode: text("credit_code"),
    address: text("address"),
    phone: text("phone"),
    calendarId: text("calendar_id"),
    state: text("state").$type<"active" | "retired">().notNull().default("active"),
    /** Its items are in the public catalogue; set when the onboarding checklist is complete. */
    published: boolean("published").notNull().default(false),
    publishedAt: instant("published_at"),
    /** Set by the manifest or by people: what the checklist cannot see by itself. */
    notes: jsonb("notes").$type<Record<string, string>>(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.unitId] }),
    foreignKey({ columns: [t.poolId, t.parentId], foreignColumns: [t.poolId, t.unitId], name: "units_parent" }),
    index("units_line").on(t.poolId, t.line, t.level),
    check("units_kind", sql`kind in ('organ', 'task-force', 'supplier')`),
    check("units_not_own_parent", sql`parent_id is distinct from unit_id`),
  ],
);
