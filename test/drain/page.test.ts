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
