import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { CaseFile } from "../../domain/request/case.js";
import type { Sql } from "../connection.js";

export interface SavedCase {
  readonly file: CaseFile;
  readonly changed: readonly StepId[];
  readonly at: Instant;
}

/** Writes any number of cases and the steps that changed in one statement, so that a batch of completions costs one round trip. */
export async function saveCases(sql: Sql, pool: PoolId, cases: readonly SavedCase[]): Promise<void> {
  if (cases.length === 0) return;
  await sql`
    with r as (
      update pool.requests r
      set state = x.state, paused_at = x.paused_at, paused_working_days = x.paused_working_days, closed_at = x.closed_at,
          grounds = x.grounds, promised_due_at = x.promised_due_at, statutory_due_at = x.statutory_due_at,
          generation = r.generation + 1
      from jsonb_to_recordset(${sql.json(cases.map(requestRow) as never)}) as x (
        request_id int8, state text, paused_at timestamptz, paused_working_days int, closed_at timestamptz, grounds text,
        promised_due_at timestamptz, statutory_due_at timestamptz)
      where r.pool_id = ${pool} and r.request_id = x.request_id
    )
    update pool.steps s
    set state = x.state, attempt = x.attempt, due_at = x.due_at, ranks_due_at = s.ranks_due_at + (x.due_at - s.due_at),
        ready_at = case when s.state = 'blocked' and x.state = 'ready' then x.at else s.ready_at end,
        started_at = x.started_at, started_by = x.started_by, ended_at = x.ended_at, ended_by = x.ended_by, grounds = x.grounds,
        generation = s.generation + 1
    from jsonb_to_recordset(${sql.json(cases.flatMap(stepRows) as never)}) as x (
      step_id int8, state text, attempt int, due_at timestamptz, at timestamptz, started_at timestamptz, started_by uuid,
      ended_at timestamptz, ended_by uuid, grounds text)
    where s.pool_id = ${pool} and s.step_id = x.step_id`;
}

const iso = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());

function requestRow({ file }: SavedCase) {
  const { status } = file;
  return {
    request_id: file.id,
    state: status.state,
    paused_at: iso("pausedAt" in status ? status.pausedAt : null),
    paused_working_days: file.pausedWorkingDays,
    closed_at: iso("closedAt" in status ? status.closedAt : null),
    grounds: "grounds" in status ? status.grounds : null,
    promised_due_at: iso(file.promisedDueAt),
    statutory_due_at: iso(file.statutoryDueAt),
  };
}

const stepRows = ({ file, changed, at }: SavedCase) =>
  file.steps
    .filter(({ id }) => changed.includes(id))
    .map((step) => ({
      step_id: step.id,
      state: step.state,
      attempt: step.attempt,
      due_at: iso(file.promisedDueAt),
      at: iso(at),
      started_at: iso(step.startedAt),
      started_by: step.startedBy,
      ended_at: iso(step.endedAt),
      ended_by: step.endedBy,
      grounds: step.grounds,
    }));
