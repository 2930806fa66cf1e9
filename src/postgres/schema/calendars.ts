import { boolean, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { poolId, poolSchema } from "./pool-schema.js";

/** Layers of working time: nation, prefecture, unit, resource; each rests on its `base`. */
export const calendars = poolSchema.table(
  "calendars",
  {
    poolId: poolId(),
    calendarId: text("calendar_id").notNull(),
    layer: text("layer").$type<"nation" | "prefecture" | "unit" | "resource">().notNull(),
    baseId: text("base_id"),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    /** Weekday (mon … sun) → spans `HH:MM-HH:MM` on the half-hour grid; absent: as the base says. */
    week: jsonb("week").$type<Record<string, string[]>>(),
    breaks: text("breaks").array(),
    /** Dates before which more is asked, by date. */
    deadlines: jsonb("deadlines").$type<{ day: number; days: number; percent: number; classes: string[] | null; names: { zh: string; en: string } }[]>().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.calendarId] })],
);

/** Single dates that differ from the week: days off and make-up working days. */
export const calendarDays = poolSchema.table(
  "calendar_days",
  {
    poolId: poolId(),
    calendarId: text("calendar_id").notNull(),
    date: text("date").notNull(),
    off: boolean("off").notNull(),
    /** On a working day: its own spans; absent: those of a Monday. */
    hours: text("hours").array(),
    nameZh: text("name_zh"),
    nameEn: text("name_en"),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.calendarId, t.date] })],
);
