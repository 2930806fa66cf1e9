import { column, ITEM_COLUMNS, sheet, type ColumnKey } from "../import/layouts.js";
import type { SheetLayout } from "../ports/tables.js";
import { RESOURCE_FIELDS } from "../../domain/pool/declare-resource.js";
import { UNIT_FIELDS } from "../../domain/org/declare-unit.js";

export const WORKBOOK_SHEETS = ["unit", "people", "posts", "counters", "calendars", "resources", "items"] as const;
export type WorkbookSheet = (typeof WORKBOOK_SHEETS)[number];

const POST_FIELDS = ["asset", "resource", "label", "calendar", "amount", "traits", "valid_from", "valid_to"] as const satisfies readonly ColumnKey[];

const layout = (name: WorkbookSheet, fields: readonly ColumnKey[], required: readonly ColumnKey[]): SheetLayout => sheet(name, fields.map((key) => column(key, required.includes(key))));

/**
 * One workbook for one unit: no sheet but the first names it. Publishing is an act of its own, so no cell says it.
 * A calendar takes a row for itself and each weekday and date that is not as in the one beneath.
 */
export const WORKBOOK: Readonly<Record<WorkbookSheet, SheetLayout>> = {
  unit: layout("unit", UNIT_FIELDS.filter((field) => field !== "public" && field !== "kind"), ["unit", "name_zh", "name_en", "division", "line", "level"]),
  people: layout("people", ["person_name", "login_name", "phone", "role", "posts"], ["person_name", "login_name", "role", "posts"]),
  posts: layout("posts", POST_FIELDS, ["asset", "label", "amount"]),
  counters: layout("counters", POST_FIELDS, ["asset", "label", "amount"]),
  calendars: layout("calendars", ["calendar", "base", "name_zh", "name_en", "weekday", "day", "hours", "off"], ["calendar", "name_zh", "name_en"]),
  resources: layout("resources", RESOURCE_FIELDS.filter((field) => field !== "unit"), ["resource", "class", "total"]),
  items: layout("items", ITEM_COLUMNS, ["item", "name_zh", "name_en", "task_type", "line", "level", "statutory_days", "promised_days", "recipe"]),
};
