/** The thread that makes one plan: says how far it is, answers, ends. */
import { parentPort, workerData } from "node:worker_threads";
import type { PlanProgress } from "../app/ports/optimiser.js";
import type { PlanInput, PlanOutcome } from "../domain/rebalance/plan-input.js";
import { makePlan } from "./make-plan.js";
import { solver } from "./solver.js";

export interface PlanTask {
  readonly input: PlanInput;
  readonly budgetMs: number;
}

export type PlanMessage = { readonly progress: PlanProgress } | { readonly outcome: PlanOutcome };

if (parentPort) {
  const port = parentPort;
  const { input, budgetMs } = workerData as PlanTask;
  const began = performance.now();
  const highs = await solver();
  // Loading the solver is part of the time that was given.
  const outcome = makePlan(highs, input, { budgetMs: budgetMs - (performance.now() - began), onProgress: (progress) => port.postMessage({ progress } satisfies PlanMessage) }, () => performance.now());
  port.postMessage({ outcome } satisfies PlanMessage);
  port.close();
}
