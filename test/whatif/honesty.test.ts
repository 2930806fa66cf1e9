import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { declareDrain } from "../../src/app/drain/declare-drain.js";
import { declaring } from "../../src/app/pool/declaring.js";
import { applyLoans } from "../../src/app/rebalance/apply-loans.js";
import { returnLoan } from "../../src/app/rebalance/bring-back-loan.js";
import type { Arrival } from "../../src/app/whatif/demand.js";
import { NO_CHANGES } from "../../src/app/whatif/changed-supply.js";
import { runTwin } from "../../src/app/whatif/twin.js";
import type { TwinOutcome } from "../../src/app/whatif/twin-run.js";
import type { PoolCopy } from "../../src/app/ports/pool-copy.js";
import type { RecipeStep } from "../../src/domain/catalogue/item.js";
import { trusted, type ClassId, type DivisionCode, type LoanId, type ResourceId, type UnitId } from "../../src/domain/id.js";
import { ok } from "../../src/domain/result.js";
import { createPoolCopies } from "../../src/postgres/pool-copies.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { DAY, HOUR, MONDAY, MONDAY_NINE, SMALL_POOL, SmallPool, until } from "../scheduling/small-pool.js";
import { startWriterWhenFree, type RunningWriter } from "../scheduling/running-writer.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps, system } from "../support/register-pool.js";
import { item, rules, RULES } from "./tiny-copy.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
});

afterEach(async () => {
  await writer?.stop();
  writer = undefined;
  await database.end();
});

async function copied(): Promise<PoolCopy> {
  const copy = await createPoolCopies(database.url).copy(SMALL_POOL, { resources: [], assets: [], policyVersion: undefined });
  return { ...copy!, rules: RULES };
}

/** What the twin gives out in the first millisecond after `at`. */
function predict(copy: PoolCopy, { until, arrivals = [] }: { readonly until: number; readonly arrivals?: readonly Arrival[] }): TwinOutcome {
  return runTwin({
    copy,
    supply: NO_CHANGES,
    arrivals,
    quotas: null,
    seed: 1,
    until: until + 1,
    createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") }),
    answers: rules(RULES, copy.places),
    onProgress: () => {},
  });
}

const grantsOf = ({ grants }: TwinOutcome): string[] => grants.flatMap(({ allocations }) => allocations.map(({ step, resource, period, amount }) => `${step} ${resource} ${period} ${amount}`)).sort();

async function given(): Promise<string[]> {
  const rows = await database.sql<{ step_id: number; resource_id: number; period: number; amount: number }[]>`select step_id, resource_id, period, amount from pool.allocations where pool_id = ${SMALL_POOL}`;
  return rows.map(({ step_id, resource_id, period, amount }) => `${step_id} ${resource_id} ${period} ${amount}`).sort();
}

async function decide(): Promise<void> {
  writer = await startWriterWhenFree({ url: database.url, pool: SMALL_POOL });
  await decided(MONDAY_NINE);
}

/** Nothing that could be decided at that time is left. */
async function decided(at: number): Promise<void> {
  await pool.settled();
  await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= at);
}

test("what the twin gives out of a queue is what the writer then gives out", async () => {
  for (const total of [420, 300, 200]) await pool.resource({ class: "staff.review", total });
  await pool.resource({ class: "staff.review", total: 240, unit: "health" });
  for (const unit of ["market", "health"]) await pool.resource({ class: "material.counter", total: 1, unit });
  await pool.resource({ class: "material.form", total: 9 });
  // More than there is: some are given something, some wait.
  await pool.fileMany(9, { class: "staff.review", amount: 130 });
  await pool.fileMany(3, { class: "staff.review", amount: 200, scope: "competent" }, { dueInDays: 2, unit: "health" });
  await pool.fileMany(4, [{ name: "both", claims: [{ class: "material.counter", amount: 1, slots: 3, together: true }, { class: "material.form", amount: 2 }] }], { dueInDays: 3 });
  await pool.file({ class: "funds.aid", amount: 100, purpose: "aid" });

  const before = await pool.writerRow();
  const outcome = predict(await copied(), { until: MONDAY_NINE });
  expect(await pool.writerRow()).toEqual(before);
  expect(outcome.grants.length).toBeGreaterThan(10);

  await decide();
  expect(grantsOf(outcome)).toEqual(await given());
  // Those nobody can serve, too.
  const [refused] = await database.sql<{ count: number }[]>`select count(*)::int as count from pool.decisions where outcome = 'refused'`;
  expect([...outcome.refusals.values()].reduce((sum, steps) => sum + steps, 0)).toBe(refused!.count);
});

test("what the twin gives to those who come later is what the writer gives them, beside what it had given before", async () => {
  const first = await pool.resource({ class: "staff.review", total: 420 });
  await pool.resource({ class: "staff.review", total: 200, unit: "health" });
  await pool.fileMany(2, { class: "staff.review", amount: 150 });
  await decide();
  const copy = await copied();
  expect(copy.requests.length).toBe(2);

  const asked: RecipeStep = { step: "only", stage: "review", names: { zh: "审查", en: "review" }, mode: "human", after: [], claims: [{ class: trusted<ClassId>("staff.review"), amount: 110, scope: "pool" }] };
  const guide = item("later", [asked], { promisedDays: 5 });
  const at = MONDAY_NINE + HOUR;
  const arrivals = Array.from({ length: 5 }, (_, n): Arrival => ({ at, item: guide, division: trusted<DivisionCode>("522301001"), key: String(n) }));
  const outcome = predict({ ...copy, items: [{ guide, guessed: false }] }, { until: at, arrivals });

  const had = new Set(await given());
  await pool.setClock(at);
  await pool.fileMany(5, { class: "staff.review", amount: 110 });
  await pool.settled();
  await until(async () => new Set((await given()).map((grant) => grant.split(" ")[0])).size === 7);
  // Ids of steps that were drawn are the twin's own, in the order in which they came.
  const plain = (grants: readonly string[]): string[] => {
    const steps = [...new Set(grants.map((grant) => Number(grant.split(" ")[0])))].sort((a, b) => a - b);
    return grants.map((grant) => [steps.indexOf(Number(grant.split(" ")[0])), ...grant.split(" ").slice(1)].join(" ")).sort();
  };
  const fresh = outcome.grants.filter(({ step }) => !copy.requests.some(({ steps }) => steps.some(({ ask }) => ask.id === step)));
  expect(plain(grantsOf({ ...outcome, grants: fresh }))).toEqual(plain((await given()).filter((grant) => !had.has(grant))));
  expect(fresh.some(({ allocations }) => allocations.some(({ resource }) => resource === first))).toBe(true);
});

describe("where something runs already", () => {
  const may = (deps: AppDeps) => declaring(deps, system(SMALL_POOL), SMALL_POOL, 1, (act) => applyLoans(act, [{ classId: trusted<ClassId>("staff.review"), lenderResource: health, borrower: trusted<UnitId>("market"), amount: 100, from: "2026-11-23", to: "2026-11-24", legalBasis: null }]));
  const asks = (amount: number) => ({ class: "staff.review" as const, amount, scope: "competent" as const });
  let deps: AppDeps;
  let health: ResourceId;
  let loan: { readonly id: LoanId; readonly resource: ResourceId };

  beforeEach(async () => {
    await database.sql`update pool.classes set lend = 'work' where class_id = 'staff.review'`;
    deps = registerDeps(database) as AppDeps;
    await pool.resource({ class: "staff.review", total: 60 });
    await pool.resource({ class: "staff.review", total: 80, code: "away" });
    health = await pool.resource({ class: "staff.review", total: 200, unit: "health" });
    writer = await startWriterWhenFree({ url: database.url, pool: SMALL_POOL });
    const applied = await may(deps);
    if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
    loan = applied.value[0]!;
    // On Tuesday one of the market's is away.
    const drained = await declareDrain({ ...deps, authorizer: { may: () => Promise.resolve(ok({ policyVersion: 1 })) } } as never, system(SMALL_POOL), SMALL_POOL, { kind: "drain", targetKind: "resource", target: "away", from: "2026-11-24", to: "2026-11-24", reason: "开会" });
    if (!drained.ok) throw new Error(JSON.stringify(drained.problems));
    await pool.settled();
    await until(async () => (await database.sql`select from pool.loans where state = 'active'`).length === 1);
  });

  test("a loan, a drain and a quota: what the twin gives out of a queue is what the writer then gives out, on each of the days", async () => {
    await writer!.stop();
    await database.sql`insert into pool.cohorts (pool_id, cohort_id, name_zh, name_en) values (${SMALL_POOL}, 'county', '县', 'county')`;
    for (const unit of ["market", "health"]) {
      await database.sql`insert into pool.quotas (pool_id, unit_id, class_id, cohort_id, nominal, borrowing_limit, weight) values (${SMALL_POOL}, ${unit}, 'staff.review', 'county', ${unit === "market" ? 200 : null}, 60, 1)`;
    }
    await pool.fileMany(14, asks(60), { dueInDays: 4 });
    await pool.fileMany(6, asks(100), { dueInDays: 3, unit: "health" });
    const outcome = predict(await copied(), { until: MONDAY_NINE });
    writer = await startWriterWhenFree({ url: database.url, pool: SMALL_POOL });
    // The writer before it had worked up to this time already: only what is given says that this one has.
    await until(async () => (await given()).length >= grantsOf(outcome).length);
    expect(grantsOf(outcome)).toEqual(await given());
    // By resource and day: all of the loan while it lasts; nothing of who is away.
    const days = new Set(outcome.grants.flatMap(({ allocations }) => allocations.map(({ resource, period }) => `${resource === loan.resource ? "loan" : resource} ${period - MONDAY}`)));
    expect([...days].filter((day) => day.startsWith("loan")).sort()).toEqual(["loan 0", "loan 1"]);
  });

  test("a loan that comes back before its term: who comes afterwards is given what the writer gives, and the lender has its own again", async () => {
    const filed = await pool.file(asks(90), { dueInDays: 1 });
    await until(async () => (await given()).length === 1);
    const back = await returnLoan(deps, system(SMALL_POOL), SMALL_POOL, loan.id, { from: "2026-11-24", grounds: "不再需要" });
    expect(back.ok).toBe(true);
    await pool.settled();
    const copy = await copied();

    const ask = (minutes: number): RecipeStep => ({ step: "only", stage: "review", names: { zh: "审查", en: "review" }, mode: "human", after: [], claims: [{ class: trusted<ClassId>("staff.review"), amount: minutes, scope: "competent" }] });
    const [market, theirs] = [item("market-later", [ask(60)], { promisedDays: 5 }), item("health-later", [ask(150)], { promisedDays: 5, line: "health" })];
    const at = MONDAY_NINE + DAY;
    const arrivals = [market, market, market, market, theirs, theirs].map((guide, n): Arrival => ({ at, item: guide, division: trusted<DivisionCode>("522301001"), key: String(n) }));
    const outcome = predict({ ...copy, items: [market, theirs].map((guide) => ({ guide, guessed: false })) }, { until: at, arrivals });

    await pool.start(filed.steps["only"]!.id);
    await pool.complete(filed.steps["only"]!.id);
    await pool.settled();
    const had = await given();
    await pool.setClock(at);
    await pool.fileMany(4, asks(60));
    await pool.fileMany(2, asks(150), { unit: "health" });
    await decided(at);
    await until(async () => (await given()).filter((grant) => !had.includes(grant)).length >= 6);
    const where = (grants: readonly string[]): string[] => grants.map((grant) => grant.split(" ").slice(1).join(" ")).sort();
    const fresh = grantsOf(outcome).filter((grant) => grant.split(" ")[0] !== String(filed.steps["only"]!.id));
    expect(fresh.length).toBe(6);
    expect(where(fresh)).toEqual(where((await given()).filter((grant) => !had.includes(grant))));
    // On Tuesday the lender gives a hundred and fifty of its two hundred; nobody works on the loan any more.
    expect(where(fresh)).toContain(`${health} ${MONDAY + 1} 150`);
    expect(fresh.some((grant) => grant.split(" ")[1] === String(loan.resource))).toBe(false);
  });

  test("what a unit is shown to have is what it has: with what is lent to it, without what it lends", async () => {
    const copy = await copied();
    const cells = new Map(predict(copy, { until: MONDAY_NINE + 3 * DAY }).use.cells().map((cell) => [`${cell.classId} ${cell.unitId}`, cell]));
    // Of Monday to Thursday: health lends a hundred on two of them; of the market's own one is away on Tuesday.
    expect(cells.get("staff.review health")).toMatchObject({ capacity: 4 * 200 - 2 * 100, used: 0 });
    expect(cells.get("staff.review market")).toMatchObject({ capacity: 4 * 60 + 3 * 80 + 2 * 100, used: 0 });
  });
});

test("there is no copy of a pool that is not there", async () => {
  expect(await createPoolCopies(database.url).copy(trusted("nowhere"), { resources: [], assets: [], policyVersion: undefined })).toBeUndefined();
});
