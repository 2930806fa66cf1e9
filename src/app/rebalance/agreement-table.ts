import { column, sheet, type ColumnKey } from "../import/layouts.js";
import type { ExportedTable } from "../import/export-table.js";
import type { AgreementUse } from "../ports/agreement.js";
import type { Cell } from "../ports/tables.js";
import { owedFen } from "./read-agreements.js";

const CELLS: readonly (readonly [ColumnKey, (row: AgreementUse) => Cell])[] = [
  ["class", (row) => row.classId],
  ["class_zh", (row) => row.classNames.zh],
  ["class_en", (row) => row.classNames.en],
  ["measure", (row) => row.measure],
  ["period", (row) => row.month],
  ["version", (row) => row.version],
  ["held", (row) => row.held],
  ["settled", (row) => row.settled],
  ["price_fen", (row) => row.priceFen],
  ["owed_fen", (row) => Number(owedFen(row))],
];

/** What was used under an agreement, as a table to pay by. */
export function agreementTable(use: readonly AgreementUse[]): ExportedTable {
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    await Promise.resolve();
    for (const row of use) yield CELLS.map(([, cell]) => cell(row));
  }
  return { layout: sheet("usage", CELLS.map(([key]) => column(key))), rows: rows() };
}
