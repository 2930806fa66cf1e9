import { afterAll, beforeAll, expect, test } from "vitest";
import { DatabaseAway } from "../../src/app/ports/writer.js";
import { isAway, WriterConnection } from "../../src/postgres/writer-connections.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

/** What comes of a statement on a writer's connection. */
async function outcome(url: string, settings: Readonly<Record<string, string>>, statement: string): Promise<unknown> {
  const connection = new WriterConnection(url, { max: 1, settings });
  try {
    return await connection.reach((sql) => sql.unsafe(statement)).catch((error: unknown) => error);
  } finally {
    await connection.end();
  }
}

test("a statement that took too long, and a server that may only be read, are waited for", async () => {
  expect(await outcome(database.url, { statement_timeout: "2000" }, "select pg_sleep(60)")).toBeInstanceOf(DatabaseAway);
  expect(await outcome(database.url, { default_transaction_read_only: "on" }, "create table t (n int)")).toBeInstanceOf(DatabaseAway);
});

test("a network that has no way to the server is waited for, a statement that is wrong is a fault", async () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"]) expect(isAway(Object.assign(new Error(code), { code }))).toBe(true);
  const wrong = await outcome(database.url, {}, "select nothing_of_the_kind");
  expect(wrong).toBeInstanceOf(Error);
  expect(wrong).not.toBeInstanceOf(DatabaseAway);
});
