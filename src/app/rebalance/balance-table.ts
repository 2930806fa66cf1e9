import type { Names } from "../../domain/catalogue/item.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { ExportedTable } from "../import/export-table.js";
import { column, sheet, type ColumnKey } from "../import/layouts.js";
import type { LoanBalance } from "../ports/loan.js";
import type { Reading } from "../ports/store.js";
import type { Cell } from "../ports/tables.js";

/** A balance with the words of what it names. */
export interface NamedBalance extends LoanBalance {
  readonly unit: Names;
  readonly class: CapacityClass;
}

export async function namedBalances(reading: Reading, rows: readonly LoanBalance[]): Promise<readonly NamedBalance[]> {
  const [units, classes] = [new Map((await reading.units.all()).map((one) => [one.id, one.names])), new Map((await reading.classes.all()).map((one) => [one.id, one]))];
  return rows.map((row) => ({ ...row, unit: units.get(row.unitId) ?? { zh: row.unitId, en: row.unitId }, class: classes.get(row.classId)! }));
}

const CELLS: readonly (readonly [ColumnKey, (row: NamedBalance) => Cell])[] = [
  ["unit", (row) => row.unitId],
  ["unit_zh", (row) => row.unit.zh],
  ["unit_en", (row) => row.unit.en],
  ["class", (row) => row.classId],
  ["class_zh", (row) => row.class.names.zh],
  ["class_en", (row) => row.class.names.en],
  ["measure", (row) => row.class.measure],
  ["period", (row) => row.period],
  ["lent", (row) => row.lent],
  ["borrowed", (row) => row.borrowed],
  ["balance", (row) => row.lent - row.borrowed],
];

async function* cells(rows: readonly NamedBalance[]): AsyncGenerator<readonly Cell[]> {
  for (const row of rows) yield CELLS.map(([, cell]) => cell(row));
}

/** What units lent and borrowed, as a table. Money is in fen. */
export const balanceTable = (rows: readonly NamedBalance[]): ExportedTable => ({ layout: sheet("balances", CELLS.map(([key]) => column(key))), rows: cells(rows) });
