import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CalendarId } from "../../src/domain/id.js";
import { localDateOf, parseLocalDate } from "../../src/domain/instant.js";
import { parseSpan, type Calendar } from "../../src/domain/pool/calendar.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { capacityByPeriod, type SuppliedAsset, type SuppliedResource } from "../../src/domain/pool/capacity-by-period.js";

const day = (date: string) => parseLocalDate(date) ?? NaN;
const MONDAY = day("2026-11-23");
const office = [parseSpan("09:00-12:00")!, parseSpan("13:30-17:00")!];
const calendar = (id: string, week: Calendar["week"], breaks: Calendar["breaks"] = null): Calendar => ({
  id: id as CalendarId,
  layer: "unit",
  base: null,
  names: { zh: id, en: id },
  week,
  days: new Map(),
  breaks,
});
const calendars = new Calendars([
  calendar("office", { mon: office, tue: office, wed: office, thu: office, fri: office }),
  calendar("saturday", { sat: [parseSpan("09:00-12:00")!] }),
  calendar("tea", { mon: office }, [parseSpan("10:00-10:30")!]),
]);

const supplied = (parts: Partial<SuppliedResource> = {}): SuppliedResource => ({
  total: 100,
  derived: false,
  reserved: 0,
  overcommitPercent: 100,
  validFrom: null,
  validTo: null,
  state: "published",
  calendarId: "office" as CalendarId,
  ...parts,
});
const asset = (parts: Partial<SuppliedAsset> = {}): SuppliedAsset => ({ amount: 300, calendarId: null, validFrom: null, validTo: null, state: "in-service", ...parts });
const minuteDay = { period: "day", measure: "minute" } as const;
const pieceSlot = { period: "slot", measure: "piece" } as const;
const amounts = (capacity: ReturnType<typeof capacityByPeriod>) => (capacity === "unlimited" ? [] : capacity.amounts);

describe("a day class", () => {
  test("offers its capacity on working days and nothing on the weekend", () => {
    const capacity = capacityByPeriod(supplied({ reserved: 10, overcommitPercent: 150 }), minuteDay, [], calendars, MONDAY, 7);
    expect(capacity).toEqual({ first: MONDAY, amounts: [135, 135, 135, 135, 135, 0, 0] });
  });
  test("offers nothing outside its validity, whose last day still counts", () => {
    const resource = supplied({ validFrom: localDateOf(MONDAY + 1), validTo: localDateOf(MONDAY + 2) });
    expect(amounts(capacityByPeriod(resource, minuteDay, [], calendars, MONDAY, 5))).toEqual([0, 100, 100, 0, 0]);
  });
  test.each(["registered", "retired"] as const)("offers nothing while it is %s", (state) => {
    expect(amounts(capacityByPeriod(supplied({ state }), minuteDay, [], calendars, MONDAY, 3))).toEqual([0, 0, 0]);
  });
  test("derives its total from the assets that serve that day, each by its own calendar", () => {
    const assets = [
      asset({ amount: 420 }),
      asset({ amount: 420, calendarId: "saturday" as CalendarId }),
      asset({ amount: 300, state: "out-of-service" }),
      asset({ amount: 60, validTo: localDateOf(MONDAY) }),
    ];
    const capacity = capacityByPeriod(supplied({ total: null, derived: true }), minuteDay, assets, calendars, MONDAY, 6);
    // Nobody has 420 minutes in a working day of six and a half hours, or in a Saturday morning.
    expect(amounts(capacity)).toEqual([390 + 60, 390, 390, 390, 390, 180]);
  });
});

describe("what the law lets a person work", () => {
  const labour = { minutesADay: 240, stretchMinutes: 60, basis: { law: { zh: "某法", en: "A law" }, article: "1" } };
  const promised = supplied({ total: null, derived: true, overcommitPercent: 150 });

  test("is not more because more is promised than there is: by the day", () => {
    expect(amounts(capacityByPeriod(promised, { ...minuteDay, labour }, [asset({ amount: 420 }), asset({ amount: 60 })], calendars, MONDAY, 1))).toEqual([(240 + 60) * 1.5]);
    expect(amounts(capacityByPeriod(promised, { ...minuteDay, labour }, [asset({ amount: 420 })], calendars, MONDAY, 1))).toEqual([240]);
  });
  test("by the half-hour: thirty minutes of each at most, and a break after every hour", () => {
    const found = amounts(capacityByPeriod(promised, { period: "slot", measure: "minute", labour }, [asset({ amount: 30 })], calendars, MONDAY, 1));
    expect(found.slice(18, 24)).toEqual([30, 30, 0, 30, 30, 0]);
    expect(found.reduce((sum, amount) => sum + amount, 0)).toBe(240);
  });
});

describe("a slot class", () => {
  test("offers its capacity in working half-hours; breaks are slots of capacity 0", () => {
    const capacity = capacityByPeriod(supplied({ calendarId: "tea" as CalendarId, total: 3 }), pieceSlot, [], calendars, MONDAY, 1);
    expect(capacity).toMatchObject({ first: MONDAY * 48 });
    expect(amounts(capacity).slice(18, 24)).toEqual([3, 3, 0, 3, 3, 3]);
    expect(amounts(capacity)).toHaveLength(48);
  });
  test("adds its assets half-hour by half-hour", () => {
    const assets = [asset({ amount: 1 }), asset({ amount: 1, calendarId: "tea" as CalendarId })];
    const [, tuesday] = [0, 1].map((n) => amounts(capacityByPeriod(supplied({ derived: true, total: null }), pieceSlot, assets, calendars, MONDAY, 2)).slice(n * 48, n * 48 + 48));
    const monday = amounts(capacityByPeriod(supplied({ derived: true, total: null }), pieceSlot, assets, calendars, MONDAY, 1));
    expect(monday.slice(18, 24)).toEqual([2, 2, 1, 2, 2, 2]);
    expect(tuesday?.slice(18, 24)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe("other periods", () => {
  test("a gate without a number is unlimited while it is valid", () => {
    const gate = { period: "none", measure: "case" } as const;
    expect(capacityByPeriod(supplied({ total: null }), gate, [], calendars, MONDAY, 20)).toBe("unlimited");
    expect(capacityByPeriod(supplied({ total: null, validTo: "2026-01-01" }), gate, [], calendars, MONDAY, 20)).toEqual({ first: 0, amounts: [0] });
    expect(capacityByPeriod(supplied({ total: 7 }), gate, [], calendars, MONDAY, 20)).toEqual({ first: 0, amounts: [7] });
  });
  test("money has one capacity a year, in the years its validity touches", () => {
    const money = { period: "fiscal-year", measure: "fen" } as const;
    const resource = supplied({ total: 1_000_000, validFrom: "2026-03-01", validTo: "2026-12-31" });
    expect(capacityByPeriod(resource, money, [], calendars, MONDAY, 60)).toEqual({ first: 2026, amounts: [1_000_000, 0] });
  });
});

test("the capacity of a day of a derived resource is the sum over its assets alone", () => {
  const anyAsset = fc.record({
    amount: fc.integer({ min: 0, max: 600 }),
    calendarId: fc.constantFrom(null, "office", "saturday", "tea"),
    validFrom: fc.constantFrom(null, "2026-11-24"),
    validTo: fc.constantFrom(null, "2026-11-26"),
    state: fc.constantFrom("in-service", "out-of-service", "retired"),
  }) as fc.Arbitrary<SuppliedAsset>;
  fc.assert(
    fc.property(fc.array(anyAsset, { maxLength: 6 }), (assets) => {
      const resource = supplied({ derived: true, total: null });
      const together = amounts(capacityByPeriod(resource, minuteDay, assets, calendars, MONDAY, 7));
      const alone = assets.map((one) => amounts(capacityByPeriod(resource, minuteDay, [one], calendars, MONDAY, 7)));
      expect(together).toEqual(together.map((_, i) => alone.reduce((sum, one) => sum + (one[i] ?? 0), 0)));
    }),
  );
});
