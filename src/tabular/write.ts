import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import writeWorkbook from "write-excel-file/node";
import type { Cell, SheetLayout } from "../app/ports/tables.js";
import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";
import type { Language } from "../text/text.js";
import { guarded } from "./formula-guard.js";
import { XLSX_ROWS_MAX } from "./limits.js";

export async function* writeCsv(layout: SheetLayout, rows: AsyncIterable<readonly Cell[]>, language: Language): AsyncGenerator<Uint8Array> {
  // The byte order mark makes spreadsheets read UTF-8; quoting everything keeps codes whole.
  const csv = stringify({ bom: true, quoted: true, quoted_empty: true, record_delimiter: "windows" });
  async function* cells(): AsyncGenerator<(string | number)[]> {
    yield layout.columns.map((column) => guarded(column[language]));
    for await (const row of rows) yield row.map((cell) => (typeof cell === "string" ? guarded(cell) : (cell ?? "")));
  }
  // A fault of the rows ends `csv` too, where the reader meets it; a reader who leaves closes the rows.
  pipeline(cells(), csv).catch(() => undefined);
  yield* csv as AsyncIterable<Buffer>;
}

export async function writeXlsx(
  sheets: readonly { readonly layout: SheetLayout; readonly rows: AsyncIterable<readonly Cell[]> }[],
  language: Language,
): Promise<Result<Uint8Array>> {
  const written = [];
  for (const { layout, rows } of sheets) {
    const { columns } = layout;
    const data: { value: string | number; type: StringConstructor | NumberConstructor; format?: string; fontWeight?: "bold" }[][] = [
      columns.map((column) => ({ value: column[language], type: String, fontWeight: "bold" })),
    ];
    for await (const row of rows) {
      if (data.length > XLSX_ROWS_MAX) return refused(problem("table.too_many_rows", { max: XLSX_ROWS_MAX }));
      data.push(
        columns.map((column, index) => {
          const cell = row[index] ?? "";
          // Text is typed as text, with the text format, so that nothing is computed and no code loses a digit.
          return column.type === "number" && typeof cell === "number" ? { value: cell, type: Number } : { value: String(cell), type: String, format: "@" };
        }),
      );
    }
    written.push({ data, sheet: layout[language], columns: columns.map(({ type }) => ({ width: type === undefined ? 22 : 12 })), stickyRowsCount: 1 });
  }
  return ok(await writeWorkbook(written).toBuffer());
}
