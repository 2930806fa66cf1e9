import { afterAll, afterEach, beforeEach, beforeAll, describe, expect, test } from "vitest";
import { askSupplement } from "../../src/app/request/ask-supplement.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { reconsiderStep } from "../../src/app/request/reconsider-step.js";
import { submitBundle } from "../../src/app/request/submit-bundle.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { supplyRequest } from "../../src/app/request/supply-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { completeStep, completeSteps } from "../../src/app/work/complete-steps.js";
import { rejectStep } from "../../src/app/work/reject-step.js";
import { runAutomaticSteps, type AutomaticRunner } from "../../src/app/work/run-automatic.js";
import { startStep } from "../../src/app/work/start-step.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import { BUNDLE, casePool, foodApplication, FRIDAY_NINE, SUBSIDY, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let automatic: AutomaticRunner;
const faults: unknown[] = [];
let pools = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  const pool = trusted<PoolId>(`pool-${pools}`);
  world = await casePool(database, pool);
  const here = (who: PersonActor): PersonActor => ({ ...who, poolId: pool });
  world = { ...world, clerk: here(world.clerk), healthClerk: here(world.healthClerk), applicant: here(world.applicant), admin: here(world.admin) };
  writer = startWriter({ url: database.url, pool, ttlMs: 3_000 });
  automatic = runAutomaticSteps(world.deps, { pauseMs: 20, onFault: (error) => faults.push(error) });
});
afterEach(async () => {
  await automatic.stop();
  await writer.stop();
  const verdict = await verify(database.url, world.pool);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(faults).toEqual([]);
});
afterAll(() => database.end());

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const filed = async (input = foodApplication()) => value(await submitRequest(world.deps, world.applicant, world.pool, input)).publicId;
const view = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId));
const stepOf = async (publicId: string, name: string) => (await view(publicId)).steps.find((step) => step.name === name);
const granted = (publicId: string, name: string) => until(async () => (await stepOf(publicId, name))?.answer === "granted");
const work = async (publicId: string, name: string, who = world.clerk) => {
  await granted(publicId, name);
  value(await startStep(world.deps, who, world.pool, { publicId, step: name }));
  return value(await completeStep(world.deps, who, world.pool, { publicId, step: name }));
};
const books = async () =>
  (await database.sql<{ code: string; held: number; settled: number }[]>`
    select x.code, sum(b.held)::int as held, sum(b.settled)::int as settled from pool.balances b join pool.resources x using (pool_id, resource_id)
    where pool_id = ${world.pool} group by x.code having sum(b.held) + sum(b.settled) > 0 order by x.code`).map(({ code, held, settled }) => `${code} held ${held} settled ${settled}`);
const settledBooks = async (expected: readonly string[]) => {
  await until(async () => (await database.sql`select 1 from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);
  expect(await books()).toEqual(expected);
};
const moveClock = async (instant: number) => {
  await world.at(instant);
  await world.deps.store.transact(world.pool, async (tx) => await tx.commands.append("test", instant, { kind: "clock.set" }));
};

describe("one request, from the counter to the archive", () => {
  test("is allocated, worked, done by machine and by post, and settles what it used", async () => {
    const publicId = await filed();
    await work(publicId, "intake");
    await work(publicId, "review");
    await until(async () => (await stepOf(publicId, "check-identity"))?.state === "done");
    await work(publicId, "decide");
    await granted(publicId, "deliver");
    value(await completeStep(world.deps, world.clerk, world.pool, { publicId, step: "deliver", note: "EMS 10000001" }));
    const done = await view(publicId);
    expect(done).toMatchObject({ state: "completed", deadline: { kind: "kept" }, may: { withdraw: false, supply: false } });
    expect(done.timeline.map(({ event, step }) => `${event} ${step?.name ?? ""}`.trim())).toContain("step-done check-identity");
    await settledBooks([
      "city-population held 0 settled 1",
      "market-authority held 0 settled 1",
      "market-decision held 0 settled 30",
      "market-intake held 0 settled 20",
      "market-review held 0 settled 60",
    ]);
  });

  test("settles less money than was held, and the rest returns", async () => {
    const publicId = await filed({ item: SUBSIDY, division: "522301", answers: {} });
    await work(publicId, "check", world.healthClerk);
    await granted(publicId, "pay");
    const [claim] = await database.sql<{ claim_id: number }[]>`
      select c.claim_id from pool.claims c join pool.steps s using (pool_id, step_id) join pool.requests r using (pool_id, request_id)
      where r.public_id = ${publicId} and s.name = 'pay'`;
    value(await startStep(world.deps, world.healthClerk, world.pool, { publicId, step: "pay" }));
    value(await completeStep(world.deps, world.healthClerk, world.pool, { publicId, step: "pay", settle: [{ claim: trusted(claim?.claim_id ?? 0), amount: 50_000 }] }));
    await settledBooks(["health-funds held 0 settled 50000", "health-intake held 0 settled 10"]);
  });

  test("gives everything back when it is withdrawn", async () => {
    const publicId = await filed();
    await granted(publicId, "intake");
    await settledBooks(["market-intake held 20 settled 0"]);
    value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }));
    await settledBooks([]);
  });

  test("is rejected: what was used is settled, what was held beside it returns", async () => {
    await automatic.stop();
    const publicId = await filed();
    await work(publicId, "intake");
    await granted(publicId, "check-identity");
    await granted(publicId, "review");
    value(await startStep(world.deps, world.clerk, world.pool, { publicId, step: "review" }));
    value(await rejectStep(world.deps, world.clerk, world.pool, { publicId, step: "review", grounds: "不符合条件" }));
    await settledBooks(["market-intake held 0 settled 20", "market-review held 0 settled 60"]);
    expect(await view(publicId)).toMatchObject({ state: "rejected", grounds: "不符合条件" });
  });
});

describe("a pause", () => {
  test("gives the place back and takes a new one after it, with the clock moved on", async () => {
    const publicId = await filed();
    await granted(publicId, "intake");
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补" }));
    await settledBooks([]);
    await moveClock(FRIDAY_NINE + 4 * 86_400_000);
    value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, note: "补上了" }));
    await granted(publicId, "intake");
    expect((await view(publicId)).pausedWorkingDays).toBe(2);
    await settledBooks(["market-intake held 20 settled 0"]);
    await work(publicId, "intake");
  });

  test("that ends at once leaves nothing given twice", async () => {
    for (let n = 0; n < 10; n += 1) {
      const publicId = await filed();
      if (n % 2 === 0) await granted(publicId, "intake");
      value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补" }));
      value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, note: "补上了" }));
      await granted(publicId, "intake");
      await work(publicId, "intake");
    }
    await until(async () => (await books()).includes("market-intake held 0 settled 200"));
  });
});

describe("what nobody could do", () => {
  test("says so, and is done after an administrator has changed the pool and reconsidered", async () => {
    await database.sql`update pool.resources set state = 'retired' where pool_id = ${world.pool} and code = 'market-intake'`;
    const [resource] = await database.sql<{ resource_id: number }[]>`select resource_id from pool.resources where pool_id = ${world.pool} and code = 'market-intake'`;
    const declared = () =>
      world.deps.store.transact(world.pool, async (tx) => await tx.commands.append("test", FRIDAY_NINE, { kind: "resource.declared", resources: [trusted(resource?.resource_id ?? 0)] }));
    await declared();
    const publicId = await filed();
    await until(async () => (await view(publicId)).state === "unservable");
    expect((await view(publicId)).timeline.map(({ event }) => event)).toContain("cannot-be-arranged");
    await database.sql`update pool.resources set state = 'published' where pool_id = ${world.pool} and code = 'market-intake'`;
    await declared();
    value(await reconsiderStep(world.deps, world.admin, world.pool, { publicId, step: "intake" }));
    await work(publicId, "intake");
    expect((await view(publicId)).state).toBe("in_progress");
  });
});

describe("one thing in life", () => {
  test("runs through its items in order", async () => {
    const { receipts } = value(await submitBundle(world.deps, world.applicant, world.pool, { bundle: BUNDLE, division: "522301", answers: foodApplication().answers }));
    const [health, food] = receipts.map(({ publicId }) => publicId) as [string, string];
    await work(health, "intake", world.healthClerk);
    await work(food, "intake");
    expect((await view(food)).state).toBe("in_progress");
  });
});

describe("many at once", () => {
  test("a crowd files, officers work, some withdraw: the books are right at every look", async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => filed()));
    const leaving = all.filter((_, index) => index % 5 === 0);
    const staying = all.filter((_, index) => index % 5 !== 0);
    // 400 minutes a day: twenty go in today, the others wait for the next days or for somebody to leave.
    await until(async () => (await database.sql`select 1 from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);
    for (const publicId of leaving) value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }));
    await Promise.all(staying.map((publicId) => granted(publicId, "intake")));
    const outcomes = value(await completeSteps(world.deps, world.clerk, world.pool, staying.map((publicId) => ({ publicId, step: "intake" }))));
    expect(outcomes.filter(({ outcome }) => !outcome.ok)).toEqual([]);
    await until(async () => (await books()).some((line) => line === "market-intake held 0 settled 960"));
  });
});
