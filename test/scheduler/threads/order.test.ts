import { expect, test } from "vitest";
import { many, NINE, TODAY, Yard } from "./yard.js";

/*
 * Who is before whom: a queue holds up those who need the same scarce thing, and nobody else.
 */

test("thread 3 · kueue#8309: a head that waits for one class holds up nobody who needs another, and small ones do not starve its gang", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 60 });
  yard.desk(2, "car", 1);
  yard.ready(yard.ask(1, { review: 60 }, { dueInDays: 1 }));
  yard.ready(yard.ask(2, { car: 1 }, { dueInDays: 30 }));
  expect(yard.decide().granted).toEqual([2]);
  expect(yard.waits(1)).toMatchObject({ class: "review", blockedBy: { rule: "calendar", mostFree: 0 } });

  // Both halves of what the gang needs come free in the same moment as what smaller ones ask: the gang is before them.
  yard.ready(yard.ask(3, { review: 60, car: 1 }, { dueInDays: 0 }));
  yard.ready(...many(20, (at) => yard.ask(100 + at, { car: 1 }, { dueInDays: 5 })));
  yard.decide();
  yard.end(2);
  yard.desk(1, "review", 60);
  expect(yard.decide().granted).toEqual([3]);
});

test("thread 4 · kueue#4809: a unit's head that waits for its own does not stop another from using what is shared", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 60, unit: "north" });
  yard.desk(2, "review", 60, { unit: "south" });
  const [own] = yard.ask(1, { review: { amount: 60, scope: "competent" } }).claims;
  yard.ready({ ...yard.ask(1, {}, { dueInDays: 1 }), claims: [own!] });
  yard.ready(yard.ask(2, { review: 60 }, { unit: "east", dueInDays: 30 }));
  expect(yard.decide().granted).toEqual([2]);
  expect(yard.holds(2)).toEqual(["2@0*60"]);
  expect(yard.waits(1)).toMatchObject({ rank: 1, funnel: { left: 1 } });
});

test("thread 5 · kueue#534: a large claim is not starved by small ones for ever: once it is overdue, what comes back is kept for it", () => {
  const yard = new Yard();
  yard.desk(1, "review", 100);
  yard.ready(...many(10, (at) => yard.ask(at + 1, { review: 10 })));
  yard.decide();
  yard.ready(yard.ask(500, { review: 100 }, { dueInDays: 0 }));
  yard.pool.books.now = NINE + 60_000;
  // Ten are done one after the other, and each time somebody small and later asks for what they gave back.
  const granted: number[] = [];
  for (const at of many(10, (n) => n)) {
    yard.pool.books.now += 60_000;
    yard.ready(yard.ask(1_000 + at, { review: 10 }));
    yard.end(at + 1);
    granted.push(...yard.decide().granted);
  }
  expect(granted).toEqual([500]);
  // Nor the other way round: the small ones have their turn when it is done.
  yard.end(500);
  expect(yard.decide().granted).toEqual(many(10, (at) => 1_000 + at));
});

test("thread 6 · volcano#2045: nobody is placed on what is reserved, not while a batch is on its way and not after a restart", () => {
  const yard = new Yard();
  yard.desk(1, "review", 100);
  yard.ready(yard.ask(1, { review: 60 }));
  yard.decide();
  yard.pool.books.now = NINE + 60_000;
  yard.ready(yard.ask(500, { review: 100 }, { dueInDays: 0 }));
  yard.decide();
  expect(yard.pool.engine.reservations()).toMatchObject([{ step: 500, resource: 1, amount: 40 }]);
  yard.ready(...many(5, (at) => yard.ask(1_000 + at, { review: 1 + at })));
  expect(yard.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  expect(yard.waits(1_000)?.blockedBy.rule).toBe("reserved");

  // A batch that gives something back is on its way, and does not become durable.
  yard.pool.failCommits = 1;
  yard.ready(yard.ask(2_000, { review: 40 }));
  expect(yard.decide().granted).toEqual([]);
  yard.pool.restart();
  expect(yard.decide().granted).toEqual([]);
  expect(yard.pool.engine.reservations()).toMatchObject([{ step: 500, amount: 40 }]);
  // Who is before it in the order never meets its reservation.
  yard.ready(yard.ask(3_000, { review: 40 }, { dueInDays: -1 }));
  expect(yard.decide().granted).toEqual([3_000]);
});

test("thread 12 · kueue#1657: everybody who waits is told what blocks them, how many are before them and when, and it comes true", () => {
  const yard = new Yard();
  yard.desk(1, "review", [60, 0, 0], { peak: 60 });
  const waiting = many(12, (at) => at + 1);
  // Due in another order than they came.
  yard.ready(...waiting.map((id) => yard.ask(id, { review: 60 }, { dueInDays: 1 + ((id * 7) % 12) })));
  const [first] = yard.decide().granted;
  const told = waiting.filter((id) => id !== first).map((id) => ({ id, reason: yard.waits(id)! }));
  expect(told.map(({ reason }) => reason.blockedBy.rule)).toEqual(told.map(() => "capacity"));
  for (const { reason } of told) {
    expect(reason.expectedEarliestAt).toBeLessThanOrEqual(reason.expectedAt!);
    expect(reason.expectedAt).toBeLessThanOrEqual(reason.expectedLatestAt!);
    expect(reason.waiting).toBe(11);
  }
  // The order in which they are served is the order they were told.
  const served: number[] = [];
  for (let at = first!, hour = 1; served.length < 11; hour += 1) {
    yard.pool.books.now = NINE + hour * 60_000;
    yard.end(at);
    served.push(...yard.decide().granted);
    at = served.at(-1)!;
  }
  expect(served).toEqual(told.toSorted((a, b) => a.reason.rank - b.reason.rank).map(({ id }) => id));
});

test("thread 16 · kubernetes#71013: what is remembered of a shape is never older than what it was made from", () => {
  const yard = new Yard();
  yard.desk(1, "review", 100, { traits: ["seal"] as never });
  yard.desk(2, "review", 1_000);
  const sealed = (id: number) => {
    const plain = yard.ask(id, { review: 60 });
    return { ...plain, claims: plain.claims.map((claim) => ({ ...claim, traits: ["seal"] as never })) };
  };
  yard.ready(sealed(1));
  yard.decide();
  expect(yard.holds(1)).toEqual(["1@0*60"]);
  // The trait moves to the other desk while somebody waits for it, and back while a batch is on its way.
  yard.ready(sealed(2));
  yard.decide();
  expect(yard.waits(2)?.blockedBy.rule).toBe("capacity");
  yard.desk(1, "review", 100);
  yard.desk(2, "review", 1_000, { traits: ["seal"] as never });
  yard.decide();
  expect(yard.holds(2)).toEqual(["2@0*60"]);
  const { engine, books } = yard.pool;
  const mine = engine.step([{ kind: "ready", steps: [sealed(3)] }], NINE).batch;
  expect(mine.decisions).toMatchObject([{ outcome: "granted", allocations: [{ resource: 2 }] }]);
  const supplies = [...books.resources.values()].map((supply) => ({ ...supply, generation: supply.generation + 1, traits: [] as never }));
  const moved = engine.step([{ kind: "resources", resources: supplies }], NINE).batch;
  engine.forget(moved);
  engine.forget(mine);
  // Nobody has the seal any more: decided again, it is refused by the rule that left nobody.
  expect(engine.step([{ kind: "ready", steps: [sealed(3)] }], NINE).batch.decisions).toMatchObject([{ outcome: "refused", reasons: [{ refusal: { rule: "traits" } }] }]);
});

test("thread 19 · nomad#28444: batches computed while another is on its way are not thrown away for it", () => {
  const yard = new Yard();
  for (const id of many(50, (at) => at + 1)) yard.desk(id, "review", [100, 100]);
  yard.pool.decide();
  const { engine, books } = yard.pool;
  // Ten batches ahead of the first answer: what each assumed is seen by the next.
  const turns = many(10, (at) => engine.step([{ kind: "ready", steps: many(8, (n) => yard.ask(1 + at * 8 + n, { review: 100 })) }], NINE));
  const first = turns[0]!.needs;
  const answers = engine.step([{ kind: "policyAnswers", version: first.version, answers: first.questions.map((question) => ({ ...question, allowed: true })) }], NINE);
  const all = [...turns, answers].map(({ batch }) => batch);
  for (const batch of all) engine.confirm(batch);
  const held = all.flatMap(({ decisions }) => decisions.flatMap((decision) => (decision.outcome === "granted" ? decision.allocations : [])));
  expect(held).toHaveLength(80);
  expect(new Set(held.map(({ resource, period }) => `${resource}@${period - TODAY}`)).size).toBe(80);
  expect(books.decisions).toHaveLength(0);
});
