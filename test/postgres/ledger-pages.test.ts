import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

test("movements written as rows are the same movements after the upgrade to pages", async () => {
  const { sql } = database;
  await sql.unsafe(`
    drop view pool.movements;
    drop table pool.movement_pages;
    create table pool.movements (
      pool_id text, claim_id bigint, attempt integer, resource_id bigint, period integer,
      kind text, debit text, credit text, amount bigint, seq bigint, occurred_at timestamptz(3));
    insert into pool.movements values
      ('p', 65, 1, 7, 20500, 'settle', 'held', 'settled', 12, 3, '2026-03-02T01:00:00Z'),
      ('p', 65, 1, 7, 20500, 'release', 'held', 'free', 8, 3, '2026-03-02T01:00:00Z'),
      ('p', 64, 2, 9, 20501, 'release', 'held', 'free', 30, 3, '2026-03-02T01:00:00Z'),
      ('p', 128, 1, 7, 20499, 'lapse', 'held', 'free', 5, 9, '2026-03-03T01:00:00Z'),
      ('q', 65, 1, 7, 20500, 'annul', 'settled', 'free', 1, 3, '2026-03-02T02:00:00Z')`);
  const ledger = () => sql`select * from pool.movements order by pool_id, seq, claim_id, kind`.then((rows) => rows.map((row) => ({ ...row })));
  const before = await ledger();
  const upgrade = readFileSync(new URL("../../src/postgres/migrations/0015_ledger-pages.sql", import.meta.url), "utf8");
  for (const statement of upgrade.split("--> statement-breakpoint")) await sql.unsafe(statement);
  expect(await ledger()).toEqual(before);
  expect(await sql`select count(*)::int as pages from pool.movement_pages`).toEqual([{ pages: 4 }]);
});

test("a page has as many of each, and no amount of nothing", async () => {
  const page = (claims: string, amounts: string) => database.sql`
    insert into pool.movement_pages (pool_id, seq, kind, debit, credit, occurred_at, claims, attempts, resources, periods, amounts)
    values ('p', 77, 'release', 'held', 'free', now(), ${claims}::int8[], '{1,1}', '{7,8}', '{20500,20500}', ${amounts}::int8[])`;
  await expect(page("{64}", "{1,1}")).rejects.toThrow("movement_pages_lengths");
  await expect(page("{64,65}", "{1,0}")).rejects.toThrow("movement_pages_amounts");
  await expect(page("{64,65}", "{1,2}")).resolves.toBeDefined();
});
