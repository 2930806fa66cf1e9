import type { ResourceId, StepId } from "../../src/domain/id.js";
import { ordinalOf } from "../../src/domain/pool/claim-id.js";
import type { Allocation, BookedPeriod, ClaimAsk, ResourceSupply, StepAsk } from "../../src/scheduler/contract.js";
import type { BookedRows, HoldRows, ResourceRows, StepRows } from "../../src/scheduler/loaded-rows.js";

/* What a store with millions of rows tells an engine at its start, made from objects. */

export function resourceRows(resources: readonly ResourceSupply[]): ResourceRows {
  return {
    ids: Float64Array.from(resources, ({ id }) => id),
    generations: Float64Array.from(resources, ({ generation }) => generation),
    where: Int32Array.from(resources, (_, at) => at),
    what: Int32Array.from(resources, (_, at) => at),
    wheres: resources,
    whats: resources,
  };
}

export function bookedRows(periods: readonly BookedPeriod[]): BookedRows {
  return {
    resources: Float64Array.from(periods, ({ resource }) => resource),
    periods: Int32Array.from(periods, ({ period }) => period),
    used: Float64Array.from(periods, ({ held, settled, lent, borrowed }) => held + settled + lent - borrowed),
  };
}

interface OnBooks {
  readonly ask: StepAsk;
  readonly started: boolean;
  readonly picked: boolean;
  readonly holds: readonly Allocation[];
}

/** Two in three of the plain steps; who is not plain never does. */
export const comesAsRow = ({ ask, picked }: OnBooks): boolean =>
  !picked && ask.id % 3 !== 0 && ask.requestId !== null && ask.priority === null && !ask.moved && ask.waits && ask.replaces === null && ask.holdUntil === null && ask.claims.every(({ named }) => named === null);

export function stepRows(onBooks: readonly OnBooks[]): { readonly steps: StepRows; readonly holds: HoldRows } {
  const claims: (readonly ClaimAsk[])[] = [];
  const firstHold = new Int32Array(onBooks.length).fill(-1);
  const held: { readonly ordinal: number; readonly resource: ResourceId; readonly period: number; readonly amount: number; readonly next: number }[] = [];
  const asks = Int32Array.from(onBooks, ({ ask, holds }, n) => {
    // The last first: a step's rows come in no order.
    for (const { claim, resource, period, amount } of holds) firstHold[n] = held.push({ ordinal: ordinalOf(claim), resource, period, amount, next: firstHold[n]! }) - 1;
    const known = claims.indexOf(ask.claims);
    return known >= 0 ? known : claims.push(ask.claims) - 1;
  });
  return {
    steps: {
      ids: Float64Array.from(onBooks, ({ ask }) => ask.id),
      attempts: Int32Array.from(onBooks, ({ ask }) => ask.attempt),
      arrivedAt: Float64Array.from(onBooks, ({ ask }) => ask.arrivedAt),
      dueAt: Float64Array.from(onBooks, ({ ask }) => ask.dueAt),
      expectedMinutes: Int32Array.from(onBooks, ({ ask }) => ask.expectedMinutes),
      started: Uint8Array.from(onBooks, ({ started }) => (started ? 1 : 0)),
      asks,
      claims,
      firstHold,
      barred: new Map(onBooks.flatMap(({ ask }): [StepId, StepAsk["barred"]][] => (ask.barred.length > 0 ? [[ask.id, ask.barred]] : []))),
    },
    holds: {
      ordinals: Uint8Array.from(held, ({ ordinal }) => ordinal),
      resources: Float64Array.from(held, ({ resource }) => resource),
      periods: Int32Array.from(held, ({ period }) => period),
      amounts: Float64Array.from(held, ({ amount }) => amount),
      next: Int32Array.from(held, ({ next }) => next),
    },
  };
}
