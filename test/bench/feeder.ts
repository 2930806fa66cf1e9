import { trusted, type StepId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { COMMAND_CHANNEL } from "../../src/postgres/queries/command.js";
import type { Sql } from "../../src/postgres/connection.js";
import { connectBench, type BenchDatabase } from "./database.js";
import { holdsAtATime } from "./engine-loop.js";
import { BENCH_POOL, Copy, iso, RequestRows, STEPS_PER_REQUEST } from "./load-world.js";
import { dice } from "./random.js";
import type { Durable } from "./writer-child.js";
import type { World } from "./world.js";

/** Requests of one COPY. */
const REFILL_MAX = 1_000;

/**
 * The world around the writer: whoever was granted finishes after a while (a command each, as officers send), and whoever was
 * decided is followed by another who asks the same. So queue, mixture and holds keep their size for as long as anybody measures.
 *
 * Rows come by COPY, since intake is measured by itself; their references, which are true by construction, are not
 * checked again. Steps that end keep their rows as they are until `settleRows`: officers' updates are not the scheduler's.
 */
export class Feeder {
  readonly #sql: Sql;
  readonly #rows: RequestRows;
  readonly #heldMax: number;
  #asks: Int32Array;
  readonly #isDecided: Uint8Array;
  #nextStep: number;
  /** Steps that hold, oldest first, from `#heldFrom` on. */
  #held: number[] = [];
  #heldFrom = 0;
  #decided: number[] = [];
  #busy: Promise<void> | undefined;
  #stopped = false;
  refilled = 0;
  ended = 0;

  constructor(database: BenchDatabase, private readonly world: World, askIds: readonly string[]) {
    this.#sql = connectBench(database.url, 1, "govpool-bench-feeder");
    this.#rows = new RequestRows(world, askIds);
    const { queue } = world.size;
    this.#heldMax = holdsAtATime(queue);
    this.#asks = new Int32Array(queue * 2 + 1);
    this.#isDecided = new Uint8Array(queue + 1);
    for (let step = 1; step <= queue; step += 1) this.#asks[step] = world.askOf(step);
    this.#nextStep = Math.ceil(queue / STEPS_PER_REQUEST) * STEPS_PER_REQUEST + 1;
  }

  /** What a batch did; work goes on in the background, one transaction at a time. */
  take({ granted, refused }: Durable): void {
    for (const step of [...granted, ...refused]) if (step < this.#isDecided.length) this.#isDecided[step] = 1;
    for (const step of granted) {
      this.#held.push(step);
      this.#decided.push(step);
    }
    for (const step of refused) this.#decided.push(step);
    if (!this.#stopped) this.#busy ??= this.#work().finally(() => (this.#busy = undefined));
  }

  /** Steps of the queue as it was loaded that nobody decided yet: the same ones for the same seed and progress. */
  waitingSample(count: number): readonly number[] {
    const { queue, seed } = this.world.size;
    const roll = dice(seed);
    const some: number[] = [];
    for (let tries = 0; some.length < count && tries < 50 * count; tries += 1) {
      const step = 1 + Math.floor(roll() * queue);
      if (this.#isDecided[step] === 0) some.push(step);
    }
    return some;
  }

  /** What is under way is finished; nothing is begun any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#busy;
    await this.#sql.end({ timeout: 5 });
  }

  async #work(): Promise<void> {
    while (!this.#stopped && (this.#decided.length >= STEPS_PER_REQUEST || this.#held.length - this.#heldFrom > this.#heldMax)) {
      const asked = this.#decided.splice(0, Math.min(this.#decided.length - (this.#decided.length % STEPS_PER_REQUEST), REFILL_MAX));
      const ending = this.#held.slice(this.#heldFrom, Math.min(this.#held.length - this.#heldMax, this.#heldFrom + REFILL_MAX));
      this.#heldFrom += Math.max(0, ending.length);
      if (this.#heldFrom > 50_000) {
        this.#held.splice(0, this.#heldFrom);
        this.#heldFrom = 0;
      }
      await this.#round(asked.map((step) => this.#asks[step]!), ending);
    }
  }

  async #round(asks: readonly number[], ending: readonly number[]): Promise<void> {
    const now = Date.now();
    const first = this.#nextStep;
    this.#nextStep += asks.length;
    asks.forEach((ask, at) => this.#setAsk(first + at, ask));
    await this.#sql.begin(async (t) => {
      const own = t as unknown as Sql;
      await own`set local session_replication_role = replica`;
      if (asks.length > 0) {
        for (const table of ["requests", "steps", "claims"] as const) {
          const copy = await this.#rows.open(own, table);
          for (let at = 0; at < asks.length; at += 1) await this.#rows[table](copy, first + at, asks[at]!, now);
          await copy.end();
        }
      }
      const commands = await Copy.into(own, "commands", "pool_id, command, occurred_at, actor_id");
      const at = iso(now);
      for (let from = first; from < this.#nextStep; from += STEPS_PER_REQUEST) {
        await commands.row(BENCH_POOL, JSON.stringify({ kind: "step.ready", steps: [from, from + 1, from + 2, from + 3], turns: [1, 1, 1, 1] }), at, "bench");
      }
      for (const step of ending) await commands.row(BENCH_POOL, JSON.stringify(this.#endOf(step)), at, "bench");
      await commands.end();
      await own`select pg_notify(${COMMAND_CHANNEL}, ${BENCH_POOL})`;
    });
    this.refilled += asks.length;
    this.ended += ending.length;
  }

  #endOf(step: number): object {
    const { claims } = this.world.asks[this.#asks[step]!]!;
    const settle = claims.map((claim, at) => ({ claim: claimIdOf(trusted<StepId>(step), at), amount: this.world.used(claim) }));
    return { kind: "step.ended", step, outcome: "done", settle, ready: [] };
  }

  #setAsk(step: number, ask: number): void {
    if (step >= this.#asks.length) {
      const wider = new Int32Array(this.#asks.length * 2);
      wider.set(this.#asks);
      this.#asks = wider;
    }
    this.#asks[step] = ask;
  }
}

