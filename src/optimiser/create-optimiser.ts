import { Worker } from "node:worker_threads";
import type { Optimiser } from "../app/ports/optimiser.js";
import type { PlanOutcome } from "../domain/rebalance/plan-input.js";
import type { PlanMessage, PlanTask } from "./plan-worker.js";

/** The thread runs what the build made, also when this module itself runs from source. */
const WORKER = new URL("../../dist/optimiser/plan-worker.js", import.meta.url);
const OLD_MB_MAX = 2_048;

/** HiGHS on a thread of its own for each plan: the server goes on serving. */
export const createOptimiser = (worker: URL = WORKER): Optimiser => ({
  plan: (input, { budgetMs, onProgress }) =>
    new Promise<PlanOutcome>((resolve, reject) => {
      const thread = new Worker(worker, { workerData: { input, budgetMs } satisfies PlanTask, resourceLimits: { maxOldGenerationSizeMb: OLD_MB_MAX } });
      let outcome: PlanOutcome | undefined;
      thread.on("message", (message: PlanMessage) => ("progress" in message ? onProgress?.(message.progress) : (outcome = message.outcome)));
      thread.on("error", reject);
      thread.on("exit", () => (outcome ? resolve(outcome) : reject(new Error("The thread that made the plan ended without one."))));
    }),
});
