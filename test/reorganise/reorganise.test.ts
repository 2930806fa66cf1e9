import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { competenceAnswers } from "../../src/app/reorganise/answers.js";
import {
  applyDueReorganisations,
  commitReorganisation,
  draftReorganisation,
  getReorganisation,
  reorganisationEffect,
  rollBackReorganisation,
  withdrawReorganisation,
} from "../../src/app/reorganise/reorganisations.js";
import { getUnit } from "../../src/app/pool/read-basics.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { startStep } from "../../src/app/work/start-step.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, foodApplication, FRIDAY_NINE, person, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let second: PersonActor;
beforeEach(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  second = await person(database, world.deps, actor([{ role: "policy-admin" }]));
  await grant(second);
  writer = startWriter({ url: database.url, pool: world.pool });
});
afterEach(async () => {
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const grant = async ({ personId, roles: [held] }: PersonActor, at = "2026-01-01") =>
  void (await database.sql`
    insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at)
    values (${world.pool}, ${personId}, ${held!.role}, ${held && "unitId" in held ? held.unitId : null}, ${world.admin.personId}, ${at})`);
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));
const names = { zh: "机构改革", en: "Reform" };
/** Asked for by the pool's administrator, and done by the second person. */
async function takenBack(id: string, generation: number) {
  const asked = await rollBackReorganisation(world.deps, world.admin, world.pool, id, generation);
  return asked.ok ? await rollBackReorganisation(world.deps, second, world.pool, id, asked.value.generation) : asked;
}

/** Drafted by the pool's administrator, and with a moment decided by the second person. */
const draft = async (changes: readonly unknown[], { id = "reform", commitAt }: { id?: string; commitAt?: number | null } = {}) => {
  const made = await draftReorganisation(world.deps, world.admin, world.pool, { record: { reorganisation: id, names, basis: "州委〔2026〕9号", changes }, expected: null });
  return made.ok && commitAt !== undefined ? await commitReorganisation(world.deps, second, world.pool, id, commitAt, made.value.generation) : made;
};
const MERGE = [{ merge: { from: ["market"], into: "health" } }];
const RENAME = [{ rename: { unit: "market", to: "market-supervision", names: { zh: "市场监管局", en: "Market Supervision" } } }];
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication()));
const seen = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId));
const granted = async (publicId: string) => (await seen(publicId)).steps[0]!.answer === "granted";
const answers = async () => [...(await competenceAnswers(world.deps.store.read(world.pool)))].sort();
const register = async () => ({
  units: await database.sql`select unit_id, parent_id, state, published from pool.units where pool_id = ${world.pool} order by unit_id`,
  resources: await database.sql`select code, unit_id, calendar_id, state from pool.resources where pool_id = ${world.pool} order by code`,
  requests: await database.sql`select number, unit_id, state, promised_due_at from pool.requests where pool_id = ${world.pool} order by number`,
  claims: await database.sql`select claim_id, unit_id from pool.claims where pool_id = ${world.pool} order by claim_id`,
  roles: await database.sql`select person_id, role, unit_id from pool.role_grants where pool_id = ${world.pool} and revoked_at is null order by 1, 2, 3`,
  quotas: await database.sql`select unit_id, class_id, nominal, weight from pool.quotas where pool_id = ${world.pool} order by 1, 2`,
});
const held = () => database.sql`select step_id, resource_id, period, amount from pool.allocations where pool_id = ${world.pool} and state = 'held' order by 1, 2, 3`;

describe("a unit that is merged or renamed", () => {
  test("hands over resources, running work and competence in one act; nothing held is let go, dates and numbers stay, and an old link leads on", async () => {
    const first = await filed();
    await until(() => granted(first.publicId));
    const [before, kept] = [await seen(first.publicId), await held()];
    const done = value(await draft(RENAME, { commitAt: null }));
    expect(done.state).toBe("applied");
    const after = await seen(first.publicId);
    expect([after.number, after.promisedDueAt, after.steps[0]!.startsAt]).toEqual([before.number, before.promisedDueAt, before.steps[0]!.startsAt]);
    expect(after.unit.id).toBe("market-supervision");
    expect(await held()).toEqual(kept);
    expect(value(await getUnit(world.deps, world.applicant, world.pool, "market"))).toMatchObject({ id: "market-supervision", names: { zh: "市场监管局" }, state: "active", published: true });
    const second = await filed();
    expect(second.unit.id).toBe("market-supervision");
    await until(() => granted(second.publicId));
    const [referral] = await database.sql`select kind, from_unit_id, to_unit_id, basis from pool.referrals where pool_id = ${world.pool}`;
    expect(referral).toEqual({ kind: "reorganisation", from_unit_id: "market", to_unit_id: "market-supervision", basis: "州委〔2026〕9号" });
  });

  test("what is closed keeps citing the old holder", async () => {
    const closed = await filed();
    await until(() => granted(closed.publicId));
    value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId: closed.publicId } as never));
    await until(async () => (await held()).length === 0);
    value(await draft(MERGE, { commitAt: null }));
    expect((await seen(closed.publicId)).unit.id).toBe("market");
  });

  test("taken back, every answer and row is what it was; the same question before and after", async () => {
    await database.sql`insert into pool.cohorts (pool_id, cohort_id, name_zh, name_en) values (${world.pool}, 'county', '县', 'County')`;
    await database.sql`insert into pool.quotas (pool_id, unit_id, class_id, cohort_id, nominal, weight) values (${world.pool}, 'market', 'staff.review', 'county', 100, 100), (${world.pool}, 'health', 'staff.review', 'county', null, 50)`;
    const first = await filed();
    await until(() => granted(first.publicId));
    const [rows, asked, kept] = [await register(), await answers(), await held()];
    const done = value(await draft(MERGE, { commitAt: null }));
    expect(await answers()).not.toEqual(asked);
    expect((await register()).quotas).toEqual([{ unit_id: "health", class_id: "staff.review", nominal: null, weight: 150 }]);
    value(await takenBack("reform", done.generation));
    expect(await answers()).toEqual(asked);
    expect(await register()).toEqual(rows);
    expect(await held()).toEqual(kept);
    expect((await filed()).unit.id).toBe("market");
  });

  test("what was filed meanwhile goes to whoever is competent again", async () => {
    const done = value(await draft(MERGE, { commitAt: null }));
    const meanwhile = await filed();
    expect(meanwhile.unit.id).toBe("health");
    await until(() => granted(meanwhile.publicId));
    value(await takenBack("reform", done.generation));
    expect((await seen(meanwhile.publicId)).unit.id).toBe("market");
    await until(() => granted(meanwhile.publicId));
  });

  test("is not taken back once something it touched was declared anew: the refusal names it, and nothing moves", async () => {
    const done = value(await draft(MERGE, { commitAt: null }));
    await database.sql`update pool.resources set total = 300, generation = generation + 1 where pool_id = ${world.pool} and code = 'market-review'`;
    const rows = await register();
    const refused = await takenBack("reform", done.generation);
    expect(refused).toMatchObject({ ok: false, problems: [{ code: "reorganisation.changed_since", facts: { what: "resource market-review", count: 1 } }] });
    expect(await register()).toEqual(rows);
  });

  test("mergers in a row lead all the way, and are taken back from the last", async () => {
    const asked = await answers();
    const one = value(await draft(RENAME, { id: "one", commitAt: null }));
    const two = value(await draft([{ merge: { from: ["market-supervision"], into: "health" } }], { id: "two", commitAt: null }));
    expect(value(await getUnit(world.deps, world.applicant, world.pool, "market")).id).toBe("health");
    expect((await filed()).unit.id).toBe("health");
    expect(codes(await takenBack("one", one.generation))).toEqual(["reorganisation.changed_since"]);
    value(await takenBack("two", two.generation));
    value(await takenBack("one", one.generation));
    expect(await answers()).toEqual(asked);
  });
});

describe("a part that moves", () => {
  const MOVE = [{ move: { from: "market", to: "health", resources: ["market-authority", "market-decision", "market-intake"], items: ["mr-food-licence"] } }];

  test("takes its items, resources and cases nobody works on; a case in hand stays until it is done; the rest of the unit goes on", async () => {
    const [idle, inHand] = [await filed(), await filed()];
    await until(async () => (await granted(idle.publicId)) && (await granted(inHand.publicId)));
    value(await startStep(world.deps, world.clerk, world.pool, { publicId: inHand.publicId, step: "intake" } as never));
    const before = await seen(idle.publicId);
    const done = value(await draft(MOVE, { commitAt: null }));
    expect((await seen(idle.publicId)).unit.id).toBe("health");
    expect((await seen(inHand.publicId)).unit.id).toBe("market");
    await until(() => granted(idle.publicId));
    expect((await seen(idle.publicId)).promisedDueAt).toEqual(before.promisedDueAt);
    expect((await filed()).unit.id).toBe("health");
    expect(value(await getUnit(world.deps, world.applicant, world.pool, "market")).id).toBe("market");
    value(await takenBack("reform", done.generation));
    expect((await seen(idle.publicId)).unit.id).toBe("market");
    await until(() => granted(idle.publicId));
  });

  test("that went all the way round is with the first again, and each step is taken back", async () => {
    const asked = await answers();
    const food = { resources: [], items: ["mr-food-licence"] };
    const round = [{ move: { from: "market", to: "health", ...food } }, { split: { from: "health", to: "food-office", names, ...food } }, { move: { from: "food-office", to: "market", ...food } }];
    const done = [];
    for (const [at, change] of round.entries()) {
      done.unshift(value(await draft([change], { id: `round-${at}`, commitAt: null })));
      expect((await filed()).unit.id).toBe(["health", "food-office", "market"][at]);
    }
    expect(await answers()).toEqual(asked);
    for (const { id, generation } of done) value(await takenBack(id, generation));
    expect(await answers()).toEqual(asked);
  });

  test("may become a unit of its own", async () => {
    const asked = await answers();
    const done = value(await draft([{ split: { from: "market", to: "food-office", names, resources: ["market-authority"], items: ["mr-food-licence"] } }], { commitAt: null }));
    expect((await filed()).unit.id).toBe("food-office");
    // What was not given to it stays where it was.
    const changed = (await answers()).filter((answer, at) => JSON.stringify(answer) !== JSON.stringify(asked[at]));
    expect(changed).toEqual([["mr-food-licence 522301", "food-office"]]);
    value(await takenBack("reform", done.generation));
    expect(await answers()).toEqual(asked);
    expect(value(await getUnit(world.deps, world.applicant, world.pool, "food-office")).state).toBe("retired");
  });
});

describe("a reform as data", () => {
  test("a draft touches nobody; its report says what would change hands, and what gaps it leaves", async () => {
    const first = await filed();
    await until(() => granted(first.publicId));
    const rows = await register();
    value(await draft([{ move: { from: "market", to: "health", resources: [], items: ["mr-food-licence"] } }]));
    const effect = value(await reorganisationEffect(world.deps, world.admin, world.pool, "reform"));
    expect(effect).toMatchObject({ problems: [], requests: 1, staying: 0, resources: 0 });
    expect(effect.items.listed).toEqual([expect.objectContaining({ item: "mr-food-licence", division: "522301", from: "market", to: "health" })]);
    // The authority stays behind: the new holder has none.
    expect(effect.appears.map(({ reason, classId, units }) => [reason, classId, units.map(({ id }) => id)])).toEqual([["no-function", "function.food-licensing", ["health"]]]);
    expect(await register()).toEqual(rows);
  });

  test("takes effect at its moment, by whichever process is there; before, it can be withdrawn", async () => {
    const [asked, later] = [await answers(), FRIDAY_NINE + 3 * 3_600_000];
    const scheduled = value(await draft(MERGE, { commitAt: later }));
    expect(scheduled).toMatchObject({ state: "scheduled", effectiveAt: later });
    expect(await applyDueReorganisations(world.deps, world.pool)).toBe(0);
    expect(await answers()).toEqual(asked);
    await world.at(later);
    expect(await applyDueReorganisations(world.deps, world.pool)).toBe(1);
    expect(await applyDueReorganisations(world.deps, world.pool)).toBe(0);
    expect(value(await getReorganisation(world.deps, world.admin, world.pool, "reform"))).toMatchObject({ state: "applied", appliedAt: later });
    expect(await answers()).not.toEqual(asked);
    const other = value(await draft(MERGE.map(() => ({ rename: { unit: "health", to: "health-commission" } })), { id: "other", commitAt: later + 3_600_000 }));
    const wanted = value(await withdrawReorganisation(world.deps, world.admin, world.pool, "other", other.generation));
    expect([wanted.state, wanted.backAsked?.by]).toEqual(["scheduled", world.admin.personId]);
    expect(codes(await withdrawReorganisation(world.deps, world.admin, world.pool, "other", wanted.generation))).toEqual(["approval.second_person_required"]);
    expect(value(await withdrawReorganisation(world.deps, second, world.pool, "other", wanted.generation)).state).toBe("withdrawn");
    await world.at(later + 7_200_000);
    expect(await applyDueReorganisations(world.deps, world.pool)).toBe(0);
  });

  test("one that cannot be made any more when it is due says why, and stays for people", async () => {
    value(await draft(RENAME, { commitAt: FRIDAY_NINE + 3_600_000 }));
    value(await draft(MERGE, { id: "first", commitAt: null }));
    await world.at(FRIDAY_NINE + 3_600_000);
    expect(await applyDueReorganisations(world.deps, world.pool)).toBe(0);
    expect(value(await getReorganisation(world.deps, world.admin, world.pool, "reform"))).toMatchObject({ state: "scheduled", problems: [{ code: "input.unknown_reference" }] });
  });

  test.each([
    ["into itself", [{ merge: { from: ["market"], into: "market" } }], ["reorganisation.into_itself changes.0.merge.into"]],
    ["a unit nobody knows", [{ merge: { from: ["nobody"], into: "market" } }], ["input.unknown_reference changes.0.merge.from"]],
    ["one below whose division it does not lie", [{ merge: { from: ["market-prefecture"], into: "market" } }], ["reorganisation.division_outside changes.0.merge.into"]],
    ["an id that is taken", [{ rename: { unit: "market", to: "health" } }], ["object.exists changes.0.rename.to"]],
    ["what is another's", [{ move: { from: "market", to: "health", resources: ["health-intake"], items: [] } }], ["reorganisation.not_its_own changes.0.move.resources"]],
    ["an item nobody offers", [{ move: { from: "market", to: "health", resources: [], items: ["nothing-at-all"] } }], ["input.unknown_reference changes.0.move.items"]],
    ["nothing", [], ["input.missing changes"]],
    ["nothing of a unit", [{ move: { from: "market", to: "health" } }], ["input.missing changes.0.move.items"]],
    ["two things at once", [{ merge: { from: ["market"], into: "health" }, move: {} }], ["input.invalid changes.0.merge"]],
    ["a misspelt part", [{ abolish: { unit: "market" } }], ["input.unknown_field changes.0.abolish", "input.invalid changes.0.merge"]],
    ["the same twice", [{ merge: { from: ["market"], into: "health" } }, { merge: { from: ["market"], into: "health" } }], ["input.unknown_reference changes.1.merge.from"]],
  ])("%s is refused, and nobody is touched", async (_, changes, expected) => {
    const rows = await register();
    expect(codes(await draft(changes, { commitAt: null })).sort()).toEqual([...expected].sort());
    expect(await register()).toEqual(rows);
    expect(await database.sql`select 1 from pool.reorganisations where pool_id = ${world.pool} and state <> 'draft'`).toHaveLength(0);
  });

  test("is decided by a second person: not its author, nor another account of theirs, nor who heads a unit that gains, nor who was given the power afterwards", async () => {
    const made = value(await draft(MERGE));
    const commit = async (who: PersonActor) => codes(await commitReorganisation(world.deps, who, world.pool, "reform", null, made.generation));
    expect(await commit(world.admin)).toEqual(["approval.second_person_required"]);
    const other = await person(database, world.deps, actor([{ role: "pool-admin" }]));
    await grant(other);
    await database.sql`update identity.persons set phone_index = 'one and the same' where person_id = any(${[other.personId, world.admin.personId]}::uuid[])`;
    expect(await commit(other)).toEqual(["approval.same_person"]);
    const head = await person(database, world.deps, actor([{ role: "policy-admin" }]));
    await grant(head);
    await grant({ ...head, roles: [{ role: "unit-head", unitId: unit("health") }] });
    expect(await commit(head)).toEqual(["approval.heads_unit"]);
    const late = await person(database, world.deps, actor([{ role: "policy-admin" }]));
    await grant(late, "2026-12-01");
    expect(await commit(late)).toEqual(["approval.approver_too_new"]);
    // Changed after it was seen, it is not what they decided on.
    value(await draftReorganisation(world.deps, world.admin, world.pool, { record: { reorganisation: "reform", names, basis: "州委〔2026〕10号", changes: MERGE }, expected: made.generation }));
    expect(await commit(second)).toEqual(["object.generation_stale"]);
    expect(codes(await commitReorganisation(world.deps, second, world.pool, "reform", null, made.generation + 1))).toEqual([]);
  });

  test("not in the past, not twice, not by anybody, not from a stale view", async () => {
    expect(codes(await draft(MERGE, { id: "past", commitAt: FRIDAY_NINE - 1 }))).toEqual(["reorganisation.in_the_past effectiveAt"]);
    const made = value(await draft(MERGE));
    expect(codes(await draft(MERGE))).toEqual(["object.exists"]);
    expect(codes(await commitReorganisation(world.deps, world.clerk, world.pool, "reform", null, made.generation))).toEqual(["object.not_found"]);
    expect(codes(await commitReorganisation(world.deps, second, world.pool, "reform", null, 7))).toEqual(["object.generation_stale"]);
    const applied = value(await commitReorganisation(world.deps, second, world.pool, "reform", null, made.generation));
    expect(codes(await commitReorganisation(world.deps, second, world.pool, "reform", null, applied.generation))).toEqual(["object.transition_illegal"]);
    const once = value(await rollBackReorganisation(world.deps, world.admin, world.pool, "reform", applied.generation));
    expect([once.state, once.backAsked?.by]).toEqual(["applied", world.admin.personId]);
    expect(codes(await rollBackReorganisation(world.deps, world.admin, world.pool, "reform", once.generation))).toEqual(["approval.second_person_required"]);
    const back = value(await rollBackReorganisation(world.deps, second, world.pool, "reform", once.generation));
    expect(codes(await takenBack("reform", back.generation))).toEqual(["object.transition_illegal"]);
    const acts = await database.sql`select act, after ->> 'state' as state from pool.audit_records where pool_id = ${world.pool} and object_kind = 'reorganisation' and object_id = 'reform' order by audit_id`;
    expect(acts.map(({ act, state }) => [act as string, state as string | null])).toEqual([
      ["reorganisation.declare", null],
      ["reorganisation.commit", "scheduled"],
      ["reorganisation.commit", "applied"],
      ["reorganisation.roll-back", "applied"],
      ["reorganisation.roll-back", "rolled-back"],
    ]);
  });
});
