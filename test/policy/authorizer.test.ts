import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { Action } from "../../src/domain/policy/action.js";
import type { ObjectFacts } from "../../src/domain/policy/relation.js";
import type { Actor, UnitRole } from "../../src/domain/policy/subject.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, policyPool, POOL, someone, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: AppDeps;
beforeAll(async () => {
  database = await freshDatabase();
  ({ deps } = await policyPool(database));
});
afterAll(() => database.end());

const ask = async (who: Actor, action: Action, facts: Omit<ObjectFacts, "poolId"> & { poolId?: PoolId }) => {
  const result = await deps.authorizer.may(who, action, { poolId: POOL, ...facts });
  return result.ok ? "allowed" : result.problems[0].code;
};
const at = (role: UnitRole, id: string) => actor([{ role, unitId: unit(id) }]);
const visitor: Actor = { kind: "anonymous", poolId: POOL, channel: "portal" };

describe("a registrar of the market bureau, on a resource of", () => {
  test.each([
    ["the bureau itself", "market", "allowed"],
    ["the station beneath it", "market-station", "allowed"],
    ["the city above it", "city", "object.not_found"],
    ["its neighbour", "health", "object.not_found"],
    ["a bureau of the same line in another county", "market-other-county", "object.not_found"],
    ["a unit that is not there", "nowhere", "object.not_found"],
  ])("%s", async (_, owner, expected) => {
    expect(await ask(at("registrar", "market"), "resource.declare", { unitId: unit(owner) })).toBe(expected);
  });
});

describe("a clerk", () => {
  test("works on the cases of their unit, and on what their unit does for another", async () => {
    expect(await ask(at("clerk", "market"), "step.complete", { unitId: unit("market") })).toBe("allowed");
    expect(await ask(at("clerk", "health"), "step.complete", { unitId: unit("market"), servingUnitIds: [unit("health")] })).toBe("allowed");
    expect(await ask(at("clerk", "health"), "step.complete", { unitId: unit("market") })).toBe("object.not_found");
  });

  test("who assists another unit sees the case and is told they may not reject it", async () => {
    expect(await ask(at("clerk", "health"), "step.reject", { unitId: unit("market"), servingUnitIds: [unit("health")] })).toBe("access.forbidden");
  });

  test("above a unit has no say in its cases: a clerk's role does not reach down", async () => {
    expect(await ask(at("clerk", "city"), "step.complete", { unitId: unit("market") })).toBe("object.not_found");
  });

  test("does not work on their own case, though the same act on any other case of the unit is theirs", async () => {
    const clerk = at("clerk", "market");
    expect(await ask(clerk, "step.complete", { unitId: unit("market"), personId: clerk.personId })).toBe("access.forbidden");
    expect(await ask(clerk, "step.complete", { unitId: unit("market"), personId: someone() })).toBe("allowed");
  });

  test("does not work on the case of an enterprise they act for", async () => {
    const clerk = actor([{ role: "clerk", unitId: unit("market") }], { mandates: [{ enterpriseCode: "91520000MA6E00000A", enterpriseName: "甲" }] });
    expect(await ask(clerk, "step.complete", { unitId: unit("market"), personId: someone(), enterpriseCode: "91520000MA6E00000A" })).toBe("access.forbidden");
  });

  test("still applies for things themselves", async () => {
    const clerk = at("clerk", "market");
    expect(await ask(clerk, "request.submit", { personId: clerk.personId, unitId: unit("health") })).toBe("allowed");
  });
});

describe("an applicant", () => {
  test("reads and withdraws their own request; another's does not exist for them", async () => {
    const one = actor();
    expect(await ask(one, "request.withdraw", { unitId: unit("market"), personId: one.personId })).toBe("allowed");
    expect(await ask(one, "request.withdraw", { unitId: unit("market"), personId: someone() })).toBe("object.not_found");
    expect(await ask(one, "request.read", { unitId: unit("market"), personId: someone() })).toBe("object.not_found");
  });

  test("acts for an enterprise as long as the mandate lasts, not by having filed for it", async () => {
    const code = "91520000MA6E00000A";
    const agent = actor([], { mandates: [{ enterpriseCode: code, enterpriseName: "甲" }] });
    const facts = { unitId: unit("market"), personId: agent.personId, enterpriseCode: code };
    expect(await ask(agent, "request.withdraw", facts)).toBe("allowed");
    expect(await ask({ ...agent, mandates: [] }, "request.withdraw", facts)).toBe("object.not_found");
  });
});

describe("somebody who is not signed in", () => {
  test("reads what is published and is asked to sign in where the public never may", async () => {
    expect(await ask(visitor, "item.read", { public: true })).toBe("allowed");
    expect(await ask(visitor, "request.submit", {})).toBe("access.sign_in_required");
    expect(await deps.authorizer.needsSignIn(visitor, "request.submit")).toBe(true);
    expect(await deps.authorizer.needsSignIn(visitor, "item.read")).toBe(false);
    expect(await deps.authorizer.needsSignIn(actor(), "request.submit")).toBe(false);
  });

  test("is not told of an unpublished item", async () => {
    expect(await ask(visitor, "item.read", { public: false, unitId: unit("market") })).toBe("object.not_found");
  });
});

describe("a pool's administrators", () => {
  test("have no say in another pool", async () => {
    const other = trusted<PoolId>("another");
    for (const role of ["pool-admin", "policy-admin", "auditor"] as const) {
      expect(await ask(actor([{ role }]), "unit.read", { poolId: other })).toBe("object.not_found");
    }
    expect(await ask(actor([{ role: "pool-admin" }]), "unit.read", {})).toBe("allowed");
  });

  test("are refused plainly where they may read and not act", async () => {
    expect(await ask(actor([{ role: "auditor" }]), "resource.declare", { unitId: unit("market") })).toBe("access.forbidden");
  });

  test("give themselves no role", async () => {
    const admin = actor([{ role: "pool-admin" }]);
    expect(await ask(admin, "role-grant.grant-unit-role", { unitId: unit("market"), personId: admin.personId })).toBe("access.forbidden");
    expect(await ask(admin, "role-grant.grant-unit-role", { unitId: unit("market"), personId: someone() })).toBe("allowed");
  });
});

describe("an answer", () => {
  test("names the rule and the version it rests on", async () => {
    const result = await deps.authorizer.may(at("clerk", "market"), "step.start", { poolId: POOL, unitId: unit("market") });
    expect(result).toEqual({ ok: true, value: { policyVersion: 1, rule: "clerk, step, start, own, allow" } });
  });

  test("comes from the release's own rules, as version 0, where no pool is yet: only the process may make one", async () => {
    const poolId = trusted<PoolId>("not-yet");
    expect(await deps.authorizer.may({ kind: "system", poolId, task: "load" }, "pool.create", { poolId })).toMatchObject({ ok: true, value: { policyVersion: 0 } });
    expect(await ask(actor([{ role: "pool-admin" }], { pool: poolId }), "pool.create", { poolId })).toBe("access.forbidden");
  });
});
