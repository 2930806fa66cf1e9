import { afterAll, beforeAll, expect, test } from "vitest";
import type { UsageAsked, UsageRow } from "../../src/app/ports/usage.js";
import { trusted, type ItemCode, type UnitId } from "../../src/domain/id.js";
import { dayNumberOf, localDateOf } from "../../src/domain/instant.js";
import { USAGE_DIMENSIONS, USAGE_PERIODS } from "../../src/domain/pool/usage.js";
import { createStore } from "../../src/postgres/store.js";
import { verify } from "../../src/verify/verify.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { MONDAY, SMALL_POOL, type SmallPool } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { dice, live, suppliedPool } from "./lived-pool.js";

const QUESTIONS = 40;

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
beforeAll(async () => {
  database = await freshDatabase();
  pool = await suppliedPool(database);
  writer = startWriter({ url: database.url, pool: SMALL_POOL });
  await pool.settled();
});
afterAll(async () => {
  await writer?.stop();
  await database.end();
});

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

test("whatever happens in a pool, every statement equals the sum over the rows of the log", async () => {
  await live(database, pool, dice(20_261_122));
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
