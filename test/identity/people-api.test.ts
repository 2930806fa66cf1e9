import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { createToken } from "../../src/app/identity/tokens.js";
import type { PersonId } from "../../src/domain/id.js";
import { mountRoutes } from "../../src/web/api/route.js";
import { peopleRoutes } from "../../src/web/api/routes/people.js";
import type { Env } from "../../src/web/env.js";
import { crossSite } from "../../src/web/middleware/csrf.js";
import { requestContext } from "../../src/web/middleware/request-context.js";
import { session } from "../../src/web/middleware/session.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { actor, policyPool, POOL, someone } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: AppDeps;
let web: Hono<Env>;
let bearer: string;

beforeAll(async () => {
  database = await freshDatabase();
  const pool = await policyPool(database);
  deps = pool.deps;
  const personId: PersonId = await pool.person();
  await deps.store.transact(POOL, (tx) => tx.roleGrants.insert({ role: "pool-admin" }, personId, someone(), Date.now()));
  bearer = must(await createToken(deps, actor([], { personId }), POOL, { label: "test", days: 1 })).secret;
  web = new Hono<Env>();
  web.use(requestContext);
  web.use(session(deps));
  web.use(crossSite({ secret: "x", publicUrl: undefined }));
  mountRoutes(web, deps, peopleRoutes);
});
afterAll(() => database.end());

const post = async (path: string, body: unknown, key = crypto.randomUUID()) => {
  const answer = await web.request(`/api/v1/pools/${POOL}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });
  return { status: answer.status, replayed: answer.headers.get("idempotency-replayed"), body: (await answer.json()) as Record<string, string> };
};

describe("a secret in an answer", () => {
  test.each([
    ["/tokens", { label: "one", days: 3 }, "secret"],
    ["/people", { name: "新人", loginName: "new-one" }, "link"],
  ])("of POST %s is there once: the same call again does nothing, and has it no more", async (path, body, field) => {
    const key = crypto.randomUUID();
    const first = await post(path, body, key);
    expect([first.status, first.replayed]).toEqual([201, null]);
    expect(first.body[field]?.length).toBeGreaterThan(40);
    const again = await post(path, body, key);
    expect([again.status, again.replayed]).toEqual([201, "true"]);
    expect(again.body).toEqual({ ...first.body, [field]: "" });
    const kept = JSON.stringify([await database.sql`select * from pool.idempotency_keys`, await database.sql`select * from pool.audit_records`]);
    expect(kept).not.toContain(first.body[field]?.split("/").at(-1));
  });
});

test("who is asking, by token", async () => {
  const answer = await web.request(`/api/v1/pools/${POOL}/me`, { headers: { authorization: `Bearer ${bearer}` } });
  expect(await answer.json()).toMatchObject({ kind: "person", roles: [{ role: "pool-admin", unit: null }] });
});

test("nobody is found behind a route that asks for somebody signed in", async () => {
  const answer = await web.request(`/api/v1/pools/${POOL}/tokens`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, "access.sign_in_required"]);
});
