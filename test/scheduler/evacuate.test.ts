import fc from "fast-check";
import { expect, test } from "vitest";
import { periodEnd } from "../../src/domain/pool/period.js";
import type { Batch } from "../../src/scheduler/contract.js";
import { INDEXING } from "../../src/scheduler/fit.js";
import { Books, Pool } from "../support/books.js";
import { options } from "../support/brute-force.js";
import { acts, crowdedActs, crowdedSupplies, evacuation, Player, supplies, type Act } from "../support/random-pool.js";

/*
 * Resources that give no more, in pools where anything else happens too: what they held is somewhere else at the same
 * time if that can be, waits in its place if not, and is moved once for one reason.
 */

const RUNS = 150;
const SEED = 20261122;

/** Somebody is drained between other acts; nobody is in an emergency. */
const drained = (some: fc.Arbitrary<Act[]>): fc.Arbitrary<Act[]> =>
  fc.tuple(some, fc.array(fc.tuple(fc.nat({ max: 30 }), evacuation), { minLength: 1, maxLength: 5 })).map(([others, drains]) => {
    const all = others.map((act) => ("ground" in act && act.ground === "flood" ? { ...act, ground: "none" as const } : act));
    for (const [at, drain] of drains) all.splice(at % (all.length + 1), 0, drain);
    return all;
  });

const anyPool = fc.oneof(fc.tuple(supplies, drained(acts)), fc.tuple(crowdedSupplies, drained(crowdedActs)));

const newPool = (draws: readonly unknown[], perTurn = 1_000): Pool =>
  new Pool(perTurn, new Books(), draws.length % 2 === 0 ? INDEXING : { scanMax: 1, heapMin: 1, heapShare: 2 }, draws.length % 3 === 0 ? 0 : undefined);

const settings = { seed: SEED, endOnFailure: true };

test("whatever is drained meanwhile, the books hold, and nobody is moved twice for one reason", () => {
  let moved = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      for (const draw of draws) {
        player.act(draw);
        for (const { requeued } of pool.decide()) moved += requeued.filter(({ movedFor }) => movedFor !== null).length;
      }
    }),
    { numRuns: 2 * RUNS, ...settings },
  );
  expect(moved).toBeGreaterThan(50);
});

test("where nothing is left nobody unstarted is held; where little is left no more than that", () => {
  let emptied = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      const { books } = pool;
      for (const draw of draws) {
        player.act(draw);
        pool.decide();
        if (draw.kind !== "evacuate" || player.lastEvacuated === undefined) continue;
        const { resource, from } = player.lastEvacuated;
        const supply = books.resources.get(resource)!;
        const { period: kind } = books.classes.get(supply.classId)!;
        for (const { holds, started, ask } of books.steps.values()) {
          const numbered = holds.some((one) => books.classes.get(books.resources.get(one.resource)!.classId)!.kind === "function" && books.resources.get(one.resource)!.capacity !== "unlimited");
          if (started || numbered) continue;
          for (const { period, ...one } of holds) {
            if (one.resource !== resource || (kind !== "none" && periodEnd(kind, period) <= from)) continue;
            emptied += 1;
            const others = [...books.steps.values()].filter((other) => other.started || other.holds.some((hold) => books.classes.get(books.resources.get(hold.resource)!.classId)!.kind === "function"));
            const bound = others.flatMap((other) => other.holds).filter((other) => other.resource === resource && other.period === period).reduce((sum, { amount }) => sum + amount, 0);
            expect(books.balance(resource, period).held, `step ${ask.id}`).toBeLessThanOrEqual(Math.max(bound, books.capacity(resource, period)));
          }
        }
      }
    }),
    { numRuns: RUNS, ...settings },
  );
  expect(emptied).toBeGreaterThan(10);
});

/** Many ask for one thing each, and one of those who serve them goes. */
const oneGoes = fc.tuple(
  fc.array(fc.record({ cls: fc.constantFrom(0, 1), unit: fc.constantFrom(0 as const, 1 as const), amount: fc.constantFrom(2, 3, 5), wide: fc.constant(true), trait: fc.constant(true), step: fc.constant(1 as const), closed: fc.boolean() }), { minLength: 3, maxLength: 6 }),
  fc.array(
    fc.record({
      kind: fc.constant("submit" as const),
      unit: fc.constantFrom(0 as const, 1 as const),
      due: fc.constantFrom(0, 1, 2),
      ground: fc.constant("none" as const),
      officers: fc.constant<readonly number[]>([]),
      claims: fc.tuple(fc.record({ cls: fc.constantFrom(0, 1), amount: fc.constantFrom(1, 2, 3), own: fc.boolean(), trait: fc.boolean(), slots: fc.constantFrom(1, 2), spread: fc.constant(false), together: fc.boolean(), tomorrow: fc.boolean(), count: fc.constant(1), same: fc.constant(0 as const) })),
    }),
    { minLength: 3, maxLength: 12 },
  ),
  fc.nat({ max: 9 }),
);

test("the most urgent who must go keeps its time where brute force finds somebody who can give it, and nowhere else", () => {
  let same = 0;
  let other = 0;
  fc.assert(
    fc.property(oneGoes, ([resources, submits, at]) => {
      const pool = newPool(submits);
      const player = new Player(pool, resources);
      const { books } = pool;
      for (const submit of submits) player.act(submit);
      pool.decide();
      player.act({ kind: "evacuate", at, left: 0, days: 0 });
      const { resource } = player.lastEvacuated!;
      const goes = [...books.steps.values()].filter(({ holds }) => holds.some((one) => one.resource === resource));
      const [first] = goes.sort((a, b) => a.ask.dueAt - b.ask.dueAt || a.ask.id - b.ask.id);
      if (!first) return;
      const { period } = first.holds[0]!;
      const own = new Map(first.holds.map((one) => [`${one.resource}/${one.period}`, -one.amount]));
      const could = options(books, first.ask.claims[0]!, own).some(({ takes }) => takes[0]!.period === period);
      pool.decide();
      if (could) same += 1;
      else other += 1;
      expect(first.holds[0]?.period === period).toBe(could);
      expect(first.ask).toMatchObject({ attempt: 2, moved: true });
    }),
    { numRuns: 4 * RUNS, ...settings },
  );
  expect(Math.min(same, other)).toBeGreaterThan(50);
});

test("the same input makes the same moves, also after a restart at any point and however short a turn", () => {
  fc.assert(
    fc.property(anyPool, fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }), ([resources, draws], restarts) => {
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
      expect(run(true, 1_000)).toEqual(once);
      expect(run(false, 1)).toEqual(once);
    }),
    { numRuns: RUNS, ...settings },
  );
});

/** Two steps that do not compete may change places when an engine that was just started asks policy for one of them again. */
function effects(batches: readonly Batch[]): unknown {
  const byStep = <T extends { readonly step: number; readonly attempt: number }>(all: readonly T[]): T[] => all.toSorted((a, b) => a.step - b.step || a.attempt - b.attempt);
  return {
    // Whom a grant passed is told of those who were parked; what was given is what must be the same.
    given: byStep(batches.flatMap((batch) => batch.decisions)).map((one) => [one.step, one.attempt, one.outcome === "granted" && one.allocations]),
    closings: byStep(batches.flatMap((batch) => batch.closings).map((one) => ({ ...one, step: one.allocation.step, attempt: one.allocation.attempt }))),
    requeued: byStep(batches.flatMap((batch) => batch.requeued)),
  };
}
