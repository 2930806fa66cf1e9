import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { createToken } from "../../src/app/identity/tokens.js";
import type { HeldRole } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import { loadPool } from "../../src/main/load.js";
import { problemTexts, problemTitle, problemTodo } from "../../src/text/problems.js";
import { openApiDocument } from "../../src/web/api/openapi.js";
import { createApp } from "../../src/web/app.js";
import type { Env } from "../../src/web/env.js";
import { createOperations } from "../../src/web/operations.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { PATIENCE_MS } from "../support/patience.js";
import { actor, policyPool, someone as granter, unit } from "../support/policy-pool.js";
import { RESOURCES, SAMPLE } from "../support/register-pool.js";
import { examples, type Example, type Things } from "./hostile-examples.js";

/*
 * Every route of the description, and everything a careless or wicked caller may send it. Whatever comes, the answer is
 * a refusal somebody can act on, and what was refused left no trace.
 */

const BASE = "/api/v1/pools/{pool}";
const METHODS = ["get", "post", "put", "patch", "delete"] as const;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = openApiDocument("test") as unknown as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
const routes = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  METHODS.flatMap((method) => {
    const operation = byMethod[method];
    return operation ? [{ name: `${method} ${path.slice(BASE.length)}`, method, path: path.slice(BASE.length), operation }] : [];
  }),
);

let database: TestDatabase;
let deps: AppDeps;
let app: Hono<Env>;
let example: Readonly<Record<string, () => Example>>;
const faults: string[] = [];
const tokens = { all: [] as string[], stranger: "", applicant: "" };

beforeAll(async () => {
  database = await freshDatabase();
  const pool = await policyPool(database);
  deps = pool.deps;
  must(await loadPool(deps, RESOURCES));
  app = createApp(deps, {
    version: "test",
    health: { database: async () => true, pools: async () => [] } as never,
    operations: createOperations(),
    crossSite: { secret: "x", publicUrl: undefined },
    logFault: (error, _, path) => faults.push(`${path}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const someone = async (roles: readonly HeldRole[]) => {
    const personId = await pool.person();
    await deps.store.transact(SAMPLE, async (tx) => {
      for (const role of roles) await tx.roleGrants.insert(role, personId, granter(), Date.now());
    });
    return { personId, secret: must(await createToken(deps, actor([], { personId, pool: SAMPLE }), SAMPLE, { label: "test", days: 1 })).secret };
  };
  // Together they may do everything; one of them alone may not (conflicting roles).
  const inUnits = (role: "clerk" | "registrar" | "unit-head"): HeldRole[] => ["qxn-education", "xingyi-market-regulation"].map((id) => ({ role, unitId: unit(id) }));
  const applicant = await someone([]);
  tokens.applicant = applicant.secret;
  tokens.stranger = (await someone([])).secret;
  tokens.all = [applicant.secret, (await someone([{ role: "pool-admin" }])).secret, (await someone([...inUnits("clerk"), ...inUnits("registrar"), ...inUnits("unit-head")])).secret];
  for (const role of ["policy-admin", "auditor"] as const) tokens.all.push((await someone([{ role }])).secret);
  const [, admin = "", officer = ""] = tokens.all;

  const things: Things = {
    request: (await make(applicant.secret, "post /requests", ["enterprise"]))["request"] as string,
    draft: (await make(applicant.secret, "post /drafts", ["enterprise"]))["draft"] as string,
    imported: "",
    whatIf: "",
    token: randomUUID(),
    person: (await someone([])).personId,
    grant: "999999",
  };
  const table = await send("post", "/imports?kind=assets&fileName=a.csv", { token: admin, type: "text/csv", body: "编号,单位\nx,no-such-unit\n" });
  expect([table.status, table.text]).toEqual([202, expect.any(String)]);
  const imported = (JSON.parse(table.text) as { import: string }).import;
  await vi.waitUntil(async () => (JSON.parse((await send("get", `/imports/${imported}`, { token: admin })).text) as { state: string }).state !== "reading", { timeout: PATIENCE_MS });
  for (const [token, name, body] of [
    [officer, "post /assets", { code: "hostile-asset" }],
    [officer, "post /assets", { code: "hostile-gone" }],
    [officer, "post /resources", { code: "hostile-resource" }],
    [officer, "post /resources", { code: "hostile-gone" }],
    [admin, "post /units", { unit: "hostile-unit" }],
    [admin, "post /units", { unit: "hostile-gone" }],
    [admin, "post /classes", { class: "staff.hostile" }],
    [admin, "post /items", { item: "hostile-item" }],
    [admin, "post /reorganisations", { reorganisation: "hostile-reform" }],
    [admin, "post /items", { item: "hostile-gone" }],
  ] as const) {
    await make(token, name, [], body);
  }
  const played = await send("post", "/what-ifs", { token: admin, body: JSON.stringify(examples(nothing)["post /what-ifs"]?.().body) });
  expect([played.status, played.text]).toEqual([202, expect.any(String)]);
  const { whatIf } = JSON.parse(played.text) as { whatIf: string };
  await vi.waitUntil(async () => (JSON.parse((await send("get", `/what-ifs/${whatIf}`, { token: admin })).text) as { state: string }).state === "done", { timeout: PATIENCE_MS, interval: 250 });
  example = examples({ ...things, imported, whatIf });
  await watchEveryTable();
});
afterAll(async () => {
  // A scenario may still be played.
  await deps.whatIfRunner.stop();
  await database.end();
});

const nothing: Things = { request: "", draft: "", imported: "", whatIf: "", token: "", person: "", grant: "" };

async function make(token: string, name: string, without: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
  const [method = "", path = ""] = name.split(" ");
  const body = { ...examples(nothing)[name]?.().body, ...more };
  for (const field of without) delete body[field];
  const made = await send(method, path, { token, body: JSON.stringify(body) });
  expect([name, made.status, made.text]).toEqual([name, 201, expect.any(String)]);
  return JSON.parse(made.text) as Record<string, unknown>;
}

/** A row for every row that is ever written, in the transaction that writes it: gone again where that is undone. */
async function watchEveryTable(): Promise<void> {
  await database.sql.unsafe(`
    create schema watch;
    create table watch.written (at bigserial primary key, what text not null);
    create function watch.note() returns trigger language plpgsql as $$
    begin insert into watch.written (what) values (tg_op || ' ' || tg_table_schema || '.' || tg_table_name); return null; end $$;`);
  const tables = await database.sql<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema in ('pool', 'identity') and table_type = 'BASE TABLE'`;
  for (const { name } of tables) await database.sql.unsafe(`create trigger watch after insert or update or delete on ${name} for each row execute function watch.note()`);
}

async function written(): Promise<readonly string[]> {
  const rows = await database.sql<{ what: string }[]>`delete from watch.written returning what`;
  return rows.map(({ what }) => what);
}

interface Sent {
  readonly token?: string | undefined;
  readonly type?: string | null;
  readonly body?: string | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string | null>>;
}
interface Got {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function send(method: string, path: string, { token, type = "application/json", body, headers = {} }: Sent, pool: string = SAMPLE): Promise<Got> {
  const all: Record<string, string | null> = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(method === "get" ? {} : { "idempotency-key": randomUUID() }),
    ...(body === undefined ? {} : { "content-type": type }),
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null));
  const answer = await app.request(`/api/v1/pools/${pool}${path}`, { method: method.toUpperCase(), headers: given, ...(body === undefined ? {} : { body: body as never }) });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", text: await answer.text() };
}

/** What is wrong with this answer, in words. */
function flaws({ status, type, text }: Got): string[] {
  if (status >= 500) return [`status ${status} ${text.slice(0, 300)} ${faults.pop() ?? ""}`];
  if (status < 400) return [];
  if (!type.startsWith("application/problem+json")) return [`a refusal as ${type}: ${status} ${text.slice(0, 100)}`];
  const body = JSON.parse(text) as { readonly code: string; readonly problems: readonly (Problem & { readonly title: string })[] };
  return [body as unknown as Problem, ...body.problems].flatMap((one) => {
    if (!(one.code in problemTexts)) return [`unknown code ${one.code}`];
    return (["zh", "en"] as const).flatMap((language) =>
      [problemTitle(language, one), problemTodo(language, one)].filter((said) => said === "" || /\{\w+(\|[^}]*)?\}|undefined|\[object|\bNaN\b/.test(said)).map((said) => `${one.code} says “${said}”`),
    );
  });
}

const fill = (path: string, params: Readonly<Record<string, string>>): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "missing-example"));
const withQuery = (path: string, query: Readonly<Record<string, string>> = {}): string => {
  const given = new URLSearchParams(Object.entries(query).filter(([name, value]) => name !== "after" || value !== "")).toString();
  return given === "" ? path : `${path}?${given}`;
};

interface Try {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly sent: Sent;
  readonly pool?: string;
  /** What the answer must be, where one answer alone is right. */
  readonly want?: readonly number[];
}

const BACKGROUND: ReadonlySet<string> = new Set(["UPDATE pool.imports", "INSERT pool.import_changes", "UPDATE pool.what_ifs", "UPDATE pool.plan_searches"]);
const found: string[] = [];
let tried = 0;
async function attempt({ what, method, path, sent, pool, want }: Try): Promise<Got> {
  const got = await send(method, path, sent, pool);
  tried += 1;
  const wrong = flaws(got);
  if (want !== undefined && !want.includes(got.status)) wrong.push(`status ${got.status} ${text(got)}, not ${want.join(" or ")}`);
  // A table taken in is read in the background, a scenario is played and a plan looked for.
  const left = (await written()).filter((what) => !BACKGROUND.has(what));
  if (got.status >= 400) {
    if (left.length > 0) wrong.push(`refused (${got.status}), and yet: ${left.join(", ")}`);
  }
  found.push(...wrong.map((one) => `${method} ${path.slice(0, 120)} — ${what}: ${one}`));
  return got;
}
const text = ({ text: of }: Got): string => of.slice(0, 160);

/** Where each field of a body lies. */
function* fields(schema: Schema | undefined, value: unknown, at: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  const one = schema?.anyOf?.find((variant) => variant.properties ?? variant.items) ?? schema;
  const inside = value as Readonly<Record<string, unknown>> | null | undefined;
  if (Array.isArray(value)) {
    for (const [index] of value.slice(0, 1).entries()) {
      yield [...at, index];
      yield* fields(one?.items, value[index], [...at, index]);
    }
    return;
  }
  if (typeof inside !== "object" || inside === null) return;
  for (const name of new Set([...Object.keys(one?.properties ?? {}), ...Object.keys(inside)])) {
    yield [...at, name];
    yield* fields(one?.properties?.[name], inside[name], [...at, name]);
  }
}

/** The body with one value replaced by raw JSON: what no serialiser would write can be sent too. */
function replaced(body: unknown, at: readonly (string | number)[], raw: string): string {
  const copy = structuredClone(body) as Record<string | number, unknown>;
  const mark = "\u0001here\u0001";
  let holder = copy;
  for (const part of at.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  holder[at.at(-1) ?? ""] = mark;
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => raw);
}

const BAD_VALUES: Readonly<Record<string, string>> = {
  null: "null",
  "a truth": "true",
  "an object": '{"a":{}}',
  "an empty text": '""',
  "an empty list": "[]",
  NUL: '"a\\u0000b"',
  "hidden direction": '"a\\u202eb"',
  "half a character": '"a\\ud800b"',
  "without end": "1e400",
  negative: "-1",
  half: "0.5",
  exponent: '"1e3"',
  "above 2^53": "9007199254740993",
  "a long text": `"${"长".repeat(9_000)}"`,
};

const BAD_TIMES: Readonly<Record<string, string>> = { "another year": '"99999-02-30T00:00:00Z"', "year nought": '"0000-01-01"', "year nought, an instant": '"0000-01-01T00:00:00Z"', "no such day": '"2026-02-30"', "the last day": '"9999-12-31T23:59:59Z"' };

const BAD_QUERIES: Readonly<Record<string, readonly string[]>> = {
  limit: ["0", "-1", "1e9", "abc", "0.5", ""],
  after: ["x", "%00", "WyJcdTAwMDAiXQ", "W10", "WzFd", "WyJhIl0", "WyJhIiwiYiJd", "WzEsMV0", "WzEsImEiXQ", "WzkwMDcxOTkyNTQ3NDA5OTEsIjZmODBiOWE4LTU5NjQtNGE4MS04YzYyLWMxNDI1YTQ5ZGQwMiJd", "WzkwMDcxOTkyNTQ3NDA5OTEsMV0", "WzgwMDAwMDAwMDAwMDAwMDAsMV0", "WzgwMDAwMDAwMDAwMDAwMDBd", "WyJhIiwxXQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTldXQ", "a".repeat(399)],
  "": ["%00", "a%E2%80%AEb", "%ED%A0%80", "%FF", "1e400", "-1", "0.5", "9007199254740993", "9".repeat(30), "99999-12-31", "0000-01-01", "275760-09-13", "%25%5F", "%5C", "长".repeat(300), "'"],
};

const BAD_IDS = ["no-such-thing", randomUUID(), "%00", "a%00b", "%2500", "%E2%80%AE", "%FF", "%ED%A0%80", "%2e%2e", "..%2f..%2fme", "%2F", "A%20B", "0", "-1", "1e9", "0.5", "9007199254740993", "99999999999999999999", "a".repeat(500), "'"];

test("every route has an example", () => {
  expect(routes.map(({ name }) => name).filter((name) => !(name in example))).toEqual([]);
});

describe.each(routes)("$name", ({ name, method, path, operation }) => {
  const calls = async function* (): AsyncGenerator<Try> {
    const right = (): Example => example[name]?.() ?? {};
    const { params = {}, query } = right();
    const at = withQuery(fill(path, params), query);
    const reading = method === "get";
    const bodySchema = operation.requestBody?.content["application/json"]?.schema;
    const upload = operation.requestBody !== undefined && bodySchema === undefined;
    const ifMatch = (operation.parameters ?? []).some((one) => one.name === "If-Match");
    const keyed = (operation.parameters ?? []).some((one) => one.name === "Idempotency-Key");
    let etagSeen: Record<string, string> | undefined;
    const generation = async (): Promise<Record<string, string>> => (etagSeen ??= await readGeneration());
    const readGeneration = async (): Promise<Record<string, string>> => {
      const seen = right().seen;
      if (!ifMatch || seen === undefined) return {};
      for (const token of tokens.all) {
        const answer = await app.request(`/api/v1/pools/${SAMPLE}${seen}`, { headers: { authorization: `Bearer ${token}` } });
        const etag = answer.headers.get("etag");
        if (etag !== null) return { "if-match": etag };
      }
      return { "if-match": '"1"' };
    };
    const body = (): string | undefined => (bodySchema ? JSON.stringify(right().body) : upload ? "编号,单位\nx,y\n" : undefined);
    const type = upload ? "text/csv" : "application/json";
    // Somebody who may: the first who is not told otherwise. A generation nobody saw keeps the question from being an act.
    let may = tokens.all[1] ?? "";
    for (const token of tokens.all) {
      const { status } = await send(method, at, { token, type, body: body(), headers: ifMatch ? { "if-match": '"999999"' } : {} });
      if ([401, 403, 404].includes(status)) continue;
      may = token;
      break;
    }
    await written();
    const good = async (): Promise<Sent> => ({ token: may, type, body: body(), headers: await generation() });

    yield { what: "nobody", method, path: at, sent: { ...(await good()), token: undefined } };
    yield { what: "a stranger", method, path: at, sent: { ...(await good()), token: tokens.stranger } };
    yield { what: "a made-up token", method, path: at, sent: { ...(await good()), token: "x".repeat(30) }, want: [401] };
    yield { what: "an unknown pool", method, path: at, sent: await good(), pool: "no-such-pool", want: [401, 404] };
    for (const pool of ["%00", "QIANXINAN"]) yield { what: `pool ${pool}`, method, path: at, sent: await good(), pool };
    for (const key of Object.keys(params)) {
      for (const bad of BAD_IDS) {
        const bent = withQuery(path.replaceAll(/\{(\w+)\}/g, (_, each: string) => (each === key ? bad : encodeURIComponent(params[each] ?? ""))), query);
        yield { what: `${key} ${bad.slice(0, 30)}`, method, path: bent, sent: await good() };
      }
    }
    if (reading) {
      const names = (operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name);
      for (const key of names) {
        for (const bad of [...(BAD_QUERIES[key] ?? []), ...(BAD_QUERIES[""] ?? [])]) yield { what: "bad query", method, path: `${fill(path, params)}?${key}=${bad}${key === "from" || key === "to" ? `&${key === "from" ? "to" : "from"}=2026-11-20` : ""}`, sent: await good() };
        yield { what: "twice", method, path: `${fill(path, params)}?${key}=1&${key}=1`, sent: await good(), want: [400, 422] };
      }
    } else {
      for (const [header, what] of [[null, "no key"], ["short", "a short key"], ["k".repeat(129), "a long key"], ["with space in it", "a key with spaces"]] as const) {
        if (keyed) yield { what, method, path: at, sent: { ...(await good()), headers: { ...(await generation()), "idempotency-key": header } }, want: [400, 401, 403, 404] };
      }
    }
    if (ifMatch) {
      yield { what: "no If-Match", method, path: at, sent: { ...(await good()), headers: { "if-match": null } }, want: [428] };
      for (const bad of ["1", "*", '"-1"', '"1e3"', '"0.5"', '"9007199254740993"', '"999999999999999"', '""', '"1", "2"']) yield { what: `If-Match ${bad}`, method, path: at, sent: { ...(await good()), headers: { "if-match": bad } } };
    }
    if (upload) {
      for (const bytes of [new Uint8Array(), new Uint8Array([0, 1, 2, 3]), new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), Buffer.from("a,b\n\"open"), Buffer.from("\ufeff\u0000")]) yield { what: `a file ${[...bytes.slice(0, 4)].join(" ")}`, method, path: at, sent: { ...(await good()), body: bytes } };
      for (const bad of ["", "?kind=no", "?kind=assets", "?kind=assets&fileName=", "?kind=assets&fileName=%00", `?kind=assets&fileName=${"a".repeat(900)}`, "?kind=assets&fileName=..%2f..%2fetc%2fpasswd", "?kind=assets&kind=units&fileName=a.csv", "?kind=assets&fileName=a.csv&unit=%00"]) yield { what: bad.slice(0, 60), method, path: `${path}${bad}`, sent: await good() };
    }
    if (!bodySchema) return;

    const always = [400, 401, 403, 404, 413, 415, 422];
    const unread = async (what: string, sent: Partial<Sent>, want: readonly number[] = always): Promise<Try> => ({ what, method, path: at, sent: { ...(await good()), ...sent }, want });
    yield await unread("no body", { body: undefined });
    yield await unread("no type", { type: null, body: new TextEncoder().encode(body()) });
    for (const other of ["text/plain", "text/csv", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"]) yield await unread(other, { type: other }, [401, 403, 415]);
    for (const broken of ["", "{", "[]", "null", "1", '"a"', "{]", "{'a':1}", '{"a":1,}', '{"a":Infinity}', '{"a":01}', "{}{}", '{"a":"\n"}']) yield await unread(`broken ${broken}`, { body: broken });
    yield await unread("not UTF-8", { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) });
    yield await unread("brackets", { body: "[".repeat(200_000) }, [400]);
    yield await unread("deep", { body: `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}` }, [400]);
    yield await unread("300 KB", { body: JSON.stringify({ a: "x".repeat(300_000) }) }, path === "/manifests" || path === "/what-ifs" ? [422] : [413]);
    for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__"]) yield await unread(key, { body: (body() ?? "").replace("{", `{"${key}":{"x":1},`) }, [400]);
    const firstKey = Object.keys(right().body ?? {})[0] ?? "";
    yield await unread("a key twice", { body: (body() ?? "").replace("{", `{"${firstKey}":1,`) }, [400]);
    for (const key of ["pool_id", "state2", "role", "id", "toString", "hasOwnProperty"]) yield await unread(`unknown ${key}`, { body: (body() ?? "").replace("{", `{"${key}":"1",`) }, [400, 422]);
    for (const at of fields(bodySchema, right().body)) {
      // A name is a name wherever it stands.
      if ((at.at(-1) === "zh" || at.at(-1) === "en") && at.length > 2) continue;
      const standing = at.reduce<unknown>((inside, part) => (inside as Readonly<Record<string | number, unknown>> | undefined)?.[part], right().body);
      for (const [what, raw] of Object.entries({ ...BAD_VALUES, ...(/^\d{4}-/.test(String(standing)) ? BAD_TIMES : {}) })) {
        yield { what: `${at.join(".")} is ${what}`, method, path: withQuery(fill(path, params), query), sent: { ...(await good()), body: replaced(right().body, at, raw) } };
      }
    }
    if (!keyed) return;
    const key = randomUUID();
    const first = await send(method, at, { ...(await good()), headers: { ...(await generation()), "idempotency-key": key } });
    await written();
    if (first.status < 300) yield await unread("the same key again, another body", { body: (body() ?? "").replace("{", "{ "), headers: { ...(await generation()), "idempotency-key": key } }, [422]);
  };

  test("refuses what is wrong, in words, and leaves no trace of it", async () => {
    found.length = 0;
    for await (const one of calls()) await attempt(one);
    expect(found).toEqual([]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe.each(routes.filter(({ path }) => path.includes("{request}")))("$name", ({ name, method, path }) => {
  test("sounds the same to a stranger whether the request exists or not", async () => {
    const { params = {}, query, body } = example[name]?.() ?? {};
    const asked = async (request: string) => {
      const got = await send(method, withQuery(fill(path, { ...params, request }), query), { token: tokens.stranger, body: body && JSON.stringify(body), headers: { "if-match": '"1"' } });
      return [got.status, got.text.replaceAll(request, "…")];
    };
    expect(await asked(params["request"] ?? "")).toEqual(await asked(randomUUID()));
  });
});

describe("a page", () => {
  const form = "application/x-www-form-urlencoded";
  test.each([
    ["a pool that cannot be", 404, "GET", "/pools/%00/items", {}, undefined],
    ["a word that cannot be", 422, "GET", "/pools/qianxinan/items?q=%00", {}, undefined],
    ["a day before all days", 200, "GET", "/pools/qianxinan/centre?day=0000-01-01", { who: 1 }, undefined],
    ["a field that cannot be", 422, "POST", "/pools/qianxinan/desk/resources", { who: 2 }, "unit=a%00b"],
    ["a form of another site", 403, "POST", "/pools/qianxinan/desk/resources", { origin: "http://evil.example", cookie: "a=b" }, "unit=x"],
    ["a form of a session that ended", 403, "POST", "/pools/qianxinan/desk/resources", { origin: "http://localhost", cookie: "a=b" }, "form-token=old"],
  ] as const)("answers %s with a page", async (_, status, method, path, { who, ...headers }: { readonly who?: number; readonly origin?: string; readonly cookie?: string }, body) => {
    const answer = await app.request(path, {
      method,
      headers: { ...headers, ...(who === undefined ? {} : { authorization: `Bearer ${tokens.all[who]}` }), ...(body === undefined ? {} : { "content-type": form }) },
      ...(body === undefined ? {} : { body }),
    });
    expect([answer.status, answer.headers.get("content-type"), faults.splice(0)]).toEqual([status, expect.stringContaining("text/html"), []]);
  });
});

test("that was a great many", () => expect(tried).toBeGreaterThan(4_000));
