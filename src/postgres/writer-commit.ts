import type { CommitOutcome, OverCapacity, WriterBatch } from "../app/ports/writer.js";
import { breath } from "../app/scheduling/breath.js";
import { trusted, type PoolId, type ResourceId } from "../domain/id.js";
import type { Granted } from "../scheduler/contract.js";
import type { Sql } from "./connection.js";
import type { ShapeNumbers } from "./reason-codes.js";
import {
  advanceWriter,
  beginAttempts,
  book,
  closeAllocations,
  insertDecisions,
  insertMovements,
  insertShapes,
  numberCommands,
  setUnservable,
  type Booked,
} from "./sql/commit-batch.js";
import { bookedColumns, closingColumns, decisionColumns, movementColumns } from "./sql/batch-words.js";
import { insertLoanMovements, settleLoans } from "./sql/loans.js";
import { moveDirectClaims } from "./sql/move-direct-claims.js";
import { beginCounting, countSettled } from "./sql/quota-use.js";
import { thaw } from "./sql/frozen.js";
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
export async function commitBatch(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number, shapes: ShapeNumbers): Promise<CommitOutcome> {
  try {
    await sql.begin((t) => write(t as unknown as Sql, pool, batch, ttlMs, shapes));
    return { kind: "committed" };
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome === "fenced" ? await whyFenced(sql, pool, batch) : error.outcome;
    if (isAway(error)) return { kind: "unknown" };
    if (CONFLICTS.has((error as { code?: string }).code ?? "")) return { kind: "conflict" };
    throw error;
  }
}

/**
 * Everything is sent without waiting for answers, in this order. A fence that does not match fails, and what was sent
 * behind it is not executed.
 */
async function write(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number, shapes: ShapeNumbers): Promise<void> {
  const fence = await sent(true, () => advanceWriter(sql, pool, batch, ttlMs));
  const granted = batch.decisions.filter((decision): decision is Granted & { seq: number } => decision.outcome === "granted");
  const refused = batch.decisions.filter((decision) => decision.outcome === "refused" && decision.stands !== true);

  const statements = [
    await sent(refused.length > 0, () => setUnservable(sql, pool, batch, refused)),
    await sent(batch.directs.length > 0, () => moveDirectClaims(sql, pool, batch.directs, batch.decidedAt)),
    await sent(batch.attempts.length > 0, () => beginAttempts(sql, pool, batch)),
    await sent(batch.commands.length > 0, () => numberCommands(sql, pool, batch.commands)),
    await worded(batch.closings.length > 0, () => closingColumns(batch), (columns) => closeAllocations(sql, pool, batch, columns)),
    await worded(batch.balances.length + granted.length > 0, () => bookedColumns(batch.balances, granted), (columns) => book(sql, pool, columns)),
    await worded(batch.closings.length > 0, () => movementColumns(batch), (pages) => insertMovements(sql, pool, batch, pages)),
    await sent(batch.loans.length > 0, () => insertLoanMovements(sql, pool, batch)),
    await sent(batch.loans.length > 0, () => settleLoans(sql, pool, batch)),
    await sent(batch.shapes.length > 0, () => insertShapes(sql, pool, batch.toSeq, batch.shapes, (hash) => shapes.number(hash))),
    await sent(batch.uncounted !== null, () => beginCounting(sql, pool, batch.toSeq, batch.uncounted!)),
    await sent(batch.countsQuotas && batch.closings.some(({ settled }) => settled > 0), () => countSettled(sql, pool, batch.closings)),
    await sent(batch.thawed.length > 0, () => thaw(sql, pool, batch.thawed)),
    await worded(batch.decisions.length > 0, () => decisionColumns(batch, shapes), (columns) => insertDecisions(sql, pool, batch, columns)),
  ] as const;
  if (!(await fence.answer)) throw new RolledBack("fenced");
  const [, moved, begun, numbered, closed, booked, , , lent] = await Promise.all(statements.map(({ answer }) => answer) as Promised<typeof statements>);

  const expect = (what: string, found: number | false, wanted: number): void => {
    if (found !== false && found !== wanted) throw new Error(`pool ${pool}: of ${wanted} ${what}, ${found} were found`);
  };
  if (booked) {
    const over = overCapacity(booked, batch);
    if (over.length > 0) throw new RolledBack({ kind: "over-capacity", rows: over });
    expect("balances to book", booked.balances, batch.balances.length);
    expect("grants in booked periods", booked.allocations, granted.reduce((sum, { allocations }) => sum + allocations.length, 0));
  }
  // Somebody confirmed at the very moment a hold would have ended: that act's command is on the way.
  if (moved === "stale") throw new RolledBack({ kind: "stale-step" });
  if (begun !== false && begun !== batch.attempts.length) throw new RolledBack({ kind: "stale-step" });
  expect("commands without a number", numbered, batch.commands.length);
  expect("holds to close", closed, batch.closings.length);
  expect("loans to settle", lent, batch.loans.length);
}

interface Sent<T> {
  readonly answer: Promise<T>;
}

type Promised<S extends readonly Sent<unknown>[]> = { -readonly [At in keyof S]: S[At]["answer"] };

/** Begins a statement: PostgreSQL works at it while the next is put into words, and readers are answered in between. */
async function sent<T>(needed: boolean, statement: () => Promise<T>): Promise<Sent<T | false>> {
  if (!needed) return { answer: Promise.resolve(false as const) };
  const answer = statement();
  // Heard of with those after it: until then a failure is nobody's.
  answer.catch(() => {});
  await breath();
  return { answer };
}

/** As `sent`, of a statement whose words take so long to find that they come in pieces. */
async function worded<W, T>(needed: boolean, words: () => Promise<W>, statement: (words: W) => Promise<T>): Promise<Sent<T | false>> {
  if (!needed) return { answer: Promise.resolve(false as const) };
  const found = await words();
  return await sent(true, () => statement(found));
}

/** Binds increases only: lowering a capacity below what is used is lawful, and giving back is always. */
function overCapacity({ over }: Booked, { balances }: WriterBatch): OverCapacity[] {
  if (over.length === 0) return [];
  const increases = new Map(balances.map(({ resource, period, held, settled, lent = 0, borrowed = 0 }) => [`${resource}/${period}`, held + settled + lent - borrowed]));
  return over
    .map(({ resource_id, period, ...row }) => ({ resource: trusted<ResourceId>(resource_id), period, ...row, increase: increases.get(`${resource_id}/${period}`) ?? 0 }))
    .filter(({ increase }) => increase > 0)
    .sort((a, b) => a.resource - b.resource || a.period - b.period);
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
