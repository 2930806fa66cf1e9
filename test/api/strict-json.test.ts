import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../src/web/api/strict-json.js";

const codeOf = (text: string): string => {
  const result = parseStrictJson(text);
  return result.ok ? "ok" : result.problems[0].code;
};

describe("parseStrictJson()", () => {
  test("reads whatever JSON.stringify wrote", () => {
    const clean = fc.jsonValue({ maxDepth: 6 }).filter((value) => !/__proto__|prototype|constructor/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(clean, (value) => {
        const text = JSON.stringify(value);
        const result = parseStrictJson(text);
        expect(result.ok && JSON.stringify(result.value)).toBe(text);
      }),
    );
  });

  test.each([
    ['{"amount":1,"amount":900}', "input.duplicate_key"],
    ['{"a":{"b":1},"a":2}', "input.duplicate_key"],
    // The same key in another spelling: JSON.parse would read both as "a".
    ['{"a":1,"\\u0061":2}', "input.duplicate_key"],
    ['{"__proto__":{"admin":true}}', "input.forbidden_key"],
    ['{"a":[{"constructor":{}}]}', "input.forbidden_key"],
    ['{"\\u005f_proto__":1}', "input.forbidden_key"],
    ["[".repeat(200_000), "input.too_deep"],
    ["[".repeat(33) + "]".repeat(33), "input.too_deep"],
    ["[".repeat(32) + "]".repeat(32), "ok"],
    ['{"a":', "input.malformed_json"],
    ['{"a":"}', "input.malformed_json"],
    ["", "input.malformed_json"],
    ["NaN", "input.malformed_json"],
    // Keys of different objects, and values that look like keys, are no duplicates.
    ['[{"a":1},{"a":2}]', "ok"],
    ['{"a":"a","b":["a","a"]}', "ok"],
    ['{"a":"\\"b\\":1","b":"{\\"a\\":1}"}', "ok"],
  ])("%.40s → %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
