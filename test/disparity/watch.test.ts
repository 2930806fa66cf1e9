import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { disparityRows } from "../../src/app/disparity/disparity-table.js";
import { listDisparityAlarms } from "../../src/app/disparity/list-alarms.js";
import { listDisparityCases, readDisparityWatch } from "../../src/app/disparity/read-disparities.js";
import { declareDisparitySettings, readDisparitySettings } from "../../src/app/disparity/settings.js";
import { runDisparityWatch, watchDisparities } from "../../src/app/disparity/watch-disparities.js";
import type { Dimension } from "../../src/domain/disparity/reading.js";
import type { Result } from "../../src/domain/result.js";
import { dice } from "../bench/random.js";
import { casePool, FOOD, SUBSIDY, type CasePool } from "../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { actor, POOL, unit } from "../support/policy-pool.js";

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
});
afterAll(() => database.end());

const admin = () => actor([{ role: "pool-admin" }]);
const auditor = () => actor([{ role: "auditor" }]);
const rulemaker = () => actor([{ role: "policy-admin" }]);
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
const read = async (period?: string) => must(await readDisparityWatch(world.deps, auditor(), POOL, period));
const groupOf = async (dimension: Dimension, group: string, period?: string) => (await read(period)).groups.find((one) => one.dimension === dimension && one.group === group);

interface Decided {
  readonly item?: string;
  readonly division?: string;
  readonly language?: "zh" | "en" | null;
  readonly channel?: string;
  readonly enterprise?: string | null;
  readonly refused?: boolean;
  readonly received: string;
  readonly closed: string;
  readonly paused?: number;
}

let serial = 0;
/** Requests as intake and the officers leave them, decided. */
async function decide(cases: readonly Decided[]): Promise<void> {
  const { sql } = database;
  const rows = cases.map(({ item = FOOD, division = "522301001", language = "zh", channel = "portal", enterprise = null, refused = false, received, closed, paused = 0 }) => ({
    pool_id: POOL,
    number: `522301-20261001-${String((serial += 1)).padStart(5, "0")}`,
    item_code: item,
    item_version: 1,
    unit_id: "market",
    division_code: division,
    applicant_id: randomUUID(),
    filed_by: randomUUID(),
    enterprise_code: enterprise,
    channel,
    language,
    state: refused ? "rejected" : "completed",
    received_at: received,
    closed_at: closed,
    promised_due_at: closed,
    statutory_due_at: closed,
    paused_working_days: paused,
    grounds: refused ? "sealed grounds of this one" : null,
  }));
  await sql`
    insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, enterprise_code, channel, language, state, received_at, closed_at, promised_due_at, statutory_due_at, paused_working_days, grounds)
    select pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, enterprise_code, channel, language, state, received_at, closed_at, promised_due_at, statutory_due_at, paused_working_days, grounds
    from jsonb_to_recordset(${sql.json(rows as never)}) as r (
      pool_id text, number text, item_code text, item_version int, unit_id text, division_code text, applicant_id uuid, filed_by uuid, enterprise_code text, channel text,
      language text, state text, received_at timestamptz, closed_at timestamptz, promised_due_at timestamptz, statutory_due_at timestamptz, paused_working_days int, grounds text)`;
}

const clear = () => database.sql`truncate pool.requests cascade`;
const at = (day: string, time = "09:00") => `${day}T${time}:00+08:00`;
const many = (count: number, one: Decided): readonly Decided[] => Array.from({ length: count }, () => one);

describe("the wait of a case", () => {
  test("is clock time of working days, less those in which the applicant was asked", async () => {
    await clear();
    // Friday noon to Tuesday noon, a weekend between: two working days. One of them paused: one.
    const friday = { received: at("2026-10-09", "12:00"), closed: at("2026-10-13", "12:00") };
    await decide([...many(10, friday), ...many(10, { ...friday, paused: 1, language: "en" })]);
    expect(await groupOf("language", "zh")).toMatchObject({ cases: 10, waitDays: 2 });
    expect(await groupOf("language", "en")).toMatchObject({ cases: 10, waitDays: 1 });
    await clear();
    // Received and closed on a Saturday: nobody's working time. Ninety minutes of a Monday: a sixteenth of a day.
    await decide([...many(10, { received: at("2026-10-10"), closed: at("2026-10-10", "17:00") }), ...many(10, { received: at("2026-10-12"), closed: at("2026-10-12", "10:30"), language: "en" })]);
    expect(await groupOf("language", "zh")).toMatchObject({ waitDays: 0 });
    expect(await groupOf("language", "en")).toMatchObject({ waitDays: 0.06 });
  });
});

describe("groups", () => {
  test("are told by county, language, channel and what the credit code says of the applicant; open and withdrawn cases count nowhere", async () => {
    await clear();
    const one = { received: at("2026-10-12"), closed: at("2026-10-14") };
    await decide([
      ...many(20, one),
      ...many(12, { ...one, division: "522322", language: null, channel: "api", enterprise: "91522301MA6DKXXX01" }),
      ...many(11, { ...one, enterprise: "92522301MA6DKXXX02", language: "en", channel: "cli" }),
    ]);
    await database.sql`update pool.requests set state = 'withdrawn' where request_id in (select request_id from pool.requests where channel = 'portal' limit 3)`;
    await decide([{ received: at("2026-09-29"), closed: at("2026-09-30", "23:59") }, { received: at("2026-10-30"), closed: at("2026-11-01", "00:00") }]);
    const { groups, cases, range, over } = await read();
    expect([range.name, over, cases]).toEqual(["2026-10", true, 40]);
    expect(groups.map(({ dimension, group, cases: count }) => [dimension, group, count])).toEqual([
      ["district", "522301", 28],
      ["district", "522322", 12],
      ["language", "en", 11],
      ["language", "unknown", 12],
      ["language", "zh", 17],
      ["channel", "api", 12],
      ["channel", "cli", 11],
      ["channel", "portal", 17],
      ["applicant", "company", 12],
      ["applicant", "person", 17],
      ["applicant", "sole-trader", 11],
    ]);
    expect(groups.find(({ group }) => group === "522322")?.names).toEqual({ zh: "兴仁市", en: "522322" });
  });

  test("below the minimum are withheld with the next one, in figures, table and rows alike", async () => {
    await clear();
    const one = { received: at("2026-10-12"), closed: at("2026-10-14") };
    await decide([...many(300, one), ...many(9, { ...one, channel: "cli" }), ...many(14, { ...one, channel: "api" })]);
    const reading = await read();
    const channels = reading.groups.filter(({ dimension }) => dimension === "channel");
    expect(channels.map(({ group, cases, waitDays, wait }) => [group, cases, waitDays, wait !== null])).toEqual([["api", null, null, false], ["cli", null, null, false], ["portal", 300, 2, true]]);
    const table: (readonly unknown[])[] = [];
    for await (const row of disparityRows(reading, "en")) table.push(row);
    expect(table.find((row) => row[1] === "cli")?.slice(3)).toEqual([null, null, null, null, null, null, null, null, null, ""]);
    const rows = (group: string) => listDisparityCases(world.deps, auditor(), POOL, { period: undefined, dimension: "channel", group }, { limit: 50 });
    expect(codes(await rows("cli"))).toEqual(["disparity.too_few"]);
    expect(codes(await rows("api"))).toEqual(["disparity.too_few"]);
    expect(codes(await rows("no-such"))).toEqual(["disparity.too_few"]);
    expect(must(await rows("portal")).rows).toHaveLength(50);
  });

  test("of few cases in all say that there are too few", async () => {
    await clear();
    await decide(many(9, { received: at("2026-10-12"), closed: at("2026-10-14") }));
    expect(await read()).toMatchObject({ groups: [] });
  });
});

describe("rows behind a figure", () => {
  test("come newest first, page by page, each once, and tell neither applicant nor grounds", async () => {
    await clear();
    await decide(Array.from({ length: 25 }, (_, n) => ({ received: at("2026-10-09"), closed: at("2026-10-14", `10:${String(n).padStart(2, "0")}`), refused: n < 12, enterprise: "91522301MA6DKXXX01" })));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = must(await listDisparityCases(world.deps, admin(), POOL, { period: "2026-10", dimension: "applicant", group: "company" }, { limit: 10, after }));
      expect(page).toMatchObject({ period: "2026-10", names: { en: "Companies" } });
      seen.push(...page.rows.map(({ closedAt }) => new Date(closedAt).toISOString()));
      expect(JSON.stringify(page)).not.toMatch(/91522301|sealed grounds|applicant/);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(25);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });
});

describe("who may", () => {
  test("read: who runs the pool, sets its rules, or audits it; rows only who may see requests; settings only who runs it", async () => {
    for (const who of [admin(), auditor(), rulemaker()]) expect((await readDisparityWatch(world.deps, who, POOL, undefined)).ok).toBe(true);
    for (const who of [actor([{ role: "unit-head", unitId: unit("market") }]), actor([{ role: "clerk", unitId: unit("market") }]), actor()]) {
      expect(codes(await readDisparityWatch(world.deps, who, POOL, undefined))).toEqual(["object.not_found"]);
      expect(codes(await listDisparityAlarms(world.deps, who, POOL, { limit: 5 }))).toEqual(["object.not_found"]);
    }
    const rows = (who: ReturnType<typeof actor>) => listDisparityCases(world.deps, who, POOL, { period: "2026-10", dimension: "language", group: "zh" }, { limit: 5 });
    expect((await rows(auditor())).ok).toBe(true);
    expect(codes(await rows(rulemaker()))).toEqual(["object.not_found"]);
    const settings = { period: "month", minCases: 10, ratioPercent: 130, generation: 0 } as const;
    for (const who of [auditor(), rulemaker()]) expect(codes(await declareDisparitySettings(world.deps, who, POOL, settings))).toEqual(["access.forbidden"]);
  });

  test("see the running period: who may see requests, since its figures change by one day's cases", async () => {
    expect((await readDisparityWatch(world.deps, auditor(), POOL, "2026-11")).ok).toBe(true);
    expect(codes(await readDisparityWatch(world.deps, rulemaker(), POOL, "2026-11"))).toEqual(["object.not_found"]);
    expect(must(await readDisparityWatch(world.deps, rulemaker(), POOL, undefined)).ranges[0]?.name).toBe("2026-10");
  });

  test.each(["2026-12", "9999-12", "2026", "x", "2026-10-01", "-1", "2026-10' or 1"])("no period “%s”", async (period) => {
    expect(codes(await readDisparityWatch(world.deps, auditor(), POOL, period))).toEqual(["input.invalid"]);
  });
});

describe("an alarm", () => {
  /** October: two items, people who file in English refused `times` as often and waiting `times` as long. */
  function october(seed: number, times: number): readonly Decided[] {
    const roll = dice(seed);
    return Array.from({ length: 900 }, (_, n) => {
      const language = n % 3 === 0 ? ("en" as const) : ("zh" as const);
      const item = roll() < 0.5 ? FOOD : SUBSIDY;
      const more = language === "en" ? times : 1;
      const days = Math.min(18, Math.ceil(-Math.log(1 - roll()) * (item === FOOD ? 3 : 1.5) * more));
      return { item, language, division: roll() < 0.5 ? "522301" : "522322", refused: roll() < (item === FOOD ? 0.2 : 0.1) * more, received: at("2026-10-08"), closed: at(`2026-10-${String(8 + days).padStart(2, "0")}`) };
    });
  }

  test("is raised for the planted group with its interval, kept while it lasts, and resolved when over; each change is on record", async () => {
    await clear();
    await decide(october(3, 2.5));
    expect(must(await watchDisparities(world.deps, POOL))).toEqual({ raised: 2, resolved: 0 });
    expect(must(await watchDisparities(world.deps, POOL))).toEqual({ raised: 0, resolved: 0 });
    const open = must(await listDisparityAlarms(world.deps, auditor(), POOL, { limit: 10 })).rows;
    expect(open.map(({ dimension, group, measure, period, resolvedAt }) => [dimension, group, measure, period, resolvedAt])).toEqual([
      ["language", "en", "wait", "2026-10", null],
      ["language", "en", "refusal", "2026-10", null],
    ]);
    const english = await groupOf("language", "en");
    expect(english?.alarms).toEqual(["refusal", "wait"]);
    expect(english?.refusal?.low).toBeGreaterThan(1.25);
    expect(english?.refusal?.high).toBeGreaterThan(2);

    await database.sql`update pool.requests set language = 'zh' where pool_id = ${POOL}`;
    expect(must(await watchDisparities(world.deps, POOL))).toEqual({ raised: 0, resolved: 2 });
    const [first] = must(await listDisparityAlarms(world.deps, auditor(), POOL, { limit: 10 })).rows;
    expect(first?.resolvedAt).not.toBeNull();
    const records = await database.sql`select after ->> 'state' as state from pool.audit_records where pool_id = ${POOL} and act = 'disparity.watch' order by audit_id`;
    expect(records.map((row) => row["state"])).toEqual(["raised", "raised", "resolved", "resolved"]);
  });

  test("is not raised where nobody is treated unequally, whatever the dice say, and two watchers raise one once", async () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      await clear();
      await decide(october(seed, 1));
      expect(must(await watchDisparities(world.deps, POOL))).toEqual({ raised: 0, resolved: 0 });
    }
    await clear();
    await decide(october(3, 2.5));
    const both = await Promise.all([watchDisparities(world.deps, POOL), watchDisparities(world.deps, POOL), watchDisparities(world.deps, POOL)]);
    expect(both.reduce((sum, one) => sum + must(one).raised, 0)).toBe(2);
    // The same rows give the same reading, to the last digit.
    expect(await read()).toEqual(await read());
  });

  test("follows the threshold the pool sets; a change needs the generation that was seen, and leaves a record", async () => {
    const before = must(await readDisparitySettings(world.deps, admin(), POOL));
    expect(before).toEqual({ period: "month", minCases: 10, ratioPercent: 125, generation: 0 });
    const strict = { period: "month", minCases: 20, ratioPercent: 1_000, generation: 0 } as const;
    expect(must(await declareDisparitySettings(world.deps, admin(), POOL, strict))).toMatchObject({ generation: 1 });
    expect(codes(await declareDisparitySettings(world.deps, admin(), POOL, strict))).toEqual(["object.generation_stale"]);
    for (const wrong of [{ minCases: 4 }, { minCases: 1_001 }, { ratioPercent: 104 }, { ratioPercent: 1.5 }, { ratioPercent: Number.NaN }]) {
      expect(codes(await declareDisparitySettings(world.deps, admin(), POOL, { ...strict, generation: 1, ...wrong }))).toEqual(["input.out_of_range"]);
    }
    expect(must(await watchDisparities(world.deps, POOL))).toEqual({ raised: 0, resolved: 2 });
    expect(must(await declareDisparitySettings(world.deps, admin(), POOL, { ...strict, period: "quarter", generation: 1 }))).toMatchObject({ generation: 2 });
    expect((await read("2026-Q4")).over).toBe(false);
    const [{ count } = { count: 0 }] = await database.sql<{ count: number }[]>`select count(*)::int as count from pool.audit_records where act = 'disparity.declare'`;
    expect(count).toBe(2);
  });
});

test("the watch ends at once when it is told to, also while it looks", async () => {
  const faults: unknown[] = [];
  // Told before its first look is over: it must not begin the pause of half an hour.
  await runDisparityWatch(world.deps, { onFault: (error) => faults.push(error) }).stop();
  expect(faults).toEqual([]);
});
