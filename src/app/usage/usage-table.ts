import type { UsageDimension } from "../../domain/pool/usage.js";
import { column, sheet, type ColumnKey } from "../import/layouts.js";
import type { ExportedTable } from "../import/export-table.js";
import type { Cell } from "../ports/tables.js";
import type { UsageRow } from "../ports/usage.js";
import type { UsageRead } from "./read-usage.js";

const PAGE = 2_000;

/** The columns of each thing that can be told apart, in the order of the statement. */
const OF_DIMENSION: Readonly<Record<UsageDimension, readonly (readonly [ColumnKey, (row: UsageRow) => Cell])[]>> = {
  class: [],
  period: [["period", (row) => row.period]],
  unit: [["unit", (row) => row.unit?.id ?? null], ["unit_zh", (row) => row.unit?.names.zh ?? null], ["unit_en", (row) => row.unit?.names.en ?? null]],
  supplier: [["supplier", (row) => row.supplier?.id ?? null], ["supplier_zh", (row) => row.supplier?.names.zh ?? null], ["supplier_en", (row) => row.supplier?.names.en ?? null]],
  item: [["item", (row) => row.item?.code ?? null], ["item_zh", (row) => row.item?.names.zh ?? null], ["item_en", (row) => row.item?.names.en ?? null]],
  applicant: [["applicant", (row) => row.applicant]],
  request: [["number", (row) => row.request?.number ?? null]],
};

/** A statement as a table, read page by page while it is written. Money is in fen. */
export function usageTable(read: UsageRead, by: readonly UsageDimension[]): ExportedTable {
  const cells: readonly (readonly [ColumnKey, (row: UsageRow) => Cell])[] = [
    ["class", (row) => row.class],
    ["class_zh", (row) => row.classNames.zh],
    ["class_en", (row) => row.classNames.en],
    ["measure", (row) => row.measure],
    ...by.flatMap((dimension) => OF_DIMENSION[dimension]),
    ["allocations", (row) => row.allocations],
    ["held", (row) => row.held],
    ["settled", (row) => row.settled],
    ["returned", (row) => row.returned],
    ["lapsed", (row) => row.lapsed],
    ["annulled", (row) => row.annulled],
  ];
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    let after: string | undefined;
    do {
      const page = await read.page({ limit: PAGE, after });
      for (const row of page.rows) yield cells.map(([, cell]) => cell(row));
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  return { layout: sheet("usage", cells.map(([key]) => column(key))), rows: rows() };
}
