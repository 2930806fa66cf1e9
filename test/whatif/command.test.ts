import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WhatIfResult } from "../../src/domain/what-if/result.js";
import { registerSimulate } from "../../src/main/local-commands.js";

const RESOURCES = new URL("../../resources", import.meta.url).pathname;
const HEAD = "apiVersion: govpool/v1\nkind: Scenario\nname: Busy\nseed: 3\nstart: 2026-03-02\ndays: 1\n";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "govpool-simulate-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: string[][] = [[], []];
  let code = 0;
  const program = new Command("govpool").exitOverride();
  registerSimulate(program, (answer) => (code = answer), { env: {}, out: (line) => out!.push(line), err: (line) => err!.push(line), progress: () => {} });
  await program.parseAsync(["simulate", ...argv, "--lang", "en"], { from: "user" });
  return { code, out: out!.join("\n"), err: err!.join("\n") };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a folder is played without a server: a table, a file of figures, and the whole result", async () => {
  const busy = file("busy.yaml", `${HEAD}demand:\n  - surge: { factor: 3 }\n`);
  const shown = await run(busy, "--folder", RESOURCES);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain("Busy: qianxinan, 2026-03-02 to 2026-03-02, seed 3");
  expect(shown.out).toMatch(/served +\d+ +\d+ +\+\d+/);

  const whole = await run(busy, "--folder", RESOURCES, "-o", "json");
  const result = JSON.parse(whole.out) as WhatIfResult;
  expect(shown.out).toContain(result.hash.slice(0, 16));
  expect(result.base.requests.arrived).toBeGreaterThan(2_000);
  expect(result.changed.requests.arrived / result.base.requests.arrived).toBeCloseTo(3, 0);

  const figures = await run(busy, "--folder", RESOURCES, "-o", "csv");
  expect(figures.out.split("\n")[0]).toBe("section,key,figure,base,scenario");
  expect(figures.out).toContain(`run,,served,${result.base.requests.served},${result.changed.requests.served}`);

  const one = file("one.json", whole.out);
  expect((await run("--diff", one, one)).out).toBe("The two results have the same figures.");
  const other = file("other.json", JSON.stringify({ ...result, changed: { ...result.changed, requests: { ...result.changed.requests, served: 1 } } }));
  expect((await run("--diff", one, other)).out).toMatch(/run +- +served/);
});

test("what is wrong with a file is said with its place, and nothing is played", async () => {
  const wrong = await run(file("wrong.yaml", `${HEAD}supply:\n  - drain: { unit: atlantis }\ndemand:\n  - surge: { factor: 1000000 }\n`), "--folder", RESOURCES);
  expect(wrong).toMatchObject({ code: 1, out: "" });
  expect(wrong.err).toContain("demand.0.surge.factor");
  expect(await run(join(folder, "absent.yaml"), "--folder", RESOURCES)).toMatchObject({ code: 1, out: "", err: expect.stringContaining("ENOENT") as string });
  expect(await run(file("no.yaml", "kind: Pool"), "--folder", RESOURCES)).toMatchObject({ code: 1, err: expect.stringContaining("kind: Scenario") as string });
  expect(await run(file("trace.yaml", `${HEAD}demand:\n  - trace: { file: nowhere.csv }\n`), "--folder", RESOURCES)).toMatchObject({ code: 1, err: expect.stringContaining("nowhere.csv") as string });
  expect(await run("--diff", file("a.json", "{}"), file("b.json", "{}"))).toMatchObject({ code: 1, err: expect.stringContaining("is not a result") as string });
  expect(await run()).toMatchObject({ code: 1 });
});

test("a trace beside the scenario is read in", async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `2020-01-06T1${n % 4}:00:${String(n).padStart(2, "0")},noise,north`);
  file("trace.csv", `created_at,type,district\n${rows.join("\n")}\n`);
  const made = await run(file("traced.yaml", `${HEAD}demand:\n  - trace: { file: trace.csv, load: 2 }\n`), "--folder", RESOURCES, "-o", "json");
  expect(made.err).toBe("");
  const result = JSON.parse(made.out) as WhatIfResult;
  expect(result.changed.requests.arrived).toBeGreaterThan(20);
  expect(result.changed.requests.arrived).toBeLessThan(result.base.requests.arrived / 5);
});
