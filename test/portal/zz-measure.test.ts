import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, test } from "vitest";
import { POOL, runningPortal, type RunningPortal } from "./running-portal.js";
let portal: RunningPortal;
beforeAll(async () => { portal = await runningPortal(); });
afterAll(() => portal.stop());
const cpu = (): Record<string, number> => {
  const sums: Record<string, number> = {};
  const all = readdirSync("/proc").filter((d) => /^\d+$/.test(d)).flatMap((d) => { try { const s = readFileSync(`/proc/${d}/stat`, "utf8"); const r = s.slice(s.lastIndexOf(")") + 2).split(" "); return [{ pid: Number(d), ppid: Number(r[1]), t: Number(r[11]) + Number(r[12]), cmd: readFileSync(`/proc/${d}/cmdline`, "utf8") }]; } catch { return []; } });
  const mine = new Set([process.pid]); let grew = true;
  while (grew) { grew = false; for (const p of all) if (!mine.has(p.pid) && mine.has(p.ppid)) { mine.add(p.pid); grew = true; } }
  for (const p of all) if (mine.has(p.pid)) { const k = p.pid === process.pid ? "vitest" : p.cmd.includes("govpool.js") ? "server" : /--type=(\S+?)[\0 ]/.exec(p.cmd)?.[1] ?? (p.cmd.includes("chromium") ? "browser" : "other"); sums[k] = (sums[k] ?? 0) + p.t * 10; }
  return sums;
};
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PATHS = [`${POOL}/centre`, `${POOL}/centre/queue`, `${POOL}/centre/resources`, `${POOL}/centre/quotas`, `${POOL}/centre/figures`, `${POOL}/centre/alerts`, `${POOL}/centre/policies/1`, `${POOL}/centre/statement`, `${POOL}/centre/gaps`];
test("m", async () => {
  const steps: [string, (page: any) => Promise<unknown>][] = [
    ["load", async () => {}],
    ["load+axe source", async (p) => p.evaluate(`${axe};0`)],
    ["load+axe", async (p) => { await p.evaluate(`${axe};0`); await p.evaluate(`axe.run({ resultTypes: ["violations"] })`); }],
    ["load+axe slim", async (p) => { await p.evaluate(`${axe};0`); await p.evaluate(`axe.run({ resultTypes: ["violations"], selectors: false, preload: false, iframes: false }).then(r => r.violations.length)`); }],
    ["load+axe twice", async (p) => { await p.evaluate(`${axe};0`); await p.evaluate(`axe.run({ resultTypes: ["violations"] })`);  await p.evaluate(`axe.run({ resultTypes: ["violations"] })`); }],
    ["load+axe no contrast", async (p) => { await p.evaluate(`${axe};0`); await p.evaluate(`axe.run({ resultTypes: ["violations"], rules: {"color-contrast": {enabled:false}} })`); }],
  ];
  const { context, page } = await portal.visit({ language: "zh", person: "demo-ziyuanchi-guanli" });
  for (const path of PATHS) await page.goto(path);
  for (const [name, step] of steps) {
    const a = cpu(); 
    for (const path of PATHS) { await page.goto(path); await step(page); }
    const b = cpu();
    console.log(name, JSON.stringify(Object.fromEntries(Object.keys(b).map((k) => [k, Math.round((b[k]! - (a[k] ?? 0)) / PATHS.length)]))));
  }
  await context.close();
});
