import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declareUnit, unitRecord } from "../../src/domain/org/declare-unit.js";
import { assetRecord, declareAsset } from "../../src/domain/pool/declare-asset.js";
import { declareResource, resourceRecord } from "../../src/domain/pool/declare-resource.js";
import type { Register } from "../../src/domain/pool/register.js";
import { RecordReader } from "../../src/domain/record.js";

const names = { zh: "名", en: "Name" };
const division = (code: string, level: string, parent: string | null) => [code, { code, names, level, parent }] as const;
const register = {
  pool: { id: "pool", division: "522300", calendarId: "office" },
  divisions: new Map([division("522300", "prefecture", null), division("522301", "county", "522300"), division("522301001", "township", "522301")]),
  zones: new Map([["park", { id: "park", names, townships: ["522301001"] }]]),
  calendars: new Map([["office", {}], ["hall", {}]]),
  classes: new Map([["staff.review", { id: "staff.review", kind: "staff", period: "day", act: "assisting", limits: { min: 5, max: 240, step: 5 } }]]),
  traits: new Map([["knows-tax", {}], ["sign-language", {}]]),
  units: new Map([["bureau", { id: "bureau", division: "522301", names, parent: null }]]),
} as unknown as Register;

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: "" });
const amount = fc.integer({ min: 1, max: 1_000_000 }).map((n) => String(n * 5));

describe("a record written and read again says the same", () => {
  test("of a resource", () => {
    const record = fc.record({
      resource: fc.stringMatching(/^[a-z][a-z0-9-]{1,20}$/),
      unit: fc.constant("bureau"),
      class: fc.constant("staff.review"),
      total: fc.oneof(amount, fc.constant("assets")),
      overcommit: optional(fc.integer({ min: 1, max: 1_000 }).map(String)),
      traits: fc.subarray(["knows-tax", "sign-language"]).map((some) => some.join(";")),
      jurisdiction: fc.subarray(["522301", "522301001", "zone:park"]).map((some) => some.join(";")),
      calendar: optional(fc.constantFrom("office", "hall")),
      valid_from: optional(fc.constantFrom("2026-01-01", "2024-02-29")),
      valid_to: optional(fc.constantFrom("2026-12-31")),
      state: optional(fc.constantFrom("registered", "published")),
      source: optional(fc.string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, ""))),
    });
    fc.assert(
      fc.property(record, (given) => {
        const once = declareResource(given, register);
        if (!once.ok) throw new Error(JSON.stringify(once.problems));
        expect(declareResource(resourceRecord(once.value), register)).toEqual(once);
      }),
    );
  });
  test("of an asset and of a unit", () => {
    const asset = declareAsset({ asset: "post-1", unit: "bureau", label: "岗 1", amount: "240", traits: "sign-language;knows-tax" }, register, () => undefined);
    if (!asset.ok) throw new Error(JSON.stringify(asset.problems));
    expect(declareAsset(assetRecord(asset.value), register, () => undefined)).toEqual(asset);
    const unit = declareUnit({ unit: "desk", parent: "bureau", name_zh: "窗口", name_en: "Desk", division: "522301001", line: "tax", level: "township", credit_code: "91350100M000100Y43", public: "true" }, register);
    if (!unit.ok) throw new Error(JSON.stringify(unit.problems));
    expect(declareUnit(unitRecord(unit.value), register)).toEqual(unit);
  });
});

describe("whatever is sent", () => {
  test("reading refuses or accepts, and never throws", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, maxDepth: 3 }), (anything) => {
        expect(typeof declareResource(anything, register).ok).toBe("boolean");
        expect(typeof declareUnit(anything, register).ok).toBe("boolean");
      }),
    );
  });
  test("a field that nobody asked for is named, even when it looks like part of every object", () => {
    const reader = new RecordReader(JSON.parse('{"constructor": 1, "toString": 2}'), []);
    expect(reader.raw("hasOwnProperty")).toBeUndefined();
    reader.end();
    expect(reader.problems.map(({ code, field }) => [code, field])).toEqual([
      ["input.unknown_field", "constructor"],
      ["input.unknown_field", "toString"],
    ]);
  });
  test("two spellings of one name are one name", () => {
    const read = (text: string) => new RecordReader({ name: text }, []).text("name");
    expect(read("Cafe\u0301")).toBe(read("Caf\u00e9"));
  });
});
