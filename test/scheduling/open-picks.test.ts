import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import { trusted, type PoolId, type ResourceId, type StepId } from "../../src/domain/id.js";
import type { Engine } from "../../src/scheduler/contract.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter, startWriterWhenFree, type RunningWriter } from "./running-writer.js";
import { MONDAY, SmallPool, until, type Filed } from "./small-pool.js";

/*
 * A time is picked, and whoever writes the pool loses its engine before it answers: the pick is answered all the
 * same, once, by the engine that comes after.
 */

const WEDNESDAY_TEN = (MONDAY + 2) * 48 + 20;

let database: TestDatabase;
let pool: SmallPool;
let counter: ResourceId;
let filed: Filed;
let pools = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`pool-${pools}`) });
  counter = await pool.resource({ class: "material.counter", total: 1 });
});
afterAll(() => database.end());

const step = (): StepId => filed.steps["only"]!.id;
const pick = (period = WEDNESDAY_TEN): Promise<void> => pool.pick(step(), [{ claim: filed.steps["only"]!.claims[0]!, resource: counter, generation: 1, period }]);
const periodsHeld = async (): Promise<number[]> => (await pool.allocations(step())).filter(({ state }) => state === "held").map(({ period }) => period);

/** The first engine that is told of a pick never comes to its answer; `heard` when it was told. */
function holdingBack() {
  let hear = (): void => {};
  const heard = new Promise<void>((resolve) => (hear = resolve));
  let holding: Engine | undefined;
  const engine = (one: Engine): Engine => ({
    ...one,
    decide: (...given) => {
      if (!holding && filed && one.isPicked(step())) {
        holding = one;
        hear();
      }
      return holding === one && one.isPicked(step()) ? { more: true, decided: 0 } : one.decide(...given);
    },
  });
  return { heard, engine };
}

async function arranged(around?: (port: PoolWriter) => PoolWriter): Promise<{ writer: RunningWriter; heard: Promise<void> }> {
  const { heard, engine } = holdingBack();
  const writer = startWriter({ url: database.url, pool: pool.poolId, engine, ...(around && { around }) });
  filed = await pool.file({ class: "material.counter", amount: 1 });
  await until(async () => (await pool.decisions(step())).length === 1);
  return { writer, heard };
}

async function answeredOnce(): Promise<void> {
  await until(async () => (await periodsHeld()).includes(WEDNESDAY_TEN));
  await pool.settled();
  expect((await pool.decisions(step())).map(({ outcome }) => outcome)).toEqual(["granted", "granted"]);
  expect(await periodsHeld()).toEqual([WEDNESDAY_TEN]);
}

async function expectSound(): Promise<void> {
  expect((await verify(database.url, pool.poolId)).checks.filter(({ ok }) => !ok)).toEqual([]);
}

test("by the next writer, when the first ends before it answers", async () => {
  const { writer, heard } = await arranged();
  await pick();
  await heard;
  // Its command has no number before its answer has one.
  expect(await pool.untaken()).toBe(1);
  await writer.stop();
  const next = await startWriterWhenFree({ url: database.url, pool: pool.poolId });
  await answeredOnce();
  await next.stop();
  await expectSound();
});

test("after the pool is declared anew", async () => {
  const { writer, heard } = await arranged();
  await pick();
  await heard;
  await pool.revoke({ kind: "pool.declared" });
  await answeredOnce();
  await writer.stop();
  await expectSound();
});

test("after a batch booked more than there is, and the pool was read anew", async () => {
  let refuse = false;
  const other = await pool.resource({ class: "staff.review", total: 1 });
  const { writer, heard } = await arranged((port) => ({
    ...port,
    commit: async (batch) => {
      if (!refuse || batch.commands.length === 0) return await port.commit(batch);
      refuse = false;
      return { kind: "over-capacity", rows: [{ resource: other, period: 1, capacity: 1, held: 2, settled: 0, increase: 1 }] };
    },
  }));
  await pick();
  await heard;
  refuse = true;
  await pool.setTotal(other, 2);
  await answeredOnce();
  expect(writer.notices.filter(({ kind }) => kind === "frozen")).toHaveLength(1);
  await writer.stop();
  await expectSound();
});

test("after the fifth batch in a row that had to be decided again", async () => {
  let refusals = 0;
  const { writer, heard } = await arranged((port) => ({
    ...port,
    commit: async (batch) => {
      if (refusals === 0 || batch.commands.length === 0) return await port.commit(batch);
      refusals -= 1;
      return { kind: "stale-revocations" };
    },
  }));
  await pick();
  await heard;
  refusals = 5;
  await pool.resource({ class: "staff.review", total: 2 });
  await answeredOnce();
  expect(writer.notices.filter(({ kind }) => kind === "writing")).toHaveLength(2);
  await writer.stop();
  await expectSound();
});

test("what is given back before it was answered is not given afterwards, and the later of two picks counts", async () => {
  const { writer, heard } = await arranged();
  const first = await periodsHeld();
  await pick(WEDNESDAY_TEN + 1);
  await heard;
  await pick();
  await pool.pick(step(), []);
  await until(async () => (await pool.decisions(step())).length === 2);
  await pool.settled();
  expect(await periodsHeld()).toEqual(first);
  expect((await pool.decisions(step())).map(({ outcome }) => outcome)).toEqual(["granted", "granted"]);
  await writer.stop();
  await expectSound();
});

test("a request that ends before its pick is answered ends it too", async () => {
  const { writer, heard } = await arranged();
  await pick();
  await heard;
  await pool.withdraw(filed);
  await pool.settled();
  expect(await periodsHeld()).toEqual([]);
  expect(await pool.decisions(step())).toHaveLength(1);
  await writer.stop();
  await expectSound();
});
