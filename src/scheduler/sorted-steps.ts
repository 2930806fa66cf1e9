/** Steps a chunk holds before it is split. */
const CHUNK_MAX = 512;

/**
 * Steps in queue order, as chunks of sorted handles: insert, remove and first in O(log n + chunk), and how many
 * stand before a step in O(n / chunk): four thousand additions at a million.
 */
export class SortedSteps {
  private readonly chunks: number[][] = [];
  size = 0;

  /** `before(a, b)`: a strict total order. */
  constructor(private readonly before: (a: number, b: number) => boolean) {}

  /** The same steps in another order. */
  inOrder(before: (a: number, b: number) => boolean): SortedSteps {
    const other = new SortedSteps(before);
    for (const chunk of this.chunks) for (const step of chunk) other.insert(step);
    return other;
  }

  first(): number | undefined {
    return this.chunks[0]?.[0];
  }

  second(): number | undefined {
    return this.chunks[0]?.[1] ?? this.chunks[1]?.[0];
  }

  insert(step: number): void {
    this.size += 1;
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
    const at = this.chunkFor(step);
    let count = 0;
    for (let c = 0; c < at; c += 1) count += this.chunks[c]!.length;
    const chunk = this.chunks[at];
    return chunk ? count + this.placeIn(chunk, step) : count;
  }

  /** How many stand in front of the first for which it is not so; it must be so of a front part alone. */
  countWhile(isSo: (step: number) => boolean): number {
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
