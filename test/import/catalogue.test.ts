import { createReadStream } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importItems, type CatalogueReport } from "../../src/app/catalogue/import-items.js";
import { GUESS_RULES, guessRule } from "../../src/domain/catalogue/guess-recipe.js";
import { trusted, type DivisionCode, type PoolId } from "../../src/domain/id.js";
import type { Result } from "../../src/domain/result.js";
import { loadPool } from "../../src/main/load.js";
import { createTables } from "../../src/tabular/tables.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps, RESOURCES, SAMPLE, system, type RegisterDeps } from "../support/register-pool.js";
import { sharedData } from "../support/shared-data.js";

const POOL = trusted<PoolId>("guangan");
const tables = createTables();
let database: TestDatabase;
let deps: RegisterDeps;

beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  const loaded = await loadPool(deps, RESOURCES);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems.slice(0, 5)));
  deps.pools.forget();
});
afterAll(() => database.end());

async function imported(content: AsyncIterable<Uint8Array>, { pool = POOL, seed = 1, dryRun = false } = {}): Promise<Result<CatalogueReport>> {
  const table = await tables.keep(content, "catalogue.csv");
  if (!table.ok) return table;
  return importItems({ ...deps, tables }, system(pool), {
    like: SAMPLE,
    pool,
    names: { zh: "广安区", en: "Guang'an District" },
    division: trusted<DivisionCode>("511602"),
    table: table.value,
    seed,
    dryRun,
  });
}
async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}
const ofImport = (report: Result<CatalogueReport>): CatalogueReport => {
  if (!report.ok) throw new Error(JSON.stringify(report.problems.slice(0, 5)));
  return report.value;
};

const HEAD = "item_code,name,department,theme,task_type,task_type_name,area_code,dept_code";

describe("a catalogue with every oddity", () => {
  const small = [
    HEAD,
    "A-1-511602000000-000-11511301008778423H-1-00,兽药经营许可证核发,区农业农村局,农业,1,行政许可,511602000000,11511301008778423H",
    "G-1-511602000000-000-083372204-1,贫困学生资助,区教科体局,未分类,5,行政给付,511602000000,083372204",
    "G-2-511602000000-000-083372204-1,贫困学生资助,区教科体局,未分类,5,行政给付,511602000000,083372204",
    "A-3-510000000000-000-x-1,植物检疫证书核发,区林业局,未分类,1,行政许可,511602000000,x",
    "A-4-511602000000-000-x-1,某某许可,区某某局,未分类,1,行政许可,511602000000,x",
    "B-5-511602000000-000-x-1,吊销许可证,区林业局,未分类,2,行政处罚,511602000000,x",
    "A-6-511602000000-000-x-1,未知类型,区林业局,未分类,33,,511602000000,x",
    "A-4-511602000000-000-x-1,重复编码,区林业局,未分类,1,行政许可,511602000000,x",
    "-bad code-,坏编码,区林业局,未分类,1,行政许可,511602000000,x",
    "A-7-511602000000-000-x-1,,区林业局,未分类,1,行政许可,511602000000,x",
  ].join("\r\n");

  test("every row lands or is reported with its reason, and a dry run leaves nothing", async () => {
    const pool = trusted<PoolId>("small");
    const dry = ofImport(await imported(text(small), { pool, dryRun: true }));
    expect(await deps.pools.find(pool)).toBeUndefined();
    const report = ofImport(await imported(text(small), { pool }));
    expect({ ...dry, dryRun: false }).toEqual(report);
    expect([report.rows, report.landed, report.rejected.length]).toEqual([10, 5, 5]);
    expect(report.rejected.map(({ line, problems }) => `${line} ${problems[0]?.code}`)).toEqual([
      "7 catalogue.not_applied_for",
      "8 catalogue.task_type_unknown",
      "9 input.duplicate",
      "10 input.invalid",
      "11 input.missing",
    ]);
    expect(report.notices.map(({ line, kind, detail }) => `${line} ${kind} ${detail}`)).toEqual(["2 unusual_code 7", "4 same_name 3", "5 other_area 510000"]);
  });

  test("departments become units; a credit code is kept only where it is one", async () => {
    const units = await deps.store.read(trusted<PoolId>("small")).units.all();
    expect(units.map(({ id, creditCode, parent }) => [id, creditCode, parent])).toEqual([
      ["small-agriculture", "11511301008778423H", "small-government"],
      [expect.stringMatching(/^small-department-/), null, "small-government"],
      ["small-education", null, "small-government"],
      ["small-forestry", null, "small-government"],
      ["small-government", null, null],
    ]);
  });
});

test("guess rules: each shape can be reached, and every task type applied for has one", () => {
  expect(new Set(GUESS_RULES.map(({ shape }) => shape)).size).toBe(GUESS_RULES.length);
  expect(GUESS_RULES.length).toBeGreaterThanOrEqual(12);
  for (const taskTypeNumber of [1, 5, 7, 8, 9, 10, 20]) expect(guessRule({ name: "某事", taskTypeNumber })).toBeDefined();
  for (const taskTypeNumber of [2, 3, 4, 6, 99]) expect(guessRule({ name: "某事备案", taskTypeNumber })).toBeUndefined();
});

const real = sharedData("service-items-guangan.csv");

describe.skipIf(real === undefined)("the real catalogue of a district", () => {
  const read = (): AsyncIterable<Uint8Array> => createReadStream(real ?? "");
  let first: CatalogueReport;

  test("becomes a pool: all 1,135 rows land, in the units of 34 departments, in at least twelve shapes", async () => {
    first = ofImport(await imported(read()));
    expect([first.rows, first.landed, first.rejected]).toEqual([1_135, 1_135, []]);
    expect(first.units).toBe(34 + 1);
    expect(first.shapes.length).toBeGreaterThanOrEqual(12);
    expect(first.notices.filter(({ kind }) => kind === "same_name")).toHaveLength(2);
    expect(first.notices.filter(({ kind }) => kind === "other_area")).toHaveLength(1);
    const [row] = await database.sql`
      select count(*) filter (where guessed)::int as guessed, count(distinct unit_id)::int as units from pool.items where pool_id = ${POOL} and state = 'published'`;
    expect(row).toEqual({ guessed: 1_135, units: 34 });
    expect(await deps.store.read(POOL).divisions.list({ level: "township" }, { limit: 100 })).toMatchObject({ rows: { length: 25 } });
  });

  test("the same table again finds everything unchanged; another seed guesses other volumes", async () => {
    const before = Number((await database.sql`select count(*) from pool.audit_records`)[0]?.["count"]);
    expect(ofImport(await imported(read()))).toEqual(first);
    expect(Number((await database.sql`select count(*) from pool.audit_records`)[0]?.["count"])).toBe(before);
    expect(ofImport(await imported(read(), { seed: 2, dryRun: true })).perYear).not.toBe(first.perYear);
  });

  test("the guessed supply is loaded at about 85 % where the pool shares it", async () => {
    const rows = await database.sql<{ class_id: string; load: number }[]>`
      with demand as (
        select claim ->> 'class' as class_id, i.item_code, sum((claim ->> 'amount')::bigint)::bigint as amount
        from pool.items i, jsonb_array_elements(guide -> 'recipe' -> 'steps') step, jsonb_array_elements(step -> 'claims') claim
        where i.pool_id = ${POOL} and claim ->> 'class' in ('staff.review', 'staff.intake')
        group by 1, 2
      )
      select class_id, sum(amount * coalesce(v.per_year, 0)) / 250.0 / (select sum(total) from pool.resources r where r.pool_id = ${POOL} and r.class_id = demand.class_id) as load
      from demand join json_to_recordset(${JSON.stringify(first.demand.map(({ item, perYear }) => ({ item_code: item, per_year: perYear })))}::text::json) as v (item_code text, per_year int) using (item_code)
      group by class_id order by class_id`;
    for (const { load } of rows) expect(Number(load)).toBeGreaterThan(0.8);
    for (const { load } of rows) expect(Number(load)).toBeLessThan(0.9);
    expect(rows).toHaveLength(2);
  });

  test("what was made stands the second reading", async () => {
    const verdict = await verify(database.url, POOL);
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});
