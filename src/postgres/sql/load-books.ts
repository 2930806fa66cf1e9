import type { CopiedStep } from "../../app/ports/pool-copy.js";
import type { BookedCapacity, NextAttempt, Readied, ReadySteps } from "../../app/ports/writer.js";
import { trusted, type ClaimId, type CommandId, type PoolId, type RequestId, type ResourceId, type StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { periodAt } from "../../domain/pool/period.js";
import type { ClaimAsk, HeldAllocation, StepAsk } from "../../scheduler/contract.js";
import type { AskBook } from "../ask-book.js";
import { copyLists, copyRows, literal, type BinaryRow } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { announced, PLAIN_STEP } from "./plain-rows.js";

/** Holds told to the engine at once, about. */
const HELD_LIST = 2_000;

/** The first period of a class `c` that has not ended. */
const firstOpenPeriod = (now: Instant): string => `
  case c.period
    when 'day' then ${periodAt("day", now)}
    when 'slot' then ${periodAt("slot", now)}
    when 'fiscal-year' then ${periodAt("fiscal-year", now)}
    else 0 end`;

interface StepRow {
  step_id: number;
  request_id: number | null;
  attempt: number;
  arrived_at: Date;
  due_at: Date;
  expected_minutes: number;
  priority_ground: string | null;
  priority_minutes: number | null;
  moved_ground: string | null;
  waits: boolean;
  replaces_step_id: number | null;
  hold_until: Date | null;
  ask_id: string | null;
  claims: ClaimAsk[] | null;
}

/** The columns of a step as the engine asks for it. Only a step that asks what no other does brings its claims along. */
const stepColumns = (sql: Sql) => sql`
  s.step_id, s.request_id, s.arrived_at, coalesce(s.ranks_due_at, s.due_at) as due_at, s.expected_minutes,
  s.priority_ground, s.priority_minutes, s.moved_ground, s.waits, s.replaces_step_id, s.hold_until,
  s.ask_id, case when s.ask_id is null then pool.ask_of(s.pool_id, s.step_id) end as claims`;

const advanceMs = (minutes: number | null): number => (minutes === null ? Infinity : minutes * 60_000);

const priorityOf = (ground: string | null, minutes: number | null, moved: string | null): Pick<StepAsk, "priority" | "moved"> => ({
  priority: ground === null ? null : { ground, advanceMs: advanceMs(minutes) },
  moved: moved !== null,
});

const stepAsk = (row: StepRow, asks: AskBook): StepAsk => ({
  id: trusted(row.step_id),
  requestId: row.request_id === null ? null : trusted<RequestId>(row.request_id),
  attempt: row.attempt,
  arrivedAt: row.arrived_at.getTime(),
  dueAt: row.due_at.getTime(),
  expectedMinutes: row.expected_minutes,
  ...priorityOf(row.priority_ground, row.priority_minutes, row.moved_ground),
  barred: [],
  waits: row.waits,
  replaces: row.replaces_step_id === null ? null : trusted<StepId>(row.replaces_step_id),
  holdUntil: row.hold_until && row.hold_until.getTime(),
  claims: row.ask_id === null ? (row.claims ?? []) : asks.of(row.ask_id),
});

/** The same columns as `copiedStep` reads them. */
const COPIED_STEP = `
  s.step_id, s.request_id, s.arrived_at, coalesce(s.ranks_due_at, s.due_at), s.expected_minutes, s.priority_ground, s.priority_minutes, s.moved_ground,
  s.waits, s.replaces_step_id, s.hold_until, s.ask_id, case when s.ask_id is null then pool.ask_of(s.pool_id, s.step_id)::text end`;

const NOBODY: StepAsk["barred"] = [];

function copiedStep(row: BinaryRow, asks: AskBook): Omit<StepAsk, "attempt"> {
  const head = {
    id: trusted<StepId>(row.int8()),
    requestId: row.int8OrNull() as RequestId | null,
    arrivedAt: row.instant(),
    dueAt: row.instant(),
    expectedMinutes: row.int4(),
    ...priorityOf(row.textOrNull(), row.int4OrNull(), row.textOrNull()),
    barred: NOBODY,
    waits: row.bool(),
    replaces: row.int8OrNull() as StepId | null,
    holdUntil: row.instantOrNull(),
  };
  const askId = row.keyOrNull();
  const own = row.textOrNull();
  return { ...head, claims: askId === null ? (JSON.parse(own ?? "[]") as ClaimAsk[]) : asks.ofBytes(askId) };
}

/**
 * Holds by step, under the attempt they were given in. A hold of an earlier turn than the step is in counts as begun: the
 * command that gives it back is on its way, and no end of a period may come before it.
 */
export async function readHeld(sql: Sql, pool: PoolId, asks: AskBook, steps: readonly StepId[], feed: (allocations: readonly HeldAllocation[]) => void): Promise<void> {
  if (steps.length === 0) return;
  const query = `
    select a.claim_id, a.resource_id, a.period, a.amount, a.attempt,
           s.state not in ('blocked', 'ready') or s.attempt > a.attempt, d.picked is true, ${COPIED_STEP}
    from pool.allocations a
      join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
      left join pool.decisions d on d.pool_id = a.pool_id and d.step_id = a.step_id and d.attempt = a.attempt
    where a.pool_id = ${literal(pool)} and a.state = 'held' and a.step_id = any('{${steps.join(",")}}'::int8[])
    order by a.step_id, a.claim_id, a.resource_id, a.period`;
  let step: StepAsk | undefined;
  let list: HeldAllocation[] = [];
  await copyRows(sql, query, (row) => {
    const hold = { claim: trusted<ClaimId>(row.int8()), resource: trusted<ResourceId>(row.int8()), period: row.int4(), amount: row.int8() };
    const attempt = row.int4();
    const started = row.bool();
    const picked = row.bool();
    const next = { ...copiedStep(row, asks), attempt };
    if (next.id !== step?.id || attempt !== step.attempt) {
      // What a step holds goes together.
      if (list.length > 0 && list.length >= HELD_LIST) {
        feed(list);
        list = [];
      }
      step = next;
    }
    list.push({ step, ...hold, started, ...(picked && { picked }) });
  });
  if (list.length > 0) feed(list);
}

/**
 * The queue as numbered commands left it: ready steps of open requests whose attempt has no decision. Steps that
 * an untaken command names are left out, because that command will bring them: so a restart sees the same
 * queue in the same order as the process that went before. Here those that are not plain; the others come as rows.
 */
export async function readWaiting(sql: Sql, pool: PoolId, asks: AskBook, feed: (steps: readonly StepAsk[]) => void): Promise<void> {
  const query = `
    select s.attempt, ${COPIED_STEP}
    from pool.steps s
      left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
    where s.pool_id = ${literal(pool)} and s.state = 'ready' and not ${PLAIN_STEP}
      and (s.request_id is null or r.state in ('received', 'in_progress', 'unservable'))
      and s.step_id not in (${announced(pool)})
      and not exists (
        select from pool.decisions d
        where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
      )
    order by s.step_id`;
  await copyLists(sql, query, (row): StepAsk => ({ attempt: row.int4(), ...copiedStep(row, asks) }), feed);
}

interface ReadyRow extends StepRow {
  answered: number | null;
}

/**
 * Steps that a command says are ready. A step that was answered before (paused and resumed, refused and reconsidered)
 * begins another attempt, because a decision is unique in its attempt. A step that holds something has its answer.
 *
 * The tables may be ahead of the log: a step that was paused and resumed since waits for the command that resumed it.
 * A later turn alone does not say so. A hold that lapsed begins one too, and then no other command will come.
 */
export async function readReadySteps(sql: Sql, pool: PoolId, asks: AskBook, readied: readonly Readied[], last: CommandId | undefined): Promise<ReadySteps> {
  if (readied.length === 0) return { steps: [], begun: [] };
  const rows = await sql<ReadyRow[]>`
    select s.*
    from unnest(${readied.map(({ step }) => step as number)}::int8[], ${readied.map(({ turn }) => turn)}::int[]) as asked (step_id, turn)
      cross join lateral (
        select ${stepColumns(sql)}, s.attempt,
               (select max(d.attempt) from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id) as answered
        from pool.steps s
          left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        where s.pool_id = ${pool} and s.step_id = asked.step_id and s.state = 'ready'
          and (s.attempt <= coalesce(asked.turn, s.attempt) or not exists (
            select from pool.commands c
            where c.pool_id = ${pool} and c.seq is null and c.command_id > ${last ?? 0}
              and (c.command -> 'steps' @> to_jsonb(s.step_id) or c.command -> 'ready' @> to_jsonb(s.step_id))
              and c.command ->> 'kind' in ('step.ready', 'step.ended')
          ))
          and (s.request_id is null or r.state in ('received', 'in_progress', 'unservable'))
          and not exists (
            select from pool.allocations a
            where a.pool_id = s.pool_id and a.step_id = s.step_id and a.state = 'held'
          )
        -- Each by its key: joined, the planner read the whole queue for the steps of one turn.
        offset 0
      ) s
    order by s.step_id`;
  await asks.readFor(sql, rows);
  const begun: NextAttempt[] = [];
  const steps = rows.map((row) => {
    const attempt = Math.max(row.attempt, (row.answered ?? 0) + 1);
    if (attempt > row.attempt) begun.push({ step: trusted(row.step_id), from: row.attempt, attempt });
    return stepAsk({ ...row, attempt }, asks);
  });
  return { steps, begun };
}

/** Steps as they ask, for those who name more exactly what they want. */
export async function readStepsAsked(sql: Sql, pool: PoolId, asks: AskBook, steps: readonly StepId[]): Promise<StepAsk[]> {
  const rows = await sql<StepRow[]>`
    select ${stepColumns(sql)}, s.attempt
    from pool.steps s
    where s.pool_id = ${pool} and s.step_id = any(${steps.map(Number)}::int8[])
    order by s.step_id`;
  await asks.readFor(sql, rows);
  return rows.map((row) => stepAsk(row, asks));
}

/** What the books show as capacity now, to be compared with what was declared. */
export async function readBookedCapacities(
  sql: Sql,
  pool: PoolId,
  ids: readonly ResourceId[] | "all",
  now: Instant,
  feed: (rows: readonly BookedCapacity[]) => void,
): Promise<void> {
  const query = `
    select b.resource_id, b.period, b.capacity
    from pool.balances b
      join pool.resources r on r.pool_id = b.pool_id and r.resource_id = b.resource_id
      join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id
    where b.pool_id = ${literal(pool)}
      ${ids === "all" ? "" : `and b.resource_id = any('{${ids.join(",")}}'::int8[])`}
      and b.period >= ${firstOpenPeriod(now)}
    order by b.resource_id, b.period`;
  await copyLists(sql, query, (row): BookedCapacity => ({ resource: trusted(row.int8()), period: row.int4(), capacity: row.int8() }), feed);
}

/** Steps of open requests that were not cancelled, as they stand, in the order of requests and recipes. */
export async function readOpenSteps(sql: Sql, pool: PoolId, asks: AskBook, feed: (request: RequestId, step: CopiedStep) => void): Promise<void> {
  const query = `
    select s.request_id, s.name, s.mode, array_to_string(s.after, e'\\x1f'), s.state, s.ready_at, s.attempt,
           exists (
             select from pool.decisions d
             where d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt and d.outcome = 'refused'
           ),
           ${COPIED_STEP}
    from pool.steps s
      join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
    where s.pool_id = ${literal(pool)} and r.closed_at is null and s.state in ('blocked', 'ready', 'working', 'done')
    order by s.request_id, s.ordinal`;
  await copyRows(sql, query, (row) => {
    const request = trusted<RequestId>(row.int8());
    const [name, mode, after, state] = [row.text(), row.text() as CopiedStep["mode"], row.text(), row.text() as CopiedStep["state"]];
    const readyAt = row.instantOrNull();
    const attempt = row.int4();
    const refused = row.bool();
    feed(request, { name, mode, after: after === "" ? [] : after.split("\x1f"), state, readyAt, refused, ask: { attempt, ...copiedStep(row, asks) } });
  });
}
