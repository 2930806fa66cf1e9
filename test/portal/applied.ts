import type { Page } from "playwright-core";
import { POOL, type Language } from "./running-portal.js";

export const ITEM = "522300-mr-individual-business";
const words = { zh: { go: "继续", submit: "确认提交" }, en: { go: "Continue", submit: "Submit" } } as const;

/** Applies as a resident does, with something in every field; answers the page of the request. The page ends at the receipt. */
export async function applied(page: Page, language: Language, item = ITEM): Promise<string> {
  await page.goto(`${POOL}/items/${item}/apply`);
  await answered(page, language);
  await submitted(page, language);
  return page.url().replace(/\/receipt$/, "");
}

/** From the first question to the page that lists all answers. */
export async function answered(page: Page, language: Language): Promise<void> {
  await page.locator("#division").selectOption("522301");
  await page.getByRole("button", { name: words[language].go }).click();
  await page.waitForURL(/\/drafts\/[^/]+\//);
  await answeredOn(page, language);
}

/** From any page of a draft to the one that lists all answers. */
export async function answeredOn(page: Page, language: Language): Promise<void> {
  while (!page.url().endsWith("/check")) {
    const here = page.url();
    await filled(page);
    await page.getByRole("button", { name: words[language].go }).click();
    await page.waitForURL((at) => at.href !== here);
  }
}

export async function submitted(page: Page, language: Language): Promise<void> {
  await page.locator("#declaration").check();
  await page.getByRole("button", { name: words[language].submit }).click();
  await page.waitForURL(/\/receipt$/);
}

/** Fills every field of one page of a form with something its type takes. */
export async function filled(page: Page): Promise<void> {
  const form = page.locator("form.form");
  for (const input of await form.locator("input.input, textarea.input").all()) {
    const [type, mode, longest] = await Promise.all([input.getAttribute("type"), input.getAttribute("inputmode"), input.getAttribute("maxlength")]);
    await input.fill(type === "date" ? "2026-11-20" : type === "tel" ? "13985912345" : mode === "numeric" ? "3" : longest === "18" ? "11010519491231002X" : "老街羊肉粉 Old Street");
  }
  for (const select of await form.locator("select").all()) if ((await select.inputValue()) === "") await select.selectOption({ index: 1 });
  for (const group of await form.locator("fieldset:has(input[type=radio])").all()) await group.locator("input[type=radio]").first().check();
}
