import type { Instant } from "../domain/instant.js";
import { IndexedHeap, type Heaped } from "./indexed-heap.js";
import type { Lane } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import type { UnitAccounts } from "./quota-tree.js";
import type { StepTable } from "./steps.js";

/*
 * Who borrows next.
 *
 * A lane whose head would go above its unit's nominal quota stands aside until nobody can be given anything within their own. Then
 * the borrowers are served, the earliest time first: else somebody could borrow for a later day what its owner, who is about to lose
 * an earlier one, would have of their own. For one time:
 *
 *   1. weight   units with a weight before those without
 *   2. share    the unit that has borrowed least by its weight
 *   3. credit   the unit that has lent most
 *   4. order    the head that is first in the queue
 *
 * Who can wait no longer and would be in time does not stand here, as far as lenders do not need now what is theirs (quota-waiting.ts).
 *
 * A grant changes the share of one unit, which is sifted to its new place: O(log units). Its lanes stand in a heap of their own.
 */

/** Units that borrow for one time. */
interface Bucket {
  readonly start: Instant;
  readonly heap: IndexedHeap<Unit>;
  readonly units: Map<string, Unit>;
  /** Shares and credits are as they were then. */
  edition: number;
}

/** A unit's lanes that borrow for one time. */
class Unit implements Heaped {
  heapAt = -1;
  share = 0;
  credit = 0;

  constructor(
    readonly of: UnitAccounts,
    readonly idle: boolean,
    readonly lanes: IndexedHeap<Borrowing>,
  ) {}
}

/** Where a lane stands among borrowers. */
export class Borrowing implements Heaped {
  heapAt = -1;

  constructor(
    readonly lane: Lane,
    readonly start: Instant,
    readonly unit: UnitAccounts,
    readonly key: string,
    /** It could wait no longer when it was put here. */
    readonly lasts: boolean,
  ) {}
}

export class Borrowers {
  private readonly buckets = new Map<Instant, Bucket>();
  private first: Bucket | undefined;
  private edition = 0;

  constructor(
    private readonly steps: StepTable,
    private readonly book: QuotaBook,
  ) {}

  get any(): boolean {
    return this.buckets.size > 0;
  }

  /** All of them. */
  all(): readonly Borrowing[] {
    if (this.buckets.size === 0) return [];
    return [...this.buckets.values()].flatMap(({ units }) => [...units.values()].flatMap(({ lanes }) => lanes.all()));
  }

  /** Shares may be others: they are read anew. */
  reread(): void {
    this.edition += 1;
  }

  put(lane: Lane, start: Instant, unit: UnitAccounts, idle: boolean, lasts: boolean): void {
    let bucket = this.buckets.get(start);
    if (!bucket) {
      bucket = { start, heap: new IndexedHeap<Unit>(({ idle, share }) => (idle ? Infinity : share), (a, b) => this.before(a, b)), units: new Map(), edition: this.edition };
      this.buckets.set(start, bucket);
      if (this.first && start < this.first.start) this.first = bucket;
    }
    const key = `${idle ? "0" : "1"}${unit.unitId}`;
    const borrowing = new Borrowing(lane, start, unit, key, lasts);
    lane.borrowing = borrowing;
    let one = bucket.units.get(key);
    if (!one) bucket.units.set(key, (one = new Unit(unit, idle, new IndexedHeap<Borrowing>(({ lane }) => this.steps.keyAt(lane.head), (a, b) => this.steps.before(a.lane.head, b.lane.head)))));
    one.lanes.put(borrowing);
    this.read(one);
    bucket.heap.put(one);
  }

  remove(lane: Lane): void {
    const { borrowing } = lane;
    if (!borrowing) return;
    lane.borrowing = undefined;
    const bucket = this.buckets.get(borrowing.start)!;
    const one = bucket.units.get(borrowing.key)!;
    // Its head may be gone already: out of the order before anything is compared.
    one.lanes.remove(borrowing);
    if (one.lanes.size > 0) return bucket.heap.put(one);
    bucket.heap.remove(one);
    bucket.units.delete(borrowing.key);
    if (bucket.units.size > 0) return;
    this.buckets.delete(bucket.start);
    if (this.first === bucket) this.first = undefined;
  }

  next(): Lane | undefined {
    if (this.buckets.size === 0) return undefined;
    if (!this.first) for (const bucket of this.buckets.values()) if (!this.first || bucket.start < this.first.start) this.first = bucket;
    const bucket = this.first!;
    if (bucket.edition !== this.edition) {
      bucket.edition = this.edition;
      const units = [...bucket.units.values()];
      for (const one of units) bucket.heap.remove(one);
      for (const one of units) {
        this.read(one);
        bucket.heap.put(one);
      }
    }
    return bucket.heap.first()!.lanes.first()!.lane;
  }

  /** The unit was given something that it borrows. */
  granted(unit: UnitAccounts): void {
    this.edition += 1;
    const bucket = this.first;
    if (!bucket || bucket.edition !== this.edition - 1) return;
    bucket.edition = this.edition;
    for (const idle of ["0", "1"]) {
      const one = bucket.units.get(`${idle}${unit.unitId}`);
      if (!one) continue;
      this.read(one);
      bucket.heap.put(one);
    }
  }

  private read(one: Unit): void {
    one.share = this.book.shareOf(one.of, one.idle);
    one.credit = this.book.creditOf(one.of);
  }

  private before(a: Unit, b: Unit): boolean {
    // Those with a weight have another key.
    if (a.share !== b.share) return a.share < b.share;
    if (a.credit !== b.credit) return a.credit > b.credit;
    return this.steps.before(a.lanes.first()!.lane.head, b.lanes.first()!.lane.head);
  }
}
