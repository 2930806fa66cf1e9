import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { followRelease } from "../../src/app/policy/follow-release.js";
import type { AppDeps } from "../../src/app/deps.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import type { PolicyFiles } from "../../src/casbin/policy-files.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { policyPool, POOL, someone } from "../support/policy-pool.js";

const open: TestDatabase[] = [];
afterAll(() => Promise.all(open.map((one) => one.end())));

let deps: AppDeps;
let files: PolicyFiles;
beforeEach(async () => {
  const database = await freshDatabase();
  open.push(database);
  ({ deps, files } = await policyPool(database));
});

/** The same product with other rules in its `policies/`. */
const release = (change: (rules: PolicyFiles["rules"]) => PolicyFiles["rules"]): AppDeps => ({
  ...deps,
  policyWorkbench: createWorkbench({ ...files, rules: change(files.rules) }),
});
const next = () => release((rules) => [...rules, { model: "access", cells: ["clerk", "asset", "declare", "own"], effect: "allow" }]);
const states = async () => (await deps.store.read(POOL).policies.list()).map(({ version, state }) => `${version} ${state}`);

describe("a pool whose rules nobody changed", () => {
  test("gets those of a new release at the start, once", async () => {
    expect(await followRelease(deps, POOL)).toBeNull();
    expect(await followRelease(next(), POOL)).toBe(2);
    expect(await followRelease(next(), POOL)).toBeNull();
    expect(await states()).toEqual(["2 active", "1 superseded"]);
  });

  test("is not thrown back by a process of the older release that starts late", async () => {
    await followRelease(next(), POOL);
    expect(await followRelease(deps, POOL)).toBeNull();
    expect(await states()).toEqual(["2 active", "1 superseded"]);
  });

  test("gets them once when two processes start together", async () => {
    const outcomes = await Promise.all([followRelease(next(), POOL), followRelease(next(), POOL)]);
    expect(outcomes.filter((version) => version !== null)).toEqual([2]);
  });
});

test("a pool whose people changed the rules keeps theirs", async () => {
  const author = someone();
  await deps.store.transact(POOL, async (tx) => {
    const rules = files.rules.slice(1);
    const contentHash = deps.policyWorkbench.hash(rules);
    const version = await tx.policies.insert({ baseVersion: 1, state: "proposed", reason: "ours", contentHash, proposedBy: author, proposedAt: Date.now(), rules });
    await tx.policies.approve(version, someone(), Date.now(), contentHash);
    await tx.policies.activate(version, author, Date.now());
  });
  expect(await followRelease(next(), POOL)).toBeNull();
  expect(await states()).toEqual(["2 active", "1 superseded"]);
});
