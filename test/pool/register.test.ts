import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trusted, type PersonId, type UnitId } from "../../src/domain/id.js";
import { localDateOf, parseLocalDate } from "../../src/domain/instant.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { capacityByPeriod } from "../../src/domain/pool/capacity-by-period.js";
import { RESOURCE_EVENTS, RESOURCE_TRANSITIONS } from "../../src/domain/pool/lifecycle.js";
import type { Result } from "../../src/domain/result.js";
import { changeUnit, registerUnit, retireUnit } from "../../src/app/org/declare-unit.js";
import { declareCalendar, declareClass } from "../../src/app/pool/declare-basics.js";
import { putOutOfService, retireAsset, returnToService } from "../../src/app/pool/move-asset.js";
import { publishResource, retireResource } from "../../src/app/pool/move-resource.js";
import { poolOverview } from "../../src/app/pool/pool-overview.js";
import { getResource, listResources } from "../../src/app/pool/read-resources.js";
import { registerAsset, changeAsset } from "../../src/app/pool/register-asset.js";
import { changeResource, registerResource } from "../../src/app/pool/register-resource.js";
import { resourceUse } from "../../src/app/pool/resource-use.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { loadSample, registerDeps, SAMPLE, system, type RegisterDeps } from "../support/register-pool.js";

let database: TestDatabase;
let deps: RegisterDeps;
beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  await loadSample(deps);
});
afterAll(() => database.end());

const person = (...roles: HeldRole[]): PersonActor => ({
  kind: "person",
  poolId: SAMPLE,
  personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"),
  displayName: "测试",
  roles,
  mandates: [],
  channel: "api",
});
const unit = (id: string) => trusted<UnitId>(id);
const admin = person({ role: "pool-admin" });
const registrar = (id: string) => person({ role: "registrar", unitId: unit(id) });

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));

async function trace(act: string, object: string) {
  const [audit] = await database.sql`select actor_id, before, after from pool.audit_records where act = ${act} and object_id = ${object} order by audit_id desc limit 1`;
  const [command] = await database.sql<{ command: { kind: string; resources?: number[] } }[]>`select command from pool.commands where pool_id = ${SAMPLE} order by command_id desc limit 1`;
  return { audit, command: command?.command };
}

const review = (code: string, more: Record<string, string> = {}) => ({ resource: code, unit: "qxn-education", class: "staff.review", total: "300", ...more });

describe("registering a resource (P1)", () => {
  test("stores it with a generation, its audit record and word to the writer", async () => {
    const made = value(await registerResource(deps, registrar("qxn-education"), SAMPLE, review("edu-review-a", { reserved: "30" })));
    expect(made).toMatchObject({ code: "edu-review-a", total: 300, reserved: 30, overcommitPercent: 100, jurisdiction: ["522300"], state: "published", generation: 1 });
    const { audit, command } = await trace("resource.declare", "edu-review-a");
    expect(audit).toMatchObject({ actor_id: "00000000-0000-4000-8000-000000000001", before: null, after: { total: "300", reserved: "30" } });
    expect(command).toEqual({ kind: "resource.declared", resources: [made.id] });
  });

  test("a code that is taken is refused and nothing changes", async () => {
    expect(codes(await registerResource(deps, admin, SAMPLE, review("edu-review-a", { total: "5" })))).toEqual(["object.exists"]);
    expect(value(await getResource(deps, admin, SAMPLE, "edu-review-a")).total).toBe(300);
  });

  test("another unit's registrar may not, and does not learn what is there", async () => {
    expect(codes(await registerResource(deps, registrar("qxn-justice"), SAMPLE, review("edu-review-x")))).toEqual(["object.not_found"]);
    expect(codes(await getResource(deps, registrar("qxn-justice"), SAMPLE, "edu-review-a"))).toEqual(codes(await getResource(deps, registrar("qxn-justice"), SAMPLE, "no-such")));
  });

  test("a registrar sees the list of the own unit, the administrator everybody's", async () => {
    const own = value(await listResources(deps, registrar("qxn-education"), SAMPLE, {}, { limit: 500 }));
    expect(new Set(own.rows.map(({ unitId }) => unitId))).toEqual(new Set(["qxn-education"]));
    expect(value(await listResources(deps, registrar("qxn-education"), SAMPLE, { unit: "qxn-justice" }, { limit: 500 })).rows).toEqual([]);
    let seen = 0;
    for (let after: string | undefined, more = true; more; ) {
      const page = value(await listResources(deps, admin, SAMPLE, { kind: "staff" }, { limit: 200, after }));
      seen += page.rows.length;
      after = page.next ?? undefined;
      more = page.next !== null;
    }
    const [row] = await database.sql<{ count: number }[]>`select count(*)::int from pool.resources where class_id like 'staff.%'`;
    expect(seen).toBe(row?.count);
  });
});

describe("changing what is declared", () => {
  test("a stale generation is refused with both numbers; the fresh one raises it", async () => {
    const { generation } = value(await getResource(deps, admin, SAMPLE, "edu-review-a"));
    const stale = await changeResource(deps, admin, SAMPLE, "edu-review-a", { total: "200" }, generation - 1);
    expect(stale).toMatchObject({ ok: false, problems: [{ code: "object.generation_stale", facts: { expected: generation - 1, actual: generation } }] });
    expect(value(await changeResource(deps, admin, SAMPLE, "edu-review-a", { total: "200" }, generation))).toMatchObject({ total: 200, reserved: 30, generation: generation + 1 });
    expect((await trace("resource.declare", "edu-review-a")).audit).toMatchObject({ before: { total: "300" }, after: { total: "200" } });
  });

  test("the same declaration again changes nothing and leaves no record", async () => {
    const { generation } = value(await getResource(deps, admin, SAMPLE, "edu-review-a"));
    const [before] = await database.sql`select count(*)::int from pool.audit_records`;
    expect(value(await changeResource(deps, admin, SAMPLE, "edu-review-a", { total: "200" }, generation)).generation).toBe(generation);
    expect((await database.sql`select count(*)::int from pool.audit_records`)[0]).toEqual(before);
  });

  test("a total below what is used is accepted and shows as overdrawn", async () => {
    const made = value(await registerResource(deps, admin, SAMPLE, review("edu-review-b", { total: "100", calendar: "always" })));
    const today = value(await resourceUse(deps, admin, SAMPLE, "edu-review-b", { days: 3 }));
    const [period] = today.periods;
    await database.sql`insert into pool.balances (pool_id, resource_id, period, capacity, held, settled) values (${SAMPLE}, ${made.id}, ${period?.period ?? 0}, 100, 60, 20)`;
    value(await changeResource(deps, admin, SAMPLE, "edu-review-b", { total: "50" }, 1));
    const use = value(await resourceUse(deps, admin, SAMPLE, "edu-review-b", { days: 3 }));
    expect(use.periods.map(({ capacity, held, settled, free }) => [capacity, held, settled, free])).toEqual([
      [50, 60, 20, -30],
      [50, 0, 0, 50],
      [50, 0, 0, 50],
    ]);
    const overview = value(await poolOverview(deps, admin, SAMPLE));
    expect(overview.classes.find((one) => one.class.id === "staff.review")?.overdrawn).toBe(1);
  });
});

test("who holds a resource is told by request, page by page", async () => {
  const made = value(await registerResource(deps, admin, SAMPLE, review("edu-review-h", { calendar: "always" })));
  const { from } = value(await resourceUse(deps, admin, SAMPLE, "edu-review-h", { days: 1 }));
  const day = parseLocalDate(from) ?? 0;
  const [request] = await database.sql<{ request_id: string }[]>`
    insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, promised_due_at, statutory_due_at)
    values (${SAMPLE}, '522301-20261122-000001', 'x', 1, 'qxn-justice', '522301', gen_random_uuid(), gen_random_uuid(), 'api', 'received', now(), now(), now()) returning request_id`;
  const [step] = await database.sql<{ step_id: string }[]>`
    insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at) values (${SAMPLE}, ${request?.request_id ?? 0}, 'review', 0, 'review', 'human', '{}', 'ready', now(), now()) returning step_id`;
  for (const claim of [1, 2, 3]) {
    await database.sql`
      insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, seq, capacity) values (${SAMPLE}, ${claim}, 1, ${made.id}, ${day}, ${step?.step_id ?? 0}, ${claim * 5}, 1, 300)`;
  }
  const reading = deps.store.read(SAMPLE).resources;
  const first = await reading.holders(made.id, day, day, { limit: 2 });
  const second = await reading.holders(made.id, day, day, { limit: 2, after: first.next ?? undefined });
  expect([...first.rows, ...second.rows].map(({ amount, requestNumber, requestUnit, step: name }) => [amount, requestNumber, requestUnit, name])).toEqual([5, 10, 15].map((amount) => [amount, "522301-20261122-000001", "qxn-justice", "review"]));
  expect(second.next).toBeNull();
  expect(value(await resourceUse(deps, admin, SAMPLE, "edu-review-h", { days: 1 })).holders.rows).toHaveLength(3);
});

describe("one life for every kind (P11)", () => {
  test("register → publish → retire; every other step is refused", async () => {
    const made = value(await registerResource(deps, admin, SAMPLE, review("edu-review-c", { state: "registered" })));
    expect(made.state).toBe("registered");
    const published = value(await publishResource(deps, admin, SAMPLE, "edu-review-c", 1));
    expect(published).toMatchObject({ state: "published", generation: 2 });
    expect(codes(await publishResource(deps, admin, SAMPLE, "edu-review-c", 2))).toEqual(["object.transition_illegal"]);
    expect(value(await retireResource(deps, admin, SAMPLE, "edu-review-c", 2)).state).toBe("retired");
    for (const result of [
      await retireResource(deps, admin, SAMPLE, "edu-review-c", 3),
      await publishResource(deps, admin, SAMPLE, "edu-review-c", 3),
      await changeResource(deps, admin, SAMPLE, "edu-review-c", { total: "10" }, 3),
    ]) {
      expect(codes(result)).toEqual(["object.transition_illegal"]);
    }
    expect((await trace("resource.retire", "edu-review-c")).audit).toMatchObject({ before: { state: "published" }, after: { state: "retired" } });
  });

  test.each([
    ["function", "function.education", { total: "unlimited", legal_basis: "《教育法》第十五条" }],
    ["numbered-function", "function.education", { total: "12", legal_basis: "《教育法》第十五条", number_basis: "《教育法》第二十七条" }],
    ["funds", "funds.education-aid", { total: "100000", earmark: "test-purpose" }],
    ["material", "material.vehicle", { total: "2" }],
    ["data", "data.legal-person", { total: "500" }],
  ])("%s lives by the same verbs as staff", async (kind, classId, more) => {
    const code = `edu-${kind}-life`;
    value(await registerResource(deps, admin, SAMPLE, { resource: code, unit: "qxn-education", class: classId, state: "registered", ...more }));
    value(await publishResource(deps, admin, SAMPLE, code, 1));
    expect(value(await retireResource(deps, admin, SAMPLE, code, 2)).state).toBe("retired");
  });

  test("an authority that ends or changes makes the writer decide again what it assumed", async () => {
    const revocations = async () => Number((await database.sql<{ revocations: string }[]>`select revocations from pool.writers where pool_id = ${SAMPLE}`)[0]?.revocations);
    const record = { resource: "edu-authority", unit: "qxn-education", class: "function.education", total: "unlimited", legal_basis: "《教育法》第十五条" };
    const before = await revocations();
    value(await registerResource(deps, admin, SAMPLE, record));
    expect(await revocations()).toBe(before);
    value(await changeResource(deps, admin, SAMPLE, "edu-authority", { jurisdiction: "522301" }, 1));
    expect(await revocations()).toBe(before + 1);
    value(await retireResource(deps, admin, SAMPLE, "edu-authority", 2));
    expect(await revocations()).toBe(before + 2);
  });

  test("the table has an answer for every state and event", () => {
    for (const row of Object.values(RESOURCE_TRANSITIONS)) expect(Object.keys(row).sort()).toEqual([...RESOURCE_EVENTS].sort());
  });
});

describe("assets behind resources (P7)", () => {
  test("a derived total follows its assets, in service and out", async () => {
    const resource = value(await registerResource(deps, admin, SAMPLE, review("edu-posts", { total: "assets" })));
    const post = (n: number) => ({ asset: `edu-post-${n}`, unit: "qxn-education", resource: "edu-posts", label: `审查岗 ${n}`, amount: "300" });
    for (const n of [1, 2, 3]) value(await registerAsset(deps, admin, SAMPLE, post(n)));
    const total = async () => value(await getResource(deps, admin, SAMPLE, "edu-posts")).total;
    expect(await total()).toBe(900);
    value(await putOutOfService(deps, admin, SAMPLE, "edu-post-1", 1));
    expect(await total()).toBe(600);
    expect((await trace("asset.declare", "edu-post-1")).command).toMatchObject({ kind: "resource.evacuated", resources: [{ resource: resource.id, whatFitsStays: true }] });
    value(await returnToService(deps, admin, SAMPLE, "edu-post-1", 2));
    expect(await total()).toBe(900);
    value(await changeAsset(deps, admin, SAMPLE, "edu-post-2", { amount: "200" }, 1));
    value(await retireAsset(deps, admin, SAMPLE, "edu-post-3", 1));
    expect(await total()).toBe(500);
    expect(codes(await returnToService(deps, admin, SAMPLE, "edu-post-3", 2))).toEqual(["object.transition_illegal"]);
  });

  test("an asset backs a resource of its own unit only", async () => {
    expect(codes(await registerAsset(deps, admin, SAMPLE, { asset: "stray", unit: "qxn-justice", resource: "edu-posts", label: "x", amount: "1" }))).toEqual(["asset.resource_of_another_unit resource"]);
  });
});

describe("bad input names the field and changes nothing", () => {
  const bad: readonly (readonly [string, Record<string, string>])[] = [
    ["class.unknown class", { class: "staff.juggling" }],
    ["input.invalid class", { class: "magic.wand" }],
    ["trait.unknown traits", { traits: "can-fly" }],
    ["division.unknown jurisdiction", { jurisdiction: "110101" }],
    ["input.invalid jurisdiction", { jurisdiction: "5223" }],
    ["input.unknown_reference jurisdiction", { jurisdiction: "zone:atlantis" }],
    ["input.unknown_reference unit", { unit: "no-such-unit" }],
    ["input.unknown_reference calendar", { calendar: "no-such" }],
    ["amount.zero total", { total: "0" }],
    ["amount.negative total", { total: "-5" }],
    ["amount.fractional total", { total: "0.5" }],
    ["amount.not_multiple total", { total: "301" }],
    ["amount.too_large total", { total: "9007199254740993" }],
    ["amount.too_large total", { total: "99999999999999999999" }],
    ["input.not_whole_number total", { total: "1e3" }],
    ["input.not_whole_number total", { total: "３００" }],
    ["input.not_whole_number total", { total: "007" }],
    ["input.not_whole_number total", { total: "NaN" }],
    ["resource.reserved_above_total reserved", { reserved: "305" }],
    ["input.out_of_range overcommit", { overcommit: "1001" }],
    ["amount.zero min", { min: "0" }],
    ["validity.reversed valid_to", { valid_from: "2026-02-01", valid_to: "2026-01-31" }],
    ["input.invalid valid_from", { valid_from: "2026-02-29" }],
    ["input.invalid valid_to", { valid_to: "99999-01-01" }],
    ["input.invalid valid_to", { valid_to: "infinity" }],
    ["resource.unlimited_not_allowed total", { total: "unlimited" }],
    ["resource.earmark_not_allowed earmark", { earmark: "anything" }],
    ["resource.earmark_required earmark", { class: "funds.education-aid", total: "1000" }],
    ["resource.number_basis_required number_basis", { class: "function.education", total: "3", legal_basis: "x" }],
    ["resource.number_basis_not_allowed number_basis", { class: "function.education", total: "unlimited", legal_basis: "x", number_basis: "x" }],
    ["resource.legal_basis_required legal_basis", { class: "function.education", total: "unlimited" }],
    ["input.unknown_field generation", { generation: "7" }],
    ["input.unknown_field pool_id", { pool_id: "other" }],
    ["input.unknown_field __proto__", JSON.parse('{"__proto__": "x"}') as Record<string, string>],
    ["input.forbidden_character source", { source: "a\u0000b" }],
    ["input.forbidden_character source", { source: "abc\u202Etxt" }],
    ["input.too_long source", { source: "x".repeat(1_001) }],
    ["input.invalid resource", { resource: "Ünïcode" }],
    ["input.invalid resource", { resource: "zero\u200Bwidth" }],
    ["input.missing total", { total: "" }],
  ];
  test.each(bad)("%s", async (expected, change) => {
    const [before] = await database.sql`select (select count(*) from pool.resources)::int as resources, (select count(*) from pool.audit_records)::int as audit`;
    const result = await registerResource(deps, admin, SAMPLE, Object.assign(Object.create(null) as Record<string, string>, review("edu-bad"), {}, ...Object.entries(Object.getOwnPropertyDescriptors(change)).map(([key, { value }]) => Object.defineProperty({}, key, { value, enumerable: true }))));
    expect(codes(result)).toContain(expected);
    expect(await database.sql`select (select count(*) from pool.resources)::int as resources, (select count(*) from pool.audit_records)::int as audit`).toEqual([before]);
  });

  test("an authority to decide ends at the unit's own borders", async () => {
    const county = await database.sql<{ unit_id: string; division_code: string }[]>`select unit_id, division_code from pool.units where line = 'education' and level = 'county' order by unit_id limit 1`;
    const record = { resource: "too-far", unit: county[0]?.unit_id ?? "", class: "function.education", total: "unlimited", legal_basis: "x", jurisdiction: "522300" };
    expect(codes(await registerResource(deps, admin, SAMPLE, record))).toEqual(["resource.jurisdiction_outside jurisdiction"]);
  });

  test("an amount of another type than text or number is not a number", async () => {
    for (const total of [true, [300], { total: 300 }, 0.1, -1, Number.NaN, 2 ** 53]) {
      expect(codes(await registerResource(deps, admin, SAMPLE, { ...review("edu-bad"), total })).map((code) => code.split(" ")[1])).toContain("total");
    }
  });
});

describe("units", () => {
  const record = (id: string, parent: string) => ({ unit: id, parent, name_zh: "测试站", name_en: "Test Station", division: "522301", line: "education", level: "township" });
  test("a registrar adds a unit beneath the own one, not beside it", async () => {
    expect(value(await registerUnit(deps, registrar("qxn-education"), SAMPLE, record("edu-station", "qxn-education")))).toMatchObject({ id: "edu-station", published: false, generation: 1 });
    expect(codes(await registerUnit(deps, registrar("qxn-education"), SAMPLE, record("edu-elsewhere", "qxn-justice")))).toEqual(["access.forbidden"]);
    expect(codes(await changeUnit(deps, registrar("qxn-education"), SAMPLE, "edu-station", { public: "true" }, 1))).toEqual(["access.forbidden"]);
  });
  test("nobody becomes their own grandparent", async () => {
    value(await registerUnit(deps, admin, SAMPLE, record("edu-desk", "edu-station")));
    const result = await changeUnit(deps, admin, SAMPLE, "edu-station", { parent: "edu-desk" }, 1);
    expect(result).toMatchObject({ ok: false, problems: [{ code: "unit.cycle", field: "parent", facts: { path: "edu-desk → edu-station → edu-desk" } }] });
  });
  test.each([
    ["unit.credit_code_invalid credit_code", { credit_code: "11522300MB0001011F" }],
    ["division.unknown division", { division: "522399" }],
    ["input.unknown_reference parent", { parent: "nobody" }],
    ["input.invalid level", { level: "village" }],
    ["input.invalid phone", { phone: "call me" }],
  ])("%s", async (expected, change) => {
    expect(codes(await registerUnit(deps, admin, SAMPLE, { ...record("edu-bad", "qxn-education"), ...change }))).toEqual([expected]);
  });
  test("is retired when nothing beneath it lives", async () => {
    expect(codes(await retireUnit(deps, admin, SAMPLE, "edu-station", 1))).toEqual(["unit.not_empty"]);
    value(await retireUnit(deps, admin, SAMPLE, "edu-desk", 1));
    expect(value(await retireUnit(deps, admin, SAMPLE, "edu-station", 1)).state).toBe("retired");
  });
});

describe("calendars and classes", () => {
  const names = { zh: "试", en: "Trial" };
  test("calendars that rest on each other are refused", async () => {
    value(await declareCalendar(deps, admin, SAMPLE, { calendar: "trial-a", layer: "unit", base: "qxn-office", names }));
    value(await declareCalendar(deps, admin, SAMPLE, { calendar: "trial-b", layer: "unit", base: "trial-a", names }));
    expect(codes(await declareCalendar(deps, admin, SAMPLE, { calendar: "trial-a", layer: "unit", base: "trial-b", names }))).toEqual(["calendar.cycle base"]);
    expect(codes(await declareCalendar(deps, admin, SAMPLE, { calendar: "trial-c", layer: "nation", base: "trial-a", names }))).toEqual(["calendar.base_above base"]);
  });
  test("the calendar that limits are counted by must go on working", async () => {
    const closed = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    expect(codes(await declareCalendar(deps, admin, SAMPLE, { calendar: "qxn-office", layer: "prefecture", base: "cn", names, week: closed }))).toEqual(["calendar.never_works week"]);
  });
  test("a class is new once, then changed by who saw it", async () => {
    const record = { class: "staff.trial", names, measure: "minute", period: "day", horizon: 5, per: "unit", lend: "work", act: "assisting", limits: { min: 5, max: 60, step: 5 } };
    expect(value(await declareClass(deps, admin, SAMPLE, record, null)).change).toBe("created");
    expect(codes(await declareClass(deps, admin, SAMPLE, record, null))).toEqual(["object.exists"]);
    expect(value(await declareClass(deps, admin, SAMPLE, { ...record, horizon: 10 }, 1)).thing.generation).toBe(2);
    expect(codes(await declareClass(deps, admin, SAMPLE, { ...record, limits: { min: 3, max: 60, step: 5 } }, 2))).toEqual(["amount.not_multiple limits.min"]);
  });
});

describe("the pool as one (P8)", () => {
  test("every class is the sum of its owners, and of what each resource offers by itself", async () => {
    const reading = deps.store.read(SAMPLE);
    const [classes, units, pool, calendars] = [new Map((await reading.classes.all()).map((one) => [one.id, one])), new Map((await reading.units.all()).map((one) => [one.id, one])), await reading.pools.get(), new Calendars(await reading.calendars.all())];
    const all = (await reading.resources.list({}, { limit: 100_000 })).rows;
    const assets = (await reading.assets.list({}, { limit: 100_000 })).rows;
    const assetsOf = new Map<number, typeof assets>();
    for (const asset of assets) if (asset.resourceId !== null) assetsOf.set(asset.resourceId, [...(assetsOf.get(asset.resourceId) ?? []), asset]);

    // A Monday, a Saturday on which halls open, a holiday, a make-up working day.
    for (const date of ["2026-11-23", "2026-11-28", "2026-10-01", "2026-10-10"]) {
      const day = parseLocalDate(date) ?? 0;
      const overview = value(await poolOverview(deps, admin, SAMPLE, { day }));
      const expected = new Map<string, number>();
      for (const resource of all) {
        const capacityClass = classes.get(resource.classId)!;
        const calendarId = resource.calendarId ?? units.get(resource.unitId)?.calendarId ?? pool?.calendarId ?? null;
        const capacity = capacityByPeriod({ ...resource, calendarId }, capacityClass, assetsOf.get(resource.id) ?? [], calendars, day, 1);
        const sum = capacity === "unlimited" ? 0 : capacity.amounts.reduce((a, b) => a + b, 0);
        expected.set(resource.classId, (expected.get(resource.classId) ?? 0) + sum);
      }
      for (const one of overview.classes) {
        expect([date, one.class.id, one.capacity]).toEqual([date, one.class.id, expected.get(one.class.id) ?? 0]);
        for (const key of ["total", "reserved", "capacity", "held", "settled", "free"] as const) {
          expect(one[key]).toBe(one.owners.reduce((sum, owner) => sum + owner[key], 0));
        }
        expect(one.used).toBe(one.held + one.settled);
      }
      expect(overview.day).toBe(localDateOf(day));
      expect(new Set(overview.kinds.map(({ kind }) => kind))).toEqual(new Set(["function", "staff", "funds", "material", "data"]));
      expect(overview.divisions.reduce((sum, { classes: some }) => sum + some.reduce((n, { resources }) => n + resources, 0), 0)).toBe(overview.classes.reduce((sum, { resources }) => sum + resources, 0));
    }
  });
  test("is not for everybody", async () => {
    expect(codes(await poolOverview(deps, { kind: "anonymous", poolId: SAMPLE, channel: "portal" }, SAMPLE))).toEqual(["access.sign_in_required"]);
    expect((await poolOverview(deps, system(SAMPLE), SAMPLE)).ok).toBe(false);
  });
});
