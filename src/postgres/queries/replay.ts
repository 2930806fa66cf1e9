import type { DecidedStep, ReplayBook, RequestCounts } from "../../app/ports/replay.js";
import type { PoolId } from "../../domain/id.js";
import { waitedFor, type ClaimReason } from "../../domain/pool/decision.js";
import type { Sql } from "../connection.js";

interface DecidedRow {
  readonly seq: string;
  readonly request: string;
  readonly step: string;
  readonly attempt: number;
  readonly mode: DecidedStep["mode"];
  readonly outcome: DecidedStep["outcome"];
  readonly ready_at: Date | null;
  readonly decided_at: Date;
  readonly starts_at: Date | null;
  readonly slotted: boolean;
  readonly reasons: readonly ClaimReason[] | null;
}

export const replayBook = (sql: Sql, pool: PoolId): ReplayBook => ({
  async decided(afterSeq, limit) {
    const rows = await sql<DecidedRow[]>`
      select d.seq, r.public_id as request, s.name as step, d.attempt, s.mode, d.outcome, s.ready_at, d.decided_at, d.starts_at,
        exists (
          select 1 from pool.claims c join pool.classes k on k.pool_id = c.pool_id and k.class_id = c.class_id
          where c.pool_id = s.pool_id and c.step_id = s.step_id and k.period = 'slot') as slotted,
        case when d.starts_at >= d.decided_at + interval '30 minutes' then pool.reasons(d) end as reasons
      from pool.decisions d
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
        join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
      where d.pool_id = ${pool} and d.seq > ${afterSeq}
      order by d.seq limit ${limit}`;
    return rows.map((row) => ({
      seq: Number(row.seq),
      request: row.request,
      step: row.step,
      attempt: row.attempt,
      mode: row.mode,
      outcome: row.outcome,
      readyAt: row.ready_at?.getTime() ?? null,
      decidedAt: row.decided_at.getTime(),
      startsAt: row.starts_at?.getTime() ?? null,
      slotted: row.slotted,
      waitedFor: waitedFor(row.reasons),
    }));
  },
  async counts(at) {
    const [states, [counted]] = await Promise.all([
      sql<{ state: keyof RequestCounts["byState"]; count: number }[]>`
        select state, count(*)::int as count from pool.requests where pool_id = ${pool} group by state`,
      sql<{ breaches: number; unlawful: number; lapsed: number }[]>`
        select count(*) filter (where coalesce(closed_at, ${new Date(at)}) > promised_due_at)::int as breaches,
          count(*) filter (where coalesce(closed_at, ${new Date(at)}) > statutory_due_at)::int as unlawful,
          (select count(distinct (step_id, attempt))::int from pool.allocations where pool_id = ${pool} and state = 'lapsed') as lapsed
        from pool.requests where pool_id = ${pool} and state <> 'withdrawn'`,
    ]);
    return { byState: Object.fromEntries(states.map(({ state, count }) => [state, count])), breaches: counted?.breaches ?? 0, unlawful: counted?.unlawful ?? 0, lapsed: counted?.lapsed ?? 0 };
  },
});
