import { expect, test } from "vitest";
import { buildEvaluator } from "../../src/casbin/evaluator.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import type { PolicyRule } from "../../src/domain/policy/rule.js";
import type { PolicyQuestion } from "../../src/scheduler/contract.js";
import { many, NINE, Yard } from "./threads/yard.js";

/* What people and machines do to a scheduler that was not meant that way. Work is counted, never timed. */

test("capacity that flaps ten times a second: nothing lost, nothing given twice, nobody starved, and only those concerned are woken", () => {
  const yard = new Yard();
  yard.desk(1, "review", [100, 100], { peak: 100 });
  yard.desk(2, "car", 1);
  const asking = many(30, (at) => at + 1);
  yard.ready(...asking.map((id) => yard.ask(id, { review: 10 })));
  // Others, who do not need what flaps.
  yard.ready(...many(300, (at) => yard.ask(1_000 + at, { car: 1, review: 5 + at }, { dueInDays: 40 })));
  yard.decide();
  yard.effort();
  const served = new Set<number>();
  // A minute and a half of it. The books (test/support/books.ts) refuse any grant above what was declared at its moment.
  for (const at of many(900, (n) => n)) {
    yard.pool.books.now = NINE + at * 100;
    yard.desk(1, "review", at % 2 === 0 ? [0, 0] : [40, 0], { peak: 400 });
    yard.pool.say({ kind: "tick" });
    for (const id of yard.decide().granted) served.add(id);
    // Now and then somebody is done with the work.
    if (at % 10 === 9) {
      const [done] = [...yard.pool.books.steps].filter(([, step]) => step.state === "holding").map(([id]) => Number(id));
      if (done !== undefined) yard.end(done);
    }
  }
  const lost = asking.filter((id) => yard.pool.books.steps.get(id as never)!.state === "waiting" && !yard.waits(id));
  expect(lost).toEqual([]);
  // All that asked for what flaps were served before any that came later and asks for more.
  expect(asking.filter((id) => yard.pool.books.steps.get(id as never)!.state === "waiting")).toEqual([]);
  // Of 301 lanes, at most all once for each declaration that opened something; never more tries than lanes woken and steps granted.
  const { tries, wakes } = yard.effort();
  expect(tries).toBeLessThanOrEqual(wakes + served.size);
});

test("a head that never fits is told so at once, and delays nobody behind it", () => {
  const yard = new Yard();
  yard.desk(1, "review", 60);
  yard.ready(...many(1_000, (at) => yard.ask(at + 1, { review: 61 + at }, { dueInDays: -1 })));
  yard.ready(yard.ask(5_000, { review: 60 }, { dueInDays: 30 }));
  const { granted, refused, turns } = yard.decide();
  expect([refused.length, granted, turns]).toEqual([1_000, [5_000], 2]);
  expect(yard.pool.books.decisions[0]).toMatchObject({ outcome: "refused", reasons: [{ refusal: { rule: "capacity", asked: 61, most: 60 } }] });
});

test("turns that end at their limit before everybody was tried once promise nobody a date, and go on", () => {
  const yard = new Yard(1);
  for (const id of many(4, (at) => at + 1)) yard.desk(id, `class-${id}`, 10);
  // Ids among which every forecast that is learned from finds some.
  yard.ready(...many(400, (at) => yard.ask(at + 1, { [`class-${1 + (at % 4)}`]: 1 + (at % 7) })));
  expect(yard.decide().granted.length).toBeGreaterThan(4);
});

test("a hundred thousand identical claims stand in one lane and cost one look for each grant", () => {
  const yard = new Yard();
  yard.desk(1, "review", 1_000);
  yard.ready(...many(100_000, (at) => yard.ask(at + 1, { review: 1 })));
  const { granted } = yard.decide();
  expect(granted).toEqual(many(1_000, (at) => at + 1));
  expect(yard.pool.engine.effort().lanes).toBe(1);
  // One look for each grant, and one to learn that there is no more.
  expect(yard.effort().tries).toBe(1_001);
  expect(yard.waits(100_000)).toMatchObject({ rank: 99_000, waiting: 99_000 });
  yard.end(1, 2, 3);
  expect(yard.decide().granted).toEqual([1_001, 1_002, 1_003]);
  expect(yard.effort()).toEqual({ tries: 4, wakes: 1 });
});

test("policies that grow from 10 to 10,000 rules: the same answers, each asked once, and no decision asks again", () => {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("policies");
  const { models, rules } = files.value;
  const crowd = (size: number): PolicyRule[] =>
    many(size, (at) => ({ model: "allocation" as const, cells: ["data", `data.register-${at}`, "any", "other", "competent", "any"], effect: "deny" as const }));
  const outcome = (size: number) => {
    const evaluator = buildEvaluator("allocation", models.allocation, [...rules, ...crowd(size)]);
    const asked: PolicyQuestion[] = [];
    const yard = new Yard(50);
    yard.pool.books.allows = (question) => {
      asked.push(question);
      return evaluator.ask(["staff", question.classId, "assisting", question.claimUnit === question.resourceUnit ? "same" : "other", question.scope, "none"]).effect === "allow";
    };
    for (const id of many(20, (at) => at + 1)) yard.desk(id, "staff.review", 50, { unit: `unit-${id}` });
    yard.ready(...many(500, (at) => yard.ask(at + 1, { "staff.review": 1 }, { unit: `unit-${1 + (at % 5)}` })));
    yard.decide();
    const questions = asked.length;
    // Steady state: five hundred more of the same ask nothing.
    yard.ready(...many(400, (at) => yard.ask(1_001 + at, { "staff.review": 1 }, { unit: `unit-${1 + (at % 5)}` })));
    yard.decide();
    return { questions, again: asked.length - questions, holds: [...yard.pool.books.steps.values()].map(({ state, holds }) => [state, holds.map(({ resource }) => resource)]) };
  };
  const [few, ...more] = [10, 100, 1_000, 10_000].map(outcome);
  // Five units that ask, twenty that might give, one class.
  expect(few).toMatchObject({ questions: 100, again: 0 });
  for (const one of more) expect(one).toEqual(few);
});
