import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedSteps } from "../../src/scheduler/sorted-steps.js";

test("steps that come at once, in any order and between others, stand as if each had been put in its place", () => {
  const acts = fc.array(fc.record({ kind: fc.constantFrom("insert", "append", "append", "remove", "first", "second", "count"), step: fc.nat(2_000) }), { maxLength: 1_500 });
  fc.assert(
    fc.property(acts, (done) => {
      const sorted = new SortedSteps((a, b) => a < b);
      const plain = new Set<number>();
      for (const { kind, step } of done) {
        const inOrder = () => [...plain].sort((a, b) => a - b);
        if (kind === "remove") expect(sorted.remove(step)).toBe(plain.delete(step));
        else if (kind === "first") expect(sorted.first()).toBe(inOrder()[0]);
        else if (kind === "second") expect(sorted.second()).toBe(inOrder()[1]);
        else if (kind === "count") expect(sorted.countBefore(step)).toBe(inOrder().filter((one) => one < step).length);
        else if (kind === "append") {
          const many = [step + 2, step, step + 1].filter((one) => !plain.has(one));
          sorted.appendAll(Int32Array.from(many));
          for (const one of many) plain.add(one);
        } else if (!plain.has(step)) {
          sorted.insert(step);
          plain.add(step);
        }
        expect(sorted.size).toBe(plain.size);
      }
    }),
    { numRuns: 30 },
  );
});
