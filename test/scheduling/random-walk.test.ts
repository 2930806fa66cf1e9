import { afterAll, beforeAll, expect, test } from "vitest";
import { askSupplement } from "../../src/app/request/ask-supplement.js";
import { reconsiderStep } from "../../src/app/request/reconsider-step.js";
import { submitBundle } from "../../src/app/request/submit-bundle.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { supplyRequest } from "../../src/app/request/supply-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { completeStep } from "../../src/app/work/complete-steps.js";
import { rejectStep } from "../../src/app/work/reject-step.js";
import { startStep } from "../../src/app/work/start-step.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { BUNDLE, casePool, foodApplication, FRIDAY_NINE, type CasePool } from "../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriterWhenFree, type RunningWriter } from "./running-writer.js";
import { DAY, HOUR, until } from "./small-pool.js";

const MOVES = 400;
const SEED = 20_261_120;

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

/** Mulberry32: the same walk every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

test("whatever applicants, officers and time do, in whatever order, the books stay true", async () => {
  const { sql } = database;
  const { deps, pool, applicant, clerk, healthClerk, admin } = world;
  const roll = dice(SEED);
  let writer: RunningWriter = await startWriterWhenFree({ url: database.url, pool, decisionsPerTurn: 4 });
  let now = FRIDAY_NINE;
  /** How often each move was really made: a walk that never meets a situation proves nothing about it. */
  const made: Record<string, number> = {};
  const count = (what: string, result: Result<unknown>) => {
    if (result.ok) made[what] = (made[what] ?? 0) + 1;
  };
  const pick = async (state: string, open = true): Promise<{ publicId: string; step: string; clerk: typeof clerk } | undefined> => {
    const rows = await sql<{ public_id: string; name: string; unit_id: string }[]>`
      select r.public_id, s.name, r.unit_id from pool.steps s join pool.requests r using (pool_id, request_id)
      where s.state = ${state} and (r.closed_at is null) = ${open} order by s.step_id`;
    const row = rows[roll(Math.max(1, rows.length))];
    return row && { publicId: row.public_id, step: row.name, clerk: row.unit_id === "health" ? healthClerk : clerk };
  };
  const declare = async (code: string, total: number) => {
    await sql.begin(async (t) => {
      const [row] = await t`update pool.resources set total = ${total}, generation = generation + 1 where code = ${code} returning resource_id`;
      await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${pool}, ${t.json({ kind: "resource.declared", resources: [row!["resource_id"]] })}, ${new Date(now)}, 'test')`;
    });
  };

  const taken = async () => {
    await sql`select pg_notify('govpool_command', ${pool})`;
    await until(async () => (await sql`select from pool.commands where pool_id = ${pool} and seq is null limit 1`).length === 0);
  };

  for (let move = 0; move < MOVES; move += 1) {
    const dieRoll = roll(100);
    if (dieRoll < 22) count("submit", await submitRequest(deps, applicant, pool, foodApplication()));
    else if (dieRoll < 26) count("bundle", await submitBundle(deps, applicant, pool, { bundle: BUNDLE, division: "522301001", answers: foodApplication().answers, materials: ["floor-plan"] }));
    else if (dieRoll < 48) {
      const ready = await pick("ready");
      if (ready) count("start", await startStep(deps, ready.clerk, pool, ready));
    } else if (dieRoll < 68) {
      const working = await pick("working");
      if (working) count("complete", await completeStep(deps, working.clerk, pool, working));
    } else if (dieRoll < 70) {
      const working = await pick("working");
      if (working) count("reject", await rejectStep(deps, working.clerk, pool, { ...working, grounds: "不符合条件" }));
    } else if (dieRoll < 75) {
      const ready = await pick("ready");
      if (ready) count("ask", await askSupplement(deps, ready.clerk, pool, { publicId: ready.publicId, grounds: "请补充平面图" }));
    } else if (dieRoll < 80) {
      const [paused] = await sql<{ public_id: string }[]>`select public_id from pool.requests where state = 'supplement' order by request_id`;
      if (paused) count("supply", await supplyRequest(deps, applicant, pool, { publicId: paused.public_id, note: "已补充" }));
    } else if (dieRoll < 84) {
      const ready = await pick("ready");
      if (ready) count("withdraw", await withdrawRequest(deps, applicant, pool, { publicId: ready.publicId }));
    } else if (dieRoll < 88) await declare("market-intake", [10, 40, 60, 400][roll(4)]!);
    else if (dieRoll < 90) {
      const refused = await sql<{ public_id: string; name: string }[]>`
        select r.public_id, s.name from pool.requests r join pool.steps s using (pool_id, request_id)
          join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
        where r.state = 'unservable' and s.state = 'ready' and d.outcome = 'refused' order by s.step_id limit 1`;
      if (refused[0]) count("reconsider", await reconsiderStep(deps, admin, pool, { publicId: refused[0].public_id, step: refused[0].name }));
    } else if (dieRoll < 98) {
      now += [HOUR, 3 * HOUR, 12 * HOUR, DAY][roll(4)]!;
      await sql.begin(async (t) => {
        await t`update pool.pools set clock_at = ${new Date(now)} where pool_id = ${pool}`;
        await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${pool}, ${t.json({ kind: "clock.set" })}, ${new Date(now)}, 'test')`;
      });
      made["time"] = (made["time"] ?? 0) + 1;
    } else {
      // Another writer: what it loads must be what this one left.
      await writer.stop();
      writer = await startWriterWhenFree({ url: database.url, pool, decisionsPerTurn: 4 });
      made["takeover"] = (made["takeover"] ?? 0) + 1;
    }
    // Sometimes the writer keeps up, sometimes acts pile up before it looks.
    if (roll(3) === 0) await taken();
  }

  await taken();
  await writer.stop();
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  const [seen] = await sql`
    select count(*) filter (where state = 'lapsed')::int > 0 as lapsed, count(*) filter (where state = 'settled')::int > 0 as settled,
           count(*) filter (where state = 'released')::int > 0 as released, max(attempt) > 2 as retried
    from pool.allocations`;
  expect({ ...made, ...seen }).toEqual({
    ...Object.fromEntries(["submit", "bundle", "start", "complete", "reject", "ask", "supply", "withdraw", "reconsider", "time", "takeover"].map((what) => [what, expect.any(Number)])),
    lapsed: true,
    settled: true,
    released: true,
    retried: true,
  });
});
