import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import { STATIC_RULES } from "../../src/domain/pool/decision.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { RULES, SHAPE_FIELDS, shapeFacts, shapeKey } from "../../src/scheduler/rules/static-rules.js";
import { digest, Pool } from "../support/books.js";

const NOON = Date.UTC(2026, 2, 2, 4);
const TODAY = Math.floor((NOON + 8 * 3_600_000) / 86_400_000);

const staff: CapacityClass = {
  id: "staff.review" as ClassId,
  kind: "staff",
  names: { zh: "审查", en: "Review" },
  measure: "minute",
  period: "day",
  horizonDays: 1,
  per: "unit",
  lend: "work",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 1000, step: 1 },
  source: null,
  generation: 1,
};

const desk = (id: number, amount: number, unit = "north"): ResourceSupply => ({
  id: id as ResourceId,
  unitId: unit as UnitId,
  classId: staff.id,
  traits: [],
  jurisdiction: ["522301" as DivisionCode],
  unitDivision: "522301" as DivisionCode,
  limits: { min: 1, max: 1000, step: 1 },
  earmark: null,
  offered: true,
  automated: false,
  generation: 1,
  capacity: { first: TODAY, amounts: [amount], peak: amount },
});

const step = (id: number, amount: number, unit = "north"): StepAsk => ({
  id: id as StepId,
  requestId: id as RequestId,
  attempt: 1,
  arrivedAt: NOON + id,
  dueAt: NOON + 1e9,
  expectedMinutes: 0,
  ...PLAIN_STEP,
  claims: [{ ...PLAIN_CLAIM, classId: staff.id, amount, scope: "pool", division: "522301" as DivisionCode, unitId: unit as UnitId }],
});

const supply = [
  { kind: "classes" as const, classes: [staff] },
  { kind: "resources" as const, resources: [desk(1, 100)] },
  { kind: "policy" as const, version: 7 },
];

test("the engine asks policy what it does not know, and the step waits until it is told", () => {
  const engine = createEngine({ digest });
  const asking = engine.step([...supply, { kind: "ready", steps: [step(1, 60)] }], NOON);
  expect(asking.batch.decisions).toEqual([]);
  const question = { claimUnit: "north", resourceUnit: "north", classId: "staff.review", scope: "pool", purpose: null };
  expect(asking.needs).toEqual({ version: 7, questions: [question] });
  expect(engine.whyWaiting(1 as StepId, NOON)?.reasons[0]?.blockedBy.rule).toBe("policy");
  const [asked] = asking.needs.questions;

  // An answer of another version is no answer.
  const stale = engine.step([{ kind: "policyAnswers", version: 6, answers: [{ ...asked!, allowed: false }] }], NOON);
  expect(stale.batch.decisions).toEqual([]);
  expect(stale.needs.questions).toHaveLength(1);

  const told = engine.step([{ kind: "policyAnswers", version: 7, answers: [{ ...asked!, allowed: true }] }], NOON);
  expect(told.batch).toMatchObject({ policyVersion: 7, decisions: [{ outcome: "granted" }] });
  expect(told.needs.questions).toEqual([]);
});

test("policy is asked once about all units that stand alike, as they are told anew", () => {
  const engine = createEngine({ digest });
  const place = (unitId: string, line: string) => [unitId as UnitId, { unitId: unitId as UnitId, parentId: null, divisionCode: "522301" as DivisionCode, line, level: "county" as const }] as const;
  const resources = ["north", "south", "west", "nowhere"].map((unit, at) => desk(at + 1, 100, unit));
  const asking = engine.step(
    [supply[0]!, { kind: "units", units: new Map([place("north", "a"), place("south", "b"), place("west", "c")]) }, { kind: "resources", resources }, supply[2]!, { kind: "ready", steps: [step(1, 60)] }],
    NOON,
  );
  expect(asking.needs.questions.map(({ resourceUnit, relation }) => [resourceUnit, relation])).toEqual([["north", "own"], ["south", "same-division"], ["nowhere", undefined]]);
  const answers = asking.needs.questions.map((question) => ({ ...question, allowed: question.relation === "same-division" }));
  const told = engine.step([{ kind: "policyAnswers", version: 7, answers }], NOON);
  expect(told.batch).toMatchObject({ decisions: [{ allocations: [{ resource: 2 }] }], shapes: [{ funnel: { considered: 4, dropped: [{ rule: "policy", count: 2 }], left: 2 } }] });
  // Of another unit no question is left: west stands to south as south to north.
  expect(engine.step([{ kind: "ready", steps: [step(2, 60, "west")] }], NOON).needs.questions.map(({ resourceUnit }) => resourceUnit)).toEqual(["nowhere"]);
  const anew = engine.step([{ kind: "units", units: new Map([place("north", "a")]) }, { kind: "ready", steps: [step(3, 60)] }], NOON);
  expect(anew.needs.questions.map(({ resourceUnit, relation }) => [resourceUnit, relation])).toContainEqual(["south", undefined]);
});

test("nobody overtakes because our own policy answer was late", () => {
  const engine = createEngine({ digest });
  const known = engine.step([...supply, { kind: "ready", steps: [step(9, 1)] }], NOON);
  engine.step([{ kind: "policyAnswers", version: 7, answers: known.needs.questions.map((q) => ({ ...q, allowed: true })) }], NOON);
  // South's claim is more urgent, and nothing is known of south yet; north's would fit.
  const urgent = { ...step(1, 60, "south"), dueAt: NOON };
  const turn = engine.step([{ kind: "ready", steps: [step(2, 60), urgent] }], NOON);
  expect(turn.batch.decisions).toEqual([]);
  expect(engine.whyWaiting(2 as StepId, NOON)?.reasons[0]?.blockedBy.rule).toBe("turn");
  const told = engine.step(
    [{ kind: "policyAnswers", version: 7, answers: turn.needs.questions.map((q) => ({ ...q, allowed: true })) }],
    NOON,
  );
  expect(told.batch.decisions.map((decision) => decision.step)).toEqual([1]);
});

test("a turn has a limit, and says that there is more", () => {
  const pool = new Pool(2);
  pool.books.now = NOON;
  pool.say(...supply.slice(0, 2));
  pool.say({ kind: "ready", steps: [1, 2, 3, 4, 5].map((id) => step(id, 10)) });
  expect(pool.decide().map((batch) => batch.decisions.length)).toEqual([0, 2, 2, 1]);
});

test("a turn in slices decides what one in one go decides, and who asks in between is answered", () => {
  const whole = createEngine({ digest });
  const sliced = createEngine({ digest });
  const steps = [1, 2, 3, 4, 5].map((id) => step(id, 25));
  const asked = whole.step([...supply, { kind: "ready", steps: [step(9, 90)] }], NOON).needs.questions;
  sliced.take(supply, NOON);
  sliced.take([{ kind: "ready", steps: [step(9, 90)] }], NOON);
  sliced.decide(NOON, 1);
  expect(sliced.finish(NOON).needs.questions).toEqual(asked);
  const answers = { kind: "policyAnswers" as const, version: 7, answers: asked.map((question) => ({ ...question, allowed: true })) };
  const wanted = whole.step([answers, { kind: "dropped", steps: [9 as StepId] }, { kind: "ready", steps }], NOON);
  sliced.take([answers], NOON);
  sliced.take([{ kind: "dropped", steps: [9 as StepId] }, { kind: "ready", steps }], NOON);
  let slices = 1;
  // Somebody has had enough after each try.
  for (; slices < 20 && sliced.decide(NOON, 1_000, () => true).more; slices += 1) expect(sliced.whyWaiting(5 as StepId, NOON)).toBeDefined();
  expect(slices).toBe(steps.length);
  expect(sliced.finish(NOON)).toEqual(wanted);
});

test("who is most urgent is served when its own questions are answered, before the whole queue has been asked about", () => {
  const engine = createEngine({ digest });
  const units = Array.from({ length: 110 }, (_, at) => `unit-${at}`);
  const asking = units.map((unit, at) => step(at + 1, 10, unit));
  const first = engine.step(
    [supply[0]!, { kind: "resources", resources: units.map((unit, at) => desk(at + 1, 100, unit)) }, { kind: "policy", version: 7 }, { kind: "ready", steps: asking }],
    NOON,
  );
  expect(first.more).toBe(true);
  expect(first.needs.questions.length).toBeLessThan(units.length ** 2);
  const granted: number[] = [];
  let { needs, more } = first;
  while (needs.questions.length > 0 || more) {
    const turn = engine.step([{ kind: "policyAnswers", version: 7, answers: needs.questions.map((question) => ({ ...question, allowed: true })) }], NOON);
    granted.push(...turn.batch.decisions.map((one) => one.step));
    ({ needs, more } = turn);
  }
  expect(granted).toEqual(asking.map(({ id }) => id));
});

test("a turn that ends at its limit foretells nothing of those it did not come to", () => {
  const engine = createEngine({ digest, decisionsPerTurn: 1 });
  const steps = [step(1, 10), step(2, 20)];
  const asked = engine.step([...supply, { kind: "ready", steps: [steps[0]!] }], NOON).needs.questions;
  const first = engine.step([{ kind: "policyAnswers", version: 7, answers: asked.map((question) => ({ ...question, allowed: true })) }, { kind: "ready", steps: [steps[1]!] }], NOON);
  expect(first.batch.decisions.map(({ step }) => step)).toEqual([1]);
  expect(engine.whyWaiting(2 as StepId, NOON)?.reasons).toMatchObject([{ blockedBy: { rule: "turn" } }]);
  expect(engine.step([], NOON).batch.decisions.map(({ step }) => step)).toEqual([2]);
});

test("the summary counts who waits, by class, place and reason", () => {
  const pool = new Pool();
  pool.books.now = NOON;
  pool.say(...supply.slice(0, 2));
  pool.say({ kind: "ready", steps: [1, 2, 3, 4].map((id) => step(id, 60)) });
  pool.say({ kind: "ready", steps: [step(5, 90)] });
  pool.decide();
  expect(pool.engine.queueSummary()).toEqual([
    { classId: "staff.review", division: "522301", rule: "capacity", waiting: 4, headArrivedAt: NOON + 2, headDueAt: NOON + 1e9 },
  ]);
  expect(pool.engine.counts()).toEqual({ waiting: 4, holding: 1, resources: 1 });
});

test("a capacity declared anew on a period with holds is said in the next batch", () => {
  const pool = new Pool();
  pool.books.now = NOON;
  pool.say(...supply.slice(0, 2));
  pool.say({ kind: "ready", steps: [step(1, 60)] });
  pool.decide();
  pool.say({ kind: "resources", resources: [{ ...desk(1, 40), generation: 2 }] });
  expect(pool.decide()[0]?.balances).toEqual([{ resource: 1, period: TODAY, capacity: 40, held: 0, settled: 0 }]);
});

test("a capacity declared anew in a batch that was forgotten is said in the next one", () => {
  const engine = createEngine({ digest });
  const question = engine.step([...supply, { kind: "ready", steps: [step(1, 60)] }], NOON);
  engine.confirm(question.batch);
  const { needs } = question;
  const granted = engine.step([{ kind: "policyAnswers", version: needs.version, answers: needs.questions.map((one) => ({ ...one, allowed: true })) }], NOON);
  expect(granted.batch.decisions).toHaveLength(1);
  engine.confirm(granted.batch);
  const lost = engine.step([{ kind: "resources", resources: [{ ...desk(1, 40), generation: 2 }] }], NOON).batch;
  const said = [{ resource: 1, period: TODAY, capacity: 40, held: 0, settled: 0 }];
  expect(lost.balances).toEqual(said);
  engine.forget(lost);
  const next = engine.step([], NOON).batch;
  expect(next.balances).toEqual(said);
  engine.confirm(next);
  expect(engine.step([], NOON).batch.balances).toEqual([]);
});

test("batches are answered in order; anything else is a fault", () => {
  const engine = createEngine({ digest });
  const first = engine.step(supply, NOON).batch;
  const second = engine.step([], NOON).batch;
  expect(() => engine.confirm(second)).toThrow("oldest");
  engine.confirm(first);
  expect(() => engine.forget(first)).toThrow("not an open batch");
  engine.forget(second);
});

test("a resource of a class that was never declared is a fault, not a refusal", () => {
  const engine = createEngine({ digest });
  expect(() => engine.step([{ kind: "resources", resources: [desk(1, 1)] }], NOON)).toThrow("never declared");
});

test("a shape covers every field its rules read, and ignores the rest", () => {
  expect(new Set(RULES.flatMap((rule) => rule.reads))).toEqual(new Set(SHAPE_FIELDS));
  const [claim] = step(1, 60).claims;
  const key = shapeKey(shapeFacts(claim!));
  expect(shapeKey(shapeFacts({ ...claim!, amount: 5, slots: 3, earliest: NOON }))).toBe(key);
  for (const field of SHAPE_FIELDS) {
    expect(shapeKey(shapeFacts({ ...claim!, [field]: field === "traits" ? ["seal"] : "other" }))).not.toBe(key);
  }
  // The order in which traits are named is no difference.
  const traits = (...names: string[]): string => shapeKey(shapeFacts({ ...claim!, traits: names as never }));
  expect(traits("seal", "sign-language")).toBe(traits("sign-language", "seal"));
});

test("scenes show every rule refusing, and every reason to wait", () => {
  const folder = new URL("./scenes/", import.meta.url);
  const text = readdirSync(folder)
    .filter((name) => name.endsWith(".scene"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");
  const seen = (what: string): Set<string> => new Set([...text.matchAll(new RegExp(`${what} ([a-z]+)`, "g"))].map((match) => match[1]!));
  expect([...STATIC_RULES, "calendar", "capacity"].filter((rule) => !seen("refused").has(rule))).toEqual([]);
  expect(["calendar", "capacity", "together"].filter((rule) => !seen("waits").has(rule))).toEqual([]);
});

test("a command that names an older policy than the engine began with changes nothing", () => {
  const engine = createEngine({ digest });
  const begun = engine.step([...supply, { kind: "ready", steps: [step(1, 60)] }], NOON);
  const answers = begun.needs.questions.map((q) => ({ ...q, allowed: true }));
  const behind = engine.step([{ kind: "policy", version: 6 }, { kind: "policyAnswers", version: 7, answers }], NOON);
  expect(behind.batch).toMatchObject({ policyVersion: 7, decisions: [{ outcome: "granted" }] });
});

test("a half-hour in a far year is not booked as another resource's day", () => {
  // The one morning on which the number of a half-hour is that of its own day and 2^21 more.
  const day = 44_620;
  const slot = day * 48 + 12;
  expect(slot).toBe(2 ** 21 + day);
  const counter: CapacityClass = { ...staff, id: "material.counter" as ClassId, kind: "material", period: "slot" };
  const engine = createEngine({ digest });
  const asking = step(1, 60);
  const both = { ...asking, claims: [{ ...asking.claims[0]!, classId: counter.id, amount: 1 }, ...asking.claims] };
  const window = { ...desk(1, 1), classId: counter.id, capacity: { first: slot, amounts: [1], peak: 1 } };
  const office = { ...desk(2, 60), capacity: { first: day, amounts: [60], peak: 60 } };
  const early = day * 86_400_000 - 8 * 3_600_000;
  const facts = [{ kind: "classes" as const, classes: [staff, counter] }, { kind: "resources" as const, resources: [window, office] }, { kind: "policy" as const, version: 7 }];
  const turn = engine.step([...facts, { kind: "ready", steps: [both] }], early);
  const told = engine.step([{ kind: "policyAnswers", version: 7, answers: turn.needs.questions.map((q) => ({ ...q, allowed: true })) }], early);
  expect(told.batch.decisions).toMatchObject([{ outcome: "granted" }]);
  expect(told.batch.balances).toMatchObject([{ resource: 1, period: slot, held: 1 }, { resource: 2, period: day, held: 60 }]);
});
