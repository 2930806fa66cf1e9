import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applied } from "./applied.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const RESIDENT = "demo-shili-yi";
const CLERK = "demo-shijian-banli";
const HEAD = "demo-danwei-fuze";
const UNIT = "xingyi-market-regulation";
/** Each look loads a page: not more of them than there is news. */
const SOON = { interval: 250 };

/** The page as it stands in English at a desk, and in Chinese on a phone. */
async function sound(page: Page, path = page.url()): Promise<void> {
  expect(await barriers(page)).toEqual([]);
  const language = (value: string) => page.context().addCookies([{ name: "lang", value, url: portal.url }]);
  await language("zh");
  await page.setViewportSize({ width: 360, height: 900 });
  await page.goto(path);
  expect(await barriers(page)).toEqual([]);
  expect(await sideways(page)).toBe(0);
  await language("en");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path);
}

/** Follows the summary's first link and tells what is in the focus then: its id. */
async function summaryLeadsTo(page: Page): Promise<string> {
  await page.locator(".error-summary a").first().click();
  return (await page.evaluate("document.activeElement.id")) as string;
}

const holder = async (role: string): Promise<string> => String((await portal.sql`select person_id from pool.role_grants where role = ${role} and (unit_id is null or unit_id = ${UNIT})`)[0]?.["person_id"]);

async function work(page: Page, request: string, step: string): Promise<void> {
  const path = `${POOL}/desk/requests/${request.split("/").at(-1) ?? ""}/steps/${step}?unit=${UNIT}`;
  const start = page.getByRole("button", { name: "Start work" });
  await expect.poll(async () => (await page.goto(path), await start.count()), SOON).toBe(1);
  await start.click();
  await page.getByRole("button", { name: "Complete this step" }).click();
  await page.waitForURL(/\/desk\?/);
}

test("when every officer takes no part, the head is told, and a superior head names another unit", async () => {
  const clerk = await holder("clerk");
  await portal.sql`update pool.assets set person_id = ${clerk} where resource_id in (select resource_id from pool.resources where code like ${`${UNIT}-inspector%`})`;
  const resident = await portal.visit({ language: "en", person: RESIDENT });
  const request = await applied(resident.page, "en", "522300-mr-food-business-licence");
  await resident.page.goto(request);
  const number = /\d{6}-\d{8}-\d+/.exec(await resident.page.title())?.[0] ?? "";

  const { context, page } = await portal.visit({ language: "en", person: HEAD });
  await page.goto(`${POOL}/desk/law`);
  const declare = page.getByRole("button", { name: "Declare", exact: true });
  await page.getByText("Declare a recusal").click();
  await page.locator("#officer").selectOption({ label: "Sample Clerk, Market Regulation" });
  await declare.click();
  expect(await summaryLeadsTo(page)).toBe("request");
  await page.locator("#request").fill(number);
  await page.locator("#to").fill("2020-01-01");
  await declare.click();
  expect(await page.locator(".error-summary a").textContent()).toMatch(/^Last day: /);
  expect(await summaryLeadsTo(page)).toBe("to");
  await page.locator("#to").fill("");
  await declare.click();
  await page.getByRole("status").getByText("The recusal is declared.").waitFor();

  await work(page, request, "accept");
  await expect.poll(async () => (await page.goto(`${POOL}/desk/law`), await page.getByText("Name a deputy").count()), SOON).toBe(1);
  await sound(page);
  await page.getByText("Name a deputy").click();
  await page.getByRole("button", { name: "Name", exact: true }).click();
  expect(await summaryLeadsTo(page)).toBe("reason-0");

  // A clerk sees what it is about, and no form that would be refused.
  const other = await portal.visit({ language: "en", person: CLERK });
  await other.page.goto(`${POOL}/desk/law`);
  expect(await other.page.locator("article").getByText(number).count()).toBe(1);
  expect(await other.page.getByText("Name a deputy").count()).toBe(0);
  await other.context.close();

  // Refused, in the applicant's words: the rule, what happens, and nothing that says the opposite.
  await resident.page.reload();
  const told = await resident.page.locator(".timeline").innerHTML();
  expect(told).toContain("whose officer takes no part in this matter. 0 could do it.");
  expect(told.split("Every officer who could do it must take no part").length).toBe(2);
  expect(told).toContain("Cannot be arranged yet");

  await portal.sql`
    insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at)
    values ('qianxinan', ${await holder("unit-head")}, 'unit-head', 'xingyi-government', ${await holder("pool-admin")}, now())`;
  await page.goto(`${POOL}/desk/law?unit=xingyi-government`);
  await page.getByText("Name another unit").click();
  await page.locator("#unit-0").fill("nowhere");
  await page.locator("#reason-0").fill("Every inspector is kin of the applicant.");
  await page.locator("#basis-0").fill("Administrative Procedure, article 9");
  await page.getByRole("button", { name: "Name this unit" }).click();
  expect(await summaryLeadsTo(page)).toBe("unit-0");
  // What was typed is still there, and units are offered by name.
  expect(await page.locator("#reason-0").inputValue()).toBe("Every inspector is kin of the applicant.");
  expect(await page.locator("datalist option[value=anlong-market-regulation]").getAttribute("label")).toMatch(/Anlong/);
  await page.locator("#unit-0").fill("anlong-market-regulation");
  await page.getByRole("button", { name: "Name this unit" }).click();
  await page.getByRole("status").getByText("The other unit handles it from now on").waitFor();
  await resident.page.reload();
  expect(await resident.page.locator(".timeline").textContent()).toContain("Every inspector is kin of the applicant.");
  await context.close();
  await resident.context.close();
});

test("an act is delegated and taken back, and a unit nobody knows leads to its own field", async () => {
  const { context, page } = await portal.visit({ language: "en", person: HEAD });
  await page.goto(`${POOL}/desk/law`);
  await page.getByText("Delegate an act").click();
  await page.locator("#delegate").fill("nowhere");
  await page.locator("#basis").fill("Administrative Licensing Law, article 24");
  await page.locator("#document").fill("No. 7");
  await page.getByRole("button", { name: "Delegate", exact: true }).click();
  expect(await summaryLeadsTo(page)).toBe("delegate");
  await page.locator("#delegate").fill("anlong-market-regulation");
  await page.getByRole("button", { name: "Delegate", exact: true }).click();
  await page.getByRole("status").getByText("The act is delegated.").waitFor();
  await sound(page);
  await page.locator("summary", { hasText: "Withdraw" }).click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  expect(await summaryLeadsTo(page)).toMatch(/^withdraw-\d+$/);
  await page.locator('input[id^="withdraw-"]').fill("Not needed any more");
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("status").getByText("The delegation is withdrawn.").waitFor();
  expect(await page.getByText("No delegation is in force.").count()).toBe(1);
  await context.close();
});

test("a ground is claimed, confirmed by an officer who sees its name alone, and two requests are compared", async () => {
  const resident = await portal.visit({ language: "en", person: RESIDENT });
  const requests = [await applied(resident.page, "en"), await applied(resident.page, "en")];
  const [first = "", second = ""] = requests;
  const claim = resident.page.getByRole("button", { name: "Claim it" });
  await resident.page.goto(`${second}/priorities`);
  await resident.page.locator("#evidence").fill("eighty-six and alone");
  await claim.click();
  expect(await summaryLeadsTo(resident.page)).toBe("code");
  expect(await resident.page.locator("#evidence").inputValue()).toBe("eighty-six and alone");
  await resident.page.locator("#code").selectOption("elderly");
  await claim.click();
  await resident.page.getByText("waits to be confirmed").waitFor();
  await sound(resident.page);

  const officer = await portal.visit({ language: "en", person: HEAD });
  await officer.page.goto(new URL(second).pathname + "/priorities");
  expect(await officer.page.content()).not.toContain("eighty-six");
  await officer.page.getByRole("button", { name: "Confirm · Older persons" }).click();
  await officer.page.getByText("confirmed, its place reckons with it").waitFor();
  await officer.page.getByRole("link", { name: /^Request \d/ }).click();
  await officer.page.getByRole("heading", { level: 1, name: "Registration of an individual business" }).waitFor();
  await officer.context.close();

  const numbers = await Promise.all(requests.map(async (request) => String((await portal.sql`select number from pool.requests where public_id = ${request.split("/").at(-1) ?? ""}`)[0]?.["number"])));
  const auditor = await portal.visit({ language: "en", person: "demo-shenji" });
  // As a decision's own page leads here: nothing was done wrong yet.
  await auditor.page.goto(`${POOL}/centre/order?one=${numbers[0] ?? ""}`);
  expect(await auditor.page.locator(".error-summary").count()).toBe(0);
  await auditor.page.getByRole("button", { name: "Compare" }).click();
  expect(await summaryLeadsTo(auditor.page)).toBe("other");
  await auditor.page.locator("#other").fill(numbers[1] ?? "");
  await auditor.page.getByRole("button", { name: "Compare" }).click();
  const compared = (await auditor.page.locator("main").textContent()) ?? "";
  expect(compared).toContain(`${numbers[1] ?? ""} is before ${numbers[0] ?? ""}`);
  expect(compared).toContain("Older persons");
  expect(compared).not.toContain("Waiting for a place");
  await sound(auditor.page);
  await auditor.context.close();

  // What was arranged made way for an emergency: the applicant is told so, and that nothing is lost by it.
  await portal.sql`
    insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
    values ('qianxinan', now(), 'scheduler', 'step.moved', 'request', ${first.split("/").at(-1) ?? ""}, '{"step": "accept", "ground": "emergency"}', 1)`;
  await resident.page.goto(first);
  const notice = (await resident.page.locator(".now .notice").textContent()) ?? "";
  expect(notice).toContain("What was arranged for “Accept at the counter” made way for an emergency");
  expect(notice).toContain("Ground: Emergency response.");
  await sound(resident.page);
  await resident.context.close();
});

test("a number set by law is annulled on a basis and on grounds, which the applicant reads", async () => {
  const registrar = await portal.visit({ language: "en", person: "demo-dengji" });
  await registrar.page.goto(`${POOL}/desk/resources/${UNIT}-authority/edit`);
  await registrar.page.locator('[name="total"]').fill("50");
  await registrar.page.locator('[name="number_basis"]').fill("A law that sets fifty");
  await registrar.page.locator("form.form button.button").first().click();
  await registrar.page.waitForURL(/saved=yes/);
  await registrar.context.close();
  const resident = await portal.visit({ language: "en", person: RESIDENT });
  const request = await applied(resident.page, "en");
  const { context, page } = await portal.visit({ language: "en", person: HEAD });
  for (const step of ["accept", "decide", "deliver"]) await work(page, request, step);
  await page.goto(request);
  await page.getByRole("link", { name: "Annul the number granted" }).click();
  await sound(page);
  const annul = page.getByRole("button", { name: "Annul it" });
  await annul.click();
  expect(await summaryLeadsTo(page)).toMatch(/basis|grounds/);
  await page.locator("#basis").fill("Administrative Licensing Law, article 69");
  await page.locator("#grounds").fill("The premises never existed.");
  await annul.click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await resident.page.goto(request);
  const timeline = (await resident.page.locator(".timeline").textContent()) ?? "";
  expect(timeline).toContain("The number granted at “Register” was annulled");
  expect(timeline).toContain("Basis: Administrative Licensing Law, article 69");
  expect(timeline).toContain("The premises never existed.");
  expect(await resident.page.getByRole("link", { name: "Annul the number granted" }).count()).toBe(0);
  await context.close();
  await resident.context.close();
});

test("who waits reads what for, the rank, the date with how sure it is, and what would help; and that is true", async () => {
  const item = "522300-mr-food-business-licence";
  const decide = { step: "decide", names: { zh: "作出决定", en: "Decide" }, stage: "decide", mode: "human", after: [], claims: [{ class: "staff.decision", amount: 10, scope: "competent" }] };
  const declare = async (minutes: number): Promise<void> => {
    await portal.sql.begin(async (t) => {
      const [row] = await t`update pool.resources set derived = false, total = ${minutes}, generation = generation + 1 where code = ${`${UNIT}-decision`} returning resource_id`;
      await t`update pool.classes set horizon_days = 1, generation = generation + 1 where class_id = 'staff.decision'`;
      await t`update pool.items set guide = jsonb_set(guide, '{recipe,steps}', ${t.json([decide])}) where item_code = ${item}`;
      await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values ('qianxinan', '{"kind": "pool.declared"}', now(), 'test')`;
      await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values ('qianxinan', ${t.json({ kind: "resource.declared", resources: [row!["resource_id"]] })}, now(), 'test')`;
      await t`select pg_notify('govpool_command', 'qianxinan')`;
    });
  };
  // One decision a day at most, and tomorrow is as far as anything is given out.
  await declare(10);
  const { context, page } = await portal.visit({ language: "en", person: RESIDENT });
  const requests: string[] = [];
  for (let filed = 0; filed < 4; filed += 1) requests.push(await applied(page, "en", item));
  const last = requests.at(-1) ?? "";
  const told = async (): Promise<string> => (await page.goto(last), (await page.locator(".timeline").textContent()) ?? "");
  await expect.poll(told, SOON).toContain("It would be arranged now if");
  const said = await told();
  expect(said).toMatch(/It waits for Deciding staff time: it needs 10 minutes\.\s*The most that anybody has free in one period is \d+ minutes\.\s*It is number (\d) of \1 that need the same\./);
  expect(said).toMatch(/Expected around .+; four times in five between .+ and .+\./);
  await sound(page);
  // A unit's own claim waits in the same queue, and whoever runs the pool sees whose it is.
  await portal.sql.begin(async (t) => {
    const [row] = await t<{ step_id: number }[]>`
      insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ready_at, waits)
      values ('qianxinan', null, 'direct', 0, 'direct', 'human', '{}', 'ready', now(), now() + interval '30 days', now(), true) returning step_id`;
    const step = row!.step_id;
    await t`
      insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
      values ('qianxinan', ${step * 64}, ${step}, 0, 'staff.decision', 10, 'competent', '522301', ${UNIT})`;
    await t`
      insert into pool.direct_claims (pool_id, unit_id, created_by, title, division_code, state, step_id, created_at)
      values ('qianxinan', ${UNIT}, gen_random_uuid(), 'Night market', '522301', 'asked', ${step}, now())`;
    await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values ('qianxinan', ${t.json({ kind: "step.ready", steps: [step], turns: [1] })}, now(), 'test')`;
    await t`select pg_notify('govpool_command', 'qianxinan')`;
  });
  const centre = await portal.visit({ language: "en", person: "demo-ziyuanchi-guanli" });
  const row = centre.page.locator("tbody tr", { hasText: "Night market" });
  await expect.poll(async () => (await centre.page.goto(`${POOL}/centre/queue`), (await row.count()) === 1 && (await row.textContent())), SOON).toMatch(/Direct claim · asked.*Deciding staff time 10 minutes.*: Deciding staff time, number \d/);
  // It is the last of all that wait.
  expect(await centre.page.locator("tbody tr").last().textContent()).toContain("Night market");
  await sound(centre.page);
  await centre.context.close();

  const minutes = Number(/had (\d+) minutes more/.exec(said)?.[1]);
  await declare(10 + minutes);
  await expect.poll(told, SOON).toContain("the work can begin");
  expect(await told()).not.toContain("It waits for");
  await context.close();
});
