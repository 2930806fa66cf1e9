import type { BookedCapacity, CommitOutcome, DeclaredResource, Lease, LoadedPiece, NextAttempt, OverCapacity, Readied, QuotaBook, ReadySteps, Restrictions, Taken, WriterBatch } from "../../src/app/ports/writer.js";
import { trusted, type CommandId, type DivisionCode, type RequestId, type ResourceId, type StepId, type UnitId } from "../../src/domain/id.js";
import type { Instant } from "../../src/domain/instant.js";
import { actingFor, type ActingFor, type DeclaredDelegation } from "../../src/domain/org/delegation.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import type { Command } from "../../src/domain/pool/command.js";
import type { DirectClaimState } from "../../src/domain/pool/direct-claim.js";
import { periodAt } from "../../src/domain/pool/period.js";
import type { CaseStep } from "../../src/domain/request/case.js";
import type { RequestStatus } from "../../src/domain/request/lifecycle.js";
import type { Allocation, Decision, DirectMove, ShapeSeen, StepAsk } from "../../src/scheduler/contract.js";
import { Deadlock, Holder, Locks } from "./locks.js";

/*
 * What the pool's database would hold, in memory, and the answers its statements would give. Held to PostgreSQL by
 * conformance.test.ts: a difference is a bug here.
 */

export interface RequestRow {
  readonly id: RequestId;
  readonly unitId: UnitId;
  readonly status: RequestStatus;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  readonly pausedWorkingDays: number;
}

export interface StepRow extends Omit<CaseStep, "answer" | "claims"> {
  /** Null: of a direct claim. */
  readonly requestId: RequestId | null;
  /** As it asks; `attempt` and `dueAt` follow the row. */
  readonly ask: StepAsk;
}

/** A unit's own claim: the step that asks or holds for it, and the one that would take its place. */
export interface DirectRow {
  readonly id: number;
  readonly unitId: UnitId;
  readonly state: DirectClaimState;
  readonly step: StepId;
  readonly pending: StepId | null;
  readonly confirmedAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** One unit lets another decide in its name; withdrawn rows stay. */
export interface DelegationRow extends DeclaredDelegation {
  readonly withdrawnAt: Instant | null;
}

export interface CommandRow {
  readonly id: CommandId;
  readonly command: Command;
  readonly occurredAt: Instant;
  readonly seq: number | null;
}

export type DecisionRow = Decision & { readonly seq: number; readonly decidedAt: Instant; readonly policyVersion: number };

export interface AllocationRow extends Allocation {
  /** What the period had at the moment of the grant. */
  readonly capacity: number;
  readonly seq: number;
  readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
  readonly settled: number;
  readonly closedSeq: number | null;
}

export interface BalanceRow {
  readonly resource: ResourceId;
  readonly period: number;
  readonly capacity: number;
  readonly borrowed: number;
  readonly lent: number;
  readonly held: number;
  readonly settled: number;
}

export interface WriterRow extends Lease {
  readonly holder: string | null;
  readonly leaseUntil: number | null;
}

export interface DatabaseOptions {
  readonly classes: readonly CapacityClass[];
  readonly divisions: ReadonlyMap<DivisionCode, DivisionCode | null>;
  /** The server's clock. */
  readonly clock: () => number;
  readonly pass: (ms: number, what: string) => Promise<void>;
}

/** Ended without effect. */
export class RolledBack extends Error {
  override readonly name = "RolledBack";
}

/** How holds of direct claims end by time. */
const ENDS = new Set<string>(["expired", "ended"]);
const OPEN = new Set(["received", "in_progress", "unservable"]);

export const allocationKey = ({ claim, attempt, resource, period }: Allocation): string => `${claim}/${attempt}/${resource}/${period}`;
export const balanceKey = (resource: ResourceId, period: number): string => `${resource}/${period}`;

export class Database {
  readonly locks = new Locks();
  readonly requests = new Map<RequestId, RequestRow>();
  readonly steps = new Map<StepId, StepRow>();
  readonly commands = new Map<CommandId, CommandRow>();
  readonly decisions = new Map<string, DecisionRow>();
  readonly allocations = new Map<string, AllocationRow>();
  readonly balances = new Map<string, BalanceRow>();
  readonly frozen = new Set<ResourceId>();
  readonly shapes = new Map<string, ShapeSeen>();
  readonly resources = new Map<ResourceId, DeclaredResource>();
  readonly directs = new Map<number, DirectRow>();
  readonly delegations = new Map<number, DelegationRow>();
  /** When a step's number was annulled. */
  readonly annulments = new Map<StepId, Instant>();
  readonly audit: { readonly act: string; readonly objectId: string; readonly at: Instant }[] = [];
  /** By key: what an act that carried it answered. */
  readonly answers = new Map<string, unknown>();
  policyVersion = 1;
  manualClock: number | null = null;
  writer: WriterRow = { epoch: 0, lastSeq: 0, revocations: 0, workedUpTo: null, holder: null, leaseUntil: null };
  /** Raised when the server dies: transactions that were open then are gone. */
  lives = 1;
  #ids = 0;

  constructor(readonly options: DatabaseOptions) {}

  nextId<T extends number>(): T {
    return trusted<never>((this.#ids += 1) as never) as T;
  }

  poolNow(): Instant {
    return this.manualClock ?? this.options.clock();
  }

  begin(name: string): { readonly holder: Holder; readonly life: number } {
    return { holder: new Holder(name), life: this.lives };
  }

  // — Lease.

  async acquire(holder: string, ttlMs: number): Promise<Lease | undefined> {
    const take = (): Lease => {
      this.writer = { ...this.writer, epoch: this.writer.epoch + 1, holder, leaseUntil: this.options.clock() + ttlMs };
      return this.position();
    };
    if (this.writer.leaseUntil === null) return await this.#onWriterRow("acquire", () => (this.writer.leaseUntil === null ? take() : undefined));
    // `skip locked`: who is in the middle of a batch is alive.
    return this.locks.isHeld("writer") || this.writer.leaseUntil > this.options.clock() ? undefined : take();
  }

  async renew(epoch: number, ttlMs: number): Promise<boolean> {
    return await this.#onWriterRow("renew", () => {
      if (this.writer.epoch !== epoch) return false;
      this.writer = { ...this.writer, leaseUntil: this.options.clock() + ttlMs };
      return true;
    });
  }

  async giveUp(epoch: number): Promise<void> {
    await this.#onWriterRow("give up", () => {
      if (this.writer.epoch === epoch) this.writer = { ...this.writer, leaseUntil: null, holder: null };
    });
  }

  position(): Lease {
    const { epoch, lastSeq, revocations, workedUpTo } = this.writer;
    return { epoch, lastSeq, revocations, workedUpTo };
  }

  async outcomeOf(batch: WriterBatch): Promise<"committed" | "not-committed" | "stale-epoch"> {
    const now = await this.#onWriterRow("outcome", () => this.position());
    if (now.epoch !== batch.epoch) return "stale-epoch";
    return now.lastSeq === batch.toSeq && batch.toSeq > batch.fromSeq ? "committed" : "not-committed";
  }

  async #onWriterRow<T>(name: string, work: () => T): Promise<T> {
    const { holder } = this.begin(name);
    await this.locks.take(holder, "writer");
    try {
      return work();
    } finally {
      this.locks.release(holder);
    }
  }

  // — Reading.

  /** All of one moment; the policy's version is asked beside it. */
  pieces(now: Instant): readonly LoadedPiece[] {
    const { classes, divisions } = this.options;
    const held: LoadedPiece & { kind: "held" } = {
      kind: "held",
      allocations: [...this.allocations.values()]
        .filter(({ state }) => state === "held")
        .sort((a, b) => a.step - b.step || a.claim - b.claim || a.resource - b.resource || a.period - b.period)
        .map(({ step: id, attempt, claim, resource, period, amount }) => {
          const step = this.steps.get(id)!;
          const given = this.decisions.get(`${id}/${attempt}`);
          return { step: { ...step.ask, attempt }, claim, resource, period, amount, started: (step.state !== "blocked" && step.state !== "ready") || step.attempt > attempt, ...(given?.outcome === "granted" && given.picked === true && { picked: true as const }) };
        }),
    };
    return [
      { kind: "pool", pool: { classes, divisions, zones: new Map(), calendars: [], calendarId: null, units: new Map(), policyVersion: this.policyVersion } },
      { kind: "frozen", resources: [...this.frozen] },
      { kind: "resources", resources: this.declared("all") },
      { kind: "delegations", delegations: this.acting() },
      {
        kind: "booked",
        periods: this.#balancesInOrder()
          .filter((row) => row.held > 0 || row.period >= this.#firstOpenPeriod(row.resource, now))
          .map(({ resource, period, borrowed, lent, held: heldThere, settled }) => ({ resource, period, borrowed, lent, held: heldThere, settled })),
      },
      held,
      { kind: "waiting", steps: this.#waiting() },
    ];
  }

  declared(ids: readonly ResourceId[] | "all"): readonly DeclaredResource[] {
    return [...this.resources.values()].filter(({ id }) => ids === "all" || ids.includes(id)).sort((a, b) => a.id - b.id);
  }

  takeCommands(limit: number, onTheWay: readonly CommandId[]): Taken {
    const commands = this.unnumbered().filter(({ id }) => !onTheWay.includes(id)).slice(0, limit);
    return {
      commands: commands.map(({ id, command, occurredAt }) => ({ id, command, occurredAt })),
      clock: this.manualClock === null ? "real" : "manual",
      now: this.poolNow(),
    };
  }

  unnumbered(): readonly CommandRow[] {
    return [...this.commands.values()].filter(({ seq }) => seq === null).sort((a, b) => a.id - b.id);
  }

  readySteps(readied: readonly Readied[], last: CommandId | undefined): ReadySteps {
    const later = this.unnumbered().filter(({ id }) => id > (last ?? 0));
    const comesAgain = (step: StepId) =>
      later.some(({ command }) => (command.kind === "step.ready" && command.steps.includes(step)) || (command.kind === "step.ended" && command.ready.includes(step)));
    const steps: StepAsk[] = [];
    const begun: NextAttempt[] = [];
    for (const { step: id, turn } of [...readied].sort((a, b) => a.step - b.step)) {
      const step = this.steps.get(id);
      if (!step || step.state !== "ready") continue;
      if (turn !== null && step.attempt > turn && comesAgain(id)) continue;
      if (!this.isOpen(step)) continue;
      if (this.holdsOf(id).length > 0) continue;
      const answered = Math.max(0, ...[...this.decisions.values()].filter((one) => one.step === id).map(({ attempt }) => attempt));
      const attempt = Math.max(step.attempt, answered + 1);
      if (attempt > step.attempt) begun.push({ step: id, from: step.attempt, attempt });
      steps.push({ ...step.ask, attempt });
    }
    return { steps, begun };
  }

  /** Neither withdrawn nor over by the writer's time. */
  living(): readonly DelegationRow[] {
    const now = this.writer.workedUpTo ?? -Infinity;
    return [...this.delegations.values()].filter(({ withdrawnAt, validTo }) => withdrawnAt === null && (validTo === null || validTo > now)).sort((a, b) => a.id - b.id);
  }

  acting(): readonly ActingFor[] {
    return actingFor(this.living());
  }

  /** Who acts for whom, and who takes no part in the steps that untaken commands name. */
  restrictions(): Restrictions {
    const named = this.unnumbered().flatMap(({ command }) => (command.kind === "persons.barred" ? command.steps : []));
    return { delegations: this.acting(), barred: new Map(named.flatMap((id) => (this.steps.has(id) ? [[id, this.steps.get(id)!.ask.barred] as const] : []))) };
  }

  /** The workload declares none. */
  quotas(): QuotaBook {
    return { rules: { halfLifeDays: 7, cohorts: [], quotas: [] }, settled: [], uncounted: { quotas: [], settled: [] } };
  }

  stepsAsked(steps: readonly StepId[]): StepAsk[] {
    return steps.flatMap((id) => this.steps.get(id) ?? []).map(({ ask, attempt }) => ({ ...ask, attempt }));
  }

  /** Its request is dealt with, or it has none. */
  isOpen({ requestId }: StepRow): boolean {
    return requestId === null || OPEN.has(this.requests.get(requestId)!.status.state);
  }

  holdsOf(step: StepId): readonly AllocationRow[] {
    return [...this.allocations.values()].filter((one) => one.step === step && one.state === "held");
  }

  bookedCapacities(ids: readonly ResourceId[] | "all", now: Instant): readonly BookedCapacity[] {
    return this.#balancesInOrder()
      .filter(({ resource, period }) => (ids === "all" || ids.includes(resource)) && period >= this.#firstOpenPeriod(resource, now))
      .map(({ resource, period, capacity }) => ({ resource, period, capacity }));
  }

  #waiting(): readonly StepAsk[] {
    const announced = new Set<StepId>();
    for (const { command } of this.unnumbered()) {
      if (command.kind === "step.ready") command.steps.forEach((step) => announced.add(step));
      if (command.kind === "step.ended") command.ready.forEach((step) => announced.add(step));
      if (command.kind === "step.reconsider") announced.add(command.step);
    }
    return [...this.steps.values()]
      .filter(
        (step) =>
          step.state === "ready" &&
          this.isOpen(step) &&
          !announced.has(step.id) &&
          !this.decisions.has(`${step.id}/${step.attempt}`),
      )
      .sort((a, b) => a.id - b.id)
      .map(({ ask, attempt }) => ({ ...ask, attempt }));
  }

  #balancesInOrder(): readonly BalanceRow[] {
    return [...this.balances.values()].sort((a, b) => a.resource - b.resource || a.period - b.period);
  }

  #firstOpenPeriod(resource: ResourceId, now: Instant): number {
    const { classId } = this.resources.get(resource)!;
    return periodAt(this.options.classes.find(({ id }) => id === classId)!.period, now);
  }

  // — The commit, statement by statement as writer-commit.ts sends them.

  async commit(batch: WriterBatch, ttlMs: number, slowMs: number): Promise<CommitOutcome> {
    const { holder, life } = this.begin(`batch ${batch.epoch}/${batch.toSeq}`);
    try {
      await this.locks.take(holder, "writer");
      const { writer } = this;
      if (writer.epoch !== batch.epoch || writer.lastSeq !== batch.fromSeq) return { kind: "stale-epoch" };
      if (writer.revocations !== batch.revocations) return { kind: "stale-revocations" };

      const refused = batch.decisions.filter((decision) => decision.outcome === "refused" && decision.stands !== true);
      const mayClose = refused
        .flatMap((decision) => this.steps.get(decision.step) ?? [])
        .filter(({ requestId }) => requestId !== null)
        .sort((a, b) => a.requestId! - b.requestId! || a.id - b.id);
      for (const { requestId, id } of mayClose) {
        await this.locks.take(holder, `request/${requestId}`);
        await this.locks.take(holder, `step/${id}`);
      }
      for (const { step } of [...batch.attempts].sort((a, b) => a.step - b.step)) await this.locks.take(holder, `step/${step}`);
      for (const { direct } of this.#found(batch.directs)) await this.locks.take(holder, `direct/${direct.id}`);
      if (slowMs > 0) await this.options.pass(slowMs, "slow commit");
      if (life !== this.lives) return { kind: "unknown" };
      return this.#write(batch, ttlMs);
    } catch (error) {
      if (error instanceof Deadlock) return { kind: "conflict" };
      throw error;
    } finally {
      this.locks.release(holder);
    }
  }

  #write(batch: WriterBatch, ttlMs: number): CommitOutcome {
    const over: OverCapacity[] = [];
    const balances: BalanceRow[] = [];
    for (const { resource, period, capacity, held, settled } of batch.balances) {
      const row = this.balances.get(balanceKey(resource, period));
      const next = {
        resource,
        period,
        capacity: capacity ?? row?.capacity ?? fault(`balance ${resource}/${period} has no capacity`),
        borrowed: row?.borrowed ?? 0,
        lent: row?.lent ?? 0,
        held: (row?.held ?? 0) + held,
        settled: (row?.settled ?? 0) + settled,
      };
      if (next.held < 0 || next.settled < 0) fault(`balance ${resource}/${period} below zero`);
      const has = next.capacity + next.borrowed - next.lent;
      const increase = held + settled;
      if (increase > 0 && next.held + next.settled > has) over.push({ resource, period, capacity: has, held: next.held, settled: next.settled, increase });
      balances.push(next);
    }
    if (over.length > 0) return { kind: "over-capacity", rows: over };
    if (batch.attempts.some(({ step, from }) => !this.#mayBegin(step, from))) return { kind: "stale-step" };
    if (this.#found(batch.directs).some(({ direct: { state }, outcome }) => ENDS.has(outcome) && state !== "released" && state !== (outcome === "expired" ? "held" : "confirmed"))) {
      return { kind: "stale-step" };
    }
    for (const { id } of batch.commands) if (this.commands.get(id)?.seq !== null) fault(`command ${id} cannot be numbered`);
    for (const { allocation, state } of batch.closings) {
      const stood = state === "annulled" ? "settled" : "held";
      if (this.allocations.get(allocationKey(allocation))?.state !== stood) fault(`${allocationKey(allocation)} is not ${stood}`);
    }
    for (const { step, attempt } of batch.decisions) if (this.decisions.has(`${step}/${attempt}`)) fault(`decisions_pkey (${step}, ${attempt})`);

    // Nothing failed: from here to the end all of it happens.
    const leaseUntil = Math.max(this.writer.leaseUntil ?? 0, this.options.clock() + ttlMs);
    this.writer = { ...this.writer, lastSeq: batch.toSeq, workedUpTo: batch.workedUpTo ?? this.writer.workedUpTo, leaseUntil };
    for (const decision of batch.decisions) if (decision.outcome === "refused" && decision.stands !== true) this.#setUnservable(decision.step, decision.attempt, batch);
    for (const { step, attempt, movedFor } of batch.attempts) {
      const row = this.steps.get(step)!;
      this.steps.set(step, { ...row, attempt, ask: movedFor == null ? row.ask : { ...row.ask, moved: true } });
    }
    this.#moveDirects(batch);
    for (const { id, seq } of batch.commands) this.commands.set(id, { ...this.commands.get(id)!, seq });
    for (const { allocation, state, settled } of batch.closings) {
      const key = allocationKey(allocation);
      // What is annulled was settled long ago, and stays on record as it was.
      this.allocations.set(key, { ...this.allocations.get(key)!, state, ...(state === "annulled" ? {} : { settled, closedSeq: batch.closingSeq }) });
    }
    for (const row of balances) this.balances.set(balanceKey(row.resource, row.period), row);
    for (const id of batch.thawed) this.frozen.delete(id);
    for (const shape of batch.shapes) if (!this.shapes.has(shape.hash)) this.shapes.set(shape.hash, shape);
    for (const decision of batch.decisions) {
      const { step, attempt, seq } = decision;
      this.decisions.set(`${step}/${attempt}`, { ...decision, decidedAt: batch.decidedAt, policyVersion: batch.policyVersion });
      if (decision.outcome !== "granted") continue;
      for (const allocation of decision.allocations) {
        const key = allocationKey(allocation);
        if (this.allocations.has(key)) fault(`allocations_pkey ${key}`);
        const balance = this.balances.get(balanceKey(allocation.resource, allocation.period)) ?? fault(`${key} has no balance`);
        this.allocations.set(key, { ...allocation, capacity: balance.capacity + balance.borrowed - balance.lent, seq, state: "held", settled: 0, closedSeq: null });
      }
    }
    return { kind: "committed" };
  }

  /** The moves with the direct claims they are about, in the order of the claims. */
  #found(moves: readonly DirectMove[]): readonly { readonly direct: DirectRow; readonly step: StepId; readonly outcome: DirectMove["outcome"]; readonly isPending: boolean }[] {
    return moves
      .flatMap(({ step, outcome }) =>
        [...this.directs.values()].filter((direct) => direct.step === step || direct.pending === step).map((direct) => ({ direct, step, outcome, isPending: direct.pending === step })),
      )
      .sort((a, b) => a.direct.id - b.direct.id);
  }

  #moveDirects({ directs: moves, decidedAt }: WriterBatch): void {
    const found = this.#found(moves);
    const over = new Set(moves.flatMap(({ step, outcome }) => (outcome === "refused" || ENDS.has(outcome) ? step : [])));
    for (const { direct, isPending, outcome } of found) if (isPending && (outcome === "held" || outcome === "confirmed")) over.add(direct.step);
    for (const id of new Set(found.map(({ direct }) => direct.id))) {
      // The end of a hold counts before what was to take its place, and that before a refusal.
      const mine = found.filter(({ direct }) => direct.id === id);
      const last = mine.find(({ outcome }) => ENDS.has(outcome)) ?? mine.find(({ outcome }) => outcome !== "refused") ?? mine[0]!;
      const { direct, step, outcome, isPending } = last;
      const counts = outcome === "expired" ? direct.state === "held" : outcome === "ended" ? direct.state === "confirmed" : (isPending || direct.state === "asked") && direct.endedAt === null;
      if (!counts) continue;
      const stays = isPending && (outcome === "refused" || direct.state === "confirmed");
      this.directs.set(id, {
        ...direct,
        state: stays ? direct.state : outcome,
        step: isPending && outcome !== "refused" && !ENDS.has(outcome) ? step : direct.step,
        pending: null,
        confirmedAt: !isPending && outcome === "confirmed" ? decidedAt : direct.confirmedAt,
        endedAt: !isPending && (outcome === "refused" || ENDS.has(outcome)) ? decidedAt : null,
      });
    }
    for (const id of over) {
      const row = this.steps.get(id)!;
      if (row.endedAt !== null) continue;
      const used = moves.some(({ step, outcome }) => step === id && outcome === "ended");
      this.steps.set(id, { ...row, state: used ? "done" : "cancelled", endedAt: decidedAt });
    }
  }

  #mayBegin(step: StepId, from: number): boolean {
    const row = this.steps.get(step);
    return row?.state === "ready" && row.attempt === from;
  }

  #setUnservable(stepId: StepId, attempt: number, { decidedAt }: WriterBatch): void {
    const step = this.steps.get(stepId)!;
    if (step.requestId === null) return;
    const request = this.requests.get(step.requestId)!;
    const { state } = request.status;
    if (step.attempt > attempt || (state !== "received" && state !== "in_progress")) return;
    this.requests.set(request.id, { ...request, status: { state: "unservable" } });
    this.audit.push({ act: "request.unservable", objectId: String(request.id), at: decidedAt });
  }
}

function fault(message: string): never {
  throw new Error(message);
}
