import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "../portal/running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { empty: "还没有配额", make: "设立共享组", new: "新设配额", preview: "预览影响", effect: "尚未提出", save: "提出", saved: "等待另一人批准", above: "超过成员单位实有的", undo: "提出撤销", own: "提出人不能批准", approve: "批准此内容", approved: "已批准，调度随即" },
  en: { empty: "No quotas yet", make: "Make a cohort", new: "New quota", preview: "Preview the effect", effect: "nothing is proposed yet", save: "Propose", saved: "waits for another person", above: "add up to", undo: "Propose to undo", own: "Whoever proposed it cannot approve it", approve: "Approve this content", approved: "Approved." },
} as const;

test.each([
  ["zh", 360, "xingyi-market-regulation"],
  ["en", 1280, "anlong-market-regulation"],
] as const)("an administrator proposes a cohort and a quota, sees what they would mean and takes it back; another approves each: %s at %i pixels", async (language, width, unit) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  const sound = async () => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  const other = await portal.visit({ language, width, person: "demo-celue-guanli" });
  /** What is on the page now waits; its author sees why they cannot approve it, and somebody else does. */
  const approved = async () => {
    await page.getByRole("status").getByText(say.saved).waitFor();
    await page.getByText(say.own).waitFor();
    expect(await page.getByRole("button", { name: say.approve }).count()).toBe(0);
    await sound();
    await other.page.goto(new URL(page.url()).pathname);
    expect(await barriers(other.page)).toEqual([]);
    await other.page.getByRole("button", { name: say.approve }).click();
    await other.page.getByRole("status").getByText(say.approved).waitFor();
    expect(await sideways(other.page)).toBe(0);
    await page.goto(`${POOL}/centre/quotas`);
  };
  await page.goto(`${POOL}/centre/quotas`);
  const cohort = `counties-${language}`;
  await page.getByText(say.make, { exact: true }).click();
  await page.fill("form[action$='/cohort'] [name=cohort]", cohort);
  await page.fill("[name=zh]", "县市");
  await page.fill("[name=en]", "Counties");
  await page.locator("form[action$='/cohort'] button").click();
  await approved();

  await page.getByRole("link", { name: say.new }).click();
  await page.fill("#unit", unit);
  await page.selectOption("#class", "staff.review");
  await page.selectOption("#cohort", cohort);
  await page.fill("#nominal", "99999999");
  await page.getByRole("button", { name: say.preview }).click();
  await page.getByRole("alert").getByText(say.above).waitFor();
  await sound();

  await page.fill("#nominal", "own");
  await page.fill("#lendingLimit", "30");
  await page.fill("#weight", "0");
  await page.getByRole("button", { name: say.preview }).click();
  await page.getByRole("heading", { level: 2 }).getByText(say.effect).waitFor();
  await sound();
  // What was only tried is nowhere.
  await page.goto(`${POOL}/centre/quotas?cohort=${cohort}`);
  await page.getByText(say.empty).waitFor();

  await page.getByRole("link", { name: say.new }).click();
  await page.fill("#unit", unit);
  await page.selectOption("#class", "staff.review");
  await page.selectOption("#cohort", cohort);
  await page.getByRole("button", { name: say.save }).click();
  await approved();
  await sound();

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /CSV/ }).click()]);
  expect(readFileSync(await download.path(), "utf8")).toContain(`${unit},staff.review,${cohort},own,,,100`);

  await page.getByRole("button", { name: say.undo }).first().click();
  await approved();
  await page.goto(`${POOL}/centre/quotas?cohort=${cohort}`);
  await page.getByText(say.empty).waitFor();
  await other.context.close();
  await context.close();
});

test("whoever may only read sees no form, and a unit's staff no page", async () => {
  const auditor = await portal.visit({ language: "zh", person: "demo-shenji" });
  await auditor.page.goto(`${POOL}/centre/quotas`);
  expect(await auditor.page.locator("main form[method=post]").count()).toBe(0);
  expect((await auditor.page.goto(`${POOL}/centre/quotas/edit`))?.status()).toBe(404);
  await auditor.context.close();
  const clerk = await portal.visit({ language: "zh", person: "demo-shijian-banli" });
  expect((await clerk.page.goto(`${POOL}/centre/quotas`))?.status()).toBe(404);
  await clerk.context.close();
});
