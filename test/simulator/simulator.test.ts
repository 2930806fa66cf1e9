import { describe, expect, test } from "vitest";
import { REGRESSIONS } from "./regressions.js";
import { failureReport } from "./report.js";
import { shrink } from "./shrink.js";
import { simulate } from "./simulate.js";
import { Sometimes } from "./sometimes.js";

const SEEDS = 200;

describe("two schedulers and two web processes, and everything that goes wrong between them", () => {
  test(`${SEEDS} seeds: nothing is given twice, lost, or given above capacity, and in the end everything is decided`, async () => {
    const sometimes = new Sometimes();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const outcome = await simulate({ seed });
      sometimes.add(outcome.sometimes);
      if (outcome.broken !== undefined) expect.fail(failureReport(outcome, await shrink(outcome)));
    }
    expect(sometimes.never()).toEqual([]);
  });

  test("a seed is one run: the same events in the same order, every time", async () => {
    for (const seed of [3, 41, 77]) {
      const [first, second] = [await simulate({ seed }), await simulate({ seed })];
      expect(second.print).toBe(first.print);
      expect(second.events).toBe(first.events);
    }
  });

  test.each(REGRESSIONS.map((trial) => [trial.name, trial] as const))("%s", async (_, trial) => {
    const outcome = await simulate(trial);
    expect(outcome.broken).toBeUndefined();
  });
});
