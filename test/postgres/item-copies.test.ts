import { afterAll, beforeAll, expect, test } from "vitest";
import type { PoolId } from "../../src/domain/id.js";
import { trusted } from "../../src/domain/id.js";
import { createStore } from "../../src/postgres/store.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

const pool = trusted<PoolId>("copies");
let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.sql`insert into pool.pools (pool_id, names, division_code) values (${pool}, '{"zh":"池","en":"Pool"}', '522300')`;
});
afterAll(() => database.end());

const declare = (code: string, source: string) => database.sql`
  insert into pool.items (pool_id, item_code, version, state, name_zh, name_en, task_type, audience, theme, line, level, guide)
  values (${pool}, ${code}, 1, 'published', '事', 'Matter', 'license', '{person}', 'home', 'civil', 'county', ${database.sql.json({ source })})`;

test("an item is read once, and anew as soon as anybody changed its row", async () => {
  const { items } = createStore(database).read(pool);
  const source = async () => (await items.published("a"))?.guide.source;
  await declare("a", "first");
  const first = await items.published("a");
  expect(await items.published("a")).toBe(first);
  expect((await items.list({}, { limit: 5 })).rows[0]).toBe(first);
  expect(await items.version("a", 1)).toBe(first);

  // Without a new generation, as nobody of ours would.
  await database.sql`update pool.items set guide = '{"source":"second"}' where pool_id = ${pool} and item_code = 'a'`;
  expect(await source()).toBe("second");
  await database.sql`delete from pool.items where pool_id = ${pool} and item_code = 'a'`;
  expect(await items.published("a")).toBeNull();
  await declare("a", "third");
  expect(await source()).toBe("third");
  await database.sql`update pool.items set state = 'retired' where pool_id = ${pool} and item_code = 'a'`;
  expect(await items.published("a")).toBeNull();
  expect((await items.list({}, { limit: 5 })).rows).toEqual([]);
});

test("what a transaction saw of itself and took back is seen by nobody after it", async () => {
  const store = createStore(database);
  await declare("b", "kept");
  const inside = store.transact(pool, async (tx) => {
    await tx.items.confirm(trusted("b"), 1);
    expect((await tx.items.published("b"))?.generation).toBe(2);
    throw new Error("taken back");
  });
  await expect(inside).rejects.toThrow("taken back");
  await database.sql`update pool.items set guide = '{"source":"another"}', generation = 2 where pool_id = ${pool} and item_code = 'b'`;
  expect(await store.read(pool).items.published("b")).toMatchObject({ generation: 2, guide: { source: "another" } });
});
