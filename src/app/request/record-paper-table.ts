import { startOfDay, parseLocalDate, type Instant } from "../../domain/instant.js";
import type { PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { column, sheet } from "../import/layouts.js";
import type { AppDeps } from "../deps.js";
import type { KeptTable } from "../ports/tables.js";
import { recordPaper } from "./record-paper.js";
import type { Receipt } from "./submit-request.js";

/** At most so many sheets in one table: they are entered while the caller waits. */
export const SHEETS_MAX = 500;

export const PAPER_LAYOUT = sheet("papers", [
  column("serial", true),
  column("village", true),
  column("occurred_at", true),
  column("item", true),
  column("division", true),
  column("resident", true),
  column("id_number"),
  column("phone"),
  column("answers"),
]);

/** What became of one row. */
export interface RecordedSheet {
  readonly line: number;
  readonly serial: string;
  readonly receipt: Receipt | null;
  readonly problems: readonly Problem[];
}

/** A row as it was written. */
export interface SheetRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Enters sheets from a table. Each stands the rules by itself; one that is refused stops none, and may be sent again. */
export async function recordPaperTable(deps: AppDeps, actor: Actor, pool: PoolId, unit: UnitId, table: KeptTable): Promise<Result<readonly RecordedSheet[]>> {
  const rows = await readSheets(deps, actor, pool, unit, table);
  return rows.ok ? ok(await recordSheets(deps, actor, pool, unit, rows.value)) : rows;
}

/** The rows of a table of sheets, as they are written. */
export async function readSheets(deps: AppDeps, actor: Actor, pool: PoolId, unit: UnitId, table: KeptTable): Promise<Result<readonly SheetRow[]>> {
  const allowed = await deps.authorizer.may(actor, "request.record-paper", { poolId: pool, unitId: unit });
  if (!allowed.ok) return allowed;
  const rows: SheetRow[] = [];
  for await (const event of deps.tables.read(table, PAPER_LAYOUT)) {
    if (event.kind === "expect") continue;
    if (event.kind === "broken") return { ok: false, problems: event.problems };
    if (rows.length === SHEETS_MAX) return refused(problem("input.out_of_range", { min: 1, max: SHEETS_MAX }, { field: "rows", line: event.line }));
    rows.push(event);
  }
  return ok(rows);
}

/** @param trial says of each row what would become of it, and leaves nothing behind: one sheet twice in a table is told apart here, where each row is alone */
export async function recordSheets(deps: AppDeps, actor: Actor, pool: PoolId, unit: UnitId, rows: readonly SheetRow[], { trial = false }: { readonly trial?: boolean } = {}): Promise<readonly RecordedSheet[]> {
  const recorded: RecordedSheet[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const sheet = `${row.cells["division"] ?? ""} ${row.cells["serial"] ?? ""}`;
    const done = await recordRow(deps, actor, pool, unit, row, trial);
    recorded.push(trial && done.receipt && seen.has(sheet) ? { ...done, receipt: null, problems: [problem("input.duplicate", { kind: "paper", id: done.serial }, { field: "serial", line: row.line })] } : done);
    seen.add(sheet);
  }
  return recorded;
}

async function recordRow(deps: AppDeps, actor: Actor, pool: PoolId, unit: UnitId, { line, cells, problems }: SheetRow, trial: boolean): Promise<RecordedSheet> {
  const of = (key: string): string | undefined => cells[key] || undefined;
  const serial = cells["serial"] ?? "";
  const refusedRow = (some: readonly Problem[]): RecordedSheet => ({ line, serial, receipt: null, problems: some.map((one) => ({ ...one, line })) });
  const occurredAt = momentOf(of("occurred_at") ?? "");
  const answers = answersOf(of("answers"));
  if (problems.length > 0) return refusedRow(problems);
  if (occurredAt === undefined) return refusedRow([problem("input.invalid", { expected: "YYYY-MM-DD HH:MM" }, { field: "occurred_at" })]);
  if (answers === undefined) return refusedRow([problem("input.invalid", { expected: "FIELD=VALUE; FIELD=VALUE" }, { field: "answers" })]);
  const receipt = await recordPaper(deps, actor, pool, {
    unit,
    serial,
    village: cells["village"] ?? "",
    occurredAt,
    item: cells["item"] ?? "",
    division: cells["division"] ?? "",
    resident: { name: cells["resident"] ?? "", idNumber: of("id_number"), phone: of("phone") },
    answers,
  }, { trial });
  return receipt.ok ? { line, serial, receipt: receipt.value, problems: [] } : refusedRow(receipt.problems);
}

/** `2026-07-21 08:30`, as people write it: the pool's own time. */
export function momentOf(text: string): Instant | undefined {
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T](\d{1,2})[:：](\d{2})(?::\d{2})?$/.exec(text.trim());
  if (!parts) return undefined;
  const [, year, month = "", day = "", hour = "", minute = ""] = parts;
  const date = parseLocalDate(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  return date === undefined || Number(hour) > 23 || Number(minute) > 59 ? undefined : startOfDay(date) + (Number(hour) * 60 + Number(minute)) * 60_000;
}

function answersOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
  const pairs = (text ?? "").split(/[;；\n]/).map((pair) => pair.trim()).filter((pair) => pair !== "");
  const cut = pairs.map((pair) => [pair.indexOf("="), pair] as const);
  return cut.some(([at]) => at < 1) ? undefined : Object.fromEntries(cut.map(([at, pair]) => [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]));
}
