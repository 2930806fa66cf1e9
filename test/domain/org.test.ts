import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { creditCodeCheck, creditCodeFault } from "../../src/domain/org/credit-code.js";
import { divisionChain, liesIn, parentsOf, type Division } from "../../src/domain/org/division.js";
import { covers, openJurisdiction } from "../../src/domain/org/jurisdiction.js";
import { ancestorsOf, cyclesIn, parentsFirst } from "../../src/domain/org/tree.js";
import type { DivisionCode } from "../../src/domain/id.js";

describe("unified social credit codes (GB 32100)", () => {
  // Organisations whose codes are public.
  test.each(["91350100M000100Y43", "12100000400000624D", "91440300708461136T"])("%s is one", (code) => {
    expect(creditCodeFault(code)).toBeUndefined();
  });
  test("one wrong character is always found", () => {
    const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 17 }), fc.constantFrom(...alphabet), (at, letter) => {
        const right = "91350100M000100Y43";
        const typo = right.slice(0, at) + letter + right.slice(at + 1);
        expect(creditCodeFault(typo) === undefined).toBe(typo === right);
      }),
    );
  });
  test.each(["", "91350100M000100Y4", "91350100m000100Y43", "91350100I000100Y43", "９1350100M000100Y43", "91350100M000100Y43 "])("%j has not the shape", (code) => {
    expect(creditCodeFault(code)).toBe("shape");
  });
  test("the check of a text outside the alphabet is none", () => {
    expect(creditCodeCheck("ooo")).toBeUndefined();
  });
});

const d = (code: string, level: Division["level"], parent: string | null): Division => ({ code: code as DivisionCode, names: { zh: code, en: code }, level, parent: parent as DivisionCode | null });
const parents = parentsOf([
  d("522300", "prefecture", null),
  d("522301", "county", "522300"),
  d("522301011", "township", "522301"),
  d("522322", "county", "522300"),
  d("522322101", "township", "522322"),
]);
const code = (text: string) => text as DivisionCode;

describe("divisions", () => {
  test("a township lies in its county and its prefecture, not in the county beside it", () => {
    expect(divisionChain(parents, code("522301011"))).toEqual(["522301011", "522301", "522300"]);
    expect(liesIn(parents, code("522301011"), code("522300"))).toBe(true);
    expect(liesIn(parents, code("522301011"), code("522322"))).toBe(false);
    expect(liesIn(parents, code("522300"), code("522301"))).toBe(false);
  });
  test("a zone in a jurisdiction stands for its townships", () => {
    const zones = new Map([["yilong", { id: "yilong" as never, names: { zh: "义龙新区", en: "Yilong" }, townships: [code("522322101"), code("522301011")] }]]);
    const opened = openJurisdiction(["zone:yilong", "522301011", "zone:gone"], zones);
    expect(opened).toEqual(["522301011", "522322101"]);
    expect(covers(parents, opened, code("522322101"))).toBe(true);
    expect(covers(parents, opened, code("522301"))).toBe(false);
    expect(covers(parents, [code("522300")], code("522301011"))).toBe(true);
  });
});

describe("trees", () => {
  const tree = (pairs: Record<string, string | null>) => Object.entries(pairs).map(([id, parent]) => ({ id, parent }));
  test("cycles are named once, from their smallest name", () => {
    expect(cyclesIn(tree({ d: "c", c: "b", b: "c", a: "a", e: null, f: "e", g: "gone" }))).toEqual([["b", "c"], ["a"]]);
  });
  test("a tree has no cycles, and its ancestors end at the root", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 50 }), (numbers) => {
        const nodes = numbers.map((n, i) => ({ id: `n${i}`, parent: i === 0 ? null : `n${n % i}` }));
        expect(cyclesIn(nodes)).toEqual([]);
        const above = ancestorsOf(new Map(nodes.map(({ id, parent }) => [id, parent])), nodes.at(-1)!.id);
        expect(nodes.length === 1 || above.at(-1) === "n0").toBe(true);
        const order = parentsFirst([...nodes].reverse()).map(({ id }) => id);
        expect(order).toHaveLength(nodes.length);
        for (const { id, parent } of nodes) if (parent) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(id));
      }),
    );
  });
  test("parentsFirst keeps everybody even when there is a cycle", () => {
    expect(parentsFirst(tree({ a: "b", b: "a", c: "a" })).map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
  });
});
