import fc from "fast-check";
import { expect, test } from "vitest";
import { Books, Pool } from "../support/books.js";
import { compare, feasible, impossible, options } from "../support/brute-force.js";
import { acts, Player, supplies } from "../support/random-pool.js";
import type { Batch, StepAsk } from "../../src/scheduler/contract.js";

const RUNS = 200;
const SEED = 20260302;

/** What a step asks, without who and when. */
const asks = (ask: StepAsk): string => JSON.stringify([ask.claims, ask.barred.map(({ resource }) => resource)]);

/** The order of the queue, from its definition. */
const before = (a: StepAsk, b: StepAsk): boolean => {
  const key = (s: StepAsk): number[] => [s.dueAt - s.expectedMinutes * 60_000, s.arrivedAt, s.id];
  return compare(key(a), key(b)) < 0;
};

const waiting = (books: Books): StepAsk[] => [...books.steps.values()].filter(({ state }) => state === "waiting").map(({ ask }) => ask);

test("whatever happens, the books hold: nothing above capacity, every step whole, every sum consistent", () => {
  fc.assert(
    fc.property(supplies, acts, (resources, draws) => {
      const pool = new Pool();
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
  fc.assert(
    fc.property(supplies, acts, (resources, draws) => {
      const pool = new Pool();
      const player = new Player(pool, resources);
      for (const draw of draws) {
        player.act(draw);
        const batches = pool.decide();
        for (const { decisions } of batches) {
          for (const { outcome, step } of decisions) {
            if (outcome !== "refused") continue;
            refused += 1;
            const { ask } = pool.books.steps.get(step)!;
            expect(ask.claims.some((claim) => impossible(pool.books, claim, ask.barred))).toBe(true);
          }
        }
        const seen = new Set<string>();
        for (const ask of waiting(pool.books)) {
          expect(ask.claims.some((claim) => impossible(pool.books, claim, ask.barred))).toBe(false);
          if (seen.has(asks(ask))) continue;
          seen.add(asks(ask));
          waited += 1;
          if (feasible(pool.books, ask)) {
            throw new Error(`step ${ask.id} waits for ${JSON.stringify(pool.engine.whyWaiting(ask.id, pool.books.now))}`);
          }
        }
      }
    }),
    { numRuns: 2 * RUNS, seed: SEED },
  );
  expect(Math.min(waited, refused)).toBeGreaterThan(100);
});

test("the candidate chosen for a claim is the one brute force finds", () => {
  let compared = 0;
  fc.assert(
    fc.property(supplies, acts, (resources, draws) => {
      const pool = new Pool();
      const player = new Player(pool, resources);
      pool.decide();
      for (const draw of draws) {
        const alone = draw.kind === "submit" ? { ...draw, claims: draw.claims.slice(0, 1) } : draw;
        player.act(alone);
        const wasQuiet = alone.kind === "submit";
        const ask = [...pool.books.steps.values()].at(-1)?.ask;
        const best = wasQuiet && ask ? options(pool.books, ask.claims[0]!, new Map(), ask.barred)[0] : undefined;
        const decisions = pool.decide().flatMap((batch) => batch.decisions);
        if (!wasQuiet || !ask) continue;
        const decision = decisions.find((one) => one.step === ask.id);
        if (!decision || decision.outcome === "refused") continue;
        compared += 1;
        expect(decision.allocations.map(({ resource, period, amount }) => ({ resource, period, amount }))).toEqual(
          best!.takes.map((take) => ({ resource: best!.resource, ...take })),
        );
        const { terms } = decision.reasons[0]!.winner!;
        expect([terms.period, terms.distance, terms.otherUnit, terms.loadPercent, best!.resource]).toEqual(best!.score);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(compared).toBeGreaterThan(200);
});

test("nobody behind overtakes: a step is granted only when nobody before it asks the same", () => {
  let granted = 0;
  fc.assert(
    fc.property(supplies, acts, (resources, draws) => {
      // One kind of step, so that lines are long.
      const same = draws.find((draw) => draw.kind === "submit");
      const pool = new Pool();
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
            for (const other of line.values()) if (asks(other) === asks(mine)) expect(before(other, mine)).toBe(false);
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
    fc.property(supplies, acts, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (resources, draws, restarts) => {
      const run = (restart: boolean, perTurn: number): unknown => {
        const pool = new Pool(perTurn);
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
    fc.property(supplies, acts, (resources, draws) => {
      const submits = draws.filter((draw) => draw.kind === "submit");
      const pool = new Pool();
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
    fc.property(supplies, acts, (resources, draws) => {
      const pool = new Pool();
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
