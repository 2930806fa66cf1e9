import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import type { TraceRow } from "../../domain/demand/trace.js";

export interface Trace {
  /** By time, then id. */
  readonly rows: readonly TraceRow[];
  readonly skipped: number;
}

export class NotATrace extends Error {}

/** How a kind of trace says what we need. Permit logs have a row for every step: the first of a case is its request. */
const SHAPES: readonly { readonly needs: readonly string[]; readonly row: (cells: Readonly<Record<string, string>>) => TraceRow }[] = [
  {
    needs: ["created_at", "type"],
    row: (cells) => ({
      id: cells["request_id"] || `${cells["created_at"]} ${cells["type"]}`,
      at: wallClock(cells["created_at"]),
      type: cells["type"] ?? "",
      agency: cells["agency"] ?? "",
      district: cells["district"] ?? "",
    }),
  },
  {
    needs: ["case_id", "case_started_at", "activity"],
    row: (cells) => ({
      id: cells["case_id"] ?? "",
      at: wallClock(cells["case_started_at"]),
      type: `${cells["channel"] ?? ""} ${cells["department"] ?? ""}`.trim(),
      agency: cells["department"] ?? "",
      district: cells["responsible"] ?? "",
    }),
  },
];

/** Local time as written; an offset behind it says nothing about the load shape. */
const wallClock = (text: string | undefined): number => Date.parse(`${(text ?? "").slice(0, 19)}Z`);

/** Reads a trace, gzip or plain; keeps the first `limit` requests in time. */
export async function readTrace(file: string, limit: number): Promise<Trace> {
  const bytes = createReadStream(file);
  const text = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  const parser = parse({ columns: true, bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 65_536 });
  bytes.on("error", (error) => parser.destroy(error));
  text.on("error", (error: Error) => parser.destroy(error));
  const rows: TraceRow[] = [];
  const seen = new Set<string>();
  let shape: (typeof SHAPES)[number] | undefined;
  let skipped = 0;
  for await (const cells of text.pipe(parser) as AsyncIterable<Record<string, string>>) {
    shape ??= SHAPES.find(({ needs }) => needs.every((name) => name in cells));
    if (!shape) throw new NotATrace();
    const row = shape.row(cells);
    if (!Number.isFinite(row.at) || row.id === "") skipped += 1;
    else if (!seen.has(row.id)) {
      seen.add(row.id);
      rows.push(row);
    }
  }
  rows.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return { rows: rows.slice(0, limit), skipped };
}
