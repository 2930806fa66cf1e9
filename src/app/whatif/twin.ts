import type { ItemGuide } from "../../domain/catalogue/item.js";
import { workAt } from "../../domain/demand/officers.js";
import { workingMinutes } from "../../domain/demand/working-time.js";
import { trusted, type ClassId, type DivisionCode, type ResourceId, type StepId, type UnitId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, localDateOf, startOfDay, type DayNumber, type Instant, type LocalDate } from "../../domain/instant.js";
import { workingHalfHours } from "../../domain/pool/calendar.js";
import { waitedFor } from "../../domain/pool/decision.js";
import { dayOfSlot, periodStart, type Period, type PeriodKind } from "../../domain/pool/period.js";
import type { Routing } from "../../domain/request/competence.js";
import type { Amount } from "../../domain/quantity.js";
import { dueDates } from "../../domain/request/deadline.js";
import type { PlannedStep } from "../../domain/request/plan.js";
import { stableShare } from "../../domain/stable-hash.js";
import { PLAIN_STEP, type Allocation, type Batch, type ClaimAsk, type Engine, type EngineEvent, type StepAsk } from "../../scheduler/contract.js";
import type { DeclaredResource } from "../ports/writer.js";
import { claimAsks } from "../request/claim-asks.js";
import { planRequest } from "../request/prepare-request.js";
import { ChangedSupply } from "./changed-supply.js";
import { booksOf, declaredOf, frozenIn, heldIn, loansOf, resourcesOf } from "./copied-pool.js";
import type { Arrival } from "./demand.js";
import { EventHeap } from "./event-heap.js";
import { UseBook, WaitBook } from "./measure.js";
import { TwinLoans } from "./twin-loans.js";
import type { TwinOutcome, TwinRequest, TwinRun, TwinStep } from "./twin-run.js";

/** A request for an item at a place, before it has a day. */
interface Plan {
  readonly unitId: UnitId;
  readonly steps: readonly (PlannedStep & { readonly asks: readonly ClaimAsk[] })[];
}

type Happening =
  | { readonly kind: "arrival"; readonly arrival: Arrival }
  | { readonly kind: "work"; readonly step: TwinStep; readonly appointment: number }
  /** A half-hour begins: holds may lapse, and a day may begin. */
  | { readonly kind: "tick" };

/** Who works on a half-hour's or a day's work is seen a minute after the half-hour began: only later ones can still be given away. */
const INTO_HALF_HOUR_MS = 60_000;
const HALF_HOUR_MINUTES = 30;
/** Working half-hours are known so many days beyond the end, for waits that reach over it. */
const DAYS_BEYOND = 400;
const PROGRESS_EVERY = 512;

/** Plays one run to its end: the writer's engine in a time that nobody waits for. */
export function runTwin(run: TwinRun): TwinOutcome {
  return new Twin(run).play();
}

class Twin {
  readonly #engine: Engine;
  readonly #supply: ChangedSupply;
  readonly #loans: TwinLoans;
  readonly #use: UseBook;
  readonly #week: { readonly first: DayNumber; readonly last: DayNumber; readonly waits: Map<UnitId, WaitBook>; readonly use: UseBook } | null;
  readonly #happenings = new EventHeap<Happening>();
  readonly #steps = new Map<StepId, TwinStep>();
  readonly #requests: TwinRequest[] = [];
  readonly #waits = new WaitBook();
  readonly #waitedFor = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  readonly #queue: { at: Instant; waiting: number; open: number }[] = [];
  readonly #grants: { step: StepId; attempt: number; allocations: readonly Allocation[] }[] = [];
  readonly #official: readonly Instant[];
  readonly #officialAt: ReadonlySet<Instant>;
  readonly #resources = new Map<ResourceId, DeclaredResource>();
  readonly #periodOf: ReadonlyMap<ClassId, PeriodKind>;
  readonly #plans = new Map<ItemGuide, Map<DivisionCode, Plan | null>>();
  #routing: Routing;
  #now: Instant;
  #open = 0;
  #nextStep = 0;
  #turnedAway = 0;
  #granted = 0;
  #worked = 0;
  #lapsed = 0;

  constructor(private readonly run: TwinRun) {
    const { copy, supply, until } = run;
    this.#now = copy.at;
    this.#routing = copy.map.routing;
    this.#engine = run.createEngine();
    const pool = declaredOf(copy);
    const first = dayNumberOf(copy.at);
    this.#loans = new TwinLoans(loansOf(copy));
    this.#supply = new ChangedSupply(pool, copy, supply, first);
    for (const one of this.#supply.all) this.#resources.set(one.id, one);
    this.#periodOf = new Map(pool.classes.map(({ id, period }) => [id, period]));
    this.#use = new UseBook(pool.classes, this.#supply.all, first, dayNumberOf(until - 1));
    this.#week = run.week ? { ...run.week, waits: new Map(), use: new UseBook(pool.classes, this.#supply.all, run.week.first, run.week.last) } : null;
    const official: Instant[] = [];
    for (let day = first; day <= dayNumberOf(until) + DAYS_BEYOND; day += 1) {
      for (const halfHour of workingHalfHours(copy.map.calendar, day)) official.push(startOfDay(day) + halfHour * HALF_HOUR_MS);
    }
    this.#official = official;
    this.#officialAt = new Set(official);
    this.#engine.take([{ kind: "classes", classes: pool.classes }, { kind: "divisions", parents: pool.divisions }, { kind: "units", units: pool.units }, { kind: "policy", version: pool.policyVersion }], this.#now);
    this.#engine.take([{ kind: "resources", resources: this.#supply.begin() }], this.#now);
    this.#offer();
  }

  play(): TwinOutcome {
    const { copy, arrivals, until, onProgress } = this.run;
    const queued = this.#takeOver();
    for (const arrival of arrivals) if (arrival.at < until) this.#happenings.add(arrival.at, { kind: "arrival", arrival });
    for (let at = (Math.floor(copy.at / HALF_HOUR_MS) + 1) * HALF_HOUR_MS; at < until; at += HALF_HOUR_MS) this.#happenings.add(at, { kind: "tick" });
    this.#turn([...this.#supply.evacuated(copy.at), ...queued, { kind: "tick" }, ...this.#loans.returns()]);
    for (let count = 0, at = this.#happenings.nextAt; at < until; at = this.#happenings.nextAt, count += 1) {
      this.#now = at;
      this.#turn(this.#eventsNow());
      if (count % PROGRESS_EVERY === 0) onProgress((at - copy.at) / (until - copy.at));
    }
    return {
      requests: this.#requests,
      turnedAway: this.#turnedAway,
      waits: this.#waits,
      waitedFor: this.#waitedFor,
      refusals: this.#refusals,
      granted: this.#granted,
      worked: this.#worked,
      lapsed: this.#lapsed,
      use: this.#use,
      week: this.#week,
      official: this.#official,
      queue: this.#queue,
      grants: this.#grants,
    };
  }

  // — What the copy brings.

  /** Queue, holds and open requests as they were; gives what the first turn must say. */
  #takeOver(): EngineEvent[] {
    const { copy } = this.run;
    const acts: EngineEvent[] = [];
    const book = copy.pieces.find((piece) => piece.kind === "quotas")?.book;
    const quotas = this.run.quotas ?? book?.rules;
    if (quotas) this.#engine.take([{ kind: "quotas", quotas }, { kind: "quotaSettled", rows: book?.settled ?? [] }], this.#now);
    const asked = new Map<StepId, StepAsk>();
    for (const piece of copy.pieces) {
      if (piece.kind === "held") for (const { step } of piece.allocations) asked.set(step.id, step);
      switch (piece.kind) {
        case "held":
        case "delegations":
        case "booked":
        case "bookedRows":
        case "stepRows":
          this.#engine.take([piece], this.#now);
          break;
        case "waiting":
          acts.push({ kind: "ready", steps: piece.steps });
          for (const step of piece.steps) this.#nextStep = Math.max(this.#nextStep, step.id);
      }
    }
    for (const { resource, period, used } of booksOf(copy)) this.#used(resource, period, used);
    // Lent is not used up: who borrowed it uses it.
    for (const { lender, borrower, lent } of this.#loans.begun) {
      for (const [period, amount] of lent) {
        this.#used(lender, period, -amount);
        this.#used(borrower, period, amount);
      }
    }
    const holds = heldIn(copy);
    for (const id of holds.keys()) this.#nextStep = Math.max(this.#nextStep, id);
    for (const request of copy.requests) for (const { ask } of request.steps) this.#nextStep = Math.max(this.#nextStep, ask.id);

    const announced: StepAsk[] = [];
    for (const copied of copy.requests) {
      const steps: TwinStep[] = [];
      const { number, item, unitId, division, receivedAt, promisedDueAt, statutoryDueAt } = copied;
      const request: TwinRequest = { key: `copied ${number}`, number, item, unitId, division, receivedAt, promisedDueAt, statutoryDueAt, carried: true, waits: new WaitBook(), state: "open", closedAt: null, left: 0, steps };
      for (const { name, mode, after, state, readyAt, refused, ask } of copied.steps) {
        const step: TwinStep = { request, name, mode, after, ask, state: refused ? "refused" : state === "working" ? "ready" : state, attempt: ask.attempt, readyAt: readyAt ?? this.#now, appointment: 0, holds: holds.get(ask.id) ?? [] };
        steps.push(step);
        if (state === "done") continue;
        request.left += 1;
        this.#steps.set(ask.id, step);
        if (refused) request.state = "unservable";
        if (copied.rests) continue;
        if (step.holds.length > 0) this.#appoint(step, this.#beginOf(step.holds), state === "working");
        else if (state === "working") this.#appoint(step, this.#now, true);
        // A command that brings it may not have been taken when the copy was made; what the engine knows it leaves as it is.
        else if (state === "ready" && !refused) announced.push(ask);
      }
      this.#requests.push(request);
      this.#open += 1;
    }
    // Holds of steps that ended while their command was on its way go back at once; direct claims keep theirs.
    const over = [...holds.keys()].filter((id) => !this.#steps.has(id) && asked.get(id)?.requestId !== null);
    if (over.length > 0) acts.push({ kind: "dropped", steps: over });
    if (announced.length > 0) acts.push({ kind: "ready", steps: announced.sort((a, b) => a.id - b.id) });
    return acts;
  }

  // — What happens.

  #eventsNow(): EngineEvent[] {
    const facts: EngineEvent[] = [];
    const acts: EngineEvent[] = [];
    let ticks = false;
    for (const happening of this.#happenings.take(this.#now)) {
      if (happening.kind === "arrival") acts.push(...this.#receive(happening.arrival));
      else if (happening.kind === "work") acts.push(...this.#work(happening.step, happening.appointment));
      else ticks = true;
    }
    if (!ticks) return acts;
    const today = dayNumberOf(this.#now);
    if (today > this.#supply.today) {
      facts.push(...this.#supply.moveTo(today));
      this.#endTaskForces(localDateOf(today));
      acts.unshift(...this.#supply.evacuated(this.#now));
      this.#offer();
    }
    return [...facts, ...acts, { kind: "tick" }, ...this.#loans.returns()];
  }

  /** As a submission does: competent unit, dates and steps; the first steps ask at once. */
  #receive({ at, item, division, key }: Arrival): EngineEvent[] {
    const plan = this.#planOf(item, division, at);
    if (!plan) {
      this.#turnedAway += 1;
      return [];
    }
    const { unitId, steps: planned } = plan;
    const due = dueDates(this.run.copy.map.calendar, at, item);
    const steps: TwinStep[] = [];
    const request: TwinRequest = { key, number: null, item: item.item, unitId, division, receivedAt: at, ...due, carried: false, waits: new WaitBook(), state: "open", closedAt: null, left: planned.length, steps };
    for (const { name, mode, after, asks, expectedMinutes, state } of planned) {
      const id = trusted<StepId>((this.#nextStep += 1));
      const ask: StepAsk = { ...PLAIN_STEP, id, requestId: trusted(this.#requests.length + 1), attempt: 1, arrivedAt: at, dueAt: due.promisedDueAt, expectedMinutes, claims: asks };
      const step: TwinStep = { request, name, mode, after, ask, state, attempt: 1, readyAt: at, appointment: 0, holds: [] };
      steps.push(step);
      this.#steps.set(id, step);
    }
    this.#requests.push(request);
    this.#open += 1;
    return [{ kind: "ready", steps: steps.filter(({ state }) => state === "ready").map(({ ask }) => ask) }];
  }

  /** What a submission plans, once for each item and place; of a day, only the dates are. Null: nobody is competent. */
  #planOf(item: ItemGuide, division: DivisionCode, at: Instant): Plan | null {
    const ofItem = this.#plans.get(item) ?? new Map<DivisionCode, Plan | null>();
    this.#plans.set(item, ofItem);
    let plan = ofItem.get(division);
    if (plan === undefined) {
      const { office, steps } = planRequest({ ...this.run.copy.map, routing: this.#routing }, item, division, at, item);
      const unitId = office.ok ? office.value.id : undefined;
      const lead = office.ok ? (office.value.lead?.id ?? null) : null;
      // Those who ask the same share one list: the engine knows them by it.
      plan = unitId === undefined || !steps.ok ? null : { unitId, steps: steps.value.map((step) => ({ ...step, asks: claimAsks(step, division, unitId, lead) })) };
      ofItem.set(division, plan);
    }
    return plan;
  }

  /** A task force takes no more cases after its last day: they go to who is competent by law. */
  #endTaskForces(today: LocalDate): void {
    const { takers = [] } = this.#routing;
    const left = takers.filter(({ until }) => until === undefined || until >= today);
    if (left.length === takers.length) return;
    this.#routing = { ...this.#routing, takers: left };
    this.#plans.clear();
  }

  /** Somebody does what they were given, unless nobody is there or it went elsewhere. What follows it asks at once. */
  #work(step: TwinStep, appointment: number): EngineEvent[] {
    if (appointment !== step.appointment || step.state !== "ready") return [];
    const today = dayNumberOf(this.#now);
    // Nobody came: the hold lapses with its period, and the step is queued again with its old place.
    if (step.holds.some(({ resource, period }) => this.#supply.isShut(resource, this.#dayOf(resource, period, today)))) return [];
    const { request } = step;
    step.state = "done";
    step.holds = [];
    this.#steps.delete(step.ask.id);
    this.#worked += 1;
    request.left -= 1;
    const events: EngineEvent[] = [{ kind: "ended", step: step.ask.id, settle: [] }];
    if (request.left === 0) {
      request.state = "served";
      request.closedAt = this.#now;
      this.#open -= 1;
      return events;
    }
    const done = new Set(request.steps.filter(({ state }) => state === "done").map(({ name }) => name));
    const next = request.steps.filter(({ state, after }) => state === "blocked" && after.every((name) => done.has(name)));
    for (const one of next) {
      one.state = "ready";
      one.readyAt = this.#now;
    }
    if (next.length > 0) events.push({ kind: "ready", steps: next.map(({ ask }) => ask) });
    return events;
  }

  // — What is decided.

  #turn(events: readonly EngineEvent[]): void {
    let said: readonly EngineEvent[] = events;
    for (;;) {
      const { batch, needs, more } = this.#engine.step(said, this.#now);
      this.#engine.confirm(batch);
      this.#learn(batch);
      const { freed, over } = this.#loans.learn(batch, this.#now);
      const next: EngineEvent[] = [...this.#supply.close(over), ...freed];
      if (needs.questions.length > 0) {
        const allowed = this.run.answers(needs.questions);
        next.push({ kind: "policyAnswers", version: needs.version, answers: needs.questions.map((question, at) => ({ ...question, allowed: allowed[at] === true })) });
      }
      if (next.length === 0 && !more) break;
      said = next;
    }
    if (this.#officialAt.has(this.#now)) this.#queue.push({ at: this.#now, waiting: this.#engine.counts().waiting, open: this.#open });
  }

  #learn({ decisions, closings, requeued }: Batch): void {
    for (const { allocation, state, settled } of closings) {
      if (state !== "settled" || settled !== allocation.amount) this.#used(allocation.resource, allocation.period, settled - allocation.amount);
    }
    for (const { step: id, attempt, movedFor } of requeued) {
      const step = this.#steps.get(id);
      if (!step) continue;
      step.attempt = attempt;
      step.appointment += 1;
      step.holds = [];
      if (movedFor === null) this.#lapsed += 1;
    }
    for (const decision of decisions) {
      if (decision.outcome === "granted") {
        for (const { resource, period, amount } of decision.allocations) this.#used(resource, period, amount);
        this.#grants.push({ step: decision.step, attempt: decision.attempt, allocations: decision.allocations });
      }
      const step = this.#steps.get(decision.step);
      if (!step) continue;
      if (decision.outcome === "refused") {
        const refused = decision.reasons.find(({ refusal }) => refusal !== undefined);
        count(this.#refusals, `${refused?.refusal?.rule ?? "capacity"} ${refused?.class ?? ""}`);
        step.state = "refused";
        step.request.state = "unservable";
        continue;
      }
      this.#granted += 1;
      step.holds = decision.allocations;
      const waited = workingMinutes(this.#official, step.readyAt, decision.startsAt);
      this.#waits.add(waited);
      step.request.waits.add(waited);
      this.#waitedInWeek(step.request.unitId, waited);
      const reason = waited >= HALF_HOUR_MINUTES && decision.startsAt >= this.#now + HALF_HOUR_MS ? waitedFor(decision.reasons) : null;
      if (reason) count(this.#waitedFor, `${reason.rule} ${reason.class}`);
      this.#appoint(step, decision.startsAt, false);
    }
  }

  #waitedInWeek(unit: UnitId, minutes: number): void {
    const today = dayNumberOf(this.#now);
    if (!this.#week || today < this.#week.first || today > this.#week.last) return;
    const book = this.#week.waits.get(unit) ?? new WaitBook();
    book.add(minutes);
    this.#week.waits.set(unit, book);
  }

  #used(resource: ResourceId, period: Period, amount: Amount): void {
    this.#use.used(resource, period, amount);
    this.#week?.use.used(resource, period, amount);
  }

  /**
   * When whoever has it works on it: work held to half-hours in its own, a day's work in a half-hour of that day, machines
   * and outside systems as soon as they may.
   */
  #appoint(step: TwinStep, startsAt: Instant, isBegun: boolean): void {
    const begins = Math.max(startsAt, this.#now - HALF_HOUR_MS);
    const slotted = step.holds.some(({ resource }) => this.#periodOf.get(this.#resources.get(resource)!.classId) === "slot");
    let at = begins;
    if (step.mode === "human" && !slotted && !isBegun) {
      at = workAt(this.#official, begins, Math.max(begins, this.#now), stableShare(this.run.seed, step.request.key, step.name));
    }
    const seen = step.mode === "human" && this.#officialAt.has(at) ? at + INTO_HALF_HOUR_MS : at;
    step.appointment += 1;
    this.#happenings.add(Math.max(this.#now, seen), { kind: "work", step, appointment: step.appointment });
  }

  #beginOf(holds: readonly Allocation[]): Instant {
    return Math.max(this.#now, ...holds.map(({ resource, period }) => periodStart(this.#periodOf.get(this.#resources.get(resource)!.classId) ?? "none", period)));
  }

  #dayOf(resource: ResourceId, period: number, today: DayNumber): DayNumber {
    const kind = this.#periodOf.get(this.#resources.get(resource)!.classId);
    return kind === "day" ? period : kind === "slot" ? dayOfSlot(period) : today;
  }

  /** What today has, for the shares that are used. */
  #offer(): void {
    for (const one of this.#supply.all) {
      const window = this.#supply.window(one);
      if (window !== "unlimited") {
        const usable = this.#loans.usable(one, window.first, window.amounts);
        for (const book of [this.#use, this.#week?.use]) book?.offered(one.id, window.first, usable, this.#supply.today);
      }
    }
  }
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
