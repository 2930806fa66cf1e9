import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { empty: "还没有改革方案", new: "拟一份合并方案", save: "保存草案", saved: "草案已保存", effect: "试算", commit: "提交", committed: "已提交", back: "恢复原状", restored: "已恢复原状" },
  en: { empty: "No reorganisations yet", new: "Draft a merger", save: "Save the draft", saved: "The draft is saved", effect: "nobody was touched", commit: "Commit", committed: "Committed.", back: "Put it back", restored: "Put back as it was" },
} as const;

test.each([
  ["zh", 360, "anlong-forestry", "anlong-natural-resources"],
  ["en", 1280, "ceheng-forestry", "ceheng-natural-resources"],
] as const)("an administrator drafts a merger, sees what it would do, makes it, follows the old link, and puts it back: %s at %i pixels", async (language, width, from, into) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  const sound = async () => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  await page.goto(`${POOL}/centre/reorganisations`);
  await sound();
  await page.getByText(say.new, { exact: true }).click();
  await page.fill("#reorganisation", `merge-${language}`);
  await page.fill("#names-zh", "县级机构改革");
  await page.fill("#names-en", "County reform");
  await page.fill("#changes-0-merge-from", from);
  await page.fill("#changes-0-merge-into", into);
  await page.getByRole("button", { name: say.save }).click();
  await page.getByRole("alert").waitFor();
  await page.fill("#basis", "州委〔2026〕9号");
  await page.getByRole("button", { name: say.save }).click();
  await page.getByRole("status").getByText(say.saved).waitFor();
  await page.getByRole("heading", { level: 2 }).getByText(say.effect).waitFor();
  await sound();
  await page.getByRole("button", { name: say.commit }).click();
  await page.getByRole("status").getByText(say.committed).waitFor();
  await sound();
  const unit = (await (await page.request.get(`${POOL.replace("/pools/", "/api/v1/pools/")}/units/${from}`)).json()) as { unit: string };
  expect(unit.unit).toBe(into);
  await page.getByRole("button", { name: say.back }).click();
  await page.getByRole("status").getByText(say.restored).waitFor();
  const restored = (await (await page.request.get(`${POOL.replace("/pools/", "/api/v1/pools/")}/units/${from}`)).json()) as { unit: string };
  expect(restored.unit).toBe(from);
  await context.close();
});
