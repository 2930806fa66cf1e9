import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainRequest } from "../../../src/app/scheduling/explain-request.js";
import { tellStep } from "../../../src/app/scheduling/tell.js";
import { submitRequest } from "../../../src/app/request/submit-request.js";
import { completeStep } from "../../../src/app/work/complete-steps.js";
import { rejectStep } from "../../../src/app/work/reject-step.js";
import { startStep } from "../../../src/app/work/start-step.js";
import type { Actor } from "../../../src/domain/policy/subject.js";
import { trusted } from "../../../src/domain/id.js";
import type { Result } from "../../../src/domain/result.js";
import { voiceOf } from "../../../src/text/voice.js";
import { verify } from "../../../src/verify/verify.js";
import { mountRoutes } from "../../../src/web/api/route.js";
import { requestRoutes } from "../../../src/web/api/routes/requests.js";
import { workRoutes } from "../../../src/web/api/routes/work.js";
import type { Env } from "../../../src/web/env.js";
import { casePool, FOOD, foodApplication, person, type CasePool } from "../../request/case-pool.js";
import { startWriter, type RunningWriter } from "../../scheduling/running-writer.js";
import { until } from "../../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../../support/database.js";
import { actor } from "../../support/policy-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let head: Actor;
let app: Hono<Env>;
let speaking: Actor;
let keys = 0;

/** One licence by law, granted by one act of the head. */
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  const { sql } = database;
  head = await person(database, world.deps, actor([{ role: "unit-head", unitId: trusted("market") }]));
  await sql`update pool.resources set total = 1, number_basis = '兴义市夜间摊位管理办法 第五条' where pool_id = ${world.pool} and code = 'market-authority'`;
  const decide = { step: "decide", names: { zh: "发给名额", en: "Grant a place" }, stage: "decide", mode: "human", after: [], claims: [{ class: "function.food-licensing", amount: 1, scope: "competent" }] };
  await sql`update pool.items set guide = jsonb_set(guide, '{recipe,steps}', ${sql.json([decide])}) where pool_id = ${world.pool} and item_code = ${FOOD}`;
  writer = startWriter({ url: database.url, pool: world.pool });
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", "en");
    c.set("actor", speaking);
    await next();
  });
  mountRoutes(app, world.deps, [...requestRoutes, ...workRoutes]);
});
afterAll(async () => {
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;

const granted = async (publicId: string): Promise<boolean> => {
  const rows = await database.sql`
    select from pool.allocations a join pool.steps s using (pool_id, step_id) join pool.requests r using (pool_id, request_id)
    where r.public_id = ${publicId} and a.state = 'held'`;
  return rows.length > 0;
};

async function completed(publicId: string): Promise<void> {
  await until(() => granted(publicId));
  value(await startStep(world.deps, world.clerk, world.pool, { publicId, step: "decide" }));
  value(await completeStep(world.deps, world.clerk, world.pool, { publicId, step: "decide" }));
  await settled();
}

const settled = () => until(async () => (await database.sql`select from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);

async function say(who: Actor, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  speaking = who;
  keys += 1;
  const response = await app.request(`/api/v1/pools/${world.pool}${path}`, {
    method,
    headers: { "idempotency-key": `numbers-${keys}-key`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, any>, etag: response.headers.get("etag") ?? "" };
}

const WHY = { grounds: "Forged lease.", basis: "行政许可法 第六十九条" };

async function annul(who: Actor, publicId: string, body: object = WHY) {
  const seen = await say(head, "GET", `/requests/${publicId}`);
  return await say(who, "POST", `/requests/${publicId}/steps/decide/annulment`, body, { "if-match": seen.etag });
}

const explained = async (who: Actor, publicId: string): Promise<string> => {
  const told = value(await explainRequest(world.deps, who, world.pool, publicId));
  return told.steps.flatMap((step) => tellStep(voiceOf("en"), told, step)).join(" ");
};

describe("a number set by law", () => {
  test("is used by granting it, goes back when it is annulled, and is given to whoever was accepted next", async () => {
    const first = await filed();
    await completed(first);
    const second = await filed();
    const third = await filed();
    await settled();
    expect(await granted(second)).toBe(false);
    expect(await annul(head, second)).toMatchObject({ status: 409, body: { code: "number.request_open" } });
    expect((await annul(world.stranger, first)).status).toBe(404);
    expect((await annul(world.clerk, first)).status).toBe(403);
    expect((await annul(world.applicant, first)).status).toBe(404);
    expect(await annul(head, first, { ...WHY, grounds: " " })).toMatchObject({ status: 422, body: { field: "grounds" } });

    expect((await say(head, "GET", `/requests/${first}`)).body["may"]).toMatchObject({ annul: ["decide"] });
    expect(await annul(head, first)).toMatchObject({ status: 200, body: { step: "decide" } });
    expect(await annul(head, first)).toMatchObject({ status: 409, body: { code: "number.annulled_already" } });
    await until(() => granted(second));
    expect(await granted(third)).toBe(false);

    const [row] = await database.sql`
      select a.state, a.settled_amount::int, b.held::int, b.settled::int
      from pool.allocations a join pool.steps s using (pool_id, step_id) join pool.requests r using (pool_id, request_id) join pool.balances b using (pool_id, resource_id, period)
      where r.public_id = ${first}`;
    expect(row).toEqual({ state: "annulled", settled_amount: 1, held: 1, settled: 0 });
    expect(await explained(world.applicant, first)).toContain("set by law (兴义市夜间摊位管理办法 第五条) and given in the order of acceptance alone");
    expect(await explained(world.applicant, first)).toContain("was annulled later and went to whoever is next");
    const seen = await say(world.applicant, "GET", `/requests/${first}`);
    expect(seen.body["may"]).toMatchObject({ annul: [] });
    expect(seen.body["timeline"].find(({ event }: { event: string }) => event === "number-annulled")).toMatchObject({ step: { name: "decide" }, grounds: WHY.grounds, basis: WHY.basis });
    // On the record without what only the applicant may read.
    const [audit] = await database.sql`select actor_id, before, after from pool.audit_records where act = 'step.annul'`;
    expect(audit).toMatchObject({ before: { number: "granted" }, after: { number: "annulled", basis: WHY.basis } });
    expect(JSON.stringify(audit)).not.toContain(WHY.grounds);
  });

  test("is not used by refusing it", async () => {
    const [open] = await database.sql<{ public_id: string }[]>`
      select r.public_id from pool.requests r join pool.steps s using (pool_id, request_id) join pool.allocations a using (pool_id, step_id) where a.state = 'held'`;
    const next = (await database.sql<{ public_id: string }[]>`select public_id from pool.requests where state = 'received' and public_id <> ${open!.public_id}`)[0]!.public_id;
    value(await startStep(world.deps, world.clerk, world.pool, { publicId: open!.public_id, step: "decide" }));
    value(await rejectStep(world.deps, world.clerk, world.pool, { publicId: open!.public_id, step: "decide", grounds: "No stall there." }));
    await until(() => granted(next));
    expect(await annul(head, open!.public_id)).toMatchObject({ status: 409, body: { code: "number.none_granted" } });
  });

  test("that was annulled stays annulled for a scheduler that starts anew", async () => {
    await settled();
    await writer.stop();
    writer = startWriter({ url: database.url, pool: world.pool });
    const later = await filed();
    await settled();
    expect(await granted(later)).toBe(false);
    const [now] = await database.sql<{ public_id: string }[]>`
      select r.public_id from pool.requests r join pool.steps s using (pool_id, request_id) join pool.allocations a using (pool_id, step_id) where a.state = 'held'`;
    await completed(now!.public_id);
    expect(await granted(later)).toBe(false);
    expect((await annul(head, now!.public_id)).status).toBe(200);
    await until(() => granted(later));
  });
});
