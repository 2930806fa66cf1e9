import { createHash } from "node:crypto";
import { trusted, type RequestId, type StepId } from "../../src/domain/id.js";
import { DAY_MS, dayNumberOf, type Instant } from "../../src/domain/instant.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { SLOTS_A_DAY } from "../../src/domain/pool/period.js";
import { PLAIN_STEP, type Batch, type CapacityWindow, type Engine, type EngineEvent, type Granted, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { firstPeriod, kindOf, PLACE, workOf, type Instance, type Job, type Supply } from "./instance.js";
import { Times } from "./baselines/simulate.js";
import type { Entry, Run, Served } from "./run.js";

/** As a pool has it unless it says otherwise. */
const HALF_LIFE_DAYS = 7;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What the engine told somebody who waits, and what then happened. */
export interface Told {
  readonly job: Job;
  readonly at: Instant;
  /** Its place among all that wait for the same. */
  readonly rank: number;
  readonly earliest: Instant;
  readonly expected: Instant;
  readonly latest: Instant;
}

export interface EngineRun extends Run {
  readonly log: readonly Entry[];
  readonly told: readonly Told[];
  /** What the engine was fed, and what it answered, from the beginning. */
  readonly fed: readonly { readonly now: Instant; readonly events: readonly EngineEvent[]; readonly answer: string }[];
  readonly engine: Engine;
  /** Holds that were moved or lapsed before their work began. */
  readonly requeued: number;
  readonly triesPerDecision: number;
  /** Milliseconds of this machine spent inside the engine. */
  readonly engineMs: number;
}

export interface EngineOptions {
  /** Open days given away beyond the first; else the instance's. */
  readonly horizonDays?: number;
  /** With no day ahead: on a day on which nobody works the next open one is given, as it was until it was measured. */
  readonly closedDaysGive?: boolean;
  /** Quotas are declared to the engine. */
  readonly quotas?: boolean;
  /** Nothing that is free is kept for overdue heads. */
  readonly keepsNothing?: boolean;
  /** So many answers are kept for a replay. */
  readonly keep?: number;
  /** Nobody asks for dates: most of the time of a run in which many wait. */
  readonly untold?: boolean;
  /** The engine's own time passes on the clock, too. */
  readonly realTime?: boolean;
}

type Event =
  | { readonly kind: "arrives" | "pauses" | "returns"; readonly job: Job }
  | { readonly kind: "begins" | "ends"; readonly job: Job; readonly attempt: number }
  | { readonly kind: "day" };

/**
 * The product's engine on an instance and a virtual clock: what it grants begins in its period and ends with it, or after as long
 * as it runs. Every policy question is answered with yes: whom rules keep out is in what supplies and claims declare.
 */
export function runEngine(instance: Instance, options: EngineOptions = {}): EngineRun {
  const driver = new Driver(instance, options);
  driver.run();
  return driver.result();
}

class Driver {
  readonly #engine: Engine;
  readonly #events = new Times<Event>();
  readonly #served: (Served | undefined)[];
  readonly #attempts: Int32Array;
  readonly #due: Float64Array;
  readonly #log: Entry[] = [];
  readonly #told: Told[] = [];
  readonly #fed: { now: Instant; events: readonly EngineEvent[]; answer: string }[] = [];
  readonly #waiting = new Set<Job>();
  #pending: EngineEvent[] = [];
  #requeued = 0;
  #decisions = 0;
  #keeps: boolean;
  #ms = 0;
  #busyUntil: Instant = -Infinity;

  constructor(
    readonly instance: Instance,
    readonly options: EngineOptions,
  ) {
    this.#engine = createEngine({ digest, ...(options.keepsNothing === true && { reservingMax: 0 }) });
    this.#served = new Array<Served | undefined>(instance.jobs.length).fill(undefined);
    this.#attempts = new Int32Array(instance.jobs.length).fill(1);
    this.#due = Float64Array.from(instance.jobs, ({ dueAt }) => dueAt);
    this.#keeps = (options.keep ?? 0) > 0;
  }

  run(): void {
    const { instance } = this;
    this.#pending.push(
      { kind: "classes", classes: instance.classes },
      { kind: "divisions", parents: new Map([[PLACE, null]]) },
      { kind: "policy", version: 1 },
      { kind: "resources", resources: instance.supplies.map((supply) => this.#resource(supply, instance.startsAt)) },
    );
    if (this.options.quotas && instance.quotas.length > 0) this.#pending.push(quotasOf(instance));
    for (let at = instance.startsAt; at < instance.endsAt; at += DAY_MS) this.#events.add(at, { kind: "day" });
    for (const job of instance.jobs) this.#events.add(job.arrivesAt, { kind: "arrives", job });
    for (let next = this.#events.next(); next !== undefined && next < instance.endsAt; next = this.#events.next()) {
      // On the real clock, what happens while the engine is at work is taken in together when it is done.
      const now = Math.max(next, this.#busyUntil);
      const came: Job[] = [];
      for (let at = this.#events.next(); at !== undefined && at <= now; at = this.#events.next()) for (const event of this.#events.take(at)) this.#take(event, at, came);
      this.#decide(now, came);
    }
  }

  result(): EngineRun {
    return {
      policy: "engine",
      served: this.#served,
      log: this.#log,
      told: this.#told,
      fed: this.#fed,
      engine: this.#engine,
      requeued: this.#requeued,
      triesPerDecision: this.#engine.effort().tries / Math.max(1, this.#decisions),
      engineMs: this.#ms,
    };
  }

  #take(event: Event, now: Instant, came: Job[]): void {
    if (event.kind === "day") {
      if (now > this.instance.startsAt) {
        const windows = this.instance.supplies.flatMap((supply) => (this.#moves(supply) ? [{ resource: supply.id, capacity: this.#window(supply, now) }] : []));
        if (windows.length > 0) this.#pending.push({ kind: "window", windows });
        this.#pending.push({ kind: "tick" });
      }
      return;
    }
    const { job } = event;
    const at = job.id - 1;
    const step: StepId = trusted(job.id);
    switch (event.kind) {
      case "arrives":
        if (job.pause) this.#events.add(job.pause.at, { kind: "pauses", job });
        came.push(job);
        return this.#ask(job, now);
      case "returns":
        this.#due[at]! += job.pause!.forMs;
        this.#attempts[at]! += 1;
        return this.#ask(job, now);
      case "pauses": {
        const served = this.#served[at];
        if (served && served.begins <= now) return;
        this.#served[at] = undefined;
        this.#waiting.delete(job);
        this.#pending.push({ kind: "dropped", steps: [step] });
        this.#log.push({ kind: "leaves", at: now, job });
        this.#events.add(now + job.pause!.forMs, { kind: "returns", job });
        return;
      }
      case "begins":
        if (event.attempt === this.#attempts[at] && this.#served[at]) this.#pending.push({ kind: "started", step });
        return;
      case "ends": {
        if (event.attempt !== this.#attempts[at] || !this.#served[at]) return;
        const used = (amount: number): number => (job.runsMs === null ? Math.ceil((amount * job.usedPercent) / 100) : 0);
        this.#pending.push({ kind: "ended", step, settle: job.claims.map((claim, ordinal) => ({ claim: claimIdOf(step, ordinal), amount: used(claim.amount * claim.count * claim.slots) })) });
      }
    }
  }

  #ask(job: Job, now: Instant): void {
    const at = job.id - 1;
    const ask: StepAsk = {
      ...PLAIN_STEP,
      id: trusted(job.id),
      requestId: trusted<RequestId>(job.id),
      attempt: this.#attempts[at]!,
      arrivedAt: job.arrivesAt,
      dueAt: this.#due[at]!,
      expectedMinutes: job.expectedMinutes,
      claims: job.claims,
    };
    this.#pending.push({ kind: "ready", steps: [ask] });
    this.#log.push({ kind: "asks", at: now, job, dueAt: ask.dueAt, attempt: ask.attempt });
    this.#waiting.add(job);
  }

  #decide(now: Instant, came: readonly Job[]): void {
    for (let more = true; more; ) {
      const events = this.#pending;
      this.#pending = [];
      const began = performance.now();
      const turn = this.#engine.step(events, now);
      this.#engine.confirm(turn.batch);
      const took = performance.now() - began;
      this.#ms += took;
      this.#keep(events, now, turn.batch);
      if (this.options.realTime) this.#busyUntil = Math.ceil(Math.max(now, this.#busyUntil) + took);
      this.#apply(turn.batch, Math.max(now, this.#busyUntil));
      const { version, questions } = turn.needs;
      if (questions.length > 0) this.#pending.push({ kind: "policyAnswers", version, answers: questions.map((question) => ({ ...question, allowed: true })) });
      more = turn.more || questions.length > 0;
    }
    if (!this.options.untold) for (const job of came) if (this.#waiting.has(job)) this.#tell(job, now);
  }

  #keep(events: readonly EngineEvent[], now: Instant, batch: Batch): void {
    if (!this.#keeps) return;
    this.#fed.push({ now, events, answer: hashOf(batch) });
    if (this.#decisions + batch.decisions.length >= this.options.keep!) this.#keeps = false;
  }

  #apply(batch: Batch, now: Instant): void {
    this.#decisions += batch.decisions.length;
    const jobOf = (step: StepId): Job => this.instance.jobs[step - 1]!;
    const requeued = new Map(batch.requeued.map(({ step, attempt }) => [step, attempt]));
    // Granted and moved in one turn: nothing of it lasted, and the second decision is of the new attempt.
    const passing = new Set(batch.decisions.filter(({ step, attempt }) => attempt < (requeued.get(step) ?? 0)).map(({ step, attempt }) => `${step}/${attempt}`));
    for (const { allocation, settled } of batch.closings) if (!passing.has(`${allocation.step}/${allocation.attempt}`)) this.#log.push({ kind: "returned", at: now, job: jobOf(allocation.step), allocation, settled });
    // When in the turn a hold was moved is not told: who was decided in the same turn did not pass the one who lost it.
    const moved = new Map<Job, Entry>();
    for (const { step, attempt } of batch.requeued) {
      const job = jobOf(step);
      this.#requeued += 1;
      this.#served[job.id - 1] = undefined;
      this.#attempts[job.id - 1] = attempt;
      this.#waiting.add(job);
      moved.set(job, { kind: "asks", at: now, job, dueAt: this.#due[job.id - 1]!, attempt });
    }
    for (const decision of batch.decisions) {
      const job = jobOf(decision.step);
      const asks = moved.get(job);
      if (asks?.kind === "asks" && asks.attempt === decision.attempt) {
        this.#log.push(asks);
        moved.delete(job);
      }
      if (passing.has(`${decision.step}/${decision.attempt}`)) continue;
      this.#waiting.delete(job);
      if (decision.outcome === "refused") this.#log.push({ kind: "refused", at: now, job });
      else this.#granted(job, decision, now);
    }
    this.#log.push(...moved.values());
  }

  #granted(job: Job, granted: Granted, now: Instant): void {
    const { attempt, allocations, passed, startsAt } = granted;
    const served = this.#servedBy(job, granted, now);
    this.#served[job.id - 1] = served;
    this.#log.push({ kind: "granted", at: now, job, attempt, passed, allocations });
    if (startsAt <= now) this.#pending.push({ kind: "started", step: trusted(job.id) });
    else this.#events.add(startsAt, { kind: "begins", job, attempt });
    // When its period is over: what it gives back in the last moment of a day is no time anybody could work.
    this.#events.add(Math.max(now, served.done), { kind: "ends", job, attempt });
  }

  #servedBy(job: Job, { allocations, startsAt }: Granted, now: Instant): Served {
    let done = job.runsMs === null ? now : now + job.runsMs;
    for (const { resource, period } of allocations) {
      const { classId } = this.instance.supplies[resource - 1]!;
      done = Math.max(done, workOf(kindOf(this.instance, classId).period, period, period, now).done);
    }
    return { decidedAt: now, begins: startsAt, done, taken: allocations.map(({ resource, period, amount }) => ({ resource, period, amount })) };
  }

  /** What a citizen would be shown who asks at once. */
  #tell(job: Job, now: Instant): void {
    const reason = this.#engine.whyWaiting(trusted(job.id), now)?.reasons[0];
    if (!reason || reason.expectedAt === null || reason.blockedBy.rule === "turn") return;
    this.#told.push({ job, at: now, rank: reason.rank, earliest: reason.expectedEarliestAt!, expected: reason.expectedAt, latest: reason.expectedLatestAt! });
  }

  #moves(supply: Supply): boolean {
    const { period } = kindOf(this.instance, supply.classId);
    return supply.amounts !== "unlimited" && (period === "day" || period === "slot");
  }

  #resource(supply: Supply, now: Instant): ResourceSupply {
    const { limits } = kindOf(this.instance, supply.classId);
    return {
      id: supply.id,
      unitId: supply.unitId,
      classId: supply.classId,
      traits: supply.traits,
      jurisdiction: [supply.division],
      unitDivision: supply.division,
      limits,
      earmark: null,
      offered: true,
      automated: false,
      generation: 1,
      capacity: this.#window(supply, now),
    };
  }

  /** As the writer makes it: today, or the next open day, and so many open days more. */
  #window({ classId, amounts }: Supply, now: Instant): CapacityWindow {
    if (amounts === "unlimited") return "unlimited";
    const { period: kind } = kindOf(this.instance, classId);
    const first = firstPeriod(kind, this.instance.startsAt);
    const peak = Math.max(...amounts);
    if (kind === "none" || kind === "fiscal-year") return { first, amounts, peak };
    const perDay = kind === "slot" ? SLOTS_A_DAY : 1;
    const today = dayNumberOf(now) - dayNumberOf(this.instance.startsAt);
    const horizon = this.options.horizonDays ?? this.instance.horizonDays;
    const most = horizon === 0 && this.options.closedDaysGive !== true ? today + 1 : Infinity;
    let end = today;
    for (let open = 0; open <= horizon && end < most && end * perDay < amounts.length; end += 1) if (amounts.slice(end * perDay, (end + 1) * perDay).some((one) => one > 0)) open += 1;
    return { first: first + today * perDay, amounts: amounts.slice(today * perDay, end * perDay), peak };
  }
}

export const hashOf = (value: unknown): string => digest(JSON.stringify(value));

/** Absolute, as a writer states them at its start. */
function quotasOf({ quotas }: Instance): EngineEvent {
  const cohorts = [...new Set(quotas.map(({ cohort }) => cohort))].map((id) => ({ id, parent: null }));
  return { kind: "quotas", quotas: { halfLifeDays: HALF_LIFE_DAYS, cohorts, quotas } };
}

/** Feeds another engine what the first was fed; answers whether every batch is the same, and how many decisions there were. */
export function replay({ fed }: Pick<EngineRun, "fed">): { readonly equal: boolean; readonly decisions: number } {
  const engine = createEngine({ digest });
  let decisions = 0;
  for (const { now, events, answer } of fed) {
    const { batch } = engine.step(events, now);
    engine.confirm(batch);
    decisions += batch.decisions.length;
    if (hashOf(batch) !== answer) return { equal: false, decisions };
  }
  return { equal: true, decisions };
}
