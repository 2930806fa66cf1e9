import { expect, test } from "vitest";
import { unlawfulIn } from "../../src/domain/catalogue/lawful-recipe.js";
import type { RecipeClaim, RecipeStep } from "../../src/domain/catalogue/item.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";

const cls = (id: string, act: CapacityClass["act"]) => [id, { id, kind: id.split(".")[0], period: "slot", act }] as unknown as [string, CapacityClass];
const classes = new Map([cls("staff.inspection", "deciding"), cls("staff.site-check", "assisting"), cls("staff.decision", "deciding"), cls("function.licence", "deciding"), cls("data.register", "none")]);
const cited = { law: { zh: "某法", en: "A law" }, article: "1" };
const claim = (of: string, given: Partial<RecipeClaim> = {}): RecipeClaim => ({ class: of as RecipeClaim["class"], amount: 1, scope: "competent", ...given });
const step = (name: string, given: Partial<RecipeStep>): RecipeStep => ({ step: name, stage: "review", names: { zh: name, en: name }, mode: "human", after: [], claims: [], ...given });
const officer = (given: Partial<RecipeClaim> = {}) => claim("staff.inspection", { traits: ["enforcement-certificate" as never], ...given });
const codes = (steps: readonly RecipeStep[], discretion?: typeof cited) => unlawfulIn(steps, discretion, { classes }).map(({ code, field }) => `${code} ${field}`);

test.each<[string, readonly RecipeClaim[], boolean]>([
  ["two certified officers of the acting organ, as one claim", [officer({ count: 2 })], true],
  ["two certified officers, as two claims for the same half-hours", [officer({ together: true }), officer({ together: true })], true],
  ["two claims that one officer could serve one after the other", [officer(), officer()], false],
  ["one officer", [officer()], false],
  ["two without a certificate", [claim("staff.inspection", { count: 2 })], false],
  ["two of whom one is another organ's", [officer(), officer({ scope: "pool" })], false],
  ["nobody", [], false],
])("an inspection by %s", (_, claims, lawful) => {
  expect(codes([step("inspect", { stage: "inspect", claims })])).toEqual(lawful ? [] : ["recipe.two_officers recipe.steps.0.claims"]);
});

test("an inspection may be made otherwise where the item cites why", () => {
  const alone = { ...cited, reason: { zh: "技术核查", en: "Technical" } };
  expect(codes([step("check", { stage: "inspect", alone, claims: [claim("staff.site-check", { scope: "pool" })] })])).toEqual([]);
});

test("what the law leaves to an officer's choice is no machine's, whatever the recipe says", () => {
  const automatic = step("decide", { stage: "decide", mode: "automatic", claims: [claim("function.licence")] });
  expect(codes([automatic])).toEqual([]);
  expect(codes([automatic], cited)).toEqual(["recipe.discretion_automatic recipe.steps.0.mode"]);
  expect(codes([step("verify", { mode: "automatic", claims: [claim("data.register")] })], cited)).toEqual([]);
});

test("a machine takes no deciding officer's time", () => {
  expect(codes([step("decide", { stage: "decide", mode: "automatic", claims: [claim("staff.decision")] })])).toEqual(["recipe.automatic_officer recipe.steps.0.mode"]);
});

test("duties are kept apart from steps that are there, and from other ones", () => {
  expect(codes([step("review", {}), step("decide", { notBy: { ...cited, steps: ["review"] } })])).toEqual([]);
  expect(codes([step("decide", { notBy: { ...cited, steps: ["decide", "audit"] } })])).toEqual([
    "input.unknown_reference recipe.steps.0.notBy.steps.0",
    "input.unknown_reference recipe.steps.0.notBy.steps.1",
  ]);
});
