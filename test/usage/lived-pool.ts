import { trusted, type ClaimId, type StepId } from "../../src/domain/id.js";
import { createStore } from "../../src/postgres/store.js";
import { DAY, HOUR, MONDAY_NINE, SMALL_POOL, SmallPool, until, type Booked, type ClaimWanted, type Filed } from "../scheduling/small-pool.js";
import type { TestDatabase } from "../support/database.js";

const MOVES = 200;

/** The small pool with something of every kind, and days ahead. */
export async function suppliedPool(database: TestDatabase): Promise<SmallPool> {
  const pool = await SmallPool.make(database);
  await database.sql`update pool.classes set horizon_days = 20 where period = 'day'`;
  for (const unit of ["market", "health"] as const) {
    for (const [cls, total] of [["staff.review", 300], ["staff.decide", 90], ["material.counter", 2], ["material.form", 500], ["funds.aid", 9_000_000]] as const) {
      await pool.resource({ class: cls, total, unit, ...(cls === "funds.aid" ? { earmark: "aid" } : {}) });
    }
  }
  await pool.resource({ class: "function.licensing", total: 200 });
  await database.sql`update pool.resources set number_basis = 'test' where class_id = 'function.licensing'`;
  return pool;
}

/** Mulberry32: the same walk every time. */
export function dice(seed: number): (below: number) => number {
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

/** Whatever applicants, officers and time do, in whatever order; a writer must run. */
export async function live(database: TestDatabase, pool: SmallPool, roll: (below: number) => number): Promise<void> {
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
  // Whether a number was settled by the time one is to be annulled is up to the writer.
  for (let move = 0; move < MOVES || (annulled.size === 0 && move < 8 * MOVES); move += 1) {
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
