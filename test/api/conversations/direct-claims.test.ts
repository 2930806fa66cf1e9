import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../../src/domain/policy/subject.js";
import { submitRequest } from "../../../src/app/request/submit-request.js";
import { trusted } from "../../../src/domain/id.js";
import { openReadPort } from "../../../src/main/read-port.js";
import { verify } from "../../../src/verify/verify.js";
import { mountRoutes } from "../../../src/web/api/route.js";
import { appointmentRoutes } from "../../../src/web/api/routes/appointments.js";
import { directClaimRoutes } from "../../../src/web/api/routes/direct-claims.js";
import type { Env } from "../../../src/web/env.js";
import { startWriter, type RunningWriter } from "../../scheduling/running-writer.js";
import { until } from "../../scheduling/small-pool.js";
import { casePool, FOOD, foodApplication, FRIDAY_NINE, type CasePool } from "../../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../../support/database.js";
import { actor } from "../../support/policy-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let port: Awaited<ReturnType<typeof openReadPort>>;
let app: Hono<Env>;
let speaking: Actor;
let keys = 0;

const head = (unit: string) => actor([{ role: "unit-head", unitId: trusted(unit) }]);
const clerk = (unit: string) => actor([{ role: "clerk", unitId: trusted(unit) }]);
/** Friday half past two in the afternoon. */
const HALF_PAST_TWO = new Date(FRIDAY_NINE + 5.5 * 3_600_000).toISOString();

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  const { sql } = database;
  await sql`
    insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, min, max, step)
    values (${world.pool}, 'material.hall', 'material', '会议室', 'Hall', 'piece', 'slot', 5, 'unit', 'none', 'none', 1, 100, 1)`;
  for (const [code, unit] of [["hall-m", "market"], ["hall-h", "health"]] as const) {
    await sql`
      insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction)
      values (${world.pool}, ${code}, ${unit}, 'material.hall', 1, 1, 100, 1, '{522301}')`;
  }
  // Nobody's act keeps this money with its unit: policy does.
  await sql`update pool.classes set act = 'none' where pool_id = ${world.pool} and class_id = 'funds.elderly-subsidy'`;
  writer = startWriter({ url: database.url, pool: world.pool });
  await until(async () => writer.view() !== undefined);
  port = await openReadPort(writer.view()!, "127.0.0.1");
  await sql`update pool.writers set read_host = ${port.at.host}, read_port = ${port.at.port}, read_token = ${port.at.token} where pool_id = ${world.pool}`;
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", "en");
    c.set("actor", speaking);
    await next();
  });
  mountRoutes(app, world.deps, [...directClaimRoutes, ...appointmentRoutes]);
});
afterAll(async () => {
  await port.close();
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

interface Told {
  readonly status: number;
  readonly body: Record<string, any>;
  readonly headers: Headers;
}

async function say(who: Actor, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> {
  speaking = who;
  keys += 1;
  const response = await app.request(`/api/v1/pools/${world.pool}${path}`, {
    method,
    headers: { "idempotency-key": `direct-claims-${keys}`, prefer: "wait=2", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, any>, headers: response.headers };
}

/** On a busy machine the scheduler may be slow to answer, and says so: then it is asked again. */
async function offersTo(who: Actor, body: object): Promise<Told> {
  let told: Told | undefined;
  await until(async () => (told = await say(who, "POST", "/offers", body)).status !== 503);
  return told!;
}

const hall = (more: object = {}) => ({ class: "material.hall", amount: 1, slots: 2, ...more });
const booking = (claims: unknown[], more: object = {}) => ({ unit: "market", title: "Monthly meeting", claims, ...more });
const named = (start: string, more: object = {}) => hall({ resource: "hall-m", generation: 1, start, ...more });

describe("offers", () => {
  test("name complete alternatives, the earliest first, and one that is taken is held at once", async () => {
    const told = await offersTo(clerk("market"), { unit: "market", claims: [hall()], limit: 4 });
    expect(told.status).toBe(200);
    expect(told.body["complete"]).toBe(false);
    expect(told.body["offers"]).toHaveLength(4);
    const [first] = told.body["offers"];
    // Its own hall before another's, at nine o'clock.
    expect(first).toMatchObject({ startsAt: new Date(FRIDAY_NINE).toISOString(), parts: [{ resource: "hall-m", unit: "market" }] });
    const taken = await say(clerk("market"), "POST", "/direct-claims", booking(first.claims, { holdMinutes: 30 }));
    expect(taken.status).toBe(200);
    expect(taken.headers.get("preference-applied")).toBe("wait");
    expect(taken.body).toMatchObject({ state: "held", operation: { done: true }, claims: [{ given: [{ resource: "hall-m", state: "held" }, { resource: "hall-m" }] }] });
    const again = await offersTo(clerk("market"), { unit: "market", claims: [hall()], limit: 1 });
    expect(again.body["offers"][0].parts[0].resource).toBe("hall-h");

    const confirmed = await say(clerk("market"), "POST", `/direct-claims/${taken.body["claim"]}/confirmation`);
    expect(confirmed.body).toMatchObject({ state: "confirmed" });
    const released = await say(clerk("market"), "POST", `/direct-claims/${taken.body["claim"]}/release`);
    expect(released.body).toMatchObject({ state: "released" });
    expect((await say(clerk("market"), "POST", `/direct-claims/${taken.body["claim"]}/confirmation`)).body).toMatchObject({ code: "direct-claim.state_illegal" });
  });

  test("say at once what nobody could ever give", async () => {
    const told = await offersTo(clerk("market"), { unit: "market", claims: [hall({ amount: 99 })] });
    expect(told.body).toMatchObject({ offers: [], complete: true, refusals: [{ claim: 0, kind: "invalid", rule: "capacity", asked: 99, most: 1 }] });
    const stranger = await offersTo(clerk("health"), { unit: "market", claims: [hall()] });
    expect([403, 404]).toContain(stranger.status);
  });
});

describe("a direct claim", () => {
  test("is accepted first and answered after; refusals tell what kind of a no it is", async () => {
    const start = HALF_PAST_TWO;
    const accepted = await say(clerk("market"), "POST", "/direct-claims", booking([named(start)]), { prefer: "respond-async" });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ state: "asked", operation: { done: false } });
    expect(accepted.headers.get("location")).toContain(`/direct-claims/${accepted.body["claim"]}`);
    await until(async () => (await say(clerk("market"), "GET", `/direct-claims/${accepted.body["claim"]}`)).body["state"] === "confirmed");

    const refusal = async (claim: object) => {
      const told = await say(clerk("market"), "POST", "/direct-claims", booking([claim]));
      return { status: told.status, code: told.body["code"] };
    };
    expect(await refusal(named(start))).toEqual({ status: 409, code: "direct-claim.in_use" });
    expect(await refusal(named(start, { generation: 9 }))).toEqual({ status: 409, code: "direct-claim.stale" });
    expect(await refusal(named("2026-11-20T18:00:00Z"))).toEqual({ status: 422, code: "direct-claim.impossible" });
    expect(await refusal({ class: "staff.decision", amount: 30, unit: "market", scope: "competent", resource: "hall-m", generation: 1 })).toEqual({ status: 422, code: "direct-claim.impossible" });
    expect(await refusal({ class: "funds.elderly-subsidy", amount: "100", purpose: "elderly" })).toEqual({ status: 403, code: "direct-claim.forbidden" });
    expect(await refusal({ class: "funds.elderly-subsidy", amount: "100", purpose: "young" })).toEqual({ status: 422, code: "direct-claim.impossible" });
    expect(await refusal(named(start, { resource: "no-such" }))).toEqual({ status: 422, code: "input.unknown_reference" });
    expect(await refusal(named("2026-11-20T06:10:00Z"))).toEqual({ status: 422, code: "input.invalid" });
    const apart = await say(clerk("market"), "POST", "/direct-claims", booking([named(start, { together: true }), { ...named("2026-11-20T08:00:00Z", { together: true }), resource: "hall-h" }]));
    expect(apart.body).toMatchObject({ code: "input.invalid", field: "claims.1.start" });
    expect(await refusal(hall({ amount: 0 }))).toEqual({ status: 422, code: "input.out_of_range" });

    const why = await say(clerk("market"), "GET", `/direct-claims/${accepted.body["claim"]}/explanation`);
    expect(why.body["sentences"][0]).toBe("Hall: given by hall-m (market).");
    await say(clerk("market"), "POST", `/direct-claims/${accepted.body["claim"]}/release`);
  });

  test("tells what policy forbids from what the asker may not ask, and from nobody asking", async () => {
    const money = { class: "funds.elderly-subsidy", amount: "100", purpose: "elderly", scope: "pool", resource: "health-funds", generation: 1 };
    const told = await say(clerk("market"), "POST", "/direct-claims", booking([money]));
    expect(told).toMatchObject({ status: 403, body: { code: "direct-claim.forbidden" } });
    expect((await say(clerk("health"), "POST", "/direct-claims", booking([hall()]))).status).toBe(404);
    expect((await say({ kind: "anonymous", poolId: world.pool, channel: "api" }, "POST", "/direct-claims", booking([hall()]))).status).toBe(401);
  });

  test("for a place that is not of the pool is refused at its field", async () => {
    const elsewhere = { division: "999999" };
    expect(await say(head("market"), "POST", "/direct-claims", booking([hall()], elsewhere))).toMatchObject({ status: 422, body: { code: "input.unknown_reference", field: "division" } });
    expect(await offersTo(head("market"), { unit: "market", claims: [hall()], ...elsewhere })).toMatchObject({ status: 422, body: { code: "input.unknown_reference", field: "division" } });
  });

  test("for a time no clock of ours shows is refused at its field", async () => {
    for (const at of ["0000-01-01T00:00:00Z", "9999-12-31T23:30:00Z"]) {
      expect(await say(head("market"), "POST", "/direct-claims", booking([named(at)]))).toMatchObject({ status: 422, body: { code: "input.invalid", field: "claims.0.start" } });
      expect(await offersTo(head("market"), { unit: "market", claims: [hall({ earliest: at })] })).toMatchObject({ status: 422, body: { code: "input.invalid", field: "claims.0.earliest" } });
    }
  });

  test("changes only as it was seen, keeps what it has when the change is refused, and shrinks", async () => {
    const made = await say(clerk("market"), "POST", "/direct-claims", booking([named(HALF_PAST_TWO, { slots: 4 })]));
    const path = `/direct-claims/${made.body["claim"]}`;
    const etag = made.headers.get("etag")!;
    const rival = await say(clerk("health"), "POST", "/direct-claims", { unit: "health", title: "Talk", claims: [{ ...named(HALF_PAST_TWO), resource: "hall-h" }] });
    expect(rival.status).toBe(200);
    const change = (claims: unknown[], ifMatch: string) => say(clerk("market"), "POST", `${path}/replacement`, { claims }, { "if-match": ifMatch });
    expect((await change([named(HALF_PAST_TWO)], '"77"')).status).toBe(412);
    expect((await change([{ ...named(HALF_PAST_TWO), resource: "hall-h" }], etag)).body).toMatchObject({ code: "direct-claim.in_use" });
    const after = await say(clerk("market"), "GET", path);
    expect(after.body).toMatchObject({ state: "confirmed", changing: false });
    expect(after.body["claims"][0].given).toHaveLength(4);
    const shrunk = await change([named(HALF_PAST_TWO)], after.headers.get("etag")!);
    expect(shrunk.body).toMatchObject({ state: "confirmed" });
    expect(shrunk.body["claims"][0].given).toHaveLength(2);
    await say(clerk("market"), "POST", `${path}/release`);
    await say(clerk("health"), "POST", `/direct-claims/${rival.body["claim"]}/release`);
  });

  test("is read by who claims and by whose hall it takes, and by no other tenant of the same hall", async () => {
    const one = await say(clerk("market"), "POST", "/direct-claims", booking([{ ...named(HALF_PAST_TWO), resource: "hall-h" }]));
    expect(one.status).toBe(200);
    const other = await say(clerk("market-station"), "POST", "/direct-claims", { unit: "market-station", title: "Training", claims: [{ ...named("2026-11-20T08:00:00Z"), resource: "hall-h" }] });
    expect(other.status).toBe(200);
    expect((await say(clerk("health"), "GET", `/direct-claims/${one.body["claim"]}`)).status).toBe(200);
    expect((await say(clerk("market-station"), "GET", `/direct-claims/${one.body["claim"]}`)).status).toBe(404);
    expect((await say(clerk("market"), "GET", `/direct-claims/${other.body["claim"]}`)).status).toBe(404);
    expect((await say(clerk("market-station"), "POST", `/direct-claims/${one.body["claim"]}/release`)).status).toBe(404);
    const rows = async (who: string, unit: string) => (await say(clerk(who), "GET", `/direct-claims?unit=${unit}&open=true`)).body["rows"]?.map((row: { title: string }) => row.title);
    expect(await rows("health", "health")).toEqual(["Training", "Monthly meeting"]);
    expect(await rows("market", "market")).toEqual(["Monthly meeting"]);
    expect(await rows("market-station", "market-station")).toEqual(["Training"]);
    expect(await rows("market-station", "market")).toBeUndefined();
    for (const [who, made] of [["market", one], ["market-station", other]] as const) await say(clerk(who), "POST", `/direct-claims/${made.body["claim"]}/release`);
  });

  test("that was sent twice with one key is made once", async () => {
    const send = () => say(clerk("market"), "POST", "/direct-claims", booking([named(HALF_PAST_TWO)]), { "idempotency-key": "one-booking-1" });
    const who = clerk("market");
    const first = await say(who, "POST", "/direct-claims", booking([named(HALF_PAST_TWO)]), { "idempotency-key": "one-booking-2" });
    const second = await say(who, "POST", "/direct-claims", booking([named(HALF_PAST_TWO)]), { "idempotency-key": "one-booking-2" });
    expect(second.body["claim"]).toBe(first.body["claim"]);
    expect((await send()).body["code"]).toBe("direct-claim.in_use");
    await say(who, "POST", `/direct-claims/${first.body["claim"]}/release`);
  });
});

describe("an appointment", () => {
  test("is offered, picked, taken by another, changed and given back, and the request stays as it was throughout", async () => {
    await database.sql`
      update pool.items set guide = jsonb_set(guide, '{recipe,steps,0,claims}', '[{"class": "material.hall", "amount": 1, "scope": "pool", "slots": 1}]')
      where pool_id = ${world.pool} and item_code = ${FOOD}`;
    const filed = await submitRequest(world.deps, world.applicant, world.pool, foodApplication());
    if (!filed.ok) throw new Error(JSON.stringify(filed.problems));
    const path = `/requests/${filed.value.publicId}/steps/intake`;
    const [step] = await database.sql<{ step_id: number }[]>`select step_id from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${filed.value.publicId} and s.name = 'intake'`;
    const held = () => database.sql<{ period: number }[]>`select period from pool.allocations where step_id = ${step!.step_id} and state = 'held'`;
    await until(async () => (await held()).length === 1);

    const times = await say(world.applicant, "GET", `${path}/times`);
    expect(times.body["times"].length).toBeGreaterThan(5);
    expect(new Set(times.body["times"]).size).toBe(times.body["times"].length);
    const monday = times.body["times"].find((time: string) => time > "2026-11-22");
    const picked = await say(world.applicant, "POST", `${path}/appointment`, { start: monday });
    expect(picked).toMatchObject({ status: 200, body: { start: monday, operation: { done: true } } });
    const period = (Date.parse(monday) + 8 * 3_600_000) / 1_800_000;
    expect(await held()).toEqual([{ period }]);

    // Both halls are taken at another time: the pick is refused, and what was arranged stays.
    const busy = times.body["times"].find((time: string) => time > "2026-11-24");
    const both = await say(head("city"), "POST", "/direct-claims", { unit: "city", title: "Fair", claims: [named(busy), { ...named(busy), resource: "hall-h" }] });
    expect(both.body).toMatchObject({ state: "confirmed" });
    expect(await say(world.applicant, "POST", `${path}/appointment`, { start: busy })).toMatchObject({ status: 409, body: { code: "direct-claim.in_use" } });
    expect(await held()).toEqual([{ period }]);

    // What was never to be had is not told as taken.
    for (const start of ["0000-01-01T00:00:00Z", "2026-11-19T01:00:00Z", "2027-06-01T01:00:00Z", "9999-12-31T23:30:00Z"]) {
      expect(await say(world.applicant, "POST", `${path}/appointment`, { start })).toMatchObject({ status: 422, body: { code: "input.invalid", field: "start" } });
    }
    expect(await held()).toEqual([{ period }]);

    const cancelled = await say(world.applicant, "POST", `${path}/appointment`, { start: null });
    expect(cancelled.status).toBe(200);
    expect((await held())[0]!.period).toBeLessThan(period);
    expect((await say(actor(), "POST", `${path}/appointment`, { start: monday })).status).toBe(404);
    expect((await say(world.applicant, "POST", `/requests/${filed.value.publicId}/steps/review/appointment`, { start: monday })).body["code"]).toBe("appointment.not_offered");
    await say(head("city"), "POST", `/direct-claims/${both.body["claim"]}/release`);
  });
});

describe("agencies called together (吹哨报到)", () => {
  const officer = (unit: string) => ({ class: "staff.intake", amount: 60, unit, scope: "competent", together: true });
  const whistle = { unit: "market-station", title: "Night market without drains", claims: [officer("market"), officer("health"), hall({ together: true, start: HALF_PAST_TWO })] };

  test("a township calls those who answer for its place: each agency's own people, at one time, all or none", async () => {
    const told = await say(head("market-station"), "POST", "/direct-claims", whistle);
    expect(told.body).toMatchObject({ state: "confirmed" });
    const given = told.body["claims"].map((claim: { given: { unit: string; start: string }[] }) => claim.given[0]);
    expect(given.map(({ unit }: { unit: string }) => unit).slice(0, 2)).toEqual(["market", "health"]);
    expect(new Set(given.map(({ start }: { start: string }) => start.slice(0, 10))).size).toBeLessThanOrEqual(2);
    // Each agency sees that it is called.
    expect((await say(clerk("health"), "GET", `/direct-claims/${told.body["claim"]}`)).status).toBe(200);
    await say(head("market-station"), "POST", `/direct-claims/${told.body["claim"]}/release`);
  });

  test("nobody calls a stranger's people", async () => {
    const refused = async (who: Actor, unit: string, called: string) => (await say(who, "POST", "/direct-claims", { unit, title: "x", claims: [officer(called)] })).body["code"];
    expect(await refused(clerk("market-station"), "market-station", "health")).toBe("direct-claim.unit_not_called");
    expect(await refused(head("market"), "market", "health")).toBe("direct-claim.unit_not_called");
    expect(await refused(head("market-station"), "market-station", "market-other-county")).toBe("direct-claim.unit_not_called");
    const above = await say(head("city"), "POST", "/direct-claims", { unit: "city", title: "x", claims: [officer("market"), officer("health")] });
    expect(above.body).toMatchObject({ state: "confirmed" });
    await say(head("city"), "POST", `/direct-claims/${above.body["claim"]}/release`);
  });
});
