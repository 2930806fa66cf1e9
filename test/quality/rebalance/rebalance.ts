import { bootstrap } from "../bootstrap.js";
import type { LendingResult } from "./lend.js";
import type { LendingSize } from "./lending-city.js";

const SIZE: LendingSize = { counties: 4, weeks: 16, requestsADay: 600, load: 0.85 };
const QUICK: LendingSize = { ...SIZE, counties: 2, weeks: 10, requestsADay: 300 };
/** How much is idle decides how much a plan can do: the same at other loads, in a smaller prefecture. */
const LOADS = [0.75, 0.85, 0.95] as const;
const OTHER_SEEDS = 2;
/** Limits were set while looking at seeds from 1001 on. */
const FIRST_SEED = 11;

export interface LendingTask {
  readonly kind: "lend";
  readonly seed: number;
  readonly size: LendingSize;
}

export const lendingTasks = (quick: boolean, seeds: number): LendingTask[] => [
  ...Array.from({ length: seeds }, (_, at): LendingTask => ({ kind: "lend", seed: FIRST_SEED + at, size: quick ? QUICK : SIZE })),
  ...(quick ? [] : LOADS.flatMap((load) => Array.from({ length: OTHER_SEEDS }, (_, at): LendingTask => ({ kind: "lend", seed: FIRST_SEED + at, size: { ...SIZE, counties: 2, requestsADay: 300, load } })))),
];

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

export const isBroken = (results: readonly LendingResult[]): boolean => results.some(({ plans, movedBack, loops }) => movedBack + loops > 0 || plans.some(({ second }) => second > 0));

/** Plans against no lending, as docs/rebalance.md. */
export function lendingReport(all: readonly LendingResult[], seeds: number, quick: boolean): string {
  const size = quick ? QUICK : SIZE;
  const results = all.slice(0, seeds);
  const mean = (of: (one: LendingResult) => number, form: (value: number) => string): string => {
    const { mean: middle, low, high } = bootstrap(results.map(of));
    return `${form(middle)} [${form(low)}, ${form(high)}]`;
  };
  const average = (of: (one: LendingResult) => number): number => results.reduce((sum, one) => sum + of(one), 0) / results.length;
  const lateDrop = (one: LendingResult): number => 1 - one.lending.late / Math.max(1, one.alone.late);
  const waitDrop = (one: LendingResult): number => 1 - one.lending.p90Hours / one.alone.p90Hours;
  const perThousand = (one: LendingResult): number => Math.max(...one.plans.map(({ moves, open }) => (1_000 * moves) / Math.max(1, open)));
  const overAll = (one: LendingResult): number => (1_000 * one.plans.reduce((sum, { moves }) => sum + moves, 0)) / one.plans.reduce((sum, { open }) => sum + open, 0);
  const ofPlan = (most: "inParts" | "whole") => (one: LendingResult): number => one.plans.reduce((sum, { saved }) => sum + saved, 0) / Math.max(1e-9, one.plans.reduce((sum, plan) => sum + plan[most], 0));
  const second = results.reduce((sum, { plans }) => sum + plans.reduce((all, one) => all + one.second, 0), 0);
  const back = results.reduce((sum, one) => sum + one.movedBack, 0);
  const loops = results.reduce((sum, one) => sum + one.loops, 0);
  const row = (aim: string, found: string, met: boolean): string => `| ${aim} | ${found} | ${met ? "met" : "**missed**"} |`;
  return `# Quality of plans

Made by \`npm run quality -- rebalance\`${quick ? " with \`--quick\`" : ""}: ${results.length} seeds, ${size.counties} counties of six departments, ${size.weeks} weeks, ${size.requestsADay} requests a day, ${percent(size.load)} of what all officers together can do. The product's engine, forecast and optimiser; the bound shares no code with them. An interval in brackets holds the mean in 95 of 100 bootstrap samples.

Departments' shares move as New York's 311 moved from 2018 to 2019 (W2), in each county at another time and in one the other way round; one department is closed for a fortnight (W7). Without loans nobody but a department's own officers reviews its cases. Every Monday a plan is made from what had come by then (forecast as on the page of pressure, no hindsight) and applied at once.

| aim | found | |
|---|---|---|
${row("breaches −60 % or more", mean((one) => -lateDrop(one), percent), average(lateDrop) >= 0.6)}
${row("p90 wait −40 % or more", mean((one) => -waitDrop(one), percent), average(waitDrop) >= 0.4)}
${row("fewer than 20 moves per 1,000 open cases, all plans of a run", mean(overAll, (value) => value.toFixed(1)), average(overAll) < 20)}
${row("the same, the plan with most of them", mean(perThousand, (value) => value.toFixed(1)), average(perThousand) < 20)}
${row("done in time ≥ 0.95 of the linear bound with hindsight", mean((one) => one.ofBound, (value) => value.toFixed(3)), average((one) => one.ofBound) >= 0.95)}
${row("of what the linear programme of the same forecasts saves, with the same limits, terms, rest, costs and budget of moves (≥ 0.95)", mean(ofPlan("inParts"), (value) => value.toFixed(3)), average(ofPlan("inParts")) >= 0.95)}
${row("the same, of what the same programme could save at most in whole moves", mean(ofPlan("whole"), (value) => value.toFixed(3)), average(ofPlan("whole")) >= 0.95)}
${row("second run on the same state: no moves", String(second), second === 0)}
${row("moved back within 7 days: 0", String(back), back === 0)}
${row("loops: 0", String(loops), loops === 0)}

The bound with hindsight knows all that will come and lets anybody do anybody's work on any day, without loans, terms or limits; without lending ${mean((one) => one.aloneOfBound, (value) => value.toFixed(3))} of it is done in time. What the fortnight without one department costs is in all of these figures, and nothing lent brings back all of it. The linear programme of a plan's own forecasts (\`test/quality/rebalance/optimum.ts\`) lends parts of moves, pays for as much of a move as is lent, and lets a unit lend and borrow in parts; with whole moves HiGHS branches until 500 nodes, and what it has proven by then is taken for the most. Until now no programme stood here but a bound unit by unit, as if everybody's nearest lender had all it wanted: 0.632 of that.

| seed | counted | late alone | late with loans | p50, hours | p90 alone, hours | p90 with loans | moves | open on Mondays | of the bound |
|---|---|---|---|---|---|---|---|---|---|
${results.map(rowOf).join("\n")}
${quick ? "" : loadsOf(all.slice(seeds))}`;
}

const rowOf = (one: LendingResult): string =>
  `| ${one.seed} | ${one.counted} | ${one.alone.late} | ${one.lending.late} | ${one.alone.p50Hours.toFixed(1)} → ${one.lending.p50Hours.toFixed(1)} | ${one.alone.p90Hours.toFixed(1)} | ${one.lending.p90Hours.toFixed(1)} | ${one.plans.map(({ moves }) => moves).join(" ")} | ${one.plans.map(({ open }) => open).join(" ")} | ${one.ofBound.toFixed(3)} |`;

function loadsOf(results: readonly LendingResult[]): string {
  const rows = LOADS.map((load, at) => {
    const some = results.slice(at * OTHER_SEEDS, (at + 1) * OTHER_SEEDS);
    const sum = (of: (one: LendingResult) => number): number => some.reduce((all, one) => all + of(one), 0);
    const [alone, lending] = [sum((one) => one.alone.late), sum((one) => one.lending.late)];
    const waits = [sum((one) => one.alone.p90Hours) / some.length, sum((one) => one.lending.p90Hours) / some.length] as const;
    return `| ${percent(load)} | ${alone} → ${lending} (${percent(lending / Math.max(1, alone) - 1)}) | ${waits[0].toFixed(0)} → ${waits[1].toFixed(0)} h (${percent(waits[1] / waits[0] - 1)}) | ${some.map((one) => one.ofBound.toFixed(3)).join(", ")} |`;
  });
  return `
## By how much is idle

Two counties, 300 requests a day, ${OTHER_SEEDS} seeds each:

| asked of what all can do | late | p90 wait | of the bound |
|---|---|---|---|
${rows.join("\n")}
`;
}
