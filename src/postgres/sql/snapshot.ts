import type { DeclaredResource, LoadedPiece } from "../../app/ports/writer.js";
import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actingFor } from "../../domain/org/delegation.js";
import type { StepAsk } from "../../scheduler/contract.js";
import type { AskBook } from "../ask-book.js";
import type { Sql } from "../connection.js";
import { READ_WHOLE } from "../writer-connections.js";
import { heldWithBarred, readBarred, withBarred } from "./barred.js";
import { readDelegations } from "./delegations-in-force.js";
import { readFrozen } from "./frozen.js";
import { readHeld, readWaiting } from "./load-books.js";
import { readDeclaredPool, readResources } from "./load-pool.js";
import { readLoans } from "./loans.js";
import { readBookedRows, readResourceRows, readUnits } from "./load-rows.js";
import { readStepRows } from "./load-step-rows.js";
import { readQuotaBook } from "./quota-use.js";

/** Milliseconds for reading a whole pool: a million rows take seconds, a lost plan must not take for ever. */
export const LOAD_MS_MAX = 300_000;
/** What a statement of a load may keep in the server's memory: blocks of rows, and the tables that say who waits. */
const LOAD_MEMORY = "256MB";

/** Two transactions of one snapshot. */
export interface Snapshot {
  readonly t: Sql;
  readonly beside: Sql;
}

/** Two connections that see the same: while one block is taken in here, two processes of the server make the next. */
export async function inOneSnapshot(sql: Sql, read: (t: Sql, beside: Sql) => Promise<void>): Promise<void> {
  const begin = (work: (t: Sql) => Promise<void>): Promise<void> =>
    sql.begin("isolation level repeatable read read only", async (t) => {
      const own = t as unknown as Sql;
      await own.unsafe(`set local statement_timeout = ${LOAD_MS_MAX}; set local work_mem = '${LOAD_MEMORY}'; ${READ_WHOLE}`).simple();
      await work(own);
    }) as Promise<void>;
  await begin(async (t) => {
    const [row] = await t<{ snapshot: string }[]>`select pg_export_snapshot() as snapshot`;
    await begin(async (beside) => {
      await beside.unsafe(`set transaction snapshot '${row!.snapshot}'`);
      await read(t, beside);
    });
  });
}

/**
 * All that the pool's engine is built from, piece by piece: the one reading for the writer and for whoever copies the pool. Everything is
 * asked for at once, so that the server works at what comes next while a piece is taken in.
 */
export async function readPieces({ t, beside }: Snapshot, poolId: PoolId, asks: AskBook, now: Instant, policyVersion: number, feed: (piece: LoadedPiece) => void): Promise<void> {
  const [units] = await Promise.all([readUnits(t, poolId), asks.readAll(beside)]);
  const steps = begun(readStepRows(beside, poolId, asks));
  const pool = begun(readDeclaredPool(t, poolId));
  const frozen = begun(readFrozen(t, poolId));
  const living = begun(readLoans(t, poolId, "living"));
  const plain = begun(readResourceRows(t, poolId, units));
  const other = kept<readonly DeclaredResource[]>((take) => readResources(t, poolId, "other", take));
  const delegations = begun(readDelegations(t, poolId));
  const quotas = begun(readQuotaBook(t, poolId, now));
  const persons = begun(readBarred(t, poolId, "ready"));
  const booked = begun(readBookedRows(t, poolId, now));
  const ready = kept<readonly StepAsk[]>((take) => readWaiting(t, poolId, asks, take));

  feed({ kind: "pool", pool: { ...(await pool), policyVersion } });
  feed({ kind: "frozen", resources: await frozen });
  const loans = await living;
  if (loans.length > 0) feed({ kind: "loans", loans });
  feed({ kind: "resourceRows", rows: await plain });
  await other((resources) => feed({ kind: "resources", resources }));
  feed({ kind: "delegations", delegations: actingFor(await delegations) });
  const book = await quotas;
  if (book.rules.quotas.length > 0) feed({ kind: "quotas", book });
  const barred = await persons;
  feed({ kind: "bookedRows", rows: await booked });
  const { otherHolding, ...rows } = await steps;
  feed({ kind: "stepRows", ...rows, steps: { ...rows.steps, barred } });
  await readHeld(t, poolId, asks, otherHolding, (allocations) => feed({ kind: "held", allocations: heldWithBarred(allocations, barred) }));
  await ready((waiting) => feed({ kind: "waiting", steps: withBarred(waiting, barred) }));
}

/** Asked for, and not waited for yet: what fails first is what is told, and nobody waits for this one then. */
function begun<T>(asked: Promise<T>): Promise<T> {
  asked.catch(() => {});
  return asked;
}

/** As `begun`, of what comes in lists: they are kept until somebody takes them, and handed over as they come from then on. */
function kept<T>(read: (take: (some: T) => void) => Promise<void>): (take: (some: T) => void) => Promise<void> {
  const waiting: T[] = [];
  let taker = (some: T): void => void waiting.push(some);
  const reading = begun(read((some) => taker(some)));
  return async (take) => {
    for (const some of waiting.splice(0)) take(some);
    taker = take;
    await reading;
  };
}
