import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const words = {
  zh: { empty: "还没有改革方案", new: "拟一份方案", save: "保存草案", saved: "草案已保存", effect: "试算", commit: "提交", committed: "已提交", ask: "提请恢复原状", asked: "请另一人办理", back: "恢复原状", restored: "已恢复原状", add: "再加一处改动", remove: "删去", changed: "草案已修改" },
  en: { empty: "No reorganisations yet", new: "Draft a reorganisation", save: "Save the draft", saved: "The draft is saved", effect: "nobody was touched", commit: "Commit", committed: "Committed.", ask: "Ask to put it back", asked: "another person does it", back: "Put it back", restored: "Put back as it was", add: "Add a change", remove: "Remove", changed: "The draft is changed" },
} as const;

test.each([
  ["zh", 360, "anlong-forestry", "anlong-natural-resources"],
  ["en", 1280, "ceheng-forestry", "ceheng-natural-resources"],
] as const)("an administrator drafts a merger and sees what it would do, changes it, another person makes it, the old link leads on, and it is put back by two: %s at %i pixels", async (language, width, from, into) => {
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  const say = words[language];
  const sound = async () => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  await page.goto(`${POOL}/centre/reorganisations`);
  await sound();
  await page.getByText(say.new, { exact: true }).click();
  // The form with the most fields; then the one that is filled in.
  for (const kind of [/分设|Split/, /合并|Merge/]) {
    await page.getByRole("link", { name: kind }).click();
    await sound();
  }
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
  // One draft, several changes: another is added, refused at its field while it is wrong, and taken out again.
  await page.getByText(say.add, { exact: true }).first().click();
  await page.getByRole("link", { name: /更名|Rename/ }).click();
  await sound();
  await page.fill("#changes-0-rename-unit", into);
  await page.getByRole("button", { name: say.add }).click();
  await page.getByRole("alert").waitFor();
  expect(await page.locator("#changes-0-rename-to").getAttribute("aria-invalid")).toBe("true");
  await page.fill("#changes-0-rename-to", `${into}-bureau`);
  await page.getByRole("button", { name: say.add }).click();
  await page.getByRole("status").getByText(say.changed).waitFor();
  await sound();
  expect(await page.getByRole("button", { name: say.remove }).count()).toBe(2);
  await page.getByRole("button", { name: say.remove }).nth(1).click();
  await page.getByRole("status").getByText(say.changed).waitFor();
  expect(await page.getByRole("button", { name: say.remove }).count()).toBe(0);
  expect(await page.getByRole("button", { name: say.commit, exact: true }).count()).toBe(0);
  const second = await portal.visit({ language, width, person: "demo-celue-hezhun" });
  await second.page.goto(page.url());
  await second.page.getByRole("button", { name: say.commit, exact: true }).click();
  await second.page.getByRole("status").getByText(say.committed).waitFor();
  expect(await barriers(second.page)).toEqual([]);
  await page.reload();
  const unit = (await (await page.request.get(`${POOL.replace("/pools/", "/api/v1/pools/")}/units/${from}`)).json()) as { unit: string };
  expect(unit.unit).toBe(into);
  await page.getByRole("button", { name: say.ask }).click();
  await page.getByRole("status").getByText(say.asked).waitFor();
  await sound();
  expect(await page.getByRole("button", { name: say.back, exact: true }).count()).toBe(0);
  await second.page.reload();
  await second.page.getByRole("button", { name: say.back, exact: true }).click();
  await second.page.getByRole("status").getByText(say.restored).waitFor();
  await second.context.close();
  const restored = (await (await page.request.get(`${POOL.replace("/pools/", "/api/v1/pools/")}/units/${from}`)).json()) as { unit: string };
  expect(restored.unit).toBe(from);
  await context.close();
});

test("a head brings up a matter at the desk, and where no unit stands above both the centre decides; the list says who says what, and who decides", async () => {
  const [head, centre] = [await portal.visit({ language: "en", width: 360, person: "demo-danwei-fuze" }), await portal.visit({ language: "zh", person: "demo-ziyuanchi-guanli" })];
  const sound = async (page: typeof head.page) => {
    expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  };
  const desk = head.page;
  await desk.goto(`${POOL}/desk/contests`);
  await sound(desk);
  await desk.getByText("Contest a matter", { exact: true }).click();
  await desk.fill("#against", "qxn-government");
  await desk.selectOption("#class", "function.market-registration");
  await desk.fill("#division", "522301");
  await desk.fill("#basis", "《市场主体登记管理条例》第五条");
  await desk.getByRole("button", { name: "Bring it up" }).click();
  await desk.getByRole("alert").waitFor();
  await desk.fill("#statement", "The county's bureau registers businesses.");
  await desk.selectOption("#stance", "claims");
  await desk.getByRole("button", { name: "Bring it up" }).click();
  await desk.getByRole("status").getByText("It is brought up").waitFor();
  await sound(desk);
  await desk.goto(`${POOL}/desk/contests`);
  await desk.getByText("not everybody has answered").waitFor();
  await sound(desk);

  await centre.page.goto(`${POOL}/centre/contests`);
  await centre.page.locator("main table a").first().click();
  await centre.page.locator("summary", { hasText: "裁定" }).click();
  await centre.page.fill("#unit", "xingyi-market-regulation");
  await centre.page.fill("#grounds", "属地管理");
  await centre.page.fill("#rule-basis", "《行政处罚法》第二十五条");
  await centre.page.getByRole("button", { name: "裁定" }).click();
  await centre.page.getByRole("status").getByText("裁定已记录").waitFor();
  await centre.page.getByText("有效").first().waitFor();
  await sound(centre.page);
  await Promise.all([head.context.close(), centre.context.close()]);
});
