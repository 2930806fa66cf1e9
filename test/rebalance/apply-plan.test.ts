import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { applyPlan } from "../../src/app/rebalance/apply-plan.js";
import { approvePlan, consentToPlan } from "../../src/app/rebalance/decide-plan.js";
import { draftPlan, proposePlan, withdrawPlan } from "../../src/app/rebalance/plans.js";
import { readPlan } from "../../src/app/rebalance/read-plans.js";
import { scenarioOf } from "../../src/app/rebalance/try-plan.js";
import { trusted, type PersonId, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { MONDAY_NINE, SmallPool, until } from "../scheduling/small-pool.js";
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

const approved = async (amount: number) => {
  const loan = { class: "staff.review", lender: "health", borrower: "market", amount, from: "2026-11-23", to: "2026-11-27" };
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
