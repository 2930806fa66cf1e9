/**
 * `npm run chaos`: many seeds of the simulator on every processor, then long faults with real processes and a real
 * PostgreSQL, ending with a table. Or one seed again, or planted bugs.
 *
 *   --minutes M   how long (default 5)     --seeds N   how many seeds instead, and no long faults
 *   --from S      the first seed (default: by the clock)
 *   --faults [--fault WORDS]   only the long faults, or those whose name has the words;     --scale X   how much of their full length (default 1)
 *   --planted   plants each known bug and shows the first seed, or the scene, that catches it; --bug WORDS those whose name has them
 *   --seed S [--keep 1,2,3] [--without fault,fault]    one run again, with its log of picks, then shrunk
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Fault } from "./faults.js";
import { faultTable, isSound, longFaults } from "./long-faults.js";
import { hunt, unplantable } from "./plant.js";
import { PLANTED } from "./planted/bugs.js";
import { failureReport } from "./report.js";
import { shrink } from "./shrink.js";
import { simulate, type Trial } from "./simulate.js";
import { SITUATIONS, Sometimes } from "./sometimes.js";

interface Share {
  readonly from: number;
  /** Every so many seeds one is this thread's. */
  readonly stride: number;
  readonly until: number;
  readonly untilMs: number;
}

interface ShareDone {
  readonly seeds: number;
  readonly events: number;
  readonly decisions: number;
  readonly counts: Sometimes["counts"];
  readonly failures: readonly string[];
}

/** Failures one thread shrinks and shows; more of them rarely say more. */
const FAILURES_MAX = 5;

/** From so many seeds on, every situation must have occurred. */
const SEEDS_FOR_ALL = 200;

async function work({ from, stride, until, untilMs }: Share): Promise<ShareDone> {
  const sometimes = new Sometimes();
  const failures: string[] = [];
  let [seeds, events, decisions] = [0, 0, 0];
  for (let seed = from; seed < until && Date.now() < untilMs && failures.length < FAILURES_MAX; seed += stride) {
    const outcome = await simulate({ seed });
    seeds += 1;
    events += outcome.events;
    decisions += outcome.decisions;
    sometimes.add(outcome.sometimes);
    if (outcome.broken !== undefined) failures.push(failureReport(outcome, await shrink(outcome)));
  }
  return { seeds, events, decisions, counts: sometimes.counts, failures };
}

async function replay(trial: Trial): Promise<boolean> {
  const outcome = await simulate(trial);
  console.log(outcome.picks.join("\n"));
  console.log(`\n${outcome.operations.length} operations, ${outcome.events} events, ${outcome.batches} batches, print ${outcome.print}`);
  if (outcome.broken === undefined) {
    console.log("nothing is broken");
    return true;
  }
  console.log(failureReport(outcome, await shrink(outcome)));
  return false;
}

const share = (data: Share): Promise<ShareDone> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

async function manySeeds(from: number, seeds: number | undefined, minutes: number): Promise<boolean> {
  const threads = availableParallelism();
  const began = Date.now();
  const untilMs = seeds === undefined ? began + minutes * 60_000 : Infinity;
  const until = seeds === undefined ? Infinity : from + seeds;
  const shares = await Promise.all(Array.from({ length: threads }, (_, at) => share({ from: from + at, stride: threads, until, untilMs })));
  const seconds = (Date.now() - began) / 1_000;
  const sum = (of: (one: ShareDone) => number): number => shares.reduce((total, one) => total + of(one), 0);
  const done = sum((one) => one.seeds);
  console.log(
    `${done} seeds from ${from} in ${seconds.toFixed(0)} s on ${threads} threads: ${(done / seconds).toFixed(0)} seeds/s, ` +
      `${Math.round(sum((one) => one.events) / seconds)} events/s, ${sum((one) => one.decisions)} decisions`,
  );
  for (const situation of SITUATIONS) console.log(`${String(sum((one) => one.counts[situation])).padStart(10)}  ${situation}`);
  // A handful of seeds cannot meet everything.
  const never = done < SEEDS_FOR_ALL ? [] : SITUATIONS.filter((situation) => sum((one) => one.counts[situation]) === 0);
  const failures = shares.flatMap((one) => one.failures);
  for (const failure of failures) console.log(`\n${failure}`);
  if (never.length > 0) console.log(`\nnever occurred: ${never.join(", ")}`);
  console.log(failures.length === 0 && never.length === 0 ? "\nsound" : "\nNOT sound");
  return failures.length === 0 && never.length === 0;
}

/** Seeds a planted bug may live through. */
const PLANTED_SEEDS_MAX = 5_000;
const PLANTED_MS_MAX = 300_000;

/** @param part Of the names of those to plant. */
async function plantedBugs(part: string): Promise<boolean> {
  let allCaught = true;
  const chosen = PLANTED.filter(({ name }) => name.includes(part));
  for (const bug of chosen) {
    const hindrance = unplantable(bug);
    const caught = hindrance === undefined ? await hunt(bug, { seeds: PLANTED_SEEDS_MAX, msMax: PLANTED_MS_MAX }) : undefined;
    allCaught &&= caught !== undefined;
    const found = caught ? `${caught.by}  ${caught.broken.split("\n")[0]}` : (hindrance ?? `NOT caught in ${PLANTED_SEEDS_MAX} seeds`);
    console.log(`${bug.name}\n    ${found}`);
  }
  console.log(allCaught ? `\nall ${chosen.length} were caught` : "\nNOT all were caught");
  return allCaught && chosen.length > 0;
}

async function faultsAtLength(scale: number, part = ""): Promise<boolean> {
  const rows = await longFaults(scale, part, (line) => console.log(line));
  console.log(`\n${faultTable(rows)}`);
  return rows.every(isSound);
}

async function everything(from: number, minutes: number, scale: number): Promise<boolean> {
  const seeds = await manySeeds(from, undefined, minutes);
  return (await faultsAtLength(scale)) && seeds;
}

if (!isMainThread) parentPort!.postMessage(await work(workerData as Share));
else {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      seeds: { type: "string" },
      from: { type: "string" },
      seed: { type: "string" },
      keep: { type: "string" },
      without: { type: "string" },
      planted: { type: "boolean", default: false },
      bug: { type: "string", default: "" },
      faults: { type: "boolean", default: false },
      fault: { type: "string", default: "" },
      scale: { type: "string", default: "1" },
    },
  });
  const from = Number(values.from ?? Math.floor(Date.now() / 1_000) % 1_000_000_000);
  const trial = (): Trial => ({
    seed: Number(values.seed),
    ...(values.keep !== undefined && { keep: values.keep.split(",").map(Number) }),
    ...(values.without !== undefined && { without: values.without.split(",") as Fault[] }),
  });
  const asked = values.planted
    ? plantedBugs(values.bug)
    : values.faults
      ? faultsAtLength(Number(values.scale), values.fault)
      : values.seed !== undefined
        ? replay(trial())
        : values.seeds !== undefined
          ? manySeeds(from, Number(values.seeds), Infinity)
          : everything(from, Number(values.minutes), Number(values.scale));
  process.exitCode = (await asked) ? 0 : 1;
}
