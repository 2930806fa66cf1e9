import { afterAll, beforeAll, expect, test } from "vitest";
import { dayNumberOf, localDateOf, startOfDay, DAY_MS, weekdayOf } from "../../src/domain/instant.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
const today = dayNumberOf(Date.now());
const UNIT = "xingyi-market-regulation";
const OTHER = "xingren-market-regulation";

/** Fifteen weeks of requests, some more on Mondays, and steps that wait: four past their date, six ahead. */
beforeAll(async () => {
  portal = await runningPortal();
  const { sql } = portal;
  // What is filed behind the writer's back, once it has read the pool, stays waiting.
  while ((await sql`select from pool.writers where pool_id = 'qianxinan' and read_port is not null`).length === 0) await new Promise((again) => setTimeout(again, 50));
  const [item] = await sql<{ item_code: string; version: number }[]>`select item_code, version from pool.items where pool_id = 'qianxinan' and state = 'published' and item_code = '522300-mr-company-registration'`;
  if (!item) throw new Error("the sample has no such item");
  const file = async (unit: string, division: string, at: number, due: number, count: number, waits: boolean): Promise<void> => {
    await sql`
      with filed as (
        insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, closed_at, promised_due_at, statutory_due_at)
        select 'qianxinan', gen_random_uuid()::text, ${item.item_code}, ${item.version}, ${unit}, ${division}, gen_random_uuid(), gen_random_uuid(), 'api', ${waits ? "in_progress" : "completed"}, ${new Date(at)}, ${waits ? null : new Date(at + DAY_MS)}, ${new Date(due)}, ${new Date(due)}
        from generate_series(1, ${count}::int)
        returning request_id
      ), step as (
        insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ready_at, ended_at)
        select 'qianxinan', request_id, 'review', 1, 'review', 'human', '{}', ${waits ? "ready" : "done"}, ${new Date(at)}, ${new Date(due)}, ${new Date(at)}, ${waits ? null : new Date(at + DAY_MS)} from filed
        returning step_id
      )
      insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
      select 'qianxinan', step_id * 64, step_id, 0, 'staff.review', 30, 'pool', ${division}, ${unit} from step`;
  };
  for (let day = today - 105; day < today; day += 1) {
    const weekday = weekdayOf(day);
    if (weekday < 5) await file(UNIT, "522301", startOfDay(day) + 10 * 3_600_000, startOfDay(day + 15) - 1, weekday === 0 ? 6 : 3, false);
  }
  await file(UNIT, "522301", startOfDay(today - 20), startOfDay(today - 5) - 1, 4, true);
  await file(UNIT, "522301", startOfDay(today - 2), startOfDay(today + 12) - 1, 6, true);
  await file(OTHER, "522302", startOfDay(today - 2), startOfDay(today + 12) - 1, 2, true);
});
afterAll(() => portal.stop());

test("the page says who is pressed, by numbers that are those of SQL, and each opens the steps behind it", async () => {
  const [sum] = await portal.sql<{ asked: number }[]>`
    select sum(c.amount)::int as asked from pool.claims c join pool.steps s using (pool_id, step_id)
    where c.class_id = 'staff.review' and c.division_code = '522301' and s.arrived_at >= ${new Date(startOfDay(today - 28))} and s.arrived_at < ${new Date(startOfDay(today + 1))}`;
  for (const language of ["zh", "en"] as const) {
    for (const [width, theme] of [[1280, "light"], [360, "dark"]] as const) {
      const { context, page } = await portal.visit({ language, width, theme, person: "demo-ziyuanchi-guanli" });
      await page.goto(`${POOL}/centre/pressure?class=staff.review`);
      expect(await barriers(page)).toEqual([]);
      expect(await sideways(page)).toBe(0);
      expect(await page.locator("table.heat").count()).toBe(1);
      expect(await page.locator("svg.drawing--tiles a").count()).toBeGreaterThan(5);
      expect(await page.locator("#error").textContent()).toMatch(/MAPE \d+(\.\d)?%.*WAPE \d+(\.\d)?%/s);
      if (process.env["SCREENSHOTS"]) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/pressure-${language}-${width}.png`, fullPage: true });
      const line = page.locator("table:not(.heat) tbody tr", { has: page.locator('a[href*="due=passed"][href*="division=522301"]') }).first();
      const cells = (await line.locator("th, td").allTextContents()).map((cell) => cell.trim());
      expect(cells).toContain(sum!.asked.toLocaleString(language === "zh" ? "zh-CN" : "en-GB"));
      // The map, the heat map and the tiles are reached by keyboard: they are links.
      await page.locator('a[href*="due=passed"][href*="division=522301"]').last().click();
      await page.waitForURL(/centre\/queue/);
      expect(await page.locator("tbody tr").count()).toBe(4);
      await page.goto(`${POOL}/centre/pressure?class=staff.review&by=unit&show=waiting`);
      await page.locator(`table.heat a[href*="/centre/queue"][href*="unit=${UNIT}"]`).first().click();
      await page.waitForURL(/centre\/queue/);
      expect(await page.locator("tbody tr").count()).toBe(10);
      await context.close();
    }
  }
});

test("filters stay in the address; nothing there says so; a range that is none is told beside the last good one", async () => {
  const { context, page } = await portal.visit({ language: "en", person: "demo-ziyuanchi-guanli" });
  await page.goto(`${POOL}/centre/pressure?by=unit&show=breaches&division=522301`);
  await page.locator("#class").selectOption("staff.review");
  await page.getByRole("button", { name: "Show" }).click();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ by: "unit", show: "breaches", division: "522301", class: "staff.review" });
  for (const address of ["", "?by=unit&show=waiting"]) {
    await page.goto(`${POOL}/centre/pressure${address}`);
    expect(await barriers(page)).toEqual([]);
    if (process.env["SCREENSHOTS"]) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/pressure-all${address.length}.png`, fullPage: true });
  }
  await page.goto(`${POOL}/centre/pressure?unit=nobody-at-all`);
  expect(await page.locator("main").textContent()).toContain("Nothing is pressed");
  expect((await page.goto(`${POOL}/centre/pressure?from=2026-12-01&to=2026-11-01`))!.status()).toBe(422);
  expect(await page.locator("table.heat").count()).toBe(1);
  for (const [format, begins] of [["csv", "资源类"], ["xlsx", "PK"]] as const) {
    const answer = await page.request.get(`${POOL}/centre/pressure.${format}?by=unit`, { headers: { "accept-language": "zh" } });
    expect(answer.status()).toBe(200);
    const body = await answer.body();
    if (format === "xlsx") expect(body.subarray(0, 2).toString()).toBe(begins);
    else expect(body.toString("utf8").split("\n").length).toBeGreaterThan(20);
  }
  await context.close();
});

test("a head sees the own unit alone, on the desk and over the API, and no clerk sees any", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: "demo-danwei-fuze" });
  await page.goto(`${POOL}/desk/pressure?by=unit`);
  expect(await barriers(page)).toEqual([]);
  const all = (await (await page.request.get(`/api/v1${POOL}/pressure?by=unit`)).json()) as { rows: { unit: string }[] };
  const units = new Set(all.rows.map(({ unit }) => unit));
  expect(units.size).toBe(1);
  const [own] = [...units];
  const other = own === UNIT ? OTHER : UNIT;
  expect((await page.request.get(`/api/v1${POOL}/pressure?unit=${own}`)).status()).toBe(200);
  for (const path of [`pressure?unit=${other}`, `pressure/staff.review/trend?unit=${other}`]) expect([403, 404]).toContain((await page.request.get(`/api/v1${POOL}/${path}`)).status());
  await context.close();
  const clerk = await portal.visit({ language: "zh", person: "demo-shijian-banli" });
  expect([403, 404]).toContain((await clerk.page.request.get(`/api/v1${POOL}/pressure`)).status());
  await clerk.context.close();
});

test("over the API a trend's days are those asked for, forecast from today on, and its weeks are their sums", async () => {
  const { context, page } = await portal.visit({ language: "en", person: "demo-ziyuanchi-guanli" });
  const range = `from=${localDateOf(today - 21)}&to=${localDateOf(today + 13)}&division=522301`;
  type Answer = { error: { mapePercent: number; days: number } | null; rows: { from: string; to: string; asked: number | null; expected: number | null; low: number | null; high: number | null; capacity: number }[] };
  const days = (await (await page.request.get(`/api/v1${POOL}/pressure/staff.review/trend?${range}`)).json()) as Answer;
  expect(days.rows.length).toBe(35);
  expect(days.error).toMatchObject({ days: 56 });
  for (const row of days.rows) {
    expect(row.expected === null, row.from).toBe(row.from < localDateOf(today));
    expect(row.asked === null, row.from).toBe(row.from > localDateOf(today));
    if (row.expected !== null) expect(row.low! <= row.expected && row.expected <= row.high!).toBe(true);
  }
  const weeks = (await (await page.request.get(`/api/v1${POOL}/pressure/staff.review/trend?bucket=week&${range}`)).json()) as Answer;
  for (const what of ["capacity", "asked", "expected"] as const) {
    const sum = (rows: Answer["rows"]): number => rows.reduce((total, row) => total + (row[what] ?? 0), 0);
    expect(Math.abs(sum(weeks.rows) - sum(days.rows)), what).toBeLessThan(2);
  }
  await context.close();
});
