import type { SheetLayout, TableColumn } from "../app/ports/tables.js";
import { problem, type Problem, type ProblemPlace } from "../domain/problem.js";

/** Written by us beside bad rows; people leave it in when they correct them. */
export const PROBLEM_COLUMN: TableColumn = { key: "problem", zh: "问题", en: "Problem" };

/** For each cell of a row, the column it belongs to; undefined: not ours to read. */
export type Header = readonly (TableColumn | undefined)[];

const plain = (name: string): string => name.normalize("NFKC").replace(/[\s*＊﻿]+/g, " ").trim().toLowerCase();

/** What a file calls a column, to be told and kept: no table of ours can hold a NUL or half a character. */
const said = (cell: string): string => cell.trim().slice(0, 60).replaceAll(/[\p{Cc}\p{Cs}]/gu, "\ufffd");

/** Matches a header row by key, Chinese or English name. Duplicates, unknown and missing columns are problems. */
export function readHeader(cells: readonly string[], { columns }: SheetLayout, place: ProblemPlace): { header: Header; problems: Problem[] } {
  const byName = new Map<string, TableColumn>();
  for (const column of [...columns, PROBLEM_COLUMN]) {
    for (const name of [column.key, column.zh, column.en]) byName.set(plain(name), column);
  }
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const header = cells.map((cell) => {
    const name = plain(cell);
    // Spreadsheets leave empty columns at the right.
    if (name === "") return undefined;
    const column = byName.get(name);
    if (!column) {
      problems.push(problem("table.unknown_column", { column: said(cell) }, place));
      return undefined;
    }
    if (seen.has(column.key)) problems.push(problem("table.duplicate_column", { column: said(cell) }, place));
    seen.add(column.key);
    return column === PROBLEM_COLUMN ? undefined : column;
  });
  const missing = columns.filter(({ key, required }) => required && !seen.has(key));
  if (missing.length > 0) {
    problems.push(problem("table.missing_columns", { columns: missing.map(({ key, zh }) => `${key} ${zh}`).join(", ") }, place));
  }
  return { header, problems };
}
