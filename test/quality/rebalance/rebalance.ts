import { solver } from "../../../src/optimiser/solver.js";
import { bootstrap } from "../bootstrap.js";
import { lendFor, type LendingResult } from "./lend.js";

const SIZE = { counties: 4, weeks: 13, requestsADay: 600, load: 0.85 } as const;
const QUICK = { ...SIZE, counties: 2, weeks: 10, requestsADay: 300 } as const;
const FIRST_SEED = 11;

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** `npm run quality -- rebalance`: plans against no lending, as docs/rebalance.md. Answers whether something broke that never may. */
export async function rebalance(quick: boolean, seeds: number, say: (words: string) => void): Promise<{ readonly text: string; readonly broken: boolean }> {
  const highs = await solver();
  const results: LendingResult[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed += 1) {
    const began = performance.now();
    results.push(await lendFor(highs, seed, quick ? QUICK : SIZE));
    say(`rebalance ${seed}: ${((performance.now() - began) / 1000).toFixed(1)} s ${JSON.stringify(results.at(-1))}`);
  }
  return { text: reportOf(results, quick), broken: results.some(({ plans, movedBack, loops }) => movedBack + loops > 0 || plans.some(({ second }) => second > 0)) };
}

function reportOf(results: readonly LendingResult[], quick: boolean): string {
  const size = quick ? QUICK : SIZE;
  const mean = (of: (one: LendingResult) => number, form: (value: number) => string): string => {
    const { mean: middle, low, high } = bootstrap(results.map(of));
    return `${form(middle)} [${form(low)}, ${form(high)}]`;
  };
  const average = (of: (one: LendingResult) => number): number => results.reduce((sum, one) => sum + of(one), 0) / results.length;
  const lateDrop = (one: LendingResult): number => 1 - one.lending.late / Math.max(1, one.alone.late);
  const waitDrop = (one: LendingResult): number => 1 - one.lending.p90Hours / one.alone.p90Hours;
  const perThousand = (one: LendingResult): number => Math.max(...one.plans.map(({ moves, open }) => (1_000 * moves) / Math.max(1, open)));
  const overAll = (one: LendingResult): number => (1_000 * one.plans.reduce((sum, { moves }) => sum + moves, 0)) / one.plans.reduce((sum, { open }) => sum + open, 0);
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
${row("done in time ≥ 0.95 of the linear bound", mean((one) => one.ofBound, (value) => value.toFixed(3)), average((one) => one.ofBound) >= 0.95)}
${row("second run on the same state: no moves", String(second), second === 0)}
${row("moved back within 7 days: 0", String(back), back === 0)}
${row("loops: 0", String(loops), loops === 0)}

The bound knows all that will come and lets anybody do anybody's work on any day, without loans, terms or limits; without lending ${mean((one) => one.aloneOfBound, (value) => value.toFixed(3))} of it is done in time.

| seed | counted | late alone | late with loans | p50, hours | p90 alone, hours | p90 with loans | moves | open on Mondays | of the bound |
|---|---|---|---|---|---|---|---|---|---|
${results.map((one) => `| ${one.seed} | ${one.counted} | ${one.alone.late} | ${one.lending.late} | ${one.alone.p50Hours.toFixed(1)} → ${one.lending.p50Hours.toFixed(1)} | ${one.alone.p90Hours.toFixed(1)} | ${one.lending.p90Hours.toFixed(1)} | ${one.plans.map(({ moves }) => moves).join(" ")} | ${one.plans.map(({ open }) => open).join(" ")} | ${one.ofBound.toFixed(3)} |`).join("\n")}
`;
}
