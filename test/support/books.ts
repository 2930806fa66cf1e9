import { createHash } from "node:crypto";
import type { ClaimId, ClassId, DivisionCode, ResourceId, StepId, UnitId } from "../../src/domain/id.js";
import type { Instant } from "../../src/domain/instant.js";
import { claimIdOf, ordinalOf } from "../../src/domain/pool/claim-id.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { periodEnd, type Period } from "../../src/domain/pool/period.js";
import { UNLIMITED, type Allocation, type Batch, type ClaimAsk, type Decision, type Delegation, type Engine, type EngineEvent, type LentEvent, type PolicyQuestion, type ResourceSupply, type ShapeSeen, type StepAsk, type Turn } from "../../src/scheduler/contract.js";
import type { QuotaRules, QuotaSettled } from "../../src/scheduler/quota-rules.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { INDEXING } from "../../src/scheduler/fit.js";
import { bookedRows, comesAsRow, resourceRows, stepRows } from "./rows.js";

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Balance {
  held: number;
  settled: number;
  borrowed: number;
  lent: number;
}

interface StepOnBooks {
  ask: StepAsk;
  state: "waiting" | "holding" | "gone";
  started: boolean;
  /** What it holds is at a time its applicant picked. */
  picked: boolean;
  holds: Allocation[];
}

/**
 * What a database would hold: written by batches only, and enough to start another engine from. It checks every batch
 * by its own arithmetic: nothing above capacity, every claim whole, every sum consistent.
 */
export class Books {
  readonly classes = new Map<ClassId, CapacityClass>();
  parents = new Map<DivisionCode, DivisionCode | null>();
  readonly resources = new Map<ResourceId, ResourceSupply>();
  readonly balances = new Map<string, Balance>();
  readonly steps = new Map<StepId, StepOnBooks>();
  readonly decisions: Decision[] = [];
  readonly shapes = new Map<string, ShapeSeen>();
  delegations: readonly Delegation[] = [];
  quotas: QuotaRules = { halfLifeDays: 7, cohorts: [], quotas: [] };
  /** Steps and what they were moved for when nobody chose to. */
  private readonly drained = new Set<string>();
  /** By unit, class and period. */
  readonly settled = new Map<string, QuotaSettled>();
  /** Loans the engine was told of, and what their lenders were said to give in their periods. */
  readonly lending = new Map<number, LentEvent>();
  policyVersion = 1;
  now: Instant = 0;
  allows: (question: PolicyQuestion) => boolean = () => true;

  balance(resource: ResourceId, period: number): Balance {
    const key = `${resource}/${period}`;
    let balance = this.balances.get(key);
    if (!balance) this.balances.set(key, (balance = { held: 0, settled: 0, borrowed: 0, lent: 0 }));
    return balance;
  }

  capacity(resource: ResourceId, period: number): number {
    const { capacity, loaned } = this.resources.get(resource)!;
    if (loaned !== undefined) return 0;
    return capacity === "unlimited" ? UNLIMITED : (capacity.amounts[period - capacity.first] ?? 0);
  }

  /** Facts and acts as a writer would record them, before the engine hears of them. */
  record(event: EngineEvent): void {
    switch (event.kind) {
      case "classes":
        for (const cls of event.classes) this.classes.set(cls.id, cls);
        return;
      case "divisions":
        this.parents = new Map(event.parents);
        return;
      case "resources":
        for (const supply of event.resources) this.resources.set(supply.id, supply);
        return;
      case "window":
        for (const { resource, capacity } of event.windows) {
          this.resources.set(resource, { ...this.resources.get(resource)!, capacity });
        }
        return;
      case "policy":
        this.policyVersion = event.version;
        return;
      case "prioritised":
        for (const { step: id, priority } of event.steps) {
          const step = this.steps.get(id);
          if (step) step.ask = { ...step.ask, priority };
        }
        return;
      case "delegations":
        this.delegations = event.delegations;
        return;
      case "quotas":
        this.quotas = event.quotas;
        return;
      case "barred":
        for (const { step, barred } of event.steps) {
          const known = this.steps.get(step);
          if (known) known.ask = { ...known.ask, barred };
        }
        return;
      case "booked":
        for (const { resource, period, held, settled, borrowed, lent } of event.periods) {
          Object.assign(this.balance(resource, period), { held, settled, borrowed, lent });
        }
        return;
      case "ready":
        for (const ask of event.steps) {
          const known = this.steps.get(ask.id);
          if (known && known.state !== "gone") continue;
          this.steps.set(ask.id, { ask, state: "waiting", started: false, picked: false, holds: [] });
        }
        return;
      case "started": {
        const step = this.steps.get(event.step);
        if (step) step.started = true;
        return;
      }
      case "lent":
        this.lending.set(event.loan, event);
        return;
      case "ended":
        this.leave(event.step);
        return;
      case "dropped":
        event.steps.forEach((id) => this.leave(id));
        return;
      default:
        return;
    }
  }

  /** A step that waits leaves at once; one that holds leaves by its closings. */
  private leave(id: StepId): void {
    const step = this.steps.get(id);
    if (step?.state === "waiting") step.state = "gone";
  }

  apply(batch: Batch): void {
    const before = new Map([...this.balances].map(([key, balance]) => [key, { ...balance }]));
    const closedSteps = new Set<StepId>();
    for (const { allocation, state, settled } of batch.closings) {
      if (state === "annulled") {
        this.balance(allocation.resource, allocation.period).settled -= allocation.amount;
        continue;
      }
      const step = this.steps.get(allocation.step)!;
      const at = step.holds.findIndex(
        (one) => one.claim === allocation.claim && one.resource === allocation.resource && one.period === allocation.period,
      );
      if (at < 0) throw new Error(`closing of a hold that is not on the books: ${JSON.stringify(allocation)}`);
      const [held] = step.holds.splice(at, 1);
      if (held!.amount !== allocation.amount || settled > allocation.amount || settled < 0) throw new Error("closing: amounts");
      if ((state === "settled") !== settled > 0) throw new Error("closing: state");
      const balance = this.balance(allocation.resource, allocation.period);
      balance.held -= allocation.amount;
      balance.settled += settled;
      if (settled > 0) this.settle(step.ask.claims[ordinalOf(allocation.claim)]!, allocation.period, settled);
      closedSteps.add(allocation.step);
    }
    for (const move of batch.loans) {
      const event = this.lending.get(move.loan)!;
      if (move.kind === "refused") continue;
      if (move.kind === "lent") this.resources.set(event.borrower.id, carrying(event.borrower, new Set(move.amounts.map(({ period }) => period))));
      for (const { period, amount } of move.amounts) {
        if (amount <= 0) throw new Error(`loan ${move.loan}: nothing is moved`);
        this.balance(move.borrower, period).borrowed += move.kind === "lent" ? amount : -amount;
        this.balance(move.lender, period).lent += move.kind === "lent" ? amount : -amount;
      }
    }
    for (const shape of batch.shapes) this.shapes.set(shape.hash, shape);
    const requeued = new Map(batch.requeued.map((one) => [one.step, one]));
    for (const id of closedSteps) {
      const step = this.steps.get(id)!;
      if (step.holds.length > 0) throw new Error(`step ${id}: holds do not go together`);
      const again = requeued.get(id);
      step.state = again === undefined ? "gone" : "waiting";
      const forced = again?.movedFor?.startsWith("drain:") === true;
      if (again?.movedFor != null && step.picked && !forced) throw new Error(`step ${id}: moved from a time that was picked`);
      if (again?.movedFor != null && (step.started || (step.ask.moved && !forced))) throw new Error(`step ${id}: moved although it was started or moved before`);
      if (forced && this.drained.has(`${id} ${again!.movedFor}`)) throw new Error(`step ${id}: moved twice for ${again!.movedFor}`);
      if (forced) this.drained.add(`${id} ${again!.movedFor}`);
      if (again !== undefined) step.ask = { ...step.ask, attempt: again.attempt, moved: step.ask.moved || again.movedFor !== null };
    }
    for (const decision of batch.decisions) {
      this.decisions.push(decision);
      const step = this.steps.get(decision.step);
      if (step?.state !== "waiting") throw new Error(`decision on step ${decision.step}, which does not wait`);
      if (step.ask.attempt !== decision.attempt) throw new Error(`step ${decision.step}: attempt`);
      if (decision.outcome === "refused") {
        step.state = "gone";
        continue;
      }
      step.state = "holding";
      step.holds = [...decision.allocations];
      step.picked = decision.picked === true;
      const out = new Set(step.ask.barred.map(({ resource }) => resource));
      for (const { resource } of decision.allocations) if (out.has(resource)) throw new Error(`step ${decision.step}: given to an officer who takes no part`);
      for (const { shape } of decision.reasons) if (!this.shapes.has(shape)) throw new Error("a reason names an unknown shape");
      step.ask.claims.forEach((claim, at) => this.checkWhole(claimIdOf(step.ask.id, at), claim, decision.allocations));
      this.checkGroups(step.ask, decision.allocations);
      for (const { resource, period, amount } of decision.allocations) this.balance(resource, period).held += amount;
    }
    this.checkBalances(batch, before);
  }

  private settle({ unitId, classId }: ClaimAsk, period: number, amount: number): void {
    const key = `${unitId}/${classId}/${period}`;
    this.settled.set(key, { unitId, classId, period, amount: amount + (this.settled.get(key)?.amount ?? 0) });
  }

  /** What was given for the claim is what it asked: so many resources, each at its amounts and times. */
  private checkWhole(id: ClaimId, claim: ClaimAsk, allocations: readonly Allocation[]): void {
    const cls = this.classes.get(claim.classId)!;
    const run = cls.period === "slot" && !claim.spread ? claim.slots : 1;
    const given = allocations.filter((one) => one.claim === id);
    const resources = [...new Set(given.map(({ resource }) => resource))];
    if (resources.length !== claim.count) throw new Error(`claim ${id}: ${resources.length} resources of ${claim.count}`);
    for (const resource of resources) this.checkOne(id, claim, cls, run, given.filter((one) => one.resource === resource));
    if (new Set(resources.map((resource) => given.find((one) => one.resource === resource)!.period)).size > 1) throw new Error(`claim ${id}: not one start`);
    const { named } = claim;
    if (named === null) return;
    if (named.resource !== null && named.resource !== given[0]!.resource) throw new Error(`claim ${id}: another than the one that is named`);
    if (named.period !== null && named.period !== given[0]!.period) throw new Error(`claim ${id}: at another time than named`);
    const { generation } = this.resources.get(given[0]!.resource)!;
    if (named.generation !== null && named.generation !== generation) throw new Error(`claim ${id}: given at generation ${generation}`);
  }

  /** Claims of a step with one number come from one unit, or one resource. */
  private checkGroups(ask: StepAsk, allocations: readonly Allocation[]): void {
    const bound = new Map<string, unknown>();
    for (const { claim, resource } of allocations) {
      const { sameUnit, sameResource } = ask.claims[ordinalOf(claim)]!;
      const pairs = [[sameUnit === null ? null : `unit ${sameUnit}`, this.resources.get(resource)!.unitId], [sameResource === null ? null : `resource ${sameResource}`, resource]] as const;
      for (const [group, value] of pairs) {
        if (group === null) continue;
        if (bound.has(group) && bound.get(group) !== value) throw new Error(`step ${ask.id}: not of one ${group}`);
        bound.set(group, value);
      }
    }
  }

  private checkOne(id: ClaimId, claim: ClaimAsk, cls: CapacityClass, run: number, mine: readonly Allocation[]): void {
    const sum = mine.reduce((total, { amount }) => total + amount, 0);
    if (sum !== claim.amount * run) throw new Error(`claim ${id}: got ${sum} of ${claim.amount} × ${run}`);
    if (!claim.spread && mine.some((one, at) => one.period !== mine[0]!.period + at || one.amount !== claim.amount)) {
      throw new Error(`claim ${id}: not in a row`);
    }
    const supply = this.resources.get(mine[0]!.resource)!;
    if (supply.classId !== claim.classId || !supply.offered) throw new Error(`claim ${id}: wrong resource`);
    const decides = claim.scope === "competent" || cls.act === "deciding";
    if (decides && supply.unitId !== claim.unitId && !this.delegated(claim.unitId, supply.unitId, claim.classId)) throw new Error(`claim ${id}: not competent`);
    if (claim.automatic && cls.act === "deciding" && cls.kind !== "funds" && !supply.automated) throw new Error(`claim ${id}: not for a machine`);
  }

  delegated(from: UnitId, to: UnitId, classId: ClassId): boolean {
    return this.delegations.some(
      (one) => one.from === from && one.to === to && one.classId === classId && one.validFrom <= this.now && (one.validTo === null || this.now < one.validTo),
    );
  }

  private checkBalances(batch: Batch, before: ReadonlyMap<string, Balance>): void {
    const deltas = new Map(batch.balances.map((delta) => [`${delta.resource}/${delta.period}`, delta]));
    for (const [key, balance] of this.balances) {
      const was = before.get(key) ?? { held: 0, settled: 0, borrowed: 0, lent: 0 };
      const delta = deltas.get(key);
      if (balance.held !== was.held + (delta?.held ?? 0) || balance.settled !== was.settled + (delta?.settled ?? 0)) {
        throw new Error(`${key}: the batch's difference is not what its decisions and closings say`);
      }
      if (balance.lent !== was.lent + (delta?.lent ?? 0) || balance.borrowed !== was.borrowed + (delta?.borrowed ?? 0)) {
        throw new Error(`${key}: the batch's difference is not what its loans say`);
      }
      if (balance.held < 0 || balance.settled < 0 || balance.lent < 0 || balance.borrowed < 0) throw new Error(`${key}: below zero`);
      const [resource, period] = key.split("/").map(Number) as [ResourceId, number];
      const rises = balance.held + balance.settled + balance.lent - balance.borrowed > was.held + was.settled + was.lent - was.borrowed;
      const declared = delta && this.beyond(resource, period) ? (delta.capacity ?? Infinity) : this.capacity(resource, period);
      const most = declared + balance.borrowed - balance.lent;
      if (rises && balance.held + balance.settled > most) throw new Error(`${key}: above capacity`);
      const kind = this.classes.get(this.resources.get(resource)!.classId)!.period;
      if (delta && this.beyond(resource, period) && delta.held === 0 && delta.settled === 0 && delta.lent !== undefined) continue;
      if (delta && delta.capacity !== null && delta.capacity !== this.capacity(resource, period)) throw new Error(`${key}: capacity`);
      if (delta && delta.capacity === null && periodEnd(kind, period) > this.now) throw new Error(`${key}: capacity unsaid`);
    }
    const order = batch.balances.every((one, at) => {
      const last = batch.balances[at - 1];
      return !last || last.resource < one.resource || (last.resource === one.resource && last.period < one.period);
    });
    if (!order) throw new Error("balances are not in (resource, period) order");
  }

  /** Its window does not reach there yet. */
  private beyond(resource: ResourceId, period: number): boolean {
    const { capacity } = this.resources.get(resource)!;
    return capacity !== "unlimited" && period >= capacity.first + capacity.amounts.length;
  }

  quotaFacts(): EngineEvent[] {
    return this.quotas.quotas.length === 0 ? [] : [{ kind: "quotas", quotas: this.quotas }, { kind: "quotaSettled", rows: [...this.settled.values()] }];
  }

  /** What a writer tells a new engine: some of it as rows, some as objects, in any order. */
  startFacts(): EngineEvent[] {
    const steps = [...this.steps.values()];
    const inRows = steps.filter(comesAsRow);
    const resources = [...this.resources.values()].reverse();
    const booked = [...this.balances].map(([key, { held, settled, borrowed, lent }]) => {
      const [resource, period] = key.split("/").map(Number) as [ResourceId, number];
      return { resource, period, held, settled, borrowed, lent };
    });
    return [
      { kind: "classes", classes: [...this.classes.values()] },
      { kind: "divisions", parents: this.parents },
      { kind: "policy", version: this.policyVersion },
      { kind: "resourceRows", rows: resourceRows(resources.filter(({ id }) => id % 2 === 1)) },
      { kind: "resources", resources: resources.filter(({ id }) => id % 2 === 0) },
      { kind: "delegations", delegations: this.delegations },
      ...this.quotaFacts(),
      { kind: "booked", periods: booked.filter(({ period }) => period % 2 === 0) },
      { kind: "bookedRows", rows: bookedRows(booked.filter(({ period }) => period % 2 === 1)) },
      { kind: "stepRows", ...stepRows(inRows.filter(({ state }) => state === "waiting" || state === "holding").reverse()) },
      {
        kind: "held",
        allocations: steps
          .filter((step) => !comesAsRow(step))
          .flatMap((one) => one.holds.map(({ claim, resource, period, amount }) => ({ step: one.ask, claim, resource, period, amount, started: one.started, ...(one.picked && { picked: true as const }) }))),
      },
    ];
  }

  /** What a writer then says of those that came as no row. */
  startActs(): EngineEvent[] {
    const waiting = [...this.steps.values()].filter((step) => step.state === "waiting" && !comesAsRow(step));
    return [{ kind: "ready", steps: waiting.map(({ ask }) => ask).reverse() }];
  }
}

/** An engine, its books, and somebody who answers policy and commits every batch. */
export class Pool {
  readonly books: Books;
  engine: Engine;
  private pending: EngineEvent[] = [];
  /** How many of the next batches do not become durable. */
  failCommits = 0;
  last: Batch[] = [];
  /** For whom a step's holds were last moved. */
  readonly moves = new Map<StepId, string>();

  constructor(
    private readonly decisionsPerTurn = 1_000,
    books = new Books(),
    private readonly indexing = INDEXING,
    private readonly idleAsks = 16_384,
  ) {
    this.books = books;
    this.engine = createEngine({ digest, decisionsPerTurn, indexing, idleAsks: this.idleAsks });
    this.say({ kind: "policy", version: books.policyVersion });
  }

  say(...events: EngineEvent[]): void {
    for (const event of events) this.books.record(event);
    this.pending.push(...events);
  }

  get hasNews(): boolean {
    return this.pending.length > 0;
  }

  private inSlices(events: readonly EngineEvent[]): Turn {
    this.engine.take(events, this.books.now);
    for (let upTo = 1; this.engine.decide(this.books.now, upTo).more && upTo < this.decisionsPerTurn; ) upTo += 1;
    return this.engine.finish(this.books.now);
  }

  /** Steps until nothing is left to do; answers the batches that became durable. */
  decide(): Batch[] {
    const batches: Batch[] = [];
    for (;;) {
      const events = this.pending;
      this.pending = [];
      let turn: Turn = this.engine.step(events, this.books.now);
      if (this.failCommits > 0) {
        this.failCommits -= 1;
        this.engine.forget(turn.batch);
        const again = this.inSlices(events);
        // The same events lead to the same batch again, also when the turn is cut after every decision.
        if (JSON.stringify(again.batch) !== JSON.stringify(turn.batch)) {
          throw new Error(`another batch after forget:\n${JSON.stringify(turn.batch)}\n${JSON.stringify(again.batch)}`);
        }
        turn = again;
      }
      this.books.apply(turn.batch);
      for (const { step, movedFor } of turn.batch.requeued) if (movedFor !== null) this.moves.set(step, movedFor);
      this.engine.confirm(turn.batch);
      batches.push(turn.batch);
      const { version, questions } = turn.needs;
      if (questions.length > 0) {
        this.pending.push({
          kind: "policyAnswers",
          version,
          answers: questions.map((question) => ({ ...question, allowed: this.books.allows(question) })),
        });
      } else if (!turn.more) {
        this.last = batches;
        return batches;
      }
    }
  }

  /** Another engine, from the books alone. */
  restart(): void {
    this.engine = createEngine({ digest, decisionsPerTurn: this.decisionsPerTurn, indexing: this.indexing, idleAsks: this.idleAsks });
    this.engine.take(this.books.startFacts(), this.books.now);
    this.pending = [...this.books.startActs(), ...this.pending];
  }
}


/** The window of a loan reaches over the periods that carry it. */
function carrying(borrower: ResourceSupply, lent: ReadonlySet<Period>): ResourceSupply {
  const { capacity } = borrower;
  return capacity === "unlimited" ? borrower : { ...borrower, capacity: { ...capacity, amounts: capacity.amounts.map((amount, at) => (lent.has(capacity.first + at) ? amount : 0)) } };
}
