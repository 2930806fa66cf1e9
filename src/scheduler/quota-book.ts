import type { ClassId, UnitId } from "../domain/id.js";
import { dayNumberOf, type Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import { ordinalOf } from "../domain/pool/claim-id.js";
import type { QuotaUse } from "../domain/pool/decision.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Allocation } from "./contract.js";
import type { QuotaRules, QuotaSettled } from "./quota-rules.js";
import type { Lane } from "./queue.js";
import { dayIn, isDated, QuotaTree, type Account, type Day, type UnitAccounts } from "./quota-tree.js";
import { lastDayOf, patienceEnds } from "./quota-waiting.js";
import type { Refusal } from "./shape.js";
import type { ResourceTable } from "./state.js";
import { HOLDING, type StepTable } from "./steps.js";

/** By claim of a lane, the account it is charged to. */
export type Accounts = readonly (Account | undefined)[];

export const NO_ACCOUNTS: Accounts = [];
const NOTHING: ReturnType<QuotaBook["takeChanged"]> = [];
const NOBODY: readonly Lane[] = [];

const isAbove = (account: Account, period: Period): boolean => account.tree.usedAt(account, period) > account.tree.nominalAt(account, period);

/**
 * Accounts of units by class: what their claims hold and have settled, by period. Everything follows from the rules, the windows, the
 * holds and what is settled, so an engine that was just started knows the same. Without rules it does nothing.
 */
export class QuotaBook {
  inForce = false;
  private edition = 0;
  private halfLifeDays = 7;
  private today = -Infinity;
  /** When anything was last decided or told. */
  now: Instant = -Infinity;
  private readonly trees = new Map<ClassId, QuotaTree>();
  private readonly units = new Map<UnitId, UnitAccounts>();
  /** Something became free that lanes may be parked on. */
  private anyFreed = false;
  /** What somebody may use, or could ever use, changed; true: there are other rules. */
  private readonly changed = new Map<ClassId, boolean>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly steps: StepTable,
    private readonly classes: ReadonlyMap<ClassId, CapacityClass>,
  ) {}

  /** Replaces the rules. What was settled stays until it is stated anew. */
  declare({ halfLifeDays, cohorts, quotas }: QuotaRules, now: Instant): void {
    this.chargeHolds(-1);
    const settled = [...this.trees.values()].flatMap((tree) => tree.accounts.flatMap((account) => [...tree.used(account)].map(([period, amount]) => ({ unitId: account.unit.unitId, classId: tree.classId, period, amount }))));
    for (const classId of this.trees.keys()) this.changed.set(classId, true);
    this.trees.clear();
    this.units.clear();
    this.edition += 1;
    this.halfLifeDays = halfLifeDays;
    this.today = dayNumberOf(now);
    const stock = quotas.filter(({ classId }) => this.classOf(classId).kind !== "function");
    this.inForce = stock.length > 0;
    for (const classId of new Set(stock.map((rule) => rule.classId))) {
      const rules = stock.filter((rule) => rule.classId === classId);
      const tree = new QuotaTree(classId, this.classOf(classId).period, rules, cohorts, (unitId) => this.unitOf(unitId));
      tree.moveTo(this.today);
      this.trees.set(classId, tree);
      this.changed.set(classId, true);
    }
    this.settle(settled);
    this.chargeHolds(1);
  }

  /**
   * What is settled, absolute.
   *
   * @param open What batches that nobody has answered yet settle: it is not among the rows.
   */
  state(rows: readonly QuotaSettled[], open: readonly QuotaSettled[]): void {
    if (!this.inForce) return;
    this.chargeHolds(-1);
    for (const tree of this.trees.values()) {
      for (const account of tree.accounts) for (const [period, amount] of [...tree.used(account)]) tree.charge(account, period, -amount);
      this.changed.set(tree.classId, true);
    }
    this.settle(rows);
    this.settle(open);
    this.chargeHolds(1);
  }

  private classOf(classId: ClassId): CapacityClass {
    const cls = this.classes.get(classId);
    if (!cls) throw new Error(`quota: class ${classId} was never declared`);
    return cls;
  }

  private unitOf(unitId: UnitId): UnitAccounts {
    let unit = this.units.get(unitId);
    if (!unit) this.units.set(unitId, (unit = { unitId, accounts: [] }));
    return unit;
  }

  accountOf(unitId: UnitId, classId: ClassId): Account | undefined {
    return this.units.get(unitId)?.accounts.find(({ tree }) => tree.classId === classId);
  }

  /** Empty: none of the lane's claims has one. */
  accountsOf(lane: Lane): Accounts {
    if (!this.inForce) return NO_ACCOUNTS;
    if (lane.accountsEdition === this.edition) return lane.accounts;
    const accounts = lane.claims.map(({ ask }) => this.accountOf(ask.shape.facts.unitId, ask.shape.facts.classId));
    lane.accountsEdition = this.edition;
    lane.accounts = accounts.some((account) => account !== undefined) ? accounts : NO_ACCOUNTS;
    return lane.accounts;
  }

  /** A step of the lane waits, or no longer does. */
  waits(lane: Lane, step: number, sign: 1 | -1): void {
    if (!this.inForce) return;
    for (const [at, account] of this.accountsOf(lane).entries()) {
      if (!account) continue;
      const { ask, count } = lane.claims[at]!;
      const amount = ask.amount * count * ask.slots;
      const keyAt = this.steps.keyAt(step);
      if (isDated(account.tree.kind)) account.waiting.addOn(lastDayOf(keyAt), sign * amount);
      else if (sign === 1) account.waiting.add(patienceEnds(this.steps.arrivedAt(step), keyAt), amount);
      else account.waiting.remove(patienceEnds(this.steps.arrivedAt(step), keyAt), amount);
    }
  }

  /**
   * Whether the lane's head, which would borrow, can wait no longer and would be in time at `start`: of something with days, that day or the
   * next is its last; else a quarter of its time is over.
   */
  cannotWait(lane: Lane, start: Instant, now: Instant): boolean {
    const keyAt = this.steps.keyAt(lane.head);
    if (start === 0) return keyAt > now && patienceEnds(this.steps.arrivedAt(lane.head), keyAt) <= now;
    const day = dayNumberOf(Math.max(start, now));
    const last = lastDayOf(keyAt);
    return last >= day && last <= day + 1;
  }

  /** It cannot, and what was taken for it above its unit's own leaves every lender what it needs now of its own. O(accounts). */
  mayNotWait(lane: Lane, charged: ReadonlyMap<Account, ReadonlySet<Period>>, start: Instant, now: Instant): boolean {
    if (!this.cannotWait(lane, start, now)) return false;
    for (const [account, periods] of charged) {
      const { tree } = account;
      for (const period of periods) if (isAbove(account, period) && tree.roomAt(account, period, false) < tree.neededByOthers(account, period, now)) return false;
    }
    return true;
  }

  /** What a claim of the lane holds is so much more, or less. */
  charge(lane: Lane, { claim, period }: Allocation, delta: Amount): void {
    const account = this.accountsOf(lane)[ordinalOf(claim)];
    account?.tree.charge(account, period, delta);
  }

  chargeAll(lane: Lane, allocations: readonly Allocation[], sign: 1 | -1): void {
    if (!this.inForce) return;
    for (const allocation of allocations) this.charge(lane, allocation, sign * allocation.amount);
  }

  /** The accounts that holds are charged to, with the periods. */
  chargedTo(lane: Lane, holds: readonly Allocation[]): readonly (readonly [Account, Period])[] {
    const accounts = this.accountsOf(lane);
    return holds.flatMap(({ claim, period }) => {
      const account = accounts[ordinalOf(claim)];
      return account ? [[account, period] as const] : [];
    });
  }

  /** As `charge`, for good: whoever waits for room hears of it. */
  giveBack(lane: Lane, { claim, period }: Allocation, amount: Amount): void {
    const account = this.accountsOf(lane)[ordinalOf(claim)];
    if (!account || amount === 0) return;
    account.tree.charge(account, period, -amount);
    account.tree.freed.add(period);
    this.anyFreed = true;
  }

  /** Somebody holds what was taken on their accounts. */
  holds(step: number): void {
    if (!this.inForce) return;
    const accounts = this.accountsOf(this.steps.lanes[step]!);
    if (accounts.length === 0) return;
    for (const { claim, period } of this.steps.holdsOf(step)) {
      const account = accounts[ordinalOf(claim)];
      if (!account) continue;
      const day = dayIn(account.tree.kind, period);
      const there = account.holders.get(day);
      if (there) there.add(step);
      else account.holders.set(day, new Set([step]));
    }
  }

  private chargeHolds(sign: 1 | -1): void {
    if (!this.inForce) return;
    for (const step of this.steps.held()) {
      this.chargeAll(this.steps.lanes[step]!, this.steps.holdsOf(step), sign);
      if (sign === 1) this.holds(step);
    }
  }

  settle(rows: readonly QuotaSettled[]): void {
    for (const { unitId, classId, period, amount } of rows) {
      const account = this.accountOf(unitId, classId);
      account?.tree.charge(account, period, amount);
    }
  }

  /** A resource of the class came, went, or has another window. */
  supplyChanged(classId: ClassId): void {
    const tree = this.trees.get(classId);
    if (tree) tree.supplyStale = true;
  }

  /** Before anything is decided or told: the day, and what resources give, as they are now. */
  refresh(now: Instant): void {
    if (!this.inForce) return;
    this.now = now;
    const today = dayNumberOf(now);
    if (today > this.today) {
      this.today = today;
      for (const tree of this.trees.values()) tree.moveTo(today);
    }
    for (const tree of this.trees.values()) {
      if (tree.supplyStale && tree.readSupply(this.resources)) this.changed.set(tree.classId, this.changed.get(tree.classId) ?? false);
    }
  }

  /** Classes of which somebody may use another amount, or ever could, since this was last asked. */
  takeChanged(): readonly (readonly [ClassId, boolean])[] {
    if (this.changed.size === 0) return NOTHING;
    const classes = [...this.changed];
    for (const [classId] of classes) this.trees.get(classId)?.freed.clear();
    this.changed.clear();
    return classes;
  }

  /** Lanes that wait for room where some came free since this was last asked. */
  takeFreed(): readonly Lane[] {
    if (!this.anyFreed) return NOBODY;
    this.anyFreed = false;
    const lanes: Lane[] = [];
    for (const tree of this.trees.values()) {
      if (tree.freed.size === 0) continue;
      for (const account of tree.accounts) {
        if (account.parked.size === 0) continue;
        let room = 0;
        for (const period of tree.freed) room = Math.max(room, tree.roomAt(account, period, false));
        for (const [lane, least] of account.parked) if (least <= room || this.mayTakeBack(lane)) lanes.push(lane);
      }
      tree.freed.clear();
    }
    return lanes;
  }

  /** Somebody beside the lane's unit has borrowed: its head may take that back. */
  mayTakeBack(lane: Lane): boolean {
    const accounts = this.accountsOf(lane);
    for (let at = 0; at < accounts.length; at += 1) {
      const account = accounts[at];
      if (account && account.tree.borrowedByOthers(account) > 0) return true;
    }
    return false;
  }

  /** Lanes that wait and may take back. */
  takers(): readonly Lane[] {
    const lanes = new Set<Lane>();
    for (const tree of this.trees.values()) {
      for (const account of tree.accounts) if (tree.borrowedByOthers(account) > 0) for (const lane of account.parked.keys()) lanes.add(lane);
    }
    return [...lanes];
  }

  /**
   * The lane waits on its accounts.
   *
   * @param on Claims that wait for room: `enough` of it for the claim, `any`, or `none`, and only what others borrow matters.
   */
  park(lane: Lane, on: readonly number[], room: "enough" | "any" | "none"): void {
    for (const [at, account] of this.accountsOf(lane).entries()) {
      if (!account) continue;
      const { ask, count } = lane.claims[at]!;
      const least = room === "none" || !on.includes(at) ? Infinity : room === "any" || ask.spreads ? 1 : ask.amount * count;
      account.parked.set(lane, Math.min(least, account.parked.get(lane) ?? Infinity));
      (lane.parkedOn ??= []).push(account);
    }
  }

  unpark(lane: Lane): void {
    if (!lane.parkedOn) return;
    for (const account of lane.parkedOn) account.parked.delete(lane);
    lane.parkedOn = undefined;
  }

  /** What no borrowing could ever cover: more than nominal and limit admit, were nobody else there. */
  impossible(lane: Lane): { readonly kind: "impossible"; readonly claim: number; readonly refusal: Refusal } | undefined {
    const accounts = this.accountsOf(lane);
    if (accounts === NO_ACCOUNTS) return undefined;
    const sums = new Map<Account, Amount>();
    for (let claim = 0; claim < accounts.length; claim += 1) {
      const account = accounts[claim];
      if (!account) continue;
      const { ask, count } = lane.claims[claim]!;
      const never = (asked: Amount): ReturnType<QuotaBook["impossible"]> => ({ kind: "impossible", claim, refusal: { rule: "quota", asked, most: account.ceiling } });
      if (ask.spreads) {
        if (account.ceiling < this.classOf(account.rule.classId).limits.step) return never(ask.amount);
        continue;
      }
      // Claims of one step fall on one day, and there is one stock.
      const together = ask.period === "day" || ask.period === "none" || lane.claims.length === 1;
      const sum = (together ? (sums.get(account) ?? 0) : 0) + ask.amount * count;
      if (sum > account.ceiling) return never(sum);
      if (together) sums.set(account, sum);
    }
    return undefined;
  }

  /** Of what was just taken: the first claim that goes above its account's nominal; undefined: all stays within. */
  borrowing(accounts: Accounts, taken: number, claims: readonly number[], periods: readonly Period[]): number | undefined {
    for (let at = 0; at < taken; at += 1) {
      const account = accounts[claims[at]!];
      if (account && isAbove(account, periods[at]!)) return claims[at]!;
    }
    return undefined;
  }

  /**
   * How much of what its cohorts can lend the unit has borrowed, in the class in which that is most, by its weight.
   *
   * @param idle Classes of weight 0 count as if it were 1; else not at all.
   */
  shareOf(unit: UnitAccounts, idle: boolean): number {
    this.readHistory();
    let most = 0;
    for (const account of unit.accounts) {
      const { weight } = account.rule;
      if (weight > 0 || idle) most = Math.max(most, account.tree.shareOf(account) / Math.max(1, weight));
    }
    return most;
  }

  /** What the unit has lent, as shares are reckoned. */
  creditOf(unit: UnitAccounts): number {
    this.readHistory();
    let sum = 0;
    for (const account of unit.accounts) sum += account.tree.creditOf(account);
    return sum;
  }

  private readHistory(): void {
    for (const tree of this.trees.values()) if (tree.historyStale) tree.readHistory(this.today, this.halfLifeDays);
  }

  /** The account in the period in which it has most room, the earliest of equals, of those in which somebody is open. */
  useOf(account: Account): QuotaUse {
    const { tree, rule } = account;
    const [first, end] = tree.span;
    let period = first;
    let room = -1;
    for (let p = first; p < end; p += 1) {
      const there = tree.isOpen(p) ? tree.roomAt(account, p, false) : -1;
      if (there <= room) continue;
      room = there;
      period = p;
    }
    const used = tree.usedAt(account, period);
    const nominal = tree.nominalAt(account, period);
    return {
      unit: rule.unitId,
      class: rule.classId,
      period,
      used,
      nominal,
      borrowed: Math.max(0, used - nominal),
      borrowingLimit: rule.borrowingLimit,
      lendingLimit: rule.lendingLimit,
      room: Math.max(0, room),
    };
  }

  /** Whether there is room for all of the holds, as far as what was just charged under the same root leaves less than there was. */
  leaves(lane: Lane, holds: readonly Allocation[], charged: ReadonlyMap<Account, ReadonlySet<Period>>): boolean {
    if (charged.size === 0) return true;
    const accounts = this.accountsOf(lane);
    let done = 0;
    for (; done < holds.length; done += 1) {
      const { claim, period, amount } = holds[done]!;
      const account = accounts[ordinalOf(claim)];
      if (!account) continue;
      const contested = [...charged].some(([other, periods]) => other.tree === account.tree && periods.has(period) && account.tree.sameRoot(other, account));
      if (contested && account.tree.roomAt(account, period, false) < amount) break;
      account.tree.charge(account, period, amount);
    }
    for (let at = done - 1; at >= 0; at -= 1) this.charge(lane, holds[at]!, -holds[at]!.amount);
    return done === holds.length;
  }

  /** Steps that hold something on the account of that day, in no order. */
  *holdersOn(account: Account, day: Day): Iterable<number> {
    const { kind } = account.tree;
    const holders = account.holders.get(day);
    if (!holders) return;
    for (const step of holders) {
      const accounts = this.steps.phaseOf(step) === HOLDING ? this.accountsOf(this.steps.lanes[step]!) : NO_ACCOUNTS;
      if (this.steps.holdsOf(step).some(({ claim, period }) => accounts[ordinalOf(claim)] === account && dayIn(kind, period) === day)) yield step;
      else holders.delete(step);
    }
    if (holders.size === 0) account.holders.delete(day);
  }

  /** Accounts under one root with the account, that have something borrowed. */
  borrowersBeside(account: Account): readonly Account[] {
    return account.tree.accounts.filter((other) => other !== account && other.borrowed > 0 && account.tree.sameRoot(account, other));
  }
}
