import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type Language, type RunningPortal } from "./running-portal.js";
import { applied } from "./applied.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const RESIDENT = "demo-shili-yi";
/** Each look loads a page: not more of them than there is news. */
const SOON = { interval: 250 };
const words = {
  zh: { heading: "选择来办时间", done: "已改到您选的时间。", taken: "您选的时间刚被占用", back: "退回所选时间，由系统安排", given: "已交由系统安排。" },
  en: { heading: "Choose when to come", done: "You come at the time you chose.", taken: "That time was just taken", back: "Give this time back and let it be arranged for me", given: "It will be arranged for you." },
} as const satisfies Record<Language, object>;

/** Within the days that can be picked, at nine in China. */
const comingSunday = (): string => new Date((Math.floor((Date.now() / 86_400_000 + 3) / 7) * 7 + 10) * 86_400_000 + 3_600_000).toISOString();

const shown = (page: Page): Promise<string> => page.locator(".appointment > p").first().innerText();

describe.each([
  { language: "zh", scripts: false, width: 360 },
  { language: "en", scripts: true, width: 1280 },
] as const)("in $language, $width px, scripts $scripts", ({ language, scripts, width }) => {
  test("an applicant sees free half-hours, takes one, moves it, is told when one has gone, and gives it back", async () => {
    const say = words[language];
    const { context, page } = await portal.visit({ language, scripts, width, person: RESIDENT });
    await page.goto(await applied(page, language));
    await expect.poll(async () => (await page.reload(), await page.locator(".appointment summary").count()), SOON).toBe(1);
    const first = await shown(page);
    if (scripts) expect(await barriers(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);

    /** On a busy machine the scheduler may not say in time what is free, and the page says that: it is read again. */
    const timesShown = () => expect.poll(async () => (await page.locator(".times button").count()) > 0 || (await page.reload(), false), SOON).toBe(true);
    /** With the keyboard: opens the times and takes the one at this place from the end. */
    const take = async (fromEnd: number): Promise<string> => {
      await timesShown();
      if (scripts) {
        await page.locator(".appointment summary").focus();
        await page.keyboard.press("Enter");
      } else await page.locator(".appointment summary").click();
      const button = page.locator(".times button").nth(-fromEnd);
      const chosen = (await button.getAttribute("aria-label")) ?? "";
      await button.focus();
      await page.keyboard.press("Enter");
      await page.getByText(say.done).waitFor();
      return chosen;
    };
    const chosen = await take(1);
    const second = await shown(page);
    expect(second).not.toBe(first);
    // It is arranged for what the button said.
    expect(second).toContain(chosen.replace(/^(选|Come )/, ""));
    const moved = await take(2);
    expect(await shown(page)).toContain(moved.replace(/^(选|Come )/, ""));

    // Somebody was faster: a Sunday stands for a half-hour that nobody can give any more.
    await timesShown();
    await page.locator(".appointment summary").click();
    const gone = page.locator(".times button").first();
    await page.evaluate(`document.querySelector(".times button").value = "${comingSunday()}"`);
    await gone.click();
    await page.getByText(say.taken).waitFor();
    expect(await shown(page)).toContain(moved.replace(/^(选|Come )/, ""));
    // The fresh times lie open.
    expect(await page.locator(".times button").first().isVisible()).toBe(true);
    if (scripts) expect(await barriers(page)).toEqual([]);

    await page.getByRole("button", { name: say.back }).click();
    await page.getByText(say.given).waitFor();
    expect(await shown(page)).not.toContain(moved.replace(/^(选|Come )/, ""));
    expect(await page.getByRole("button", { name: say.back }).count()).toBe(0);
    expect(await sideways(page)).toBe(0);
    await context.close();
  });
});

test("a time for somebody else's request, or for what is no time, is refused without saying more", async () => {
  const owner = await portal.visit({ language: "en", person: RESIDENT });
  const request = await applied(owner.page, "en");
  const other = await portal.visit({ language: "en", person: "demo-shili-er" });
  const post = async ({ context, page }: typeof owner, start: string, path = `${request}/steps/accept/appointment`) =>
    await context.request.post(path, {
      form: { key: `hostile-${start}-${path.length}`, start, "form-token": await page.locator("input[name=form-token]").first().inputValue() },
      maxRedirects: 0,
      headers: { origin: portal.url, "sec-fetch-site": "same-origin" },
    });
  expect((await post(other, "2026-12-01T01:00:00.000Z")).status()).toBe(404);
  for (const start of ["soon", "+275760-09-13T00:00:00Z", "9999-12-01T01:00:00.000Z", "2001-01-01T01:00:00.000Z"]) expect((await post(owner, start)).status()).toBe(422);
  expect((await post(owner, "2026-12-01T01:10:00.000Z")).status()).toBe(422);
  expect((await post(owner, "2026-12-01T01:00:00.000Z", `${request}/steps/decide/appointment`)).status()).toBe(409);
  expect((await post(owner, "2026-12-01T01:00:00.000Z", `${request}/steps/nothing/appointment`)).status()).toBe(404);
  await owner.context.close();
  await other.context.close();
});
