import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { applyPlan } from "../../src/app/rebalance/apply-plan.js";
import { approvePlan, consentToPlan } from "../../src/app/rebalance/decide-plan.js";
import { draftPlan, proposePlan, withdrawPlan } from "../../src/app/rebalance/plans.js";
import { readPlan } from "../../src/app/rebalance/read-plans.js";
import { planEffect } from "../../src/app/rebalance/plan-effect.js";
import { renewLoan } from "../../src/app/rebalance/renew-loan.js";
import { takeBackPlan } from "../../src/app/rebalance/take-back-plan.js";
import { scenarioOf } from "../../src/app/rebalance/try-plan.js";
import { trusted, type PersonId, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import type { WhatIfResult } from "../../src/domain/what-if/result.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { DAY, MONDAY_NINE, SmallPool, until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must, testIdentity } from "../support/identity.js";
import { codes, headOf } from "../support/plan-pool.js";
import { registerDeps } from "../support/register-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: AppDeps;
let proposer: PersonActor;
let approver: PersonActor;
let head: PersonActor;

beforeEach(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  await database.sql`update pool.classes set lend = 'work' where class_id = 'staff.review'`;
  deps = registerDeps(database) as AppDeps;
  await pool.resource({ class: "staff.review", total: 200, unit: "health", code: "health-review" });
  const { person } = testIdentity(database);
  const somebody = async (role: HeldRole): Promise<PersonActor> => {
    const personId = await person();
    await deps.store.transact(pool.poolId, async (tx) => void (await tx.roleGrants.insert(role, personId, trusted<PersonId>("00000000-0000-4000-8000-0000000000ff"), MONDAY_NINE - 1_000)));
    return { kind: "person", poolId: pool.poolId, personId, displayName: "测试", roles: [role], mandates: [], channel: "api" };
  };
  [proposer, approver, head] = [await somebody({ role: "pool-admin" }), await somebody({ role: "policy-admin" }), await somebody(headOf("health"))];
  writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
});
afterEach(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const approved = async (amount: number, to = "2026-11-27") => {
  const loan = { class: "staff.review", lender: "health", borrower: "market", amount, from: "2026-11-23", to };
  const { id } = must(await draftPlan(deps, proposer, pool.poolId, { title: "冬季", loans: [loan] }));
  const { hash } = must(await proposePlan(deps, proposer, pool.poolId, id));
  must(await consentToPlan(deps, head, pool.poolId, id, trusted<UnitId>("health"), hash));
  return must(await approvePlan(deps, approver, pool.poolId, id, hash));
};
const apply = ({ id, hash }: { readonly id: number; readonly hash: string }, who = proposer) => applyPlan(deps, who, pool.poolId, id, hash);
const shown = async (id: number) => must(await readPlan(deps, proposer, pool.poolId, id));
/** What the two units have together, over all periods on the books. */
const together = async () => Number((await database.sql`select coalesce(sum(borrowed - lent), 0) as sum from pool.balances where pool_id = ${pool.poolId}`)[0]!["sum"]);

test("an applied plan moves capacity, once; together the units have what they had", async () => {
  const plan = await approved(120);
  expect(codes(await applyPlan(deps, proposer, pool.poolId, plan.id, "0".repeat(64)))).toEqual(["plan.content_changed"]);
  expect(codes(await apply(plan, approver))).toEqual(["access.forbidden"]);
  const answers = await Promise.all([apply(plan), apply(plan)]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.flatMap((one) => codes(one))).toEqual(["object.transition_illegal"]);
  await until(async () => (await shown(plan.id)).loans.every(({ state }) => state === "active"));
  expect(await shown(plan.id)).toMatchObject({ state: "applied", loans: [{ state: "active", lent: 600, used: 0, plan: plan.id }] });
  expect(await together()).toBe(0);
  expect(codes(await withdrawPlan(deps, proposer, pool.poolId, plan.id))).toEqual(["object.transition_illegal"]);
});

test("of two plans on the same capacity the second is refused with the day, and nothing of it is lent", async () => {
  const [first, second] = [await approved(120), await approved(120)];
  expect((await apply(first)).ok).toBe(true);
  await until(async () => (await shown(first.id)).loans.every(({ state }) => state === "active"));
  const refused = await apply(second);
  expect(refused.ok ? [] : refused.problems).toMatchObject([{ code: "plan.not_free", facts: { resource: "health-review", date: "2026-11-23", free: 80, amount: 120 } }]);
  expect(await shown(second.id)).toMatchObject({ state: "approved", loans: [] });
  expect(await together()).toBe(0);
});

test("two plans applied in one moment: the writer books one and refuses the other whole", async () => {
  const [first, second] = [await approved(120), await approved(120)];
  await Promise.all([apply(first), apply(second)]);
  const settled = async () => [...(await shown(first.id)).loans, ...(await shown(second.id)).loans];
  await until(async () => (await settled()).every(({ state }) => state !== "applied"));
  expect((await settled()).filter(({ state }) => state === "active")).toHaveLength(1);
  expect(await together()).toBe(0);
});

test("a plan is tried with its own resources, from today on", async () => {
  const { id, content } = await approved(120);
  expect(scenarioOf(id, content, "2026-11-25")).toMatchObject({ days: 8, supply: [{ lend: { class: "staff.review", lender: "health", resource: "health-review", borrower: "market", count: 1, amount: 120, from: "2026-11-25", to: "2026-11-27" } }] });
});

test("what it did is measured after its first week, beside what its trial had said", async () => {
  const plan = await approved(120, "2026-12-04");
  await apply(plan);
  await until(async () => (await shown(plan.id)).loans.every(({ state }) => state === "active"));
  const filed = await pool.file({ class: "staff.review", amount: 60 });
  const { id: step, claims } = filed.steps["only"]!;
  await until(async () => (await pool.allocations(step)).length > 0);
  await pool.start(step);
  await pool.complete(step, [{ claim: claims[0]!, amount: 60 }]);
  await database.sql`update pool.steps set ready_at = arrived_at where pool_id = ${pool.poolId}`;
  await pool.file({ class: "staff.review", amount: 50_000 }, { dueInDays: 1 });
  await pool.settled();
  const before = await shown(plan.id);
  expect(before.effect).toMatchObject({ from: "2026-11-23", to: "2026-11-29", on: "2026-11-30", trial: null, units: [{ unitId: "market", side: "borrows", predicted: null, measured: null }, { unitId: "health", side: "lends", measured: null }] });

  await pool.setClock(MONDAY_NINE + 7 * DAY);
  await pool.settled();
  const { loans, effect } = await shown(plan.id);
  // 60 of the 120 × 7 it had of the lender; of its two requests one is late.
  expect(effect!.units).toMatchObject([{ unitId: "market", measured: { waitP50: 0, waitP90: 0, lateShare: 0.5, utilisation: 60 / 840 } }, { unitId: "health", measured: { waitP50: null, lateShare: null, utilisation: 0 } }]);

  const week = (p50Wait: number, permille: number) => [{ unit: "market", p50Wait, p90Wait: 2 * p50Wait, requests: 4, late: 1, permille }];
  // Of the trial's whole term only the first week is compared.
  const trial = { from: "2026-11-23", to: "2026-12-09", week: { from: "2026-11-23", to: "2026-11-29", base: week(90, 990), changed: week(30, 500) } } as unknown as WhatIfResult;
  const beside = await planEffect(deps.store.read(pool.poolId), MONDAY_NINE, loans, trial, MONDAY_NINE + 7 * DAY);
  expect(beside).toMatchObject({ trial: { to: "2026-11-29" }, units: [{ predicted: { without: { waitP50: 90, waitP90: 180, lateShare: 0.25, utilisation: 0.99 }, with: { waitP50: 30, utilisation: 0.5 } }, measured: { waitP50: 0 } }, { predicted: { with: { waitP50: null, utilisation: null } } }] });
});

test("all its loans are taken back in one act, with notice, and once", async () => {
  const plan = await approved(120, "2026-12-04");
  expect(codes(await takeBackPlan(deps, proposer, pool.poolId, plan.id, "旱情缓解"))).toEqual(["object.transition_illegal"]);
  await apply(plan);
  await until(async () => (await shown(plan.id)).loans.every(({ state }) => state === "active"));
  expect(codes(await takeBackPlan(deps, approver, pool.poolId, plan.id, "旱情缓解"))).toEqual(["access.forbidden"]);
  expect(codes(await takeBackPlan(deps, proposer, pool.poolId, plan.id, " "))).toEqual(["input.missing grounds"]);
  must(await takeBackPlan(deps, proposer, pool.poolId, plan.id, "旱情缓解"));
  await pool.settled();
  expect((await shown(plan.id)).loans).toMatchObject([{ state: "ending", backFrom: "2026-11-26", grounds: "旱情缓解", lent: 360 }]);
  expect(codes(await takeBackPlan(deps, proposer, pool.poolId, plan.id, "旱情缓解"))).toEqual(["plan.nothing_to_take_back"]);
  expect(await together()).toBe(0);
});

test("a loan is renewed by a plan that goes on after its last day, and a resource that is named says whose it is", async () => {
  const plan = await approved(120);
  await apply(plan);
  await until(async () => (await shown(plan.id)).loans.every(({ state }) => state === "active"));
  const [loan] = (await shown(plan.id)).loans;
  const renewal = must(await renewLoan(deps, proposer, pool.poolId, loan!.id, { until: "2026-12-04", title: "续借" }));
  expect(renewal).toMatchObject({ state: "draft", content: { loans: [{ lender: "health", resource: "health-review", borrower: "market", amount: 120, from: "2026-11-28", to: "2026-12-04" }] } });
  expect(codes(await renewLoan(deps, proposer, pool.poolId, loan!.id, { until: "2026-11-20", title: "续借" }))).toEqual(["loan.term_reversed loans.0.to"]);
  expect(codes(await renewLoan(deps, proposer, pool.poolId, 999, { until: "2026-12-04", title: "续借" }))).toEqual(["object.not_found"]);

  const { hash } = must(await proposePlan(deps, proposer, pool.poolId, renewal.id));
  must(await consentToPlan(deps, head, pool.poolId, renewal.id, trusted<UnitId>("health"), hash));
  await apply(must(await approvePlan(deps, approver, pool.poolId, renewal.id, hash)));
  await until(async () => (await shown(renewal.id)).loans.every(({ state }) => state === "active"));
  expect((await shown(renewal.id)).loans).toMatchObject([{ renews: loan!.id }]);

  must(await takeBackPlan(deps, proposer, pool.poolId, plan.id, "旱情缓解"));
  expect(codes(await renewLoan(deps, proposer, pool.poolId, loan!.id, { until: "2026-12-20", title: "续借" }))).toEqual(["object.transition_illegal"]);
  const named = { class: "staff.review", resource: "health-review", borrower: "market", amount: 10, from: "2026-12-07", to: "2026-12-08" };
  expect(must(await draftPlan(deps, proposer, pool.poolId, { title: "一", loans: [named] })).content.loans).toMatchObject([{ lender: "health" }]);
  expect(codes(await draftPlan(deps, proposer, pool.poolId, { title: "一", loans: [{ ...named, resource: "nobodys" }] }))).toEqual(["input.unknown_reference loans.0.resource"]);
});
