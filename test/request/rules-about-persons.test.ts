import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declareDelegation, listDelegations, withdrawDelegation } from "../../src/app/org/delegations.js";
import { declareClass } from "../../src/app/pool/declare-basics.js";
import { declareRecusal, endRecusals, withdrawRecusal } from "../../src/app/persons/recusals.js";
import { deliverReferrals } from "../../src/app/request/deliver-referral.js";
import { designateUnit } from "../../src/app/request/designate-unit.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { referRequest } from "../../src/app/request/refer-request.js";
import { statusByNumber } from "../../src/app/request/status-by-number.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { completeStep } from "../../src/app/work/complete-steps.js";
import { handOverStep } from "../../src/app/work/hand-over-step.js";
import { nameDeputy } from "../../src/app/work/name-deputy.js";
import { startStep } from "../../src/app/work/start-step.js";
import { reconsiderDelegated } from "../../src/app/work/without-officer-again.js";
import { stepsWithoutOfficer } from "../../src/app/work/without-officer.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, someone, unit } from "../support/policy-pool.js";
import { casePool, FOOD, foodApplication, grantAll, person, stepNamed, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
let li: PersonActor;
let wang: PersonActor;
let head: PersonActor;
let cityHead: PersonActor;

/** Somebody with a role on record, as rules that look at other people need it. */
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
  li = await officer("clerk", "market");
  wang = await officer("clerk", "market");
  head = await officer("unit-head", "market");
  cityHead = await officer("unit-head", "city");
});
afterAll(() => database.end());

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;
const start = (publicId: string, step: string, who: PersonActor) => startStep(world.deps, who, world.pool, { publicId, step });
const complete = (publicId: string, step: string, who: PersonActor) => completeStep(world.deps, who, world.pool, { publicId, step });
const revocations = async (): Promise<number> => Number((await database.sql`select revocations from pool.writers where pool_id = ${world.pool}`)[0]?.["revocations"]);
const lastCommand = async () => (await database.sql<{ command: { kind: string } }[]>`select command from pool.commands where pool_id = ${world.pool} order by command_id desc limit 1`)[0]?.command;

describe("recusal", () => {
  test("an officer who says so takes no part from then on, counted as a revocation and told to the writer", async () => {
    const publicId = await filed();
    await grantAll(database);
    const before = await revocations();
    const recusal = value(await declareRecusal(world.deps, li, world.pool, { unit: "market", officer: li.personId, ground: "kinship", request: publicId }));
    expect(await revocations()).toBe(before + 1);
    expect(await lastCommand()).toEqual({ kind: "persons.barred", steps: [await stepNamed(database, publicId, "intake")] });
    expect(codes(await start(publicId, "intake", li))).toEqual(["step.officer_barred"]);
    // Said twice is said once, and nobody learns from it that a request they may not know is there.
    const again = { unit: "market", officer: li.personId, ground: "kinship" as const, request: publicId };
    expect(value(await declareRecusal(world.deps, li, world.pool, again)).id).toBe(recusal.id);
    expect(await revocations()).toBe(before + 1);
    // Whoever says that they replay a trace is believed in a sandbox only.
    expect(codes(await start(publicId, "intake", { ...li, channel: "replay" }))).toEqual(["step.officer_barred"]);
    expect(codes(await withdrawRecusal(world.deps, li, world.pool, recusal.id))).toEqual(["access.forbidden"]);
    value(await withdrawRecusal(world.deps, head, world.pool, recusal.id));
    value(await start(publicId, "intake", li));
  });

  test("of a request one may not know says as little as of none", async () => {
    const stranger = await officer("clerk", "health");
    const asked = { unit: "health", officer: stranger.personId, ground: "relation" as const };
    const [unknown, hidden] = [await declareRecusal(world.deps, stranger, world.pool, { ...asked, applicantOf: "00000000-0000-4000-8000-000000000000" }), await declareRecusal(world.deps, stranger, world.pool, { ...asked, applicantOf: await filed() })];
    expect(codes(hidden)).toEqual(codes(unknown));
    expect(codes(hidden)).toEqual(["input.unknown_reference"]);
  });

  test("all matters of an applicant, without naming them; and nobody names more than one subject", async () => {
    const [first, second] = [await filed(), await filed()];
    await grantAll(database);
    expect(codes(await declareRecusal(world.deps, li, world.pool, { unit: "market", officer: li.personId, ground: "interest", request: first, applicantOf: first }))).toEqual(["recusal.one_subject"]);
    expect(codes(await declareRecusal(world.deps, li, world.pool, { unit: "market", officer: wang.personId, ground: "interest", applicantOf: first }))).toEqual(["access.forbidden"]);
    const recusal = value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: wang.personId, ground: "interest", applicantOf: first }));
    expect(codes(await start(second, "intake", wang))).toEqual(["step.officer_barred"]);
    const [row] = await database.sql`select after from pool.audit_records where act = 'recusal.declare' order by audit_id desc limit 1`;
    expect(JSON.stringify(row?.["after"])).not.toContain(world.applicant.personId);
    value(await withdrawRecusal(world.deps, head, world.pool, recusal.id));
  });

  test("it ends by its date without anybody's act, once, and what waits is told to the writer at once", async () => {
    const publicId = await filed();
    const at = (await world.deps.clock.now(world.pool)) as number;
    const { id } = value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: li.personId, ground: "interest", request: publicId, to: "2026-11-20" }));
    expect(value(await endRecusals(world.deps, world.pool))).toBe(0);
    await world.at(at + 24 * 3_600_000);
    expect(await Promise.all([endRecusals(world.deps, world.pool), endRecusals(world.deps, world.pool)]).then((both) => both.map(value).sort())).toEqual([0, 1]);
    expect(await lastCommand()).toEqual({ kind: "persons.barred", steps: [await stepNamed(database, publicId, "intake")] });
    const records = await database.sql`select actor_id, act, after from pool.audit_records where object_kind = 'recusal' and object_id = ${String(id)} order by audit_id`;
    expect(records.at(-1)).toMatchObject({ actor_id: "system:recusals", act: "recusal.withdraw", after: { officer: li.personId, ended: true } });
    await world.at(at);
    value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }));
  });

  test("it takes the writer's row before the request, as a batch does: neither waits for the other in a circle", async () => {
    const publicId = await filed();
    const waiting = async (): Promise<number> => (await database.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;
    const declared = await database.sql.begin(async (batch) => {
      await batch`select from pool.writers where pool_id = ${world.pool} for update`;
      const declaring = declareRecusal(world.deps, li, world.pool, { unit: "market", officer: li.personId, ground: "kinship", request: publicId });
      await expect.poll(waiting).toBe(1);
      // Nobody holds it: a batch that refuses the request's step goes on.
      await batch`select from pool.requests where pool_id = ${world.pool} and public_id = ${publicId} for update nowait`;
      return { declaring };
    });
    const recusal = value(await declared.declaring);
    value(await withdrawRecusal(world.deps, head, world.pool, recusal.id));
  });

  test("whoever has begun learns it at the end, and hands the work over with all it holds", async () => {
    const publicId = await filed();
    await grantAll(database);
    value(await start(publicId, "intake", li));
    const recusal = value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: li.personId, ground: "relation", request: publicId }));
    expect(codes(await complete(publicId, "intake", li))).toEqual(["step.officer_barred"]);
    const to = (who: PersonActor) => handOverStep(world.deps, li, world.pool, { publicId, step: "intake", to: who.personId, reason: "回避" });
    expect(codes(await to(world.stranger))).toEqual(["deputy.of_another_unit"]);
    value(await to(wang));
    value(await complete(publicId, "intake", wang));
    value(await withdrawRecusal(world.deps, head, world.pool, recusal.id));
  });

  test("the reviewer is not the decider, whoever is signed in", async () => {
    const publicId = await filed();
    await database.sql`update pool.steps set not_by = '{intake}' where step_id = ${await stepNamed(database, publicId, "review")}`;
    await grantAll(database);
    value(await start(publicId, "intake", li));
    value(await complete(publicId, "intake", li));
    await grantAll(database);
    expect(codes(await start(publicId, "review", li))).toEqual(["step.officer_barred"]);
    value(await start(publicId, "review", wang));
  });
});

/** As the writer answers where every officer takes no part. */
async function leftNobody(publicId: string, name: string, classId = "staff.intake", attempt = 1): Promise<void> {
  const step = await stepNamed(database, publicId, name);
  await database.sql`
    insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, told)
    select pool_id, step_id, attempt, 1000000 * attempt + step_id, 'refused', arrived_at, 1,
      ${database.sql.json([{ claim: step * 64, class: classId, shape: "x", outcome: "refused", dynamic: [], refusal: { rule: "persons", asked: 20, most: 0 } }])}
    from pool.steps where step_id = ${step} and attempt = ${attempt}`;
  await database.sql`update pool.requests set state = 'unservable' where public_id = ${publicId}`;
}

describe("where rules about persons leave nobody", () => {
  test("it lies on the head's desk with the lawful exits; a deputy who may take part holds the post and the step goes back to its place", async () => {
    const publicId = await filed();
    await database.sql`
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
      select ${world.pool}, 'intake-post', 'market', resource_id, 'post', 400, ${li.personId} from pool.resources where code = 'market-intake'`;
    value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: li.personId, ground: "kinship", request: publicId }));
    await leftNobody(publicId, "intake");

    const [task] = value(await stepsWithoutOfficer(world.deps, head, world.pool, "market"));
    expect(task).toMatchObject({ publicId, name: "intake", beneath: false });
    expect(task?.deputies).toContain(wang.personId);
    expect(task?.deputies).not.toContain(li.personId);
    expect(value(await stepsWithoutOfficer(world.deps, cityHead, world.pool, "city"))).toMatchObject([{ publicId, beneath: true }]);

    const name = (who: PersonActor, by = head) => nameDeputy(world.deps, by, world.pool, { publicId, step: "intake", person: who.personId, reason: "经办人回避" });
    expect(codes(await name(li))).toEqual(["deputy.barred"]);
    expect(codes(await name(wang, li))).toEqual(["access.forbidden"]);
    expect(value(await name(wang))).toMatchObject({ state: "received" });
    expect(await lastCommand()).toMatchObject({ kind: "step.reconsider", turn: 2 });
    expect(value(await stepsWithoutOfficer(world.deps, head, world.pool, "market"))).toEqual([]);
    expect(codes(await name(wang))).toEqual(["step.not_without_officer"]);
    const view = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(view.timeline.map(({ event }) => event)).toContain("deputy-named");
  });

  test("a unit above names another one for this request: receipt, number and place stay", async () => {
    const publicId = await filed();
    await leftNobody(publicId, "intake");
    const before = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    const to = (who: PersonActor, where = "health") => designateUnit(world.deps, who, world.pool, { publicId, unit: where, reason: "本单位人员全部回避", basis: "行政许可法第二十二条" });
    expect(codes(await to(head))).toEqual(["access.forbidden"]);
    value(await to(cityHead));
    const after = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(after).toMatchObject({ number: before.number, receivedAt: before.receivedAt, promisedDueAt: before.promisedDueAt, unit: { id: "health" }, state: "received" });
    expect(after.timeline.find(({ event }) => event === "designated")).toMatchObject({ grounds: "本单位人员全部回避" });
    const claims = await database.sql`select distinct c.unit_id from pool.claims c join pool.steps s using (pool_id, step_id) join pool.requests r using (pool_id, request_id) where r.public_id = ${publicId}`;
    expect(claims).toMatchObject([{ unit_id: "health" }]);
    expect(codes(await to(cityHead))).toEqual(["step.not_without_officer"]);
  });
});

describe("somebody who may take part is there again", () => {
  const commandsOf = async (kind: string) => await database.sql`select command from pool.commands where pool_id = ${world.pool} and command ->> 'kind' = ${kind} order by command_id`;
  const withdrawn = async (publicId: string) => void value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }));

  test("when the recusal is withdrawn: what was refused because nobody was left goes back to its place, what waits is told", async () => {
    const [publicId, waiting] = [await filed(), await filed()];
    const recusal = value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: li.personId, ground: "kinship", applicantOf: publicId }));
    await leftNobody(publicId, "intake");
    const [before, told] = [await revocations(), (await commandsOf("step.reconsider")).length];
    value(await withdrawRecusal(world.deps, head, world.pool, recusal.id));
    expect(value(await getRequest(world.deps, world.applicant, world.pool, publicId)).state).toBe("received");
    expect(value(await stepsWithoutOfficer(world.deps, head, world.pool, "market"))).toEqual([]);
    expect((await commandsOf("step.reconsider")).slice(told)).toMatchObject([{ command: { step: await stepNamed(database, publicId, "intake"), turn: 2 } }]);
    expect((await lastCommand()) as unknown).toMatchObject({ kind: "persons.barred", steps: expect.arrayContaining([await stepNamed(database, waiting, "intake")]) });
    // A batch on its way was computed with the recusal.
    expect(await revocations()).toBe(before + 1);
    const [record] = await database.sql`select actor_id, after from pool.audit_records where act = 'request.reconsider' and object_id = ${publicId}`;
    expect(record).toMatchObject({ after: { state: "received", steps: ["intake"], because: { recusal: recusal.id } } });
    await withdrawn(publicId);
    await withdrawn(waiting);
  });

  test("when the recusal ends by its date", async () => {
    const publicId = await filed();
    const at = (await world.deps.clock.now(world.pool)) as number;
    value(await declareRecusal(world.deps, head, world.pool, { unit: "market", officer: li.personId, ground: "interest", request: publicId, to: "2026-11-20" }));
    await leftNobody(publicId, "intake");
    await world.at(at + 24 * 3_600_000);
    expect(value(await endRecusals(world.deps, world.pool))).toBe(1);
    expect(await lastCommand()).toMatchObject({ kind: "step.reconsider", turn: 2 });
    expect(value(await getRequest(world.deps, world.applicant, world.pool, publicId)).state).toBe("received");
    await world.at(at);
    await withdrawn(publicId);
  });

  test("when another unit may act in its name: at once, or on the day it begins, and only for what it was delegated", async () => {
    const [publicId, other] = [await filed(), await filed()];
    await leftNobody(publicId, "intake", "function.food-licensing");
    await leftNobody(other, "intake", "staff.intake");
    const made = value(await declareDelegation(world.deps, head, world.pool, { from: "market", to: "health", class: "function.food-licensing", basis: "行政许可法第二十四条", document: "兴市监委〔2026〕7号" }));
    const state = async (of: string) => value(await getRequest(world.deps, world.applicant, world.pool, of)).state;
    expect([await state(publicId), await state(other)]).toEqual(["received", "unservable"]);
    value(await withdrawDelegation(world.deps, head, world.pool, made.id, "收回"));

    const at = (await world.deps.clock.now(world.pool)) as number;
    await leftNobody(publicId, "intake", "function.food-licensing", 2);
    const later = value(await declareDelegation(world.deps, head, world.pool, { from: "market", to: "health", class: "function.food-licensing", basis: "行政许可法第二十四条", document: "兴市监委〔2026〕8号", validFrom: "2026-11-25" }));
    expect(await state(publicId)).toBe("unservable");
    expect(value(await reconsiderDelegated(world.deps, world.pool, 0, at))).toBe(0);
    expect(later.validFrom).toBeGreaterThan(at);
    await world.at(later.validFrom);
    expect(value(await reconsiderDelegated(world.deps, world.pool, at, later.validFrom))).toBe(1);
    expect(value(await reconsiderDelegated(world.deps, world.pool, at, later.validFrom))).toBe(0);
    expect(await state(publicId)).toBe("received");
    await world.at(at);
    value(await withdrawDelegation(world.deps, head, world.pool, later.id, "收回"));
    await withdrawn(publicId);
    await withdrawn(other);
  });
});

describe("referral", () => {
  const refer = (publicId: string, given: { unit?: string; pool?: string } = {}, who = li) =>
    referRequest(world.deps, who, world.pool, { publicId, reason: "不属于本单位职权", basis: "行政许可法第三十二条", ...given });

  /** Filed with the wrong office, as a counter may take it in. */
  async function misfiled(): Promise<string> {
    const publicId = await filed();
    await database.sql`update pool.requests set unit_id = 'health' where public_id = ${publicId}`;
    await database.sql`update pool.claims c set unit_id = 'health' from pool.steps s join pool.requests r using (pool_id, request_id) where c.step_id = s.step_id and r.public_id = ${publicId}`;
    return publicId;
  }

  test("what was filed with the wrong unit goes to the competent one; the clock runs from the first receipt", async () => {
    const publicId = await misfiled();
    const before = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(codes(await refer(publicId))).toEqual(["object.not_found"]);
    expect(codes(await refer(publicId, { unit: "market-prefecture" }, world.healthClerk))).toEqual(["referral.not_competent"]);
    value(await refer(publicId, {}, world.healthClerk));
    const after = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(after).toMatchObject({ number: before.number, receivedAt: before.receivedAt, promisedDueAt: before.promisedDueAt, statutoryDueAt: before.statutoryDueAt, unit: { id: "market" } });
    expect(after.timeline.find(({ event }) => event === "referred-here")).toMatchObject({ grounds: "不属于本单位职权" });
    const [step] = await database.sql`select s.attempt, s.arrived_at, s.ask_id from pool.steps s where s.step_id = ${await stepNamed(database, publicId, "intake")}`;
    expect(step).toMatchObject({ attempt: 2, arrived_at: new Date(before.receivedAt), ask_id: null });
    expect(await lastCommand()).toMatchObject({ kind: "step.ready", turns: [2] });
    expect(codes(await refer(publicId))).toEqual(["referral.already_competent"]);
  });

  test("begun work is not moved", async () => {
    const publicId = await misfiled();
    await grantAll(database);
    value(await start(publicId, "intake", world.healthClerk));
    expect(codes(await refer(publicId, {}, world.healthClerk))).toEqual(["object.transition_illegal"]);
  });

  test("into another pool it is one request there, with its number, receipt and code, however often it is sent", async () => {
    const other = trusted<PoolId>("xingren");
    await casePool(database, other);
    await database.sql`update pool.pools set sandbox = false, clock = 'real', clock_at = null where pool_id = ${other}`;
    world.deps.pools.forget();
    const receipt = value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication()));
    const sent = value(await refer(receipt.publicId, { pool: other, unit: "market" }));
    expect(sent.state).toBe("referred");
    const read = async () => await database.sql`select number, received_at, unit_id, referred_from_pool, state from pool.requests where pool_id = ${other}`;
    expect(await read()).toMatchObject([{ number: receipt.number, received_at: new Date(receipt.receivedAt), unit_id: "market", referred_from_pool: world.pool, state: "received" }]);
    const steps = await database.sql`select arrived_at from pool.steps where pool_id = ${other} and name = 'intake'`;
    expect(steps).toMatchObject([{ arrived_at: new Date(receipt.receivedAt) }]);
    // The answer to the first delivery was lost.
    await database.sql`update pool.referrals set delivered_at = null where to_pool_id = ${other}`;
    expect(await deliverReferrals(world.deps, world.pool)).toBe(1);
    expect(await read()).toHaveLength(1);
    expect(value(await statusByNumber(world.deps, { kind: "anonymous", poolId: other, channel: "portal" }, other, { number: receipt.number, code: receipt.statusCode, address: "127.0.0.1" }))).toMatchObject({ number: receipt.number });
    expect(codes(await refer(receipt.publicId, { pool: other }))).toEqual(["object.transition_illegal"]);
  });

  test("a pool without the item, or that does not exist, takes nothing", async () => {
    const publicId = await filed();
    expect(codes(await refer(publicId, { pool: "nowhere" }))).toEqual(["input.unknown_reference"]);
    await database.sql`update pool.items set state = 'retired' where pool_id = 'xingren' and item_code = ${FOOD}`;
    expect(codes(await refer(publicId, { pool: "xingren" }))).toEqual(["referral.item_absent"]);
    expect(value(await getRequest(world.deps, world.applicant, world.pool, publicId)).state).toBe("received");
  });
});

describe("delegation", () => {
  const delegate = (who: PersonActor, given: Partial<Parameters<typeof declareDelegation>[3]> = {}) =>
    declareDelegation(world.deps, who, world.pool, { from: "market", to: "market-station", class: "function.food-licensing", basis: "行政许可法第二十四条", document: "兴市监委〔2026〕1号", ...given });

  test("the unit's head lets another act in its name; the law keeps it one step deep", async () => {
    expect(codes(await delegate(li))).toEqual(["access.forbidden"]);
    expect(codes(await delegate(cityHead))).toEqual(["access.forbidden"]);
    expect(codes(await delegate(head, { class: "staff.review" }))).toEqual(["delegation.not_delegable"]);
    expect(codes(await delegate(head, { to: "market" }))).toEqual(["delegation.to_oneself"]);
    // The page and the API have one limit.
    expect(codes(await delegate(head, { document: "号".repeat(201) }))).toEqual(["input.too_long"]);
    const made = value(await delegate(head));
    expect(await lastCommand()).toEqual({ kind: "delegation.declared" });
    expect(codes(await delegate(head))).toEqual(["object.exists"]);
    const stationHead = await officer("unit-head", "market-station");
    expect(codes(await delegate(stationHead, { from: "market-station", to: "health" }))).toEqual(["delegation.too_deep"]);

    const before = await revocations();
    value(await withdrawDelegation(world.deps, head, world.pool, made.id, "收回"));
    expect(await revocations()).toBe(before + 1);
    expect(codes(await withdrawDelegation(world.deps, head, world.pool, made.id, "收回"))).toEqual(["object.transition_illegal"]);
    value(await delegate(head, { onwardBasis: "某条例第三条" }));
    value(await delegate(stationHead, { from: "market-station", to: "health" }));
    const living = value(await listDelegations(world.deps, { kind: "anonymous", poolId: world.pool, channel: "portal" }, world.pool, { unit: "market-station" }));
    expect(living.map(({ from, to, onward }) => [from, to, onward])).toEqual([["market-station", "health", false], ["market", "market-station", true]]);
  });

  test("what law keeps with the competent organ is delegated to nobody, and the refusal names the law", async () => {
    const kept = { law: { zh: "行政处罚法", en: "Administrative Penalty Law" }, article: "第十八条" };
    await database.sql`update pool.classes set non_delegable = ${database.sql.json(kept)} where pool_id = ${world.pool} and class_id = 'function.food-licensing'`;
    const refusal = await delegate(head, { to: "health", validTo: "2027-01-01" });
    expect(refusal).toMatchObject({ ok: false, problems: [{ code: "delegation.kept_by_law", field: "class", facts: { lawZh: "行政处罚法", article: "第十八条" } }] });
    await database.sql`update pool.classes set non_delegable = null where pool_id = ${world.pool} and class_id = 'function.food-licensing'`;
  });

  test("a class that is delegated cannot be kept from delegation before each is withdrawn, and the refusal names them", async () => {
    const admin = await person(database, world.deps, actor([{ role: "pool-admin" }]));
    const made = value(await delegate(head, { class: "function.food-licensing", to: "health", validTo: "2027-01-01" }));
    const classes = await world.deps.store.read(world.pool).classes.all();
    const { generation, id, names, limits, measure, period, per, lend, act } = classes.find(({ id: one }) => one === "function.food-licensing")!;
    const keep = (seen: number) =>
      declareClass(world.deps, admin, world.pool, { class: id, names, limits, measure, period, per, lend, act, nonDelegable: { law: { zh: "行政处罚法", en: "Administrative Penalty Law" }, article: "第十八条" } }, seen);
    const refusal = await keep(generation);
    expect(refusal).toMatchObject({ ok: false, problems: [{ code: "class.delegated", field: "nonDelegable", facts: { class: id } }] });
    expect(JSON.stringify(refusal)).toContain(`#${made.id} market → health`);
    for (const one of value(await listDelegations(world.deps, head, world.pool, {}))) {
      if (one.classId === id && one.withdrawnAt === null) await database.sql`update pool.delegations set withdrawn_at = now(), withdrawn_by = ${head.personId}, withdrawn_reason = '收回' where delegation_id = ${one.id}`;
    }
    value(await keep(generation));
    await database.sql`update pool.classes set non_delegable = null where pool_id = ${world.pool} and class_id = ${id}`;
  });

  test("it names a law, a document and dates that make sense", async () => {
    expect(codes(await delegate(head, { basis: " ", to: "health" }))).toEqual(["input.missing"]);
    expect(codes(await delegate(head, { onwardBasis: "", to: "health" }))).toEqual(["delegation.basis_required"]);
    expect(codes(await delegate(head, { validTo: "2026-01-01", to: "health" }))).toEqual(["validity.reversed"]);
    expect(codes(await delegate(head, { validFrom: "soon", to: "health" }))).toEqual(["input.invalid"]);
  });
});
