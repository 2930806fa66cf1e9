import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rangeBefore, rangeOf } from "../../src/domain/disparity/period.js";
import { dayNumberOf, startOfDay } from "../../src/domain/instant.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
const lastMonth = rangeBefore("month", rangeOf("month", dayNumberOf(Date.now())));

beforeAll(async () => {
  portal = await runningPortal();
  const { sql } = portal;
  const [item] = await sql<{ item_code: string; version: number; unit_id: string }[]>`
    select i.item_code, i.version, u.unit_id from pool.items i join pool.units u on u.pool_id = i.pool_id and u.published
    where i.pool_id = 'qianxinan' and i.state = 'published' order by 1, 2, 3 limit 1`;
  if (!item) throw new Error("the sample has no item");
  const received = new Date(startOfDay(lastMonth.from + 2));
  for (const [language, cases, rejected, days, channel] of [["zh", 240, 24, 6, "portal"], ["en", 120, 48, 14, "portal"], ["zh", 4, 0, 6, "cli"]] as const) {
    await sql`
      insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, language, state, received_at, closed_at, promised_due_at, statutory_due_at)
      select 'qianxinan', ${`${language}-${channel}-`} || n, ${item.item_code}, ${item.version}, ${item.unit_id}, '522301', ${randomUUID()}, ${randomUUID()}, ${channel}, ${language},
        case when n <= ${rejected}::int then 'rejected' else 'completed' end, ${received}, ${received}::timestamptz + make_interval(days => ${days}::int + n % 4), now(), now()
      from generate_series(1, ${cases}::int) n`;
  }
});
afterAll(() => portal.stop());

test("the planted disparity stands in table and drawing, a small group is withheld, and the rows behind a group open", async () => {
  for (const [language, alarm, withheld] of [["en", "Alarm", "withheld (<10, or with one)"], ["zh", "警示", "隐去（<10 或连带）"]] as const) {
    const { context, page } = await portal.visit({ language, width: 360, person: "demo-shenji" });
    await page.goto(`${POOL}/centre`);
    await page.goto(`${POOL}/centre/disparity`);
    expect(await page.locator("#period").inputValue()).toBe(lastMonth.name);
    const english = page.locator("tr", { has: page.locator('a[href*="dimension=language&group=en"]') });
    expect(await english.textContent()).toContain(alarm);
    expect(await page.locator("tr", { hasText: withheld }).count()).toBeGreaterThanOrEqual(2);
    expect(await page.locator('a[href*="group=cli"]').count()).toBe(0);
    expect(await page.locator("figure.chart svg rect.over-base").count()).toBeGreaterThanOrEqual(2);
    await page.locator("details", { hasText: "Mantel–Haenszel" }).locator("summary").click();
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    if (process.env["SCREENSHOTS"]) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/disparity-${language}-360.png`, fullPage: true });
    await page.locator('a[href*="dimension=language&group=en"]').click();
    expect(await page.locator("tbody tr").count()).toBe(25);
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    await context.close();
  }
});

test("whoever runs the pool sets the threshold, and who may not see requests sees no running period", async () => {
  const { context, page } = await portal.visit({ language: "en", person: "demo-ziyuanchi-guanli" });
  await page.goto(`${POOL}/centre/disparity`);
  if (process.env["SCREENSHOTS"]) await page.screenshot({ path: `${process.env["SCREENSHOTS"]}/disparity-en-1280.png`, fullPage: true });
  await page.locator("details", { has: page.locator("#ratioPercent") }).locator("summary").click();
  await page.locator("#ratioPercent").fill("1000");
  await page.getByRole("button", { name: "Save" }).click();
  // The address stays the same: the page that came after says which generation it shows.
  await page.locator('input[name="generation"][value="1"]').waitFor({ state: "attached" });
  expect(await page.locator("figure.chart svg rect.over-base").count()).toBe(0);
  const running = rangeOf("month", dayNumberOf(Date.now())).name;
  expect(await page.locator(`#period option[value="${running}"]`).count()).toBe(1);
  await context.close();
  const rules = await portal.visit({ language: "en", person: "demo-celue-guanli" });
  await rules.page.goto(`${POOL}/centre/disparity`);
  expect(await rules.page.locator(`#period option[value="${running}"]`).count()).toBe(0);
  expect(await rules.page.locator('a[href*="/disparity/cases"]').count()).toBe(0);
  await rules.context.close();
});
