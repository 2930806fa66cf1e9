import type { AlarmKey, DecidedCase, DecidedIn, Disparities, DisparitySettings, KeptAlarm } from "../../app/ports/disparity.js";
import { pageOf } from "../../app/ports/page.js";
import { UNKNOWN_GROUP, type Dimension, type Stratum } from "../../domain/disparity/reading.js";
import { CHINA_OFFSET_MS } from "../../domain/instant.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface AlarmRow extends AlarmKey {
  readonly id: number;
  readonly periodFrom: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly raised_at: Date;
  readonly seen_at: Date;
  readonly resolved_at: Date | null;
}

const alarmOf = ({ raised_at, seen_at, resolved_at, ...row }: AlarmRow): KeptAlarm => ({ ...row, raisedAt: raised_at.getTime(), seenAt: seen_at.getTime(), resolvedAt: resolved_at?.getTime() ?? null });

const alarmColumns = (sql: Sql) => sql`
  alarm_id as id, dimension, group_key as "group", measure, period_from as "periodFrom", ratio, low, high, raised_at, seen_at, resolved_at`;

/** County or prefecture: a township with few cases could name a person. */
const COUNTY_DIGITS = 6;

/**
 * Kinds of applicant by the first digits of the unified social credit code: who registered it, and what as (GB 32100-2015,
 * 4.2 and table 1).
 */
const applicantKind = (sql: Sql) => sql`
  case
    when enterprise_code is null then 'person'
    when starts_with(enterprise_code, '91') then 'company'
    when starts_with(enterprise_code, '92') then 'sole-trader'
    when starts_with(enterprise_code, '93') then 'cooperative'
    when starts_with(enterprise_code, '1') then 'institution'
    when starts_with(enterprise_code, '5') then 'social-organisation'
    else 'other-organisation'
  end`;

const groupIn = (sql: Sql, dimension: Dimension) => {
  switch (dimension) {
    case "district":
      return sql`left(division_code, ${COUNTY_DIGITS}::int)`;
    case "language":
      return sql`coalesce(language, ${UNKNOWN_GROUP})`;
    case "channel":
      return sql`channel`;
    case "applicant":
      return applicantKind(sql);
  }
};

/**
 * Decided cases with their wait: from receipt to decision, clock time of working days, less the working days in which the
 * applicant was asked for something. What was received before the first day of the calendar counts from there. Working days
 * are looked up by position: joined to a table of days, a million cases were compared with each of them.
 */
const decidedCases = (sql: Sql, pool: PoolId, { from, to, calendar: { first, works } }: DecidedIn) => {
  const worked = [0];
  for (const day of works) worked.push((worked.at(-1) ?? 0) + Number(day));
  const daysIn = (column: ReturnType<Sql>) => sql`((extract(epoch from ${column}) * 1000)::float8 + ${CHINA_OFFSET_MS}::int) / 86400000 - ${first}::int`;
  const workedBy = (days: ReturnType<Sql>) => sql`
    c.worked[floor(${days})::int + 1] + (c.worked[floor(${days})::int + 2] - c.worked[floor(${days})::int + 1]) * (${days} - floor(${days}))`;
  return sql`
    decided as materialized (
      select r.request_id, r.public_id, r.number, r.item_code, r.item_version, r.unit_id, r.division_code, r.language, r.channel,
        r.enterprise_code, r.received_at, r.closed_at, r.state = 'rejected' as refused,
        greatest(0, (${workedBy(sql`t.closed`)}) - (${workedBy(sql`t.received`)}) - r.paused_working_days) as wait
      from pool.requests r
        cross join (select ${worked}::int[] as worked) c
        cross join lateral (select ${daysIn(sql`r.closed_at`)} as closed, greatest(0, ${daysIn(sql`r.received_at`)}) as received) t
      where r.pool_id = ${pool} and r.state in ('completed', 'rejected') and r.closed_at >= ${new Date(from)} and r.closed_at < ${new Date(to)}
    )`;
};

export const disparities = (sql: Sql, pool: PoolId): Disparities => ({
  async settings() {
    const [row] = await sql<DisparitySettings[]>`
      select period, min_cases as "minCases", ratio_percent as "ratioPercent", generation from pool.disparity_settings where pool_id = ${pool}`;
    return row ?? null;
  },

  async keepSettings({ period, minCases, ratioPercent }, seen) {
    const written =
      seen === 0
        ? await sql`
            insert into pool.disparity_settings (pool_id, period, min_cases, ratio_percent)
            values (${pool}, ${period}, ${minCases}, ${ratioPercent}) on conflict do nothing`
        : await sql`
            update pool.disparity_settings
            set period = ${period}, min_cases = ${minCases}, ratio_percent = ${ratioPercent}, generation = generation + 1
            where pool_id = ${pool} and generation = ${seen}`;
    return written.count === 1;
  },

  async strata(decided) {
    const rows = await sql<(Omit<Stratum, "waits"> & { count: number; sum: number; squares: number })[]>`
      with ${decidedCases(sql, pool, decided)}, alike as (
        -- First all that are alike in everything, so that the four dimensions go over far fewer rows.
        select item_code, ${groupIn(sql, "district")} as district, ${groupIn(sql, "language")} as language, channel, ${applicantKind(sql)} as applicant,
          count(*) as count, count(*) filter (where refused) as refused, sum(wait) as sum, sum(wait * wait) as squares
        from decided
        group by 1, 2, 3, 4, 5
      )
      select g.dimension, g."group", a.item_code as item, sum(a.count)::int as count, sum(a.refused)::int as refused, sum(a.sum)::float8 as sum,
        sum(a.squares)::float8 as squares
      from alike a
        cross join lateral (values ('district', a.district), ('language', a.language), ('channel', a.channel), ('applicant', a.applicant)) as g (dimension, "group")
      group by 1, 2, 3
      order by 1, 2, 3`;
    return rows.map(({ count, sum, squares, ...rest }) => ({ ...rest, waits: { count, sum, squares } }));
  },

  async cases(decided, dimension, group, { limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number", "number"]);
    const rows = await sql<(Omit<DecidedCase, "division" | "receivedAt" | "closedAt"> & { id: number; division: string; received_at: Date; closed_at: Date })[]>`
      with ${decidedCases(sql, pool, decided)}
      select d.request_id as id, d.public_id as "publicId", d.number, jsonb_build_object('zh', i.name_zh, 'en', i.name_en) as "itemNames",
        jsonb_build_object('zh', u.name_zh, 'en', u.name_en) as "unitNames", d.division_code as division, d.refused, d.received_at, d.closed_at,
        round(d.wait::numeric, 2)::float8 as "waitDays"
      from decided d
        join pool.items i on i.pool_id = ${pool} and i.item_code = d.item_code and i.version = d.item_version
        join pool.units u on u.pool_id = ${pool} and u.unit_id = d.unit_id
      where ${groupIn(sql, dimension)} = ${group}
        ${place === undefined ? sql`` : sql`and (d.closed_at, d.request_id) < (${new Date(Number(place[0]))}, ${Number(place[1])})`}
      order by d.closed_at desc, d.request_id desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, ({ closed_at, id }) => cursorOf(closed_at.getTime(), id));
    return {
      next: page.next,
      rows: page.rows.map(({ id: _id, division, received_at, closed_at, ...rest }) => ({ ...rest, division: trusted(division), receivedAt: received_at.getTime(), closedAt: closed_at.getTime() })),
    };
  },

  async lockOpenAlarms() {
    // Two watchers would raise the same alarm, and there is no row yet to lock.
    await sql`select pg_advisory_xact_lock(hashtextextended('disparity:' || ${pool}::text, 0))`;
    const rows = await sql<AlarmRow[]>`select ${alarmColumns(sql)} from pool.disparity_alarms where pool_id = ${pool} and resolved_at is null order by alarm_id`;
    return rows.map(alarmOf);
  },

  async raise({ dimension, group, measure, ratio, low, high }, periodFrom, at) {
    const [row] = await sql<{ id: number }[]>`
      insert into pool.disparity_alarms (pool_id, dimension, group_key, measure, period_from, ratio, low, high, raised_at, seen_at)
      values (${pool}, ${dimension}, ${group}, ${measure}, ${periodFrom}, ${ratio}, ${low}, ${high}, ${new Date(at)}, ${new Date(at)})
      returning alarm_id as id`;
    if (!row) throw new Error("an alarm was not stored");
    return row.id;
  },

  async see(id, { ratio, low, high }, periodFrom, at) {
    await sql`
      update pool.disparity_alarms set period_from = ${periodFrom}, ratio = ${ratio}, low = ${low}, high = ${high}, seen_at = ${new Date(at)}
      where pool_id = ${pool} and alarm_id = ${id}`;
  },

  async resolve(id, at) {
    await sql`update pool.disparity_alarms set resolved_at = ${new Date(at)} where pool_id = ${pool} and alarm_id = ${id}`;
  },

  async alarms({ limit, after }) {
    const place = after === undefined ? undefined : readCursor(after, ["number", "number"]);
    const rows = await sql<AlarmRow[]>`
      select ${alarmColumns(sql)}
      from pool.disparity_alarms
      where pool_id = ${pool}
        ${place === undefined ? sql`` : sql`and ((resolved_at is null)::int, alarm_id) < (${Number(place[0])}, ${Number(place[1])})`}
      order by (resolved_at is null)::int desc, alarm_id desc
      limit ${limit + 1}`;
    const page = pageOf(rows, limit, ({ resolved_at, id }) => cursorOf(resolved_at === null ? 1 : 0, id));
    return { rows: page.rows.map(alarmOf), next: page.next };
  },
});
