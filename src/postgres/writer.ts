import { randomUUID } from "node:crypto";
import type { AllocationPolicy } from "../app/ports/allocation-policy.js";
import type { OverCapacity, PoolWriter, QuotaBook } from "../app/ports/writer.js";
import type { PoolId } from "../domain/id.js";
import { actingFor } from "../domain/org/delegation.js";
import type { Instant } from "../domain/instant.js";
import { AskBook } from "./ask-book.js";
import type { Sql } from "./connection.js";
import { COMMAND_CHANNEL } from "./queries/command.js";
import { auditLog } from "./queries/audit.js";
import { ShapeNumbers } from "./reason-codes.js";
import { BarredReader, stepsBarredAnew, withBarred } from "./sql/barred.js";
import { readShapeNumbers, WRITER_ACTOR } from "./sql/commit-batch.js";
import { readDelegations } from "./sql/delegations-in-force.js";
import { readQuotaBook } from "./sql/quota-use.js";
import { freeze } from "./sql/frozen.js";
import { readBookedCapacities, readReadySteps, readStepsAsked } from "./sql/load-books.js";
import { readResources } from "./sql/load-pool.js";
import { readLoans } from "./sql/loans.js";
import { inOneSnapshot, LOAD_MS_MAX, readPieces } from "./sql/snapshot.js";
import { takeCommands } from "./sql/take-commands.js";
import { acquireLease, announceReadPort, giveUpLease, readPosition, readPositionLocked, renewLease } from "./sql/writer-lease.js";
import { commitBatch } from "./writer-commit.js";
import { BY_KEY, LATE, READ_WHOLE, within, WriterConnection } from "./writer-connections.js";

export interface PoolWriterOptions {
  readonly databaseUrl: string;
  readonly poolId: PoolId;
  readonly leaseTtlMs: number;
  readonly policy: Pick<AllocationPolicy, "activeVersion">;
  /** Milliseconds a batch may take before its reply counts as lost. */
  readonly commitMsMax?: number;
}

const COMMIT_MS_MAX = 15_000;
/** Milliseconds between attempts to listen. */
const LISTEN_AGAIN_MS = 1_000;

/** The writer's port on PostgreSQL. */
export function createPoolWriter({ databaseUrl, poolId, leaseTtlMs, policy, commitMsMax = COMMIT_MS_MAX }: PoolWriterOptions): PoolWriter {
  // A process that is frozen between two statements would keep its row lock for ever and nobody could take over:
  // the server ends such a session after one lease.
  const batches = new WriterConnection(databaseUrl, { max: 1, idleInTransactionMsMax: leaseTtlMs, settings: BY_KEY });
  const lease = new WriterConnection(databaseUrl, { max: 1 });
  const reads = new WriterConnection(databaseUrl, { max: 2, settings: BY_KEY });
  const bell = new Bell();
  const hearing = new Hearing();
  const bells = new WriterConnection(databaseUrl, {
    max: 1,
    notified: (channel, pool) => channel === COMMAND_CHANNEL && pool === poolId && bell.ring(),
    closed: () => hearing.over(),
  });
  const shapes = new ShapeNumbers();
  const asks = new AskBook(poolId);
  const barring = new BarredReader(poolId);
  let closed = false;
  // The driver's own `listen` comes back without a pause, hundreds of times a second while the database is gone.
  // Until somebody listens polling goes on, so that a failure only costs time.
  const listen = async (): Promise<void> => {
    while (!closed) {
      await bells.sql.unsafe(`listen ${COMMAND_CHANNEL}`).then(() => hearing.lost(), () => {});
      if (closed) return;
      await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS).unref());
      bells.replace();
    }
  };
  void listen();

  /** In one snapshot. */
  const wholly = async (read: (sql: Sql) => Promise<void>): Promise<void> => {
    const inOne = async (t: Sql): Promise<void> => {
      await t.unsafe(`set local statement_timeout = ${LOAD_MS_MAX}; ${READ_WHOLE}`);
      await read(t);
    };
    await reads.reach((sql) => sql.begin("isolation level repeatable read read only", (t) => inOne(t as unknown as Sql)), LOAD_MS_MAX);
  };

  return {
    poolId,
    acquire: (holder) => lease.reach((sql) => acquireLease(sql, poolId, `${holder}/${randomUUID().slice(0, 8)}`, leaseTtlMs)),
    renew: (epoch) => lease.reach((sql) => renewLease(sql, poolId, epoch, leaseTtlMs)),
    giveUp: (epoch) => lease.reach((sql) => giveUpLease(sql, poolId, epoch)),
    announce: (epoch, at) => lease.reach((sql) => announceReadPort(sql, poolId, epoch, at)),
    position: () => reads.reach((sql) => readPosition(sql, poolId)),

    async load(now, feed) {
      const read = async (t: Sql, beside: Sql): Promise<void> => {
        const [policyVersion] = await Promise.all([policy.activeVersion(poolId), readShapeNumbers(t, poolId).then((numbers) => shapes.reset(numbers))]);
        await readPieces({ t, beside }, poolId, asks, now, policyVersion, feed);
      };
      await reads.reach((sql) => inOneSnapshot(sql, read), LOAD_MS_MAX);
    },
    resources: (ids, feed) => wholly((sql) => readResources(sql, poolId, ids, feed)),
    async takeCommands(limit, onTheWay) {
      bell.heard();
      return await reads.reach((sql) => takeCommands(sql, poolId, limit, onTheWay));
    },
    stepsAsked: (steps) =>
      reads.reach(async (sql) => {
        const [asked, barred] = await Promise.all([readStepsAsked(sql, poolId, asks, steps), barring.of(sql, steps)]);
        return withBarred(asked, barred);
      }),
    readySteps: (readied, last) =>
      reads.reach(async (sql) => {
        const [ready, barred] = await Promise.all([
          readReadySteps(sql, poolId, asks, readied, last),
          barring.of(sql, readied.map(({ step }) => step)),
        ]);
        return { ...ready, steps: withBarred(ready.steps, barred) };
      }),
    restrictions: () =>
      reads.reach(async (sql) => {
        const steps = await stepsBarredAnew(sql, poolId);
        const [delegations, barred] = await Promise.all([readDelegations(sql, poolId), barring.of(sql, steps)]);
        return { delegations: actingFor(delegations), barred: new Map(steps.map((step) => [step, barred.get(step) ?? []])) };
      }),
    async quotas(now) {
      let book: QuotaBook | undefined;
      await wholly(async (sql) => void (book = await readQuotaBook(sql, poolId, now)));
      return book!;
    },
    loans: (ids) => reads.reach((sql) => readLoans(sql, poolId, ids)),
    bookedCapacities: (ids, now, feed) => wholly((sql) => readBookedCapacities(sql, poolId, ids, now, feed)),

    async commit(batch) {
      const outcome = await within(commitMsMax, commitBatch(batches.sql, poolId, batch, leaseTtlMs, shapes));
      if (outcome !== LATE && outcome.kind !== "unknown") return outcome;
      batches.replace();
      return { kind: "unknown" };
    },
    async outcomeOf(batch) {
      const now = await batches.reach((sql) => readPositionLocked(sql, poolId));
      if (now.epoch !== batch.epoch) return "stale-epoch";
      return now.lastSeq === batch.toSeq && batch.toSeq > batch.fromSeq ? "committed" : "not-committed";
    },

    recordFrozen: (rows, at, policyVersion) =>
      reads.reach(
        (sql) =>
          sql.begin(async (t) => {
            const own = t as unknown as Sql;
            await freeze(own, poolId, rows, at);
            await auditLog(own, poolId).append(...frozen(rows, at, policyVersion));
          }) as Promise<void>,
      ),

    nextWake: (timeoutMs) => bell.next(timeoutMs),
    async close() {
      closed = true;
      hearing.over();
      bell.ring();
      await Promise.allSettled([batches, lease, reads, bells].map((connection) => connection.end()));
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

/** As long as a connection listens. */
class Hearing {
  #over = (): void => {};

  over(): void {
    this.#over();
  }

  async lost(): Promise<void> {
    await new Promise<void>((resolve) => (this.#over = resolve));
  }
}

/** Rung when a command is announced. It goes on ringing until somebody looks: what is announced between two waits is not slept through. */
class Bell {
  #rung = false;
  #end = (): void => {};

  ring(): void {
    this.#rung = true;
    this.#end();
  }

  /** Somebody looks: what rang before will be seen. */
  heard(): void {
    this.#rung = false;
  }

  async next(timeoutMs: number): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
