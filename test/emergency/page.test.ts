import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "../portal/running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { empty: "没有应急命令", open: "录入一份命令", save: "录入", force: "已生效，待另一人确认", end: "提前终止或撤回", ended: "已提前终止", lend: "先行调剂人员或物资", borrower: "兴义市民政局", tryIt: "先预演", tried: "预演结果：还没有办理", lendNow: "确认调剂", lent: "已调剂，由系统入账", back: "收回一次使用", takeBack: "收回", tookBack: "这次使用已收回", noRule: "没有常设规则", newRule: "提出一条规则", see: "看它在过去 30 天会怎样", seen: "过去 30 天会怎样", propose: "提出，等另一人批准", changed: "内容在预览之后改过", waits: "待批准", approve: "批准", active: "有效", pause: "暂停", paused: "已暂停" },
  en: { empty: "No emergency orders", open: "Enter an order", save: "Enter", force: "In force, not confirmed yet", end: "End or withdraw it", ended: "Ended early", lend: "Lend people or things at once", borrower: "xingyi-civil-affairs", tryIt: "Try it", tried: "What would be done; nothing is yet", lendNow: "Lend now", lent: "Lent; the pool books it now", back: "Take a use back", takeBack: "Take it back", tookBack: "That use was taken back", noRule: "No standing rules", newRule: "Propose a rule", see: "See what it would have done", seen: "In the last 30 days", propose: "Propose it to another person", changed: "This was changed after you saw it", waits: "Waits for approval", approve: "Approve", active: "In force", pause: "Pause", paused: "Paused" },
} as const;

test.each([
  ["zh", 360],
  ["en", 1280],
] as const)("the headquarters enters an order, tries and uses its power, takes the use back and ends it; a rule is written, looked at and proposed, another approved and paused: %s at %i pixels", async (language, width) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  const sound = async (): Promise<void> => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  await page.goto(`${POOL}/centre/emergency`);
  if (language === "zh") await page.getByText(say.empty).waitFor();
  await page.getByText(say.open, { exact: true }).click();
  await page.fill("#document", `州应急指〔2026〕${width}号`);
  await page.fill("#title", "启动防汛Ⅰ级应急响应");
  await page.fill("#trigger", "南盘江水位超警戒");
  await page.selectOption("#level", "1");
  await page.fill("#lend", "staff.review 240");
  await page.locator('input[name="atOnce"]').check();
  await page.fill("#until", "2001-01-01");
  await page.getByRole("button", { name: say.save, exact: true }).click();
  await page.getByRole("alert").waitFor();
  await sound();
  await page.fill("#until", new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10));
  await page.getByRole("button", { name: say.save, exact: true }).click();
  await page.getByText(say.force).first().waitFor();
  await sound();
  // A power is tried first; what is not changed meanwhile is done, seen below, and taken back.
  await page.locator("summary", { hasText: say.lend }).click();
  await page.fill("#loans-0-lender", "xingyi-agriculture");
  await page.fill("#loans-0-borrower", say.borrower);
  await page.fill("#loans-0-amount", "30");
  await page.getByRole("button", { name: say.tryIt, exact: true }).click();
  await page.getByRole("alert").waitFor();
  await sound();
  await page.fill("#lend-reason", "受灾县人手不足");
  await page.getByRole("button", { name: say.tryIt, exact: true }).click();
  await page.getByText(say.tried).waitFor();
  await sound();
  await page.getByRole("button", { name: say.lendNow, exact: true }).click();
  await page.getByText(say.lent).waitFor();
  await sound();
  await page.locator("summary", { hasText: say.back }).click();
  await page.fill("#back-reason", "写错了");
  await expect.poll(async () => (await portal.sql`select 1 from pool.loans where state = 'applied'`).length).toBe(0);
  await page.getByRole("button", { name: say.takeBack, exact: true }).click();
  await page.getByText(say.tookBack).waitFor();
  await sound();
  await page.fill("#end-reason", "水位回落");
  await page.getByRole("button", { name: say.end, exact: true }).click();
  await page.getByText(say.ended).first().waitFor();

  await page.goto(`${POOL}/centre/rules`);
  if (language === "zh") await page.getByText(say.noRule).waitFor();
  // A rule is written, looked at for thirty days, and proposed as it was seen.
  await page.getByRole("link", { name: say.newRule, exact: true }).click();
  await page.getByRole("button", { name: say.see, exact: true }).click();
  await page.getByRole("alert").waitFor();
  await sound();
  await page.fill("#title", "窗口排队过长");
  await page.fill("#when-value", "20");
  await page.fill("#lend-lender", "xingyi-agriculture");
  await page.fill("#lend-borrower", say.borrower);
  await page.fill("#lend-amount", "30");
  await page.getByRole("button", { name: say.see, exact: true }).click();
  await page.getByText(say.seen, { exact: true }).waitFor();
  await sound();
  await page.fill("#when-value", "25");
  await page.getByRole("button", { name: say.propose, exact: true }).click();
  await page.getByText(say.changed).waitFor();
  await page.getByRole("button", { name: say.propose, exact: true }).click();
  await page.waitForURL(/rules\/rule-\d+-\d+$/);
  await page.getByText(say.waits).first().waitFor();
  await sound();
  await portal.sql`
    insert into pool.standing_rules (pool_id, rule_id, state, content, content_hash, proposed_by, proposed_at)
    values ('qianxinan', ${`season-${width}`}, 'proposed', ${portal.sql.json({ id: `season-${width}`, title: "报税季", when: { kind: "schedule", from: "03-01", to: "03-15", weekdays: [] }, does: { kind: "open", resources: ["reserve"] }, mode: "propose", emergency: false, limits: { runsPerWeek: 1, coolDownMinutes: 60, minimumMinutes: 0, termDays: 5 } })}, ${"a".repeat(64)}, gen_random_uuid(), clock_timestamp())`;
  await page.goto(`${POOL}/centre/rules/season-${width}`);
  await page.getByRole("button", { name: say.approve, exact: true }).click();
  await page.getByText(say.active).first().waitFor();
  await sound();
  await page.fill("#reason", "先停一停");
  await page.getByRole("button", { name: say.pause, exact: true }).click();
  await page.getByText(say.paused).first().waitFor();
  await page.goto(`${POOL}/centre/rules`);
  await sound();
  await context.close();
});
