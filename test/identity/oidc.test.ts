import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SEALED } from "../../src/app/ports/person.js";
import { providerIdOf } from "../../src/identity/library.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { callFrom, jar, must, testIdentity, type TestIdentity } from "../support/identity.js";

const BASE = "http://127.0.0.1:8080";
let database: TestDatabase;
let provider: ChildProcess;
let issuer: string;
let at: TestIdentity;

beforeAll(async () => {
  database = await freshDatabase();
  provider = fork(fileURLToPath(new URL("../support/oidc-provider.mjs", import.meta.url)), { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const [hello] = (await once(provider, "message")) as [{ issuer: string }];
  issuer = hello.issuer;
  const ready = once(provider, "message");
  provider.send({ redirectUri: `${BASE}/sign-in/callback/${providerIdOf(issuer)}` });
  await ready;
  at = testIdentity(database, { baseUrl: BASE, oidc: { issuer, clientId: "govpool", clientSecret: "a-secret-of-the-test" } });
});
afterAll(async () => {
  provider.disconnect();
  await database.end();
});

/** Follows the provider's pages as a browser would, until it sends us back. */
async function throughProvider(location: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = location;
  let body: URLSearchParams | undefined;
  for (let hop = 0; hop < 20; hop += 1) {
    if (next.startsWith(BASE)) return next;
    const response = await fetch(next, {
      redirect: "manual",
      method: body ? "POST" : "GET",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(body ? { body } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const redirect = response.headers.get("location");
    body = undefined;
    if (redirect !== null) {
      next = new URL(redirect, next).href;
      continue;
    }
    const page = await response.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (prompt === undefined || action === undefined) throw new Error(`lost at ${next}: ${response.status}`);
    body = new URLSearchParams({ prompt, ...(prompt === "login" ? { login, password: "anything" } : {}) });
    next = new URL(action, next).href;
  }
  throw new Error("too many redirects");
}

async function signInAs(login: string, returnTo = "/pools/xingyi/requests") {
  const begun = must(await at.identity.startProvider(callFrom(), providerIdOf(issuer), returnTo));
  const back = await throughProvider(begun.location, login);
  return { begun, back, ended: await at.identity.finishProvider(new Request(back, { headers: { cookie: jar(begun.cookies) } })) };
}

describe("through a real provider", () => {
  test("a person signs in, is known again, and keeps their name sealed", async () => {
    const { begun, ended } = await signInAs("wang");
    const asked = new URL(begun.location).searchParams;
    expect(asked.get("response_type")).toBe("code");
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("nonce")).toBeTruthy();
    expect(asked.get("state")).toBeTruthy();

    const { location, cookies } = must(ended);
    expect(location).toBe("/pools/xingyi/requests");
    const personId = (await at.identity.sessionOf(callFrom(jar(cookies)).headers))?.personId;
    const person = await at.people.get(personId as never);
    expect(at.vault.open(person?.wrappedKey ?? "", SEALED.name, person?.name ?? "")).toBe("示例wang");

    const again = must((await signInAs("wang")).ended);
    expect((await at.identity.sessionOf(callFrom(jar(again.cookies)).headers))?.personId).toBe(personId);
    const other = must((await signInAs("li")).ended);
    expect((await at.identity.sessionOf(callFrom(jar(other.cookies)).headers))?.personId).not.toBe(personId);
  });

  test("neither name nor provider tokens lie in the database", async () => {
    const rows = [
      await database.sql`select * from identity.persons`,
      await database.sql`select * from identity.users`,
      await database.sql`select * from identity.accounts`,
    ];
    expect(JSON.stringify(rows)).not.toMatch(/示例|provider\.invalid/);
    expect(await database.sql`select 1 from identity.accounts where access_token is not null or id_token is not null`).toHaveLength(0);
  });

  test("the browser's return is good once, and only in the browser that began", async () => {
    const begun = must(await at.identity.startProvider(callFrom(), providerIdOf(issuer), "/"));
    const back = await throughProvider(begun.location, "zhao");
    expect(await at.identity.finishProvider(new Request(back))).toMatchObject({ ok: false, problems: [{ code: "identity.provider_refused" }] });
    const { back: used, begun: cookieOf, ended } = await signInAs("zhao");
    expect(ended.ok).toBe(true);
    expect(await at.identity.finishProvider(new Request(used, { headers: { cookie: jar(cookieOf.cookies) } }))).toMatchObject({ ok: false });
  });

  test("a session from before does not survive", async () => {
    const first = must((await signInAs("qian")).ended);
    const old = jar(first.cookies);
    const begun = must(await at.identity.startProvider(callFrom(old), providerIdOf(issuer), "/"));
    const back = await throughProvider(begun.location, "sun");
    must(await at.identity.finishProvider(new Request(back, { headers: { cookie: `${old}; ${jar(begun.cookies)}` } })));
    expect(await at.identity.sessionOf(callFrom(old).headers)).toBeNull();
  });

  test("somebody disabled here gets no session, whatever the provider says", async () => {
    const { cookies } = must((await signInAs("disabled-one")).ended);
    const personId = (await at.identity.sessionOf(callFrom(jar(cookies)).headers))?.personId;
    await at.people.disable(personId as never);
    expect((await signInAs("disabled-one")).ended).toMatchObject({ ok: false, problems: [{ code: "identity.provider_refused" }] });
  });

  test.each(["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/ok\\..\\x", "/a//b", ""])("nobody is sent on to %s", async (returnTo) => {
    expect(must((await signInAs("wu", returnTo)).ended).location).toBe("/");
  });
});
