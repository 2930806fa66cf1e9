import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { itemGuide } from "../../src/app/catalogue/item-guide.js";
import { searchItems } from "../../src/app/catalogue/search-items.js";
import { askSupplement } from "../../src/app/request/ask-supplement.js";
import { beginDraft, discardDraft, getDraft, listDrafts, saveDraft } from "../../src/app/request/drafts.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { listMyRequests } from "../../src/app/request/list-my-requests.js";
import { statusByNumber } from "../../src/app/request/status-by-number.js";
import { submitBundle } from "../../src/app/request/submit-bundle.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { supplyRequest } from "../../src/app/request/supply-request.js";
import { withdrawalEffect, withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { completeSteps } from "../../src/app/work/complete-steps.js";
import { requestForOfficer, revealAnswers } from "../../src/app/work/officer-view.js";
import { rejectStep } from "../../src/app/work/reject-step.js";
import { startStep } from "../../src/app/work/start-step.js";
import { workQueue } from "../../src/app/work/work-queue.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor } from "../support/policy-pool.js";
import { BUNDLE, casePool, FOOD, foodApplication, FRIDAY_NINE, grantAll, HEALTH, OWNER, person, SUBSIDY, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }: Problem) => `${code} ${field ?? ""}`.trim()));
function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const filed = async (who = world.applicant) => value(await submitRequest(world.deps, who, world.pool, foodApplication()));
const anonymous = (): Actor => ({ kind: "anonymous", poolId: world.pool, channel: "portal" });

describe("a request as its applicant sees it", () => {
  test("shows every state with its date and unit, masked answers, and what can be done now", async () => {
    const { publicId, statusCode } = await filed();
    await grantAll(database);
    value(await startStep(world.deps, world.clerk, world.pool, { publicId, step: "intake" }));
    await world.at(FRIDAY_NINE + 3_600_000);
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "平面图缺少消防通道" }));
    const asked = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(asked).toMatchObject({ state: "supplement", grounds: "平面图缺少消防通道", deadline: { kind: "paused" }, may: { withdraw: true, supply: true }, statusCode });
    await world.at(FRIDAY_NINE + 7_200_000);
    value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, note: "已补充" }));
    const view = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
    expect(view.timeline.map(({ at, event, grounds }) => [at - FRIDAY_NINE, event, grounds])).toEqual([
      [0, "received", undefined],
      [0, "step-started", undefined],
      [3_600_000, "supplement-asked", "平面图缺少消防通道"],
      [7_200_000, "supplied", undefined],
    ]);
    expect(view).toMatchObject({
      state: "in_progress",
      unit: { id: "market" },
      answers: { "shop-name": "顺风小吃", owner: `5223**********${OWNER.slice(-4)}`, phone: "138****1234" },
      materials: ["floor-plan"],
      supplements: ["已补充"],
      may: { withdraw: true, supply: false },
    });
    expect(view.steps[0]).toMatchObject({ names: { zh: "环节 intake" }, state: "working", answer: "granted", serving: [{ unitId: "market" }] });
    await world.at(FRIDAY_NINE);
  });

  test("does not exist for anybody else, nor for somebody who is not signed in", async () => {
    const { publicId } = await filed();
    expect(codes(await getRequest(world.deps, world.stranger, world.pool, publicId))).toEqual(["object.not_found"]);
    expect(codes(await getRequest(world.deps, world.healthClerk, world.pool, publicId))).toEqual(["object.not_found"]);
    expect(codes(await getRequest(world.deps, anonymous(), world.pool, publicId))).toEqual(["access.sign_in_required"]);
  });

  test("is followed, not read, by the pool's administrator", async () => {
    const { publicId } = await filed();
    const view = value(await getRequest(world.deps, world.admin, world.pool, publicId));
    expect(view.answers).toBeUndefined();
    expect(view.statusCode).toBeUndefined();
    expect(view.may).toEqual({ withdraw: false, supply: false, annul: [] });
  });

  test("stands in the list of its owner alone, page by page, newest first", async () => {
    const owner = await person(database, world.deps, actor());
    const mine = [await filed(owner), await filed(owner), await filed(owner)].map(({ number }) => number);
    const first = value(await listMyRequests(world.deps, owner, world.pool, { limit: 2 }));
    const second = value(await listMyRequests(world.deps, owner, world.pool, { limit: 2, after: first.next ?? "" }));
    expect([...first.rows, ...second.rows].map(({ number }) => number)).toEqual(mine.toReversed());
    expect(second.next).toBeNull();
    expect(value(await listMyRequests(world.deps, await person(database, world.deps, actor()), world.pool, { limit: 10 })).rows).toEqual([]);
  });

  test("of an enterprise is its agents' business, and no longer that of a former agent", async () => {
    const mandates = [{ enterpriseCode: "91522301MA6ABCDE1X", enterpriseName: "顺风餐饮" }];
    const agent = await person(database, world.deps, actor([], { mandates }));
    const { publicId } = value(await submitRequest(world.deps, agent, world.pool, foodApplication({ enterprise: "91522301MA6ABCDE1X" })));
    const colleague = await person(database, world.deps, actor([], { mandates }));
    expect(value(await getRequest(world.deps, colleague, world.pool, publicId)).enterpriseCode).toBe("91522301MA6ABCDE1X");
    expect(value(await listMyRequests(world.deps, colleague, world.pool, { limit: 10 })).rows.map((row) => row.publicId)).toEqual([publicId]);
    expect(codes(await getRequest(world.deps, { ...agent, mandates: [] }, world.pool, publicId))).toEqual(["object.not_found"]);
  });
});

describe("status by receipt", () => {
  const ask = (number: string, code: string, address = "10.0.0.1") => statusByNumber(world.deps, anonymous(), world.pool, { number, code, address });

  test("needs number and code, forgives how they are typed, and shows nothing personal", async () => {
    const { number, statusCode } = await filed();
    const view = value(await ask(` ${number} `, statusCode.toLowerCase().replace("-", " ")));
    expect(view).toMatchObject({ number, state: "received", itemNames: { zh: "食品经营许可证核发" }, deadline: { kind: "on_time", days: 7 } });
    expect(JSON.stringify(view)).not.toMatch(/顺风|138|5223\d{6}/);
  });

  test("tells a wrong code and a wrong number alike", async () => {
    const { number } = await filed();
    const wrong = await ask(number, "AAAAA-AAAAA", "10.0.0.2");
    const unknown = await ask("522301-20261120-99999", "AAAAA-AAAAA", "10.0.0.3");
    expect(wrong).toEqual(unknown);
    expect(codes(wrong)).toEqual(["object.not_found"]);
    expect(codes(await ask("'; drop table", "", "10.0.0.4"))).toEqual(["object.not_found"]);
  });

  test("stops answering one address that keeps guessing, and goes on for others", async () => {
    const { number, statusCode } = await filed();
    for (let n = 0; n < 30; n += 1) await ask(number, "AAAAA-AAAAA", "10.9.9.9");
    const limited = await ask(number, statusCode, "10.9.9.9");
    expect(limited.ok ? null : limited.problems[0]).toMatchObject({ code: "request.status_attempts" });
    expect((await ask(number, statusCode, "10.0.0.5")).ok).toBe(true);
  });
});

describe("the officer's screen", () => {
  test("lists the desk by due date, with counts, in pages, for the unit's own people", async () => {
    await filed();
    await filed();
    await grantAll(database);
    const all = value(await workQueue(world.deps, world.clerk, world.pool, { unit: "market", limit: 100 }));
    expect(all.rows.length).toBe(all.counts.granted + all.counts.working);
    expect(all.rows.map(({ dueAt }) => dueAt)).toEqual(all.rows.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b));
    const paged: number[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = value(await workQueue(world.deps, world.clerk, world.pool, { unit: "market", limit: 2, ...(after === undefined ? {} : { after }) }));
      paged.push(...page.rows.map(({ step }) => step));
      after = page.next;
    }
    expect(paged).toEqual(all.rows.map(({ step }) => step));
    expect(codes(await workQueue(world.deps, world.healthClerk, world.pool, { unit: "market", limit: 10 }))).not.toEqual([]);
    expect(value(await workQueue(world.deps, world.clerk, world.pool, { unit: "market", limit: 10, number: all.rows[0]?.number })).rows.length).toBeGreaterThan(0);
  });

  test("shows a step of another's case to the unit that gives something to it", async () => {
    const { publicId } = await filed();
    await grantAll(database);
    value(await completeSteps(world.deps, world.clerk, world.pool, [{ publicId, step: "intake" }]));
    await grantAll(database);
    const desk = value(await workQueue(world.deps, await person(database, world.deps, actor([{ role: "clerk", unitId: "city" as never }])), world.pool, { unit: "city", limit: 100 }));
    expect(desk.rows.filter(({ requestPublicId }) => requestPublicId === publicId)).toMatchObject([{ name: "check-identity", serving: true }]);
  });

  test("holds the whole case, and says what this officer may do now", async () => {
    const { publicId } = await filed();
    await grantAll(database);
    const before = value(await requestForOfficer(world.deps, world.clerk, world.pool, publicId));
    expect(before.steps[0]).toMatchObject({ name: "intake", may: { start: true, complete: false, reject: false }, held: [{ classId: "staff.intake", amount: 20 }] });
    value(await startStep(world.deps, world.clerk, world.pool, { publicId, step: "intake" }));
    const view = value(await requestForOfficer(world.deps, world.clerk, world.pool, publicId));
    expect(view.steps[0]?.may).toEqual({ start: false, complete: true, reject: true });
    expect(view.may).toEqual({ askSupplement: true, reject: true, reconsider: false, reveal: true });
    expect(view.allocations).toMatchObject([{ resource: "market-intake", amount: 20, state: "held", measure: "minute" }]);
    expect(view.request.answers?.["owner"]).toContain("****");
    expect(codes(await requestForOfficer(world.deps, world.applicant, world.pool, publicId))).toEqual(["object.not_found"]);
  });

  test("shows a full identity number only for a reason, and keeps the reading on record", async () => {
    const { publicId } = await filed();
    expect(codes(await revealAnswers(world.deps, world.clerk, world.pool, { publicId, reason: " " }))).toEqual(["input.missing reason"]);
    expect(value(await revealAnswers(world.deps, world.clerk, world.pool, { publicId, reason: "核对身份证原件" })).answers["owner"]).toBe(OWNER);
    const [record] = await database.sql`select actor_id, after from pool.audit_records where object_id = ${publicId} and act = 'request.read-answers'`;
    expect(record).toMatchObject({ actor_id: world.clerk.personId, after: { fields: ["owner", "phone", "shop-name"] } });
    expect(codes(await revealAnswers(world.deps, world.admin, world.pool, { publicId, reason: "好奇" }))).toEqual(["access.forbidden"]);
  });
});

describe("one thing in life", () => {
  const apply = (answers = foodApplication().answers) =>
    submitBundle(world.deps, world.applicant, world.pool, { bundle: BUNDLE, division: "522301", answers, materials: ["floor-plan"] });
  const stateOf = async (publicId: string) => value(await getRequest(world.deps, world.applicant, world.pool, publicId)).state;

  test("is a request for each item; the later waits for the earlier and then begins with a clock of its own", async () => {
    await world.at(FRIDAY_NINE);
    const { receipts } = value(await apply());
    expect(receipts.map(({ item, unit, waitsFor }) => [item, unit.id, waitsFor])).toEqual([[HEALTH, "health", []], [FOOD, "market", [HEALTH]]]);
    const [health, food] = receipts as [(typeof receipts)[0], (typeof receipts)[0]];
    // Five working days for the permit, then seven for the licence: named on the day of filing.
    const named = value(await getRequest(world.deps, world.applicant, world.pool, food.publicId));
    expect(named.steps.every(({ state }) => state === "blocked")).toBe(true);
    expect(named.siblings.map(({ item }) => item)).toEqual([HEALTH]);
    expect(named.deadline).toEqual({ kind: "on_time", days: 12 });

    await grantAll(database);
    value(await completeSteps(world.deps, world.healthClerk, world.pool, [{ publicId: health.publicId, step: "intake" }]));
    expect(await stateOf(health.publicId)).toBe("completed");
    const begun = value(await getRequest(world.deps, world.applicant, world.pool, food.publicId));
    expect(begun.steps[0]).toMatchObject({ name: "intake", state: "ready" });
    expect(begun.deadline).toEqual({ kind: "on_time", days: 7 });
    expect(begun.timeline.map(({ event }) => event)).toEqual(["received", "released"]);
    const [command] = await database.sql`select command from pool.commands order by command_id desc limit 1`;
    expect(command?.["command"]).toMatchObject({ kind: "step.ready" });
  });

  test("gives each office only the personal values its own item asks for", async () => {
    const { receipts } = value(await apply());
    const health = value(await requestForOfficer(world.deps, world.healthClerk, world.pool, receipts[0]?.publicId ?? ""));
    expect(Object.keys(health.request.answers ?? {}).sort()).toEqual(["owner", "phone", "shop-name"]);
    expect(health.request.form.map(({ field }) => field)).toContain("shop-name");
  });

  test("ends for those that waited when the first is rejected, and says why", async () => {
    const { receipts } = value(await apply());
    const [health, food] = receipts.map(({ publicId }) => publicId) as [string, string];
    await grantAll(database);
    value(await startStep(world.deps, world.healthClerk, world.pool, { publicId: health, step: "intake" }));
    value(await rejectStep(world.deps, world.healthClerk, world.pool, { publicId: health, step: "intake", grounds: "不符合卫生要求" }));
    const ended = value(await getRequest(world.deps, world.applicant, world.pool, food));
    expect(ended.state).toBe("withdrawn");
    expect(ended.grounds).toContain("一件事");
  });

  test("shows before a withdrawal which others end with it", async () => {
    const { receipts } = value(await apply());
    const [health, food] = receipts as [(typeof receipts)[0], (typeof receipts)[0]];
    const effect = value(await withdrawalEffect(world.deps, world.applicant, world.pool, health.publicId));
    expect(effect.alsoEnding).toEqual([food.number]);
    value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId: health.publicId }));
    expect(await stateOf(food.publicId)).toBe("withdrawn");
  });

  test("asks each question once, and stores nothing when one is wrong", async () => {
    const before = Number((await database.sql`select count(*) from pool.requests`)[0]?.["count"]);
    expect(codes(await apply({ ...foodApplication().answers, phone: "1", ghost: "x" }))).toEqual(["input.unknown_field answers.ghost", "identity.phone_invalid answers.phone"]);
    expect(Number((await database.sql`select count(*) from pool.requests`)[0]?.["count"])).toBe(before);
    expect(codes(await submitBundle(world.deps, world.applicant, world.pool, { bundle: "no-such", division: "522301", answers: {} }))).toEqual(["input.unknown_reference bundle"]);
  });
});

describe("a draft", () => {
  test("is kept sealed, taken up again, and not overwritten by a second window", async () => {
    const begun = value(await beginDraft(world.deps, world.applicant, world.pool, { item: FOOD }));
    const content = { division: "522301", answers: { "shop-name": "半成品小吃" }, materials: [] };
    const saved = value(await saveDraft(world.deps, world.applicant, world.pool, { id: begun.id, generation: begun.generation, content }));
    expect(codes(await saveDraft(world.deps, world.applicant, world.pool, { id: begun.id, generation: begun.generation, content }))).toEqual(["object.generation_stale"]);
    expect(value(await getDraft(world.deps, world.applicant, world.pool, begun.id)).content).toEqual(content);
    const [row] = await database.sql`select answers_sealed from pool.drafts where draft_id = ${begun.id}`;
    expect(row?.["answers_sealed"]).not.toContain("小吃");
    expect(codes(await getDraft(world.deps, world.stranger, world.pool, begun.id))).toEqual(["object.not_found"]);
    expect(value(await listDrafts(world.deps, world.applicant, world.pool)).map(({ id }) => id)).toEqual([saved.id]);
    value(await discardDraft(world.deps, world.applicant, world.pool, begun.id));
    expect(value(await listDrafts(world.deps, world.applicant, world.pool))).toEqual([]);
  });

  test("of a bundle knows that it is one, and of nothing is refused", async () => {
    const draft = value(await beginDraft(world.deps, world.stranger, world.pool, { bundle: BUNDLE }));
    expect(draft.subject).toEqual({ bundle: BUNDLE });
    expect(codes(await beginDraft(world.deps, world.stranger, world.pool, { item: "ghost" }))).toEqual(["input.unknown_reference item"]);
  });
});

describe("the catalogue", () => {
  const found = async (words: string, given: object = {}) =>
    value(await searchItems(world.deps, anonymous(), world.pool, { words, limit: 10, ...given })).rows.map(({ code }) => code);

  test("is found by words in both languages, and by the way people speak", async () => {
    expect(await found("食品")).toEqual([FOOD]);
    expect(await found("FOOD licence")).toEqual([FOOD]);
    expect(await found("办食品经营许可")).toEqual([FOOD]);
    expect(await found("养老")).toEqual([SUBSIDY]);
    expect(await found("登月")).toEqual([]);
    expect((await found("")).length).toBe(3);
    expect(await found("%")).toEqual([]);
  });

  test("narrows by audience, theme, line, unit and place, and counts what is left", async () => {
    expect((await found("", { audience: "person" })).length).toBe(3);
    expect(await found("", { audience: "enterprise" })).not.toContain(SUBSIDY);
    expect(await found("", { theme: "elderly" })).toEqual([SUBSIDY]);
    expect(await found("", { unit: "market" })).toEqual([FOOD]);
    expect(await found("", { division: "522322" })).toEqual([]);
    const page = value(await searchItems(world.deps, anonymous(), world.pool, { limit: 1 }));
    expect(page.total).toBe(3);
    expect(page.facets.theme).toEqual([
      { value: "business", names: { zh: "开办经营", en: "Business" }, count: 2 },
      { value: "elderly", names: { zh: "养老", en: "Old age" }, count: 1 },
    ]);
    expect(page.facets.line.map(({ value: line, names }) => [line, names?.zh])).toEqual([["health", "health"], ["market-regulation", "market-prefecture"]]);
    const rest: string[] = [];
    for (let after = page.next; after !== null; ) {
      const next = value(await searchItems(world.deps, anonymous(), world.pool, { limit: 1, after }));
      rest.push(...next.rows.map(({ code }) => code));
      after = next.next;
    }
    expect([...page.rows.map(({ code }) => code), ...rest].sort()).toEqual([FOOD, HEALTH, SUBSIDY].sort());
  });

  test("keeps off what no open unit answers for", async () => {
    await database.sql`update pool.units set published = false where pool_id = ${world.pool} and unit_id = 'health'`;
    expect(await found("卫生")).toEqual([]);
    await database.sql`update pool.units set published = true where pool_id = ${world.pool} and unit_id = 'health'`;
    expect(await found("卫生")).toEqual([HEALTH]);
  });

  test("says in a guide where to go and how long it takes today", async () => {
    await world.at(FRIDAY_NINE);
    const { publicId } = value(await submitRequest(world.deps, world.applicant, world.pool, { item: SUBSIDY, division: "522301", answers: {} }));
    await grantAll(database);
    await world.at(FRIDAY_NINE + 4 * 86_400_000);
    value(await completeSteps(world.deps, world.healthClerk, world.pool, [{ publicId, step: "check" }]));
    await grantAll(database);
    value(await completeSteps(world.deps, world.healthClerk, world.pool, [{ publicId, step: "pay" }]));
    const guide = value(await itemGuide(world.deps, anonymous(), world.pool, SUBSIDY, "522301001"));
    expect(guide.course).toEqual({ unit: "health", completed: 1, p50Days: 2, p90Days: 2, open: 0 });
    expect(guide.offices.map(({ unit }) => unit)).toEqual(["health"]);
    expect(codes(await itemGuide(world.deps, anonymous(), world.pool, "ghost"))).toEqual(["object.not_found"]);
    expect(codes(await itemGuide(world.deps, anonymous(), world.pool, SUBSIDY, "999999"))).toEqual(["input.unknown_reference division"]);
    await world.at(FRIDAY_NINE);
  });
});
