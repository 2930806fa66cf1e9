import { sql } from "drizzle-orm";
import { index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { Command } from "../../domain/pool/command.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/**
 * Acts that change capacity or the queue, on their way to the pool's writer. Written in the act's own
 * transaction; the writer takes unnumbered rows in id order and numbers them, so a row that commits
 * late is taken late, never skipped. No index on the number: each would be paid for twice a command, and who reads by
 * number reads all (`verify` checks that each number occurs once).
 */
export const commands = poolSchema.table(
  "commands",
  {
    poolId: poolId(),
    commandId: int8("command_id").generatedAlwaysAsIdentity(),
    command: jsonb("command").$type<Command>().notNull(),
    /** On the pool's clock. */
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull().default(sql`clock_timestamp()`),
    actorId: text("actor_id").notNull(),
    seq: int8("seq"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.commandId] }),
    index("commands_untaken").on(t.poolId, t.commandId).where(sql`seq is null`),
  ],
);
