import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { play } from "../support/scene.js";
import { parseScenes } from "../support/scene-words.js";
import type { Caught } from "./plant.js";
import { simulate } from "./simulate.js";

interface Hunted {
  readonly from: number;
  readonly seeds: number;
  /** A file of scenes to be played instead. */
  readonly scenes?: string;
}

/** Seeds until one is broken. */
async function amongSeeds({ from, seeds }: Hunted): Promise<Caught | undefined> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { broken } = await simulate({ seed });
    if (broken !== undefined) return { by: `seed ${seed}`, broken };
  }
  return undefined;
}

function amongScenes(path: string): Caught | undefined {
  for (const scene of parseScenes(readFileSync(path, "utf8"))) {
    try {
      play(scene);
    } catch (error) {
      return { by: `scene “${scene.name}”`, broken: String(error) };
    }
  }
  return undefined;
}

const hunted = workerData as Hunted;
parentPort!.postMessage(hunted.scenes === undefined ? await amongSeeds(hunted) : amongScenes(hunted.scenes));
