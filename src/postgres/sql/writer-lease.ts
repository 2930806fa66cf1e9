import type { Lease, ReadPort } from "../../app/ports/writer.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface LeaseRow {
  epoch: number;
  last_seq: number;
  revocations: number;
  worked_up_to: Date | null;
}

const lease = (row: LeaseRow): Lease => ({
  epoch: row.epoch,
  lastSeq: row.last_seq,
  revocations: row.revocations,
  workedUpTo: row.worked_up_to?.getTime() ?? null,
});

/**
 * Takes the lease when it is free or has run out, on the database's clock: the clocks of two hosts never meet.
 * `skip locked`: a writer in the middle of a batch holds the row of a lease that ran out and is plainly alive; candidates
 * must not queue up behind it. While nobody has the lease no writer holds its row, only an act that withdraws something:
 * that is waited for, or a pool whose reform was made as a writer began would go without one. The epoch rises with every
 * taking and fences off whoever held it before.
 */
export async function acquireLease(sql: Sql, pool: PoolId, holder: string, ttlMs: number): Promise<Lease | undefined> {
  await sql`
    insert into pool.writers (pool_id)
    select pool_id from pool.pools where pool_id = ${pool}
    on conflict do nothing`;
  const [row] = await sql<LeaseRow[]>`
    with given_up as (
      select pool_id from pool.writers where pool_id = ${pool} and lease_until is null for update
    ), run_out as (
      select pool_id from pool.writers where pool_id = ${pool} and lease_until <= clock_timestamp() for update skip locked
    ), free as (
      select pool_id from given_up union all select pool_id from run_out
    )
    update pool.writers w
    set epoch = w.epoch + 1,
        lease_holder = ${holder},
        lease_until = clock_timestamp() + ${ttlMs} * interval '1 millisecond',
        read_host = null, read_port = null, read_token = null,
        updated_at = clock_timestamp()
    from free
    where w.pool_id = free.pool_id
    returning w.epoch, w.last_seq, w.revocations, w.worked_up_to`;
  return row && lease(row);
}

/** Even a lease that has run out may be renewed by its own epoch: nobody else was there, so nothing was missed. */
export async function renewLease(sql: Sql, pool: PoolId, epoch: number, ttlMs: number): Promise<boolean> {
  const rows = await sql`
    update pool.writers
    set lease_until = clock_timestamp() + ${ttlMs} * interval '1 millisecond', updated_at = clock_timestamp()
    where pool_id = ${pool} and epoch = ${epoch}
    returning epoch`;
  return rows.length > 0;
}

export async function giveUpLease(sql: Sql, pool: PoolId, epoch: number): Promise<void> {
  await sql`
    update pool.writers
    set lease_until = null, lease_holder = null, read_host = null, read_port = null, read_token = null,
        updated_at = clock_timestamp()
    where pool_id = ${pool} and epoch = ${epoch}`;
}

export async function announceReadPort(sql: Sql, pool: PoolId, epoch: number, at: ReadPort): Promise<void> {
  await sql`
    update pool.writers
    set read_host = ${at.host}, read_port = ${at.port}, read_token = ${at.token}, updated_at = clock_timestamp()
    where pool_id = ${pool} and epoch = ${epoch}`;
}

export async function readPosition(sql: Sql, pool: PoolId): Promise<Lease> {
  const [row] = await sql<LeaseRow[]>`
    select epoch, last_seq, revocations, worked_up_to from pool.writers where pool_id = ${pool}`;
  if (!row) throw new Error(`pool ${pool} has no writer row`);
  return lease(row);
}

/** Locks the row first: a transaction whose reply was lost may still be about to commit, and holds it. */
export async function readPositionLocked(sql: Sql, pool: PoolId): Promise<Lease> {
  const [row] = await sql.begin(
    (t) => t<LeaseRow[]>`
      select epoch, last_seq, revocations, worked_up_to from pool.writers where pool_id = ${pool} for update`,
  );
  if (!row) throw new Error(`pool ${pool} has no writer row`);
  return lease(row);
}
