import type { Instant } from "../../domain/instant.js";

interface Entry<T> {
  readonly at: Instant;
  readonly order: number;
  readonly what: T;
}

/** What is to happen, by time; of one moment in the order in which it was added. */
export class EventHeap<T> {
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  /** When the next thing happens; infinity: nothing does. */
  get nextAt(): Instant {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: Instant, what: T): void {
    const heap = this.#heap;
    const entry = { at, order: (this.#added += 1), what };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = entry;
  }

  /** Takes out all that happens at that moment or before. */
  take(upTo: Instant): T[] {
    const taken: T[] = [];
    while (this.nextAt <= upTo) taken.push(this.#pop());
    return taken;
  }

  #pop(): T {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first.what;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, entry)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = entry;
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
