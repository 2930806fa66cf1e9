import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answered, answeredOn, filled, ITEM, submitted } from "./applied.js";
import { barriers, POOL, runningPortal, type Language, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const RESIDENT = "demo-shili-yi";
const CLERK = "demo-shijian-banli";
const REGISTRAR = "demo-dengji";
const ADMINISTRATOR = "demo-ziyuanchi-guanli";

const words = {
  zh: { start: "开始办理", go: "继续", submit: "确认提交", received: "申请已收到", withdraw: "确认撤回", withdrawn: "已撤回", begin: "开始办理", complete: "办结本环节", working: "办理中", reject: "作出不予决定", rejected: "不予办理" },
  en: { start: "Start now", go: "Continue", submit: "Submit", received: "Your application has arrived", withdraw: "Withdraw it", withdrawn: "Withdrawn", begin: "Start work", complete: "Complete this step", working: "In progress", reject: "Decide: reject", rejected: "Rejected" },
} as const;

async function apply(page: Page, language: Language): Promise<string> {
  const say = words[language];
  await page.goto(`${POOL}/items/${ITEM}`);
  await page.getByRole("link", { name: say.start }).click();
  await page.waitForURL(/\/apply/);
  await answered(page, language);
  expect(await barriers(page)).toEqual([]);
  await submitted(page, language);
  await page.getByRole("heading", { level: 1, name: say.received }).waitFor();
  return (await page.locator(".receipt__number").textContent()) ?? "";
}

/** What the scheduler and background work do takes moments, or longer on a busy machine. */
/** Each look loads a page: not more of them than there is news. */
const SOON = { interval: 250 };

/** Steps of the item that people do, in the words of the recipe. */
const steps = { accept: { zh: "窗口受理", en: "Accept at the counter" }, decide: { zh: "准予登记", en: "Register" } } as const;

/** Opens the step of the request on the unit's desk, which shows it once the scheduler placed it. */
async function openCase(page: Page, number: string, step: string): Promise<void> {
  const link = page.locator(".queue__link", { hasText: number }).filter({ hasText: step });
  await expect.poll(async () => (await page.goto(`${POOL}/desk`), await link.count()), SOON).toBe(1);
  await link.click();
  await page.waitForURL(/\/steps\//);
}

describe.each(["zh", "en"] as const)("in %s", (language) => {
  const say = words[language];

  test("a resident finds a service, applies, holds a receipt, follows the request and withdraws it", async () => {
    const { context, page } = await portal.visit({ language, person: RESIDENT });
    await page.goto(POOL);
    await page.locator("#q").fill(language === "zh" ? "个体工商户" : "individual business");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(`a[href$="/items/${ITEM}"]`).count(), SOON).toBe(1);

    const number = await apply(page, language);
    expect(number).toMatch(/^522301-\d{8}-\d{5,}$/);
    const code = (await page.locator(".receipt code").textContent()) ?? "";
    expect(await barriers(page)).toEqual([]);

    await page.locator(".receipt a.button").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    // The scheduler answers within moments; the step then names the unit and the day.
    await expect.poll(async () => (await page.reload(), await page.locator(".timeline").textContent()), SOON).toMatch(language === "zh" ? /已安排.*兴义市市场监督管理局/s : /Arranged.*Xingyi/s);
    await page.locator(".timeline details summary").first().click();
    expect(await page.locator(".timeline .details__body").first().textContent()).toMatch(language === "zh" ? /资源池中同类资源共 \d+ 个/ : /\d+/);

    expect(await barriers(page)).toEqual([]);

    // Anybody with the receipt sees how it stands, without signing in.
    const stranger = await portal.visit({ language });
    await stranger.page.goto(`${POOL}/status`);
    await stranger.page.locator("#number").fill(number);
    await stranger.page.locator("#secret").fill(code.toLowerCase());
    await stranger.page.keyboard.press("Enter");
    await stranger.page.getByText(number).first().waitFor();
    await stranger.context.close();

    await page.locator('a[href$="/withdrawal"]').click();
    expect(await page.locator(".notice ul li").count()).toBeGreaterThanOrEqual(3);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: say.withdraw }).click();
    await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
    expect(await page.locator(".now__state").textContent()).toContain(say.withdrawn);
    await context.close();
  });

  test("an officer takes a case from the queue, works a step and rejects on grounds the applicant reads", async () => {
    const resident = await portal.visit({ language, person: RESIDENT });
    const number = await apply(resident.page, language);
    const officer = await portal.visit({ language, person: CLERK });
    await openCase(officer.page, number, steps.accept[language]);
    await officer.page.getByRole("button", { name: say.begin }).click();
    await officer.page.getByRole("button", { name: say.complete }).click();
    await officer.page.waitForURL(/\/desk\?/);

    await resident.page.locator(".receipt a.button").click();
    expect(await resident.page.locator(".now__state").textContent()).toContain(say.working);

    // Between them the machine checks the applicant against the population register.
    await openCase(officer.page, number, steps.decide[language]);
    await officer.page.getByRole("button", { name: say.begin }).click();
    await officer.page.locator("details:has(#grounds) summary").click();
    await officer.page.getByRole("button", { name: say.reject }).click();
    // Grounds are needed: the form comes back, says so, and is open.
    await officer.page.locator(".error-summary").waitFor();
    expect(await barriers(officer.page)).toEqual([]);
    expect(await officer.page.title()).toMatch(language === "zh" ? /^有错误/ : /^Error/);
    await officer.page.locator("#template").selectOption("inspection");
    await officer.page.locator("#grounds").fill(language === "zh" ? "经营场所与登记的不符。" : "The premises are not those declared.");
    await officer.page.getByRole("button", { name: say.reject }).click();
    await officer.page.waitForURL(/\/desk\?/);

    await resident.page.reload();
    expect(await resident.page.locator(".now__state").textContent()).toContain(say.rejected);
    expect(await resident.page.locator(".now").textContent()).toContain(language === "zh" ? "现场核查不符合要求：经营场所与登记的不符。" : "The premises are not those declared.");
    expect(await resident.page.locator(".now .seal").count()).toBe(1);
    await resident.context.close();
    await officer.context.close();
  });

  test("an administrator sees the pool, opens a figure's rows and reads one decision explained", async () => {
    const resident = await portal.visit({ language, person: RESIDENT });
    await apply(resident.page, language);
    await resident.context.close();

    const { context, page } = await portal.visit({ language, person: ADMINISTRATOR });
    await page.goto(`${POOL}/centre`);
    expect(await page.locator(".stat").count()).toBe(5);
    expect(await page.locator(".heat tbody tr").count()).toBeGreaterThan(10);
    expect(await page.locator("svg.drawing--tiles g, svg.drawing--tiles a").count()).toBe(8);
    const resources = (await page.locator(".stat__figure a").first().textContent()) ?? "";
    expect(Number(resources.replaceAll(",", ""))).toBeGreaterThan(1_000);
    await page.locator(".stat__figure a").first().click();
    await page.waitForURL(/\/centre\/resources/);
    await page.locator("tbody a").first().click();
    await page.getByRole("heading", { level: 1 }).waitFor();

    // A figure and its rows agree.
    await page.goto(`${POOL}/centre`);
    const open = page.locator('.stat__figure a[href$="/centre/requests"]');
    const counted = Number(await open.textContent());
    await open.click();
    await page.waitForURL(/\/centre\/requests/);
    expect(await page.locator("tbody tr").count()).toBe(Math.min(25, counted));

    await page.goto(`${POOL}/centre/queue`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.goto(`${POOL}/centre/decisions/1`);
    expect(await page.locator("table tbody tr").count()).toBeGreaterThan(2);
    expect(await page.locator(".notice p").first().textContent()).not.toBe("");
    expect(await barriers(page)).toEqual([]);
    await context.close();
  });
});

test("a registrar registers a resource, sees its capacity by day, changes it, and a bad value names its field", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: REGISTRAR });
  await page.goto(`${POOL}/desk/resources/new`);
  await page.locator("#class").selectOption("staff.review");
  await page.locator("#resource").fill("portal-test-review-1");
  await page.locator("#total").fill("12.5");
  await page.locator("form.form button.button").click();
  await page.locator('.error-summary a[href="#total"]').first().waitFor();
  expect(await page.locator("#total").getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator("#resource").inputValue()).toBe("portal-test-review-1");
  await page.locator("#total").fill("240");
  await page.locator("form.form button.button").click();
  await page.waitForURL(/\/desk\/resources\/portal-test-review-1/);
  expect(await page.locator("svg.drawing--columns g").count()).toBeGreaterThan(10);

  await page.locator('a[href$="/edit"]').click();
  await page.locator("#total").fill("300");
  await page.locator("form.form button.button").click();
  await page.waitForURL(/saved=yes/);
  expect(await page.locator(".facts").textContent()).toContain("300 分钟");
  await context.close();
});

test("a list is exported, edited, compared, applied and taken back through pages", async () => {
  const { context, page } = await portal.visit({ language: "en", person: REGISTRAR });
  await page.goto(`${POOL}/desk/resources`);
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator('a[href*="/exports/resources.csv"]').click()]);
  const rows = readFileSync(await file.path(), "utf8").trimEnd().split(/\r?\n/);
  const [header = "", first = ""] = rows;
  const total = header.replace("\ufeff", "").split(",").findIndex((cell) => /total/i.test(cell));
  const changed = rows.slice(1).find((row) => /^"?\d+"?$/.test(row.split(",")[total] ?? "")) ?? first;
  const cells = changed.split(",");
  cells[total] = '"75"';

  await page.goto(`${POOL}/desk/imports?kind=resources`);
  await page.locator("#file").setInputFiles({ name: "resources.csv", mimeType: "text/csv", buffer: Buffer.from(`${header}\r\n${cells.join(",")}\r\n`) });
  await page.locator("form.import-form button.button").click();
  await page.locator("ins").first().waitFor();
  expect(await page.locator("ins").first().textContent()).toBe("75");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Take this import back" }).click();
  await expect.poll(async () => await page.locator(".heading__facts").textContent(), SOON).toContain("Taken back");
  await context.close();
});

test("the whole application works with the keyboard alone", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: RESIDENT });
  await page.goto(`${POOL}/items/${ITEM}`);
  await page.keyboard.press("Tab");
  // The first stop on every page leads past the header.
  expect(await page.evaluate("document.activeElement.className")).toBe("skip");
  await page.keyboard.press("Enter");

  /** Tabs on until the focus is on something that fits; focus must never be lost or hidden. */
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const seen = (await page.evaluate(`(() => { const it = document.activeElement; const box = it.getBoundingClientRect(); return { fits: it.matches(${JSON.stringify(selector)}), shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight }; })()`)) as { fits: boolean; shown: boolean };
      if (seen.fits) {
        expect(seen.shown).toBe(true);
        return;
      }
    }
    throw new Error(`no way by keyboard to ${selector} on ${page.url()}`);
  };

  await tabTo("a.button--start");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/apply/);
  await tabTo("#division");
  await page.keyboard.type("兴义市");
  if ((await page.locator("#division").inputValue()) === "") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  if (!page.url().includes("/drafts/")) {
    await tabTo("form.form button.button");
    await page.keyboard.press("Enter");
  }
  await page.waitForURL(/\/drafts\//);
  while (!page.url().endsWith("/check")) {
    const here = page.url();
    const fields = await page.locator("form.form input.input, form.form textarea.input, form.form select, form.form input[type=radio]:first-of-type").count();
    for (let at = 0; at < fields; at += 1) {
      await tabTo("form.form input.input, form.form textarea, form.form select, form.form input[type=radio], form.form button");
      const kind = (await page.evaluate("({ tag: document.activeElement.tagName, type: document.activeElement.type, mode: document.activeElement.inputMode, max: document.activeElement.maxLength })")) as { tag: string; type: string; mode: string; max: number };
      if (kind.tag === "BUTTON") break;
      if (kind.tag === "SELECT") await page.keyboard.press("ArrowDown");
      else if (kind.type === "radio") await page.keyboard.press("Space");
      else if (kind.type === "date") await page.keyboard.type("11202026");
      else await page.keyboard.type(kind.type === "tel" ? "13985912345" : kind.mode === "numeric" ? "3" : kind.max === 18 ? "11010519491231002X" : "键盘");
    }
    if ((await page.evaluate("document.activeElement.tagName")) !== "BUTTON") await tabTo("form.form button.button");
    await page.keyboard.press("Enter");
    await page.waitForURL((at) => at.href !== here);
  }
  await tabTo("#declaration");
  await page.keyboard.press("Space");
  await tabTo("button.button--start");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/receipt$/);
  await context.close();
});

test("officers move through the queue with j and k and reach both outcomes by one key", async () => {
  const resident = await portal.visit({ language: "zh", person: RESIDENT });
  const number = await apply(resident.page, "zh");
  await resident.context.close();
  const { context, page } = await portal.visit({ language: "zh", person: CLERK });
  await openCase(page, number, steps.accept.zh);
  await page.getByRole("button", { name: words.zh.begin }).click();
  await page.getByRole("button", { name: words.zh.complete }).waitFor();
  await page.keyboard.press("j");
  expect(await page.evaluate("document.activeElement.hasAttribute('data-queue-link')")).toBe(true);
  await page.keyboard.press("c");
  expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe(words.zh.complete);
  await page.keyboard.press("r");
  expect(await page.locator("details:has(#grounds)").getAttribute("open")).not.toBeNull();
  await context.close();
});

test("the whole application works without scripts, in large text, and leaving and coming back", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: RESIDENT, scripts: false, large: true, width: 360 });
  await page.goto(`${POOL}/items/${ITEM}/apply`);
  await page.getByRole("button", { name: words.zh.go }).click();
  await page.locator('.error-summary a[href="#division"]').waitFor();
  await page.locator("#division").selectOption("522301");
  await page.getByRole("button", { name: words.zh.go }).click();
  await page.waitForURL(/\/drafts\//);
  await filled(page);
  await page.getByRole("button", { name: "保存，以后再填" }).click();
  await page.waitForURL(/\/requests\?saved=yes/);
  await page.locator('a[href*="/drafts/"]').first().click();
  await answeredOn(page, "zh");
  await page.getByRole("button", { name: words.zh.submit }).click();
  await page.locator('.error-summary a[href="#declaration"]').waitFor();
  await page.locator("#declaration").check();
  await page.getByRole("button", { name: words.zh.submit }).click();
  await page.getByRole("heading", { level: 1, name: words.zh.received }).waitFor();
  await context.close();
});

test("an application sent twice is one application", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: RESIDENT, scripts: false });
  await page.goto(`${POOL}/items/${ITEM}/apply`);
  await answered(page, "zh");
  const form = (await page.evaluate(`Object.fromEntries(new FormData(document.querySelector("form.form")))`)) as Record<string, string>;
  const action = (await page.locator("form.form").getAttribute("action")) ?? "";
  const send = () =>
    context.request.post(action, { form: { ...form, declaration: "yes" }, maxRedirects: 0, headers: { origin: portal.url, "sec-fetch-site": "same-origin" } });
  const answers = await Promise.all([send(), send()]);
  const again = await send();
  const places = [...answers, again].filter((answer) => answer.status() === 303).map((answer) => answer.headers()["location"]);
  expect(new Set(places).size).toBe(1);
  await context.close();
});

test("a resident claims a ground to be served first: its code and state are shown, never what was written", async () => {
  const { context, page } = await portal.visit({ language: "zh", person: RESIDENT });
  await apply(page, "zh");
  await page.goto(page.url().replace(/\/receipt.*$/, "/priorities"));
  expect(await barriers(page)).toEqual([]);
  await page.locator("#code").selectOption("elderly");
  await page.getByRole("button", { name: "提出" }).click();
  await page.getByRole("alert").or(page.locator(".error-summary")).first().waitFor();
  await page.locator("#code").selectOption("elderly");
  await page.locator("#evidence").fill("八十六岁，独居");
  await page.getByRole("button", { name: "提出" }).click();
  await page.getByText("待确认").waitFor();
  const shown = await page.content();
  expect(shown).toContain("老年人");
  expect(shown).not.toContain("独居");
  await page.getByRole("button", { name: /撤回/ }).click();
  await page.getByText("已撤回").waitFor();
  await context.close();
});
