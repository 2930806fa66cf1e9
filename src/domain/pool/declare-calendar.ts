import { parseCalendarId, parseClassId, type CalendarId, type ClassId } from "../id.js";
import { parseLocalDate, type DayNumber } from "../instant.js";
import { cyclesIn } from "../org/tree.js";
import { problem, type Problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { CALENDAR_LAYERS, parseSpan, WEEKDAYS, type Calendar, type CalendarDay, type CalendarDeadline, type Span, type Weekday } from "./calendar.js";

/** `{ calendar, layer, base?, names, week?: { mon: ["09:00-12:00"], … }, days?: [{ date, off, hours?, name? }], breaks?, deadlines?: [{ date, names, days?, percent, classes? }] }` */
export function declareCalendar(record: unknown): Result<Calendar> {
  const reader = new RecordReader(record, []);
  const id = reader.id("calendar", parseCalendarId);
  const layer = reader.oneOf("layer", CALENDAR_LAYERS);
  const base = reader.optionalId("base", parseCalendarId);
  const names = reader.names("names");

  const week: Partial<Record<Weekday, readonly Span[]>> = {};
  const weekReader = reader.record("week");
  for (const weekday of WEEKDAYS) {
    const spans = weekReader && spansAt(weekReader, weekday);
    if (spans) week[weekday] = spans;
  }
  weekReader?.end();

  const days = new Map<DayNumber, CalendarDay>();
  for (const entry of reader.records("days")) {
    const date = entry.optionalDate("date");
    if (date === null && !entry.has("date")) entry.refuse(problem("input.missing", {}, entry.at("date")));
    if (!entry.has("off")) entry.refuse(problem("input.missing", {}, entry.at("off")));
    const off = entry.flag("off", true);
    const hours = spansAt(entry, "hours");
    if (off && hours) entry.refuse(problem("input.invalid", { expected: "off: false" }, entry.at("hours")));
    const dayNames = entry.optionalNames("name");
    entry.end();
    const day = date === null ? undefined : parseLocalDate(date);
    if (day === undefined || date === null) continue;
    if (days.has(day)) entry.refuse(problem("input.duplicate", { kind: "date", id: date }, entry.at("date")));
    days.set(day, { off, hours, names: dayNames });
  }
  const breaks = spansAt(reader, "breaks");
  const deadlines = reader.records("deadlines").flatMap(deadlineOf).sort((a, b) => a.day - b.day);
  reader.end();
  return unlessRefused(reader.problems, { id, layer, base, names, week, days, breaks, deadlines });
}

/** Beyond, it is no longer the days before a date. */
const DEADLINE_DAYS_MAX = 40;
const DEADLINE_PERCENT_MAX = 10_000;

function deadlineOf(entry: RecordReader): CalendarDeadline[] {
  const date = entry.optionalDate("date");
  if (date === null && !entry.has("date")) entry.refuse(problem("input.missing", {}, entry.at("date")));
  const names = entry.names("names");
  const days = entry.optionalAmount("days", { min: 1, max: DEADLINE_DAYS_MAX }) ?? 1;
  const percent = entry.amount("percent", { min: 1, max: DEADLINE_PERCENT_MAX });
  const classes = entry.has("classes") ? entry.texts("classes").flatMap((text, i): ClassId[] => {
    const parsed = parseClassId(text, `classes.${i}`);
    if (!parsed.ok) for (const found of parsed.problems) entry.refuse({ ...found, ...entry.at(`classes.${i}`) });
    return parsed.ok ? [parsed.value] : [];
  }) : null;
  entry.end();
  const day = date === null ? undefined : parseLocalDate(date);
  return day === undefined ? [] : [{ day, days, percent, classes, names }];
}

/** Null when the field is absent; an empty list means "no hours". */
function spansAt(reader: RecordReader, field: string): readonly Span[] | null {
  if (!reader.has(field)) return null;
  return reader.texts(field, 20).flatMap((text, i) => {
    const span = parseSpan(text);
    if (!span) reader.refuse(problem("input.invalid", { expected: "HH:00-HH:30" }, reader.at(`${field}.${i}`)));
    return span ? [span] : [];
  });
}

/** What is wrong with the calendars together: bases that are missing, of a higher layer, or in a circle. */
export function calendarProblems(calendars: ReadonlyMap<string, Calendar>): ReadonlyMap<CalendarId, Problem> {
  const found = new Map<CalendarId, Problem>();
  const height = (calendar: Calendar) => CALENDAR_LAYERS.indexOf(calendar.layer);
  for (const calendar of calendars.values()) {
    if (calendar.base === null) continue;
    const base = calendars.get(calendar.base);
    if (!base) found.set(calendar.id, problem("input.unknown_reference", { kind: "calendar", id: calendar.base }, { field: "base" }));
    else if (height(base) > height(calendar)) found.set(calendar.id, problem("calendar.base_above", { base: calendar.base }, { field: "base" }));
  }
  for (const cycle of cyclesIn([...calendars.values()].map(({ id, base }) => ({ id, parent: base })))) {
    const path = [...cycle, cycle[0]].join(" → ");
    for (const id of cycle) found.set(id, problem("calendar.cycle", { path }, { field: "base" }));
  }
  return found;
}
