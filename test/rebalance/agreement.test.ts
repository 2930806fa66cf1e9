import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimDirectly } from "../../src/app/direct/claim-directly.js";
import { releaseDirectClaim } from "../../src/app/direct/keep-or-release.js";
import { declareDrain } from "../../src/app/drain/declare-drain.js";
import { liftDrain } from "../../src/app/drain/lift-drain.js";
import { declareDelegation } from "../../src/app/org/delegations.js";
import { changeResource, registerResource } from "../../src/app/pool/register-resource.js";
import { publishResource } from "../../src/app/pool/move-resource.js";
import { judgeLoans } from "../../src/app/rebalance/apply-loans.js";
import { approveAgreement, endAgreement, followAgreements, proposeAgreement, renewAgreement, resumeAgreement, suspendAgreement, withdrawAgreement } from "../../src/app/rebalance/agreements.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { declaring } from "../../src/app/pool/declaring.js";
import { writeAgreements } from "../../src/app/rebalance/manifest-agreements.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { trusted } from "../../src/domain/id.js";
import { parseLocalDate } from "../../src/domain/instant.js";
import { declareAgreement } from "../../src/domain/rebalance/declare-agreement.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { RawRecord } from "../../src/domain/record.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, foodApplication, FRIDAY_NINE, HEALTH, person, SUBSIDY, type CasePool } from "../request/case-pool.js";
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
/** Who proposes for the bureau that buys, and who heads it. */
let head: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  head = await person(database, world.deps, actor([headOf("market")]));
  await world.deps.store.transact(world.pool, async (tx) => void (await tx.roleGrants.insert(headOf("market"), head.personId, trusted(randomUUID()), FRIDAY_NINE - DAY)));
  await database.sql`
    insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, kind)
    values (${world.pool}, 'bank', '农商银行', 'Bank', '522301', 'bank', 'county', 'supplier')`;
  await database.sql`update pool.resources set state = 'retired' where code = 'market-review'`;
  await database.sql`update pool.classes set act = 'deciding' where class_id = 'staff.decision'`;
  // One step each, that anybody may review.
  const recipe = { steps: [{ step: "review", names: { zh: "核", en: "Review" }, stage: "review", mode: "human", after: [], claims: [{ class: "staff.review", amount: 60, scope: "pool" }] }] };
  await database.sql`update pool.items set guide = jsonb_set(guide || '{"promisedDays": 7}', '{recipe}', ${database.sql.json(recipe)}) where item_code in (${HEALTH}, ${SUBSIDY})`;
  writer = startWriter({ url: database.url, pool: world.pool });
});
afterAll(async () => {
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const AGREEMENT = {
  agreement: "counter-help",
  names: { zh: "窗口辅助服务", en: "Counter help" },
  provider: "bank",
  purchaser: "market",
  instrument: "兴市监购〔2026〕3号",
  from: "2026-11-23",
  until: "2026-11-25",
  divisions: ["522301"],
  noticeDays: 1,
  classes: [{ class: "staff.review", perPeriod: 120, priceFen: 150 }],
};
const propose = (more: RawRecord = {}, who = world.admin) => proposeAgreement(world.deps, who, world.pool, { ...AGREEMENT, ...more });
const approve = (version: number, id = "counter-help", who = head) => approveAgreement(world.deps, who, world.pool, id, version);
const resource = (code: string, more: RawRecord = {}) => registerResource(world.deps, world.admin, world.pool, { resource: code, unit: "bank", class: "staff.review", total: "60", jurisdiction: "522300", ...more });
const settled = () => until(async () => (await database.sql`select from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);
const file = async (item = HEALTH) => must(await submitRequest(world.deps, world.applicant, world.pool, item === SUBSIDY ? { item, division: "522301001", answers: {} } : { ...foodApplication(), item, answers: { owner: foodApplication().answers!["owner"], phone: "13800001234" }, materials: [] })).publicId;
/** On which days the bank serves a case, and how that stands. */
const held = async () =>
  (await database.sql<{ day: string; state: string; item: string | null }[]>`
    select (date '1970-01-01' + a.period)::text as day, a.state, q.item_code as item
    from pool.allocations a join pool.resources r using (pool_id, resource_id) join pool.steps s using (pool_id, step_id) left join pool.requests q using (pool_id, request_id)
    where r.unit_id = 'bank' and a.state = 'held' order by 1, a.step_id`).map(({ day, item }) => `${day} ${item}`);
/** What pressure and overview count on of the bank that day: both the same. */
const capacity = async (date: string) => {
  const day = parseLocalDate(date)!;
  const reading = world.deps.store.read(world.pool);
  const [one] = (await reading.pressure.supplyByDay({ class: trusted("staff.review"), units: [trusted("bank")] }, [{ day, halfHours: new Map() }])).filter((found) => found.day === day);
  const [shown] = (await reading.resources.useByUnit({ day, year: 2026, halfHours: new Map() })).filter(({ unitId }) => unitId === "bank");
  expect(shown?.capacity ?? 0).toBe(one?.capacity ?? 0);
  return one?.capacity ?? 0;
};
/** What becomes of a claim without a case, for somebody's meeting. */
const direct = async (division = "522301") => {
  const asked = must(await claimDirectly(world.deps, world.admin, world.pool, { unit: "market", division, title: "会场", claims: [{ class: "staff.review", amount: 10 }], holdMinutes: null, waits: false }));
  await settled();
  const [row] = await database.sql<{ state: string }[]>`select state from pool.direct_claims where public_id = ${asked.publicId}`;
  if (row!.state === "confirmed") must(await releaseDirectClaim(world.deps, world.admin, world.pool, asked.publicId));
  await settled();
  return row!.state;
};

test("what is wrong with an agreement is refused by name, and nobody agrees with themselves", async () => {
  const bad = async (more: RawRecord) => codes(await propose(more));
  expect(await bad({ until: "2026-11-20", from: "2026-11-01" })).toEqual(["agreement.term_past until"]);
  expect(await bad({ until: "2026-11-23" })).toEqual(["agreement.term_reversed until"]);
  expect(await bad({ until: "2031-01-01" })).toEqual(["agreement.term_too_long until"]);
  expect(await bad({ provider: "health" })).toEqual(["agreement.provider_is_organ provider"]);
  expect(await bad({ purchaser: "bank" })).toEqual(["agreement.purchaser_is_no_organ purchaser"]);
  const ofClass = (one: object) => bad({ classes: [{ ...AGREEMENT.classes[0], ...one }] });
  expect(await ofClass({ class: "staff.nothing" })).toEqual(["input.unknown_reference classes.0.class"]);
  for (const cls of ["staff.decision", "function.food-licensing", "funds.elderly-subsidy", "data.population"]) expect(await ofClass({ class: cls })).toEqual(["agreement.class_not_assisting classes.0.class"]);
  expect(await ofClass({ perPeriod: -1 })).toEqual(["amount.negative classes.0.perPeriod"]);
  expect(await ofClass({ perPeriod: 1.5 })).toEqual(["amount.fractional classes.0.perPeriod"]);
  expect(await ofClass({ priceFen: -3 })).toEqual(["amount.negative classes.0.priceFen"]);
  expect(await ofClass({ inTotal: 100 })).toEqual(["agreement.total_below_period classes.0.inTotal"]);
  expect(await bad({ divisions: ["999999"], items: ["no-such-item"], traits: ["no-such-trait"] })).toEqual(["input.unknown_reference divisions.0", "input.unknown_reference items.0", "input.unknown_reference traits.0"]);
  expect(await bad({ classes: [], divisions: [] })).toEqual(["input.missing divisions", "input.missing classes"]);
  expect(codes(await propose({}, world.clerk))).toEqual(["object.not_found"]);

  const { version } = must(await propose());
  expect(codes(await propose())).toEqual(["agreement.stands agreement"]);
  expect(codes(await approve(version, "counter-help", world.admin))).toContain("approval.second_person_required");
  expect(must(await withdrawAgreement(world.deps, world.admin, world.pool, "counter-help", version)).state).toBe("withdrawn");
});

test("what an enterprise has is offered under an agreement alone: in its term, at its places, for its items, and lent to nobody", async () => {
  expect(codes(await resource("bank-review"))).toEqual(["agreement.required state"]);
  must(await resource("bank-review", { state: "registered" }));
  const { version } = must(await propose());
  expect(codes(await publishResource(world.deps, world.admin, world.pool, "bank-review", 1))).toEqual(["agreement.required state"]);
  must(await approve(version));
  must(await publishResource(world.deps, world.admin, world.pool, "bank-review", 1));
  expect(codes(await resource("bank-more", { total: "100" }))).toEqual(["agreement.above_ceiling"]);
  expect(codes(await resource("bank-decision", { class: "staff.decision", state: "registered", jurisdiction: "522301" }))).toEqual(["agreement.class_not_assisting class"]);
  expect(codes(await propose({ agreement: "another" }))).toEqual(["agreement.overlaps classes.0.class"]);

  // Today it is free and not bought; on Monday and Tuesday it is; on Wednesday it is not any more.
  for (const item of [HEALTH, HEALTH, HEALTH, SUBSIDY]) await file(item);
  await until(async () => (await held()).length === 2);
  await settled();
  expect(await held()).toEqual([`2026-11-23 ${HEALTH}`, `2026-11-24 ${HEALTH}`]);
  expect(await direct()).toBe("refused");

  // A version with a longer term, agreed by two persons like the first.
  const longer = must(await renewAgreement(world.deps, world.admin, world.pool, "counter-help", "2026-12-05"));
  expect(longer.version).toBe(version + 1);
  must(await approve(longer.version));
  await until(async () => (await held()).length === 4);
  expect((await held()).slice(2)).toEqual([`2026-11-25 ${HEALTH}`, `2026-11-26 ${SUBSIDY}`]);
  expect(await direct()).toBe("confirmed");
  // Elsewhere it serves nobody, though it says itself that it would.
  expect(await direct("522322")).toBe("refused");

  // For one item alone: not for another, and not for what is no case.
  must(await renewAgreement(world.deps, world.admin, world.pool, "counter-help", "2026-12-12"));
  must(await withdrawAgreement(world.deps, world.admin, world.pool, "counter-help", longer.version + 1));
  const narrow = must(await propose({ until: "2026-12-05", items: [HEALTH] }));
  must(await approve(narrow.version));
  await until(async () => (await world.deps.store.read(world.pool).catalogue.poolMap(true)).routing.agreed?.length === 1);
  // The other item's case is moved, or listed for whoever tells people; those of its item stay, though they were filed before it named any.
  await until(async () => (await held()).length === 3);
  await settled();
  expect((await held()).every((one) => one.endsWith(HEALTH))).toBe(true);
  const [drain] = await world.deps.store.read(world.pool).drains.list({ units: undefined, lifted: false });
  expect(drain).toMatchObject({ target: "bank-review", spares: { divisions: ["522301"], items: [HEALTH] }, answered: true, moved: 1, kept: 0, open: 1 });
  expect(await world.deps.store.read(world.pool).drains.notices(drain!.id, 9)).toMatchObject([{ state: "refused", request: { itemNames: { en: expect.any(String) } } }]);
  await file(SUBSIDY);
  await file();
  await until(async () => (await held()).length === 4);
  await settled();
  expect((await held())[3]).toBe(`2026-11-26 ${HEALTH}`);
  expect(await direct()).toBe("refused");
  const claim = { unit: "market", division: "522301", title: "会场", claims: [{ class: "staff.review", amount: 10, purpose: HEALTH }] };
  expect(codes(await claimDirectly(world.deps, world.admin, world.pool, claim as never))).toEqual(["claim.purpose_not_allowed claims.0.purpose"]);

  const [row] = await database.sql<{ resource_id: number }[]>`select resource_id from pool.resources where code = 'bank-review'`;
  const lent = await judgeLoans(world.deps.store.read(world.pool), "2026-11-20", [{ classId: trusted("staff.review"), lenderResource: trusted(Number(row!.resource_id)), borrower: trusted("health"), amount: 10, from: "2026-11-30", to: "2026-12-01", legalBasis: null }], {});
  expect(lent.problems.map(({ code }) => code)).toContain("agreement.not_lent");
  expect(codes(await declareDelegation(world.deps, head, world.pool, { from: "market", to: "bank", class: "staff.decision", basis: "x", document: "y" }))).toEqual(["supplier.is_no_organ to"]);
  expect(codes(await changeResource(world.deps, world.admin, world.pool, "bank-review", { total: "130" }, 2))).toEqual(["agreement.above_ceiling"]);
});

test("suspended it gives nothing and what is held is moved or listed; ended it gives until its notice is over; what it is owed is what was used", async () => {
  must(await suspendAgreement(world.deps, head, world.pool, "counter-help", "质量不达标"));
  await until(async () => (await held()).length === 0);
  const drains = await database.sql<{ target: string; lifted: boolean }[]>`select target, lifted_at is not null as lifted from pool.drains where spares is null`;
  expect(drains).toMatchObject([{ target: "bank-review", lifted: false }]);
  expect(codes(await suspendAgreement(world.deps, head, world.pool, "counter-help", "again"))).toEqual(["object.transition_illegal"]);
  must(await resumeAgreement(world.deps, head, world.pool, "counter-help"));
  // What waits is served again; who asked before the agreement was for one item alone does not say its item, and is not.
  await until(async () => (await held()).length === 1);

  // A day's notice: Saturday is its last day, and nothing of what was held for later stays.
  must(await endAgreement(world.deps, head, world.pool, "counter-help", "合同解除"));
  await until(async () => (await held()).length === 0);
  expect(await followAgreements(world.deps, world.pool)).toBe(0);
  await world.at(FRIDAY_NINE + 3 * DAY);
  expect(await followAgreements(world.deps, world.pool)).toBe(1);
  expect((await world.deps.store.read(world.pool).agreements.get("counter-help"))?.state).toBe("ended");
  expect(codes(await suspendAgreement(world.deps, head, world.pool, "counter-help", "late"))).toEqual(["object.transition_illegal"]);
  expect(await direct()).toBe("refused");
});

test("ended, suspended and resumed in any order, and beside somebody's leave, nothing held stays on a day without it", async () => {
  const { version } = must(await propose({ agreement: "counter-more", until: "2026-12-20", noticeDays: 3 }));
  must(await approve(version, "counter-more"));
  // It holds today: what follows it later would leave the days between without any.
  expect(codes(await propose({ agreement: "counter-more", from: "2026-11-30", until: "2026-12-20" }))).toEqual(["agreement.leaves_gap from"]);
  for (const item of [HEALTH, HEALTH, HEALTH]) await file(item);
  await until(async () => (await held()).length > 0);
  const leave = must(await declareDrain(world.deps, { kind: "system", poolId: world.pool, task: "leave" }, world.pool, { kind: "cordon", targetKind: "resource", target: "bank-review", from: "2026-12-10", to: "2026-12-10", reason: "盘点" }));
  must(await suspendAgreement(world.deps, head, world.pool, "counter-more", "质量不达标"));
  await until(async () => (await held()).length === 0);
  must(await resumeAgreement(world.deps, head, world.pool, "counter-more"));
  await until(async () => (await held()).length > 0);
  expect((await world.deps.store.read(world.pool).drains.get(leave.id))?.liftedAt).toBeNull();
  must(await liftDrain(world.deps, { kind: "system", poolId: world.pool, task: "leave" }, world.pool, leave.id, "盘点完毕"));

  const days = async () => (await database.sql<{ from: string; to: string }[]>`select from_day::text as from, to_day::text as to from pool.drains where target = 'bank-review' and lifted_at is null and spares is null`).map(({ from, to }) => `${from} ${to}`);
  must(await endAgreement(world.deps, head, world.pool, "counter-more", "合同解除"));
  expect(await days()).toEqual(["2026-11-27 2026-12-19"]);
  must(await suspendAgreement(world.deps, head, world.pool, "counter-more", "质量不达标"));
  await until(async () => (await held()).length === 0);
  expect(await days()).toEqual(["2026-11-23 2026-12-19"]);
  must(await resumeAgreement(world.deps, head, world.pool, "counter-more"));
  expect(await days()).toEqual(["2026-11-27 2026-12-19"]);
  await until(async () => (await held()).length > 0);
  expect((await held()).every((one) => one < "2026-11-27")).toBe(true);
});

test("what was bought in all is used up: nothing new is given, what is held stays, and it is given again when enough comes back", async () => {
  must(await suspendAgreement(world.deps, head, world.pool, "counter-more", "换版本"));
  must(await resumeAgreement(world.deps, head, world.pool, "counter-more"));
  await settled();
  const day = "2026-11-24";
  const bought = { agreement: "counter-more", until: "2026-12-20", noticeDays: 3, classes: [{ class: "staff.review", perPeriod: 120, inTotal: 120, priceFen: 150 }] };
  must(await approve(must(await propose(bought)).version, "counter-more"));
  await until(async () => (await held()).length >= 2);
  await settled();
  const before = await held();
  expect(await capacity(day)).toBe(60);
  expect(await followAgreements(world.deps, world.pool)).toBe(1);
  expect(await followAgreements(world.deps, world.pool)).toBe(0);
  await settled();
  expect((await world.deps.store.read(world.pool).agreements.get("counter-more"))?.state).toBe("active");
  expect(await held()).toEqual(before);
  const waits = await file();
  await settled();
  expect(await held()).toEqual(before);
  // Neither does anybody count on it.
  expect(await capacity(day)).toBe(0);

  // One gives its time back; below a period's worth it would be given twice within a second.
  const holders = await database.sql<{ id: string }[]>`
    select q.public_id as id from pool.allocations a join pool.resources r using (pool_id, resource_id) join pool.steps s using (pool_id, step_id) join pool.requests q using (pool_id, request_id)
    where r.unit_id = 'bank' and a.state = 'held' order by a.period`;
  for (const { id } of holders) must(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId: id }));
  await settled();
  expect(await followAgreements(world.deps, world.pool)).toBe(1);
  await until(async () => (await held()).length === 1);
  expect(waits).not.toBe("");
  expect(await capacity(day)).toBe(60);
});

test("a manifest that loads another version does what the page does, and nobody counts on what lies outside term and places", async () => {
  const load = (more: RawRecord) => {
    const declared = must(declareAgreement({ ...AGREEMENT, agreement: "counter-more", noticeDays: 3, ...more }));
    return declaring(world.deps, { kind: "system", poolId: world.pool, task: "load" }, world.pool, 1, (act) => writeAgreements(act, [{ declaration: declared, place: {} }], new Set()));
  };
  must(await load({ until: "2026-12-20" }));
  for (const item of [HEALTH, HEALTH]) await file(item);
  await until(async () => (await held()).length >= 2);
  await settled();
  const last = (await held()).at(-1)!.slice(0, 10);
  must(await load({ until: last }));
  await until(async () => (await held()).every((one) => one < last));
  expect(await database.sql`select from pool.drains where target = 'bank-review' and lifted_at is null and spares is null and from_day = ${last}`).toHaveLength(1);
  expect([await capacity("2026-11-24"), await capacity(last), await capacity("2026-11-22")]).toEqual([60, 0, 0]);
  must(await load({ until: last, divisions: ["522322"] }));
  await until(async () => (await held()).length === 0);
  must(await changeResource(world.deps, world.admin, world.pool, "bank-review", { jurisdiction: "522301" }, (await world.deps.store.read(world.pool).resources.byCode("bank-review"))!.generation));
  expect(await capacity("2026-11-24")).toBe(0);
});
