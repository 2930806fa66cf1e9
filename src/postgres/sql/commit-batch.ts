/**
 * The statements of one batch, in the order they run. Each takes whole arrays: what a batch costs is round trips
 * and rows locked in random order, not the number of rows. Rows that others lock too (requests, steps) come
 * first, balances in id order; nobody else writes allocations, the ledger, balances, decisions or shapes.
 */
import type { NextAttempt, WriterBatch } from "../../app/ports/writer.js";
import type { PoolId } from "../../domain/id.js";
import type { Decision, ShapeSeen } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";
import { list, type BookedColumns, type Columns, type DecisionColumns, type PageColumns } from "./batch-words.js";

/** Who the audit names for what the writer decides by itself. */
export const WRITER_ACTOR = "scheduler";

const DIVISION_BY_ZERO = "22012";

/**
 * The fence. It matches the row the batch was computed with or no row at all, and from here to COMMIT the row is
 * locked: a second writer, a revocation or a takeover waits and then sees this batch whole. It also renews the
 * lease, so a writer that commits is a writer that lives. When no row matches it divides by zero: the transaction is
 * over, and nothing that was sent behind it happens.
 */
export async function advanceWriter(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number): Promise<boolean> {
  try {
    await sql`
      with matched as (
        update pool.writers
        set last_seq = ${batch.toSeq},
            worked_up_to = coalesce(${batch.workedUpTo === null ? null : new Date(batch.workedUpTo)}, worked_up_to),
            lease_until = greatest(lease_until, clock_timestamp() + ${ttlMs} * interval '1 millisecond'),
            updated_at = clock_timestamp()
        where pool_id = ${pool}
          and epoch = ${batch.epoch} and last_seq = ${batch.fromSeq} and revocations = ${batch.revocations}
        returning epoch
      )
      select 1 / (select count(*) from matched)`;
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === DIVISION_BY_ZERO) return false;
    throw error;
  }
}

/** @returns how many were numbered: fewer than given means that somebody else numbered one, which the fence forbids. */
export async function numberCommands(sql: Sql, pool: PoolId, commands: WriterBatch["commands"]): Promise<number> {
  const { count } = await sql`
    update pool.commands c
    set seq = n.seq
    from unnest(${list(commands, ({ id }) => id)}::int8[], ${list(commands, ({ seq }) => seq)}::int8[]) as n (command_id, seq)
    where c.pool_id = ${pool} and c.command_id = n.command_id and c.seq is null`;
  return count;
}

/**
 * Requests of refused steps wait for an administrator. A request that was withdrawn or decided meanwhile keeps that
 * state, and so does one whose step has begun another turn: their own commands are on the way. One that is unservable
 * already is locked too, since an act under way may be about to reopen it for another step. The audit record is
 * written by the same statement that changes the row.
 */
export async function setUnservable(sql: Sql, pool: PoolId, batch: WriterBatch, refused: readonly Decision[]): Promise<void> {
  await sql`
    with before as (
      select r.request_id, r.public_id, r.state
      from pool.requests r
        join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id
        join unnest(${refused.map(({ step }) => step as number)}::int8[], ${refused.map(({ attempt }) => attempt)}::int[])
          as d (step_id, attempt) on d.step_id = s.step_id
      where r.pool_id = ${pool} and r.state in ('received', 'in_progress', 'unservable') and s.attempt <= d.attempt
      order by r.request_id, s.step_id
      for update of r, s
    ),
    changed as (
      update pool.requests r
      set state = 'unservable', generation = r.generation + 1
      from before b
      where r.pool_id = ${pool} and r.request_id = b.request_id and b.state <> 'unservable'
      returning b.public_id, b.state as before
    )
    insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, before, after, policy_version)
    select ${pool}, ${new Date(batch.decidedAt)}, ${WRITER_ACTOR}, 'request.unservable', 'request', public_id::text,
           jsonb_build_object('state', before), jsonb_build_object('state', 'unservable'), ${batch.policyVersion}
    from changed`;
}

/**
 * Turns that begin anew. Only a step that still stands ready may: an officer who started it this very moment keeps
 * it, and the batch that would have taken it back is thrown away. So is one that would begin a turn which somebody's
 * act has begun already (paused and resumed meanwhile): what it gave in that turn would be taken back by the act's own
 * command, and an officer could have begun work on it in between.
 */
export async function beginAttempts(sql: Sql, pool: PoolId, { attempts, decidedAt, policyVersion }: Pick<WriterBatch, "attempts" | "decidedAt" | "policyVersion">): Promise<number> {
  const rows = await sql`
    with next as (
      select * from unnest(
        ${attempts.map(({ step }) => step as number)}::int8[],
        ${attempts.map(({ from }) => from)}::int[],
        ${attempts.map(({ attempt }) => attempt)}::int[],
        ${attempts.map(({ movedFor }) => movedFor ?? null)}::text[]
      ) as n (step_id, was, attempt, moved_for)
    ),
    ready as (
      select s.step_id, n.attempt, n.moved_for
      from pool.steps s join next n using (step_id)
      where s.pool_id = ${pool} and s.state = 'ready' and s.attempt = n.was
      order by s.step_id
      for update of s
    ),
    recorded as (
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
      select ${pool}, ${new Date(decidedAt)}, ${WRITER_ACTOR}, 'step.moved', 'request', q.public_id::text,
             jsonb_build_object('step', s.name, 'ground', r.moved_for), ${policyVersion}
      from ready r
        join pool.steps s on s.pool_id = ${pool} and s.step_id = r.step_id
        join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
      where r.moved_for is not null
    ),
    noticed as (
      insert into pool.drain_notices (pool_id, drain_id, step_id, attempt, moved_at, was_at)
      select ${pool}, d.drain_id, r.step_id, r.attempt, ${new Date(decidedAt)}, w.starts_at
      from ready r
        join pool.drains d on d.pool_id = ${pool} and d.drain_id = substring(r.moved_for from '^drain:([0-9]{1,15})$')::int8
        join pool.steps s on s.pool_id = ${pool} and s.step_id = r.step_id
        left join pool.decisions w on w.pool_id = ${pool} and w.step_id = r.step_id and w.attempt = s.attempt
      on conflict (pool_id, drain_id, step_id) do nothing
    )
    update pool.steps s
    set attempt = r.attempt, moved_ground = coalesce(r.moved_for, s.moved_ground)
    from ready r
    where s.pool_id = ${pool} and s.step_id = r.step_id
    returning s.step_id`;
  return rows.length;
}

/**
 * Ends holds. `state = 'held'` makes a hold end once, and `settled` makes a number go back once: that row keeps what it
 * had settled and when.
 * @returns how many rows changed.
 */
export async function closeAllocations(sql: Sql, pool: PoolId, { closingSeq }: Pick<WriterBatch, "closingSeq">, [steps, attempts, claims, resources, periods, states, settled]: Columns): Promise<number> {
  const { count } = await sql`
    update pool.allocations a
    set state = c.state,
        settled_amount = case c.state when 'annulled' then a.settled_amount else c.settled end,
        closed_seq = case c.state when 'annulled' then a.closed_seq else ${closingSeq} end
    from unnest(
        ${steps!}::int8[], ${attempts!}::int[], ${claims!}::int8[], ${resources!}::int8[], ${periods!}::int[], ${states!}::text[], ${settled!}::int8[]
      ) as c (step_id, attempt, claim_id, resource_id, period, state, settled)
    where a.pool_id = ${pool} and a.step_id = c.step_id and a.attempt = c.attempt and a.claim_id = c.claim_id
      -- '+ 0' keeps the planner from the index by resource, where it would read all that was ever given of that period.
      and a.resource_id + 0 = c.resource_id and a.period = c.period
      and a.state = case c.state when 'annulled' then 'settled' else 'held' end`;
  return count;
}

/** The movements of holds that end, one page of the ledger for each kind. */
export async function insertMovements(sql: Sql, pool: PoolId, { closingSeq, decidedAt }: Pick<WriterBatch, "closingSeq" | "decidedAt">, pages: readonly PageColumns[]): Promise<void> {
  const each = (at: number): string[] => pages.map(({ rows }) => rows[at]!);
  await sql`
    insert into pool.movement_pages (pool_id, seq, kind, debit, credit, occurred_at, claims, attempts, resources, periods, amounts)
    select ${pool}, ${closingSeq}, p.kind, p.debit, p.credit, ${new Date(decidedAt)},
           p.claims::int8[], p.attempts::int[], p.resources::int8[], p.periods::int[], p.amounts::int8[]
    from unnest(
        ${pages.map(({ kind }) => kind)}::text[],
        ${pages.map(({ debit }) => debit)}::text[],
        ${pages.map(({ credit }) => credit)}::text[],
        ${each(0)}::text[], ${each(1)}::text[], ${each(2)}::text[], ${each(3)}::text[], ${each(4)}::text[]
      ) as p (kind, debit, credit, claims, attempts, resources, periods, amounts)`;
}

interface BookedRow {
  readonly resource_id: number;
  readonly period: number;
  readonly capacity: number;
  readonly held: number;
  readonly settled: number;
}

export interface Booked {
  /** Rows that show more in use than they may give. */
  readonly over: readonly BookedRow[];
  /** How many balances were written, and how many allocations. */
  readonly balances: number;
  readonly allocations: number;
}

/**
 * Books the net difference of each resource and period, and inserts what was given with the capacity its period has at
 * this moment, by which the grant can be checked for ever.
 *
 * Rows that exist are updated, the others inserted: `on conflict` would lock each row before it changes it, and only
 * one writer is here. The guard looks at what the row says after the change, behind the fence, where nobody can have
 * read it stale.
 */
export async function book(sql: Sql, pool: PoolId, { balances, given }: BookedColumns): Promise<Booked> {
  const [row] = await sql<{ over: BookedRow[] | null; balances: number; allocations: number }[]>`
    with delta as materialized (
      select *
      from unnest(
          ${balances[0]!}::int8[], ${balances[1]!}::int[], ${balances[2]!}::int8[], ${balances[3]!}::int8[], ${balances[4]!}::int8[],
          ${balances[5]!}::int8[], ${balances[6]!}::int8[]
        ) as d (resource_id, period, capacity, held, settled, lent, borrowed)
    ),
    changed as (
      update pool.balances b
      -- A period that has passed keeps the capacity it had.
      set capacity = coalesce(d.capacity, b.capacity), held = b.held + d.held, settled = b.settled + d.settled,
          lent = b.lent + d.lent, borrowed = b.borrowed + d.borrowed
      from delta d
      where b.pool_id = ${pool} and b.resource_id = d.resource_id and b.period = d.period
      returning b.resource_id, b.period, b.capacity + b.borrowed - b.lent as capacity, b.held, b.settled
    ),
    begun as (
      insert into pool.balances (pool_id, resource_id, period, capacity, held, settled, lent, borrowed)
      select ${pool}, d.resource_id, d.period, d.capacity, d.held, d.settled, d.lent, d.borrowed
      from delta d
      where not exists (select from changed c where c.resource_id = d.resource_id and c.period = d.period)
      returning resource_id, period, capacity + borrowed - lent as capacity, held, settled
    ),
    booked as (select * from changed union all select * from begun),
    given as (
      insert into pool.allocations (pool_id, step_id, attempt, claim_id, resource_id, period, amount, capacity, seq)
      select ${pool}, a.step_id, a.attempt, a.claim_id, a.resource_id, a.period, a.amount, b.capacity, a.seq
      from unnest(
          ${given[0]!}::int8[], ${given[1]!}::int[], ${given[2]!}::int8[], ${given[3]!}::int8[], ${given[4]!}::int[],
          ${given[5]!}::int8[], ${given[6]!}::int8[]
        ) as a (step_id, attempt, claim_id, resource_id, period, amount, seq)
        join booked b using (resource_id, period)
      returning 1
    )
    select (select jsonb_agg(o) from booked o where o.held + o.settled > o.capacity) as over,
           (select count(*)::int from booked) as balances,
           (select count(*)::int from given) as allocations`;
  return { over: row?.over ?? [], balances: row?.balances ?? 0, allocations: row?.allocations ?? 0 };
}

/** @param numberOf Names each shape in decisions. */
export async function insertShapes(sql: Sql, pool: PoolId, firstSeq: number, shapes: readonly ShapeSeen[], numberOf: (hash: string) => number): Promise<void> {
  const of = <T>(pick: (shape: ShapeSeen) => T): T[] => shapes.map(pick);
  // A restarted engine meets its old shapes again: the hash covers all that the funnel depends on.
  await sql`
    insert into pool.shapes (pool_id, shape_hash, shape_no, class_id, policy_version, funnel, first_seq)
    select ${pool}, hash, no, class_id, policy_version, funnel::jsonb, ${firstSeq}
    from unnest(
      ${of(({ hash }) => hash)}::text[],
      ${list(shapes, ({ hash }) => numberOf(hash))}::int[],
      ${of(({ classId }) => classId as string)}::text[],
      ${list(shapes, ({ policyVersion }) => policyVersion)}::int[],
      ${of(({ funnel }) => JSON.stringify(funnel))}::text[]
    ) as s (hash, no, class_id, policy_version, funnel)
    on conflict (pool_id, shape_hash) do nothing`;
}

export async function readShapeNumbers(sql: Sql, pool: PoolId): Promise<{ hash: string; no: number }[]> {
  return await sql<{ hash: string; no: number }[]>`select shape_hash as hash, shape_no as no from pool.shapes where pool_id = ${pool}`;
}

export async function insertDecisions(sql: Sql, pool: PoolId, { decidedAt, policyVersion }: Pick<WriterBatch, "decidedAt" | "policyVersion">, { rows, told }: DecisionColumns): Promise<void> {
  const [steps, attempts, seqs, outcomes, starts, keys, passedSteps, passedGrounds, grounds, picked] = rows;
  await sql`
    insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, starts_at, order_key, passed_step_id, passed_ground, grounds, told, picked)
    select ${pool}, step_id, attempt, seq, outcome, ${new Date(decidedAt)}, ${policyVersion},
           to_timestamp(starts_ms::float8 / 1000), order_key, passed_step_id, passed_ground, grounds::int[], told::jsonb, picked
    from unnest(
      ${steps!}::int8[], ${attempts!}::int[], ${seqs!}::int8[], ${outcomes!}::text[], ${starts!}::int8[], ${keys!}::int8[],
      ${passedSteps!}::int8[], ${passedGrounds!}::text[], ${grounds!}::text[], ${told ?? "{}"}::text[], ${picked!}::bool[]
    ) as d (step_id, attempt, seq, outcome, starts_ms, order_key, passed_step_id, passed_ground, grounds, told, picked)`;
}
