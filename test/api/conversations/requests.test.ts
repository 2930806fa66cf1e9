import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor, PersonActor } from "../../../src/domain/policy/subject.js";
import { mountRoutes } from "../../../src/web/api/route.js";
import { catalogueRoutes } from "../../../src/web/api/routes/catalogue.js";
import { requestRoutes } from "../../../src/web/api/routes/requests.js";
import { statusRoutes } from "../../../src/web/api/routes/status.js";
import { workRoutes } from "../../../src/web/api/routes/work.js";
import type { Env } from "../../../src/web/env.js";
import { BUNDLE, casePool, FOOD, foodApplication, grantAll, OWNER, SUBSIDY, type CasePool } from "../../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../../support/database.js";

let database: TestDatabase;
let world: CasePool;
let app: Hono<Env>;
/** Who speaks in the present exchange. */
let speaking: Actor;
let keys = 0;

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", c.req.header("accept-language") === "zh" ? "zh" : "en");
    c.set("actor", speaking);
    await next();
  });
  mountRoutes(app, world.deps, [...catalogueRoutes, ...requestRoutes, ...workRoutes, ...statusRoutes]);
});
afterAll(() => database.end());

interface Told {
  readonly status: number;
  readonly body: Record<string, any>;
  readonly headers: Headers;
}

const nobody = (): Actor => ({ kind: "anonymous", poolId: world.pool, channel: "api" });

async function say(who: Actor, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> {
  speaking = who;
  keys += 1;
  const response = await app.request(`/api/v1/pools/${world.pool}${path}`, {
    method,
    headers: { "idempotency-key": `conversation-${keys}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text), headers: response.headers };
}

const file = async (who: PersonActor = world.applicant) => (await say(who, "POST", "/requests", foodApplication())).body;
const etag = async (who: Actor, request: string) => (await say(who, "GET", `/requests/${request}`)).headers.get("etag") ?? "";

describe("filing", () => {
  test("an applicant files, gets a receipt, and finds the request where the receipt says", async () => {
    const filed = await say(world.applicant, "POST", "/requests", foodApplication());
    expect(filed.status).toBe(201);
    expect(filed.body).toMatchObject({ unit: { unit: "market" }, number: expect.stringMatching(/^522301-20261120-\d{5}$/), missingMaterials: [] });
    expect(filed.headers.get("location")).toBe(`/api/v1/pools/${world.pool}/requests/${filed.body["request"]}`);
    const found = await say(world.applicant, "GET", `/requests/${filed.body["request"]}`);
    expect(found.body).toMatchObject({ number: filed.body["number"], state: "received", deadline: { kind: "on_time", days: 7, light: "green" } });
    expect(found.headers.get("etag")).toBe('"1"');
    expect(found.headers.get("cache-control")).toBe("no-store");
  });

  test("the same key files once, however often it is sent, and answers byte for byte the same", async () => {
    const key = { "idempotency-key": "one-application" };
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await say(world.applicant, "POST", "/requests", foodApplication(), key));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true", "true"]);
    const other = await say(world.applicant, "POST", "/requests", foodApplication({ materials: [] }), key);
    expect([other.status, other.body["code"]]).toEqual([422, "idempotency.key_reused"]);
    // Another person's key is another key.
    const stranger = await say(world.stranger, "POST", "/requests", foodApplication(), key);
    expect(stranger.body["number"]).not.toBe(answers[0]?.body["number"]);
  });

  test("many with the same key at once make one request", async () => {
    const before = Number((await database.sql`select count(*) from pool.requests`)[0]?.["count"]);
    const key = { "idempotency-key": "all-at-once" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => say(world.applicant, "POST", "/requests", foodApplication(), key)));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201).every(({ body }) => body["code"] === "idempotency.in_flight")).toBe(true);
    expect(Number((await database.sql`select count(*) from pool.requests`)[0]?.["count"])).toBe(before + 1);
  });

  test("a key is needed", async () => {
    const answer = await say(world.applicant, "POST", "/requests", foodApplication(), { "idempotency-key": "" });
    expect([answer.status, answer.body["code"]]).toEqual([400, "idempotency.key_required"]);
  });

  test("who is not signed in is asked to", async () => {
    const answer = await say(nobody(), "POST", "/requests", foodApplication());
    expect([answer.status, answer.body["code"]]).toEqual([401, "access.sign_in_required"]);
  });

  test("every wrong field is named, in the caller's language, with what to do", async () => {
    const answer = await say(world.applicant, "POST", "/requests", foodApplication({ answers: { "shop-name": "x\u202ey", owner: "1", phone: "13800001234", area: "-1" } }));
    expect(answer.status).toBe(422);
    expect(answer.body["problems"].map((one: any) => [one.code, one.field])).toEqual([
      ["input.forbidden_character", "answers.shop-name"],
      ["identity.number_invalid", "answers.owner"],
      ["input.not_whole_number", "answers.area"],
    ]);
    expect(answer.body["problems"].every((one: any) => one.title.length > 10 && one.detail.length > 10)).toBe(true);
  });

  test("what the server owns cannot be sent along", async () => {
    const columns = await database.sql<{ name: string }[]>`
      select distinct column_name as name from information_schema.columns where table_schema = 'pool' and table_name in ('requests', 'steps', 'claims')`;
    for (const { name } of columns) {
      for (const key of [name, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]) {
        if (key === "division" || key === "enterprise") continue;
        const answer = await say(world.applicant, "POST", "/requests", { ...foodApplication(), [key]: "x" });
        expect(`${key} ${answer.status} ${answer.body["code"]}`).toBe(`${key} 422 input.unknown_field`);
      }
    }
  });

  test("broken bodies get their own answers and never a fault", async () => {
    const sent = async (body: string, headers: Record<string, string> = {}) => {
      const { status, body: answer } = await say(world.applicant, "POST", "/requests", body, headers);
      return `${status} ${answer["code"]}`;
    };
    expect(await sent('{"item":"a","item":"b"}')).toBe("400 input.duplicate_key");
    expect(await sent('{"__proto__":{}}')).toBe("400 input.forbidden_key");
    expect(await sent("{")).toBe("400 input.malformed_json");
    expect(await sent("[".repeat(5_000))).toBe("400 input.too_deep");
    expect(await sent("item=1", { "content-type": "application/x-www-form-urlencoded" })).toBe("415 input.unsupported_media_type");
    expect(await sent('{"item":7}')).toMatch(/^422 input\./);
    expect(await sent(JSON.stringify({ ...foodApplication(), division: "522301\u0000" }))).toBe("422 input.forbidden_character");
    expect(await sent(JSON.stringify(foodApplication({ division: "522322" })))).toBe("422 request.no_competent_unit");
  });
});

describe("another person", () => {
  test("finds nothing of it, whatever is tried, and nothing tells that it exists", async () => {
    const { request } = await file();
    await grantAll(database);
    const absent = "00000000-0000-4000-8000-000000000000";
    const tries: [string, string, unknown?][] = [
      ["GET", ""],
      ["GET", "/withdrawal"],
      ["GET", "/desk"],
      ["POST", "/withdrawal", {}],
      ["POST", "/supplement", { note: "x" }],
      ["POST", "/supplement-call", { grounds: "x" }],
      ["POST", "/rejection", { grounds: "x" }],
      ["POST", "/answers-reading", { reason: "x" }],
      ["POST", "/steps/intake/start"],
      ["POST", "/steps/intake/completion", {}],
      ["POST", "/steps/intake/rejection", { grounds: "x" }],
      ["POST", "/steps/intake/reconsideration"],
    ];
    for (const who of [world.stranger, world.healthClerk]) {
      for (const [method, path, body] of tries) {
        const real = await say(who, method, `/requests/${request}${path}`, body, { "if-match": '"1"' });
        const none = await say(who, method, `/requests/${absent}${path}`, body, { "if-match": '"1"' });
        const told = ({ status, body: { instance: _, ...rest } }: Told) => JSON.stringify([status, rest]);
        expect(`${method} ${path}: ${told(real)}`).toBe(`${method} ${path}: ${told(none)}`);
        expect(real.status).toBe(404);
      }
    }
    expect((await say(world.applicant, "GET", `/requests/${request}`)).body["state"]).toBe("received");
  });
});

describe("working", () => {
  test("the clerk finds it on the desk, begins, asks, is answered, completes; the applicant follows", async () => {
    const { request, number } = await file();
    await grantAll(database);
    const desk = await say(world.clerk, "GET", `/units/market/work?number=${number}`);
    expect(desk.body["rows"]).toMatchObject([{ request, step: "intake", granted: true, names: { en: "Step intake" }, serving: false }]);
    expect((await say(world.clerk, "POST", `/requests/${request}/steps/intake/start`)).body).toMatchObject({ state: "working", requestState: "in_progress" });

    const unconditional = await say(world.clerk, "POST", `/requests/${request}/supplement-call`, { grounds: "Plan is missing" });
    expect([unconditional.status, unconditional.body["code"]]).toEqual([428, "object.generation_required"]);
    const stale = await say(world.clerk, "POST", `/requests/${request}/supplement-call`, { grounds: "Plan is missing" }, { "if-match": '"1"' });
    expect([stale.status, stale.body["code"]]).toEqual([412, "object.generation_stale"]);
    const asked = await say(world.clerk, "POST", `/requests/${request}/supplement-call`, { grounds: "Plan is missing" }, { "if-match": await etag(world.clerk, request) });
    expect(asked.body).toMatchObject({ state: "supplement" });

    const seen = await say(world.applicant, "GET", `/requests/${request}`);
    expect(seen.body).toMatchObject({ state: "supplement", grounds: "Plan is missing", may: { supply: true }, deadline: { kind: "paused", light: "none" } });
    const early = await say(world.clerk, "POST", `/requests/${request}/steps/intake/completion`, {});
    expect([early.status, early.body["code"]]).toEqual([409, "object.transition_illegal"]);
    await say(world.applicant, "POST", `/requests/${request}/supplement`, { note: "Sent", answers: { area: "88.5" } }, { "if-match": seen.headers.get("etag") ?? "" });
    const completed = await say(world.clerk, "POST", `/requests/${request}/steps/intake/completion`, {});
    expect(completed.body).toMatchObject({ state: "done", requestState: "in_progress" });
    const after = await say(world.applicant, "GET", `/requests/${request}`);
    expect(after.body["answers"]).toMatchObject({ area: "88.5", phone: "138****1234" });
    expect(after.body["timeline"].map((one: any) => one.event)).toEqual(["received", "supplement-asked", "supplied", "step-done"]);
  });

  test("results of another system come in one call, each with its own outcome", async () => {
    const [one, two] = [await file(), await file()];
    await grantAll(database);
    const told = await say(world.clerk, "POST", "/work/completions", {
      completions: [
        { request: one["request"], step: "intake", note: "batch 7" },
        { request: two["request"], step: "review" },
        { request: "00000000-0000-4000-8000-000000000000", step: "intake" },
      ],
    });
    expect(told.status).toBe(200);
    expect(told.body["rows"].map((row: any) => [row.done, row.problems[0]?.code ?? null])).toEqual([
      [true, null],
      [false, "object.transition_illegal"],
      [false, "object.not_found"],
    ]);
    const tooMany = await say(world.clerk, "POST", "/work/completions", { completions: Array.from({ length: 501 }, () => ({ request: one["request"], step: "intake" })) });
    expect([tooMany.status, tooMany.body["code"]]).toEqual([422, "input.out_of_range"]);
  });

  test("money travels as text, to the last fen", async () => {
    const { request } = (await say(world.applicant, "POST", "/requests", { item: SUBSIDY, division: "522301" })).body;
    await grantAll(database);
    await say(world.healthClerk, "POST", "/work/completions", { completions: [{ request, step: "check" }] });
    await grantAll(database);
    const desk = await say(world.healthClerk, "GET", `/requests/${request}/desk`);
    const pay = desk.body["steps"].find((step: any) => step.step === "pay");
    expect(pay.held).toMatchObject([{ class: "funds.elderly-subsidy", amount: "80000" }]);
    await say(world.healthClerk, "POST", `/requests/${request}/steps/pay/start`);
    const settle = (amount: unknown) => say(world.healthClerk, "POST", `/requests/${request}/steps/pay/completion`, { settle: [{ claim: pay.held[0].claim, amount }] });
    for (const wrong of ["80000.5", "-1", "1e3", "080000", "９", 1.5, -1, 9_007_199_254_740_993]) expect((await settle(wrong)).status).toBe(422);
    expect((await settle("80001")).body["code"]).toBe("step.settle_above_held");
    expect((await settle("79999")).body).toMatchObject({ requestState: "completed" });
  });
});

describe("what is kept", () => {
  test("answers to writes hold no personal value, since they lie in the database for thirty days", async () => {
    const { request } = await file();
    await say(world.clerk, "POST", `/requests/${request}/answers-reading`, { reason: "checking the card" });
    const draft = await say(world.applicant, "POST", "/drafts", { item: FOOD, answers: { owner: OWNER, phone: "13800001234" } });
    expect(draft.status).toBe(201);
    await say(world.applicant, "PUT", `/drafts/${draft.body["draft"]}`, { answers: { owner: OWNER } }, { "if-match": '"1"' });
    expect((await say(world.applicant, "GET", `/drafts/${draft.body["draft"]}`)).body["answers"]).toEqual({ owner: OWNER });
    const [kept] = await database.sql<{ count: number }[]>`
      select count(*)::int as count from pool.idempotency_keys where body like ${`%${OWNER}%`} or body like '%13800001234%'`;
    expect(kept?.count).toBe(0);
    expect((await say(world.stranger, "GET", `/drafts/${draft.body["draft"]}`)).status).toBe(404);
    expect((await say(world.applicant, "DELETE", `/drafts/${draft.body["draft"]}`)).status).toBe(200);
    expect((await say(world.applicant, "GET", "/drafts")).body["rows"]).toEqual([]);
  });
});

describe("a call that is sent again", () => {
  test("shows the code of a receipt, which is kept nowhere", async () => {
    const again = { "idempotency-key": "receipt-again-1" };
    const many = { "idempotency-key": "receipt-again-2" };
    const bundle = { bundle: BUNDLE, division: "522301", answers: foodApplication().answers };
    const [first, second] = [await say(world.applicant, "POST", "/requests", foodApplication(), again), await say(world.applicant, "POST", "/requests", foodApplication(), again)];
    const [one, two] = [await say(world.applicant, "POST", "/bundle-requests", bundle, many), await say(world.applicant, "POST", "/bundle-requests", bundle, many)];
    expect([second.headers.get("idempotency-replayed"), two.headers.get("idempotency-replayed")]).toEqual(["true", "true"]);
    expect([JSON.stringify(second.body), JSON.stringify(two.body)]).toEqual([JSON.stringify(first.body), JSON.stringify(one.body)]);
    const codes: string[] = [first.body["statusCode"], ...one.body["receipts"].map((receipt: any) => receipt.statusCode)];
    expect(codes.every((code) => /^\w{5}-\w{5}$/.test(code))).toBe(true);
    for (const code of codes) expect((await database.sql`select key from pool.idempotency_keys where body like ${`%${code}%`}`).length).toBe(0);
  });

  test("is answered in the language of whoever asks now", async () => {
    const body = { completions: [{ request: "00000000-0000-4000-8000-000000000000", step: "intake" }] };
    const told = async (language: string): Promise<string> => (await say(world.clerk, "POST", "/work/completions", body, { "idempotency-key": "words-again-1", "accept-language": language })).body["rows"][0].problems[0].title;
    const [english, chinese] = [await told("en"), await told("zh")];
    expect([english, chinese].map((title) => /\p{Script=Han}/u.test(title))).toEqual([false, true]);
    expect(await told("en")).toBe(english);
  });
});

describe("without signing in", () => {
  test("the catalogue is searched and read, a life event shows its questions once", async () => {
    const found = await say(nobody(), "GET", `/catalogue?q=${encodeURIComponent("食品")}`);
    expect(found.body["rows"]).toMatchObject([{ item: FOOD, fee: "0", promisedDays: 7 }]);
    const guide = await say(nobody(), "GET", `/catalogue/${FOOD}?division=522301`);
    expect(guide.body).toMatchObject({ item: FOOD, offices: [{ unit: "market" }], course: { unit: "market" }, bundles: [{ bundle: BUNDLE }] });
    expect(guide.body["steps"].map((step: any) => step.step)).toEqual(["intake", "check-identity", "review", "decide", "deliver"]);
    const event = await say(nobody(), "GET", `/life-events/${BUNDLE}`);
    expect(event.body["items"].map((one: any) => [one.item, one.after])).toEqual([["health-permit", []], [FOOD, ["health-permit"]]]);
    expect(event.body["form"].filter((one: any) => one.field === "phone").length).toBe(1);
    for (const wrong of ["?audience=robot", "?limit=0", "?limit=1&limit=2", "?nonsense=1", "?division=abc"]) {
      expect(`${wrong} ${(await say(nobody(), "GET", `/catalogue${wrong}`)).status}`).toBe(`${wrong} 422`);
    }
  });

  test("a receipt's number and code show how it stands", async () => {
    const receipt = await file();
    const told = await say(nobody(), "POST", "/status", { number: receipt["number"], code: receipt["statusCode"] });
    expect(told.body).toMatchObject({ number: receipt["number"], state: "received", unit: { names: { en: "market" } } });
    expect(JSON.stringify(told.body)).not.toContain(receipt["request"]);
    const wrong = await say(nobody(), "POST", "/status", { number: receipt["number"], code: "22222-22222" });
    expect([wrong.status, wrong.body["code"]]).toEqual([404, "object.not_found"]);
  });
});

describe("a bundle", () => {
  test("is filed in one call", async () => {
    const filed = await say(world.applicant, "POST", "/bundle-requests", { bundle: BUNDLE, division: "522301", answers: foodApplication().answers });
    expect(filed.status).toBe(201);
    expect(filed.body["receipts"].map((one: any) => [one.item, one.waitsFor])).toEqual([["health-permit", []], [FOOD, ["health-permit"]]]);
  });
});
