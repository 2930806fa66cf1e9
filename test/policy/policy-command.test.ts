import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { POLICIES } from "../../src/casbin/policy-files.js";
import { policyCommand } from "../../src/main/policy-command.js";

let directory: string;
beforeEach(() => {
  directory = `${mkdtempSync(join(tmpdir(), "govpool-policies-"))}/`;
  cpSync(POLICIES, directory, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

function run(write = false): { readonly code: number; readonly said: string } {
  const lines: string[] = [];
  return { code: policyCommand({ write, language: "en", directory }, (line) => lines.push(line)), said: lines.join("\n") };
}
const change = (file: string, from: string, to: string) => writeFileSync(`${directory}${file}`, readFileSync(`${directory}${file}`, "utf8").replace(from, to));

describe("govpool policy test", () => {
  test("passes on the rules as they are committed", () => {
    expect(run()).toMatchObject({ code: 0, said: expect.stringContaining("the matrix equals") });
  });

  test("shows a permission nobody meant to give: the cell before and after", () => {
    change("access/rules.csv", "auditor, audit, read, pool, allow", "auditor, audit, read, pool, allow\nclerk, audit, read, own, allow");
    const { code, said } = run();
    expect(code).toBe(1);
    expect(said).toMatch(/^- audit\.read .*$/m);
    expect(said).toMatch(/^\+ audit\.read .* own .*$/m);
    expect(run(true).code).toBe(0);
    expect(run().code).toBe(0);
  });

  test("names the case that is no longer answered as expected, and the rule", () => {
    change("access/rules.csv", "clerk, step, complete, self, deny", "clerk, step, complete, self, allow");
    const { code, said } = run();
    expect(code).toBe(1);
    expect(said).toContain("NOT AS EXPECTED: a clerk never works on their own case (expected deny, got allow; rule: clerk, step, complete, self, allow)");
  });

  test.each([
    ["clerk, step, complete, self, deny", "clerk, step, complete, self, Deny", "effect: allow | deny"],
    ["clerk, step, complete, self, deny", "clerk, step, complete, deny", "relation"],
    ["clerk, step, complete, self, deny", 'clerk, "step", complete, self, deny', 'no "'],
    ["clerk, step, complete, self, deny", "clerk, step, fly, self, deny", "step.fly"],
  ])("says file, line and what is expected for a broken rule", (from, to, expected) => {
    change("access/rules.csv", from, to);
    const { code, said } = run();
    expect(code).toBe(1);
    expect(said).toMatch(/^access\/rules\.csv:\d+ /);
    expect(said).toContain(expected);
  });

  test("of rules that do not compile writes nothing: the committed matrix stays as it was", () => {
    const matrix = readFileSync(`${directory}matrix.txt`, "utf8");
    change("access/rules.csv", "clerk, step, complete, self, deny", "clerk, step, complete");
    expect(run(true).code).toBe(1);
    expect(readFileSync(`${directory}matrix.txt`, "utf8")).toBe(matrix);
  });
});
