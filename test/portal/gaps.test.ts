import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { none: "没有缺位，也没有重叠", new: "登记例外", save: "保存", saved: "例外已登记", end: "提前结束", ended: "例外已结束" },
  en: { none: "No gaps and no overlaps", new: "Declare an exception", save: "Save", saved: "The exception is declared", end: "End it now", ended: "The exception is over" },
} as const;

test.each([
  ["zh", 360],
  ["en", 1280],
] as const)("an administrator sees that nothing is wrong, allows a second lead for a while by law, and ends it: %s at %i pixels", async (language, width) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  await page.goto(`${POOL}/centre/gaps`);
  await page.getByText(say.none).waitFor();
  await page.getByText(say.new, { exact: true }).click();
  await page.selectOption("#class", "function.education");
  await page.fill("#unit", "xingyi-health");
  await page.fill("#from", "2027-01-01");
  await page.fill("#to", "2026-01-01");
  await page.fill("#basis", "《义务教育法》第七条");
  await page.getByRole("button", { name: say.save }).click();
  await page.getByRole("alert").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.fill("#to", "2027-06-30");
  await page.getByRole("button", { name: say.save }).click();
  await page.getByRole("status").getByText(say.saved).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(await sideways(page)).toBe(0);
  await page.getByRole("button", { name: say.end }).click();
  await page.getByRole("status").getByText(say.ended).waitFor();
  await context.close();
});

test("a unit's staff find no such page, and the auditor no form", async () => {
  const clerk = await portal.visit({ language: "zh", person: "demo-shijian-banli" });
  expect((await clerk.page.goto(`${POOL}/centre/gaps`))?.status()).toBe(404);
  await clerk.context.close();
  const auditor = await portal.visit({ language: "zh", person: "demo-shenji" });
  await auditor.page.goto(`${POOL}/centre/gaps`);
  expect(await auditor.page.locator("main form[method=post]").count()).toBe(0);
  await auditor.context.close();
});
