import { afterAll, beforeAll, expect, test } from "vitest";
import { workday } from "../support/plan-pool.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const PROPOSER = "demo-ziyuanchi-guanli";
const APPROVER = "demo-celue-guanli";
/** Heads xingyi-market-regulation. */
const HEAD = "demo-danwei-fuze";
const LENDER = "xingyi-market-regulation";

const words = {
  zh: { empty: "还没有方案", keep: "存为草稿", kept: "已存为草稿", propose: "提出", proposed: "内容从此固定", withdraw: "撤回", consent: "同意", consented: "已同意", approve: "批准此内容", approved: "已批准", mayNot: "您不能批准", waits: "等待同意的调剂", apply: "实施" },
  en: { empty: "No plans yet", keep: "Keep as a draft", kept: "Kept as a draft", propose: "Propose it", proposed: "fixed from now on", withdraw: "Withdraw it", consent: "Consent for", consented: "Consented.", approve: "Approve this content", approved: "Approved.", mayNot: "You cannot approve it", waits: "Loans that wait for consent", apply: "Apply it" },
} as const;

test.each([
  ["zh", 360],
  ["en", 1280],
] as const)("one person drafts and proposes a plan, the lender's head consents, another person approves: %s at %i pixels", async (language, width) => {
  const say = words[language];
  const title = `Winter ${language}`;
  const as = async (person: string) => portal.visit({ language, width, person });
  const sound = async ({ page }: Awaited<ReturnType<typeof as>>) => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };

  const proposer = await as(PROPOSER);
  const { page } = proposer;
  await page.goto(`${POOL}/centre/plans`);
  if (language === "zh") await page.getByText(say.empty).waitFor();
  await page.locator("details:has(#title) > summary").click();
  await sound(proposer);
  await page.fill("#title", title);
  await page.selectOption("[name=class0]", "staff.review");
  await page.fill("[name=lender0]", LENDER);
  await page.fill("[name=borrower0]", "xingyi-civil-affairs");
  await page.fill("[name=amount0]", "-5");
  await page.fill("[name=from0]", workday(1));
  await page.fill("[name=to0]", workday(1, 4));
  await page.getByRole("button", { name: say.keep }).click();
  await page.locator(".error-summary").waitFor();
  await sound(proposer);
  expect(await page.inputValue("[name=lender0]")).toBe(LENDER);
  await page.fill("[name=amount0]", "30");
  await page.getByRole("button", { name: say.keep }).first().click();
  await page.getByRole("status").getByText(say.kept).waitFor();
  await sound(proposer);
  await page.getByRole("button", { name: say.propose, exact: true }).click();
  await page.getByRole("status").getByText(say.proposed).waitFor();
  const plan = page.url().replace(/\?.*/, "");
  // Whoever proposed it is told why they cannot approve it, and is given no button.
  expect(await page.getByText(say.mayNot).count()).toBe(1);
  expect(await page.getByRole("button", { name: say.approve }).count()).toBe(0);
  await sound(proposer);

  const head = await as(HEAD);
  await head.page.goto(`${POOL}/desk/consents`);
  await sound(head);
  await head.page.getByRole("link", { name: title }).click();
  await head.page.getByRole("button", { name: say.consent }).click();
  await head.page.getByRole("status").getByText(say.consented).waitFor();
  await sound(head);
  await head.context.close();

  const approver = await as(APPROVER);
  await approver.page.goto(plan);
  await sound(approver);
  await approver.page.getByRole("button", { name: say.approve }).click();
  await approver.page.getByRole("status").getByText(say.approved).waitFor();
  await approver.context.close();

  await page.goto(plan);
  expect(await page.getByRole("button", { name: say.apply, exact: true }).count()).toBe(1);
  await sound(proposer);
  await proposer.context.close();
});
