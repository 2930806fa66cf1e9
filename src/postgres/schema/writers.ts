import { sql } from "drizzle-orm";
import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/**
 * The one writer of each pool. A batch begins by updating this row where `epoch`, `last_seq` and
 * `revocations` are what the batch was computed with: no match, no batch.
 */
export const writers = poolSchema.table(
  "writers",
  {
    poolId: poolId(),
    epoch: int8("epoch").notNull().default(0),
    lastSeq: int8("last_seq").notNull().default(0),
    /** Raised by every withdrawal of an authority, consent, policy or recusal. */
    revocations: int8("revocations").notNull().default(0),
    leaseHolder: text("lease_holder"),
    leaseUntil: instant("lease_until"),
    /** Where the writer answers rank, expected date and reasons: loopback or the cluster's inside. */
    readHost: text("read_host"),
    readPort: integer("read_port"),
    readToken: text("read_token"),
    /** The last instant of the pool's clock the writer has worked up to. */
    workedUpTo: instant("worked_up_to"),
    updatedAt: instant("updated_at").notNull().default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.poolId] })],
);
