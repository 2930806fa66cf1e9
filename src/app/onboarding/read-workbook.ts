import type { UnitId } from "../../domain/id.js";
import { localDateOf, parseLocalDate } from "../../domain/instant.js";
import { formatSpan, WEEKDAYS, type Calendar } from "../../domain/pool/calendar.js";
import { UNIT_ROLES, type UnitRole } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { RecordReader } from "../../domain/record.js";
import { unlessRefused, type Result } from "../../domain/result.js";
import { weekdayWords, workbookRoles } from "../../text/onboarding.js";
import { plainRecord } from "../import/cells.js";
import { itemDeclaration } from "../import/records.js";
import type { TableRecord } from "../ports/import.js";
import type { ManifestRecords, ManifestRow } from "../ports/manifest.js";
import type { KeptTable, Tables } from "../ports/tables.js";
import { WORKBOOK, WORKBOOK_SHEETS, type WorkbookSheet } from "./workbook-layout.js";

/** A row, and where it stands: the sheet's name in programs, and the row as the spreadsheet numbers it. */
export interface WorkbookRow {
  readonly record: TableRecord;
  readonly place: { readonly file: WorkbookSheet; readonly line: number };
}
export type Workbook = Readonly<Record<WorkbookSheet, readonly WorkbookRow[]>>;

/** Enough to mend a workbook in one go. */
const PROBLEMS_MAX = 200;

/** Reads every sheet. All must be there: a sheet under another name would be passed over in silence. */
export async function readWorkbook(tables: Tables, table: KeptTable): Promise<Result<Workbook>> {
  const present = await tables.sheets(table, Object.values(WORKBOOK));
  if (!present.ok) return present;
  const problems: Problem[] = WORKBOOK_SHEETS.filter((sheet) => !present.value.includes(sheet)).map((sheet) => problem("table.sheet_missing", { sheet: WORKBOOK[sheet].zh }, { file: table.fileName }));
  const read: Partial<Record<WorkbookSheet, readonly WorkbookRow[]>> = {};
  for (const sheet of problems.length === 0 ? WORKBOOK_SHEETS : []) {
    const rows: WorkbookRow[] = [];
    for await (const event of tables.read(table, WORKBOOK[sheet])) {
      if (event.kind === "expect") continue;
      problems.push(...event.problems.map((one) => ({ ...one, file: sheet })));
      if (event.kind === "row") rows.push({ record: plainRecord(event.cells, WORKBOOK[sheet]), place: { file: sheet, line: event.line } });
    }
    read[sheet] = rows;
  }
  const units = read.unit ?? [];
  if (problems.length === 0 && units.length !== 1) problems.push(units[1] ? problem("input.duplicate", { kind: "unit", id: units[1].record["unit"] ?? "" }, units[1].place) : problem("input.missing", {}, { file: "unit", line: 2, field: "unit" }));
  return unlessRefused(problems.slice(0, PROBLEMS_MAX), read as Workbook);
}

/** The declared part as the rule sets of the register read it. Everything in it is the unit's. */
export function recordsOf(workbook: Workbook, unit: UnitId, { published, calendars, poolCalendar }: { readonly published: boolean; readonly calendars: ReadonlyMap<string, Calendar>; readonly poolCalendar: string | null }): Result<ManifestRecords> {
  const problems: Problem[] = [];
  const plain = (rows: readonly WorkbookRow[], more: TableRecord): ManifestRow[] => rows.map(({ record, place }) => rowOf({ ...record, ...more }, place));
  const items = workbook.items.flatMap(({ record, place }) => {
    const declared = itemDeclaration({ ...record, holder: record["holder"] || unit });
    if (declared.ok) return [rowOf(declared.value, place)];
    problems.push(...declared.problems.map((one) => ({ ...one, ...place })));
    return [];
  });
  const records: ManifestRecords = {
    pool: [],
    classes: [],
    traits: [],
    priorities: [],
    bundles: [],
    cohorts: [],
    quotas: [],
    sharing: [],
    "alert-rules": [],
    "standing-limits": [],
    agreements: [],
    reorganisations: [],
    "task-forces": [],
    calendars: calendarsOf(workbook.calendars, unit, calendars, poolCalendar, problems),
    units: plain(workbook.unit, { public: String(published) }),
    resources: plain(workbook.resources, { unit }),
    assets: plain([...workbook.posts, ...workbook.counters], { unit }),
    items,
  };
  return unlessRefused(problems, records);
}

const rowOf = (record: unknown, { file, line }: WorkbookRow["place"]): ManifestRow => ({ record, file, line, lineOf: () => line });

/** Rows of one calendar: its own, and one for each weekday and date that differs. What a workbook cannot say stays. */
function calendarsOf(rows: readonly WorkbookRow[], unit: UnitId, known: ReadonlyMap<string, Calendar>, poolCalendar: string | null, problems: Problem[]): ManifestRow[] {
  const byId = new Map<string, WorkbookRow[]>();
  for (const row of rows) {
    const id = row.record["calendar"] ?? "";
    byId.set(id, [...(byId.get(id) ?? []), row]);
  }
  return [...byId].flatMap(([id, own]) => {
    const [first] = own;
    if (!first) return [];
    // A calendar of others moves their working time too.
    if (!isOwnCalendar(id, unit)) problems.push(problem("input.invalid", { expected: `${unit} | ${unit}-…` }, { ...first.place, field: "calendar" }));
    const there = known.get(id);
    const week: Record<string, readonly string[]> = {};
    const days: Record<string, unknown>[] = [];
    for (const { record, place } of own) {
      const hours = (record["hours"] ?? "").split(/[;；]/).map((span) => span.trim()).filter(Boolean);
      if (record["weekday"]) {
        const weekday = WEEKDAYS.find((day) => [day, weekdayWords[day].zh, weekdayWords[day].en].includes(record["weekday"] ?? ""));
        if (!weekday) problems.push(problem("input.invalid", { expected: WEEKDAYS.map((day) => weekdayWords[day].zh).join(" ") }, { ...place, field: "weekday" }));
        else if (week[weekday]) problems.push(problem("input.duplicate", { kind: "date", id: weekday }, { ...place, field: "weekday" }));
        else week[weekday] = hours;
      }
      if (record["day"]) {
        const day = parseLocalDate(record["day"]);
        const names = day === undefined ? null : (there?.days.get(day)?.names ?? null);
        days.push({ date: record["day"], off: record["off"] ?? String(hours.length === 0), ...(hours.length === 0 ? {} : { hours }), ...(names === null ? {} : { name: names }) });
      }
    }
    const { name_zh: zh, name_en: en, base } = first.record;
    const breaks = there?.breaks ? { breaks: there.breaks.map(formatSpan) } : {};
    // The workbook knows no deadlines: those that were declared stay.
    const deadlines = (there?.deadlines ?? []).map(({ day, classes, ...rest }) => ({ ...rest, date: localDateOf(day), ...(classes && { classes: [...classes] }) }));
    return [rowOf({ calendar: id, layer: "unit", base: base ?? poolCalendar ?? undefined, names: { zh, en }, week, days, ...breaks, deadlines }, first.place)];
  });
}

export const isOwnCalendar = (id: string, unit: UnitId): boolean => id === unit || id.startsWith(`${unit}-`);

/** The rows of a calendar, as `recordsOf` reads them. */
export function calendarRows(calendar: Calendar): TableRecord[] {
  const head = { calendar: calendar.id, base: calendar.base ?? "", name_zh: calendar.names.zh, name_en: calendar.names.en };
  const weekdays = WEEKDAYS.flatMap((day) => {
    const spans = calendar.week[day];
    return spans ? [{ ...head, weekday: weekdayWords[day].zh, hours: spans.map(formatSpan).join(";") }] : [];
  });
  const days = [...calendar.days].map(([day, { off, hours }]) => ({ ...head, day: localDateOf(day), off: String(off), hours: (hours ?? []).map(formatSpan).join(";") }));
  return [...weekdays, ...days].length === 0 ? [head] : [...weekdays, ...days];
}

export interface WorkbookPerson {
  readonly name: string;
  readonly loginName: string;
  readonly phone: string | null;
  readonly roles: readonly UnitRole[];
  /** Codes of the posts the person holds. */
  readonly posts: readonly string[];
  readonly place: WorkbookRow["place"];
}

/** People by their sign-in names; each once, each post held by one. */
export function peopleOf(rows: readonly WorkbookRow[]): Result<readonly WorkbookPerson[]> {
  const problems: Problem[] = [];
  const logins = new Set<string>();
  const taken = new Set<string>();
  const people = rows.map(({ record, place }): WorkbookPerson => {
    const reader = new RecordReader({ ...record, role: (record["role"] ?? "").replaceAll("；", ";"), posts: (record["posts"] ?? "").replaceAll("；", ";") }, []);
    const person = { name: reader.text("person_name", 100), loginName: reader.text("login_name", 64), phone: reader.optionalText("phone", 40), posts: reader.texts("posts"), place };
    const roles = reader.texts("role").flatMap((word) => {
      const role = UNIT_ROLES.find((one) => [one, workbookRoles[one].zh, workbookRoles[one].en].includes(word));
      if (!role) reader.refuse(problem("input.invalid", { expected: UNIT_ROLES.map((one) => `${workbookRoles[one].zh} ${workbookRoles[one].en}`).join(" | ") }, { field: "role" }));
      return role ? [role] : [];
    });
    if (!reader.has("role")) reader.refuse(problem("input.missing", {}, { field: "role" }));
    if (person.loginName !== "" && logins.has(person.loginName)) reader.refuse(problem("input.duplicate", { kind: "person", id: person.loginName }, { field: "login_name" }));
    logins.add(person.loginName);
    for (const post of person.posts) {
      if (taken.has(post)) reader.refuse(problem("input.duplicate", { kind: "asset", id: post }, { field: "posts" }));
      taken.add(post);
    }
    reader.end();
    problems.push(...reader.problems.map((one) => ({ ...one, ...place })));
    return { ...person, roles };
  });
  return unlessRefused(problems, people);
}
