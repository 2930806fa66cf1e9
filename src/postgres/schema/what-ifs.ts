import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, poolId, poolSchema } from "./pool-schema.js";

/** A scenario somebody had played, and what came of it. */
export const whatIfs = poolSchema.table(
  "what_ifs",
  {
    poolId: poolId(),
    whatIfId: uuid("what_if_id").notNull(),
    name: text("name").notNull(),
    scenario: jsonb("scenario").notNull(),
    state: text("state").$type<"waiting" | "running" | "done" | "refused" | "failed" | "cancelled">().notNull(),
    /** Of both runs, in percent. */
    progress: integer("progress").notNull().default(0),
    /** Why it was refused, or failed. */
    problems: jsonb("problems"),
    result: jsonb("result"),
    resultHash: text("result_hash"),
    askedBy: text("asked_by").notNull(),
    askedAt: instant("asked_at").notNull().default(sql`clock_timestamp()`),
    /** Moves while somebody works on it: a stopped process leaves it behind. */
    workedAt: instant("worked_at").notNull().default(sql`clock_timestamp()`),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.whatIfId] }),
    index("what_ifs_asked").on(t.poolId, t.askedAt),
    check("what_ifs_state", sql`${t.state} in ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')`),
    check("what_ifs_result", sql`(${t.state} = 'done') = (${t.result} is not null)`),
    check("what_ifs_ended", sql`(${t.state} in ('waiting', 'running')) = (${t.endedAt} is null)`),
  ],
);
