import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { createToken } from "../../src/app/identity/tokens.js";
import type { PersonId } from "../../src/domain/id.js";
import type { Env } from "../../src/web/env.js";
import { requestContext } from "../../src/web/middleware/request-context.js";
import { session } from "../../src/web/middleware/session.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { callFrom, jar, must } from "../support/identity.js";
import { actor, policyPool, POOL, someone, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: AppDeps;
let web: Hono<Env>;
let personId: PersonId;
let cookie: string;
let bearer: string;
const PASSWORD = "河边的三棵老榕树 88";

beforeAll(async () => {
  database = await freshDatabase();
  const pool = await policyPool(database);
  deps = pool.deps;
  personId = await pool.person({ loginName: "middle", password: PASSWORD, name: "中间人" });
  await deps.store.transact(POOL, (tx) => tx.roleGrants.insert({ role: "clerk", unitId: unit("market") }, personId, someone(), Date.now()));
  cookie = jar(must(await deps.identity.signIn(callFrom(), "middle", PASSWORD)).cookies);
  bearer = must(await createToken(deps, actor([], { personId }), POOL, { label: "x", days: 1 })).secret;
  web = new Hono<Env>();
  web.use(requestContext);
  web.use(session(deps));
  web.all("*", (c) => c.json({ actor: c.get("actor"), by: c.get("signedInBy"), session: c.get("sessionId") !== null }));
});
afterAll(() => database.end());

interface Seen {
  readonly actor: { readonly kind: string; readonly personId?: string; readonly roles?: readonly unknown[]; readonly poolId: string; readonly channel: string; readonly displayName?: string; readonly language?: string };
  readonly by: string;
  readonly session: boolean;
}
const ask = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await web.request(path, { headers });
  return { status: answer.status, seen: (await answer.json()) as Seen & { code?: string }, answer };
};

describe("a call", () => {
  test("without anything is anonymous", async () => {
    expect((await ask(`/pools/${POOL}/x`)).seen).toEqual({ actor: { kind: "anonymous", poolId: POOL, channel: "portal" }, by: "nobody", session: false });
  });

  test("with a session's cookie is that person, with their roles in the pool it is about", async () => {
    const { seen } = await ask(`/pools/${POOL}/x`, { cookie });
    expect(seen).toMatchObject({ by: "cookie", session: true, actor: { kind: "person", personId, displayName: "中间人", roles: [{ role: "clerk", unitId: "market" }], channel: "portal" } });
    expect((await ask(`/api/v1/pools/${POOL}/x`, { cookie })).seen.actor.channel).toBe("api");
    expect((await ask(`/api/v1/pools/${POOL}/x`, { cookie, "govpool-channel": "cli" })).seen.actor.channel).toBe("cli");
  });

  test("has a language where it was shown one or named one; a program that names none has none", async () => {
    const language = async (path: string, headers: Record<string, string>) => (await ask(path, { cookie, ...headers })).seen.actor.language;
    expect(await language(`/pools/${POOL}/x`, {})).toBe("zh");
    expect(await language(`/pools/${POOL}/x`, { "accept-language": "en-GB,en;q=0.9" })).toBe("en");
    expect(await language(`/pools/${POOL}/x`, { cookie: `${cookie}; lang=en`, "accept-language": "zh" })).toBe("en");
    expect(await language(`/api/v1/pools/${POOL}/x`, {})).toBeUndefined();
    expect(await language(`/api/v1/pools/${POOL}/x`, { "accept-language": "en" })).toBe("en");
    expect(await language(`/api/v1/pools/${POOL}/x`, { "accept-language": "de, *;q=0.1" })).toBeUndefined();
  });

  test("about another pool, or none, brings no roles along", async () => {
    expect((await ask("/pools/elsewhere/x", { cookie })).seen.actor.roles).toEqual([]);
    expect((await ask("/sign-in", { cookie })).seen.actor.roles).toEqual([]);
    expect((await ask("//pools/xingyi/x", { cookie })).seen.actor.roles).toEqual([]);
  });

  test("with a token is that person by bearer, whatever cookies come along", async () => {
    const { seen } = await ask(`/api/v1/pools/${POOL}/x`, { authorization: `Bearer ${bearer}`, cookie: "govpool-session=rubbish" });
    expect(seen).toMatchObject({ by: "bearer", session: false, actor: { personId, roles: [{ role: "clerk" }] } });
  });

  test.each(["Bearer", "Bearer x", "Basic YTpi", `Bearer govpool_${"A".repeat(43)}`, "Bearer  ", "bearer\u00a0abc"])("with the authorization “%s” is refused, not ignored", async (authorization) => {
    const { status, seen } = await ask(`/api/v1/pools/${POOL}/x`, { authorization: encodeURI(authorization).replaceAll("%20", " "), cookie });
    expect([status, seen.code]).toEqual([401, "identity.token_invalid"]);
  });

  test("loses a role with the role, and the person with the person", async () => {
    const [grant] = await deps.store.read(POOL).roleGrants.of(personId);
    await deps.store.transact(POOL, (tx) => tx.roleGrants.revoke(grant?.grantId ?? 0, someone(), Date.now()));
    expect((await ask(`/pools/${POOL}/x`, { cookie })).seen.actor.roles).toEqual([]);
    expect((await ask(`/pools/${POOL}/x`, { authorization: `Bearer ${bearer}` })).seen.actor.roles).toEqual([]);
    await deps.store.transact(POOL, (tx) => tx.people.disable(personId));
    expect((await ask(`/pools/${POOL}/x`, { cookie })).seen.actor.kind).toBe("anonymous");
    expect((await ask(`/pools/${POOL}/x`, { authorization: `Bearer ${bearer}` })).status).toBe(401);
  });
});
