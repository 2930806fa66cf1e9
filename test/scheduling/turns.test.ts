import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "./running-writer.js";
import { DAY, HOUR, MONDAY, MONDAY_NINE, SmallPool, until } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  writer = startWriter({ url: database.url, pool: pool.poolId });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

describe("a writer at work", () => {
  test("a request's step gets capacity, is worked on, settles what it used and gives back the rest", async () => {
    const desk = await pool.resource({ class: "staff.review", total: 120 });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    const step = filed.steps["only"]!;
    await until(async () => (await pool.decisions(step.id)).length === 1);
    expect(await pool.allocations(step.id)).toMatchObject([{ resource_id: desk, period: MONDAY, amount: 60, capacity: 120, state: "held" }]);

    await pool.start(step.id);
    await pool.complete(step.id, [{ claim: step.claims[0]!, amount: 45 }]);
    await until(async () => (await pool.allocations(step.id))[0]?.state === "settled");
    expect(await pool.allocations(step.id)).toMatchObject([{ amount: 60, settled_amount: 45 }]);
    const [balance] = await database.sql`select capacity, held, settled from pool.balances where resource_id = ${desk} and period = ${MONDAY}`;
    expect(balance).toEqual({ capacity: 120, held: 0, settled: 45 });
  });

  test("what waits is granted when something is given back, in the order of due dates", async () => {
    const desk = await pool.resource({ class: "staff.decide", total: 60 });
    const ask = { class: "staff.decide", amount: 60, scope: "competent" } as const;
    // The horizon is three days after today: four periods.
    const first = await pool.fileMany(4, ask);
    await until(async () => (await pool.allocations()).filter(({ resource_id }) => resource_id === desk).length === 4);
    const late = await pool.file(ask, { dueInDays: 9 });
    const urgent = await pool.file(ask, { dueInDays: 2 });
    await pool.settled();
    expect(await pool.decisions(urgent.steps["only"]!.id)).toEqual([]);
    expect(writer.view()?.whyWaiting(late.steps["only"]!.id)?.reasons[0]).toMatchObject({ blockedBy: { rule: "capacity", asked: 60 }, rank: 2, waiting: 2 });

    await pool.withdraw(first[1]!);
    await until(async () => (await pool.decisions(urgent.steps["only"]!.id)).length === 1);
    expect(await pool.decisions(late.steps["only"]!.id)).toEqual([]);
    expect((await pool.allocations(first[1]!.steps["only"]!.id))[0]).toMatchObject({ state: "released", settled_amount: 0 });
    for (const filed of [...first.filter((_, at) => at !== 1), urgent, late]) await pool.withdraw(filed);
    await pool.settled();
  });

  test("claims are met all together or not at all", async () => {
    await pool.resource({ class: "funds.aid", total: 100_000, earmark: "aid" });
    const wants = (fen: number) => [
      { name: "pay", claims: [{ class: "staff.review", amount: 1 }, { class: "funds.aid", amount: fen, scope: "competent", purpose: "aid" }] },
    ] as const;
    const most = await pool.file(wants(90_000));
    await until(async () => (await pool.decisions(most.steps["pay"]!.id)).length === 1);
    const rest = await pool.file(wants(20_000));
    await pool.settled();
    expect(await pool.allocations(rest.steps["pay"]!.id)).toEqual([]);
    await pool.withdraw(most);
    await until(async () => (await pool.allocations(rest.steps["pay"]!.id)).length === 2);
  });

  test("an appointment takes every half-hour of one unbroken run", async () => {
    await pool.resource({ class: "material.counter", total: 1 });
    const filed = await pool.file({ class: "material.counter", amount: 1, slots: 3 });
    await until(async () => (await pool.allocations(filed.steps["only"]!.id)).length === 3);
    const [a, b, c] = await pool.allocations(filed.steps["only"]!.id);
    expect([b!.period - a!.period, c!.period - b!.period]).toEqual([1, 1]);
  });

  test("what nobody could ever give is refused, the request waits for an administrator, and the record says so", async () => {
    const filed = await pool.file({ class: "staff.review", amount: 999_999 });
    await until(async () => (await pool.requestState(filed)) === "unservable");
    const [decision] = await pool.decisions(filed.steps["only"]!.id);
    expect(decision).toMatchObject({ outcome: "refused", attempt: 1 });
    const [record] = await database.sql`
      select actor_id, before, after from pool.audit_records where act = 'request.unservable' and object_id = ${filed.publicId}`;
    expect(record).toEqual({ actor_id: "scheduler", before: { state: "received" }, after: { state: "unservable" } });

    await pool.resource({ class: "staff.review", total: 999_999, code: "giant" });
    await pool.reconsider(filed, filed.steps["only"]!.id);
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 2);
    expect((await pool.decisions(filed.steps["only"]!.id))[1]).toMatchObject({ outcome: "granted", attempt: 2 });
    await pool.withdraw(filed);
  });

  test("a pause gives back what is held, and the step asks again with its next attempt", async () => {
    const filed = await pool.file({ class: "staff.review", amount: 30 });
    const step = filed.steps["only"]!.id;
    await until(async () => (await pool.allocations(step)).length === 1);
    // Both at once: the second must not be answered in the batch that answers the first.
    await pool.pause(filed);
    await pool.resume(filed);
    await until(async () => (await pool.allocations(step)).length === 2);
    expect(await pool.allocations(step)).toMatchObject([{ attempt: 1, state: "released" }, { attempt: 2, state: "held" }]);
  });

  test("lowering a total below what is used is accepted; nothing more is given until it fits again", async () => {
    const desk = await pool.resource({ class: "funds.aid", total: 1_000, earmark: "one-desk" });
    const ask = (amount: number) => ({ class: "funds.aid", amount, scope: "competent", purpose: "one-desk" }) as const;
    const filed = await pool.file(ask(800));
    await until(async () => (await pool.allocations(filed.steps["only"]!.id)).length === 1);
    await pool.setTotal(desk, 500);
    await pool.settled();
    const [balance] = await database.sql`select capacity, held from pool.balances where resource_id = ${desk}`;
    expect(balance).toEqual({ capacity: 500, held: 800 });

    const next = await pool.file(ask(100));
    await pool.settled();
    expect(await pool.decisions(next.steps["only"]!.id)).toEqual([]);
    await pool.withdraw(filed);
    await until(async () => (await pool.decisions(next.steps["only"]!.id)).length === 1);
  });

  test("an act that took its id early and committed late is taken late, not skipped", async () => {
    const [{ promise: mayCommit, resolve: commit }, { promise: inserted, resolve: isInserted }] = [deferred(), deferred()];
    const [request] = [await pool.file([{ name: "a", claims: [{ class: "staff.review", amount: 1 }] }, { name: "b", claims: [{ class: "staff.review", amount: 2 }] , after: ["a"] }])];
    const { a, b } = request!.steps;
    await until(async () => (await pool.decisions(a!.id)).length === 1);
    await pool.start(a!.id);
    const slow = database.sql.begin(async (t) => {
      await t`update pool.steps set state = 'done', ended_at = now() where step_id = ${a!.id}`;
      await t`update pool.steps set state = 'ready' where step_id = ${b!.id}`;
      const command = { kind: "step.ended", step: a!.id, outcome: "done", settle: [], ready: [b!.id] };
      await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${pool.poolId}, ${t.json(command)}, ${new Date(MONDAY_NINE)}, 'test')`;
      isInserted();
      await mayCommit;
    });
    await inserted;
    const quick = await pool.file({ class: "staff.review", amount: 3 });
    await until(async () => (await pool.decisions(quick.steps["only"]!.id)).length === 1);
    commit();
    await slow;
    await until(async () => (await pool.decisions(b!.id)).length === 1);
    const [early, late] = await database.sql<{ seq: number }[]>`
      select seq from pool.commands where command @> ${database.sql.json({ kind: "step.ended", step: a!.id })} or command @> ${database.sql.json({ steps: [quick.steps["only"]!.id] })} order by command_id`;
    expect(early!.seq).toBeGreaterThan(late!.seq);
  });

  test("holds whose work did not begin lapse with their period and are asked for again; begun work keeps its own", async () => {
    const desk = await pool.resource({ class: "staff.review", total: 40, code: "lapsing" });
    const [idle, begun] = await pool.fileMany(2, { class: "staff.review", amount: 20 });
    const [idleStep, begunStep] = [idle!.steps["only"]!.id, begun!.steps["only"]!.id];
    await until(async () => (await pool.allocations(idleStep)).length === 1 && (await pool.allocations(begunStep)).length === 1);
    await pool.start(begunStep);
    await pool.setClock(MONDAY_NINE + DAY);
    await until(async () => (await pool.decisions(idleStep)).length === 2);
    const [lapsed, again] = await pool.allocations(idleStep);
    expect(lapsed).toMatchObject({ attempt: 1, period: MONDAY, state: "lapsed" });
    expect(again).toMatchObject({ attempt: 2, period: MONDAY + 1, state: "held" });
    expect(await pool.allocations(begunStep)).toMatchObject([{ attempt: 1, period: MONDAY, state: "held" }]);
    const [step] = await database.sql`select attempt from pool.steps where step_id = ${idleStep}`;
    expect(step).toEqual({ attempt: 2 });
    expect(desk).toBeGreaterThan(0);

    // Settling late books the period that was held.
    await pool.complete(begunStep);
    await until(async () => (await pool.allocations(begunStep))[0]?.state === "settled");
    await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= MONDAY_NINE + DAY);
  });

  test("a unit that is handed over changes what the policy answers: nothing keeps the old answer", async () => {
    await database.sql`
      insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
      values (${pool.poolId}, 'lab', 'lab', 'lab', '522301', 'laboratory', 'county', true)`;
    await database.sql.begin(async (t) => {
      await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${pool.poolId}, ${t.json({ kind: "pool.declared" })}, now(), 'test')`;
      await t`select pg_notify('govpool_command', ${pool.poolId})`;
    });
    await pool.settled();
    await pool.resource({ class: "staff.review", total: 777, unit: "lab", code: "lab-desk" });
    const filed = await pool.file({ class: "staff.review", amount: 700 });
    await until(async () => (await pool.allocations(filed.steps["only"]!.id)).length === 1);
    expect(writer.notices.filter(({ kind }) => kind === "writing")).toHaveLength(2);
  });

  test("a resource that was declared in the moment a day begins does not disturb the day", async () => {
    await pool.setClock(MONDAY_NINE + 2 * DAY);
    await database.sql.begin(async (t) => {
      // The row is there before its command is: as a slow transaction of another process would look in between.
      await t`
        insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction)
        values (${pool.poolId}, 'unannounced', 'market', 'staff.review', 5, 1, 1000, 1, '{522301}')`;
    });
    await pool.setClock(MONDAY_NINE + 3 * DAY);
    await until(async () => (await pool.writerRow()).worked_up_to?.getTime() === MONDAY_NINE + 3 * DAY);
  });

  test("a set clock is worked up to, also when there is nothing to do", async () => {
    const at = MONDAY_NINE + 3 * DAY + 3 * HOUR;
    await pool.setClock(at);
    await until(async () => (await pool.writerRow()).worked_up_to?.getTime() === at);
  });
});

function deferred() {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
