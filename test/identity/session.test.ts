import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { callFrom, jar, must, testIdentity, type TestIdentity } from "../support/identity.js";

let database: TestDatabase;
let at: TestIdentity;
const PASSWORD = "四月的河水流过三座桥-37";
beforeAll(async () => {
  database = await freshDatabase();
  at = testIdentity(database);
});
afterAll(() => database.end());

let count = 0;
async function signedIn(cookie = ""): Promise<{ loginName: string; personId: string; cookie: string; cookies: readonly string[] }> {
  const loginName = `person-${(count += 1)}`;
  const personId = await at.person({ loginName, password: PASSWORD });
  const { cookies } = must(await at.identity.signIn(callFrom(cookie), loginName, PASSWORD));
  return { loginName, personId, cookie: jar(cookies), cookies };
}
const who = async (cookie: string) => (await at.identity.sessionOf(callFrom(cookie).headers))?.personId ?? null;

describe("a session", () => {
  test("begins with the right name and password and belongs to that person", async () => {
    const { cookie, personId } = await signedIn();
    expect(await who(cookie)).toBe(personId);
  });

  test("lives in a cookie that scripts and other sites do not get", async () => {
    const { cookies } = await signedIn();
    const session = cookies.find((one) => one.startsWith("govpool-session="));
    expect(session).toMatch(/; HttpOnly/i);
    expect(session).toMatch(/; SameSite=Lax/i);
    expect(session).toMatch(/; Path=\//i);
    expect(session).not.toMatch(/Domain/i);
  });

  test("has a __Host- cookie, secure, where people reach us over https", async () => {
    const https = testIdentity(database, { baseUrl: "https://pool.example" });
    await https.person({ loginName: "over-https", password: PASSWORD });
    const { cookies } = must(await https.identity.signIn(callFrom(), "over-https", PASSWORD));
    expect(cookies.find((one) => one.startsWith("__Host-govpool-session="))).toMatch(/; Secure/i);
  });

  test("leaves nothing in the database that could be used as its cookie", async () => {
    const { cookie } = await signedIn();
    const token = decodeURIComponent(cookie.split("=")[1] ?? "").split(".")[0] ?? "";
    expect(token.length).toBeGreaterThanOrEqual(32);
    const rows = await database.sql`select token_hash from identity.sessions`;
    expect(rows.every((row) => String(row["token_hash"]).startsWith("sha256:"))).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(token);
    // Nor does a stolen row help: the cookie must be signed.
    const stolen = encodeURIComponent(String(rows[0]?.["token_hash"]));
    expect(await who(`govpool-session=${stolen}`)).toBeNull();
    expect(await who(`govpool-session=${stolen}.${cookie.split(".").at(-1) ?? ""}`)).toBeNull();
  });

  test("is another one after every sign-in; the one brought along is dead (fixation)", async () => {
    const attacker = await signedIn();
    const victim = await signedIn(attacker.cookie);
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect(await who(victim.cookie)).toBe(victim.personId);
    expect(await who(attacker.cookie)).toBeNull();
  });

  test("is not begun by a cookie somebody made up", async () => {
    for (const made of ["govpool-session=abc", "govpool-session=abc.def", "\u00a0govpool-session=x", "govpool-session="]) {
      expect(await at.identity.sessionOf(new Headers({ cookie: made }))).toBeNull();
    }
  });

  test("is dead on the server after signing out", async () => {
    const { cookie } = await signedIn();
    const cookies = await at.identity.signOut(callFrom(cookie).headers);
    expect(cookies.some((one) => /govpool-session=;.*Max-Age=0/i.test(one))).toBe(true);
    expect(await who(cookie)).toBeNull();
  });

  test("dies when the person is disabled, and no new one begins", async () => {
    const { cookie, personId, loginName } = await signedIn();
    await at.people.disable(personId as never);
    expect(await who(cookie)).toBeNull();
    expect(await at.identity.signIn(callFrom(), loginName, PASSWORD)).toMatchObject({ ok: false, problems: [{ code: "identity.credentials_wrong" }] });
  });

  test("dies when the password changes", async () => {
    const { cookie, personId } = await signedIn();
    await at.people.setPassword(personId as never, must(await at.identity.hashPassword("另外一句很长的话 91", null)));
    expect(await who(cookie)).toBeNull();
  });

  test("ends after half an hour without use, and after twelve hours in any case", async () => {
    const idle = await signedIn();
    await database.sql`update identity.sessions set expires_at = clock_timestamp() - interval '1 second' where user_id = ${idle.personId}`;
    expect(await who(idle.cookie)).toBeNull();
    const old = await signedIn();
    const [row] = await database.sql`select extract(epoch from expires_at - created_at)::int as seconds from identity.sessions where user_id = ${old.personId}`;
    expect(row?.["seconds"]).toBe(1_800);
    await database.sql`update identity.sessions set created_at = created_at - interval '12 hours 1 second' where user_id = ${old.personId}`;
    expect(await who(old.cookie)).toBeNull();
  });

  test("is prolonged by use", async () => {
    const { cookie, personId } = await signedIn();
    await database.sql`update identity.sessions set expires_at = expires_at - interval '20 minutes', updated_at = updated_at - interval '20 minutes' where user_id = ${personId}`;
    const session = await at.identity.sessionOf(callFrom(cookie).headers);
    expect(session?.cookies.some((one) => one.startsWith("govpool-session="))).toBe(true);
    const [row] = await database.sql`select expires_at > clock_timestamp() + interval '29 minutes' as longer from identity.sessions where user_id = ${personId}`;
    expect(row?.["longer"]).toBe(true);
  });
});

describe("a wrong name and a wrong password", () => {
  test("get the same answer", async () => {
    const { loginName } = await signedIn();
    const unset = `invited-${(count += 1)}`;
    await at.person({ loginName: unset });
    const answers = await Promise.all(
      [loginName, "nobody-here", unset, "'; drop table identity.users; --", "", "x".repeat(5_000)].map((name) => at.identity.signIn(callFrom("", "192.0.2.9"), name, "falsch-falsch-99")),
    );
    for (const answer of answers) expect(answer).toEqual({ ok: false, problems: [{ code: "identity.credentials_wrong", facts: {} }] });
  });

  test("of any length cost no more than a normal one", async () => {
    expect(await at.identity.signIn(callFrom("", "192.0.2.10"), "person-1", "x".repeat(1_000_000))).toMatchObject({ ok: false });
  });
});

describe("guessing", () => {
  test("two hundred tries at once verify ten; from elsewhere the right password still works", async () => {
    const loginName = "guessed";
    await at.person({ loginName, password: PASSWORD });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => at.identity.signIn(callFrom("", "203.0.113.5"), loginName, `guess-number-${index}`)));
    const codes = answers.map((answer) => (answer.ok ? "in" : answer.problems[0].code));
    expect(codes.filter((code) => code === "identity.credentials_wrong")).toHaveLength(10);
    expect(codes.filter((code) => code === "identity.too_many_attempts")).toHaveLength(190);
    const told = answers.flatMap((answer) => (!answer.ok && answer.problems[0].code === "identity.too_many_attempts" ? [answer.problems[0].facts] : []));
    expect(told[0]).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    expect(await at.identity.signIn(callFrom("", "203.0.113.5"), loginName, PASSWORD)).toMatchObject({ problems: [{ code: "identity.too_many_attempts" }] });
    expect(await at.identity.signIn(callFrom("", "198.51.100.7"), loginName, PASSWORD)).toMatchObject({ ok: true });
  });

  test("a success gives the tries back", async () => {
    const loginName = "forgetful";
    await at.person({ loginName, password: PASSWORD });
    for (let round = 0; round < 3; round += 1) {
      for (let wrong = 0; wrong < 6; wrong += 1) await at.identity.signIn(callFrom("", "203.0.113.6"), loginName, "nicht-richtig-77");
      expect((await at.identity.signIn(callFrom("", "203.0.113.6"), loginName, PASSWORD)).ok).toBe(true);
    }
  });

  test("keeps neither names nor addresses in the table it counts in", async () => {
    const rows = await database.sql`select subject from identity.sign_in_attempts`;
    expect(JSON.stringify(rows)).not.toMatch(/guessed|forgetful|203\.0\.113/);
  });
});

describe("a password", () => {
  test.each([["short", "abc-def-1"], ["password123456", null], ["aaaaaaaaaaaaaaaa", null], ["123456789012345", null], ["abcdefghijklmnop", null], ["zhangsan-123456", "zhangsan"], ["Qwerty123456!", null]])(
    "%s is too weak",
    async (password, loginName) => {
      expect(await at.identity.hashPassword(password, loginName)).toMatchObject({ ok: false, problems: [{ code: "identity.password_weak" }] });
    },
  );

  test("of several words is kept as scrypt", async () => {
    const hash = must(await at.identity.hashPassword("correct horse battery staple", null));
    expect(hash).not.toContain("horse");
    expect(hash.length).toBeGreaterThan(100);
  });
});
