import { createOptimiser } from "../../../src/optimiser/create-optimiser.js";
import { instanceOf, readInstances } from "../../../src/optimiser/assignment/read-instances.js";
import { solveAssignment } from "../../../src/optimiser/assignment/solve-assignment.js";
import { drawnPrefecture, LIMITS } from "../../optimiser/drawn-prefecture.js";
import { fileOf, published } from "../../optimiser/published-types.js";
import { rounded, say } from "../figure.js";
import type { Plan } from "../plan.js";
import { dice } from "../random.js";

/** What is promised: 50 classes, 300 units, 60 days in less than half a minute. */
const SIZE = { classes: 50, units: 300, days: 60 } as const;
const BUDGET_MS = 25_000;

/** Published types of generalised assignment, drawn by their rules: agents × jobs. */
const ASSIGNMENTS = { types: ["a", "b", "c", "d", "e"], agents: 20, jobs: 100 } as const;
const ASSIGNMENT_MS = 30_000;
const ASSIGNMENT_QUICK_MS = 5_000;

/** How far above its bound what `govpool plan --instance` finds can be, type by type. */
async function assignments({ emit, quick, seed }: Plan): Promise<void> {
  const { types, agents, jobs } = ASSIGNMENTS;
  for (const type of types) {
    const read = readInstances(fileOf([published(type, agents, jobs, dice(seed))]), type);
    if (!read.ok) throw new Error(`type ${type} was drawn badly`);
    const began = performance.now();
    const { assignment, bound } = await solveAssignment(instanceOf(read.value[0]!, "minimise"), quick ? ASSIGNMENT_QUICK_MS : ASSIGNMENT_MS);
    if (!assignment) throw new Error(`type ${type}: nothing was found`);
    const seconds = (performance.now() - began) / 1_000;
    const limiter = assignment.cost === bound ? "none: it is the best there is" : "the bound, which no assignment may reach, and one thread of so many seconds";
    emit({ name: `assignment-${type}-${agents}x${jobs}-gap`, value: (100 * (assignment.cost - bound)) / bound, unit: "% above its bound", n: Math.round(seconds), limiter, target: "< 1 % in 30 s" });
    say(`  type ${type}: ${assignment.cost}, none below ${bound}, ${seconds.toFixed(1)} s`);
  }
}

export async function rebalanceFigure(plan: Plan): Promise<void> {
  await prefecture(plan);
  await assignments(plan);
}

/** One plan for a whole prefecture, on the thread that makes plans: from the question to the answer, with what is left to prove. */
async function prefecture(plan: Plan): Promise<void> {
  const size = plan.quick ? { ...SIZE, classes: 10 } : SIZE;
  const input = drawnPrefecture(dice(plan.seed), size, { limits: { ...LIMITS, movesMax: 10 * size.classes } });
  const optimiser = createOptimiser();
  let told = 0;
  const began = performance.now();
  const outcome = await optimiser.plan(input, {
    budgetMs: BUDGET_MS,
    onProgress: ({ solved, classes, moves, gap }) => {
      if ((told += 1) % 10 === 0) say(`  ${solved} of ${classes} classes, ${moves} moves looked at, gap ${(100 * gap).toFixed(1)} %`);
    },
  });
  const ms = performance.now() - began;
  const limiter = "one thread: HiGHS for bounds, the search for moves; it takes what time it is given to prove more";
  const name = `rebalance-${size.classes}x${size.units}x${size.days}`;
  plan.emit({ name, value: ms / 1_000, unit: "s", n: outcome.moves.length, limiter, target: "< 30 s" });
  plan.emit({ name: `${name}-gap`, value: 100 * outcome.gap, unit: "% of what could be saved", n: outcome.solved, limiter: "moves allowed: a bound knows no budget of moves" });
  say(`  cases late ${rounded(outcome.before.late)} → ${rounded(outcome.after.late)}, days of waiting ${rounded(outcome.before.waitDays)} → ${rounded(outcome.after.waitDays)}, ${outcome.moves.length} moves`);
}
