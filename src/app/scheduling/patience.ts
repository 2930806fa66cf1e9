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

/** The patience of one writer: with one pause and one stop for all that it asks. */
export class Patience {
  constructor(
    private readonly pause: Pause,
    private readonly stop: AbortSignal,
  ) {}

  until<T>(work: () => Promise<T>): Promise<T> {
    return patiently(work, this.pause, this.stop);
  }

  /** All that `read` pushes. A connection that is lost half-way leaves no half of it behind. */
  async whole<T>(read: (push: (one: T) => void) => Promise<void>): Promise<readonly T[]> {
    return await this.until(async () => {
      const all: T[] = [];
      await read((one) => all.push(one));
      return all;
    });
  }
}
