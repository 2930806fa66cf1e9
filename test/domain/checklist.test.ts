import { describe, expect, test } from "vitest";
import type { Item, RecipeClaim } from "../../src/domain/catalogue/item.js";
import { trusted, type CalendarId } from "../../src/domain/id.js";
import { checklist, type ChecklistFacts, type ChecklistPoint, type Supply } from "../../src/domain/org/checklist.js";
import type { DivisionParents } from "../../src/domain/org/division.js";
import type { Unit } from "../../src/domain/org/unit.js";

const unit: Unit = {
  id: trusted("market"), parent: null, names: { zh: "市场监管局", en: "Market Regulation Bureau" }, division: trusted("522301"), line: "market-regulation", level: "county",
  creditCode: "11522301MB0000000X", address: "桔山大道 1 号", phone: "0859-1234567", calendarId: trusted<CalendarId>("hall"), state: "active", published: false, generation: 1,
};
const claim = (more: Partial<RecipeClaim> = {}): RecipeClaim => ({ class: trusted("staff.review"), amount: 10, scope: "pool", ...more });
const item = (claims: readonly RecipeClaim[], more: Partial<Item> = {}): Item => ({
  code: trusted("licence"), version: 1, state: "published", guessed: false, generation: 1, ...more,
  guide: {
    item: trusted("licence"), names: { zh: "许可", en: "Licence" }, taskType: "licence", audience: ["person"], theme: "trade", themeNames: { zh: "准营", en: "Trade" }, lifeEvents: [],
    line: "market-regulation", level: "county", basis: [{ law: { zh: "法", en: "Law" }, article: "1" }], statutoryDays: 20, promisedDays: 7, visits: 0, modes: ["online"], conditions: [], materials: [],
    fee: { fen: 0 }, result: { zh: "证", en: "Licence" }, form: [], source: "",
    recipe: { steps: [{ step: "accept", stage: "accept", names: { zh: "受理", en: "Accept" }, mode: "human", after: [], claims }] },
    ...more.guide,
  },
});
const supply = (more: Partial<Supply> = {}): Supply => ({ code: "s-1", unitId: unit.id, classId: trusted("staff.review"), traits: [], earmark: null, legalBasis: null, state: "published", jurisdiction: [trusted("522301")], ...more });
const facts = (more: Partial<ChecklistFacts> = {}): ChecklistFacts => ({
  unit, divisionKnown: true, heads: 1, officers: 1, items: [item([claim()])], supplies: [supply()],
  classes: new Map([
    ["staff.review", { kind: "staff", act: "assisting" }],
    ["function.licensing", { kind: "function", act: "deciding" }],
    ["funds.grant", { kind: "funds", act: "none" }],
  ]),
  parents: new Map([["522301001", "522301"], ["522301", "522300"], ["522300", null], ["522322", "522300"]]) as unknown as DivisionParents,
  ...more,
});
const missing = (given: ChecklistFacts): ChecklistPoint[] => checklist(given).filter(({ done }) => !done).map(({ point }) => point);
const other = trusted<Unit["id"]>("other");

test("a unit with everything lacks nothing", () => {
  expect(missing(facts())).toEqual([]);
});

test.each<[string, ChecklistPoint, Partial<ChecklistFacts>]>([
  ["an English name in Chinese", "names", { unit: { ...unit, names: { zh: "局", en: "局" } } }],
  ["no credit code", "credit-code", { unit: { ...unit, creditCode: null } }],
  ["a division the pool does not have", "division", { divisionKnown: false }],
  ["no address", "address", { unit: { ...unit, address: null } }],
  ["no telephone", "phone", { unit: { ...unit, phone: null } }],
  ["no calendar", "calendar", { unit: { ...unit, calendarId: null } }],
  ["no head", "head", { heads: 0 }],
  ["nobody on a post", "officer", { officers: 0 }],
  ["an authority without legal basis", "legal-basis", { supplies: [supply(), supply({ classId: trusted("function.licensing") })] }],
  ["an item without legal basis", "items-complete", { items: [item([claim()], { guide: { ...item([claim()]).guide, basis: [] } })] }],
  ["a guessed item", "items-confirmed", { items: [item([claim()], { guessed: true })] }],
])("%s is missing, and nothing else", (_, point, more) => {
  expect(missing(facts(more))).toEqual([point]);
});

describe("what an item needs is reachable", () => {
  const served = (one: RecipeClaim, supplies: readonly Supply[]): boolean => missing(facts({ items: [item([one])], supplies })).length === 0;

  test("from the unit or, where the claim says so, from any unit of the pool", () => {
    expect(served(claim(), [supply({ unitId: other })])).toBe(true);
    expect(served(claim({ scope: "competent" }), [supply({ unitId: other })])).toBe(false);
    expect(served(claim({ class: trusted("function.licensing") }), [supply({ unitId: other, classId: trusted("function.licensing") })])).toBe(false);
  });
  test("with the traits and the earmark that are asked for", () => {
    expect(served(claim({ traits: [trusted("sign-language")] }), [supply()])).toBe(false);
    expect(served(claim({ traits: [trusted("sign-language")] }), [supply({ traits: [trusted("sign-language")] })])).toBe(true);
    expect(served(claim({ class: trusted("funds.grant"), purpose: "housing" }), [supply({ classId: trusted("funds.grant"), earmark: "farming" })])).toBe(false);
  });
  test("somewhere in the unit's division, and published", () => {
    expect(served(claim(), [supply({ jurisdiction: [trusted("522300")] })])).toBe(true);
    expect(served(claim(), [supply({ jurisdiction: [trusted("522301001")] })])).toBe(true);
    expect(served(claim(), [supply({ jurisdiction: [trusted("522322")] })])).toBe(false);
    expect(served(claim(), [supply({ state: "registered" })])).toBe(false);
  });
  test("and the classes nobody supplies are named", () => {
    expect(checklist(facts({ supplies: [] })).find(({ point }) => point === "items-supplied")?.gaps).toEqual([{ object: "licence", names: { zh: "许可", en: "Licence" }, classes: ["staff.review"] }]);
  });
});
