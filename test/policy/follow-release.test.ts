import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { readNewActs, takeOverNewActs } from "../../src/app/policy/new-acts.js";
import { followRelease } from "../../src/app/policy/follow-release.js";
import type { AppDeps } from "../../src/app/deps.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import type { PolicyFiles } from "../../src/casbin/policy-files.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { trusted } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import { actor, policyPool, POOL, someone } from "../support/policy-pool.js";

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

test("acts that a changed pool never heard of are named, tried, and taken over by proposal; what its people took out is theirs", async () => {
  const [author, other] = [someone(), someone()];
  const about = (object: string, act: string) => ({ cells: [, what, how] }: { readonly cells: readonly string[] }) => what === object && how === act;
  const inForce = async (rules: PolicyFiles["rules"]) => {
    const contentHash = deps.policyWorkbench.hash(rules);
    await deps.store.transact(POOL, async (tx) => {
      const { version } = (await tx.policies.lockActive())!;
      const next = await tx.policies.insert({ baseVersion: version, state: "proposed", reason: "ours", contentHash, proposedBy: author, proposedAt: Date.now(), rules });
      await tx.policies.approve(next, other, Date.now(), contentHash);
      await tx.policies.activate(next, author, Date.now());
    });
  };
  // The pool began with an older release, which knew no agreements; its people took the reading of usage out.
  const older = files.rules.filter((rule) => !about("agreement", "approve")(rule));
  await open.at(-1)!.sql`delete from pool.policy_rules where cells[2] = 'agreement' and cells[3] = 'approve'`;
  await inForce(older.filter((rule) => !about("usage", "read")(rule)));
  const admin = { ...actor([{ role: "policy-admin" }]), personId: author } as PersonActor;
  const found = await readNewActs(deps, admin, POOL);
  expect(found).toMatchObject({ value: { acts: ["agreement.approve"], effect: { removed: [], withdraws: false } } });
  expect(found.ok && found.value.effect?.cells.every(({ question, after }) => question[1] === "agreement" && after === "allow")).toBe(true);
  expect(await readNewActs(deps, actor([{ role: "clerk", unitId: trusted("north") }]), POOL)).toMatchObject({ ok: false });
  expect(await takeOverNewActs(deps, admin, POOL, "新版本")).toMatchObject({ value: { version: 3 } });
  expect(await states()).toEqual(["3 proposed", "2 active", "1 superseded"]);
  const rules = await deps.store.read(POOL).policies.rules(3);
  expect(rules.filter(about("agreement", "approve"))).toEqual(files.rules.filter(about("agreement", "approve")));
  expect(rules.some(about("usage", "read"))).toBe(false);
  await inForce(rules);
  expect(await readNewActs(deps, admin, POOL)).toMatchObject({ value: { acts: [], effect: null } });
  expect(await takeOverNewActs(deps, admin, POOL, "又一次")).toMatchObject({ problems: [{ code: "policy.no_change" }] });
});
