import type { Row } from "./nouns.js";

const UNIT_COLUMNS: readonly (readonly [string, (row: Row) => unknown])[] = [
  ["unit", (row) => row["unit"]],
  ["parent", (row) => row["parent"]],
  ["name_zh", (row) => (row["names"] as Row)["zh"]],
  ["name_en", (row) => (row["names"] as Row)["en"]],
  ["division", (row) => row["division"]],
  ["line", (row) => row["line"]],
  ["level", (row) => row["level"]],
  ["credit_code", (row) => row["creditCode"]],
  ["address", (row) => row["address"]],
  ["phone", (row) => row["phone"]],
  ["calendar", (row) => row["calendar"]],
  ["public", (row) => row["published"]],
  ["kind", (row) => row["kind"]],
];

/** `units.csv` as a folder of declarations has it, suppliers with their kind: applied again, it changes nothing. */
export const unitTable = (rows: readonly Row[]): string => [UNIT_COLUMNS.map(([name]) => name), ...rows.map((row) => UNIT_COLUMNS.map(([, of]) => quoted(String(of(row) ?? ""))))].map((cells) => cells.join(",")).join("\n");

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
