import { parentPort, workerData } from "node:worker_threads";
import { simulate } from "./simulate.js";

/** Seeds until one is broken. */
const { from, seeds } = workerData as { from: number; seeds: number };
let caught: { seed: number; broken: string } | undefined;
for (let seed = from; seed < from + seeds && !caught; seed += 1) {
  const { broken } = await simulate({ seed });
  if (broken !== undefined) caught = { seed, broken };
}
parentPort!.postMessage(caught);
