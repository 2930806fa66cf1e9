import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { lendUnderOrder } from "../../src/app/emergency/lend.js";
import { endOrder, enterOrder, listUses, makeGood, readOrder, signOrder, type OrderInput } from "../../src/app/emergency/orders.js";
import { prioritise } from "../../src/app/emergency/prioritise.js";
import { followEmergencies, takeBackUse } from "../../src/app/emergency/settle.js";
import { trusted, type PersonId, type PoolId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { DAY, HOUR, MONDAY_NINE, SmallPool, until, type Filed } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must, testIdentity } from "../support/identity.js";
import { codes, headOf } from "../support/plan-pool.js";
import { registerDeps } from "../support/register-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: AppDeps;
let enters: PersonActor;
let signs: PersonActor;
let head: PersonActor;
let clerk: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});
let pools = 0;
beforeEach(async () => {
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`flood-${(pools += 1)}`) });
  const { sql } = database;
  await sql`update pool.classes set lend = 'work' where pool_id = ${pool.poolId} and class_id = 'staff.review'`;
  await sql`
    insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
    values (${pool.poolId}, 'dry', '旱县', 'Dry', '522322', 'market-regulation', 'county', true)`;
  await sql`
    insert into pool.priority_classes (pool_id, code, name_zh, name_en, advance_minutes, legal_basis, evidence_required)
    values (${pool.poolId}, 'disaster', '救灾', 'Disaster', null, '《突发事件应对法》', true)`;
  deps = registerDeps(database) as AppDeps;
  const { person } = testIdentity(database);
  const somebody = async (role: HeldRole): Promise<PersonActor> => {
    const personId = await person();
    await deps.store.transact(pool.poolId, async (tx) => void (await tx.roleGrants.insert(role, personId, trusted<PersonId>("00000000-0000-4000-8000-0000000000ff"), MONDAY_NINE - 1_000)));
    return { kind: "person", poolId: pool.poolId, personId, displayName: "测试", roles: [role], mandates: [], channel: "api" };
  };
  [enters, signs, head, clerk] = [await somebody({ role: "pool-admin" }), await somebody({ role: "policy-admin" }), await somebody(headOf("dry")), await somebody({ role: "clerk", unitId: trusted("market") })];
  writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
});
afterEach(async () => {
  expect(await writer.stop()).toBe("stopped");
});

let serial = 0;
const order = (more: Partial<OrderInput> = {}): OrderInput => ({
  document: `州应急指〔2026〕${(serial += 1)}号`,
  title: "启动防汛Ⅱ级应急响应",
  level: 2,
  trigger: "南盘江水位超警戒",
  divisions: ["522301"],
  items: [],
  powers: { priority: { ground: "disaster" }, lend: [{ class: "staff.review", amount: 60 }], rules: false },
  until: "2026-11-25",
  ...more,
});
const enter = (more: Partial<OrderInput> = {}, who = enters) => enterOrder(deps, who, pool.poolId, order(more));
const inForce = async (more: Partial<OrderInput> = {}) => {
  const { order: made } = must(await enter(more));
  must(await signOrder(deps, signs, pool.poolId, made.id));
  return made.id;
};
const state = async (id: number) => must(await readOrder(deps, enters, pool.poolId, id)).state;
const uses = async (id: number) => must(await listUses(deps, enters, pool.poolId, id, { limit: 50 })).rows;
const give = (id: number, filed: Filed, who = clerk) => prioritise(deps, who, pool.poolId, id, { requests: [filed.publicId], reason: "房屋进水" });
const groundOf = async (filed: Filed) => (await database.sql`select priority_ground from pool.steps where pool_id = ${pool.poolId} and request_id = ${filed.request}`)[0]!["priority_ground"];
const loans = () => database.sql`select loan_id, state, amount::int, to_day::text, back_from::text, legal_basis, ended_as from pool.loans where pool_id = ${pool.poolId} order by loan_id`;
const wish = (more = {}) => ({ class: "staff.review", lender: "dry", resource: "dry-review", borrower: "market", amount: 60, ...more });
const lend = (id: number, more = {}, who = enters) => lendUnderOrder(deps, who, pool.poolId, id, { loans: [wish(more)], reason: "受灾县人手不足" });

test("bad orders are refused, each for its own reason", async () => {
  expect(codes(await enter({ until: "2026-11-22" }))).toEqual(["emergency.sunset_past until"]);
  expect(codes(await enter({ from: "2026-11-20" }))).toEqual(["emergency.begins_past from"]);
  expect(codes(await enter({ from: "2026-11-24", until: "2026-11-23" }))).toEqual(["validity.reversed until"]);
  expect(codes(await enter({ until: "2027-01-23" }))).toEqual(["emergency.too_long until"]);
  expect(codes(await enter({ level: 3, atOnce: true }))).toEqual(["emergency.level_waits atOnce"]);
  expect(codes(await enter({ atOnce: true, from: "2026-11-24" }))).toEqual(["emergency.not_at_once from"]);
  expect(codes(await enter({ divisions: ["990000"], items: ["nothing"], powers: { priority: { ground: "none" }, lend: [{ class: "staff.nobody", amount: 1 }] } }))).toEqual([
    "division.unknown divisions.0", "input.unknown_reference items.0", "class.unknown powers.lend.0.class", "input.unknown_reference powers.priority.ground",
  ]);
  expect(codes(await enter({ powers: {} }))).toEqual(["emergency.no_power powers"]);
  expect(codes(await enter({ powers: { lend: [{ class: "staff.review", amount: -1 }, { class: "staff.review", amount: 1.5 }] } }))).toEqual(["amount.negative powers.lend.0.amount", "input.duplicate powers.lend.1.class"]);
  expect(codes(await enter({ powers: { lend: [{ class: "staff.decide", amount: 10 }] } }))).toEqual(["loan.not_lendable powers.lend.0.class"]);
  expect(codes(await enter({ powers: { priority: { ground: "disaster", everyCase: true } } }))).toEqual(["emergency.every_case_of_what items"]);
  expect(codes(await enter({}, clerk))).toEqual(["access.forbidden"]);
  const first = must(await enter()).order;
  expect(codes(await enter({ document: first.document }))).toEqual(["object.exists document"]);
});

test("no power without a live order; the second person is another; an order that nobody confirms lapses, and what was given under it falls back", async () => {
  const [served, waits] = [await pool.file({ class: "staff.review", amount: 30 }), await pool.file({ class: "staff.review", amount: 30 })];
  const waiting = must(await enter()).order.id;
  expect(codes(await give(waiting, waits))).toEqual(["emergency.not_in_force"]);
  expect(codes(await signOrder(deps, enters, pool.poolId, waiting))).toEqual(["approval.second_person_required"]);

  const { order: made } = must(await enter({ level: 1, atOnce: true }));
  expect(await state(made.id)).toBe("unconfirmed");
  must(await give(made.id, waits));
  expect(codes(await give(made.id, waits))).toEqual(["priority.claimed_already"]);
  expect([await groundOf(served), await groundOf(waits)]).toEqual([null, "disaster"]);
  expect(await uses(made.id)).toMatchObject([{ power: "priority", by: clerk.personId, request: { publicId: waits.publicId }, owed: "evidence", endedAt: null, at: MONDAY_NINE }]);

  await pool.setClock(MONDAY_NINE + DAY);
  expect(await state(made.id)).toBe("lapsed");
  expect(codes(await give(made.id, served))).toEqual(["emergency.not_in_force"]);
  expect(codes(await signOrder(deps, signs, pool.poolId, made.id))).toEqual(["object.transition_illegal"]);
  expect(await followEmergencies(deps, pool.poolId)).toBe(1);
  expect(await groundOf(waits)).toBe(null);
  expect((await uses(made.id))[0]!.endedAt).toBe(MONDAY_NINE + DAY);
  expect(await followEmergencies(deps, pool.poolId)).toBe(0);
  await pool.settled();
});

test("who was given the order's ground is served before others; at the sunset nothing of it is left", async () => {
  await database.sql`
    insert into pool.items (pool_id, item_code, version, state, name_zh, name_en, task_type, audience, theme, line, level, guide)
    values (${pool.poolId}, 'item', 1, 'published', '救助', 'Help', 'other', '{person}', 'x', 'x', 'county', '{}')`;
  // All days of one officer, given away.
  await pool.resource({ class: "staff.review", total: 30 });
  await pool.fileMany(4, { class: "staff.review", amount: 30 }, { dueInDays: 9 });
  await pool.settled();
  const plain = await pool.file({ class: "staff.review", amount: 30 });
  const hit = await pool.file({ class: "staff.review", amount: 30 });
  const id = await inForce();
  must(await give(id, hit));
  await until(async () => (await pool.allocations(hit.steps["only"]!.id)).length > 0);
  expect(await pool.allocations(plain.steps["only"]!.id)).toEqual([]);

  // A second order: whatever is asked of an item has the ground as soon as it is asked.
  const every = await inForce({ items: ["item"], powers: { priority: { ground: "disaster", everyCase: true } } });
  const late = await pool.file({ class: "staff.review", amount: 30 });
  expect(await followEmergencies(deps, pool.poolId)).toBe(6);
  expect([await groundOf(plain), await groundOf(late)]).toEqual(["disaster", "disaster"]);
  expect(new Set((await uses(every)).map(({ by }) => by))).toEqual(new Set(["system:emergency"]));
  expect(await followEmergencies(deps, pool.poolId)).toBe(0);

  await pool.setClock(Date.parse("2026-11-26T00:00:00+08:00"));
  expect(await state(id)).toBe("sunset");
  await followEmergencies(deps, pool.poolId);
  expect([await groundOf(hit), await groundOf(plain), await groundOf(late)]).toEqual([null, null, null]);
  const [row] = await database.sql`select settled_at from pool.emergency_orders where pool_id = ${pool.poolId} and order_id = ${id}`;
  expect(row!["settled_at"]).not.toBe(null);
  await pool.settled();
});

test("loans under an order ask nobody first, keep its limits and end with it; the lender's head is told", async () => {
  await pool.resource({ class: "staff.review", total: 200, unit: "dry", code: "dry-review" });
  await pool.settled();
  const id = await inForce();
  expect(codes(await lend(id, {}, clerk))).toEqual(["access.forbidden"]);
  expect(codes(await lend(id, { amount: 61 }))).toEqual(["emergency.above_limit"]);
  expect(codes(await lend(id, { to: "2026-11-26" }))).toEqual(["emergency.beyond_sunset loans.0.to"]);
  expect(codes(await lend(id, { class: "staff.decide" }))).toEqual(["emergency.class_not_given loans.0.class"]);
  expect(codes(await lend(id, { lender: "market", borrower: "dry" }))).toEqual(["emergency.out_of_scope loans.0.borrower"]);
  must(await lend(id));
  expect(codes(await lend(id, { amount: 1 }))).toEqual(["emergency.above_limit"]);
  await until(async () => (await loans()).every(({ state: now }) => now === "active"));
  expect(await loans()).toMatchObject([{ amount: 60, to_day: "2026-11-25", legal_basis: expect.stringContaining("州应急指") }]);

  const [use] = await uses(id);
  expect(use).toMatchObject({ power: "lend", owed: "consent", unitId: "dry", toldAt: null });
  expect(codes(await makeGood(deps, clerk, pool.poolId, use!.id))).toEqual(["access.forbidden"]);
  expect(must(await makeGood(deps, head, pool.poolId, use!.id))).toMatchObject({ toldBy: head.personId });
  expect(codes(await makeGood(deps, head, pool.poolId, use!.id))).toEqual(["emergency.nothing_owed"]);

  // It ends a day early: what is lent of the days to come goes back the same day.
  await pool.setClock(MONDAY_NINE + DAY);
  expect(codes(await endOrder(deps, clerk, pool.poolId, id, "水退"))).toEqual(["access.forbidden"]);
  must(await endOrder(deps, signs, pool.poolId, id, "水位回落"));
  expect(await followEmergencies(deps, pool.poolId)).toBe(1);
  expect(await loans()).toMatchObject([{ state: "ending", back_from: "2026-11-24" }]);
  await pool.settled();
  await until(async () => Number((await database.sql`select coalesce(sum(lent), 0) as lent from pool.balances where pool_id = ${pool.poolId} and period >= ${Math.floor((MONDAY_NINE + DAY + 8 * HOUR) / DAY)}`)[0]!["lent"]) === 0);
  expect(codes(await lend(id))).toEqual(["emergency.not_in_force"]);
});

test("a higher level is a new order: what it replaces ends when it is signed, and what was given under that falls back", async () => {
  const filed = await pool.file({ class: "staff.review", amount: 30 });
  const old = await inForce({ level: 3 });
  must(await give(old, filed));
  const { order: higher } = must(await enter({ level: 1, replaces: old, atOnce: true }));
  expect([await state(old), await state(higher.id)]).toEqual(["in-force", "unconfirmed"]);
  must(await signOrder(deps, signs, pool.poolId, higher.id));
  expect([await state(old), await state(higher.id)]).toEqual(["replaced", "in-force"]);
  await followEmergencies(deps, pool.poolId);
  expect(await groundOf(filed)).toBe(null);
  must(await give(higher.id, filed));
  expect(await groundOf(filed)).toBe("disaster");
});

test("an order that was to come is withdrawn: what it was to replace goes on; of two that replace one, the first that begins ends it", async () => {
  const old = await inForce({ level: 3 });
  const ends = async () => must(await readOrder(deps, enters, pool.poolId, old)).last;
  const later = await inForce({ level: 1, replaces: old, from: "2026-11-25" });
  expect([await state(later), await ends()]).toEqual(["ahead", "2026-11-24"]);
  const sooner = await inForce({ level: 2, replaces: old, from: "2026-11-24" });
  expect(await ends()).toBe("2026-11-23");
  must(await endOrder(deps, signs, pool.poolId, later, "不再需要"));
  expect(await ends()).toBe("2026-11-23");
  must(await endOrder(deps, signs, pool.poolId, sooner, "不再需要"));
  expect([await state(old), await ends()]).toEqual(["in-force", "2026-11-25"]);
});

test("what is tried under an order leaves nothing; one use is taken back while the order stands, and nothing else of it", async () => {
  await pool.resource({ class: "staff.review", total: 200, unit: "dry", code: "dry-review" });
  await pool.settled();
  const [first, second] = [await pool.file({ class: "staff.review", amount: 30 }), await pool.file({ class: "staff.review", amount: 30 })];
  const id = await inForce();
  const asked = { requests: [first.publicId, second.publicId], reason: "房屋进水" };
  expect(must(await prioritise(deps, clerk, pool.poolId, id, asked, { trial: true }))).toMatchObject([{ owed: "evidence" }, { owed: "evidence" }]);
  expect(must(await lendUnderOrder(deps, enters, pool.poolId, id, { loans: [wish({ resource: undefined })], reason: "受灾县人手不足" }, { trial: true }))).toMatchObject([{ owed: "consent", terms: { resource: "dry-review", amount: 60, to: "2026-11-25" } }]);
  expect([await groundOf(first), await loans(), await uses(id)]).toEqual([null, [], []]);

  must(await prioritise(deps, clerk, pool.poolId, id, asked));
  must(await lend(id));
  await until(async () => (await loans()).every(({ state: now }) => now === "active"));
  const [loan, ...cases] = await uses(id);
  const one = cases.find(({ request }) => request?.publicId === first.publicId)!;
  expect(codes(await takeBackUse(deps, clerk, pool.poolId, loan!.id, "写错了"))).toEqual(["access.forbidden"]);
  expect(codes(await takeBackUse(deps, clerk, pool.poolId, one.id, " "))).toEqual(["input.missing reason"]);
  must(await takeBackUse(deps, clerk, pool.poolId, one.id, "写错了"));
  expect(codes(await takeBackUse(deps, clerk, pool.poolId, one.id, "写错了"))).toEqual(["emergency.not_to_take_back"]);
  must(await takeBackUse(deps, enters, pool.poolId, loan!.id, "写错了"));
  expect([await groundOf(first), await groundOf(second)]).toEqual([null, "disaster"]);
  expect(await loans()).toMatchObject([{ state: expect.stringMatching(/^end/), back_from: "2026-11-23" }]);
  expect((await uses(id)).map(({ endedAt }) => endedAt === null)).toEqual([false, ...cases.map((each) => each.id !== one.id)]);
  await pool.settled();
});
