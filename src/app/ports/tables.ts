import type { Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import type { Language } from "../../text/text.js";

/** A column of a table: `key` in programs and in our own CSV files, the names in spreadsheets people edit. All three are read. */
export interface TableColumn<K extends string = string> {
  readonly key: K;
  readonly zh: string;
  readonly en: string;
  /** A file without this column is refused; an empty cell is the rule set's business. */
  readonly required?: boolean;
  /** `number`: written to XLSX as a number when it is one. `flag` and `date` are read as spreadsheets write them. */
  readonly type?: "number" | "flag" | "date";
}

/** A sheet of a workbook; a CSV file is a workbook with one sheet whose name does not matter. */
export interface SheetLayout<K extends string = string> {
  readonly sheet: string;
  readonly zh: string;
  readonly en: string;
  readonly columns: readonly TableColumn<K>[];
}

/** An uploaded file that waits to be read. */
export interface KeptTable {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: number;
  /** Of the content, hex. */
  readonly sha256: string;
  readonly format: "csv" | "xlsx";
}

/** What reading meets, in file order. Lines are those a person sees in an editor or spreadsheet, from 1. */
export type TableEvent =
  /** Sent first: how many rows to expect, for the progress bar. An estimate where cells hold line breaks. */
  | { readonly kind: "expect"; readonly rows: number }
  | { readonly kind: "row"; readonly line: number; readonly cells: Readonly<Record<string, string>>; readonly problems: readonly Problem[] }
  /** The file cannot be read past this place; nothing follows. */
  | { readonly kind: "broken"; readonly problems: readonly [Problem, ...Problem[]] };

export type Cell = string | number | null;

export interface Tables {
  /** Keeps an upload on disk until it has been read; refuses what is too large or of no known format. */
  keep(body: AsyncIterable<Uint8Array>, fileName: string): Promise<Result<KeptTable>>;
  /** Reads one sheet. Memory does not grow with a CSV file. */
  read(table: KeptTable, layout: SheetLayout): AsyncIterable<TableEvent>;
  /** Which of the layouts' sheets a workbook holds. */
  sheets(table: KeptTable, layouts: readonly SheetLayout[]): Promise<Result<readonly string[]>>;
  drop(table: KeptTable): Promise<void>;
  /** UTF-8 with BOM, every cell quoted, cells that a spreadsheet would compute are escaped. */
  writeCsv(layout: SheetLayout, rows: AsyncIterable<readonly Cell[]>, language: Language): AsyncIterable<Uint8Array>;
  /** A workbook whose text cells are typed as text. Refused above the row limit. */
  writeXlsx(
    sheets: readonly { readonly layout: SheetLayout; readonly rows: AsyncIterable<readonly Cell[]> }[],
    language: Language,
  ): Promise<Result<Uint8Array>>;
}
