import { Worker } from "node:worker_threads";
import type { Store } from "../app/ports/store.js";
import type { WhatIfRunner } from "../app/ports/what-if.js";
import { problem } from "../domain/problem.js";
import type { WhatIfMessage, WhatIfTask } from "./what-if-worker.js";

type Job = Parameters<WhatIfRunner["enqueue"]>[0];

export interface WhatIfRunnerOptions {
  readonly databaseUrl: string;
  readonly store: Store;
  /** A bug on the way: logged in full, shown as interrupted. */
  readonly onFault: (error: unknown) => void;
}

/** The thread runs what the build made, also when this module itself runs from source. */
const WORKER = new URL("../../dist/main/what-if-worker.js", import.meta.url);
/** A pool of a million resources and its copy fit; a runaway does not take the server with it. */
const OLD_MB_MAX = 4_096;
const YOUNG_MB_MAX = 192;
/** What was asked for in a transaction that has not committed yet is not there to be worked on. */
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 20;
/** Milliseconds between two words about how far it is; while the copy is read nothing is said, and this shows that somebody lives. */
const TELL_EVERY_MS = 1_000;

/** Plays scenarios one after another, each on a thread of its own. */
export function createWhatIfRunner({ databaseUrl, store, onFault }: WhatIfRunnerOptions): WhatIfRunner {
  const jobs: Job[] = [];
  let current: { readonly id: string; readonly worker: Worker } | undefined;
  let wake = (): void => undefined;
  let resting: (() => void)[] = [];
  let working = false;
  let stopped = false;

  const play = async ({ pool, id, scenario }: Job): Promise<void> => {
    const book = <T>(work: (whatIfs: Parameters<Parameters<Store["transact"]>[1]>[0]["whatIfs"]) => Promise<T>): Promise<T> => store.transact(pool, ({ whatIfs }) => work(whatIfs));
    if (!(await isVisible(store, { pool, id, scenario })) || stopped) return;
    const task: WhatIfTask = { databaseUrl, poolId: pool, scenario };
    const worker = new Worker(WORKER, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: OLD_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB_MAX } });
    current = { id, worker };
    let percent = 0;
    let end: Exclude<WhatIfMessage, { percent: number }> | undefined;
    let fault: unknown;
    const telling = setInterval(() => {
      // Somebody cancelled or removed it, perhaps in another process.
      book((whatIfs) => whatIfs.progress(id, percent)).then((isWanted) => (isWanted ? undefined : worker.terminate()), onFault);
      for (const job of jobs) store.transact(job.pool, ({ whatIfs }) => whatIfs.stillWaits(job.id)).catch(onFault);
    }, TELL_EVERY_MS);
    await new Promise<void>((resolve) => {
      worker.on("message", (message: WhatIfMessage) => ("percent" in message ? (percent = message.percent) : (end = message)));
      worker.on("error", (error) => (fault = error));
      worker.on("exit", () => resolve());
    });
    clearInterval(telling);
    current = undefined;
    if (fault !== undefined) onFault(fault);
    if (end && "result" in end) await book((whatIfs) => whatIfs.finish(id, (end as { result: never }).result));
    else if (end) await book((whatIfs) => whatIfs.stop(id, "refused", (end as { problems: never }).problems));
    else await book((whatIfs) => whatIfs.stop(id, "failed", [problem("what-if.interrupted", {})]));
  };

  // A loop of its own, begun here: work started from within a request would inherit the request's transaction.
  const loop = (async (): Promise<void> => {
    while (!stopped) {
      const job = jobs.shift();
      if (!job) {
        for (const resolve of resting) resolve();
        resting = [];
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      working = true;
      await play(job).catch(onFault);
      working = false;
    }
    for (const resolve of resting) resolve();
  })();

  return {
    enqueue(job) {
      jobs.push(job);
      wake();
    },
    cancel(id) {
      if (current?.id === id) void current.worker.terminate();
    },
    idle: () => (jobs.length === 0 && !working ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
    async stop() {
      stopped = true;
      jobs.length = 0;
      void current?.worker.terminate();
      wake();
      await loop;
    },
  };
}

async function isVisible(store: Store, { pool, id }: Job): Promise<boolean> {
  for (let waited = 0; waited <= VISIBLE_WITHIN_MS; waited += LOOK_EVERY_MS) {
    if ((await store.read(pool).whatIfs.get(id))?.state === "waiting") return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  // Rolled back, or cancelled before it began.
  return false;
}
