import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase;

export interface Connection {
  readonly sql: Sql;
  readonly db: Db;
  /**
   * For short reads and writes made while a transaction of `sql` is open: the clock, a block of serials. On `sql` they
   * would wait for a connection while holding one, and enough of them at once would wait for ever.
   */
  readonly side: Sql;
  end(): Promise<void>;
}

export interface ConnectionOptions {
  /** Connections at most. */
  readonly max?: number;
  readonly applicationName?: string;
  /** Milliseconds one statement may take. */
  readonly statementTimeoutMs?: number;
  /** Seconds after which a connection nobody uses is given back; default: never. */
  readonly idleSecondsMax?: number;
}

const SIDE_MAX = 2;

/** Opens a pool of connections. Nothing connects before the first query. */
export function connect(url: string, { max = 10, applicationName = "govpool", statementTimeoutMs = 30_000, idleSecondsMax }: ConnectionOptions = {}): Connection {
  const options = {
    max,
    onnotice: () => {},
    ...(idleSecondsMax !== undefined && { idle_timeout: idleSecondsMax }),
    // Ids and amounts are safe integers everywhere in the code.
    types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: applicationName, statement_timeout: statementTimeoutMs, TimeZone: "UTC" },
  };
  const sql = postgres(url, options) as unknown as Sql;
  const side = postgres(url, { ...options, max: SIDE_MAX }) as unknown as Sql;
  // Drizzle replaces the date and JSON (de)serializers of the client it is given, so it gets one of its own.
  const forDrizzle = postgres(url, options);
  return {
    sql,
    side,
    db: drizzle(forDrizzle),
    end: async () => {
      await Promise.all([sql.end({ timeout: 5 }), side.end({ timeout: 5 }), forDrizzle.end({ timeout: 5 })]);
    },
  };
}
