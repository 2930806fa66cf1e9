import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClassId, CohortId, RequestId, StepId, UnitId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { ClaimAsk, StepAsk } from "../../src/scheduler/contract.js";
import type { Offer, OffersFound } from "../../src/scheduler/offers-asked.js";
import type { QuotaRules } from "../../src/scheduler/quota-rules.js";
import { Pool } from "../support/books.js";
import { options } from "../support/brute-force.js";
import { acts, Player, supplies, type Act } from "../support/random-pool.js";

const RUNS = 120;
const ALL = 100_000;

function ask(pool: Pool, claims: readonly ClaimAsk[], limit = ALL, perStart = ALL, perDay = ALL): OffersFound {
  const plain = { claims, limit, perStart, perDay };
  const first = pool.engine.offers({ ...plain, answers: [] }, pool.books.now);
  if (first.needs.questions.length === 0) return first;
  return pool.engine.offers({ ...plain, answers: first.needs.questions.map((question) => ({ ...question, allowed: pool.books.allows(question) })) }, pool.books.now);
}

const keyOf = (parts: readonly { claim: number; resource: number; takes: readonly { period: number; amount: number }[] }[]): string =>
  parts.map(({ claim, resource, takes }) => `${claim}:${resource}:${takes.map(({ period, amount }) => `${period}=${amount}`).join()}`).sort().join(" ");

/** Every way to meet all claims, the slow way. */
function everyWay(pool: Pool, claims: readonly ClaimAsk[]): Set<string> {
  const found = new Set<string>();
  const unit = (resource: number) => pool.books.resources.get(resource as never)!.unitId;
  const meet = (at: number, day: number, start: number, used: Map<string, number>, chosen: { claim: number; resource: number; takes: readonly { period: number; amount: number }[] }[]): void => {
    const claim = claims[at];
    if (!claim) return void found.add(keyOf(chosen));
    for (const option of options(pool.books, claim, used)) {
      if (option.day >= 0 && day >= 0 && option.day !== day) continue;
      const joins = claim.together && option.start !== null;
      if (joins && start >= 0 && option.start !== start) continue;
      if (chosen.some((one) => claim.sameUnit !== null && claims[one.claim]!.sameUnit === claim.sameUnit && unit(one.resource) !== unit(option.resource))) continue;
      if (chosen.some((one) => claim.sameResource !== null && claims[one.claim]!.sameResource === claim.sameResource && one.resource !== option.resource)) continue;
      const more = new Map(used);
      for (const { period, amount } of option.takes) more.set(`${option.resource}/${period}`, (more.get(`${option.resource}/${period}`) ?? 0) + amount);
      meet(at + 1, option.day >= 0 ? option.day : day, joins ? option.start! : start, more, [...chosen, { claim: at, resource: option.resource, takes: option.takes }]);
    }
  };
  meet(0, -1, -1, new Map(), []);
  return found;
}

/** Draws a pool with a past, and asks of two claims. */
const asking = fc.record({ supply: supplies, past: acts, same: fc.constantFrom(null, "sameUnit" as const, "sameResource" as const) });

/** Groups are drawn apart, and what is claimed by name is one resource. */
const single = (ask: StepAsk): StepAsk => ({ ...ask, claims: ask.claims.map((claim) => ({ ...claim, count: 1, sameUnit: null, sameResource: null })) });

function playedPool({ supply, past }: { supply: ConstructorParameters<typeof Player>[1]; past: readonly Act[] }): { pool: Pool; asks: readonly StepAsk[] } {
  const pool = new Pool();
  const player = new Player(pool, supply);
  const asks: StepAsk[] = [];
  for (const [at, act] of past.entries()) {
    if (act.kind === "submit" && at % 3 === 0) asks.push(single(player.step(act)));
    else player.act(act);
    pool.decide();
  }
  return { pool, asks };
}

const narrowed = (claims: readonly ClaimAsk[], same: "sameUnit" | "sameResource" | null): ClaimAsk[] =>
  // Half-hours are many: nobody enumerates three claims' freely.
  claims.slice(0, 2).map((claim) => ({ ...claim, ...(claim.classId === "staff.slot" ? { together: true } : {}), ...(same === null ? {} : { [same]: 1 }) }));

test("offers are every feasible placement and no infeasible one", () => {
  let compared = 0;
  fc.assert(
    fc.property(asking, ({ supply, past, same }) => {
      const { pool, asks } = playedPool({ supply, past });
      for (const { claims } of asks.slice(0, 2)) {
        const wanted = narrowed(claims, same);
        const found = ask(pool, wanted);
        const every = everyWay(pool, wanted);
        const mine = found.offers.map(({ parts }) => keyOf(parts));
        expect(new Set(mine).size).toBe(mine.length);
        if (found.complete) expect([...mine].sort()).toEqual([...every].sort());
        else for (const one of mine) expect(every.has(one)).toBe(true);
        if (found.complete && every.size > 1) compared += 1;
      }
    }),
    { numRuns: RUNS, seed: 31 },
  );
  expect(compared).toBeGreaterThan(15);
});

test("a limit keeps the first of them, and never more than it allows", () => {
  fc.assert(
    fc.property(asking, fc.integer({ min: 1, max: 5 }), ({ supply, past, same }, limit) => {
      const { pool, asks } = playedPool({ supply, past });
      for (const { claims } of asks.slice(0, 1)) {
        const wanted = narrowed(claims, same);
        const all = ask(pool, wanted);
        const few = ask(pool, wanted, limit);
        expect(few.offers).toEqual(all.offers.slice(0, limit));
        const onePerStart = ask(pool, wanted, ALL, 1);
        const starts = onePerStart.offers.map(({ startsAt }) => startsAt);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }
    }),
    { numRuns: 60, seed: 32 },
  );
});

/** What both units may use of everything but gates: little of their own, and one more. */
const TIGHT: QuotaRules = {
  halfLifeDays: 7,
  cohorts: [{ id: "city" as CohortId, parent: null }],
  quotas: ["north", "south"].flatMap((unitId) =>
    ["staff.day", "staff.slot", "material.stock"].map((classId) => ({ unitId: unitId as UnitId, classId: classId as ClassId, cohort: "city" as CohortId, nominal: 2, borrowingLimit: 1, lendingLimit: null, weight: 1 })),
  ),
};

test.each([
  ["without quotas", undefined],
  ["within what quotas leave", TIGHT],
])("asking takes nothing, and each offer is granted exactly as it stands, %s", (_, quotas) => {
  let taken = 0;
  let without = 0;
  fc.assert(
    fc.property(asking, ({ supply, past }) => {
      const { pool, asks } = playedPool({ supply, past });
      if (quotas && asks[0]) {
        const all = ask(pool, narrowed(asks[0].claims, null), 4).offers.length;
        pool.say({ kind: "quotas", quotas }, { kind: "quotaSettled", rows: [...pool.books.settled.values()] });
        pool.decide();
        if (ask(pool, narrowed(asks[0].claims, null), 4).offers.length < all) without += 1;
      }
      const first = asks[0];
      if (!first) return;
      const wanted = narrowed(first.claims, null);
      const before = JSON.stringify(ask(pool, wanted, 4));
      expect(JSON.stringify(ask(pool, wanted, 4))).toBe(before);
      const { offers: found } = JSON.parse(before) as { offers: Offer[] };
      const offer = found.at(-1);
      if (!offer) return;
      const direct: StepAsk = {
        ...first,
        requestId: null as RequestId | null,
        waits: false,
        barred: [],
        claims: wanted.map((claim, at) => {
          const part = offer.parts.find((one) => one.claim === at)!;
          return { ...claim, together: false, named: { resource: part.resource, generation: part.generation, period: part.takes[0]!.period } };
        }),
      };
      pool.say({ kind: "ready", steps: [direct] });
      const decision = pool.decide().flatMap((batch) => batch.decisions).find(({ step }) => step === direct.id)!;
      expect(decision).toMatchObject({ outcome: "granted" });
      const got = decision.outcome === "granted" ? decision.allocations : [];
      const given = wanted.map((_, claim) => {
        const rows = got.filter((row) => row.claim === claimIdOf(direct.id as StepId, claim));
        return { claim, resource: rows[0]!.resource, takes: rows.map(({ period, amount }) => ({ period, amount })) };
      });
      expect(keyOf(given)).toBe(keyOf(offer.parts));
      taken += 1;
    }),
    // Quotas leave nothing to offer in most worlds.
    { numRuns: quotas ? 2 * RUNS : RUNS, seed: 33 },
  );
  if (quotas) expect(without).toBeGreaterThan(5);
  expect(taken).toBeGreaterThan(20);
});
