import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const DAY = 86_400_000;
const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
const ITEM = "522300-mr-individual-business";

test("a clerk enters one sheet as it was checked, and a table whose bad row is told apart; the public register shows both days", async () => {
  const { context, page } = await portal.visit({ language: "zh", width: 360, person: "demo-shijian-banli" });
  const sound = async (): Promise<void> => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  await page.goto(`${POOL}/desk/paper`);
  await sound();
  await page.fill("#item", ITEM);
  await page.getByRole("button", { name: "填写这张申请" }).click();
  await page.fill("#serial", "下坝-1");
  await page.fill("#village", "下坝村");
  await page.fill("#time", "08:30");
  await page.getByRole("button", { name: "先看一遍" }).click();
  await page.getByRole("alert").waitFor();
  await sound();
  await page.fill("#occurredAt", dayOf(Date.now() - 3 * DAY));
  await page.selectOption("#division", "522301");
  await page.fill("#resident-name", "王水生");
  await page.fill("#answers-business-name", "水生小卖部");
  await page.fill("#answers-scope", "零售");
  await page.fill("#answers-site-address", "下坝村一号");
  await page.locator('input[name="answers.delivery"], select[name="answers.delivery"]').first().evaluate((field: { readonly type: string; checked?: boolean; value: string; selectedIndex?: number }) => {
    if (field.type === "radio") field.checked = true;
    else field.selectedIndex = 1;
  });
  await page.getByRole("button", { name: "先看一遍" }).click();
  await page.getByText("将这样录入：还没有录入").waitFor();
  await sound();
  expect((await portal.sql`select 1 from pool.paper_records`).length).toBe(0);
  await page.fill("#village", "上坝村");
  await page.getByRole("button", { name: "确认录入" }).click();
  await page.getByText("内容在看过之后改过").waitFor();
  await page.getByRole("button", { name: "确认录入" }).click();
  await page.getByText("请抄给申请人").waitFor();
  await sound();

  const file = [
    "纸质编号,村（社区）,时间,事项编码,行政区划,申请人,申请内容",
    `下坝-2,下坝村,${dayOf(Date.now() - 2 * DAY)} 08:30,${ITEM},522301,张三,business-name=一家; scope=零售; site-address=一号; delivery=post`,
    `下坝-1,下坝村,${dayOf(Date.now() - 2 * DAY)} 08:30,${ITEM},522301,张三,business-name=一家; scope=零售; site-address=一号; delivery=post`,
    `下坝-3,下坝村,昨天,${ITEM},522301,李四,`,
  ].join("\n");
  await page.goto(`${POOL}/desk/paper`);
  await page.setInputFiles("#file", { name: "sheets.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "检查每一行" }).click();
  await page.getByRole("heading", { name: "1 行可以录入，2 行有问题" }).waitFor();
  await sound();
  await page.getByRole("button", { name: "录入 1 行" }).click();
  await page.getByRole("heading", { name: "已录入 1 行，0 行未录入" }).waitFor();
  await sound();
  const entered = await portal.sql<{ serial: string; village: string }[]>`select serial, village from pool.paper_records order by serial`;
  expect(entered.map((row) => ({ ...row }))).toEqual([{ serial: "下坝-1", village: "上坝村" }, { serial: "下坝-2", village: "下坝村" }]);

  await expect.poll(async () => (await page.goto(`${POOL}/public-register`), await page.getByText(/提出，.*录入/).count())).toBeGreaterThan(0);
  await sound();
  await context.close();
});
