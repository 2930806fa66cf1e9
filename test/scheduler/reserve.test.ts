import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import { Pool } from "../support/books.js";

const HOUR = 3_600_000;
const MORNING = Date.UTC(2026, 2, 2, 1);
/** Nobody uses a piece for longer. */
const LONGEST_HOURS = 3;

const pieces: CapacityClass = {
  id: "material.pieces" as ClassId, kind: "material", names: { zh: "件", en: "pieces" }, measure: "piece", period: "none", horizonDays: null,
  per: "unit", lend: "none", act: "none", consumable: false, limits: { min: 1, max: 10, step: 1 }, source: null, generation: 1,
};
const shelf: ResourceSupply = {
  id: 1 as ResourceId, unitId: "north" as UnitId, classId: pieces.id, traits: [], jurisdiction: ["522301" as DivisionCode], unitDivision: "522301" as DivisionCode,
  limits: { min: 1, max: 10, step: 1 }, earmark: null, offered: true, automated: false, generation: 1, capacity: { first: 0, amounts: [5], peak: 5 },
};

test("backfill costs no overdue step more than the work that had begun before: small asks without end do not starve a large one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ amount: fc.integer({ min: 1, max: 2 }), hours: fc.integer({ min: 1, max: LONGEST_HOURS }) }), { minLength: 60, maxLength: 90 }),
      fc.integer({ min: 3, max: 5 }),
      fc.integer({ min: 1, max: 8 }),
      (smalls, amount, begins) => {
        const pool = new Pool();
        pool.books.now = MORNING;
        pool.say({ kind: "classes", classes: [pieces] }, { kind: "resources", resources: [shelf] });
        const ask = (id: number, wanted: number, dueAt: number): StepAsk => ({
          id: id as StepId, requestId: id as RequestId, attempt: 1, arrivedAt: pool.books.now, dueAt, expectedMinutes: 0, ...PLAIN_STEP,
          claims: [{ ...PLAIN_CLAIM, classId: pieces.id, amount: wanted, scope: "pool", division: "522301" as DivisionCode, unitId: "north" as UnitId }],
        });
        const overdueAt = MORNING + begins * HOUR;
        const large = 1_000 as StepId;
        let next = 0;
        let served: number | undefined;
        const ends = new Map<StepId, number>();
        for (let hour = 0; hour < 24 && served === undefined; hour += 1) {
          pool.books.now = MORNING + hour * HOUR;
          for (const [step, at] of ends) {
            if (at > pool.books.now) continue;
            ends.delete(step);
            pool.say({ kind: "ended", step, settle: [] });
          }
          // Three more every hour, and always less urgent.
          for (let more = 0; more < 3 && next < smalls.length; more += 1, next += 1) {
            pool.say({ kind: "ready", steps: [ask(next + 1, smalls[next]!.amount, pool.books.now + 240 * HOUR)] });
          }
          if (hour === 0) pool.say({ kind: "ready", steps: [ask(large, amount, overdueAt)] });
          for (const { decisions } of pool.decide()) {
            for (const { step, outcome } of decisions) {
              if (outcome !== "granted") continue;
              if (step === large) served = pool.books.now;
              else ends.set(step, pool.books.now + smalls[step - 1]!.hours * HOUR);
            }
          }
        }
        expect(served).toBeDefined();
        expect(served!).toBeLessThanOrEqual(overdueAt + LONGEST_HOURS * HOUR);
      },
    ),
    { numRuns: 300, seed: 20260302 },
  );
});

test("a request without a ground that is older than the longest advance goes before every new one that has a ground", () => {
  fc.assert(
    fc.property(fc.integer({ min: 31, max: 60 }), fc.integer({ min: 1, max: 400 }), (olderDays, advanceDays) => {
      const pool = new Pool();
      pool.books.now = MORNING;
      pool.say({ kind: "classes", classes: [pieces] }, { kind: "resources", resources: [{ ...shelf, capacity: { first: 0, amounts: [1], peak: 1 } }] });
      const base = { requestId: null, attempt: 1, expectedMinutes: 0, ...PLAIN_STEP, claims: [{ ...PLAIN_CLAIM, classId: pieces.id, amount: 1, scope: "pool" as const, division: "522301" as DivisionCode, unitId: "north" as UnitId }] };
      const limit = 20 * 24 * HOUR;
      const older = MORNING - olderDays * 24 * HOUR;
      pool.say({ kind: "ready", steps: [
        { ...base, requestId: 1 as RequestId, id: 1 as StepId, arrivedAt: MORNING, dueAt: MORNING + limit, priority: { ground: "elderly", advanceMs: advanceDays * 24 * HOUR } },
        { ...base, requestId: 2 as RequestId, id: 2 as StepId, arrivedAt: older, dueAt: older + limit },
      ] });
      pool.decide();
      expect(pool.books.decisions.map(({ step }) => step)).toEqual([2]);
    }),
    { numRuns: 100, seed: 20260302 },
  );
});
