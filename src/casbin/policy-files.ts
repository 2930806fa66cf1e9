import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseCase, parseRule, POLICY_MODELS, type PolicyCase, type PolicyModel, type PolicyRule } from "../domain/policy/rule.js";
import { problem, type Problem } from "../domain/problem.js";
import { unlessRefused, type Result } from "../domain/result.js";

/** What the release brings: models (code), the rules a pool starts with, and the cases they are held to. */
export interface PolicyFiles {
  readonly models: Readonly<Record<PolicyModel, string>>;
  readonly rules: readonly PolicyRule[];
  readonly cases: readonly PolicyCase[];
}

export const POLICIES = fileURLToPath(new URL("../../policies/", import.meta.url));

/** Reads `policies/`; problems carry file and line. */
export function readPolicyFiles(directory: string = POLICIES): Result<PolicyFiles> {
  const problems: Problem[] = [];
  const models = {} as Record<PolicyModel, string>;
  const rules: PolicyRule[] = [];
  const cases: PolicyCase[] = [];
  const collect = <T>(results: readonly Result<T>[], into: T[]) => {
    for (const result of results) {
      if (result.ok) into.push(result.value);
      else problems.push(...result.problems);
    }
  };
  for (const model of POLICY_MODELS) {
    const read = (name: string) => readFileSync(`${directory}${model}/${name}`, "utf8");
    models[model] = read("model.conf");
    collect(lines(read("rules.csv"), `${model}/rules.csv`, (cells, place) => parseRule(model, cells, place)), rules);
    collect(lines(read("cases.csv"), `${model}/cases.csv`, (cells, place) => parseCase(model, cells, place)), cases);
  }
  return unlessRefused(problems, { models, rules, cases });
}

type Place = { readonly file: string; readonly line: number };

/**
 * Comma-separated words, one rule a line, `#` begins a comment line. No quoting: a rule is words from closed lists, so
 * a quote is a mistake and refused with its line.
 */
function lines<T>(text: string, file: string, parse: (cells: readonly string[], place: Place) => Result<T>): Result<T>[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return [];
    const place = { file, line: index + 1 };
    if (line.includes('"')) {
      return [{ ok: false, problems: [problem("policy.rule_malformed", { expected: 'no "' }, place)] } as const];
    }
    return [parse(line.split(",").map((cell) => cell.trim()), place)];
  });
}
