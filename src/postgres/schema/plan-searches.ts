import { sql } from "drizzle-orm";
import { check, index, jsonb, primaryKey, uuid } from "drizzle-orm/pg-core";
import { instant, poolId, poolSchema } from "./pool-schema.js";

/** Plans that somebody had looked for, and what came of it. */
export const planSearches = poolSchema.table(
  "plan_searches",
  {
    poolId: poolId(),
    searchId: uuid("search_id").notNull(),
    goal: jsonb("goal").notNull(),
    askedBy: uuid("asked_by").notNull(),
    /** In the pool's time. */
    askedAt: instant("asked_at").notNull(),
    progress: jsonb("progress").notNull(),
    /** The draft, why nothing is proposed, or why it failed; null: under way. */
    outcome: jsonb("outcome"),
    begunAt: instant("begun_at").notNull().default(sql`clock_timestamp()`),
    /** Moves while somebody works on it: a stopped process leaves it behind. */
    workedAt: instant("worked_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.searchId] }),
    index("plan_searches_begun").on(t.poolId, t.begunAt),
    check("plan_searches_outcome", sql`${t.outcome} is null or ${t.outcome} ->> 'state' in ('found', 'nothing', 'failed')`),
  ],
);
