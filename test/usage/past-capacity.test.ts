import { afterAll, beforeAll, expect, test } from "vitest";
import { readFigures } from "../../src/app/figures/read-figures.js";
import type { AppDeps } from "../../src/app/deps.js";
import { retireResource } from "../../src/app/pool/move-resource.js";
import { changeResource, registerResource } from "../../src/app/pool/register-resource.js";
import { trusted, type ClassId } from "../../src/domain/id.js";
import type { RawRecord } from "../../src/domain/record.js";
import { ok, type Result } from "../../src/domain/result.js";
import { DAY, MONDAY_NINE, SMALL_POOL, SmallPool } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { registerDeps, system } from "../support/register-pool.js";

let database: TestDatabase;
let deps: AppDeps;
beforeAll(async () => {
  database = await freshDatabase();
  await SmallPool.make(database);
  // Who may is asked elsewhere: here it is about what was declared when.
  deps = { ...registerDeps(database), authorizer: { may: async () => ok({ policyVersion: 1, rule: "" }) } } as unknown as AppDeps;
});
afterAll(() => database.end());

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const on = async (day: number): Promise<void> => void (await database.sql`update pool.pools set clock_at = ${new Date(MONDAY_NINE + day * DAY)} where pool_id = ${SMALL_POOL}`);
const change = async (code: string, fields: RawRecord) => {
  const there = await deps.store.read(SMALL_POOL).resources.byCode(code);
  return must(await changeResource(deps, system(SMALL_POOL), SMALL_POOL, code, fields, there!.generation));
};
const register = (code: string, total: string) => registerResource(deps, system(SMALL_POOL), SMALL_POOL, { resource: code, unit: "market", class: "staff.review", total });
const capacity = async (from: string, to: string) => must(await readFigures(deps, system(SMALL_POOL), SMALL_POOL, { by: "class", class: trusted<ClassId>("staff.review"), from, to })).whole.utilisation?.amounts?.capacity ?? 0;

test("a past day's capacity is what was declared on it, whatever was declared, added or retired since", async () => {
  must(await register("one", "300"));
  must(await register("two", "100"));
  await on(2);
  await change("one", { total: "500" });
  await on(3);
  await change("one", { total: "150", reserved: "30" });
  must(await register("three", "40"));
  await on(4);
  const two = await deps.store.read(SMALL_POOL).resources.byCode("two");
  must(await retireResource(deps, system(SMALL_POOL), SMALL_POOL, "two", two!.generation));
  await on(5);
  // Monday and Tuesday 300 + 100; Wednesday 500 + 100; Thursday 150 less 30, 100 and 40; Friday and today without the second.
  for (const [day, expected] of [["23", 400], ["24", 400], ["25", 600], ["26", 260], ["27", 160], ["28", 160]] as const) expect(await capacity(`2026-11-${day}`, `2026-11-${day}`), day).toBe(expected);
  expect(await capacity("2026-11-23", "2026-11-28")).toBe(400 + 400 + 600 + 260 + 160 + 160);
});
