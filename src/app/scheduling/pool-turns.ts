import type { PoolId, ResourceId, StepId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, type Instant } from "../../domain/instant.js";
import { claimIdOf } from "../../domain/pool/claim-id.js";
import { periodAt, periodStart } from "../../domain/pool/period.js";
import type { BalanceDelta, Batch, Engine, EngineEvent, StepAsk, Turn, Waiting } from "../../scheduler/contract.js";
import type { Ahead, Comparison, QueueRow } from "../../scheduler/queue-place.js";
import type { OffersAsked, OffersFound } from "../../scheduler/offers-asked.js";
import type { Lease, NextAttempt, OverCapacity, QuotaBook, Taken, TakenCommand, UncountedUse, WriterBatch } from "../ports/writer.js";
import { declaredAnew, mentioned, oneBatch, prioritised, readied, standsAlone } from "./command-events.js";
import { AGAIN_MAX, QUESTIONS_MAX, type QueueView, type SchedulingDeps } from "./deps.js";
import { fateOf, type Fate } from "./batch-fate.js";
import { DeclaredSupply } from "./declared-supply.js";
import { numberBatch } from "./number-batch.js";
import { LoanBook, type LoanNews } from "./loan-book.js";
import { OpenPicks, type PicksBefore } from "./open-picks.js";
import { Pace, THINGS_PER_SLICE } from "./pace.js";
import { Patience } from "./patience.js";

/** What one look at the database showed, and how much of it this turn answers. */
export interface Seen {
  readonly commands: readonly TakenCommand[];
  /** Nothing else waits to be taken. */
  readonly all: boolean;
  /** Everything that was done before this moment is among the commands, or was taken before. */
  readonly caughtUpTo: Instant;
  readonly now: Instant;
  /** What comes next must wait until nothing is on its way. */
  readonly blocked: boolean;
  /** Steps that were begun meanwhile, as commands say that come after these. */
  readonly started: readonly StepId[];
}

/** A turn the engine has taken and the tables have not: with what must be sent again should it be thrown away. */
interface OpenTurn {
  /** As the engine knows it. */
  readonly batch: Batch;
  /** Null: nothing of it need become durable. */
  readonly numbered: WriterBatch | null;
  readonly commands: readonly TakenCommand[];
  readonly loaded: readonly StepAsk[];
  readonly tickedBefore: number | null;
  readonly loanNews: readonly LoanNews[];
  readonly picksBefore: PicksBefore;
}

/** A turn that has something to make durable. */
export interface DecidedTurn extends OpenTurn {
  readonly numbered: WriterBatch;
}

/** A turn on its way to the tables. */
interface Sent {
  readonly turn: DecidedTurn;
  readonly fate: Promise<Fate>;
  arrived: boolean;
}

/**
 * The turns of one writer: its engine, what it was fed, and how far it is.
 *
 * While one batch commits, the next is taken in and decided. Outcomes are heard in one place only, between two turns
 * (`settle`): so what a look left out because it was on its way stays left out until the turn it belongs to is over.
 */
export class PoolTurns implements QueueView {
  readonly #deps: SchedulingDeps;
  readonly #pace: Pace;
  #engine: Engine;
  /** As the newest turn leaves it, should all that are open become durable. */
  #lease: Lease;
  #clock: Taken["clock"] = "real";
  #now: Instant = 0;
  /** Half-hour of the last tick; null: none since loading. */
  #ticked: number | null = null;
  /** The last turn ended at its limit or waits for answers: decide again before time moves on. */
  #more = false;
  #answers: EngineEvent[] = [];
  /** Steps loaded from the tables that the engine has not been told of yet. */
  #loaded: readonly StepAsk[] = [];
  /** Oldest first. */
  #open: OpenTurn[] = [];
  #sent: Sent | undefined;
  #thrownAway = 0;
  /** The last batch was thrown away because a step was begun or ended that the engine believed was not. */
  #stale = false;
  /** Some unit has a quota. */
  #countsQuotas = false;
  readonly #picks = new OpenPicks();
  readonly #loans = new LoanBook();
  readonly #patience: Patience;
  readonly #supply: DeclaredSupply;

  constructor(deps: SchedulingDeps, lease: Lease) {
    this.#deps = deps;
    this.#pace = new Pace(deps.rhythm);
    this.#lease = lease;
    this.#patience = new Patience(deps.pause, deps.stop);
    this.#supply = new DeclaredSupply(deps.writer, this.#patience, this.#loans);
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
    await this.#patience.until(async () => {
      if (this.#now === 0) this.#now = await this.#beginning();
      this.#engine = this.#deps.createEngine();
      this.#ticked = null;
      this.#more = false;
      this.#answers = [];
      const loaded: StepAsk[] = [];
      this.#loaded = loaded;
      this.#open = [];
      this.#supply.begin();
      this.#countsQuotas = false;
      this.#picks.engineLost();
      this.#loans.state([]);
      // Of what has ended by the writer's own time: a set clock may be ahead of what was decided so far.
      await this.#deps.writer.load(this.#now, (piece) => {
        switch (piece.kind) {
          case "pool":
            this.#supply.of(piece.pool, dayNumberOf(this.#now));
            return this.#state(
              { kind: "classes", classes: piece.pool.classes },
              { kind: "divisions", parents: piece.pool.divisions },
              { kind: "units", units: piece.pool.units },
              { kind: "policy", version: piece.pool.policyVersion },
            );
          case "frozen":
            return this.#supply.freeze(piece.resources);
          case "loans":
            return this.#loans.state(piece.loans);
          case "resources":
            return this.#state({ kind: "resources", resources: this.#supply.stated(piece.resources) });
          case "resourceRows":
            return this.#state({ kind: "resourceRows", rows: this.#supply.rows(piece.rows) });
          case "quotas":
            return this.#state(...this.#quotasOf(piece.book));
          case "delegations":
          case "booked":
          case "bookedRows":
          case "held":
          case "stepRows":
            return this.#state(piece);
          case "waiting":
            for (const step of piece.steps) loaded.push(step);
        }
      });
    });
    const { resources, waiting } = this.#engine.counts();
    this.#deps.notice({ kind: "writing", epoch: this.#lease.epoch, lastSeq: this.#lease.lastSeq, resources, waiting: waiting + this.#loaded.length });
  }

  async #beginning(): Promise<Instant> {
    const { now, commands, clock } = await this.#deps.writer.takeCommands(1, []);
    // A sandbox whose clock was set before anybody wrote it begins at the time of its first command.
    const began = clock === "manual" ? Math.min(now, commands[0]?.occurredAt ?? now) : now;
    return Math.max(this.#lease.workedUpTo ?? 0, began);
  }

  /** Takes what was announced, as far as one batch may answer it, and the pool's time. */
  async look(): Promise<Seen> {
    const ofOpenTurns = this.#open.flatMap(({ commands, picksBefore }) => [...commands, ...picksBefore.open, ...picksBefore.again]);
    const onTheWay = [...ofOpenTurns.map(({ id }) => id), ...this.#picks.ids];
    // More than one batch answers would be read again for the next.
    const limit = this.#pace.stepsMax;
    const taken = await this.#patience.until(() => this.#deps.writer.takeCommands(limit, onTheWay));
    // Thousands of rows were read just now.
    await this.#deps.rhythm.breathe();
    this.#clock = taken.clock;
    const waiting = taken.commands;
    const full = waiting.length === limit;
    let commands = oneBatch(waiting, this.#touched(), limit);
    // Before the clock moves on, everything is decided that could be at the old time.
    if (this.#more && commands[0]?.command.kind === "clock.set") commands = [];
    const blocked = this.#open.length > 0 && commands.some(({ command }) => standsAlone(command));
    if (blocked) commands = [];
    this.#now = Math.max(this.#now, this.#timeOf(taken.now, waiting, commands, full));
    const all = commands.length === waiting.length && !full;
    const left = waiting[commands.length] ?? waiting.at(-1);
    const behind = this.#stale ? waiting.slice(commands.length) : [];
    const started = behind.flatMap(({ command }) => (command.kind === "step.started" ? [command.step] : []));
    return { commands, all, caughtUpTo: all ? this.#now : Math.min(this.#now, left?.occurredAt ?? 0), now: this.#now, blocked, started };
  }

  /** Steps of turns that are on their way: the tables do not say yet what has become of them. */
  #touched(): ReadonlySet<StepId> {
    const steps = new Set<StepId>();
    for (const { batch, commands } of this.#open) {
      for (const { command } of commands) for (const step of mentioned(command)) steps.add(step);
      for (const { step } of batch.decisions) steps.add(step);
      for (const { allocation } of batch.closings) steps.add(allocation.step);
      for (const { step } of batch.requeued) steps.add(step);
      for (const { step } of batch.directs) steps.add(step);
    }
    return steps;
  }

  /** A manual clock moves by its commands alone, so that the log of commands replays to the same decisions. */
  #timeOf(now: Instant, waiting: readonly TakenCommand[], commands: readonly TakenCommand[], full: boolean): Instant {
    if (this.#clock === "real") return now;
    const [first] = commands;
    if (first?.command.kind === "clock.set") return first.occurredAt;
    return full || waiting.some(({ command }) => command.kind === "clock.set") ? this.#now : now;
  }

  /** Turns commands and time into events, and events into a batch. Undefined: there is nothing to make durable. */
  async decide(seen: Seen): Promise<DecidedTurn | undefined> {
    const { commands, all, now } = seen;
    const { facts, restated, thawed } = await this.#facts(commands, now);
    const uncounted = await this.#quotas(commands, now, facts);
    const tickedBefore = this.#ticked;
    const picksBefore = { open: this.#picks.open, again: this.#picks.takeAgain() };
    const { acts, begun, loaded, loanNews: announced } = await this.#acts(seen, picksBefore.again);
    const turn = await this.#sliced([...facts, ...acts], now);
    this.#loans.hear(turn.batch.loans);
    const endedLoans = this.#loans.over(now);
    this.#loans.hear(endedLoans);
    const loanNews = [...announced, ...turn.batch.loans, ...endedLoans];
    const over = this.#picks.answered(picksBefore, commands, ({ command }) => (command.kind === "step.picked" && this.#engine.isPicked(command.step)) || (command.kind === "resource.evacuated" && this.#engine.isEvacuating(command.ground)));
    // What is given back of a loan that comes back is not given to anybody else before it goes.
    this.#answers = [...(await this.#answersTo(turn)), ...this.#loans.freed(turn.batch.closings)];
    this.#more = turn.more || this.#answers.length > 0;
    const idle = all && !this.#more;
    const batch = { ...turn.batch, balances: withStated(turn.batch.balances, restated) };
    const open = { batch: turn.batch, commands, loaded, tickedBefore, loanNews, picksBefore };
    if (isEmpty(batch) && endedLoans.length === 0 && over.length === 0 && !(idle && this.#clockMoved(now))) {
      this.#open.push({ ...open, numbered: null });
      this.#confirmEmpty();
      return undefined;
    }
    const numbered = numberBatch({ lease: this.#lease, commands: over, batch, begun, workedUpTo: idle ? now : null, thawed, countsQuotas: this.#countsQuotas, uncounted, endedLoans });
    this.#lease = { ...this.#lease, lastSeq: numbered.toSeq, workedUpTo: numbered.workedUpTo ?? this.#lease.workedUpTo };
    const decided = { ...open, numbered };
    this.#open.push(decided);
    return decided;
  }

  /**
   * There is more to decide: there is nothing to wait for. A turn of it that found nobody to serve is over all the same,
   * so that what came meanwhile is seen, and somebody who says stop is heard.
   */
  get unfinished(): boolean {
    return this.#more;
  }

  /** A turn of the engine, cut so that readers are answered in between. */
  async #sliced(events: readonly EngineEvent[], now: Instant): Promise<Turn> {
    const engine = this.#engine;
    await this.#pace.taken(events, (some) => engine.take(some, now));
    await this.#pace.turn((decisionsMax, enough) => engine.decide(now, decisionsMax, enough));
    await this.#deps.rhythm.breathe();
    const turn = engine.finish(now);
    await this.#deps.rhythm.breathe();
    return turn;
  }

  /** The batch on its way, if there is one, has arrived: what became of it can be heard without waiting. */
  get arrived(): boolean {
    return this.#sent?.arrived === true;
  }

  /** Resolves when the batch on its way has arrived; while there is none, never. */
  async arrival(): Promise<void> {
    await this.#sent?.fate.catch(() => {});
    if (!this.#sent) await new Promise(() => {});
  }

  /**
   * Sends a turn on its way, once the one before it has arrived. `again`: that one was thrown away and this one with
   * it; their commands are still there to be taken.
   */
  async commit(turn: DecidedTurn): Promise<"durable" | "again" | "lost"> {
    const before = await this.settle();
    if (before !== "durable") return before;
    await this.#deps.rhythm.breathe();
    const sent: Sent = { turn, arrived: false, fate: fateOf(this.#deps, this.#pace, this.#patience, turn.numbered) };
    const arrive = (): void => void (sent.arrived = true);
    sent.fate.then(arrive, arrive);
    this.#sent = sent;
    return "durable";
  }

  /** Waits for the batch on its way, if there is one, and tells the engine what became of it. */
  async settle(): Promise<"durable" | "again" | "lost"> {
    if (!this.#sent) return "durable";
    const { turn, fate } = this.#sent;
    this.#sent = undefined;
    const known = await fate;
    switch (known.kind) {
      case "durable":
        this.#durable(turn);
        return "durable";
      case "lost":
        return "lost";
      case "again":
        return await this.#throwAway(turn, known.why);
      case "over-capacity":
        return await this.#freeze(known.rows, turn.numbered);
    }
  }

  /** Until time alone changes something: a half-hour begins, or an unconfirmed hold ends. */
  msToNextTick(): number {
    const toNextPeriod = HALF_HOUR_MS - (this.#now % HALF_HOUR_MS);
    // A set clock stands still: waiting for it would be turning in vain.
    return this.#clock === "manual" ? toNextPeriod : Math.min(toNextPeriod, Math.max(1, this.#engine.nextTickAt() - this.#now));
  }

  // — Events.

  #state(...facts: EngineEvent[]): void {
    this.#engine.take(facts, this.#now);
  }

  /** What is declared anew, and the next stretch of periods when a day has begun. */
  async #facts(commands: readonly TakenCommand[], now: Instant): Promise<{ facts: EngineEvent[]; restated: readonly BalanceDelta[]; thawed: readonly ResourceId[] }> {
    const declaredNow = declaredAnew(commands);
    const anew = declaredNow === "all" ? declaredNow : [...declaredNow, ...this.#supply.takeClosed()];
    // Units and classes are what the policy's answers rest on, and nothing but a fresh engine asks for them again.
    if (anew === "all") await this.load();
    const facts = this.#answers;
    this.#answers = [];
    const { events, restated, thawed } = await this.#supply.news(anew, now);
    return { facts: withPolicy([...facts, ...events], commands), restated, thawed };
  }

  /** Quotas declared anew, with what is settled of them; gives what the batch is to count for the first time. */
  async #quotas(commands: readonly TakenCommand[], now: Instant, facts: EngineEvent[]): Promise<UncountedUse | null> {
    if (!commands.some(({ command }) => command.kind === "quota.declared")) return null;
    const book = await this.#patience.until(() => this.#deps.writer.quotas(now));
    facts.push(...this.#quotasOf(book));
    return book.uncounted.quotas.length === 0 ? null : book.uncounted;
  }

  #quotasOf({ rules, settled }: QuotaBook): EngineEvent[] {
    this.#countsQuotas = rules.quotas.length > 0;
    return [
      { kind: "quotas", quotas: rules },
      { kind: "quotaSettled", rows: settled },
    ];
  }

  async #acts({ commands, started, caughtUpTo, now }: Seen, pickedBefore: readonly TakenCommand[]): Promise<{ acts: EngineEvent[]; begun: readonly NextAttempt[]; loaded: readonly StepAsk[]; loanNews: readonly LoanNews[] }> {
    const acts: EngineEvent[] = [];
    const loanNews: LoanNews[] = [];
    const asking = commands.flatMap(({ command }) => readied(command));
    const { steps, begun } = await this.#patience.until(() => this.#deps.writer.readySteps(asking, commands.at(-1)?.id));
    await this.#deps.rhythm.breathe();
    const byId = new Map(steps.map((step) => [step.id, step]));
    const restricted = commands.some(({ command }) => command.kind === "persons.barred" || command.kind === "delegation.declared");
    const law = restricted ? await this.#patience.until(() => this.#deps.writer.restrictions()) : undefined;
    const loaded = this.#loaded;
    this.#loaded = [];
    for (let from = 0; from < loaded.length; from += THINGS_PER_SLICE) acts.push({ kind: "ready", steps: loaded.slice(from, from + THINGS_PER_SLICE) });
    if (law) acts.push({ kind: "delegations", delegations: law.delegations });
    for (const { command } of pickedBefore) {
      if (command.kind === "step.picked") acts.push(await this.#picked(command));
      if (command.kind === "resource.evacuated") acts.push({ ...command, kind: "evacuated" });
    }
    // What is begun is not given back, whichever command comes first.
    for (const step of started) acts.push({ kind: "started", step });
    for (const { command } of commands) {
      if (command.kind === "step.started") acts.push({ kind: "started", step: command.step });
      else if (command.kind === "step.ended") acts.push({ kind: "ended", step: command.step, settle: command.settle });
      else if (command.kind === "request.ended" || command.kind === "request.paused" || command.kind === "claim.released") acts.push({ kind: "dropped", steps: command.steps });
      else if (command.kind === "claim.confirmed") acts.push({ kind: "confirmed", step: command.step });
      else if (command.kind === "number.annulled") acts.push({ kind: "annulled", uses: command.uses.map((use) => ({ step: command.step, ...use })) });
      else if (command.kind === "step.picked") acts.push(await this.#picked(command));
      else if (command.kind === "resource.evacuated") acts.push({ ...command, kind: "evacuated" });
      else if (command.kind === "persons.barred") acts.push({ kind: "barred", steps: command.steps.map((step) => ({ step, barred: law?.barred.get(step) ?? [] })) });
      else if (command.kind === "loan.applied" || command.kind === "loan.brought-back" || command.kind === "loan.part-brought-back") {
        const said = await this.#supply.lending(command, now);
        acts.push(...said.events);
        loanNews.push(...said.news);
      }
      acts.push(...prioritised(command));
      const asked = readied(command).flatMap(({ step }) => byId.get(step) ?? []);
      if (asked.length > 0) acts.push({ kind: "ready", steps: asked });
    }
    // After the acts: work that was started in time is not taken back by the end of its period. Nor is it while the
    // act that says so waits to be taken: time passes here when all that was done before it has been heard.
    const slot = periodAt("slot", now);
    const heard = (moment: Instant): boolean => moment <= now && moment <= caughtUpTo;
    if (law || (this.#ticked !== slot && heard(periodStart("slot", slot))) || heard(this.#engine.nextTickAt())) {
      acts.push({ kind: "tick" }, ...this.#loans.returns());
      this.#ticked = slot;
    }
    return { acts, begun, loaded, loanNews };
  }

  async #picked({ step, named, keptBy }: Extract<TakenCommand["command"], { kind: "step.picked" }>): Promise<EngineEvent> {
    if (named.length === 0) return { kind: "unpicked", steps: [step] };
    const asks = await this.#patience.until(() => this.#deps.writer.stepsAsked([step]));
    const of = new Map(named.map(({ claim, ...supply }) => [claim, supply]));
    return { kind: "picked", steps: asks.map((ask) => ({ ...ask, replaces: keptBy ?? null, claims: ask.claims.map((claim, at) => ({ ...claim, named: of.get(claimIdOf(ask.id, at)) ?? null })) })) };
  }

  async #answersTo({ needs }: Turn): Promise<EngineEvent[]> {
    const facts: EngineEvent[] = [];
    for (let from = 0; from < needs.questions.length; from += QUESTIONS_MAX) {
      const questions = needs.questions.slice(from, from + QUESTIONS_MAX);
      const allowed = await this.#patience.until(() => this.#deps.policy.answers(this.poolId, needs.version, questions));
      const answers = questions.map((question, index) => ({ ...question, allowed: allowed[index] === true }));
      facts.push({ kind: "policyAnswers", version: needs.version, answers });
    }
    return facts;
  }

  // — Outcomes.

  #durable({ batch, numbered, loanNews }: DecidedTurn): void {
    this.#engine.confirm(batch);
    this.#loans.durable(loanNews);
    this.#supply.durable(loanNews);
    this.#open.shift();
    this.#confirmEmpty();
    this.#thrownAway = 0;
    this.#stale = false;
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
  }

  /** Turns of which nothing need become durable are over when those before them are. */
  #confirmEmpty(): void {
    while (this.#open[0]?.numbered === null) this.#engine.confirm(this.#open.shift()!.batch);
  }

  /** The engine forgets the batch and what came after; their commands have no number, so the next look finds them with what came since. */
  async #throwAway({ batch, numbered, tickedBefore }: DecidedTurn, why: string): Promise<"again" | "lost"> {
    this.#deps.notice({ kind: "again", why });
    this.#engine.forget(batch);
    this.#loaded = [...this.#open.flatMap(({ loaded }) => loaded), ...this.#loaded];
    this.#ticked = tickedBefore;
    this.#loans.thrownAway();
    this.#picks.thrownAway(this.#open.map(({ picksBefore }) => picksBefore));
    for (const open of this.#open) this.#supply.freeze(open.numbered?.thawed ?? []);
    this.#open = [];
    const { epoch, revocations } = this.#lease;
    this.#lease = await this.#patience.until(() => this.#deps.writer.position());
    // An earlier sending of it, of which nothing was to be seen when it was asked for, may have arrived since.
    if (this.#lease.epoch !== epoch || this.#lease.lastSeq !== numbered.fromSeq) return "lost";
    // Whatever it was thrown away for: batches that follow say they know of every revocation up to here.
    if (this.#lease.revocations !== revocations) {
      // The command that says so may come after acts of other batches, and none of those may give what was withdrawn.
      this.#answers.push({ kind: "policy", version: await this.#patience.until(() => this.#deps.policy.activeVersion(this.poolId)) });
      const { delegations, barred } = await this.#patience.until(() => this.#deps.writer.restrictions());
      this.#answers.push({ kind: "delegations", delegations }, { kind: "barred", steps: [...barred].map(([step, out]) => ({ step, barred: out })) });
      // Those the engine has forgotten again come with what they asked when they were loaded.
      this.#loaded = this.#loaded.map((ask) => ({ ...ask, barred: barred.get(ask.id) ?? ask.barred }));
    }
    this.#stale = why === "stale-step";
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
    this.#supply.freeze(rows.map(({ resource }) => resource));
    await this.#patience.until(() => this.#deps.writer.recordFrozen(rows, numbered.decidedAt, numbered.policyVersion));
    const { epoch } = this.#lease;
    this.#lease = await this.#patience.until(() => this.#deps.writer.position());
    if (this.#lease.epoch !== epoch) return "lost";
    this.#picks.thrownAway(this.#open.map(({ picksBefore }) => picksBefore));
    await this.load();
    return "again";
  }

  /** A manual clock must be seen to have been worked up to, even when nothing was to be done at its new time. */
  #clockMoved(now: Instant): boolean {
    return this.#clock === "manual" && now > (this.#lease.workedUpTo ?? 0);
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
  batch.loans.length === 0 &&
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
