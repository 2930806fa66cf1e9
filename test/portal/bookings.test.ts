import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

test("an officer finds what is free, holds it, confirms it and gives it back, on a phone and without scripts", async () => {
  const { context, page } = await portal.visit({ language: "en", width: 360, scripts: false, person: "demo-shijian-banli" });
  await page.goto(`${POOL}/desk/bookings`);
  expect(await page.getByText("No bookings yet.").count()).toBe(1);
  await page.selectOption("#class", "material.counter");
  await page.fill("#slots", "2");
  const offers = page.getByRole("button", { name: /^Hold / });
  // Just started, the scheduler may still be reading the pool, and says that it did not answer.
  await expect
    .poll(async () => {
      await page.getByRole("button", { name: "Find" }).click();
      return await offers.count();
    })
    .toBeGreaterThan(1);
  const first = await offers.first().textContent();
  await offers.first().click();
  // What it is for is missing: said, and nothing was taken.
  expect(await page.locator(".error-summary").count()).toBe(1);
  await page.fill("#title", "Open day");
  await page.getByRole("button", { name: /^Hold / }).first().click();
  expect(await page.getByText("Held. Please confirm it.").count()).toBe(1);
  expect(await page.getByText("to be confirmed").count()).toBe(1);
  await page.getByRole("button", { name: "Confirm “Open day”" }).click();
  expect(await page.getByText("Confirmed.", { exact: true }).count()).toBe(1);
  await page.getByRole("button", { name: "Release “Open day”" }).click();
  expect(await page.getByText("Released.", { exact: true }).count()).toBe(1);
  expect(first).toMatch(/counter/);
  await context.close();

  const chinese = await portal.visit({ language: "zh", width: 360, person: "demo-shijian-banli" });
  await chinese.page.goto(`${POOL}/desk/bookings?class=material.counter&amount=1&slots=2`);
  expect(await chinese.page.locator("h1").textContent()).toBe("占用资源");
  expect(await barriers(chinese.page)).toEqual([]);
  expect(await sideways(chinese.page)).toBe(0);
  await chinese.context.close();
});

test("an offer at a time that is none is refused on the page, the furthest a date can be too", async () => {
  const { context, page } = await portal.visit({ language: "en", person: "demo-shijian-banli" });
  await page.goto(`${POOL}/desk/bookings`);
  for (const start of ["soon", "+275760-09-13T00:00:00Z", "9999-12-31T23:30:00Z"]) {
    const answer = await context.request.post(page.url(), {
      form: { key: `nonsense-${start}`, class: "material.counter", amount: "1", slots: "1", title: "Open day", offer: `xingyi-market-regulation-counter 1 ${start}`, "form-token": await page.locator("input[name=form-token]").first().inputValue() },
      maxRedirects: 0,
      headers: { origin: portal.url, "sec-fetch-site": "same-origin" },
    });
    expect([start, answer.status()]).toEqual([start, 422]);
  }
  await context.close();
});

test("a recusal without a ground, or with one the law does not know, is not recorded as another", async () => {
  const { context, page } = await portal.visit({ language: "en", person: "demo-shijian-banli" });
  await page.goto(`${POOL}/desk/law`);
  const officer = await page.locator("#officer option").first().getAttribute("value");
  for (const ground of ["bribery", ""]) {
    const answer = await context.request.post(`${POOL}/desk/law/recusal?unit=xingyi-market-regulation`, {
      form: { key: `ground-${ground}-1`, officer: officer ?? "", ground, scope: "request", request: "522301-20261120-00001", "form-token": await page.locator("input[name=form-token]").first().inputValue() },
      maxRedirects: 0,
      headers: { origin: portal.url, "sec-fetch-site": "same-origin" },
    });
    expect([ground, answer.status(), (await answer.text()).includes("relation, ")]).toEqual([ground, 422, true]);
  }
  await context.close();
});
