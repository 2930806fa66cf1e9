import { afterAll, beforeAll, describe, expect, test } from "vitest";
import writeWorkbook from "write-excel-file/node";
import { unitChecklist } from "../../src/app/onboarding/checklist.js";
import { unitWorkbook } from "../../src/app/onboarding/export-workbook.js";
import { importUnitWorkbook } from "../../src/app/onboarding/import-workbook.js";
import { WORKBOOK, WORKBOOK_SHEETS, type WorkbookSheet } from "../../src/app/onboarding/workbook-layout.js";
import { changeUnit, publishUnit } from "../../src/app/org/declare-unit.js";
import { trusted } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { admin, importPool, licensing, registrar } from "../import/import-pool.js";
import { POOL } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: Awaited<ReturnType<typeof importPool>>["deps"];
beforeAll(async () => {
  database = await freshDatabase();
  ({ deps } = await importPool(database));
  await deps.store.transact(POOL, ({ calendars }) => calendars.put([{ id: trusted("cn"), layer: "nation", base: null, names: { zh: "全国", en: "National" }, week: { mon: [{ from: 18, to: 24 }] }, days: new Map(), breaks: null }]));
  await deps.store.transact(POOL, ({ classes }) => classes.put(["culture", "guessed", "bad", ...LACKS.map(([unit]) => unit)].map((unit) => ({ ...licensing, id: trusted(functionOf(unit)) }))));
});
afterAll(async () => {
  await deps.importRunner.stop();
  await database.end();
});

type Rows = Readonly<Record<WorkbookSheet, readonly Readonly<Record<string, string>>[]>>;
/** Each unit's own: two units that lead one function for one county are refused. */
const functionOf = (unit: string): string => `function.licensing-${unit}`;
const recipeOf = (unit: string): string => JSON.stringify({
  steps: [
    { step: "accept", stage: "accept", names: { zh: "受理", en: "Accept" }, mode: "human", after: [], claims: [{ class: "staff.review", amount: 10, scope: "competent" }] },
    { step: "decide", stage: "decide", names: { zh: "决定", en: "Decide" }, mode: "human", after: ["accept"], claims: [{ class: functionOf(unit), amount: 1, scope: "competent" }] },
  ],
});
const rowsOf = (unit: string): Rows => ({
  unit: [{ unit, parent: "city", name_zh: "文旅局", name_en: "Culture and Tourism Bureau", division: "522301", line: `culture-${unit}`, level: "county", credit_code: "11522301000000000C", address: "桔山大道 1 号", phone: "0859-1234567", calendar: unit }],
  people: [
    { person_name: "局长", login_name: `${unit}.head`, phone: "13800138000", role: "负责人", posts: "" },
    { person_name: "经办", login_name: `${unit}.clerk`, phone: "", role: "经办人;registrar", posts: `${unit}-post-1` },
  ],
  posts: [{ asset: `${unit}-post-1`, resource: `${unit}-review`, label: "审查岗 1", amount: "300" }],
  counters: [{ asset: `${unit}-counter-1`, resource: `${unit}-counter`, label: "1 号窗口", amount: "1" }],
  calendars: [
    { calendar: unit, base: "cn", name_zh: "文旅局作息", name_en: "Hours", weekday: "周六", hours: "09:00-12:00" },
    { calendar: unit, name_zh: "文旅局作息", name_en: "Hours", day: "2026-12-31", off: "是" },
  ],
  resources: [
    { resource: `${unit}-review`, class: "staff.review", total: "按实体" },
    { resource: `${unit}-counter`, class: "material.counter", total: "assets" },
    { resource: `${unit}-licensing`, class: functionOf(unit), total: "不限", legal_basis: "食品安全法第三十五条" },
  ],
  items: [{ item: `${unit}-licence`, name_zh: "演出许可", name_en: "Performance licence", task_type: "licence", audience: "person", theme: "culture", theme_zh: "文化", theme_en: "Culture", line: `culture-${unit}`, level: "county", statutory_days: "20", promised_days: "7", visits: "0", modes: "online", fee_fen: "0", result_zh: "许可证", result_en: "Licence", basis: JSON.stringify([{ law: { zh: "条例", en: "Regulation" }, article: "8" }]), recipe: recipeOf(unit), source: "assumption" }],
});
const with_ = (rows: Rows, sheet: WorkbookSheet, at: number, cells: Readonly<Record<string, string>>): Rows => ({ ...rows, [sheet]: rows[sheet].map((row, i) => (i === at ? { ...row, ...cells } : row)) });

async function bytesOf(rows: Rows, language: "zh" | "en" = "zh"): Promise<Uint8Array> {
  async function* cells(sheet: WorkbookSheet) {
    for (const row of rows[sheet]) yield WORKBOOK[sheet].columns.map(({ key }) => row[key] ?? "");
  }
  const written = await deps.tables.writeXlsx(WORKBOOK_SHEETS.map((sheet) => ({ layout: WORKBOOK[sheet], rows: cells(sheet) })), language);
  if (!written.ok) throw new Error(JSON.stringify(written.problems));
  return written.value;
}
async function send(unit: string, bytes: Uint8Array, { who = admin, dryRun = false }: { who?: PersonActor; dryRun?: boolean } = {}) {
  const kept = await deps.tables.keep((async function* () { yield bytes; })(), "单位.xlsx");
  if (!kept.ok) return kept;
  try {
    return await importUnitWorkbook(deps, who, POOL, unit, kept.value, { dryRun });
  } finally {
    await deps.tables.drop(kept.value);
  }
}
const said = (problems: readonly Problem[]): string[] => problems.map(({ code, file, line, field }) => [code, file, line, field].filter((part) => part !== undefined).join(" "));
const missing = async (unit: string): Promise<string[]> => {
  const found = await unitChecklist(deps, admin, POOL, unit);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.value.entries.filter(({ done }) => !done).map(({ point }) => point);
};
const inCatalogue = async (item: string): Promise<boolean> => (await deps.store.read(POOL).catalogue.search({ words: "演出许可", limit: 50 })).rows.some(({ code }) => code === item);
const everything = async (): Promise<unknown> =>
  (await database.sql`select (select count(*) from pool.audit_records)::int as records, (select count(*) from pool.units)::int as units, (select count(*) from pool.resources)::int as resources,
    (select count(*) from pool.assets)::int as assets, (select count(*) from pool.items)::int as items, (select count(*) from pool.calendars)::int as calendars,
    (select count(*) from pool.role_grants)::int as grants, (select count(*) from identity.persons)::int as persons`)[0];

describe("one workbook onboards a unit", () => {
  test("that passes the checklist, is published, and stands in the catalogue; each invited person gets one link", async () => {
    const trial = await send("culture", await bytesOf(rowsOf("culture")), { dryRun: true });
    expect(trial.ok ? trial.value : said(trial.problems)).toMatchObject({ dryRun: true, links: [] });
    expect(await deps.store.read(POOL).units.get("culture")).toBeNull();

    const taken = await send("culture", await bytesOf(rowsOf("culture")));
    expect(taken.ok ? taken.value.links.map(({ loginName, secret }) => [loginName, secret.length > 20]) : said(taken.problems)).toEqual([["culture.head", true], ["culture.clerk", true]]);
    expect(await missing("culture")).toEqual([]);
    expect(await deps.store.read(POOL).resources.byCode("culture-review")).toMatchObject({ total: 300 });
    const roles = await database.sql`select role from pool.role_grants where unit_id = 'culture' order by role`;
    expect(roles.map(({ role }) => String(role))).toEqual(["clerk", "registrar", "unit-head"]);

    expect(await inCatalogue("culture-licence")).toBe(false);
    const unit = await deps.store.read(POOL).units.get("culture");
    expect(await publishUnit(deps, admin, POOL, "culture", unit?.generation ?? 0)).toMatchObject({ ok: true, value: { published: true } });
    expect(await inCatalogue("culture-licence")).toBe(true);
  });

  test("the same workbook twice changes nothing, nor does the one that goes out", async () => {
    const before = await everything();
    const again = await send("culture", await bytesOf(rowsOf("culture"), "en"));
    expect(again.ok ? { changes: again.value.changes, links: again.value.links } : said(again.problems)).toEqual({ changes: [], links: [] });
    const out = await unitWorkbook(deps, admin, POOL, "culture", "zh");
    if (!out.ok) throw new Error(JSON.stringify(out.problems));
    const back = await send("culture", out.value);
    expect(back.ok ? back.value.changes : said(back.problems)).toEqual([]);
    expect(await everything()).toEqual(before);
  });
});

const LACKS: readonly (readonly [string, string, (rows: Rows) => Rows])[] = [
  ["no-code", "credit-code", (rows) => with_(rows, "unit", 0, { credit_code: "" })],
  ["no-address", "address", (rows) => with_(rows, "unit", 0, { address: "" })],
  ["no-phone", "phone", (rows) => with_(rows, "unit", 0, { phone: "" })],
  ["no-calendar", "calendar", (rows) => with_(rows, "unit", 0, { calendar: "" })],
  ["no-english", "names", (rows) => with_(rows, "unit", 0, { name_en: "文旅局" })],
  ["no-head", "head", (rows) => with_(rows, "people", 0, { role: "clerk" })],
  ["no-officer", "officer", (rows) => with_(rows, "people", 1, { posts: "" })],
  ["no-basis", "items-complete", (rows) => with_(rows, "items", 0, { basis: "" })],
  ["no-supply", "items-supplied", (rows) => ({ ...rows, resources: rows.resources.slice(0, 2) })],
];

describe("each missing thing keeps it off the catalogue", () => {
  test.each(LACKS)("%s", async (unit, point, change) => {
    const taken = await send(unit, await bytesOf(change(rowsOf(unit))));
    expect(taken.ok ? [] : said(taken.problems)).toEqual([]);
    expect(await missing(unit)).toEqual([point]);
    const generation = (await deps.store.read(POOL).units.get(unit))?.generation ?? 0;
    const refusal = { ok: false, problems: [{ code: "unit.incomplete", facts: { unit, point } }] };
    expect(await publishUnit(deps, admin, POOL, unit, generation)).toMatchObject(refusal);
    expect(await changeUnit(deps, admin, POOL, unit, { public: "true" }, generation)).toMatchObject(refusal);
    expect(await inCatalogue(`${unit}-licence`)).toBe(false);
  });

  test("and a guessed item waits for its unit's yes", async () => {
    await send("guessed", await bytesOf(rowsOf("guessed")));
    await database.sql`update pool.items set guessed = true where item_code = 'guessed-licence'`;
    expect(await missing("guessed")).toEqual(["items-confirmed"]);
  });
});

describe("a bad row in any sheet is named, and nothing changes", () => {
  const bad: readonly (readonly [string, (rows: Rows) => Rows])[] = [
    ["division.unknown unit 2 division", (rows) => with_(rows, "unit", 0, { division: "110101" })],
    ["import.outside_scope unit 2 unit", (rows) => with_(rows, "unit", 0, { unit: "market" })],
    ["input.duplicate people 3 login_name", (rows) => with_(rows, "people", 1, { login_name: "bad.head" })],
    ["unit.two_heads people 3 role", (rows) => with_(rows, "people", 1, { role: "head" })],
    ["identity.login_name_taken people 3 login_name", (rows) => with_(rows, "people", 1, { login_name: "culture.clerk" })],
    ["identity.phone_invalid people 2 phone", (rows) => with_(rows, "people", 0, { phone: "12" })],
    ["input.unknown_reference people 3 posts", (rows) => with_(rows, "people", 1, { posts: "nowhere" })],
    ["input.invalid people 3 role", (rows) => with_(rows, "people", 1, { role: "king" })],
    ["amount.zero posts 2 amount", (rows) => with_(rows, "posts", 0, { amount: "0" })],
    ["input.unknown_reference counters 2 resource", (rows) => with_(rows, "counters", 0, { resource: "nothing" })],
    ["import.outside_scope counters 2 asset", (rows) => with_(rows, "counters", 0, { asset: "culture-counter-1" })],
    ["input.invalid calendars 2 calendar", (rows) => ({ ...with_(rows, "calendars", 0, { calendar: "cn" }), })],
    ["class.unknown resources 2 class", (rows) => with_(rows, "resources", 0, { class: "staff.juggling" })],
    ["import.outside_scope resources 2 resource", (rows) => with_(rows, "resources", 0, { resource: "culture-review" })],
    ["input.invalid items 2 recipe", (rows) => with_(rows, "items", 0, { recipe: "{" })],
    ["import.outside_scope items 2 item", (rows) => with_(rows, "items", 0, { item: "culture-licence" })],
  ];
  test.each(bad)("%s", async (expected, change) => {
    const before = await everything();
    const taken = await send("bad", await bytesOf(change(rowsOf("bad"))));
    expect(taken.ok ? [] : said(taken.problems)).toEqual(expect.arrayContaining([expected]));
    expect(await everything()).toEqual(before);
  });

  test("a sheet under another name, and a formula where a value belongs", async () => {
    const before = await everything();
    const sheets = (title: (sheet: WorkbookSheet) => string, cell: (sheet: WorkbookSheet, key: string, value: string) => object) =>
      writeWorkbook(WORKBOOK_SHEETS.map((sheet) => ({
        sheet: title(sheet),
        data: [WORKBOOK[sheet].columns.map(({ zh }) => ({ value: zh, type: String })), ...rowsOf("bad")[sheet].map((row) => WORKBOOK[sheet].columns.map(({ key }) => cell(sheet, key, row[key] ?? "")))],
      })) as never).toBuffer();
    const plain = (_sheet: WorkbookSheet, _key: string, value: string) => ({ value, type: String });
    const misnamed = await send("bad", await sheets((sheet) => (sheet === "people" ? "人员名单" : WORKBOOK[sheet].zh), plain));
    expect(misnamed.ok ? [] : said(misnamed.problems)).toEqual(["table.sheet_missing 单位.xlsx"]);
    const computed = await send("bad", await sheets((sheet) => WORKBOOK[sheet].zh, (sheet, key, value) => (sheet === "people" && key === "person_name" ? { value: '=CONCATENATE("a","b")', type: "Formula" } : plain(sheet, key, value))));
    expect(computed.ok ? [] : said(computed.problems)).toContain("input.missing people 2 person_name");
    expect(await everything()).toEqual(before);
  });
});

test("a workbook gives nobody a right its sender lacks", async () => {
  const grown = { ...rowsOf("culture"), people: [...rowsOf("culture").people, { person_name: "新人", login_name: "culture.new", phone: "", role: "clerk", posts: "" }] };
  const before = await everything();
  for (const who of [registrar("culture"), registrar("market"), { ...admin, roles: [] }]) {
    const taken = await send("culture", await bytesOf(grown), { who });
    expect(taken.ok).toBe(false);
  }
  expect(await everything()).toEqual(before);
  const own = await send("culture", await bytesOf(rowsOf("culture")), { who: registrar("culture") });
  expect(own.ok ? own.value.changes : said(own.problems)).toEqual([]);
});
