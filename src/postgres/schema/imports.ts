import { sql } from "drizzle-orm";
import { index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** A table or manifest on its way into the pool: read, shown as a diff, applied in one transaction, reversible in one step. */
export const imports = poolSchema.table(
  "imports",
  {
    poolId: poolId(),
    importId: uuid("import_id").notNull().default(sql`gen_random_uuid()`),
    kind: text("kind").notNull(),
    fileName: text("file_name").notNull(),
    state: text("state").$type<"reading" | "previewed" | "applying" | "applied" | "reverting" | "reverted" | "failed">().notNull(),
    /** What it is about and how it was asked for: the unit whose whole list it is, what to do with what the list leaves out. */
    options: jsonb("options").notNull().default(sql`'{}'::jsonb`),
    /** Why it failed, or why the last attempt to apply or revert it was refused. */
    problems: jsonb("problems"),
    rowsTotal: integer("rows_total"),
    rowsDone: integer("rows_done").notNull().default(0),
    created: integer("created").notNull().default(0),
    changed: integer("changed").notNull().default(0),
    unchanged: integer("unchanged").notNull().default(0),
    removed: integer("removed").notNull().default(0),
    bad: integer("bad").notNull().default(0),
    skipBad: integer("skip_bad").notNull().default(0),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
    /** Moves while somebody works on it: a stopped process leaves it behind. */
    workedAt: instant("worked_at").notNull().default(sql`clock_timestamp()`),
    endedAt: instant("ended_at"),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.importId] })],
);

export const importChanges = poolSchema.table(
  "import_changes",
  {
    poolId: poolId(),
    importId: uuid("import_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    objectKey: text("object_key").notNull(),
    change: text("change").$type<"created" | "changed" | "removed" | "bad">().notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    problems: jsonb("problems"),
    /** Generation of the object when the table was compared with it, and after the import was applied. */
    seenGeneration: int8("seen_generation"),
    generation: int8("generation"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.importId, t.ordinal] }),
    index("import_changes_kind").on(t.poolId, t.importId, t.change),
  ],
);
