import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { KeptTable, Tables } from "../app/ports/tables.js";
import { problem } from "../domain/problem.js";
import { ok, refused } from "../domain/result.js";
import { CSV_BYTES_MAX, XLSX_BYTES_MAX } from "./limits.js";
import { readCsv } from "./read-csv.js";
import { findSheet, openWorkbook, readXlsx } from "./read-xlsx.js";
import { writeCsv, writeXlsx } from "./write.js";

class TooLarge extends Error {}

/** Tables on disk while they are read. Files lie under random names, outside everything that is served. */
export function createTables({ directory }: { directory?: string } = {}): Tables {
  let made: Promise<string> | undefined;
  const place = (): Promise<string> =>
    (made ??= directory === undefined ? mkdtemp(join(tmpdir(), "govpool-tables-")) : mkdir(directory, { recursive: true, mode: 0o700 }).then(() => directory));
  const pathOf = async ({ id }: KeptTable): Promise<string> => join(await place(), id);

  return {
    async keep(body, fileName) {
      const id = randomUUID();
      const path = join(await place(), id);
      let bytes = 0;
      const digest = createHash("sha256");
      const bound = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          digest.update(chunk);
          done(bytes > CSV_BYTES_MAX ? new TooLarge() : null, chunk);
        },
      });
      try {
        await pipeline(Readable.from(body), bound, createWriteStream(path, { flags: "wx", mode: 0o600 }));
      } catch (error) {
        await rm(path, { force: true });
        if (error instanceof TooLarge) return refused(problem("input.too_large", { maxBytes: CSV_BYTES_MAX }, { file: fileName }));
        throw error;
      }
      const format = await formatOf(path, fileName);
      const wrong =
        format === undefined
          ? problem("table.format_unknown", {}, { file: fileName })
          : bytes === 0
            ? problem("table.empty", {}, { file: fileName })
            : format === "xlsx" && bytes > XLSX_BYTES_MAX
              ? problem("input.too_large", { maxBytes: XLSX_BYTES_MAX }, { file: fileName })
              : undefined;
      if (wrong || format === undefined) {
        await rm(path, { force: true });
        return refused(wrong ?? problem("table.format_unknown", {}, { file: fileName }));
      }
      return ok({ id, fileName, bytes, sha256: digest.digest("hex"), format });
    },

    async *read(table, layout) {
      const path = await pathOf(table);
      await stat(path);
      yield* table.format === "csv" ? readCsv(path, table.fileName, layout) : readXlsx(path, table.fileName, layout);
    },

    async sheets(table, layouts) {
      if (table.format === "csv") return refused(problem("table.not_a_workbook", {}, { file: table.fileName }));
      const workbook = await openWorkbook(await pathOf(table), table.fileName);
      if (!workbook.ok) return workbook;
      return ok(layouts.filter((layout) => findSheet(workbook.value, layout)).map(({ sheet }) => sheet));
    },

    drop: async (table) => rm(await pathOf(table), { force: true }),
    writeCsv,
    writeXlsx,
  };
}

/** By content and name together: a workbook is a ZIP archive, text is anything that is not one of the usual binaries. */
async function formatOf(path: string, fileName: string): Promise<KeptTable["format"] | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const head = buffer.subarray(0, bytesRead);
    const zip = head.subarray(0, 4).equals(Buffer.from("PK\x03\x04", "latin1"));
    const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase();
    if (zip) return extension === "xlsx" ? "xlsx" : undefined;
    return extension === "csv" || extension === "txt" ? "csv" : undefined;
  } finally {
    await file.close();
  }
}
