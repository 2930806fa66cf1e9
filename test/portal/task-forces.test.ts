import { afterAll, beforeAll, expect, test } from "vitest";
import { proposeTaskForce } from "../../src/app/rebalance/task-forces.js";
import { trusted, type PersonId, type PoolId } from "../../src/domain/id.js";
import type { TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { workday } from "../support/plan-pool.js";
import { registerDeps } from "../support/register-pool.js";
import { barriers, POOL, runningPortal, sideways, type RunningPortal } from "./running-portal.js";

const poolId = "qianxinan" as PoolId;
let portal: RunningPortal;
beforeAll(async () => {
  portal = await runningPortal();
});
afterAll(() => portal.stop());

const sound = async ({ page }: Awaited<ReturnType<RunningPortal["visit"]>>): Promise<void> => {
  expect(await barriers(page)).toEqual([]);
  expect(await sideways(page)).toBe(0);
};

test("a member's head reads what is proposed and consents, another person approves, and whoever runs the pool dissolves it with a reason", async () => {
  const approver = await portal.visit({ language: "en", width: 1280, person: "demo-celue-guanli" });
  await approver.page.goto(`${POOL}/centre/task-forces`);
  await approver.page.getByText("There is no task force").waitFor();
  await sound(approver);

  const [proposer] = await portal.sql<{ person_id: string }[]>`select person_id from identity.persons where prepared_as = 'demo-ziyuanchi-guanli'`;
  const actor = { kind: "person", poolId, personId: trusted<PersonId>(proposer!.person_id), displayName: "测试", roles: [{ role: "pool-admin" }], mandates: [], channel: "api" } as const;
  must(
    await proposeTaskForce(registerDeps({ sql: portal.sql, side: portal.sql } as TestDatabase), actor, poolId, {
      taskForce: "winter-office",
      names: { zh: "冬季专班", en: "Winter office" },
      basis: "州府办〔2026〕3号",
      until: workday(2),
      members: [{ unit: "xingyi-market-regulation", resources: [{ resource: "xingyi-market-regulation-review", amount: 30 }] }],
      items: [{ item: "522300-mr-individual-business", divisions: ["522301"] }],
    }),
  );

  const head = await portal.visit({ language: "zh", width: 360, person: "demo-danwei-fuze" });
  await head.page.goto(`${POOL}/centre/task-forces`);
  await head.page.getByText("等待同意的专班").first().waitFor();
  await sound(head);
  await head.page.getByRole("link", { name: "冬季专班" }).first().click();
  await head.page.getByText("尚未同意", { exact: true }).waitFor();
  await sound(head);
  await head.page.getByRole("button", { name: /^代表/ }).click();
  await head.page.getByRole("status").getByText("已办理").waitFor();
  await head.context.close();

  await approver.page.goto(`${POOL}/centre/task-forces/winter-office`);
  await approver.page.getByRole("button", { name: "Approve: it begins at once" }).click();
  await approver.page.getByRole("status").getByText("Done.").waitFor();
  expect(await approver.page.getByText("0 open, 0 closed, 0 handed over.").count()).toBe(1);
  await sound(approver);
  await approver.context.close();

  const admin = await portal.visit({ language: "zh", width: 1280, person: "demo-ziyuanchi-guanli" });
  await admin.page.goto(`${POOL}/centre/task-forces/winter-office`);
  await admin.page.getByRole("button", { name: "解散" }).click();
  await admin.page.locator(".error-summary").waitFor();
  await sound(admin);
  await admin.page.fill("#reason", "雨停了");
  await admin.page.getByRole("button", { name: "解散" }).click();
  await admin.page.getByRole("status").getByText("已办理").waitFor();
  await sound(admin);
  await admin.context.close();
});
