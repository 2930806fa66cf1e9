import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Arrival } from "../../src/app/whatif/demand.js";
import { NO_CHANGES } from "../../src/app/whatif/changed-supply.js";
import { runTwin, type TwinOutcome } from "../../src/app/whatif/twin.js";
import type { PoolCopy } from "../../src/app/ports/pool-copy.js";
import type { RecipeStep } from "../../src/domain/catalogue/item.js";
import { trusted, type ClassId, type DivisionCode } from "../../src/domain/id.js";
import { createPoolCopies } from "../../src/postgres/pool-copies.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { HOUR, MONDAY_NINE, SMALL_POOL, SmallPool, until } from "../scheduling/small-pool.js";
import { startWriterWhenFree, type RunningWriter } from "../scheduling/running-writer.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { item, rules, RULES } from "./tiny-copy.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
});

afterEach(async () => {
  await writer?.stop();
  writer = undefined;
  await database.end();
});

async function copied(): Promise<PoolCopy> {
  const copy = await createPoolCopies(database.url).copy(SMALL_POOL, { resources: [], assets: [], policyVersion: undefined });
  return { ...copy!, rules: RULES };
}

/** What the twin gives out in the first millisecond after `at`. */
function predict(copy: PoolCopy, { until, arrivals = [] }: { readonly until: number; readonly arrivals?: readonly Arrival[] }): TwinOutcome {
  return runTwin({
    copy,
    supply: NO_CHANGES,
    arrivals,
    quotas: null,
    seed: 1,
    until: until + 1,
    createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") }),
    answers: rules(RULES, copy.places),
    onProgress: () => {},
  });
}

const grantsOf = ({ grants }: TwinOutcome): string[] => grants.flatMap(({ allocations }) => allocations.map(({ step, resource, period, amount }) => `${step} ${resource} ${period} ${amount}`)).sort();

async function given(): Promise<string[]> {
  const rows = await database.sql<{ step_id: number; resource_id: number; period: number; amount: number }[]>`select step_id, resource_id, period, amount from pool.allocations where pool_id = ${SMALL_POOL}`;
  return rows.map(({ step_id, resource_id, period, amount }) => `${step_id} ${resource_id} ${period} ${amount}`).sort();
}

async function decide(): Promise<void> {
  writer = await startWriterWhenFree({ url: database.url, pool: SMALL_POOL });
  await decided(MONDAY_NINE);
}

/** Nothing that could be decided at that time is left. */
async function decided(at: number): Promise<void> {
  await pool.settled();
  await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= at);
}

test("what the twin gives out of a queue is what the writer then gives out", async () => {
  for (const total of [420, 300, 200]) await pool.resource({ class: "staff.review", total });
  await pool.resource({ class: "staff.review", total: 240, unit: "health" });
  for (const unit of ["market", "health"]) await pool.resource({ class: "material.counter", total: 1, unit });
  await pool.resource({ class: "material.form", total: 9 });
  // More than there is: some are given something, some wait.
  await pool.fileMany(9, { class: "staff.review", amount: 130 });
  await pool.fileMany(3, { class: "staff.review", amount: 200, scope: "competent" }, { dueInDays: 2, unit: "health" });
  await pool.fileMany(4, [{ name: "both", claims: [{ class: "material.counter", amount: 1, slots: 3, together: true }, { class: "material.form", amount: 2 }] }], { dueInDays: 3 });
  await pool.file({ class: "funds.aid", amount: 100, purpose: "aid" });

  const before = await pool.writerRow();
  const outcome = predict(await copied(), { until: MONDAY_NINE });
  expect(await pool.writerRow()).toEqual(before);
  expect(outcome.grants.length).toBeGreaterThan(10);

  await decide();
  expect(grantsOf(outcome)).toEqual(await given());
  // Those nobody can serve, too.
  const [refused] = await database.sql<{ count: number }[]>`select count(*)::int as count from pool.decisions where outcome = 'refused'`;
  expect([...outcome.refusals.values()].reduce((sum, steps) => sum + steps, 0)).toBe(refused!.count);
});

test("what the twin gives to those who come later is what the writer gives them, beside what it had given before", async () => {
  const first = await pool.resource({ class: "staff.review", total: 420 });
  await pool.resource({ class: "staff.review", total: 200, unit: "health" });
  await pool.fileMany(2, { class: "staff.review", amount: 150 });
  await decide();
  const copy = await copied();
  expect(copy.requests.length).toBe(2);

  const asked: RecipeStep = { step: "only", stage: "review", names: { zh: "审查", en: "review" }, mode: "human", after: [], claims: [{ class: trusted<ClassId>("staff.review"), amount: 110, scope: "pool" }] };
  const guide = item("later", [asked], { promisedDays: 5 });
  const at = MONDAY_NINE + HOUR;
  const arrivals = Array.from({ length: 5 }, (_, n): Arrival => ({ at, item: guide, division: trusted<DivisionCode>("522301001"), key: String(n) }));
  const outcome = predict({ ...copy, items: [{ guide, guessed: false }] }, { until: at, arrivals });

  const had = new Set(await given());
  await pool.setClock(at);
  await pool.fileMany(5, { class: "staff.review", amount: 110 });
  await pool.settled();
  await until(async () => new Set((await given()).map((grant) => grant.split(" ")[0])).size === 7);
  // Ids of steps that were drawn are the twin's own, in the order in which they came.
  const plain = (grants: readonly string[]): string[] => {
    const steps = [...new Set(grants.map((grant) => Number(grant.split(" ")[0])))].sort((a, b) => a - b);
    return grants.map((grant) => [steps.indexOf(Number(grant.split(" ")[0])), ...grant.split(" ").slice(1)].join(" ")).sort();
  };
  const fresh = outcome.grants.filter(({ step }) => !copy.requests.some(({ steps }) => steps.some(({ ask }) => ask.id === step)));
  expect(plain(grantsOf({ ...outcome, grants: fresh }))).toEqual(plain((await given()).filter((grant) => !had.has(grant))));
  expect(fresh.some(({ allocations }) => allocations.some(({ resource }) => resource === first))).toBe(true);
});

test("there is no copy of a pool that is not there", async () => {
  expect(await createPoolCopies(database.url).copy(trusted("nowhere"), { resources: [], assets: [], policyVersion: undefined })).toBeUndefined();
});
