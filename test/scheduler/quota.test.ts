import fc from "fast-check";
import { expect, test } from "vitest";
import type { CohortId, UnitId } from "../../src/domain/id.js";
import type { Batch } from "../../src/scheduler/contract.js";
import type { QuotaRules } from "../../src/scheduler/quota-rules.js";
import { INDEXING } from "../../src/scheduler/fit.js";
import { Books, Pool } from "../support/books.js";
import { feasible, impossibleStep } from "../support/brute-force.js";
import { mayUse, overUse, type Uses, usesOf } from "../support/brute-quota.js";
import { type Act, acts, crowdedActs, crowdedSupplies, Player, supplies, CLASSES } from "../support/random-pool.js";

const RUNS = 150;
const SEED = 20260302;

const limit = fc.constantFrom(null, null, 0, 1, 3);

/** Quotas of two units for some of the classes, in a tree of up to three cohorts. */
const rules: fc.Arbitrary<QuotaRules> = fc
  .record({
    halfLifeDays: fc.constantFrom(1, 7),
    parents: fc.constantFrom<(string | null)[]>(["city"], [null], ["east", "city"]),
    of: fc.array(
      fc.record({
        cls: fc.nat({ max: 4 }),
        unit: fc.constantFrom("north", "south"),
        cohort: fc.constantFrom("city", "city", "east"),
        nominal: fc.constantFrom("own" as const, "own" as const, 0, 1, 3, 6),
        borrowingLimit: limit,
        lendingLimit: limit,
        weight: fc.constantFrom(0, 1, 1, 3),
      }),
      { minLength: 2, maxLength: 8 },
    ),
  })
  .map(({ halfLifeDays, parents, of }) => ({
    halfLifeDays,
    cohorts: [
      { id: "city" as CohortId, parent: null },
      { id: "east" as CohortId, parent: (parents[0] === "city" ? "city" : null) as CohortId | null },
    ],
    quotas: [...new Map(of.map((one) => [`${one.unit}/${one.cls}`, one])).values()].map(({ cls, unit, cohort, ...rest }) => ({
      ...rest,
      unitId: unit as UnitId,
      classId: CLASSES[cls]!.id,
      cohort: cohort as CohortId,
    })),
  }));

/** Both units share days and pieces, and lend what they have of them: much is borrowed, and taken back. */
const lending: fc.Arbitrary<QuotaRules> = fc
  .array(fc.record({ nominal: fc.constantFrom("own" as const, "own" as const, 2, 4), weight: fc.constantFrom(1, 2) }), { minLength: 4, maxLength: 4 })
  .map((of) => ({
    halfLifeDays: 7,
    cohorts: [{ id: "city" as CohortId, parent: null }],
    quotas: of.map((rest, at) => ({
      ...rest,
      unitId: (at % 2 === 0 ? "north" : "south") as UnitId,
      classId: CLASSES[at < 2 ? 0 : 4]!.id,
      cohort: "city" as CohortId,
      borrowingLimit: null,
      lendingLimit: null,
    })),
  }));

/** Nobody is in a hurry, and nothing is kept: what is in the way is what others borrowed. */
const patientActs = crowdedActs.map((draws) =>
  draws.map((draw): Act => (draw.kind === "submit" ? { ...draw, due: Math.abs(draw.due) % 3, ground: "none", claims: draw.claims.slice(0, 1).map((claim) => ({ ...claim, cls: claim.cls === 3 ? 0 : claim.cls, spread: false })) } : draw.kind === "prioritise" ? { ...draw, ground: "none" } : draw)),
);

const lenders = fc.tuple(crowdedSupplies, patientActs, lending);

const anyPool = fc.oneof(fc.tuple(supplies, acts, rules), fc.tuple(crowdedSupplies, crowdedActs, rules), lenders);

const newPool = (draws: readonly unknown[], perTurn = 1_000): Pool => new Pool(perTurn, new Books(), draws.length % 2 === 0 ? INDEXING : { scanMax: 1, heapMin: 1, heapShare: 2 });

function declare(pool: Pool, quotas: QuotaRules): void {
  pool.say({ kind: "quotas", quotas }, { kind: "quotaSettled", rows: [...pool.books.settled.values()] });
}

test("no unit is given more than its nominal quota and what it may borrow, no cohort more than its members lend, and nobody what others keep", () => {
  let charged = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws, quotas]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      declare(pool, quotas);
      for (const draw of draws) {
        player.act(draw);
        const before: Uses = usesOf(pool.books);
        const batches = pool.decide();
        const granted = batches.flatMap(({ decisions }) => decisions.flatMap((one) => (one.outcome === "granted" ? [one.step] : [])));
        charged += granted.length;
        expect(overUse(pool.books, before, granted)).toEqual([]);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(charged).toBeGreaterThan(500);
});

test("the same input makes the same decisions with quotas, also after a restart at any point, after failed commits, and however short a turn", () => {
  let moved = 0;
  fc.assert(
    fc.property(anyPool, rules, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), ([resources, draws, quotas], others, restarts) => {
      const run = (restart: boolean, perTurn: number): unknown => {
        const pool = newPool(draws, perTurn);
        const player = new Player(pool, resources);
        declare(pool, quotas);
        return draws.map((draw, at) => {
          if (restart && restarts[at]) pool.restart();
          if (at === 20) declare(pool, others);
          player.act(draw);
          const batches = pool.decide();
          moved += batches.flatMap(({ requeued }) => requeued).filter(({ movedFor }) => movedFor === "reclaimed").length;
          return effects(batches);
        });
      };
      const once = run(false, 1_000);
      expect(run(false, 1_000)).toEqual(once);
      expect(run(true, 1_000), "restart").toEqual(once);
      expect(run(false, 1), "short turns").toEqual(once);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(moved).toBeGreaterThan(10);
});

test("nothing is withheld: who waits first could not be given it within what their unit may use, and who is refused could never be", () => {
  let waited = 0;
  fc.assert(
    fc.property(anyPool, ([resources, draws, quotas]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      declare(pool, quotas);
      for (const draw of draws) {
        player.act(draw);
        pool.decide();
        if (pool.engine.reservations().length > 0) continue;
        const seen = new Set<string>();
        for (const { ask, state } of pool.books.steps.values()) {
          if (state !== "waiting" || impossibleStep(pool.books, ask)) continue;
          const key = JSON.stringify([ask.claims, ask.barred]);
          if (seen.has(key) || ask.claims.some(({ classId, spread, count }) => classId === "function.gate" || (spread && count > 1))) continue;
          seen.add(key);
          waited += 1;
          if (feasible(pool.books, ask, new Map(), (served) => mayUse(pool.books, ask, served))) throw new Error(`step ${ask.id} waits for ${JSON.stringify(pool.engine.whyWaiting(ask.id, pool.books.now))}`);
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(waited).toBeGreaterThan(100);
});

test("what is borrowed is taken back from nobody twice, and from nobody whose work began or begins today", () => {
  let moved = 0;
  fc.assert(
    fc.property(lenders, ([resources, draws, quotas]) => {
      const pool = newPool(draws);
      const player = new Player(pool, resources);
      declare(pool, quotas);
      const times = new Map<number, number>();
      for (const draw of draws) {
        player.act(draw);
        const held = new Map([...pool.books.steps].map(([id, { holds, started }]) => [id, { holds: [...holds], started }]));
        for (const batch of pool.decide()) {
          for (const { step, movedFor } of batch.requeued) {
            if (movedFor === null) continue;
            expect(times.get(step)).toBeUndefined();
            times.set(step, 1);
            if (movedFor !== "reclaimed") continue;
            moved += 1;
            expect(held.get(step)?.started ?? false).toBe(false);
          }
        }
        expect(pool.engine.effort().loops).toBe(0);
      }
    }),
    { numRuns: 2 * RUNS, seed: SEED },
  );
  expect(moved).toBeGreaterThan(10);
});

/**
 * As in properties.test.ts, in the order of steps; of several resources of one claim, in the order of resources. The ground of a passing names
 * what the one passed was last seen to lack, which one who just started may find to be another of the claims it lacks.
 */
function effects(batches: readonly Batch[]): unknown {
  return {
    decisions: batches
      .flatMap((batch) => batch.decisions)
      .map((one) => ({ ...one, passed: one.passed?.step }))
      .sort((a, b) => a.step - b.step || a.attempt - b.attempt),
    closings: batches.flatMap((batch) => batch.closings).map((one) => JSON.stringify(one)).sort(),
    requeued: batches.flatMap((batch) => batch.requeued),
  };
}
