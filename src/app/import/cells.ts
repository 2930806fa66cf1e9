import type { TableRecord } from "../ports/import.js";
import type { SheetLayout } from "../ports/tables.js";

/** Spreadsheets write TRUE, 是, 2026/1/5; declarations say true and 2026-01-05. Anything else passes as it is and is judged there. */
export function plainRecord(cells: Readonly<Record<string, string>>, { columns }: SheetLayout): TableRecord {
  const record: Record<string, string> = {};
  for (const { key, type } of columns) {
    const cell = cells[key] ?? "";
    if (cell === "") continue;
    record[key] = type === "flag" ? flag(cell) : type === "date" ? date(cell) : key === "total" ? total(cell) : cell;
  }
  return record;
}

const YES = new Set(["true", "是", "yes", "y", "1", "√"]);
const NO = new Set(["false", "否", "no", "n", "0", "×"]);

const flag = (cell: string): string => (YES.has(cell.toLowerCase()) ? "true" : NO.has(cell.toLowerCase()) ? "false" : cell);

function date(cell: string): string {
  const parts = /^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/.exec(cell);
  return parts ? `${parts[1]}-${parts[2]?.padStart(2, "0")}-${parts[3]?.padStart(2, "0")}` : cell;
}

const total = (cell: string): string => (cell === "不限" || cell === "无限" ? "unlimited" : cell === "按实体" ? "assets" : cell);
