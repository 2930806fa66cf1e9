import { describe, expect, test } from "vitest";
import { trusted, type CalendarId } from "../../src/domain/id.js";
import { parseLocalDate, weekdayOf, type DayNumber } from "../../src/domain/instant.js";
import { isWorkingDay, type CalendarDay } from "../../src/domain/pool/calendar.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { forecast, measured, profileOf, spreadAhead, type DailyAmounts, type ForecastBasis } from "../../src/domain/rebalance/forecast.js";
import { waitingFigures } from "../../src/domain/rebalance/pressure.js";

const dayOf = (date: string): DayNumber => parseLocalDate(date)!;
const TODAY = dayOf("2026-11-23");
const plainWeek: ForecastBasis = { isWorking: (day) => weekdayOf(day) < 5, deadlines: [] };
/** Monday to Sunday. */
const WEEK = [100, 80, 60, 40, 20, 5, 0];

const seriesOf = (from: DayNumber, to: DayNumber, amountOf: (day: DayNumber) => number): DailyAmounts => ({ first: from, amounts: Array.from({ length: to - from }, (_, index) => amountOf(from + index)) });
const expectedOf = (series: DailyAmounts, basis = plainWeek, days = 7) => forecast(series, basis, TODAY, days, undefined)!.map(({ expected }) => Math.round(expected * 10) / 10);

/** October's holiday of 2026 and its make-up Saturday, on the working week. */
const calendars = new Calendars([
  {
    id: trusted<CalendarId>("cn"),
    layer: "nation" as const,
    base: null,
    names: { zh: "全国", en: "Nation" },
    week: Object.fromEntries((["mon", "tue", "wed", "thu", "fri"] as const).map((day) => [day, [{ from: 18, to: 34 }]])),
    days: new Map<DayNumber, CalendarDay>([
      ...["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"].map((date) => [dayOf(date), { off: true, hours: null, names: null }] as const),
      [dayOf("2026-10-10"), { off: false, hours: null, names: null }] as const,
    ]),
    breaks: null,
  },
]);
const china: ForecastBasis = { isWorking: (day) => isWorkingDay(calendars.stack(trusted("cn")), day), deadlines: [] };

describe("a forecast of a series that is known", () => {
  test("that repeats itself says the next week as the last", () => {
    const series = seriesOf(TODAY - 182, TODAY, (day) => WEEK[weekdayOf(day)]!);
    const week = expectedOf(series);
    for (const [weekday, amount] of WEEK.entries()) expect(Math.abs(week[weekday]! - amount)).toBeLessThan(amount * 0.15 + 3);
    const error = measured(series, plainWeek, TODAY)!;
    expect(error).toMatchObject({ days: 56, mapeDays: 48 });
    expect(error.wape!).toBeLessThan(0.12);
  });

  test("follows the level of the last four weeks, and keeps the shape of the week", () => {
    const series = seriesOf(TODAY - 140, TODAY, (day) => (day >= TODAY - 28 ? 2 : 1) * WEEK[weekdayOf(day)]!);
    const week = expectedOf(series);
    expect(week.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(2 * WEEK.reduce((sum, amount) => sum + amount, 0), -1);
    expect(week[0]! / week[4]!).toBeGreaterThan(3);
  });

  test("a holiday is like a Sunday and a make-up Saturday like a Monday, behind and ahead", () => {
    const before = dayOf("2026-09-28");
    const amountOf = (day: DayNumber): number => (china.isWorking(day) ? (WEEK[weekdayOf(day)] ?? 0) : 0);
    const series = seriesOf(before - 140, before, amountOf);
    const ahead = forecast(series, china, before, 14, undefined)!;
    const on = (date: string): number => ahead.find(({ day }) => day === dayOf(date))!.expected;
    expect(on("2026-10-01")).toBeLessThan(1);
    expect(on("2026-10-07")).toBeLessThan(1);
    expect(on("2026-10-10")).toBeCloseTo(on("2026-09-28"), 6);
    // A month with a holiday in it is not taken for a fall in demand.
    const after = dayOf("2026-10-26");
    const later = forecast(seriesOf(after - 140, after, (day) => (china.isWorking(day) ? (weekdayOf(day) > 4 ? 100 : WEEK[weekdayOf(day)]!) : 0)), china, after, 7, undefined)!;
    expect(later.reduce((sum, { expected }) => sum + expected, 0)).toBeGreaterThan(270);
  });

  test("a storm of one day is no level", () => {
    const series = seriesOf(TODAY - 140, TODAY, (day) => (day === TODAY - 10 ? 5_000 : WEEK[weekdayOf(day)]!));
    expect(expectedOf(series).reduce((sum, amount) => sum + amount, 0)).toBeLessThan(450);
  });

  test("before a deadline its factor counts on its last working days, and the past ones are taken out of the level", () => {
    const deadlines = [{ day: TODAY - 3, days: 2, factor: 4 }, { day: TODAY + 8, days: 2, factor: 3 }];
    const basis = { ...plainWeek, deadlines };
    // The past one fell on Friday: its two days were Thursday and Friday.
    const series = seriesOf(TODAY - 140, TODAY, (day) => (weekdayOf(day) > 4 ? 0 : 50) * (day === TODAY - 3 || day === TODAY - 4 ? 4 : 1));
    const ahead = expectedOf(series, basis, 12);
    // Tuesday of the next week is the second one's date: Monday and Tuesday count three times.
    expect(ahead.map((amount) => Math.round(amount / 10))).toEqual([5, 5, 5, 5, 5, 0, 0, 15, 15, 5, 5, 5]);
  });

  test("a season is that of a year ago, where the history reaches so far", () => {
    const december = dayOf("2025-12-01");
    const amountOf = (day: DayNumber): number => (weekdayOf(day) > 4 ? 0 : day >= december && day < december + 60 ? 60 : 40);
    const known = seriesOf(TODAY - 480, TODAY, amountOf);
    const ahead = expectedOf(known, plainWeek, 40);
    expect(ahead[35]!).toBeGreaterThan(50);
    expect(expectedOf(seriesOf(TODAY - 200, TODAY, amountOf), plainWeek, 40)[35]!).toBeCloseTo(40, 0);
  });

  test("says nothing of less than four weeks, and zero of what nobody asks", () => {
    expect(forecast(seriesOf(TODAY - 20, TODAY, () => 5), plainWeek, TODAY, 7, undefined)).toBeUndefined();
    expect(measured(seriesOf(TODAY - 20, TODAY, () => 5), plainWeek, TODAY)).toBeUndefined();
    expect(expectedOf(seriesOf(TODAY - 60, TODAY, () => 0))).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(measured(seriesOf(TODAY - 60, TODAY, () => 0), plainWeek, TODAY)).toMatchObject({ mape: null, mapeDays: 0, wape: null });
  });

  test("nothing of the day itself or after it is looked at", () => {
    const amountOf = (day: DayNumber): number => WEEK[weekdayOf(day)]!;
    const known = seriesOf(TODAY - 140, TODAY, amountOf);
    const more = { ...known, amounts: [...known.amounts, 9_999, 9_999, 9_999] };
    expect(expectedOf(more)).toEqual(expectedOf(known));
  });

  test("the error is of days that were forecast without them: 10 % up and down alternately is missed by about as much", () => {
    const series = seriesOf(TODAY - 182, TODAY, (day) => (weekdayOf(day) > 4 ? 0 : 100 * (Math.floor(day / 7) % 2 === 0 ? 1.1 : 0.9)));
    const error = measured(series, plainWeek, TODAY)!;
    expect(error.mapeDays).toBe(40);
    expect(error.mape!).toBeGreaterThan(0.08);
    expect(error.mape!).toBeLessThan(0.13);
    const ahead = forecast(series, plainWeek, TODAY, 5, error)!;
    for (const { expected, low, high } of ahead) {
      expect(high! - expected).toBeCloseTo(expected - low!, 6);
      expect(high!).toBeGreaterThanOrEqual(109);
    }
  });

  test("a cell's four weeks fall on the days ahead by the profile of its class", () => {
    const series = seriesOf(TODAY - 140, TODAY, (day) => WEEK[weekdayOf(day)]!);
    const profile = profileOf(series, plainWeek, TODAY);
    const ahead = spreadAhead(40, profile, plainWeek, TODAY, 28);
    expect(ahead.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(40, 6);
    expect(ahead[0]!).toBeGreaterThan(ahead[4]!);
  });
});

describe("who will be late", () => {
  const figures = (groups: readonly (readonly [inDays: number, steps: number, amount: number])[], rate: number) =>
    waitingFigures(groups.map(([inDays, steps, amount]) => ({ dueDay: TODAY + inDays, steps, amount })), rate, TODAY, plainWeek.isWorking);

  test("those past their date are late now; of the others, those behind what a rate serves until their date", () => {
    // Ten a working day. Monday: four that are late and eight due today; nine due on Tuesday; five due on Sunday.
    expect(figures([[-1, 4, 4], [0, 8, 8], [1, 9, 9], [6, 5, 5]], 10)).toEqual({ steps: 26, amount: 26, breachesNow: 4, breachesExpected: 2 + 1, undated: 0 });
  });

  test("a weekend serves nobody", () => {
    expect(figures([[4, 50, 50], [6, 1, 1]], 10)).toMatchObject({ breachesExpected: 1 });
    expect(figures([[4, 50, 50], [7, 1, 1]], 10)).toMatchObject({ breachesExpected: 0 });
  });

  test("where nothing was granted no date is forecast, and that is said", () => {
    expect(figures([[-2, 1, 30], [3, 2, 60]], 0)).toEqual({ steps: 3, amount: 90, breachesNow: 1, breachesExpected: 0, undated: 2 });
    expect(figures([], 10)).toEqual({ steps: 0, amount: 0, breachesNow: 0, breachesExpected: 0, undated: 0 });
  });
});
