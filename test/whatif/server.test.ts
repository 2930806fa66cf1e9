import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { WhatIfResult } from "../../src/domain/what-if/result.js";
import { hall, type Hall } from "../cli/command-line.js";
import { PATIENCE_MS } from "../support/patience.js";

const ADMIN = "demo-ziyuanchi-guanli";
const HEAD = "demo-danwei-fuze";
const CLERK = "demo-shijian-banli";

let here: Hall;

beforeAll(async () => {
  here = await hall();
});
afterAll(() => here.close());

function file(name: string, changes: string, days = 1): string {
  const path = join(here.folder, name);
  writeFileSync(path, `apiVersion: govpool/v1\nkind: Scenario\nname: ${name}\nseed: 5\ndays: ${days}\n${changes}\n`);
  return path;
}

test("a server plays a scenario on a copy of its pool, keeps who asked, and gives the figures as a file", async () => {
  const path = file("surge", "demand:\n  - surge: { factor: 2 }");
  const played = await here.as(ADMIN, "simulate", path, "-o", "json");
  expect(played.err).toBe("");
  const result = JSON.parse(played.out) as WhatIfResult;
  expect(result).toMatchObject({ pool: "qianxinan", demand: "table", scenario: { name: "surge", seed: 5 } });

  const rows = await here.json<{ whatIf: string; state: string; askedBy: string; resultHash: string }[]>(ADMIN, "get", "what-ifs");
  expect(rows[0]).toMatchObject({ state: "done", resultHash: result.hash });
  const kept = await here.json<{ result: WhatIfResult; askedBy: string }>(ADMIN, "get", "what-ifs", rows[0]!.whatIf);
  expect(kept.result).toEqual(result);
  expect(kept.askedBy).toMatch(/^[0-9a-f-]{36}$/);

  // A unit's head reads it, and plays nothing; a clerk does neither. Of requests a head reads the unit's own, and of others how many there are.
  expect((await here.json<object[]>(HEAD, "get", "what-ifs")).length).toBe(1);
  const { result: headSees, withheld } = await here.json<{ result: WhatIfResult; withheld: { later: number; earlier: number } }>(HEAD, "get", "what-ifs", rows[0]!.whatIf);
  expect(headSees.requests).toEqual(result.requests.filter(({ unit }) => unit === "xingyi-market-regulation"));
  expect(result.requests.length).toBeGreaterThan(headSees.requests.length);
  expect(withheld.later + withheld.earlier).toBe(result.requests.length - headSees.requests.length);
  expect({ ...headSees, requests: [] }).toEqual({ ...result, requests: [] });
  expect(await here.json<object>("demo-shenji", "get", "what-ifs", rows[0]!.whatIf)).toMatchObject({ result, withheld: null });
  expect(await here.as(HEAD, "simulate", path)).toMatchObject({ code: 1, out: "" });
  expect(await here.as(CLERK, "get", "what-ifs")).toMatchObject({ code: 1 });
});

test("what is wrong with a scenario is said with its path before anything is played", async () => {
  const ran = await here.as(ADMIN, "simulate", file("wrong", "supply:\n  - drain: { unit: atlantis }\n  - lend: { class: function.tax, lender: qxn-transport, borrower: xingyi-transport }"));
  expect(ran).toMatchObject({ code: 1, out: "" });
  expect(ran.err).toContain("supply.0.drain.unit");
  expect(ran.err).toContain("supply.1.lend.class");
  const surge = await here.as(ADMIN, "simulate", file("million", "demand:\n  - surge: { factor: 1000000 }"));
  expect(surge.err).toContain("scenario.demand.0.surge.factor");
  expect((await here.json<object[]>(ADMIN, "get", "what-ifs")).length).toBe(1);
});

test("one that is played can be cancelled, and one that is kept be removed", async () => {
  const token = (await tokenOf(ADMIN))!;
  const api = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${here.url}/api/v1/pools/qianxinan/what-ifs${path}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": `what-if-${method}-${path}-1` }, ...(body && { body: JSON.stringify(body) }) });
  const begun = await api("POST", "", { scenario: { name: "long", days: 60, demand: [{ surge: { factor: 1.5 } }] } });
  expect(begun.status).toBe(202);
  expect(begun.headers.get("location")).toMatch(/\/what-ifs\//);
  const { whatIf } = (await begun.json()) as { whatIf: string };
  await vi.waitUntil(async () => ((await (await api("GET", `/${whatIf}`)).json()) as { state: string }).state === "running", { timeout: PATIENCE_MS, interval: 100 });
  expect(await (await api("POST", `/${whatIf}/cancellation`, {})).json()).toMatchObject({ state: "cancelled", result: null });
  expect((await api("DELETE", `/${whatIf}`)).status).toBe(200);
  expect((await api("GET", `/${whatIf}`)).status).toBe(404);
});

test("of many asked for at once no more than five are taken, and those that wait stay", async () => {
  const token = (await tokenOf(ADMIN))!;
  const api = (method: string, path: string, key: string, body?: object): Promise<Response> =>
    fetch(`${here.url}/api/v1/pools/qianxinan/what-ifs${path}`, { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key }, ...(body && { body: JSON.stringify(body) }) });
  const asked = await Promise.all(Array.from({ length: 12 }, (_, at) => api("POST", "", `what-if-many-${at}`, { scenario: { name: `many ${at}`, days: 30, demand: [{ surge: { factor: 1.5 } }] } })));
  const taken = asked.filter(({ status }) => status === 202);
  expect(taken).toHaveLength(5);
  for (const one of asked) if (one.status !== 202) expect(await one.json()).toMatchObject({ code: "what-if.too_many_under_way" });
  for (const one of taken) {
    const { whatIf } = (await one.json()) as { whatIf: string };
    expect((await api("DELETE", `/${whatIf}`, `what-if-gone-${whatIf}`)).status).toBe(200);
  }
});

test("figures come as a table, and the scenario as the file it was", async () => {
  const token = (await tokenOf(ADMIN))!;
  const rows = await here.json<{ whatIf: string }[]>(ADMIN, "get", "what-ifs");
  const get = async (format: string): Promise<string> => await (await fetch(`${here.url}/api/v1/pools/qianxinan/what-ifs/${rows[0]!.whatIf}/file?format=${format}`, { headers: { authorization: `Bearer ${token}` } })).text();
  expect((await get("csv")).split("\n")[0]).toBe("section,key,figure,base,scenario");
  const again = await get("yaml");
  expect(again).toContain("kind: Scenario");
  expect(again).toContain("factor: 2");
});

const tokenOf = async (person: string): Promise<string | undefined> => {
  await here.as(person, "login");
  return (JSON.parse(readFileSync(join(here.folder, person, "govpool", "session.json"), "utf8")) as { token?: string }).token;
};
