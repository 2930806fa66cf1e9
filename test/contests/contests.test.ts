import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followContests } from "../../src/app/contests/follow-contests.js";
import { casesLeftBehind, getContest, listContests, openContest, stateContest, type ContestInput } from "../../src/app/contests/contests.js";
import { ruleContest } from "../../src/app/contests/rule-contest.js";
import { readGaps } from "../../src/app/duties/read-gaps.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { startStep } from "../../src/app/work/start-step.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, FOOD, foodApplication, FRIDAY_NINE, HEALTH, OWNER, person, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, unit } from "../support/policy-pool.js";

const DAY = 86_400_000;
/** Mondays after that Friday, nine in the morning: a clock that went back would make of every referral one before what it takes along. */
const MONDAY = FRIDAY_NINE + 17 * DAY;
const NEXT_MONDAY = MONDAY + 7 * DAY;

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let market: PersonActor;
let health: PersonActor;
let city: PersonActor;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  const head = (id: string) => person(database, world.deps, actor([{ role: "unit-head", unitId: unit(id) }]));
  [market, health, city] = [await head("market"), await head("health"), await head("city")];
  await database.sql`update pool.units set published = true where pool_id = ${world.pool} and unit_id = 'market-other-county'`;
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
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));
const words = { statement: "本单位没有该项职责", basis: "三定规定第四条" };
const open = (given: Partial<ContestInput> = {}, by = health) =>
  openContest(world.deps, by, world.pool, { unit: "health", against: ["market"], item: HEALTH, division: "522301", stance: "declines", ...words, ...given });
const say = (id: number, by: PersonActor, id_: string, stance: "claims" | "declines") => stateContest(world.deps, by, world.pool, id, { unit: id_, stance, ...words });
const rule = (id: number, given: Partial<Parameters<typeof ruleContest>[4]> = {}, by = city) =>
  ruleContest(world.deps, by, world.pool, id, { unit: "market", grounds: "该事项与食品经营许可一并办理", basis: "《行政处罚法》第二十五条", ...given });
const follow = () => followContests(world.deps, world.pool);
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, { item: HEALTH, division: "522301001", answers: { owner: OWNER, phone: "13800001234" }, materials: [] }));
const seen = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId));
const granted = async (publicId: string) => (await seen(publicId)).steps[0]!.answer === "granted";

describe("a contest about whose matter something is", () => {
  test("goes up by the clock to the unit above both, and the ruling is where new requests go and where open ones went, with number, receipt and dates", async () => {
    await world.at(FRIDAY_NINE);
    const [first, inHand] = [await filed(), await filed()];
    expect([first.unit.id, inHand.unit.id]).toEqual(["health", "health"]);
    await until(async () => (await granted(first.publicId)) && (await granted(inHand.publicId)));
    value(await startStep(world.deps, world.healthClerk, world.pool, { publicId: inHand.publicId, step: "intake" } as never));
    const before = await seen(first.publicId);

    const contest = value(await open());
    expect(contest).toMatchObject({ state: "open", coordinator: "city", workingDays: 7, matter: { item: HEALTH, division: "522301" } });
    // Friday 20 November, and seven working days: the end of Tuesday 1 December.
    expect(new Date(contest.dueAt).toISOString()).toBe("2026-12-01T15:59:59.999Z");
    expect(value(await say(contest.id, market, "market", "declines")).parties.map(({ said }) => said?.stance)).toEqual(["declines", "declines"]);
    expect(codes(await open())).toEqual(["contest.open_already"]);
    await world.at(contest.dueAt - 1);
    expect(await follow()).toBe(0);
    expect(await world.deps.store.read(world.pool).contests.waiting([unit("city")])).toBe(0);
    await world.at(contest.dueAt);
    expect(await follow()).toBe(1);
    expect(await follow()).toBe(0);
    expect(value(await getContest(world.deps, city, world.pool, contest.id))).toMatchObject({ state: "escalated", coordinator: "city", escalatedAt: contest.dueAt });
    expect(await world.deps.store.read(world.pool).contests.waiting([unit("city")])).toBe(1);
    expect((await seen(first.publicId)).promisedDueAt).toEqual(before.promisedDueAt);

    const ruled = value(await rule(contest.id));
    expect(ruled).toMatchObject({ state: "ruled", rulings: [{ ordinal: 1, unitId: "market", inNameOf: "city", beganAt: contest.dueAt, referred: 1 }] });
    const after = await seen(first.publicId);
    expect([after.number, after.receivedAt, after.promisedDueAt, after.statutoryDueAt]).toEqual([before.number, before.receivedAt, before.promisedDueAt, before.statutoryDueAt]);
    expect([after.unit.id, (await seen(inHand.publicId)).unit.id]).toEqual(["market", "health"]);
    const second = await filed();
    expect(second.unit.id).toBe("market");
    await until(async () => (await granted(second.publicId)) && (await granted(first.publicId)));
    expect(await database.sql`select kind, from_unit_id, to_unit_id, basis from pool.referrals where pool_id = ${world.pool}`).toEqual([{ kind: "ruling", from_unit_id: "health", to_unit_id: "market", basis: "《行政处罚法》第二十五条" }]);
    expect(await database.sql`select to_unit_id, item_code, division_code, from_unit_id from pool.routing_rules where pool_id = ${world.pool} and ended_at is null`).toEqual([{ to_unit_id: "market", item_code: HEALTH, division_code: "522301", from_unit_id: null }]);

    // What was in hand is listed, and follows when that is done, with its receipt.
    expect(value(await casesLeftBehind(world.deps, city, world.pool, contest.id))).toEqual([{ publicId: inHand.publicId, number: inHand.number, unitId: "health", inHand: true }]);
    expect(codes(await casesLeftBehind(world.deps, world.applicant, world.pool, contest.id))).toEqual(["object.not_found"]);
    expect(await follow()).toBe(0);
    await database.sql`update pool.steps s set state = 'ready', started_at = null, started_by = null from pool.requests r where r.pool_id = s.pool_id and r.request_id = s.request_id and r.public_id = ${inHand.publicId} and s.state = 'working'`;
    expect([await follow(), await follow()]).toEqual([1, 0]);
    const followed = await seen(inHand.publicId);
    expect([followed.unit.id, followed.number, followed.receivedAt, followed.promisedDueAt]).toEqual(["market", inHand.number, inHand.receivedAt, inHand.promisedDueAt]);
    expect(value(await casesLeftBehind(world.deps, city, world.pool, contest.id))).toEqual([]);

    expect(codes(await rule(contest.id))).toEqual(["contest.ruled_already replaces"]);
    expect(codes(await say(contest.id, market, "market", "claims"))).toEqual(["object.transition_illegal"]);
    // Taken back by another ruling: the answers are what they were, and what the ruling brought goes back.
    expect(codes(await rule(contest.id, { unit: "health", replaces: 2 }))).toEqual(["contest.ruled_already replaces"]);
    const back = value(await rule(contest.id, { unit: null, replaces: 1, grounds: "三定规定已修订" }));
    expect(back.rulings.map(({ ordinal, unitId, replaced, referred }) => [ordinal, unitId, replaced, referred])).toEqual([[1, "market", true, 2], [2, null, false, 3]]);
    expect([(await seen(first.publicId)).unit.id, (await seen(second.publicId)).unit.id, (await filed()).unit.id]).toEqual(["health", "health", "health"]);
    expect(codes(await rule(contest.id, { unit: null }))).toEqual(["contest.nothing_to_replace unit"]);
  });

  test("a ruling begins on its first day and ends after its last", async () => {
    await world.at(MONDAY);
    const { id } = value(await open());
    value(await rule(id, { from: "2026-12-09", to: "2026-12-10" }));
    expect([(await filed()).unit.id, await follow()]).toEqual(["health", 0]);
    await world.at(MONDAY + 2 * DAY);
    expect(await follow()).toBe(1);
    expect((await filed()).unit.id).toBe("market");
    await world.at(MONDAY + 3 * DAY);
    expect([await follow(), (await filed()).unit.id]).toEqual([0, "market"]);
    await world.at(MONDAY + 4 * DAY);
    expect([await follow(), (await filed()).unit.id, await follow()]).toEqual([1, "health", 0]);
    expect(value(await getContest(world.deps, health, world.pool, id)).rulings).toMatchObject([{ endedAt: MONDAY + 4 * DAY, replaced: false }]);
  });

  test("two rulings that wait for their first day never name two units for one matter, and who may not read a contest learns nothing of it", async () => {
    await world.at(MONDAY + 4 * DAY);
    const first = value(await open());
    value(await rule(first.id, { from: "2026-12-13" }));
    const second = value(await open());
    expect(codes(await rule(second.id, { from: "2026-12-13" }))).toEqual(["contest.ruled_elsewhere"]);
    expect(codes(await rule(second.id, {}, world.applicant))).toEqual(["object.not_found"]);
    // A rule that came some other way meanwhile: the one that waited begins without it, and the days go on.
    await database.sql`
      insert into pool.routing_rules (pool_id, to_unit_id, item_code, division_code, basis, contest_id, declared_by, declared_at)
      values (${world.pool}, 'health', ${HEALTH}, '522301', 'x', ${second.id}, 'system:test', now())`;
    await world.at(MONDAY + 6 * DAY);
    expect(await follow()).toBeGreaterThan(0);
    expect(value(await getContest(world.deps, health, world.pool, first.id)).rulings).toMatchObject([{ beganAt: MONDAY + 6 * DAY }]);
    await database.sql`update pool.routing_rules set ended_by = 'system:test', ended_at = now() where pool_id = ${world.pool} and contest_id = ${second.id}`;
    value(await rule(first.id, { unit: null, replaces: 1 }));
    expect(value(await stateContest(world.deps, market, world.pool, second.id, { unit: "market", stance: "claims", ...words })).state).toBe("escalated");
    value(await rule(second.id));
    value(await rule(second.id, { unit: null, replaces: 1 }));
  });

  test("about one case: no rule is made, only that case goes; in hand, it goes when that is done", async () => {
    await world.at(NEXT_MONDAY);
    const one = await filed();
    await until(() => granted(one.publicId));
    const contest = value(await open({ request: one.publicId, item: undefined, division: undefined }));
    // The case is due in five days: those who argue have no seven.
    expect(contest.dueAt).toBe((await seen(one.publicId)).promisedDueAt.valueOf());
    value(await startStep(world.deps, world.healthClerk, world.pool, { publicId: one.publicId, step: "intake" } as never));
    expect(value(await rule(contest.id)).rulings).toMatchObject([{ beganAt: null, referred: 0 }]);
    expect((await seen(one.publicId)).unit.id).toBe("health");
    await database.sql`update pool.steps s set state = 'ready', started_at = null, started_by = null from pool.requests r where r.pool_id = s.pool_id and r.request_id = s.request_id and r.public_id = ${one.publicId} and s.state = 'working'`;
    expect(await follow()).toBe(1);
    expect([(await seen(one.publicId)).unit.id, (await filed()).unit.id]).toEqual(["market", "health"]);
  });

  test("units that agree on whom the rules name are done; on another, it goes up at once", async () => {
    const a = value(await open({ stance: "claims" }));
    expect(value(await say(a.id, market, "market", "declines")).state).toBe("agreed");
    expect(codes(await rule(a.id))).toEqual(["object.transition_illegal"]);
    const b = value(await open());
    expect(value(await say(b.id, market, "market", "claims"))).toMatchObject({ state: "escalated", coordinator: "city" });
    value(await rule(b.id));
    expect((await filed()).unit.id).toBe("market");
    value(await rule(b.id, { unit: null, replaces: 1 }));
  });

  test("is refused to whom it is none of, and to a unit that could not do it", async () => {
    expect(codes(await open({ against: ["health"] }))).toEqual(["contest.one_party against"]);
    expect(codes(await open({ against: ["nobody"] }))).toEqual(["input.unknown_reference against"]);
    expect(codes(await open({ division: undefined }))).toEqual(["contest.matter_unclear division"]);
    expect(codes(await open({ class: "function.food-licensing" }))).toEqual(["contest.matter_unclear item"]);
    expect(codes(await open({ item: undefined, class: "staff.intake" }))).toEqual(["contest.no_items class"]);
    expect(codes(await open({ workingDays: 3 }))).toEqual(["input.missing termBasis"]);
    expect(codes(await open({ request: "none", item: undefined, division: undefined }))).toEqual(["object.not_found"]);
    expect(codes(await open({}, market))).toEqual(["object.not_found"]);
    const { id } = value(await open({ item: undefined, class: "function.food-licensing", workingDays: 3, termBasis: "《某省行政程序规定》" }));
    expect(codes(await say(id, city, "city", "claims"))).toEqual(["contest.not_a_party unit"]);
    for (const nobody of [health, world.admin, world.clerk]) expect(codes(await rule(id, {}, nobody))).toEqual(["contest.not_coordinator"]);
    expect(codes(await rule(id, { unit: "health" }))).toEqual(["contest.lacks_function unit"]);
    expect(codes(await rule(id, { unit: "market-other-county" }))).toEqual(["contest.unit_outside unit"]);
    expect(codes(await rule(id, { unit: "nobody" }))).toEqual(["input.unknown_reference unit"]);
    expect(codes(await rule(id, { from: "2026-12-13" }))).toEqual(["contest.begins_outside from"]);
    expect(codes(await rule(id, { from: "2026-12-16", to: "2026-12-15" }))).toEqual(["validity.reversed to"]);
    expect(codes(await rule(id, { replaces: 1 }))).toEqual(["contest.nothing_to_replace replaces"]);
    // Whoever heads a party too, or is the same person as one who spoke for it, decides nothing.
    await database.sql`insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at) values (${world.pool}, ${city.personId}, 'unit-head', 'market', ${health.personId}, now())`;
    expect(codes(await rule(id))).toEqual(["contest.ruler_is_party"]);
    await database.sql`delete from pool.role_grants where pool_id = ${world.pool} and person_id = ${city.personId}`;
    value(await rule(id));
    expect(codes(await getContest(world.deps, world.applicant, world.pool, id))).toEqual(["object.not_found"]);
    expect(value(await listContests(world.deps, health, world.pool, "health")).length).toBe(value(await listContests(world.deps, world.admin, world.pool)).length);
    expect(value(await listContests(world.deps, health, world.pool))).toEqual(value(await listContests(world.deps, health, world.pool, "health")));
    expect((await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).ok).toBe(true);
    const other = value(await open({ item: FOOD, stance: "claims" }));
    expect(codes(await rule(other.id))).toEqual(["contest.ruled_elsewhere"]);
  });

  test("where no unit stands above all of them the centre decides; a party above the others is no coordinator", async () => {
    const far = value(await open({ item: undefined, class: "function.food-licensing", against: ["market-prefecture"], division: "522301001" }));
    expect(far.coordinator).toBeNull();
    expect(codes(await rule(far.id, {}, health))).toEqual(["contest.not_coordinator"]);
    expect(codes(await rule(far.id))).toEqual(["object.not_found"]);
    expect(value(await rule(far.id, {}, world.admin)).rulings).toMatchObject([{ inNameOf: null }]);
    expect(value(await open({ against: ["city"], division: "522301001" })).coordinator).toBeNull();
  });

  test("is named beside the gap or overlap it is about", async () => {
    await database.sql`update pool.resources set state = 'retired' where pool_id = ${world.pool} and code = 'market-authority'`;
    const gap = value(await readGaps(world.deps, world.admin, world.pool)).find(({ classId, reason }) => classId === "function.food-licensing" && reason === "no-function");
    expect(gap?.contests.map(({ state }) => state)).toContain("ruled");
  });
});
