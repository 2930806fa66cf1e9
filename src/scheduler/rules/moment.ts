import type { DynamicRule } from "../../domain/pool/decision.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Ask } from "../shape.js";
import type { ResourceTable } from "../state.js";

/*
 * The rules of the moment, on numbers: `calendar` (is it open then?) and `capacity` (is enough of it free?).
 * The engine searches with both at once (`ResourceTable.firstFit`); here they are told apart for explanations.
 */

export interface DroppedNow {
  readonly rule: DynamicRule;
  readonly count: number;
  /** How many were looked at, when it is not all: the nearest. */
  readonly of?: number;
}

/** How many of the shape's candidates, or of the nearest, each rule keeps from beginning in the period. */
export function droppedAt(resources: ResourceTable, ask: Ask, period: Period): DroppedNow[] {
  const { able, unable, all } = ask.lookedAt();
  const { run } = ask;
  const amount = ask.spreads ? 1 : ask.amount;
  const { closed, full: fullNow } = resources.countStates(able, amount, run, period);
  // Those whose limits or best day do not admit the amount are short of capacity on every day.
  const full = unable + fullNow;
  const dropped: DroppedNow[] = [];
  if (ask.keptOut > 0) dropped.push({ rule: "persons", count: ask.keptOut });
  const sample = all ? {} : { of: able.length + unable };
  if (closed > 0) dropped.push({ rule: "calendar", count: closed, ...sample });
  if (full > 0) dropped.push({ rule: "capacity", count: full, ...sample });
  return dropped;
}

/** The most anybody has free in one period from a period on. */
export function mostFree(resources: ResourceTable, ask: Ask, from: Period): Amount {
  let most = 0;
  for (const r of ask.able()) most = Math.max(most, resources.mostFree(r, from));
  return most;
}
