import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { readPlan } from "../../src/app/rebalance/read-plans.js";
import { withdrawPlan } from "../../src/app/rebalance/plans.js";
import { beginPlanSearch, helps, readPlanSearch } from "../../src/app/rebalance/search-plan.js";
import { trusted, type PersonId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { createPlanSearches } from "../../src/main/plan-searches.js";
import { createWhatIfRunner } from "../../src/main/what-if-runner.js";
import { createOptimiser } from "../../src/optimiser/create-optimiser.js";
import { searchWords } from "../../src/web/plan-search-words.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { MONDAY_NINE, SmallPool } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must, testIdentity } from "../support/identity.js";
import { codes, headOf } from "../support/plan-pool.js";
import { registerDeps } from "../support/register-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: AppDeps;
let admin: PersonActor;
let head: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  await database.sql`update pool.classes set lend = 'work' where class_id = 'staff.review'`;
  const onFault = (error: unknown): void => console.error(error);
  const base = registerDeps(database) as AppDeps;
  deps = { ...base, optimiser: createOptimiser(), planSearches: createPlanSearches({ store: base.store, onFault }), whatIfRunner: createWhatIfRunner({ databaseUrl: database.url, store: base.store, onFault }) };
  await pool.resource({ class: "staff.review", total: 200, unit: "market", code: "market-review" });
  await pool.resource({ class: "staff.review", total: 400, unit: "health", code: "health-review" });
  const { person } = testIdentity(database);
  const somebody = async (role: HeldRole): Promise<PersonActor> => {
    const personId = await person();
    await deps.store.transact(pool.poolId, async (tx) => void (await tx.roleGrants.insert(role, personId, trusted<PersonId>("00000000-0000-4000-8000-0000000000ff"), MONDAY_NINE - 1_000)));
    return { kind: "person", poolId: pool.poolId, personId, displayName: "测试", roles: [role], mandates: [], channel: "api" };
  };
  [admin, head] = [await somebody({ role: "pool-admin" }), await somebody(headOf("market"))];
  writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  await deps.whatIfRunner.stop();
  await database.end();
});

const BREACHES = { breaches: 10, wait: 1, evenness: 5 };
const begin = (who = admin, goal: Record<string, unknown> = BREACHES) => beginPlanSearch(deps, who, pool.poolId, goal, "zh");
/** Begins, waits and reads, as whoever polls. */
async function searched() {
  const { id } = must(await begin());
  await deps.planSearches.idle();
  return must(await readPlanSearch(deps, admin, pool.poolId, id));
}

test("where nobody waits nothing is proposed, and it is said why", async () => {
  expect((await searched()).end).toEqual({ state: "nothing", reason: "nobody-waits", trial: null });
});

test("a crowded office borrows of an idle one, as a draft that was played and says why; a second search proposes nothing", async () => {
  await pool.fileMany(80, { class: "staff.review", amount: 60, scope: "competent" }, { dueInDays: 12, unit: "market" });
  await pool.settled();
  const { id } = must(await begin());
  expect(codes(await begin())).toEqual(["plan.search_running"]);
  await deps.planSearches.idle();
  const { end, progress } = must(await readPlanSearch(deps, admin, pool.poolId, id));
  if (end?.state !== "found") throw new Error(JSON.stringify(end));
  expect(progress).toMatchObject({ phase: "drafting", percent: 100, solved: 1, classes: 1 });
  expect(end.trial.breaches[1]).toBeLessThan(end.trial.breaches[0]);
  const { plan, trial } = must(await readPlan(deps, admin, pool.poolId, end.plan));
  expect(plan.content).toMatchObject({ origin: "optimiser", goal: BREACHES });
  expect(plan.content.loans.every(({ lender, borrower, resource }) => lender === "health" && borrower === "market" && resource === "health-review")).toBe(true);
  for (const { why, without } of plan.content.loans) {
    expect(why).toMatchObject({ zh: expect.stringMatching(/借入单位.*\d+%/) as string, en: expect.stringMatching(/borrower .*\d+ %/) as string });
    expect(without).toMatchObject({ zh: expect.stringContaining("不调剂") as string, en: expect.stringContaining("Without it") as string });
  }
  expect(trial).toMatchObject({ state: "done", isOfThisContent: true });
  // What the draft proposes counts as made.
  expect((await searched()).end).toMatchObject({ state: "nothing" });
  must(await withdrawPlan(deps, admin, pool.poolId, end.plan));
});

test("where the other has more to do, nobody lends", async () => {
  await pool.fileMany(200, { class: "staff.review", amount: 60, scope: "competent" }, { dueInDays: 12, unit: "health" });
  await pool.settled();
  expect((await searched()).end).toMatchObject({ state: "nothing", reason: "nobody-spares" });
});

test("who heads one unit does not ask for plans of all; a goal weighs something", async () => {
  expect(codes(await begin(head))).toEqual(["access.forbidden"]);
  expect(codes(await begin(admin, { breaches: 0, wait: 0, evenness: 0 }))).toEqual(["plan.goal_empty goal"]);
  expect(codes(await begin(admin, { breaches: -1 }))).toEqual(["amount.negative goal.breaches"]);
  expect(codes(await readPlanSearch(deps, admin, pool.poolId, "nothing"))).toEqual(["object.not_found"]);
});

test("what is worse than doing nothing does not help, whatever the goal", () => {
  const run = (breaches: number, mean: number, unservable = 0) => ({ requests: { breaches, unservable }, waits: { mean } }) as never;
  const goal = { breaches: 1, wait: 9, evenness: 0 };
  expect(helps({ base: run(5, 100), changed: run(6, 10) }, goal)).toBe(false);
  expect(helps({ base: run(5, 100), changed: run(5, 101) }, goal)).toBe(false);
  expect(helps({ base: run(5, 100), changed: run(5, 100) }, goal)).toBe(false);
  expect(helps({ base: run(5, 100), changed: run(4, 90, 1) }, goal)).toBe(false);
  expect(helps({ base: run(5, 100), changed: run(4, 120) }, goal)).toBe(true);
  expect(helps({ base: run(5, 100), changed: run(5, 100) }, { breaches: 0, wait: 0, evenness: 1 })).toBe(true);
});

test("a loan that hurts when it is played is left out of the draft, and it is said how many were", async () => {
  const other = await freshDatabase();
  const small = await SmallPool.make(other);
  await other.sql`update pool.classes set lend = 'work' where class_id = 'staff.review'`;
  await other.sql`
    insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
    values (${small.poolId}, 'archive', '档案', 'Archive', '522301', 'archive', 'county', true)`;
  for (const [unit, total] of [["market", 200], ["health", 400], ["archive", 120]] as const) await small.resource({ class: "staff.review", total, unit, code: `${unit}-review` });
  const base = registerDeps(other) as AppDeps;
  const onFault = (error: unknown): void => console.error(error);
  const there: AppDeps = { ...base, optimiser: createOptimiser(), planSearches: createPlanSearches({ store: base.store, onFault }), whatIfRunner: createWhatIfRunner({ databaseUrl: other.url, store: base.store, onFault }) };
  const running = startWriter({ url: other.url, pool: small.poolId });
  const work = { class: "staff.review", amount: 60, scope: "competent" } as const;
  // Where people wait nobody is late for months; one lender is idle, the other has just enough to be in time this week.
  await small.fileMany(150, work, { dueInDays: 90, unit: "market" });
  await small.fileMany(30, work, { dueInDays: 5, unit: "health" });
  await small.settled();
  const who: PersonActor = { ...admin, poolId: small.poolId };
  const { id } = must(await beginPlanSearch(there, who, small.poolId, { breaches: 0, wait: 10, evenness: 0 }, "zh"));
  await there.planSearches.idle();
  const { end } = must(await readPlanSearch(there, who, small.poolId, id));
  if (end?.state !== "found") throw new Error(JSON.stringify(end));
  expect(end.trial.dropped).toBe(1);
  const { plan } = must(await readPlan(there, who, small.poolId, end.plan));
  expect(plan.content.loans.map(({ lender, borrower }) => [lender, borrower])).toEqual([["archive", "market"]]);
  expect(searchWords("en", must(await readPlanSearch(there, who, small.poolId, id)))).toContain("1 loan left out");
  expect(await running.stop()).toBe("stopped");
  await there.whatIfRunner.stop();
  await other.end();
});

test("a search of a process that was killed is told as interrupted, by whatever process is asked, and another may begin; a new process reads what came of the others", async () => {
  const before = must(await readPlanSearch(deps, admin, pool.poolId, (await database.sql<{ search_id: string }[]>`select search_id from pool.plan_searches where outcome ->> 'state' = 'found' limit 1`)[0]!.search_id));
  expect(before.end).toMatchObject({ state: "found" });
  // A process that never says anything again, as one that was killed.
  const dead = { ...before, id: "00000000-0000-4000-8000-00000000dead", progress: { ...before.progress, phase: "trying", percent: 60 } } as const;
  await deps.store.transact(pool.poolId, async ({ planSearches }) => void (await planSearches.begin(dead, 20)));
  expect(must(await readPlanSearch(deps, admin, pool.poolId, dead.id))).toMatchObject({ end: null, progress: { percent: 60 } });
  expect(codes(await begin())).toEqual(["plan.search_running"]);
  await database.sql`update pool.plan_searches set worked_at = worked_at - interval '16 seconds' where search_id = ${dead.id}`;
  expect(must(await readPlanSearch(deps, admin, pool.poolId, dead.id)).end).toMatchObject({ state: "failed", problems: [{ code: "plan.search_interrupted" }] });
  must(await begin());
  await deps.planSearches.idle();
});
