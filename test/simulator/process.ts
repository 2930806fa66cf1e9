import { DatabaseAway } from "../../src/app/ports/writer.js";
import type { Database } from "./database.js";
import type { Dice } from "./dice.js";
import type { Faults } from "./faults.js";
import type { Simulation } from "./simulation.js";

/** What every process of a run shares. */
export interface Surroundings {
  readonly simulation: Simulation;
  readonly database: Database;
  readonly faults: Faults;
  readonly scheduling: Dice;
  /** Until then nobody reaches the database. */
  awayUntil: number;
}

/**
 * One process: what it is told arrives only while it lives and is awake. Killed, it never hears of anything again;
 * whatever it had asked of the database happens there all the same.
 */
export class Process {
  alive = true;
  #wakesAt = 0;

  constructor(
    readonly name: string,
    readonly around: Surroundings,
    /** What may happen to it while it waits for something. */
    private readonly atAwait: (process: Process) => void = () => {},
  ) {}

  kill(): void {
    this.alive = false;
  }

  freeze(ms: number): void {
    this.#wakesAt = Math.max(this.#wakesAt, this.around.simulation.now + ms);
  }

  /** It waits for something: here it may be killed or frozen. */
  struck(): void {
    if (this.alive) this.atAwait(this);
  }

  /** Runs in this process, after so long. */
  later(ms: number, what: string, run: () => void): void {
    const { simulation } = this.around;
    const arrive = (): void => {
      if (!this.alive) return;
      if (simulation.now < this.#wakesAt) return simulation.after(this.#wakesAt - simulation.now, what, arrive);
      run();
    };
    simulation.after(ms, what, arrive);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.later(ms, `${this.name} wakes`, resolve));
  }

  /** Milliseconds a message takes. */
  hop(): number {
    const { scheduling, faults } = this.around;
    return scheduling.below(4) + (faults.strikes("delay") ? faults.between(10, 4_000) : 0);
  }

  /** Asks the database something. The request or its reply may be lost, and the process with them. */
  ask<T>(what: string, serve: () => T | Promise<T>): Promise<T> {
    const { simulation, faults } = this.around;
    return new Promise<T>((resolve, reject) => {
      const away = (): void => this.later(this.hop(), `${this.name} ✗ ${what}`, () => reject(new DatabaseAway(what)));
      this.struck();
      if (!this.alive) return;
      if (faults.strikes("request-lost")) return away();
      simulation.after(this.hop(), `${this.name} → ${what}`, () => {
        if (simulation.now < this.around.awayUntil) return away();
        void (async () => {
          try {
            const answer = await serve();
            this.struck();
            if (faults.strikes("reply-lost")) return away();
            this.later(this.hop(), `${this.name} ← ${what}`, () => resolve(answer));
          } catch (error) {
            this.later(this.hop(), `${this.name} ← ${what}: ${String(error)}`, () => reject(error as Error));
          }
        })();
      });
    });
  }
}
