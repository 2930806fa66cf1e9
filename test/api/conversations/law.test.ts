import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { submitRequest } from "../../../src/app/request/submit-request.js";
import { trusted, type PoolId } from "../../../src/domain/id.js";
import type { Actor, HeldRole, PersonActor } from "../../../src/domain/policy/subject.js";
import type { Result } from "../../../src/domain/result.js";
import { mountRoutes } from "../../../src/web/api/route.js";
import { lawRoutes } from "../../../src/web/api/routes/law.js";
import { requestRoutes } from "../../../src/web/api/routes/requests.js";
import type { Env } from "../../../src/web/env.js";
import { casePool, foodApplication, person, stepNamed, type CasePool } from "../../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../../support/database.js";
import { actor, someone, unit } from "../../support/policy-pool.js";

/** A second pool on the same server: nobody here knows anything there. */
const ELSEWHERE = trusted<PoolId>("elsewhere");

let database: TestDatabase;
let world: CasePool;
let app: Hono<Env>;
let speaking: Actor;
let keys = 0;
let li: PersonActor;
let wang: PersonActor;
let head: PersonActor;
let cityHead: PersonActor;

async function officer(role: "clerk" | "unit-head", of: string): Promise<PersonActor> {
  const held: HeldRole = { role, unitId: unit(of) };
  const who = await person(database, world.deps, actor([held]));
  await database.sql`
    insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at)
    values (${world.pool}, ${who.personId}, ${role}, ${of}, ${someone()}, now())`;
  return who;
}

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  await database.sql`insert into pool.pools (pool_id, names, division_code) select ${ELSEWHERE}, names, division_code from pool.pools where pool_id = ${world.pool}`;
  await database.sql`insert into pool.writers (pool_id) values (${ELSEWHERE})`;
  [li, wang, head, cityHead] = [await officer("clerk", "market"), await officer("clerk", "market"), await officer("unit-head", "market"), await officer("unit-head", "city")];
  await database.sql`
    insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
    select ${world.pool}, 'intake-post', 'market', resource_id, 'post', 400, ${li.personId} from pool.resources where code = 'market-intake'`;
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", "en");
    c.set("actor", speaking);
    await next();
  });
  mountRoutes(app, world.deps, [...lawRoutes, ...requestRoutes]);
});
afterAll(() => database.end());

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};

async function say(who: Actor, method: string, path: string, body?: unknown, headers: Record<string, string> = {}, pool = world.pool) {
  // Set and read before anybody else speaks: several may at once.
  speaking = who;
  keys += 1;
  const response = await app.request(`/api/v1/pools/${pool}${path}`, {
    method,
    headers: { "idempotency-key": `law-number-${keys}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, any>, etag: response.headers.get("etag") ?? "" };
}

const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;

/** A request whose first step lies with the head. */
async function stuck(): Promise<{ readonly path: string; readonly seen: Record<string, string>; readonly publicId: string }> {
  const publicId = await filed();
  expect((await say(head, "POST", "/recusals", { unit: "market", officer: li.personId, ground: "kinship", request: publicId })).status).toBe(201);
  const step = await stepNamed(database, publicId, "intake");
  await database.sql`
    insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, told)
    select pool_id, step_id, attempt, 1000000 + step_id, 'refused', arrived_at, 1,
      ${database.sql.json([{ claim: step * 64, class: "staff.intake", shape: "x", outcome: "refused", dynamic: [], refusal: { rule: "persons", asked: 20, most: 0 } }])}
    from pool.steps where step_id = ${step}`;
  await database.sql`update pool.requests set state = 'unservable' where public_id = ${publicId}`;
  const seen = await say(head, "GET", `/requests/${publicId}`);
  return { path: `/requests/${publicId}`, seen: { "if-match": seen.etag }, publicId };
}

const audited = async (act: string): Promise<number> => (await database.sql`select from pool.audit_records where act = ${act}`).length;
const kinds = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => Math.floor(status / 100)).sort();

describe("a deputy", () => {
  const name = (by: Actor, { path, seen }: { readonly path: string; readonly seen: Record<string, string> }, body: object, headers = seen) => say(by, "POST", `${path}/steps/intake/deputy`, body, headers);

  test("is a person of the unit who may take part, named by its head, on what was seen", async () => {
    const one = await stuck();
    const right = { person: wang.personId, reason: "Li is kin of the applicant." };
    expect(await name(head, one, { ...right, person: "nobody" })).toMatchObject({ status: 422 });
    expect(await name(head, one, { ...right, person: someone() })).toMatchObject({ status: 422, body: { code: "deputy.of_another_unit" } });
    expect(await name(head, one, { ...right, person: world.healthClerk.personId })).toMatchObject({ status: 422, body: { code: "deputy.of_another_unit" } });
    expect(await name(head, one, { ...right, person: li.personId })).toMatchObject({ status: 422, body: { code: "deputy.barred" } });
    expect((await name(head, one, { ...right, reason: "字".repeat(20_000) })).status).toBe(422);
    expect((await name(head, one, { ...right, reason: " " })).status).toBe(422);
    expect((await name(head, one, right, { "if-match": '"99"' })).status).toBe(412);
    expect((await say(head, "POST", `${one.path}/steps/nowhere/deputy`, right, one.seen)).status).toBe(404);
    expect((await name(wang, one, right)).status).toBe(403);
    expect(await name(world.stranger, one, right)).toMatchObject({ status: 404, body: { code: "object.not_found" } });
    expect(await audited("step.name-deputy")).toBe(0);
  });

  test("named by two heads at once is named once", async () => {
    const one = await stuck();
    const answers = await Promise.all([1, 2, 3].map(() => name(head, one, { person: wang.personId, reason: "Kin." })));
    expect(kinds(answers)).toEqual([2, 4, 4]);
    const again = await say(head, "GET", one.path);
    expect(await name(head, one, { person: wang.personId, reason: "Kin." }, { "if-match": again.etag })).toMatchObject({ status: 409, body: { code: "step.not_without_officer" } });
    expect(await audited("step.name-deputy")).toBe(1);
  });
});

describe("a designation", () => {
  const designate = (by: Actor, { path, seen }: { readonly path: string; readonly seen: Record<string, string> }, body: object, headers = seen) => say(by, "POST", `${path}/designation`, body, headers);
  const right = { unit: "health", reason: "Every officer takes no part.", basis: "Administrative Licensing Law, article 24" };

  test("names a unit of this pool other than its own, for a reason, by the unit above, where nobody is left", async () => {
    const one = await stuck();
    for (const nowhere of ["nowhere", "%00", "x".repeat(64)]) expect((await designate(cityHead, one, { ...right, unit: nowhere })).status).toBe(422);
    expect(await designate(cityHead, one, { ...right, unit: "market" })).toMatchObject({ status: 409, body: { code: "referral.already_competent" } });
    for (const field of ["reason", "basis"]) {
      expect((await designate(cityHead, one, { ...right, [field]: "" })).status).toBe(422);
      expect((await designate(cityHead, one, { ...right, [field]: "字".repeat(20_000) })).status).toBe(422);
    }
    expect((await designate(head, one, right)).status).toBe(403);
    expect((await say(cityHead, "POST", `${one.path}/designation`, right, one.seen, ELSEWHERE)).status).toBe(404);
    const fine = await filed();
    const seen = await say(head, "GET", `/requests/${fine}`);
    expect(await designate(cityHead, { path: `/requests/${fine}`, seen: { "if-match": seen.etag } }, right)).toMatchObject({ status: 409, body: { code: "step.not_without_officer" } });
    expect(await audited("request.designate")).toBe(0);
  });

  test("said three times at once moves the request once", async () => {
    const one = await stuck();
    expect(kinds(await Promise.all([1, 2, 3].map(() => designate(cityHead, one, right))))).toEqual([2, 4, 4]);
    expect(await audited("request.designate")).toBe(1);
  });
});

describe("a recusal", () => {
  test("is of an officer of the unit, in somebody's matters, until a day that lies ahead", async () => {
    const request = await filed();
    const right = { unit: "market", officer: li.personId, ground: "kinship", request };
    for (const wrong of [{ officer: "x" }, { officer: someone() }, { officer: world.healthClerk.personId }, { ground: "dislike" }, { to: "2020-01-01" }, { to: "9999-99-99" }, { request: "x".repeat(300) }, { applicantOf: request }, { enterprise: "not a code" }]) {
      expect((await say(head, "POST", "/recusals", { ...right, ...wrong })).status, JSON.stringify(wrong)).toBe(422);
    }
    expect((await say(world.healthClerk, "POST", "/recusals", right)).status).toBe(404);
    // A pool that somebody is no officer of says no more than one that is not there.
    const elsewhere = await say(head, "POST", "/recusals", right, {}, ELSEWHERE);
    expect([403, 404]).toContain(elsewhere.status);
    expect((await say(head, "POST", "/recusals", right, {}, trusted<PoolId>("no-such-pool"))).status).toBe(404);
  });

  test("said at once is said once, and taken back at once is taken back once", async () => {
    const before = await audited("recusal.declare");
    const right = { unit: "market", officer: wang.personId, ground: "interest", request: await filed() };
    const answers = await Promise.all([1, 2, 3, 4].map(() => say(head, "POST", "/recusals", right)));
    expect(kinds(answers)).toEqual([2, 2, 2, 2]);
    expect(new Set(answers.map(({ body }) => body["recusal"])).size).toBe(1);
    expect((await audited("recusal.declare")) - before).toBe(1);
    const path = `/recusals/${answers[0]!.body["recusal"]}`;
    expect((await say(head, "DELETE", path, undefined, {}, ELSEWHERE)).status).toBe(404);
    const withdrawn = await audited("recusal.withdraw");
    expect(kinds(await Promise.all([1, 2, 3].map(() => say(head, "DELETE", path))))).toEqual([2, 4, 4]);
    expect((await audited("recusal.withdraw")) - withdrawn).toBe(1);
    for (const wrong of ["0", "-1", "1e3", "99999999999999999999", "x"]) expect([404, 422]).toContain((await say(head, "DELETE", `/recusals/${wrong}`)).status);
  });
});

describe("a delegation", () => {
  const right = { from: "market", to: "market-station", class: "function.food-licensing", basis: "Administrative Licensing Law, article 24", document: "No. 1" };

  test("is from a unit to another of this pool, of an authority, by law and document, within dates", async () => {
    for (const wrong of [{ to: "nowhere" }, { class: "staff.nothing" }, { basis: "字".repeat(20_000) }, { document: "号".repeat(201) }, { validFrom: "2026-02-30" }, { validTo: "2020-01-01" }]) {
      expect((await say(head, "POST", "/delegations", { ...right, ...wrong })).status, JSON.stringify(wrong)).toBe(422);
    }
    expect((await say(head, "POST", "/delegations", { ...right, from: "health" })).status).toBe(403);
    const elsewhere = await say(head, "POST", "/delegations", right, {}, ELSEWHERE);
    expect([403, 404]).toContain(elsewhere.status);
  });

  test("declared at once stands once, and withdrawn at once is withdrawn once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => say(head, "POST", "/delegations", right)));
    expect(kinds(answers)).toEqual([2, 4, 4]);
    const path = `/delegations/${answers.find(({ status }) => status < 300)!.body["delegation"]}/withdrawal`;
    expect((await say(head, "POST", path, { reason: "No longer needed." }, {}, ELSEWHERE)).status).toBe(404);
    const withdrawn = await audited("delegation.withdraw");
    expect(kinds(await Promise.all([1, 2, 3].map(() => say(head, "POST", path, { reason: "No longer needed." }))))).toEqual([2, 4, 4]);
    expect((await audited("delegation.withdraw")) - withdrawn).toBe(1);
  });
});
