import type { CountedFigures, FigureRange, Figures, FigureScope } from "../../app/ports/figures.js";
import { pageOf } from "../../app/ports/page.js";
import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { FigureRows, FiguresBy } from "../../domain/pool/figures.js";
import type { Sql } from "../connection.js";
import { summaryColumns, summaryOf, summaryTables, type SummaryRow } from "../sql/request-record.js";
import { cursorOf, readCursor } from "./cursor.js";

const time = (at: Instant): Date => new Date(at);

/** Requests and steps of the part of the pool that is looked at; `r` is the request, `s` the step. */
const ofScope = (sql: Sql, { class: classId, unit, division }: FigureScope, of: "step" | "request") => sql`
  ${unit === undefined ? sql`` : sql`and r.unit_id = ${unit}`}
  ${division === undefined ? sql`` : sql`and starts_with(r.division_code, ${division})`}
  ${
    classId === undefined
      ? sql``
      : of === "step"
        ? sql`and exists (select from pool.claims f where f.pool_id = s.pool_id and f.step_id = s.step_id and f.class_id = ${classId})`
        : sql`and exists (select from pool.steps g join pool.claims f on f.pool_id = g.pool_id and f.step_id = g.step_id where g.pool_id = r.pool_id and g.request_id = r.request_id and f.class_id = ${classId})`
  }`;

const decidedIn = (sql: Sql, pool: PoolId, { from, to }: FigureRange) => sql`
  d.pool_id = ${pool} and d.outcome = 'granted' and d.decided_at >= ${time(from)} and d.decided_at < ${time(to)} and s.ready_at is not null`;

const minutesWaited = (sql: Sql) => sql`greatest(0, floor(extract(epoch from d.decided_at - s.ready_at) / 60))::int`;

/** The requests a figure counts. Withdrawn and referred ones were not for the pool to finish. */
const counts = (sql: Sql, which: Exclude<FigureRows, "waits">, { from, to }: FigureRange, now: Instant) => {
  const closed = sql`r.state in ('completed', 'rejected') and r.closed_at >= ${time(from)} and r.closed_at < ${time(to)}`;
  switch (which) {
    case "closed":
      return closed;
    case "missed":
      return sql`${closed} and r.closed_at > r.promised_due_at`;
    case "breaches":
      return sql`r.state not in ('withdrawn', 'referred') and r.promised_due_at >= ${time(from)} and r.promised_due_at < ${time(to)}
        and r.promised_due_at < coalesce(r.closed_at, r.paused_at, ${time(now)}::timestamptz)`;
  }
};

interface CountedRow {
  readonly key: string;
  readonly queue: number;
  readonly decisions: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly closed: number;
  readonly missed: number;
  readonly breaches: number;
}

/** A step or request that asks several classes counts once in each, and once in the whole. */
export const figures = (sql: Sql, pool: PoolId): Figures => ({
  async counted(by: FiguresBy, scope, range, now) {
    const key = by === "unit" ? sql`r.unit_id` : by === "division" ? sql`left(r.division_code, 6)` : by === "class" ? sql`k.class_id` : sql`''`;
    const narrow = scope.class === undefined ? sql`` : sql`and k.class_id = ${scope.class}`;
    const ofStep = by === "class" ? sql`join lateral (select distinct k.class_id from pool.claims k where k.pool_id = s.pool_id and k.step_id = s.step_id ${narrow}) k on true` : sql``;
    const ofRequest =
      by === "class"
        ? sql`join lateral (select distinct k.class_id from pool.steps g join pool.claims k on k.pool_id = g.pool_id and k.step_id = g.step_id where g.pool_id = r.pool_id and g.request_id = r.request_id ${narrow}) k on true`
        : sql``;
    const rows = await sql<CountedRow[]>`
      with waited as (
        select ${key} as key, count(*)::int as decisions,
          percentile_disc(0.5) within group (order by ${minutesWaited(sql)}) as p50,
          percentile_disc(0.9) within group (order by ${minutesWaited(sql)}) as p90
        from pool.decisions d
          join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
          ${ofStep}
        where ${decidedIn(sql, pool, range)} ${ofScope(sql, scope, "step")}
        group by 1
      ),
      -- What units claim for themselves waits too: it has no request, and its unit and place are the claimant's.
      waiting as (
        select ${key} as key, count(*)::int as queue
        from pool.steps s
          left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
          join lateral (
            select q.unit_id, q.division_code from pool.requests q
            where q.pool_id = s.pool_id and q.request_id = s.request_id and q.state in ('received', 'in_progress', 'unservable')
            union all
            select o.unit_id, o.division_code from pool.direct_claims o where o.pool_id = s.pool_id and o.step_id = s.step_id and o.ended_at is null
          ) r on true
          ${ofStep}
        where s.pool_id = ${pool} and s.state = 'ready' and d.seq is null ${ofScope(sql, scope, "step")}
        group by 1
      ),
      due as (
        select ${key} as key, count(*) filter (where ${counts(sql, "closed", range, now)})::int as closed,
          count(*) filter (where ${counts(sql, "missed", range, now)})::int as missed,
          count(*) filter (where ${counts(sql, "breaches", range, now)})::int as breaches
        from pool.requests r
          ${ofRequest}
        where r.pool_id = ${pool} and ((${counts(sql, "closed", range, now)}) or (${counts(sql, "breaches", range, now)})) ${ofScope(sql, scope, "request")}
        group by 1
      )
      select key, coalesce(queue, 0) as queue, coalesce(decisions, 0) as decisions, p50, p90,
        coalesce(closed, 0) as closed, coalesce(missed, 0) as missed, coalesce(breaches, 0) as breaches
      from waited full join waiting using (key) full join due using (key)
      order by key`;
    return rows.map(({ p50, p90, ...row }): CountedFigures => ({ ...row, waitP50: p50, waitP90: p90 }));
  },

  async queueAt(scope, instants) {
    const rows = await sql<{ queue: number }[]>`
      select (
        select count(*)::int
        from pool.steps s
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        where s.pool_id = ${pool} and s.ready_at <= t.at and (r.closed_at is null or r.closed_at > t.at)
          and not exists (select 1 from pool.decisions d where d.pool_id = s.pool_id and d.step_id = s.step_id and d.decided_at >= s.ready_at and d.decided_at <= t.at)
          ${ofScope(sql, scope, "step")}
      ) as queue
      from unnest(${instants.map((at) => time(at).toISOString())}::timestamptz[]) with ordinality as t (at, n)
      order by t.n`;
    return rows.map(({ queue }) => queue);
  },

  async waits(scope, range, { limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number"]);
    const rows = await sql<{ seq: number; step_id: number; name: string; number: string; item_names: Names; unit_names: Names; ready_at: Date; decided_at: Date; minutes: number }[]>`
      select d.seq, s.step_id, s.name, r.number, jsonb_build_object('zh', i.name_zh, 'en', i.name_en) as item_names, jsonb_build_object('zh', u.name_zh, 'en', u.name_en) as unit_names,
        s.ready_at, d.decided_at, ${minutesWaited(sql)} as minutes
      from pool.decisions d
        join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
        join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
      where ${decidedIn(sql, pool, range)} ${ofScope(sql, scope, "step")}
        ${place === undefined ? sql`` : sql`and d.seq < ${Number(place[0])}`}
      order by d.seq desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, ({ seq }) => cursorOf(Number(seq)));
    return {
      rows: page.rows.map((row) => ({ seq: Number(row.seq), step: Number(row.step_id), stepName: row.name, number: row.number, itemNames: row.item_names, unitNames: row.unit_names, readyAt: row.ready_at.getTime(), decidedAt: row.decided_at.getTime(), minutes: row.minutes })),
      next: page.next,
    };
  },

  async requests(which, scope, range, now, { limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number"]);
    const rows = await sql<(SummaryRow & { request_id: number })[]>`
      select r.request_id, ${summaryColumns(sql)}
      from ${summaryTables(sql)}
      where r.pool_id = ${pool} and ${counts(sql, which, range, now)} ${ofScope(sql, scope, "request")}
        ${place === undefined ? sql`` : sql`and r.request_id < ${Number(place[0])}`}
      order by r.request_id desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, (row) => cursorOf(Number(row.request_id)));
    return { rows: page.rows.map(summaryOf), next: page.next };
  },
});
