import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { createToken } from "../../src/app/identity/tokens.js";
import { MYSELF, readUsage, type UsageQuestion } from "../../src/app/usage/read-usage.js";
import { trusted } from "../../src/domain/id.js";
import { localDateOf } from "../../src/domain/instant.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { createApp } from "../../src/web/app.js";
import { createOperations } from "../../src/web/operations.js";
import { casePool, FOOD, foodApplication, FRIDAY_NINE, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { actor, POOL, someone, unit } from "../support/policy-pool.js";
import { submitRequest } from "../../src/app/request/submit-request.js";

let database: TestDatabase;
let world: CasePool;
let deps: AppDeps;
let writer: RunningWriter;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  deps = world.deps;
  must(await submitRequest(deps, world.applicant, POOL, foodApplication()));
  writer = startWriter({ url: database.url, pool: POOL });
  await until(async () => (await database.sql`select from pool.allocations`).length > 0);
});
afterAll(async () => {
  await writer?.stop();
  await database.end();
});

const plain: UsageQuestion = { by: [], period: "month" };
const ask = async (who: PersonActor, question: Partial<UsageQuestion> = {}) => {
  const read = await readUsage(deps, who, POOL, { ...plain, ...question });
  return read.ok ? (await read.value.page({ limit: 50 })).rows.map((row) => [row.class, row.held]) : read.problems.map(({ code }) => code);
};
const as = (role: HeldRole): PersonActor => actor([role]);

describe("who may read which statement", () => {
  const intake = [["staff.intake", 20]];

  test("who runs the pool and who watches it: all of it", async () => {
    expect(await ask(as({ role: "pool-admin" }))).toEqual(intake);
    expect(await ask(as({ role: "auditor" }))).toEqual(intake);
  });

  test("a head: their unit's, as who used and as whose it was, and that of units beneath", async () => {
    const head = as({ role: "unit-head", unitId: unit("market") });
    expect(await ask(head, { unit: unit("market") })).toEqual(intake);
    expect(await ask(head, { supplier: unit("market") })).toEqual(intake);
    expect(await ask(as({ role: "unit-head", unitId: unit("city") }), { unit: unit("market") })).toEqual(intake);
  });

  test("nobody else's, which looks as if it were not there", async () => {
    const head = as({ role: "unit-head", unitId: unit("health") });
    for (const question of [{}, { unit: unit("market") }, { supplier: unit("market") }, { applicant: world.applicant.personId }]) expect(await ask(head, question)).toEqual(["object.not_found"]);
    expect(await ask(as({ role: "clerk", unitId: unit("market") }), { unit: unit("market") })).toEqual(["object.not_found"]);
  });

  test("an applicant: what their own requests used, and what those of an enterprise they act for did", async () => {
    expect(await ask(world.applicant, { applicant: MYSELF, by: ["request"] })).toEqual(intake);
    expect(await ask(world.applicant, { applicant: world.applicant.personId })).toEqual(intake);
    expect(await ask(actor([]), { applicant: MYSELF })).toEqual([]);
    expect(await ask(actor([]), { applicant: world.applicant.personId })).toEqual(["object.not_found"]);
    const agent = actor([], { mandates: [{ enterpriseCode: "91522301MADEM0011J", enterpriseName: "x" }] });
    expect(await ask(agent, { applicant: "91522301MADEM0011J" })).toEqual([]);
    expect(await ask(agent, { applicant: "91522301MADEM00220" })).toEqual(["object.not_found"]);
  });

  test("for a whole month when none is named, and never for more than three years", async () => {
    const admin = as({ role: "pool-admin" });
    const read = must(await readUsage(deps, admin, POOL, plain));
    expect([localDateOf(read.from), localDateOf(read.to)]).toEqual(["2026-11-01", "2026-11-30"]);
    const february = must(await readUsage(deps, admin, POOL, { ...plain, from: "2028-02-11" }));
    expect([localDateOf(february.from), localDateOf(february.to)]).toEqual(["2028-02-11", "2028-02-29"]);
    expect(await ask(admin, { from: "2026-11-02", to: "2026-11-01" })).toEqual(["usage.range_reversed"]);
    expect(await ask(admin, { from: "2020-01-01", to: "2026-11-01" })).toEqual(["usage.range_too_long"]);
    expect(await ask(admin, { from: "9999-12-01", to: "9999-12-31" })).toEqual([]);
  });
});

describe("GET /usage", () => {
  const get = async (query: string, accept = "application/json") => {
    const app = createApp(deps, { version: "test", health: {} as never, operations: createOperations(), crossSite: { secret: "x", publicUrl: undefined }, logFault: (error) => console.error(error) });
    const admin = await world.person();
    await deps.store.transact(POOL, (tx) => tx.roleGrants.insert({ role: "pool-admin" }, admin, someone(), FRIDAY_NINE));
    const { secret } = must(await createToken(deps, actor([], { personId: admin }), POOL, { label: "test", days: 1 }));
    const answer = await app.request(`/api/v1/pools/${POOL}/usage?${query}`, { headers: { authorization: `Bearer ${secret}`, accept, "accept-language": "en" } });
    return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
  };

  test("says what is told apart, with names", async () => {
    const { status, text } = await get("by=unit,item,period,request&period=day");
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      from: "2026-11-01",
      to: "2026-11-30",
      next: null,
      rows: [{ class: "staff.intake", measure: "minute", period: "2026-11-20", unit: { id: "market" }, supplier: null, item: { item: FOOD, names: { en: "Food business licence" } }, applicant: null, allocations: 1, held: 20, settled: 0, returned: 0, lapsed: 0, annulled: 0 }],
    });
  });

  test("is a table when the caller asks for CSV", async () => {
    const { status, type, text } = await get("by=unit", "text/csv, application/json;q=0.5");
    expect([status, type]).toEqual([200, "text/csv; charset=utf-8"]);
    const [head = "", line = ""] = text.trim().split(/\r?\n/);
    expect(head).toContain('"Unit of measure","Unit","Unit (Chinese)","Unit (English)","Allocations","Held"');
    expect(line).toMatch(/"staff\.intake".*"market".*"1","20","0","0","0","0"$/);
    expect((await get("by=unit", "application/json, text/csv;q=0.5")).type).toBe("application/json; charset=utf-8");
  });

  test.each([
    ["by=colour", "usage.dimension_unknown"],
    ["from=2026-13-01", "input.invalid"],
    ["from=2026-11-30&to=2026-11-01", "usage.range_reversed"],
    ["from=2000-01-01&to=2026-11-01", "usage.range_too_long"],
    ["period=week", "input.invalid"],
    ["unit=No%20Such", "input.invalid"],
    ["class=money", "input.invalid"],
  ])("refuses %s with %s", async (query, code) => {
    const { status, text } = await get(query);
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([422, code]);
  });
});
