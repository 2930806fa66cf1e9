import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "./running-writer.js";
import { DAY, HOUR, MONDAY, MONDAY_NINE, SmallPool, until } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  writer = startWriter({ url: database.url, pool: pool.poolId });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

describe("a writer at work", () => {
  test("a request's step gets capacity, is worked on, settles what it used and gives back the rest", async () => {
    const desk = await pool.resource({ class: "staff.review", total: 120 });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    const step = filed.steps["only"]!;
    await until(async () => (await pool.decisions(step.id)).length === 1);
    expect(await pool.allocations(step.id)).toMatchObject([{ resource_id: desk, period: MONDAY, amount: 60, capacity: 120, state: "held" }]);

    await pool.start(step.id);
    await pool.complete(step.id, [{ claim: step.claims[0]!, amount: 45 }]);
    await until(async () => (await pool.allocations(step.id))[0]?.state === "settled");
    expect(await pool.allocations(step.id)).toMatchObject([{ amount: 60, settled_amount: 45 }]);
    const [balance] = await database.sql`select capacity, held, settled from pool.balances where resource_id = ${desk} and period = ${MONDAY}`;
    expect(balance).toEqual({ capacity: 120, held: 0, settled: 45 });
  });
});
