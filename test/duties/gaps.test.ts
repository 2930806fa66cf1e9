import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declareLeadException, listLeadExceptions, withdrawLeadException } from "../../src/app/duties/lead-exceptions.js";
import { readGaps, type DutyFault } from "../../src/app/duties/read-gaps.js";
import { changeUnit } from "../../src/app/org/declare-unit.js";
import { publishResource, retireResource } from "../../src/app/pool/move-resource.js";
import { changeResource, registerResource } from "../../src/app/pool/register-resource.js";
import { trusted, type PersonId, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { loadSample, registerDeps, SAMPLE, system, type RegisterDeps } from "../support/register-pool.js";

let database: TestDatabase;
let deps: RegisterDeps;
beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  await loadSample(deps);
  // The clock of a sandbox stands still, so that days are days.
  await database.sql`update pool.pools set sandbox = true, clock = 'manual', clock_at = '2026-11-23T01:00:00Z' where pool_id = ${SAMPLE}`;
});
afterAll(() => database.end());

const person = (...roles: HeldRole[]): PersonActor => ({ kind: "person", poolId: SAMPLE, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "测试", roles, mandates: [], channel: "api" });
const admin = person({ role: "pool-admin" });
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));
const faults = async (): Promise<readonly DutyFault[]> => value(await readGaps(deps, admin, SAMPLE));
const EDUCATION = "function.education";
const authority = (more: Record<string, unknown> = {}) =>
  registerResource(deps, system(SAMPLE), SAMPLE, { resource: "xingyi-health-education", unit: "xingyi-health", class: EDUCATION, total: "unlimited", legal_basis: "《教育法》第十三条", jurisdiction: "522301", ...more });
const exception = (more: Record<string, string> = {}) =>
  declareLeadException(deps, admin, SAMPLE, { class: EDUCATION, unit: "xingyi-health", from: "2026-12-01", to: "2027-03-31", basis: "《义务教育法》第七条", ...more });

describe("the standing report", () => {
  test("the sample prefecture has neither", async () => {
    expect(await faults()).toEqual([]);
  });

  test("a function that is retired leaves the items of its unit without a holder; declared again, the gap is gone", async () => {
    const before = (await database.sql<{ generation: number }[]>`select generation from pool.resources where pool_id = ${SAMPLE} and code = 'xingyi-education-authority'`)[0]!.generation;
    value(await retireResource(deps, admin, SAMPLE, "xingyi-education-authority", Number(before)));
    const found = await faults();
    expect(found.map(({ kind, reason, classId, division, units }) => [kind, reason, classId, division, units.map(({ id }) => id)])).toEqual([["gap", "no-function", EDUCATION, "522301", ["xingyi-education"]]]);
    expect(found[0]!.items).toBeGreaterThan(0);
    value(await authority({ resource: "xingyi-education-anew", unit: "xingyi-education" }));
    expect(await faults()).toEqual([]);
  });

  test("a unit that closes to the public leaves its line without an office there, and one that is gone too", async () => {
    const { generation } = (await database.sql<{ generation: number }[]>`select generation from pool.units where pool_id = ${SAMPLE} and unit_id = 'anlong-tax'`)[0]!;
    value(await changeUnit(deps, system(SAMPLE), SAMPLE, "anlong-tax", { public: "false" }, Number(generation)));
    expect((await faults()).map(({ key }) => key)).toEqual(["not-public:county:tax:-:522328:anlong-tax"]);
    await database.sql`update pool.units set state = 'retired' where pool_id = ${SAMPLE} and unit_id = 'anlong-tax'`;
    expect((await faults()).map(({ key }) => key)).toEqual(["no-unit:county:tax:-:522328:-"]);
    await database.sql`update pool.units set state = 'active' where pool_id = ${SAMPLE} and unit_id = 'anlong-tax'`;
    // Opening it again is for who has completed its checklist.
    await database.sql`update pool.units set published = true where pool_id = ${SAMPLE} and unit_id = 'anlong-tax'`;
    expect(await faults()).toEqual([]);
  });

  test("a class of functions nobody holds is told once, for the whole pool", async () => {
    await database.sql`insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, per, lend, act, consumable, min, max, step)
      values (${SAMPLE}, 'function.archives', 'function', '档案', 'Archives', 'case', 'none', 'unit', 'none', 'deciding', false, 1, 1, 1)`;
    expect((await faults()).map(({ key }) => key)).toEqual(["unheld:-:-:function.archives:522300:-"]);
    await database.sql`delete from pool.classes where pool_id = ${SAMPLE} and class_id = 'function.archives'`;
  });

  test("is read by those who answer for the pool", async () => {
    expect(codes(await readGaps(deps, person({ role: "registrar", unitId: trusted<UnitId>("qxn-education") }), SAMPLE))).toEqual(["object.not_found"]);
    expect((await readGaps(deps, person({ role: "auditor" }), SAMPLE)).ok).toBe(true);
  });
});

describe("one class has one lead in an area", () => {
  test("a second unit of the level is refused at save, with who leads; one of another level or place is not", async () => {
    expect(codes(await authority())).toEqual(["resource.second_lead class"]);
    expect(codes(await authority({ jurisdiction: "522301003" }))).toEqual(["resource.second_lead class"]);
    value(await authority({ resource: "anlong-second-part", unit: "anlong-education", jurisdiction: "522328" }));
    expect(await faults()).toEqual([]);
  });

  test("nor by another way: registered first and published then, or moved to where there is a lead", async () => {
    const drafted = value(await authority({ state: "registered" }));
    expect(codes(await publishResource(deps, system(SAMPLE), SAMPLE, drafted.code, drafted.generation))).toEqual(["resource.second_lead class"]);
    const anlong = (await database.sql<{ generation: number }[]>`select generation from pool.resources where pool_id = ${SAMPLE} and code = 'anlong-second-part'`)[0]!;
    expect(codes(await changeResource(deps, system(SAMPLE), SAMPLE, "anlong-second-part", { unit: "anlong-health" }, Number(anlong.generation)))).toEqual(["resource.second_lead class"]);
  });

  test("an exception needs a law, two days, a class of functions and a unit", async () => {
    expect(codes(await exception({ basis: "" }))).toEqual(["input.missing basis"]);
    expect(codes(await exception({ to: "2026-11-30" }))).toEqual(["validity.reversed to"]);
    expect(codes(await exception({ from: "2026-01-01", to: "2026-11-22" }))).toEqual(["validity.reversed to"]);
    expect(codes(await exception({ to: "2036-12-01" }))).toEqual(["lead.exception_too_long to"]);
    expect(codes(await exception({ class: "staff.review" }))).toEqual(["lead.not_a_function class"]);
    expect(codes(await exception({ class: "function.nothing" }))).toEqual(["class.unknown class"]);
    expect(codes(await exception({ unit: "nobody" }))).toEqual(["input.unknown_reference unit"]);
    expect(codes(await declareLeadException(deps, person({ role: "unit-head", unitId: trusted<UnitId>("xingyi-health") }), SAMPLE, { class: EDUCATION, unit: "xingyi-health", from: "2026-12-01", to: "2027-01-01", basis: "法" }))).toEqual(["access.forbidden"]);
  });

  test("within an exception's days a second unit may hold it, not a day longer; when the exception ends, the report says so until one is gone", async () => {
    const made = value(await exception());
    expect(codes(await authority({ valid_from: "2026-12-01", valid_to: "2027-04-01" }))).not.toEqual([]);
    expect(codes(await authority({ resource: "xingyi-health-longer", valid_from: "2026-12-01" }))).toEqual(["resource.second_lead class"]);
    const second = value(await authority({ resource: "xingyi-health-dated", valid_from: "2026-12-01", valid_to: "2027-03-31" }));
    expect(await faults()).toEqual([]);
    value(await withdrawLeadException(deps, admin, SAMPLE, made.id));
    expect(codes(await withdrawLeadException(deps, admin, SAMPLE, made.id))).toEqual(["object.not_found"]);
    const [overlap, ...others] = await faults();
    expect(others).toEqual([]);
    expect(overlap).toMatchObject({ kind: "overlap", reason: "two-leads", classId: EDUCATION, division: "522301", resources: ["xingyi-education-anew", "xingyi-health-dated"], until: "2027-03-31" });
    value(await retireResource(deps, admin, SAMPLE, second.code, second.generation));
    expect(await faults()).toEqual([]);
    expect(value(await listLeadExceptions(deps, admin, SAMPLE))).toEqual([]);
    expect(value(await listLeadExceptions(deps, admin, SAMPLE, { ended: true }))).toHaveLength(1);
    const acts = await database.sql`select act from pool.audit_records where pool_id = ${SAMPLE} and object_kind = 'lead-exception' order by audit_id`;
    expect(acts.map(({ act }) => act as string)).toEqual(["lead-exception.declare", "lead-exception.withdraw"]);
  });
});
