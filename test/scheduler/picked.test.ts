import { describe, expect, test } from "vitest";
import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ClaimAsk, type Delegation, type Engine, type EngineEvent, type HeldAllocation, type ResourceSupply, type StepAsk, type Turn } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { digest } from "../support/books.js";

/*
 * What the simulator found where several rules meet: several resources, one unit, a time that is named, authority that
 * ended while nobody wrote, and numbers that law sets.
 */

const NINE = Date.UTC(2026, 2, 2, 1);
const TODAY = Math.floor((NINE + 8 * 3_600_000) / 86_400_000);
const TEN = TODAY * 48 + 20;
const PLACE = "522301" as DivisionCode;

const cls = (id: string, rest: Partial<CapacityClass>): CapacityClass => ({
  id: id as ClassId,
  kind: id.split(".")[0] as CapacityClass["kind"],
  names: { zh: id, en: id },
  measure: "minute",
  period: "slot",
  horizonDays: 1,
  per: "unit",
  lend: "none",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 100, step: 1 },
  source: null,
  generation: 1,
  ...rest,
});
const INSPECTION = cls("staff.inspection", {});
const LICENCE = cls("function.licence", { period: "none", act: "deciding" });

const supply = (id: number, unit: string, of: CapacityClass, capacity: ResourceSupply["capacity"]): ResourceSupply => ({
  id: id as ResourceId,
  unitId: unit as UnitId,
  classId: of.id,
  traits: [],
  jurisdiction: [PLACE],
  unitDivision: PLACE,
  limits: { min: 1, max: 100, step: 1 },
  earmark: null,
  offered: true,
  automated: false,
  generation: 1,
  capacity,
});
const officer = (id: number, unit: string) => supply(id, unit, INSPECTION, { first: TODAY * 48, amounts: new Array<number>(96).fill(1), peak: 1 });
const number = (id: number, unit: string, total: number) => supply(id, unit, LICENCE, { first: 0, amounts: [total], peak: total });

const claim = (of: CapacityClass, rest: Partial<ClaimAsk> = {}): ClaimAsk => ({ ...PLAIN_CLAIM, classId: of.id, amount: 1, scope: "pool", division: PLACE, unitId: "north" as UnitId, ...rest });
const step = (id: number, claims: readonly ClaimAsk[], rest: Partial<StepAsk> = {}): StepAsk => ({
  id: id as StepId,
  requestId: id as RequestId,
  attempt: 1,
  arrivedAt: NINE + id,
  dueAt: NINE + 1e9,
  expectedMinutes: 0,
  ...PLAIN_STEP,
  claims,
  ...rest,
});
const named = (period: number | null, resource: number | null = null): ClaimAsk["named"] => ({ resource: resource as ResourceId | null, generation: null, period });

/** Policy says yes; every batch becomes durable. */
function told(engine: Engine, events: readonly EngineEvent[], now = NINE): Turn["batch"][] {
  const batches: Turn["batch"][] = [];
  for (let news = events; ; ) {
    const turn = engine.step(news, now);
    engine.confirm(turn.batch);
    batches.push(turn.batch);
    const { version, questions } = turn.needs;
    if (questions.length === 0 && !turn.more) return batches;
    news = questions.length === 0 ? [] : [{ kind: "policyAnswers", version, answers: questions.map((question) => ({ ...question, allowed: true })) }];
  }
}
function engineWith(...resources: ResourceSupply[]): Engine {
  const engine = createEngine({ digest });
  told(engine, [{ kind: "classes", classes: [INSPECTION, LICENCE] }, { kind: "resources", resources }, { kind: "policy", version: 1 }]);
  return engine;
}
const answersOf = (batches: readonly Turn["batch"][]) => batches.flatMap(({ decisions }) => decisions);
const lastGrant = (batches: readonly Turn["batch"][]) => answersOf(batches).flatMap((one) => (one.outcome === "granted" ? [one.allocations] : [])).at(-1);

describe("a time that is picked", () => {
  test("for two officers is given by two officers", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "north"), officer(3, "south"));
    const visit = step(7, [claim(INSPECTION, { count: 2 })]);
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const batches = told(engine, [{ kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { count: 2, named: named(TEN) })] }] }]);
    expect(lastGrant(batches)).toMatchObject([{ resource: 1, period: TEN }, { resource: 2, period: TEN }]);
  });

  test("when only one of two is free then, stays as it was", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "north"));
    const other = step(6, [claim(INSPECTION, { named: named(TEN, 2) })], { requestId: null });
    const visit = step(7, [claim(INSPECTION, { count: 2 })]);
    told(engine, [{ kind: "ready", steps: [other, visit] }]);
    const batches = told(engine, [{ kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { count: 2, named: named(TEN) })] }] }]);
    expect(answersOf(batches)).toMatchObject([{ outcome: "refused", attempt: 2, stands: true }, { outcome: "granted", attempt: 3 }]);
  });

  test("for what one unit must do is given by one unit", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "south"), officer(3, "south"));
    const asks = (at: ClaimAsk["named"]): ClaimAsk[] => [claim(INSPECTION, { together: true, sameUnit: 1, named: at }), claim(INSPECTION, { together: true, sameUnit: 1, named: at })];
    told(engine, [{ kind: "ready", steps: [step(7, asks(null))] }]);
    const batches = told(engine, [{ kind: "picked", steps: [step(7, asks(named(TEN)))] }]);
    expect(lastGrant(batches)?.map(({ resource }) => resource).sort()).toEqual([2, 3]);
  });

  test("picked twice before anybody answered is answered once: the later counts", () => {
    const engine = engineWith(officer(1, "north"));
    const visit = step(7, [claim(INSPECTION)]);
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const at = (period: number): EngineEvent => ({ kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { named: named(period) })] }] });
    const [batch] = told(engine, [at(TEN), at(TEN + 4)]);
    expect(batch).toMatchObject({ decisions: [{ attempt: 2 }], closings: [{ allocation: { attempt: 1 } }] });
    expect(lastGrant([batch!])).toMatchObject([{ period: TEN + 4 }]);
  });

  test("and was kept free for them is theirs, whoever more urgent waits for it: what they had goes to those", () => {
    const engine = engineWith(supply(1, "north", INSPECTION, { first: TEN, amounts: [1, 1], peak: 1 }));
    const kept = step(5, [claim(INSPECTION, { named: named(TEN) })], { requestId: null, waits: false, holdUntil: NINE + 3_600_000 });
    const visit = step(7, [claim(INSPECTION)]);
    told(engine, [{ kind: "ready", steps: [kept] }]);
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const urgent = step(9, [claim(INSPECTION)], { dueAt: NINE });
    told(engine, [{ kind: "ready", steps: [urgent] }]);
    const batches = told(engine, [
      { kind: "confirmed", step: kept.id },
      { kind: "picked", steps: [{ ...visit, replaces: kept.id, claims: [claim(INSPECTION, { named: named(TEN) })] }] },
    ]);
    expect(answersOf(batches)).toMatchObject([{ step: 7, allocations: [{ period: TEN }] }, { step: 9, allocations: [{ period: TEN + 1 }] }]);
    expect(batches.flatMap(({ directs }) => directs)).toEqual([{ step: 5, outcome: "ended", replaces: null }]);
  });

  test("of an officer who takes no part since is not given, though it was picked before", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "north"));
    const visit = step(7, [claim(INSPECTION)]);
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const pick: EngineEvent = { kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { named: named(TEN, 1) })] }] };
    const batches = told(engine, [pick, { kind: "barred", steps: [{ step: visit.id, barred: [{ resource: 1 as ResourceId, ground: "recusal" }] }] }]);
    expect(lastGrant(batches)).toMatchObject([{ resource: 2 }]);
    expect(answersOf(batches)).toMatchObject([{ outcome: "refused", stands: true }, { outcome: "granted" }]);
  });

  test("in vain does not give again what was held with an officer who takes no part since", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "north"));
    const visit = step(7, [claim(INSPECTION)], { barred: [{ resource: 1 as ResourceId, ground: "recusal" }] });
    const held: HeldAllocation = { step: visit, claim: claimIdOf(7 as StepId, 0), resource: 1 as ResourceId, period: TEN, amount: 1, started: false };
    told(engine, [{ kind: "held", allocations: [held] }]);
    const batches = told(engine, [{ kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { named: named(TEN, 1) })] }] }]);
    expect(answersOf(batches)).toMatchObject([{ outcome: "refused", attempt: 2, stands: true }, { outcome: "granted", attempt: 3, allocations: [{ resource: 2 }] }]);
  });

  test("in vain by somebody who was moved in the same turn leaves on the books for what they were moved", () => {
    const engine = engineWith(officer(1, "north"));
    const visit = step(7, [claim(INSPECTION, { slots: 30 })]);
    const flood = step(8, [claim(INSPECTION, { slots: 40 })], { dueAt: NINE, priority: { ground: "flood", advanceMs: Infinity } });
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const [batch] = told(engine, [{ kind: "ready", steps: [flood] }, { kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { slots: 30, named: named(TEN) })] }] }]);
    expect(answersOf([batch!])).toMatchObject([{ step: 8, outcome: "granted" }, { step: 7, outcome: "refused", stands: true }, ...answersOf([batch!]).slice(2)]);
    expect(batch!.requeued).toMatchObject([{ step: 7, movedFor: "flood" }]);
  });

  test("by two who are equal in the order but for their ids is given to the first of them", () => {
    const engine = engineWith(officer(1, "north"));
    const visits = [7, 8].map((id) => step(id, [claim(INSPECTION)], { arrivedAt: NINE }));
    told(engine, [{ kind: "ready", steps: visits }]);
    const batches = told(engine, [{ kind: "picked", steps: visits.map((visit) => ({ ...visit, claims: [claim(INSPECTION, { named: named(TEN) })] })) }]);
    const answers = answersOf(batches).filter(({ attempt }) => attempt === 2);
    expect(answers).toMatchObject([{ step: 7, outcome: "granted" }, { step: 8, outcome: "refused", stands: true }]);
  });

  test("never begins before the moment another of its claims waits for", () => {
    const engine = engineWith(officer(1, "north"), officer(2, "north"));
    const later = { together: true, earliest: NINE + 5 * 3_600_000 };
    const visit = step(7, [claim(INSPECTION, { together: true }), claim(INSPECTION, later)]);
    told(engine, [{ kind: "ready", steps: [visit] }]);
    const batches = told(engine, [{ kind: "picked", steps: [{ ...visit, claims: [claim(INSPECTION, { together: true, named: named(TEN) }), claim(INSPECTION, later)] }] }]);
    expect(answersOf(batches)).toMatchObject([{ outcome: "refused", stands: true }, { outcome: "granted", attempt: 3 }]);
  });
});

test("supply that is named for what one resource must do is refused at once when two are named", () => {
  const engine = engineWith(officer(1, "north"), officer(2, "north"));
  const asked = step(7, [claim(INSPECTION, { sameResource: 1, named: named(null, 1) }), claim(INSPECTION, { sameResource: 1, named: named(null, 2) })], { requestId: null });
  expect(answersOf(told(engine, [{ kind: "ready", steps: [asked] }]))).toMatchObject([{ outcome: "refused", reasons: [{ refusal: { rule: "group", kind: "invalid" } }] }]);
});

describe("authority", () => {
  const delegated: Delegation = { chain: [1], from: "north" as UnitId, to: "south" as UnitId, classId: LICENCE.id, validFrom: 0, validTo: null };

  test("that ended while nobody wrote gives nothing any more: what rests on it goes back at the first tick", () => {
    const engine = engineWith(number(1, "south", 5));
    const held: HeldAllocation = { step: step(7, [claim(LICENCE)]), claim: claimIdOf(7 as StepId, 0), resource: 1 as ResourceId, period: 0, amount: 1, started: false };
    told(engine, [{ kind: "delegations", delegations: [] }, { kind: "held", allocations: [held] }]);
    expect(told(engine, [{ kind: "tick" }])[0]!.closings).toMatchObject([{ allocation: { step: 7 }, state: "released" }]);
  });

  test("that ended is heeded again when the batch that gave its holds back was thrown away", () => {
    const engine = engineWith(number(1, "south", 5));
    told(engine, [{ kind: "delegations", delegations: [delegated] }, { kind: "ready", steps: [step(7, [claim(LICENCE)])] }]);
    const { batch } = engine.step([{ kind: "delegations", delegations: [] }, { kind: "tick" }], NINE);
    expect(batch.closings).toHaveLength(1);
    engine.forget(batch);
    expect(told(engine, [{ kind: "tick" }])[0]!.closings).toHaveLength(1);
  });

  test("that ended is heeded again also when time went on before the batch was thrown away", () => {
    const engine = engineWith(number(1, "south", 5));
    told(engine, [{ kind: "delegations", delegations: [delegated] }, { kind: "ready", steps: [step(7, [claim(LICENCE)])] }]);
    const { batch } = engine.step([{ kind: "delegations", delegations: [] }, { kind: "tick" }], NINE);
    expect(batch.closings).toHaveLength(1);
    // Nothing rests on it while that batch is on its way.
    expect(engine.step([{ kind: "tick" }], NINE).batch.closings).toEqual([]);
    engine.forget(batch);
    expect(told(engine, [{ kind: "tick" }])[0]!.closings).toHaveLength(1);
  });
});

describe("a number that law sets", () => {
  test("is not taken from who was accepted before, whatever the need", () => {
    const engine = engineWith(number(1, "north", 1));
    told(engine, [{ kind: "ready", steps: [step(7, [claim(LICENCE)])] }]);
    const flood = step(8, [claim(LICENCE)], { dueAt: NINE, priority: { ground: "flood", advanceMs: Infinity } });
    const batches = told(engine, [{ kind: "ready", steps: [flood] }]);
    expect(batches.flatMap(({ closings }) => closings)).toEqual([]);
    expect(engine.whyWaiting(8 as StepId, NINE)).toBeDefined();
  });

  test("nobody could ever give is refused at once, though somebody waits before it", () => {
    const engine = engineWith(number(1, "north", 1));
    told(engine, [{ kind: "ready", steps: [step(7, [claim(LICENCE)]), step(8, [claim(LICENCE)])] }]);
    expect(answersOf(told(engine, [{ kind: "ready", steps: [step(9, [claim(LICENCE, { count: 2 })])] }]))).toMatchObject([{ step: 9, outcome: "refused", reasons: [{ refusal: { rule: "count" } }] }]);
    const booked = step(10, [claim(LICENCE, { amount: 2 })], { requestId: null, holdUntil: NINE + 60_000 });
    expect(answersOf(told(engine, [{ kind: "ready", steps: [booked] }]))).toMatchObject([{ step: 10, outcome: "refused", reasons: [{ refusal: { rule: "capacity", kind: "invalid" } }] }]);
  });
});

test("a capacity stated in a batch that was thrown away is not stated of a period that is over", () => {
  const day = cls("staff.review", { period: "day", horizonDays: 1 });
  const desk = (amount: number): ResourceSupply => supply(1, "north", day, { first: TODAY, amounts: [amount, amount], peak: amount });
  const engine = createEngine({ digest });
  told(engine, [{ kind: "classes", classes: [day] }, { kind: "resources", resources: [desk(5)] }, { kind: "policy", version: 1 }]);
  told(engine, [{ kind: "ready", steps: [step(7, [claim(day)])] }]);
  const { batch } = engine.step([{ kind: "resources", resources: [desk(4)] }], NINE);
  expect(batch.balances).toMatchObject([{ capacity: 4 }]);
  engine.forget(batch);
  const tomorrow = NINE + 86_400_000;
  expect(engine.step([], tomorrow).batch.balances.filter(({ held, settled }) => held === 0 && settled === 0)).toEqual([]);
});
