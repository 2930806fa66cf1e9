import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyLists, copyRows, literal } from "../../src/postgres/binary-copy.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

describe("binary COPY", () => {
  test("brings every kind of field as it is stored", async () => {
    const values = `values
      (1, -5::int8, 9007199254740991::int8, true, 'a''b 县'::text, timestamptz '2026-11-23 01:00:00.123+00', '00000000-0000-4000-9000-0000000000ff'::uuid),
      (null, -9007199254740991::int8, 4294967296::int8, false, ''::text, timestamptz '1969-12-31 23:59:59.999+00', null::uuid)`;
    const rows: unknown[] = [];
    await copyRows(database.sql, `select * from (${values}) as v`, (row) =>
      rows.push([row.int4OrNull(), row.int8(), row.int8(), row.bool(), row.text(), row.instant(), row.keyOrNull()]),
    );
    expect(rows).toEqual([
      [1, -5, Number.MAX_SAFE_INTEGER, true, "a'b 县", Date.parse("2026-11-23T01:00:00.123Z"), `\0\0\0\0\0\0\x40\0\x90\0\0\0\0\0\0\xff`],
      [null, Number.MIN_SAFE_INTEGER, 2 ** 32, false, "", -1, null],
    ]);
  });

  test.each([0, 1, 3_000, 200_000])("%i rows: all of them, in lists, and the connection goes on", async (count) => {
    const seen: number[] = [];
    await database.sql.begin(async (t) => {
      await copyLists(t as never, `select n, ${literal("x'".repeat(20))} from generate_series(1, ${count}) n`, (row) => (row.int4(), row.text().length), (list) => seen.push(...list));
      expect((await t`select 7 as n`)[0]).toEqual({ n: 7 });
    });
    expect(seen).toHaveLength(count);
    expect(seen.every((length) => length === 40)).toBe(true);
  });

  test("a reader that fails is heard once everything has come", async () => {
    const failing = copyRows(database.sql, "select n from generate_series(1, 100000) n", () => {
      throw new Error("cannot read this");
    });
    await expect(failing).rejects.toThrow("cannot read this");
    expect(await database.sql`select 1 as n`).toHaveLength(1);
  });
});
