import { trusted, type ClassId, type RequestId, type ResourceId, type StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { claimIdOf, ordinalOf } from "../domain/pool/claim-id.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { PeriodKind } from "../domain/pool/period.js";
import { PLAIN_STEP, type Allocation, type Barred, type CapacityWindow, type EngineEvent, type HeldAllocation, type ResourceSupply, type StepAsk } from "./contract.js";
import type { BookedRows, HoldRows, ResourceRows, StepRows } from "./loaded-rows.js";
import type { Parts } from "./cycle.js";
import type { OfferShapes } from "./offer-shapes.js";
import type { Delegations } from "./delegations.js";
import type { Divisions } from "./divisions.js";
import { evacuate } from "./evacuate.js";
import type { Field } from "./field.js";
import { type Lapses, canLapse } from "./lapses.js";
import { giveBack, lend } from "./loans.js";
import { isAbsolute } from "./order.js";
import { pickedId } from "./special.js";
import type { Profile } from "./profiles.js";
import type { Lane } from "./queue.js";
import { HOLDING, WAITING } from "./steps.js";

/** Resources of one event up to which each shape is asked whether it is concerned; above, all of the class are. */
const ONE_BY_ONE_MAX = 1_000;

export interface IntakeParts extends Parts {
  readonly classes: Map<ClassId, CapacityClass>;
  readonly divisions: Divisions;
  readonly delegations: Delegations;
  readonly lapses: Lapses;
  readonly offerShapes: OfferShapes;
}

/** What static rules read, and the best day of each resource: compiled answers to questions rest on nothing else. */
const DECLARING: ReadonlySet<EngineEvent["kind"]> = new Set(["classes", "divisions", "units", "resources", "resourceRows", "window", "policy", "delegations"]);

/** What an event changes. A reference to something never declared is a fault of the sender and throws. */
export function take(parts: IntakeParts, event: EngineEvent, now: Instant): void {
  const { assume, steps, queue } = parts;
  if (DECLARING.has(event.kind)) parts.offerShapes.forget();
  switch (event.kind) {
    case "classes":
      return takeClasses(parts, event.classes);
    case "divisions":
      parts.divisions.declare(event.parents);
      parts.shapes.redeclared();
      for (const shape of parts.shapes.all()) queue.shapeChanged(shape);
      return;
    case "units":
      parts.answers.declare(event.units);
      for (const shape of parts.shapes.all()) queue.shapeChanged(shape);
      queue.wakeUnanswered();
      return;
    case "resources":
      return takeResources(parts, event.resources, now);
    case "resourceRows":
      return takeResourceRows(parts, event.rows);
    case "window":
      return takeWindows(parts, event.windows, now);
    case "booked":
      for (const { resource, period, held, settled, lent, borrowed } of event.periods) {
        const r = indexOf(parts, resource);
        parts.resources.setBooked(r, period, held + settled + lent - borrowed);
        queue.freed(r, period);
      }
      return;
    case "bookedRows":
      return takeBookedRows(parts, event.rows);
    case "held":
      return takeHeld(parts, event.allocations);
    case "stepRows":
      return takeStepRows(parts, event.steps, event.holds);
    case "policy":
      if (!parts.answers.activate(event.version)) return;
      for (const shape of parts.shapes.all()) queue.shapeChanged(shape);
      queue.wakeUnanswered();
      return;
    case "policyAnswers":
      parts.answers.take(event.version, event.answers);
      queue.wakeUnanswered();
      return;
    case "ready":
      for (const ask of event.steps) takeReady(parts, ask);
      return;
    case "prioritised":
      for (const { step: id, priority } of event.steps) {
        const step = steps.find(id);
        if (step === undefined) continue;
        const wasAbsolute = isAbsolute(steps.priorityOf(step));
        queue.setPriority(step, priority);
        if (wasAbsolute && !isAbsolute(priority) && steps.phaseOf(step) === HOLDING) queue.mayMakeWay(step);
      }
      return;
    case "delegations":
      parts.delegations.declare(event.delegations);
      return;
    case "quotas":
      parts.quota.declare(event.quotas, now);
      queue.quotasDeclared();
      return;
    case "quotaSettled":
      parts.quota.state(event.rows, assume.openSettled());
      return;
    case "barred":
      for (const { step, barred } of event.steps) takeBarred(parts, step, barred, now);
      return;
    case "confirmed": {
      const step = steps.find(event.step);
      if (step !== undefined) assume.keep(step);
      return;
    }
    case "picked":
      for (const ask of event.steps) takePicked(parts, ask);
      return;
    case "unpicked":
      for (const id of event.steps) {
        forgetPick(parts, id);
        const step = steps.find(id);
        if (step !== undefined && steps.phaseOf(step) === HOLDING && !steps.isStarted(step)) assume.requeue(step);
      }
      return;
    case "started": {
      const step = steps.find(event.step);
      if (step !== undefined) assume.setStarted(step);
      return;
    }
    case "ended": {
      const step = steps.find(event.step);
      if (step !== undefined) assume.settle(step, event.settle);
      return;
    }
    case "annulled":
      for (const use of event.uses) assume.annul(use);
      return;
    case "lent":
      return lend(parts, event, (supply) => takeResources(parts, [supply], now));
    case "returned":
      return giveBack(parts, event, now, (capacity) => takeWindows(parts, [{ resource: event.borrower, capacity }], now));
    case "dropped":
      for (const id of event.steps) {
        forgetPick(parts, id);
        const step = steps.find(id);
        if (step !== undefined) assume.drop(step);
      }
      return;
    case "evacuated":
      return evacuate(parts, event.resources, event.ground);
    case "tick":
      giveBackUndelegated(parts, now);
      parts.lapses
        .due(now)
        .sort((a, b) => steps.ids[a]! - steps.ids[b]!)
        .forEach((step) => assume.lapse(step, now));
      return;
  }
}

function takeClasses({ classes, shapes, queue }: IntakeParts, declared: readonly CapacityClass[]): void {
  for (const cls of declared) {
    const before = classes.get(cls.id);
    classes.set(cls.id, cls);
    if (before && JSON.stringify(before) === JSON.stringify(cls)) continue;
    shapes.redeclared(cls.id);
    for (const shape of shapes.shapesOf(cls.id)) queue.shapeChanged(shape);
  }
}

function takeResources(parts: IntakeParts, declared: readonly ResourceSupply[], now: Instant): void {
  const { resources, shapes, queue } = parts;
  if (parts.quota.inForce) for (const supply of declared) parts.quota.supplyChanged(supply.classId);
  const inBulk = declared.length > ONE_BY_ONE_MAX;
  if (inBulk) {
    for (const classId of new Set(declared.map((supply) => supply.classId))) {
      for (const shape of shapes.shapesOf(classId)) queue.shapeChanged(shape);
    }
  }
  // Those who wait are told once, not once for each resource.
  const fields = new Set<Field>();
  for (const supply of declared) {
    if (!parts.classes.has(supply.classId)) throw new Error(`resource ${supply.id}: class ${supply.classId} was never declared`);
    const known = resources.indexOf(supply.id);
    if (known === undefined) {
      const r = resources.add(supply);
      takeWindow(parts, r, supply.capacity, now);
      shapes.putIn(r);
      changed(parts, undefined, r, true, fields);
      continue;
    }
    if (resources.factsOf(known).classId !== supply.classId) throw new Error(`resource ${supply.id}: its class never changes`);
    shapes.takeOut(known);
    const from = resources.profileOf(known);
    if (from.facts.unitId !== supply.unitId) parts.delegations.askAgain();
    const moved = resources.redeclare(known, supply);
    const otherWindow = takeWindow(parts, known, supply.capacity, now);
    shapes.putIn(known);
    if (moved || otherWindow) changed(parts, from, known, moved !== undefined, fields);
  }
  if (!inBulk) for (const field of fields) queue.fieldChanged(field);
}

function takeResourceRows({ resources, shapes, queue, classes, quota }: IntakeParts, rows: ResourceRows): void {
  for (const classId of new Set(rows.whats.map((what) => what.classId))) {
    if (!classes.has(classId)) throw new Error(`class ${classId} was never declared`);
    quota.supplyChanged(classId);
  }
  for (const shape of shapes.came(resources.addRows(rows))) queue.shapeChanged(shape);
}

function takeBookedRows({ resources, steps, queue }: IntakeParts, rows: BookedRows): void {
  resources.setBookedRows(rows);
  // Before anybody waits there is nobody to hear of it.
  if (steps.waiting === 0) return;
  for (let n = 0; n < rows.periods.length; n += 1) queue.freed(resources.indexOf(rows.resources[n]! as ResourceId)!, rows.periods[n]!);
}

/** Days go by for all at once: whoever waits looks again once, not once for each resource. */
function takeWindows(parts: IntakeParts, windows: (EngineEvent & { kind: "window" })["windows"], now: Instant): void {
  const { resources, shapes, queue } = parts;
  const inBulk = windows.length > ONE_BY_ONE_MAX;
  const fields = new Set<Field>();
  for (const { resource, capacity } of windows) {
    const r = resources.indexOf(resource);
    // On its way in an event of its own.
    if (r === undefined) continue;
    if (!inBulk) shapes.takeOut(r);
    const other = takeWindow(parts, r, capacity, now);
    if (!inBulk) shapes.putIn(r);
    if (!other) continue;
    for (const field of resources.profileOf(r).fields) fields.add(field);
    parts.quota.supplyChanged(resources.factsOf(r).classId);
  }
  for (const field of fields) {
    field.changed();
    if (!inBulk) queue.fieldChanged(field);
    // Not counted one by one: everybody looks.
    else for (const shape of field.shapes) queue.wakeShape(shape);
  }
}

/** True: it is another one than before. */
function takeWindow({ resources, assume }: IntakeParts, r: number, window: CapacityWindow, now: Instant): boolean {
  const before = resources.patternOf(r);
  for (const period of resources.setWindow(r, window, now)) assume.noteCapacity(r, period);
  return resources.patternOf(r) !== before;
}

/** A resource is new, or was declared otherwise: what is found anew, and whose fields it is or was in. */
function changed({ resources, shapes, queue }: IntakeParts, from: Profile | undefined, r: number, moved: boolean, fields: Set<Field>): void {
  const to = resources.profileOf(r);
  if (moved) for (const shape of shapes.moved(from, to)) queue.shapeChanged(shape);
  else for (const field of to.fields) field.changed();
  if (moved && from) for (const field of from.fields) fields.add(field);
  for (const field of to.fields) fields.add(field);
}

function takeHeld(parts: IntakeParts, held: readonly HeldAllocation[]): void {
  const { steps, queue, assume } = parts;
  const byStep = new Map<StepId, HeldAllocation[]>();
  for (const one of held) {
    const of = byStep.get(one.step.id);
    if (of) of.push(one);
    else byStep.set(one.step.id, [one]);
  }
  for (const [id, holds] of byStep) {
    if (steps.find(id) !== undefined) continue;
    const { step: ask, started, picked } = holds[0]!;
    const step = steps.add(ask, queue.laneFor(ask));
    steps.setStarted(step, started);
    steps.setPicked(step, picked === true);
    queue.join(steps.lanes[step]!);
    const order = new Map(ask.claims.map((_, at) => [claimIdOf(id, at), at]));
    const allocations = holds
      .map(({ claim, resource, period, amount }): Allocation => ({ claim, step: id, attempt: ask.attempt, resource, period, amount }))
      .sort((a, b) => order.get(a.claim)! - order.get(b.claim)! || a.period - b.period);
    assume.hold(step, allocations);
    parts.quota.chargeAll(steps.lanes[step]!, allocations, 1);
  }
}

/** Each lane is put in order when its turn comes: until then its head is enough. */
function takeStepRows(parts: IntakeParts, rows: StepRows, holds: HoldRows): void {
  const { steps, queue, assume, classes } = parts;
  steps.reserve(rows.ids.length, holds);
  // By ask and claim: a resource is of the class that is asked, and need not be found to know when a hold of it ends.
  const kinds = rows.claims.map((claims) =>
    claims.map(({ classId }): PeriodKind | null => {
      const cls = classes.get(classId);
      return cls && canLapse(cls) ? cls.period : null;
    }),
  );
  const lanes = rows.claims.map((claims) => queue.laneFor({ ...PLAIN_STEP, ...NO_STEP, claims }));
  const asked = [...new Set(lanes)];
  const laneAt = new Map(asked.map((lane, at) => [lane, at]));
  const laneOf = Int32Array.from(lanes, (lane) => laneAt.get(lane)!);
  const members = new Int32Array(asked.length);
  /** One more for each lane, so that the sum of those before it is where its steps begin. */
  const begins = new Int32Array(asked.length + 1);
  for (let n = 0; n < rows.ids.length; n += 1) {
    const at = laneOf[rows.asks[n]!]!;
    members[at] = members[at]! + 1;
    if (rows.firstHold[n]! < 0) begins[at + 1] = begins[at + 1]! + 1;
  }
  for (let at = 0; at < asked.length; at += 1) {
    begins[at + 1] = begins[at]! + begins[at + 1]!;
    if (members[at]! > 0) queue.join(asked[at]!, members[at]);
    queue.setAside(asked[at]!);
  }
  const waiting = new Int32Array(begins[asked.length]!);
  const next = begins.slice();
  for (let n = 0; n < rows.ids.length; n += 1) {
    const at = laneOf[rows.asks[n]!]!;
    const step = steps.addRow(rows, n, asked[at]!);
    if (rows.firstHold[n]! < 0) {
      steps.setPhase(step, WAITING);
      waiting[next[at]!] = step;
      next[at] = next[at]! + 1;
    } else {
      assume.holdRow(step, kinds[rows.asks[n]!]!);
      if (parts.quota.inForce) parts.quota.chargeAll(asked[at]!, steps.holdsOf(step), 1);
    }
  }
  asked.forEach((lane, at) => queue.cameAll(lane, waiting.subarray(begins[at]!, begins[at + 1]!)));
  for (const [id, barred] of rows.barred) {
    const step = steps.find(id);
    if (step !== undefined) queue.bar(step, barred);
  }
}

/** Whatever its lane is found by is not read of a plain step. */
const NO_STEP = { id: trusted<StepId>(0), requestId: trusted<RequestId>(0), attempt: 1, arrivedAt: 0, dueAt: 0, expectedMinutes: 0 } as const;

function takeReady({ steps, queue, assume, forecast }: IntakeParts, ask: StepAsk): void {
  const known = steps.find(ask.id);
  if (known === undefined) {
    forecast.came(ask.id);
    return assume.queueNew(steps.add(ask, queue.laneFor(ask)));
  }
  if (steps.phaseOf(known) !== WAITING) return;
  if (ask.attempt > steps.attemptOf(known)) assume.raiseAttempt(known, ask.attempt);
  queue.bar(known, ask.barred);
}

/** Work that has begun is never taken away: its officer is told, and hands it over. What is picked for the step is under the same rule. */
function takeBarred({ steps, queue, assume }: IntakeParts, id: StepId, barred: readonly Barred[], now: Instant): void {
  const step = steps.find(id);
  if (step === undefined) return;
  const pick = steps.find(pickedId(id));
  if (pick !== undefined) queue.bar(pick, barred);
  queue.bar(step, barred);
  if (steps.phaseOf(step) !== HOLDING || steps.isStarted(step)) return;
  const out = new Set(barred.map(({ resource }) => resource));
  if (steps.holdsOf(step).some(({ resource }) => out.has(resource))) assume.lapse(step, now);
}

/** What was given under a delegation that has ended since, and not begun, goes back. Asked at every tick: dates end by themselves. */
function giveBackUndelegated({ steps, resources, delegations, classes, assume }: IntakeParts, now: Instant): void {
  if (!delegations.any) return;
  // By claim of a lane: whether it may rest on one at all. Most do not, and a start asks about everybody who holds.
  const resting = new Map<Lane, readonly boolean[]>();
  const restingOf = (lane: Lane): readonly boolean[] => {
    let claims = resting.get(lane);
    if (!claims) {
      claims = lane.claims.map(({ ask: { shape: { facts } } }) => facts.scope !== "pool" || classes.get(facts.classId)!.act === "deciding");
      resting.set(lane, claims);
    }
    return claims;
  };
  const ended: number[] = [];
  for (const step of steps.held()) {
    if (steps.isStarted(step)) continue;
    const lane = steps.lanes[step]!;
    const may = restingOf(lane);
    const isEnded = steps.someHeld(step, (at, resource) => {
      if (may[at] !== true) return false;
      const { unitId, classId } = lane.claims[at]!.ask.shape.facts;
      const to = resources.factsOf(resources.indexOf(resource)!).unitId;
      return to !== unitId && delegations.chain(unitId, to, classId) === undefined;
    });
    if (isEnded) ended.push(step);
  }
  ended.sort((a, b) => steps.ids[a]! - steps.ids[b]!).forEach((step) => assume.lapse(step, now));
  if (ended.length === 0) delegations.settled();
}

/** What is picked stands in the queue beside the step it is for, with that step's place. */
function takePicked(parts: IntakeParts, ask: StepAsk): void {
  const { steps, queue, assume } = parts;
  const known = steps.find(ask.id);
  if (known === undefined || steps.isStarted(known)) return;
  // Paused and resumed since, by acts that were not heard yet: it asks anew in the turn those begin, and its answer must not be this one's.
  if (ask.attempt > steps.attemptOf(known)) return;
  // Of two that nobody has answered yet the later counts: two answers in one turn would take back what is not on the books.
  const before = steps.find(pickedId(ask.id));
  const moves = before === undefined ? null : (steps.special.get(before)?.moves ?? null);
  forgetPick(parts, ask.id);
  const picked: StepAsk = { ...ask, id: pickedId(ask.id), waits: false };
  const step = steps.add(picked, queue.laneFor(picked));
  steps.setSpecial(step, { ...steps.special.get(step)!, pickFor: ask.id, moves });
  steps.setPicked(step, true);
  assume.queueNew(step);
}

/** What was picked is asked for no more: another was, or it was given back before anybody answered. */
function forgetPick({ steps, assume }: IntakeParts, id: StepId): void {
  const pick = steps.find(pickedId(id));
  if (pick !== undefined) assume.vanish(pick);
}

function indexOf({ resources }: IntakeParts, id: ResourceSupply["id"]): number {
  const r = resources.indexOf(id);
  if (r === undefined) throw new Error(`resource ${id} was never declared`);
  return r;
}
