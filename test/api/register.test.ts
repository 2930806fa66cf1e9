import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trusted, type PersonId } from "../../src/domain/id.js";
import type { Actor, HeldRole } from "../../src/domain/policy/subject.js";
import { loadPool } from "../../src/main/load.js";
import { openApiDocument } from "../../src/web/api/openapi.js";
import { mountRoutes } from "../../src/web/api/route.js";
import { apiRoutes } from "../../src/web/api/routes.js";
import type { Env } from "../../src/web/env.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { policyPool, unit } from "../support/policy-pool.js";
import { RESOURCES, SAMPLE } from "../support/register-pool.js";

let database: TestDatabase;
let app: Hono<Env>;

const WHO: Readonly<Record<string, readonly HeldRole[] | null>> = {
  nobody: null,
  citizen: [],
  admin: [{ role: "pool-admin" }],
  registrar: [{ role: "registrar", unitId: unit("qxn-education") }],
  other: [{ role: "registrar", unitId: unit("qxn-justice") }],
};

beforeAll(async () => {
  database = await freshDatabase();
  const { deps } = await policyPool(database);
  const loaded = await loadPool(deps, RESOURCES);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems.slice(0, 5)));
  app = new Hono<Env>();
  app.use(async (c, next) => {
    const roles = WHO[c.req.header("x-who") ?? "nobody"];
    const actor: Actor = roles
      ? { kind: "person", poolId: SAMPLE, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "测试", roles, mandates: [], channel: "api" }
      : { kind: "anonymous", poolId: SAMPLE, channel: "api" };
    c.set("language", "en");
    c.set("actor", actor);
    await next();
  });
  mountRoutes(app, deps, apiRoutes);
  app.onError((error, c) => c.json({ fault: String(error.stack) }, 500));
});
afterAll(() => database.end());

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly location: string | null;
  readonly body: Record<string, unknown> & { readonly code?: string; readonly field?: string; readonly rows?: readonly Record<string, unknown>[] };
}

let keys = 0;
async function call(who: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await app.request(`/api/v1/pools/${SAMPLE}${path}`, {
    method,
    headers: {
      "x-who": who,
      ...(method === "GET" ? {} : { "idempotency-key": `test-key-${(keys += 1)}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, etag: answer.headers.get("etag"), location: answer.headers.get("location"), body: (await answer.json()) as Answer["body"] };
}
const ifMatch = (generation: number) => ({ "if-match": `"${generation}"` });
const review = (code: string, more: Record<string, unknown> = {}) => ({ code, unit: "qxn-education", class: "staff.review", total: 300, ...more });

describe("a resource, from register to retirement", () => {
  test("201 with its place and generation; the same key gives the same answer once", async () => {
    const body = review("api-review", { state: "registered", validFrom: "2026-01-01", traits: ["knows-education"] });
    const made = await call("registrar", "POST", "/resources", body, { "idempotency-key": "the-same-key" });
    expect(made).toMatchObject({ status: 201, etag: '"1"', location: "/api/v1/pools/qianxinan/resources/api-review", body: { code: "api-review", total: 300, state: "registered", validFrom: "2026-01-01", overcommit: 100 } });
    expect((await call("registrar", "POST", "/resources", body, { "idempotency-key": "the-same-key" })).body).toEqual(made.body);
    expect(await call("registrar", "POST", "/resources", { ...body, total: 5 }, { "idempotency-key": "the-same-key" })).toMatchObject({ status: 422, body: { code: "idempotency.key_reused" } });
    expect(await call("registrar", "POST", "/resources", body)).toMatchObject({ status: 409, body: { code: "object.exists" } });
  });
  test("publication and changes name the generation they are based on", async () => {
    expect(await call("registrar", "POST", "/resources/api-review/publication")).toMatchObject({ status: 428, body: { code: "object.generation_required" } });
    expect(await call("registrar", "POST", "/resources/api-review/publication", undefined, ifMatch(1))).toMatchObject({ status: 200, etag: '"2"', body: { state: "published" } });
    expect(await call("registrar", "PATCH", "/resources/api-review", { total: 200 }, ifMatch(1))).toMatchObject({ status: 412, body: { code: "object.generation_stale", facts: { expected: 1, actual: 2 } } });
    expect(await call("registrar", "PATCH", "/resources/api-review", { total: "200", validFrom: null }, ifMatch(2))).toMatchObject({ status: 200, etag: '"3"', body: { total: 200, validFrom: null, traits: ["knows-education"] } });
  });
  test("retired is retired: every further step is 409", async () => {
    expect(await call("registrar", "POST", "/resources/api-review/retirement", undefined, ifMatch(3))).toMatchObject({ status: 200, body: { state: "retired" } });
    for (const [method, path, body] of [["POST", "/publication"], ["POST", "/retirement"], ["PATCH", "", { total: 10 }]] as const) {
      expect(await call("registrar", method, `/resources/api-review${path}`, body, ifMatch(4))).toMatchObject({ status: 409, body: { code: "object.transition_illegal" } });
    }
  });
  test("money is digits, in and out", async () => {
    const made = await call("admin", "POST", "/resources", { code: "api-money", unit: "qxn-education", class: "funds.education-aid", total: "9007199254740900", earmark: "bursaries" });
    expect(made).toMatchObject({ status: 201, body: { total: "9007199254740900", reserved: "0" } });
  });
});

describe("who sees what", () => {
  test("strangers learn nothing: 401 before, 404 after signing in, in the same words as for what is not there", async () => {
    expect(await call("nobody", "GET", "/resources/api-money")).toMatchObject({ status: 401 });
    const there = await call("other", "GET", "/resources/api-money");
    const gone = await call("other", "GET", "/resources/no-such-thing");
    expect(there.status).toBe(404);
    expect({ ...there.body, instance: "" }).toEqual({ ...gone.body, instance: "" });
  });
  test("classes, traits, calendars, divisions, zones, units and items are public", async () => {
    for (const path of ["/classes", "/classes/staff.review", "/traits", "/calendars", "/calendars/cn", "/divisions?level=county", "/zones", "/units?limit=5", "/units/qxn-education", "/items?limit=5", "/bundles"]) {
      expect([path, (await call("nobody", "GET", path)).status]).toEqual([path, 200]);
    }
    expect((await call("nobody", "GET", "/divisions?level=county")).body.rows).toHaveLength(8);
  });
  test("the overview and use are for those who run the pool", async () => {
    expect((await call("citizen", "GET", "/overview")).status).toBe(404);
    const overview = await call("admin", "GET", "/overview?day=2026-11-23");
    expect(overview.status).toBe(200);
    expect(overview.body["day"]).toBe("2026-11-23");
    const use = await call("admin", "GET", "/resources/api-money/use?from=2026-11-23&days=62");
    expect(use).toMatchObject({ status: 200, body: { periods: [{ period: 2026, capacity: "9007199254740900" }, { period: 2027 }] } });
  });
});

describe("bad bodies", () => {
  const cases: readonly (readonly [number, string, string, unknown])[] = [
    [422, "class.unknown", "class", review("bad-1", { class: "staff.juggling" })],
    [422, "amount.zero", "total", review("bad-1", { total: 0 })],
    [422, "amount.negative", "total", review("bad-1", { total: -1 })],
    [422, "amount.fractional", "total", review("bad-1", { total: 0.5 })],
    [422, "amount.not_multiple", "total", review("bad-1", { total: 301 })],
    [422, "amount.too_large", "total", review("bad-1", { total: 9007199254740993 })],
    [422, "input.not_whole_number", "total", review("bad-1", { total: "1e3" })],
    [422, "trait.unknown", "traits", review("bad-1", { traits: ["can-fly"] })],
    [422, "division.unknown", "jurisdiction", review("bad-1", { jurisdiction: ["110101"] })],
    [422, "input.invalid", "validFrom", review("bad-1", { validFrom: "2026-02-30" })],
    [422, "validity.reversed", "validTo", review("bad-1", { validFrom: "2026-02-02", validTo: "2026-02-01" })],
    [422, "input.invalid", "code", review("Bad Code")],
    [422, "input.forbidden_character", "source", review("bad-1", { source: "a\u0000b" })],
    [422, "input.forbidden_character", "source", review("bad-1", { source: "a\u202eb" })],
    [422, "input.missing", "total", { code: "bad-1", unit: "qxn-education", class: "staff.review" }],
    [422, "resource.number_basis_required", "numberBasis", { code: "bad-1", unit: "qxn-education", class: "function.education", total: 3, legalBasis: "x" }],
    [422, "resource.number_basis_not_allowed", "numberBasis", { code: "bad-1", unit: "qxn-education", class: "function.education", total: "unlimited", legalBasis: "x", numberBasis: "x" }],
    [422, "resource.legal_basis_required", "legalBasis", { code: "bad-1", unit: "qxn-education", class: "function.education", total: "unlimited" }],
    [400, "input.malformed_json", "", "{"],
    [400, "input.duplicate_key", "", '{"code":"a","code":"b"}'],
    [400, "input.forbidden_key", "", '{"__proto__":{}}'],
  ];
  test.each(cases)("%i %s %s", async (status, code, field, body) => {
    const answer = await call("registrar", "POST", "/resources", body);
    expect([answer.status, answer.body.code, answer.body.field ?? ""]).toEqual([status, code, field]);
  });

  test("no column of a table can be set by naming it in a body", async () => {
    const columns = await database.sql<{ column_name: string }[]>`select distinct column_name from information_schema.columns where table_schema in ('pool', 'identity')`;
    const known = new Set(["code", "unit", "class", "total", "reserved", "overcommit", "min", "max", "step", "traits", "jurisdiction", "calendar", "earmark", "automated", "state", "source"]);
    for (const { column_name: column } of columns.filter(({ column_name }) => !known.has(column_name))) {
      const answer = await call("registrar", "POST", "/resources", review("bad-2", { [column]: "1" }));
      expect([column, answer.status, answer.body.code]).toEqual([column, 422, "input.unknown_field"]);
    }
    expect((await call("registrar", "GET", "/resources/bad-2")).status).toBe(404);
  });
});

describe("assets, units, calendars, classes, items over HTTP", () => {
  test("an outage is a thing that begins and ends", async () => {
    await call("registrar", "POST", "/resources", review("api-posts", { total: "assets" }));
    expect(await call("registrar", "POST", "/assets", { code: "api-post-1", unit: "qxn-education", resource: "api-posts", label: "岗 1", amount: 240 })).toMatchObject({ status: 201, body: { state: "in-service" } });
    expect((await call("registrar", "GET", "/resources/api-posts")).body["total"]).toBe(240);
    expect(await call("registrar", "POST", "/assets/api-post-1/outage", undefined, ifMatch(1))).toMatchObject({ status: 200, body: { state: "out-of-service" } });
    expect((await call("registrar", "GET", "/resources/api-posts")).body["total"]).toBe(0);
    expect(await call("registrar", "DELETE", "/assets/api-post-1/outage", undefined, ifMatch(2))).toMatchObject({ status: 200, body: { state: "in-service" } });
    expect((await call("registrar", "GET", "/assets?resource=api-posts")).body.rows).toHaveLength(1);
  });
  test("a unit beneath one's own", async () => {
    const body = { unit: "api-station", parent: "qxn-education", names: { zh: "站", en: "Station" }, division: "522301", line: "education", level: "township" };
    expect(await call("registrar", "POST", "/units", body)).toMatchObject({ status: 201, location: "/api/v1/pools/qianxinan/units/api-station" });
    expect(await call("registrar", "PATCH", "/units/api-station", { names: { zh: "新站", en: "New Station" }, creditCode: "x" }, ifMatch(1))).toMatchObject({ status: 422, body: { code: "unit.credit_code_invalid", field: "creditCode" } });
    expect(await call("registrar", "PATCH", "/units/api-station", { names: { zh: "新站", en: "New Station" } }, ifMatch(1))).toMatchObject({ status: 200, body: { names: { zh: "新站" }, generation: 2 } });
    expect(await call("registrar", "POST", "/units/api-station/retirement", undefined, ifMatch(2))).toMatchObject({ status: 403, body: { code: "access.forbidden" } });
    expect(await call("admin", "POST", "/units/api-station/retirement", undefined, ifMatch(2))).toMatchObject({ status: 200, body: { state: "retired" } });
  });
  test("what the pool is made of is declared by its administrator", async () => {
    const names = { zh: "试", en: "Trial" };
    expect(await call("admin", "PUT", "/traits/api-trait", { names })).toMatchObject({ status: 201 });
    expect(await call("admin", "PUT", "/traits/api-trait", { names })).toMatchObject({ status: 200 });
    expect(await call("registrar", "PUT", "/traits/api-trait", { names })).toMatchObject({ status: 403 });
    expect(await call("admin", "PUT", "/calendars/api-calendar", { layer: "unit", base: "cn", names, week: { sat: ["09:00-12:00"] } })).toMatchObject({ status: 201, body: { week: { sat: ["09:00-12:00"] } } });
    expect(await call("admin", "PUT", "/calendars/api-calendar", { layer: "unit", base: "api-calendar", names })).toMatchObject({ status: 422, body: { code: "calendar.cycle" } });
    const record = { class: "staff.api", names, measure: "minute", period: "day", horizon: 5, per: "unit", lend: "work", act: "assisting", limits: { min: 5, max: 60, step: 5 } };
    expect(await call("admin", "POST", "/classes", record)).toMatchObject({ status: 201, etag: '"1"' });
    const { class: _, ...changed } = record;
    expect(await call("admin", "PUT", "/classes/staff.api", { ...changed, horizon: 9 }, ifMatch(1))).toMatchObject({ status: 200, body: { horizon: 9, generation: 2 } });
  });
  test("an item is drafted, published, and its next version drafted beside it", async () => {
    const names = { zh: "试办", en: "Trial item" };
    const body = {
      names,
      taskType: "public-service",
      audience: ["person"],
      theme: "trial",
      themeNames: names,
      line: "education",
      level: "county",
      limits: { statutory: 5, promised: 3 },
      visits: 0,
      result: { names },
      recipe: { steps: [{ step: "review", stage: "review", names, mode: "human", claims: [{ class: "staff.review", amount: 30, scope: "pool" }] }] },
      source: "test",
    };
    expect(await call("admin", "POST", "/items", { item: "api-item", ...body })).toMatchObject({ status: 201, body: { version: 1, state: "draft" } });
    expect((await call("nobody", "GET", "/items/api-item")).status).toBe(404);
    expect((await call("nobody", "GET", "/items/api-item/versions/1")).status).toBe(404);
    expect(await call("admin", "POST", "/items/api-item/publication", undefined, ifMatch(1))).toMatchObject({ status: 200, body: { state: "published", generation: 2 } });
    expect(await call("nobody", "GET", "/items/api-item")).toMatchObject({ status: 200, body: { version: 1, recipe: { steps: [{ claims: [{ amount: 30 }] }] } } });
    expect(await call("admin", "PUT", "/items/api-item", { ...body, limits: { statutory: 5, promised: 9 } }, ifMatch(2))).toMatchObject({ status: 422, body: { code: "item.promised_above_statutory", field: "limits.promised" } });
    expect(await call("admin", "PUT", "/items/api-item", { ...body, limits: { statutory: 5, promised: 2 } }, ifMatch(2))).toMatchObject({ status: 200, body: { version: 2, state: "draft" } });
    expect((await call("nobody", "GET", "/items/api-item")).body["promisedDays"]).toBe(3);
    expect(await call("admin", "POST", "/items/api-item/publication", undefined, ifMatch(1))).toMatchObject({ status: 200, body: { version: 2, state: "published" } });
    expect((await call("nobody", "GET", "/items/api-item/versions")).body.rows?.map(({ version, state }) => [version, state])).toEqual([[2, "published"], [1, "superseded"]]);
    expect(await call("admin", "POST", "/items/api-item/confirmation", undefined, ifMatch(2))).toMatchObject({ status: 409 });
    expect(await call("admin", "POST", "/items/api-item/retirement", undefined, ifMatch(2))).toMatchObject({ status: 200, body: { state: "retired" } });
    expect((await call("nobody", "GET", "/items/api-item")).status).toBe(404);
  });
});

describe("a manifest over HTTP", () => {
  const files = [{ path: "traits.yaml", content: "apiVersion: govpool/v1\nkind: Trait\ntrait: by-manifest\nnames: { zh: 试, en: Trial }\n" }];
  const there = async () => (await call("nobody", "GET", "/traits")).body.rows?.some(({ trait }) => trait === "by-manifest");
  test("a dry run tells and takes everything back, though its answer is kept", async () => {
    const key = { "idempotency-key": "dry-run-key" };
    const dry = await call("admin", "POST", "/manifests?dryRun=true", { files }, key);
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, changes: [{ noun: "traits", key: "by-manifest", change: "created" }] } });
    expect(await there()).toBe(false);
    expect((await call("admin", "POST", "/manifests?dryRun=true", { files }, key)).body).toEqual(dry.body);
    expect(await call("admin", "POST", "/manifests", { files })).toMatchObject({ status: 200, body: { dryRun: false } });
    expect(await there()).toBe(true);
  });
  test("problems come with file and line, and the registrar of one unit does not speak for the pool", async () => {
    const wrong = [{ path: "a/traits.yaml", content: "apiVersion: govpool/v1\nkind: Trait\ntrait: X!\n" }];
    expect(await call("admin", "POST", "/manifests", { files: wrong })).toMatchObject({ status: 422, body: { code: "input.invalid", file: "a/traits.yaml", line: 3 } });
    expect((await call("registrar", "POST", "/manifests", { files })).status).toBe(403);
  });
});

test("the description names every route of the register once", () => {
  const { paths } = openApiDocument("test");
  for (const path of ["/resources", "/resources/{resource}/use", "/assets/{asset}/outage", "/units/{unit}", "/classes/{class}", "/items/{item}/versions", "/overview"]) {
    expect(Object.keys(paths ?? {})).toContain(`/api/v1/pools/{pool}${path}`);
  }
});
