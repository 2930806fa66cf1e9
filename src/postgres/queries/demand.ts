import type { Demand } from "../../app/ports/demand.js";
import { pageOf } from "../../app/ports/page.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Kind } from "../../domain/pool/class.js";
import type { Instant } from "../../domain/instant.js";
import type { Sql } from "../connection.js";
import { summaryColumns, summaryOf, summaryTables, type SummaryRow } from "../sql/request-record.js";
import { cursorOf, readCursor } from "./cursor.js";

/** Decisions a wait is read from: enough for a 99th percentile, few enough for a page. */
const DECISIONS_MAX = 20_000;

/** A ready step of an open request, with what the scheduler said in this turn. */
const ready = (sql: Sql, pool: PoolId) => sql`
  pool.steps s
    join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
    left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
  where s.pool_id = ${pool} and s.state = 'ready' and r.closed_at is null`;

/** Past its promised date, the clock stopped while the applicant is asked for something: what shows a red lamp. */
const overdueAt = (sql: Sql, at: Instant) => sql`r.promised_due_at < coalesce(r.paused_at, ${new Date(at)}::timestamptz)`;

export function demand(sql: Sql, pool: PoolId): Demand {
  return {
    async now(at) {
      const [requests, steps, waiting] = await Promise.all([
        sql<{ county: string; open: number; overdue: number; unservable: number }[]>`
          select left(division_code, 6) as county, count(*)::int as open,
            count(*) filter (where ${overdueAt(sql, at)})::int as overdue,
            count(*) filter (where state = 'unservable')::int as unservable
          from pool.requests r where pool_id = ${pool} and closed_at is null
          group by 1`,
        sql<{ county: string; waiting: number; refused: number }[]>`
          select left(r.division_code, 6) as county,
            count(*) filter (where d.step_id is null and r.state <> 'supplement')::int as waiting,
            count(*) filter (where d.outcome = 'refused')::int as refused
          from ${ready(sql, pool)}
          group by 1`,
        sql<{ class_id: string; county: string; steps: number }[]>`
          with waiting as (
            select s.step_id, left(r.division_code, 6) as county
            from ${ready(sql, pool)} and d.step_id is null and r.state <> 'supplement'
          )
          select c.class_id, w.county, count(distinct w.step_id)::int as steps
          from waiting w join pool.claims c on c.pool_id = ${pool} and c.step_id = w.step_id
          group by 1, 2
          order by 1, 2`,
      ]);
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      return {
        requests: {
          open: sum(requests.map(({ open }) => open)),
          overdue: sum(requests.map(({ overdue }) => overdue)),
          unservable: sum(requests.map(({ unservable }) => unservable)),
        },
        openByCounty: Object.fromEntries(requests.map(({ county, open }) => [county, open])),
        waitingSteps: sum(steps.map((row) => row.waiting)),
        refusedSteps: sum(steps.map(({ refused }) => refused)),
        waitingByCounty: Object.fromEntries(steps.map((row) => [row.county, row.waiting])),
        waiting: waiting.map((row) => ({ classId: trusted(row.class_id), county: row.county, steps: row.steps })),
      };
    },

    async openRequests(which, county, at, { limit, after }) {
      const place = after === undefined ? undefined : readCursor(after, ["number", "number"]);
      const rows = await sql<(SummaryRow & { request_id: number })[]>`
        select r.request_id, ${summaryColumns(sql)}
        from ${summaryTables(sql)}
        where r.pool_id = ${pool} and r.closed_at is null
          ${which === "overdue" ? sql`and ${overdueAt(sql, at)}` : which === "unservable" ? sql`and r.state = 'unservable'` : sql``}
          ${county === undefined ? sql`` : sql`and starts_with(r.division_code, ${county})`}
          ${place === undefined ? sql`` : sql`and (r.promised_due_at, r.request_id) > (${new Date(Number(place[0]))}, ${Number(place[1])})`}
        order by r.promised_due_at, r.request_id
        limit ${limit + 1}`;
      const page = pageOf(rows, limit, (row) => cursorOf(row.promised_due_at.getTime(), row.request_id));
      return { rows: page.rows.map(summaryOf), next: page.next };
    },

    async waits(since) {
      return await sql<{ kind: Kind; decisions: number; p50: number; p90: number; p99: number }[]>`
        with latest as (
          select d.step_id, extract(epoch from d.decided_at - s.ready_at) / 60 as minutes
          from pool.decisions d
            join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
          where d.pool_id = ${pool} and d.outcome = 'granted' and d.decided_at >= ${new Date(since)} and s.ready_at is not null
          order by d.seq desc
          limit ${DECISIONS_MAX}
        ),
        by_kind as (
          select distinct l.step_id, l.minutes, x.kind
          from latest l
            join pool.claims c on c.pool_id = ${pool} and c.step_id = l.step_id
            join pool.classes x on x.pool_id = c.pool_id and x.class_id = c.class_id
        )
        select kind, count(*)::int as decisions,
          round(greatest(0, percentile_disc(0.5) within group (order by minutes)))::int as p50,
          round(greatest(0, percentile_disc(0.9) within group (order by minutes)))::int as p90,
          round(greatest(0, percentile_disc(0.99) within group (order by minutes)))::int as p99
        from by_kind
        group by kind
        order by kind`;
    },
  };
}
