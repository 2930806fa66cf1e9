import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { declareDrain } from "../../src/app/drain/declare-drain.js";
import { endOrder, enterOrder, listUses, signOrder } from "../../src/app/emergency/orders.js";
import { followEmergencies } from "../../src/app/emergency/settle.js";
import { lookAtRules } from "../../src/app/rules/look-at-rules.js";
import { previewRule } from "../../src/app/rules/preview-rule.js";
import { openProposed } from "../../src/app/rules/open-proposed.js";
import { approveRule, changeRule, listFirings, proposeRule, readRule } from "../../src/app/rules/rules.js";
import { readPlan } from "../../src/app/rebalance/read-plans.js";
import { trusted, type PersonId, type PoolId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { isInSeason } from "../../src/domain/rebalance/standing-rule.js";
import type { RawRecord } from "../../src/domain/record.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { HOUR, MONDAY_NINE, SmallPool, until, type Filed } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must, testIdentity } from "../support/identity.js";
import { codes } from "../support/plan-pool.js";
import { registerDeps } from "../support/register-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: AppDeps;
let proposes: PersonActor;
let approves: PersonActor;
let pools = 0;

beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database) as AppDeps;
});
afterAll(async () => {
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});
beforeEach(async () => {
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`rules-${(pools += 1)}`) });
  await database.sql`update pool.classes set lend = 'work' where pool_id = ${pool.poolId} and class_id = 'staff.review'`;
  await database.sql`insert into pool.standing_limits (pool_id, unit_id, class_id, amount) values (${pool.poolId}, 'health', 'staff.review', 60)`;
  const { person } = testIdentity(database);
  const somebody = async (role: HeldRole): Promise<PersonActor> => {
    const personId = await person();
    await deps.store.transact(pool.poolId, async (tx) => void (await tx.roleGrants.insert(role, personId, trusted<PersonId>("00000000-0000-4000-8000-0000000000ff"), MONDAY_NINE - 1_000)));
    return { kind: "person", poolId: pool.poolId, personId, displayName: "测试", roles: [role], mandates: [], channel: "api" };
  };
  [proposes, approves] = [await somebody({ role: "pool-admin" }), await somebody({ role: "policy-admin" })];
  // The market bureau has half an hour a day, all given away; the health bureau two hundred minutes.
  await pool.resource({ class: "staff.review", total: 30, code: "market-review" });
  await pool.resource({ class: "staff.review", total: 200, unit: "health", code: "health-review", earmark: "other" });
  await crowd(4);
  writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
});
afterEach(async () => {
  expect(await writer.stop()).toBe("stopped");
});

const surge = (more: RawRecord = {}): RawRecord => ({
  rule: "surge",
  title: "市场监管窗口排队",
  when: { figure: "queue", unit: "market", value: 2, clear: 1, everyMinutes: 10 },
  lend: { class: "staff.review", lender: "health", resource: "health-review", borrower: "market", amount: 60 },
  mode: "automatic",
  limits: { runsPerWeek: 2, coolDownMinutes: 60, minimumMinutes: 60, termDays: 3 },
  ...more,
});
const propose = (record: RawRecord) => proposeRule(deps, proposes, pool.poolId, record);
const active = async (record: RawRecord) => {
  const { hash, content } = must(await propose(record));
  return must(await approveRule(deps, approves, pool.poolId, content.id, hash));
};
const look = () => lookAtRules(deps, pool.poolId);
const rule = async (id = "surge") => must(await readRule(deps, proposes, pool.poolId, id));
const firings = async (id = "surge") => [...must(await listFirings(deps, proposes, pool.poolId, id, { limit: 50 })).rows].reverse();
const loans = () => database.sql<{ state: string; amount: number; plan_id: number; back: string | null }[]>`select state, amount::int, plan_id, back_from::text as back from pool.loans where pool_id = ${pool.poolId} order by loan_id`;
const at = async (hours: number) => {
  await pool.setClock(MONDAY_NINE + hours * HOUR);
  await pool.settled();
};
const crowd = (count: number): Promise<Filed[]> => pool.fileMany(count, { class: "staff.review", amount: 30, scope: "competent" }, { dueInDays: 9 });
const served = async (filed: readonly Filed[]) => (await Promise.all(filed.map(async ({ steps }) => (await pool.allocations(steps["only"]!.id)).some(({ state }) => state === "held")))).filter(Boolean).length;

test("rules that cannot be are refused, each for its own reason; the second person is another and sees what they approve", async () => {
  expect(codes(await propose(surge({ when: { figure: "queue", value: -1 } })))).toEqual(["alert.value_out_of_range when.value"]);
  expect(codes(await propose(surge({ when: { figure: "queue", value: 5, clear: 6 } })))).toEqual(["alert.clear_beyond_value when.clear"]);
  expect(codes(await propose(surge({ when: { from: "02-30", to: "03-15" } })))).toEqual(["input.invalid when.from"]);
  expect(codes(await propose(surge({ open: ["market-review"] })))).toEqual(["rule.one_action open"]);
  expect(codes(await propose(surge({ lend: { class: "staff.decide", lender: "health", borrower: "nowhere", amount: 0 } })))).toEqual(["amount.zero lend.amount"]);
  expect(codes(await propose(surge({ lend: { class: "staff.decide", lender: "health", borrower: "nowhere", amount: 5 } })))).toEqual(["loan.not_lendable lend.class", "input.unknown_reference lend.borrower"]);
  const { hash } = must(await propose(surge()));
  expect(codes(await propose({ ...surge(), rule: "back", lend: { class: "staff.review", lender: "market", borrower: "health", amount: 5 } }))).toEqual(["loan.loop lend.borrower"]);
  expect(codes(await approveRule(deps, proposes, pool.poolId, "surge", hash))).toEqual(["approval.second_person_required"]);
  expect(codes(await approveRule(deps, approves, pool.poolId, "surge", "0".repeat(64)))).toEqual(["plan.content_changed"]);
  expect(await look()).toBe(0);
  must(await approveRule(deps, approves, pool.poolId, "surge", hash));
  expect([isInSeason({ kind: "schedule", from: "12-20", to: "01-10", weekdays: [] }, "2027-01-05"), isInSeason({ kind: "schedule", from: "03-01", to: "03-15", weekdays: [1, 2, 3, 4, 5] }, "2027-03-06")]).toEqual([true, false]);
});

test("what a rule would have done is played for thirty days and leaves nothing", async () => {
  await crowd(4);
  await pool.settled();
  await database.sql`update pool.steps set ready_at = ${new Date(MONDAY_NINE)} where pool_id = ${pool.poolId}`;
  const waiting = must(await previewRule(deps, proposes, pool.poolId, surge()));
  expect(waiting.days).toHaveLength(30);
  expect(waiting.days.slice(-2)).toMatchObject([{ measured: 0, turn: null, isOn: false }, { measured: 4, turn: "on", isOn: true }]);
  // Two days later the days between are read as they were then: nobody waited on Sunday, and it would still be on.
  await at(2 * 24);
  const after = must(await previewRule(deps, proposes, pool.poolId, surge()));
  expect(after.days.slice(-4).map(({ measured, turn, isOn }) => [measured, turn, isOn])).toEqual([[0, null, false], [4, "on", true], [4, null, true], [4, null, true]]);
  const season = must(await previewRule(deps, proposes, pool.poolId, { rule: "season", title: "报税季", when: { from: "03-01", to: "03-15" }, open: ["market-review"], mode: "automatic" }));
  expect([season.nextDay === null ? null : new Date(season.nextDay * 86_400_000).toISOString().slice(0, 10), season.days.some(({ isOn }) => isOn)]).toEqual(["2027-03-01", false]);
  expect(codes(await previewRule(deps, proposes, pool.poolId, surge({ lend: { class: "staff.decide", lender: "health", borrower: "market", amount: 5 } })))).toEqual(["loan.not_lendable lend.class"]);
  expect(codes(await readRule(deps, proposes, pool.poolId, "surge"))).toEqual(["object.not_found"]);
});

test("a surge brings capacity of another unit and who waits is served; it ends and the capacity returns; each step is on record with its rule", async () => {
  await active(surge());
  const filed = await crowd(4);
  await pool.settled();
  expect(await look()).toBe(1);
  await until(async () => (await loans()).every(({ state }) => state === "active"));
  await until(async () => (await served(filed)) === 4);
  expect(await look()).toBe(0);

  const [{ plan_id }] = (await loans()) as unknown as [{ plan_id: number }];
  expect(must(await readPlan(deps, proposes, pool.poolId, plan_id)).plan).toMatchObject({ state: "applied", proposed: { by: proposes.personId }, approved: { by: approves.personId }, content: { origin: "rule" } });

  // Served: nobody waits. Within its cool-down it stays; then what it lent comes back.
  await at(0.5);
  expect(await look()).toBe(0);
  await at(0.7);
  expect(await look()).toBe(0);
  await at(2);
  for (const one of filed) await pool.withdraw(one);
  await pool.settled();
  expect(await look()).toBe(1);
  await until(async () => (await loans()).every(({ state }) => state === "ended"));
  expect(await loans()).toMatchObject([{ back: "2026-11-23", amount: 60 }]);
  await until(async () => Number((await database.sql`select coalesce(sum(lent), 0) as lent from pool.balances where pool_id = ${pool.poolId}`)[0]!["lent"]) === 0);
  expect(await firings()).toMatchObject([
    { turn: "on", measured: 4, threshold: 2, loans: [expect.any(Number)], plan: plan_id },
    { turn: "held", held: "cool-down", measured: 0, threshold: 1 },
    { turn: "off", measured: 0, threshold: 1 },
  ]);
  const audit = await database.sql`select act from pool.audit_records where pool_id = ${pool.poolId} and actor_id = 'system:rule:surge' order by audit_id`;
  expect(audit.map(({ act }) => act)).toEqual(["plan.propose", "loan.applied", "plan.apply", "standing-rule.evaluate", "standing-rule.evaluate", "loan.return", "standing-rule.evaluate"]);
});

test("a reading that flaps switches at most once a cool-down; runs a week and the lender's own limit hold", async () => {
  await active(surge({ limits: { runsPerWeek: 1, coolDownMinutes: 600, minimumMinutes: 0, termDays: 3 }, lend: { class: "staff.review", lender: "health", resource: "health-review", borrower: "market", amount: 20 } }));
  let switched = 0;
  for (let turn = 0; turn < 8; turn += 1) {
    await at(turn * 0.5);
    const filed = turn % 2 === 0 ? await crowd(3) : [];
    await pool.settled();
    switched += await look();
    await until(async () => (await loans()).every(({ state }) => state !== "applied"));
    for (const one of filed) await pool.withdraw(one);
    await pool.settled();
  }
  expect(switched).toBe(1);
  expect((await firings()).map(({ turn, held }) => held ?? turn)).toEqual(["on", "cool-down"]);
  await at(12);
  expect(await look()).toBe(1);
  await at(24);
  await crowd(5);
  await pool.settled();
  expect(await look()).toBe(0);
  expect((await firings()).at(-1)).toMatchObject({ turn: "held", held: "runs" });

  await active(surge({ rule: "greedy", lend: { class: "staff.review", lender: "health", resource: "health-review", borrower: "market", amount: 61 } }));
  expect(await look()).toBe(0);
  expect(await firings("greedy")).toMatchObject([{ turn: "held", held: "standing-limit", problems: [{ facts: { limit: 60, amount: 61 } }] }]);
});

test("a rule in proposing mode drafts a plan for a person and withdraws it when nobody waits any more", async () => {
  await active(surge({ mode: "propose" }));
  const filed = await crowd(3);
  await pool.settled();
  expect(await look()).toBe(1);
  const [{ plan }] = (await firings()) as unknown as [{ plan: number }];
  expect(must(await readPlan(deps, proposes, pool.poolId, plan)).plan.state).toBe("proposed");
  expect(await loans()).toHaveLength(0);
  for (const one of filed) await pool.withdraw(one);
  await at(3);
  expect(await look()).toBe(1);
  expect(must(await readPlan(deps, proposes, pool.poolId, plan)).plan.state).toBe("withdrawn");
});

test("a rule in proposing mode leaves its reserves to another person; what they open closes when it is over", async () => {
  const cordoned = async () => (await deps.store.read(pool.poolId).drains.inForce("resource", "market-review"))?.kind;
  must(await declareDrain(deps, proposes, pool.poolId, { kind: "cordon", targetKind: "resource", target: "market-review", reason: "备用" }));
  await active({ rule: "season", title: "报税季", when: { from: "11-23", to: "11-24" }, open: ["market-review"], limits: { coolDownMinutes: 1 } });
  expect(codes(await openProposed(deps, approves, pool.poolId, "season"))).toEqual(["rule.proposes_nothing"]);
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe("cordon");
  expect(codes(await openProposed(deps, proposes, pool.poolId, "season"))).toEqual(["approval.second_person_required"]);
  must(await openProposed(deps, approves, pool.poolId, "season"));
  expect(await cordoned()).toBe(undefined);
  expect(codes(await openProposed(deps, approves, pool.poolId, "season"))).toEqual(["rule.proposes_nothing"]);
  await at(48);
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe("cordon");
});

test("a reserve behind a cordon opens in season and closes after it; a pause closes it at once; an emergency rule acts under an order alone", async () => {
  const cordoned = async () => (await deps.store.read(pool.poolId).drains.inForce("resource", "market-review"))?.kind;
  must(await declareDrain(deps, proposes, pool.poolId, { kind: "cordon", targetKind: "resource", target: "market-review", reason: "备用" }));
  const season = { rule: "season", title: "报税季", when: { from: "11-23", to: "11-24" }, open: ["market-review"], mode: "automatic", limits: { coolDownMinutes: 1 } };
  await active(season);
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe(undefined);
  await at(1);
  must(await changeRule(deps, approves, pool.poolId, "season", "pause", "先停一停"));
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe("cordon");
  must(await changeRule(deps, approves, pool.poolId, "season", "resume", "继续"));
  await at(2);
  expect(await look()).toBe(1);
  await at(48);
  expect(await look()).toBe(1);
  expect([await cordoned(), (await rule("season")).isOn]).toEqual(["cordon", false]);

  await active({ ...season, rule: "flood", when: { from: "11-01", to: "12-31" }, emergency: true });
  expect(await look()).toBe(0);
  expect(await firings("flood")).toMatchObject([{ held: "no-order" }]);
  const inForce = async (number: number, divisions: readonly string[]) => {
    const order = { document: `州应急指〔2026〕${number}号`, title: "防汛", level: 2 as const, trigger: "超警戒", divisions, items: [], powers: { rules: true }, until: "2026-11-26" };
    const { order: made } = must(await enterOrder(deps, proposes, pool.poolId, order));
    must(await signOrder(deps, approves, pool.poolId, made.id));
    return made;
  };
  // An order for another county gives no power here.
  await inForce(1, ["522322"]);
  await at(48.5);
  expect(await look()).toBe(0);
  const made = await inForce(2, ["522301"]);
  await at(49);
  expect(await look()).toBe(1);
  expect([await cordoned(), must(await listUses(deps, proposes, pool.poolId, made.id, { limit: 9 })).rows.map(({ power, rule: by }) => [power, by])]).toEqual([undefined, [["rule", "flood"]]]);
  // It goes with the order it acted under, though another is in force; and acts again under that one.
  const next = await inForce(3, []);
  must(await endOrder(deps, approves, pool.poolId, made.id, "水退"));
  await at(50);
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe("cordon");
  await at(51);
  expect(await look()).toBe(1);
  expect([await cordoned(), (await firings("flood")).at(-1)!.order]).toEqual([undefined, next.id]);
  await at(4 * 24);
  expect(await look()).toBe(1);
  expect(await cordoned()).toBe("cordon");
  // Nothing of either order is left, and both are closed.
  await followEmergencies(deps, pool.poolId);
});
