import { randomUUID } from "node:crypto";
import type { AllocationPolicy } from "../app/ports/allocation-policy.js";
import type { DeclaredPool, OverCapacity, PoolWriter } from "../app/ports/writer.js";
import type { PoolId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Sql } from "./connection.js";
import { COMMAND_CHANNEL } from "./queries/command.js";
import { auditLog } from "./queries/audit.js";
import { WRITER_ACTOR } from "./sql/commit-batch.js";
import { readBooked, readBookedCapacities, readHeld, readReadySteps, readWaiting } from "./sql/load-books.js";
import { readDeclaredPool, readResources } from "./sql/load-pool.js";
import { takeCommands } from "./sql/take-commands.js";
import { acquireLease, announceReadPort, giveUpLease, readPosition, readPositionLocked, renewLease } from "./sql/writer-lease.js";
import { commitBatch } from "./writer-commit.js";
import { openWriterConnections, reaching } from "./writer-connections.js";

export interface PoolWriterOptions {
  readonly databaseUrl: string;
  readonly poolId: PoolId;
  readonly leaseTtlMs: number;
  readonly policy: Pick<AllocationPolicy, "activeVersion">;
  /** Milliseconds a batch may take before its reply counts as lost. */
  readonly commitMsMax?: number;
}

/** Milliseconds for reading a whole pool: a million rows take seconds, a lost plan must not take for ever. */
const LOAD_MS_MAX = 300_000;
const COMMIT_MS_MAX = 15_000;

/** The writer's port on PostgreSQL. */
export function createPoolWriter({ databaseUrl, poolId, leaseTtlMs, policy, commitMsMax = COMMIT_MS_MAX }: PoolWriterOptions): PoolWriter {
  const connections = openWriterConnections({ databaseUrl, leaseTtlMs });
  const { lease, read } = connections;
  const bell = new Bell();
  // Polling goes on without it, so a failure to listen only costs time.
  const listening = read.listen(COMMAND_CHANNEL, (pool) => pool === poolId && bell.ring()).catch(() => undefined);

  const declared = async (sql: Sql): Promise<DeclaredPool> => {
    const [pool, policyVersion] = await Promise.all([readDeclaredPool(sql, poolId), policy.activeVersion(poolId)]);
    return { ...pool, policyVersion };
  };

  return {
    poolId,
    acquire: (holder) => reaching(() => acquireLease(lease, poolId, `${holder}/${randomUUID().slice(0, 8)}`, leaseTtlMs)),
    renew: (epoch) => reaching(() => renewLease(lease, poolId, epoch, leaseTtlMs)),
    giveUp: (epoch) => reaching(() => giveUpLease(lease, poolId, epoch)),
    announce: (epoch, at) => reaching(() => announceReadPort(lease, poolId, epoch, at)),
    position: () => reaching(() => readPosition(read, poolId)),

    load: (feed) =>
      reaching(async () => {
        await read.begin("isolation level repeatable read read only", async (t) => {
          const sql = t as unknown as Sql;
          await sql.unsafe(`set local statement_timeout = ${LOAD_MS_MAX}`);
          const { now } = await takeCommands(sql, poolId, 0);
          feed({ kind: "pool", pool: await declared(sql) });
          await readResources(sql, poolId, "all", (resources) => feed({ kind: "resources", resources }));
          await readBooked(sql, poolId, now, (periods) => feed({ kind: "booked", periods }));
          await readHeld(sql, poolId, (allocations) => feed({ kind: "held", allocations }));
          await readWaiting(sql, poolId, (steps) => feed({ kind: "waiting", steps }));
        });
      }),
    declared: () => reaching(() => declared(read)),
    resources: (ids, feed) => reaching(() => readResources(read, poolId, ids, feed)),
    takeCommands: (limit) => reaching(() => takeCommands(read, poolId, limit)),
    readySteps: (ids) => reaching(() => readReadySteps(read, poolId, ids)),
    bookedCapacities: (ids, now, feed) => reaching(() => readBookedCapacities(read, poolId, ids, now, feed)),

    async commit(batch) {
      const outcome = await within(commitMsMax, commitBatch(connections.batch(), poolId, batch, leaseTtlMs));
      if (outcome === undefined || outcome.kind === "unknown") {
        connections.replaceBatch();
        return { kind: "unknown" };
      }
      return outcome;
    },
    async outcomeOf(batch) {
      const now = await reaching(() => readPositionLocked(connections.batch(), poolId));
      if (now.epoch !== batch.epoch) return "stale-epoch";
      return now.lastSeq === batch.toSeq && batch.toSeq > batch.fromSeq ? "committed" : "not-committed";
    },

    recordFrozen: (rows, at, policyVersion) => reaching(() => auditLog(read, poolId).append(...frozen(rows, at, policyVersion))),

    nextWake: (timeoutMs) => bell.next(timeoutMs),
    async close() {
      bell.ring();
      await (await listening)?.unlisten().catch(() => {});
      await connections.end();
    },
  };
}

const frozen = (rows: readonly OverCapacity[], at: Instant, policyVersion: number) =>
  rows.map((row) => ({
    occurredAt: at,
    actorId: WRITER_ACTOR,
    act: "resource.freeze",
    objectKind: "resource",
    objectId: String(row.resource),
    after: row,
    policyVersion,
  }));

/** A promise's value, or undefined when it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Remembers a ring until somebody waits for it: a command announced between two waits is not slept through. */
class Bell {
  #rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  async next(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#waiting = undefined;
    this.#rung = false;
  }
}
