import { sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolSchema } from "./pool-schema.js";

/** One pool: the tenant, the scheduling cell, the shard key. */
export const pools = poolSchema.table(
  "pools",
  {
    poolId: text("pool_id").notNull(),
    names: jsonb("names").$type<{ zh: string; en: string }>().notNull(),
    divisionCode: text("division_code").notNull(),
    calendarId: text("calendar_id"),
    timeZone: text("time_zone").notNull().default("Asia/Shanghai"),
    /** A sandbox is a copy for replay and trial; only there the clock may be set. */
    sandbox: boolean("sandbox").notNull().default(false),
    copiedFrom: text("copied_from"),
    clock: text("clock").notNull().default("real"),
    clockAt: instant("clock_at"),
    /** How many steps may wait before intake answers 503. */
    queueLimit: integer("queue_limit").notNull().default(2_000_000),
    /** Requests one applicant may have open at a time: a person cannot hold every place. */
    openRequestsMax: integer("open_requests_max").notNull().default(200),
    /** Steps that hold something for one applicant, or stand in the queue for it; null: no limit. */
    holdsMax: integer("holds_max"),
    /** After so many days what a unit borrowed, or lent, of its cohort counts half. */
    quotaHalfLifeDays: integer("quota_half_life_days").notNull().default(7),
    sharingGeneration: int8("sharing_generation").notNull().default(1),
    createdAt: instant("created_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.poolId] }),
    check("pools_clock", sql`(clock = 'real' and clock_at is null) or (clock = 'manual' and sandbox and clock_at is not null)`),
  ],
);
