import { afterAll, beforeAll, expect, test } from "vitest";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { requestForOfficer } from "../../src/app/work/officer-view.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { casePool, foodApplication, FRIDAY_NINE, stepNamed, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  // One person's intake a day.
  await database.sql`update pool.resources set total = 20 where pool_id = ${world.pool} and code = 'market-intake'`;
  writer = startWriter({ url: database.url, pool: world.pool });
});
afterAll(async () => {
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;
const seen = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId));
const answered = async (publicId: string) => (await seen(publicId)).steps[0]!.answer === "granted";

test("whoever makes way for an emergency is told: when, for which step, on what ground; the dates are what they were, and so is the officer", async () => {
  const first = await filed();
  await until(() => answered(first));
  const before = await seen(first);
  // A flood: confirmed, absolute, and of no use tomorrow.
  await writer.stop();
  const flood = await filed();
  await database.sql`
    update pool.steps set priority_ground = 'flood', priority_minutes = null, due_at = ${new Date(FRIDAY_NINE + 3_600_000)}
    where pool_id = ${world.pool} and step_id = ${await stepNamed(database, flood, "intake")}`;
  writer = startWriter({ url: database.url, pool: world.pool });
  await until(() => answered(flood));
  await until(() => answered(first));

  const after = await seen(first);
  expect(after.timeline.filter(({ event }) => event === "moved")).toMatchObject([{ step: { name: "intake" }, ground: "flood", units: [] }]);
  expect(after.steps[0]!.startsAt).toBeGreaterThan(before.steps[0]!.startsAt!);
  expect([after.receivedAt, after.promisedDueAt, after.statutoryDueAt]).toEqual([before.receivedAt, before.promisedDueAt, before.statutoryDueAt]);
  expect((await seen(flood)).timeline.some(({ event }) => event === "moved")).toBe(false);
  const desk = value(await requestForOfficer(world.deps, world.clerk, world.pool, first));
  expect(desk.request.timeline.filter(({ event }) => event === "moved")).toMatchObject([{ ground: "flood" }]);
});
