import type { DynamicRule } from "../../domain/pool/decision.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Ask } from "../shape.js";
import { CLOSED, FULL, type ResourceTable } from "../state.js";

/*
 * The rules of the moment, on numbers: `calendar` (is it open then?) and `capacity` (is enough of it free?).
 * The engine searches with both at once (`ResourceTable.firstFit`); here they are told apart for explanations.
 */

export interface DroppedNow {
  readonly rule: DynamicRule;
  readonly count: number;
}

/** How many of the shape's candidates each rule keeps from beginning in the period. */
export function droppedAt(resources: ResourceTable, ask: Ask, period: Period): DroppedNow[] {
  let closed = 0;
  // Those whose limits or best day do not admit the amount are short of capacity on every day.
  let full = ask.shape.candidates.length - ask.able.length - ask.keptOut;
  for (let k = 0; k < ask.able.length; k += 1) {
    const state = resources.stateAt(ask.able[k]!, ask.spreads ? 1 : ask.amount, ask.run, period);
    if (state === CLOSED) closed += 1;
    else if (state === FULL) full += 1;
  }
  const dropped: DroppedNow[] = [];
  if (ask.keptOut > 0) dropped.push({ rule: "persons", count: ask.keptOut });
  if (closed > 0) dropped.push({ rule: "calendar", count: closed });
  if (full > 0) dropped.push({ rule: "capacity", count: full });
  return dropped;
}

/** What stands in the way from a period on, when nobody can: everybody closed, or the open ones taken. */
export function blockedFrom(
  resources: ResourceTable,
  ask: Ask,
  from: Period,
): { readonly rule: Exclude<DynamicRule, "persons">; readonly mostFree: Amount } {
  let capacity = 0;
  let mostFree = 0;
  for (const r of ask.able) {
    const largest = resources.largest(r, from);
    capacity = Math.max(capacity, largest.capacity);
    mostFree = Math.max(mostFree, largest.free);
  }
  return { rule: capacity > 0 ? "capacity" : "calendar", mostFree };
}
