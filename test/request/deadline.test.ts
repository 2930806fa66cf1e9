import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trusted } from "../../src/domain/id.js";
import { dayNumberOf, DAY_MS, startOfDay, weekdayOf, type DayNumber } from "../../src/domain/instant.js";
import type { Calendar, CalendarDay, CalendarStack } from "../../src/domain/pool/calendar.js";
import { deadlineStanding, dueDates, extended, LIGHTS, limitEnds, pausedWorkingDays } from "../../src/domain/request/deadline.js";

const day = (date: string): DayNumber => dayNumberOf(Date.parse(`${date}T12:00:00+08:00`));
const at = (local: string): number => Date.parse(`${local}+08:00`);
const endOf = (date: string): number => startOfDay(day(date) + 1) - 1;

/** Working hours on weekdays but for `off`, and on the make-up days `on`. */
function calendar(off: readonly DayNumber[], on: readonly DayNumber[]): CalendarStack {
  const hours = [{ from: 18, to: 24 }, { from: 27, to: 34 }];
  const days = new Map<DayNumber, CalendarDay>([
    ...off.map((one) => [one, { off: true, hours: null, names: null }] as const),
    ...on.map((one) => [one, { off: false, hours: null, names: null }] as const),
  ]);
  const nation: Calendar = {
    id: trusted("cn"),
    layer: "nation",
    base: null,
    names: { zh: "全国", en: "China" },
    week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: [], sun: [] },
    days,
    breaks: null,
  };
  return [nation];
}

/** National Day 2026: off 1–7 October, working on Sunday 27 September and Saturday 10 October. */
const CN = calendar(["01", "02", "03", "04", "05", "06", "07"].map((d) => day(`2026-10-${d}`)), [day("2026-09-27"), day("2026-10-10")]);

describe("a limit in working days", () => {
  test("skips the holiday and counts the make-up days", () => {
    // Received on Friday 25 September: 27, 28, 29, 30 September, 8, 9, 10 October.
    expect(limitEnds(CN, at("2026-09-25T10:00:00"), 7)).toBe(endOf("2026-10-10"));
    expect(limitEnds(CN, at("2026-09-25T10:00:00"), 4)).toBe(endOf("2026-09-30"));
    expect(limitEnds(CN, at("2026-09-25T10:00:00"), 5)).toBe(endOf("2026-10-08"));
  });

  test("of no days ends today, or on the next working day when the office has closed", () => {
    expect(limitEnds(CN, at("2026-09-30T16:59:00"), 0)).toBe(endOf("2026-09-30"));
    expect(limitEnds(CN, at("2026-09-30T17:00:00"), 0)).toBe(endOf("2026-10-08"));
    expect(limitEnds(CN, at("2026-10-03T10:00:00"), 0)).toBe(endOf("2026-10-08"));
  });

  test("is never promised for later than the law allows", () => {
    const due = dueDates(CN, at("2026-09-25T10:00:00"), { promisedDays: 9, statutoryDays: 5 });
    expect(due.promisedDueAt).toBe(due.statutoryDueAt);
  });

  test("agrees with counting by hand, whatever the calendar", () => {
    const date = fc.integer({ min: day("2026-01-01"), max: day("2026-12-31") });
    fc.assert(
      fc.property(
        fc.uniqueArray(date, { maxLength: 40 }),
        fc.uniqueArray(date, { maxLength: 20 }),
        date,
        fc.integer({ min: 0, max: 86_399 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), { maxLength: 4 }),
        (off, on, received, second, limit, pauses) => {
          const works = on.filter((one) => !off.includes(one));
          const stack = calendar(off, works);
          // The oracle: a list of working days written down one by one, and a finger that moves along it.
          const isWorking = (one: DayNumber) => works.includes(one) || (!off.includes(one) && weekdayOf(one) < 5);
          const receivedAt = startOfDay(received) + second * 1_000;
          let dueAt = limitEnds(stack, receivedAt, limit);
          let left = limit;
          let today = received;
          const walk = (days: number, counting: boolean) => {
            for (let n = 0; n < days && left > 0; n += 1) {
              today += 1;
              if (counting && isWorking(today)) left -= 1;
            }
          };
          for (const [run, pause] of pauses) {
            walk(run, true);
            if (left === 0) break;
            const pausedAt = startOfDay(today) + 3_600_000 * 10;
            const days = pausedWorkingDays(stack, pausedAt, pausedAt + pause * DAY_MS);
            dueAt = extended(stack, dueAt, days);
            walk(pause, false);
          }
          walk(400, true);
          expect(dueAt).toBe(startOfDay(today + 1) - 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the lamp", () => {
  const received = at("2026-09-25T10:00:00");
  const dueAt = limitEnds(CN, received, 7);
  const standing = (now: string, given: { pausedAt?: number; closedAt?: number } = {}) =>
    deadlineStanding(CN, { receivedAt: received, dueAt, pausedAt: given.pausedAt ?? null, closedAt: given.closedAt ?? null }, at(now));

  test("is green, then amber, then red, with working days beside it", () => {
    expect(standing("2026-09-25T11:00:00")).toEqual({ kind: "on_time", days: 7 });
    expect(standing("2026-10-05T11:00:00")).toEqual({ kind: "on_time", days: 3 });
    expect(standing("2026-10-09T11:00:00")).toEqual({ kind: "soon", days: 1 });
    expect(standing("2026-10-10T23:59:00")).toEqual({ kind: "today" });
    expect(standing("2026-10-11T09:00:00")).toEqual({ kind: "overdue", days: 1 });
    expect(standing("2026-10-13T09:00:00")).toEqual({ kind: "overdue", days: 2 });
    expect(LIGHTS[standing("2026-10-13T09:00:00").kind]).toBe("red");
  });

  test("goes out while the applicant is asked for something, unless the date had passed before", () => {
    expect(standing("2026-10-20T09:00:00", { pausedAt: at("2026-09-28T09:00:00") })).toEqual({ kind: "paused" });
    expect(standing("2026-10-20T09:00:00", { pausedAt: at("2026-10-12T09:00:00") })).toMatchObject({ kind: "overdue" });
  });

  test("says of a finished request whether the date was kept", () => {
    expect(standing("2026-12-01T09:00:00", { closedAt: at("2026-10-10T23:59:00") })).toEqual({ kind: "kept" });
    expect(standing("2026-12-01T09:00:00", { closedAt: at("2026-10-12T09:00:00") })).toEqual({ kind: "missed", days: 1 });
  });
});
