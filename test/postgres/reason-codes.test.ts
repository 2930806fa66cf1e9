import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trusted, type ResourceId, type StepId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { ClaimReason } from "../../src/domain/pool/decision.js";
import { reasonCodes } from "../../src/postgres/reason-codes.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  for (const no of [1, 2, 3]) {
    await database.sql`
      insert into pool.shapes (pool_id, shape_hash, shape_no, class_id, policy_version, funnel, first_seq)
      values ('p', ${`hash-${no}`}, ${no}, ${`class-${no}`}, 1, '{}', 1)`;
  }
});
afterAll(() => database.end());

const STEP = trusted<StepId>(7_000_000_001);
const shapeNo = (hash: string): number | undefined => (hash.startsWith("hash-") ? Number(hash.slice(5)) : undefined);

const count = fc.integer({ min: 1, max: 100_000 });
const terms = fc.record({
  period: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  distance: fc.integer({ min: 0, max: 3 }),
  otherUnit: fc.constantFrom(0 as const, 1 as const),
  loadPercent: fc.integer({ min: 0, max: 400 }),
});
const chosen = fc.record({ resource: fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((id) => trusted<ResourceId>(id)), terms });
const reason = (ordinal: number): fc.Arbitrary<ClaimReason> =>
  fc.record({ shape: fc.constantFrom(1, 2, 3), closed: fc.option(count), full: fc.option(count), winner: chosen, runnerUp: fc.option(chosen) }).map(
    ({ shape, closed, full, winner, runnerUp }) => ({
      claim: claimIdOf(STEP, ordinal),
      class: trusted(`class-${shape}`),
      shape: `hash-${shape}`,
      outcome: "granted",
      dynamic: [
        ...(closed === null ? [] : [{ rule: "calendar" as const, count: closed }]),
        ...(full === null ? [] : [{ rule: "capacity" as const, count: full }]),
      ],
      winner,
      ...(runnerUp && { runnerUp }),
    }),
  );
const reasons = fc.integer({ min: 0, max: 5 }).chain((claims) => fc.tuple(...Array.from({ length: claims }, (_, ordinal) => reason(ordinal))));

const readBack = async (grounds: string | null, told: unknown = null) => {
  const [row] = await database.sql<{ reasons: ClaimReason[] }[]>`
    with d as (
      insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, grounds, told)
      values ('p', ${STEP}, (select count(*) from pool.decisions), (select count(*) from pool.decisions), 'granted', now(), 1, ${grounds}::int[], ${told === null ? null : database.sql.json(told as never)})
      returning *
    )
    select pool.reasons(d::pool.decisions) as reasons from d`;
  return row!.reasons;
};

describe("the reasons of a grant", () => {
  test("are read back as they were, whatever they say", async () => {
    await fc.assert(
      fc.asyncProperty(reasons, async (told) => {
        const codes = reasonCodes(STEP, told, shapeNo);
        expect(codes).toBeTypeOf("string");
        expect(await readBack(codes!)).toEqual(told);
      }),
      { numRuns: 60 },
    );
  });

  test("stay JSON when the numbers cannot hold them", async () => {
    const [plain] = fc.sample(reason(0), { numRuns: 1, seed: 3 });
    const winner = plain!.winner!;
    const unsayable: ClaimReason[] = [
      { ...plain!, shape: "unknown" },
      { ...plain!, outcome: "refused" },
      { ...plain!, claim: claimIdOf(STEP, 9) },
      { ...plain!, novel: true } as ClaimReason,
      { ...plain!, winner: { ...winner, terms: { ...winner.terms, novel: 1 } as typeof winner.terms } },
      { ...plain!, winner: { ...winner, resource: trusted(2 ** 31) } },
      { ...plain!, winner: { ...winner, terms: { ...winner.terms, loadPercent: 0.5 } } },
      { ...plain!, dynamic: [{ rule: "capacity", count: 1 }, { rule: "calendar", count: 1 }] },
    ];
    for (const one of unsayable) expect(reasonCodes(STEP, [one], shapeNo)).toBeUndefined();
    expect(await readBack(null, [plain])).toEqual([plain]);
  });
});
