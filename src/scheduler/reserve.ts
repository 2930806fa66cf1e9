import { dayNumberOf, type Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId, StepId } from "../domain/id.js";
import { SLOTS_A_DAY, type Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Reservation } from "./queue-place.js";
import { firstOfDay, halfHourFrom, periodHolding } from "./place-in-time.js";
import type { Lane, LaneClaim, Queue } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import type { Account } from "./quota-tree.js";
import type { Ask } from "./shape.js";
import type { ShapeBook } from "./shape-book.js";
import { shareOf, type ResourceTable } from "./state.js";
import { WAITING, type StepTable } from "./steps.js";

/*
 * Reservations for overdue heads.
 *
 * The head of a lane is overdue when its key has passed: begun later than now, it is done later than promised. When such a
 * head is blocked, what is free where it lacks least is kept for it, and no step behind it in the order may take it; so
 * it gathers what others give back, and small claims cannot eat it away for ever.
 *
 * A reservation lives for one turn, and is not seen between its slices. Each turn gives all of them back first, tries the overdue heads in their order among
 * all others, and lets those that are still blocked reserve again. So reservations follow from queue, books and time
 * alone, nothing of them is on the books, and a step before the one that reserves never meets its reservation.
 */

/** Overdue heads that may reserve, for whoever sets no number: bounds what a turn does for them. */
export const RESERVING_MAX = 16;
/** Days ahead that are looked at. */
const DAYS_MAX = 15;

interface Kept {
  readonly lane: Lane;
  readonly r: number;
  readonly period: Period;
  readonly amount: Amount;
}

interface Plan {
  /** Sum over claims of what lacks, as a share of what is asked. */
  readonly lack: number;
  readonly kept: readonly Kept[];
}

/** Half-hours of two centuries fit below the step from one resource to the next. */
const PERIODS = 2 ** 26;

export class Reservations {
  /** In force, in the order of the heads they are for. */
  private kept: Kept[] = [];
  /** The most that was kept of each cell since somebody may have been parked because of it. */
  private readonly most = new Map<number, Amount>();
  /** What each cell has kept now. */
  private readonly total = new Map<number, Amount>();
  private idle = false;
  /** A slice of the turn has ended: what is kept is taken again when the next begins. */
  private paused = false;
  /** As they stood when the last turn ended. */
  private last: readonly Reservation[] = [];

  constructor(
    private readonly resources: ResourceTable,
    private readonly queue: Queue,
    private readonly steps: StepTable,
    private readonly shapes: ShapeBook,
    private readonly classes: ReadonlyMap<ClassId, CapacityClass>,
    private readonly quota: QuotaBook,
    private readonly reservingMax: number,
  ) {}

  /** Between two slices of one turn. */
  get isPaused(): boolean {
    return this.paused;
  }

  /**
   * Overdue heads are tried again, each at its turn; answers how many. When nobody else is to be tried and all who
   * reserved still wait, there is nobody to keep anything from, and the turn leaves them alone, as long as what was kept
   * is there.
   */
  begin(now: Instant): number {
    if (this.paused) {
      this.paused = false;
      for (const { r, period, amount } of this.kept) this.resources.use(r, period, amount);
      return 0;
    }
    this.idle = this.queue.next() === undefined && !this.queue.borrowers.any && this.last.every(({ step }) => this.stillWaits(step)) && this.stillFree();
    return this.idle ? 0 : this.queue.wakeOverdue(now, this.reservingMax);
  }

  /** The lane is about to be tried: what is kept for it and for those behind it is free meanwhile. Answers how many were woken. */
  yieldTo(lane: Lane): number {
    const from = this.kept.findIndex((one) => one.lane === lane || this.steps.before(lane.head, one.lane.head));
    if (from < 0) return 0;
    const behind = new Set<Lane>();
    while (this.kept.length > from) {
      const one = this.kept.pop()!;
      this.giveBack(one);
      if (one.lane !== lane) behind.add(one.lane);
    }
    for (const other of behind) this.queue.tryAgain(other);
    return behind.size;
  }

  /** The lane's head is blocked: keeps what it lacks least, when it is overdue and not too many are. */
  reserve(lane: Lane, now: Instant): void {
    if (this.steps.keyAt(lane.head) > now) return;
    if (new Set(this.kept.map((one) => one.lane)).size >= this.reservingMax) return;
    const plan = this.bestPlan(lane, now);
    for (const one of plan?.kept ?? []) {
      this.resources.use(one.r, one.period, one.amount);
      this.kept.push(one);
      const cell = one.r * PERIODS + one.period;
      const total = (this.total.get(cell) ?? 0) + one.amount;
      this.total.set(cell, total);
      if (total > (this.most.get(cell) ?? 0)) this.most.set(cell, total);
    }
  }

  /** What is kept for others would be enough for the ask. */
  standsInTheWay(ask: Ask): boolean {
    return this.kept.some(
      ({ r, period, amount }) => this.resources.freeAt(r, period) + amount >= ask.amount && this.shapes.couldServe(ask.shape, r),
    );
  }

  /** Less is kept than was: whoever was parked because of it is woken. */
  release(): void {
    if (this.idle) return;
    for (const [cell, most] of this.most) {
      const now = this.total.get(cell) ?? 0;
      if (now >= most) continue;
      if (now === 0) this.most.delete(cell);
      else this.most.set(cell, now);
      this.queue.freed(Math.floor(cell / PERIODS), cell % PERIODS);
    }
  }

  /** A slice of the turn is over. What is kept is not to be seen by whoever asks before the next. */
  pause(): void {
    if (this.idle) return;
    this.last = this.kept.map(({ lane, r, period, amount }) => ({
      step: this.steps.ids[lane.head]!,
      resource: this.resources.idOf(r),
      period,
      amount,
    }));
    for (const { r, period, amount } of this.kept) this.resources.use(r, period, -amount);
    this.paused = true;
  }

  /** The turn is over. What was kept stays unseen by the books. */
  end(): void {
    this.paused = false;
    this.kept = [];
    this.total.clear();
  }

  list(): readonly Reservation[] {
    return this.last;
  }

  private stillWaits(id: StepId): boolean {
    const step = this.steps.find(id);
    return step !== undefined && this.steps.phaseOf(step) === WAITING && this.steps.lanes[step]!.head === step;
  }

  /** Days go by, and capacity is declared anew. */
  private stillFree(): boolean {
    const sums = new Map<number, Amount>();
    return this.last.every(({ resource, period, amount }) => {
      const r = this.resources.indexOf(resource)!;
      const cell = r * PERIODS + period;
      const sum = (sums.get(cell) ?? 0) + amount;
      sums.set(cell, sum);
      return this.resources.freeAt(r, period) >= sum;
    });
  }

  private giveBack({ r, period, amount }: Kept): void {
    this.resources.use(r, period, -amount);
    const cell = r * PERIODS + period;
    const left = this.total.get(cell)! - amount;
    if (left === 0) this.total.delete(cell);
    else this.total.set(cell, left);
  }

  /** The day and start on which least is lacking, the earliest of equals. */
  private bestPlan(lane: Lane, now: Instant): Plan | undefined {
    const today = dayNumberOf(now);
    const dated = lane.claims.some(({ ask }) => ask.period === "day" || ask.period === "slot");
    const joint = lane.claims.some(({ together, ask }) => together && ask.period === "slot");
    let best: Plan | undefined;
    const consider = (plan: Plan | undefined): void => {
      if (plan && plan.kept.length > 0 && (!best || plan.lack < best.lack)) best = plan;
    };
    for (let day = today; day < today + (dated ? DAYS_MAX : 1); day += 1) {
      if (!joint) consider(this.plan(lane, day, null, now));
      else for (let start = firstOfDay(day); start < firstOfDay(day + 1); start += 1) consider(this.plan(lane, day, start, now));
    }
    return best;
  }

  /** What every claim would keep on the day. Undefined: one of them could not be met then whatever others give back. */
  private plan(lane: Lane, day: number, joint: Period | null, now: Instant): Plan | undefined {
    const kept: Kept[] = [];
    const taken = new Map<number, Amount>();
    let lack = 0;
    const accounts = this.quota.accountsOf(lane);
    for (const [at, claim] of lane.claims.entries()) {
      const { ask } = claim;
      const one = this.planClaim(claim, accounts[at], day, joint, now, taken);
      if (!one) return undefined;
      lack += one.lack / ask.amount;
      for (const { r, period, amount } of one.cells) {
        kept.push({ lane, r, period, amount });
        const cell = r * PERIODS + period;
        taken.set(cell, (taken.get(cell) ?? 0) + amount);
      }
    }
    return { lack, kept };
  }

  private planClaim(
    claim: LaneClaim,
    account: Account | undefined,
    day: number,
    joint: Period | null,
    now: Instant,
    taken: ReadonlyMap<number, Amount>,
  ): { readonly lack: number; readonly cells: readonly { r: number; period: Period; amount: Amount }[] } | undefined {
    const { ask } = claim;
    const [from, to] = this.starts(claim, day, joint, now);
    const returns = this.comesBack(ask);
    let best: { lack: number; r: number; period: Period } | undefined;
    // The nearest.
    for (const r of ask.lookedAt().able) {
      if (this.resources.isUnlimited(r)) return { lack: 0, cells: [] };
      for (let period = from; period <= to; period += 1) {
        const below = best?.lack ?? Infinity;
        if (below === 0) break;
        // Nothing is kept for what somebody would have to borrow: it is others' own.
        if (account && !this.ownCovers(claim, account, period)) continue;
        const lack = ask.spreads ? this.spreadLack(ask, r, period, taken) : this.runLack(ask, r, period, taken, below);
        if (lack === undefined || (lack > 0 && !returns)) continue;
        if (lack < below) best = { lack, r, period };
      }
    }
    if (!best) return undefined;
    return { lack: best.lack, cells: ask.spreads ? this.spreadCells(ask, best.r, best.period, taken) : this.runCells(ask, best.r, best.period, taken) };
  }

  private ownCovers({ ask, count }: LaneClaim, account: Account, from: Period): boolean {
    for (let period = from; period < from + ask.run; period += 1) {
      if (account.tree.roomAt(account, period, true) < (ask.spreads ? 1 : ask.amount * count)) return false;
    }
    return true;
  }

  /** First and last period the claim may begin in on that day. */
  private starts({ ask, together, earliest }: LaneClaim, day: number, joint: Period | null, now: Instant): readonly [Period, Period] {
    const first = firstOfDay(day);
    if (ask.period !== "slot") {
      const period = periodHolding(ask.period, first);
      const tooEarly = ask.period === "day" && earliest !== null && day < dayNumberOf(earliest);
      return tooEarly ? [1, 0] : [period, period];
    }
    const open = Math.max(first, halfHourFrom(now), earliest === null ? first : halfHourFrom(earliest));
    if (together && joint !== null) return joint < open ? [1, 0] : [joint, joint];
    return [open, first + SLOTS_A_DAY - 1];
  }

  /** Spent money and used-up stock do not come back: keeping the rest of it would serve nobody. */
  private comesBack(ask: Ask): boolean {
    const cls = this.classes.get(ask.shape.facts.classId);
    return cls !== undefined && cls.kind !== "funds" && !cls.consumable;
  }

  private free(r: number, period: Period, taken: ReadonlyMap<number, Amount>): Amount {
    if (taken.size === 0) return Math.max(0, this.resources.freeAt(r, period));
    return Math.max(0, this.resources.freeAt(r, period) - (taken.get(r * PERIODS + period) ?? 0));
  }

  /** Undefined: it could never be met there, or as much is lacking as elsewhere. */
  private runLack(ask: Ask, r: number, period: Period, taken: ReadonlyMap<number, Amount>, below: Amount): Amount | undefined {
    let lack = 0;
    for (let p = period; p < period + ask.run; p += 1) {
      if (this.resources.capacityAt(r, p) < ask.amount) return undefined;
      lack += Math.max(0, ask.amount - this.free(r, p, taken));
      if (lack >= below) return undefined;
    }
    return lack;
  }

  private runCells(ask: Ask, r: number, period: Period, taken: ReadonlyMap<number, Amount>): { r: number; period: Period; amount: Amount }[] {
    const cells = [];
    for (let p = period; p < period + ask.run; p += 1) {
      const amount = Math.min(ask.amount, this.free(r, p, taken));
      if (amount > 0) cells.push({ r, period: p, amount });
    }
    return cells;
  }

  private spreadLack(ask: Ask, r: number, period: Period, taken: ReadonlyMap<number, Amount>): Amount | undefined {
    let could = 0;
    for (let p = period; p < period + this.resources.windowLength(r); p += 1) {
      could += shareOf(this.resources.capacityAt(r, p), ask.shareMaxOf(r), ask.shareStepOf(r));
    }
    if (could < ask.amount) return undefined;
    const has = this.spreadCells(ask, r, period, taken).reduce((sum, { amount }) => sum + amount, 0);
    return ask.amount - has;
  }

  private spreadCells(ask: Ask, r: number, from: Period, taken: ReadonlyMap<number, Amount>): { r: number; period: Period; amount: Amount }[] {
    const cells = [];
    let left = ask.amount;
    for (let period = from; left > 0 && period < from + this.resources.windowLength(r); period += 1) {
      const amount = Math.min(left, shareOf(this.free(r, period, taken), ask.shareMaxOf(r), ask.shareStepOf(r)));
      if (amount <= 0) continue;
      cells.push({ r, period, amount });
      left -= amount;
    }
    return cells;
  }
}
