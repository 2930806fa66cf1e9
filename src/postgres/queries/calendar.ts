import type { CalendarBook } from "../../app/ports/calendar.js";
import { trusted, type CalendarId, type PoolId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type DayNumber } from "../../domain/instant.js";
import { formatSpan, parseSpan, type Calendar, type CalendarDay, type CalendarDeadline, type CalendarLayerName, type Span, type Weekday } from "../../domain/pool/calendar.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

interface CalendarRow {
  readonly calendar_id: string;
  readonly layer: CalendarLayerName;
  readonly base_id: string | null;
  readonly name_zh: string;
  readonly name_en: string;
  readonly week: Partial<Record<Weekday, string[]>> | null;
  readonly breaks: string[] | null;
  readonly deadlines: readonly CalendarDeadline[];
}

interface DayRow {
  readonly calendar_id: string;
  readonly date: string;
  readonly off: boolean;
  readonly hours: string[] | null;
  readonly name_zh: string | null;
  readonly name_en: string | null;
}

const spansOf = (texts: readonly string[]): Span[] => texts.flatMap((text) => parseSpan(text) ?? []);

function calendarOf(row: CalendarRow, days: ReadonlyMap<DayNumber, CalendarDay>): Calendar {
  const week = Object.fromEntries(Object.entries(row.week ?? {}).map(([weekday, texts]) => [weekday, spansOf(texts)])) as Calendar["week"];
  return {
    id: trusted(row.calendar_id),
    layer: row.layer,
    base: row.base_id === null ? null : trusted<CalendarId>(row.base_id),
    names: { zh: row.name_zh, en: row.name_en },
    week,
    days,
    breaks: row.breaks && spansOf(row.breaks),
    deadlines: row.deadlines,
  };
}

export const calendarBook = (sql: Sql, pool: PoolId): CalendarBook => ({
  async all() {
    const calendars = await sql<CalendarRow[]>`
      select calendar_id, layer, base_id, name_zh, name_en, week, breaks, deadlines
      from pool.calendars where pool_id = ${pool} order by calendar_id`;
    const days = await sql<DayRow[]>`
      select calendar_id, date, off, hours, name_zh, name_en from pool.calendar_days where pool_id = ${pool} order by calendar_id, date`;
    const daysOf = new Map<string, Map<DayNumber, CalendarDay>>();
    for (const row of days) {
      const day = parseLocalDate(row.date);
      if (day === undefined) continue;
      const names = row.name_zh === null ? null : { zh: row.name_zh, en: row.name_en ?? row.name_zh };
      const known = daysOf.get(row.calendar_id) ?? new Map<DayNumber, CalendarDay>();
      known.set(day, { off: row.off, hours: row.hours && spansOf(row.hours), names });
      daysOf.set(row.calendar_id, known);
    }
    return calendars.map((row) => calendarOf(row, daysOf.get(row.calendar_id) ?? new Map()));
  },

  async put(declared) {
    const rows = declared.map((calendar) => ({
      calendar_id: calendar.id,
      layer: calendar.layer,
      base_id: calendar.base,
      name_zh: calendar.names.zh,
      name_en: calendar.names.en,
      week: Object.fromEntries(Object.entries(calendar.week).map(([weekday, spans]) => [weekday, spans.map(formatSpan)])),
      breaks: calendar.breaks && calendar.breaks.map(formatSpan),
      deadlines: calendar.deadlines ?? [],
    }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.calendars (pool_id, calendar_id, layer, base_id, name_zh, name_en, week, breaks, deadlines)
      select ${pool}, calendar_id, layer, base_id, name_zh, name_en, week, breaks, deadlines
      from json_to_recordset(${json}) as c (calendar_id text, layer text, base_id text, name_zh text, name_en text, week jsonb, breaks text[], deadlines jsonb)
      on conflict (pool_id, calendar_id) do update
        set layer = excluded.layer, base_id = excluded.base_id, name_zh = excluded.name_zh, name_en = excluded.name_en,
          week = excluded.week, breaks = excluded.breaks, deadlines = excluded.deadlines`);
    await sql`delete from pool.calendar_days where pool_id = ${pool} and calendar_id = any(${declared.map(({ id }) => id as string)}::text[])`;
    const days = declared.flatMap((calendar) =>
      [...calendar.days].map(([day, { off, hours, names }]) => ({
        calendar_id: calendar.id,
        date: localDateOf(day),
        off,
        hours: hours && hours.map(formatSpan),
        name_zh: names?.zh ?? null,
        name_en: names?.en ?? null,
      })),
    );
    await inBulk(sql, days, (json) => sql`
      insert into pool.calendar_days (pool_id, calendar_id, date, off, hours, name_zh, name_en)
      select ${pool}, calendar_id, date, off, hours, name_zh, name_en
      from json_to_recordset(${json}) as d (calendar_id text, date text, off boolean, hours text[], name_zh text, name_en text)`);
  },
});
