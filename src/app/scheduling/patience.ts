import { DatabaseAway } from "../ports/writer.js";

/** Milliseconds between attempts: the first, and the longest. */
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 2_000;

/** Waits about so long; `main/` adds the jitter that keeps many writers from coming back in step. */
export type Pause = (ms: number) => Promise<void>;

export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Tries until the database is back. Faults are thrown on; a stop ends the waiting with `Stopped`. */
export async function patiently<T>(work: () => Promise<T>, pause: Pause, stop: AbortSignal): Promise<T> {
  for (let ms = PAUSE_MS_MIN; ; ms = Math.min(ms * 2, PAUSE_MS_MAX)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseAway)) throw error;
    }
    if (stop.aborted) throw new Stopped();
    await pause(ms);
    if (stop.aborted) throw new Stopped();
  }
}
