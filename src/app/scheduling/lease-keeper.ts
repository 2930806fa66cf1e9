import { DatabaseAway, type PoolWriter } from "../ports/writer.js";
import { Interrupt } from "./interrupt.js";
import type { Pause } from "./patience.js";

/** Renews a lease several times in its life, beside whatever the loop is doing. */
export class LeaseKeeper {
  readonly #resting = new Interrupt();
  #over = false;
  readonly #done: Promise<void>;
  #fault: unknown;

  /** @param onLost Somebody else took the lease: the batch at hand will be fenced, and there is no point in another. */
  constructor(writer: PoolWriter, epoch: number, leaseTtlMs: number, pause: Pause, onLost: () => void) {
    this.#done = this.#keep(writer, epoch, leaseTtlMs / 3, pause, onLost).catch((fault: unknown) => {
      this.#fault = fault;
      onLost();
    });
  }

  async #keep(writer: PoolWriter, epoch: number, everyMs: number, pause: Pause, onLost: () => void): Promise<void> {
    for (;;) {
      await this.#resting.wait(pause(everyMs));
      if (this.#over) return;
      try {
        if (await writer.renew(epoch)) continue;
      } catch (error) {
        // The fence keeps us right while we cannot renew; who comes back first goes on.
        if (error instanceof DatabaseAway) continue;
        throw error;
      }
      return onLost();
    }
  }

  /** Throws what broke the keeping, if anything did. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#resting.end();
    await this.#done;
    if (this.#fault !== undefined) throw this.#fault;
  }
}
