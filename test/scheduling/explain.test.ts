import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimDirectly } from "../../src/app/direct/claim-directly.js";
import { releaseDirectClaim } from "../../src/app/direct/keep-or-release.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { explainRequest, explainStep, type RequestExplanation } from "../../src/app/scheduling/explain-request.js";
import { listQueue } from "../../src/app/scheduling/list-queue.js";
import { tellStep } from "../../src/app/scheduling/tell.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { startSchedulers, type Schedulers } from "../../src/main/scheduler.js";
import { voiceOf } from "../../src/text/voice.js";
import { casePool, foodApplication, stepNamed, type CasePool } from "../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { TTL_MS } from "./running-writer.js";
import { until } from "./small-pool.js";

let database: TestDatabase;
let world: CasePool;
let schedulers: Schedulers;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, log: { info: () => {}, warn: () => {}, error: (facts) => console.error(facts) } });
});
afterAll(async () => {
  await schedulers.stop();
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const file = async (): Promise<string> => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;
const explain = async (publicId: string, who: Actor = world.applicant): Promise<RequestExplanation> => value(await explainRequest(world.deps, who, world.pool, publicId));
const intake = (explanation: RequestExplanation) => explanation.steps.find(({ name }) => name === "intake")!;
const told = (explanation: RequestExplanation, language: "zh" | "en") => tellStep(voiceOf(language), explanation, intake(explanation));
const answered = async (publicId: string, kind: string) => await until(async () => intake(await explain(publicId)).answer.kind === kind);
const declare = async (code: string, change: string) => {
  await database.sql.begin(async (t) => {
    const [row] = await t.unsafe(`update pool.resources set ${change}, generation = generation + 1 where code = '${code}' returning resource_id`);
    await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${world.pool}, ${t.json({ kind: "resource.declared", resources: [row!["resource_id"]] })}, now(), 'test')`;
    await t`select pg_notify('govpool_command', ${world.pool})`;
  });
};

describe("explaining a request", () => {
  test("granted: who was considered, who was chosen and why, when and how much, in both languages", async () => {
    const publicId = await file();
    await answered(publicId, "granted");
    const explanation = await explain(publicId);
    const { answer } = intake(explanation);
    expect(answer).toMatchObject({
      kind: "granted",
      claims: [{ classId: "staff.intake", funnel: { considered: 2, left: 1 }, because: "only-one", given: [{ amount: 20, state: "held", resource: null, unitNames: { zh: "market" } }] }],
    });
    expect(told(explanation, "zh")).toEqual([
      "2026年11月20日 周五 09:00按第 1 版策略安排好，2026年11月20日 周五 09:00可以开始办理。",
      "staff.intake：由market提供，20 分钟，2026年11月20日 周五。",
      "资源池中同类资源共 2 个：1 个不属于主管单位；余下 1 个可以办理。",
      "当时只有这一处能够提供。",
    ]);
    expect(told(explanation, "en")).toEqual([
      "Arranged on Fri 20 Nov 2026 09:00 under policy version 1; the work can begin Fri 20 Nov 2026 09:00.",
      "staff.intake: from market, 20 minutes, Fri 20 Nov 2026.",
      "The pool has 2 resources of this kind: 1 not the competent unit's own. 1 could do it.",
      "Nobody else could give it then.",
    ]);
    expect(explanation.steps.find(({ name }) => name === "decide")?.answer).toMatchObject({ kind: "not-yet", after: [{ en: "Step check-identity" }, { en: "Step review" }] });
  });

  test("an administrator also reads which resource it was; nobody reads assets", async () => {
    const publicId = await file();
    await answered(publicId, "granted");
    const { answer } = intake(await explain(publicId, world.admin));
    expect(answer).toMatchObject({ claims: [{ winner: { resource: "market-intake" }, given: [{ resource: "market-intake" }] }] });
    expect(JSON.stringify(await explain(publicId))).not.toContain("market-intake");
  });

  test("somebody else's request does not exist", async () => {
    const publicId = await file();
    const result = await explainRequest(world.deps, world.stranger, world.pool, publicId);
    expect(result).toMatchObject({ ok: false, problems: [{ code: "object.not_found" }] });
    expect(await explainStep(world.deps, world.stranger, world.pool, await stepNamed(database, publicId, "intake"))).toEqual({
      ...result,
      problems: [expect.objectContaining({ code: "object.not_found" })],
    });
    expect(await explainRequest(world.deps, world.admin, world.pool, "not-an-id")).toMatchObject({ ok: false, problems: [{ code: "object.not_found" }] });
  });

  test("waiting: what it needs, how much is free, its rank, when to expect it and what would change it", async () => {
    await declare("market-intake", "total = 20");
    const [first, ...others] = await Promise.all(Array.from({ length: 24 }, file));
    expect(first).toBeDefined();
    await until(async () => {
      const kinds = await Promise.all(others.map(async (publicId) => intake(await explain(publicId)).answer));
      return kinds.filter((answer) => answer.kind === "waiting" && answer.fresh && answer.claims[0]?.rule === "capacity").length >= 2;
    });
    const all = await Promise.all([first!, ...others].map((publicId) => explain(publicId)));
    const waiting = all.filter((explanation) => intake(explanation).answer.kind === "waiting");
    const last = waiting.find((explanation) => {
      const { answer } = intake(explanation);
      return answer.kind === "waiting" && answer.claims[0]?.rank === waiting.length;
    })!;
    expect(intake(last).answer).toMatchObject({ claims: [{ rule: "capacity", asked: 20, mostFree: 0, rank: waiting.length, waiting: waiting.length }] });
    const zh = told(last, "zh");
    expect(zh.slice(0, 3)).toEqual(["正在等staff.intake：需要20 分钟。", "目前一个时段内最多空出0 分钟。", `同样需求的 ${waiting.length} 件中排第 ${waiting.length}。`]);
    expect(zh[3]).toMatch(/^预计2026年1\d月\d+日 周.前后安排，八成把握在.*之间。$/);
    // What would help was tried: the amount that everybody before it and it ask, in one place, on one day.
    expect(zh[4]).toMatch(new RegExp(`^如果market在2026年.*再多出${20 * waiting.length} 分钟（staff\\.intake），现在就能安排。$`));
    expect(told(last, "en").join(" ")).toMatch(/^It waits for staff\.intake: it needs 20 minutes\. The most .* 0 minutes\. It is number \d+ of \d+ .* Expected around /);

    const queue = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting" }, { limit: 2 }));
    expect(queue.counts).toEqual({ waiting: waiting.length, refused: 0 });
    expect(queue.rows[0]).toMatchObject({ unitId: "market", waitingFor: { rule: "capacity", classNames: { en: "staff.intake" } }, needs: [{ classId: "staff.intake", amount: 20 }] });
    const rest = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting" }, { limit: 200, after: queue.next! }));
    expect(rest.rows).toHaveLength(waiting.length - 2);
    const there = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting", division: "522300" as never }, { limit: 200 }));
    const elsewhere = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting", division: "522322" as never }, { limit: 200 }));
    expect([there.rows.length, elsewhere.rows.length]).toEqual([waiting.length, 0]);
    expect(await listQueue(world.deps, world.applicant, world.pool, { state: "waiting" }, { limit: 2 })).toMatchObject({ ok: false });
    // A unit's head sees what its unit and those beneath wait for without naming it, and counts nobody else's.
    const head = (unitId: string): Actor => ({ ...(world.admin as Extract<Actor, { kind: "person" }>), roles: [{ role: "unit-head", unitId: unitId as never }] });
    expect(value(await listQueue(world.deps, head("market"), world.pool, { state: "waiting" }, { limit: 200 }))).toMatchObject({ rows: queue.rows.concat(rest.rows).map(({ step }) => ({ step })), counts: queue.counts, readable: ["market", "market-station"] });
    expect(value(await listQueue(world.deps, head("health"), world.pool, { state: "waiting" }, { limit: 2 }))).toMatchObject({ rows: [], counts: { waiting: 0, refused: 0 } });
    expect(value(await listQueue(world.deps, head("health"), world.pool, { state: "waiting", unit: "market" as never }, { limit: 2 })).rows).toEqual([]);

    // A unit's own claim stands in the same queue, and says whose it is and what for.
    const own = { unit: "market", title: "夜市开市", claims: [{ class: "staff.intake", amount: 20 as never, scope: "competent" as const }], holdMinutes: null, waits: true };
    const claimed = value(await claimDirectly(world.deps, world.admin, world.pool, own));
    const queued = async () => {
      const { rows, counts } = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting", classId: "staff.intake" as never, division: "522300" as never, unit: "market" as never }, { limit: 200 }));
      return { row: rows.find(({ step }) => step === claimed.step), counts, steps: rows.map(({ step }) => step) };
    };
    await until(async () => (await queued()).row?.waitingFor !== undefined);
    const direct = await queued();
    expect(direct.row).toMatchObject({
      asks: { kind: "direct-claim", publicId: claimed.publicId, title: "夜市开市", state: "asked" },
      unitId: "market",
      needs: [{ classId: "staff.intake", amount: 20 }],
      waitingFor: { rule: "capacity", classNames: { en: "staff.intake" } },
      reasons: [],
    });
    expect(direct.counts).toEqual({ waiting: waiting.length + 1, refused: 0 });
    // Pages meet at the border of the two kinds, and nothing is told twice.
    const paged: unknown[] = [];
    for (let after: string | undefined; paged.length <= waiting.length + 1; ) {
      const { rows, next } = value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting" }, { limit: 1, after }));
      paged.push(...rows.map(({ step }) => step));
      if (next === null) break;
      after = next;
    }
    expect(paged).toEqual(direct.steps);
    value(await releaseDirectClaim(world.deps, world.admin, world.pool, claimed.publicId));
    expect(value(await listQueue(world.deps, world.admin, world.pool, { state: "waiting" }, { limit: 1 })).counts.waiting).toBe(waiting.length);

    // It holds: with that much more, the one at the end of the queue is granted, too.
    const { answer } = intake(last);
    const [help] = answer.kind === "waiting" ? (answer.claims[0]?.wouldHelp ?? []) : [];
    expect(help).toMatchObject({ kind: "capacity", resource: null, unitNames: { en: "market" } });
    expect(intake(await explain(last.publicId, world.admin)).answer).toMatchObject({ claims: [{ wouldHelp: [{ resource: "market-intake" }] }] });
    await declare("market-intake", `total = ${20 + (help?.kind === "capacity" ? help.amount : 0)}`);
    await answered(last.publicId, "granted");
  });

  test("refused: the rule that left nobody, with its numbers, and what happens next", async () => {
    await declare("market-intake", "total = 15");
    const publicId = await file();
    await answered(publicId, "refused");
    const explanation = await explain(publicId);
    expect(intake(explanation).answer).toMatchObject({ kind: "refused", claims: [{ rule: "capacity", asked: 20, most: 15 }] });
    expect(told(explanation, "zh")[2]).toBe("需要20 分钟，而一个时段内最多只能提供15 分钟。");
    expect(told(explanation, "en").at(-1)).toMatch(/^An administrator has been told/);
    const queue = value(await listQueue(world.deps, world.admin, world.pool, { state: "refused" }, { limit: 500 }));
    const { answer } = intake(explanation);
    const kept = answer.kind === "refused" ? { ...intake(explanation), answer: { ...answer, claims: answer.claims.map((claim) => ({ ...claim, rule: "persons" as const })) } } : undefined;
    expect(tellStep(voiceOf("en"), explanation, kept!).at(-1)).toMatch(/^The case now lies with the head of market/);
    const tooFew = answer.kind === "refused" ? { ...intake(explanation), answer: { ...answer, claims: answer.claims.map((claim) => ({ ...claim, rule: "persons" as const, count: 2, most: 1, asked: 2 as never, funnel: { considered: 3, dropped: [{ rule: "traits" as const, count: 1 }], left: 2 } })) } } : undefined;
    expect(tellStep(voiceOf("zh"), explanation, tooFew!).slice(1, 4)).toEqual([
      "需要staff.intake（2 个，各20 分钟）。",
      "需要 2 名不同的经办人，除去应当回避的（本人案件、回避名单或审办分离），只剩 1 名。",
      "资源池中同类资源共 3 个：1 个缺少所需特征、1 个因经办人回避；余下 1 个可以办理。",
    ]);
    expect(tellStep(voiceOf("en"), explanation, tooFew!).join(" ")).toContain("1 is left.");
    expect(queue.rows.some((row) => row.asks.publicId === publicId && row.reasons[0]?.refusal?.rule === "capacity")).toBe(true);
  });
});
