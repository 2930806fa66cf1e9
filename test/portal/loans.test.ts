import { afterAll, beforeAll, expect, test } from "vitest";
import { declaring } from "../../src/app/pool/declaring.js";
import { applyLoans } from "../../src/app/rebalance/apply-loans.js";
import type { ClassId, PoolId, ResourceId, UnitId } from "../../src/domain/id.js";
import { dayNumberOf, localDateOf } from "../../src/domain/instant.js";
import type { TestDatabase } from "../support/database.js";
import { registerDeps, system } from "../support/register-pool.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

const poolId = "qianxinan" as PoolId;
let portal: RunningPortal;

beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

/** From the unit whose head the tests are to another one, booked by the running writer. */
async function lend(lender: string, borrower: string, amount: number): Promise<number> {
  const [resource] = await portal.sql<{ resource_id: ResourceId }[]>`
    select resource_id from pool.resources
    where pool_id = ${poolId} and unit_id = ${lender} and class_id = 'staff.review' and state = 'published' and lender_resource_id is null order by total desc limit 1`;
  const deps = registerDeps({ sql: portal.sql } as TestDatabase);
  const today = dayNumberOf(Date.now());
  const made = await declaring(deps, system(poolId), poolId, 1, (act) =>
    applyLoans(act, [{ classId: "staff.review" as ClassId, lenderResource: resource!.resource_id, borrower: borrower as UnitId, amount, from: localDateOf(today + 1), to: localDateOf(today + 14), legalBasis: null }]),
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const [{ id } = { id: 0 }] = made.value;
  await expect.poll(async () => (await portal.sql<{ state: string }[]>`select state from pool.loans where loan_id = ${id}`)[0]?.state).not.toBe("applied");
  return id;
}

const words = {
  zh: { none: "还没有调剂", active: "有效", recall: "收回这项调剂", recalled: "已通知收回", part: "其余照常借用", return: "归还这项调剂", returned: "已归还", ending: "终止中" },
  en: { none: "No loans yet", active: "in force", recall: "Recall this loan", recalled: "The recall is announced", part: "the rest stays lent", return: "Return this loan", returned: "It is returned", ending: "coming back" },
} as const;

test.each([
  ["en", 1280],
  ["zh", 360],
] as const)("the centre lists loans with who gave how much, and one comes back with a reason: %s at %i pixels", async (language, width) => {
  const say = words[language];
  const { context, page } = await portal.visit({ language, width, person: "demo-ziyuanchi-guanli" });
  if (language === "en") {
    await page.goto(`${POOL}/centre/loans`);
    await page.getByText(say.none).waitFor();
    expect(await barriers(page)).toEqual([]);
  }
  const id = await lend("xingyi-health", "xingyi-education", 30);
  await page.goto(`${POOL}/centre/loans`);
  expect(await page.locator("table").count()).toBe(2);
  expect([await barriers(page), await sideways(page)]).toEqual([[], 0]);
  await page.goto(`${POOL}/centre/loans/${id}`);
  await page.getByText(say.active, { exact: true }).first().waitFor();
  await page.getByRole("button", { name: say.recall }).click();
  await page.getByRole("alert").waitFor();
  expect([await barriers(page), await sideways(page)]).toEqual([[], 0]);
  // More than is lent is refused where it was typed; a part comes back, and the rest stays.
  await page.fill("#recall-grounds", "汛情需要");
  await page.fill("#recall-amount", "31");
  await page.getByRole("button", { name: say.recall }).click();
  await page.getByRole("alert").waitFor();
  await page.fill("#recall-amount", "10");
  await page.getByRole("button", { name: say.recall }).click();
  await page.getByRole("status").getByText(say.part).waitFor();
  expect([await barriers(page), await sideways(page)]).toEqual([[], 0]);
  await page.fill("#recall-grounds", "汛情需要");
  await page.getByRole("button", { name: say.recall }).click();
  await page.getByRole("status").getByText(say.recalled).waitFor();
  await page.getByText(say.ending, { exact: true }).first().waitFor();
  await context.close();
});
