import type { ResourceId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { periodEnd, type Period, type PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import { UNLIMITED, type CapacityWindow, type ResourceSupply } from "./contract.js";
import { roomyBytes, roomyFloats, roomyInts } from "./typed-arrays.js";

/** Later than every period. */
export const NEVER = Infinity;

/** What keeps an amount from being taken in a row of periods: nothing, no capacity at all in one, too little left. */
export const OPEN = 0;
export const CLOSED = 1;
export const FULL = 2;

/** What one period gives to a spread claim. */
export function shareOf(free: Amount, max: Amount, step: Amount): Amount {
  const share = Math.min(free, max);
  return share <= 0 ? 0 : share - (share % step);
}

/**
 * Resources as a struct of arrays, addressed by a small integer, and their windows of periods as one long row of
 * cells: `capacity` and `used` of resource r and period p lie at `base[r] + p − first[r]`.
 *
 * `used` is held + settled + lent − borrowed, so that free = capacity − used; it may be negative (overdrawn).
 * `openFrom[r]` is a bound: nothing is free in any cell before it.
 */
export class ResourceTable {
  readonly supplies: ResourceSupply[] = [];
  readonly kinds: PeriodKind[] = [];
  private readonly byId = new Map<ResourceId, number>();

  private unlimited = new Uint8Array(64);
  private base = new Int32Array(64);
  private room = new Int32Array(64);
  private first = new Int32Array(64);
  private length = new Int32Array(64);
  private openFrom = new Int32Array(64);
  private peak = new Float64Array(64);

  private capacity = new Float64Array(1024);
  private used = new Float64Array(1024);
  /** Cells that are on the books: their capacity is written there and must be kept true. */
  private booked = new Uint8Array(1024);
  private cells = 0;

  /** Use in periods outside the window, and of gates: it counts again when the window is declared differently. */
  private readonly aside = new Map<number, Map<Period, Amount>>();

  get size(): number {
    return this.supplies.length;
  }

  indexOf(id: ResourceId): number | undefined {
    return this.byId.get(id);
  }

  idOf(r: number): ResourceId {
    return this.supplies[r]!.id;
  }

  /** A place for a resource that is not known yet. */
  add(supply: ResourceSupply, kind: PeriodKind): number {
    const r = this.supplies.length;
    this.supplies.push(supply);
    this.kinds.push(kind);
    this.byId.set(supply.id, r);
    const length = r + 1;
    this.unlimited = roomyBytes(this.unlimited, length);
    this.base = roomyInts(this.base, length);
    this.room = roomyInts(this.room, length);
    this.first = roomyInts(this.first, length);
    this.length = roomyInts(this.length, length);
    this.openFrom = roomyInts(this.openFrom, length);
    this.peak = roomyFloats(this.peak, length);
    this.base[r] = this.cells;
    return r;
  }

  isUnlimited(r: number): boolean {
    return this.unlimited[r] === 1;
  }

  /** The most one period could ever give. */
  peakOf(r: number): Amount {
    return this.unlimited[r] === 1 ? UNLIMITED : this.peak[r]!;
  }

  windowLength(r: number): number {
    return this.length[r]!;
  }

  /**
   * Another window, or other numbers in it. Answers the periods on the books whose capacity is another now; `past`
   * periods, which ended by `now`, are let go.
   */
  setWindow(r: number, window: CapacityWindow, now: Instant): Period[] {
    const before = this.bookedCells(r);
    const wasUnlimited = this.unlimited[r] === 1;
    this.putAside(r);
    if (window === "unlimited") {
      this.unlimited[r] = 1;
      this.length[r] = 0;
      this.openFrom[r] = 0;
    } else {
      const length = window.amounts.length;
      if (length > this.room[r]!) {
        this.base[r] = this.cells;
        this.room[r] = length;
        this.cells += length;
        this.capacity = roomyFloats(this.capacity, this.cells);
        this.used = roomyFloats(this.used, this.cells);
        this.booked = roomyBytes(this.booked, this.cells);
      }
      this.unlimited[r] = 0;
      this.first[r] = window.first;
      this.length[r] = length;
      this.peak[r] = window.peak;
      const base = this.base[r]!;
      for (let o = 0; o < length; o += 1) this.capacity[base + o] = window.amounts[o]!;
      this.used.fill(0, base, base + length);
      this.booked.fill(0, base, base + length);
    }
    this.takeBack(r, now);
    this.openFrom[r] = 0;
    this.moveOpenFrom(r);
    const changed: Period[] = [];
    for (const [period, old] of before) {
      if (periodEnd(this.kinds[r]!, period) > now && (wasUnlimited ? UNLIMITED : old) !== this.capacityAt(r, period)) {
        changed.push(period);
      }
    }
    return changed;
  }

  /** What the books say at start: absolute. */
  setBooked(r: number, period: Period, used: Amount): void {
    const cell = this.cellOf(r, period);
    if (cell < 0) {
      this.asideOf(r).set(period, used);
      return;
    }
    this.used[cell] = used;
    this.booked[cell] = 1;
    this.openFrom[r] = 0;
    this.moveOpenFrom(r);
  }

  /** Takes or gives back. */
  use(r: number, period: Period, delta: Amount): void {
    const cell = this.cellOf(r, period);
    if (cell < 0) {
      const aside = this.asideOf(r);
      aside.set(period, (aside.get(period) ?? 0) + delta);
      return;
    }
    this.used[cell] = this.used[cell]! + delta;
    this.booked[cell] = 1;
    const offset = period - this.first[r]!;
    if (delta > 0) {
      if (offset === this.openFrom[r]!) this.moveOpenFrom(r);
    } else if (offset < this.openFrom[r]! && this.capacity[cell]! > this.used[cell]!) {
      this.openFrom[r] = offset;
    }
  }

  capacityAt(r: number, period: Period): Amount {
    if (this.unlimited[r] === 1) return UNLIMITED;
    const cell = this.cellOf(r, period);
    return cell < 0 ? 0 : this.capacity[cell]!;
  }

  freeAt(r: number, period: Period): Amount {
    if (this.unlimited[r] === 1) return UNLIMITED;
    const cell = this.cellOf(r, period);
    return cell < 0 ? 0 : this.capacity[cell]! - this.used[cell]!;
  }

  /** The first period from `from` to `limit` that begins `run` periods in a row with `amount` free, else NEVER. */
  firstFit(r: number, amount: Amount, run: number, from: Period, limit: Period): Period {
    if (this.unlimited[r] === 1) return from <= limit ? from : NEVER;
    const first = this.first[r]!;
    const base = this.base[r]!;
    const last = Math.min(this.length[r]! - run, limit - first);
    const begin = Math.max(from - first, this.openFrom[r]!);
    if (run === 1) {
      for (let o = begin; o <= last; o += 1) {
        if (this.capacity[base + o]! - this.used[base + o]! >= amount) return first + o;
      }
      return NEVER;
    }
    let inRow = 0;
    for (let o = begin; o - inRow <= last; o += 1) {
      const cell = base + o;
      if (this.capacity[cell]! - this.used[cell]! >= amount) {
        inRow += 1;
        if (inRow === run) return first + o - run + 1;
      } else {
        inRow = 0;
      }
    }
    return NEVER;
  }

  stateAt(r: number, amount: Amount, run: number, period: Period): typeof OPEN | typeof CLOSED | typeof FULL {
    if (this.unlimited[r] === 1) return OPEN;
    const from = period - this.first[r]!;
    const length = this.length[r]!;
    const base = this.base[r]!;
    let state: typeof OPEN | typeof FULL = OPEN;
    for (let o = from; o < from + run; o += 1) {
      if (o < 0 || o >= length || this.capacity[base + o]! <= 0) return CLOSED;
      if (this.capacity[base + o]! - this.used[base + o]! < amount) state = FULL;
    }
    return state;
  }

  /** Share of the period's capacity in use once `amount` more is, in whole percent. */
  loadAt(r: number, period: Period, amount: Amount): number {
    const offset = period - this.first[r]!;
    if (this.unlimited[r] === 1 || offset < 0 || offset >= this.length[r]!) return 0;
    const cell = this.base[r]! + offset;
    const capacity = this.capacity[cell]!;
    // All of it borrowed: as used as it can be.
    return capacity <= 0 ? 100 : Math.floor((100 * (this.used[cell]! + amount)) / capacity);
  }

  /** The longest row of periods declared with at least `amount`, whatever is used, up to `enough`. */
  longestRun(r: number, amount: Amount, enough: number): number {
    if (this.unlimited[r] === 1) return enough;
    let longest = 0;
    let inRow = 0;
    const base = this.base[r]!;
    for (let o = 0; o < this.length[r]! && longest < enough; o += 1) {
      inRow = this.capacity[base + o]! >= amount ? inRow + 1 : 0;
      if (inRow > longest) longest = inRow;
    }
    return longest;
  }

  /** The largest declared and the largest free amount of one period, from `from` on. */
  largest(r: number, from: Period): { readonly capacity: Amount; readonly free: Amount } {
    if (this.unlimited[r] === 1) return { capacity: UNLIMITED, free: UNLIMITED };
    const base = this.base[r]!;
    let capacity = 0;
    let free = 0;
    for (let o = Math.max(0, from - this.first[r]!); o < this.length[r]!; o += 1) {
      capacity = Math.max(capacity, this.capacity[base + o]!);
      free = Math.max(free, this.capacity[base + o]! - this.used[base + o]!);
    }
    return { capacity, free };
  }

  /** Where a spread claim begins that finds `amount` from a period on, in whole steps of at most `max` a period. */
  spreadFit(r: number, amount: Amount, max: Amount, step: Amount, from: Period): Period {
    if (this.unlimited[r] === 1) return from;
    const base = this.base[r]!;
    const first = this.first[r]!;
    let begin = NEVER;
    let sum = 0;
    for (let o = Math.max(from - first, this.openFrom[r]!); o < this.length[r]! && sum < amount; o += 1) {
      const share = shareOf(this.capacity[base + o]! - this.used[base + o]!, max, step);
      if (share > 0 && begin === NEVER) begin = first + o;
      sum += share;
    }
    return sum >= amount ? begin : NEVER;
  }

  private cellOf(r: number, period: Period): number {
    const offset = period - this.first[r]!;
    return offset >= 0 && offset < this.length[r]! ? this.base[r]! + offset : -1;
  }

  private moveOpenFrom(r: number): void {
    const base = this.base[r]!;
    const length = this.length[r]!;
    let o = this.openFrom[r]!;
    while (o < length && this.capacity[base + o]! <= this.used[base + o]!) o += 1;
    this.openFrom[r] = o;
  }

  private bookedCells(r: number): [Period, Amount][] {
    const found: [Period, Amount][] = [];
    for (let o = 0; o < this.length[r]!; o += 1) {
      const cell = this.base[r]! + o;
      if (this.booked[cell] === 1) found.push([this.first[r]! + o, this.capacity[cell]!]);
    }
    for (const period of this.aside.get(r)?.keys() ?? []) found.push([period, 0]);
    return found;
  }

  private asideOf(r: number): Map<Period, Amount> {
    let aside = this.aside.get(r);
    if (!aside) this.aside.set(r, (aside = new Map()));
    return aside;
  }

  private putAside(r: number): void {
    for (let o = 0; o < this.length[r]!; o += 1) {
      const cell = this.base[r]! + o;
      if (this.booked[cell] === 1) this.asideOf(r).set(this.first[r]! + o, this.used[cell]!);
    }
  }

  private takeBack(r: number, now: Instant): void {
    const aside = this.aside.get(r);
    if (!aside) return;
    for (const [period, used] of aside) {
      const cell = this.cellOf(r, period);
      if (cell >= 0) {
        this.used[cell] = used;
        this.booked[cell] = 1;
        aside.delete(period);
      } else if (periodEnd(this.kinds[r]!, period) <= now) {
        aside.delete(period);
      }
    }
    if (aside.size === 0) this.aside.delete(r);
  }
}
