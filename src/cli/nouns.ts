import type { Column } from "./table.js";

/** One row of an answer, as JSON came. */
export type Row = Readonly<Record<string, unknown>>;

/** A list that `get` can show. */
export interface Noun {
  readonly names: readonly [string, ...string[]];
  /** Below the pool; default `/<name>`. */
  readonly path?: string;
  /** What a row shows on a terminal; `-o wide` and `-o json` show everything. */
  readonly columns: readonly string[];
}

/** Names as kubectl users expect them: plural, singular, short. */
export const NOUNS: readonly Noun[] = [
  { names: ["resources", "resource", "res"], columns: ["code", "unit", "class", "total", "reserved", "state", "generation"] },
  { names: ["assets", "asset"], columns: ["code", "unit", "resource", "label", "amount", "state"] },
  { names: ["units", "unit"], columns: ["unit", "names", "line", "level", "division", "published"] },
  { names: ["classes", "class"], columns: ["class", "names", "kind", "measure", "period", "lend", "act"] },
  { names: ["traits", "trait"], columns: ["trait", "names"] },
  { names: ["calendars", "calendar"], columns: ["calendar", "layer", "base", "names"] },
  { names: ["items", "item"], columns: ["item", "names", "taskType", "line", "level", "promisedDays", "version"] },
  { names: ["bundles", "bundle"], columns: ["bundle", "names", "lifeEvent"] },
  { names: ["requests", "request", "req"], columns: ["number", "item", "unit", "state", "receivedAt", "promisedDueAt"] },
  { names: ["work"], path: "/work-queue", columns: ["number", "step", "unit", "startsAt", "dueAt", "state"] },
  { names: ["queue"], columns: ["class", "division", "reason", "waiting"] },
  { names: ["policies", "policy"], columns: ["version", "state", "reason", "proposedAt", "activatedAt"] },
  { names: ["imports", "import"], columns: ["import", "kind", "fileName", "state", "created", "changed", "bad"] },
  { names: ["audit"], path: "/audit-records", columns: ["id", "occurredAt", "actor", "act", "objectKind", "objectId"] },
  { names: ["tokens", "token"], columns: ["token", "label", "createdAt", "expiresAt", "revokedAt"] },
];

export const nounOf = (name: string): Noun | undefined => NOUNS.find(({ names }) => names.includes(name.toLowerCase()));
export const pathOf = (noun: Noun): string => noun.path ?? `/${noun.names[0]}`;

/** How one value looks in a table: names in the reader's language, lists with commas, amounts as they are. */
export function cell(value: unknown, language: "zh" | "en"): string | number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return (value as readonly unknown[]).map((one) => cell(one, language) ?? "").join(",");
  const { zh, en } = value as { zh?: unknown; en?: unknown };
  if (typeof zh === "string" && typeof en === "string") return language === "zh" ? zh : en;
  return JSON.stringify(value);
}

/** The noun's columns that the rows really have; all scalar ones when asked for, or when none fits. */
export function columnsOf(noun: Noun, rows: readonly Row[], wide: boolean, language: "zh" | "en"): readonly Column<Row>[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const chosen = wide ? keys : noun.columns.filter((key) => keys.includes(key));
  return (chosen.length === 0 ? keys.slice(0, 8) : chosen).map((key): Column<Row> => ({
    title: key.replace(/([A-Z])/g, "-$1").toUpperCase(),
    value: (row: Row) => cell(row[key], language),
    right: rows.every((row) => typeof row[key] === "number"),
  }));
}
