import type { ResourceId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import { CLAIMS_MAX, claimIdOf } from "../domain/pool/claim-id.js";
import type { PeriodKind } from "../domain/pool/period.js";
import type { Allocation } from "./contract.js";
import { LatestBeginning } from "./lapses.js";
import type { HoldRows } from "./loaded-rows.js";

/** What a step holds by the rows from `first` on, in the order of claims, then periods. */
export function allocationsIn({ ordinals, resources, periods, amounts, next }: HoldRows, first: number, step: StepId, attempt: number): readonly Allocation[] {
  const held: Allocation[] = [];
  for (let h = first; h >= 0; h = next[h]!) {
    const claim = claimIdOf(step, ordinals[h]!);
    const one: Allocation = { claim, step, attempt, resource: resources[h]! as ResourceId, period: periods[h]!, amount: amounts[h]! };
    let at = held.length;
    for (; at > 0 && comesBefore(one, held[at - 1]!); at -= 1) held[at] = held[at - 1]!;
    held[at] = one;
  }
  return held;
}

const comesBefore = (a: Allocation, b: Allocation): boolean => (a.claim !== b.claim ? a.claim < b.claim : a.period !== b.period ? a.period < b.period : a.resource < b.resource);

const firstPeriods = new Int32Array(CLAIMS_MAX);

/** As `lapseOf`. `kinds`: by claim, what its periods are; null: it does not end by itself. */
export function lapseOfRows({ ordinals, periods, next }: HoldRows, first: number, kinds: readonly (PeriodKind | null)[]): Instant | null {
  firstPeriods.fill(NO_PERIOD, 0, kinds.length);
  for (let h = first; h >= 0; h = next[h]!) {
    const claim = ordinals[h]!;
    if (periods[h]! < firstPeriods[claim]!) firstPeriods[claim] = periods[h]!;
  }
  const latest = new LatestBeginning();
  for (let claim = 0; claim < kinds.length; claim += 1) {
    const kind = kinds[claim]!;
    if (kind !== null && firstPeriods[claim] !== NO_PERIOD) latest.add(kind, firstPeriods[claim]!);
  }
  return latest.lapse();
}

const NO_PERIOD = 2 ** 31 - 1;
