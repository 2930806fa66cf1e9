import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { providerIdOf } from "../../src/identity/library.js";
import { badProvider, type Errors } from "../support/bad-provider.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { callFrom, jar, must, testIdentity, type TestIdentity } from "../support/identity.js";

let database: TestDatabase;
let provider: Awaited<ReturnType<typeof badProvider>>;
let at: TestIdentity;

beforeAll(async () => {
  database = await freshDatabase();
  provider = await badProvider();
  at = testIdentity(database, { oidc: { issuer: provider.state.issuer, clientId: "govpool", clientSecret: "secret" } });
});
beforeEach(() => {
  provider.state.errors = {};
});
afterAll(async () => {
  await provider.close();
  await database.end();
});

async function begin() {
  const begun = must(await at.identity.startProvider(callFrom(), providerIdOf(provider.state.issuer), "/"));
  return { ...provider.authorize(begun.location), cookie: jar(begun.cookies) };
}
const end = (back: URL, cookie: string) => at.identity.finishProvider(new Request(back, { headers: { cookie } }));
const sessions = async () => (await database.sql`select 1 from identity.sessions`).length;

async function refusedWith(errors: Errors, change: (back: URL) => void = () => {}, cookieChange: (cookie: string) => string = (cookie) => cookie) {
  provider.state.errors = errors;
  const before = await sessions();
  const { back, cookie } = await begin();
  change(back);
  const result = await end(back, cookieChange(cookie));
  expect(result).toMatchObject({ ok: false, problems: [{ code: "identity.provider_refused" }] });
  expect(await sessions()).toBe(before);
}

test("behaving, it signs somebody in: what follows fails for no other reason", async () => {
  const { back, cookie } = await begin();
  expect((await end(back, cookie)).ok).toBe(true);
});

describe("an identity token", () => {
  const now = () => Math.floor(Date.now() / 1_000);
  test.each<[string, Errors]>([
    ["for another request (nonce)", { token: (token) => (token.claims["nonce"] = "another") }],
    ["without a nonce", { token: (token) => delete token.claims["nonce"] }],
    ["of another issuer (mix-up)", { token: (token) => (token.claims["iss"] = "https://evil.example") }],
    ["for another client", { token: (token) => (token.claims["aud"] = "somebody-else") }],
    ["that expired", { token: (token) => (token.claims["exp"] = now() - 3_600) }],
    ["from the future", { token: (token) => (token.claims["nbf"] = now() + 3_600) }],
    ["without a subject", { token: (token) => delete token.claims["sub"] }],
    ["about somebody else than the profile", { userinfo: (claims) => (claims["sub"] = "somebody-else") }],
    ["signed by nobody (alg none)", { token: (token) => ((token.header["alg"] = "none"), (token.key = null)) }],
    ["signed with the public key as a password (alg confusion)", { token: (token) => ((token.header["alg"] = "HS256"), (token.key = provider.publicKeyPem)) }],
    ["signed by a stranger", { token: (token) => (token.key = provider.foreignKey) }],
    ["signed by a stranger under another name", { token: (token) => ((token.header["kid"] = "k2"), (token.key = provider.foreignKey)) }],
    ["that is none", { answer: (body) => (body["id_token"] = "x.y.z") }],
    ["that is missing", { answer: (body) => delete body["id_token"] }],
  ])("%s is refused", async (_, errors) => {
    await refusedWith(errors);
  });
});

describe("the way back", () => {
  test.each<[string, (back: URL) => void]>([
    ["without a state", (back) => back.searchParams.delete("state")],
    ["with a made-up state", (back) => back.searchParams.set("state", "x".repeat(32))],
    ["without a code", (back) => back.searchParams.delete("code")],
    ["with a made-up code", (back) => back.searchParams.set("code", "made-up")],
    ["with an error of the provider", (back) => back.searchParams.set("error", "access_denied")],
    ["naming another issuer (RFC 9207)", (back) => back.searchParams.set("iss", "https://evil.example")],
    ["to another provider's address", (back) => (back.pathname = "/sign-in/callback/other")],
    ["with two states", (back) => back.searchParams.append("state", "second")],
  ])("%s is refused", async (_, change) => {
    await refusedWith({}, change);
  });

  test("in another browser is refused: no cookie, or another one's", async () => {
    await refusedWith({}, undefined, () => "");
    const other = await begin();
    await refusedWith({}, undefined, () => other.cookie);
  });

  test("twice is refused the second time, and no code is exchanged for it", async () => {
    const { back, cookie } = await begin();
    expect((await end(back, cookie)).ok).toBe(true);
    const before = provider.state.exchanges;
    expect((await end(back, cookie)).ok).toBe(false);
    expect(provider.state.exchanges).toBe(before);
  });

  test("after ten minutes is refused", async () => {
    const { back, cookie } = await begin();
    await database.sql`update identity.verifications set expires_at = clock_timestamp() - interval '1 second', value = jsonb_set(value::jsonb, '{expiresAt}', '1')::text`;
    expect((await end(back, cookie)).ok).toBe(false);
  });
});

describe("the provider", () => {
  test("failing at the exchange signs nobody in", async () => {
    await refusedWith({ status: 500 });
  });

  test("whose document names another issuer is not used", async () => {
    const other = await badProvider();
    other.state.named = "https://evil.example";
    const identity = testIdentity(database, { oidc: { issuer: other.state.issuer, clientId: "govpool", clientSecret: "s" } }).identity;
    expect(await identity.startProvider(callFrom(), providerIdOf(other.state.issuer), "/")).toEqual({
      ok: false,
      problems: [{ code: "identity.provider_refused", facts: { reason: "issuer_differs" } }],
    });
    await other.close();
  });

  test("that cannot be reached is said so", async () => {
    const other = await badProvider();
    await other.close();
    const identity = testIdentity(database, { oidc: { issuer: other.state.issuer, clientId: "govpool", clientSecret: "s" } }).identity;
    expect(await identity.startProvider(callFrom(), providerIdOf(other.state.issuer), "/")).toMatchObject({ problems: [{ facts: { reason: "provider_unreachable" } }] });
  });

  test("nobody configured is not found", async () => {
    expect(await at.identity.startProvider(callFrom(), "oidc-00000000", "/")).toMatchObject({ problems: [{ code: "object.not_found" }] });
  });
});

test("a subject of one provider is nobody at another, whatever address both claim for them", async () => {
  const other = await badProvider();
  const second = testIdentity(database, { oidc: { issuer: other.state.issuer, clientId: "govpool", clientSecret: "secret" } });
  const emailed: Errors = { userinfo: (claims) => Object.assign(claims, { email: "mayor@city.example", email_verified: true }) };
  provider.state.errors = emailed;
  other.state.errors = emailed;
  const first = await begin();
  const here = must(await end(first.back, first.cookie));
  const begun = must(await second.identity.startProvider(callFrom(), providerIdOf(other.state.issuer), "/"));
  const there = must(await second.identity.finishProvider(new Request(other.authorize(begun.location).back, { headers: { cookie: jar(begun.cookies) } })));
  const [one, two] = [await at.identity.sessionOf(callFrom(jar(here.cookies)).headers), await second.identity.sessionOf(callFrom(jar(there.cookies)).headers)];
  expect(one?.personId).toBeTruthy();
  expect(two?.personId).toBeTruthy();
  expect(one?.personId).not.toBe(two?.personId);
  await other.close();
});
