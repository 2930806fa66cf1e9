import type { CommitOutcome, WriterBatch } from "../app/ports/writer.js";
import type { PoolId } from "../domain/id.js";
import type { Granted } from "../scheduler/contract.js";
import type { Sql } from "./connection.js";
import {
  advanceWriter,
  beginAttempts,
  bookBalances,
  closeAllocations,
  insertAllocations,
  insertDecisions,
  insertShapes,
  numberCommands,
  setUnservable,
} from "./sql/commit-batch.js";
import { moveDirectClaims } from "./sql/move-direct-claims.js";
import { readPosition } from "./sql/writer-lease.js";
import { isAway } from "./writer-connections.js";

/** Thrown inside the transaction to end it without effect. */
class RolledBack extends Error {
  constructor(readonly outcome: CommitOutcome | "fenced") {
    super("the batch was rolled back");
  }
}

/** Deadlock, serialization failure, lock timeout: nothing happened. */
const CONFLICTS = new Set(["40P01", "40001", "55P03"]);

/** Makes one batch durable: all of it, or nothing. */
export async function commitBatch(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number): Promise<CommitOutcome> {
  try {
    await sql.begin((t) => write(t as unknown as Sql, pool, batch, ttlMs));
    return { kind: "committed" };
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome === "fenced" ? await whyFenced(sql, pool, batch) : error.outcome;
    if (isAway(error)) return { kind: "unknown" };
    if (CONFLICTS.has((error as { code?: string }).code ?? "")) return { kind: "conflict" };
    throw error;
  }
}

async function write(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number): Promise<void> {
  if (!(await advanceWriter(sql, pool, batch, ttlMs))) throw new RolledBack("fenced");

  const granted = batch.decisions.filter((decision): decision is Granted & { seq: number } => decision.outcome === "granted");
  const refused = batch.decisions.filter((decision) => decision.outcome === "refused" && decision.stands !== true);

  // Sent together and answered together: one round trip, in this order.
  const [, moved, begun, numbered, closed, over] = await Promise.all([
    refused.length > 0 && setUnservable(sql, pool, batch, refused),
    batch.directs.length > 0 && moveDirectClaims(sql, pool, batch.directs, batch.decidedAt),
    batch.attempts.length > 0 && beginAttempts(sql, pool, batch),
    batch.commands.length > 0 && numberCommands(sql, pool, batch.commands),
    batch.closings.length > 0 && closeAllocations(sql, pool, batch),
    batch.balances.length > 0 && bookBalances(sql, pool, batch.balances),
    batch.shapes.length > 0 && insertShapes(sql, pool, batch.toSeq, batch.shapes),
    batch.decisions.length > 0 && insertDecisions(sql, pool, batch),
    granted.length > 0 && insertAllocations(sql, pool, granted),
  ]);

  if (over && over.length > 0) throw new RolledBack({ kind: "over-capacity", rows: over });
  // Somebody confirmed at the very moment a hold would have ended: that act's command is on the way.
  if (moved === "stale") throw new RolledBack({ kind: "stale-step" });
  if (begun !== false && begun !== batch.attempts.length) throw new RolledBack({ kind: "stale-step" });
  if (numbered !== false && numbered !== batch.commands.length) {
    throw new Error(`pool ${pool}: ${batch.commands.length} commands taken, ${numbered} could be numbered`);
  }
  if (closed !== false && closed !== batch.closings.length) {
    throw new Error(`pool ${pool}: ${batch.closings.length} holds to close, ${closed} were held`);
  }
}

async function whyFenced(sql: Sql, pool: PoolId, batch: WriterBatch): Promise<CommitOutcome> {
  try {
    const now = await readPosition(sql, pool);
    if (now.epoch !== batch.epoch || now.lastSeq !== batch.fromSeq) return { kind: "stale-epoch" };
    return { kind: "stale-revocations" };
  } catch (error) {
    // Fenced means that nothing happened; why can be asked again.
    if (isAway(error)) return { kind: "conflict" };
    throw error;
  }
}
