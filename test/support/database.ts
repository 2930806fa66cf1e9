import { randomBytes } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { freePort } from "../../src/main/embedded-postgres.js";
import { connect, type Connection } from "../../src/postgres/connection.js";
import { govpool } from "./process.js";

export interface TestDatabase extends Connection {
  readonly url: string;
}

/** A fresh, migrated database on the run's PostgreSQL. `end()` closes and drops it. */
export const freshDatabase = (): Promise<TestDatabase> => databaseFrom("govpool");

/**
 * As `serve` leaves a new database after its first start: the sample prefecture and its prepared persons. Made once a run,
 * by whoever asks first. Its keys are in `home`, which the server of the copy needs.
 */
export async function sampleDatabase(home: string): Promise<TestDatabase> {
  const kept = join(inject("directory"), "sample-home");
  await asAdmin(inject("databaseUrl"), async (sql) => {
    await sql`select pg_advisory_lock(${SAMPLE_LOCK})`;
    if ((await sql`select from pg_database where datname = ${SAMPLE}`).length === 0) await makeSample(sql, kept);
  });
  cpSync(kept, home, { recursive: true });
  return await databaseFrom(SAMPLE);
}

const SAMPLE = "sample";
const SAMPLE_LOCK = 7042;

async function makeSample(admin: postgres.Sql, home: string): Promise<void> {
  await admin.unsafe(`drop database if exists ${SAMPLE}_begun with (force)`);
  await createFrom(admin, `${SAMPLE}_begun`, "govpool");
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${SAMPLE}_begun`;
  rmSync(home, { recursive: true, force: true });
  const first = govpool(["serve"], { GOVPOOL_HOME: home, PORT: String(await freePort()), DATABASE_URL: url.href, LOG_LEVEL: "warn" });
  await first.until(/Ctrl-C stops it/);
  first.kill("SIGTERM");
  await first.ended;
  await admin.unsafe(`alter database ${SAMPLE}_begun rename to ${SAMPLE}`);
}

async function databaseFrom(origin: string): Promise<TestDatabase> {
  const template = inject("databaseUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(template, (sql) => createFrom(sql, name, origin));
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
async function createFrom(sql: postgres.Sql, name: string, origin: string): Promise<void> {
  await sql`select pg_advisory_lock(7041)`;
  await sql.unsafe(`create database ${name} template ${origin} strategy ${inject("copies")}`);
}
