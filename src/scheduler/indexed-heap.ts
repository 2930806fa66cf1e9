/** What knows its own place in the heap; -1 outside. */
export interface Heaped {
  heapAt: number;
}

/** A binary heap whose members can move when their key changes. */
export class IndexedHeap<T extends Heaped> {
  private readonly items: T[] = [];

  constructor(private readonly before: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  first(): T | undefined {
    return this.items[0];
  }

  /** Adds the item, or moves it to where its key now belongs. */
  put(item: T): void {
    if (item.heapAt < 0) {
      item.heapAt = this.items.length;
      this.items.push(item);
    }
    this.up(item);
    this.down(item);
  }

  remove(item: T): void {
    const at = item.heapAt;
    if (at < 0) return;
    item.heapAt = -1;
    const last = this.items.pop()!;
    if (last === item) return;
    this.items[at] = last;
    last.heapAt = at;
    this.up(last);
    this.down(last);
  }

  private up(item: T): void {
    let at = item.heapAt;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.items[above]!;
      if (!this.before(item, other)) break;
      this.items[at] = other;
      other.heapAt = at;
      at = above;
    }
    this.items[at] = item;
    item.heapAt = at;
  }

  private down(item: T): void {
    let at = item.heapAt;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.items.length) break;
      if (below + 1 < this.items.length && this.before(this.items[below + 1]!, this.items[below]!)) below += 1;
      const other = this.items[below]!;
      if (!this.before(other, item)) break;
      this.items[at] = other;
      other.heapAt = at;
      at = below;
    }
    this.items[at] = item;
    item.heapAt = at;
  }
}
