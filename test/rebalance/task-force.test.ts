import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dissolveDueTaskForces, dissolveTaskForce } from "../../src/app/rebalance/dissolve-task-force.js";
import { approveTaskForce, consentToTaskForce, proposeTaskForce, withdrawTaskForce } from "../../src/app/rebalance/task-forces.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { completeStep } from "../../src/app/work/complete-steps.js";
import { completeAutomaticSteps } from "../../src/app/work/run-automatic.js";
import { startStep } from "../../src/app/work/start-step.js";
import { listPublicRegister } from "../../src/app/scheduling/list-public-register.js";
import { workQueue } from "../../src/app/work/work-queue.js";
import { commitReorganisation, draftReorganisation } from "../../src/app/reorganise/reorganisations.js";
import { trusted, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, FOOD, foodApplication, FRIDAY_NINE, person, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { codes, headOf } from "../support/plan-pool.js";
import { actor } from "../support/policy-pool.js";

const DAY = 86_400_000;
let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let approver: PersonActor;
let heads: { readonly market: PersonActor; readonly health: PersonActor };

beforeEach(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  const somebody = async (role: HeldRole): Promise<PersonActor> => {
    const who = await person(database, world.deps, actor([role]));
    await world.deps.store.transact(world.pool, async (tx) => void (await tx.roleGrants.insert(role, who.personId, trusted(randomUUID()), FRIDAY_NINE - DAY)));
    return who;
  };
  await database.sql`update pool.classes set act = 'deciding' where class_id = 'staff.decision'`;
  await database.sql`
    insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
    select pool_id, 'post-1', unit_id, resource_id, 'post', 0, ${world.clerk.personId} from pool.resources where code = 'market-decision'`;
  [approver, heads] = [await somebody({ role: "policy-admin" }), { market: await somebody(headOf("market")), health: await somebody(headOf("health")) }];
  writer = startWriter({ url: database.url, pool: world.pool });
});
afterEach(async () => {
  // What the clock brought is done.
  await until(async () => (await database.sql`select 1 from pool.writers w join pool.pools p using (pool_id) where w.worked_up_to >= p.clock_at`).length > 0);
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const FORCE = {
  taskForce: "flood-office",
  names: { zh: "防汛专班", en: "Flood office" },
  basis: "州防指〔2026〕1号",
  until: "2026-12-04",
  members: [
    { unit: "market", resources: [{ resource: "market-decision", amount: 200 }, { resource: "market-intake" }] },
    { unit: "health", resources: [{ resource: "health-intake", amount: 100 }] },
  ],
  items: [{ item: FOOD, divisions: ["522301"] }],
};
const propose = (more: object = {}, who = world.admin) => proposeTaskForce(world.deps, who, world.pool, { ...FORCE, ...more });
const consent = (who: PersonActor, unit: string) => consentToTaskForce(world.deps, who, world.pool, "flood-office", trusted<UnitId>(unit));
const approve = (who = approver) => approveTaskForce(world.deps, who, world.pool, "flood-office");
const composed = async (more: object = {}) => {
  must(await propose(more));
  must(await consent(heads.market, "market"));
  must(await consent(heads.health, "health"));
  const force = must(await approve());
  await until(async () => (await loans()).every(({ state }) => state === "active"));
  return force;
};
const loans = () => database.sql<{ state: string; class_id: string; amount: number }[]>`select state, class_id, amount from pool.loans where pool_id = ${world.pool} order by loan_id`;
const together = async () => Number((await database.sql`select coalesce(sum(borrowed - lent), 0) as sum from pool.balances where pool_id = ${world.pool}`)[0]!["sum"]);
const filed = async () => must(await submitRequest(world.deps, world.applicant, world.pool, foodApplication()));
const seen = async (publicId: string) => must(await getRequest(world.deps, world.applicant, world.pool, publicId));
const granted = async (publicId: string, step: string) => (await seen(publicId)).steps.some((one) => one.name === step && one.answer === "granted");
const work = async (publicId: string, step: string) => {
  await until(() => granted(publicId, step));
  must(await startStep(world.deps, world.clerk, world.pool, { publicId, step }));
  return must(await completeStep(world.deps, world.clerk, world.pool, { publicId, step }));
};
const rhythm = () => dissolveDueTaskForces(world.deps, world.pool);
const state = async () => (await database.sql`select state from pool.task_forces`)[0]!["state"] as string;

test("a composed task force takes new cases of its items, decides in the name of the member that holds the function, and gives everything back", async () => {
  const before = await filed();
  expect(before.unit.id).toBe("market");
  await composed();
  expect(await together()).toBe(0);
  const receipt = await filed();
  expect(receipt).toMatchObject({ unit: { id: "flood-office", names: { zh: "防汛专班" } }, lead: { id: "market" } });
  expect(await seen(receipt.publicId)).toMatchObject({ unit: { id: "flood-office" }, lead: { unitId: "market" } });
  await until(() => granted(receipt.publicId, "intake"));
  // As they sign in next: they were given a place in it.
  const serving = { ...world.clerk, roles: (await world.deps.store.read(world.pool).roleGrants.of(world.clerk.personId)).map(({ role, unitId }) => ({ role, unitId }) as HeldRole) };
  expect(serving.roles).toContainEqual({ role: "clerk", unitId: "flood-office" });
  const desk = must(await workQueue(world.deps, serving, world.pool, { unit: "flood-office", limit: 10 } as never));
  expect(JSON.stringify(desk)).toContain(receipt.number);
  await work(receipt.publicId, "intake");
  await work(receipt.publicId, "review");
  await until(() => granted(receipt.publicId, "check-identity"));
  expect(await completeAutomaticSteps(world.deps, world.pool)).toEqual({ ok: true, value: 1 });
  await work(receipt.publicId, "decide");
  await until(() => granted(receipt.publicId, "deliver"));
  must(await completeStep(world.deps, serving, world.pool, { publicId: receipt.publicId, step: "deliver" }));
  const [given] = await database.sql`
    select array_agg(distinct r.unit_id || ' ' || split_part(r.class_id, '.', 1) order by r.unit_id || ' ' || split_part(r.class_id, '.', 1)) as units
    from pool.allocations a join pool.resources r using (pool_id, resource_id) join pool.steps s using (pool_id, step_id) where s.name = 'decide'`;
  expect(given!["units"]).toEqual(["flood-office staff", "market function"]);
  // Who is responsible in law is told to everybody, beside who provided it.
  const { rows: told } = must(await listPublicRegister(world.deps, world.admin, world.pool, {}, { limit: 10 }));
  expect(told.some(({ servingUnit, leadNames }) => servingUnit === "flood-office" && leadNames?.zh === "market")).toBe(true);
  const [record] = await database.sql`select after from pool.audit_records where act = 'step.complete' and object_id like '%/decide'`;
  expect(record!["after"]).toMatchObject({ inTheNameOf: "market" });

  const waiting = await filed();
  await until(() => granted(waiting.publicId, "intake"));
  const promised = (await seen(waiting.publicId)).promisedDueAt;
  must(await dissolveTaskForce(world.deps, world.admin, world.pool, "flood-office", "洪水已退"));
  expect(await seen(waiting.publicId)).toMatchObject({ number: waiting.number, unit: { id: "market" }, lead: null, promisedDueAt: promised });
  expect((await filed()).unit.id).toBe("market");
  await until(async () => (await rhythm(), (await state()) === "dissolved"));
  expect((await loans()).every(({ state: one }) => one === "ended" || one === "ending")).toBe(true);
  expect(await together()).toBe(0);
  expect((await database.sql`select count(*) as n from pool.role_grants where unit_id = 'flood-office' and revoked_at is null`)[0]!["n"]).toBe(0);
  const [over] = await database.sql`select after from pool.audit_records where act = 'task-force.dissolve' order by audit_id limit 1`;
  expect(over!["after"]).toMatchObject({ handedOver: [{ number: waiting.number, to: "market" }] });
  await until(() => granted(waiting.publicId, "intake"));
  // Closed cases keep saying who did them, and in whose name.
  expect(await seen(receipt.publicId)).toMatchObject({ unit: { id: "flood-office" }, lead: { unitId: "market" } });
});

test("what people asked for while its members consented is not taken from them: the task force gets the rest of those days, and is not left without all the others", async () => {
  must(await propose({ until: "2026-11-23", members: [{ unit: "market", resources: [{ resource: "market-decision" }, { resource: "market-intake" }] }, FORCE.members[1]] }));
  must(await consent(heads.market, "market"));
  const { publicId } = await filed();
  await until(() => granted(publicId, "intake"));
  must(await consent(heads.health, "health"));
  must(await approve());
  await until(async () => (await loans()).every(({ state: one }) => one === "active"));
  expect(await granted(publicId, "intake")).toBe(true);
  const days = await database.sql`
    select b.period, b.borrowed, l.amount from pool.loans l join pool.balances b on b.pool_id = l.pool_id and b.resource_id = l.resource_id
    where l.lender_resource_id = (select resource_id from pool.resources where code = 'market-intake') order by b.period`;
  expect(days.length).toBe(2);
  expect(Number(days[0]!["borrowed"])).toBeLessThan(Number(days[0]!["amount"]));
  expect(await together()).toBe(0);
});

test("what somebody works on at the end of its term stays until they are done, then goes to its lead; nothing is lost when the lead was merged meanwhile", async () => {
  await composed({ until: "2026-11-23" });
  const receipt = await filed();
  await until(() => granted(receipt.publicId, "intake"));
  must(await startStep(world.deps, world.clerk, world.pool, { publicId: receipt.publicId, step: "intake" }));
  const reform = async (id: string, from: string) => {
    const { generation } = must(await draftReorganisation(world.deps, world.admin, world.pool, { record: { reorganisation: id, names: FORCE.names, basis: "州委〔2026〕9号", changes: [{ merge: { from: [from], into: "health" } }] }, expected: null }));
    return await commitReorganisation(world.deps, approver, world.pool, id, null, generation);
  };
  must(await reform("reform", "market"));
  const second = await filed();
  expect(second).toMatchObject({ unit: { id: "flood-office" }, lead: { id: "health" } });
  expect(await seen(receipt.publicId)).toMatchObject({ unit: { id: "flood-office" }, lead: { unitId: "health" } });
  expect(codes(await reform("again", "flood-office"))).toEqual(["task-force.is_no_organ changes.0.merge.from"]);
  await world.at(FRIDAY_NINE + 4 * DAY);
  await world.deps.store.transact(world.pool, (tx) => tx.commands.append("test", FRIDAY_NINE + 4 * DAY, { kind: "clock.set" }));
  await rhythm();
  expect(await state()).toBe("dissolving");
  expect((await seen(second.publicId)).unit.id).toBe("health");
  expect((await seen(receipt.publicId)).unit.id).toBe("flood-office");
  must(await completeStep(world.deps, world.clerk, world.pool, { publicId: receipt.publicId, step: "intake" }));
  await until(async () => (await rhythm(), (await state()) === "dissolved"));
  expect(await seen(receipt.publicId)).toMatchObject({ number: receipt.number, unit: { id: "health" }, lead: null });
  expect(await together()).toBe(0);
});

test("is refused with its reason: the past, a thing twice or somebody else's, a function none holds, a task force in a task force, one's own approval, a member that did not agree", async () => {
  const only = (members: unknown) => propose({ members });
  expect(codes(await propose({ until: "2026-11-19" }))).toContain("task-force.until_past until");
  const twice = [{ unit: "market", resources: [{ resource: "market-intake" }, { resource: "market-intake" }] }];
  expect(codes(await only(twice))).toEqual(["input.duplicate members.0.resources.1.resource"]);
  expect(codes(await only([{ unit: "market", resources: [{ resource: "health-intake" }] }]))).toContain("task-force.not_owned members.0.resources.0.resource");
  expect(codes(await only([{ unit: "health", resources: [] }]))).toEqual(["task-force.no_member_competent items.0.item"]);
  expect(codes(await only([{ unit: "market", resources: [{ resource: "market-authority", amount: 1 }] }]))).toEqual(["loan.not_lendable members.0.resources.0.resource"]);
  expect(codes(await only([{ unit: "market", resources: [{ resource: "market-intake", amount: 401 }] }]))).toEqual(["plan.not_free members.0.resources.0.amount"]);
  await database.sql`update pool.resources set jurisdiction = '{522322}' where code = 'market-authority'`;
  expect(codes(await propose())).toEqual(["task-force.function_not_held items.0.item"]);
  await database.sql`update pool.resources set jurisdiction = '{522301}' where code = 'market-authority'`;
  expect(codes(await propose({}, world.clerk))).toEqual(["object.not_found"]);

  must(await propose());
  expect(codes(await propose())).toEqual(["object.exists taskForce"]);
  expect(codes(await approve(world.admin))).toContain("approval.second_person_required");
  expect(codes(await consent(heads.health, "market"))).toEqual(["access.forbidden"]);
  must(await consent(heads.market, "market"));
  expect(codes(await consent(heads.market, "market"))).toEqual(["task-force.consented_already"]);
  expect(codes(await approve())).toEqual(["task-force.consent_missing"]);
  must(await consent(heads.health, "health"));
  must(await approve());
  expect(codes(await withdrawTaskForce(world.deps, world.admin, world.pool, "flood-office"))).toEqual(["object.transition_illegal"]);
  await until(async () => (await loans()).every(({ state: one }) => one === "active"));
  expect(codes(await propose({ taskForce: "second", members: [{ unit: "flood-office", resources: [] }, ...FORCE.members] }))).toContain("task-force.of_task_force members.0.unit");
  expect(codes(await propose({ taskForce: "second" }))).toContain("task-force.item_taken items.0.item");
});
