import type { PolicyEffect, PolicyWorkbench } from "../app/ports/policy.js";
import { POLICY_MODELS, ruleText, type Effect, type PolicyModel, type PolicyRule } from "../domain/policy/rule.js";
import { matrixOf, questionsOf } from "./matrix.js";
import { hashRules, openRules, type OpenPolicy } from "./policy-book.js";
import type { PolicyFiles } from "./policy-files.js";

/** Builds policies that answer nobody: for cases, the matrix and the effect of a proposal. */
export function createWorkbench(files: PolicyFiles): PolicyWorkbench {
  const open = (rules: readonly PolicyRule[]) => openRules(files, 0, rules);
  return {
    defaults: files.rules,
    hash: hashRules,
    cases(rules) {
      const policy = open(rules);
      return files.cases.map((one) => {
        const verdict = policy.evaluators[one.model].ask(one.cells);
        return { case: one, effect: effectOf(policy, one.model, one.cells), rule: verdict.rule };
      });
    },
    matrix: (rules) => matrixOf(open(rules), rules),
    compare(before, after): PolicyEffect {
      const [was, willBe] = [open(before), open(after)];
      const changes = (model: PolicyModel, question: readonly string[]) =>
        effectOf(was, model, question) !== effectOf(willBe, model, question);
      const cells = POLICY_MODELS.flatMap((model) =>
        questionsOf(model, [...before, ...after])
          .filter((question) => changes(model, question))
          .map((question) => ({ model, question, after: effectOf(willBe, model, question) })),
      );
      return {
        added: without(after, before),
        removed: without(before, after),
        flipped: files.cases
          .filter((one) => changes(one.model, one.cells))
          .map((one) => ({ case: one, after: effectOf(willBe, one.model, one.cells) })),
        cells,
        withdraws: cells.some((cell) => cell.after === "deny"),
      };
    },
  };
}

const effectOf = (policy: OpenPolicy, model: PolicyModel, question: readonly string[]): Effect =>
  policy.evaluators[model].ask(question).effect === "allow" ? "allow" : "deny";

function without(rules: readonly PolicyRule[], others: readonly PolicyRule[]): readonly PolicyRule[] {
  const key = (rule: PolicyRule) => `${rule.model}: ${ruleText(rule)}`;
  const known = new Set(others.map(key));
  return rules.filter((rule) => !known.has(key(rule)));
}
