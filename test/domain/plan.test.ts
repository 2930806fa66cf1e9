import { describe, expect, test } from "vitest";
import { trusted, type ClassId, type ResourceId, type UnitId } from "../../src/domain/id.js";
import { declarePlan } from "../../src/domain/rebalance/declare-plan.js";
import { consentsNeeded, contested, nextPlanState, PLAN_EVENTS, PLAN_STATES, planStateAt, planText, staleness, type Lending, type PlanContent, type PlannedLoan } from "../../src/domain/rebalance/plan.js";

const CLASS = trusted<ClassId>("staff.review");
const unit = (id: string): UnitId => trusted(id);
const loan = (more: Partial<PlannedLoan> = {}): PlannedLoan => ({
  classId: CLASS, lender: unit("health"), resource: "health-review", lenderResource: trusted<ResourceId>(7), borrower: unit("market"), amount: 240, from: "2026-11-24", to: "2026-12-05", legalBasis: null, why: null, without: null, ...more,
});
const content = (more: Partial<PlanContent> = {}): PlanContent => ({ title: "冬季", origin: "hand", goal: { breaches: 1, wait: 0, evenness: 0 }, loans: [loan()], seen: [{ kind: "resource", id: "health-review", generation: 3 }, { kind: "class", id: CLASS, generation: 1 }], ...more });
const codes = (problems: readonly { readonly code: string; readonly field?: string }[]): string[] => problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`));

describe("what an approval binds", () => {
  test("is the same text for the same content, in whatever order things were read", () => {
    expect(planText(content())).toBe(planText(content({ seen: [...content().seen].reverse() })));
  });

  test.each<[string, Partial<PlanContent>]>([
    ["the title", { title: "夏季" }],
    ["the goal", { goal: null }],
    ["where it comes from", { origin: "optimiser" }],
    ["an amount", { loans: [loan({ amount: 241 })] }],
    ["a borrower", { loans: [loan({ borrower: unit("education") })] }],
    ["a day", { loans: [loan({ to: "2026-12-06" })] }],
    ["the law cited", { loans: [loan({ legalBasis: "公务员法第七十条" })] }],
    ["a reason", { loans: [loan({ why: { zh: "排队长", en: "a long queue" } })] }],
    ["one loan more", { loans: [loan(), loan({ resource: "health-review-2" })] }],
    ["the generation of what it rests on", { seen: [{ kind: "resource", id: "health-review", generation: 4 }, { kind: "class", id: CLASS, generation: 1 }] }],
  ])("is another text with another value of: %s", (_, more) => {
    expect(planText(content(more))).not.toBe(planText(content()));
  });
});

describe("the life of a plan", () => {
  test("every state answers every event, and only a draft is edited", () => {
    for (const state of PLAN_STATES) for (const event of PLAN_EVENTS) expect(nextPlanState(state, event)).toBeDefined();
    expect(PLAN_STATES.filter((state) => nextPlanState(state, "edit").ok)).toEqual(["draft"]);
    expect(PLAN_STATES.filter((state) => nextPlanState(state, "apply").ok)).toEqual(["approved"]);
    expect(PLAN_STATES.filter((state) => nextPlanState(state, "approve").ok)).toEqual(["proposed", "consented"]);
  });

  test("editing after approval has a problem of its own", () => {
    const refused = nextPlanState("approved", "edit");
    expect(refused.ok ? [] : codes(refused.problems)).toEqual(["plan.bound"]);
  });

  test("a proposal expires, an applied plan ends with its last day, a draft waits", () => {
    const loans = [loan()];
    expect(planStateAt("proposed", 1_000, loans, 999, "2026-11-22")).toBe("proposed");
    expect(planStateAt("approved", 1_000, loans, 1_000, "2026-11-22")).toBe("expired");
    expect(planStateAt("applied", 1_000, loans, 2_000, "2026-12-05")).toBe("applied");
    expect(planStateAt("applied", 1_000, loans, 2_000, "2026-12-06")).toBe("ended");
    expect(planStateAt("draft", null, loans, 9_000, "2027-01-01")).toBe("draft");
  });

  test("says what was declared anew since it was made", () => {
    const now = [{ kind: "resource", id: "health-review", generation: 5 }, { kind: "quota", id: "health:staff.review", generation: 1 }] as const;
    expect(codes(staleness(content().seen, now))).toEqual(["plan.thing_changed", "plan.thing_gone", "plan.thing_new"]);
    expect(staleness(content().seen, content().seen)).toEqual([]);
  });
});

describe("consent of the lender's head", () => {
  const lend = (amount: number, from: string, to: string): Lending => ({ lender: unit("health"), classId: CLASS, amount, from, to });
  const limit = (amount: number) => [{ unitId: unit("health"), classId: CLASS, amount, generation: 1 }];

  test("is needed where nothing was agreed to beforehand, and above what was", () => {
    expect(consentsNeeded([loan()], [], [])).toEqual([{ unitId: "health", classId: CLASS, amount: 240, limit: 0 }]);
    expect(consentsNeeded([loan()], limit(240), [])).toEqual([]);
    expect(consentsNeeded([loan()], limit(239), [])).toHaveLength(1);
  });

  test("counts the fullest day, with what is lent already, and no day twice", () => {
    const loans = [lend(100, "2026-11-24", "2026-11-26"), lend(100, "2026-11-27", "2026-11-30")];
    expect(consentsNeeded(loans, limit(100), [])).toEqual([]);
    expect(consentsNeeded(loans, limit(100), [lend(1, "2026-11-01", "2026-11-24")])).toMatchObject([{ amount: 101 }]);
    expect(consentsNeeded(loans, limit(100), [lend(50, "2026-11-30", "2026-12-30")])).toMatchObject([{ amount: 150 }]);
    expect(consentsNeeded(loans, limit(100), [lend(50, "2026-12-01", "2026-12-30")])).toEqual([]);
  });
});

test("two plans that would lend the same resource in the same days are told of one another", () => {
  expect(contested([loan()], [{ plan: 4, loans: [loan({ from: "2026-12-05", to: "2026-12-09" })] }, { plan: 5, loans: [loan({ from: "2026-12-06", to: "2026-12-09" })] }])).toEqual([{ resource: "health-review", plan: 4 }]);
});

describe("a plan as somebody writes it", () => {
  const wish = { class: CLASS, lender: "health", borrower: "market", amount: 240, from: "2026-11-24", to: "2026-12-05" };
  const problemsOf = (record: unknown): string[] => {
    const read = declarePlan(record);
    return read.ok ? [] : codes(read.problems);
  };

  test("may leave out the resource, the goal and the reasons", () => {
    expect(declarePlan({ title: "冬季", loans: [{ ...wish, why: "排队长" }] })).toMatchObject({ ok: true, value: { goal: null, loans: [{ resource: null, why: { zh: "排队长", en: "排队长" }, without: null }] } });
  });

  test.each<[string, unknown, readonly string[]]>([
    ["no loans", { title: "a", loans: [] }, ["plan.empty loans"]],
    ["no title", { loans: [wish] }, ["input.missing title"]],
    ["a negative amount", { title: "a", loans: [{ ...wish, amount: -1 }] }, ["amount.negative loans.0.amount"]],
    ["half a minute", { title: "a", loans: [{ ...wish, amount: "0.5" }] }, ["amount.fractional loans.0.amount"]],
    ["nothing", { title: "a", loans: [{ ...wish, amount: 0 }] }, ["amount.zero loans.0.amount"]],
    ["no such day", { title: "a", loans: [{ ...wish, from: "2026-02-30" }] }, ["input.invalid loans.0.from"]],
    ["no day at all", { title: "a", loans: [{ ...wish, to: "" }] }, ["input.missing loans.0.to"]],
    ["a field nobody knows", { title: "a", loans: [{ ...wish, amounts: 3 }] }, ["input.unknown_field loans.0.amounts"]],
    ["too many loans", { title: "a", loans: Array.from({ length: 201 }, () => wish) }, ["plan.too_many_loans loans"]],
  ])("%s is refused where it stands", (_, record, expected) => {
    expect(problemsOf(record)).toEqual(expected);
  });
});
