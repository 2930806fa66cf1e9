import type { PoolId, ResourceId, StepId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, type Instant } from "../../domain/instant.js";
import { claimIdOf } from "../../domain/pool/claim-id.js";
import { periodAt } from "../../domain/pool/period.js";
import type { Ahead, BalanceDelta, Batch, CapacityWindow, Comparison, Engine, EngineEvent, OffersAsked, OffersFound, QueueRow, ResourceSupply, StepAsk, Turn, Waiting } from "../../scheduler/contract.js";
import type { DeclaredResource, Lease, NextAttempt, OverCapacity, Taken, TakenCommand, WriterBatch } from "../ports/writer.js";
import { declaredAnew, oneBatch, prioritised, readied } from "./command-events.js";
import { AGAIN_MAX, COMMANDS_MAX, QUESTIONS_MAX, type QueueView, type SchedulingDeps } from "./deps.js";
import { numberBatch } from "./number-batch.js";
import { patiently } from "./patience.js";
import { Supply } from "./supply.js";

/** What one look at the database showed, and how much of it this turn answers. */
export interface Seen {
  readonly commands: readonly TakenCommand[];
  /** Nothing else waits to be taken. */
  readonly all: boolean;
  readonly now: Instant;
}

/** A turn that has something to make durable. */
export interface DecidedTurn {
  /** As the engine knows it. */
  readonly batch: Batch;
  readonly numbered: WriterBatch;
}

/** The turns of one writer: its engine, what it was fed, and how far it is. */
export class PoolTurns implements QueueView {
  readonly #deps: SchedulingDeps;
  #engine: Engine;
  #lease: Lease;
  #supply: Supply | undefined;
  #clock: Taken["clock"] = "real";
  #now: Instant = 0;
  /** Half-hour of the last tick; null: none since loading. */
  #ticked: number | null = null;
  /** The last turn ended at its limit or waits for answers: decide again before time moves on. */
  #more = false;
  #answers: EngineEvent[] = [];
  /** Steps loaded from the tables that the engine has not been told of yet. */
  #loaded: StepAsk[] = [];
  #thrownAway = 0;
  readonly #frozen = new Set<ResourceId>();
  /** Resources the engine was told of. */
  readonly #known = new Set<ResourceId>();

  constructor(deps: SchedulingDeps, lease: Lease) {
    this.#deps = deps;
    this.#lease = lease;
    this.#engine = deps.createEngine();
  }

  get poolId(): PoolId {
    return this.#deps.writer.poolId;
  }

  // — What readers may ask.

  now(): Instant {
    return this.#now;
  }

  whyWaiting(step: StepId): Waiting | undefined {
    return this.#engine.whyWaiting(step, this.#now);
  }

  ahead(step: StepId): Ahead | undefined {
    return this.#engine.ahead(step);
  }

  compare(a: StepId, b: StepId): Comparison {
    return this.#engine.compare(a, b);
  }

  queueSummary(): readonly QueueRow[] {
    return this.#engine.queueSummary();
  }

  async offers(asked: OffersAsked): Promise<OffersFound> {
    const found = this.#engine.offers(asked, this.#now);
    const { version, questions } = found.needs;
    if (questions.length === 0) return found;
    const allowed = await this.#deps.policy.answers(this.poolId, version, questions);
    return this.#engine.offers({ ...asked, answers: questions.map((question, at) => ({ ...question, allowed: allowed[at] === true })) }, this.#now);
  }

  counts(): ReturnType<Engine["counts"]> {
    return this.#engine.counts();
  }

  // — What the loop does.

  /** Feeds a fresh engine all that is declared and booked. Nothing is decided before all of it is in. */
  async load(): Promise<void> {
    await this.#patiently(async () => {
      if (this.#now === 0) this.#now = await this.#beginning();
      this.#engine = this.#deps.createEngine();
      this.#supply = undefined;
      this.#ticked = null;
      this.#more = false;
      this.#answers = [];
      this.#loaded = [];
      this.#known.clear();
      // Of what has ended by the writer's own time: a set clock may be ahead of what was decided so far.
      await this.#deps.writer.load(this.#now, (piece) => {
        switch (piece.kind) {
          case "pool":
            this.#supply = new Supply(piece.pool, dayNumberOf(this.#now));
            return this.#state(
              { kind: "classes", classes: piece.pool.classes },
              { kind: "divisions", parents: piece.pool.divisions },
              { kind: "policy", version: piece.pool.policyVersion },
            );
          case "resources":
            return this.#state({ kind: "resources", resources: this.#suppliesOf(piece.resources) });
          case "delegations":
          case "booked":
          case "held":
            return this.#state(piece);
          case "waiting":
            this.#loaded.push(...piece.steps);
        }
      });
    });
    const { resources } = this.#engine.counts();
    this.#deps.notice({ kind: "writing", epoch: this.#lease.epoch, lastSeq: this.#lease.lastSeq, resources, waiting: this.#loaded.length });
  }

  async #beginning(): Promise<Instant> {
    const { now, commands, clock } = await this.#deps.writer.takeCommands(1);
    // A sandbox whose clock was set before anybody wrote it begins at the time of its first command.
    const began = clock === "manual" ? Math.min(now, commands[0]?.occurredAt ?? now) : now;
    return Math.max(this.#lease.workedUpTo ?? 0, began);
  }

  /** Takes what was announced, as far as one batch may answer it, and the pool's time. */
  async look(): Promise<Seen> {
    const taken = await this.#patiently(() => this.#deps.writer.takeCommands(COMMANDS_MAX));
    this.#clock = taken.clock;
    let commands = oneBatch(taken.commands);
    // Before the clock moves on, everything is decided that could be at the old time.
    if (this.#more && commands[0]?.command.kind === "clock.set") commands = [];
    this.#now = Math.max(this.#now, this.#timeOf(taken, commands));
    return { commands, all: commands.length === taken.commands.length && taken.commands.length < COMMANDS_MAX, now: this.#now };
  }

  /** A manual clock moves by its commands alone, so that the log of commands replays to the same decisions. */
  #timeOf(taken: Taken, commands: readonly TakenCommand[]): Instant {
    if (taken.clock === "real") return taken.now;
    const [first] = commands;
    if (first?.command.kind === "clock.set") return first.occurredAt;
    const settings = taken.commands.some(({ command }) => command.kind === "clock.set");
    return settings || taken.commands.length === COMMANDS_MAX ? this.#now : taken.now;
  }

  /** Turns commands and time into events, and events into a batch. Undefined: there is nothing to make durable. */
  async decide({ commands, all, now }: Seen): Promise<DecidedTurn | undefined> {
    const { facts, restated } = await this.#facts(commands, now);
    const { acts, begun } = await this.#acts(commands, now);
    let events = [...facts, ...acts];
    for (;;) {
      const turn = this.#engine.step(events, now);
      const answers = await this.#answersTo(turn);
      this.#more = turn.more || answers.length > 0;
      const idle = all && !this.#more;
      const batch = { ...turn.batch, balances: withStated(turn.batch.balances, restated) };
      if (!isEmpty(batch) || commands.length > 0 || (idle && this.#clockMoved(now))) {
        this.#answers = answers;
        return { batch: turn.batch, numbered: numberBatch({ lease: this.#lease, commands, batch, begun, workedUpTo: idle ? now : null }) };
      }
      this.#engine.confirm(turn.batch);
      this.#settleActs();
      if (!this.#more) return undefined;
      events = answers;
    }
  }

  /** Makes a turn durable. `again`: it was thrown away, and its commands are still there to be taken. */
  async commit({ batch, numbered }: DecidedTurn): Promise<"durable" | "again" | "lost"> {
    const { writer, notice } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#patiently(() => writer.commit(numbered));
      switch (outcome.kind) {
        case "committed":
          return this.#durable(batch, numbered);
        case "unknown": {
          const known = await this.#patiently(() => writer.outcomeOf(numbered));
          if (known === "stale-epoch") return "lost";
          notice({ kind: "unknown-resolved", as: known });
          if (known === "committed") return this.#durable(batch, numbered);
          break;
        }
        case "conflict":
          if (attempt < AGAIN_MAX) break;
          return this.#throwAway(batch, outcome.kind);
        case "stale-epoch":
          return "lost";
        case "stale-revocations":
        case "stale-step":
          return this.#throwAway(batch, outcome.kind);
        case "over-capacity":
          return this.#freeze(outcome.rows, numbered);
      }
      await this.#deps.pause(1);
    }
  }

  /** Until time alone changes something: a half-hour begins, or an unconfirmed hold ends. */
  msToNextTick(): number {
    const toNextPeriod = HALF_HOUR_MS - (this.#now % HALF_HOUR_MS);
    // A set clock stands still: waiting for it would be turning in vain.
    return this.#clock === "manual" ? toNextPeriod : Math.min(toNextPeriod, Math.max(1, this.#engine.nextTickAt() - this.#now));
  }

  // — Events.

  get #supplied(): Supply {
    if (!this.#supply) throw new Error("the pool was not loaded");
    return this.#supply;
  }

  #suppliesOf(resources: readonly DeclaredResource[]): ResourceSupply[] {
    for (const { id } of resources) this.#known.add(id);
    return resources.map((one) => this.#supplied.of(one, this.#frozen));
  }

  /** Facts alone decide nothing: no step waits in the engine yet. */
  #state(...facts: EngineEvent[]): void {
    this.#engine.confirm(this.#engine.step(facts, this.#now).batch);
  }

  /** What is declared anew, and the next stretch of periods when a day has begun. */
  async #facts(commands: readonly TakenCommand[], now: Instant): Promise<{ facts: EngineEvent[]; restated: BalanceDelta[] }> {
    const { writer } = this.#deps;
    const anew = declaredAnew(commands);
    // Units and classes are what the policy's answers rest on, and nothing but a fresh engine asks for them again.
    if (anew === "all") await this.load();
    else for (const id of anew) this.#frozen.delete(id);

    const facts: EngineEvent[] = this.#answers;
    this.#answers = [];
    if (dayNumberOf(now) > this.#supplied.today) {
      this.#supplied.moveTo(dayNumberOf(now));
      await this.#patiently(() =>
        writer.resources("all", (resources) => {
          // What the engine was never told of is on its way in a command of its own.
          const known = resources.filter(({ id }) => this.#known.has(id));
          facts.push({ kind: "window", windows: known.map((one) => ({ resource: one.id, capacity: this.#supplied.window(one) })) });
        }),
      );
    }
    if (anew.length === 0) return { facts: withPolicy(facts, commands), restated: [] };

    const windows = new Map<ResourceId, CapacityWindow>();
    await this.#patiently(() =>
      writer.resources(anew, (resources) => {
        const supplies = this.#suppliesOf(resources);
        for (const { id, capacity } of supplies) windows.set(id, capacity);
        facts.push({ kind: "resources", resources: supplies });
      }),
    );
    // An engine that was loaded after the declaration sees no change; the books may still show the old capacity.
    const restated: BalanceDelta[] = [];
    await this.#patiently(() =>
      writer.bookedCapacities(anew, now, (rows) => {
        for (const { resource, period, capacity } of rows) {
          const window = windows.get(resource);
          if (window === undefined || window === "unlimited") continue;
          const declared = window.amounts[period - window.first] ?? 0;
          if (declared !== capacity) restated.push({ resource, period, capacity: declared, held: 0, settled: 0 });
        }
      }),
    );
    return { facts: withPolicy(facts, commands), restated };
  }

  async #acts(commands: readonly TakenCommand[], now: Instant): Promise<{ acts: EngineEvent[]; begun: readonly NextAttempt[] }> {
    const acts: EngineEvent[] = [];
    if (this.#loaded.length > 0) acts.push({ kind: "ready", steps: this.#loaded });
    const asking = commands.flatMap(({ command }) => readied(command));
    const { steps, begun } = await this.#patiently(() => this.#deps.writer.readySteps(asking, commands.at(-1)?.id));
    const byId = new Map(steps.map((step) => [step.id, step]));
    const restricted = commands.some(({ command }) => command.kind === "persons.barred" || command.kind === "delegation.declared");
    const law = restricted ? await this.#patiently(() => this.#deps.writer.restrictions()) : undefined;
    if (law) acts.push({ kind: "delegations", delegations: law.delegations });
    for (const { command } of commands) {
      if (command.kind === "step.started") acts.push({ kind: "started", step: command.step });
      else if (command.kind === "step.ended") acts.push({ kind: "ended", step: command.step, settle: command.settle });
      else if (command.kind === "request.ended" || command.kind === "request.paused" || command.kind === "claim.released") acts.push({ kind: "dropped", steps: command.steps });
      else if (command.kind === "claim.confirmed") acts.push({ kind: "confirmed", step: command.step });
      else if (command.kind === "step.picked") acts.push(await this.#picked(command));
      else if (command.kind === "persons.barred") acts.push({ kind: "barred", steps: command.steps.map((step) => ({ step, barred: law?.barred.get(step) ?? [] })) });
      acts.push(...prioritised(command));
      const asked = readied(command).flatMap(({ step }) => byId.get(step) ?? []);
      if (asked.length > 0) acts.push({ kind: "ready", steps: asked });
    }
    // After the acts: work that was started in time is not taken back by the end of its period.
    if (law || this.#ticked !== periodAt("slot", now) || this.#engine.nextTickAt() <= now) acts.push({ kind: "tick" });
    return { acts, begun };
  }

  async #picked({ step, named }: Extract<TakenCommand["command"], { kind: "step.picked" }>): Promise<EngineEvent> {
    if (named.length === 0) return { kind: "unpicked", steps: [step] };
    const asks = await this.#patiently(() => this.#deps.writer.stepsAsked([step]));
    const of = new Map(named.map(({ claim, ...supply }) => [claim, supply]));
    return { kind: "picked", steps: asks.map((ask) => ({ ...ask, claims: ask.claims.map((claim, at) => ({ ...claim, named: of.get(claimIdOf(ask.id, at)) ?? null })) })) };
  }

  async #answersTo({ needs }: Turn): Promise<EngineEvent[]> {
    const facts: EngineEvent[] = [];
    for (let from = 0; from < needs.questions.length; from += QUESTIONS_MAX) {
      const questions = needs.questions.slice(from, from + QUESTIONS_MAX);
      const allowed = await this.#patiently(() => this.#deps.policy.answers(this.poolId, needs.version, questions));
      const answers = questions.map((question, index) => ({ ...question, allowed: allowed[index] === true }));
      facts.push({ kind: "policyAnswers", version: needs.version, answers });
    }
    return facts;
  }

  // — Outcomes.

  #durable(batch: Batch, numbered: WriterBatch): "durable" {
    this.#engine.confirm(batch);
    this.#lease = { ...this.#lease, lastSeq: numbered.toSeq, workedUpTo: numbered.workedUpTo ?? this.#lease.workedUpTo };
    this.#settleActs();
    this.#thrownAway = 0;
    const granted = batch.decisions.filter(({ outcome }) => outcome === "granted").length;
    this.#deps.notice({
      kind: "committed",
      seq: numbered.toSeq,
      commands: numbered.commands.length,
      granted,
      refused: batch.decisions.length - granted,
      closed: batch.closings.length,
      waiting: this.#engine.counts().waiting,
    });
    return "durable";
  }

  /** Acts of a batch that is durable need not be sent again. */
  #settleActs(): void {
    this.#loaded = [];
    this.#ticked = periodAt("slot", this.#now);
  }

  /** The engine forgets the batch; its commands have no number, so the next look finds them with what came since. */
  async #throwAway(batch: Batch, why: string): Promise<"again" | "lost"> {
    this.#deps.notice({ kind: "again", why });
    this.#engine.forget(batch);
    const { epoch } = this.#lease;
    this.#lease = await this.#patiently(() => this.#deps.writer.position());
    if (this.#lease.epoch !== epoch) return "lost";
    if (why === "stale-revocations") {
      // The command that says so may come after acts of other batches, and none of those may give what was withdrawn.
      this.#answers.push({ kind: "policy", version: await this.#patiently(() => this.#deps.policy.activeVersion(this.poolId)) });
      const { delegations, barred } = await this.#patiently(() => this.#deps.writer.restrictions());
      this.#answers.push({ kind: "delegations", delegations }, { kind: "barred", steps: [...barred].map(([step, out]) => ({ step, barred: out })) });
    }
    this.#thrownAway += 1;
    if (this.#thrownAway >= AGAIN_MAX) {
      // What the engine believes may differ from the tables: read them.
      this.#thrownAway = 0;
      await this.load();
    }
    return "again";
  }

  /** Over-allocation was prevented where it would have happened, so the engine was wrong: alarm, keep these out, read anew. */
  async #freeze(rows: readonly OverCapacity[], numbered: WriterBatch): Promise<"again" | "lost"> {
    this.#deps.notice({ kind: "frozen", rows });
    for (const { resource } of rows) this.#frozen.add(resource);
    await this.#patiently(() => this.#deps.writer.recordFrozen(rows, numbered.decidedAt, numbered.policyVersion));
    const { epoch } = this.#lease;
    this.#lease = await this.#patiently(() => this.#deps.writer.position());
    if (this.#lease.epoch !== epoch) return "lost";
    await this.load();
    return "again";
  }

  /** A manual clock must be seen to have been worked up to, even when nothing was to be done at its new time. */
  #clockMoved(now: Instant): boolean {
    return this.#clock === "manual" && now > (this.#lease.workedUpTo ?? 0);
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return patiently(work, this.#deps.pause, this.#deps.stop);
  }
}

const withPolicy = (facts: readonly EngineEvent[], commands: readonly TakenCommand[]): EngineEvent[] => [
  ...facts,
  ...commands.flatMap(({ command }): EngineEvent[] => (command.kind === "policy.activated" ? [{ kind: "policy", version: command.version }] : [])),
];

const isEmpty = (batch: Batch): boolean =>
  batch.decisions.length === 0 &&
  batch.closings.length === 0 &&
  batch.requeued.length === 0 &&
  batch.directs.length === 0 &&
  batch.balances.length === 0 &&
  batch.shapes.length === 0;

/** Adds stated capacities where the engine says nothing of the same resource and period, keeping the order. */
function withStated(balances: readonly BalanceDelta[], stated: readonly BalanceDelta[]): readonly BalanceDelta[] {
  if (stated.length === 0) return balances;
  const said = new Set(balances.map(({ resource, period }) => `${resource}/${period}`));
  return [...balances, ...stated.filter(({ resource, period }) => !said.has(`${resource}/${period}`))].sort(
    (a, b) => a.resource - b.resource || a.period - b.period,
  );
}
