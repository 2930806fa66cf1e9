import { CsvError, parse } from "csv-parse/sync";
import type { ManifestRow } from "../app/ports/manifest.js";
import { problem, type Problem } from "../domain/problem.js";

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/**
 * A table of declarations. Columns may stand in any order; one that is not known is refused, one that is required and
 * missing too. Spreadsheets go through the import instead, which reads other encodings and reports row by row.
 */
export function readCsv(file: string, text: string, columns: readonly string[], required: readonly string[], problems: Problem[]): ManifestRow[] {
  let rows: readonly Parsed[];
  try {
    rows = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 100_000 }) as unknown as readonly Parsed[];
  } catch (error) {
    const lines = error instanceof CsvError ? Number(error["lines"]) : NaN;
    problems.push(problem("manifest.syntax", { detail: error instanceof CsvError ? error.code : String(error).slice(0, 160) }, { file, line: Number.isInteger(lines) ? lines : 1 }));
    return [];
  }
  const [head, ...body] = rows;
  if (!head) {
    problems.push(problem("manifest.column_missing", { column: required[0] ?? "" }, { file, line: 1 }));
    return [];
  }
  const header = head.record.map((name) => name.trim());
  const flaws = [
    ...header.flatMap((name, i) => (columns.includes(name) ? [] : [problem("input.unknown_field", { name: name.slice(0, 80) }, { field: name.slice(0, 80) || String(i + 1), file, line: 1 })])),
    ...header.flatMap((name, i) => (header.indexOf(name) < i ? [problem("input.duplicate", { kind: "column", id: name }, { field: name, file, line: 1 })] : [])),
    ...required.filter((name) => !header.includes(name)).map((column) => problem("manifest.column_missing", { column }, { file, line: 1 })),
  ];
  problems.push(...flaws);
  if (flaws.length > 0) return [];
  return body.flatMap(({ record, info }) => {
    // `info.lines` counts up to the end of the record; cells may hold line breaks.
    const line = info.lines - record.reduce((breaks, cell) => breaks + (cell.match(/\n/g)?.length ?? 0), 0);
    if (record.length !== header.length) {
      problems.push(problem("input.invalid", { expected: `${header.length} columns` }, { file, line }));
      return [];
    }
    const fields = Object.fromEntries(header.map((name, i) => [name, record[i] ?? ""]));
    return [{ record: fields, file, line, lineOf: () => line }];
  });
}
