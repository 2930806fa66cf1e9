import type { ClassId, CohortId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { SLOTS_A_DAY, type Period, type PeriodKind } from "../domain/pool/period.js";
import { AMOUNT_MAX, type Amount } from "../domain/quantity.js";
import { QUOTA_HALF_LIVES, type QuotaRule, type QuotaRules } from "./quota-rules.js";
import { dayBeginning, firstOfDay, periodHolding } from "./place-in-time.js";
import type { Lane } from "./queue.js";
import type { ResourceTable } from "./state.js";
import { WaitingOwn } from "./quota-waiting.js";
import { NO_LIMIT } from "./windows.js";

/*
 * Quotas of one class: units are the leaves of a forest of cohorts. For each period, over the tree, as Kueue reckons:
 *
 *   quota      of a unit: nominal; of a cohort: what its members lend it
 *   local      what of a node's quota it lends to nobody
 *   usage      of a unit: what is charged to it; of a cohort: what its members use above their local quota
 *   available  max(0, local − usage) + min(what its borrowing limit leaves, available of its parent)
 *
 * Periods lie side by side in one row for each node, from the first of today on. What is past is kept by day, for it counts only
 * in what was borrowed and lent.
 */

/** Rows begin with so many periods; what has none has one. */
const LENGTH_MIN = 32;

/** A day's number; UNDATED: of a period that is no day, nor part of one. */
export type Day = number;
export const UNDATED: Day = -Infinity;

export const isDated = (kind: PeriodKind): boolean => kind === "day" || kind === "slot";
export const dayIn = (kind: PeriodKind, period: Period): Day => (isDated(kind) ? dayBeginning(kind, period) : UNDATED);

/** A unit's accounts, of all classes. */
export interface UnitAccounts {
  readonly unitId: UnitId;
  readonly accounts: Account[];
}

/** What one unit may use of one class. */
export class Account {
  /** Past days: what was used. */
  readonly past = new Map<number, Amount>();
  /** Above nominal in periods that are not over, in all of them. */
  borrowed: Amount = 0;
  /** The most it could ever use in one period. */
  ceiling: Amount = 0;
  /** Borrowed and lent on past days, the longer ago the less. */
  borrowedBefore = 0;
  lentBefore = 0;
  /** A day's nominal, and what of it others may use, at best. */
  typical: Amount = 0;
  typicalLent: Amount = 0;
  /** Lanes parked on it, each with the least that helps. */
  readonly parked = new Map<Lane, Amount>();
  /** Steps that hold something charged to it, by day; some have left since. */
  readonly holders = new Map<Day, Set<number>>();
  /** What waits to be charged to it. */
  readonly waiting = new WaitingOwn();

  constructor(
    readonly tree: QuotaTree,
    readonly node: number,
    readonly unit: UnitAccounts,
    readonly rule: QuotaRule,
  ) {}
}

/** What a unit's own resources give. */
interface Own {
  readonly amounts: Float64Array;
  peak: Amount;
}

export class QuotaTree {
  readonly accounts: readonly Account[];
  /** By node: members come before their cohorts. */
  private readonly parent: Int32Array;
  private readonly root: Int32Array;
  private readonly lending: Float64Array;
  private readonly borrowing: Float64Array;
  private readonly nodes: number;

  private first: Period = 0;
  private length: number;
  private usage = new Float64Array(0);
  private quota = new Float64Array(0);
  /** By offset: somebody is open then. */
  private open = new Uint8Array(0);
  private own: (Own | undefined)[] = [];
  /** By root: above nominal in all, and what can be lent on all the days ahead. */
  private readonly borrowedIn: Float64Array;
  private readonly lendable: Float64Array;

  /** Periods in which something became free since it was last asked. */
  readonly freed = new Set<Period>();
  supplyStale = true;
  historyStale = true;

  constructor(
    readonly classId: ClassId,
    readonly kind: PeriodKind,
    rules: readonly QuotaRule[],
    cohorts: QuotaRules["cohorts"],
    unitOf: (unitId: UnitId) => UnitAccounts,
  ) {
    this.length = kind === "none" ? 1 : kind === "fiscal-year" ? 2 : LENGTH_MIN;
    const parents = new Map(cohorts.map(({ id, parent }) => [id, parent]));
    const order = cohortsUpwards(new Set(rules.map(({ cohort }) => cohort)), parents);
    const nodeOf = new Map(order.map((id, at) => [id, rules.length + at]));
    this.nodes = rules.length + order.length;
    this.parent = new Int32Array(this.nodes).fill(-1);
    this.lending = new Float64Array(this.nodes).fill(Infinity);
    this.borrowing = new Float64Array(this.nodes).fill(Infinity);
    this.accounts = rules.map((rule, node) => {
      this.parent[node] = nodeOf.get(rule.cohort)!;
      this.lending[node] = rule.lendingLimit ?? Infinity;
      this.borrowing[node] = rule.borrowingLimit ?? Infinity;
      const unit = unitOf(rule.unitId);
      const account = new Account(this, node, unit, rule);
      unit.accounts.push(account);
      return account;
    });
    for (const [id, node] of nodeOf) {
      const parent = parents.get(id);
      if (parent != null) this.parent[node] = nodeOf.get(parent)!;
    }
    this.root = new Int32Array(this.nodes);
    for (let node = this.nodes - 1; node >= 0; node -= 1) this.root[node] = this.parent[node]! < 0 ? node : this.root[this.parent[node]!]!;
    this.borrowedIn = new Float64Array(this.nodes);
    this.lendable = new Float64Array(this.nodes);
    this.usage = new Float64Array(this.nodes * this.length);
    this.quota = new Float64Array(this.nodes * this.length);
    this.open = new Uint8Array(this.length);
  }

  /** The day is another: what lies before it is past. */
  moveTo(today: number): void {
    const first = firstOf(this.kind, today);
    this.supplyStale = true;
    this.historyStale = true;
    if (first === this.first) return;
    const by = first - this.first;
    const usage = new Float64Array(this.nodes * this.length);
    for (const account of this.accounts) {
      const row = account.node * this.length;
      for (let o = 0; o < this.length; o += 1) {
        const used = this.usage[row + o]!;
        if (used === 0) continue;
        if (o < by) this.addPast(account, this.first + o, used);
        else if (o - by < this.length) usage[row + o - by] = used;
      }
      for (const day of account.holders.keys()) if (day < today && day !== UNDATED) account.holders.delete(day);
    }
    this.first = first;
    this.usage = usage;
  }

  /** Takes so much from the account's room in a period, or gives it back. */
  charge(account: Account, period: Period, delta: Amount): void {
    if (delta === 0) return;
    if (period < this.first) {
      this.addPast(account, period, delta);
      this.historyStale = true;
      return;
    }
    const o = this.offsetOf(period);
    let node = account.node;
    let cell = node * this.length + o;
    const above = Math.max(0, this.usage[cell]! + delta - this.quota[cell]!) - Math.max(0, this.usage[cell]! - this.quota[cell]!);
    account.borrowed += above;
    this.borrowedIn[this.root[node]!]! += above;
    for (let change = delta; ; ) {
      const was = this.usage[cell]!;
      this.usage[cell] = was + change;
      const local = this.localAt(node, cell);
      change = Math.max(0, was + change - local) - Math.max(0, was - local);
      node = this.parent[node]!;
      if (change === 0 || node < 0) return;
      cell = node * this.length + o;
    }
  }

  /** All that is charged, by period. */
  *used(account: Account): Iterable<readonly [Period, Amount]> {
    for (let o = 0; o < this.length; o += 1) {
      const used = this.usage[account.node * this.length + o]!;
      if (used !== 0) yield [this.first + o, used];
    }
    // A day of the past stands for all its periods.
    for (const [day, used] of account.past) yield [periodHolding(this.kind, firstOfDay(day)), used];
  }

  usedAt(account: Account, period: Period): Amount {
    return period < this.first ? 0 : this.usage[account.node * this.length + this.offsetOf(period)]!;
  }

  nominalAt(account: Account, period: Period): Amount {
    return period < this.first ? 0 : this.quota[account.node * this.length + this.offsetOf(period)]!;
  }

  /** What the account may still take in the period: of all that is idle, or of its own. */
  roomAt(account: Account, period: Period, ownOnly: boolean): Amount {
    if (period < this.first) return 0;
    const o = this.offsetOf(period);
    const room = this.available(account.node, o);
    if (!ownOnly) return room;
    const cell = account.node * this.length + o;
    return Math.min(room, Math.max(0, this.quota[cell]! - this.usage[cell]!));
  }

  /** Somebody offers the class then. */
  isOpen(period: Period): boolean {
    return period >= this.first && this.open[this.offsetOf(period)] === 1;
  }

  /** As if nobody else used anything: what of its own the account has left in the period. */
  unusedAt(account: Account, period: Period): Amount {
    return Math.max(0, this.nominalAt(account, period) - this.usedAt(account, period));
  }

  /** The first period that is not over, and the end of those that are kept. */
  get span(): readonly [Period, Period] {
    return [this.first, this.first + this.length];
  }

  /** Above nominal in all, by others under the same root. */
  borrowedByOthers(account: Account): Amount {
    return this.borrowedIn[this.root[account.node]!]! - account.borrowed;
  }

  /** In a period, what others under the same root have left of their own and need now for what waits there. O(accounts). */
  neededByOthers(account: Account, period: Period, now: Instant): Amount {
    let sum = 0;
    for (const other of this.accounts) {
      if (other === account || !this.sameRoot(other, account)) continue;
      const left = this.unusedAt(other, period);
      if (left > 0) sum += isDated(this.kind) ? Math.min(left, other.waiting.neededOn(dayIn(this.kind, period), other.typical)) : other.waiting.neededNow(now, left);
    }
    return sum;
  }

  sameRoot(a: Account, b: Account): boolean {
    return this.root[a.node] === this.root[b.node];
  }

  /** What the account has borrowed, of all that can be lent under its root in the days ahead. */
  shareOf(account: Account): number {
    const borrowed = account.borrowed + account.borrowedBefore;
    return borrowed === 0 ? 0 : borrowed / this.lendable[this.root[account.node]!]!;
  }

  creditOf(account: Account): number {
    return account.lentBefore === 0 ? 0 : account.lentBefore / this.lendable[this.root[account.node]!]!;
  }

  private available(node: number, o: number): Amount {
    const cell = node * this.length + o;
    const parent = this.parent[node]!;
    if (parent < 0) return Math.max(0, this.quota[cell]! - this.usage[cell]!);
    const local = this.localAt(node, cell);
    const used = this.usage[cell]!;
    const lent = this.quota[cell]! - local;
    const theirs = Math.min(this.available(parent, o), lent + this.borrowing[node]! - Math.max(0, used - local));
    return Math.max(0, local - used) + Math.max(0, theirs);
  }

  private localAt(node: number, cell: number): Amount {
    return Math.max(0, this.quota[cell]! - this.lending[node]!);
  }

  private addPast(account: Account, period: Period, delta: Amount): void {
    if (this.kind === "none") return;
    const day = lastDayOf(this.kind, period);
    const used = (account.past.get(day) ?? 0) + delta;
    if (used === 0) account.past.delete(day);
    else account.past.set(day, used);
  }

  private offsetOf(period: Period): number {
    const o = period - this.first;
    if (o >= this.length) this.grow(o + 1);
    return o;
  }

  private grow(length: number): void {
    const from = this.length;
    const to = Math.max(length, 2 * from);
    const longer = (cells: Float64Array): Float64Array<ArrayBuffer> => {
      const copy = new Float64Array(this.nodes * to);
      for (let node = 0; node < this.nodes; node += 1) copy.set(cells.subarray(node * from, (node + 1) * from), node * to);
      return copy;
    };
    this.usage = longer(this.usage);
    this.quota = longer(this.quota);
    const open = new Uint8Array(to);
    open.set(this.open);
    this.open = open;
    this.length = to;
    this.fillQuota(from);
  }

  private fillQuota(from: number): void {
    for (let node = this.accounts.length; node < this.nodes; node += 1) this.quota.fill(0, node * this.length + from, (node + 1) * this.length);
    for (let node = 0; node < this.nodes; node += 1) {
      const nominal = this.accounts[node]?.rule.nominal;
      const own = this.own[node];
      const row = node * this.length;
      const above = this.parent[node]! * this.length;
      for (let o = from; o < this.length; o += 1) {
        if (nominal !== undefined) this.quota[row + o] = nominal === "own" ? (own?.amounts[o] ?? 0) : nominal;
        if (above < 0) continue;
        this.quota[above + o] = Math.min(AMOUNT_MAX, this.quota[above + o]! + Math.min(this.quota[row + o]!, this.lending[node]!));
      }
    }
  }

  /**
   * Reads anew what the resources of the class give. True: somebody's quota is another now.
   * O(resources of the class).
   */
  readSupply(resources: ResourceTable): boolean {
    this.supplyStale = false;
    const before = this.quota.slice();
    const ceilings = this.accounts.map(({ ceiling }) => ceiling);
    const byUnit = new Map(this.accounts.flatMap(({ node, unit, rule }) => (rule.nominal === "own" ? [[unit.unitId, node] as const] : [])));
    const patterns = countPatterns(resources, this.classId, byUnit);
    let end = this.first;
    for (const { pattern } of patterns.values()) if (pattern.index !== NO_LIMIT) end = Math.max(end, pattern.first + pattern.length);
    if (end - this.first > this.length) this.grow(end - this.first);

    this.own = this.accounts.map(({ rule }) => (rule.nominal === "own" ? { amounts: new Float64Array(this.length), peak: 0 } : undefined));
    this.open.fill(0);
    for (const { pattern, byNode } of patterns.values()) {
      const unlimited = pattern.index === NO_LIMIT;
      for (let o = 0; o < this.length; o += 1) {
        const amount = unlimited ? AMOUNT_MAX : resources.declaredIn(pattern, this.first + o);
        if (amount <= 0) continue;
        this.open[o] = 1;
        for (const [node, count] of byNode) {
          const { amounts } = this.own[node]!;
          amounts[o] = Math.min(AMOUNT_MAX, amounts[o]! + count * amount);
        }
      }
      for (const [node, count] of byNode) this.own[node]!.peak = Math.min(AMOUNT_MAX, this.own[node]!.peak + (unlimited ? AMOUNT_MAX : count * pattern.peak));
    }
    this.fillQuota(0);
    this.reckonAnew();
    this.findCeilings();
    this.findTypical();
    return before.length !== this.quota.length || before.some((amount, cell) => amount !== this.quota[cell]) || this.accounts.some(({ ceiling }, at) => ceiling !== ceilings[at]);
  }

  /** Usage of cohorts and what is borrowed, from the usage of units. */
  private reckonAnew(): void {
    this.usage.fill(0, this.accounts.length * this.length);
    this.borrowedIn.fill(0);
    for (const account of this.accounts) account.borrowed = 0;
    for (let node = 0; node < this.nodes; node += 1) {
      const above = this.parent[node]! * this.length;
      const account = this.accounts[node];
      for (let o = 0; o < this.length; o += 1) {
        const cell = node * this.length + o;
        const used = this.usage[cell]!;
        if (used === 0) continue;
        if (account) account.borrowed += Math.max(0, used - this.quota[cell]!);
        if (above >= 0) this.usage[above + o]! += Math.max(0, used - this.localAt(node, cell));
      }
      if (account) this.borrowedIn[this.root[node]!]! += account.borrowed;
    }
  }

  /** The most each account could ever use in one period, were everybody at their best and nobody else there. */
  private findCeilings(): void {
    const peak = new Float64Array(this.nodes);
    for (let node = 0; node < this.nodes; node += 1) {
      const nominal = this.accounts[node]?.rule.nominal;
      if (nominal !== undefined) peak[node] = nominal === "own" ? this.own[node]!.peak : nominal;
      const parent = this.parent[node]!;
      if (parent >= 0) peak[parent] = Math.min(AMOUNT_MAX, peak[parent]! + Math.min(peak[node]!, this.lending[node]!));
    }
    const most = (node: number): Amount => {
      const parent = this.parent[node]!;
      if (parent < 0) return peak[node]!;
      const local = Math.max(0, peak[node]! - this.lending[node]!);
      return Math.min(AMOUNT_MAX, local + Math.min(most(parent), peak[node]! - local + this.borrowing[node]!));
    };
    for (const account of this.accounts) account.ceiling = most(account.node);
  }

  /** What a day gives at best, and all that can be lent in the days ahead: what shares are reckoned of. */
  private findTypical(): void {
    const perDay = this.kind === "slot" ? SLOTS_A_DAY : 1;
    let days = 0;
    for (let o = 0; o < this.length; o += perDay) if (this.open.subarray(o, o + perDay).includes(1)) days += 1;
    this.lendable.fill(0);
    for (const account of this.accounts) {
      account.typical = 0;
      account.typicalLent = 0;
      for (let day = 0; day < this.length; day += perDay) {
        let nominal = 0;
        let lent = 0;
        for (let o = day; o < Math.min(day + perDay, this.length); o += 1) {
          if (this.open[o] === 0) continue;
          const quota = this.quota[account.node * this.length + o]!;
          nominal += quota;
          lent += Math.min(quota, this.lending[account.node]!);
        }
        account.typical = Math.max(account.typical, nominal);
        account.typicalLent = Math.max(account.typicalLent, lent);
      }
      this.lendable[this.root[account.node]!]! += account.typicalLent * Math.max(1, days);
    }
    this.historyStale = true;
  }

  /**
   * What was borrowed and lent on past days. Windows of those days are not kept, so use is held against what a day gives at
   * best. What was lent is shared out among those who left something idle, by how much they did.
   */
  readHistory(today: number, halfLifeDays: number): void {
    this.historyStale = false;
    for (const account of this.accounts) {
      account.borrowedBefore = 0;
      account.lentBefore = 0;
    }
    const reach = Math.ceil(QUOTA_HALF_LIVES * halfLifeDays);
    const borrowed = new Float64Array(this.nodes);
    const idle = new Float64Array(this.nodes);
    for (let age = 1; age <= reach; age += 1) {
      const day = today - age;
      const counts = 2 ** (-age / halfLifeDays);
      borrowed.fill(0);
      idle.fill(0);
      for (const { node, past, typical, typicalLent } of this.accounts) {
        const used = past.get(day) ?? 0;
        borrowed[this.root[node]!]! += Math.max(0, used - typical);
        idle[this.root[node]!]! += idleOf(used, typical, typicalLent);
      }
      for (const account of this.accounts) {
        const root = this.root[account.node]!;
        if (borrowed[root] === 0) continue;
        const used = account.past.get(day) ?? 0;
        account.borrowedBefore += counts * Math.max(0, used - account.typical);
        if (idle[root]! > 0) account.lentBefore += counts * idleOf(used, account.typical, account.typicalLent) * Math.min(1, borrowed[root]! / idle[root]!);
      }
    }
    for (const { past } of this.accounts) for (const day of past.keys()) if (day < today - reach) past.delete(day);
  }
}

const idleOf = (used: Amount, typical: Amount, lent: Amount): Amount => Math.max(0, Math.min(typical - used, lent));

const firstOf = (kind: PeriodKind, today: number): Period => periodHolding(kind, firstOfDay(today));

/** The day a past period counts as. */
const lastDayOf = (kind: PeriodKind, period: Period): number => (kind === "fiscal-year" ? dayBeginning(kind, period + 1) - 1 : dayBeginning(kind, period));

/** The cohorts and all above them, members before their cohorts. */
function cohortsUpwards(begun: ReadonlySet<CohortId>, parents: ReadonlyMap<CohortId, CohortId | null>): readonly CohortId[] {
  const depths = new Map<CohortId, number>();
  const depthOf = (id: CohortId, below: number): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const parent = parents.get(id);
    if (parent === undefined) throw new Error(`cohort ${id} was never declared`);
    if (below > parents.size) throw new Error(`cohort ${id} stands above itself`);
    const depth = parent === null ? 0 : depthOf(parent, below + 1) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const id of begun) depthOf(id, 0);
  return [...depths].sort(([a, deep], [b, deeper]) => deeper - deep || (a < b ? -1 : 1)).map(([id]) => id);
}

interface Counted {
  readonly pattern: NonNullable<ReturnType<ResourceTable["patternOf"]>>;
  /** Resources of each account's unit. */
  readonly byNode: Map<number, number>;
}

/** Windows of the class's resources, and how many of each unit have them. Neighbours mostly share one. */
function countPatterns(resources: ResourceTable, classId: ClassId, byUnit: ReadonlyMap<UnitId, number>): ReadonlyMap<number, Counted> {
  const counted = new Map<number, Counted>();
  for (const { facts, first, size } of resources.profiles.all) {
    if (facts.classId !== classId || !facts.offered) continue;
    const node = byUnit.get(facts.unitId);
    for (let r = first, left = size; left > 0; r = resources.nextOf(r), left -= 1) {
      const pattern = resources.patternOf(r);
      if (!pattern) continue;
      let one = counted.get(pattern.index);
      if (!one) counted.set(pattern.index, (one = { pattern, byNode: new Map() }));
      if (node !== undefined) one.byNode.set(node, (one.byNode.get(node) ?? 0) + 1);
    }
  }
  return counted;
}
