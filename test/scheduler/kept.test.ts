import { expect, test } from "vitest";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { trusted, type ClassId, type DivisionCode, type ResourceId, type StepId, type UnitId } from "../../src/domain/id.js";
import { PLAIN_CLAIM, PLAIN_STEP, type Batch, type ClaimAsk, type Engine, type EngineEvent, type StepAsk } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { digest } from "../support/books.js";

/*
 * What claimants write (an amount, a purpose) is theirs to choose. What the engine keeps of it is bounded by who waits and
 * holds, whatever was ever asked.
 */

const NOW = Date.UTC(2026, 2, 2, 1);
const IDLE = 40;
const AID = trusted<ClassId>("funds.aid");
const PLACE = trusted<DivisionCode>("522301");
const unit = (n: number): UnitId => trusted<UnitId>(`unit-${n}`);

const CLASS: CapacityClass = {
  id: AID, kind: "funds", names: { zh: "救助资金", en: "aid" }, measure: "fen", period: "fiscal-year", horizonDays: null, per: "unit",
  lend: "none", act: "none", consumable: true, limits: { min: 1, max: 1_000_000, step: 1 }, source: null, generation: 1,
} as CapacityClass;

class Desk {
  readonly engine: Engine = createEngine({ digest, idleAsks: IDLE });
  #id = 0;

  constructor(kind: CapacityClass["kind"] = "funds") {
    this.go({ kind: "classes", classes: [{ ...CLASS, kind }] }, { kind: "policy", version: 1 }, {
      kind: "resources",
      resources: Array.from({ length: 20 }, (_, n) => ({
        id: trusted<ResourceId>(n + 1), unitId: unit(n), classId: AID, traits: [], jurisdiction: [PLACE], unitDivision: PLACE,
        limits: { min: 1, max: n % 2 === 0 ? 1_000_000 : 1_000, step: 1 }, earmark: null, offered: true, automated: false, generation: 1,
        capacity: { first: 2026, amounts: [1_000_000], peak: 1_000_000 },
      })),
    });
  }

  /** Until nothing is left to do; every question is answered yes. */
  go(...events: EngineEvent[]): Batch[] {
    const batches: Batch[] = [];
    for (let next: EngineEvent[] = events; ; ) {
      const turn = this.engine.step(next, NOW);
      this.engine.confirm(turn.batch);
      batches.push(turn.batch);
      const { version, questions } = turn.needs;
      if (questions.length === 0 && !turn.more) return batches;
      next = questions.length === 0 ? [] : [{ kind: "policyAnswers", version, answers: questions.map((one) => ({ ...one, allowed: true })) }];
    }
  }

  step(over: Partial<ClaimAsk>): StepAsk {
    const claim: ClaimAsk = { ...PLAIN_CLAIM, classId: AID, scope: "pool", division: PLACE, unitId: unit(1), amount: 1, ...over };
    return { ...PLAIN_STEP, id: trusted<StepId>((this.#id += 1)), requestId: null, attempt: 1, arrivedAt: NOW, dueAt: NOW, expectedMinutes: 0, claims: [claim] } as StepAsk;
  }

  /** Asked, answered and dropped. */
  passBy(over: Partial<ClaimAsk>): string[] {
    const step = this.step(over);
    const batches = [...this.go({ kind: "ready", steps: [step] }), ...this.go({ kind: "dropped", steps: [step.id] })];
    return batches.flatMap(({ decisions }) => decisions.map(({ outcome }) => outcome));
  }
}

const ASKED = 2_000;
/** Letting go is put off until a quarter more than that rests. */
const RESTING = IDLE + IDLE / 4 + 1;

test("amounts that nobody asks any more leave nothing behind but the last of them", () => {
  const desk = new Desk();
  for (let n = 1; n <= ASKED; n += 1) expect(desk.passBy({ amount: n })).toEqual(["granted"]);
  const { shapes, asks, fits } = desk.engine.kept();
  expect(shapes).toBe(1);
  expect(asks).toBeLessThanOrEqual(RESTING);
  // Of the unit's own as of all.
  expect(fits).toBeLessThanOrEqual(2 * RESTING);
});

test("purposes that nobody asks any more leave nothing behind but the last of them", () => {
  const desk = new Desk("material");
  for (let n = 1; n <= ASKED; n += 1) expect(desk.passBy({ purpose: `purpose ${n}` })).toEqual(["granted"]);
  const { shapes, asks, fits, told } = desk.engine.kept();
  expect(Math.max(shapes, asks)).toBeLessThanOrEqual(RESTING);
  // All of them have the same supply: one amount of all, and one of the unit's own.
  expect(fits).toBe(2);
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(1_024 + RESTING);
});

test("whoever waits or holds keeps what was compiled for them, however much others ask", () => {
  const desk = new Desk();
  const holder = desk.step({ amount: 7 });
  desk.go({ kind: "ready", steps: [holder] });
  for (let n = 1; n <= 200; n += 1) desk.passBy({ amount: 1_000 + n });
  const same = desk.step({ amount: 7 });
  expect(desk.go({ kind: "ready", steps: [same] }).flatMap(({ decisions }) => decisions.map(({ outcome }) => outcome))).toEqual(["granted"]);
  desk.go({ kind: "dropped", steps: [holder.id, same.id] });
  expect(desk.engine.counts()).toMatchObject({ waiting: 0, holding: 0 });
});

test("a batch that is taken back brings back what it dropped, also when others had pushed it out", () => {
  const desk = new Desk();
  const { engine } = desk;
  const step = desk.step({ amount: 7 });
  desk.go({ kind: "ready", steps: [step] });
  // Answers are known, so a turn is one batch: the drop is on its way while many others come and go.
  const first = engine.step([{ kind: "ready", steps: [] }], NOW);
  const dropped = engine.step([{ kind: "dropped", steps: [step.id] }], NOW);
  engine.confirm(first.batch);
  const others = Array.from({ length: 200 }, (_, n) => desk.step({ amount: 2_000 + n }));
  const came = engine.step([{ kind: "ready", steps: others }], NOW);
  const went = engine.step([{ kind: "dropped", steps: others.map(({ id }) => id) }], NOW);
  engine.forget(dropped.batch);
  expect(engine.counts()).toMatchObject({ holding: 1 });
  expect([came.batch.decisions.length, went.batch.closings.length]).toEqual([200, 200]);
  const again = desk.go({ kind: "dropped", steps: [step.id] });
  expect(again.flatMap(({ closings }) => closings).length).toBe(1);
});
