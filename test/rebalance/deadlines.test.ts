import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calendarFacts } from "../../src/app/pool/write-basics.js";
import { horizonOf } from "../../src/app/rebalance/read-outlook.js";
import { trusted } from "../../src/domain/id.js";
import { parseLocalDate } from "../../src/domain/instant.js";
import { declareCalendar } from "../../src/domain/pool/declare-calendar.js";
import { createStore } from "../../src/postgres/store.js";
import { MONDAY_NINE, SMALL_POOL, SmallPool } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

const plain = { calendar: "office", layer: "prefecture", names: { zh: "办公", en: "Office" }, week: { mon: ["09:00-12:00"], tue: ["09:00-12:00"] } };
const taxes = { date: "2026-12-15", names: { zh: "申报截止", en: "Returns are due" }, days: 3, percent: 250, classes: ["staff.review"] };

describe("deadlines of a calendar", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await SmallPool.make(database);
  });
  afterAll(() => database.end());

  test("are kept as they were declared, and the forecast of their classes reads them", async () => {
    const declared = declareCalendar({ ...plain, deadlines: [taxes, { date: "2026-12-31", names: { zh: "年底", en: "End of the year" }, percent: 150 }] });
    if (!declared.ok) throw new Error(JSON.stringify(declared.problems));
    const store = createStore(database);
    await store.transact(SMALL_POOL, async (tx) => tx.calendars.put([declared.value]));
    await database.sql`update pool.pools set calendar_id = 'office' where pool_id = ${SMALL_POOL}`;
    const [kept] = await store.read(SMALL_POOL).calendars.all();
    expect(calendarFacts(kept!)).toEqual(calendarFacts(declared.value));
    const horizon = await horizonOf(store.read(SMALL_POOL), MONDAY_NINE);
    const endOfYear = { day: parseLocalDate("2026-12-31"), days: 1, factor: 1.5 };
    expect(horizon.basisOf(trusted("staff.review")).deadlines).toEqual([{ day: parseLocalDate("2026-12-15"), days: 3, factor: 2.5 }, endOfYear]);
    expect(horizon.basisOf(trusted("material.counter")).deadlines).toEqual([endOfYear]);
  });

  test.each([
    [{ ...taxes, date: "2026-02-30" }, "deadlines.0.date"],
    [{ ...taxes, percent: 0 }, "deadlines.0.percent"],
    [{ ...taxes, percent: 1.5 }, "deadlines.0.percent"],
    [{ ...taxes, days: 41 }, "deadlines.0.days"],
    [{ ...taxes, classes: ["nonsense"] }, "deadlines.0.classes.0"],
    [{ ...taxes, factor: 2 }, "deadlines.0.factor"],
    [{ names: taxes.names, percent: 200 }, "deadlines.0.date"],
  ])("%j is refused at %s", (deadline, field) => {
    const declared = declareCalendar({ ...plain, deadlines: [deadline] });
    expect(declared.ok ? [] : declared.problems.map((one) => one.field)).toContain(field);
  });
});
