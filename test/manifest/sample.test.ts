import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPool } from "../../src/main/load.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { RESOURCES, registerDeps, type RegisterDeps } from "../support/register-pool.js";

let database: TestDatabase;
let deps: RegisterDeps;
beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
});
afterAll(() => database.end());

describe("the sample prefecture", () => {
  test("a dry run says what would be made and makes nothing", async () => {
    const report = await loadPool(deps, RESOURCES, { dryRun: true });
    expect(report.ok ? [] : report.problems.slice(0, 20)).toEqual([]);
    if (!report.ok) return;
    expect(report.value.nouns.find(({ noun }) => noun === "units")?.created).toBeGreaterThan(150);
    const [row] = await database.sql`select (select count(*) from pool.pools)::int as pools, (select count(*) from pool.audit_records)::int as audit`;
    expect(row).toEqual({ pools: 0, audit: 0 });
  });

  test("applies cleanly, and the second time finds everything unchanged", async () => {
    const first = await loadPool(deps, RESOURCES);
    expect(first.ok ? [] : first.problems.slice(0, 20)).toEqual([]);
    if (!first.ok) return;
    expect(first.value.nouns.every(({ changed, unchanged }) => changed === 0 && unchanged === 0)).toBe(true);
    const [{ audit: before } = { audit: 0 }] = await database.sql<{ audit: number }[]>`select count(*)::int as audit from pool.audit_records`;
    const second = await loadPool(deps, RESOURCES);
    if (!second.ok) throw new Error(JSON.stringify(second.problems));
    expect(second.value.changes).toEqual([]);
    expect(second.value.nouns.map(({ noun, unchanged }) => [noun, unchanged])).toEqual(first.value.nouns.map(({ noun, created }) => [noun, created]));
    const [{ audit: after } = { audit: 0 }] = await database.sql<{ audit: number }[]>`select count(*)::int as audit from pool.audit_records`;
    expect(after).toBe(before);
  });
});
