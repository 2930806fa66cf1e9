import type { ResourceId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { periodEnd, type Period, type PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import { UNLIMITED, type CapacityWindow, type ResourceSupply } from "./contract.js";
import type { BookedRows, ResourceRows } from "./loaded-rows.js";
import { IdIndex } from "./id-index.js";
import { ProfileBook, type Profile, type SupplyFacts } from "./profiles.js";
import { ID_MAX, scoreOf } from "./score.js";
import { roomyBytes, roomyFloats, roomyInts, Rows, type Bytes, type Floats, type Ints } from "./typed-arrays.js";
import { NO_LIMIT, PatternBook, type Pattern } from "./windows.js";

/** Later than every period. */
export const NEVER = Infinity;

/** What keeps an amount from being taken in a row of periods: nothing, no capacity at all in one, too little left. */
export const OPEN = 0;
export const CLOSED = 1;
export const FULL = 2;

/** No row of cells: nothing of the resource was ever used. */
const UNUSED = -1;

/** What one period gives to a spread claim. */
export function shareOf(free: Amount, max: Amount, step: Amount): Amount {
  const share = Math.min(free, max);
  return share <= 0 ? 0 : share - (share % step);
}

/**
 * Resources as a struct of arrays, addressed by a small integer. What is declared of one lies in its profile (static
 * facts) and its pattern (capacity by period), both shared; a row of cells of its own, one for each period of the
 * window, it has only once something of it is used.
 *
 * `used` is held + settled + lent − borrowed, so that free = capacity − used; it may be negative (overdrawn). A borrower's dated
 * resource has as capacity what its loan brings, and on the books none: there `used` is that much more.
 */
export class ResourceTable {
  readonly profiles: ProfileBook;
  private readonly patterns = new PatternBook();
  private readonly byId = new IdIndex();
  private count = 0;

  private ids = new Float64Array(64);
  private generations = new Int32Array(64);
  private profileOfs = new Int32Array(64);
  /** The members of a profile as a ring of two directions. */
  private nexts = new Int32Array(64);
  private previous = new Int32Array(64);
  /** Two for each resource, because they are always read together: its pattern, and its row in `used` or UNUSED. */
  private where = new Int32Array(128);

  private used: Floats = new Float64Array(1024);
  /** Cells that are on the books: their capacity is written there and must be kept true. */
  private booked = new Uint8Array(1024);
  private readonly rows = new Rows();

  /** Profiles, units and candidates looked at since the engine began, when lists and indexes are made: what a slice is cut by. */
  looks = 0;

  /** What `beginningIn` found. */
  foundRs: Ints = new Int32Array(64);
  foundScores: Floats = new Float64Array(64);

  /** Dated resources of borrowers: what their loan brings in each of its periods. */
  private readonly loans = new Map<number, Amount>();

  /** Use in periods outside the window, and of gates: it counts again when the window is declared differently. */
  private readonly aside = new Map<number, Map<Period, Amount>>();

  constructor(kindOfClass: (classId: SupplyFacts["classId"]) => PeriodKind) {
    this.profiles = new ProfileBook(kindOfClass);
  }

  get size(): number {
    return this.count;
  }

  indexOf(id: ResourceId): number | undefined {
    return this.byId.find(id);
  }

  idOf(r: number): ResourceId {
    return this.ids[r]! as ResourceId;
  }

  profileOf(r: number): Profile {
    return this.profiles.all[this.profileOfs[r]!]!;
  }

  factsOf(r: number): SupplyFacts {
    return this.profileOf(r).facts;
  }

  generationOf(r: number): number {
    return this.generations[r]!;
  }

  kindOf(r: number): PeriodKind {
    return this.profileOf(r).kind;
  }

  /** A place for a resource that is not known yet, without capacity. */
  add(supply: ResourceSupply): number {
    this.makeRoom(this.count + 1);
    const r = this.place(supply.id, supply.generation, this.profiles.of(supply));
    if (supply.loaned !== undefined) this.loans.set(r, supply.loaned);
    return r;
  }

  /** Many that are not known yet, each with its capacity. Answers their profiles. */
  addRows({ ids, generations, where, what, wheres, whats }: ResourceRows): readonly Profile[] {
    const find = this.profiles.ofParts(wheres, whats);
    const patterns = whats.map(({ capacity }) => this.patterns.use(capacity));
    this.makeRoom(this.count + ids.length);
    this.byId.reserve(ids.length);
    const begun = this.profiles.all.length;
    const others = new Set<Profile>();
    for (let n = 0; n < ids.length; n += 1) {
      const id = ids[n]! as ResourceId;
      if (this.byId.find(id) !== undefined) throw new Error(`resource ${id}: known already`);
      const profile = find(where[n]!, what[n]!);
      if (profile.index < begun) others.add(profile);
      const r = this.place(id, generations[n]!, profile);
      const pattern = patterns[what[n]!]!;
      pattern.users += 1;
      this.where[2 * r] = pattern.index;
      const { loaned } = whats[what[n]!]!;
      if (loaned !== undefined) this.loans.set(r, loaned);
    }
    for (const pattern of patterns) this.patterns.leave(pattern);
    return [...others, ...this.profiles.all.slice(begun)];
  }

  private makeRoom(count: number): void {
    this.ids = roomyFloats(this.ids, count);
    this.generations = roomyInts(this.generations, count);
    this.profileOfs = roomyInts(this.profileOfs, count);
    this.nexts = roomyInts(this.nexts, count);
    this.previous = roomyInts(this.previous, count);
    this.where = roomyInts(this.where, count * 2);
  }

  private place(id: ResourceId, generation: number, profile: Profile): number {
    if (id >= ID_MAX) throw new Error(`resource ${id}: its id does not fit a score`);
    const r = this.count;
    this.count += 1;
    this.byId.set(id, r);
    this.ids[r] = id;
    this.generations[r] = generation;
    this.where[2 * r] = -1;
    this.where[2 * r + 1] = UNUSED;
    this.join(r, profile);
    return r;
  }

  /** What is declared of it now. Answers the profile it had, when it is another. */
  redeclare(r: number, supply: ResourceSupply): Profile | undefined {
    this.generations[r] = supply.generation;
    if (supply.loaned !== undefined) this.loans.set(r, supply.loaned);
    const before = this.profileOf(r);
    const profile = this.profiles.of(supply);
    if (profile === before) return undefined;
    this.part(r, before);
    this.join(r, profile);
    return before;
  }

  /** The members of a profile, each once: `for (let r = profile.first, n = profile.size; n > 0; r = nextOf(r), n -= 1)`. */
  nextOf(r: number): number {
    return this.nexts[r]!;
  }

  isUnlimited(r: number): boolean {
    return this.where[2 * r] === NO_LIMIT;
  }

  /** The most one period could ever give. */
  peakOf(r: number): Amount {
    const pattern = this.patternOf(r);
    return pattern?.index === NO_LIMIT ? UNLIMITED : (pattern?.peak ?? 0);
  }

  windowLength(r: number): number {
    return this.patternOf(r)?.length ?? 0;
  }

  /** The first and the last period of its window; without limits, or before it has one: undefined. */
  patternOf(r: number): Pattern | undefined {
    return this.patterns.patterns[this.where[2 * r]!];
  }

  /**
   * Another window, or other numbers in it. Answers the periods on the books whose capacity is another now; `past`
   * periods, which ended by `now`, are let go.
   */
  setWindow(r: number, window: CapacityWindow, now: Instant): readonly Period[] {
    const before = this.patternOf(r);
    const after = this.patterns.use(window);
    const untouched = this.where[2 * r + 1] === UNUSED && !this.aside.has(r);
    if (untouched || before === after) {
      this.where[2 * r] = after.index;
      if (before) this.patterns.leave(before);
      return NO_PERIODS;
    }
    const on = this.bookedCells(r);
    const wasUnlimited = before?.index === NO_LIMIT;
    this.putAside(r);
    this.where[2 * r] = after.index;
    if (before) this.patterns.leave(before);
    this.takeBack(r, now);
    const changed: Period[] = [];
    const kind = this.kindOf(r);
    for (const [period, old] of on) {
      if (periodEnd(kind, period) > now && (wasUnlimited ? UNLIMITED : old) !== this.capacityAt(r, period)) changed.push(period);
    }
    return changed;
  }

  /** On the books its capacity is 0. */
  isLoaned(r: number): boolean {
    return this.loans.has(r);
  }

  /** What the books say at start: absolute. */
  setBooked(r: number, period: Period, onBooks: Amount): void {
    const used = onBooks + (this.loans.get(r) ?? 0);
    const offset = this.offsetOf(r, period);
    if (offset < 0) {
      this.asideOf(r).set(period, used);
      return;
    }
    const cell = this.rowOf(r) + offset;
    this.used[cell] = used;
    this.booked[cell] = 1;
    this.noteFreed(r, period);
  }

  /** As `setBooked` of each. All rows of cells are begun before any is written, so that there is room for them at once: growing by and by would write most of them twice. */
  setBookedRows({ resources, periods, used }: BookedRows): void {
    const rs = new Int32Array(resources.length);
    for (let n = 0; n < rs.length; n += 1) {
      const r = this.indexOf(resources[n]! as ResourceId);
      if (r === undefined) throw new Error(`resource ${resources[n]} was never declared`);
      rs[n] = r;
      if (this.where[2 * r + 1] === UNUSED && this.offsetOf(r, periods[n]!) >= 0) this.beginRow(r);
    }
    // As much again: what is not written yet takes no memory, and the first grants would else have all of it moved.
    this.makeRoomForCells(2 * this.rows.size);
    for (let n = 0; n < rs.length; n += 1) this.setBooked(rs[n]!, periods[n]!, used[n]!);
  }

  /** Takes or gives back. */
  use(r: number, period: Period, delta: Amount): void {
    const offset = this.offsetOf(r, period);
    if (offset < 0) {
      const aside = this.asideOf(r);
      aside.set(period, (aside.get(period) ?? 0) + delta);
      return;
    }
    const cell = this.rowOf(r) + offset;
    this.used[cell] = this.used[cell]! + delta;
    this.booked[cell] = 1;
    if (delta < 0) this.noteFreed(r, period);
  }

  capacityAt(r: number, period: Period): Amount {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return UNLIMITED;
    const offset = period - pattern.first;
    return offset >= 0 && offset < pattern.length ? this.patterns.amounts[pattern.row + offset]! : 0;
  }

  /** What a pattern declares for the period. */
  declaredIn(pattern: Pattern, period: Period): Amount {
    const offset = period - pattern.first;
    return offset >= 0 && offset < pattern.length ? this.patterns.amounts[pattern.row + offset]! : 0;
  }

  /** Whether its window, as it is told now, covers the period. */
  isInWindow(r: number, period: Period): boolean {
    return this.isUnlimited(r) || this.offsetOf(r, period) >= 0;
  }

  /** Of any period, also one the window has not reached. */
  usedAt(r: number, period: Period): Amount {
    const offset = this.offsetOf(r, period);
    if (offset < 0) return this.aside.get(r)?.get(period) ?? 0;
    const row = this.where[2 * r + 1]!;
    return row === UNUSED ? 0 : this.used[row + offset]!;
  }

  freeAt(r: number, period: Period): Amount {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return UNLIMITED;
    const offset = period - pattern.first;
    if (offset < 0 || offset >= pattern.length) return 0;
    const row = this.where[2 * r + 1]!;
    return this.patterns.amounts[pattern.row + offset]! - (row === UNUSED ? 0 : this.used[row + offset]!);
  }

  /** What it is declared to give, in a list of its own; undefined: without limits. */
  windowOf(r: number): { readonly first: Period; readonly amounts: Amount[]; readonly peak: Amount } | undefined {
    const { index, first, length, peak, row } = this.patternOf(r)!;
    return index === NO_LIMIT ? undefined : { first, amounts: [...this.patterns.amounts.subarray(row, row + length)], peak };
  }

  /** The first period from `from` to `limit` that begins `run` periods in a row with `amount` free, else NEVER. */
  firstFit(r: number, amount: Amount, run: number, from: Period, limit: Period): Period {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return from <= limit ? from : NEVER;
    const { amounts } = this.patterns;
    const { used } = this;
    const { first, row } = pattern;
    const last = Math.min(pattern.length - run, limit - first);
    const cells = this.where[2 * r + 1]!;
    let inRow = 0;
    for (let o = Math.max(from - first, 0); o - inRow <= last; o += 1) {
      const free = cells === UNUSED ? amounts[row + o]! : amounts[row + o]! - used[cells + o]!;
      if (free >= amount) {
        inRow += 1;
        if (inRow === run) return first + o - run + 1;
      } else {
        inRow = 0;
      }
    }
    return NEVER;
  }

  /**
   * Those of the first `count` that can begin in the period, with their scores, in `foundRs` and `foundScores`; answers
   * how many. Neighbours mostly share a pattern, which is then read once.
   */
  beginningIn(period: Period, rs: Ints, near: Bytes, count: number, amount: Amount, run: number): number {
    this.looks += count;
    this.foundRs = roomyInts(this.foundRs, count);
    this.foundScores = roomyFloats(this.foundScores, count);
    const { where, used, ids, foundRs, foundScores } = this;
    const { amounts, patterns } = this.patterns;
    let found = 0;
    let last = NO_LIMIT;
    let within = false;
    let offset = 0;
    let row = 0;
    for (let k = 0; k < count; k += 1) {
      const r = rs[k]!;
      const index = where[2 * r]!;
      if (index !== last) {
        last = index;
        const pattern = patterns[index]!;
        offset = period - pattern.first;
        row = pattern.row + offset;
        within = index === NO_LIMIT || (offset >= 0 && offset + run <= pattern.length);
      }
      if (!within) continue;
      let load = 0;
      if (index !== NO_LIMIT) {
        const cells = where[2 * r + 1]! === UNUSED ? UNUSED : where[2 * r + 1]! + offset;
        let o = 0;
        while (o < run && amounts[row + o]! - (cells === UNUSED ? 0 : used[cells + o]!) >= amount) o += 1;
        if (o < run) continue;
        load = loadOf(amounts[row]!, cells === UNUSED ? 0 : used[cells]!, amount);
      }
      foundScores[found] = scoreOf(near[k]!, load, ids[r]!);
      foundRs[found] = r;
      found += 1;
    }
    return found;
  }

  stateAt(r: number, amount: Amount, run: number, period: Period): typeof OPEN | typeof CLOSED | typeof FULL {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return OPEN;
    const { amounts } = this.patterns;
    const { length, row } = pattern;
    const from = period - pattern.first;
    const cells = this.where[2 * r + 1]!;
    let state: typeof OPEN | typeof FULL = OPEN;
    for (let o = from; o < from + run; o += 1) {
      if (o < 0 || o >= length) return CLOSED;
      const capacity = amounts[row + o]!;
      if (capacity <= 0) return CLOSED;
      if (capacity - (cells === UNUSED ? 0 : this.used[cells + o]!) < amount) state = FULL;
    }
    return state;
  }

  /** How many of them `stateAt` finds closed, and full. Neighbours mostly share a pattern, which is then read once. */
  countStates(rs: readonly number[], amount: Amount, run: number, period: Period): { readonly closed: number; readonly full: number } {
    const { where, used } = this;
    const { amounts, patterns } = this.patterns;
    let closed = 0;
    let full = 0;
    let last = NO_LIMIT;
    let isClosed = false;
    let offset = 0;
    let row = 0;
    for (let k = 0; k < rs.length; k += 1) {
      const r = rs[k]!;
      const index = where[2 * r]!;
      if (index === NO_LIMIT) continue;
      if (index !== last) {
        last = index;
        const pattern = patterns[index]!;
        offset = period - pattern.first;
        row = pattern.row + offset;
        isClosed = offset < 0 || offset + run > pattern.length;
        for (let o = 0; o < run && !isClosed; o += 1) isClosed = amounts[row + o]! <= 0;
      }
      if (isClosed) {
        closed += 1;
        continue;
      }
      const cells = where[2 * r + 1]!;
      for (let o = 0; o < run; o += 1) {
        if (amounts[row + o]! - (cells === UNUSED ? 0 : used[cells + offset + o]!) >= amount) continue;
        full += 1;
        break;
      }
    }
    return { closed, full };
  }

  /** Share of the period's capacity in use once `amount` more is, in whole percent; 0 while others lend more than that. */
  loadAt(r: number, period: Period, amount: Amount): number {
    const pattern = this.patternOf(r)!;
    const offset = period - pattern.first;
    if (pattern.index === NO_LIMIT || offset < 0 || offset >= pattern.length) return 0;
    const capacity = this.patterns.amounts[pattern.row + offset]!;
    const cells = this.where[2 * r + 1]!;
    const used = cells === UNUSED ? 0 : this.used[cells + offset]!;
    return loadOf(capacity, used, amount);
  }

  /** The last period with any capacity. */
  lastOpen(r: number): Period {
    const pattern = this.patternOf(r)!;
    return pattern.index === NO_LIMIT ? Infinity : pattern.lastOpen;
  }

  /** The longest row of periods declared with at least `amount`, whatever is used, up to `enough`. */
  longestRun(pattern: Pattern, amount: Amount, enough: number): number {
    if (pattern.index === NO_LIMIT) return enough;
    const { amounts } = this.patterns;
    let longest = 0;
    let inRow = 0;
    for (let o = 0; o < pattern.length && longest < enough; o += 1) {
      inRow = amounts[pattern.row + o]! >= amount ? inRow + 1 : 0;
      if (inRow > longest) longest = inRow;
    }
    return longest;
  }

  /** Clears the mark of each period in which the pattern declares as much; `marks[0]` is of period `origin`. */
  markOpen(pattern: Pattern, amount: Amount, marks: Uint8Array, origin: Period): void {
    for (let o = 0; o < pattern.length; o += 1) {
      if (this.patterns.amounts[pattern.row + o]! >= amount) marks[pattern.first + o - origin] = 0;
    }
  }

  /** The largest free amount of one period, from `from` on. */
  mostFree(r: number, from: Period): Amount {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return UNLIMITED;
    const cells = this.where[2 * r + 1]!;
    let free = 0;
    for (let o = Math.max(0, from - pattern.first); o < pattern.length; o += 1) {
      free = Math.max(free, this.patterns.amounts[pattern.row + o]! - (cells === UNUSED ? 0 : this.used[cells + o]!));
    }
    return free;
  }

  /** Where a spread claim begins that finds `amount` from a period on, in whole steps of at most `max` a period. */
  spreadFit(r: number, amount: Amount, max: Amount, step: Amount, from: Period, room?: (period: Period) => Amount): Period {
    const pattern = this.patternOf(r)!;
    if (pattern.index === NO_LIMIT) return room && room(from) < amount ? NEVER : from;
    const cells = this.where[2 * r + 1]!;
    const { first, row } = pattern;
    let begin = NEVER;
    let sum = 0;
    for (let o = Math.max(from - first, 0); o < pattern.length && sum < amount; o += 1) {
      const free = this.patterns.amounts[row + o]! - (cells === UNUSED ? 0 : this.used[cells + o]!);
      const share = shareOf(room ? Math.min(free, room(first + o)) : free, max, step);
      if (share > 0 && begin === NEVER) begin = first + o;
      sum += share;
    }
    return sum >= amount ? begin : NEVER;
  }

  private offsetOf(r: number, period: Period): number {
    const pattern = this.patternOf(r)!;
    const offset = period - pattern.first;
    return offset >= 0 && offset < pattern.length ? offset : -1;
  }

  private noteFreed(r: number, period: Period): void {
    const { fields } = this.profileOf(r);
    for (let at = 0; at < fields.length; at += 1) fields[at]!.noteFreed(r, period);
  }

  /** Its row of cells, begun when it has none. */
  private rowOf(r: number): number {
    const known = this.where[2 * r + 1]!;
    if (known !== UNUSED) return known;
    const row = this.beginRow(r);
    this.makeRoomForCells(this.rows.size);
    return row;
  }

  /** Room for it is made afterwards. */
  private beginRow(r: number): number {
    const { length } = this.patternOf(r)!;
    const { size } = this.rows;
    const row = this.rows.take(length);
    // What was never handed out is zero.
    if (row < size) {
      this.used.fill(0, row, row + length);
      this.booked.fill(0, row, row + length);
    }
    this.where[2 * r + 1] = row;
    return row;
  }

  private makeRoomForCells(count: number): void {
    this.used = roomyFloats(this.used, count);
    this.booked = roomyBytes(this.booked, count);
  }

  private join(r: number, profile: Profile): void {
    this.profileOfs[r] = profile.index;
    if (profile.size === 0) {
      profile.first = r;
      this.nexts[r] = r;
      this.previous[r] = r;
    } else {
      // Before the first, which is the end of the ring: members stay in the order they came.
      const last = this.previous[profile.first]!;
      this.nexts[last] = r;
      this.previous[r] = last;
      this.nexts[r] = profile.first;
      this.previous[profile.first] = r;
    }
    profile.size += 1;
  }

  private part(r: number, profile: Profile): void {
    const next = this.nexts[r]!;
    const last = this.previous[r]!;
    this.nexts[last] = next;
    this.previous[next] = last;
    profile.size -= 1;
    profile.first = profile.size === 0 ? -1 : profile.first === r ? next : profile.first;
  }

  private bookedCells(r: number): [Period, Amount][] {
    const found: [Period, Amount][] = [];
    const cells = this.where[2 * r + 1]!;
    const pattern = this.patternOf(r)!;
    for (let o = 0; cells !== UNUSED && o < pattern.length; o += 1) {
      if (this.booked[cells + o] === 1) found.push([pattern.first + o, this.patterns.amounts[pattern.row + o]!]);
    }
    for (const period of this.aside.get(r)?.keys() ?? []) found.push([period, 0]);
    return found;
  }

  private asideOf(r: number): Map<Period, Amount> {
    let aside = this.aside.get(r);
    if (!aside) this.aside.set(r, (aside = new Map()));
    return aside;
  }

  /** What is used, by period, while the row of cells is given back: the next window may be of another length. */
  private putAside(r: number): void {
    const cells = this.where[2 * r + 1]!;
    if (cells === UNUSED) return;
    const { first, length } = this.patternOf(r)!;
    for (let o = 0; o < length; o += 1) {
      if (this.booked[cells + o] === 1) this.asideOf(r).set(first + o, this.used[cells + o]!);
    }
    this.rows.giveBack(cells, length);
    this.where[2 * r + 1] = UNUSED;
  }

  private takeBack(r: number, now: Instant): void {
    const aside = this.aside.get(r);
    if (!aside) return;
    const kind = this.kindOf(r);
    for (const [period, used] of aside) {
      const offset = this.offsetOf(r, period);
      if (offset >= 0) {
        const cell = this.rowOf(r) + offset;
        this.used[cell] = used;
        this.booked[cell] = 1;
        aside.delete(period);
      } else if (periodEnd(kind, period) <= now) {
        aside.delete(period);
      }
    }
    if (aside.size === 0) this.aside.delete(r);
  }
}

/** In whole percent; all of it borrowed: as used as it can be. */
const loadOf = (capacity: Amount, used: Amount, amount: Amount): number =>
  capacity <= 0 ? 100 : Math.max(0, Math.floor((100 * (used + amount)) / capacity));

const NO_PERIODS: readonly Period[] = [];
