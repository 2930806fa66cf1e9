import { inflateRawSync } from "node:zlib";
import { problem, type Problem } from "../domain/problem.js";
import { COLUMNS_MAX, XLSX_PARTS_MAX, XLSX_ROWS_MAX, XLSX_UNPACKED_BYTES_MAX } from "./limits.js";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;

/**
 * Looks into a workbook before anything unpacks it: how many parts, how large they say they are, how large they
 * really become, and how far out a sheet's cells lie. A few kilobytes can name a cell in row 1,048,576 or unpack
 * to gigabytes, and the spreadsheet library would follow.
 */
export function checkWorkbook(bytes: Buffer, file: string): Problem | undefined {
  const parts = directoryOf(bytes);
  if (!parts) return problem("table.not_a_workbook", {}, { file });
  const tooLarge = problem("table.workbook_too_large", { maxBytes: XLSX_UNPACKED_BYTES_MAX }, { file });
  if (parts.length > XLSX_PARTS_MAX) return tooLarge;
  if (parts.reduce((sum, part) => sum + part.claimed, 0) > XLSX_UNPACKED_BYTES_MAX) return tooLarge;

  let left = XLSX_UNPACKED_BYTES_MAX;
  for (const part of parts) {
    const content = unpack(bytes, part, left);
    if (content === "too large") return tooLarge;
    if (content === undefined) return problem("table.not_a_workbook", {}, { file });
    left -= content.length;
    if (/^xl\/worksheets\/[^/]+\.xml$/.test(part.name)) {
      const far = cellsTooFar(content);
      if (far) return problem(far.code, far.facts, { file });
    }
  }
  return parts.some(({ name }) => name === "xl/workbook.xml") ? undefined : problem("table.not_a_workbook", {}, { file });
}

interface Part {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly claimed: number;
  readonly at: number;
}

function directoryOf(bytes: Buffer): Part[] | undefined {
  const earliest = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  let end = bytes.length - END_BYTES;
  while (end >= earliest && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < earliest) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const parts: Part[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) return undefined;
    const nameLength = bytes.readUInt16LE(at + 28);
    parts.push({
      name: bytes.toString("utf8", at + 46, at + 46 + nameLength),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      claimed: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

function unpack(bytes: Buffer, { at, method, packed }: Part, most: number): Buffer | "too large" | undefined {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL_HEADER) return undefined;
  const begin = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (begin + packed > bytes.length) return undefined;
  const content = bytes.subarray(begin, begin + packed);
  if (method === 0) return content.length > most ? "too large" : content;
  if (method !== 8) return undefined;
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    return (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE" ? "too large" : undefined;
  }
}

type Far = { readonly code: "table.too_many_rows"; readonly facts: { max: number } } | { readonly code: "table.too_many_cells"; readonly facts: { found: number; expected: number } };

/** Cell references such as `r="XFD1048576"`, wherever the sheet names one. */
function cellsTooFar(sheet: Buffer): Far | undefined {
  for (const match of sheet.toString("latin1").matchAll(/<(?:\w+:)?(?:c|row)\b[^>]*?\sr="([A-Za-z]*)(\d+)"/g)) {
    if (Number(match[2]) > XLSX_ROWS_MAX + 1) return { code: "table.too_many_rows", facts: { max: XLSX_ROWS_MAX } };
    const letters = (match[1] ?? "").toUpperCase();
    let column = 0;
    for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
    if (column > COLUMNS_MAX) return { code: "table.too_many_cells", facts: { found: column, expected: COLUMNS_MAX } };
  }
  return undefined;
}
