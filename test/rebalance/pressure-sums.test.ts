import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PressureScope } from "../../src/app/ports/pressure.js";
import { trusted } from "../../src/domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate } from "../../src/domain/instant.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { createStore } from "../../src/postgres/store.js";
import { startWriter } from "../scheduling/running-writer.js";
import { MONDAY, SMALL_POOL } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { loadSample, registerDeps, SAMPLE } from "../support/register-pool.js";
import { dice, live, suppliedPool } from "../usage/lived-pool.js";


describe("what is asked and who waits, in a pool that lived", () => {
  let database: TestDatabase;
  const range = { from: MONDAY - 2, to: MONDAY + 30 };
  const scopes: readonly PressureScope[] = [{}, { class: trusted("staff.review") }, { units: [trusted("health")] }, { class: trusted("material.counter"), division: trusted("522301") }, { division: trusted("522322") }];
  const book = () => createStore(database).read(SMALL_POOL).pressure;

  beforeAll(async () => {
    database = await freshDatabase();
    const pool = await suppliedPool(database);
    const writer = startWriter({ url: database.url, pool: SMALL_POOL });
    await pool.settled();
    await live(database, pool, dice(11));
    for (let n = 0; n < 12; n += 1) await pool.file({ class: "staff.review", amount: 290 }, { dueInDays: n % 4 });
    await pool.settled();
    await writer.stop();
    const { sql } = database;
    await sql`update pool.steps set ready_at = arrived_at - (step_id % 97) * interval '13 minutes 7 seconds' where request_id is not null`;
    // The small pool files steps with claims of their own; the product gives most of them a shared ask.
    await sql`insert into pool.asks (pool_id, ask_id, claims) select distinct s.pool_id, pool.ask_id(pool.ask_of(s.pool_id, s.step_id)), pool.ask_of(s.pool_id, s.step_id) from pool.steps s where s.step_id % 3 > 0 and s.request_id is not null`;
    await sql`update pool.steps s set ask_id = pool.ask_id(pool.ask_of(s.pool_id, s.step_id)) where s.step_id % 3 > 0 and s.request_id is not null`;
  });
  afterAll(() => database.end());

  /** Claim by claim, as PostgreSQL lists them: no asks, no counting first. */
  async function claims({ class: cls, units, division }: PressureScope) {
    return await database.sql<{ class_id: string; unit_id: string; county: string; amount: number; step_id: number; arrived: Date; due: Date; ready_at: Date; replaced: boolean; waits: boolean; granted: Date[] }[]>`
      select c.class_id, c.unit_id, substr(c.division_code, 1, 6) as county, c.amount * c.slots * c.count as amount, s.step_id, s.arrived_at as arrived, s.due_at as due, s.ready_at, s.replaces_step_id is not null as replaced,
        s.state = 'ready' and r.state in ('received', 'in_progress', 'unservable') and not exists (select from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt) as waits,
        case when s.request_id is null then '{}' else array(select d.decided_at from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id and d.outcome = 'granted') end as granted
      from pool.claims c
        join pool.steps s on s.pool_id = c.pool_id and s.step_id = c.step_id
        left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
      where c.class_id in ('staff.review', 'staff.decide', 'material.counter')
        and c.class_id = coalesce(${cls ?? null}, c.class_id) and c.unit_id = any(coalesce(${units === undefined ? null : [...units]}::text[], array[c.unit_id])) and substr(c.division_code, 1, 6) = coalesce(${division ?? null}, substr(c.division_code, 1, 6))`;
  }
  const day = (at: Date): number => dayNumberOf(at.getTime());
  const inside = (at: Date, { from, to } = range): boolean => day(at) >= from && day(at) <= to;
  const add = (sums: Map<string, number>, key: string, amount: number): void => void sums.set(key, (sums.get(key) ?? 0) + amount);

  test.each(scopes)("day by day, %j", async (scope) => {
    const sums = new Map<string, number>();
    for (const one of await claims(scope)) {
      if (one.replaced) continue;
      if (inside(one.arrived)) add(sums, `${one.class_id} ${day(one.arrived)} arrived`, Number(one.amount));
      if (inside(one.due)) add(sums, `${one.class_id} ${day(one.due)} due`, Number(one.amount));
    }
    const found = new Map<string, number>();
    for (const row of await book().askedByDay(scope, range, range)) for (const what of ["arrived", "due"] as const) if (row[what] > 0) add(found, `${row.classId} ${row.day} ${what}`, row[what]);
    expect(found).toEqual(new Map([...sums].filter(([, amount]) => amount > 0)));
    if (scope.division !== "522322") expect(found.size).toBeGreaterThan(4);
  });

  test.each(scopes)("cell by cell, with who waits and what was granted, %j", async (scope) => {
    const recent = { from: MONDAY, to: MONDAY + 1 };
    const sums = new Map<string, number>();
    for (const one of await claims(scope)) {
      const key = `${one.class_id} ${one.unit_id} ${one.county}`;
      const amount = Number(one.amount);
      if (one.waits) add(sums, `${key} waits ${day(one.due)}`, amount);
      for (const at of one.granted) if (inside(at)) add(sums, `${key} granted`, amount);
      if (one.replaced) continue;
      if (inside(one.arrived)) add(sums, `${key} arrived`, amount);
      if (inside(one.due)) add(sums, `${key} due`, amount);
      if (inside(one.arrived, recent)) add(sums, `${key} recent`, amount);
    }
    const found = new Map<string, number>();
    for (const row of await book().askedByCell(scope, range, recent)) for (const what of ["arrived", "due", "recent"] as const) if (row[what] > 0) add(found, `${row.classId} ${row.unitId} ${row.county} ${what}`, row[what]);
    for (const row of await book().waiting(scope)) add(found, `${row.classId} ${row.unitId} ${row.county} waits ${row.dueDay}`, row.amount);
    for (const row of await book().granted(scope, range)) add(found, `${row.classId} ${row.unitId} ${row.county} granted`, row.amount);
    expect(found).toEqual(sums);
    if (scope.units === undefined && scope.division !== "522322") expect([...found.keys()].some((key) => key.includes(" granted"))).toBe(true);
  });

  test.each(["class", "unit", "division", "cell"] as const)("waits told apart by %s are those of the rows", async (by) => {
    const minutes = new Map<string, Map<string, number>>();
    for (const one of await claims({})) {
      for (const [index, at] of one.granted.entries()) {
        if (!inside(at)) continue;
        const key = JSON.stringify([one.class_id, by === "unit" || by === "cell" ? one.unit_id : null, by === "division" || by === "cell" ? one.county : null]);
        const known = minutes.get(key) ?? new Map<string, number>();
        minutes.set(key, known.set(`${one.step_id} ${index}`, Math.max(0, Math.floor((at.getTime() - one.ready_at.getTime()) / 60_000))));
      }
    }
    const rank = (all: readonly number[], share: number): number => all[Math.ceil(share * all.length) - 1]!;
    const expected = [...minutes].map(([key, steps]) => {
      const all = [...steps.values()].sort((a, b) => a - b);
      return [key, all.length, rank(all, 0.5), rank(all, 0.9)];
    });
    const found = (await book().waited({}, range, by)).map((row) => [JSON.stringify([row.classId, row.unitId, row.county]), row.decisions, row.p50, row.p90]);
    expect(found.sort()).toEqual(expected.sort());
    expect(found.length).toBeGreaterThan(1);
  });
});

describe("what there is, in the sample prefecture", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await freshDatabase();
    await loadSample(registerDeps(database));
    const { sql } = database;
    // Some are on the books, some above what they have, some valid for a part of the days.
    await sql`insert into pool.balances (pool_id, resource_id, period, capacity, borrowed, lent, held, settled)
      select r.pool_id, r.resource_id, p.period, 100, r.resource_id % 5, r.resource_id % 3, r.resource_id % 211, r.resource_id % 401
      from pool.resources r join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
        cross join lateral (select case c.period when 'slot' then (${MONDAY} + g) * 48 + 20 else ${MONDAY} + g end as period from generate_series(-3, 6) g) p
      where c.period in ('day', 'slot') and r.resource_id % 2 = 0`;
    await sql`update pool.resources set valid_to = ${localDateOf(MONDAY + 1)}::date where resource_id % 7 = 0`;
    // Some are away for two of the days, some until they are back, and an asset of some.
    await sql`
      with drain as (
        insert into pool.drains (pool_id, kind, target_kind, target, unit_id, from_day, to_day, reason, declared_by, declared_at)
        select pool_id, 'drain', 'resource', code, unit_id, ${localDateOf(MONDAY - 1)}::date, case when resource_id % 2 = 0 then ${localDateOf(MONDAY)}::date end, 'test', 'test', now()
        from pool.resources where resource_id % 13 = 0 returning pool_id, drain_id, target)
      insert into pool.drained_resources (pool_id, drain_id, resource_id, asset_id)
      select d.pool_id, d.drain_id, r.resource_id, case when r.derived then (select min(a.asset_id) from pool.assets a where a.pool_id = r.pool_id and a.resource_id = r.resource_id) end
      from drain d join pool.resources r on r.pool_id = d.pool_id and r.code = d.target`;
    await sql`update pool.assets set valid_from = ${localDateOf(MONDAY + 2)}::date where asset_id % 11 = 0`;
  });
  afterAll(() => database.end());

  test("is what a single day's overview says, on working days, at a weekend and over a holiday", async () => {
    const reading = createStore(database).read(SAMPLE);
    const declared = await reading.calendars.all();
    const calendars = new Calendars(declared);
    const periods = new Map((await reading.classes.all()).map(({ id, period }) => [id as string, period]));
    const dayOf = (number: number) => ({ day: number, halfHours: new Map(declared.map(({ id }) => [id as string, calendars.halfHours(id, number)])) });
    const holiday = parseLocalDate("2026-10-01")!;
    for (const [from, to] of [[MONDAY - 3, MONDAY + 6], [holiday - 1, holiday + 1]] as const) {
      const days = Array.from({ length: to - from + 1 }, (_, index) => dayOf(from + index));
      const expected = new Map<string, object>();
      for (const one of days) {
        for (const use of await reading.resources.useByUnit({ ...one, year: 2026 })) {
          if (!["day", "slot"].includes(periods.get(use.classId)!)) continue;
          const { capacity, borrowed, lent, held, settled, overdrawn } = use;
          if (capacity + borrowed + lent + held + settled > 0) expected.set(`${use.classId} ${use.unitId} ${use.division.slice(0, 6)} ${one.day}`, { capacity, borrowed, lent, held, settled, overdrawn });
        }
      }
      const found = await reading.pressure.supplyByDay({}, days);
      expect(new Map(found.map(({ classId, unitId, county, day, ...rest }) => [`${classId} ${unitId} ${county} ${day}`, rest]))).toEqual(expected);
      expect(expected.size).toBeGreaterThan(500);
      const sums = new Map<string, number[]>();
      for (const { classId, unitId, county, capacity, held, settled } of found) {
        const sum = sums.get(`${classId} ${unitId} ${county}`) ?? [0, 0, 0];
        sums.set(`${classId} ${unitId} ${county}`, [sum[0]! + capacity, sum[1]! + held, sum[2]! + settled]);
      }
      const cells = await reading.pressure.supply({}, days);
      expect(new Map(cells.map((one) => [`${one.classId} ${one.unitId} ${one.county}`, [one.capacity, one.held, one.settled]]))).toEqual(sums);
    }
    expect(await reading.pressure.supply({ units: [trusted("nobody")] }, [dayOf(MONDAY)])).toEqual([]);
  });
});
