import { Readable } from "node:stream";
import { parse, type CsvError } from "csv-parse";
import type { SheetLayout, TableEvent } from "../app/ports/tables.js";
import { problem, type Problem } from "../domain/problem.js";
import { decoded, detectEncoding, EncodingFault, type Encoding } from "./encoding.js";
import { unguarded } from "./formula-guard.js";
import { readHeader, type Header } from "./header.js";
import { COLUMNS_MAX, CSV_ROWS_MAX, RECORD_BYTES_MAX } from "./limits.js";

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Rows of a CSV file. One record is in memory at a time, whatever the file's size. */
export async function* readCsv(path: string, file: string, layout: SheetLayout, rowsMax = CSV_ROWS_MAX): AsyncGenerator<TableEvent> {
  const shape = await detectEncoding(path, file);
  if ("code" in shape) {
    yield { kind: "broken", problems: [shape] };
    return;
  }
  yield { kind: "expect", rows: Math.max(0, shape.lines - 1) };

  // Where the record being parsed begins: a break names it.
  let begins = 1;
  const parser = parse({
    delimiter: await delimiterOf(path, shape.encoding),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_BYTES_MAX,
    record_delimiter: "\n",
    on_record: (record: string[], { lines }) => {
      begins = lines + 1;
      return record;
    },
  });
  const text = Readable.from(boundedLines(oneLineEnd(decoded(path, shape.encoding))), { objectMode: false });
  text.on("error", (error) => parser.destroy(error));
  text.pipe(parser);

  let header: Header | undefined;
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      // `info.lines` is the line the record ended on; a cell may hold line breaks.
      const line = info.lines - record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
      if (header === undefined) {
        const read = readHeader(record.slice(0, COLUMNS_MAX), layout, { file, line });
        const [first, ...rest] = record.length > COLUMNS_MAX ? [problem("table.too_many_cells", { found: record.length, expected: layout.columns.length }, { file, line })] : read.problems;
        if (first) {
          yield { kind: "broken", problems: [first, ...rest] };
          return;
        }
        header = read.header;
        continue;
      }
      rows += 1;
      if (rows > rowsMax) {
        yield { kind: "broken", problems: [problem("table.too_many_rows", { max: rowsMax }, { file, line })] };
        return;
      }
      if (record.every((cell) => cell === "")) continue;
      yield { kind: "row", line, ...toCells(record, header, file, line) };
    }
    if (header === undefined) yield { kind: "broken", problems: [problem("table.empty", {}, { file })] };
  } catch (error) {
    const { quoting } = (parser as unknown as { state: { quoting: boolean } }).state;
    yield { kind: "broken", problems: [brokenAt(error, quoting, file, begins)] };
  } finally {
    text.destroy();
    parser.destroy();
  }
}

function toCells(record: readonly string[], header: Header, file: string, line: number): { cells: Record<string, string>; problems: Problem[] } {
  const cells: Record<string, string> = Object.create(null) as Record<string, string>;
  header.forEach((column, index) => {
    if (column) cells[column.key] = unguarded((record[index] ?? "").trim());
  });
  const extra = record.slice(header.length).some((cell) => cell.trim() !== "");
  return {
    cells,
    problems: extra ? [problem("table.too_many_cells", { found: record.length, expected: header.length }, { file, line })] : [],
  };
}

/** Excel's "Unicode text" is tab-separated, and some locales write semicolons: the header row shows which. */
async function delimiterOf(path: string, encoding: Encoding): Promise<string> {
  try {
    for await (const piece of decoded(path, encoding)) {
      const head = piece.split(/[\r\n]/).find((part) => part.trim() !== "") ?? "";
      const count = (mark: string): number => head.split(mark).length;
      const best = [",", "\t", ";"].reduce((a, b) => (count(b) > count(a) ? b : a));
      return best;
    }
  } catch (error) {
    // The main reading meets the same bytes and reports them.
    if (!(error instanceof EncodingFault)) throw error;
  }
  return ",";
}

/** Line ends as line feeds, in and outside cells, so that lines can be counted. */
async function* oneLineEnd(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = "";
  for await (const piece of text) {
    const whole = held + piece;
    held = whole.endsWith("\r") ? "\r" : "";
    yield whole.slice(0, whole.length - held.length).replace(/\r\n?/g, "\n");
  }
  if (held !== "") yield "\n";
}

class LongLineFault extends Error {}

/** The parser limits the text of a record; a line of nothing but commas has none, and would fill memory with empty cells. */
async function* boundedLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let open = 0;
  for await (const piece of text) {
    let from = 0;
    for (let at = piece.indexOf("\n"); at !== -1; at = piece.indexOf("\n", from)) {
      if (open + at - from > RECORD_BYTES_MAX) throw new LongLineFault();
      open = 0;
      from = at + 1;
    }
    open += piece.length - from;
    if (open > RECORD_BYTES_MAX) throw new LongLineFault();
    yield piece;
  }
}

function brokenAt(error: unknown, quoting: boolean, file: string, begins: number): Problem {
  if (error instanceof EncodingFault) return problem("table.encoding_unknown", {}, { file, line: error.line });
  const tooLong = problem("table.row_too_long", { maxBytes: RECORD_BYTES_MAX }, { file, line: begins });
  const quoteOpen = problem("table.quote_open", {}, { file, line: begins });
  if (error instanceof LongLineFault) return quoting ? quoteOpen : tooLong;
  switch ((error as CsvError).code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return quoteOpen;
    case "CSV_MAX_RECORD_SIZE":
      return quoting ? quoteOpen : tooLong;
    case "INVALID_OPENING_QUOTE":
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return problem("table.quote_misplaced", {}, { file, line: begins });
    default:
      throw error;
  }
}
