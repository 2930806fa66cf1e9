import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { POOL } from "../support/policy-pool.js";
import { casePool } from "../request/case-pool.js";
import { trusted, type DivisionCode } from "../../src/domain/id.js";
import { listPublicRegister } from "../../src/app/scheduling/list-public-register.js";

let database: TestDatabase;
let world: Awaited<ReturnType<typeof casePool>>;
const COUNT = 7;

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  const { sql } = database;
  // Seven granted claims of one step each, as the writer leaves them.
  await sql`
    insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction)
    values (${POOL}, 'market-review-desk', 'market', 'staff.review', 480, 1, 480, 1, '{522301}')`;
  for (let n = 1; n <= COUNT; n += 1) {
    await sql`
      with r as (
        insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, promised_due_at, statutory_due_at)
        select ${POOL}, ${`522301-20261120-0000${n}`}, item_code, version, 'market', '522301001', gen_random_uuid(), gen_random_uuid(), 'api', 'received', now(), now(), now()
        from pool.items where pool_id = ${POOL} and state = 'published' order by item_code limit 1
        returning pool_id, request_id),
      s as (
        insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ready_at)
        select pool_id, request_id, 'review', 1, 'review', 'human', '{}', 'ready', now(), now(), now() from r returning pool_id, step_id),
      k as (
        insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
        select pool_id, step_id * 64 + 1, step_id, 1, 'staff.review', 30, 'pool', '522301001', 'market' from s returning pool_id, claim_id, step_id),
      d as (
        insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, starts_at, told)
        select pool_id, step_id, 1, ${n}, 'granted', now(), 1, now(), '[]' from s)
      insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, seq, capacity)
      select k.pool_id, k.claim_id, 1, x.resource_id, 20778, k.step_id, 30, ${n}, 480
      from k join pool.resources x on x.pool_id = k.pool_id and x.code = 'market-review-desk'`;
  }
});
afterAll(() => database.end());

const anybody = { kind: "anonymous", poolId: POOL, channel: "portal" } as const;

test("anybody reads what the pool gave, newest first, page by page, each once", async () => {
  const seen: number[] = [];
  let after: string | undefined;
  do {
    const page = await listPublicRegister(world.deps, anybody, POOL, {}, { limit: 3, after });
    if (!page.ok) throw new Error(page.problems[0].code);
    seen.push(...page.value.rows.map(({ seq }) => seq));
    after = page.value.next ?? undefined;
  } while (after !== undefined);
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test("a row says what, how much, where and by whom, and nothing that leads to the person", async () => {
  const page = await listPublicRegister(world.deps, anybody, POOL, {}, { limit: 1 });
  if (!page.ok) throw new Error(page.problems[0].code);
  const [row] = page.value.rows;
  expect(row).toMatchObject({ county: "522301", servingUnit: "market", amount: 30, period: 20778, state: "held" });
  const text = JSON.stringify(page.value);
  expect(text).not.toContain("522301-20261120");
  expect(text).not.toContain("522301001");
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test("what a unit claimed for itself stands there with the unit, its county and the amount, and not what for", async () => {
  await database.sql`
    with s as (
      insert into pool.steps (pool_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ready_at)
      values (${POOL}, 'claim', 1, 'accept', 'human', '{}', 'ready', now(), now(), now()) returning pool_id, step_id),
    b as (
      insert into pool.direct_claims (pool_id, unit_id, created_by, title, division_code, state, step_id, created_at)
      select pool_id, 'health', gen_random_uuid(), '内部会议', '522301001', 'confirmed', step_id, now() from s),
    k as (
      insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
      select pool_id, step_id * 64 + 1, step_id, 1, 'staff.review', 45, 'pool', '522301001', 'health' from s returning pool_id, claim_id, step_id),
    d as (
      insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, starts_at, told)
      select pool_id, step_id, 1, ${COUNT + 1}, 'granted', now(), 1, now(), '[]' from s)
    insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, seq, capacity)
    select k.pool_id, k.claim_id, 1, x.resource_id, 20779, k.step_id, 45, ${COUNT + 1}, 480
    from k join pool.resources x on x.pool_id = k.pool_id and x.code = 'market-review-desk'`;
  const page = await listPublicRegister(world.deps, anybody, POOL, { county: trusted<DivisionCode>("522301") }, { limit: 2 });
  if (!page.ok) throw new Error(page.problems[0].code);
  expect(page.value.rows).toMatchObject([
    { seq: COUNT + 1, itemNames: null, claimant: "health", county: "522301", amount: 45, servingUnit: "market", state: "held" },
    { seq: COUNT, claimant: null, claimantNames: null },
  ]);
  expect(JSON.stringify(page.value)).not.toContain("内部会议");
  await database.sql`delete from pool.allocations where seq = ${COUNT + 1}`;
});

test("a row tells the day, not the time at which somebody stood at a counter", async () => {
  await database.sql`
    insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, min, max, step)
    values (${POOL}, 'material.window', 'material', '窗口', 'Window', 'piece', 'slot', 5, 'unit', 'none', 'none', 1, 10, 1)`;
  await database.sql`update pool.resources set class_id = 'material.window' where pool_id = ${POOL} and code = 'market-review-desk'`;
  await database.sql`update pool.allocations set period = ${20_778 * 48 + 19} where pool_id = ${POOL} and seq = ${COUNT}`;
  const page = await listPublicRegister(world.deps, anybody, POOL, {}, { limit: 1 });
  if (!page.ok) throw new Error(page.problems[0].code);
  const [row] = page.value.rows;
  expect(row).toMatchObject({ periodKind: "day", period: 20_778 });
  expect((row!.decidedAt + 8 * 3_600_000) % 86_400_000).toBe(0);
});

test("filters by county, and a cursor somebody made up begins at the newest", async () => {
  const elsewhere = await listPublicRegister(world.deps, anybody, POOL, { county: "522302" as never }, { limit: 5 });
  expect(elsewhere.ok && elsewhere.value.rows).toEqual([]);
  const madeUp = await listPublicRegister(world.deps, anybody, POOL, {}, { limit: 1, after: "nonsense" });
  expect(madeUp.ok && madeUp.value.rows[0]?.seq).toBe(COUNT);
});
