import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confirmImport, readImportChanges, takeBackImport } from "../../src/app/import/imports.js";
import { listAudit } from "../../src/app/audit/list-audit.js";
import { exportTable } from "../../src/app/import/export-table.js";
import type { AuditFilter } from "../../src/app/ports/audit-trail.js";
import type { ImportRecord } from "../../src/app/ports/import.js";
import type { Problem } from "../../src/domain/problem.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { POOL, unit } from "../support/policy-pool.js";
import { admin, importPool, registrar, upload } from "./import-pool.js";

let database: TestDatabase;
let pool: Awaited<ReturnType<typeof importPool>>;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await importPool(database);
});
afterAll(async () => {
  await pool.deps.importRunner.stop();
  expect(pool.faults).toEqual([]);
  await database.end();
});

const previewed = async (...args: Parameters<typeof upload> extends [unknown, ...infer R] ? R : never): Promise<ImportRecord> => {
  const read = await upload(pool.deps, ...args);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
};
const counts = ({ state, created, changed, unchanged, removed, bad }: ImportRecord) => ({ state, created, changed, unchanged, removed, bad });
const confirmed = async (id: string, skipBad = false): Promise<ImportRecord> => {
  const said = await confirmImport(pool.deps, admin, id, { skipBad });
  if (!said.ok) throw new Error(JSON.stringify(said.problems));
  await pool.deps.importRunner.idle();
  return (await pool.deps.store.read(POOL).imports.get(id)) as ImportRecord;
};
const takenBack = async (id: string): Promise<ImportRecord> => {
  const said = await takeBackImport(pool.deps, admin, id);
  if (!said.ok) throw new Error(JSON.stringify(said.problems));
  await pool.deps.importRunner.idle();
  return (await pool.deps.store.read(POOL).imports.get(id)) as ImportRecord;
};
const codes = (problems: readonly Problem[]): string[] => problems.map(({ code, field, line }) => [code, field, line].filter((part) => part !== undefined).join(" "));
/** The first problem of every bad row. */
const badOf = async (id: string): Promise<string[]> => {
  const page = await readImportChanges(pool.deps, admin, id, { change: "bad" }, { limit: 100 });
  return page.ok ? page.value.rows.flatMap(({ problems }) => codes(problems.slice(0, 1))) : codes(page.problems);
};
const stored = async (code: string) => (await pool.deps.store.read(POOL).resources.byCodes([code])).get(code);
const untaken = async (): Promise<number> => Number((await database.sql`select count(*) from pool.commands where command ->> 'kind' = 'resource.declared'`)[0]?.["count"]);

const HEAD = "resource,unit,class,total,traits";

describe("a table of resources", () => {
  test("is compared, shown, confirmed, applied whole, and taken back in one step", async () => {
    const first = await previewed(admin, "resources", `${HEAD}\nm-1,market,staff.review,400,sign-language\nm-2,market,material.counter,4,\n`);
    expect(counts(first)).toEqual({ state: "previewed", created: 2, changed: 0, unchanged: 0, removed: 0, bad: 0 });
    expect(await stored("m-1")).toBeUndefined();

    const before = await untaken();
    expect(counts(await confirmed(first.id))).toMatchObject({ state: "applied", created: 2 });
    expect(await stored("m-1")).toMatchObject({ total: 400, traits: ["sign-language"], jurisdiction: ["522301"], generation: 1 });
    expect(await untaken()).toBe(before + 1);

    const again = await previewed(admin, "resources", `${HEAD}\nm-1,market,staff.review,400,sign-language\nm-2,market,material.counter,6,\n`);
    expect(counts(again)).toEqual({ state: "previewed", created: 0, changed: 1, unchanged: 1, removed: 0, bad: 0 });
    const changes = await readImportChanges(pool.deps, admin, again.id, {}, { limit: 10 });
    expect(changes.ok && changes.value.rows.map(({ key, change, before: was, after }) => [key, change, was?.["total"], after?.["total"]])).toEqual([["m-2", "changed", "4", "6"]]);
    await confirmed(again.id);
    expect(await stored("m-2")).toMatchObject({ total: 6, generation: 2 });

    expect((await takenBack(again.id)).state).toBe("reverted");
    expect(await stored("m-2")).toMatchObject({ total: 4, generation: 3 });
  });

  test("that was changed since is not taken back, and says by what", async () => {
    const table = await previewed(admin, "resources", `${HEAD}\nk-1,market,staff.review,400,\nk-2,market,staff.review,400,\n`);
    await confirmed(table.id);
    await confirmed((await previewed(admin, "resources", `${HEAD}\nk-2,market,staff.review,100,\n`)).id);
    const refusal = await takenBack(table.id);
    expect(refusal.state).toBe("applied");
    expect(refusal.problems).toEqual([{ code: "import.overtaken", facts: { count: 1, objects: "k-2" } }]);
    expect(await stored("k-1")).toMatchObject({ total: 400 });
  });

  test("that was overtaken between showing and yes changes nothing", async () => {
    await confirmed((await previewed(admin, "resources", `${HEAD}\no-1,market,staff.review,400,\n`)).id);
    const slow = await previewed(admin, "resources", `${HEAD}\no-0,market,staff.review,100,\no-1,market,staff.review,100,\n`);
    await confirmed((await previewed(admin, "resources", `${HEAD}\no-1,market,staff.review,200,\n`)).id);
    const refusal = await confirmed(slow.id);
    expect(refusal.state).toBe("previewed");
    expect(codes(refusal.problems)).toEqual(["import.overtaken"]);
    expect(await stored("o-0")).toBeUndefined();
    expect(await stored("o-1")).toMatchObject({ total: 200 });
  });

  test("takes what it created back under another name, so that it may come again", async () => {
    const table = `${HEAD}\nt-1,market,staff.review,400,\n`;
    const first = await previewed(admin, "resources", table);
    await confirmed(first.id);
    const { id } = (await stored("t-1")) as { id: number };
    expect((await takenBack(first.id)).state).toBe("reverted");
    expect(await stored("t-1")).toBeUndefined();
    expect(await stored(`t-1-withdrawn-${id}`)).toMatchObject({ state: "retired" });
    expect(counts(await confirmed((await previewed(admin, "resources", table)).id))).toMatchObject({ state: "applied", created: 1 });
  });

  test("is all or nothing, unless bad rows are left out on the word", async () => {
    const table = await previewed(
      admin,
      "resources",
      [
        HEAD,
        "b-1,market,staff.review,400,",
        "b-2,market,staff.unknown,400,",
        "b-3,nobody,staff.review,400,",
        "b-4,market,staff.review,0,",
        "b-5,market,staff.review,1.5,",
        "b-6,market,staff.review,403,",
        "b-7,market,staff.review,9007199254740992,",
        "b-1,market,staff.review,400,",
        "B 8,market,staff.review,400,no-such-trait",
        "b-9,market,staff.review,400,,,,extra",
        ",market,staff.review,400,",
        'b-10,market,staff.review,400,"a\u202eb"',
      ].join("\r\n"),
    );
    expect(counts(table)).toEqual({ state: "previewed", created: 1, changed: 0, unchanged: 0, removed: 0, bad: 11 });
    expect(await badOf(table.id)).toEqual([
      "class.unknown class 3",
      "input.unknown_reference unit 4",
      "amount.zero total 5",
      "amount.fractional total 6",
      "amount.not_multiple total 7",
      "amount.too_large total 8",
      "input.duplicate resource 9",
      "input.invalid resource 10",
      "table.too_many_cells 11",
      "input.missing resource 12",
      "input.forbidden_character traits 13",
    ]);
    const refused = await confirmImport(pool.deps, admin, table.id, { skipBad: false });
    expect(refused.ok ? [] : codes(refused.problems)).toEqual(["import.has_bad_rows"]);
    expect(await confirmed(table.id, true)).toMatchObject({ state: "applied", skipBad: true });
    expect(await stored("b-1")).toMatchObject({ total: 400 });
    expect(await stored("b-9")).toBeUndefined();
  });

  test("that leaves a column out keeps what stands there; an empty cell empties it", async () => {
    await confirmed((await previewed(admin, "resources", `${HEAD}\nc-1,market,staff.review,400,sign-language\n`)).id);
    await confirmed((await previewed(admin, "resources", "resource,unit,class,total\nc-1,market,staff.review,405\n")).id);
    expect(await stored("c-1")).toMatchObject({ total: 405, traits: ["sign-language"] });
    await confirmed((await previewed(admin, "resources", `${HEAD}\nc-1,market,staff.review,405,\n`)).id);
    expect(await stored("c-1")).toMatchObject({ traits: [] });
  });

  test("with a stale generation in a row is bad there", async () => {
    await confirmed((await previewed(admin, "resources", `${HEAD}\ng-1,market,staff.review,400,\n`)).id);
    const table = await previewed(admin, "resources", `${HEAD},generation\ng-1,market,staff.review,405,,7\n`);
    expect(await badOf(table.id)).toEqual(["object.generation_stale generation 2"]);
  });

  test("of a whole list shows what it leaves out as removed, retires it, and brings it back", async () => {
    await confirmed((await previewed(admin, "resources", `${HEAD}\nh-1,health,staff.review,400,\nh-2,health,staff.review,400,\n`)).id);
    const table = await previewed(admin, "resources", `${HEAD}\nh-1,health,staff.review,400,\n`, { unit: unit("health"), absent: "retire" });
    expect(counts(table)).toMatchObject({ removed: 1, unchanged: 1 });
    await confirmed(table.id);
    expect(await stored("h-2")).toMatchObject({ state: "retired" });
    await takenBack(table.id);
    expect(await stored("h-2")).toMatchObject({ state: "published" });
  });

  test("that cannot be read fails with the place, and changes nothing", async () => {
    const table = await previewed(admin, "resources", `${HEAD}\nx-1,market,staff.review,400,\nx-2,"market,staff.review,400,\n`);
    expect(table.state).toBe("failed");
    expect(codes(table.problems)).toEqual(["table.quote_open 3"]);
    const refused = await confirmImport(pool.deps, admin, table.id, { skipBad: true });
    expect(refused.ok ? [] : codes(refused.problems)).toEqual(["object.transition_illegal"]);
  });
});

describe("who may import", () => {
  test("a registrar, for the own unit and those beneath it, and no row of another", async () => {
    const who = registrar("market");
    const table = await previewed(who, "resources", `${HEAD}\nr-1,market,staff.review,400,\nr-2,market-station,staff.review,400,\nr-3,health,staff.review,400,\nh-1,market,staff.review,400,\n`, { unit: unit("market") });
    expect(counts(table)).toMatchObject({ created: 2, bad: 2 });
    expect(await badOf(table.id)).toEqual(["import.outside_scope unit 4", "import.outside_scope unit 5"]);
    const said = await confirmImport(pool.deps, who, table.id, { skipBad: true });
    expect(said.ok).toBe(true);
    await pool.deps.importRunner.idle();
    expect(await stored("r-2")).toMatchObject({ unitId: "market-station" });
  });

  test.each<[string, Parameters<typeof upload>[1], object]>([
    ["a registrar without naming a unit", registrar("market"), {}],
    ["a registrar for another unit", registrar("market"), { unit: unit("health") }],
    ["somebody with no role", { ...admin, roles: [] }, {}],
  ])("not %s", async (_name, who, options) => {
    const refusal = await upload(pool.deps, who, "resources", `${HEAD}\n`, options);
    expect(refusal.ok).toBe(false);
    expect(refusal.ok ? "" : refusal.problems[0].code).toMatch(/^(access\.forbidden|object\.not_found)$/);
  });

  test("nobody reads or confirms what is not theirs", async () => {
    const table = await previewed(admin, "resources", `${HEAD}\nq-1,market,staff.review,400,\n`);
    for (const who of [registrar("market"), { ...admin, roles: [] }]) {
      const said = await confirmImport(pool.deps, who, table.id, { skipBad: false });
      expect(said.ok).toBe(false);
    }
  });
});

describe("other tables", () => {
  test("units in any order, with their circles found", async () => {
    const head = "unit,parent,name_zh,name_en,division,line,level,credit_code,public";
    const good = await previewed(admin, "units", `${head}\nu-child,u-parent,子,Child,522301001,justice,township,,否\nu-parent,city,父,Parent,522301,justice,county,,FALSE\n`);
    expect(counts(good)).toMatchObject({ created: 2, bad: 0 });
    await confirmed(good.id);
    expect(await pool.deps.store.read(POOL).units.get("u-parent")).toMatchObject({ published: false });
    const early = await previewed(admin, "units", `${head}\nu-parent,city,父,Parent,522301,justice,county,,TRUE\n`);
    expect(await confirmed(early.id)).toMatchObject({ state: "previewed", problems: expect.arrayContaining([expect.objectContaining({ code: "unit.incomplete", facts: { unit: "u-parent", point: "head" } })]) });

    const circle = await previewed(admin, "units", `${head}\nu-child,u-parent,子,Child,522301001,justice,township,,\nu-parent,u-child,父,Parent,522301,justice,county,,\nu-3,city,三,Three,522301,justice,county,91350211M000100Y44,\n`);
    expect(await badOf(circle.id)).toEqual(["unit.cycle parent 2", "unit.cycle parent 3", "unit.credit_code_invalid credit_code 4"]);
    expect((await takenBack(good.id)).state).toBe("reverted");
    expect(await pool.deps.store.read(POOL).units.get("u-parent")).toBeNull();
  });

  test("assets raise the total of the resource behind them, and lower it when taken back", async () => {
    await confirmed((await previewed(admin, "resources", `${HEAD}\na-r,market,staff.review,assets,\n`)).id);
    const table = await previewed(admin, "assets", "asset,unit,resource,label,amount\na-1,market,a-r,审查岗 1,300\na-2,market,a-r,审查岗 2,120\na-3,market,nothing,x,1\na-4,health,a-r,x,1\n");
    expect(await badOf(table.id)).toEqual(["input.unknown_reference resource 4", "asset.resource_of_another_unit resource 5"]);
    await confirmed(table.id, true);
    expect(await stored("a-r")).toMatchObject({ total: 420, derived: true });
    await takenBack(table.id);
    expect(await stored("a-r")).toMatchObject({ total: 0 });
  });

  test("items go out and come in with their whole guide; a change is a new version, and taking it back another", async () => {
    const recipe = { steps: [{ step: "accept", stage: "accept", names: { zh: "受理", en: "Accept" }, mode: "human", after: [], claims: [{ class: "staff.review", amount: 10, scope: "pool" }] }] };
    const cells = (name: string, steps: unknown = recipe): string =>
      `i-1,${name},Food licence,licence,person;enterprise,trade,准营,Trade,market-regulation,county,,20,10,0,online,0,许可证,Licence,"${JSON.stringify(steps).replaceAll('"', '""')}",assumption`;
    const head = "item,name_zh,name_en,task_type,audience,theme,theme_zh,theme_en,line,level,holder,statutory_days,promised_days,visits,modes,fee_fen,result_zh,result_en,recipe,source";
    await confirmed((await previewed(admin, "items", `${head}\n${cells("食品经营许可")}\n`)).id);
    const read = pool.deps.store.read(POOL);
    expect(await read.items.published("i-1")).toMatchObject({ version: 1, guide: { names: { zh: "食品经营许可" }, recipe } });

    expect(counts(await previewed(admin, "items", `${head}\n${cells("食品经营许可")}\n`))).toMatchObject({ unchanged: 1, changed: 0, bad: 0 });
    const change = await previewed(admin, "items", `${head}\n${cells("食品许可")}\n`);
    await confirmed(change.id);
    expect(await read.items.published("i-1")).toMatchObject({ version: 2, guide: { names: { zh: "食品许可" } } });
    await takenBack(change.id);
    expect(await read.items.published("i-1")).toMatchObject({ version: 3, guide: { names: { zh: "食品经营许可" } } });

    const circular = { steps: [{ ...recipe.steps[0], after: ["accept"] }] };
    expect(await badOf((await previewed(admin, "items", `${head}\n${cells("圈", circular)}\n`)).id)).toEqual(["recipe.cycle recipe.steps 2"]);
    expect(await badOf((await previewed(admin, "items", `${head}\n${cells("坏").replace('{""steps', '{{""steps')}\n`)).id)).toEqual(["input.invalid recipe 2"]);
  });
});

test("an import whose process died is given up, and what it was about to do is not done", async () => {
  const table = await previewed(admin, "resources", `${HEAD}\nd-1,market,staff.review,400,\n`);
  await database.sql`update pool.imports set state = 'applying', worked_at = now() - interval '1 hour' where import_id = ${table.id}`;
  const said = await confirmImport(pool.deps, admin, table.id, { skipBad: false });
  expect(said.ok).toBe(true);
  await pool.deps.importRunner.idle();
  expect(await stored("d-1")).toBeDefined();
});

test("one record of the import and one of each object stand in the audit", async () => {
  const rows = await database.sql`select act, count(*)::int as count from pool.audit_records where pool_id = ${POOL} and act like 'import.%' group by act order by act`;
  expect(rows.map(({ act }) => String(act))).toEqual(["import.apply", "import.preview", "import.revert"]);
});

describe("what goes out comes in again", () => {
  const exported = async (format: "csv" | "xlsx"): Promise<Buffer> => {
    const table = await exportTable(pool.deps, admin, { name: "resources" });
    if (!table.ok) throw new Error(JSON.stringify(table.problems));
    if (format === "xlsx") {
      const written = await pool.tables.writeXlsx([table.value], "zh");
      if (!written.ok) throw new Error("written");
      return Buffer.from(written.value);
    }
    const parts: Uint8Array[] = [];
    for await (const part of pool.tables.writeCsv(table.value.layout, table.value.rows, "zh")) parts.push(part);
    return Buffer.concat(parts);
  };

  test.each(["csv", "xlsx"] as const)("unchanged, by %s, with Chinese headers", async (format) => {
    const table = await previewed(admin, "resources", await exported(format), { fileName: `list.${format}` });
    expect(counts(table)).toMatchObject({ created: 0, changed: 0, removed: 0, bad: 0 });
    expect(table.unchanged).toBeGreaterThan(5);
  });

  test("edited in bulk, and guarded by its generations", async () => {
    const csv = (await exported("csv")).toString("utf8");
    const edited = csv.replaceAll(/("h-[12]","health","staff\.review",)"400"/g, '$1"300"');
    const table = await previewed(admin, "resources", edited, { fileName: "list.csv" });
    expect(counts(table)).toMatchObject({ changed: 2, bad: 0 });
    await confirmed(table.id);
    const late = await previewed(admin, "resources", edited.replaceAll('"300"', '"200"'), { fileName: "list.csv" });
    expect(counts(late)).toMatchObject({ changed: 0, bad: 2 });
  });

  test.each(["units", "assets", "items", "requests", "queue", "allocations", "audit"] as const)("%s can be taken out", async (name) => {
    const table = await exportTable(pool.deps, { ...admin, roles: [{ role: name === "audit" ? "auditor" : "pool-admin" }] }, { name });
    expect(table.ok ? "" : table.problems[0].code).toBe("");
    if (!table.ok) return;
    for await (const row of table.value.rows) expect(row).toHaveLength(table.value.layout.columns.length);
  });

  test("and the audit is read act by act, or of one kind of thing, or of one thing", async () => {
    const read = async (filter: AuditFilter) => {
      const page = await listAudit(pool.deps, { ...admin, roles: [{ role: "auditor" }] }, POOL, filter, { limit: 200 });
      if (!page.ok) throw new Error(page.problems[0].code);
      return page.value.rows;
    };
    const all = await read({});
    const one = all.find(({ objectKind }) => objectKind === "resource")!;
    expect(await read({ object: "resource" })).toEqual(all.filter(({ objectKind }) => objectKind === "resource"));
    expect(await read({ object: one.objectId })).toEqual(all.filter(({ objectId }) => objectId === one.objectId));
    expect(await read({ act: one.act, object: one.objectId })).toEqual(all.filter(({ act, objectId }) => act === one.act && objectId === one.objectId));
    expect((await listAudit(pool.deps, admin, POOL, {}, { limit: 1 })).ok).toBe(false);
  });

  test("only by those who may", async () => {
    for (const [who, name] of [[registrar("market"), "resources"], [{ ...admin, roles: [] }, "requests"], [admin, "audit"]] as const) {
      const refusal = await exportTable(pool.deps, who, { name });
      expect(refusal.ok).toBe(false);
    }
    const own = await exportTable(pool.deps, registrar("market"), { name: "resources", unit: unit("market") });
    if (!own.ok) throw new Error("own");
    for await (const row of own.value.rows) expect(["market", "market-station"]).toContain(row[1]);
  });
});
