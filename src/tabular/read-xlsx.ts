import { readFile } from "node:fs/promises";
import readWorkbook, { type Sheet } from "read-excel-file/universal";
import type { SheetLayout, TableEvent } from "../app/ports/tables.js";
import { problem, type Problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";
import { readHeader, type Header } from "./header.js";
import { XLSX_ROWS_MAX } from "./limits.js";
import { checkWorkbook } from "./zip-guard.js";

/** A cell that holds a number keeps it as it was written: spreadsheets store 15 digits, and ids are longer. */
class WrittenNumber {
  constructor(readonly text: string) {}
}

export type WorkbookSheet = Sheet<WrittenNumber>;

/** All sheets of a workbook, or why it cannot be read. */
export async function openWorkbook(path: string, file: string): Promise<Result<readonly WorkbookSheet[]>> {
  const bytes = await readFile(path);
  const wrong = checkWorkbook(bytes, file);
  if (wrong) return refused(wrong);
  try {
    const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    return ok(await readWorkbook(content, { parseNumber: (text) => new WrittenNumber(text), trim: true }));
  } catch {
    // Whatever the library stumbles over in a well-formed archive, it is not a workbook to us.
    return refused(problem("table.not_a_workbook", {}, { file }));
  }
}

/** A single sheet is taken whatever its name; of several, the one the layout names. */
export function findSheet(sheets: readonly WorkbookSheet[], { sheet, zh, en }: SheetLayout): WorkbookSheet | undefined {
  const names = new Set([sheet, zh, en].map((name) => name.toLowerCase()));
  return sheets.find((candidate) => names.has(candidate.sheet.trim().toLowerCase()));
}

export async function* readXlsx(path: string, file: string, layout: SheetLayout): AsyncGenerator<TableEvent> {
  const workbook = await openWorkbook(path, file);
  if (!workbook.ok) {
    yield { kind: "broken", problems: workbook.problems };
    return;
  }
  const sheet = findSheet(workbook.value, layout) ?? (workbook.value.length === 1 ? workbook.value[0] : undefined);
  if (!sheet) {
    yield { kind: "broken", problems: [problem("table.sheet_missing", { sheet: layout.zh }, { file })] };
    return;
  }
  yield { kind: "expect", rows: Math.max(0, sheet.data.length - 1) };

  let header: Header | undefined;
  for (const [index, cells] of sheet.data.entries()) {
    const line = index + 1;
    const read = cells.map((cell) => toText(cell, { file, line }));
    if (read.every(({ text }) => text === "")) continue;
    if (header === undefined) {
      const { header: found, problems } = readHeader(read.map(({ text }) => text), layout, { file, line });
      const [first, ...rest] = problems;
      if (first) {
        yield { kind: "broken", problems: [first, ...rest] };
        return;
      }
      header = found;
      continue;
    }
    if (line > XLSX_ROWS_MAX + 1) {
      yield { kind: "broken", problems: [problem("table.too_many_rows", { max: XLSX_ROWS_MAX }, { file, line })] };
      return;
    }
    const row: Record<string, string> = Object.create(null) as Record<string, string>;
    const problems: Problem[] = [];
    header.forEach((column, at) => {
      if (!column) return;
      const cell = read[at] ?? { text: "" };
      row[column.key] = cell.text;
      if (cell.problem) problems.push({ ...cell.problem, field: column.key });
    });
    yield { kind: "row", line, cells: row, problems };
  }
  if (header === undefined) yield { kind: "broken", problems: [problem("table.empty", {}, { file })] };
}

/** Digits a spreadsheet's number keeps exactly. */
const EXACT_DIGITS = 15;

function toText(cell: WorkbookSheet["data"][number][number], place: { file: string; line: number }): { text: string; problem?: Problem } {
  if (cell === null || cell === undefined) return { text: "" };
  if (cell instanceof Date) return { text: cell.toISOString().slice(0, 10) };
  if (typeof cell === "boolean") return { text: String(cell) };
  if (!(cell instanceof WrittenNumber)) return { text: String(cell).trim() };
  // `1E+5` and `100000.0` are the number 100000 to whoever typed it.
  const value = Number(cell.text);
  const text = Number.isSafeInteger(value) ? value.toFixed(0) : cell.text;
  return Math.abs(value) >= 10 ** EXACT_DIGITS ? { text, problem: problem("table.number_imprecise", { value: text.slice(0, 40) }, place) } : { text };
}
