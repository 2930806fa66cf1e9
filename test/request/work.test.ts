import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askSupplement } from "../../src/app/request/ask-supplement.js";
import { reconsiderStep } from "../../src/app/request/reconsider-step.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { supplyRequest } from "../../src/app/request/supply-request.js";
import { withdrawalEffect, withdrawRequest } from "../../src/app/request/withdraw-request.js";
import { completeStep, completeSteps } from "../../src/app/work/complete-steps.js";
import { rejectStep } from "../../src/app/work/reject-step.js";
import { completeAutomaticSteps } from "../../src/app/work/run-automatic.js";
import { startStep } from "../../src/app/work/start-step.js";
import { dayNumberOf, startOfDay } from "../../src/domain/instant.js";
import type { Command } from "../../src/domain/pool/command.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, unit } from "../support/policy-pool.js";
import { casePool, foodApplication, FRIDAY_NINE, grantAll, person, stepNamed, SUBSIDY, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }: Problem) => `${code} ${field ?? ""}`.trim()));
function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const filed = async (input = foodApplication()) => value(await submitRequest(world.deps, world.applicant, world.pool, input)).publicId;
const start = (publicId: string, step: string, who = world.clerk) => startStep(world.deps, who, world.pool, { publicId, step });
const complete = (publicId: string, step: string, who = world.clerk) => completeStep(world.deps, who, world.pool, { publicId, step });
const stateOf = async (publicId: string): Promise<string> =>
  String((await database.sql`select state from pool.requests where public_id = ${publicId}`)[0]?.["state"]);
const stepsOf = async (publicId: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await database.sql<{ name: string; state: string }[]>`
      select s.name, s.state from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${publicId} order by s.ordinal`).map((row) => [row.name, row.state]),
  );
const lastCommands = async (count: number): Promise<Command[]> =>
  (await database.sql<{ command: Command }[]>`select command from pool.commands order by command_id desc limit ${count}`).map(({ command }) => command).reverse();
/** Everything up to, and not with, the named step. */
async function workedUpTo(step: "review" | "decide" | "deliver"): Promise<string> {
  const publicId = await filed();
  await grantAll(database);
  value(await start(publicId, "intake"));
  value(await complete(publicId, "intake"));
  if (step === "review") return publicId;
  await grantAll(database);
  value(await completeAutomaticSteps(world.deps, world.pool));
  value(await start(publicId, "review"));
  value(await complete(publicId, "review"));
  await grantAll(database);
  if (step === "decide") return publicId;
  value(await start(publicId, "decide"));
  value(await complete(publicId, "decide"));
  await grantAll(database);
  return publicId;
}

describe("a request that is worked", () => {
  test("goes through its recipe to its end, and every act says what the writer must do", async () => {
    const publicId = await filed();
    expect(codes(await start(publicId, "intake"))).toEqual(["step.not_granted"]);
    await grantAll(database);
    expect(value(await start(publicId, "intake"))).toMatchObject({ state: "working", requestState: "in_progress" });
    const intake = await stepNamed(database, publicId, "intake");
    expect(await lastCommands(1)).toEqual([{ kind: "step.started", step: intake }]);

    value(await complete(publicId, "intake"));
    const [check, review] = [await stepNamed(database, publicId, "check-identity"), await stepNamed(database, publicId, "review")];
    expect(await lastCommands(1)).toEqual([{ kind: "step.ended", step: intake, outcome: "done", settle: [], ready: [check, review] }]);

    await grantAll(database);
    expect(value(await completeAutomaticSteps(world.deps, world.pool))).toBe(1);
    value(await start(publicId, "review"));
    value(await complete(publicId, "review"));
    await grantAll(database);
    value(await start(publicId, "decide"));
    value(await complete(publicId, "decide"));
    await grantAll(database);
    // The post office's system reports: nobody begins such a step by hand.
    expect(value(await complete(publicId, "deliver"))).toMatchObject({ state: "done", requestState: "completed" });
    expect(await stateOf(publicId)).toBe("completed");
  });

  test("is done by the machine with the rule and the trace it rested on", async () => {
    const publicId = await workedUpTo("decide");
    const [record] = await database.sql`select actor_id, after, policy_version from pool.audit_records where object_id = ${`${publicId}/check-identity`}`;
    expect(record).toMatchObject({
      actor_id: "system:automatic-steps",
      policy_version: 1,
      after: { state: "done", automated: { rule: "system, step, automate, pool, allow", item: "mr-food-licence", itemVersion: 1, resources: ["city-population"] } },
    });
  });

  test("settles what was used, never more than held; minutes worked beyond it are recorded", async () => {
    const publicId = await workedUpTo("review");
    await grantAll(database);
    value(await start(publicId, "review"));
    const [claim] = await database.sql<{ claim_id: number }[]>`select claim_id from pool.claims where step_id = ${await stepNamed(database, publicId, "review")}`;
    const id = claim?.claim_id as never;
    value(await completeStep(world.deps, world.clerk, world.pool, { publicId, step: "review", settle: [{ claim: id, amount: 75 }] }));
    expect(await lastCommands(1)).toMatchObject([{ settle: [{ claim: id, amount: 60 }] }]);
    const [record] = await database.sql`select after from pool.audit_records where object_id = ${`${publicId}/review`} order by audit_id desc limit 1`;
    expect(record?.["after"]).toMatchObject({ overrun: [{ claim: id, amount: 15 }] });
  });

  test("never settles more money than is held", async () => {
    const publicId = await filed({ item: SUBSIDY, division: "522301", answers: {} });
    await grantAll(database);
    value(await start(publicId, "check", world.healthClerk));
    value(await complete(publicId, "check", world.healthClerk));
    await grantAll(database);
    value(await start(publicId, "pay", world.healthClerk));
    const [claim] = await database.sql<{ claim_id: number }[]>`select claim_id from pool.claims where step_id = ${await stepNamed(database, publicId, "pay")}`;
    const pay = (amount: number) =>
      completeStep(world.deps, world.healthClerk, world.pool, { publicId, step: "pay", settle: [{ claim: claim?.claim_id as never, amount }] });
    expect(codes(await pay(80_001))).toEqual(["step.settle_above_held settle.0.amount"]);
    expect(value(await pay(79_900))).toMatchObject({ requestState: "completed" });
  });

  test("is rejected with grounds: what was used is settled, everything else returns", async () => {
    const publicId = await workedUpTo("review");
    await grantAll(database);
    value(await start(publicId, "review"));
    const refuse = (grounds: string) => rejectStep(world.deps, world.clerk, world.pool, { publicId, step: "review", grounds });
    expect(codes(await refuse("  "))).toEqual(["input.missing grounds"]);
    expect(value(await refuse("不符合《食品安全法》第三十三条"))).toMatchObject({ state: "rejected", requestState: "rejected" });
    const [check, review] = [await stepNamed(database, publicId, "check-identity"), await stepNamed(database, publicId, "review")];
    expect(await lastCommands(2)).toMatchObject([
      { kind: "step.ended", step: review, outcome: "rejected", ready: [] },
      { kind: "request.ended", steps: [check] },
    ]);
    expect(await stepsOf(publicId)).toEqual({ intake: "done", "check-identity": "cancelled", review: "rejected", decide: "cancelled", deliver: "cancelled" });
    // Grounds may name people: the record holds them sealed.
    const [record] = await database.sql`select after::text as after from pool.audit_records where object_id = ${`${publicId}/review`} order by audit_id desc limit 1`;
    expect(record?.["after"]).not.toContain("食品安全法");
  });
});

describe("withdrawing", () => {
  for (const point of ["received", "working", "decide", "deliver", "supplement", "unservable"] as const) {
    test(`is possible when the request stands at ${point}`, async () => {
      const publicId = point === "decide" || point === "deliver" ? await workedUpTo(point) : await filed();
      if (point === "working") {
        await grantAll(database);
        value(await start(publicId, "intake"));
      }
      if (point === "supplement") value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补平面图" }));
      if (point === "unservable") await refuseIntake(publicId);
      const effect = value(await withdrawalEffect(world.deps, world.applicant, world.pool, publicId));
      expect(effect.cancelled.length + effect.done.length).toBe(5);
      if (point === "working") expect(effect.released).toEqual([{ classId: "staff.intake", amount: 20 }]);
      value(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId, generation: effect.generation }));
      expect(await stateOf(publicId)).toBe("withdrawn");
      expect(Object.values(await stepsOf(publicId)).filter((state) => state !== "done" && state !== "cancelled")).toEqual([]);
      expect(codes(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }))).toEqual(["object.transition_illegal"]);
    });
  }

  test("is refused once the request is completed", async () => {
    const publicId = await workedUpTo("deliver");
    value(await complete(publicId, "deliver"));
    expect(codes(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId }))).toEqual(["object.transition_illegal"]);
  });

  test("by somebody else looks as if there were no such request", async () => {
    const publicId = await filed();
    expect(codes(await withdrawRequest(world.deps, world.stranger, world.pool, { publicId }))).toEqual(["object.not_found"]);
    expect(codes(await withdrawRequest(world.deps, world.stranger, world.pool, { publicId: "nonsense" }))).toEqual(["object.not_found"]);
  });

  test("on a stale view is told so and changes nothing", async () => {
    const publicId = await filed();
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补平面图" }));
    expect(codes(await withdrawRequest(world.deps, world.applicant, world.pool, { publicId, generation: 1 }))).toEqual(["object.generation_stale"]);
    expect(await stateOf(publicId)).toBe("supplement");
  });
});

describe("a call for supplement", () => {
  test("stops the clock: working days until the answer do not count", async () => {
    await world.at(FRIDAY_NINE);
    const publicId = await filed();
    const dues = async () => (await database.sql`select promised_due_at, statutory_due_at, paused_working_days from pool.requests where public_id = ${publicId}`)[0];
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补平面图" }));
    const intake = await stepNamed(database, publicId, "intake");
    expect(await lastCommands(1)).toMatchObject([{ kind: "request.paused", steps: [intake] }]);
    expect(codes(await start(publicId, "intake"))).toEqual(["object.transition_illegal"]);

    // Answered on Wednesday: Monday, Tuesday and Wednesday do not count.
    await world.at(FRIDAY_NINE + 5 * 86_400_000);
    value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, note: "已上传" }));
    expect(await stateOf(publicId)).toBe("received");
    expect(await lastCommands(1)).toEqual([{ kind: "step.ready", steps: [intake], turns: [2] }]);
    const after = await dues();
    expect(after?.["paused_working_days"]).toBe(3);
    expect((after?.["promised_due_at"] as Date).getTime()).toBe(startOfDay(dayNumberOf(Date.parse("2026-12-05T00:00:00+08:00"))) - 1);
    const [step] = await database.sql`select attempt, due_at from pool.steps where step_id = ${intake}`;
    expect(step).toMatchObject({ attempt: 2, due_at: after?.["promised_due_at"] });
    await world.at(FRIDAY_NINE);
  });

  test("is answered with the form's own rules", async () => {
    const publicId = await filed();
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "电话有误" }));
    expect(codes(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, answers: { phone: "1" } }))).toEqual(["identity.phone_invalid answers.phone"]);
    expect(codes(await supplyRequest(world.deps, world.applicant, world.pool, { publicId }))).toEqual(["input.missing note"]);
    expect(value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, answers: { phone: "13900001234" } })).state).toBe("received");
  });
});

/** As the writer does when no resource could ever serve a step. */
async function refuseIntake(publicId: string): Promise<void> {
  const step = await stepNamed(database, publicId, "intake");
  await database.sql`
    insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, told)
    values (${world.pool}, ${step}, 1, (select coalesce(max(seq), 0) + 1 from pool.decisions), 'refused', now(), 1, '[]')`;
  await database.sql`update pool.requests set state = 'unservable' where public_id = ${publicId}`;
}

describe("a request nobody could serve", () => {
  test("goes back to the queue when an administrator reconsiders, and not before", async () => {
    const publicId = await filed();
    expect(codes(await reconsiderStep(world.deps, world.admin, world.pool, { publicId, step: "intake" }))).toEqual(["object.transition_illegal"]);
    await refuseIntake(publicId);
    expect(codes(await reconsiderStep(world.deps, world.clerk, world.pool, { publicId, step: "intake" }))).toEqual(["access.forbidden"]);
    expect(value(await reconsiderStep(world.deps, world.admin, world.pool, { publicId, step: "intake" })).state).toBe("received");
    expect(await lastCommands(1)).toEqual([{ kind: "step.reconsider", step: await stepNamed(database, publicId, "intake"), turn: 2 }]);
  });
});

describe("many results at once", () => {
  test("each have their own outcome", async () => {
    const good = await filed();
    const early = await filed();
    await grantAll(database);
    value(await askSupplement(world.deps, world.clerk, world.pool, { publicId: early, grounds: "补" }));
    const outcomes = value(
      await completeSteps(world.deps, world.clerk, world.pool, [
        { publicId: good, step: "intake", note: "批量导入" },
        { publicId: early, step: "intake" },
        { publicId: good, step: "intake" },
        { publicId: good, step: "nothing" },
        { publicId: "not-an-id", step: "intake" },
      ]),
    );
    expect(outcomes.map(({ outcome }) => (outcome.ok ? outcome.value.state : outcome.problems[0].code))).toEqual([
      "done",
      "object.transition_illegal",
      "object.transition_illegal",
      "object.not_found",
      "object.not_found",
    ]);
    expect((await stepsOf(good))["review"]).toBe("ready");
  });

  test("of two officers who complete the same step at once, one does", async () => {
    const publicId = await filed();
    await grantAll(database);
    value(await start(publicId, "intake"));
    const both = await Promise.all([complete(publicId, "intake"), complete(publicId, "intake"), complete(publicId, "intake")]);
    expect(both.filter(({ ok }) => ok).length).toBe(1);
  });
});

describe("who may work", () => {
  test("a clerk of another unit may not, one whose unit gives something may", async () => {
    const publicId = await workedUpTo("review");
    await grantAll(database);
    expect(codes(await start(publicId, "review", world.healthClerk))).toEqual(["object.not_found"]);
    const cityClerk = await person(database, world.deps, actor([{ role: "clerk", unitId: unit("city") }]));
    // The city gives the population data of another step, which is no say in this one.
    expect(codes(await start(publicId, "review", cityClerk))).toEqual(["object.not_found"]);
    await database.sql`
      update pool.allocations set resource_id = (select resource_id from pool.resources where code = 'city-population' and pool_id = ${world.pool})
      where step_id = ${await stepNamed(database, publicId, "review")}`;
    expect(value(await start(publicId, "review", cityClerk)).state).toBe("working");
    expect(codes(await rejectStep(world.deps, cityClerk, world.pool, { publicId, step: "review", grounds: "no" }))).toEqual(["access.forbidden"]);
  });

  test("nobody works on their own case", async () => {
    const publicId = value(await submitRequest(world.deps, world.clerk, world.pool, foodApplication())).publicId;
    await grantAll(database);
    expect(codes(await start(publicId, "intake"))).toEqual(["access.forbidden"]);
  });
});
