import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { connect, type Connection } from "../../src/postgres/connection.js";

export interface TestDatabase extends Connection {
  readonly url: string;
}

/** A fresh, migrated database on the run's PostgreSQL. `end()` closes and drops it. */
export async function freshDatabase(): Promise<TestDatabase> {
  const template = inject("databaseUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(template, (sql) => createFrom(sql, name));
  const url = new URL(template);
  url.pathname = `/${name}`;
  const connection = connect(url.href, { max: 8 });
  return {
    ...connection,
    url: url.href,
    end: async () => {
      await connection.end();
      await asAdmin(template, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}

async function asAdmin(template: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const url = new URL(template);
  url.pathname = "/postgres";
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

/** Two files may clone at once; the template then counts as in use for a moment (55006). */
async function createFrom(sql: postgres.Sql, name: string): Promise<void> {
  await sql`select pg_advisory_lock(7041)`;
  await sql.unsafe(`create database ${name} template govpool strategy file_copy`);
}
