import type { CapacityClass } from "../domain/pool/class.js";
import type { Period, PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import { UNLIMITED, type Indexing } from "./contract.js";
import type { Field } from "./field.js";
import { ScoreHeap } from "./score-heap.js";
import type { SupplyFacts } from "./profiles.js";
import { loadIn, nearIn, scoreOf } from "./score.js";
import { NEVER, shareOf, type ResourceTable } from "./state.js";
import type { Bytes, Ints } from "./typed-arrays.js";
import { NO_LIMIT, type Pattern } from "./windows.js";

export const INDEXING: Indexing = { scanMax: 8, heapMin: 512, heapShare: 64 };

/** Those found for one claim, best first. Kept and filled again. */
export class Found {
  count = 0;
  readonly r: number[] = [];
  readonly score: number[] = [];

  /** Among the best `wanted`, once. */
  put(r: number, score: number, wanted: number): void {
    let at = this.count;
    for (let other = 0; other < this.count; other += 1) if (this.r[other] === r) at = other;
    if (at < this.count) {
      if (score >= this.score[at]!) return;
    } else if (at === wanted) {
      at -= 1;
      if (score > this.score[at]!) return;
    } else this.count += 1;
    for (; at > 0 && score < this.score[at - 1]!; at -= 1) {
      this.score[at] = this.score[at - 1]!;
      this.r[at] = this.r[at - 1]!;
    }
    this.score[at] = score;
    this.r[at] = r;
  }

  near(at: number): number {
    return nearIn(this.score[at]!);
  }

  load(at: number): number {
    return loadIn(this.score[at]!);
  }
}

const SCRATCH = new Found();

export type Accept = (r: number) => boolean;

/**
 * What an amount, so many half-hours, or a spread amount asks of a field: whoever is able to, and for each period an index
 * of those who can begin in it.
 *
 * The index of a period is a heap by score, made when the period is first looked at. Being taken only makes a score
 * worse, so it is put right when it comes to the top; what is freed is read from the field's list before the next look. A period in
 * which nobody fits is known to be empty until something is freed: failing costs no more than succeeding.
 */
export class Fit {
  period: PeriodKind = "none";
  /** Consecutive periods; 1 unless the class counts half-hours and the claim is not spread. */
  run = 1;
  /** Over several periods of a day or slot class. */
  spreads = false;
  /** Candidates whose limits and best day admit the amount: the first `count`. */
  able: Ints = new Int32Array(0);
  near: Bytes = new Uint8Array(0);
  count = 0;
  /** How many are able, also while the lists are behind. */
  standing = 0;
  /** The most any candidate could ever give. */
  most: Amount = 0;
  /** The last period in which any of the able is open at all. */
  lastOpen: Period = -Infinity;
  /** The longest row of periods any of the able declares, up to `run`. */
  longest = 0;
  private cls: CapacityClass | undefined;
  private edition = -1;
  private indexed = false;
  private origin = 0;
  private heaps: (ScoreHeap | undefined)[] = [];
  /** By period from `origin` on: nobody is open, or has as much on any day; nobody fits, as is known. */
  private closed: Bytes = new Uint8Array(0);
  private empty: Bytes = new Uint8Array(0);
  private cursor = 0;

  /** Asks in the queue that read it. */
  users = 0;

  constructor(
    readonly field: Field,
    private readonly resources: ResourceTable,
    private readonly indexing: Indexing,
    readonly amount: Amount,
    readonly slots: number,
    readonly spread: boolean,
  ) {}

  /** Reads limits, peaks and windows again when something of the field has changed. */
  refresh(cls: CapacityClass | undefined): void {
    if (this.edition === this.field.edition && this.cls === cls) return;
    const { field } = this;
    field.refresh();
    this.edition = field.edition;
    this.cls = cls;
    this.period = cls?.period ?? "none";
    this.spreads = this.spread && (cls?.period === "slot" || cls?.period === "day");
    this.run = cls?.period === "slot" && !this.spreads ? this.slots : 1;
    const ableKinds = field.kinds.map(({ limits, pattern }) => this.admits(limits) && this.amount <= this.mostBy(limits, pattern));
    this.most = field.kinds.reduce((most, { limits, pattern }) => Math.max(most, this.mostBy(limits, pattern)), 0);
    if (ableKinds.every((able) => able)) {
      this.able = field.candidates;
      this.near = field.near;
      this.count = field.size;
    } else this.pickAble(ableKinds);
    this.standing = this.count;
    this.beginIndex(new Set(field.kinds.flatMap(({ pattern }, kind) => (ableKinds[kind] ? [pattern] : []))));
  }

  private pickAble(ableKinds: readonly boolean[]): void {
    const { candidates, near, kindOf, size } = this.field;
    this.able = new Int32Array(size);
    this.near = new Uint8Array(size);
    this.count = 0;
    for (let k = 0; k < size; k += 1) {
      if (!ableKinds[kindOf[k]!]) continue;
      this.able[this.count] = candidates[k]!;
      this.near[this.count] = near[k]!;
      this.count += 1;
    }
  }

  isAble(r: number): boolean {
    if (!this.cls) return false;
    const { limits } = this.resources.factsOf(r);
    return this.admits(limits) && this.amount <= this.mostBy(limits, this.resources.patternOf(r));
  }

  private admits({ min, step }: SupplyFacts["limits"]): boolean {
    const { cls, amount } = this;
    return cls !== undefined && amount >= min && amount >= cls.limits.min && amount % step === 0 && amount % cls.limits.step === 0;
  }

  /** Somebody in the field changes: how many are able is known without looking at all. */
  countAble(r: number, by: 1 | -1): void {
    if (this.isAble(r)) this.standing += by;
  }

  /** The first period from `from` on in which somebody acceptable can begin. */
  next(from: Period, accept: Accept): Period {
    if (!this.indexed) {
      let earliest: Period = NEVER;
      for (let k = 0; k < this.count && earliest > from; k += 1) {
        if (accept(this.able[k]!)) earliest = Math.min(earliest, this.firstOf(this.able[k]!, from, earliest));
      }
      return earliest;
    }
    this.catchUp();
    for (let o = Math.max(0, from - this.origin); o < this.empty.length; o += 1) {
      if (this.empty[o] === 1) continue;
      const heap = this.heapAt(o);
      if (!heap) continue;
      if (accept(heap.topR)) return this.origin + o;
      SCRATCH.count = 0;
      this.bestOfHeap(o, 1, accept, SCRATCH);
      if (SCRATCH.count > 0) return this.origin + o;
    }
    return NEVER;
  }

  /** The best who can begin in the period, at most `wanted` of those that are acceptable. */
  bestAt(period: Period, wanted: number, accept: Accept, found: Found): number {
    found.count = 0;
    if (this.indexed) this.bestOfHeap(period - this.origin, wanted, accept, found);
    else this.bestOfAll(period, wanted, accept, found);
    return found.count;
  }

  fitsAt(r: number, period: Period): boolean {
    return this.firstOf(r, period, period) === period;
  }

  /**
   * The first period from which the resource could serve it.
   *
   * @param room Of what is spread, the most that may be taken in a period.
   */
  firstOf(r: number, from: Period, limit: Period, room?: (period: Period) => Amount): Period {
    return this.spreads
      ? this.resources.spreadFit(r, this.amount, this.shareMaxOf(r), this.shareStepOf(r), from, room)
      : this.resources.firstFit(r, this.amount, this.run, from, limit);
  }

  scoreAt(r: number, period: Period): number {
    return scoreOf(this.field.nearOf(r), this.loadAt(r, period), this.resources.idOf(r));
  }

  /** Of spread claims: the most and the smallest step one period gives. */
  shareMaxOf(r: number): Amount {
    return Math.min(this.resources.factsOf(r).limits.max, this.cls!.limits.max);
  }

  shareStepOf(r: number): Amount {
    return Math.max(this.resources.factsOf(r).limits.step, this.cls!.limits.step);
  }

  /** What `most` would be if some took no part; so with the others. O(candidates). */
  mostBut(out: ReadonlySet<number>): Amount {
    if (out.size === 0) return this.most;
    let most = 0;
    for (let k = 0; k < this.field.size; k += 1) {
      const r = this.field.candidates[k]!;
      if (!out.has(r)) most = Math.max(most, this.mostOf(r));
    }
    return most;
  }

  longestBut(out: ReadonlySet<number>): number {
    let longest = 0;
    for (let k = 0; k < this.count && longest < this.run; k += 1) {
      const r = this.able[k]!;
      if (!out.has(r)) longest = Math.max(longest, this.resources.longestRun(this.resources.patternOf(r)!, this.amount, this.run));
    }
    return longest;
  }

  lastOpenBut(out: ReadonlySet<number>): Period {
    let last: Period = -Infinity;
    for (let k = 0; k < this.count; k += 1) if (!out.has(this.able[k]!)) last = Math.max(last, this.resources.lastOpen(this.able[k]!));
    return last;
  }

  /** Share of the first period that would be in use, in whole percent. */
  loadAt(r: number, period: Period): number {
    if (!this.spreads) return this.resources.loadAt(r, period, this.amount);
    const share = shareOf(this.resources.freeAt(r, period), this.shareMaxOf(r), this.shareStepOf(r));
    return this.resources.loadAt(r, period, Math.min(this.amount, share));
  }

  private mostOf(r: number): Amount {
    return this.mostBy(this.resources.factsOf(r).limits, this.resources.patternOf(r));
  }

  /** The largest whole share of one period; a spread claim may take one in every period of the window. */
  private mostBy(limits: SupplyFacts["limits"], pattern: Pattern | undefined): Amount {
    if (!this.cls || !pattern) return 0;
    const unlimited = pattern.index === NO_LIMIT;
    const { max: classMax, step: classStep } = this.cls.limits;
    const max = Math.min(unlimited ? UNLIMITED : pattern.peak, this.spreads ? Math.min(limits.max, classMax) : Infinity);
    const share = max - (max % Math.max(limits.step, classStep));
    if (!this.spreads) return Math.min(share, limits.max, classMax);
    return unlimited ? share : Math.min(Number.MAX_SAFE_INTEGER, share * pattern.length);
  }

  private beginIndex(patterns: ReadonlySet<Pattern>): void {
    let begin = Infinity;
    let end = -Infinity;
    let unlimited = false;
    this.lastOpen = -Infinity;
    this.longest = 0;
    for (const pattern of patterns) {
      if (pattern.index === NO_LIMIT) unlimited = true;
      else {
        begin = Math.min(begin, pattern.first);
        end = Math.max(end, pattern.first + pattern.length);
        this.lastOpen = Math.max(this.lastOpen, pattern.lastOpen);
      }
      if (this.run > 1 && this.longest < this.run) this.longest = Math.max(this.longest, this.resources.longestRun(pattern, this.amount, this.run));
    }
    if (unlimited) this.lastOpen = Infinity;
    // Being taken from may round a spread claim's share to one that scores better: no heap holds those.
    this.indexed = this.count > this.indexing.scanMax && !unlimited && !this.spreads;
    this.heaps = [];
    this.origin = this.indexed ? begin : 0;
    this.closed = new Uint8Array(this.indexed ? end - begin : 0).fill(1);
    if (this.indexed) for (const pattern of patterns) this.resources.markOpen(pattern, this.amount, this.closed, this.origin);
    this.empty = this.closed.slice();
    this.cursor = this.field.dropped + this.field.freedCount;
  }

  /** What was freed since the last look: whoever fits now and may not be in the heap is put there. */
  private catchUp(): void {
    const { field } = this;
    const end = field.dropped + field.freedCount;
    if (this.cursor < field.dropped) {
      this.heaps = [];
      this.empty.set(this.closed);
    } else {
      for (let at = this.cursor - field.dropped; at < field.freedCount; at += 1) this.look(field.freed[2 * at]!, field.freed[2 * at + 1]!);
    }
    this.cursor = end;
  }

  private look(r: number, period: Period): void {
    const last = period - this.origin;
    for (let o = Math.max(0, last - this.run + 1); o <= last && o < this.empty.length; o += 1) {
      const heap = this.heaps[o];
      if ((!heap && this.empty[o] === 0) || !this.fitsAt(r, this.origin + o) || !this.isAble(r)) continue;
      const score = this.scoreAt(r, this.origin + o);
      if (heap) {
        if (score > heap.bound) continue;
        heap.push(score, r);
        // Who comes and goes leaves its old places behind.
        if (heap.size > 2 * this.count + this.indexing.heapMin) this.heaps[o] = undefined;
      } else {
        this.empty[o] = 0;
        const one = new ScoreHeap(Infinity);
        one.push(score, r);
        this.heaps[o] = one;
      }
    }
  }

  /** The heap of the period at an offset, made when it is first looked at; undefined: nobody fits. */
  private heapAt(o: number): ScoreHeap | undefined {
    if (o < 0 || o >= this.empty.length || this.empty[o] === 1) return undefined;
    const known = this.heaps[o] ?? this.build(o, this.indexing.heapMin);
    if (known && !this.settleTop(known, o)) return this.heapAt(o);
    return known;
  }

  private build(o: number, least: number): ScoreHeap | undefined {
    const { able, near, count, resources, amount, run } = this;
    const period = this.origin + o;
    // Read by whoever frees something from now on.
    this.field.watched = true;
    const found = resources.beginningIn(period, able, near, count, amount, run);
    const heap = found === 0 ? undefined : ScoreHeap.of(resources.foundScores, resources.foundRs, found, Math.max(least, Math.floor(found / this.indexing.heapShare)));
    this.heaps[o] = heap;
    if (!heap) this.empty[o] = 1;
    return heap;
  }

  /** Puts the top right. False: the heap has run out, and is to be made again or nobody fits. */
  private settleTop(heap: ScoreHeap, o: number): boolean {
    const period = this.origin + o;
    while (heap.size > 0) {
      const r = heap.topR;
      if (!this.fitsAt(r, period)) {
        heap.pop();
        continue;
      }
      if (this.isRight(heap, r, period)) return true;
    }
    this.heaps[o] = undefined;
    if (heap.bound === Infinity) this.empty[o] = 1;
    return false;
  }

  private bestOfHeap(o: number, wanted: number, accept: Accept, found: Found): void {
    this.catchUp();
    let least = this.indexing.heapMin;
    for (;;) {
      const heap = this.heapAt(o);
      if (!heap) return;
      const aside: number[] = [];
      const asideR: number[] = [];
      found.count = 0;
      let more = true;
      while (found.count < wanted && (more = heap.size > 0 && this.settleTopKept(heap, o))) {
        const r = heap.topR;
        const score = heap.topScore;
        heap.pop();
        // Twice in the heap: once is enough.
        if (asideR.length > 0 && asideR[asideR.length - 1] === r) continue;
        aside.push(score);
        asideR.push(r);
        if (!accept(r)) continue;
        found.r[found.count] = r;
        found.score[found.count] = score;
        found.count += 1;
      }
      for (let at = 0; at < aside.length; at += 1) heap.push(aside[at]!, asideR[at]!);
      if (more || heap.bound === Infinity) {
        if (heap.size === 0) this.settleTop(heap, o);
        return;
      }
      // Those wanted may be among those the heap left out.
      least = Math.max(least, aside.length) * 4;
      this.build(o, least);
    }
  }

  /** As `settleTop`, while some of the heap lie aside. */
  private settleTopKept(heap: ScoreHeap, o: number): boolean {
    const period = this.origin + o;
    while (heap.size > 0) {
      const r = heap.topR;
      if (!this.fitsAt(r, period)) heap.pop();
      else if (this.isRight(heap, r, period)) return true;
    }
    return false;
  }

  /** Whether the top has the score it has there. If it is worse now, it is moved down; if it is better, it stands above already. */
  private isRight(heap: ScoreHeap, r: number, period: Period): boolean {
    const score = scoreOf(nearIn(heap.topScore), this.resources.loadAt(r, period, this.amount), this.resources.idOf(r));
    if (score === heap.topScore) return true;
    // Beyond the bound it is no better than those that were left out.
    if (score < heap.topScore || score > heap.bound) heap.pop();
    else heap.replaceTop(score);
    return false;
  }

  private bestOfAll(period: Period, wanted: number, accept: Accept, found: Found): void {
    for (let k = 0; k < this.count; k += 1) {
      const r = this.able[k]!;
      if (!this.fitsAt(r, period) || !accept(r)) continue;
      const score = scoreOf(this.near[k]!, this.loadAt(r, period), this.resources.idOf(r));
      found.put(r, score, wanted);
    }
  }
}
