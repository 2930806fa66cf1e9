import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SchedulingNotice } from "../../src/app/scheduling/deps.js";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter } from "./running-writer.js";
import { SmallPool, until } from "./small-pool.js";

/* Threads of §3 that need a writer and its tables; the others are in test/scheduler/threads/. */

let database: TestDatabase;
let pool: SmallPool;
let pools = 0;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`thread-${pools}`) });
});
afterAll(() => database.end());

const sound = async () => expect((await verify(database.url, pool.poolId)).checks.filter(({ ok }) => !ok)).toEqual([]);
const kinds = (notices: readonly SchedulingNotice[], kind: SchedulingNotice["kind"]) => notices.filter((notice) => notice.kind === kind);

/** The tables a decision is kept in, and how often any of their rows was written. */
const written = async () => {
  const [row] = await database.sql<{ written: number }[]>`
    select coalesce((select count(*) from pool.decisions where pool_id = ${pool.poolId}), 0)
      + coalesce((select count(*) from pool.allocations where pool_id = ${pool.poolId}), 0)
      + coalesce((select count(*) from pool.balances where pool_id = ${pool.poolId}), 0)
      + coalesce((select count(*) from pool.shapes where pool_id = ${pool.poolId}), 0)
      + coalesce((select sum(attempt + generation) from pool.steps where pool_id = ${pool.poolId} and request_id in (select request_id from pool.requests where pool_id = ${pool.poolId} and state = 'received')), 0) as written`;
  return row!.written;
};

test("thread 10 · kueue#8095: waiting writes nothing, however often it is looked at again", async () => {
  const desk = await pool.resource({ class: "staff.review", total: 10 });
  const writer = startWriter({ url: database.url, pool: pool.poolId });
  // Today and three days ahead.
  await pool.fileMany(4, { class: "staff.review", amount: 10 });
  await until(async () => (await pool.decisions()).length === 4);
  await pool.fileMany(100, { class: "staff.review", amount: 10 });
  await pool.settled();
  const before = await written();
  // Declared anew twenty times, with as little as before: a hundred are woken and wait again.
  for (let time = 0; time < 20; time += 1) await pool.setTotal(desk, 10);
  await pool.settled();
  expect(writer.view()!.counts().waiting).toBe(100);
  expect(await written()).toBe(before);
  expect(await pool.decisions()).toHaveLength(4);
  await writer.stop();
  await sound();
});

test("thread 18 · nomad#13017: what the books refuse is not proposed for ever: the resource is set aside and the rest goes on", async () => {
  const broken = await pool.resource({ class: "staff.review", total: 100 });
  const whole = await pool.resource({ class: "staff.review", total: 40 });
  const writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
  // The engine believes in 100 minutes on each day that the tables say are taken.
  const days = await database.sql<{ day: number }[]>`select (extract(epoch from clock_at + interval '8 hours')::int8 / 86400)::int as day from pool.pools where pool_id = ${pool.poolId}`;
  for (let ahead = 0; ahead < 3; ahead += 1) {
    await database.sql`insert into pool.balances (pool_id, resource_id, period, capacity, held) values (${pool.poolId}, ${broken}, ${days[0]!.day + ahead}, 100, 100)`;
  }
  const filed = await pool.fileMany(6, { class: "staff.review", amount: 20 });
  await until(async () => (await pool.decisions()).length === 6);
  // Refused once for all its days, not once for each claim.
  expect(kinds(writer.notices, "frozen").length).toBeLessThanOrEqual(3);
  const given = await pool.allocations();
  expect(given.map(({ resource_id }) => resource_id)).toEqual(filed.map(() => whole));
  await writer.stop();
  await database.sql`delete from pool.balances where pool_id = ${pool.poolId} and resource_id = ${broken}`;
  await sound();
});

test("thread 19 · nomad#28444: under a steady load no batch is thrown away and decided again", async () => {
  await pool.resource({ class: "staff.review", total: 1_000 });
  await pool.resource({ class: "staff.review", total: 1_000, unit: "health" });
  const writer = startWriter({ url: database.url, pool: pool.poolId, decisionsPerTurn: 5 });
  for (let round = 0; round < 10; round += 1) await pool.fileMany(20, { class: "staff.review", amount: 5 });
  await until(async () => (await pool.decisions()).length === 200);
  expect(kinds(writer.notices, "again")).toEqual([]);
  expect(kinds(writer.notices, "committed").length).toBeGreaterThan(10);
  await writer.stop();
  await sound();
});

test("thread 20 · nomad#15560: nothing is decided before all that is booked and waiting has been read", async () => {
  await pool.resource({ class: "staff.review", total: 30 });
  const first = startWriter({ url: database.url, pool: pool.poolId });
  await pool.fileMany(12, { class: "staff.review", amount: 10 });
  await until(async () => (await pool.decisions()).length === 12);
  await first.stop();
  // While nobody writes: room for one a day, and last of those who ask, one who is due before all of them.
  await pool.fileMany(4, { class: "staff.review", amount: 10 }, { dueInDays: 30 });
  const urgent = await pool.file({ class: "staff.review", amount: 10 }, { dueInDays: 1 });
  await pool.resource({ class: "staff.review", total: 10, unit: "health" });

  const order: string[] = [];
  const around = (writer: PoolWriter): PoolWriter => ({
    ...writer,
    load: async (...given) => {
      order.push("load");
      await writer.load(...given);
      order.push("loaded");
    },
    commit: async (batch) => {
      order.push(`commit ${batch.decisions.map(({ step }) => step).join()}`);
      return await writer.commit(batch);
    },
  });
  const second = startWriter({ url: database.url, pool: pool.poolId, around });
  await until(async () => (await pool.decisions()).length === 16);
  expect(order.slice(0, 2)).toEqual(["load", "loaded"]);
  const decisive = order.find((what) => /^commit \d/.test(what))!;
  expect(decisive.startsWith(`commit ${urgent.steps["only"]!.id}`)).toBe(true);
  await second.stop();
  await sound();
});
