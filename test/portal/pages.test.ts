import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const ITEM = "522300-mr-individual-business";

/** Every page a reader in this role can come to without changing anything. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  "": ["/sign-in", "/sign-in/step-in", "/about/accessibility", "/about/privacy", "/api/docs", "/problems", "/no-such-page", POOL, `${POOL}/items`, `${POOL}/items?q=zzzz`, `${POOL}/items/${ITEM}?division=522301`, `${POOL}/bundles/open-a-restaurant`, `${POOL}/status`],
  "demo-shili-yi": [POOL, `${POOL}/requests`, `${POOL}/items/${ITEM}/apply`, `${POOL}/account`, `${POOL}/statement`, `${POOL}/statement?by=month`],
  "demo-shijian-banli": [`${POOL}/desk`, `${POOL}/desk?tab=waiting`, `${POOL}/desk/bookings`, `${POOL}/desk/bookings?class=material.counter&amount=1&slots=2`, `${POOL}/desk/law`, `${POOL}/desk/resources`, `${POOL}/desk/assets`, `${POOL}/desk/resources/xingyi-market-regulation-review`],
  "demo-danwei-fuze": [`${POOL}/desk/statement`, `${POOL}/desk/statement?as=supplier&by=day`],
  "demo-dengji": [`${POOL}/desk/resources`, `${POOL}/desk/resources/new`, `${POOL}/desk/resources/xingyi-market-regulation-review/edit`, `${POOL}/desk/imports`, `${POOL}/desk/onboarding`],
  "demo-ziyuanchi-guanli": [`${POOL}/centre`, `${POOL}/centre?map=open`, `${POOL}/centre/requests?which=overdue`, `${POOL}/centre/queue`, `${POOL}/centre/queue?state=refused`, `${POOL}/centre/resources`, `${POOL}/centre/resources/xingyi-market-regulation-counter`, `${POOL}/centre/imports`, `${POOL}/centre/quotas`, `${POOL}/centre/quotas/edit`, `${POOL}/centre/gaps`, `${POOL}/centre/reorganisations`, `${POOL}/centre/policies`, `${POOL}/centre/policies/1`, `${POOL}/centre/statement`, `${POOL}/centre/statement?by=unit`, `${POOL}/centre/figures`, `${POOL}/centre/alerts`, `${POOL}/centre/figures?by=unit`, `${POOL}/centre/figures/waits`, `${POOL}/centre/figures/breaches`, `${POOL}/centre/statement?from=2026-12-01&to=2026-11-01`],
  "demo-celue-guanli": [`${POOL}/centre/policies/new`],
  "demo-shenji": [`${POOL}/centre/audit`, `${POOL}/centre/disparity`, `${POOL}/centre/order`, `${POOL}/centre/order?one=nonsense`],
};

const everyPage = async (visit: Parameters<RunningPortal["visit"]>[0], look: (page: Page, path: string) => Promise<void>): Promise<void> => {
  for (const [person, paths] of Object.entries(PAGES)) {
    const { context, page } = await portal.visit({ ...visit, ...(person === "" ? {} : { person }) });
    for (const path of paths) {
      await page.goto(path);
      await look(page, path);
    }
    await context.close();
  }
};

/** On the page as it stands: how wide it is at the least width anybody has, and what keeps whom out. */
const onPhone = async (page: Page, path: string): Promise<string[]> => {
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await sideways(page);
  await page.setViewportSize({ width: 360, height: 900 });
  return [...(over > 0 ? [`${path}: ${over} pixels too wide`] : []), ...(await barriers(page))];
};

/** What the server writes into a page for whoever chose dark colours and large text: nothing else of it differs. */
const CHOSEN = { theme: "dark", text: "large", scheme: "dark" };
const chosenOn = (page: Page): Promise<unknown> =>
  page.evaluate(`({ theme: document.documentElement.dataset.theme, text: document.documentElement.dataset.text, scheme: document.querySelector("meta[name=color-scheme]").content })`);

describe("every page", () => {
  test("has one heading, no serious barrier and no sideways scrolling down to 320 pixels, in Chinese: at a desk, then on a phone, dark and in large text", async () => {
    const found: string[] = [];
    await everyPage({ language: "zh", width: 1280 }, async (page, path) => {
      expect(await page.locator("h1").count(), path).toBe(1);
      found.push(...(await barriers(page)));
      // The same document in the other clothes: a second one would be read, drawn and searched from nothing.
      await page.evaluate(`{ const { theme, text, scheme } = ${JSON.stringify(CHOSEN)}; Object.assign(document.documentElement.dataset, { theme, text }); document.querySelector("meta[name=color-scheme]").content = scheme; }`);
      found.push(...(await onPhone(page, path)));
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    expect(found).toEqual([]);
    const { context, page } = await portal.visit({ language: "zh", theme: "dark", large: true });
    await page.goto(POOL);
    expect(await chosenOn(page)).toEqual(CHOSEN);
    await context.close();
  });

  test("has one heading, no serious barrier and no sideways scrolling down to 320 pixels, in English on a phone", async () => {
    const found: string[] = [];
    await everyPage({ language: "en", width: 360 }, async (page, path) => {
      expect(await page.locator("h1").count(), path).toBe(1);
      found.push(...(await onPhone(page, path)));
    });
    expect(found).toEqual([]);
  });

  test("asks nothing of the browser that its policy forbids, and nothing of another site", async () => {
    const wrong: string[] = [];
    const { context, page } = await portal.visit({ language: "zh" });
    page.on("console", (message) => message.type() === "error" && !/404/.test(message.text()) && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => !request.url().startsWith(portal.url) && !request.url().startsWith("data:") && wrong.push(request.url()));
    for (const path of PAGES[""] ?? []) await page.goto(path);
    await context.close();
    expect(wrong).toEqual([]);
  });
});

test("Chinese is drawn with real glyphs, from the portal's own font where the machine has none", async () => {
  const { context, page } = await portal.visit({ language: "zh" });
  await page.goto(POOL);
  await page.evaluate("document.fonts.ready");
  // A missing glyph draws the same box for every character: different characters must differ in their pixels.
  const drawn = (await page.evaluate(`(() => {
    const family = getComputedStyle(document.body).fontFamily;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 48;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return [..."政务服务云您要办什么事" + "\\u{10FFFD}"].map((letter) => {
      pen.clearRect(0, 0, 48, 48);
      pen.font = "40px " + family;
      pen.fillText(letter, 2, 40);
      return [...pen.getImageData(0, 0, 48, 48).data].filter((_, at) => at % 4 === 3).join("");
    });
  })()`)) as string[];
  const missing = drawn.pop();
  expect(new Set(drawn).size).toBe(drawn.length - 1);
  for (const glyph of drawn) {
    expect(glyph).not.toBe(missing);
    expect(/[1-9]/.test(glyph)).toBe(true);
  }
  await context.close();
});

test("language, text size and colours are switched by one button each, without an account and without scripts", async () => {
  const { context, page } = await portal.visit({ language: "zh", scripts: false });
  await page.goto(`${POOL}/items?audience=person`);
  await page.getByRole("button", { name: "English" }).click();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  expect(new URL(page.url()).search).toBe("?audience=person");
  await page.getByRole("button", { name: "Large text" }).click();
  expect(await page.locator("html").getAttribute("data-text")).toBe("large");
  await page.getByRole("button", { name: "Dark" }).click();
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await context.close();
});

test("who may not enter a room cannot tell it from one that is not there", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: "demo-shili-yi" });
  const absent = await page.goto(`${POOL}/centre/nothing-here`);
  const words = await page.locator("main").textContent();
  for (const path of [`${POOL}/centre`, `${POOL}/centre/audit`, `${POOL}/centre/policies/1`, `${POOL}/desk/resources/xingyi-market-regulation-review`]) {
    const answer = await page.goto(path);
    expect([path, answer?.status(), await page.locator("main").textContent()]).toEqual([path, absent?.status(), words]);
  }
  await context.close();
});
