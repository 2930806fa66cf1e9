import type { ResourceId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Batch } from "../../scheduler/contract.js";
import type { Lease, LoanEnded, NextAttempt, TakenCommand, UncountedUse, WriterBatch } from "../ports/writer.js";

export interface Unnumbered {
  readonly lease: Lease;
  readonly commands: readonly TakenCommand[];
  readonly batch: Batch;
  /** Turns that a command begins anew, beside those the engine queued again. */
  readonly begun: readonly NextAttempt[];
  readonly workedUpTo: Instant | null;
  readonly thawed: readonly ResourceId[];
  readonly countsQuotas: boolean;
  readonly uncounted: UncountedUse | null;
  readonly endedLoans: readonly LoanEnded[];
}

/**
 * Gives every command, the closings and every decision its number, in the order in which they took effect:
 * acts first, then what they gave back, then what was given out. Read by number, the books never exceed capacity.
 */
export function numberBatch({ lease, commands, batch, begun, workedUpTo, thawed, countsQuotas, uncounted, endedLoans }: Unnumbered): WriterBatch {
  let seq = lease.lastSeq;
  const numberedCommands = commands.map(({ id }) => ({ id, seq: (seq += 1) }));
  const closingSeq = batch.closings.length > 0 || batch.loans.some(({ kind }) => kind !== "refused") ? (seq += 1) : null;
  const decisions = batch.decisions.map((decision) => ({ ...decision, seq: (seq += 1) }));
  return {
    epoch: lease.epoch,
    revocations: lease.revocations,
    fromSeq: lease.lastSeq,
    toSeq: seq,
    policyVersion: batch.policyVersion,
    decidedAt: batch.decidedAt,
    workedUpTo,
    commands: numberedCommands,
    closingSeq,
    closings: batch.closings,
    attempts: [...begun, ...batch.requeued],
    decisions,
    directs: batch.directs,
    loans: [...batch.loans, ...endedLoans],
    balances: batch.balances,
    shapes: batch.shapes,
    thawed,
    countsQuotas,
    uncounted,
  };
}
