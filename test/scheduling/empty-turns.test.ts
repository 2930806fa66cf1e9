import { afterAll, beforeAll, expect, test } from "vitest";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { Engine } from "../../src/scheduler/contract.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter } from "./running-writer.js";
import { SmallPool, until } from "./small-pool.js";

/* After a change of policy, of divisions or of the day, many turns may pass that try long queues and find nobody to serve. */

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

const TURNS = 200_000;

/** An engine that has more to try for so many turns, whatever it finds. */
const labouring = (left: { turns: number }) => (engine: Engine): Engine => ({
  ...engine,
  finish: (now) => {
    const turn = engine.finish(now);
    left.turns = Math.max(0, left.turns - 1);
    return { ...turn, more: turn.more || left.turns > 0 };
  },
});

test("between two turns that found nobody, commands are taken and batches arrive", async () => {
  const pool = await SmallPool.make(database, { poolId: trusted<PoolId>("commands") });
  const left = { turns: TURNS };
  const writer = startWriter({ url: database.url, pool: pool.poolId, engine: labouring(left) });
  await until(async () => left.turns < TURNS);
  await pool.resource({ class: "staff.review", total: 100 });
  const filed = await pool.file({ class: "staff.review", amount: 10 });
  await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 1);
  await until(async () => writer.notices.some((notice) => notice.kind === "committed" && notice.granted === 1));
  expect(left.turns).toBeGreaterThan(0);
  expect(await writer.stop()).toBe("stopped");
});

test("who says stop does not wait for the last of them", async () => {
  const pool = await SmallPool.make(database, { poolId: trusted<PoolId>("stop") });
  const left = { turns: TURNS };
  const writer = startWriter({ url: database.url, pool: pool.poolId, engine: labouring(left) });
  await until(async () => left.turns < TURNS);
  const before = left.turns;
  const ended = writer.stop();
  // One may have been at work when it was said.
  expect(await ended).toBe("stopped");
  expect(before - left.turns).toBeLessThanOrEqual(2);
  expect((await pool.writerRow()).lease_until).toBeNull();
});
