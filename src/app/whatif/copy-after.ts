import { trusted, type RequestId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Amount } from "../../domain/quantity.js";
import type { HeldAllocation } from "../../scheduler/contract.js";
import type { CopiedRequest, PoolCopy } from "../ports/pool-copy.js";
import type { TwinOutcome } from "./twin-run.js";

/**
 * The pool as a run left it: what is open, what waits and what is held. Of days and half-hours only: money and stocks are as
 * declared, since a run of some weeks uses little of them.
 */
export function copyAfter(copy: PoolCopy, { requests }: TwinOutcome, at: Instant): PoolCopy {
  const held: HeldAllocation[] = [];
  const booked = new Map<string, { readonly resource: HeldAllocation["resource"]; readonly period: number; held: Amount }>();
  const open = requests
    .filter(({ state }) => state !== "served")
    .map((request, n): CopiedRequest => {
      const { item, unitId, division, receivedAt, promisedDueAt, statutoryDueAt } = request;
      const id = trusted<RequestId>(n + 1);
      return {
        id,
        number: request.key,
        item,
        unitId,
        division,
        receivedAt,
        promisedDueAt,
        statutoryDueAt,
        rests: false,
        steps: request.steps.map(({ name, mode, after, state, readyAt, ask, attempt, holds }) => {
          const asked = { ...ask, requestId: id, attempt };
          for (const { claim, resource, period, amount } of state === "ready" ? holds : []) {
            held.push({ step: asked, claim, resource, period, amount, started: false });
            const key = `${resource} ${period}`;
            const cell = booked.get(key) ?? { resource, period, held: 0 };
            cell.held += amount;
            booked.set(key, cell);
          }
          return { name, mode, after, state: state === "refused" ? "ready" : state, readyAt: state === "blocked" ? null : readyAt, refused: state === "refused", ask: asked };
        }),
      };
    });
  return {
    ...copy,
    at,
    pieces: [
      ...copy.pieces,
      { kind: "booked", periods: [...booked.values()].sort((a, b) => a.resource - b.resource || a.period - b.period).map((one) => ({ ...one, borrowed: 0, lent: 0, settled: 0 })) },
      { kind: "held", allocations: held },
    ],
    requests: open,
  };
}
