import type { ClaimId, LoanId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { ordinalOf } from "../domain/pool/claim-id.js";
import { periodEnd, type Period, type PeriodKind } from "../domain/pool/period.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClaimReason } from "../domain/pool/decision.js";
import type { Amount } from "../domain/quantity.js";
import type { Allocation, BalanceDelta, Batch, DirectMove, EngineEvent, LoanMove, Passed } from "./contract.js";
import type { QuotaSettled } from "./quota-rules.js";
import { emptyDraft, lastOfEach, type Delta, type Draft } from "./draft.js";
import { canLapse, lapseOf, type Lapses } from "./lapses.js";
import type { Queue } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import type { Ask, Shape } from "./shape.js";
import { directEnd, isConfirmed, type Special } from "./special.js";
import type { ResourceTable } from "./state.js";
import { GONE, HOLDING, NO_HOLDS, WAITING, type StepBefore, type StepTable } from "./steps.js";
import { roomyFloats } from "./typed-arrays.js";

/** What a step holds from now on in place of what it held. */
export interface Regranted {
  readonly allocations: readonly Allocation[];
  readonly startsAt: Instant;
  readonly reasons: readonly ClaimReason[];
  readonly passed: Passed | null;
  /** Its applicant picked the time. */
  readonly picked: boolean;
  /** Null: nobody moved it. */
  readonly movedFor: string | null;
}

interface Assumed {
  readonly batch: Batch;
  readonly draft: Draft;
}

type Used = (EngineEvent & { readonly kind: "ended" })["settle"][number];

/** Resources × periods in one number: half-hours stay below 2^26 until the year 5797, and 2^27 resources fit. */
const PERIODS = 2 ** 26;

/** Shapes of which it is remembered that the books know them. */
const SEEN_MAX = 65_536;

/**
 * Every change of a step or of what a resource gives goes through here, so that a batch can be taken back whole:
 * the difference per resource and period, and each touched step as it was.
 */
export class Assume {
  private draft: Draft = emptyDraft(1);
  /** By step, the last batch that touched it. Turns pass 2^31 within months. */
  private touchedBy = new Float64Array(64);
  /** Made and not yet answered, oldest first. */
  private readonly open: Assumed[] = [];
  private readonly shapesSeen = new Set<string>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly steps: StepTable,
    private readonly queue: Queue,
    private readonly lapses: Lapses,
    private readonly classOf: (r: number) => CapacityClass,
    private readonly policyVersion: () => number,
    private readonly quota: QuotaBook,
  ) {}

  /** How many decisions the batch has. */
  get decided(): number {
    return this.draft.decisions.length;
  }

  /** A step the engine did not know joins its lane. */
  queueNew(step: number): void {
    this.touch(step);
    this.draft.born.push(step);
    this.queue.join(this.steps.lanes[step]!);
    this.queue.enqueue(step);
  }

  raiseAttempt(step: number, attempt: number): void {
    this.remember(step);
    this.draft.requeued.push({ step: this.steps.ids[step]!, from: this.steps.attemptOf(step), attempt, movedFor: null });
    this.steps.setAttempt(step, attempt);
  }

  setStarted(step: number): void {
    this.remember(step);
    this.steps.setStarted(step, true);
    this.lapses.clear(step);
  }

  /** The use is already on the resources: it was taken while choosing. */
  grant(step: number, allocations: readonly Allocation[], startsAt: Instant, reasons: readonly ClaimReason[], passed: Passed | null): void {
    this.remember(step);
    this.queue.dequeue(step);
    for (const shape of this.steps.lanes[step]!.shapes) {
      if (shape.scarceSince !== null) shape.grantedSince += 1;
      shape.grantedEver += 1;
      this.see(shape);
    }
    for (const { resource, period, amount } of allocations) {
      this.delta(this.resources.indexOf(resource)!, period).held += amount;
    }
    this.hold(step, allocations);
    const attempt = this.steps.attemptOf(step);
    this.draft.decisions.push({
      outcome: "granted",
      step: this.steps.ids[step]!,
      attempt,
      passed,
      key: this.steps.keyAt(step),
      allocations,
      startsAt,
      reasons,
      ...(this.steps.isPicked(step) && { picked: true }),
    });
    const special = this.steps.special.get(step);
    if (special?.direct) this.move(step, special, isConfirmed(special) ? "confirmed" : "held");
  }

  /** What was asked for beside the step is its hold from now on; what it held before is given back. */
  regrant(step: number, attempt: number, given: Regranted): void {
    const { allocations, startsAt, reasons, passed, picked, movedFor } = given;
    this.remember(step);
    for (const allocation of this.steps.holdsOf(step)) this.close(step, allocation, 0);
    if (attempt !== this.steps.attemptOf(step)) this.draft.requeued.push({ step: this.steps.ids[step]!, from: this.steps.attemptOf(step), attempt, movedFor });
    if (movedFor !== null) this.steps.setMoved(step, true);
    this.steps.setAttempt(step, attempt);
    this.steps.setPicked(step, picked);
    if (this.steps.phaseOf(step) === WAITING) return this.grant(step, allocations, startsAt, reasons, passed);
    for (const shape of this.steps.lanes[step]!.shapes) this.see(shape);
    for (const { resource, period, amount } of allocations) this.delta(this.resources.indexOf(resource)!, period).held += amount;
    this.hold(step, allocations);
    this.draft.decisions.push({ outcome: "granted", step: this.steps.ids[step]!, attempt, allocations, startsAt, passed, key: this.steps.keyAt(step), reasons, ...(picked && { picked }) });
  }

  /** What was picked cannot be: an answer of its own, and the step goes on. */
  refusePick(step: number, attempt: number, reasons: readonly ClaimReason[]): void {
    this.remember(step);
    for (const shape of this.steps.lanes[step]!.shapes) if (shape.state === "compiled") this.see(shape);
    this.draft.decisions.push({ outcome: "refused", step: this.steps.ids[step]!, attempt, passed: null, key: this.steps.keyAt(step), reasons, stands: true });
    if (this.steps.phaseOf(step) !== WAITING) return;
    this.steps.setAttempt(step, attempt + 1);
    this.draft.requeued.push({ step: this.steps.ids[step]!, from: attempt, attempt: attempt + 1, movedFor: null });
  }

  /** With a no to what was picked, what the step holds goes all the same. */
  moveAnyway(pick: number, ground: string): void {
    this.remember(pick);
    this.steps.setSpecial(pick, { ...this.steps.special.get(pick)!, moves: ground });
  }

  /** Out of the queue and forgotten: a pick that was answered. What was kept free for it is kept no longer. */
  vanish(step: number): void {
    const kept = this.keptFor(this.steps.special.get(step));
    this.remember(step);
    this.queue.dequeue(step);
    this.goAway(step);
    if (kept === undefined) return;
    const special = this.steps.special.get(kept)!;
    this.drop(kept);
    this.move(kept, special, isConfirmed(special) ? "ended" : "expired");
  }

  /** The direct claim that keeps free what was picked. */
  keptFor(pick: Special | undefined): number | undefined {
    if (pick?.pickFor == null || pick.replaces === null) return undefined;
    const step = this.steps.find(pick.replaces);
    return step !== undefined && this.steps.phaseOf(step) === HOLDING && this.steps.special.get(step)?.direct === true ? step : undefined;
  }

  /** Its hold need not be confirmed any more. */
  keep(step: number): void {
    const special = this.steps.special.get(step);
    if (!special || special.holdUntil === null) return;
    this.remember(step);
    this.steps.setSpecial(step, { ...special, holdUntil: null });
    if (this.steps.phaseOf(step) === HOLDING) this.hold(step, this.steps.holdsOf(step));
  }

  /** Gives everything back and waits again, with its old place. */
  requeue(step: number): void {
    this.remember(step);
    for (const allocation of this.steps.holdsOf(step)) this.close(step, allocation, 0);
    this.again(step, null);
  }

  refuse(step: number, reasons: readonly ClaimReason[]): void {
    this.remember(step);
    for (const shape of this.steps.lanes[step]!.shapes) if (shape.state === "compiled") this.see(shape);
    this.draft.decisions.push({
      outcome: "refused",
      step: this.steps.ids[step]!,
      attempt: this.steps.attemptOf(step),
      passed: null,
      key: this.steps.keyAt(step),
      reasons,
    });
    const special = this.steps.special.get(step);
    if (special?.direct) this.move(step, special, "refused");
    this.queue.dequeue(step);
    this.goAway(step);
  }

  /** The work is over: what was used is settled, the rest returned. `used` has no entry for a claim that used all. */
  settle(step: number, used: readonly Used[]): void {
    this.remember(step);
    if (this.steps.phaseOf(step) === WAITING) this.queue.dequeue(step);
    let claim: ClaimId | undefined;
    let left: Amount | undefined;
    // In the order of claims, then periods. Of several resources at one time the books say no order: which of them settles must not hang on who was chosen first.
    const holds = used.length === 0 ? this.steps.holdsOf(step) : [...this.steps.holdsOf(step)].sort((a, b) => a.claim - b.claim || a.period - b.period || a.resource - b.resource);
    for (const allocation of holds) {
      if (allocation.claim !== claim) {
        claim = allocation.claim;
        left = used.findLast((one) => one.claim === claim)?.amount;
      }
      const settled = Math.min(allocation.amount, left ?? allocation.amount);
      if (left !== undefined) left -= settled;
      this.close(step, allocation, settled);
    }
    this.goAway(step);
  }

  /** What had been settled is free again. */
  annul(allocation: Allocation): void {
    const { resource, period, amount } = allocation;
    const r = this.resources.indexOf(resource);
    if (r === undefined) throw new Error(`resource ${resource} was never declared`);
    this.resources.use(r, period, -amount);
    this.delta(r, period).settled -= amount;
    this.queue.freed(r, period);
    this.draft.closings.push({ allocation, state: "annulled", settled: 0 });
  }

  /** What is free of one resource becomes free of the other, and the batch says so. The borrower's is booked first. */
  moveLoan(move: Exclude<LoanMove, { kind: "refused" }>, told: ReadonlyMap<Period, Amount>): void {
    const lender = this.resources.indexOf(move.lender)!;
    const borrower = this.resources.indexOf(move.borrower)!;
    for (const { period, amount } of move.amounts) {
      const change = move.kind === "lent" ? amount : -amount;
      this.resources.use(borrower, period, -change);
      this.delta(borrower, period).borrowed += change;
      this.resources.use(lender, period, change);
      const delta = this.delta(lender, period);
      delta.lent += change;
      delta.told = told.get(period) ?? delta.told;
      this.queue.freed(move.kind === "lent" ? borrower : lender, period);
    }
    this.draft.loans.push(move);
  }

  /** What this batch gave back of a loan so far, by period. */
  returnedOf(loan: LoanId): ReadonlyMap<Period, Amount> {
    const sums = new Map<Period, Amount>();
    for (const move of this.draft.loans) if (move.kind === "returned" && move.loan === loan) for (const { period, amount } of move.amounts) sums.set(period, (sums.get(period) ?? 0) + amount);
    return sums;
  }

  refuseLoan(move: Extract<LoanMove, { kind: "refused" }>): void {
    this.draft.loans.push(move);
  }

  /** Withdrawn, rejected or paused: out of the queue, or every hold returned. */
  drop(step: number): void {
    this.remember(step);
    if (this.steps.phaseOf(step) === WAITING) this.queue.dequeue(step);
    for (const allocation of this.steps.holdsOf(step)) this.close(step, allocation, 0);
    this.goAway(step);
  }

  /**
   * A period ended before the work began: the holds go together, and the step is queued again with its old place.
   * What is past has lapsed; what lies ahead, funds and gates are returned.
   */
  lapse(step: number, now: Instant): void {
    this.remember(step);
    const special = this.steps.special.get(step);
    if (special?.direct) return this.end(step, special, now);
    for (const allocation of this.steps.holdsOf(step)) {
      const r = this.resources.indexOf(allocation.resource)!;
      const past = canLapse(this.classOf(r)) && periodEnd(this.resources.kindOf(r), allocation.period) <= now;
      this.close(step, allocation, 0, past ? "lapsed" : "released");
    }
    this.again(step, null);
  }

  /** Holds nothing any more, and has its old place. */
  private again(step: number, movedFor: string | null): void {
    this.steps.setHolds(step, NO_HOLDS);
    if (movedFor !== null) this.steps.setMoved(step, true);
    this.steps.setPicked(step, false);
    this.lapses.clear(step);
    const from = this.steps.attemptOf(step);
    this.steps.setAttempt(step, from + 1);
    this.queue.enqueue(step);
    this.draft.requeued.push({ step: this.steps.ids[step]!, from, attempt: from + 1, movedFor });
  }

  /**
   * The end of a direct claim's hold: nobody confirmed it and everything goes back, or its last period is over and
   * what it booked was used. What has no date of its own goes back with it.
   */
  private end(step: number, special: Special, now: Instant): void {
    const kept = isConfirmed(special);
    for (const allocation of this.steps.holdsOf(step)) {
      const r = this.resources.indexOf(allocation.resource)!;
      const past = canLapse(this.classOf(r)) && periodEnd(this.resources.kindOf(r), allocation.period) <= now;
      this.close(step, allocation, kept && past ? allocation.amount : 0, past ? "lapsed" : "released");
    }
    this.move(step, special, kept ? "ended" : "expired");
    this.goAway(step);
  }

  private move(step: number, { replaces }: Special, outcome: DirectMove["outcome"]): void {
    this.draft.directs.push({ step: this.steps.ids[step]!, outcome, replaces });
  }

  /** Holds that an emergency or their lender needs, or that nobody serves any more, go back together; the step is queued again with its old place. */
  makeWay(step: number, ground: string): void {
    this.remember(step);
    for (const allocation of this.steps.holdsOf(step)) this.close(step, allocation, 0);
    this.again(step, ground);
  }

  /** The batch being made already does something with the step. */
  isTouched(step: number): boolean {
    return this.touchedBy[step] === this.draft.number;
  }

  /** Puts a step on what it holds, and on the clock that ends unstarted holds. */
  hold(step: number, allocations: readonly Allocation[]): void {
    this.steps.setHolds(step, allocations);
    this.steps.setPhase(step, HOLDING);
    this.quota.holds(step);
    const special = this.steps.special.get(step);
    const ends = special?.direct ? directEnd(special, this.lastEnd(allocations)) : this.lapsesAt(allocations);
    this.lapses.set(step, this.steps.isStarted(step) ? null : ends);
  }

  /** As `hold`, of a plain step that came with rows of what it holds. `kinds`: by claim, what its periods are; null: they do not end by themselves. */
  holdRow(step: number, kinds: readonly (PeriodKind | null)[]): void {
    this.steps.setPhase(step, HOLDING);
    this.quota.holds(step);
    this.lapses.set(step, this.steps.isStarted(step) ? null : this.steps.lapseOfRow(step, kinds));
  }

  /** The capacity of a period on the books is another now. */
  noteCapacity(r: number, period: Period): void {
    this.delta(r, period).stated = true;
  }

  finish(now: Instant): Batch {
    const { draft } = this;
    const balances: BalanceDelta[] = [...draft.deltas.values()]
      .map((delta) => ({
        resource: this.resources.idOf(delta.r),
        period: delta.period,
        capacity: this.statedCapacity(delta, now),
        held: delta.held,
        settled: delta.settled,
        ...(delta.lent !== 0 && { lent: delta.lent }),
        ...(delta.borrowed !== 0 && { borrowed: delta.borrowed }),
      }))
      // Of what is over only differences are told: a capacity stated in a batch that was thrown away may have no row at all.
      .filter(({ capacity, held, settled, lent, borrowed }) => capacity !== null || held !== 0 || settled !== 0 || lent !== undefined || borrowed !== undefined)
      .sort((a, b) => a.resource - b.resource || a.period - b.period);
    const batch: Batch = {
      policyVersion: this.policyVersion(),
      decidedAt: now,
      decisions: draft.decisions,
      closings: draft.closings,
      requeued: lastOfEach(draft.requeued),
      directs: draft.directs,
      loans: draft.loans,
      balances,
      shapes: draft.shapes,
    };
    draft.gone = [...draft.before.map(({ step }) => step), ...draft.born].filter((step) => this.steps.phaseOf(step) === GONE);
    this.open.push({ batch, draft });
    this.draft = emptyDraft(draft.number + 1);
    return batch;
  }

  private statedCapacity({ r, period, held, settled, lent, told }: Delta, now: Instant): Amount | null {
    if (periodEnd(this.resources.kindOf(r), period) <= now) return null;
    if (this.resources.isLoaned(r)) return 0;
    // What goes back where the window does not reach yet leaves what the books say.
    if (lent !== 0 && held === 0 && settled === 0 && !this.resources.isInWindow(r, period)) return told;
    return this.resources.capacityAt(r, period);
  }

  confirm(batch: Batch): void {
    if (this.open[0]?.batch !== batch) throw new Error("confirm: not the oldest open batch");
    const { draft } = this.open.shift()!;
    for (const step of draft.gone) this.steps.release(step);
  }

  /** What steps ask that a batch may bring back: it is made, or not yet answered. */
  openAsks(): ReadonlySet<Ask> {
    const asks = new Set<Ask>();
    for (const { before, born } of [...this.open.map(({ draft }) => draft), this.draft]) {
      for (const step of [...before.map((one) => one.step), ...born]) for (const { ask } of this.steps.lanes[step]!.claims) asks.add(ask);
    }
    return asks;
  }

  forget(batch: Batch): void {
    if (!this.open.some((one) => one.batch === batch)) throw new Error("forget: not an open batch");
    for (let last = this.open.pop(); last; last = this.open.pop()) {
      this.takeBack(last.draft);
      if (last.batch === batch) return;
    }
  }

  private takeBack(draft: Draft): void {
    // Resources first: steps that come back to the queue are then tried against what is really free.
    for (const { r, period, held, settled, lent, borrowed } of draft.deltas.values()) this.resources.use(r, period, -(held + settled + lent - borrowed));
    for (const { unitId, classId, period, amount } of this.settledIn(draft)) this.quota.settle([{ unitId, classId, period, amount: -amount }]);
    // A step may have come back under its own id: first it goes, then it is again what it was.
    for (const step of draft.born.reverse()) this.putBack({ ...this.steps.snapshot(step), phase: GONE, started: false, holds: NO_HOLDS });
    for (const before of draft.before.reverse()) this.putBack(before);
    for (const { r, period, held, settled, lent, borrowed } of draft.deltas.values()) if (held + settled + lent - borrowed > 0) this.queue.freed(r, period);
    for (const shape of draft.shapes) this.shapesSeen.delete(shape.hash);
    // The next batch says it: the books would else show a capacity that was declared away.
    for (const { r, period, stated } of draft.deltas.values()) if (stated) this.noteCapacity(r, period);
  }

  private putBack({ step, phase, attempt, started, moved, picked, holds, special }: StepBefore): void {
    if (this.steps.phaseOf(step) === WAITING) this.queue.dequeue(step);
    const lane = this.steps.lanes[step]!;
    if (this.quota.inForce) {
      for (const allocation of this.steps.holdsOf(step)) this.quota.giveBack(lane, allocation, allocation.amount);
      this.quota.chargeAll(lane, holds, 1);
    }
    const wasGone = this.steps.phaseOf(step) === GONE;
    if (wasGone && phase !== GONE) this.queue.join(lane);
    this.steps.setAttempt(step, attempt);
    this.steps.setStarted(step, started);
    this.steps.setMoved(step, moved);
    this.steps.setPicked(step, picked);
    this.steps.setHolds(step, holds);
    this.steps.setSpecial(step, special);
    this.lapses.clear(step);
    if (phase === HOLDING) this.hold(step, holds);
    else if (phase === WAITING) this.queue.enqueue(step);
    else {
      if (!wasGone) this.queue.leave(lane);
      this.steps.setPhase(step, GONE);
      this.steps.release(step);
    }
  }

  /** What open batches settle, and the one that is being made: the books do not say it yet. */
  openSettled(): readonly QuotaSettled[] {
    return [...this.open.map(({ draft }) => draft), this.draft].flatMap((draft) => this.settledIn(draft));
  }

  private settledIn({ before, born, closings }: Draft): readonly QuotaSettled[] {
    if (!this.quota.inForce) return [];
    const settled = closings.filter((closing) => closing.state === "settled");
    if (settled.length === 0) return [];
    const lanes = new Map([...born, ...before.map(({ step }) => step)].map((step) => [this.steps.ids[step]!, this.steps.lanes[step]!]));
    return settled.map(({ allocation: { step, claim, period }, settled: amount }) => {
      const { unitId, classId } = lanes.get(step)!.claims[ordinalOf(claim)]!.ask.shape.facts;
      return { unitId, classId, period, amount };
    });
  }

  private goAway(step: number): void {
    this.lapses.clear(step);
    this.steps.setHolds(step, NO_HOLDS);
    this.steps.setPhase(step, GONE);
    this.queue.leave(this.steps.lanes[step]!);
  }

  private touch(step: number): void {
    this.touchedBy = roomyFloats(this.touchedBy, step + 1);
    this.touchedBy[step] = this.draft.number;
  }

  private remember(step: number): void {
    if (this.isTouched(step)) return;
    this.touch(step);
    this.draft.before.push(this.steps.snapshot(step));
  }

  private close(step: number, allocation: Allocation, settled: Amount, otherwise: "released" | "lapsed" = "released"): void {
    const r = this.resources.indexOf(allocation.resource)!;
    const { period, amount } = allocation;
    // A number without a period that is not used up (a set of keys) comes back whole; one that law sets does not.
    const cls = this.classOf(r);
    const stays = this.resources.kindOf(r) !== "none" || cls.consumable || cls.kind === "function" || this.resources.isUnlimited(r);
    const kept = stays ? settled : 0;
    this.resources.use(r, period, kept - amount);
    if (this.quota.inForce) this.quota.giveBack(this.steps.lanes[step]!, allocation, amount - kept);
    const delta = this.delta(r, period);
    delta.held -= amount;
    delta.settled += kept;
    if (kept < amount) this.queue.freed(r, period);
    this.draft.closings.push({ allocation, state: kept > 0 ? "settled" : otherwise, settled: kept });
  }

  private delta(r: number, period: Period): Delta {
    const key = r * PERIODS + period;
    let delta = this.draft.deltas.get(key);
    if (!delta) this.draft.deltas.set(key, (delta = { r, period, held: 0, settled: 0, lent: 0, borrowed: 0, told: null, stated: false }));
    return delta;
  }

  private see(shape: Shape): void {
    if (this.shapesSeen.has(shape.hash)) return;
    this.shapesSeen.add(shape.hash);
    // Told again, it is the same row.
    if (this.shapesSeen.size > SEEN_MAX) this.shapesSeen.delete(this.shapesSeen.values().next().value!);
    this.draft.shapes.push({
      hash: shape.hash,
      classId: shape.facts.classId,
      policyVersion: this.policyVersion(),
      funnel: shape.funnel,
    });
  }

  /** The end of the last period of a booking; null: it has none of its own. */
  private lastEnd(allocations: readonly Allocation[]): Instant | null {
    let last: Instant | null = null;
    for (const { resource, period } of allocations) {
      const r = this.resources.indexOf(resource)!;
      if (canLapse(this.classOf(r))) last = Math.max(last ?? 0, periodEnd(this.resources.kindOf(r), period));
    }
    return last;
  }

  private lapsesAt(allocations: readonly Allocation[]): Instant | null {
    return lapseOf(allocations, ({ resource }) => {
      const r = this.resources.indexOf(resource)!;
      return canLapse(this.classOf(r)) ? this.resources.kindOf(r) : null;
    });
  }
}
