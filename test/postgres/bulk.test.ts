import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sql } from "../../src/postgres/connection.js";
import { inBulk } from "../../src/postgres/queries/bulk.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.sql`create table numbers (n int primary key check (n <> 7 and n <> 6007))`;
});
afterAll(() => database.end());

const insert = (from: number, count: number): Promise<number[]> =>
  database.sql.begin(async (t) => {
    const sql = t as unknown as Sql;
    const rows = Array.from({ length: count }, (_, at) => ({ n: from + at }));
    const made = await inBulk(sql, rows, (json) => sql<{ n: number }[]>`insert into numbers (n) select n from json_to_recordset(${json}) as r (n int) returning n`);
    return made.map(({ n }) => n);
  }) as Promise<number[]>;
const stored = async (): Promise<number> => Number((await database.sql`select count(*)::int as count from numbers`)[0]!["count"]);

describe("rows in bulk", () => {
  test("are written and answered in their order, however many parts they make", async () => {
    expect(await insert(10_000, 12_001)).toEqual(Array.from({ length: 12_001 }, (_, at) => 10_000 + at));
    expect(await insert(50_000, 0)).toEqual([]);
    expect(await stored()).toBe(12_001);
  });

  test("a part that fails is told of by its own words, and nothing of those before or behind stays", async () => {
    await expect(insert(0, 12_000)).rejects.toMatchObject({ code: "23514", detail: expect.stringContaining("(7)") });
    await expect(insert(10, 9_000)).rejects.toMatchObject({ code: "23514", detail: expect.stringContaining("(6007)") });
    expect(await stored()).toBe(12_001);
  });
});
