import { afterAll, beforeAll, expect, test } from "vitest";
import { workday } from "../support/plan-pool.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const sound = async ({ page }: Awaited<ReturnType<RunningPortal["visit"]>>): Promise<void> => {
  expect(await barriers(page)).toEqual([]);
  expect(await sideways(page)).toBe(0);
};

test("a member's head reads what is proposed and consents, another person approves, and whoever runs the pool dissolves it with a reason", async () => {
  const approver = await portal.visit({ language: "en", width: 1280, person: "demo-celue-guanli" });
  await approver.page.goto(`${POOL}/centre/task-forces`);
  await approver.page.getByText("There is no task force").waitFor();
  await sound(approver);

  // Without scripts, on a telephone: rows and what members have come from the server.
  const proposer = await portal.visit({ language: "en", width: 360, scripts: false, person: "demo-ziyuanchi-guanli" });
  const form = proposer.page;
  await form.goto(`${POOL}/centre/task-forces`);
  await form.getByRole("link", { name: "Propose a task force" }).click();
  await form.getByLabel("Name in Chinese").fill("冬季专班");
  await form.getByLabel("Name in English").fill("Winter office");
  await form.getByLabel("Code").fill("winter-office");
  await form.getByLabel("Ground").fill("州府办〔2026〕3号");
  await form.getByLabel("Last day").fill(workday(2));
  await form.getByLabel("Member 1").fill("兴义市市场监督管理局");
  await form.getByRole("button", { name: "List what they have" }).click();
  const amount = form.locator('[name="amount.xingyi-market-regulation-review"]');
  await amount.fill("99999999");
  await form.getByLabel("Item 1", { exact: true }).fill("522300-mr-individual-business");
  await form.getByLabel("Divisions of item 1").fill("522301");
  // What cannot be given is refused at its field.
  await amount.press("Enter");
  await form.locator('.error-summary a[href="#amount-xingyi-market-regulation-review"]').waitFor();
  expect(await amount.getAttribute("aria-invalid")).toBe("true");
  await amount.fill("30");
  await form.getByRole("button", { name: "Another item" }).click();
  await form.getByLabel("Item 2", { exact: true }).waitFor();
  await form.getByRole("button", { name: "Preview" }).last().click();
  await form.getByRole("heading", { name: "What would be proposed" }).waitFor();
  expect(await sideways(form)).toBe(0);
  await form.getByRole("button", { name: "Propose", exact: true }).click();
  await form.getByRole("status").getByText("Done.").waitFor();
  await proposer.context.close();
  await approver.page.goto(`${POOL}/centre/task-forces`);
  expect(await approver.page.getByRole("link", { name: "Propose a task force" }).count()).toBe(0);

  const head = await portal.visit({ language: "zh", width: 360, person: "demo-danwei-fuze" });
  await head.page.goto(`${POOL}/centre/task-forces/new`);
  await head.page.fill("#members-0-unit", "xingyi-market-regulation");
  await head.page.getByRole("button", { name: "列出资源" }).click();
  await head.page.locator('[name="amount.xingyi-market-regulation-review"]').waitFor();
  await sound(head);
  await head.page.goto(`${POOL}/centre/task-forces`);
  await head.page.getByText("等待同意的专班").first().waitFor();
  await sound(head);
  await head.page.getByRole("link", { name: "冬季专班" }).first().click();
  await head.page.getByText("尚未同意", { exact: true }).waitFor();
  await sound(head);
  expect(await head.page.getByRole("button", { name: /^代表/ }).count()).toBe(1);
  await head.page.goto(`${POOL}/desk/consents`);
  await sound(head);
  await head.page.getByRole("button", { name: /^代表/ }).click();
  await head.page.getByRole("status").getByText("已同意成立专班").waitFor();
  expect(await head.page.getByRole("link", { name: "冬季专班" }).count()).toBe(0);
  await head.context.close();

  await approver.page.goto(`${POOL}/centre/task-forces/winter-office`);
  await approver.page.getByRole("button", { name: "Approve: it begins at once" }).click();
  await approver.page.getByRole("status").getByText("Done.").waitFor();
  expect(await approver.page.getByText("0 open, 0 closed, 0 handed over.").count()).toBe(1);
  await sound(approver);
  await approver.context.close();

  const admin = await portal.visit({ language: "zh", width: 1280, person: "demo-ziyuanchi-guanli" });
  await admin.page.goto(`${POOL}/centre/task-forces/winter-office`);
  await admin.page.getByRole("button", { name: "解散" }).click();
  await admin.page.locator(".error-summary").waitFor();
  await sound(admin);
  await admin.page.fill("#reason", "雨停了");
  await admin.page.getByRole("button", { name: "解散" }).click();
  await admin.page.getByRole("status").getByText("已办理").waitFor();
  await sound(admin);
  await admin.context.close();
});
