import type { UnitId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { ImportChange, ImportKind, ImportOptions, ImportRecord } from "../ports/import.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { KeptTable } from "../ports/tables.js";
import { TABLE_KINDS } from "./kinds.js";
import type { ImportRunner } from "./runner.js";

export type ImportDeps = Pick<AppDeps, "store" | "authorizer" | "clock"> & { readonly importRunner: ImportRunner };

/** No sign of life for so long: the process that worked on it is gone. */
const IDLE_MS = 120_000;

/** Takes a kept table in; it is read and compared in the background. `id` is given by the caller, who may have to name it before. */
export async function beginImport(
  deps: ImportDeps,
  actor: Actor,
  { id, kind, options, table }: { readonly id: string; readonly kind: ImportKind; readonly options: ImportOptions; readonly table: KeptTable },
): Promise<Result<ImportRecord>> {
  const allowed = await may(deps, actor, ["import.preview", TABLE_KINDS[kind].declareAction], options.unit);
  if (!allowed.ok) return allowed;
  if (options.unit !== undefined && !(await deps.store.read(actor.poolId).units.get(options.unit))) {
    return refused(problem("input.unknown_reference", { kind: "unit", id: options.unit }, { field: "unit" }));
  }
  const at = await deps.clock.now(actor.poolId);
  const record = await deps.store.transact(actor.poolId, async ({ imports, audit }) => {
    await imports.begin({ id, kind, fileName: table.fileName, options, createdBy: actorIdOf(actor) });
    await audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "import.preview",
      objectKind: "import",
      objectId: id,
      after: { kind, fileName: table.fileName, bytes: table.bytes, ...options },
      policyVersion: allowed.value,
    });
    return await imports.get(id);
  });
  deps.importRunner.enqueue({ kind: "read", actor, importId: id, table });
  return record ? ok(record) : refused(problem("object.not_found", { kind: "import" }));
}

/** Says yes to what was shown. Bad rows are left out only on the word. */
export async function confirmImport(deps: ImportDeps, actor: Actor, id: string, { skipBad }: { readonly skipBad: boolean }): Promise<Result<ImportRecord>> {
  return advance(deps, actor, id, "import.apply", async (record, policyVersion) => {
    if (record.state !== "previewed") return illegal(record, "apply");
    if (record.bad > 0 && !skipBad) return refused(problem("import.has_bad_rows", { bad: record.bad }));
    if (record.created + record.changed + record.removed === 0) return refused(problem("import.nothing_to_apply", {}));
    const moved = await deps.store.transact(actor.poolId, ({ imports }) => imports.move(id, "previewed", "applying", { skipBad }));
    if (!moved) return illegal(record, "apply");
    deps.importRunner.enqueue({ kind: "apply", actor, importId: id, policyVersion });
    return ok();
  });
}

export async function takeBackImport(deps: ImportDeps, actor: Actor, id: string): Promise<Result<ImportRecord>> {
  return advance(deps, actor, id, "import.revert", async (record, policyVersion) => {
    if (record.state !== "applied") return illegal(record, "revert");
    const moved = await deps.store.transact(actor.poolId, ({ imports }) => imports.move(id, "applied", "reverting"));
    if (!moved) return illegal(record, "revert");
    deps.importRunner.enqueue({ kind: "revert", actor, importId: id, policyVersion });
    return ok();
  });
}

export async function readImport(deps: ImportDeps, actor: Actor, id: string): Promise<Result<ImportRecord>> {
  return advance(deps, actor, id, "import.read", () => Promise.resolve(ok()));
}

export async function readImportChanges(
  deps: ImportDeps,
  actor: Actor,
  id: string,
  filter: { readonly change?: ImportChange["change"] },
  page: PageAsked,
): Promise<Result<Page<ImportChange>>> {
  const found = await readImport(deps, actor, id);
  if (!found.ok) return found;
  return ok(await deps.store.read(actor.poolId).imports.changes(id, filter, page));
}

/** Pool administrators see all; others the imports they began. */
export async function listImports(deps: ImportDeps, actor: Actor, page: PageAsked): Promise<Result<Page<ImportRecord>>> {
  const all = await deps.authorizer.may(actor, "import.read", { poolId: actor.poolId, unitId: null });
  if (!all.ok && (actor.kind !== "person" || actor.roles.length === 0)) return all;
  return ok(await deps.store.read(actor.poolId).imports.list({ ...page, ...(all.ok ? {} : { createdBy: actorIdOf(actor) }) }));
}

async function advance(
  deps: ImportDeps,
  actor: Actor,
  id: string,
  action: Action,
  work: (record: ImportRecord, policyVersion: number) => Promise<Result<void>>,
): Promise<Result<ImportRecord>> {
  const { imports } = deps.store.read(actor.poolId);
  const first = await imports.get(id);
  const dead = first && ["reading", "applying", "reverting"].includes(first.state);
  if (dead) await deps.store.transact(actor.poolId, (tx) => tx.imports.abandon(IDLE_MS, [problem("import.interrupted", {})]));
  const record = dead ? await imports.get(id) : first;
  const allowed = await may(deps, actor, action === "import.read" ? [action] : [action, ...(record ? [TABLE_KINDS[record.kind].declareAction] : [])], record?.options.unit);
  if (!allowed.ok) return allowed;
  if (!record) return refused(problem("object.not_found", { kind: "import" }));
  const done = await work(record, allowed.value);
  if (!done.ok) return done;
  return ok((await imports.get(id)) ?? record);
}

async function may({ authorizer }: ImportDeps, actor: Actor, actions: readonly Action[], unit: UnitId | undefined): Promise<Result<number>> {
  let policyVersion = 0;
  for (const action of actions) {
    const allowed = await authorizer.may(actor, action, { poolId: actor.poolId, unitId: unit ?? null });
    if (!allowed.ok) return allowed;
    ({ policyVersion } = allowed.value);
  }
  return ok(policyVersion);
}

const illegal = ({ state }: ImportRecord, event: string): Result<never> => refused(problem("object.transition_illegal", { kind: "import", state, event }));
