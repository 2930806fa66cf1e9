import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { CapacityWindow } from "./contract.js";
import { roomyFloats, Rows, type Floats } from "./typed-arrays.js";

type Limited = Exclude<CapacityWindow, "unlimited">;

/** The one without limits; its number is kept for it. */
export const NO_LIMIT = 0;

/** A stretch of periods and what is declared for each, shared by all resources that are declared so. */
export class Pattern {
  users = 0;

  constructor(
    readonly index: number,
    readonly first: Period,
    readonly length: number,
    /** The most it could give in one period on its best day. */
    readonly peak: Amount,
    /** Its row in `PatternBook.amounts`. */
    readonly row: number,
    readonly hash: number,
    /** The last period with any capacity; before `first` when there is none. */
    readonly lastOpen: Period,
  ) {}
}

/**
 * Capacity as it is declared. Calendars are few and resources many: a million windows are a few thousand patterns, so a
 * resource keeps the number of one, and a new day is another number for it.
 */
export class PatternBook {
  readonly patterns: Pattern[] = [new Pattern(NO_LIMIT, 0, 0, 0, 0, -1, 0)];
  amounts: Floats = new Float64Array(1024);
  private readonly rows = new Rows();
  private readonly byHash = new Map<number, Pattern[]>();
  /** Whoever declares often hands in the same array again. */
  private readonly byArray = new WeakMap<readonly Amount[], Pattern>();
  private readonly free: number[] = [];

  /** The window's pattern, with one user more. */
  use(window: CapacityWindow): Pattern {
    const pattern = window === "unlimited" ? this.patterns[NO_LIMIT]! : this.find(window);
    pattern.users += 1;
    return pattern;
  }

  leave(pattern: Pattern): void {
    pattern.users -= 1;
    if (pattern.users > 0 || pattern.index === NO_LIMIT) return;
    this.rows.giveBack(pattern.row, pattern.length);
    const same = this.byHash.get(pattern.hash)!;
    if (same.length === 1) this.byHash.delete(pattern.hash);
    else same.splice(same.indexOf(pattern), 1);
    this.free.push(pattern.index);
  }

  private find(window: Limited): Pattern {
    const known = this.byArray.get(window.amounts);
    // A pattern without users has lost its row.
    if (known && known.users > 0 && known.first === window.first && known.peak === window.peak) return known;
    const hash = hashOf(window);
    let same = this.byHash.get(hash);
    if (!same) this.byHash.set(hash, (same = []));
    let pattern = same.find((one) => this.equals(one, window));
    if (!pattern) same.push((pattern = this.add(window, hash)));
    this.byArray.set(window.amounts, pattern);
    return pattern;
  }

  private add({ first, amounts, peak }: Limited, hash: number): Pattern {
    const row = this.rows.take(amounts.length);
    this.amounts = roomyFloats(this.amounts, this.rows.size);
    let lastOpen = first - 1;
    for (let o = 0; o < amounts.length; o += 1) {
      this.amounts[row + o] = amounts[o]!;
      if (amounts[o]! > 0) lastOpen = first + o;
    }
    const pattern = new Pattern(this.free.pop() ?? this.patterns.length, first, amounts.length, peak, row, hash, lastOpen);
    this.patterns[pattern.index] = pattern;
    return pattern;
  }

  private equals(pattern: Pattern, { first, amounts, peak }: Limited): boolean {
    if (pattern.first !== first || pattern.peak !== peak || pattern.length !== amounts.length) return false;
    for (let o = 0; o < amounts.length; o += 1) if (this.amounts[pattern.row + o] !== amounts[o]) return false;
    return true;
  }
}

function hashOf({ first, amounts, peak }: Limited): number {
  let hash = Math.imul(first ^ 0x811c9dc5, 0x01000193) ^ (peak | 0);
  for (let o = 0; o < amounts.length; o += 1) hash = Math.imul(hash ^ (amounts[o]! | 0), 0x01000193);
  return hash;
}
