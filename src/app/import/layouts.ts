import { ASSET_FIELDS } from "../../domain/pool/declare-asset.js";
import { RESOURCE_FIELDS } from "../../domain/pool/declare-resource.js";
import { UNIT_FIELDS } from "../../domain/org/declare-unit.js";
import { columnWords, sheetWords } from "../../text/tables.js";
import type { ImportKind } from "../ports/import.js";
import type { SheetLayout, TableColumn } from "../ports/tables.js";

const NUMBERS: ReadonlySet<string> = new Set(["total", "reserved", "overcommit", "min", "max", "step", "amount", "generation", "statutory_days", "promised_days", "visits", "fee_fen"]);
const FLAGS: ReadonlySet<string> = new Set(["automated", "public", "off"]);
const DATES: ReadonlySet<string> = new Set(["valid_from", "valid_to", "day"]);

export type ColumnKey = keyof typeof columnWords;

export const column = (key: ColumnKey, required = false): TableColumn => ({
  key,
  ...columnWords[key],
  ...(required ? { required } : {}),
  ...(NUMBERS.has(key) ? { type: "number" as const } : FLAGS.has(key) ? { type: "flag" as const } : DATES.has(key) ? { type: "date" as const } : {}),
});

export const sheet = (name: keyof typeof sheetWords, columns: readonly TableColumn[]): SheetLayout => ({ sheet: name, ...sheetWords[name], columns });

const withRequired = (fields: readonly ColumnKey[], required: readonly ColumnKey[]): TableColumn[] => [
  ...fields.map((key) => column(key, required.includes(key))),
  // Written by exports; guards an edited table against changes made meanwhile.
  column("generation"),
];

/** An item's guide in one row: what is a list of things stands as JSON in its cell. */
export const ITEM_COLUMNS = [
  "item", "name_zh", "name_en", "task_type", "audience", "theme", "theme_zh", "theme_en", "life_events", "line", "level", "holder",
  "statutory_days", "promised_days", "visits", "modes", "fee_fen", "fee_basis", "result_zh", "result_en",
  "basis", "conditions", "materials", "form", "recipe", "source",
] as const satisfies readonly ColumnKey[];

/** The tables that go out and come in again: the same columns both ways. */
export const IMPORT_LAYOUTS: Readonly<Record<ImportKind, SheetLayout>> = {
  units: sheet("units", withRequired(UNIT_FIELDS, ["unit", "name_zh", "name_en", "division", "line", "level"])),
  resources: sheet("resources", withRequired(RESOURCE_FIELDS, ["resource", "unit", "class", "total"])),
  assets: sheet("assets", withRequired(ASSET_FIELDS, ["asset", "unit", "label", "amount"])),
  items: sheet("items", withRequired(ITEM_COLUMNS, ["item", "name_zh", "name_en", "task_type", "line", "level", "statutory_days", "promised_days", "recipe"])),
};
