import type { Dice } from "./dice.js";

interface Waiting {
  readonly at: number;
  readonly tie: number;
  readonly what: string;
  readonly run: () => void;
}

/** Picks kept for whoever reads a failure. */
const PICKS_KEPT = 400;

/**
 * Simulated time and the one loop. Everything that waits stands in one queue, ordered by time; who goes first among
 * those whose time is the same is a draw. Between two of them all promises run until nothing moves any more, so a
 * run is the same whenever its seed is.
 */
export class Simulation {
  /** Milliseconds since the beginning. */
  now = 0;
  events = 0;
  /** What ran, folded into one number: equal runs have equal prints. */
  print = 0;
  readonly #picks: string[] = [];
  readonly #heap: Waiting[] = [];

  constructor(private readonly scheduling: Dice) {}

  /** @param what For the log of picks. */
  after(ms: number, what: string, run: () => void): void {
    this.#push({ at: this.now + Math.max(0, Math.round(ms)), tie: this.scheduling.below(0x4000_0000), what, run });
  }

  pass(ms: number, what: string): Promise<void> {
    return new Promise((resolve) => this.after(ms, what, resolve));
  }

  note(text: string): void {
    this.#picks.push(`${this.now} · ${text}`);
    if (this.#picks.length > 2 * PICKS_KEPT) this.#picks.splice(0, PICKS_KEPT);
  }

  lastPicks(count: number): readonly string[] {
    return this.#picks.slice(-count);
  }

  /** Runs until it is so, or nothing is left, or `untilMs` has come. True: it is so. */
  async play(isSo: () => boolean, untilMs: number): Promise<boolean> {
    await allMoved();
    while (!isSo()) {
      const next = this.#pop(untilMs);
      if (!next) return false;
      this.now = next.at;
      this.events += 1;
      this.print = fold(this.print, next.at, next.what);
      this.note(next.what);
      next.run();
      await allMoved();
    }
    return true;
  }

  #push(one: Waiting): void {
    const heap = this.#heap;
    let at = heap.push(one) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(one, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = one;
  }

  #pop(untilMs: number): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.at > untilMs) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down += 1;
      if (!before(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie);

/** Every promise that can go on has gone on: microtasks end before the next turn of Node's own loop. */
const allMoved = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fold(print: number, at: number, what: string): number {
  let folded = (print ^ at) | 0;
  for (let k = 0; k < what.length; k += 1) folded = Math.imul(folded ^ what.charCodeAt(k), 0x0100_0193);
  return folded >>> 0;
}
