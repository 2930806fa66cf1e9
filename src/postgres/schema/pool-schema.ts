import { bigint, pgSchema, text, timestamp } from "drizzle-orm/pg-core";

/** Everything of one pool. Every primary key, unique index and foreign key here leads with `pool_id`. */
export const poolSchema = pgSchema("pool");

/** Ids and amounts: bigint in the table, safe integers in code. */
export const int8 = (name: string) => bigint(name, { mode: "number" });
export const poolId = () => text("pool_id").notNull();
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
