import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { POLICIES, readPolicyFiles } from "../casbin/policy-files.js";
import { createWorkbench } from "../casbin/workbench.js";
import { policyText } from "../text/policy.js";
import { problemTitle } from "../text/problems.js";
import { say, type Language } from "../text/text.js";

const MATRIX = "matrix.txt";

/**
 * `govpool policy test`: runs the cases beside the rules, and compares the matrix with the committed one.
 * With `write` the matrix is written instead of compared.
 *
 * @returns the exit code: 0 when everything is as expected.
 */
export function policyCommand(options: { readonly write: boolean; readonly language: Language; readonly directory?: string }, print: (line: string) => void): number {
  const { language, write, directory = POLICIES } = options;
  const files = readPolicyFiles(directory);
  if (!files.ok) {
    for (const one of files.problems) print(`${one.file ?? ""}:${one.line ?? ""} ${problemTitle(language, one)}`);
    return 1;
  }
  const workbench = createWorkbench(files.value);
  const outcomes = workbench.cases(files.value.rules);
  const failed = outcomes.filter((outcome) => outcome.effect !== outcome.case.expect);
  const matrix = workbench.matrix(files.value.rules);
  const committed = existsSync(`${directory}${MATRIX}`) ? readFileSync(`${directory}${MATRIX}`, "utf8") : "";

  if (!write) print(matrix);
  for (const { case: one, effect, rule } of failed) {
    print(say(language, policyText["command.case-failed"], { claim: one.claim, expect: one.expect, effect, rule: rule ?? say(language, policyText["command.no-rule"]) }));
  }
  print(say(language, policyText["command.cases"], { passed: outcomes.length - failed.length, failed: failed.length }));
  if (write) {
    writeFileSync(`${directory}${MATRIX}`, matrix);
    print(say(language, policyText["command.matrix-written"]));
    return failed.length === 0 ? 0 : 1;
  }
  for (const line of difference(committed, matrix)) print(line);
  print(say(language, policyText[committed === matrix ? "command.matrix-same" : "command.matrix-differs"]));
  return failed.length === 0 && committed === matrix ? 0 : 1;
}

function difference(before: string, after: string): readonly string[] {
  const [was, is] = [before.split("\n"), after.split("\n")];
  const [old, now] = [new Set(was), new Set(is)];
  return [...was.filter((line) => !now.has(line)).map((line) => `- ${line}`), ...is.filter((line) => !old.has(line)).map((line) => `+ ${line}`)];
}
