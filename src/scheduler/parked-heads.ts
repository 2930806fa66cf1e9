import type { ClassId } from "../domain/id.js";
import type { Lane } from "./queue.js";

/**
 * Parked lanes by the classes they ask, the one with the most urgent head first: whom a grant passes is read in
 * O(1), parking and waking cost O(log lanes) for each class.
 */
export class ParkedHeads {
  private readonly byClass = new Map<ClassId, LaneHeap>();
  private readonly all: LaneHeap;

  constructor(private readonly before: (a: Lane, b: Lane) => boolean) {
    this.all = new LaneHeap(before);
  }

  put(lane: Lane): void {
    this.all.put(lane);
    for (const classId of lane.classIds) {
      let heap = this.byClass.get(classId);
      if (!heap) this.byClass.set(classId, (heap = new LaneHeap(this.before)));
      heap.put(lane);
    }
  }

  /** The head of a lane that is here is another now. */
  moved(lane: Lane): void {
    this.all.moved(lane);
    for (const classId of lane.classIds) this.byClass.get(classId)?.moved(lane);
  }

  remove(lane: Lane): void {
    this.all.remove(lane);
    for (const classId of lane.classIds) this.byClass.get(classId)?.remove(lane);
  }

  first(classId: ClassId): Lane | undefined {
    return this.byClass.get(classId)?.items[0];
  }

  /** The first `max` of all in order, as long as they pass. */
  firstWhile(passes: (lane: Lane) => boolean, max: number): Lane[] {
    const { items } = this.all;
    const found: Lane[] = [];
    // Whoever stands below one that was taken in the heap may be next.
    const open = items.length > 0 ? [0] : [];
    while (open.length > 0 && found.length < max) {
      let next = 0;
      for (let at = 1; at < open.length; at += 1) if (this.before(items[open[at]!]!, items[open[next]!]!)) next = at;
      const [at] = open.splice(next, 1) as [number];
      if (!passes(items[at]!)) break;
      found.push(items[at]!);
      for (const below of [at * 2 + 1, at * 2 + 2]) if (below < items.length) open.push(below);
    }
    return found;
  }
}

/** A binary heap that knows where each of its lanes is; a lane may stand in several. */
class LaneHeap {
  readonly items: Lane[] = [];
  private readonly at = new Map<Lane, number>();

  constructor(private readonly before: (a: Lane, b: Lane) => boolean) {}

  put(lane: Lane): void {
    if (this.at.has(lane)) return this.moved(lane);
    this.place(lane, this.items.length);
    this.up(lane);
  }

  moved(lane: Lane): void {
    if (!this.at.has(lane)) return;
    this.up(lane);
    this.down(lane);
  }

  remove(lane: Lane): void {
    const at = this.at.get(lane);
    if (at === undefined) return;
    this.at.delete(lane);
    const last = this.items.pop()!;
    if (last === lane) return;
    this.place(last, at);
    this.moved(last);
  }

  private place(lane: Lane, at: number): void {
    this.items[at] = lane;
    this.at.set(lane, at);
  }

  private up(lane: Lane): void {
    let at = this.at.get(lane)!;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.items[above]!;
      if (!this.before(lane, other)) break;
      this.place(other, at);
      at = above;
    }
    this.place(lane, at);
  }

  private down(lane: Lane): void {
    let at = this.at.get(lane)!;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.items.length) break;
      if (below + 1 < this.items.length && this.before(this.items[below + 1]!, this.items[below]!)) below += 1;
      const other = this.items[below]!;
      if (!this.before(other, lane)) break;
      this.place(other, at);
      at = below;
    }
    this.place(lane, at);
  }
}
