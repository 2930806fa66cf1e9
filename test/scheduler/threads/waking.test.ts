import { expect, test } from "vitest";
import { many, NINE, TODAY, Yard } from "./yard.js";

/*
 * Work that grows with the queue instead of with what changed. Everything is counted: heads tried, lanes woken.
 */

test("thread 1 · kueue#9715: a runnable claim a thousand deep is reached without drilling through those before it", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 100_000 });
  // Ten thousand, each asking something else, so that no two share a lane; the one a thousand deep asks little.
  yard.ready(...many(10_000, (at) => yard.ask(at + 1, { review: at === 1_000 ? 5 : 100 + at }, { dueInDays: 1 + at / 1_000 })));
  yard.decide();
  yard.effort();

  yard.desk(2, "review", 5, { peak: 5 });
  yard.decide();
  expect(yard.holds(1_001)).toEqual(["2@0*5"]);
  yard.effort();

  // Every requeue starts no drilling either: what becomes free wakes the one it is enough for.
  yard.ready(yard.ask(20_000, { review: 5 }));
  yard.decide();
  expect(yard.effort()).toEqual({ tries: 1, wakes: 0 });
  yard.end(1_001);
  expect(yard.decide().granted).toEqual([20_000]);
  expect(yard.effort()).toEqual({ tries: 1, wakes: 1 });
});

test("thread 2 · kueue#14477: a turn drains by its budget, not one claim of each queue", () => {
  const yard = new Yard(1_000);
  for (const [at, queue] of ["review", "visit", "hearing"].entries()) {
    yard.desk(at + 1, queue, 700);
    yard.ready(...many(700, (n) => yard.ask(at * 1_000 + n + 1, { [queue]: 1 })));
  }
  const { granted, turns } = yard.decide();
  expect([granted.length, turns]).toEqual([2_100, 3]);
  expect(yard.effort().tries).toBe(2_100);
});

test("thread 9 · kueue#12541: a turn ends although nobody can be served, and so does the search of one claim", () => {
  const yard = new Yard(10);
  yard.desk(1, "review", 0, { peak: 100_000 });
  yard.ready(...many(1_000, (at) => yard.ask(at + 1, { review: 100 + at })));
  const { engine } = yard.pool;
  yard.pool.decide();
  // Every lane once, in turns of at most four looks for each decision a turn may make.
  expect(engine.effort().tries).toBe(1_000);
  const [one] = [engine.step([{ kind: "resources", resources: [...yard.pool.books.resources.values()].map((supply) => ({ ...supply, capacity: { first: TODAY, amounts: [0], peak: 200_000 } })) }], NINE)];
  expect([one!.more, engine.effort().tries]).toEqual([true, 1_040]);

  // Sixteen claims that compete for fifteen places: every combination would be more than a trillion.
  const tight = new Yard();
  for (const id of many(15, (at) => at + 1)) tight.desk(id, "car", 1);
  const competing = tight.ask(1, {});
  const [claim] = tight.ask(2, { car: 1 }).claims;
  tight.ready({ ...competing, claims: many(16, (at) => ({ ...claim!, amount: 1, together: at % 2 === 0 })) });
  expect(tight.decide()).toEqual({ granted: [], refused: [], turns: 0 });
  expect(tight.effort().tries).toBe(1);
});

test("thread 11 · kueue PR#9508: a hundred releases in one turn wake a lane once", () => {
  const yard = new Yard();
  yard.desk(1, "review", 100);
  yard.ready(...many(100, (at) => yard.ask(at + 1, { review: 1 })));
  yard.decide();
  yard.ready(...many(50, (at) => yard.ask(1_000 + at, { review: 60 + at })));
  yard.decide();
  yard.effort();
  yard.end(...many(100, (at) => at + 1));
  expect(yard.decide().granted).toEqual([1_000]);
  const { tries, wakes } = yard.effort();
  expect(wakes).toBeLessThanOrEqual(50);
  expect(tries).toBeLessThanOrEqual(51);
});

test("thread 13 · kubernetes#71486: events that help nobody wake nobody, and the last in the queue still gets its turn", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 1_000 });
  yard.desk(2, "car", 1);
  yard.ready(...many(500, (at) => yard.ask(at + 1, { review: 100 + at }, { dueInDays: 1 })));
  yard.decide();
  yard.effort();
  // A thousand changes at another class, as of a fleet reporting in.
  for (const at of many(1_000, (n) => n)) {
    yard.desk(2, "car", 1 + (at % 2));
    yard.decide();
  }
  expect(yard.effort()).toEqual({ tries: 0, wakes: 0 });
  yard.ready(yard.ask(9_999, { car: 1 }, { dueInDays: 300 }));
  expect(yard.decide().granted).toEqual([9_999]);
  expect(yard.effort().tries).toBe(1);
});

test("thread 14 · kubernetes#124384: ten thousand waiting are not looked at when others leave", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 100_000 });
  yard.desk(2, "car", 1_000);
  yard.ready(...many(10_000, (at) => yard.ask(at + 1, { review: 1 + (at % 5_000) })));
  yard.ready(...many(1_000, (at) => yard.ask(20_001 + at, { car: 1 })));
  yard.decide();
  yard.effort();
  for (const at of many(1_000, (n) => n)) {
    yard.drop(20_001 + at, at + 1);
    yard.decide();
  }
  expect(yard.effort()).toEqual({ tries: 0, wakes: 0 });
});

test("thread 15 · kubernetes#120622: nothing is kept of an event, and none that happens while a batch is on its way is lost", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 1_000 });
  yard.ready(yard.ask(1, { review: 500 }));
  yard.decide();
  const { engine, books } = yard.pool;
  const [supply] = [...books.resources.values()];
  const lanes = engine.effort().lanes;
  // One batch is not answered while 5,000 declarations arrive; only the last leaves room.
  const onItsWay = engine.step([], NINE).batch;
  const later = many(5_000, (at) =>
    engine.step([{ kind: "resources", resources: [{ ...supply!, generation: 2 + at, capacity: { first: TODAY, amounts: [at === 4_999 ? 500 : 499], peak: 1_000 } }] }], NINE),
  );
  expect(later.flatMap(({ batch }) => batch.decisions.map(({ step }) => step))).toEqual([1]);
  for (const batch of [onItsWay, ...later.map((turn) => turn.batch)]) engine.confirm(batch);
  expect(engine.effort().lanes).toBe(lanes);

  // What came and went leaves nothing behind.
  const through = new Yard();
  through.desk(1, "review", 1_000);
  for (const at of many(2_000, (n) => n)) {
    through.ready(through.ask(at + 1, { review: 1 + (at % 1_000) }));
    through.decide();
    through.end(at + 1);
  }
  through.decide();
  expect([through.pool.engine.effort().lanes, through.pool.engine.counts()]).toEqual([0, { waiting: 0, holding: 0, resources: 1 }]);
});

test("thread 17 · kubernetes PR#128466: three thousand that cannot be served cost those who can nothing", () => {
  const yard = new Yard();
  yard.desk(1, "review", 0, { peak: 100_000 });
  yard.desk(2, "car", 1_000);
  yard.ready(...many(3_000, (at) => yard.ask(at + 1, { review: 100 + at }, { dueInDays: 1 })));
  yard.decide();
  // Once each, to learn what blocks it.
  expect(yard.effort().tries).toBe(3_000);
  // The same again in one lane costs one look for all of them.
  yard.ready(...many(3_000, (at) => yard.ask(5_001 + at, { review: 99 }, { dueInDays: 1 })));
  yard.decide();
  expect(yard.effort().tries).toBe(1);
  yard.ready(...many(1_000, (at) => yard.ask(10_001 + at, { car: 1 })));
  expect(yard.decide().granted).toHaveLength(1_000);
  expect(yard.effort().tries).toBe(1_000);
});
