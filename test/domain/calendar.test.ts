import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isHoliday, isWorkday } from "chinese-days";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CalendarId } from "../../src/domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay } from "../../src/domain/instant.js";
import {
  addWorkingDays,
  dueAt,
  formatSpan,
  isWorkingDay,
  parseSpan,
  workingDaysBetween,
  workingHalfHours,
  workingMsBetween,
  type Calendar,
  type CalendarDay,
  type Span,
  type Weekday,
} from "../../src/domain/pool/calendar.js";
import { Calendars } from "../../src/domain/pool/calendars.js";

/** The State Council's dates lie beside the project, not in it. */
const HOLIDAYS = fileURLToPath(new URL("../../../shared/data/holidays-cn.csv", import.meta.url));

const day = (date: string) => parseLocalDate(date) ?? NaN;
const spans = (...texts: string[]): Span[] => texts.map((text) => parseSpan(text)!);
const OFFICE = spans("09:00-12:00", "13:30-17:00");

function calendar(id: string, parts: Partial<Omit<Calendar, "id" | "days" | "base">> & { base?: string; days?: Record<string, CalendarDay> } = {}): Calendar {
  return {
    id: id as CalendarId,
    layer: parts.layer ?? "nation",
    base: (parts.base ?? null) as CalendarId | null,
    names: { zh: id, en: id },
    week: parts.week ?? {},
    days: new Map(Object.entries(parts.days ?? {}).map(([date, entry]) => [day(date), entry])),
    breaks: parts.breaks ?? null,
  };
}

const off: CalendarDay = { off: true, hours: null, names: null };
const on: CalendarDay = { off: false, hours: null, names: null };
const officeWeek = Object.fromEntries((["mon", "tue", "wed", "thu", "fri"] as const).map((d) => [d, OFFICE])) as Record<Weekday, Span[]>;

/** The national calendar of 2025 and 2026 as an independent package knows it. */
function nationFromChineseDays(): Calendar {
  const days: Record<string, CalendarDay> = {};
  for (let d = day("2025-01-01"); d <= day("2026-12-31"); d += 1) {
    const date = localDateOf(d);
    const weekend = [0, 6].includes(new Date(d * 86_400_000).getUTCDay());
    if (isHoliday(date) && !weekend) days[date] = off;
    if (isWorkday(date) && weekend) days[date] = on;
  }
  return calendar("cn", { week: officeWeek, days });
}

const cn = nationFromChineseDays();

describe("spans", () => {
  test("stand on the half-hour grid and read back as written", () => {
    expect(parseSpan("09:00-12:00")).toEqual({ from: 18, to: 24 });
    expect(parseSpan("00:00-24:00")).toEqual({ from: 0, to: 48 });
    expect(formatSpan({ from: 27, to: 34 })).toBe("13:30-17:00");
  });
  test.each(["9:00-12:00", "09:15-12:00", "12:00-09:00", "09:00-09:00", "23:30-24:30", "09:00–12:00", "０9:00-12:00", ""])("%j is refused", (text) => {
    expect(parseSpan(text)).toBeUndefined();
  });
});

describe("layers", () => {
  const nation = calendar("cn", { week: officeWeek, days: { "2026-10-01": off, "2026-10-10": on } });
  const hall = calendar("hall", { layer: "unit", base: "cn", week: { sat: spans("09:00-12:00") } });
  const duty = calendar("duty", { layer: "resource", base: "hall", days: { "2026-10-01": { off: false, hours: spans("10:00-12:00"), names: null } }, breaks: spans("11:00-11:30") });
  const calendars = new Calendars([nation, hall, duty]);
  const stack = (id: string) => calendars.stack(id as CalendarId);

  test("a higher week replaces single weekdays of the base", () => {
    expect(workingHalfHours(stack("hall"), day("2026-11-21"))).toEqual([18, 19, 20, 21, 22, 23]);
    expect(workingHalfHours(stack("hall"), day("2026-11-23")).length).toBe(13);
    expect(isWorkingDay(stack("cn"), day("2026-11-21"))).toBe(false);
  });
  test("a holiday beneath closes whatever week stands above", () => {
    expect(workingHalfHours(stack("hall"), day("2026-10-01"))).toEqual([]);
  });
  test("a make-up day works the hours of a Monday, not those of its own weekday", () => {
    expect(workingHalfHours(stack("hall"), day("2026-10-10"))).toEqual(workingHalfHours(stack("hall"), day("2026-10-12")));
  });
  test("a duty day of a higher layer opens a holiday, less its break", () => {
    expect(workingHalfHours(stack("duty"), day("2026-10-01"))).toEqual([20, 21, 23]);
  });
  test("a missing base or a cycle ends the stack", () => {
    const odd = new Calendars([calendar("aa", { base: "bb" }), calendar("bb", { base: "aa" }), calendar("cc", { base: "gone" })]);
    expect(odd.stack("aa" as CalendarId).map(({ id }) => id)).toEqual(["aa", "bb"]);
    expect(odd.stack("cc" as CalendarId)).toHaveLength(1);
  });
});

describe("working days of the nation", () => {
  test("agree with the chinese-days package on every day of 2025 and 2026", () => {
    for (let d = day("2025-01-01"); d <= day("2026-12-31"); d += 1) expect([localDateOf(d), isWorkingDay([cn], d)]).toEqual([localDateOf(d), isWorkday(localDateOf(d))]);
  });

  test.skipIf(!existsSync(HOLIDAYS))("agree with the State Council's list (SKIPPED where ../shared/data/holidays-cn.csv does not lie beside the project)", () => {
    const rows = readFileSync(HOLIDAYS, "utf8").trim().split(/\r?\n/).slice(1).map((line) => line.split(","));
    expect(rows.length).toBe(72);
    for (const [date = "", , isOff] of rows) expect([date, isWorkingDay([cn], day(date))]).toEqual([date, isOff === "false"]);
  });

  test("the limit of 20 working days over the Spring Festival of 2026 ends on 19 March", () => {
    // Received Friday 13 February; 15 to 23 February are off, Saturdays 14 and 28 February are worked:
    // 14 · 24 25 26 27 28 · 2–6 · 9–13 · 16 17 18 19 March.
    expect(localDateOf(addWorkingDays([cn], day("2026-02-13"), 20))).toBe("2026-03-19");
  });
});

/** Counting on one's fingers, with the other package's word for what a working day is. */
function naive(from: string, n: number): string {
  let d = day(from);
  for (let left = n; left > 0; ) if (isWorkday(localDateOf((d += 1)))) left -= 1;
  return localDateOf(d);
}

describe("limits", () => {
  const instants = fc.integer({ min: startOfDay(day("2025-01-01")), max: startOfDay(day("2026-09-01")) });

  test("end on the day that counting on one's fingers finds, one millisecond before midnight", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 60 }), (received, n) => {
        const due = dueAt([cn], received, n);
        expect(localDateOf(dayNumberOf(due))).toBe(naive(localDateOf(dayNumberOf(received)), n));
        expect(due + 1).toBe(startOfDay(dayNumberOf(due) + 1));
      }),
    );
  });
  test("addWorkingDays and workingDaysBetween undo each other", () => {
    fc.assert(
      fc.property(fc.integer({ min: day("2025-01-01"), max: day("2026-12-01") }), fc.integer({ min: 0, max: 100 }), (from, n) => {
        expect(workingDaysBetween([cn], from, addWorkingDays([cn], from, n))).toBe(n);
      }),
    );
  });
  test("a calendar that never works is a fault, not an endless search", () => {
    expect(() => addWorkingDays([calendar("closed")], day("2026-01-01"), 1)).toThrow(RangeError);
  });
});

describe("working time", () => {
  test("between two instants is what minute-by-minute counting finds", () => {
    const start = startOfDay(day("2026-09-29"));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 14 * 1440 }), fc.integer({ min: 0, max: 14 * 1440 }), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        let minutes = 0;
        for (let m = from; m < to; m += 1) {
          const at = start + m * 60_000;
          const half = Math.floor((m % 1440) / 30);
          if (workingHalfHours([cn], dayNumberOf(at)).includes(half)) minutes += 1;
        }
        expect(workingMsBetween([cn], start + from * 60_000, start + to * 60_000)).toBe(minutes * 60_000);
      }),
      { numRuns: 30 },
    );
  });
});

test("remembered half-hours are those worked out afresh", () => {
  const calendars = new Calendars([cn]);
  for (let d = day("2026-01-01"); d < day("2026-03-01"); d += 1) {
    expect(calendars.halfHours(cn.id, d)).toEqual(workingHalfHours([cn], d));
    expect(calendars.halfHours(cn.id, d)).toBe(calendars.halfHours(cn.id, d));
  }
});
