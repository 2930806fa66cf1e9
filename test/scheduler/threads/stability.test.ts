import { expect, test } from "vitest";
import { PLAIN_CLAIM, type Batch } from "../../../src/scheduler/contract.js";
import { many, NINE, Yard } from "./yard.js";

/*
 * Loops: somebody is moved, moves somebody else, is moved again, all night. What is at rest stays at rest.
 */

const IDLE_TICKS = 10_000;

/** What a pool does in ten thousand ticks in which nothing happens but time; the working day is not over. */
function idle(yard: Yard): { readonly decided: number; readonly closed: number; readonly tries: number } {
  yard.effort();
  const seen: Batch[] = [];
  for (const tick of many(IDLE_TICKS, (at) => at + 1)) {
    yard.pool.books.now = NINE + tick * 2_000;
    yard.pool.say({ kind: "tick" });
    seen.push(...yard.pool.decide());
  }
  return {
    decided: seen.flatMap(({ decisions }) => decisions).length,
    closed: seen.flatMap(({ closings, requeued }) => [...closings, ...requeued]).length,
    tries: yard.effort().tries,
  };
}

test("thread 7 · kueue#14543: started work is never taken away, however urgent who comes after", () => {
  const yard = new Yard();
  yard.desk(1, "review", 60);
  yard.ready(yard.ask(1, { review: 60 }, { dueInDays: 30 }));
  yard.decide();
  yard.pool.say({ kind: "started", step: 1 as never });
  const emergency = { ground: "emergency", advanceMs: Number.POSITIVE_INFINITY };
  yard.ready(...many(40, (at) => yard.ask(100 + at, { review: 60 }, { dueInDays: -at, priority: emergency })));
  expect(yard.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  expect(idle(yard)).toEqual({ decided: 0, closed: 0, tries: 0 });
  expect(yard.holds(1)).toEqual(["1@0*60"]);

  // What has not begun makes room for an emergency, each at most once: no chain of moves comes back to where it began.
  const planned = new Yard();
  planned.desk(1, "review", [60, 60, 60]);
  planned.ready(planned.ask(1, { review: 60 }), planned.ask(2, { review: 60 }));
  planned.decide();
  const moves = new Map<number, number>();
  for (const at of many(40, (n) => n)) {
    planned.ready(planned.ask(100 + at, { review: 60 }, { dueInDays: 1, priority: emergency }));
    for (const { requeued } of planned.pool.decide()) for (const { step } of requeued) moves.set(step, (moves.get(step) ?? 0) + 1);
  }
  expect([...moves.values()].every((times) => times === 1)).toBe(true);
  expect(moves.size).toBeGreaterThan(0);
  expect(idle(planned)).toMatchObject({ decided: 0, closed: 0 });

  // An emergency that asks what somebody already waits for in vain is looked at all the same.
  const joined = new Yard();
  joined.desk(1, "review", 60);
  joined.ready(joined.ask(1, { review: 60 }));
  joined.decide();
  joined.ready(joined.ask(2, { review: 60 }));
  joined.decide();
  joined.ready(joined.ask(3, { review: 60 }, { priority: emergency }));
  expect(joined.decide().granted).toEqual([3]);
});

test("thread 8 · kueue#6947: nobody is moved for a claimant that can never be served", () => {
  const yard = new Yard();
  yard.desk(1, "review", 60);
  yard.desk(2, "car", 1);
  yard.ready(yard.ask(1, { review: 60 }), yard.ask(2, { car: 1 }));
  yard.decide();
  const emergency = { ground: "emergency", advanceMs: Number.POSITIVE_INFINITY };
  // One asks more than there ever is; the other could have its minutes at once, if they were taken from somebody, and never its two cars.
  yard.ready(yard.ask(10, { review: 600 }, { dueInDays: -1, priority: emergency }), yard.ask(11, { review: 60, car: 2 }, { dueInDays: -1, priority: emergency }));
  expect(yard.decide()).toMatchObject({ granted: [], refused: [10, 11] });
  expect(idle(yard)).toEqual({ decided: 0, closed: 0, tries: 0 });
  expect([yard.holds(1), yard.holds(2)]).toEqual([["1@0*60"], ["2@0*1"]]);
  // Half of what this one needs could be moved; the car is on the road.
  yard.pool.say({ kind: "started", step: 2 as never });
  yard.ready(yard.ask(12, { review: 60, car: 1 }, { dueInDays: -1, priority: emergency }));
  expect(yard.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  expect(idle(yard)).toMatchObject({ decided: 0, closed: 0 });
  expect([yard.holds(1), yard.holds(2)]).toEqual([["1@0*60"], ["2@0*1"]]);
});

test("thread 21 · karpenter-provider-aws#8536: among equals, at rest, nothing moves", () => {
  const yard = new Yard();
  for (const id of many(20, (at) => at + 1)) yard.desk(id, "review", [100, 100, 100], { unit: id % 2 === 0 ? "north" : "south" });
  yard.ready(...many(55, (at) => yard.ask(at + 1, { review: 90 })));
  yard.decide();
  // A worse place than the one that is free now: half of the desks empty again.
  yard.end(...many(10, (at) => at + 1));
  yard.decide();
  const before = JSON.stringify([...yard.pool.books.steps].map(([id, { holds }]) => [id, holds]));
  expect(idle(yard)).toEqual({ decided: 0, closed: 0, tries: 0 });
  expect(JSON.stringify([...yard.pool.books.steps].map(([id, { holds }]) => [id, holds]))).toBe(before);
});

test("thread 22 · descheduler#424: what is held is not given back only to be given the same again", () => {
  const yard = new Yard();
  yard.desk(1, "review", [100, 100]);
  yard.desk(2, "review", 0, { peak: 100 });
  yard.ready(yard.ask(1, { review: 80 }), yard.ask(2, { review: 80 }), yard.ask(3, { review: 80 }));
  yard.decide();
  // The second holds tomorrow; today becomes free beside it, and somebody who has nothing takes it.
  yard.desk(2, "review", 100);
  expect(yard.decide().granted).toEqual([3]);
  expect([yard.holds(1), yard.holds(2), yard.holds(3)]).toEqual([["1@0*80"], ["1@1*80"], ["2@0*80"]]);
  // Declared smaller, larger, smaller: who holds keeps what they hold.
  for (const gives of many(100, (at) => (at % 2 === 0 ? 50 : 100))) {
    yard.desk(1, "review", [gives, gives]);
    expect(yard.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  }
  expect(idle(yard)).toEqual({ decided: 0, closed: 0, tries: 0 });
});

test("thread 23 · volcano#3869: two who need the same two things never hold one each", () => {
  const yard = new Yard();
  yard.desk(1, "review", 60);
  yard.desk(2, "car", 1);
  yard.ready(yard.ask(1, { review: 60, car: 1 }), yard.ask(2, { car: 1, review: 60 }));
  yard.decide();
  expect([yard.holds(1).length, yard.holds(2).length]).toEqual([2, 0]);
  expect(idle(yard)).toEqual({ decided: 0, closed: 0, tries: 0 });

  // Nor when the halves come one after the other.
  const apart = new Yard();
  apart.desk(1, "review", 0, { peak: 60 });
  apart.desk(2, "car", 0, { peak: 1 });
  apart.ready(apart.ask(1, { review: 60, car: 1 }), apart.ask(2, { car: 1, review: 60 }));
  apart.decide();
  apart.desk(2, "car", 1, { peak: 1 });
  apart.decide();
  expect([apart.holds(1), apart.holds(2)]).toEqual([[], []]);
  apart.desk(1, "review", 60);
  expect(apart.decide().granted).toEqual([1]);
  expect(idle(apart)).toEqual({ decided: 0, closed: 0, tries: 0 });
});

test("thread 24 · placement bug 2070257: eight claims with eight places each are not multiplied out", () => {
  const yard = new Yard();
  // 8⁸ ways to place them, and none that leaves a place for the ninth.
  for (const id of many(8, (at) => at + 1)) yard.desk(id, "car", [1, 1, 1, 1], { unit: id % 2 === 0 ? "north" : "south" });
  const [claim] = yard.ask(1, { car: 1 }).claims;
  const early = { ...PLAIN_CLAIM, ...claim!, earliest: NINE };
  yard.ready({ ...yard.ask(1, {}), claims: many(9, (at) => (at % 2 === 0 ? claim! : early)) });
  expect(yard.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  expect(yard.waits(1)?.blockedBy.rule).toBe("together");
  // Eight fit, and are found.
  yard.ready({ ...yard.ask(2, {}), claims: many(8, (at) => (at % 2 === 0 ? claim! : early)) });
  expect(yard.decide().granted).toEqual([2]);
  expect(new Set(yard.holds(2).map((hold) => hold.slice(0, 3))).size).toBe(8);
  expect(yard.holds(2).every((hold) => hold.includes(`@0*`))).toBe(true);

  // Nor are they where somebody asks what is free: 60⁸ combinations, and the best dozen of them are made.
  const wide = new Yard();
  for (const id of many(60, (at) => at + 1)) wide.desk(id, "car", 8, { unit: id % 2 === 0 ? "north" : "south" });
  wide.ready(wide.ask(1, { car: 1 }));
  wide.decide();
  const found = wide.pool.engine.offers({ claims: many(8, () => claim!), limit: 12, perStart: 12, perDay: 12, answers: [] }, NINE);
  expect([found.offers.length, found.complete]).toEqual([12, false]);
  expect(found.offers.every(({ parts }) => parts.length === 8)).toBe(true);
  expect(new Set(found.offers.map(({ parts }) => parts.map(({ resource }) => resource).join())).size).toBe(12);
});
