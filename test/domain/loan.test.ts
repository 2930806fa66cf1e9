import { describe, expect, test } from "vitest";
import { trusted, type ClassId, type ResourceId, type UnitId } from "../../src/domain/id.js";
import { firstRecallDay, lendingLoop, loanProblems, renewal, type LoanSetting, type LoanTerms, type StandingLoan } from "../../src/domain/rebalance/loan.js";

const unit = (id: string): UnitId => trusted(id);
const classId = trusted<ClassId>("staff.review");

const terms: LoanTerms = { classId, lenderResource: trusted<ResourceId>(7), borrower: unit("north"), amount: 60, from: "2026-03-02", to: "2026-03-13", legalBasis: null };
const setting: LoanSetting = {
  today: "2026-03-02",
  class: { id: classId, kind: "staff", lend: "work", act: "assisting", period: "day", consumable: false },
  resource: { code: "south-review", unitId: unit("south"), classId, limits: { min: 10, max: 480, step: 1 }, state: "published", validFrom: null, validTo: null, borrowed: false },
  lender: { id: unit("south"), level: "county", state: "active" },
  borrower: { id: unit("north"), level: "county", state: "active" },
  standing: [],
};
const codes = (t: Partial<LoanTerms>, s: Partial<LoanSetting> = {}): string[] => loanProblems({ ...terms, ...t }, { ...setting, ...s }).map(({ code }) => code);
const lends = (lender: string, borrower: string, from = "2026-03-02", to = "2026-03-31"): StandingLoan => ({ lender: unit(lender), borrower: unit(borrower), classId, from, to });

describe("loan terms", () => {
  test("that are lawful meet no problem", () => expect(codes({})).toEqual([]));

  test.each<[string, Partial<LoanTerms>, Partial<LoanSetting>, string]>([
    ["nothing", { amount: 0 }, {}, "amount.zero"],
    ["less than nothing", { amount: -5 }, {}, "amount.negative"],
    ["a fraction", { amount: 2.5 }, {}, "amount.fractional"],
    ["less than any claim takes", { amount: 5 }, {}, "loan.below_least_claim"],
    ["a term that is over before it begins", { to: "2026-03-01" }, {}, "loan.term_reversed"],
    ["a term that began yesterday", { from: "2026-03-01" }, {}, "loan.term_past"],
    ["a term of years", { to: "2028-03-01" }, {}, "loan.term_too_long"],
    ["days on which the resource is not valid", {}, { resource: { ...setting.resource, validTo: "2026-03-12" } }, "loan.beyond_validity"],
    ["a class nobody may lend", {}, { class: { ...setting.class, kind: "funds", lend: "none", act: "none" } }, "loan.not_lendable"],
    ["persons who decide", {}, { class: { ...setting.class, act: "deciding" } }, "loan.deciding_act"],
    ["what is used up", {}, { class: { ...setting.class, kind: "material", lend: "share", act: "none", period: "none", consumable: true } }, "loan.does_not_come_back"],
    ["what is borrowed", {}, { resource: { ...setting.resource, borrowed: true } }, "loan.not_owned"],
    ["what is another's", {}, { resource: { ...setting.resource, unitId: unit("west") } }, "loan.not_owned"],
    ["what is not in the pool", {}, { resource: { ...setting.resource, state: "retired" } }, "loan.not_offered"],
    ["to a unit that is no more", {}, { borrower: { ...setting.borrower, state: "retired" } }, "loan.borrower_retired"],
    ["to oneself", {}, { borrower: setting.lender }, "loan.to_itself"],
    ["another class than the resource's", { classId: trusted("staff.desk") }, {}, "loan.class_of_resource"],
    ["what the borrower lends the lender", {}, { standing: [lends("north", "south")] }, "loan.loop"],
    ["persons upward", {}, { borrower: { ...setting.borrower, level: "prefecture" } }, "loan.persons_upward"],
  ])("that lend %s are refused", (_, t, s, code) => expect(codes(t, s)).toContain(code));

  test("may lend persons upward where a rule is cited, and materials without one", () => {
    const borrower = { ...setting.borrower, level: "prefecture" as const };
    expect(codes({ legalBasis: "〔2026〕3 号第五条" }, { borrower })).toEqual([]);
    expect(codes({ legalBasis: "  " }, { borrower })).toEqual(["loan.persons_upward"]);
    expect(codes({}, { borrower, class: { ...setting.class, kind: "material", lend: "share", act: "none" } })).toEqual([]);
  });

  test("go in a circle through others too, and only where the days overlap", () => {
    const chain = [lends("north", "west"), lends("west", "south")];
    expect(lendingLoop(terms, unit("south"), chain)).toEqual(["south", "north", "west", "south"]);
    expect(lendingLoop(terms, unit("south"), [lends("north", "south")])).toEqual(["south", "north", "south"]);
    expect(lendingLoop(terms, unit("south"), [lends("north", "south", "2026-03-14")])).toBeUndefined();
    expect(lendingLoop(terms, unit("south"), [{ ...lends("north", "south"), classId: trusted("material.hall") }])).toBeUndefined();
  });

  test("continue the day after, and are recalled with notice", () => {
    expect(renewal(terms, "2026-04-30")).toEqual({ ...terms, from: "2026-03-14", to: "2026-04-30" });
    expect(firstRecallDay("2026-02-27")).toBe("2026-03-02");
  });
});
