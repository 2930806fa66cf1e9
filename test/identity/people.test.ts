import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { disablePerson } from "../../src/app/identity/disable-person.js";
import { grantRole } from "../../src/app/identity/grant-role.js";
import { invitePerson } from "../../src/app/identity/invite-person.js";
import { listPrepared } from "../../src/app/identity/list-prepared.js";
import { loadActor, loadTokenActor } from "../../src/app/identity/load-actor.js";
import { declareEnterprise, grantMandate, revokeMandate } from "../../src/app/identity/mandates.js";
import { preparePerson } from "../../src/app/identity/prepare-person.js";
import { renewLink } from "../../src/app/identity/renew-link.js";
import { revokeRole } from "../../src/app/identity/revoke-role.js";
import { readPasswordLink, setPassword } from "../../src/app/identity/set-password.js";
import { createDemoToken, createToken, listTokens, revokeToken } from "../../src/app/identity/tokens.js";
import type { PersonId } from "../../src/domain/id.js";
import type { GrantedRole, HeldRole, SystemActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { callFrom, jar, must } from "../support/identity.js";
import { actor, policyPool, POOL, someone, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: AppDeps;
let person: Awaited<ReturnType<typeof policyPool>>["person"];
const PASSWORD = "河边的三棵老榕树 88";
const operator: SystemActor = { kind: "system", poolId: POOL, task: "test" };

beforeAll(async () => {
  database = await freshDatabase();
  ({ deps, person } = await policyPool(database, POOL, { demo: true }));
});
afterAll(() => database.end());

const tokenHolder = async (secret: string): Promise<PersonId | null> => {
  const holder = await loadTokenActor(deps, secret, POOL, "api");
  return holder?.kind === "person" ? holder.personId : null;
};
const code = (result: Result<unknown>) => (result.ok ? "ok" : result.problems[0].code);
let count = 0;
const invitation = () => ({ name: "受邀人", loginName: `guest-${(count += 1)}` });
const held = (role: GrantedRole): HeldRole => (role === "clerk" || role === "registrar" || role === "unit-head" ? { role, unitId: unit("market") } : { role });
const acts = async (personId: PersonId) => (await database.sql`select act from pool.audit_records where on_behalf_of = ${personId} or actor_id = ${personId} order by audit_id`).map((row) => row["act"]);

describe("a one-time link", () => {
  test("lets its holder set a password, once, and sign in with it", async () => {
    const wish = invitation();
    const { secret, personId } = must(await invitePerson(deps, operator, POOL, wish));
    expect(must(await readPasswordLink(deps, secret)).loginName).toBe(wish.loginName);
    expect(must(await setPassword(deps, secret, PASSWORD)).loginName).toBe(wish.loginName);
    expect(code(await setPassword(deps, secret, "noch ein anderes 77"))).toBe("identity.link_invalid");
    expect(code(await readPasswordLink(deps, secret))).toBe("identity.link_invalid");
    expect((await deps.identity.signIn(callFrom(), wish.loginName, PASSWORD)).ok).toBe(true);
    expect(await acts(personId)).toEqual(["person.invite", "person.set-password"]);
  });

  test("used by five at once sets one password", async () => {
    const { secret } = must(await invitePerson(deps, operator, POOL, invitation()));
    const results = await Promise.all(Array.from({ length: 5 }, (_, index) => setPassword(deps, secret, `${PASSWORD} nummer ${index}`)));
    expect(results.map(code).sort()).toEqual(["identity.link_invalid", "identity.link_invalid", "identity.link_invalid", "identity.link_invalid", "ok"]);
  });

  test("survives a password that is too weak, and dies after a day", async () => {
    const { secret } = must(await invitePerson(deps, operator, POOL, invitation()));
    expect(code(await setPassword(deps, secret, "123456789012"))).toBe("identity.password_weak");
    expect((await readPasswordLink(deps, secret)).ok).toBe(true);
    await database.sql`update identity.password_links set expires_at = clock_timestamp() - interval '1 millisecond' where used_at is null`;
    expect(code(await setPassword(deps, secret, PASSWORD))).toBe("identity.link_invalid");
  });

  test("is not in the database", async () => {
    const { secret } = must(await invitePerson(deps, operator, POOL, invitation()));
    expect(JSON.stringify([await database.sql`select * from identity.password_links`, await database.sql`select * from pool.audit_records`])).not.toContain(secret);
  });

  test("that nobody made is answered like one that is used up", async () => {
    for (const made of ["", "x", "' or 1=1", "a".repeat(10_000)]) expect(code(await setPassword(deps, made, PASSWORD))).toBe("identity.link_invalid");
  });

  test("for somebody with roles is renewed only by who could give those roles: an administrator makes no puppet of another", async () => {
    const { personId } = must(await invitePerson(deps, operator, POOL, invitation()));
    must(await grantRole(deps, operator, POOL, personId, { role: "policy-admin" }));
    expect(code(await renewLink(deps, actor([{ role: "pool-admin" }]), POOL, personId))).toBe("access.forbidden");
    expect(code(await renewLink(deps, actor([{ role: "policy-admin" }]), POOL, personId))).toBe("ok");
  });
});

describe("an invitation", () => {
  test("names what is wrong with it, field by field, and stores nothing", async () => {
    const before = await database.sql`select count(*) from identity.persons`;
    const result = await invitePerson(deps, operator, POOL, { name: " ", loginName: "Ärger!", idNumber: "110105194912310021", phone: "12345" });
    expect(result.ok ? [] : result.problems.map(({ code: found, field }) => [found, field])).toEqual([
      ["input.missing", "name"],
      ["input.invalid", "loginName"],
      ["identity.number_invalid", "idNumber"],
      ["identity.phone_invalid", "phone"],
    ]);
    expect(code(await invitePerson(deps, operator, POOL, { ...invitation(), name: "a\u202eb" }))).toBe("input.forbidden_character");
    expect(await database.sql`select count(*) from identity.persons`).toEqual(before);
  });

  test("takes a name or an identity number once", async () => {
    const wish = { ...invitation(), idNumber: "11010519491231002X" };
    must(await invitePerson(deps, operator, POOL, wish));
    expect(code(await invitePerson(deps, operator, POOL, { name: "另一人", loginName: wish.loginName }))).toBe("identity.login_name_taken");
    expect(code(await invitePerson(deps, operator, POOL, { ...invitation(), idNumber: "11010519491231002x" }))).toBe("input.duplicate");
  });

  test("comes from a head for their own unit only", async () => {
    const head = actor([{ role: "unit-head", unitId: unit("market") }]);
    expect(code(await invitePerson(deps, head, POOL, { ...invitation(), unitId: unit("market-station") }))).toBe("ok");
    expect(code(await invitePerson(deps, head, POOL, { ...invitation(), unitId: unit("health") }))).toBe("object.not_found");
    expect(code(await invitePerson(deps, actor(), POOL, invitation()))).toBe("object.not_found");
  });
});

describe("roles", () => {
  test.each([
    ["pool-admin", "policy-admin"],
    ["policy-admin", "auditor"],
    ["auditor", "clerk"],
    ["clerk", "auditor"],
    ["pool-admin", "auditor"],
  ] as const)("%s and %s are never one person", async (one, other) => {
    const personId = await person();
    must(await grantRole(deps, operator, POOL, personId, held(one)));
    expect(code(await grantRole(deps, operator, POOL, personId, held(other)))).toBe("role.conflict");
  });

  test("that exclude one another are not both granted by two at once, nor by hand", async () => {
    const personId = await person();
    const results = await Promise.all((["pool-admin", "policy-admin", "auditor"] as const).map((role) => grantRole(deps, operator, POOL, personId, { role })));
    expect(results.map(code).sort()).toEqual(["ok", "role.conflict", "role.conflict"]);
    const by = someone();
    await expect(
      database.sql`insert into pool.role_grants (pool_id, person_id, role, granted_by, granted_at) select ${POOL}, ${personId}, r, ${by}, now() from unnest(array['pool-admin', 'policy-admin', 'auditor']) r on conflict (pool_id, person_id, role, coalesce(unit_id, '')) where revoked_at is null do nothing`,
    ).rejects.toMatchObject({ code: "23505" });
    await expect(database.sql`insert into pool.role_grants (pool_id, person_id, role, granted_by, granted_at) values (${POOL}, ${by}, 'auditor', ${by}, now())`).rejects.toMatchObject({ code: "23514" });
  });

  test("several for units go together, and the same twice is one", async () => {
    const personId = await person();
    const first = must(await grantRole(deps, operator, POOL, personId, held("clerk")));
    expect(must(await grantRole(deps, operator, POOL, personId, held("clerk"))).grantId).toBe(first.grantId);
    must(await grantRole(deps, operator, POOL, personId, held("registrar")));
    expect((await loadActor(deps, personId, POOL, "portal"))?.kind === "person").toBe(true);
    const loaded = await loadActor(deps, personId, POOL, "portal");
    expect(loaded?.kind === "person" ? loaded.roles : []).toEqual([{ role: "clerk", unitId: "market" }, { role: "registrar", unitId: "market" }]);
  });

  test("begin and end with the sessions of who holds them", async () => {
    const loginName = `role-${(count += 1)}`;
    const personId = await person({ loginName, password: PASSWORD });
    const signIn = async () => jar(must(await deps.identity.signIn(callFrom(), loginName, PASSWORD)).cookies);
    const alive = async (cookie: string) => (await deps.identity.sessionOf(callFrom(cookie).headers)) !== null;
    const before = await signIn();
    const grant = must(await grantRole(deps, operator, POOL, personId, held("clerk")));
    expect(await alive(before)).toBe(false);
    const during = await signIn();
    expect(code(await revokeRole(deps, actor([{ role: "pool-admin" }]), POOL, grant.grantId))).toBe("ok");
    expect(await alive(during)).toBe(false);
    expect(code(await revokeRole(deps, actor([{ role: "pool-admin" }]), POOL, grant.grantId))).toBe("object.not_found");
    expect(await acts(personId)).toEqual(["role-grant.grant-unit-role", "role-grant.revoke-unit-role"]);
  });

  test("of administrators are given and taken by policy administrators, never by who runs the pool", async () => {
    const personId = await person();
    expect(code(await grantRole(deps, actor([{ role: "pool-admin" }]), POOL, personId, { role: "auditor" }))).toBe("access.forbidden");
    const grant = must(await grantRole(deps, actor([{ role: "policy-admin" }]), POOL, personId, { role: "auditor" }));
    expect(code(await revokeRole(deps, actor([{ role: "pool-admin" }]), POOL, grant.grantId))).toBe("access.forbidden");
    expect(code(await revokeRole(deps, actor([{ role: "policy-admin" }]), POOL, grant.grantId))).toBe("ok");
  });

  test("are not given to somebody unknown", async () => {
    expect(code(await grantRole(deps, operator, POOL, someone(), held("clerk")))).toBe("input.unknown_reference");
  });
});

describe("a mandate", () => {
  const enterprise = { code: "91520000214401234Q", nameZh: "示例企业", nameEn: null };

  test("makes somebody an agent until it is revoked", async () => {
    const checked = await declareEnterprise(deps, operator, POOL, enterprise);
    expect(code(checked)).toBe("input.invalid");
    const valid = { ...enterprise, code: "91522301MADEM0011J" };
    expect(must(await declareEnterprise(deps, operator, POOL, valid))).toBe("created");
    expect(must(await declareEnterprise(deps, operator, POOL, valid))).toBe("unchanged");
    const personId = await person();
    must(await grantMandate(deps, operator, POOL, valid.code, personId));
    const agent = await loadActor(deps, personId, POOL, "portal");
    expect(agent?.kind === "person" ? agent.mandates : []).toEqual([{ enterpriseCode: valid.code, enterpriseName: "示例企业" }]);
    must(await revokeMandate(deps, actor([{ role: "pool-admin" }]), POOL, valid.code, personId));
    const former = await loadActor(deps, personId, POOL, "portal");
    expect(former?.kind === "person" ? former.mandates : null).toEqual([]);
  });

  test("is not given to oneself", async () => {
    const personId = await person();
    expect(code(await grantMandate(deps, actor([{ role: "pool-admin" }], { personId }), POOL, "91522301MADEM0011J", personId))).toBe("access.forbidden");
  });
});

describe("an access token", () => {
  test("stands for its person until it is revoked, and is kept only as a hash", async () => {
    const personId = await person();
    const me = actor([], { personId });
    const { secret, token } = must(await createToken(deps, me, POOL, { label: "夜间导入", days: 30 }));
    expect(secret).toMatch(/^govpool_[\w-]{43}$/);
    expect(await tokenHolder(secret)).toBe(personId);
    expect(await tokenHolder(`${secret}x`)).toBeNull();
    expect(await tokenHolder("govpool_")).toBeNull();
    expect(JSON.stringify(await database.sql`select * from identity.access_tokens`)).not.toContain(secret);
    expect(code(await revokeToken(deps, actor(), POOL, token.tokenId))).toBe("object.not_found");
    expect(code(await revokeToken(deps, me, POOL, "not-a-uuid"))).toBe("object.not_found");
    expect(code(await revokeToken(deps, me, POOL, token.tokenId))).toBe("ok");
    expect(await tokenHolder(secret)).toBeNull();
    expect(must(await listTokens(deps, me, POOL))).toMatchObject([{ label: "夜间导入", expired: false, revokedAt: expect.any(Number) }]);
  });

  test("is answered for its own person, however many programs ask at once", async () => {
    const asked = await Promise.all(Array.from({ length: 30 }, async () => {
      const personId = await person();
      return { personId, ...must(await createToken(deps, actor([], { personId }), POOL, { label: "x", days: 1 })) };
    }));
    must(await grantRole(deps, operator, POOL, asked[3]!.personId, held("clerk")));
    must(await revokeToken(deps, actor([], { personId: asked[7]!.personId }), POOL, asked[7]!.token.tokenId));
    const actors = await Promise.all(asked.map(({ secret }) => loadTokenActor(deps, secret, POOL, "api")));
    expect(actors.map((one) => (one?.kind === "person" ? one.personId : null))).toEqual(asked.map(({ personId }, at) => (at === 7 ? null : personId)));
    expect(actors.map((one) => (one?.kind === "person" ? one.roles : []))).toEqual(asked.map((_, at) => (at === 3 ? [held("clerk")] : [])));
  });

  test("dies with its date and with its person", async () => {
    const personId = await person();
    const { secret } = must(await createToken(deps, actor([], { personId }), POOL, { label: "x", days: 1 }));
    await database.sql`update identity.access_tokens set expires_at = clock_timestamp() where person_id = ${personId}`;
    expect(await tokenHolder(secret)).toBeNull();
    const next = must(await createToken(deps, actor([], { personId }), POOL, { label: "y", days: 1 }));
    must(await grantRole(deps, operator, POOL, personId, held("clerk")));
    expect(code(await disablePerson(deps, actor([{ role: "pool-admin" }]), POOL, personId))).toBe("ok");
    expect(await tokenHolder(next.secret)).toBeNull();
    expect(await loadActor(deps, personId, POOL, "api")).toBeNull();
  });

  test.each([
    [{ label: "", days: 3 }, "input.missing"],
    [{ label: "x", days: 0 }, "input.out_of_range"],
    [{ label: "x", days: 1.5 }, "input.out_of_range"],
    [{ label: "x", days: 366 }, "input.out_of_range"],
    [{ label: "x".repeat(81), days: 3 }, "input.too_long"],
    [{ label: "a\u0000b", days: 3 }, "input.forbidden_character"],
  ])("with %j is refused", async (wish, expected) => {
    expect(code(await createToken(deps, actor([], { personId: await person() }), POOL, wish))).toBe(expected);
  });
});

test("nobody is shut out of the whole system by a pool they have nothing to do with", async () => {
  expect(code(await disablePerson(deps, actor([{ role: "pool-admin" }]), POOL, await person()))).toBe("object.not_found");
});

describe("demo mode", () => {
  const prepared = { person: "demo-clerk", role: "clerk", unit: unit("market"), names: { zh: "示例办理员", en: "Sample Clerk" }, note: { zh: "审查", en: "reviews" } } as const;

  test("prepares people once, with their roles", async () => {
    expect(must(await preparePerson(deps, operator, POOL, prepared))).toBe("created");
    expect(must(await preparePerson(deps, operator, POOL, prepared))).toBe("unchanged");
    expect(await listPrepared(deps, POOL)).toEqual([
      { preparedAs: "demo-clerk", names: prepared.names, note: prepared.note, roles: [{ role: "clerk", unitId: "market" }], mandates: [] },
    ]);
    expect(code(await preparePerson(deps, operator, POOL, { ...prepared, person: "demo-x", unit: undefined as never }))).toBe("role.unit_required");
  });

  test("lets somebody at this machine step in, by page and by token", async () => {
    const { cookies, personId } = must(await deps.identity.stepIn(callFrom(), "demo-clerk"));
    expect((await deps.identity.sessionOf(callFrom(jar(cookies)).headers))?.personId).toBe(personId);
    const { secret } = must(await createDemoToken(deps, { kind: "anonymous", poolId: POOL, channel: "cli" }, POOL, callFrom(), "demo-clerk"));
    expect(await tokenHolder(secret)).toBe(personId);
    expect(code(await deps.identity.stepIn(callFrom(), "demo-nobody"))).toBe("object.not_found");
  });

  test.each([
    ["another machine", callFrom("", "192.168.1.7")],
    ["nowhere", callFrom("", "")],
    ["a page whose name points here (DNS rebinding)", callFrom("", "127.0.0.1", { host: "evil.example:8080" })],
    ["a proxy", callFrom("", "127.0.0.1", { "x-forwarded-for": "203.0.113.9" })],
    ["a proxy of another kind", callFrom("", "::1", { forwarded: "for=203.0.113.9" })],
  ])("is refused to a call from %s", async (_, call) => {
    expect(code(await deps.identity.stepIn(call, "demo-clerk"))).toBe("identity.demo_refused");
    expect(code(await createDemoToken(deps, actor(), POOL, call, "demo-clerk"))).toBe("identity.demo_refused");
  });

  test("is refused where it is off, though the people are there", async () => {
    const { testIdentity } = await import("../support/identity.js");
    expect(code(await testIdentity(database, { demo: false }).identity.stepIn(callFrom(), "demo-clerk"))).toBe("identity.demo_refused");
  });

  test("gives prepared people no password to guess", async () => {
    expect(await database.sql`select 1 from identity.persons p join identity.accounts a on a.user_id = p.person_id where p.prepared_as is not null`).toHaveLength(0);
    expect(code(await deps.identity.signIn(callFrom("", "198.51.100.3"), "demo-clerk", ""))).toBe("identity.credentials_wrong");
  });
});
