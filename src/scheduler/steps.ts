import type { ResourceId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { ordinalOf } from "../domain/pool/claim-id.js";
import type { PeriodKind } from "../domain/pool/period.js";
import type { Allocation, Priority, StepAsk } from "./contract.js";
import { allocationsIn, lapseOfRows } from "./held-rows.js";
import type { HoldRows, StepRows } from "./loaded-rows.js";
import { IdIndex } from "./id-index.js";
import { advanceOf, keyOf, MINUTE_MS } from "./order.js";
import { specialOf, type Special } from "./special.js";
import type { Lane } from "./queue.js";
import { roomyBytes, roomyFloats, roomyInts, type Ints } from "./typed-arrays.js";

/** Where a step stands with the engine. `gone`: ended, dropped or refused; its place is kept until the batch is confirmed. */
export const GONE = 0;
export const WAITING = 1;
export const HOLDING = 2;
export type Phase = typeof GONE | typeof WAITING | typeof HOLDING;

/** Everything about a step that a batch may change: what `forget` puts back. */
export interface StepBefore {
  readonly step: number;
  readonly phase: Phase;
  readonly attempt: number;
  readonly started: boolean;
  readonly moved: boolean;
  readonly picked: boolean;
  readonly holds: readonly Allocation[];
  readonly special: Special | undefined;
}

/** What is picked for a step goes by the step's own id (`pickedId` has its sign turned), and before the step itself. */
const idBefore = (a: number, b: number): boolean => (Math.abs(a) === Math.abs(b) ? a < b : Math.abs(a) < Math.abs(b));

/** Steps as a struct of arrays, addressed by a small integer that is used again when a step is gone for good. */
export class StepTable {
  private readonly byId = new IdIndex();
  private readonly free: number[] = [];
  private count = 0;

  readonly ids: StepId[] = [];
  readonly lanes: Lane[] = [];
  /** What each holds; undefined: what its rows say, of which nobody has asked yet. */
  private readonly holds: (readonly Allocation[] | undefined)[] = [];
  private holdRows: HoldRows | undefined;
  /** Of those that came as rows, the first of what they hold. */
  private firstHolds: Ints = new Int32Array(0);
  /** The few that are no plain steps of requests. */
  readonly special = new Map<number, Special>();
  private due = new Float64Array(64);
  private urgency = new Float64Array(64);
  private arrived = new Float64Array(64);
  private attempts = new Int32Array(64);
  private phases = new Uint8Array(64);
  private begun = new Uint8Array(64);
  /** Their holds were moved for an emergency. */
  private readonly moved = new Set<number>();
  /** What they hold, or ask for beside what they hold, is at a time their applicant picked. */
  private readonly picked = new Set<number>();
  /** Few steps have one. */
  private readonly priorities = new Map<number, Priority>();

  waiting = 0;
  holding = 0;

  /** The order of the queue: key, then arrival, then id (order.ts). */
  readonly before = (a: number, b: number): boolean =>
    this.urgency[a]! !== this.urgency[b]!
      ? this.urgency[a]! < this.urgency[b]!
      : this.arrived[a]! !== this.arrived[b]!
        ? this.arrived[a]! < this.arrived[b]!
        : idBefore(this.ids[a]!, this.ids[b]!);

  /** The order in which a number set by law is given. */
  readonly arrivedBefore = (a: number, b: number): boolean =>
    this.arrived[a]! !== this.arrived[b]! ? this.arrived[a]! < this.arrived[b]! : idBefore(this.ids[a]!, this.ids[b]!);

  /** The key it would have without its ground. */
  plainKeyAt(step: number): number {
    return this.urgency[step]! + advanceOf(this.priorityOf(step));
  }

  /** Whether the key would be lower if nobody had a ground. */
  plainBefore(a: number, b: number): boolean {
    return this.plainKeyAt(a) < this.plainKeyAt(b);
  }

  add(ask: StepAsk, lane: Lane): number {
    const step = this.free.pop() ?? this.count++;
    this.makeRoom(this.count);
    this.ids[step] = ask.id;
    this.lanes[step] = lane;
    this.holds[step] = NO_HOLDS;
    this.due[step] = ask.dueAt;
    this.urgency[step] = keyOf(ask);
    this.setMoved(step, ask.moved);
    this.setPicked(step, false);
    if (ask.priority === null) this.priorities.delete(step);
    else this.priorities.set(step, ask.priority);
    this.arrived[step] = ask.arrivedAt;
    this.attempts[step] = ask.attempt;
    this.phases[step] = GONE;
    this.begun[step] = 0;
    this.setSpecial(step, specialOf(ask));
    return step;
  }

  /** So many rows will come, and hold what `holds` says. A million of those need be no objects before somebody asks. */
  reserve(more: number, holds: HoldRows): void {
    for (let step = 0; this.holdRows && step < this.count; step += 1) this.holdsOf(step);
    this.holdRows = holds;
    this.makeRoom(this.count + more);
    this.firstHolds = roomyInts(this.firstHolds, this.count + more);
    this.byId.reserve(more);
  }

  holdsOf(step: number): readonly Allocation[] {
    return this.holds[step] ?? (this.holds[step] = allocationsIn(this.holdRows!, this.firstHolds[step]!, this.ids[step]!, this.attempts[step]!));
  }

  setHolds(step: number, holds: readonly Allocation[]): void {
    this.holds[step] = holds;
  }

  /** Whether it is so of something the step holds. */
  someHeld(step: number, isSo: (ordinal: number, resource: ResourceId) => boolean): boolean {
    const known = this.holds[step];
    if (known) return known.some(({ claim, resource }) => isSo(ordinalOf(claim), resource));
    const { ordinals, resources, next } = this.holdRows!;
    for (let h = this.firstHolds[step]!; h >= 0; h = next[h]!) if (isSo(ordinals[h]!, resources[h]! as ResourceId)) return true;
    return false;
  }

  /** When the holds of a step that came as a row end by themselves. */
  lapseOfRow(step: number, kinds: readonly (PeriodKind | null)[]): Instant | null {
    return lapseOfRows(this.holdRows!, this.firstHolds[step]!, kinds);
  }

  /** The n-th of the rows, plain as all of them are. */
  addRow(rows: StepRows, n: number, lane: Lane): number {
    const step = this.count++;
    this.ids[step] = rows.ids[n]! as StepId;
    this.lanes[step] = lane;
    this.holds[step] = rows.firstHold[n]! < 0 ? NO_HOLDS : undefined;
    this.firstHolds[step] = rows.firstHold[n]!;
    this.due[step] = rows.dueAt[n]!;
    this.urgency[step] = rows.dueAt[n]! - rows.expectedMinutes[n]! * MINUTE_MS;
    this.arrived[step] = rows.arrivedAt[n]!;
    this.attempts[step] = rows.attempts[n]!;
    this.phases[step] = GONE;
    this.begun[step] = rows.started[n]!;
    return step;
  }

  private makeRoom(count: number): void {
    this.due = roomyFloats(this.due, count);
    this.urgency = roomyFloats(this.urgency, count);
    this.arrived = roomyFloats(this.arrived, count);
    this.attempts = roomyInts(this.attempts, count);
    this.phases = roomyBytes(this.phases, count);
    this.begun = roomyBytes(this.begun, count);
  }

  /** Undefined when the step is not waiting and holds nothing. */
  find(id: StepId): number | undefined {
    return this.byId.find(id);
  }

  /** Steps that hold something, in no order. */
  *held(): Iterable<number> {
    for (let step = 0; step < this.count; step += 1) if (this.phases[step] === HOLDING) yield step;
  }

  phaseOf(step: number): Phase {
    return this.phases[step]! as Phase;
  }

  setPhase(step: number, phase: Phase): void {
    const was = this.phases[step]!;
    if (was === WAITING) this.waiting -= 1;
    if (was === HOLDING) this.holding -= 1;
    if (phase === WAITING) this.waiting += 1;
    if (phase === HOLDING) this.holding += 1;
    this.phases[step] = phase;
    const id = this.ids[step]!;
    if (phase !== GONE) this.byId.set(id, step);
    // The same step may be back already, in another place.
    else if (this.byId.find(id) === step) this.byId.delete(id);
  }

  setSpecial(step: number, special: Special | undefined): void {
    if (special) this.special.set(step, special);
    else if (this.special.size > 0) this.special.delete(step);
  }

  attemptOf(step: number): number {
    return this.attempts[step]!;
  }

  setAttempt(step: number, attempt: number): void {
    this.attempts[step] = attempt;
  }

  isStarted(step: number): boolean {
    return this.begun[step] === 1;
  }

  setStarted(step: number, started: boolean): void {
    this.begun[step] = started ? 1 : 0;
  }

  wasMoved(step: number): boolean {
    return this.moved.has(step);
  }

  setMoved(step: number, moved: boolean): void {
    if (moved) this.moved.add(step);
    else this.moved.delete(step);
  }

  isPicked(step: number): boolean {
    return this.picked.has(step);
  }

  setPicked(step: number, picked: boolean): void {
    if (picked) this.picked.add(step);
    else this.picked.delete(step);
  }

  /** Everybody who waits or holds, in no order. */
  *known(): Iterable<number> {
    for (let step = 0; step < this.count; step += 1) if (this.phases[step] !== GONE) yield step;
  }

  /** Somebody has a ground, or had one until their place was used again. */
  get anyPriority(): boolean {
    return this.priorities.size > 0;
  }

  keyAt(step: number): number {
    return this.urgency[step]!;
  }

  priorityOf(step: number): Priority | null {
    return this.priorities.get(step) ?? null;
  }

  /** Places that have a ground, or had one when they were last used. */
  prioritised(): Iterable<[number, Priority]> {
    return this.priorities.entries();
  }

  /** A waiting step must be out of its lane meanwhile: lanes are kept in this order. */
  setPriority(step: number, priority: Priority | null): void {
    const without = this.urgency[step]! + advanceOf(this.priorityOf(step));
    this.urgency[step] = without - advanceOf(priority);
    if (priority === null) this.priorities.delete(step);
    else this.priorities.set(step, priority);
  }

  arrivedAt(step: number): Instant {
    return this.arrived[step]!;
  }

  dueAt(step: number): Instant {
    return this.due[step]!;
  }

  snapshot(step: number): StepBefore {
    return {
      step,
      phase: this.phaseOf(step),
      attempt: this.attempts[step]!,
      started: this.isStarted(step),
      moved: this.wasMoved(step),
      picked: this.isPicked(step),
      holds: this.holdsOf(step),
      special: this.special.get(step),
    };
  }

  /** Gone for good: the place may be used again. */
  release(step: number): void {
    this.holds[step] = NO_HOLDS;
    this.setSpecial(step, undefined);
    this.setPicked(step, false);
    this.free.push(step);
  }
}

export const NO_HOLDS: readonly Allocation[] = [];
