import { afterAll, beforeAll, expect, test } from "vitest";
import type { UsageAsked, UsageRow } from "../../src/app/ports/usage.js";
import { trusted, type ClaimId, type ItemCode, type StepId, type UnitId } from "../../src/domain/id.js";
import { dayNumberOf, localDateOf } from "../../src/domain/instant.js";
import { USAGE_DIMENSIONS, USAGE_PERIODS } from "../../src/domain/pool/usage.js";
import { createStore } from "../../src/postgres/store.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { DAY, HOUR, MONDAY, MONDAY_NINE, SMALL_POOL, SmallPool, until, type Booked, type ClaimWanted, type Filed } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

const MOVES = 200;
const QUESTIONS = 40;

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  await database.sql`update pool.classes set horizon_days = 20 where period = 'day'`;
  for (const unit of ["market", "health"] as const) {
    for (const [cls, total] of [["staff.review", 300], ["staff.decide", 90], ["material.counter", 2], ["material.form", 500], ["funds.aid", 9_000_000]] as const) {
      await pool.resource({ class: cls, total, unit, ...(cls === "funds.aid" ? { earmark: "aid" } : {}) });
    }
  }
  await pool.resource({ class: "function.licensing", total: 200 });
  await database.sql`update pool.resources set number_basis = 'test' where class_id = 'function.licensing'`;
  writer = startWriter({ url: database.url, pool: SMALL_POOL });
  await pool.settled();
});
afterAll(async () => {
  await writer?.stop();
  await database.end();
});

/** Mulberry32: the same walk every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const WANTS: readonly (readonly ClaimWanted[])[] = [
  [{ class: "staff.review", amount: 30 }],
  [{ class: "staff.decide", amount: 20, scope: "competent" }, { class: "staff.review", amount: 45 }],
  [{ class: "material.counter", amount: 1, slots: 3 }],
  [{ class: "material.form", amount: 7 }],
  [{ class: "funds.aid", amount: 120_000, purpose: "aid" }],
  [{ class: "function.licensing", amount: 3 }],
];

async function liveADay(roll: (below: number) => number): Promise<void> {
  const { sql } = database;
  const store = createStore(database);
  const filed: Filed[] = [];
  const booked: Booked[] = [];
  const annulled = new Set<string>();
  let now = MONDAY_NINE;
  const granted = async (state: "ready" | "working"): Promise<{ step: StepId; claims: ClaimId[]; amounts: number[] } | undefined> => {
    const rows = await sql<{ step_id: StepId; claims: ClaimId[]; amounts: number[] }[]>`
      select s.step_id, array_agg(a.claim_id) as claims, array_agg(a.amount) as amounts
      from pool.steps s join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt and a.state = 'held'
      where s.state = ${state} and s.request_id is not null group by s.step_id order by s.step_id`;
    const row = rows[roll(Math.max(1, rows.length))];
    return row && { step: row.step_id, claims: row.claims, amounts: row.amounts };
  };
  for (let move = 0; move < MOVES; move += 1) {
    const what = roll(20);
    if (what < 7) filed.push(await pool.file([{ name: "only", claims: WANTS[roll(WANTS.length)]! }], { unit: roll(2) === 0 ? "market" : "health", dueInDays: 1 + roll(9) }));
    else if (what < 9) booked.push(await pool.book([{ class: "material.counter", amount: 1, slots: 2 }], { unit: roll(2) === 0 ? "market" : "health", ...(roll(2) === 0 ? { holdUntil: now + 2 * HOUR } : {}) }));
    else if (what < 12) {
      const one = await granted("ready");
      if (one) await pool.start(one.step);
    } else if (what < 15) {
      const one = await granted("working");
      // A claim of several half-hours is settled by what each used.
      if (one) await pool.complete(one.step, one.claims.map((claim, at) => ({ claim, amount: roll(one.amounts[at]! + 1) })).slice(0, roll(2) === 0 ? 1 : undefined));
    } else if (what === 15 && filed.length > 0) {
      const one = filed[roll(filed.length)]!;
      if ((await pool.requestState(one)) === "received") await pool.withdraw(one);
    } else if (what === 16 && booked.length > 0) await pool.release(booked[roll(booked.length)]!);
    else if (what === 17) {
      const rows = await sql<{ public_id: string }[]>`select public_id from pool.requests where state = 'completed' order by request_id`;
      for (const { public_id } of rows) {
        if (annulled.has(public_id)) continue;
        const done = await store.transact(SMALL_POOL, async (tx) => {
          const one = (await tx.numbers.ofRequest(public_id)).find(({ settled }) => settled.length > 0);
          if (!one) return false;
          await tx.numbers.annul(one.step, { basis: "test", by: trusted("00000000-0000-0000-0000-000000000000"), at: now });
          await tx.commands.append("test", now, { kind: "number.annulled", step: one.step, uses: one.settled });
          return true;
        });
        if (done) {
          annulled.add(public_id);
          break;
        }
      }
    } else {
      now += roll(3) === 0 ? DAY : 3 * HOUR;
      await pool.setClock(now);
    }
    if (roll(3) === 0) await pool.settled();
  }
  await until(async () => (await pool.untaken()) === 0);
}

interface Entry {
  readonly class: string;
  readonly day: number;
  readonly unit: string;
  readonly supplier: string;
  readonly item: string | null;
  readonly applicant: string | null;
  readonly request: string | null;
  readonly held: number;
  readonly settled: number;
  readonly returned: number;
  readonly lapsed: number;
  readonly annulled: number;
}

/** Every row of the log, one by one, joined here and not in SQL: what is held is the allocation, the rest are the movements. */
async function naive(): Promise<Entry[]> {
  const { sql } = database;
  const [allocations, movements, resources, claims, steps, requests, decisions, classes] = await Promise.all([
    sql`select * from pool.allocations`, sql`select * from pool.movements`, sql`select * from pool.resources`, sql`select * from pool.claims`,
    sql`select * from pool.steps`, sql`select * from pool.requests`, sql`select * from pool.decisions`, sql`select * from pool.classes`,
  ]);
  const by = <T,>(rows: readonly T[], key: (row: T) => unknown) => new Map(rows.map((row) => [String(key(row)), row]));
  const [resourceOf, claimOf, stepOf, requestOf, classOf] = [by(resources, (r) => r["resource_id"]), by(claims, (c) => c["claim_id"]), by(steps, (s) => s["step_id"]), by(requests, (r) => r["request_id"]), by(classes, (c) => c["class_id"])];
  const decisionOf = by(decisions, (d) => `${d["step_id"]}/${d["attempt"]}`);
  const moved = new Map<string, { kind: string; amount: number }[]>();
  const keyOf = (row: Record<string, unknown>) => [row["claim_id"], row["attempt"], row["resource_id"], row["period"]].join("/");
  for (const row of movements) moved.set(keyOf(row), [...(moved.get(keyOf(row)) ?? []), { kind: row["kind"], amount: Number(row["amount"]) }]);
  return allocations.map((row) => {
    const resource = resourceOf.get(String(row["resource_id"]))!;
    const cls = classOf.get(String(resource["class_id"]))!;
    const request = requestOf.get(String(stepOf.get(String(row["step_id"]))!["request_id"]));
    const decided = dayNumberOf((decisionOf.get(`${row["step_id"]}/${row["attempt"]}`)!["decided_at"] as Date).getTime());
    const sum = (kind: string) => (moved.get(keyOf(row)) ?? []).filter((one) => one.kind === kind).reduce((total, { amount }) => total + amount, 0);
    return {
      class: cls["class_id"],
      day: cls["period"] === "day" ? row["period"] : cls["period"] === "slot" ? Math.floor(row["period"] / 48) : decided,
      unit: claimOf.get(String(row["claim_id"]))!["unit_id"],
      supplier: resource["unit_id"],
      item: request?.["item_code"] ?? null,
      applicant: request ? (request["enterprise_code"] ?? request["applicant_id"]) : null,
      request: request?.["public_id"] ?? null,
      held: row["state"] === "held" ? Number(row["amount"]) : 0,
      settled: sum("settle") - sum("annul"),
      returned: sum("release"),
      lapsed: sum("lapse"),
      annulled: sum("annul"),
    };
  });
}

const AMOUNTS = ["held", "settled", "returned", "lapsed", "annulled"] as const;
const LENGTHS = { day: 10, month: 7, year: 4 } as const;

function expected(entries: readonly Entry[], { by, period, from, to, unit, supplier, item, class: cls, applicant }: UsageAsked): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const entry of entries) {
    if (entry.day < from || entry.day > to) continue;
    if ((unit ?? entry.unit) !== entry.unit || (supplier ?? entry.supplier) !== entry.supplier || (cls ?? entry.class) !== entry.class) continue;
    if ((item ?? entry.item) !== entry.item || (applicant ?? entry.applicant) !== entry.applicant) continue;
    const key = JSON.stringify(USAGE_DIMENSIONS.map((one) => (one === "class" ? entry.class : !by.includes(one) ? null : one === "period" ? localDateOf(entry.day).slice(0, LENGTHS[period]) : entry[one])));
    sums[key] = [1, ...AMOUNTS.map((amount) => entry[amount])].map((amount, at) => amount + (sums[key]?.[at] ?? 0));
  }
  return sums;
}

const told = (rows: readonly UsageRow[]): Record<string, number[]> =>
  Object.fromEntries(
    rows.map((row) => [
      JSON.stringify([row.class, row.period, row.unit?.id ?? null, row.supplier?.id ?? null, row.item?.code ?? null, row.applicant, row.request?.publicId ?? null]),
      [row.allocations, ...AMOUNTS.map((amount) => row[amount])],
    ]),
  );

test("whatever happens in a pool, every statement equals the sum over the rows of the log", { timeout: 120_000 }, async () => {
  await liveADay(dice(20_261_122));
  const entries = await naive();
  // A walk that never meets a way for a hold to end proves nothing about it.
  for (const amount of AMOUNTS) expect(entries.reduce((sum, entry) => sum + entry[amount], 0), amount).toBeGreaterThan(0);

  const roll = dice(4);
  const { usage } = createStore(database).read(SMALL_POOL);
  const days = entries.map(({ day }) => day);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const applicants = entries.flatMap(({ applicant }) => applicant ?? []);
  for (let question = 0; question < QUESTIONS; question += 1) {
    const from = question < 10 ? first : first + roll(last - first + 1);
    const asked: UsageAsked = {
      from,
      to: question < 10 ? last : from + roll(last - from + 1),
      by: USAGE_DIMENSIONS.filter(() => roll(3) === 0),
      period: USAGE_PERIODS[roll(3)]!,
      ...(roll(3) === 0 ? { unit: trusted<UnitId>(roll(2) === 0 ? "market" : "health") } : {}),
      ...(roll(4) === 0 ? { supplier: trusted<UnitId>(roll(2) === 0 ? "market" : "health") } : {}),
      ...(roll(5) === 0 ? { item: trusted<ItemCode>("item") } : {}),
      ...(roll(6) === 0 ? { class: trusted("staff.review") } : {}),
      ...(roll(6) === 0 ? { applicant: applicants[roll(applicants.length)]! } : {}),
    };
    const rows: UsageRow[] = [];
    let after: string | undefined;
    do {
      const page = await usage.rows(asked, { limit: 3 + roll(30), after });
      rows.push(...page.rows);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(told(rows), JSON.stringify(asked)).toEqual(expected(entries, asked));
  }
  expect((await verify(database.url, SMALL_POOL)).checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([]);
  expect(first).toBeLessThanOrEqual(MONDAY);
});
