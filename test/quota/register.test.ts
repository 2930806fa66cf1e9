import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { previewChanges, type ShareEffect } from "../../src/app/quota/preview-quota.js";
import { approveProposal, proposeChanges, proposeUndo } from "../../src/app/quota/proposals.js";
import { readCohort, readQuota, readQuotaChanges, readQuotas, readSharing } from "../../src/app/quota/read-quotas.js";
import { applyManifest } from "../../src/app/pool/apply-manifest.js";
import { createSandbox } from "../../src/app/replay/create-sandbox.js";
import { trusted, type PersonId, type PoolId, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { manifestReader } from "../../src/manifest/reader.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { planPeople } from "../support/plan-pool.js";
import { loadSample, registerDeps, SAMPLE, system, type RegisterDeps } from "../support/register-pool.js";
import { agreed } from "../support/shares.js";

let database: TestDatabase;
let deps: RegisterDeps;
beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  await loadSample(deps);
  const people = planPeople(database, deps);
  [admin, second] = [await people([{ role: "pool-admin" }]), await people([{ role: "policy-admin" }])];
  for (const table of ["quotas", "cohorts"]) await database.sql`delete from ${database.sql(`pool.${table}`)} where pool_id = ${SAMPLE}`;
});
afterAll(() => database.end());

const person = (...roles: HeldRole[]): PersonActor => ({ kind: "person", poolId: SAMPLE, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "测试", roles, mandates: [], channel: "api" });
let admin: PersonActor;
let second: PersonActor;
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));

const names = { zh: "县区", en: "Counties" };
const CLASS = "staff.review";
const cohort = (id: string, parent: string | null = null, expected: number | null = null) => agreed(deps, admin, second, { kind: "cohort", declare: { cohort: id, parent, names }, expected });
const quota = (unit: string, more: Record<string, unknown> = {}, expected: number | null = null) => agreed(deps, admin, second, { kind: "quota", declare: { unit, class: CLASS, cohort: "counties", ...more }, expected });
const lineOf = async (unit: string) => value(await readQuota(deps, admin, SAMPLE, `${unit}:${CLASS}`));
const removeQuota = (key: string, expected: number) => agreed(deps, admin, second, { kind: "quota", remove: key, expected });
const removeCohort = (id: string, expected: number) => agreed(deps, admin, second, { kind: "cohort", remove: id, expected });
const declareSharing = (record: Record<string, unknown>, expected: number) => agreed(deps, admin, second, { kind: "sharing", declare: record, expected });
const preview = async (wish: { readonly declare: Record<string, unknown> } | { readonly remove: string }): Promise<Result<ShareEffect["classes"][number]>> => {
  const effect = await previewChanges(deps, admin, SAMPLE, [{ kind: "quota", ...wish }]);
  return effect.ok ? { ok: true, value: effect.value.classes[0]! } : effect;
};
const undo = async (change: number): Promise<Result<unknown>> => {
  const proposed = await proposeUndo(deps, admin, SAMPLE, change);
  return proposed.ok ? approveProposal(deps, second, SAMPLE, proposed.value.id, proposed.value.hash) : proposed;
};
const last = async () => (await database.sql<{ command: { kind: string } }[]>`select command from pool.commands where pool_id = ${SAMPLE} order by command_id desc limit 1`)[0]?.command;
const rows = async () => ({
  cohorts: (await database.sql`select cohort_id from pool.cohorts where pool_id = ${SAMPLE} order by 1`).map(({ cohort_id }) => cohort_id as string),
  quotas: (await database.sql`select unit_id, class_id from pool.quotas where pool_id = ${SAMPLE} order by 1, 2`).map(({ unit_id, class_id }) => `${unit_id}:${class_id}`),
});
const ownOf = async (unit: string): Promise<number> =>
  Number((await database.sql`select sum(floor((total - reserved) * overcommit_percent / 100)) as own from pool.resources where pool_id = ${SAMPLE} and unit_id = ${unit} and class_id = ${CLASS} and state = 'published'`)[0]?.["own"] ?? 0);
const apply = (files: Readonly<Record<string, string>>, dryRun = false) => {
  const read = manifestReader.read(Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) })));
  return read.ok ? applyManifest(deps, system(SAMPLE), SAMPLE, read.value, { dryRun }) : Promise.resolve(read);
};

describe("declaring cohorts and quotas", () => {
  test("stores them with a generation, an audit record and word to the writer", async () => {
    value(await cohort("counties"));
    expect(value(await readCohort(deps, admin, SAMPLE, "counties"))).toMatchObject({ id: "counties", parent: null, generation: 1 });
    value(await quota("qxn-education", { nominal: 30, borrowingLimit: "60", lendingLimit: 0, weight: 200 }));
    expect((await lineOf("qxn-education")).quota).toEqual({ unitId: "qxn-education", classId: CLASS, cohort: "counties", nominal: 30, borrowingLimit: 60, lendingLimit: 0, weight: 200, generation: 1 });
    expect(await last()).toEqual({ kind: "quota.declared" });
    const [audit] = await database.sql`select act, object_kind, object_id, before, after from pool.audit_records where pool_id = ${SAMPLE} and object_kind = 'quota' order by audit_id desc limit 1`;
    expect(audit).toEqual({ act: "quota.declare", object_kind: "quota", object_id: "qxn-education:staff.review", before: null, after: { cohort: "counties", nominal: 30, borrowingLimit: 60, lendingLimit: 0, weight: 200 } });
  });

  test("what is left out makes nobody worse off than alone: own capacity, no limits, everybody's weight", async () => {
    value(await quota("qxn-health"));
    expect((await lineOf("qxn-health")).quota).toMatchObject({ nominal: "own", borrowingLimit: null, lendingLimit: null, weight: 100 });
  });

  test("a stale generation, or a name that is taken, changes nothing", async () => {
    expect(codes(await quota("qxn-health", { nominal: 5 }))).toEqual(["object.exists"]);
    expect(codes(await quota("qxn-health", { nominal: 5 }, 7))).toEqual(["object.generation_stale"]);
    expect(codes(await cohort("counties"))).toEqual(["object.exists"]);
    expect(value(await readQuota(deps, admin, SAMPLE, "qxn-health:staff.review")).quota.nominal).toBe("own");
  });

  test("only who answers for the pool may", async () => {
    const registrar = person({ role: "registrar", unitId: trusted<UnitId>("qxn-education") });
    expect(codes(await proposeChanges(deps, registrar, SAMPLE, [{ kind: "quota", declare: { unit: "qxn-education", class: CLASS, cohort: "counties" } }]))).toEqual(["object.not_found"]);
    expect((await readQuotas(deps, person({ role: "auditor" }), SAMPLE)).ok).toBe(true);
  });
});

describe("each mistake has its own answer, and nothing of it is stored", () => {
  test("a unit, class or cohort that is not there; a class by law not limited; amounts that are none", async () => {
    const before = await rows();
    expect(codes(await quota("nobody"))).toEqual(["input.unknown_reference unit"]);
    expect(codes(await quota("qxn-finance", { class: "staff.nothing" }))).toEqual(["class.unknown class"]);
    expect(codes(await quota("qxn-finance", { cohort: "nowhere" }))).toEqual(["input.unknown_reference cohort"]);
    expect(codes(await quota("qxn-finance", { class: "function.finance" }))).toEqual(["quota.of_function class"]);
    expect(codes(await quota("qxn-finance", { nominal: -5, borrowingLimit: -1, lendingLimit: "-2", weight: -1 }))).toEqual(["amount.negative nominal", "amount.negative borrowingLimit", "amount.negative lendingLimit", "amount.negative weight"]);
    expect(codes(await quota("qxn-finance", { nominal: 1.5 }))).toEqual(["amount.fractional nominal"]);
    expect(codes(await quota("qxn-finance", { weight: 1_001 }))).toEqual(["input.out_of_range weight"]);
    expect(codes(await quota("qxn-finance", { nominal: 10 ** 17 }))).toEqual(["amount.too_large nominal"]);
    expect(codes(await quota("qxn-finance", { shares: 3 }))).toEqual(["input.unknown_field shares"]);
    expect(await rows()).toEqual(before);
  });

  test("promising more than all members of the tree have", async () => {
    const all = (await ownOf("qxn-education")) + (await ownOf("qxn-health"));
    const most = all - (await ownOf("qxn-health"));
    expect(codes(await quota("qxn-education", { nominal: most + 1 }, 1))).toEqual(["quota.above_capacity nominal"]);
    value(await quota("qxn-education", { nominal: most }, 1));
    expect((await lineOf("qxn-education")).quota.generation).toBe(2);
  });

  test("`own` promises as an amount does; what was promised while there was more stands in nobody's way, and may be lowered bit by bit", async () => {
    const of = (unit: string, nominal: number | "own", expected: number | null = null) => quota(unit, { cohort: "halls", nominal }, expected);
    const all = (await ownOf("qxn-finance")) + (await ownOf("qxn-justice"));
    value(await cohort("halls"));
    value(await of("qxn-finance", 1));
    value(await of("qxn-justice", all - 1));
    expect(codes(await of("qxn-finance", "own", 1))).toEqual(["quota.above_capacity nominal"]);

    const gone = await database.sql`update pool.resources set state = 'draining' where pool_id = ${SAMPLE} and unit_id = 'qxn-finance' and class_id = ${CLASS} and state = 'published' returning resource_id`;
    expect(gone.length).toBeGreaterThan(0);
    value(await cohort("elsewhere"));
    value(await of("qxn-justice", all - 2, 1));
    expect((await lineOf("qxn-justice")).quota.nominal).toBe(all - 2);
    expect(codes(await of("qxn-justice", all - 1, 2))).toEqual(["quota.above_capacity nominal"]);

    await database.sql`update pool.resources set state = 'published' where pool_id = ${SAMPLE} and resource_id in ${database.sql(gone.map(({ resource_id }) => resource_id as number))}`;
    value(await removeQuota("qxn-finance:staff.review", 1));
    value(await removeQuota("qxn-justice:staff.review", 2));
    for (const one of ["halls", "elsewhere"]) value(await removeCohort(one, 1));
  });

  test("a circle of cohorts, one within a cohort that is not there, one too deep", async () => {
    value(await cohort("north", "counties"));
    expect(codes(await cohort("counties", "north", 1))).toEqual(["cohort.cycle parent"]);
    expect(codes(await cohort("east", "nowhere"))).toEqual(["input.unknown_reference parent"]);
    let parent = "north";
    for (let level = 3; level <= 8; level += 1) {
      value(await cohort(`level-${level}`, parent));
      parent = `level-${level}`;
    }
    expect(codes(await cohort("level-9", parent))).toEqual(["cohort.too_deep parent"]);
    expect((await rows()).cohorts).not.toContain("level-9");
  });

  test("a cohort that something stands in is not removed", async () => {
    expect(codes(await removeCohort("counties", 1))).toEqual(["cohort.in_use"]);
    expect(codes(await removeCohort("level-8", 9))).toEqual(["object.generation_stale"]);
    value(await removeCohort("level-8", 1));
    expect((await rows()).cohorts).not.toContain("level-8");
  });

  test("a weight of 0 and a quota lowered below what is used are right, and said", async () => {
    const [resource] = await database.sql`select resource_id from pool.resources where pool_id = ${SAMPLE} and unit_id = 'qxn-health' and class_id = ${CLASS} limit 1`;
    await database.sql`insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at) overriding system value values (${SAMPLE}, null, 'direct', 0, 'direct', 'human', '{}', 'ready', now(), now())`;
    const [step] = await database.sql`select step_id from pool.steps where pool_id = ${SAMPLE}`;
    await database.sql`insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id) values (${SAMPLE}, ${Number(step!["step_id"]) * 64}, ${step!["step_id"]}, 0, ${CLASS}, 25, 'pool', '522300', 'qxn-health')`;
    const today = Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000);
    await database.sql`insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, capacity, seq) values (${SAMPLE}, ${Number(step!["step_id"]) * 64}, 1, ${resource!["resource_id"]}, ${today + 1}, ${step!["step_id"]}, 25, 100, 1)`;
    expect(value(await preview({ declare: { unit: "qxn-health", class: CLASS, cohort: "counties", nominal: 10, weight: 0 } })).warnings).toEqual([{ code: "below-use", used: 25, nominal: 10 }, { code: "weight-zero" }]);
    value(await quota("qxn-health", { nominal: 10, weight: 0 }, 1));
    expect((await lineOf("qxn-health")).peak).toEqual({ period: today + 1, used: 25 });
  });
});

describe("the preview", () => {
  test("says who gets more, who less and what is promised, and changes nothing", async () => {
    const before = await rows();
    const effect = value(await preview({ declare: { unit: "qxn-health", class: CLASS, cohort: "counties", nominal: 12, lendingLimit: 0 } }));
    expect(effect.units[0]).toMatchObject({ unitId: "qxn-health", before: { nominal: 10 }, after: { nominal: 12 }, waiting: { steps: 1, amount: 25 } });
    const [was, is] = effect.units.filter(({ unitId }) => unitId === "qxn-education").map((one) => [one.before!.room, one.after!.room])[0]!;
    expect(is).toBe(was! - 10);
    expect(effect.promised).toMatchObject([{ before: { cohort: "counties" }, after: { nominal: effect.promised[0]!.before!.nominal + 2 } }]);
    expect(value(await readQuota(deps, admin, SAMPLE, "qxn-health:staff.review")).quota).toMatchObject({ nominal: 10, generation: 2 });
    expect(await rows()).toEqual(before);
  });

  test("refuses what declaring would refuse", async () => {
    expect(codes(await preview({ declare: { unit: "qxn-health", class: CLASS, cohort: "counties", nominal: 10_000_000 } }))).toEqual(["quota.above_capacity nominal"]);
    expect(codes(await preview({ remove: "qxn-health:nothing" }))).toEqual(["object.not_found"]);
  });

  test("of removing one: the unit is stopped by no account any more", async () => {
    const effect = value(await preview({ remove: "qxn-health:staff.review" }));
    expect(effect.units[0]).toMatchObject({ unitId: "qxn-health", after: null, waiting: { steps: 1, fitAfter: 1 } });
  });
});

describe("history", () => {
  test("every change is on record, and is undone by a new one", async () => {
    const [newest] = value(await readQuotaChanges(deps, admin, SAMPLE));
    expect(newest).toMatchObject({ act: "quota.declare", objectId: "qxn-health:staff.review", before: { nominal: "own", weight: 100 }, after: { nominal: 10, weight: 0 } });
    value(await undo(newest!.id));
    expect(value(await readQuota(deps, admin, SAMPLE, "qxn-health:staff.review")).quota).toMatchObject({ nominal: "own", weight: 100, generation: 3 });

    value(await removeQuota("qxn-education:staff.review", 2));
    const [removal] = value(await readQuotaChanges(deps, admin, SAMPLE));
    value(await undo(removal!.id));
    expect(value(await readQuota(deps, admin, SAMPLE, "qxn-education:staff.review")).quota).toMatchObject({ borrowingLimit: null, generation: 1 });
    expect(codes(await undo(999_999_999))).toEqual(["object.not_found"]);
  });
});

describe("how the pool shares", () => {
  test("is one document with its own generation, on record, and undone as any change", async () => {
    const before = value(await readSharing(deps, admin, SAMPLE));
    const [item] = (await database.sql`select item_code from pool.items where pool_id = ${SAMPLE} order by 1 limit 1`).map(({ item_code }) => item_code as string);
    value(await declareSharing({ halfLifeDays: 14, applicants: { openRequests: 50, holds: 20, items: [{ item, openRequests: 2 }] } }, before.generation));
    expect(value(await readSharing(deps, admin, SAMPLE))).toEqual({ halfLifeDays: 14, applicants: { openRequests: 50, holds: 20 }, items: [{ item, openRequests: 2, holds: null }], generation: before.generation + 1 });
    expect(codes(await declareSharing({}, before.generation))).toEqual(["object.generation_stale"]);
    const [change] = value(await readQuotaChanges(deps, admin, SAMPLE));
    value(await undo(change!.id));
    expect(value(await readSharing(deps, admin, SAMPLE))).toEqual({ ...before, generation: before.generation + 2 });
  });

  test("refuses what cannot be meant", async () => {
    const { generation } = value(await readSharing(deps, admin, SAMPLE));
    const wrong = async (record: Record<string, unknown>) => codes(await declareSharing(record, generation));
    expect(await wrong({ halfLifeDays: 0 })).toEqual(["amount.zero halfLifeDays"]);
    expect(await wrong({ applicants: { openRequests: -1 } })).toEqual(["amount.negative applicants.openRequests"]);
    expect(await wrong({ applicants: { items: [{ item: "no-such-item", holds: 1 }] } })).toEqual(["input.unknown_reference applicants.items.0.item"]);
    expect(await wrong({ applicants: { items: [{ item: "no-such-item" }] } })).toEqual(["input.missing applicants.items.0.openRequests"]);
  });
});

describe("by manifest", () => {
  const COHORTS = "apiVersion: govpool/v1\nkind: Cohort\ncohort: prefecture\nnames: { zh: 州, en: Prefecture }\n---\napiVersion: govpool/v1\nkind: Cohort\ncohort: bureaus\nparent: prefecture\nnames: { zh: 局, en: Bureaus }\n";
  const CSV = "unit,class,cohort,nominal,borrowing_limit,lending_limit,weight\nqxn-finance,staff.review,bureaus,own,,0,50\nqxn-justice,staff.review,bureaus,,,,\n";

  test("cohorts, quotas as documents or as a table, and the limits: all of it or nothing; again, nothing", async () => {
    const files = { "cohorts.yaml": COHORTS, "quotas.csv": CSV, "sharing.yaml": "apiVersion: govpool/v1\nkind: Sharing\nhalfLifeDays: 10\napplicants: { openRequests: 200 }\n", "one.yaml": "apiVersion: govpool/v1\nkind: Quota\nunit: qxn-civil-affairs\nclass: staff.review\ncohort: bureaus\nborrowingLimit: 30\n" };
    const report = value(await apply(files));
    expect(report.nouns).toEqual([
      { noun: "cohorts", created: 2, changed: 0, unchanged: 0 },
      { noun: "quotas", created: 3, changed: 0, unchanged: 0 },
      { noun: "sharing", created: 0, changed: 1, unchanged: 0 },
    ]);
    expect(value(await readQuota(deps, admin, SAMPLE, "qxn-finance:staff.review")).quota).toMatchObject({ nominal: "own", lendingLimit: 0, weight: 50 });
    expect(value(await apply(files)).nouns.every(({ created, changed }) => created + changed === 0)).toBe(true);
  });

  test("every mistake is told with its file and line, and nothing of the folder is applied", async () => {
    const before = await rows();
    const wrong = await apply({ "cohorts.yaml": COHORTS.replaceAll("prefecture", "other"), "quotas.csv": `${CSV}qxn-finance,staff.review,bureaus,,,,\nqxn-finance,staff.nothing,bureaus,-3,,,\n` });
    expect(wrong.ok ? [] : wrong.problems.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual(["class.unknown quotas.csv:5", "amount.negative quotas.csv:5"]);
    const twice = await apply({ "cohorts.yaml": COHORTS.replaceAll("prefecture", "other"), "quotas.csv": `${CSV}qxn-finance,staff.review,bureaus,,,,\n` });
    expect(twice.ok ? [] : twice.problems.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual(["input.duplicate quotas.csv:4"]);
    const circle = await apply({ "cohorts.yaml": COHORTS.replace("cohort: prefecture\n", "cohort: prefecture\nparent: bureaus\n") });
    expect(circle.ok ? [] : circle.problems.map(({ code }) => code)).toEqual(["cohort.cycle", "cohort.cycle"]);
    expect(await rows()).toEqual(before);
  });
});

test("a copy of the pool to try things in has its cohorts, quotas and limits", async () => {
  const trial = trusted<PoolId>("trial");
  const made = await createSandbox(deps, system(SAMPLE), SAMPLE, { id: trial, at: Date.parse("2026-11-23T01:00:00Z"), silo: false });
  expect(codes(made)).toEqual([]);
  const inTrial = deps.store.read(trial).quotas;
  const plain = <T extends { readonly generation: number }>(rows: readonly T[]) => rows.map(({ generation: _generation, ...row }) => row);
  expect(plain(await inTrial.all())).toEqual(plain(await deps.store.read(SAMPLE).quotas.all()));
  expect(plain(await inTrial.cohorts())).toEqual(plain(await deps.store.read(SAMPLE).quotas.cohorts()));
  expect(plain([await inTrial.sharing()])).toEqual(plain([await deps.store.read(SAMPLE).quotas.sharing()]));
});
