import { createHash } from "node:crypto";
import type { PoolId, StepId } from "../../src/domain/id.js";
import { trusted } from "../../src/domain/id.js";
import { dayNumberOf, type Instant } from "../../src/domain/instant.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { Supply } from "../../src/app/scheduling/supply.js";
import type { AllocationPolicy } from "../../src/app/ports/allocation-policy.js";
import type { ClaimAsk, Engine, EngineEvent, PolicyAnswer, StepAsk, Turn } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { policyOf } from "./casbin-policy.js";
import { World, type WorldSize } from "./world.js";

const CHUNK = 2_000;
const POOL: PoolId = trusted("bench");

/** Steps that hold at a time: a tenth of the queue, ended in the order in which they were granted. */
export const holdsAtATime = (queue: number): number => Math.max(1_000, Math.round(queue / 10));

/**
 * The engine by itself, in a closed circle: what it grants is ended after a while, and whoever was granted is followed
 * by another who asks the same, so that the queue keeps its length and its mixture for as long as anybody measures.
 */
export class EngineLoop {
  readonly world: World;
  readonly #engine: Engine;
  readonly #policy: AllocationPolicy;
  readonly #now: Instant;
  #asks: Int32Array;
  #next: number;
  readonly #held: StepId[] = [];
  #heldFrom = 0;
  readonly #heldMax: number;
  #events: EngineEvent[] = [];
  /** Milliseconds spent inside the engine since the last `take`, and what it decided in them. */
  #ms = 0;
  #granted = 0;
  #refused = 0;
  turns = 0;

  constructor(size: WorldSize, now: Instant) {
    this.world = new World(size);
    this.#now = now;
    this.#policy = policyOf(this.world);
    this.#asks = new Int32Array(size.queue * 2 + 1);
    this.#next = size.queue + 1;
    this.#heldMax = holdsAtATime(size.queue);
    this.#engine = createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") });
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Feeds everything a writer would at its start; answers how many milliseconds of that were the engine's. */
  load(): number {
    const { world } = this;
    const { resources, queue } = world.size;
    const supply = new Supply(world.pool, dayNumberOf(this.#now));
    this.#feed({ kind: "classes", classes: world.classes }, { kind: "divisions", parents: world.divisions }, { kind: "units", units: world.pool.units }, { kind: "policy", version: 0 });
    const none = new Set<never>();
    for (let from = 0; from < resources; from += CHUNK) {
      const some = Array.from({ length: Math.min(CHUNK, resources - from) }, (_, at) => supply.of(world.resource(from + at), none));
      this.#feed({ kind: "resources", resources: some });
    }
    const waiting: StepAsk[] = [];
    for (let step = 1; step <= queue; step += 1) {
      const ask = world.askOf(step);
      this.#asks[step] = ask;
      waiting.push(world.step(trusted(step), ask, world.arrivedAt(step, this.#now)));
    }
    this.#events.push({ kind: "ready", steps: waiting });
    return this.#ms;
  }

  /** One turn: what was fed is taken in, and up to a batch of steps is decided. */
  async turn(): Promise<number> {
    const turn = this.#step();
    await this.#answer(turn);
    let granted = 0;
    const next: StepAsk[] = [];
    for (const decision of turn.batch.decisions) {
      if (decision.outcome === "refused") this.#refused += 1;
      else {
        granted += 1;
        this.#held.push(decision.step);
      }
      next.push(this.#another(this.#asks[decision.step]!));
    }
    this.#granted += granted;
    if (next.length > 0) this.#events.push({ kind: "ready", steps: next });
    while (this.#held.length - this.#heldFrom > this.#heldMax) this.#end(this.#held[this.#heldFrom++]!);
    if (this.#heldFrom > 100_000) {
      this.#held.splice(0, this.#heldFrom);
      this.#heldFrom = 0;
    }
    return turn.batch.decisions.length;
  }

  /** What could be had for these claims; the policy's questions are answered on the way, its time not counted. */
  async offers(claims: readonly ClaimAsk[]): Promise<{ readonly ms: number; readonly offers: number; readonly complete: boolean }> {
    const answers: PolicyAnswer[] = [];
    for (let ms = 0; ; ) {
      const began = performance.now();
      const found = this.#engine.offers({ claims, limit: 20, perStart: 5, perDay: 10, answers }, this.#now);
      ms += performance.now() - began;
      const { questions, version } = found.needs;
      if (questions.length === 0) return { ms, offers: found.offers.length, complete: found.complete };
      const allowed = await this.#policy.answers(POOL, version, questions);
      answers.push(...questions.map((question, at) => ({ ...question, allowed: allowed[at] === true })));
    }
  }

  /** What happened since it was last asked. */
  take(): { readonly ms: number; readonly granted: number; readonly refused: number } {
    const taken = { ms: this.#ms, granted: this.#granted, refused: this.#refused };
    this.#ms = 0;
    this.#granted = 0;
    this.#refused = 0;
    return taken;
  }

  #step(): Turn {
    const events = this.#events;
    this.#events = [];
    const began = performance.now();
    const turn = this.#engine.step(events, this.#now);
    this.#engine.confirm(turn.batch);
    this.#ms += performance.now() - began;
    this.turns += 1;
    return turn;
  }

  #feed(...events: EngineEvent[]): void {
    this.#events.push(...events);
    this.#step();
  }

  /** Casbin's time is not the engine's: the writer's figures contain it. */
  async #answer({ needs }: Turn): Promise<void> {
    if (needs.questions.length === 0) return;
    const allowed = await this.#policy.answers(POOL, needs.version, needs.questions);
    this.#events.push({ kind: "policyAnswers", version: needs.version, answers: needs.questions.map((question, at) => ({ ...question, allowed: allowed[at] === true })) });
  }

  #another(ask: number): StepAsk {
    const step = this.#next++;
    if (step >= this.#asks.length) {
      const wider = new Int32Array(this.#asks.length * 2);
      wider.set(this.#asks);
      this.#asks = wider;
    }
    this.#asks[step] = ask;
    return this.world.step(trusted(step), ask, this.#now);
  }

  #end(step: StepId): void {
    const { claims } = this.world.asks[this.#asks[step]!]!;
    this.#events.push({ kind: "ended", step, settle: claims.map((claim, at) => ({ claim: claimIdOf(step, at), amount: this.world.used(claim) })) });
  }
}
