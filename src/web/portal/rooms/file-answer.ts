import type { ExportedTable } from "../../../app/import/export-table.js";
import { refuse, type PageAnswer, type PageCall } from "../page-route.js";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A table as a download in the reader's language. CSV is written while it is read. */
export async function fileAnswer({ deps, frame }: PageCall, name: string, format: "csv" | "xlsx", { layout, rows }: ExportedTable): Promise<PageAnswer> {
  const headers = { "content-type": format === "csv" ? "text/csv; charset=utf-8" : XLSX, "content-disposition": `attachment; filename="${name}.${format}"`, "cache-control": "no-store" };
  if (format === "csv") {
    const body = ReadableStream.from(deps.tables.writeCsv(layout, rows, frame.voice.language)) as ReadableStream<Uint8Array>;
    return { kind: "response", response: new Response(body, { headers }) };
  }
  const workbook = await deps.tables.writeXlsx([{ layout, rows }], frame.voice.language);
  return workbook.ok ? { kind: "response", response: new Response(new Uint8Array(workbook.value), { headers }) } : refuse(workbook.problems);
}
