/**
 * The statements of one batch, in the order they run. Each takes whole arrays: what a batch costs is round trips
 * and rows locked in random order, not the number of rows. Rows that others lock too (requests, steps) come
 * first, balances in id order; nobody else writes allocations, movements, balances, decisions or shapes.
 */
import type { NextAttempt, OverCapacity, WriterBatch } from "../../app/ports/writer.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Allocation, BalanceDelta, Closing, Decision, Granted, ShapeSeen } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";

/** Who the audit names for what the writer decides by itself. */
export const WRITER_ACTOR = "scheduler";

/**
 * The fence. It matches the row the batch was computed with or no row at all, and from here to COMMIT the row is
 * locked: a second writer, a revocation or a takeover waits and then sees this batch whole. It also renews the
 * lease, so a writer that commits is a writer that lives.
 */
export async function advanceWriter(sql: Sql, pool: PoolId, batch: WriterBatch, ttlMs: number): Promise<boolean> {
  const rows = await sql`
    update pool.writers
    set last_seq = ${batch.toSeq},
        worked_up_to = coalesce(${batch.workedUpTo === null ? null : new Date(batch.workedUpTo)}, worked_up_to),
        lease_until = greatest(lease_until, clock_timestamp() + ${ttlMs} * interval '1 millisecond'),
        updated_at = clock_timestamp()
    where pool_id = ${pool}
      and epoch = ${batch.epoch} and last_seq = ${batch.fromSeq} and revocations = ${batch.revocations}
    returning epoch`;
  return rows.length === 1;
}

/** @returns how many were numbered: fewer than given means that somebody else numbered one, which the fence forbids. */
export async function numberCommands(sql: Sql, pool: PoolId, commands: WriterBatch["commands"]): Promise<number> {
  const rows = await sql`
    update pool.commands c
    set seq = n.seq
    from unnest(${commands.map(({ id }) => id as number)}::int8[], ${commands.map(({ seq }) => seq)}::int8[]) as n (command_id, seq)
    where c.pool_id = ${pool} and c.command_id = n.command_id and c.seq is null
    returning c.seq`;
  return rows.length;
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
        ${attempts.map(({ attempt }) => attempt)}::int[],
        ${attempts.map(({ movedFor }) => movedFor ?? null)}::text[]
      ) as n (step_id, attempt, moved_for)
    ),
    ready as (
      select s.step_id, n.attempt, n.moved_for
      from pool.steps s join next n using (step_id)
      where s.pool_id = ${pool} and s.state = 'ready' and s.attempt < n.attempt
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
    )
    update pool.steps s
    set attempt = r.attempt, moved_ground = coalesce(r.moved_for, s.moved_ground)
    from ready r
    where s.pool_id = ${pool} and s.step_id = r.step_id
    returning s.step_id`;
  return rows.length;
}

/**
 * Ends holds and writes their movements: what was used is settled, the rest goes back. `state = 'held'` makes a hold
 * end once; the movements' key makes it so again.
 * @returns how many holds ended.
 */
export async function closeAllocations(sql: Sql, pool: PoolId, batch: WriterBatch): Promise<number> {
  const of = <T>(pick: (closing: Closing) => T): T[] => batch.closings.map(pick);
  const [row] = await sql<{ closed: number }[]>`
    with closing as (
      select *
      from unnest(
        ${of(({ allocation }) => allocation.claim as number)}::int8[],
        ${of(({ allocation }) => allocation.attempt)}::int[],
        ${of(({ allocation }) => allocation.resource as number)}::int8[],
        ${of(({ allocation }) => allocation.period)}::int[],
        ${of(({ state }) => state as string)}::text[],
        ${of(({ settled }) => settled)}::int8[]
      ) as c (claim_id, attempt, resource_id, period, state, settled)
    ),
    closed as (
      update pool.allocations a
      set state = c.state, settled_amount = c.settled, closed_seq = ${batch.closingSeq}
      from closing c
      where a.pool_id = ${pool} and a.claim_id = c.claim_id and a.attempt = c.attempt
        and a.resource_id = c.resource_id and a.period = c.period and a.state = 'held'
      returning a.claim_id, a.attempt, a.resource_id, a.period, a.state, a.amount, a.settled_amount
    ),
    moved as (
      insert into pool.movements (pool_id, claim_id, attempt, resource_id, period, kind, debit, credit, amount, seq, occurred_at)
      select ${pool}, c.claim_id, c.attempt, c.resource_id, c.period, m.kind, 'held', m.credit, m.amount,
             ${batch.closingSeq}, ${new Date(batch.decidedAt)}
      from closed c
        cross join lateral (values
          ('settle', 'settled', c.settled_amount),
          (case c.state when 'lapsed' then 'lapse' else 'release' end, 'free', c.amount - c.settled_amount)
        ) as m (kind, credit, amount)
      where m.amount > 0
    )
    select count(*)::int as closed from closed`;
  return row?.closed ?? 0;
}

/**
 * Books the net difference of each resource and period, in id order, and gives back the rows that do not fit.
 *
 * The guard looks at what the row says after the change, behind the fence, where nobody can have read it stale. It
 * binds increases only: lowering a capacity below what is used is lawful, and giving back is always.
 */
export async function bookBalances(sql: Sql, pool: PoolId, balances: readonly BalanceDelta[]): Promise<OverCapacity[]> {
  const of = <T>(pick: (delta: BalanceDelta) => T): T[] => balances.map(pick);
  const rows = await sql<
    { resource_id: number; period: number; capacity: number; held: number; settled: number; increase: number }[]
  >`
    with delta as (
      select *
      from unnest(
        ${of(({ resource }) => resource as number)}::int8[],
        ${of(({ period }) => period)}::int[],
        ${of(({ capacity }) => capacity)}::int8[],
        ${of(({ held }) => held)}::int8[],
        ${of(({ settled }) => settled)}::int8[]
      ) as d (resource_id, period, capacity, held, settled)
    ),
    booked as (
      insert into pool.balances as b (pool_id, resource_id, period, capacity, held, settled)
      -- Sums, not differences: a row that is inserted must obey the table's checks even when it only updates another.
      -- A period that has passed keeps the capacity it had.
      select ${pool}, d.resource_id, d.period, coalesce(d.capacity, p.capacity),
             coalesce(p.held, 0) + d.held, coalesce(p.settled, 0) + d.settled
      from delta d
        left join pool.balances p on p.pool_id = ${pool} and p.resource_id = d.resource_id and p.period = d.period
      order by d.resource_id, d.period
      on conflict (pool_id, resource_id, period) do update
        set capacity = excluded.capacity, held = excluded.held, settled = excluded.settled
      returning b.resource_id, b.period, b.capacity, b.borrowed, b.lent, b.held, b.settled
    )
    select b.resource_id, b.period, b.capacity + b.borrowed - b.lent as capacity, b.held, b.settled,
           d.held + d.settled as increase
    from booked b join delta d using (resource_id, period)
    where d.held + d.settled > 0
      and b.held + b.settled > b.capacity + b.borrowed - b.lent
    order by b.resource_id, b.period`;
  return rows.map(({ resource_id, ...row }) => ({ resource: trusted(resource_id), ...row }));
}

export async function insertShapes(sql: Sql, pool: PoolId, firstSeq: number, shapes: readonly ShapeSeen[]): Promise<void> {
  const of = <T>(pick: (shape: ShapeSeen) => T): T[] => shapes.map(pick);
  // A restarted engine meets its old shapes again: the hash covers all that the funnel depends on.
  await sql`
    insert into pool.shapes (pool_id, shape_hash, class_id, policy_version, funnel, first_seq)
    select ${pool}, hash, class_id, policy_version, funnel::jsonb, ${firstSeq}
    from unnest(
      ${of(({ hash }) => hash)}::text[],
      ${of(({ classId }) => classId as string)}::text[],
      ${of(({ policyVersion }) => policyVersion)}::int[],
      ${of(({ funnel }) => JSON.stringify(funnel))}::text[]
    ) as s (hash, class_id, policy_version, funnel)
    on conflict do nothing`;
}

export async function insertDecisions(sql: Sql, pool: PoolId, batch: WriterBatch): Promise<void> {
  const of = <T>(pick: (decision: WriterBatch["decisions"][number]) => T): T[] => batch.decisions.map(pick);
  await sql`
    insert into pool.decisions (pool_id, step_id, attempt, seq, outcome, decided_at, policy_version, starts_at, order_key, passed_step_id, passed_ground, reasons)
    select ${pool}, step_id, attempt, seq, outcome, ${new Date(batch.decidedAt)}, ${batch.policyVersion},
           to_timestamp(starts_ms / 1000.0), order_key, passed_step_id, passed_ground, reasons::jsonb
    from unnest(
      ${of(({ step }) => step as number)}::int8[],
      ${of(({ attempt }) => attempt)}::int[],
      ${of(({ seq }) => seq)}::int8[],
      ${of(({ outcome }) => outcome as string)}::text[],
      ${of((decision) => (decision.outcome === "granted" ? decision.startsAt : null))}::int8[],
      ${of(({ key }) => key)}::int8[],
      ${of(({ passed }) => (passed === null ? null : (passed.step as number)))}::int8[],
      ${of(({ passed }) => passed?.ground ?? null)}::text[],
      ${of(({ reasons }) => JSON.stringify(reasons))}::text[]
    ) as d (step_id, attempt, seq, outcome, starts_ms, order_key, passed_step_id, passed_ground, reasons)`;
}

/** After the balances: each row keeps the capacity its period had at this moment, by which the grant can be checked for ever. */
export async function insertAllocations(sql: Sql, pool: PoolId, granted: readonly (Granted & { readonly seq: number })[]): Promise<void> {
  const rows = granted.flatMap(({ seq, allocations }) => allocations.map((allocation) => ({ ...allocation, seq })));
  const of = <T>(pick: (row: Allocation & { seq: number }) => T): T[] => rows.map(pick);
  await sql`
    insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, capacity, seq)
    select ${pool}, a.claim_id, a.attempt, a.resource_id, a.period, a.step_id, a.amount,
           b.capacity + b.borrowed - b.lent, a.seq
    from unnest(
        ${of(({ claim }) => claim as number)}::int8[],
        ${of(({ attempt }) => attempt)}::int[],
        ${of(({ resource }) => resource as number)}::int8[],
        ${of(({ period }) => period)}::int[],
        ${of(({ step }) => step as number)}::int8[],
        ${of(({ amount }) => amount)}::int8[],
        ${of(({ seq }) => seq)}::int8[]
      ) as a (claim_id, attempt, resource_id, period, step_id, amount, seq)
      left join pool.balances b on b.pool_id = ${pool} and b.resource_id = a.resource_id and b.period = a.period`;
}
