import { afterAll, beforeAll, expect, test } from "vitest";
import { declareDrain, declareDrains, type DrainInput } from "../../src/app/drain/declare-drain.js";
import { liftDrain } from "../../src/app/drain/lift-drain.js";
import { listDrains, readDrain, recordTold } from "../../src/app/drain/read-drains.js";
import { putOutOfService, returnToService } from "../../src/app/pool/move-asset.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { startStep } from "../../src/app/work/start-step.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { trusted, type ResourceId } from "../../src/domain/id.js";
import { dayNumberOf } from "../../src/domain/instant.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, foodApplication, FRIDAY_NINE, person, stepNamed, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  writer = startWriter({ url: database.url, pool: world.pool });
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
const codes = (result: Result<unknown>): readonly string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
const seen = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId));
const filed = async () => {
  const { publicId } = value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication()));
  await until(async () => (await seen(publicId)).steps[0]!.answer === "granted");
  return publicId;
};
/** One person's intake a day. */
async function desk(code: string, total = 20): Promise<void> {
  const [row] = await database.sql<{ resource_id: number }[]>`
    insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction)
    values (${world.pool}, ${code}, 'market', 'staff.intake', ${total}, 1, 10000000, 1, ${["522301"]})
    on conflict (pool_id, code) do update set total = excluded.total, generation = pool.resources.generation + 1
    returning resource_id`;
  await world.deps.store.transact(world.pool, (tx) => tx.commands.append("test", FRIDAY_NINE, { kind: "resource.declared", resources: [trusted(row!.resource_id)] }));
}
const settled = () => until(async () => (await database.sql`select from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);
const holder = async (publicId: string) =>
  (
    await database.sql<{ code: string }[]>`
      select r.code from pool.allocations a join pool.resources r using (pool_id, resource_id) join pool.steps s using (pool_id, step_id) join pool.requests q using (pool_id, request_id)
      where q.public_id = ${publicId} and a.state = 'held' order by 1`
  ).map(({ code }) => code);
const offered = async () => {
  const day = dayNumberOf(FRIDAY_NINE);
  const use = await world.deps.store.read(world.pool).resources.useByUnit({ day, year: 2026, halfHours: new Map([["cn", [18, 19]]]) });
  return use.find(({ classId, unitId }) => classId === "staff.intake" && unitId === "market")?.capacity;
};
const drain = (input: Partial<DrainInput>) => declareDrain(world.deps, world.admin, world.pool, { kind: "drain", targetKind: "resource", target: "market-intake", reason: "大厅进水", ground: "抢险", ...input });

test("a drain moves what is held to its own day on another desk: number, dates and place stay; nobody must be told; lifted, what moved stays", async () => {
  await desk("market-intake");
  const request = await filed();
  const before = await seen(request);
  await desk("market-intake-2");
  await settled();
  const { id } = value(await drain({}));
  await settled();
  const after = await seen(request);
  expect(await holder(request)).toEqual(["market-intake-2"]);
  expect(after.steps[0]!.startsAt).toBe(before.steps[0]!.startsAt);
  expect([after.number, after.receivedAt, after.promisedDueAt, after.statutoryDueAt]).toEqual([before.number, before.receivedAt, before.promisedDueAt, before.statutoryDueAt]);
  expect(after.timeline.filter(({ event }) => event === "moved")).toMatchObject([{ ground: `drain:${id}` }]);
  expect(value(await readDrain(world.deps, world.admin, world.pool, id))).toMatchObject({ complete: true, resources: ["market-intake"], notices: [{ state: "kept", request: { publicId: request } }] });
  expect(value(await listDrains(world.deps, world.admin, world.pool, { lifted: false }))).toMatchObject([{ id, moved: 1, kept: 1, open: 0, answered: true }]);
  // What is away is no capacity that lies idle.
  expect(await offered()).toBe(20);

  value(await liftDrain(world.deps, world.admin, world.pool, id, "水退了"));
  await settled();
  expect(await holder(request)).toEqual(["market-intake-2"]);
  expect(await offered()).toBe(40);
  // The desk gives again.
  expect(await holder(await filed())).toEqual(["market-intake"]);
});

test("whom nobody else can serve in time is listed until somebody has told them; what could not be moved waits in its place and comes back with the desk", async () => {
  const open = await database.sql<{ public_id: string }[]>`select public_id from pool.requests where pool_id = ${world.pool} order by request_id`;
  const drains = [value(await drain({ to: "2026-11-27" })), value(await drain({ target: "market-intake-2", to: "2026-11-27" }))];
  await settled();
  await until(async () => value(await readDrain(world.deps, world.admin, world.pool, drains[1]!.id)).drain.answered);
  const lists = await Promise.all(drains.map(async ({ id }) => value(await readDrain(world.deps, world.admin, world.pool, id))));
  const told = lists.flatMap(({ notices }) => notices).filter(({ state }) => state === "later" || state === "waits");
  // Who came from the one desk to the other is on both lists.
  expect([...new Set(told.map(({ request }) => request!.publicId))].sort()).toEqual(open.map(({ public_id }) => public_id).sort());
  expect(lists.map(({ complete }) => complete)).toEqual([false, false]);
  for (const { drain: { id }, notices } of lists) {
    for (const { step } of notices) value(await recordTold(world.deps, world.clerk, world.pool, id, step, "电话"));
    expect(value(await readDrain(world.deps, world.admin, world.pool, id)).complete).toBe(true);
    expect(codes(await recordTold(world.deps, world.clerk, world.pool, id, notices[0]!.step, "电话"))).toEqual(["object.transition_illegal"]);
  }
  for (const { id } of drains) value(await liftDrain(world.deps, world.admin, world.pool, id, "人回来了"));
  await settled();
  for (const { public_id } of open) await until(async () => (await seen(public_id)).steps[0]!.answer === "granted");
});

test("a drain that would break a date law sets is refused unless it says why; who has no right, no place or no sense in their dates is refused", async () => {
  await filed();
  // The scheduler answers nobody here: what it does not say cannot be counted on.
  const refused = await declareDrain(world.deps, world.admin, world.pool, { kind: "drain", targetKind: "unit", target: "market", reason: "请假" });
  expect(refused).toMatchObject({ ok: false, problems: [{ code: "drain.breaks_law", facts: { count: expect.any(Number) } }] });
  expect(codes(await drain({ target: "nobody" }))).toEqual(["object.not_found"]);
  expect(codes(await drain({ from: "2020-01-01" }))).toEqual(["drain.days_past"]);
  expect(codes(await drain({ from: "2026-12-02", to: "2026-12-01" }))).toEqual(["validity.reversed"]);
  expect(codes(await drain({ reason: " " }))).toEqual(["input.missing"]);
  expect(codes(await declareDrain(world.deps, world.clerk, world.pool, { kind: "drain", targetKind: "resource", target: "market-intake", reason: "请假" }))).not.toEqual([]);
  expect(codes(await declareDrain(world.deps, world.healthClerk, world.pool, { kind: "failover", targetKind: "resource", target: "market-intake", reason: "坏了" }))).not.toEqual([]);
  expect(value(await listDrains(world.deps, world.admin, world.pool, { lifted: false }))).toEqual([]);
});

test("a post that is put out of service moves what it was to serve, says whom it could not keep, and is over when it is returned", async () => {
  const [row] = await database.sql<{ resource_id: number }[]>`
    insert into pool.resources (pool_id, code, unit_id, class_id, total, derived, min, max, step, jurisdiction)
    values (${world.pool}, 'market-posts', 'market', 'staff.intake', 20, true, 1, 10000000, 1, ${["522301"]}) returning resource_id`;
  await database.sql`
    insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount) values (${world.pool}, 'post-1', 'market', ${row!.resource_id}, 'post', 20)`;
  const away = ["market-intake", "market-intake-2"];
  const others = [];
  for (const target of away) others.push(value(await drain({ kind: "cordon", target })));
  await world.deps.store.transact(world.pool, (tx) => tx.commands.append("test", FRIDAY_NINE, { kind: "resource.declared", resources: [trusted(row!.resource_id)] }));
  const request = await filed();
  expect(await holder(request)).toEqual(["market-posts"]);
  for (const { id } of others) value(await liftDrain(world.deps, world.admin, world.pool, id, "恢复"));
  value(await putOutOfService(world.deps, world.admin, world.pool, "post-1", 1));
  await settled();
  expect(await holder(request)).not.toContain("market-posts");
  const [failure] = value(await listDrains(world.deps, world.admin, world.pool, { lifted: false }));
  expect(failure).toMatchObject({ kind: "failover", targetKind: "asset", target: "post-1", moved: 1, answered: true });
  value(await returnToService(world.deps, world.admin, world.pool, "post-1", 2));
  await settled();
  expect(value(await listDrains(world.deps, world.admin, world.pool, { lifted: false }))).toEqual([]);
});

test("a cordon leaves what is held and gives nothing new; whoever stands before what broke says so without being asked about dates", async () => {
  const request = await filed();
  const [on] = await holder(request);
  const cordon = value(await drain({ kind: "cordon", target: on! }));
  await settled();
  expect(await holder(request)).toEqual([on]);
  expect(codes(await drain({ kind: "cordon", target: on! }))).toEqual(["drain.exists"]);
  value(await liftDrain(world.deps, world.admin, world.pool, cordon.id, "恢复"));
  const failed = value(await declareDrain(world.deps, world.clerk, world.pool, { kind: "failover", targetKind: "resource", target: on!, reason: "叫号机坏了" }));
  await settled();
  expect(await holder(request)).not.toContain(on);
  value(await liftDrain(world.deps, world.admin, world.pool, failed.id, "修好了"));
  await settled();
});

test("officers who are away together are all away, or none is: what one had begun goes on with a colleague who stays, never with one who is away too", async () => {
  const colleague = () => person(database, world.deps, actor([{ role: "clerk", unitId: unit("market") }]));
  const officers = [world.clerk, await colleague(), await colleague()];
  for (const { personId } of officers) {
    await database.sql`insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at) values (${world.pool}, ${personId}, 'clerk', 'market', ${world.admin.personId}, now())`;
  }
  const [row] = await database.sql<{ resource_id: number }[]>`select resource_id from pool.resources where pool_id = ${world.pool} and code = 'market-posts'`;
  const resource = trusted<ResourceId>(row!.resource_id);
  for (const [at, { personId }] of officers.entries()) {
    await database.sql`
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id) values (${world.pool}, ${`officer-${at + 1}`}, 'market', ${resource}, 'officer', 200, ${personId})`;
  }
  await world.deps.store.transact(world.pool, (tx) => tx.commands.append("test", FRIDAY_NINE, { kind: "resource.declared", resources: [resource] }));
  const elsewhere = [];
  for (const target of ["market-intake", "market-intake-2"]) elsewhere.push(value(await drain({ kind: "cordon", target })));
  const request = await filed();
  expect(await holder(request)).toEqual(["market-posts"]);
  value(await startStep(world.deps, world.clerk, world.pool, { publicId: request, step: "intake" }));
  await settled();
  const before = await seen(request);

  const officer = (at: number) => ({ targetKind: "asset" as const, target: `officer-${at}` });
  const together = (...targets: readonly { targetKind: "asset"; target: string }[]) => declareDrains(world.deps, world.admin, world.pool, { kind: "drain", reason: "防汛抽调", ground: "抢险", targets });
  expect(codes(await together(officer(1), { targetKind: "asset", target: "nobody" }))).toEqual(["object.not_found"]);
  expect(codes(await together(officer(1), officer(1)))).toEqual(["input.duplicate"]);
  const third = value(await drain({ kind: "cordon", ...officer(3) }));
  expect(codes(await together(officer(1), officer(3)))).toEqual(["drain.exists"]);
  expect(value(await listDrains(world.deps, world.admin, world.pool, { lifted: false })).length).toBe(elsewhere.length + 1);
  value(await liftDrain(world.deps, world.admin, world.pool, third.id, "恢复"));

  const made = value(await together(officer(1), officer(2)));
  expect(made.map(({ target }) => target)).toEqual(["officer-1", "officer-2"]);
  await settled();
  const [step] = await database.sql<{ started_by: string; state: string }[]>`select started_by, state from pool.steps where step_id = ${await stepNamed(database, request, "intake")}`;
  expect(step).toEqual({ started_by: officers[2]!.personId, state: "working" });
  const after = await seen(request);
  expect([after.number, after.promisedDueAt, after.steps[0]!.startsAt]).toEqual([before.number, before.promisedDueAt, before.steps[0]!.startsAt]);
  const [said] = await database.sql<{ after: { handedOver: string[] } }[]>`select after from pool.audit_records where act = 'drain.declare' and object_id = ${String(made[0]!.id)}`;
  expect(said!.after.handedOver).toEqual([`${before.number}/intake`]);
  for (const { id } of [...made, ...elsewhere]) value(await liftDrain(world.deps, world.admin, world.pool, id, "恢复"));
  await settled();
});
