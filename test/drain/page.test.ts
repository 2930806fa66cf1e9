import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "../portal/running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { empty: "没有停用的", open: "停用人员、物资或单位", save: "停用", saved: "已停用。", missing: "没有找到", lift: "恢复", lifted: "已恢复。" },
  en: { empty: "Nothing is out of service", open: "Take something out of service", save: "Take out of service", saved: "Out of service.", missing: "not", lift: "Back in service", lifted: "Back in service." },
} as const;

test.each([
  ["zh", 360, "xingyi-market-regulation"],
  ["en", 1280, "anlong-market-regulation"],
] as const)("an administrator takes a unit out of service, sees whom it concerns and brings it back: %s at %i pixels", async (language, width, unit) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  const sound = async () => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  await page.goto(`${POOL}/centre/drains`);
  await page.getByText(say.empty).waitFor();
  await page.getByText(say.open, { exact: true }).click();
  await page.selectOption("#targetKind", "unit");
  await page.fill("#target", "nobody-at-all");
  await page.fill("#reason", "大厅进水");
  await page.getByRole("button", { name: say.save, exact: true }).click();
  await page.getByRole("alert").waitFor();
  await sound();

  await page.fill("#target", unit);
  await page.fill("#ground", "抢险");
  await page.getByRole("button", { name: say.save, exact: true }).click();
  await page.getByRole("status").getByText(say.saved).waitFor();
  await sound();
  await page.goto(`${POOL}/centre/drains`);
  await sound();
  await page.locator("table a").first().click();
  await page.fill("#reason", "水退了");
  await page.getByRole("button", { name: say.lift, exact: true }).click();
  await page.getByRole("status").getByText(say.lifted).waitFor();
  await sound();
  await page.goto(`${POOL}/centre/drains`);
  await page.getByText(say.empty).waitFor();
  await context.close();
});

test("a clerk reports at the desk what of the unit broke, and may not take anything out of service; its head may, and brings it back", async () => {
  const clerk = await portal.visit({ language: "zh", width: 360, person: "demo-shijian-banli" });
  await clerk.page.goto(`${POOL}/desk/drains`);
  await clerk.page.getByText(words.zh.open, { exact: true }).click();
  expect(await clerk.page.locator("#kind option").evaluateAll((all) => all.map((one) => one.getAttribute("value")))).toEqual(["failover"]);
  const asset = await clerk.page.locator("datalist#names option").last().getAttribute("value");
  await clerk.page.fill("#target", asset!);
  await clerk.page.fill("#reason", "叫号机坏了");
  expect(await barriers(clerk.page)).toEqual([]);
  expect(await sideways(clerk.page)).toBe(0);
  await clerk.page.getByRole("button", { name: words.zh.save, exact: true }).click();
  await clerk.page.getByRole("status").getByText(words.zh.saved).waitFor();
  expect(await clerk.page.getByRole("button", { name: words.zh.lift, exact: true }).count()).toBe(0);
  const address = clerk.page.url();
  await clerk.context.close();

  const head = await portal.visit({ language: "en", width: 1280, person: "demo-danwei-fuze" });
  await head.page.goto(`${POOL}/desk/drains`);
  await head.page.getByText(words.en.open, { exact: true }).click();
  expect(await head.page.locator("#kind option").evaluateAll((all) => all.map((one) => one.getAttribute("value")))).toEqual(["drain", "cordon", "failover"]);
  expect(await barriers(head.page)).toEqual([]);
  await head.page.goto(address);
  await head.page.fill("#reason", "Mended");
  await head.page.getByRole("button", { name: words.en.lift, exact: true }).click();
  await head.page.getByRole("status").getByText(words.en.lifted).waitFor();
  await head.context.close();
});
