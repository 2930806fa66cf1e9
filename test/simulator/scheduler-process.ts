import { createHash } from "node:crypto";
import type { AllocationPolicy } from "../../src/app/ports/allocation-policy.js";
import { DatabaseAway } from "../../src/app/ports/writer.js";
import type { QueueView, SchedulingNotice } from "../../src/app/scheduling/deps.js";
import { run } from "../../src/app/scheduling/run.js";
import type { Engine } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { createMemoryWriter, type BatchWatch } from "./memory-writer.js";
import { Process, type Surroundings } from "./process.js";
import { allows, type World } from "./world.js";

export const TTL_MS = 3_000;

export interface SchedulerHooks {
  readonly batch: BatchWatch;
  readonly notice: (scheduler: SchedulerProcess, notice: SchedulingNotice) => void;
  /** What no network and no crash explains. */
  readonly fault: (error: unknown) => void;
}

/** A scheduler process and whoever starts it again: it tries for the lease, writes, ends, and tries again. */
export class SchedulerProcess {
  process: Process;
  /** Of the life at hand, once it has loaded. */
  view: QueueView | undefined;
  /** The one it decides with. */
  engine: Engine | undefined;
  epoch = 0;
  writing = false;
  #stopping = new AbortController();

  constructor(
    readonly name: string,
    private readonly around: Surroundings,
    private readonly world: World,
    private readonly bells: Set<() => void>,
    private readonly hooks: SchedulerHooks,
  ) {
    this.process = this.#begin();
  }

  kill(): void {
    if (!this.process.alive) return;
    this.process.kill();
    this.writing = false;
    this.view = undefined;
    this.around.simulation.note(`${this.process.name} is killed`);
    this.around.simulation.after(100 + this.around.scheduling.below(3_000), `${this.name} starts`, () => {
      if (!this.process.alive && !this.#retired) this.process = this.#begin();
    });
  }

  #retired = false;
  /** Killed for good. */
  retire(): void {
    this.#retired = true;
    this.kill();
  }

  freeze(ms: number): void {
    this.process.freeze(ms);
    this.around.simulation.note(`${this.process.name} is frozen for ${ms} ms`);
  }

  /** Told to end, as before a new release; it gives its lease up. */
  stop(): void {
    this.#stopping.abort();
  }

  #lives = 0;

  #begin(): Process {
    this.#lives += 1;
    const process = new Process(`${this.name}.${this.#lives}`, this.around, () => this.#atAwait());
    process.later(0, `${process.name} begins`, () => void this.#live(process).catch(this.hooks.fault));
    return process;
  }

  #atAwait(): void {
    const { faults } = this.around;
    if (faults.strikes("crash-scheduler")) this.kill();
    else if (faults.strikes("freeze-scheduler")) this.freeze(faults.between(100, 3 * TTL_MS));
  }

  async #live(process: Process): Promise<void> {
    const { around } = this;
    for (;;) {
      this.#stopping = new AbortController();
      const writer = createMemoryWriter(process, TTL_MS, this.bells, this.hooks.batch, this.hooks.fault);
      const policy: AllocationPolicy = {
        activeVersion: () => process.ask("active version", () => around.database.policyVersion),
        answers: (_, version, questions) => process.ask("policy answers", () => questions.map((question) => allows(this.world, version, question))),
      };
      try {
        await run({
          writer,
          policy,
          createEngine: () => (this.engine = createEngine({ digest: sha256, decisionsPerTurn: this.world.decisionsPerTurn })),
          holder: process.name,
          leaseTtlMs: TTL_MS,
          // Turns are cut by number alone: how long a machine takes is not in the seed.
          rhythm: { nowMs: () => 0, breathe: () => Promise.resolve() },
          pause: (ms) => process.sleep(ms + around.scheduling.below(ms / 4 + 1)),
          notice: (notice) => {
            if (notice.kind === "writing") {
              this.writing = true;
              this.epoch = notice.epoch;
            }
            around.simulation.note(`${process.name}: ${JSON.stringify(notice)}`);
            this.hooks.notice(this, notice);
          },
          stop: this.#stopping.signal,
          serveReads: async (view) => {
            if (process.alive) this.view = view;
          },
        });
      } catch (error) {
        if (!(error instanceof DatabaseAway)) throw error;
      }
      this.writing = false;
      this.view = undefined;
      await writer.close();
      await process.sleep(TTL_MS / 3 + around.scheduling.below(TTL_MS / 6));
    }
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
