import fc from "fast-check";
import { expect, test } from "vitest";
import { withinLabour, type LabourLimit } from "../../src/domain/pool/labour.js";

const limit = (minutesADay: number, stretchMinutes: number): LabourLimit => ({ minutesADay, stretchMinutes, basis: { law: { zh: "劳动法", en: "Labour Law" }, article: "36" } });
const half = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

test("a day of three and four hours is nobody's overwork", () => {
  const day = [...half(18, 24), ...half(27, 34)];
  expect(withinLabour(day, limit(480, 240))).toEqual(day);
});

test("after the longest stretch comes a half-hour of rest, and the day ends when the law says", () => {
  expect(withinLabour(half(16, 30), limit(480, 120))).toEqual([16, 17, 18, 19, 21, 22, 23, 24, 26, 27, 28, 29]);
  expect(withinLabour(half(0, 48), limit(90, 240))).toEqual([0, 1, 2]);
});

test("whatever the calendar says, no person is offered for more than the day or the stretch the law allows", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 47 })), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10 }), (hours, day, stretch) => {
      const open = hours.sort((a, b) => a - b);
      const given = withinLabour(open, limit(day * 30, stretch * 30));
      expect(given.length).toBeLessThanOrEqual(day);
      expect(given.every((one) => open.includes(one))).toBe(true);
      let row = 0;
      given.forEach((one, at) => {
        row = at > 0 && given[at - 1] === one - 1 ? row + 1 : 1;
        expect(row).toBeLessThanOrEqual(stretch);
      });
      // Nothing is withheld without need: a day below both limits is offered whole.
      if (open.length <= day && open.length <= stretch) expect(given).toEqual(open);
    }),
  );
});
