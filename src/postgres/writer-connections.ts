import postgres from "postgres";
import { DatabaseAway } from "../app/ports/writer.js";
import type { Sql } from "./connection.js";

/**
 * The writer's connections. They do not come from the pool that serves pages: a busy portal must not cost the
 * lease, and a long batch must not hold up its renewal.
 */
export interface WriterConnections {
  /** Batches, one at a time. Replaced when a reply was lost. */
  batch(): Sql;
  replaceBatch(): void;
  lease: Sql;
  read: Sql;
  end(): Promise<void>;
}

export interface WriterConnectionOptions {
  readonly databaseUrl: string;
  readonly leaseTtlMs: number;
}

/** Milliseconds a statement of the writer may take; loading a big pool sets its own. */
const STATEMENT_MS_MAX = 30_000;
const CONNECT_SECONDS_MAX = 5;

export function openWriterConnections({ databaseUrl, leaseTtlMs }: WriterConnectionOptions): WriterConnections {
  const open = (max: number, timeouts: Record<string, number> = {}): Sql =>
    postgres(databaseUrl, {
      max,
      connect_timeout: CONNECT_SECONDS_MAX,
      // The loop has its own patience; a driver that waits longer between attempts would hide a database that is back.
      backoff: () => 0.1,
      onnotice: () => {},
      // Amounts and ids are safe integers everywhere in the code.
      types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
      connection: { application_name: "govpool-writer", statement_timeout: STATEMENT_MS_MAX, TimeZone: "UTC", ...timeouts },
    }) as unknown as Sql;

  // A process that is frozen between two statements would keep its row lock for ever and nobody could take over:
  // the server ends such a session after one lease.
  const openBatch = () => open(1, { idle_in_transaction_session_timeout: leaseTtlMs });
  let batch = openBatch();
  const lease = open(1);
  const read = open(2);
  return {
    batch: () => batch,
    replaceBatch: () => {
      void batch.end({ timeout: 0 }).catch(() => {});
      batch = openBatch();
    },
    lease,
    read,
    end: async () => {
      await Promise.allSettled([batch, lease, read].map((sql) => sql.end({ timeout: 1 })));
    },
  };
}

/** The database cannot be reached, is starting or stopping, or ended our session: not a bug, and it may pass. */
const AWAY = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P03",
  "25P03",
  "53300",
]);

export function isAway(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && (AWAY.has(code) || code.startsWith("08"));
}

/** Runs a read; a lost connection becomes `DatabaseAway`. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error)) throw new DatabaseAway("the database cannot be reached", { cause: error });
    throw error;
  }
}
