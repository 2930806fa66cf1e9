import { column, sheet, type ColumnKey } from "../import/layouts.js";
import type { ExportedTable } from "../import/export-table.js";
import type { Cell } from "../ports/tables.js";
import type { PressureRead, PressureRow } from "./read-pressure.js";

/** A share in percent with one decimal; null: there is none, or nothing to divide by. */
export const percentOf = (share: number | null): number | null => (share === null || !Number.isFinite(share) ? null : Math.round(share * 1_000) / 10);

const CELLS: readonly (readonly [ColumnKey, (row: PressureRow, read: PressureRead) => Cell])[] = [
  ["class", (row) => row.classId],
  ["class_zh", (row) => row.classNames.zh],
  ["class_en", (row) => row.classNames.en],
  ["measure", (row) => row.measure],
  ["unit", (row) => row.unit?.id ?? null],
  ["unit_zh", (row) => row.unit?.names.zh ?? null],
  ["unit_en", (row) => row.unit?.names.en ?? null],
  ["division", (row) => row.division?.code ?? null],
  ["division_zh", (row) => row.division?.names.zh ?? null],
  ["division_en", (row) => row.division?.names.en ?? null],
  ["asked_amount", (row) => row.asked],
  ["due_amount", (row) => row.due],
  ["expected_amount", (row) => (row.expected === null ? null : Math.round(row.expected))],
  ["used", (row) => row.used],
  ["capacity_behind", (row) => row.capacityBehind],
  ["utilisation", (row) => percentOf(row.utilisation)],
  ["capacity_ahead", (row) => row.capacityAhead],
  ["pressure", (row) => percentOf(row.pressure)],
  ["decisions", (row) => row.decisions],
  ["wait_p50", (row) => row.waitP50],
  ["wait_p90", (row) => row.waitP90],
  ["queued", (row) => row.waiting.steps],
  ["waiting_amount", (row) => row.waiting.amount],
  ["breaches_now", (row) => row.waiting.breachesNow],
  ["breaches_expected", (row) => row.waiting.breachesExpected],
  ["undated", (row) => row.waiting.undated],
  ["overdrawn", (row) => row.overdrawn],
  ["mape", (row, { errors }) => percentOf(errors.get(row.classId)?.mape ?? null)],
  ["wape", (row, { errors }) => percentOf(errors.get(row.classId)?.wape ?? null)],
];

export const pressureTable = (read: PressureRead): ExportedTable => ({ layout: sheet("pressure", CELLS.map(([key]) => column(key))), rows: cells(read) });

async function* cells(read: PressureRead): AsyncGenerator<readonly Cell[]> {
  for (const row of read.rows) yield CELLS.map(([, cell]) => cell(row, read));
}
