import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { submitRequest, type SubmitInput } from "../../src/app/request/submit-request.js";
import { startOfDay, dayNumberOf } from "../../src/domain/instant.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor } from "../support/policy-pool.js";
import { casePool, foodApplication, FRIDAY_NINE, OWNER, person, SUBSIDY, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

const submit = (input: SubmitInput, who: Actor = world.applicant) => submitRequest(world.deps, who, world.pool, input);
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }: Problem) => `${code} ${field ?? ""}`.trim()));
const countOf = async (table: string): Promise<number> => Number((await database.sql`select count(*) from ${database.sql(`pool.${table}`)}`)[0]?.["count"]);

describe("an application", () => {
  test("gets a number at once, the lawful office and its dates", async () => {
    const receipt = await submit(foodApplication());
    if (!receipt.ok) throw new Error(JSON.stringify(receipt.problems));
    expect(receipt.value).toMatchObject({
      number: "522301-20261120-00001",
      unit: { id: "market" },
      receivedAt: FRIDAY_NINE,
      missingMaterials: [],
      // Seven working days after Friday the 20th: Tuesday, 1 December, to its last millisecond.
      promisedDueAt: startOfDay(dayNumberOf(Date.parse("2026-12-02T00:00:00+08:00"))) - 1,
    });
    expect(receipt.value.statusCode).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
  });

  test("is stored whole: request, steps, claims, audit record and one command", async () => {
    const receipt = await submit(foodApplication());
    if (!receipt.ok) throw new Error(JSON.stringify(receipt.problems));
    const { publicId } = receipt.value;
    const steps = await database.sql`
      select s.name, s.state, s.expected_minutes, count(c.claim_id)::int as claims
      from pool.steps s join pool.requests r using (pool_id, request_id) left join pool.claims c using (pool_id, step_id)
      where r.public_id = ${publicId} group by s.step_id, s.name, s.state, s.expected_minutes, s.ordinal order by s.ordinal`;
    expect([...steps]).toEqual([
      { name: "intake", state: "ready", expected_minutes: 110, claims: 1 },
      { name: "check-identity", state: "blocked", expected_minutes: 30, claims: 1 },
      { name: "review", state: "blocked", expected_minutes: 90, claims: 1 },
      { name: "decide", state: "blocked", expected_minutes: 30, claims: 2 },
      { name: "deliver", state: "blocked", expected_minutes: 0, claims: 0 },
    ]);
    // What a step asks stands beside it in the form the engine reads, so that nobody reads the claims of a million.
    const [asked] = await database.sql`
      select count(*)::int as steps, count(*) filter (where jsonb_array_length(a.claims) = (
        select count(*) from pool.claims c where c.pool_id = s.pool_id and c.step_id = s.step_id))::int as told
      from pool.steps s join pool.requests r using (pool_id, request_id) left join pool.asks a using (pool_id, ask_id)
      where r.public_id = ${publicId}`;
    expect(asked).toEqual({ steps: 5, told: 5 });
    const [audit] = await database.sql`select act, actor_id, after from pool.audit_records where object_id = ${publicId}`;
    expect(audit).toMatchObject({ act: "request.submit", actor_id: world.applicant.personId, after: { state: "received", unit: "market" } });
    const [command] = await database.sql`
      select command from pool.commands where command -> 'steps' @> (
        select to_jsonb(s.step_id) from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${publicId} and s.name = 'intake')`;
    expect(command?.["command"]).toMatchObject({ kind: "step.ready" });
  });

  test("keeps the language it was filed in, and says nothing of one that was not told", async () => {
    const languageOf = async (who: Actor): Promise<unknown> => {
      const receipt = await submit(foodApplication(), who);
      if (!receipt.ok) throw new Error(JSON.stringify(receipt.problems));
      return (await database.sql`select language from pool.requests where public_id = ${receipt.value.publicId}`)[0]?.["language"];
    };
    expect(await languageOf({ ...world.applicant, language: "en" })).toBe("en");
    expect(await languageOf({ ...world.applicant, language: "zh" })).toBe("zh");
    expect(await languageOf(world.applicant)).toBeNull();
  });

  test("leaves no personal value in plain anywhere in the database", async () => {
    await submit(foodApplication());
    const tables = await database.sql<{ name: string }[]>`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('pool', 'identity') and table_type = 'BASE TABLE'`;
    for (const { name } of tables) {
      const [row] = await database.sql.unsafe<{ found: number }[]>(`select count(*)::int as found from ${name} t where t::text like '%${OWNER}%' or t::text like '%13800001234%'`);
      expect(`${name}: ${row?.found ?? "?"}`).toBe(`${name}: 0`);
    }
  });

  test("names every field that is wrong, and stores nothing", async () => {
    const before = await countOf("requests");
    const answer = await submit(
      foodApplication({ answers: { owner: "522301199001011111", phone: "12", area: "0x10", nonsense: "?", "shop-name": "a\u0000b" }, materials: ["birth-certificate"] }),
    );
    expect(codes(answer).sort()).toEqual(
      [
        "identity.number_invalid answers.owner",
        "identity.phone_invalid answers.phone",
        "input.forbidden_character answers.shop-name",
        "input.not_whole_number answers.area",
        "input.unknown_field answers.nonsense",
        "input.unknown_reference materials.0",
      ].sort(),
    );
    expect(await countOf("requests")).toBe(before);
  });

  test("for an unknown item or place is told so", async () => {
    expect(codes(await submit(foodApplication({ item: "no-such-item" })))).toEqual(["input.unknown_reference item"]);
    expect(codes(await submit(foodApplication({ division: "110101" })))).toEqual(["input.unknown_reference division"]);
  });

  test("at a place without the office is told the right one", async () => {
    const answer = await submit(foodApplication({ division: "522322" }));
    expect(answer.ok ? [] : answer.problems).toMatchObject([
      { code: "request.no_competent_unit", field: "division", facts: { unit: "market-prefecture", division: "522322" } },
    ]);
  });

  test("reaches an office that was opened a moment ago", async () => {
    await submit(foodApplication());
    await database.sql`update pool.units set published = true where pool_id = ${world.pool} and unit_id = 'market-other-county'`;
    const answer = await submit(foodApplication({ division: "522322" }));
    expect(answer.ok && answer.value.unit.id).toBe("market-other-county");
    await database.sql`update pool.units set published = false where pool_id = ${world.pool} and unit_id = 'market-other-county'`;
    expect(codes(await submit(foodApplication({ division: "522322" })))).toEqual(["request.no_competent_unit division"]);
  });

  test("for an item that was withdrawn a moment ago is refused, whatever copy is kept of it", async () => {
    const { sql } = database;
    expect(codes(await submit(foodApplication()))).toEqual([]);
    const { item } = foodApplication();
    await sql`update pool.items set state = 'retired', generation = generation + 1 where pool_id = ${world.pool} and item_code = ${item}`;
    expect(codes(await submit(foodApplication()))).toEqual(["input.unknown_reference item"]);
    await sql`update pool.items set state = 'published', generation = generation + 1 where pool_id = ${world.pool} and item_code = ${item}`;
    expect(codes(await submit(foodApplication()))).toEqual([]);
  });

  test("for an enterprise needs its mandate", async () => {
    const enterprise = "91522301MA6ABCDE1X";
    expect(codes(await submit(foodApplication({ enterprise })))).toEqual(["request.mandate_required enterprise"]);
    const agent = await person(database, world.deps, actor([], { mandates: [{ enterpriseCode: enterprise, enterpriseName: "顺风餐饮" }] }));
    const answer = await submit(foodApplication({ enterprise }), agent);
    expect(answer.ok).toBe(true);
    expect(codes(await submit({ item: SUBSIDY, division: "522301", answers: {}, enterprise }, agent))).toEqual(["request.audience_wrong enterprise"]);
  });

  test("needs somebody who is signed in", async () => {
    expect(codes(await submit(foodApplication(), { kind: "anonymous", poolId: world.pool, channel: "portal" }))).toEqual(["access.sign_in_required"]);
  });

  test("with a promise of no days is due the same day, or on Monday when the office has closed", async () => {
    const now = await submit({ item: SUBSIDY, division: "522301", answers: {} });
    expect(now.ok && now.value.promisedDueAt).toBe(startOfDay(dayNumberOf(FRIDAY_NINE) + 1) - 1);
    await world.at(Date.parse("2026-11-20T20:00:00+08:00"));
    const late = await submit({ item: SUBSIDY, division: "522301", answers: {} });
    expect(late.ok && late.value.promisedDueAt).toBe(startOfDay(dayNumberOf(FRIDAY_NINE) + 4) - 1);
    await world.at(FRIDAY_NINE);
  });
});

describe("limits", () => {
  test("one applicant holds no more open requests than the pool allows, however many arrive at once", async () => {
    await database.sql`update pool.pools set open_requests_max = 3 where pool_id = ${world.pool}`;
    const eager = await person(database, world.deps, actor());
    const answers = await Promise.all(Array.from({ length: 12 }, () => submit(foodApplication(), eager)));
    expect(answers.filter(({ ok }) => ok).length).toBe(3);
    expect(new Set(answers.flatMap((answer) => codes(answer)))).toEqual(new Set(["request.too_many_open"]));
    await database.sql`update pool.pools set open_requests_max = 200 where pool_id = ${world.pool}`;
  });

  test("a full queue is answered with 503 and nothing is stored", async () => {
    const pool = trusted<PoolId>("full-pool");
    const full = await casePool(database, pool);
    await database.sql`update pool.pools set queue_limit = 0 where pool_id = ${pool}`;
    const answer = await submitRequest(full.deps, { ...full.applicant, poolId: pool }, pool, foodApplication());
    expect(answer.ok ? [] : answer.problems).toMatchObject([{ code: "service.overloaded", facts: { retryAfterSeconds: 30 } }]);
    expect(Number((await database.sql`select count(*) from pool.requests where pool_id = ${pool}`)[0]?.["count"])).toBe(0);
  });

  test("numbers are never given twice, whoever asks", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => submit(foodApplication())));
    const numbers = answers.map((answer) => (answer.ok ? answer.value.number : ""));
    expect(new Set(numbers).size).toBe(40);
    expect(numbers).not.toContain("");
  });
});
