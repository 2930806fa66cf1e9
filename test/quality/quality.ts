/** `npm run quality`: how good the engine's choices are, as docs/quality.md. Words about the run go to standard error. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { mean } from "./bootstrap.js";
import { CASES, DECLARED, game, HORIZONS, large, runCase, tune, type CaseResult, type GameResult, type LargeResult, type TuneResult } from "./cases.js";
import { SMALL, wholeCase, type WholeResult } from "./whole.js";
import { solver } from "../../src/optimiser/solver.js";
import { isBroken, lendingReport, lendingTasks, type LendingTask } from "./rebalance/rebalance.js";
import { lendFor, type LendingResult } from "./rebalance/lend.js";
import { report } from "./report.js";

/** One piece of work for a thread: nothing but numbers and names goes in, nothing but figures comes out. */
type Task =
  | { readonly kind: "tune" | "case"; readonly name: string; readonly seed: number; readonly quick: boolean; readonly horizonDays: number }
  | { readonly kind: "game"; readonly seed: number; readonly quick: boolean; readonly horizonDays: number }
  | { readonly kind: "whole"; readonly name: string; readonly seed: number }
  | { readonly kind: "large"; readonly quick: boolean }
  | LendingTask;
type Result = TuneResult | CaseResult | GameResult | WholeResult | LargeResult | LendingResult;

async function perform(task: Task): Promise<Result | null> {
  if (task.kind === "large") return large(task.quick);
  if (task.kind === "whole") return wholeCase(task.name, task.seed);
  if (task.kind === "lend") return lendFor(await solver(), task.seed, task.size);
  if (task.kind === "game") return game(task.seed, task.quick, task.horizonDays);
  const one = CASES.find(({ name }) => name === task.name)!;
  return task.kind === "tune" ? tune(one, task.seed, task.quick) : runCase(one, task.seed, task.quick, task.horizonDays);
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Results as they come, one a line. */
const KEPT = join(ROOT, "dist", "quality", "results.jsonl");

/** Loads and due dates of the workloads were set while looking at the seeds before it. */
const FIRST_SEED = 11;

/** What is written by hand about the optimiser itself follows in the same page, and stays. */
const BY_HAND = "## The optimiser by itself";

const say = (words: string): void => void process.stderr.write(`${words}\n`);

if (isMainThread) await main();
else parentPort!.on("message", (task: Task) => void perform(task).then((result) => parentPort!.postMessage(result)));

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false }, seeds: { type: "string" }, out: { type: "string" }, from: { type: "string" }, list: { type: "boolean", default: false } },
  });
  if (positionals.length === 1 && positionals[0] === "rebalance") {
    await rebalance(values.quick, Number(values.seeds ?? (values.quick ? 2 : 5)), values.out ?? (values.quick ? join(ROOT, "dist", "quality-report") : join(ROOT, "docs")));
    return;
  }
  const names = [...CASES.map(({ name }) => name), "w6", "whole", "w1-large"];
  const unknown = positionals.filter((name) => !names.includes(name));
  const seeds = Number(values.seeds ?? (values.quick ? 2 : 10));
  if (values.list || unknown.length > 0 || !Number.isInteger(seeds) || seeds < 1) {
    for (const name of unknown) say(`There is no workload “${name}”.`);
    say(`Workloads: ${names.join(", ")}; rebalance by itself; --seeds N, --quick, --out FOLDER, --from RESULTS`);
    process.exit(values.list ? 0 : 2);
  }
  const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
  const whole = positionals.length === 0 && !values.quick && seeds >= 10;
  const began = performance.now();
  const cases = CASES.filter(({ name }) => wanted(name));
  const seedList = Array.from({ length: seeds }, (_, at) => FIRST_SEED + at);
  // Another part of all seeds than the one that is reported on.
  const tuneSeeds = [1001, 1002].slice(0, values.quick ? 1 : 2);

  // What a run left on the way: the report is made from it without running anything again.
  const kept = values.from === undefined ? null : readFileSync(values.from, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Result);
  if (!kept) writeFileSync(KEPT, "");
  const tuned = kept?.filter((one) => one.kind === "tune") ?? ((await inThreads(cases.filter((one) => one.tuned).flatMap(({ name }) => tuneSeeds.map((seed): Task => ({ kind: "tune", name, seed, quick: values.quick, horizonDays: 0 }))))) as (TuneResult | null)[]);
  const horizonOf = (name: string): number => {
    const some = tuned.filter((one) => one?.name === name).map((one) => one!.values);
    const best = HORIZONS.map((horizon, at) => ({ horizon, value: mean(some.map((values) => values[at]!)) }));
    return some.length === 0 ? DECLARED : best.reduce((a, b) => (b.value > a.value ? b : a)).horizon;
  };
  const tasks: Task[] = [];
  for (const seed of seedList) {
    tasks.push(...cases.map((one): Task => ({ kind: "case", name: one.name, seed: one.name === "w1" ? seed - FIRST_SEED : seed, quick: values.quick, horizonDays: horizonOf(one.name) })));
    if (wanted("whole")) tasks.push(...SMALL.map(({ name }): Task => ({ kind: "whole", name, seed })));
    if (wanted("w6")) tasks.push({ kind: "game", seed, quick: values.quick, horizonDays: 0 });
  }
  // Last: it is the one that is timed, and by then the other thread has little to do.
  if (wanted("w1-large")) tasks.push({ kind: "large", quick: values.quick });
  const results = kept ?? (await inThreads(tasks));

  const missing = cases.filter(({ name }) => !results.some((one) => one?.kind === "case" && one.name === name)).map(({ name }) => name);
  for (const name of missing) say(`\n*** ${name} IS NOT IN THIS REPORT: ${kept ? "it is not among the results" : "../shared/data/requests-311.csv.gz is not there"} ***\n`);
  const of = <R extends Result & { readonly seed?: number }>(kind: R["kind"]): R[] => results.filter((one): one is R => one?.kind === kind).sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0));
  const made = report({
    cases,
    tuned: tuned.filter((one) => one !== null),
    tuneSeeds,
    quick: values.quick,
    results: of<CaseResult>("case"),
    games: of<GameResult>("game"),
    wholes: of<WholeResult>("whole"),
    large: of<LargeResult>("large")[0] ?? null,
    missing,
  });
  const folder = values.out ?? (whole ? join(ROOT, "docs") : join(ROOT, "dist", "quality-report"));
  mkdirSync(join(folder, "quality"), { recursive: true });
  writeFileSync(join(folder, "quality.md"), made.text);
  for (const [name, svg] of made.plots) writeFileSync(join(folder, "quality", `${name}.svg`), svg);
  say(`${join(folder, "quality.md")}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (!whole) process.stdout.write(made.text);
  process.exitCode = made.broken ? 1 : 0;
}

async function rebalance(quick: boolean, seeds: number, folder: string): Promise<void> {
  writeFileSync(KEPT, "");
  const results = (await inThreads(lendingTasks(quick, seeds))).filter((one): one is LendingResult => one?.kind === "lend");
  const text = lendingReport(results, seeds, quick);
  const path = join(folder, "rebalance.md");
  const there = existsSync(path) ? readFileSync(path, "utf8") : "";
  const kept = there.includes(BY_HAND) ? `\n${there.slice(there.indexOf(BY_HAND))}` : "";
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text + kept);
  process.stdout.write(text);
  process.exitCode = isBroken(results) ? 1 : 0;
}

/** In the order of the tasks, whichever thread was first. */
async function inThreads(tasks: readonly Task[]): Promise<(Result | null)[]> {
  const results: (Result | null)[] = new Array<Result | null>(tasks.length).fill(null);
  let next = 0;
  const thread = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url));
    try {
      while (next < tasks.length) {
        const at = next++;
        const task = tasks[at]!;
        const began = performance.now();
        results[at] = await answerOf(worker, task);
        if (results[at] !== null) appendFileSync(KEPT, `${JSON.stringify(results[at])}\n`);
        say(`${task.kind} ${"name" in task ? task.name : ""} ${"seed" in task ? task.seed : ""}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(tasks.length, 2, availableParallelism()) }, thread));
  return results;
}

function answerOf(worker: Worker, task: Task): Promise<Result | null> {
  return new Promise((done, failed) => {
    const answered = (result: Result | null): void => {
      worker.off("error", broke);
      done(result);
    };
    const broke = (error: Error): void => {
      worker.off("message", answered);
      failed(error);
    };
    worker.once("message", answered);
    worker.once("error", broke);
    worker.postMessage(task);
  });
}
