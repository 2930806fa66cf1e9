import type { Ints } from "./typed-arrays.js";

/** Steps a chunk holds before it is split. */
const CHUNK_MAX = 512;
const NOBODY: Ints = new Int32Array(0);

/**
 * Steps in queue order, as chunks of sorted handles: insert, remove and first in O(log n + chunk), and how many
 * stand before a step in O(n / chunk): four thousand additions at a million.
 */
export class SortedSteps {
  private chunks: number[][] = [];
  /** Came many at once, and are put in order when somebody looks behind the first. */
  private unsorted: Ints = NOBODY;
  /** The first of those. */
  private early: number | undefined;
  size = 0;

  /** `before(a, b)`: a strict total order. */
  constructor(private readonly before: (a: number, b: number) => boolean) {}

  /** The same steps in another order. */
  inOrder(before: (a: number, b: number) => boolean): SortedSteps {
    this.sort();
    const other = new SortedSteps(before);
    for (const chunk of this.chunks) for (const step of chunk) other.insert(step);
    return other;
  }

  first(): number | undefined {
    const first = this.chunks[0]?.[0];
    return this.early === undefined || (first !== undefined && this.before(first, this.early)) ? first : this.early;
  }

  second(): number | undefined {
    this.sort();
    return this.chunks[0]?.[1] ?? this.chunks[1]?.[0];
  }

  /** In no order. */
  *all(): Iterable<number> {
    for (const chunk of this.chunks) yield* chunk;
    if (this.early !== undefined) yield* this.unsorted;
  }

  /** Many that come at once. */
  appendAll(steps: Ints): void {
    if (steps.length === 0) return;
    this.sort();
    this.size += steps.length;
    this.unsorted = steps;
    let early = steps[0]!;
    for (let at = 1; at < steps.length; at += 1) if (this.before(steps[at]!, early)) early = steps[at]!;
    this.early = early;
  }

  insert(step: number): void {
    this.sort();
    this.size += 1;
    this.place(step);
  }

  private place(step: number): void {
    const at = this.chunkFor(step);
    const chunk = this.chunks[at];
    if (!chunk) {
      this.chunks.push([step]);
      return;
    }
    chunk.splice(this.placeIn(chunk, step), 0, step);
    if (chunk.length > CHUNK_MAX) this.chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX / 2));
  }

  /** False: it was not there. */
  remove(step: number): boolean {
    this.sort();
    const at = this.chunkFor(step);
    const chunk = this.chunks[at];
    if (!chunk) return false;
    const place = this.placeIn(chunk, step);
    if (chunk[place] !== step) return false;
    if (place === 0) chunk.shift();
    else chunk.splice(place, 1);
    if (chunk.length === 0) this.chunks.splice(at, 1);
    this.size -= 1;
    return true;
  }

  /** How many stand before the step, which need not be here itself. */
  countBefore(step: number): number {
    this.sort();
    const at = this.chunkFor(step);
    let count = 0;
    for (let c = 0; c < at; c += 1) count += this.chunks[c]!.length;
    const chunk = this.chunks[at];
    return chunk ? count + this.placeIn(chunk, step) : count;
  }

  /** How many stand in front of the first for which it is not so; it must be so of a front part alone. */
  countWhile(isSo: (step: number) => boolean): number {
    this.sort();
    let count = 0;
    for (const chunk of this.chunks) {
      if (!isSo(chunk.at(-1)!)) {
        let low = 0;
        let high = chunk.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (isSo(chunk[middle]!)) low = middle + 1;
          else high = middle;
        }
        return count + low;
      }
      count += chunk.length;
    }
    return count;
  }

  /** Puts those that came at once into their places. */
  private sort(): void {
    const { unsorted } = this;
    if (this.early === undefined) return;
    this.early = undefined;
    this.unsorted = NOBODY;
    if (this.chunks.length > 0) {
      for (const step of unsorted) this.place(step);
      return;
    }
    const sorted = [...unsorted].sort((a, b) => (this.before(a, b) ? -1 : 1));
    for (let from = 0; from < sorted.length; from += CHUNK_MAX / 2) this.chunks.push(sorted.slice(from, from + CHUNK_MAX / 2));
  }

  /** The last chunk that does not begin after the step. */
  private chunkFor(step: number): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.before(step, this.chunks[middle]![0]!)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  private placeIn(chunk: readonly number[], step: number): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.before(chunk[middle]!, step)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
