import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { actionsWithoutRule } from "../../src/casbin/authorizer.js";
import { openRules } from "../../src/casbin/policy-book.js";
import { POLICIES, readPolicyFiles } from "../../src/casbin/policy-files.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import { ACTIONS, partsOf } from "../../src/domain/policy/action.js";
import { RELATIONS } from "../../src/domain/policy/relation.js";
import { ROLES } from "../../src/domain/policy/subject.js";

const read = readPolicyFiles();
if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
const files = read.value;
const workbench = createWorkbench(files);
const policy = openRules(files, 0, files.rules);

describe("the policy a pool starts with", () => {
  test.each(workbench.cases(files.rules).map((outcome) => [outcome.case.claim, outcome] as const))("%s", (_, outcome) => {
    expect(outcome.effect).toBe(outcome.case.expect);
  });

  test("is the committed matrix, cell by cell", () => {
    expect(workbench.matrix(files.rules)).toBe(readFileSync(`${POLICIES}matrix.txt`, "utf8"));
  });

  test("has a rule for every action", () => {
    expect(actionsWithoutRule(policy, ROLES)).toEqual([]);
  });

  test("has no rule that never matters: each allows or denies a cell of the matrix", () => {
    const seen = new Set<string>();
    for (const action of ACTIONS) {
      const { object, act } = partsOf(action);
      for (const role of ROLES) for (const relation of RELATIONS) seen.add([role, object, act, relation].join());
    }
    expect(files.rules.filter(({ model, cells }) => model === "access" && !seen.has(cells.join()))).toEqual([]);
  });

  test("lets an auditor only read, explain and export", () => {
    const acts = files.rules.flatMap(({ model, cells, effect }) => (model === "access" && cells[0] === "auditor" && effect === "allow" ? [cells[2]] : []));
    expect([...new Set(acts)].sort()).toEqual(["explain", "export", "open-priority", "read"]);
  });

  test("gives nobody two of: running the pool, writing its rules, reading its record", () => {
    const may = (role: string, object: string, act: string) => policy.evaluators.access.ask([role, object, act, "pool"]).effect === "allow";
    expect(ROLES.filter((role) => may(role, "resource", "declare"))).toEqual(["pool-admin", "system"]);
    expect(ROLES.filter((role) => may(role, "policy", "approve"))).toEqual(["policy-admin"]);
    expect(ROLES.filter((role) => may(role, "audit", "read"))).toEqual(["auditor"]);
  });

  test("gives a thing of another pool to nobody", () => {
    const leaks = ACTIONS.flatMap((action) => {
      const { object, act } = partsOf(action);
      return ROLES.filter((role) => policy.evaluators.access.ask([role, object, act, "other"]).effect === "allow").map((role) => `${role} ${action}`);
    });
    expect(leaks).toEqual([]);
  });
});

describe("the effect of a change", () => {
  test("names the cases that flip and every cell, and says when something is withdrawn", () => {
    const without = files.rules.filter(({ cells }) => cells.join() !== "clerk,step,complete,serving");
    const effect = workbench.compare(files.rules, without);
    expect(effect.removed.map(({ cells }) => cells.join())).toEqual(["clerk,step,complete,serving"]);
    expect(effect.flipped.map((flip) => [flip.case.claim, flip.after])).toEqual([["a clerk completes a step their unit does for another", "deny"]]);
    expect(effect.cells.map(({ question }) => question.join())).toEqual(["clerk,step,complete,serving"]);
    expect(effect.withdraws).toBe(true);
    expect(workbench.compare(without, files.rules).withdraws).toBe(false);
  });

  test("of an allocation rule for one class shows that class alone", () => {
    const effect = workbench.compare(files.rules, [
      ...files.rules,
      { model: "allocation", cells: ["function", "function.food-licensing", "deciding", "superior", "pool", "any"], effect: "allow" },
    ]);
    expect(effect.cells.map(({ question, after }) => [question.join(), after])).toEqual([
      ["function,function.food-licensing,deciding,superior,pool,none", "allow"],
    ]);
    expect(effect.flipped.map((flip) => flip.case.claim)).toEqual(["the prefecture's bureau does not license in the county's place"]);
  });
});
