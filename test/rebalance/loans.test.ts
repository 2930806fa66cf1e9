import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { declaring } from "../../src/app/pool/declaring.js";
import { retireResource } from "../../src/app/pool/move-resource.js";
import { applyLoans } from "../../src/app/rebalance/apply-loans.js";
import { recallLoan, returnLoan } from "../../src/app/rebalance/bring-back-loan.js";
import { getLoan, listLoans, readLoanBalances, type LoanBalanceQuestion } from "../../src/app/rebalance/read-loans.js";
import { trusted, type ClassId, type PersonId, type ResourceId, type UnitId } from "../../src/domain/id.js";
import { forcedGround } from "../../src/domain/pool/order.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { LoanTerms } from "../../src/domain/rebalance/loan.js";
import type { Result } from "../../src/domain/result.js";
import { drains as drainQueries } from "../../src/postgres/queries/drain.js";
import { workQueue } from "../../src/postgres/queries/work.js";
import { readBarred } from "../../src/postgres/sql/barred.js";
import { lockCases } from "../../src/postgres/sql/lock-cases.js";
import { loanChecks } from "../../src/verify/checks/loans.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, startWriterWhenFree, type RunningWriter } from "../scheduling/running-writer.js";
import { DAY, HOUR, MONDAY, MONDAY_NINE, SmallPool, until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps, system } from "../support/register-pool.js";
import { inForce } from "../support/shares.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let deps: AppDeps;
let own: ResourceId;
let theirs: ResourceId;

beforeEach(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  await database.sql`update pool.classes set lend = 'work' where class_id = 'staff.review'`;
  await database.sql`update pool.classes set lend = 'share' where class_id = 'material.counter'`;
  deps = registerDeps(database) as AppDeps;
  own = await pool.resource({ class: "staff.review", total: 60, unit: "market", code: "market-review" });
  theirs = await pool.resource({ class: "staff.review", total: 200, unit: "health", code: "health-review" });
  writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.settled();
});
afterEach(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
const actor = () => system(pool.poolId);
const terms = (more: Partial<LoanTerms> = {}): LoanTerms => ({
  classId: trusted<ClassId>("staff.review"),
  lenderResource: theirs,
  borrower: trusted<UnitId>("market"),
  amount: 100,
  from: "2026-11-23",
  to: "2026-11-27",
  legalBasis: null,
  ...more,
});
const apply = (...all: LoanTerms[]) => declaring(deps, actor(), pool.poolId, 1, (act) => applyLoans(act, all));
const applied = async (more: Partial<LoanTerms> = {}) => {
  const [made] = value(await apply(terms(more)));
  await until(async () => value(await getLoan(deps, actor(), pool.poolId, made!.id)).state !== "applied");
  return made!;
};
const loan = async (id: number) => value(await getLoan(deps, actor(), pool.poolId, id));
const books = async (resource: ResourceId) =>
  (await database.sql<{ period: number; capacity: number; borrowed: number; lent: number; held: number; settled: number }[]>`
    select period, capacity, borrowed, lent, held, settled from pool.balances where pool_id = ${pool.poolId} and resource_id = ${resource} order by period`).map(
    ({ period, ...row }) => ({ day: period - MONDAY, ...row }),
  );
const heldOn = async (resource: ResourceId) => (await pool.allocations()).filter((one) => one.resource_id === resource && one.state === "held").length;
const review = (amount: number) => ({ class: "staff.review" as const, amount, scope: "competent" as const });

describe("a loan", () => {
  test("is booked for its whole term, also beyond the days that are given out, and serves the borrower's cases", async () => {
    const { id, resource } = await applied();
    expect(await loan(id)).toMatchObject({ state: "active", periods: 5, lent: 500, used: 0, lender: "health", borrower: "market" });
    expect(await books(resource)).toEqual([0, 1, 2, 3, 4].map((day) => ({ day, capacity: 0, borrowed: 100, lent: 0, held: 0, settled: 0 })));
    expect(await books(theirs)).toEqual([0, 1, 2, 3, 4].map((day) => ({ day, capacity: 200, borrowed: 0, lent: 100, held: 0, settled: 0 })));

    // More than its own gives in all its days, today: only the loan can.
    const filed = await pool.file(review(90));
    await until(async () => (await heldOn(resource)) === 1);
    await pool.start(filed.steps["only"]!.id);
    await pool.complete(filed.steps["only"]!.id);
    await pool.settled();
    expect((await books(resource))[0]).toEqual({ day: 0, capacity: 0, borrowed: 100, lent: 0, held: 0, settled: 90 });
    expect(value(await readLoanBalances(deps, actor(), pool.poolId, {}))).toEqual([
      { unitId: "health", classId: "staff.review", period: null, lent: 500, borrowed: 0 },
      { unitId: "market", classId: "staff.review", period: null, lent: 0, borrowed: 500 },
    ]);
    // A head need not name the unit: the loans are those it lends or borrows by, and nobody else's.
    const head = (unit: string): Actor => ({ kind: "person", poolId: pool.poolId, personId: "00000000-0000-4000-8000-000000000001" as PersonId, displayName: unit, roles: [{ role: "unit-head", unitId: trusted<UnitId>(unit) }], mandates: [], channel: "api" });
    expect(value(await listLoans(deps, head("market"), pool.poolId, { limit: 5 })).rows.map(({ id: each }) => each)).toEqual([id]);
    expect(value(await readLoanBalances(deps, head("market"), pool.poolId, {}))).toEqual([{ unitId: "market", classId: "staff.review", period: null, lent: 0, borrowed: 500 }]);
    expect(value(await listLoans(deps, head("market"), pool.poolId, { unit: "health", limit: 5 })).rows).toEqual([]);
    const movements = await database.sql<{ kind: string; debit: string; credit: string; resource_id: number; counterpart_id: number; amount: number; loan_id: number }[]>`
      select kind, debit, credit, resource_id, counterpart_id, amount, loan_id from pool.movements where loan_id is not null order by period`;
    expect(movements.map((row) => ({ ...row }))).toEqual([0, 1, 2, 3, 4].map(() => ({ kind: "lend", debit: "free", credit: "free", resource_id: theirs, counterpart_id: resource, amount: 100, loan_id: id })));
  });

  test("of what is not free is refused whole, with the periods named, and its resource goes with it", async () => {
    const [filed] = await pool.fileMany(1, review(150), { unit: "health", dueInDays: 1 });
    await until(async () => (await heldOn(theirs)) === 1);
    expect(filed).toBeDefined();
    const { id, resource } = await applied();
    expect(await loan(id)).toMatchObject({ state: "refused", shortPeriods: [MONDAY], lent: 0 });
    expect(await books(resource)).toEqual([]);
    expect((await books(theirs)).every(({ lent }) => lent === 0)).toBe(true);
    const [row] = await database.sql`select state from pool.resources where resource_id = ${resource}`;
    expect(row).toEqual({ state: "retired" });
  });

  test("of two on the same capacity is booked once", async () => {
    const both = value(await apply(terms({ amount: 150 }), terms({ amount: 150 })));
    await until(async () => (await Promise.all(both.map(({ id }) => loan(id)))).every(({ state }) => state !== "applied"));
    expect((await Promise.all(both.map(({ id }) => loan(id)))).map(({ state }) => state)).toEqual(["active", "refused"]);
    expect((await books(theirs)).map(({ lent }) => lent)).toEqual([150, 150, 150, 150, 150]);
  });

  test("ends by itself when its term is over, and the lender has its own again", async () => {
    const { id, resource } = await applied({ to: "2026-11-24" });
    await pool.setClock(MONDAY_NINE + DAY);
    await pool.settled();
    expect((await loan(id)).state).toBe("active");
    await pool.setClock(MONDAY_NINE + 2 * DAY);
    await until(async () => (await loan(id)).state === "ended");
    expect(await loan(id)).toMatchObject({ endedAs: "term", lent: 200 });
    // What lay in its days stays on record; nothing lies after them.
    expect((await books(resource)).map(({ day }) => day)).toEqual([0, 1]);
    const filed = await pool.file(review(90));
    await pool.settled();
    expect(await pool.allocations(filed.steps["only"]!.id)).toEqual([]);
    const audit = await database.sql<{ act: string }[]>`select act from pool.audit_records where object_kind = 'loan' and object_id = ${String(id)} order by audit_id`;
    expect(audit.map(({ act }) => act)).toEqual(["loan.applied", "loan.lent", "loan.ended"]);
  });

  test("is recalled with notice: what nobody has begun moves, what was begun stays until it ends", async () => {
    const { id, resource } = await applied();
    const begun = await pool.file(review(70));
    await until(async () => (await heldOn(resource)) === 1);
    await pool.start(begun.steps["only"]!.id);
    await pool.settled();
    expect(codes(await recallLoan(deps, actor(), pool.poolId, id, { grounds: "汛情", from: "2026-11-24" }))).toEqual(["loan.notice_too_short"]);
    expect(codes(await recallLoan(deps, actor(), pool.poolId, id, { grounds: "汛情", from: "2026-11-28" }))).toEqual(["loan.back_after_term"]);
    value(await recallLoan(deps, actor(), pool.poolId, id, { grounds: "汛情" }));
    await until(async () => (await books(theirs))[3]!.lent === 0);
    expect((await books(resource)).map(({ borrowed }) => borrowed)).toEqual([100, 100, 100, 0, 0]);
    expect((await books(theirs)).map(({ lent }) => lent)).toEqual([100, 100, 100, 0, 0]);
    expect(codes(await recallLoan(deps, actor(), pool.poolId, id, { grounds: "再次" }))).toEqual(["object.transition_illegal"]);
    expect((await loan(id)).state).toBe("ending");
    await pool.setClock(MONDAY_NINE + 3 * DAY);
    await until(async () => (await loan(id)).state === "ended");
    expect(await loan(id)).toMatchObject({ endedAs: "recalled", backFrom: "2026-11-26" });

    // The statement of each day equals the ledger: what was lent without what was returned, on both sides.
    const ledger = await database.sql<{ unit: string; period: string; lent: number; borrowed: number }[]>`
      with moved as (
        select to_char(date '1970-01-01' + m.period, 'YYYY-MM-DD') as period, l.lender_unit_id, l.borrower_unit_id, sum(case m.kind when 'lend' then m.amount else -m.amount end)::int as amount
        from pool.movements m join pool.loans l on l.pool_id = m.pool_id and l.loan_id = m.loan_id group by 1, 2, 3)
      select lender_unit_id as unit, period, amount as lent, 0 as borrowed from moved where amount > 0
      union all select borrower_unit_id, period, 0, amount from moved where amount > 0 order by unit, period`;
    const told = async (question: LoanBalanceQuestion) => value(await readLoanBalances(deps, actor(), pool.poolId, question)).map(({ unitId, period, lent, borrowed }) => ({ unit: unitId, period, lent, borrowed }));
    expect(ledger.length).toBe(6);
    expect(await told({ period: "day" })).toEqual(ledger.map((row) => ({ ...row })));
    expect(await told({ period: "month", from: "2026-11-24", to: "2026-11-30" })).toEqual([
      { unit: "health", period: "2026-11", lent: 200, borrowed: 0 },
      { unit: "market", period: "2026-11", lent: 0, borrowed: 200 },
    ]);
    expect(await told({ unit: "market", from: "2026-11-26", to: "2026-11-30" })).toEqual([]);
    expect(codes(await readLoanBalances(deps, actor(), pool.poolId, { from: "2026-11-30", to: "2026-11-01" }))).toEqual(["usage.range_reversed"]);
  });

  test("is recalled in part: what fits into the rest stays, the least urgent go, and another part and the rest follow, across a restart", async () => {
    const { id, resource } = await applied();
    // Three on each of the four days that are given out: one with the borrower's own, two with what is lent.
    await pool.fileMany(12, review(50));
    await until(async () => (await heldOn(resource)) === 8);
    const part = async (amount: unknown, from?: string) => recallLoan(deps, actor(), pool.poolId, id, { grounds: "汛情", amount: amount as number, ...(from !== undefined && { from }) });
    expect(codes(await part(101))).toEqual(["loan.recall_above_loaned"]);
    expect(codes(await part(-1))).toEqual(["amount.negative"]);
    expect(codes(await part(1.5))).toEqual(["amount.fractional"]);
    expect(codes(await part(0))).toEqual(["amount.zero"]);
    expect(codes(await part(40, "2026-11-24"))).toEqual(["loan.notice_too_short"]);
    expect((await loan(id)).parts).toEqual([]);

    expect(value(await part(40))).toMatchObject({ state: "active", parts: [{ no: 1, from: "2026-11-26", amount: 40, as: "recalled", grounds: "汛情" }] });
    await until(async () => (await books(theirs))[3]!.lent === 60);
    expect((await books(resource)).map(({ borrowed }) => borrowed)).toEqual([100, 100, 100, 60, 60]);
    expect((await books(theirs)).map(({ lent }) => lent)).toEqual([100, 100, 100, 60, 60]);
    // Of Thursday's two, one fits into what stays.
    expect(await heldOn(resource)).toBe(7);
    const above = await part(61);
    expect(above.ok ? [] : above.problems.map(({ code, facts }) => [code, facts])).toEqual([["loan.recall_above_loaned", { amount: 61, loaned: 60, free: 60 }]]);

    expect(await writer.stop()).toBe("stopped");
    writer = await startWriterWhenFree({ url: database.url, pool: pool.poolId });
    value(await returnLoan(deps, actor(), pool.poolId, id, { grounds: "积压减少", amount: "10", from: "2026-11-27" }));
    await until(async () => (await books(theirs))[4]!.lent === 50);
    expect((await books(resource)).map(({ borrowed }) => borrowed)).toEqual([100, 100, 100, 60, 50]);
    await pool.setClock(MONDAY_NINE + HOUR);
    await pool.settled();
    // All that is left is the whole of it.
    expect(value(await part(50))).toMatchObject({ state: "ending", backFrom: "2026-11-26" });
    await until(async () => (await books(theirs)).every(({ day, lent }) => lent === (day < 3 ? 100 : 0)));
    const moved = await database.sql<{ kind: string; amount: number }[]>`select kind, sum(amount)::int as amount from pool.movements where loan_id = ${id} group by kind order by kind`;
    expect(moved.map((row) => ({ ...row }))).toEqual([{ kind: "lend", amount: 500 }, { kind: "return", amount: 200 }]);
  });

  test("of which a part is recalled never loses what was begun: it goes back when that is done", async () => {
    const { id, resource } = await applied();
    const begun = await pool.file(review(90));
    await until(async () => (await heldOn(resource)) === 1);
    await pool.start(begun.steps["only"]!.id);
    await pool.settled();
    // The borrower gives back at once; ninety are in use today.
    value(await returnLoan(deps, actor(), pool.poolId, id, { grounds: "用不完", amount: 80 }));
    await until(async () => (await books(theirs))[1]!.lent === 20);
    expect((await books(theirs)).map(({ lent }) => lent)).toEqual([90, 20, 20, 20, 20]);
    expect(await heldOn(resource)).toBe(1);
    // A hold that ends frees what has to go first.
    await pool.complete(begun.steps["only"]!.id, [{ claim: begun.steps["only"]!.claims[0]!, amount: 10 }]);
    await until(async () => (await books(theirs))[0]!.lent === 20);
    expect((await books(resource))[0]).toMatchObject({ borrowed: 20, held: 0, settled: 10 });
    // Twenty fit into what stays of a day; with its own sixty taken, twenty-five do not.
    await pool.fileMany(4, review(60));
    await until(async () => (await heldOn(own)) === 4);
    const [fits, not] = [await pool.file(review(20)), await pool.file(review(25))];
    await until(async () => (await pool.allocations(fits.steps["only"]!.id)).length === 1);
    await pool.settled();
    expect((await pool.allocations(fits.steps["only"]!.id)).map(({ resource_id, period }) => [resource_id, period - MONDAY])).toEqual([[resource, 1]]);
    expect(await pool.allocations(not.steps["only"]!.id)).toEqual([]);
  });

  test("comes back early: begun work keeps its amount until it ends, the rest is the lender's at once, and holds go elsewhere", async () => {
    const { id, resource } = await applied();
    const begun = await pool.file(review(70));
    await until(async () => (await heldOn(resource)) === 1);
    await pool.start(begun.steps["only"]!.id);
    await pool.settled();
    const later = await pool.file(review(80));
    await until(async () => (await heldOn(resource)) === 2);
    value(await returnLoan(deps, actor(), pool.poolId, id, { grounds: "积压已办结" }));
    await until(async () => (await books(resource)).every(({ day, borrowed }) => borrowed === (day === 0 ? 70 : 0)));
    expect((await books(theirs)).map(({ lent }) => lent)).toEqual([70, 0, 0, 0, 0]);
    expect((await loan(id)).state).toBe("ending");
    // Its own gives 60 a day: the other waits, with its number.
    expect((await pool.allocations(later.steps["only"]!.id)).map(({ state }) => state)).toEqual(["released"]);
    await pool.complete(begun.steps["only"]!.id, [{ claim: begun.steps["only"]!.claims[0]!, amount: 20 }]);
    await until(async () => (await books(theirs))[0]!.lent === 20);
    expect((await books(resource))[0]).toMatchObject({ borrowed: 20, settled: 20, held: 0 });
    await pool.setClock(MONDAY_NINE + DAY);
    await until(async () => (await loan(id)).state === "ended");
    expect(await loan(id)).toMatchObject({ endedAs: "returned", lent: 20, used: 20 });
  });

  test("is carried by the periods in which the lender works, in half-hours too", async () => {
    await database.sql`
      insert into pool.calendars (pool_id, calendar_id, layer, name_zh, name_en, week)
      values (${pool.poolId}, 'mornings', 'unit', '上午', 'Mornings', ${database.sql.json({ mon: ["09:00-12:00"], wed: ["09:00-12:00"] })})`;
    const hall = await pool.resource({ class: "material.counter", total: 3, unit: "health", code: "hall" });
    await database.sql`update pool.resources set calendar_id = 'mornings' where resource_id = ${hall}`;
    await pool.revoke({ kind: "pool.declared" });
    await pool.settled();
    const { id, resource } = await applied({ classId: trusted("material.counter"), lenderResource: hall, amount: 2 });
    // Monday from nine, Wednesday whole: that Monday's half-hours have not ended.
    const rows = await books(resource);
    expect([(await loan(id)).state, rows.length, rows.every(({ borrowed }) => borrowed === 2)]).toEqual(["active", 12, true]);
  });

  test("goes on where it was after another writer took over", async () => {
    const { id, resource } = await applied();
    const filed = await pool.file(review(90));
    await until(async () => (await heldOn(resource)) === 1);
    expect(await writer.stop()).toBe("stopped");
    writer = await startWriterWhenFree({ url: database.url, pool: pool.poolId });
    await pool.withdraw(filed);
    const again = await pool.file(review(95));
    await until(async () => (await pool.allocations(again.steps["only"]!.id)).some(({ state }) => state === "held"));
    expect(await heldOn(resource)).toBe(1);
    value(await returnLoan(deps, actor(), pool.poolId, id, { grounds: "不再需要" }));
    await until(async () => (await loan(id)).state === "ended" || (await books(theirs)).every(({ lent }) => lent === 0));
    await pool.setClock(MONDAY_NINE + DAY + HOUR);
    await until(async () => (await loan(id)).state === "ended");
  });

  test("of persons comes as work to the lender's desk, and who takes no part in it is asked of the lender's officers", async () => {
    await database.sql`update pool.classes set per = 'asset' where class_id = 'staff.review'`;
    const officer = randomUUID();
    await database.sql`
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
      values (${pool.poolId}, 'post-1', 'health', ${theirs}, 'post', 200, ${officer})`;
    const { resource } = await applied();
    const filed = await pool.file(review(90));
    const { id: step } = filed.steps["only"]!;
    await until(async () => (await heldOn(resource)) === 1);
    const desk = workQueue(database.sql, pool.poolId);
    expect(await desk.counts("health" as UnitId, MONDAY_NINE)).toMatchObject({ granted: 1 });
    expect(await desk.counts("market" as UnitId, MONDAY_NINE)).toMatchObject({ granted: 1 });
    const [locked] = await lockCases(database.sql, pool.poolId, database.sql`r.request_id = ${filed.request}`);
    expect([locked!.unitId, locked!.servingUnitIds, locked!.servingByStep.get(step)]).toEqual(["market", ["health"], ["health"]]);

    expect(await readBarred(database.sql, pool.poolId, [step])).toEqual(new Map());
    await database.sql`update pool.requests set applicant_id = ${officer} where request_id = ${filed.request}`;
    expect((await readBarred(database.sql, pool.poolId, [step])).get(step)).toEqual([
      { resource: theirs, ground: "own-case" },
      { resource, ground: "own-case" },
    ]);
    await database.sql`update pool.requests set applicant_id = gen_random_uuid() where request_id = ${filed.request}`;
  });

  test("gives nothing while what backs it is out of service", async () => {
    const { resource } = await applied();
    await pool.file(review(50));
    await pool.file(review(90));
    await until(async () => (await heldOn(resource)) > 0);
    const drains = drainQueries(database.sql, pool.poolId);
    const covered = await drains.covered("resource", "health-review");
    expect(covered.map((one) => one.resource)).toEqual([theirs, resource]);
    await drains.insert({ kind: "drain", targetKind: "resource", target: "health-review", unitId: trusted("health"), from: "2026-11-23", to: null, reason: "病假", ground: null, declaredBy: "test", declaredAt: MONDAY_NINE }, covered);
    await pool.revoke({ kind: "resource.evacuated", resources: covered.map((one) => ({ resource: one.resource, from: MONDAY_NINE, to: null, whatFitsStays: false })), ground: forcedGround("drain", 1) });
    await until(async () => (await heldOn(resource)) === 0);
    await pool.settled();
    // Its own still serves what fits there.
    expect(await heldOn(own)).toBeGreaterThan(0);
  });

  test("of a resource that is retired comes back today, without notice: what was begun stays, the rest goes elsewhere", async () => {
    const { id, resource } = await applied();
    const begun = await pool.file(review(90));
    await until(async () => (await heldOn(resource)) === 1);
    await pool.start(begun.steps["only"]!.id);
    const next = await applied({ from: "2026-12-01", to: "2026-12-02", amount: 50 });
    const [row] = await database.sql<{ generation: number }[]>`select generation from pool.resources where resource_id = ${theirs}`;
    value(await retireResource(deps, actor(), pool.poolId, "health-review", row!.generation));
    await until(async () => (await loan(next.id)).state === "ended");
    await until(async () => (await books(theirs)).every(({ day, lent }) => lent === (day === 0 ? 90 : 0)));
    expect(await loan(id)).toMatchObject({ state: "ending", endedAs: "recalled", backFrom: "2026-11-23" });
    expect(await heldOn(resource)).toBe(1);
    await pool.complete(begun.steps["only"]!.id);
    await pool.setClock(MONDAY_NINE + DAY);
    await until(async () => (await loan(id)).state === "ended");
  });

  test("gives its lender credit: what it gave away it has from its cohort, before the borrower has more than its own and the loan", async () => {
    await pool.setTotal(own, 100);
    await database.sql`
      insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
      values (${pool.poolId}, 'archive', 'archive', 'archive', '522301', 'archive', 'county', true)`;
    await pool.resource({ class: "staff.review", total: 100, unit: "archive" });
    value(await inForce(deps, pool.poolId, { kind: "cohort", declare: { cohort: "counties", names: { zh: "县区", en: "Counties" } } }));
    for (const unit of ["market", "health", "archive"]) value(await inForce(deps, pool.poolId, { kind: "quota", declare: { unit, class: "staff.review", cohort: "counties" } }));
    await applied();
    // Five ask for Monday, on which four can be served: the borrower came first, thrice.
    expect(await writer.stop()).toBe("stopped");
    const filed = [...(await pool.fileMany(3, { class: "staff.review", amount: 100 })), ...(await pool.fileMany(2, { class: "staff.review", amount: 100 }, { unit: "health" }))];
    writer = startWriter({ url: database.url, pool: pool.poolId });
    const days = async () => (await Promise.all(filed.map(({ steps }) => pool.allocations(steps["only"]!.id)))).map(([one]) => (one === undefined ? null : one.period - MONDAY));
    await until(async () => !(await days()).includes(null));
    expect(await days()).toEqual([0, 0, 1, 0, 0]);
  });

  test("makes a resource that nobody declares by itself", async () => {
    const { resource } = await applied();
    const [row] = await database.sql<{ code: string; generation: number }[]>`select code, generation from pool.resources where resource_id = ${resource}`;
    expect(codes(await retireResource(deps, actor(), pool.poolId, row!.code, row!.generation))).toEqual(["loan.dated_resource"]);
  });

  test("that is not lawful writes nothing: each with its own problem, at its place in the proposal", async () => {
    const { id, resource } = await applied({ amount: 10 });
    const bad = await apply(
      terms({ lenderResource: resource, borrower: trusted("health") }),
      terms({ classId: trusted("staff.decide") }),
      terms({ amount: -1 }),
      terms({ from: "2026-11-20" }),
      terms({ lenderResource: own, borrower: trusted("health") }),
    );
    expect(bad.ok ? [] : bad.problems.map(({ code, field }) => [code, field])).toEqual([
      ["loan.not_owned", "loans.0.lenderResource"],
      ["loan.loop", "loans.0.borrower"],
      ["loan.class_of_resource", "loans.1.classId"],
      ["loan.not_lendable", "loans.1.classId"],
      ["amount.negative", "loans.2.amount"],
      ["loan.term_past", "loans.3.from"],
      ["loan.loop", "loans.4.borrower"],
    ]);
    expect(await database.sql`select loan_id from pool.loans`).toEqual([{ loan_id: id }]);
  });

  test("whose books were altered is found by whoever verifies", async () => {
    const { id, resource } = await applied();
    const found = async (damage: string) => {
      const failed: string[] = [];
      await database.sql
        .begin(async (t) => {
          await t.unsafe(damage);
          for (const { name, sql } of loanChecks) if ((await t.unsafe(sql, [null])).length > 0) failed.push(name);
          throw new Error("roll back");
        })
        .catch((error: Error) => expect(error.message).toBe("roll back"));
      return failed;
    };
    expect(await found("select 1")).toEqual([]);
    expect(await found(`update pool.balances set borrowed = borrowed + 1 where resource_id = ${resource} and period = ${MONDAY}`)).toEqual(["loans.both-books-equal-movements"]);
    expect(await found(`update pool.movement_pages set amounts[1] = 150 where kind = 'lend'`)).toEqual(["loans.both-books-equal-movements", "loans.movements-within-terms"]);
    expect(await found(`update pool.loans set periods = periods[2:5] where loan_id = ${id}`)).toEqual(["loans.movements-within-terms"]);
    expect(await found(`update pool.loans set state = 'ended', ended_as = 'term', ended_at = now() where loan_id = ${id}`)).toEqual(["loans.nothing-outlives-its-term"]);
    expect(await found(`update pool.loans set to_day = '2026-11-25' where loan_id = ${id}`)).toEqual(["loans.nothing-outlives-its-term"]);
    await database.sql`insert into pool.loan_parts (pool_id, loan_id, part_no, from_day, amount, brought_back_as, grounds, brought_back_by, brought_back_at) select pool_id, loan_id, 1, '2026-11-26', 100, 'recalled', 'test', gen_random_uuid(), '2026-01-01' from pool.loans`;
    expect(await found("select 1")).toEqual(["loans.parts-went-back"]);
    expect(await found("update pool.loan_parts set amount = 40")).toEqual(["loans.parts-went-back"]);
    await database.sql`delete from pool.loan_parts`;
    expect(await found("update pool.classes set lend = 'none' where class_id = 'staff.review'")).toEqual(["loans.of-what-may-be-lent"]);
    expect(await found("update pool.classes set act = 'deciding' where class_id = 'staff.review'")).toEqual(["loans.of-what-may-be-lent"]);
  });
});

