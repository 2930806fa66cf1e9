import { expect, test } from "vitest";
import { rehearse } from "../../src/app/rebalance/rehearse-plan.js";
import { scenarios } from "../../src/manifest/read-scenario.js";
import { createOptimiser } from "../../src/optimiser/create-optimiser.js";
import { demandOf, item, reviewed, reviewer, rules, tinyCopy } from "../whatif/tiny-copy.js";

const licence = item("licence", [reviewed(60)]);
const permit = item("permit", [reviewed(60)], { line: "health" });
const copy = tinyCopy([reviewer("market", 420), reviewer("health", 420), reviewer("health", 420)], [licence, permit]);
const demand = demandOf(["licence", 1_000], ["permit", 500]);

test("a plan for a pool that was busy: what it predicts, beside what another draw of the same demand brings, without it and with it", async () => {
  const scenario = scenarios.readRecord({ name: "rush", seed: 3, days: 28, demand: [{ surge: { factor: 2.2, items: ["licence"] } }] });
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.problems));
  const asked = { scenario: scenario.value, leadDays: 14, goal: { breaches: 10, wait: 1, evenness: 5 }, cameSeed: 4 };
  const told: string[] = [];
  const play = async () => {
    const made = await rehearse(copy, demand, asked, { rules, optimiser: createOptimiser(), budgetMs: 10_000, say: (phase) => void told.push(phase) });
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    return made.value;
  };
  const made = await play();
  expect(made).toMatchObject({ from: "2026-03-02", madeOn: "2026-03-16", to: "2026-03-29" });
  expect(made.backlog.waiting).toBeGreaterThan(0);
  expect(made.moves.length).toBeGreaterThan(0);
  expect(made.moves.every(({ lender, borrower }) => lender === "health" && borrower === "market")).toBe(true);
  // Who was open is open in all four runs; what comes is another draw.
  const runs = [made.predicted.base, made.predicted.changed, made.came.base, made.came.changed];
  expect(new Set(runs.map(({ requests }) => requests.carried))).toEqual(new Set([made.backlog.open]));
  expect(made.predicted.base.requests.arrived).toBe(made.predicted.changed.requests.arrived);
  expect(made.came.base.requests.arrived).not.toBe(made.predicted.base.requests.arrived);
  for (const { base, changed } of [made.predicted, made.came]) {
    expect(changed.requests.breaches).toBeLessThan(base.requests.breaches);
    // Nothing is there twice.
    expect(changed.classes.find(({ key }) => key === "staff.review")!.capacity).toBe(base.classes.find(({ key }) => key === "staff.review")!.capacity);
  }
  expect(new Set(told)).toEqual(new Set(["lead", "search", "predict", "came"]));
  expect(await play()).toEqual(made);
}, 60_000);
