import type { LoadedPiece } from "../../app/ports/writer.js";
import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actingFor } from "../../domain/org/delegation.js";
import type { AskBook } from "../ask-book.js";
import type { Sql } from "../connection.js";
import { READ_WHOLE } from "../writer-connections.js";
import { heldWithBarred, readBarred, withBarred } from "./barred.js";
import { readDelegations } from "./delegations-in-force.js";
import { readFrozen } from "./frozen.js";
import { readHeld, readWaiting } from "./load-books.js";
import { readDeclaredPool, readResources } from "./load-pool.js";
import { readLoans } from "./loans.js";
import { readBookedRows, readResourceRows, readStepRows } from "./load-rows.js";
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

/** All that the pool's engine is built from, piece by piece: the one reading for the writer and for whoever copies the pool. */
export async function readPieces({ t, beside }: Snapshot, poolId: PoolId, asks: AskBook, now: Instant, policyVersion: number, feed: (piece: LoadedPiece) => void): Promise<void> {
  await asks.readAll(beside);
  const steps = readStepRows(beside, poolId, asks);
  // What fails first is what is told; nobody else waits for this one then.
  steps.catch(() => {});
  feed({ kind: "pool", pool: { ...(await readDeclaredPool(t, poolId)), policyVersion } });
  feed({ kind: "frozen", resources: await readFrozen(t, poolId) });
  const loans = await readLoans(t, poolId, "living");
  if (loans.length > 0) feed({ kind: "loans", loans });
  feed({ kind: "resourceRows", rows: await readResourceRows(t, poolId) });
  await readResources(t, poolId, "other", (resources) => feed({ kind: "resources", resources }));
  feed({ kind: "delegations", delegations: actingFor(await readDelegations(t, poolId)) });
  const book = await readQuotaBook(t, poolId, now);
  if (book.rules.quotas.length > 0) feed({ kind: "quotas", book });
  const barred = await readBarred(t, poolId, "ready");
  await readBookedRows(t, poolId, now, (rows) => feed({ kind: "bookedRows", rows }));
  const { otherHolding, ...rows } = await steps;
  feed({ kind: "stepRows", ...rows, steps: { ...rows.steps, barred } });
  await readHeld(t, poolId, asks, otherHolding, (allocations) => feed({ kind: "held", allocations: heldWithBarred(allocations, barred) }));
  await readWaiting(t, poolId, asks, (waiting) => feed({ kind: "waiting", steps: withBarred(waiting, barred) }));
}
