import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

describe("schema pool", () => {
  test("every primary key, unique index and foreign key leads with pool_id", async () => {
    const indexes = await database.sql<{ table: string; index: string; first: string }[]>`
      select c.relname as "table", i.relname as "index", a.attname as first
      from pg_index x
        join pg_class c on c.oid = x.indrelid
        join pg_class i on i.oid = x.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
      where n.nspname = 'pool' and x.indisunique`;
    expect(indexes.length).toBeGreaterThan(20);
    expect(indexes.filter((row) => row.first !== "pool_id")).toEqual([]);

    const keys = await database.sql<{ name: string; first: string }[]>`
      select k.conname as name, a.attname as first
      from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      where n.nspname = 'pool' and k.contype = 'f'`;
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((row) => row.first !== "pool_id")).toEqual([]);
  });
});
