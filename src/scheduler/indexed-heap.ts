/** What knows its own place in the heap; -1 outside. */
export interface Heaped {
  heapAt: number;
}

/**
 * A binary heap whose members can move when their key changes. Numbers stand beside the members, so that who is next is
 * mostly found without looking at anybody: memory that is far away is what a heap of thousands costs.
 */
export class IndexedHeap<T extends Heaped> {
  private readonly items: T[] = [];
  private readonly keys: number[] = [];

  /**
   * @param keyOf The lower is before the other.
   * @param before Of two with the same key.
   */
  constructor(
    private readonly keyOf: (item: T) => number,
    private readonly before: (a: T, b: T) => boolean,
  ) {}

  get size(): number {
    return this.items.length;
  }

  /** In no order. */
  all(): readonly T[] {
    return this.items;
  }

  first(): T | undefined {
    return this.items[0];
  }

  /** The first that is wanted, of those with a lower key. O(those before it). */
  firstBelow(key: number, wanted: (item: T) => boolean): T | undefined {
    let found = -1;
    const visit = (at: number): void => {
      if (at >= this.items.length || this.keys[at]! >= key || (found >= 0 && this.isBefore(this.keys[found]!, this.items[found]!, at))) return;
      if (wanted(this.items[at]!)) {
        found = at;
        return;
      }
      visit(at * 2 + 1);
      visit(at * 2 + 2);
    };
    visit(0);
    return this.items[found];
  }

  /** Adds the item, or moves it to where its key now belongs. */
  put(item: T): void {
    if (item.heapAt < 0) {
      item.heapAt = this.items.length;
      this.items.push(item);
      this.keys.push(0);
    }
    this.settle(item, this.keyOf(item));
  }

  remove(item: T): void {
    const at = item.heapAt;
    if (at < 0) return;
    item.heapAt = -1;
    const last = this.items.pop()!;
    const key = this.keys.pop()!;
    if (last === item) return;
    last.heapAt = at;
    this.settle(last, key);
  }

  private settle(item: T, key: number): void {
    this.up(item, key);
    this.down(item, key);
  }

  private up(item: T, key: number): void {
    let at = item.heapAt;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(key, item, above)) break;
      this.place(this.items[above]!, this.keys[above]!, at);
      at = above;
    }
    this.place(item, key, at);
  }

  private down(item: T, key: number): void {
    let at = item.heapAt;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.items.length) break;
      if (below + 1 < this.items.length && this.isBefore(this.keys[below + 1]!, this.items[below + 1]!, below)) below += 1;
      if (this.isBefore(key, item, below)) break;
      this.place(this.items[below]!, this.keys[below]!, at);
      at = below;
    }
    this.place(item, key, at);
  }

  private isBefore(key: number, item: T, other: number): boolean {
    const otherKey = this.keys[other]!;
    return key !== otherKey ? key < otherKey : this.before(item, this.items[other]!);
  }

  private place(item: T, key: number, at: number): void {
    this.items[at] = item;
    this.keys[at] = key;
    item.heapAt = at;
  }
}
