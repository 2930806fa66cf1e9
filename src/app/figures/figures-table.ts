import { column, sheet, type ColumnKey } from "../import/layouts.js";
import type { ExportedTable } from "../import/export-table.js";
import type { Cell } from "../ports/tables.js";
import type { FiguresOf, FiguresRead } from "./read-figures.js";

/** In percent with one decimal; null: nothing was closed. */
export const deadlineRate = ({ closed, missed }: Pick<FiguresOf, "closed" | "missed">): number | null => (closed === 0 ? null : Math.round(((closed - missed) / closed) * 1_000) / 10);

const CELLS: readonly (readonly [ColumnKey, (row: FiguresOf) => Cell])[] = [
  ["key", (row) => row.key],
  ["name_zh", (row) => row.names?.zh ?? null],
  ["name_en", (row) => row.names?.en ?? null],
  ["utilisation", (row) => row.utilisation?.percent ?? null],
  ["used", (row) => row.utilisation?.amounts?.used ?? null],
  ["capacity", (row) => row.utilisation?.amounts?.capacity ?? null],
  ["queued", (row) => row.queue],
  ["decisions", (row) => row.decisions],
  ["wait_p50", (row) => row.waitP50],
  ["wait_p90", (row) => row.waitP90],
  ["closed", (row) => row.closed],
  ["missed", (row) => row.missed],
  ["deadline_rate", deadlineRate],
  ["breaches", (row) => row.breaches],
];

/** Figures as a table; the whole stands first, without a key. */
export const figuresTable = ({ whole, rows }: FiguresRead): ExportedTable => ({
  layout: sheet("figures", CELLS.map(([key]) => column(key))),
  rows: cells([whole, ...rows]),
});

async function* cells(rows: readonly FiguresOf[]): AsyncGenerator<readonly Cell[]> {
  for (const row of rows) yield CELLS.map(([, cell]) => cell(row));
}
