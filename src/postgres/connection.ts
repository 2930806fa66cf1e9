import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase;

export interface Connection {
  readonly sql: Sql;
  readonly db: Db;
  end(): Promise<void>;
}

export interface ConnectionOptions {
  /** Connections at most. */
  readonly max?: number;
  readonly applicationName?: string;
  /** Milliseconds one statement may take. */
  readonly statementTimeoutMs?: number;
}

/** Opens a pool of connections. Nothing connects before the first query. */
export function connect(url: string, { max = 10, applicationName = "govpool", statementTimeoutMs = 30_000 }: ConnectionOptions = {}): Connection {
  const options: postgres.Options<{}> = {
    max,
    onnotice: () => {},
    connection: { application_name: applicationName, statement_timeout: statementTimeoutMs, TimeZone: "UTC" },
  };
  const sql = postgres(url, options);
  // Drizzle replaces the date and JSON (de)serializers of the client it is given, so it gets one of its own.
  const forDrizzle = postgres(url, options);
  return {
    sql,
    db: drizzle(forDrizzle),
    end: async () => {
      await Promise.all([sql.end({ timeout: 5 }), forDrizzle.end({ timeout: 5 })]);
    },
  };
}
