import fc from "fast-check";
import { expect, test } from "vitest";
import { INDEXING } from "../../src/scheduler/fit.js";
import { Books, Pool } from "../support/books.js";
import { compare, feasible, impossibleStep, mayServe, options, type Option } from "../support/brute-force.js";
import { acts, crowdedActs, crowdedSupplies, Player, supplies } from "../support/random-pool.js";
import type { Batch, StepAsk } from "../../src/scheduler/contract.js";

/** Half of the pools are crowded. */
const anyPool = fc.oneof(fc.tuple(supplies, acts), fc.tuple(crowdedSupplies, crowdedActs));

const RUNS = 200;
const SEED = 20260302;

/** Every other pool indexes from two candidates on, and keeps less in an index than there is: small pools then go the way of large ones. Every third lets go of whatever nobody asks at once. */
const newPool = (draws: readonly unknown[], perTurn = 1_000): Pool =>
  new Pool(perTurn, new Books(), draws.length % 2 === 0 ? INDEXING : { scanMax: 1, heapMin: 1, heapShare: 2 }, draws.length % 3 === 0 ? 0 : undefined);

/** The best so many that begin together, as early as so many can. */
const bestOf = (count: number, all: readonly Option[]): readonly Option[] | undefined => {
  const first = all.find(({ takes }) => all.filter((other) => other.takes[0]!.period === takes[0]!.period).length >= count);
  return first && all.filter(({ takes }) => takes[0]!.period === first.takes[0]!.period).slice(0, count);
};

/** What a step asks, without who and when. */
const asks = (ask: StepAsk): string => JSON.stringify([ask.claims, ask.barred.map(({ resource }) => resource)]);

/** The order of the queue, from its definition. */
const before = (a: StepAsk, b: StepAsk): boolean => {
  const key = (s: StepAsk): number[] => {
    const absolute = s.priority?.advanceMs === Infinity;
    return [absolute ? 0 : 1, s.dueAt - s.expectedMinutes * 60_000 - (absolute ? 0 : (s.priority?.advanceMs ?? 0)), s.arrivedAt, s.id];
  };
  return compare(key(a), key(b)) < 0;
};

/** A number set by law is given in the order of acceptance. */
const accepted = (a: StepAsk, b: StepAsk): boolean => compare([a.arrivedAt, a.id], [b.arrivedAt, b.id]) < 0;

/** Resources with a number set by law that the step may draw from. */
const numbersOf = (books: Books, ask: StepAsk): number[] =>
  ask.claims.flatMap((claim) =>
    books.classes.get(claim.classId)?.kind === "function"
      ? mayServe(books, claim, ask.barred).filter(({ capacity }) => capacity !== "unlimited").map(({ id }) => id)
      : [],
  );

/** What is kept for overdue steps before this one. */
function keptBefore(pool: Pool, ask: StepAsk): Map<string, number> {
  const kept = new Map<string, number>();
  for (const { step, resource, period, amount } of pool.engine.reservations()) {
    if (!before(pool.books.steps.get(step)!.ask, ask)) continue;
    kept.set(`${resource}/${period}`, (kept.get(`${resource}/${period}`) ?? 0) + amount);
  }
  return kept;
}

const waiting = (books: Books): StepAsk[] => [...books.steps.values()].filter(({ state }) => state === "waiting").map(({ ask }) => ask);

test("whatever happens, the books hold: nothing above capacity, every step whole, every sum consistent", () => {
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      for (const draw of draws) {
        player.act(draw);
        pool.decide();
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test("nothing is withheld: who waits first for something could not be given it, and who is refused could never be", () => {
  let waited = 0;
  let refused = 0;
  let reserved = 0;
  let numbered = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      for (const draw of draws) {
        player.act(draw);
        const batches = pool.decide();
        for (const { decisions } of batches) {
          for (const { outcome, step } of decisions) {
            if (outcome !== "refused") continue;
            refused += 1;
            const { ask } = pool.books.steps.get(step)!;
            expect(impossibleStep(pool.books, ask)).toBe(true);
          }
        }
        const seen = new Set<string>();
        for (const ask of waiting(pool.books)) {
          expect(impossibleStep(pool.books, ask)).toBe(false);
          if (seen.has(asks(ask))) continue;
          seen.add(asks(ask));
          waited += 1;
          if (!feasible(pool.books, ask)) continue;
          const numbers = numbersOf(pool.books, ask);
          const behind = waiting(pool.books).some((other) => accepted(other, ask) && numbersOf(pool.books, other).some((r) => numbers.includes(r)));
          if (behind) numbered += 1;
          else if (!feasible(pool.books, ask, keptBefore(pool, ask))) reserved += 1;
          else {
            throw new Error(`step ${ask.id} waits for ${JSON.stringify(pool.engine.whyWaiting(ask.id, pool.books.now))}`);
          }
        }
      }
    }),
    { numRuns: 2 * RUNS, seed: SEED },
  );
  expect(Math.min(waited, refused)).toBeGreaterThan(100);
  expect(Math.min(reserved, numbered)).toBeGreaterThan(10);
});

test("the candidate chosen for a claim is the one brute force finds", () => {
  let compared = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      pool.decide();
      for (const draw of draws) {
        // Nothing is kept for anybody, and nobody is moved.
        if (draw.kind === "prioritise") continue;
        const alone = draw.kind === "submit" ? { ...draw, due: Math.abs(draw.due), ground: "none" as const, claims: draw.claims.slice(0, 1) } : draw;
        player.act(alone);
        const wasQuiet = alone.kind === "submit";
        const ask = [...pool.books.steps.values()].at(-1)?.ask;
        const best = wasQuiet && ask ? bestOf(ask.claims[0]!.count, options(pool.books, ask.claims[0]!, new Map(), ask.barred)) : undefined;
        const decisions = pool.decide().flatMap((batch) => batch.decisions);
        if (!wasQuiet || !ask) continue;
        const decision = decisions.find((one) => one.step === ask.id);
        if (!decision || decision.outcome === "refused") continue;
        // Several of one unit: the best unit is not the unit of the best.
        if (ask.claims[0]!.count > 1 && ask.claims[0]!.sameUnit !== null) continue;
        compared += 1;
        expect(decision.allocations.map(({ resource, period, amount }) => ({ resource, period, amount }))).toEqual(
          best!.flatMap(({ resource, takes }) => takes.map((take) => ({ resource, ...take }))),
        );
        const { terms } = decision.reasons[0]!.winner!;
        expect([terms.period, terms.distance, terms.otherUnit, terms.loadPercent, best![0]!.resource]).toEqual(best![0]!.score);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(compared).toBeGreaterThan(200);
});

test("nobody behind overtakes: a step is granted only when nobody before it asks the same", () => {
  let granted = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      // One kind of step, so that lines are long.
      const same = draws.find((draw) => draw.kind === "submit");
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      for (const draw of draws) {
        if (draw.kind === "submit" && same?.kind === "submit") {
          player.act({ ...same, claims: same.claims.map((claim) => ({ ...claim, tomorrow: false })), due: draw.due });
        } else player.act(draw);
        const line = new Map(waiting(pool.books).map((ask) => [ask.id, ask]));
        for (const batch of pool.decide()) {
          for (const { step, attempt } of batch.requeued) line.set(step, { ...pool.books.steps.get(step)!.ask, attempt });
          for (const { step, outcome } of batch.decisions) {
            const mine = line.get(step)!;
            line.delete(step);
            if (outcome !== "granted") continue;
            granted += 1;
            for (const other of line.values()) {
              if (asks(other) !== asks(mine)) continue;
              const first = numbersOf(pool.books, mine).length > 0 ? accepted : before;
              expect(first(other, mine)).toBe(false);
            }
          }
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(granted).toBeGreaterThan(200);
});

test("the same input makes the same decisions, also after a restart from the books at any point", () => {
  fc.assert(
    fc.property(anyPool, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ([resources, draws], restarts) => {
      const run = (restart: boolean, perTurn: number): unknown => {
        const pool = newPool(draws, perTurn);
        const player = new Player(pool, resources);
        return draws.map((draw, at) => {
          if (restart && restarts[at]) pool.restart();
          player.act(draw);
          return effects(pool.decide());
        });
      };
      const once = run(false, 1_000);
      expect(run(false, 1_000)).toEqual(once);
      expect(run(true, 1_000)).toEqual(once);
      // Nor does it matter how many decisions fit in a turn.
      expect(run(false, 1)).toEqual(once);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

/**
 * What several batches did, as one. In the order of steps: two steps that do not compete may change places when an
 * engine that was just started has to ask policy for one of them again.
 */
function effects(batches: readonly Batch[]): unknown {
  return {
    decisions: batches.flatMap((batch) => batch.decisions).sort((a, b) => a.step - b.step || a.attempt - b.attempt),
    closings: batches.flatMap((batch) => batch.closings),
    requeued: batches.flatMap((batch) => batch.requeued),
  };
}

test("release undoes reserve: when everybody has withdrawn, the pool gives as if nobody had asked", () => {
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const submits = draws.filter((draw) => draw.kind === "submit");
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      const first = submits.flatMap((draw) => {
        player.act(draw);
        return gifts(pool.decide(), 0);
      });
      const asked = [...pool.books.steps.keys()];
      pool.say({ kind: "dropped", steps: asked });
      pool.decide();
      for (const { held, settled } of pool.books.balances.values()) expect([held, settled]).toEqual([0, 0]);
      expect(pool.engine.counts()).toMatchObject({ waiting: 0, holding: 0 });
      const again = submits.flatMap((draw) => {
        player.act(draw);
        return gifts(pool.decide(), asked.length);
      });
      expect(again).toEqual(first);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

const gifts = (batches: readonly Batch[], stepsBefore: number): unknown[] =>
  batches.flatMap((batch) =>
    batch.decisions.map((decision) => [
      decision.step - stepsBefore,
      decision.outcome === "granted" && decision.allocations.map(({ resource, period, amount }) => [resource, period, amount]),
    ]),
  );

test("a batch computed ahead of a refused one is taken back with it, and all are found again", () => {
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      pool.decide();
      for (const draw of draws) {
        player.act(draw);
        pool.decide();
      }
      // Three batches ahead, none answered.
      const events = [
        { kind: "dropped" as const, steps: waiting(pool.books).slice(0, 1).map(({ id }) => id) },
        { kind: "dropped" as const, steps: [...pool.books.steps.values()].filter(({ state }) => state === "holding").map(({ ask }) => ask.id) },
        { kind: "tick" as const },
      ];
      const ahead = (): Batch[] => events.map((event) => pool.engine.step([event], pool.books.now + 86_400_000).batch);
      const first = ahead();
      pool.engine.forget(first[0]!);
      expect(ahead()).toEqual(first);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test("whoever is passed is named: the most urgent who waits for one of the same classes, with a ground", () => {
  let passed = 0;
  fc.assert(
    fc.property(crowdedSupplies, crowdedActs, (resources, draws) => {
      const pool = new Pool();
      const player = new Player(pool, resources);
      const classes = (ask: StepAsk): Set<string> => new Set(ask.claims.map(({ classId }) => classId));
      for (const draw of draws) {
        player.act(draw);
        const line = new Map(waiting(pool.books).map((ask) => [ask.id, ask]));
        for (const batch of pool.decide()) {
          for (const { step } of batch.requeued) line.set(step, pool.books.steps.get(step)!.ask);
          for (const decision of batch.decisions) {
            const mine = line.get(decision.step)!;
            line.delete(decision.step);
            if (decision.outcome !== "granted") continue;
            // Lines for a number stand in another order.
            const numbered = [...line.values()].some((ask) => ask.claims.some(({ classId }) => classes(mine).has(classId)) && numbersOf(pool.books, ask).length > 0);
            if (numbered) continue;
            const first = [...line.values()]
              .filter((other) => before(other, mine) && other.claims.some(({ classId }) => classes(mine).has(classId)))
              .sort((a, b) => (before(a, b) ? -1 : 1))[0];
            if (first) {
              passed += 1;
              expect(decision.passed).toMatchObject({ step: first.id });
              expect(decision.passed!.ground).not.toBe("priority");
            } else if (decision.passed) {
              expect(decision.passed.ground).toBe("priority");
              expect(mine.priority).not.toBeNull();
            }
          }
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(passed).toBeGreaterThan(30);
});

test("what is kept for overdue steps is free, theirs alone and in their order; emergencies move others once, and only to be served", () => {
  let kept = 0;
  let moved = 0;
  fc.assert(
    fc.property(crowdedSupplies, crowdedActs, (resources, draws) => {
      const pool = new Pool();
      const player = new Player(pool, resources);
      for (const draw of draws) {
        player.act(draw);
        for (const batch of pool.decide()) {
          const served = batch.decisions.filter(({ step, outcome }) => outcome === "granted" && pool.books.steps.get(step)!.ask.priority?.advanceMs === Infinity);
          for (const { movedFor } of batch.requeued) {
            if (movedFor === null) continue;
            moved += 1;
            expect(movedFor).toBe("flood");
            expect(served.length).toBeGreaterThan(0);
          }
        }
        const reservations = pool.engine.reservations();
        kept += reservations.length;
        const sums = new Map<string, number>();
        reservations.forEach(({ step, resource, period, amount }, at) => {
          const { ask, state } = pool.books.steps.get(step)!;
          expect(state).toBe("waiting");
          const absolute = ask.priority?.advanceMs === Infinity;
          expect(absolute || ask.dueAt - ask.expectedMinutes * 60_000 - (ask.priority?.advanceMs ?? 0) <= pool.books.now).toBe(true);
          const last = reservations[at - 1];
          if (last && last.step !== step) expect(before(pool.books.steps.get(last.step)!.ask, ask)).toBe(true);
          const key = `${resource}/${period}`;
          sums.set(key, (sums.get(key) ?? 0) + amount);
        });
        for (const [key, sum] of sums) {
          const [resource, period] = key.split("/").map(Number) as [never, number];
          const { held, settled, borrowed, lent } = pool.books.balance(resource, period);
          expect(sum).toBeLessThanOrEqual(pool.books.capacity(resource, period) + borrowed - lent - held - settled);
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Math.min(kept, moved)).toBeGreaterThan(20);
});
