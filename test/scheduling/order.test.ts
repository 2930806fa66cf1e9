import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { explainOrder, explainOrderBetween, type BetweenOrder, type OwnOrder } from "../../src/app/scheduling/explain-order.js";
import { tellBetween, tellOwnOrder } from "../../src/app/scheduling/tell-order.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { startSchedulers, type Schedulers } from "../../src/main/scheduler.js";
import { voiceOf } from "../../src/text/voice.js";
import { casePool, foodApplication, HEALTH, SUBSIDY, type CasePool } from "../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { someone } from "../support/policy-pool.js";
import { TTL_MS } from "./running-writer.js";
import { until } from "./small-pool.js";

/* "Why is this one before me?" — counts for the one whose request it is, everything for those who may read both. */

let database: TestDatabase;
let world: CasePool;
let schedulers: Schedulers;
/** Filed in this order; the desk has no minutes, so all wait. */
const filed: string[] = [];
let strangers: string;

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const file = async (who: Actor = world.applicant): Promise<string> => value(await submitRequest(world.deps, who as never, world.pool, foodApplication())).publicId;
const fileHealth = async (): Promise<string> =>
  value(await submitRequest(world.deps, world.applicant, world.pool, { ...foodApplication(), item: HEALTH as never, materials: [], answers: { owner: "11010519491231002X", phone: "13800000000" } })).publicId;
const own = async (publicId: string, who: Actor = world.applicant): Promise<OwnOrder> => value(await explainOrder(world.deps, who, world.pool, publicId));
const between = async (one: string, other: string, who: Actor = world.admin) => value(await explainOrderBetween(world.deps, who, world.pool, one, other));
const declare = async (code: string, change: string) => {
  await database.sql.begin(async (t) => {
    const [row] = await t.unsafe(`update pool.resources set ${change}, generation = generation + 1 where code = '${code}' returning resource_id`);
    await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${world.pool}, ${t.json({ kind: "resource.declared", resources: [row!["resource_id"]] })}, now(), 'test')`;
    await t`select pg_notify('govpool_command', ${world.pool})`;
  });
};
const numbered = () => until(async () => (await database.sql`select from pool.commands where seq is null`).length === 0);

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  // One a day, today and the next working day; two who came before have both.
  await database.sql`update pool.classes set horizon_days = 1 where class_id = 'staff.intake'`;
  await declare("market-intake", "total = 20");
  await declare("health-intake", "total = 30");
  await database.sql`update pool.items set guide = jsonb_set(guide, '{promisedDays}', '15') where item_code = ${SUBSIDY}`;
  schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, log: { info: () => {}, warn: () => {}, error: (facts) => console.error(facts) } });
  for (let at = 0; at < 2; at += 1) await file();
  await until(async () => (await database.sql`select from pool.decisions where outcome = 'granted'`).length === 2);
  for (let at = 0; at < 4; at += 1) filed.push(await file());
  await database.sql`update pool.pools set clock_at = clock_at + interval '1 minute'`;
  strangers = await file(world.stranger);
  await numbered();
  await until(async () => (await own(filed[3]!)).steps.length === 1);
});
afterAll(async () => {
  await schedulers.stop();
  await database.end();
});

describe("the one whose request it is", () => {
  test("is told how many are before it and on which grounds, in both languages", async () => {
    const order = await own(filed[3]!);
    expect(order).toMatchObject({ kind: "counts", unanswered: 0, steps: [{ step: "intake", class: { id: "staff.intake" }, fresh: true, ahead: { total: 3, dueEarlier: 0, filedEarlier: 3, priority: [] }, own: null, passed: { grounds: [] } }] });
    const [zh] = tellOwnOrder(voiceOf("zh"), order);
    expect(zh).toBe("环节 intake：前面有 3 件同样需要staff.intake，其中 3 件期限相同、来得更早。");
    expect(tellOwnOrder(voiceOf("en"), order)[0]).toBe("Step intake: 3 requests before it need staff.intake too: 3 due at the same moment and here earlier.");
    expect(tellOwnOrder(voiceOf("en"), await own(filed[0]!))[0]).toBe("Step intake: it is first among those that need staff.intake.");
  });

  test("is told the same whatever the other is: another's request, one that does not exist, its own", async () => {
    const mine = filed[3]!;
    const alone = JSON.stringify(await own(mine));
    const [row] = await database.sql<{ number: string }[]>`select number from pool.requests where public_id = ${strangers}::uuid`;
    const others = [strangers, row!.number, "522301-20261122-99999", someone(), "'; drop table", "", mine];
    const answers = await Promise.all(others.map(async (other) => JSON.stringify(await between(mine, other, world.applicant))));
    expect(new Set(answers)).toEqual(new Set([alone]));
    expect(alone).not.toContain(strangers);
    expect(alone).not.toContain(row!.number);
  });

  test("is told the same whoever the others are and whatever they ask it for", async () => {
    const before = JSON.stringify(await own(filed[3]!));
    const [kept] = await database.sql`select item_code, item_version, applicant_id, enterprise_code, unit_id, division_code from pool.requests where public_id = ${filed[0]!}::uuid`;
    await database.sql`
      update pool.requests set item_code = ${HEALTH}, applicant_id = ${someone()}, enterprise_code = '91522301MA6DX00001', unit_id = 'health', division_code = '522322'
      where public_id = ${filed[0]!}::uuid`;
    expect(JSON.stringify(await own(filed[3]!))).toBe(before);
    await database.sql`
      update pool.requests set item_code = ${kept!["item_code"]}, item_version = ${kept!["item_version"]}, applicant_id = ${kept!["applicant_id"]}, enterprise_code = ${kept!["enterprise_code"]},
        unit_id = ${kept!["unit_id"]}, division_code = ${kept!["division_code"]} where public_id = ${filed[0]!}::uuid`;
  });

  test("somebody else's request does not exist, nor does one nobody filed", async () => {
    for (const name of [strangers, someone(), "522301-20261122-99999", "nonsense"]) {
      expect(await explainOrder(world.deps, world.applicant, world.pool, name)).toMatchObject({ ok: false, problems: [{ code: "object.not_found" }] });
      expect(await explainOrderBetween(world.deps, world.applicant, world.pool, name, filed[0]!)).toMatchObject({ ok: false, problems: [{ code: "object.not_found" }] });
    }
  });
});

describe("who may read both", () => {
  test("is told which is before the other, by which term, and what both want", async () => {
    const told = (await between(filed[3]!, strangers)) as BetweenOrder;
    expect(told).toMatchObject({
      kind: "between",
      pairs: [{ from: "engine", first: "one", by: "arrival", sameAsk: true, classes: [{ id: "staff.intake" }], served: null, one: { step: "intake", ground: null, decided: null } }],
    });
    expect(told.pairs).toHaveLength(1);
    const [sentence] = tellBetween(voiceOf("zh"), told);
    expect(sentence).toContain(`${told.one.number}在${told.other.number}前面，期限相同，来得更早`);
    expect(tellBetween(voiceOf("en"), told)[0]).toContain(`${told.one.number} is before ${told.other.number}: both are due at the same moment, and it came earlier`);
    expect(((await between(strangers, filed[3]!)) as BetweenOrder).pairs[0]).toMatchObject({ first: "other", by: "arrival" });
  });

  test("an applicant who asks about two of their own is told, too", async () => {
    expect(await between(filed[1]!, filed[2]!, world.applicant)).toMatchObject({ kind: "between", pairs: [{ first: "one" }] });
  });

  test("two that want nothing that is the same stand in no order", async () => {
    const health = await fileHealth();
    await numbered();
    const told = (await between(filed[3]!, health)) as BetweenOrder;
    // The same class, and nobody who could serve both.
    expect(told.pairs.map(({ first }) => first).filter((first) => first !== null)).toEqual([]);
    expect(tellBetween(voiceOf("en"), told)[0]).toMatch(/neither is before the other/);
  });

  test("afterwards the books answer: who was served first, and on which number", async () => {
    await declare("market-intake", "total = 40");
    await until(async () => (await own(filed[0]!)).steps.length === 0);
    const told = (await between(filed[0]!, strangers)) as BetweenOrder;
    expect(told.pairs[0]).toMatchObject({ first: "one", by: "arrival", served: { first: "one", ground: null }, one: { decided: { outcome: "granted", policyVersion: 1 } } });
    expect(tellBetween(voiceOf("en"), told).join(" ")).toMatch(/was answered first \(decision \d+, /);
  });

  test("who stood behind and was arranged first is told with the ground on record; the applicant reads the ground, not the other", async () => {
    // Thirty minutes a day, and twenty are taken on each: another twenty must wait, ten need not.
    const [, waits] = [await fileHealth(), await fileHealth()];
    await until(async () => (await own(waits)).steps.length === 1);
    const later = value(await submitRequest(world.deps, world.stranger, world.pool, { ...foodApplication(), item: SUBSIDY as never, materials: [], answers: {} })).publicId;
    await until(async () => (await own(waits)).steps[0]?.passed.grounds.length === 1);
    const told = (await between(waits, later)) as BetweenOrder;
    expect(told.pairs[0]).toMatchObject({ first: "one", by: "key", served: { first: "other", ground: "needs-more", direct: true } });
    expect(tellBetween(voiceOf("zh"), told).join("")).toMatch(/排在后面而先得到安排（第 \d+ 号决定，.*），记录的理由：前一件需要的量大于当时的余量。该决定点名越过的就是/);
    const mine = await own(waits);
    expect(mine.steps[0]!.passed.grounds).toEqual([{ ground: "needs-more", count: 1 }]);
    expect(tellOwnOrder(voiceOf("en"), mine)[1]).toMatch(/^Since .*, 1 request that stood behind it was arranged first: 1 because it needs more than was free\.$/);
    expect(JSON.stringify(mine)).not.toContain(told.other.number);
  });
});
