import { afterAll, beforeAll, expect, test } from "vitest";
import { localDateOf } from "../../src/domain/instant.js";
import type { ResourceId } from "../../src/domain/id.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter, type RunningWriter } from "./running-writer.js";
import { DAY, MONDAY, MONDAY_NINE, SmallPool, until, type Filed } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  await database.sql`update pool.classes set per = 'asset' where class_id = 'staff.decide'`;
  writer = startWriter({ url: database.url, pool: pool.poolId });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

/** One officer, certified up to and on the day named. */
async function certified(until: number | null): Promise<ResourceId> {
  const post = await pool.resource({ class: "staff.decide", total: 300 });
  await database.sql`
    insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id, valid_to)
    values (${pool.poolId}, ${`post-${post}`}, 'market', ${post}, 'post', 300, gen_random_uuid(), ${until === null ? null : localDateOf(until)})`;
  await database.sql`update pool.resources set derived = true, total = null where resource_id = ${post}`;
  await pool.declared(post);
  return post;
}

const DECIDE = { class: "staff.decide", amount: 300, scope: "competent" } as const;
const given = async (filed: Filed) => (await pool.allocations(filed.steps["only"]!.id)).filter(({ state }) => state === "held").map(({ period }) => period - MONDAY);
const refusal = (filed: Filed) => pool.refusalOf(filed.steps["only"]!.id);

test("an officer whose certificate ends serves up to its last day; whoever waits then is told by the date alone that nobody is left", async () => {
  await certified(MONDAY + 1);
  const filed = await pool.fileMany(3, DECIDE);
  await until(async () => (await Promise.all(filed.map(given))).flat().length === 2);
  await pool.settled();
  expect((await Promise.all(filed.map(given))).flat().sort()).toEqual([0, 1]);
  const waits = filed[(await Promise.all(filed.map(given))).findIndex((days) => days.length === 0)]!;
  expect(await refusal(waits)).toBeUndefined();
  for (const one of filed) if (one !== waits) await pool.start(one.steps["only"]!.id);
  // The last day is over; nobody declared anything.
  await pool.setClock(MONDAY_NINE + 2 * DAY);
  await until(async () => (await refusal(waits)) !== undefined);
  expect(await refusal(waits)).toMatchObject({ rule: "capacity", most: 0 });
  const [late] = await pool.fileMany(1, DECIDE);
  await until(async () => (await refusal(late!)) !== undefined);

  // Another who is certified without an end serves at once.
  await certified(null);
  const [served] = await pool.fileMany(1, DECIDE);
  await until(async () => (await given(served!)).length === 1);
});
