import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildEvaluator } from "../../src/casbin/evaluator.js";
import { POLICIES, readPolicyFiles } from "../../src/casbin/policy-files.js";
import { checkRules, parseRule, type PolicyRule } from "../../src/domain/policy/rule.js";

const access = readFileSync(`${POLICIES}access/model.conf`, "utf8");
const allocation = readFileSync(`${POLICIES}allocation/model.conf`, "utf8");

const rule = (text: string): PolicyRule => {
  const cells = text.split(", ");
  const parsed = parseRule(cells.length === 5 ? "access" : "allocation", cells);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
  return parsed.value;
};
const ground = [rule("public, item, read, public, allow"), rule("function, any, any, own, any, any, allow")];
const ask = (question: string, ...rules: string[]) =>
  buildEvaluator("access", access, [...ground, ...rules.map(rule)]).ask(question.split(", ")).effect;

describe("what Casbin would let pass", () => {
  test("a deny wins over an allow, wherever it stands", () => {
    const [allow, deny] = ["clerk, step, complete, own, allow", "clerk, step, complete, own, deny"];
    expect(ask("clerk, step, complete, own", allow)).toBe("allow");
    expect(ask("clerk, step, complete, own", allow, deny)).toBe("deny");
    expect(ask("clerk, step, complete, own", deny, allow)).toBe("deny");
  });

  test("a question no rule speaks of is refused, and so is one that only denials speak of (K6)", () => {
    expect(ask("clerk, step, complete, own")).toBe("none");
    expect(ask("auditor, step, complete, pool", "clerk, step, complete, own, deny")).toBe("none");
  });

  test("no rule set without an allowing rule in each model is built (K8)", () => {
    expect(checkRules([]).map(({ code }) => code)).toEqual(["policy.empty", "policy.empty"]);
    expect(() => buildEvaluator("access", access, [])).toThrow("no rules");
    expect(() => buildEvaluator("access", access, [rule("clerk, step, complete, own, deny")])).toThrow("no rules");
  });

  test.each([
    ["an effect spelt Deny (K5)", "clerk, step, complete, own, Deny"],
    ["a missing effect (K5)", "clerk, step, complete, own"],
    ["an empty cell (K8)", "clerk, , complete, own, allow"],
    ["a wildcard where none is meant", "any, step, complete, own, allow"],
    ["a path (K1)", "clerk, /units/*, complete, own, allow"],
    ["a pattern (K3)", "clerk, step, (start)|(complete), own, allow"],
    ["an act nobody declared", "clerk, step, destroy, own, allow"],
    ["one cell too many", "clerk, step, complete, own, allow, allow"],
  ])("%s is refused when the rule is read", (_, text) => {
    expect(parseRule("access", text.split(", ")).ok).toBe(false);
  });

  test("only whole, non-empty words are asked: numbers, gaps and the word any are faults (K11)", () => {
    const evaluator = buildEvaluator("access", access, ground);
    for (const question of [
      ["public", "item", "read"],
      ["public", "item", "read", ""],
      ["public", "item", "read", "any"],
      ["public", "item", "read", 0],
      ["public", "item", "read", undefined],
      ["public", "item", "read", ["public"]],
    ]) {
      expect(() => evaluator.ask(question as string[])).toThrow("not a question");
    }
  });

  test.each([
    ["a misspelt term (K10)", access.replace("r.role == p.role", "r.roel == p.roel")],
    ["a dropped term", access.replace(" && r.relation == p.relation", "")],
    ["or for and", access.replace("&& r.relation", "|| r.relation")],
    ["a last term that is a text (K12)", access.replace("r.relation == p.relation", "r.relation")],
    ["a function of patterns (K1–K4)", access.replace("r.object == p.object", "keyMatch2(r.object, p.object)")],
    ["eval (K16)", access.replace("r.role == p.role", "eval(p.role)")],
    ["deny-override (K6)", access.replace(/^e = .*$/m, "e = !some(where (p.eft == deny))")],
    ["priority (K7)", access.replace(/^e = .*$/m, "e = priority(p.eft) || deny")],
    ["columns in another order", access.replace("r = role, object", "r = object, role")],
    ["roles of its own (K15)", `${access}\n[role_definition]\ng = _, _\n`],
    ["a second matcher", access.replace("[matchers]\n", "[matchers]\nm2 = r.role == p.role\n")],
  ])("a model with %s is not opened", (_, text) => {
    expect(text).not.toBe(access);
    expect(() => buildEvaluator("access", text, ground)).toThrow(/model\.conf|Invalid|missing/);
  });

  test("a question cannot be spelt so that it meets another's answer (K13)", () => {
    const evaluator = buildEvaluator("allocation", allocation, [...ground, rule("data, data.a, any, own, any, x, allow")]);
    expect(evaluator.ask(["data", "data.a", "none", "own", "pool", "x"]).effect).toBe("allow");
    expect(evaluator.ask(["data", "data.a\nnone", "own", "pool", "x", "y"]).effect).toBe("none");
  });

  test("`any` in a rule matches, and the most special denial still wins", () => {
    const evaluator = buildEvaluator("allocation", allocation, [
      ...ground,
      rule("staff, any, any, any, any, any, allow"),
      rule("staff, staff.sign, deciding, other, any, any, deny"),
    ]);
    expect(evaluator.ask(["staff", "staff.review", "deciding", "other", "pool", "none"]).effect).toBe("allow");
    expect(evaluator.ask(["staff", "staff.sign", "deciding", "other", "pool", "none"]).effect).toBe("deny");
    expect(evaluator.ask(["staff", "staff.sign", "assisting", "other", "pool", "none"]).effect).toBe("allow");
  });

  test("the order of rules changes no answer (K7)", () => {
    const files = readPolicyFiles();
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    const forth = buildEvaluator("access", access, files.value.rules);
    const back = buildEvaluator("access", access, files.value.rules.toReversed());
    for (const { model, cells } of files.value.cases) {
      if (model === "access") expect(back.ask(cells).effect).toBe(forth.ask(cells).effect);
    }
  });
});
