import { CHINA_OFFSET_MS } from "../domain/instant.js";
import { unitTable } from "./unit-table.js";
import type { Column } from "./table.js";

/** One row of an answer, as JSON came. */
export type Row = Readonly<Record<string, unknown>>;

/** A list that `get` can show. */
export interface Noun {
  readonly names: readonly [string, ...string[]];
  /** Below the pool; default `/<name>`. `{unit}` is named by `--unit`, or is the caller's own. */
  readonly path?: string;
  /** How one of them is read: at its own address, out of the list by its first column, or not at all. Default: `address`. */
  readonly single?: "address" | "list" | "none";
  /** Its own address answers with more than the list's row, which lies under this field. */
  readonly rowIn?: string;
  /** All rows come at once: there is no page to ask for. */
  readonly whole?: boolean;
  /** The same list as a CSV file. */
  readonly csv?: boolean;
  /** The same as a folder of declarations has it. */
  readonly table?: (rows: readonly Row[]) => string;
  /** What a row shows on a terminal; `-o wide` and `-o json` show everything. */
  readonly columns: readonly string[];
}

/** Names as kubectl users expect them: plural, singular, short. */
export const NOUNS: readonly Noun[] = [
  { names: ["resources", "resource", "res"], columns: ["code", "unit", "class", "total", "reserved", "state", "generation"] },
  { names: ["assets", "asset"], columns: ["code", "unit", "resource", "label", "amount", "state"] },
  { names: ["units", "unit"], columns: ["unit", "names", "line", "level", "division", "published"], table: unitTable },
  { names: ["divisions", "division"], columns: ["division", "names", "level", "parent"], single: "list" },
  { names: ["zones", "zone"], columns: ["zone", "names", "townships"], single: "list" },
  { names: ["classes", "class"], columns: ["class", "names", "kind", "measure", "period", "lend", "act"] },
  { names: ["traits", "trait"], columns: ["trait", "names"], single: "list" },
  { names: ["calendars", "calendar"], columns: ["calendar", "layer", "base", "names"] },
  { names: ["cohorts", "cohort"], columns: ["cohort", "names", "parent", "generation"] },
  { names: ["quotas", "quota"], columns: ["quota", "cohort", "nominal", "borrowingLimit", "lendingLimit", "weight", "used", "borrowed", "lent", "room", "generation"] },
  { names: ["loans", "loan"], columns: ["loan", "class", "lender", "borrower", "amount", "from", "to", "state", "lent", "used", "backFrom"] },
  { names: ["loan-balances", "loan-balance"], columns: ["unit", "class", "period", "lent", "borrowed", "balance"], single: "none", csv: true },
  { names: ["quota-changes", "quota-change"], columns: ["change", "at", "actor", "act", "id"], single: "list" },
  { names: ["emergency-orders", "emergency-order"], columns: ["order", "document", "title", "level", "state", "last", "uses", "standing"] },
  { names: ["standing-rules", "standing-rule"], columns: ["rule", "title", "state", "mode", "isOn", "measured", "checkedAt", "switchedAt"] },
  { names: ["drains", "drain"], columns: ["drain", "kind", "target", "unit", "from", "to", "moved", "kept", "open", "answered"] },
  { names: ["gaps", "gap"], columns: ["gap", "kind", "reason", "class", "divisionNames", "unitNames", "items", "until"], single: "list" },
  { names: ["reorganisations", "reorganisation", "reform"], columns: ["reorganisation", "names", "state", "effectiveAt", "appliedAt", "generation"] },
  { names: ["contests", "contest"], columns: ["contest", "item", "class", "division", "kind", "state", "dueAt", "coordinator", "rulingDueAt"] },
  { names: ["lead-exceptions", "lead-exception"], columns: ["exception", "class", "unit", "from", "to", "basis"], single: "list" },
  { names: ["items", "item"], columns: ["item", "names", "taskType", "line", "level", "promisedDays", "version", "state"] },
  { names: ["bundles", "bundle"], columns: ["bundle", "names", "lifeEvent"] },
  { names: ["requests", "request", "req"], columns: ["number", "itemNames", "unit", "state", "receivedAt", "promisedDueAt"] },
  { names: ["work"], path: "/units/{unit}/work", columns: ["number", "step", "names", "state", "granted", "startsAt", "dueAt", "itemNames"], single: "none" },
  { names: ["queue"], columns: ["number", "step", "itemNames", "title", "unit", "waitsFor", "reason", "rank", "dueAt"], single: "none" },
  { names: ["direct-claims", "direct-claim", "dc"], columns: ["claim", "title", "unit", "state", "holdUntil", "createdAt", "generation"] },
  { names: ["policies", "policy"], columns: ["version", "state", "reason", "proposedAt", "activatedAt"], rowIn: "version" },
  { names: ["grants", "grant"], path: "/role-grants", columns: ["grant", "name", "role", "unit", "grantedAt", "disabled"], single: "list" },
  { names: ["recusals", "recusal"], columns: ["recusal", "officer", "subject", "ground", "to"], single: "list" },
  { names: ["delegations", "delegation"], columns: ["delegation", "from", "to", "class", "document", "validTo"], single: "list" },
  { names: ["without-officer"], path: "/units/{unit}/without-officer", columns: ["number", "step", "itemNames", "unit", "exits", "dueAt"], single: "none" },
  { names: ["imports", "import"], columns: ["import", "kind", "fileName", "state", "created", "changed", "bad"] },
  { names: ["alerts", "alert"], columns: ["alert", "rule", "figure", "measured", "value", "raisedAt", "acknowledgedAt", "resolvedAt"], single: "list" },
  { names: ["alert-rules", "alert-rule"], columns: ["rule", "figure", "class", "unit", "division", "comparison", "value", "clear", "measured", "checkedAt"], single: "list" },
  { names: ["webhooks", "webhook"], columns: ["webhook", "url", "enabled"], single: "list" },
  { names: ["webhook-deliveries"], columns: ["delivery", "webhook", "type", "state", "attempts", "lastStatus", "lastError", "createdAt"], single: "none" },
  { names: ["figures"], columns: ["key", "names", "utilisationPercent", "queue", "decisions", "waitP50", "waitP90", "closed", "deadlineRatePercent", "breaches"], single: "none", whole: true, csv: true },
  ...(["waits", "closed", "missed", "breaches"] as const).map((rows): Noun => ({ names: [rows], path: `/figures/${rows}`, columns: ["number", "step", "itemNames", "unitNames", "minutes", "state", "promisedDueAt", "closedAt"], single: "none" })),
  { names: ["pressure"], columns: ["class", "unit", "division", "pressurePercent", "asked", "expected", "capacityAhead", "utilisationPercent", "waiting", "waitP90", "breachesNow", "breachesExpected", "overdrawn"], single: "none", whole: true, csv: true },
  { names: ["usage"], columns: ["class", "classNames", "period", "unit", "supplier", "item", "applicant", "request", "allocations", "held", "settled", "returned", "lapsed", "annulled"], single: "none" },
  { names: ["disparity"], columns: ["dimension", "group", "names", "cases", "refused", "refusalRatio", "refusalLow", "waitDays", "waitRatio", "waitLow", "alarms"], single: "none" },
  { names: ["disparity-alarms"], path: "/disparity/alarms", columns: ["alarm", "dimension", "names", "measure", "period", "raisedAt", "resolvedAt"], single: "none" },
  { names: ["what-ifs", "what-if"], columns: ["whatIf", "name", "state", "progress", "askedAt", "resultHash"] },
  { names: ["audit"], path: "/audit-records", columns: ["id", "occurredAt", "actor", "act", "objectKind", "objectId"], single: "none" },
  { names: ["proposals", "proposal"], columns: ["proposal", "state", "hash", "changes", "proposed", "expiresAt"] },
  { names: ["agreements", "agreement"], columns: ["agreement", "version", "state", "names", "provider", "purchaser", "from", "until"] },
  { names: ["task-forces", "task-force"], columns: ["taskForce", "state", "names", "until", "members", "leads"] },
  { names: ["plans", "plan"], columns: ["plan", "state", "title", "origin", "hash", "loans", "expiresAt"] },
  { names: ["standing-limits", "standing-limit"], columns: ["limit", "unit", "class", "amount", "generation"], single: "list" },
  { names: ["tokens", "token"], columns: ["token", "label", "createdAt", "expiresAt", "revokedAt"], single: "list" },
];

export const nounOf = (name: string): Noun | undefined => NOUNS.find(({ names }) => names.includes(name.toLowerCase()));
export const pathOf = (noun: Noun): string => noun.path ?? `/${noun.names[0]}`;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** China's time of day, as the portal shows it: `2026-11-22 14:06`. */
const localTime = (instant: string): string => new Date(Date.parse(instant) + CHINA_OFFSET_MS).toISOString().slice(0, 16).replace("T", " ");

/** How one value looks in a table: names in the reader's language, lists with commas, instants in China's time. */
export function cell(value: unknown, language: "zh" | "en"): string | number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string" && INSTANT.test(value)) return localTime(value);
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? undefined : (value as readonly unknown[]).map((one) => cell(one, language) ?? "").join(",");
  const { zh, en, names, number } = value as { zh?: unknown; en?: unknown; names?: unknown; number?: unknown };
  if (typeof names === "object") return cell(names, language);
  if (typeof number === "string") return number;
  if (typeof zh === "string" && typeof en === "string") return language === "zh" ? zh : en;
  return JSON.stringify(value);
}

/** `promisedDueAt` → `PROMISED-DUE-AT` */
export const titleOf = (key: string): string => key.replace(/([A-Z])/g, "-$1").toUpperCase();

/** The noun's columns that the rows really have; all scalar ones when asked for, or when none fits. */
export function columnsOf(noun: Noun, rows: readonly Row[], wide: boolean, language: "zh" | "en"): readonly Column<Row>[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const chosen = wide ? keys : noun.columns.filter((key) => keys.includes(key));
  return (chosen.length === 0 ? keys.slice(0, 8) : chosen).map((key): Column<Row> => ({
    title: titleOf(key),
    value: (row: Row) => cell(row[key], language),
    right: rows.every((row) => typeof row[key] === "number"),
  }));
}
