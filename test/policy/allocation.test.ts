import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAllocationPolicy } from "../../src/casbin/allocation.js";
import { buildEvaluator } from "../../src/casbin/evaluator.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import type { AllocationPolicy } from "../../src/app/ports/allocation-policy.js";
import { trusted, type ClassId } from "../../src/domain/id.js";
import type { PolicyQuestion } from "../../src/scheduler/contract.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { policyPool, POOL, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let policy: AllocationPolicy;
beforeAll(async () => {
  database = await freshDatabase();
  const { book, source } = await policyPool(database);
  policy = createAllocationPolicy(book, source);
  const { sql } = database;
  for (const [id, act] of [
    ["staff.review", "assisting"],
    ["staff.decide", "deciding"],
    ["function.food-licensing", "deciding"],
    ["funds.subsidy", "none"],
    ["material.vehicle", "none"],
  ] as const) {
    await sql`
      insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, per, lend, act, min, max, step)
      values (${POOL}, ${id}, ${id.split(".")[0] as string}, ${id}, ${id}, 'minute', 'day', 'unit', 'none', ${act}, 1, 100, 1)`;
  }
});
afterAll(() => database.end());

const question = (classId: string, resourceUnit: string, scope: "pool" | "competent" = "pool", purpose: string | null = null): PolicyQuestion => ({
  claimUnit: unit("market"),
  resourceUnit: unit(resourceUnit),
  classId: trusted<ClassId>(classId),
  scope,
  purpose,
});
const answer = async (...args: Parameters<typeof question>) => (await policy.answers(POOL, 1, [question(...args)]))[0];

describe("a claim of the county's market bureau may use", () => {
  test.each([
    ["its own reviewers", "staff.review", "market", true],
    ["reviewers of the neighbouring bureau", "staff.review", "health", true],
    ["reviewers of the prefecture's bureau", "staff.review", "market-prefecture", true],
    ["its own officers who sign", "staff.decide", "market", true],
    ["no officer of its station to sign", "staff.decide", "market-station", false],
    ["no officer of the prefecture's bureau to sign", "staff.decide", "market-prefecture", false],
    ["its own authority", "function.food-licensing", "market", true],
    ["nobody else's authority", "function.food-licensing", "market-other-county", false],
    ["its own money", "funds.subsidy", "market", true],
    ["not the city's money", "funds.subsidy", "city", false],
    ["any unit's vehicle", "material.vehicle", "market-other-county", true],
  ])("%s", async (_, classId, owner, expected) => {
    expect(await answer(classId, owner)).toBe(expected);
  });

  test("only its own vehicle where the recipe says competent", async () => {
    expect(await answer("material.vehicle", "health", "competent")).toBe(false);
    expect(await answer("material.vehicle", "market", "competent")).toBe(true);
  });

  test("nothing of a unit or class that is not there, nor by a purpose spelt like a wildcard", async () => {
    expect(await answer("staff.review", "nowhere")).toBe(false);
    expect(await answer("staff.unheard-of", "market")).toBe(false);
    expect(await answer("funds.subsidy", "market", "pool", "any")).toBe(false);
  });
});

test("answers come in the order of the questions, and by the version asked for", async () => {
  expect(await policy.answers(POOL, 1, [question("staff.decide", "health"), question("staff.decide", "market")])).toEqual([false, true]);
  await expect(policy.answers(POOL, 7, [question("staff.decide", "market")])).rejects.toThrow("has no policy 7");
});

test("ten thousand rules of other classes stand in nobody's way", () => {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("policies");
  const crowd = Array.from({ length: 10_000 }, (_, index) => ({
    model: "allocation" as const,
    cells: ["data", `data.register-${index}`, "any", "other", "competent", "any"],
    effect: "deny" as const,
  }));
  const evaluator = buildEvaluator("allocation", files.value.models.allocation, [...files.value.rules, ...crowd]);
  // Compared with every rule, these would be twenty million comparisons.
  for (let index = 0; index < 2_000; index += 1) {
    expect(evaluator.ask(["data", `data.register-${index}`, "none", "other", "competent", "none"]).effect).toBe("deny");
  }
  expect(evaluator.ask(["data", "data.register-10001", "none", "other", "pool", "none"]).effect).toBe("allow");
});
