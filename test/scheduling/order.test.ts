import { afterAll, beforeAll, expect, test } from "vitest";
import { trusted } from "../../src/domain/id.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter, startWriterWhenFree, type RunningWriter } from "./running-writer.js";
import { SmallPool, until, type Filed } from "./small-pool.js";

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

const stepOf = (filed: Filed) => filed.steps["only"]!.id;

/** As a competent officer's confirmation writes it: the rows of the steps, and the command. */
async function confirm(filed: Filed, ground: string, advanceMinutes: number | null): Promise<void> {
  await database.sql`update pool.steps set priority_ground = ${ground}, priority_minutes = ${advanceMinutes} where request_id = ${filed.request}`;
  await pool.revoke({ kind: "request.prioritised", request: filed.request, steps: [stepOf(filed)], priority: { ground, advanceMinutes } });
}

test("a ground that is confirmed moves a waiting step; the grant keeps its key and says whom it passed and why", async () => {
  await pool.resource({ class: "staff.decide", total: 60 });
  const ask = { class: "staff.decide", amount: 60, scope: "competent" } as const;
  const first = await pool.fileMany(4, ask);
  await until(async () => (await pool.decisions(stepOf(first[3]!))).length === 1);
  const plain = await pool.file(ask, { dueInDays: 5 });
  const elderly = await pool.file(ask, { dueInDays: 6 });
  await pool.settled();
  await confirm(elderly, "elderly", 2 * 1_440);
  await pool.settled();
  await pool.withdraw(first[0]!);
  await until(async () => (await pool.decisions(stepOf(elderly))).length === 1);
  expect(await pool.decisions(stepOf(plain))).toEqual([]);
  const [row] = await database.sql`select order_key, passed_step_id, passed_ground from pool.decisions where step_id = ${stepOf(elderly)}`;
  expect(row).toMatchObject({ passed_step_id: stepOf(plain), passed_ground: "priority" });
  expect(Number(row!["order_key"])).toBeGreaterThan(0);
  for (const filed of [...first.slice(1), plain, elderly]) await pool.withdraw(filed);
  await pool.settled();
});

test("an emergency takes what nobody has begun: the other is queued again with its place, the ground is on its step and on record", async () => {
  await pool.resource({ class: "staff.review", total: 60 });
  const ask = { class: "staff.review", amount: 60 } as const;
  const others = await pool.fileMany(4, ask);
  await until(async () => (await pool.decisions(stepOf(others[3]!))).length === 1);
  for (const begun of others.slice(0, 3)) await pool.start(stepOf(begun));
  const flood = await pool.file(ask);
  await pool.settled();
  expect(await pool.decisions(stepOf(flood))).toEqual([]);
  await confirm(flood, "flood", null);
  await until(async () => (await pool.decisions(stepOf(flood))).length === 1);

  const moved = stepOf(others[3]!);
  expect(await pool.allocations(moved)).toMatchObject([{ state: "released", settled_amount: 0 }]);
  const [step] = await database.sql`select attempt, moved_ground, state from pool.steps where step_id = ${moved}`;
  expect(step).toEqual({ attempt: 2, moved_ground: "flood", state: "ready" });
  const records = await database.sql`select object_id, after from pool.audit_records where act = 'step.moved'`;
  expect(records).toEqual([{ object_id: others[3]!.publicId, after: { step: "only", ground: "flood" } }]);
  for (const begun of others.slice(0, 3)) expect((await pool.allocations(stepOf(begun)))[0]).toMatchObject({ state: "held" });
  await pool.withdraw(flood);
  await until(async () => (await pool.decisions(moved)).length === 2);
});

test("a time that was picked stays where it is for an emergency, also with the writer that comes after", async () => {
  const ask = { class: "staff.decide", amount: 60, scope: "competent" } as const;
  const others = await pool.fileMany(4, ask);
  await until(async () => (await pool.decisions(stepOf(others[3]!))).length === 1);
  for (const begun of others.slice(0, 3)) await pool.start(stepOf(begun));
  const visit = others[3]!;
  const [{ resource_id: desk, period } = expect.fail()] = await pool.allocations(stepOf(visit));
  await pool.pick(stepOf(visit), [{ claim: visit.steps["only"]!.claims[0]!, resource: trusted(desk), generation: 1, period }]);
  await until(async () => (await pool.decisions(stepOf(visit))).length === 2);
  expect(await writer.stop()).toBe("stopped");
  writer = await startWriterWhenFree({ url: database.url, pool: pool.poolId });

  const flood = await pool.file(ask);
  await confirm(flood, "flood", null);
  await pool.settled();
  expect(await pool.decisions(stepOf(flood))).toEqual([]);
  expect((await pool.allocations(stepOf(visit))).filter(({ state }) => state === "held")).toMatchObject([{ attempt: 2, period }]);
  await pool.withdraw(visit);
  await until(async () => (await pool.decisions(stepOf(flood))).length === 1);
});
