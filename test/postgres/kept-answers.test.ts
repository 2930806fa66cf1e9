import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

test("what earlier versions kept in clear for retries is gone after the upgrade, and nothing else is", async () => {
  const { sql } = database;
  const api = "post /api/v1/pools/p";
  const rows = [
    [`${api}/requests/r/priorities/1/opening`, '{"circumstances":"a disability"}', undefined],
    [`${api}/requests`, '{"number":"1","statusCode":"K7M2Q-9TWXA","item":"x"}', '{"number":"1","statusCode":"","item":"x"}'],
    [`${api}/bundle-requests`, '{"receipts":[{"statusCode":"AAAAA-22222"},{"statusCode":"BBBBB-33333"}]}', '{"receipts":[{"statusCode":""},{"statusCode":""}]}'],
    [`${api}/drafts`, '{"draft":"d"}', '{"draft":"d"}'],
  ] as const;
  for (const [route, body] of rows) await sql`insert into pool.idempotency_keys (pool_id, person_id, route, key, body_hash, status, body) values ('p', 'someone', ${route}, 'kept-key-1', '', 201, ${body})`;
  const upgrade = readFileSync(new URL("../../src/postgres/migrations/0014_kept-answers.sql", import.meta.url), "utf8");
  for (const statement of upgrade.split("--> statement-breakpoint")) await sql.unsafe(statement);
  for (const [route, , after] of rows) expect([route, (await sql<{ body: string }[]>`select body from pool.idempotency_keys where route = ${route}`)[0]?.body]).toEqual([route, after]);
});
