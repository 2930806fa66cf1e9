import type { UnitId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { readRegister } from "../pool/register.js";
import type { ExportRow } from "../ports/export.js";
import { IMPORT_KINDS, type ImportKind } from "../ports/import.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Cell, SheetLayout } from "../ports/tables.js";
import { scopeOf } from "./compare.js";
import { TABLE_KINDS } from "./kinds.js";
import { column, IMPORT_LAYOUTS, sheet, type ColumnKey } from "./layouts.js";

/** Every list that can be taken out as a table. The first four come in again. */
export const EXPORTS = [...IMPORT_KINDS, "requests", "queue", "allocations", "audit"] as const;
export type ExportName = (typeof EXPORTS)[number];

const outOnly = (name: Exclude<ExportName, ImportKind>, ...keys: ColumnKey[]): SheetLayout => sheet(name, keys.map((key) => column(key)));

export const EXPORT_LAYOUTS: Readonly<Record<ExportName, SheetLayout>> = {
  ...IMPORT_LAYOUTS,
  requests: outOnly("requests", "number", "item", "item_zh", "item_en", "unit", "division", "request_state", "received_at", "due_at", "closed_at"),
  queue: outOnly("queue", "number", "step_name", "item", "unit", "division", "waiting_since", "due_at", "attempt", "asks"),
  allocations: outOnly("allocations", "number", "step_name", "resource", "unit", "class", "period", "granted", "settled", "allocation_state"),
  audit: outOnly("audit", "occurred_at", "actor", "act", "object_kind", "object_id", "before", "after"),
};

const ACTIONS: Readonly<Record<ExportName, Action>> = {
  units: "unit.export",
  resources: "resource.export",
  assets: "asset.export",
  items: "item.export",
  requests: "request.export",
  queue: "queue.export",
  allocations: "queue.export",
  audit: "audit.export",
};

export interface ExportedTable {
  readonly layout: SheetLayout;
  /** Read page by page while it is written. */
  readonly rows: AsyncIterable<readonly Cell[]>;
}

const PAGE = 2_000;

/** A whole list as a table: of the pool, or of one unit (and, for what comes in again, of those beneath it). */
export async function exportTable(
  { store, authorizer, clock }: Pick<AppDeps, "store" | "authorizer" | "clock">,
  actor: Actor,
  { name, unit }: { readonly name: ExportName; readonly unit?: UnitId },
): Promise<Result<ExportedTable>> {
  const { poolId } = actor;
  const allowed = await authorizer.may(actor, ACTIONS[name], { poolId, unitId: unit ?? null });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  const layout = EXPORT_LAYOUTS[name];
  const register = await readRegister(reading);
  if (!register.ok) return register;
  const at = await clock.now(poolId);
  await store.transact(poolId, ({ audit }) =>
    audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: ACTIONS[name], objectKind: "list", objectId: name, after: unit === undefined ? {} : { unit }, policyVersion: allowed.value.policyVersion }),
  );

  const filter = unit === undefined ? {} : { unit };
  const pages = (page: PageAsked): Promise<Page<ExportRow>> => {
    if (name === "audit") return reading.exports.audit(page);
    if (name === "requests" || name === "queue" || name === "allocations") return reading.exports[name](filter, page);
    const scope = scopeOf({ absent: "keep", ...filter }, register.value);
    return TABLE_KINDS[name].list(reading, scope === undefined ? undefined : [...scope], page).then(({ rows, next }) => ({
      rows: rows.filter(({ retired }) => !retired).map(({ row, generation }): ExportRow => ({ ...(row as ExportRow), generation })),
      next,
    }));
  };
  return ok({ layout, rows: cellsOf(layout, pages) });
}

async function* cellsOf({ columns }: SheetLayout, pages: (page: PageAsked) => Promise<Page<ExportRow>>): AsyncGenerator<readonly Cell[]> {
  let after: string | undefined;
  do {
    const page = await pages({ limit: PAGE, after });
    for (const row of page.rows) yield columns.map(({ key, type }) => cellOf(row[key] ?? null, type));
    after = page.next ?? undefined;
  } while (after !== undefined);
}

const cellOf = (value: string | number | null, type: string | undefined): Cell => {
  if (type !== "number" || value === null) return value;
  const number = Number(value);
  return value !== "" && Number.isSafeInteger(number) ? number : value;
};
