import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import type { Instant } from "../../src/domain/instant.js";
import { SLOTS_A_DAY } from "../../src/domain/pool/period.js";
import type { Result } from "../../src/domain/result.js";
import { readQuotaBook } from "../../src/postgres/sql/quota-use.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { HOUR, MONDAY, MONDAY_NINE, SmallPool, until, type Filed } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps } from "../support/register-pool.js";
import { inForce } from "../support/shares.js";

const names = { zh: "县区", en: "Counties" };

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: Pick<AppDeps, "store" | "authorizer">;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  deps = registerDeps(database);
  await pool.resource({ class: "staff.review", total: 100, unit: "market" });
  await pool.resource({ class: "staff.review", total: 100, unit: "health" });
  writer = startWriter({ url: database.url, pool: pool.poolId });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const quota = (unit: string, more: Record<string, unknown> = {}) => inForce(deps, pool.poolId, { kind: "quota", declare: { unit, class: "staff.review", cohort: "counties", ...more } });
const held = async (...filed: Filed[]) => (await Promise.all(filed.map(async ({ steps }) => (await pool.allocations(steps["only"]!.id)).filter(({ state }) => state === "held")))).flat();
const allHeld = (...filed: Filed[]) => until(async () => (await held(...filed)).length === filed.length);
const heard = () => until(async () => (await database.sql`select from pool.commands where pool_id = ${pool.poolId} and seq is null`).length === 0);
const use = () => database.sql`select unit_id, period, settled::int from pool.quota_use where pool_id = ${pool.poolId} order by 1, 2`;

test("what was settled before anybody set a quota is counted once, by the batch that answers the declaration", async () => {
  const before = await pool.file({ class: "staff.review", amount: 30 });
  await allHeld(before);
  await pool.start(before.steps["only"]!.id);
  await pool.complete(before.steps["only"]!.id, [{ claim: before.steps["only"]!.claims[0]!, amount: 20 }]);
  await heard();
  expect(await use()).toEqual([]);

  value(await inForce(deps, pool.poolId, { kind: "cohort", declare: { cohort: "counties", names } }));
  value(await quota("market"));
  value(await quota("health"));
  await heard();
  expect(await use()).toEqual([{ unit_id: "market", period: MONDAY, settled: 20 }]);
  expect(await database.sql`select from pool.quotas where counted_seq is null`).toHaveLength(0);
});

test("one unit borrows what its cohort leaves idle; its owner comes and gets its own back, and whoever makes way is told", async () => {
  // All that there is, on every day of the horizon: half of it belongs to the other.
  const borrowing = await pool.fileMany(15, { class: "staff.review", amount: 50 }, { dueInDays: 9 });
  await allHeld(...borrowing);
  const perDay = (periods: readonly { readonly period: number }[]) => [0, 1, 2, 3].map((day) => periods.filter(({ period }) => period - MONDAY === day).length);
  expect(perDay(await held(...borrowing))).toEqual([3, 4, 4, 4]);

  const owner = await pool.fileMany(2, { class: "staff.review", amount: 50 }, { unit: "health", dueInDays: 9 });
  await allHeld(...owner);
  // Of days ahead alone, and no more than was asked for; what was moved waits with its old place.
  expect(perDay(await held(...owner))[0]).toBe(0);
  expect(await held(...borrowing)).toHaveLength(13);
  const moved = await database.sql`select moved_ground from pool.steps where pool_id = ${pool.poolId} and moved_ground is not null`;
  expect(moved).toEqual([{ moved_ground: "reclaimed" }, { moved_ground: "reclaimed" }]);
  expect(await database.sql`select from pool.audit_records where pool_id = ${pool.poolId} and act = 'step.moved' and after ->> 'ground' = 'reclaimed'`).toHaveLength(2);
});

test("what is settled is added to its unit's account with the batch, and a writer that starts anew goes on from there", async () => {
  const [first] = await database.sql<{ step_id: number; claim_id: number }[]>`select step_id, claim_id from pool.allocations where pool_id = ${pool.poolId} and state = 'held' and period = ${MONDAY} order by step_id limit 1`;
  await pool.start(first!.step_id as never);
  await pool.complete(first!.step_id as never, [{ claim: first!.claim_id as never, amount: 45 }]);
  await heard();
  expect(await use()).toEqual([{ unit_id: "market", period: MONDAY, settled: 65 }]);

  expect(await writer.stop()).toBe("stopped");
  writer = startWriter({ url: database.url, pool: pool.poolId });
  // 65 settled and 100 held of the 180 that remain of Monday: 15 more would be borrowed, and may be, up to the other's 100.
  const more = await pool.file({ class: "staff.review", amount: 15 });
  await allHeld(more);
  expect((await held(more)).map(({ period }) => period - MONDAY)).toEqual([0]);
});

test("a unit that may borrow nothing waits, while another without a quota does not", async () => {
  value(await inForce(deps, pool.poolId, { kind: "quota", declare: { unit: "market", class: "staff.review", cohort: "counties", nominal: 10, borrowingLimit: 0 }, expected: 1 }));
  await heard();
  const kept = await pool.file({ class: "staff.review", amount: 15 });
  // More than it may ever use is refused at once, by the rule's own name.
  await until(async () => (await pool.decisions(kept.steps["only"]!.id)).length === 1);
  expect(await pool.refusalOf(kept.steps["only"]!.id)).toMatchObject({ rule: "quota" });

  const small = await pool.fileMany(3, { class: "staff.review", amount: 5 }, { dueInDays: 9 });
  const first = small[0]!.steps["only"]!.id;
  await until(async () => writer.view()?.whyWaiting(first) !== undefined);
  const waiting = writer.view()!.whyWaiting(first);
  expect(waiting).toMatchObject({ reasons: [{ blockedBy: { rule: "quota", quota: { unit: "market", nominal: 10, borrowingLimit: 0, room: 0 } } }] });
  expect(await held(...small)).toEqual([]);
  value(await inForce(deps, pool.poolId, { kind: "quota", remove: "market:staff.review", expected: 2 }));
  await allHeld(...small);
  expect((await use()).filter(({ unit_id }) => unit_id === "market")).toEqual([]);
});

test("a writer that starts in the afternoon counts as much of half-hours long past as one that has run since", async () => {
  value(await inForce(deps, pool.poolId, { kind: "quota", declare: { unit: "market", class: "material.counter", cohort: "counties" }, expected: null }));
  await heard();
  // The half-life is a week, and what was eight of them ago counts for the last time.
  const oldest = MONDAY - 56;
  const slots = [oldest * SLOTS_A_DAY - 1, oldest * SLOTS_A_DAY + 18];
  await database.sql`insert into pool.quota_use (pool_id, unit_id, class_id, period, settled) select ${pool.poolId}, 'market', 'material.counter', period, 1 from unnest(${slots}::int[]) as period`;
  const settledAt = async (now: Instant): Promise<number[]> => (await readQuotaBook(database.sql, pool.poolId, now)).settled.flatMap(({ classId, period }) => (classId === "material.counter" ? [period] : []));
  expect(await settledAt(MONDAY_NINE + 8 * HOUR)).toEqual([slots[1]]);
  value(await inForce(deps, pool.poolId, { kind: "quota", remove: "market:material.counter", expected: 1 }));
});
