import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "../../src/verify/verify.js";
import { hall, type Hall } from "../cli/command-line.js";
import { sharedData } from "../support/shared-data.js";

const ADMIN = "demo-ziyuanchi-guanli";
/** The city's trace lies beside the project; without it a smaller one of our own stands in. */
const CITY = sharedData("requests-311.csv.gz");
const REQUESTS = CITY === undefined ? 1_000 : 20_000;

interface Outcome {
  readonly submitted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly waits: { readonly count: number };
  readonly end: { readonly byState: Readonly<Record<string, number>>; readonly breaches: number; readonly lapsed: number; readonly classes: readonly { readonly class: string; readonly capacity: number; readonly used: number }[] };
}

let here: Hall;
let trace: string;

beforeAll(async () => {
  here = await hall();
  trace = join(here.folder, "trace.csv");
  const lines = Array.from({ length: 1_000 }, (_, id) => {
    const at = new Date(Date.UTC(2024, 0, 1) + Math.floor(id / 200) * 86_400_000 + (8 + (id % 9)) * 3_600_000);
    return `${at.toISOString().slice(0, 19)},Works,East,Kind ${id % 40},${id}`;
  });
  writeFileSync(trace, `created_at,agency,district,type,request_id\n${lines.join("\n")}\n`);
});
afterAll(() => here.close());

const sandboxes = async (): Promise<string[]> => {
  const answer = (await (await fetch(`${here.url}/api/v1/pools`)).json()) as { rows: { pool: string; sandbox: boolean }[] };
  return answer.rows.filter(({ sandbox }) => sandbox).map(({ pool }) => pool);
};

test("a trace is replayed through the API, whole, and stands the second reading", async () => {
  const { pool } = await here.json<{ pool: Outcome }>(ADMIN, "replay", CITY ?? trace, "--limit", String(REQUESTS), "--follow", "3");
  expect(pool.refused).toEqual({});
  expect(pool.submitted).toBe(REQUESTS);
  const known = Object.values(pool.end.byState).reduce((sum, count) => sum + count, 0);
  expect(known).toBe(REQUESTS);
  expect(pool.end.byState["completed"]).toBeGreaterThan(REQUESTS * 0.9);
  expect(pool.end.lapsed).toBe(0);
  // Busy enough to be no toy: several reasons to wait, and some promises broken.
  expect(Object.keys(pool.reasons).length).toBeGreaterThanOrEqual(4);
  if (CITY !== undefined) expect(pool.end.breaches).toBeGreaterThan(0);
  for (const { used, capacity } of pool.end.classes) if (capacity > 0) expect(used).toBeLessThanOrEqual(capacity);

  const verdict = await verify(here.databaseUrl, (await sandboxes())[0]);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
});

test("every unit on its own serves the same trace worse, and both columns are printed", async () => {
  const { code, out, err } = await here.as(ADMIN, "replay", trace, "--limit", "150", "--follow", "1", "--silo");
  expect([code, err]).toEqual([0, ""]);
  const lines = out.split("\n");
  expect(lines.some((line) => /one pool +each on its own/.test(line))).toBe(true);
  const cells = (name: string): number[] => (lines.find((line) => line.startsWith(name)) ?? "").slice(name.length).trim().split(/ {2,}/).map(Number);
  expect(cells("submitted")).toEqual([150, 150]);
  const [pooled = 0, alone = 0] = cells("served");
  expect(alone).toBeLessThanOrEqual(pooled);
  expect(out).toMatch(/not local demand/);
});

test("every page of a sandbox says that nothing there is real, and no page of the pool does", async () => {
  const [sandbox = ""] = await sandboxes();
  const says = async (pool: string) => (await (await fetch(`${here.url}/pools/${pool}/items`, { headers: { "accept-language": "en" } })).text()).includes("nothing here is real");
  expect([await says(sandbox), await says("qianxinan")]).toEqual([true, false]);
});

test("a sandbox's clock moves forward only, and only a sandbox's", async () => {
  const [sandbox = ""] = await sandboxes();
  const { token } = JSON.parse(readFileSync(join(here.folder, ADMIN, "govpool/session.json"), "utf8")) as { token: string };
  const set = async (pool: string, at: string): Promise<string> => {
    const response = await fetch(`${here.url}/api/v1/pools/${pool}/clock`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ at }),
    });
    return `${response.status} ${((await response.json()) as { code?: string }).code ?? ""}`;
  };
  expect(await set(sandbox, "2020-01-01T00:00:00.000Z")).toBe("409 clock.backwards");
  expect(await set("qianxinan", "2099-01-01T00:00:00.000Z")).toBe("409 sandbox.required");
});

test("a sandbox is removed whole, and nothing but a sandbox", async () => {
  const { token } = JSON.parse(readFileSync(join(here.folder, ADMIN, "govpool/session.json"), "utf8")) as { token: string };
  const before = await sandboxes();
  const remove = async (pool: string) => (await fetch(`${here.url}/api/v1/pools/${pool}/sandbox`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } })).status;
  expect(await remove("qianxinan")).toBe(409);
  expect(await remove(before.at(-1) ?? "")).toBe(200);
  await expect.poll(sandboxes).toEqual(before.slice(0, -1));
  expect(await remove(before.at(-1) ?? "")).toBe(404);
});

test.each([
  ["a file that is not there", ["replay", "nowhere.csv"], /nowhere\.csv cannot be read: ENOENT/],
  ["a table that is no trace", ["replay", "package.json"], /is no trace/],
])("%s is one clear line", async (_name, argv, words) => {
  const { code, err } = await here.as(ADMIN, ...argv);
  expect(code).toBe(1);
  expect(err).toMatch(words);
});

test("nobody but the pool's administrator replays", async () => {
  const { code, err } = await here.as("demo-shili-yi", "replay", trace, "--limit", "10");
  expect([code, err]).not.toEqual([0, ""]);
});
