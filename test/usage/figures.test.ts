import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFigures, listFigureRows, type FiguresOf, type FiguresQuestion } from "../../src/app/figures/read-figures.js";
import type { AppDeps } from "../../src/app/deps.js";
import { trusted } from "../../src/domain/id.js";
import { dayNumberOf, DAY_MS, localDateOf, startOfDay } from "../../src/domain/instant.js";
import { createStore } from "../../src/postgres/store.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { SMALL_POOL, type SmallPool } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor } from "../support/policy-pool.js";
import { dice, live, suppliedPool } from "./lived-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let now: number;
let deps: Pick<AppDeps, "store" | "authorizer" | "clock">;
const admin = actor([{ role: "pool-admin" }], { pool: SMALL_POOL });

beforeAll(async () => {
  database = await freshDatabase();
  pool = await suppliedPool(database);
  writer = startWriter({ url: database.url, pool: SMALL_POOL });
  await pool.settled();
  await live(database, pool, dice(7));
  await writer.stop();
  // The small pool files steps without the moment they became ready.
  await database.sql`update pool.steps set ready_at = arrived_at - (step_id % 97) * interval '13 minutes 7 seconds' where request_id is not null`;
  const [row] = await database.sql<{ clock_at: Date }[]>`select clock_at from pool.pools`;
  now = row!.clock_at.getTime();
  // Asked once in `test/policy`: here it is about the numbers.
  const may = async () => ({ ok: true as const, value: { policyVersion: 1, rule: "" } });
  deps = { store: createStore(database), clock: { now: async () => now } as never, authorizer: { may, needsSignIn: async () => false, version: async () => 1 } };
  await database.sql`insert into pool.items (pool_id, item_code, version, state, name_zh, name_en, task_type, audience, theme, line, level, guide)
    values (${SMALL_POOL}, 'item', 1, 'published', '事项', 'Item', 'licence', '{person}', 'x', 'health', 'county', '{}')`;
});
afterAll(() => database.end());

const read = async (question: Partial<FiguresQuestion> = {}) => {
  const from = localDateOf(dayNumberOf(now) - 40);
  const found = await readFigures(deps, admin, SMALL_POOL, { by: "pool", from, to: localDateOf(dayNumberOf(now)), ...question });
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.value;
};

/** Every row of the log, counted here and not in SQL, for one part of the pool and one range. */
async function recount({ from, to, class: cls, unit, division }: Partial<FiguresQuestion> & { from: string; to: string }) {
  const { sql } = database;
  const [steps, requests, direct, decisions, claims, balances, resources] = await Promise.all([
    sql`select * from pool.steps`, sql`select * from pool.requests`, sql`select * from pool.direct_claims`, sql`select * from pool.decisions`, sql`select * from pool.claims`, sql`select * from pool.balances`, sql`select * from pool.resources`,
  ]);
  const [first, end] = [startOfDay(dayNumberOf(Date.parse(`${from}T00:00:00+08:00`))), startOfDay(dayNumberOf(Date.parse(`${to}T00:00:00+08:00`)) + 1)];
  const requestOf = new Map(requests.map((row) => [row["request_id"], row]));
  const stepOf = new Map(steps.map((row) => [row["step_id"], row]));
  const classesOf = (ids: readonly unknown[]) => claims.filter((claim) => ids.includes(claim["step_id"])).map((claim) => claim["class_id"]);
  const at = (value: unknown): number => (value as Date).getTime();
  const lies = (owner: Record<string, unknown>) => (unit ?? owner["unit_id"]) === owner["unit_id"] && String(owner["division_code"]).startsWith(division ?? "");
  const inRange = (value: unknown) => value !== null && at(value) >= first && at(value) < end;

  const waits = decisions
    .filter((one) => one["outcome"] === "granted" && inRange(one["decided_at"]))
    .flatMap((one) => {
      const step = stepOf.get(one["step_id"])!;
      const request = requestOf.get(step["request_id"]);
      if (!request || step["ready_at"] === null || !lies(request) || (cls !== undefined && !classesOf([step["step_id"]]).includes(cls))) return [];
      return [Math.max(0, Math.floor((at(one["decided_at"]) - at(step["ready_at"])) / 60_000))];
    })
    .sort((a, b) => a - b);
  const decided = new Set(decisions.map((one) => `${one["step_id"]}/${one["attempt"]}`));
  const queue = steps.filter((step) => {
    if (step["state"] !== "ready" || decided.has(`${step["step_id"]}/${step["attempt"]}`) || (cls !== undefined && !classesOf([step["step_id"]]).includes(cls))) return false;
    const request = requestOf.get(step["request_id"]);
    const claim = direct.find((one) => one["step_id"] === step["step_id"] && one["ended_at"] === null);
    return request ? request["closed_at"] === null && request["state"] !== "supplement" && lies(request) : claim !== undefined && lies(claim);
  }).length;
  const mine = requests.filter((request) => lies(request) && (cls === undefined || classesOf(steps.filter((step) => step["request_id"] === request["request_id"]).map((step) => step["step_id"])).includes(cls)));
  const closed = mine.filter((one) => (one["state"] === "completed" || one["state"] === "rejected") && inRange(one["closed_at"]));
  const breaches = mine.filter((one) => {
    const until = one["closed_at"] === null ? (one["paused_at"] === null ? now : at(one["paused_at"])) : at(one["closed_at"]);
    return one["state"] !== "withdrawn" && one["state"] !== "referred" && inRange(one["promised_due_at"]) && at(one["promised_due_at"]) < until;
  });
  const [firstDay, lastDay] = [dayNumberOf(first), dayNumberOf(end) - 1];
  const used = balances
    .filter((row) => {
      const resource = resources.find((one) => one["resource_id"] === row["resource_id"])!;
      const day = row["period"] > 1_000_000 - 100_000 ? Math.floor(row["period"] / 48) : row["period"];
      return (cls === undefined || resource["class_id"] === cls) && day >= firstDay && day <= lastDay && (unit ?? resource["unit_id"]) === resource["unit_id"];
    })
    .reduce((sum, row) => sum + row["held"] + row["settled"], 0);
  const rank = (share: number): number | null => (waits.length === 0 ? null : waits[Math.ceil(share * waits.length) - 1]!);
  return {
    counted: { queue, decisions: waits.length, waitP50: rank(0.5), waitP90: rank(0.9), closed: closed.length, missed: closed.filter((one) => at(one["closed_at"]) > at(one["promised_due_at"])).length, breaches: breaches.length },
    used,
  };
}

const countedOf = ({ queue, decisions, waitP50, waitP90, closed, missed, breaches }: FiguresOf) => ({ queue, decisions, waitP50, waitP90, closed, missed, breaches });

describe("every figure is what the rows of the log say", () => {
  test("of the whole, for any range, and it is about something", async () => {
    const whole = await read();
    expect(countedOf(whole.whole)).toEqual((await recount({ from: localDateOf(whole.from), to: localDateOf(whole.to) })).counted);
    for (const figure of ["decisions", "waitP90", "closed", "breaches"] as const) expect(whole.whole[figure], figure).toBeGreaterThan(0);
    for (const back of [0, 1, 3, 8]) {
      const day = localDateOf(dayNumberOf(now) - back);
      expect(countedOf((await read({ from: day, to: day })).whole), day).toEqual((await recount({ from: day, to: day })).counted);
    }
  });

  test.each(["class", "unit", "division"] as const)("told apart by %s, and of each alone", async (by) => {
    const apart = await read({ by });
    expect(apart.rows.length).toBeGreaterThan(0);
    const range = { from: localDateOf(apart.from), to: localDateOf(apart.to) };
    for (const row of apart.rows) {
      const { counted } = await recount({ ...range, [by]: trusted(row.key) });
      expect(countedOf(row), row.key).toEqual(counted);
      expect(countedOf((await read({ [by]: trusted(row.key) })).whole), row.key).toEqual(counted);
    }
  });

  test("capacity used of a class is what the books hold and settled in those days", async () => {
    for (const cls of ["staff.review", "material.counter"]) {
      const { whole, from, to } = await read({ class: trusted(cls) });
      const { used } = await recount({ from: localDateOf(from), to: localDateOf(to), class: trusted(cls) });
      expect(whole.utilisation?.amounts?.used, cls).toBe(used);
      expect(used, cls).toBeGreaterThan(0);
      expect(whole.utilisation?.percent).toBe(Math.round((used / whole.utilisation!.amounts!.capacity) * 1_000) / 10);
    }
  });

  test("each opens exactly the rows it counts", async () => {
    const { whole, from, to } = await read();
    const question = { from: localDateOf(from), to: localDateOf(to) };
    const listed = async (which: "waits" | "closed" | "missed" | "breaches") => {
      const rows: unknown[] = [];
      let after: string | undefined;
      do {
        const found = await listFigureRows(deps, admin, SMALL_POOL, which, question, { limit: 4, after });
        if (!found.ok) throw new Error(JSON.stringify(found.problems));
        rows.push(...found.value.page.rows);
        after = found.value.page.next ?? undefined;
      } while (after !== undefined);
      return rows;
    };
    expect((await listed("waits")).length).toBe(whole.decisions);
    const waits = ((await listed("waits")) as { minutes: number }[]).map(({ minutes }) => minutes).sort((a, b) => a - b);
    expect(waits[Math.ceil(waits.length / 2) - 1]).toBe(whole.waitP50);
    await database.sql`insert into pool.calendars (pool_id, calendar_id, layer, name_zh, name_en, week) values (${SMALL_POOL}, 'cn', 'nation', '全国', 'China', ${database.sql.json({ mon: ["09:00-12:00"] })})`;
    await database.sql`update pool.pools set calendar_id = 'cn'`;
    for (const [which, count] of [["closed", whole.closed], ["missed", whole.missed], ["breaches", whole.breaches]] as const) expect((await listed(which)).length, which).toBe(count);
  });

  test("no range is longer than a quarter, and none ends before it begins", async () => {
    const codes = async (from: string, to: string) => {
      const found = await readFigures(deps, admin, SMALL_POOL, { by: "pool", from, to });
      return found.ok ? [] : found.problems.map(({ code }) => code);
    };
    expect(await codes("2026-01-01", "2026-11-30")).toEqual(["usage.range_too_long"]);
    expect(await codes("2026-11-30", "2026-11-01")).toEqual(["usage.range_reversed"]);
    expect(await codes(localDateOf(dayNumberOf(now + 300 * DAY_MS)), localDateOf(dayNumberOf(now + 500 * DAY_MS)))).toEqual(["usage.range_too_long"]);
  });
});
