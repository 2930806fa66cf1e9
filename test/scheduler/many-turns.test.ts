import { afterEach, expect, test, vi } from "vitest";
import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import { Assume } from "../../src/scheduler/assume.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import { Pool } from "../support/books.js";
import { classOf, Words } from "../support/scene-words.js";

const NOON = Date.UTC(2026, 2, 2, 4);
const PIECES = classOf(new Words(["material.piece", "per=none"]));
const NORTH = "north" as UnitId;
const PLACE = "522301" as DivisionCode;

const shelf: ResourceSupply = {
  id: 1 as ResourceId,
  unitId: NORTH,
  classId: PIECES.id as ClassId,
  traits: [],
  jurisdiction: [PLACE],
  unitDivision: PLACE,
  limits: { min: 1, max: 1_000, step: 1 },
  earmark: null,
  offered: true,
  automated: false,
  generation: 1,
  capacity: { first: 0, amounts: [100], peak: 100 },
};

const step = (id: number, amount: number): StepAsk => ({
  id: id as StepId,
  requestId: id as RequestId,
  attempt: 1,
  arrivedAt: NOON + id,
  dueAt: NOON + 1e9,
  expectedMinutes: 0,
  ...PLAIN_STEP,
  claims: [{ ...PLAIN_CLAIM, classId: PIECES.id, amount, scope: "pool", division: PLACE, unitId: NORTH }],
});

afterEach(() => void vi.restoreAllMocks());

test("what a batch touched is known after more turns than 32 bits count", () => {
  const finish = Assume.prototype.finish;
  vi.spyOn(Assume.prototype, "finish").mockImplementation(function (this: Assume, now) {
    const batch = finish.call(this, now);
    const { draft } = this as unknown as { draft: { number: number } };
    if (draft.number < 2 ** 31) draft.number = 2 ** 31;
    return batch;
  });
  const pool = new Pool();
  pool.books.now = NOON;
  pool.say({ kind: "classes", classes: [PIECES] }, { kind: "resources", resources: [shelf] });
  // Whom policy lets serve whom is known after this one.
  pool.say({ kind: "ready", steps: [step(9, 5)] });
  pool.decide();
  // Refused in the turn it came in: its place is free once, and no two steps stand in it.
  pool.say({ kind: "ready", steps: [step(1, 2_000)] });
  pool.decide();
  pool.say({ kind: "ready", steps: [step(2, 10), step(3, 20)] });
  pool.decide();
  expect(pool.books.decisions.map(({ step, outcome }) => [step, outcome])).toEqual([[9, "granted"], [1, "refused"], [2, "granted"], [3, "granted"]]);
  expect(pool.engine.counts()).toMatchObject({ waiting: 0, holding: 3 });
  pool.say({ kind: "ended", step: 2 as StepId, settle: [] }, { kind: "ended", step: 3 as StepId, settle: [] });
  pool.decide();
  expect(pool.engine.counts()).toMatchObject({ waiting: 0, holding: 1 });
});
