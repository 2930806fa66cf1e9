import { afterAll, beforeAll, expect, test } from "vitest";
import { workday } from "../support/plan-pool.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
  await portal.sql`
    insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, kind)
    values ('qianxinan', 'xingyi-bank', '兴义农商银行（示例）', 'Xingyi Bank (example)', '522301', 'bank', 'county', 'supplier')`;
});
afterAll(() => portal.stop());

const sound = async ({ page }: Awaited<ReturnType<RunningPortal["visit"]>>): Promise<void> => {
  expect(await barriers(page)).toEqual([]);
  expect(await sideways(page)).toBe(0);
};

test("whoever runs the pool proposes an agreement by the form, another person approves it, and it is suspended with a reason", async () => {
  const admin = await portal.visit({ language: "en", width: 360, person: "demo-ziyuanchi-guanli" });
  await admin.page.goto(`${POOL}/centre/agreements`);
  await admin.page.getByText("There is no agreement").waitFor();
  await sound(admin);
  await admin.page.goto(`${POOL}/centre/agreements/new`);
  await sound(admin);
  const typed: Record<string, string> = {
    agreement: "counter-help", "names.zh": "窗口辅助服务", "names.en": "Counter help", instrument: "兴市监购〔2026〕3号", from: workday(3), until: workday(1), divisions: "522301",
    noticeDays: "30", "classes.0.perPeriod": "4", "classes.0.priceFen": "800",
  };
  for (const [name, value] of Object.entries(typed)) await admin.page.locator(`[name="${name}"]`).fill(value);
  await admin.page.locator("[name=provider]").selectOption("xingyi-bank");
  await admin.page.locator("[name=purchaser]").selectOption("xingyi-market-regulation");
  await admin.page.locator('[name="classes.0.class"]').selectOption("material.counter");
  // Another class of the same agreement: what was typed stays.
  await admin.page.getByRole("button", { name: "Add another class" }).click();
  await admin.page.getByRole("group", { name: "Class 2" }).waitFor();
  await sound(admin);
  await admin.page.locator('[name="classes.1.class"]').selectOption("staff.intake");
  await admin.page.locator('[name="classes.1.perPeriod"]').fill("60");
  await admin.page.locator('[name="classes.1.inTotal"]').fill("6000");
  await admin.page.locator('[name="classes.1.priceFen"]').fill("100");
  await admin.page.getByRole("button", { name: "Propose", exact: true }).click();
  await admin.page.getByText("The term is reversed").first().waitFor();
  await sound(admin);
  await admin.page.locator("[name=until]").fill(workday(9));
  await admin.page.getByRole("button", { name: "Propose", exact: true }).click();
  await admin.page.getByText("Version 1 waits for a second person").waitFor();
  expect(await admin.page.getByRole("button", { name: "Approve version 1" }).count()).toBe(0);
  await sound(admin);
  await admin.context.close();

  const approver = await portal.visit({ language: "zh", width: 1280, person: "demo-celue-guanli" });
  await approver.page.goto(`${POOL}/centre/agreements`);
  await sound(approver);
  await approver.page.getByRole("link", { name: "窗口辅助服务" }).click();
  await approver.page.getByRole("button", { name: "批准版本 1", exact: true }).click();
  await approver.page.getByRole("status").getByText("已办理").waitFor();
  await sound(approver);
  if (process.env["GOVPOOL_SHOTS"]) await approver.page.screenshot({ path: `${process.env["GOVPOOL_SHOTS"]}/agreement-zh-1280.png`, fullPage: true });
  await approver.context.close();

  const again = await portal.visit({ language: "zh", width: 360, person: "demo-ziyuanchi-guanli" });
  await again.page.goto(`${POOL}/centre/agreements/counter-help`);
  await again.page.getByRole("button", { name: "暂停" }).click();
  await again.page.locator("[aria-invalid=true]").first().waitFor();
  await again.page.locator("#reason-suspend").fill("服务未达标");
  await again.page.getByRole("button", { name: "暂停" }).click();
  await again.page.getByRole("button", { name: "恢复" }).waitFor();
  await sound(again);
  if (process.env["GOVPOOL_SHOTS"]) await again.page.screenshot({ path: `${process.env["GOVPOOL_SHOTS"]}/agreement-zh-360.png`, fullPage: true });
  await again.context.close();
});

test("a head finds at the desk what the unit buys under, says it there, and nothing of others", async () => {
  await portal.sql`update pool.agreement_classes set used_up_at = now() where agreement_id = 'counter-help' and class_id = 'staff.intake'`;
  const head = await portal.visit({ language: "en", width: 360, person: "demo-danwei-fuze" });
  await head.page.goto(`${POOL}/desk/agreements`);
  await sound(head);
  await head.page.getByRole("link", { name: "Counter help" }).click();
  await head.page.getByText("nothing new is given, what is held stays").waitFor();
  await head.page.getByRole("button", { name: "Resume" }).waitFor();
  await sound(head);
  if (process.env["GOVPOOL_SHOTS"]) await head.page.screenshot({ path: `${process.env["GOVPOOL_SHOTS"]}/agreement-desk-en-360.png`, fullPage: true });
  await head.context.close();
  // Of the same unit, which now neither buys nor provides.
  await portal.sql`update pool.agreements set purchaser_unit_id = 'wangmo-human-resources' where agreement_id = 'counter-help'`;
  const other = await portal.visit({ language: "zh", width: 1280, person: "demo-dengji" });
  await other.page.goto(`${POOL}/desk/agreements`);
  await other.page.getByText("本单位没有购买服务协议").waitFor();
  await sound(other);
  if (process.env["GOVPOOL_SHOTS"]) await other.page.screenshot({ path: `${process.env["GOVPOOL_SHOTS"]}/agreements-desk-zh-1280.png`, fullPage: true });
  await other.context.close();
});
