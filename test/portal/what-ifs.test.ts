import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const ADMIN = "demo-ziyuanchi-guanli";

test("an administrator closes a hall on a copy of the pool, and sees who wins and who loses", async () => {
  const { context, page } = await portal.visit({ language: "en", person: ADMIN });
  await page.goto(`${POOL}/centre/what-ifs`);
  await page.fill("#name", "Hall closed");
  await page.fill("#days", "3");
  await page.fill("#drain", "xingyi-service-hall");
  await page.getByRole("button", { name: "Play it" }).click();
  await page.getByRole("heading", { name: "Hall closed" }).waitFor();
  await page.getByText("As it is, and as it would be").waitFor();
  expect(await page.getByText("Who wins and who loses: units").count()).toBe(1);
  expect(await page.locator("figure.chart svg.drawing").count()).toBe(1);
  expect(await barriers(page)).toEqual([]);
  const figures = await context.request.get(`${page.url()}/figures.csv`);
  expect((await figures.text()).split("\n")[0]).toBe("section,key,figure,base,scenario");
  expect(await (await context.request.get(`${page.url()}/scenario.yaml`)).text()).toContain("xingyi-service-hall");
  const url = page.url();
  await context.close();

  const phone = await portal.visit({ language: "zh", width: 360, person: ADMIN });
  await phone.page.goto(url);
  expect(await phone.page.getByText("单位的得失").count()).toBe(1);
  expect(await sideways(phone.page)).toBe(0);
  expect(await barriers(phone.page)).toEqual([]);
  await phone.page.goto(`${POOL}/centre/what-ifs`);
  expect(await sideways(phone.page)).toBe(0);
  await phone.context.close();
});

test("what cannot be played is said above the form, and what was typed stays", async () => {
  const { context, page } = await portal.visit({ language: "en", scripts: false, person: ADMIN });
  await page.goto(`${POOL}/centre/what-ifs`);
  await page.fill("#name", "Nowhere");
  await page.fill("#days", "3");
  await page.fill("#drain", "atlantis");
  await page.getByRole("button", { name: "Play it" }).click();
  expect(await page.locator(".error-summary").count()).toBe(1);
  expect(await page.inputValue("#drain")).toBe("atlantis");
  expect(await page.locator(".field--error #drain, #drain[aria-invalid]").count()).toBe(1);
  await page.getByText("Or paste a scenario file").click();
  await page.fill("#file", "kind: Nothing");
  await page.getByRole("button", { name: "Play it" }).click();
  expect(await page.locator(".error-summary").count()).toBe(1);
  await context.close();
});
