import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf, plainKeyOf } from "../../src/scheduler/order.js";
import type { StepAsk } from "../../src/scheduler/contract.js";
import { Yard } from "./threads/yard.js";

const HOUR = 3_600_000;

test("who stands before a step is counted by what put them there, as counting by hand does", () => {
  const asked = fc.record({ due: fc.integer({ min: 1, max: 6 }), arrived: fc.integer({ min: 0, max: 3 }), amount: fc.integer({ min: 1, max: 3 }), ground: fc.constantFrom(null, null, null, "young", "emergency") });
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 40 }), (all) => {
      const yard = new Yard();
      yard.desk(1, "review", 0, { peak: 10 });
      const steps: StepAsk[] = all.map(({ due, arrived, amount, ground }, at) =>
        yard.ask(at + 1, { review: amount }, {
          dueInDays: due,
          arrivedAt: arrived * HOUR,
          priority: ground === null ? null : { ground, advanceMs: ground === "emergency" ? Infinity : 48 * HOUR },
        }),
      );
      yard.ready(...steps);
      yard.decide();
      const place = (a: StepAsk, b: StepAsk): number => keyOf(a) - keyOf(b) || a.arrivedAt - b.arrivedAt || a.id - b.id;
      for (const me of steps) {
        const before = steps.filter((other) => place(other, me) < 0);
        const moved = before.filter((other) => other.priority !== null && plainKeyOf(other) >= plainKeyOf(me));
        const rest = before.filter((other) => !moved.includes(other));
        const ahead = yard.pool.engine.ahead(me.id)!;
        expect(ahead).toMatchObject({
          total: before.length,
          dueEarlier: rest.filter((other) => keyOf(other) < keyOf(me)).length,
          filedEarlier: rest.filter((other) => keyOf(other) === keyOf(me)).length,
          ground: me.priority?.ground ?? null,
        });
        expect(ahead.byGround.reduce((sum, { count }) => sum + count, 0)).toBe(moved.length);
        expect(yard.waits(me.id)!.rank).toBe(ahead.total + 1);
      }
    }),
    { numRuns: 60 },
  );
});

test("who does not wait stands behind nobody", () => {
  const yard = new Yard();
  yard.desk(1, "review", 10);
  yard.ready(yard.ask(1, { review: 10 }), yard.ask(2, { review: 10 }));
  yard.decide();
  expect(yard.pool.engine.ahead(1 as never)).toBeUndefined();
  expect(yard.pool.engine.ahead(99 as never)).toBeUndefined();
  expect(yard.pool.engine.ahead(2 as never)).toMatchObject({ total: 0, class: "review" });
});
