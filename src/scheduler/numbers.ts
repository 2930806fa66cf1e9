import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId } from "../domain/id.js";
import type { Lane, Queue } from "./queue.js";
import type { ShapeBook } from "./shape-book.js";
import type { ResourceTable } from "./state.js";
import type { StepTable } from "./steps.js";

/*
 * Numbers that law sets.
 *
 * A function is a gate and is never used up. Where law sets a number (a quota of licences, of places), the number is
 * given in the order of acceptance and in no other: not by due date, not by need, not by any ground. So a lane that asks
 * for one is kept in the order of arrival, and its head may take only when nobody who arrived earlier waits for a number of
 * the same resource, whatever else that one still waits for.
 */
export class Numbers {
  /** By resource: the lane whose head arrived first, until a lane of the class moves. */
  private readonly firsts = new Map<number, Lane | undefined>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly shapes: ShapeBook,
    private readonly steps: StepTable,
    private readonly queue: Queue,
    private readonly classes: ReadonlyMap<ClassId, CapacityClass>,
  ) {}

  /** The numbers a compiled lane may draw from; empty for almost every lane. */
  of(lane: Lane): readonly number[] {
    let numbers: number[] | undefined;
    for (const { ask } of lane.claims) {
      if (this.classes.get(ask.shape.facts.classId)?.kind !== "function") continue;
      for (const r of ask.able()) if (!this.resources.isUnlimited(r)) (numbers ??= []).push(r);
    }
    return numbers ?? NONE;
  }

  /**
   * `open`: somebody's policy answers are missing, so the order is not known · `after`: somebody who arrived earlier waits ·
   * `first`: nobody does. `compile` is for lanes not read yet. O(lanes of the class) after one of them moved, else O(1).
   */
  turnOf(lane: Lane, compile: (lane: Lane) => boolean): "first" | "after" | "open" {
    if (this.queue.numbersMoved()) this.firsts.clear();
    for (const r of lane.numbers) {
      if (!this.firsts.has(r)) {
        const first = this.findFirst(r, compile);
        if (first === "open") return "open";
        this.firsts.set(r, first);
      }
      const first = this.firsts.get(r);
      if (first && first !== lane && this.steps.arrivedBefore(first.head, lane.head)) return "after";
    }
    return "first";
  }

  private findFirst(r: number, compile: (lane: Lane) => boolean): Lane | undefined | "open" {
    let first: Lane | undefined;
    for (const shape of this.shapes.shapesOf(this.resources.factsOf(r).classId)) {
      for (const lane of shape.lanes) {
        if (lane.queue.size === 0) continue;
        if (!compile(lane)) return "open";
        if (!lane.numbers.includes(r)) continue;
        if (!first || this.steps.arrivedBefore(lane.head, first.head)) first = lane;
      }
    }
    return first;
  }
}

const NONE: readonly number[] = [];
