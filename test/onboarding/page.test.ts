import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unitWorkbook } from "../../src/app/onboarding/export-workbook.js";
import type { Env } from "../../src/web/env.js";
import { mountPages } from "../../src/web/portal/page-route.js";
import { onboardingRoutes } from "../../src/web/portal/rooms/onboarding.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { admin, importPool } from "../import/import-pool.js";
import { POOL } from "../support/policy-pool.js";

let database: TestDatabase;
let deps: Awaited<ReturnType<typeof importPool>>["deps"];
let app: Hono<Env>;
beforeAll(async () => {
  database = await freshDatabase();
  ({ deps } = await importPool(database));
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", "zh");
    c.set("actor", admin);
    await next();
  });
  mountPages(app, deps, "test", onboardingRoutes);
});
afterAll(async () => {
  await deps.importRunner.stop();
  await database.end();
});

const PATH = `/pools/${POOL}/desk/onboarding`;

test("the checklist says what to do; a workbook is shown first, and taken in after the yes", async () => {
  const shown = await (await app.request(`${PATH}?unit=market`)).text();
  expect(shown).toContain("填写群众可以找到的办公地址。");
  const download = await app.request(`${PATH}/workbook.xlsx?unit=market`);
  expect(download.headers.get("content-type")).toContain("spreadsheetml");

  const own = await unitWorkbook(deps, admin, POOL, "market", "zh");
  if (!own.ok) throw new Error("no workbook");
  const form = new FormData();
  form.set("unit", "market");
  form.set("file", new File([new Uint8Array(own.value)], "market.xlsx"));
  const preview = await app.request(PATH, { method: "POST", body: form });
  expect([preview.status, await preview.text()]).toEqual([200, expect.stringContaining("没有变化")]);

  const content = Buffer.from(own.value).toString("base64");
  const taken = await app.request(`${PATH}/workbook`, { method: "POST", body: new URLSearchParams({ unit: "market", content }) });
  expect([taken.status, await taken.text()]).toEqual([200, expect.stringContaining("已导入")]);
  const broken = await app.request(`${PATH}/workbook`, { method: "POST", body: new URLSearchParams({ unit: "market", content: "UEsDBA==" }) });
  expect(broken.status).toBe(422);
});
