import { trusted, type ResourceId, type StepId } from "../../domain/id.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Allocation } from "../../scheduler/contract.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import { unrolled } from "../scheduling/declared-rows.js";
import type { DeclaredPool, DeclaredResource, LivingLoan } from "../ports/writer.js";

type Pieces = Pick<PoolCopy, "pieces">;

export function declaredOf({ pieces }: Pieces): DeclaredPool {
  const piece = pieces.find(({ kind }) => kind === "pool");
  if (piece?.kind !== "pool") throw new Error("a copy without its pool");
  return piece.pool;
}

/** Everything declared, one by one. */
export function resourcesOf({ pieces }: Pieces): readonly DeclaredResource[] {
  return pieces
    .flatMap((piece) => {
      if (piece.kind === "resources") return piece.resources;
      return piece.kind === "resourceRows" ? unrolled(piece.rows) : [];
    })
    .sort((a, b) => a.id - b.id);
}

export const frozenIn = ({ pieces }: Pieces): ReadonlySet<ResourceId> => new Set(pieces.flatMap((piece) => (piece.kind === "frozen" ? piece.resources : [])));

export const loansOf = ({ pieces }: Pieces): readonly LivingLoan[] => pieces.flatMap((piece) => (piece.kind === "loans" ? piece.loans : []));

export interface BookedUse {
  readonly resource: ResourceId;
  readonly period: Period;
  /** Held, settled and lent, without what is borrowed. */
  readonly used: Amount;
}

/** The books: what the engine is told of them. */
export function* booksOf({ pieces }: Pieces): Iterable<BookedUse> {
  for (const piece of pieces) {
    if (piece.kind === "booked") for (const { resource, period, held, settled, lent, borrowed } of piece.periods) yield { resource, period, used: held + settled + lent - borrowed };
    if (piece.kind === "bookedRows") for (const [at, resource] of piece.rows.resources.entries()) yield { resource: trusted(resource), period: piece.rows.periods[at]!, used: piece.rows.used[at]! };
  }
}

/** What is held: by plain steps, and by others. */
export function heldIn({ pieces }: Pieces): ReadonlyMap<StepId, readonly Allocation[]> {
  const holds = new Map<StepId, Allocation[]>();
  const hold = (held: Allocation): void => void (holds.get(held.step)?.push(held) ?? holds.set(held.step, [held]));
  for (const piece of pieces) {
    if (piece.kind === "stepRows") for (const held of plainHolds(piece)) hold(held);
    if (piece.kind === "held") for (const { step, claim, resource, period, amount } of piece.allocations) hold({ claim, step: step.id, attempt: step.attempt, resource, period, amount });
  }
  return holds;
}

function* plainHolds({ steps, holds }: Extract<PoolCopy["pieces"][number], { kind: "stepRows" }>): Iterable<Allocation> {
  for (const [n, id] of steps.ids.entries()) {
    for (let at = steps.firstHold[n]!; at >= 0; at = holds.next[at]!) {
      yield { claim: trusted(0), step: trusted(id), attempt: steps.attempts[n]!, resource: trusted(holds.resources[at]!), period: holds.periods[at]!, amount: holds.amounts[at]! };
    }
  }
}
