import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, entryOf, type DeclareDeps, type DeclaredRow, type DeclaringAct } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import type { ImportChange, ImportRecord } from "../ports/import.js";
import type { Transaction } from "../ports/store.js";
import type { KindContext, Standing, TableKind } from "./kind.js";
import { TABLE_KINDS } from "./kinds.js";

/** Objects a refusal names before it says "and others". */
const NAMED_MAX = 5;
/** New rows that make a difference to how the database plans. */
const BULK = 500;

/** Writes what was shown, in one transaction. Refused whole when anything in it changed since it was compared. */
export async function applyImport(deps: DeclareDeps, actor: Actor, record: ImportRecord, policyVersion: number): Promise<Result<void>> {
  return declaring(deps, actor, actor.poolId, policyVersion, async (plain) => {
    const act: DeclaringAct = { ...plain, importId: record.id };
    const { tx } = act;
    const kind = TABLE_KINDS[record.kind];
    const register = await readRegister(tx);
    if (!register.ok) return register;
    let done = 0;
    for await (const changes of pagesOf(tx, record, kind)) {
      const current = await kind.standing(tx, changes.map(({ key }) => key));
      const moved = changes.filter(({ key, seenGeneration }) => (current.get(key)?.generation ?? null) !== seenGeneration);
      if (moved.length > 0) return overtaken(moved);

      const written = await write(act, kind, changes, { register: register.value, standing: current });
      if (!written.ok) return written;
      done += changes.length;
      await deps.store.transact(actor.poolId, ({ imports }) => imports.progress(record.id, done, null));
    }
    const { created, changed, removed, bad } = record;
    if (created >= BULK) await tx.pools.analyse();
    await tx.audit.append(entryOf(act, "import.apply", "import", record.id, { after: { kind: record.kind, fileName: record.fileName, created, changed, removed, skippedBad: record.skipBad ? bad : 0 } }));
    return (await tx.imports.move(record.id, "applying", "applied", { endedAt: true })) ? ok() : refused(problem("import.interrupted", {}));
  });
}

async function write(act: DeclaringAct, kind: TableKind, changes: readonly ImportChange[], context: Omit<KindContext, "extra">): Promise<Result<void>> {
  const rows = changes.flatMap(({ change, after }) => (change !== "removed" && after ? [after] : []));
  const extra = await kind.extra?.(act.tx, rows);
  const declared: DeclaredRow<unknown>[] = [];
  for (const { ordinal, after, change } of changes) {
    if (change === "removed" || !after) continue;
    const declaration = kind.declare(after, { ...context, extra });
    if (!declaration.ok) return { ok: false, problems: [{ ...declaration.problems[0], line: ordinal }, ...declaration.problems.slice(1)] };
    declared.push({ declaration: declaration.value, place: { line: ordinal } });
  }
  const written = await kind.write(act, declared);
  if (!written.ok) return written;
  const removed = changes.flatMap(({ change, key }) => (change === "removed" ? [context.standing.get(key)] : [])).filter((one): one is Standing => one !== undefined);
  if (removed.length > 0) {
    const retired = await kind.retire(act, removed);
    if (!retired.ok) return retired;
  }
  return noteGenerations(act, kind, changes);
}

async function noteGenerations({ tx, importId }: DeclaringAct, kind: TableKind, changes: readonly ImportChange[]): Promise<Result<void>> {
  const now = await kind.standing(tx, changes.map(({ key }) => key));
  await tx.imports.noteGenerations(importId ?? "", new Map([...now].map(([key, { generation }]) => [key, generation])));
  return ok();
}

/**
 * Takes an applied import back in one step: what it created goes, what it changed and removed is as it was. Refused
 * when any of it was changed since.
 */
export async function revertImport(deps: DeclareDeps, actor: Actor, record: ImportRecord, policyVersion: number): Promise<Result<void>> {
  return declaring(deps, actor, actor.poolId, policyVersion, async (act) => {
    const { tx } = act;
    const kind = TABLE_KINDS[record.kind];
    const register = await readRegister(tx);
    if (!register.ok) return register;
    const created: string[] = [];
    for await (const changes of pagesOf(tx, record, kind)) {
      const current = await kind.standing(tx, changes.map(({ key }) => key));
      const moved = changes.filter(({ key, generation }) => (current.get(key)?.generation ?? null) !== generation);
      if (moved.length > 0) return overtaken(moved);

      const before = changes.flatMap(({ change, before: row, ordinal }) => (change === "changed" && row ? [{ row, ordinal }] : []));
      const extra = await kind.extra?.(tx, before.map(({ row }) => row));
      const declared: DeclaredRow<unknown>[] = [];
      for (const { row, ordinal } of before) {
        const declaration = kind.declare(row, { register: register.value, standing: current, extra });
        if (!declaration.ok) return declaration;
        declared.push({ declaration: declaration.value, place: { line: ordinal } });
      }
      const written = await kind.write(act, declared);
      if (!written.ok) return written;
      await kind.bringBack(act, changes.flatMap(({ change, before: row }) => (change === "removed" && row ? [row] : [])));
      created.push(...changes.flatMap(({ change, key }) => (change === "created" ? [key] : [])));
      await deps.store.transact(actor.poolId, ({ imports }) => imports.progress(record.id, created.length, null));
    }
    // All at once: units of one table may stand beneath each other.
    if (created.length > 0) {
      const taken = await kind.takeBack(act, created);
      if (!taken.ok) return taken;
    }
    await tx.audit.append(entryOf(act, "import.revert", "import", record.id, { after: { kind: record.kind, fileName: record.fileName } }));
    return (await tx.imports.move(record.id, "reverting", "reverted", { endedAt: true })) ? ok() : refused(problem("import.interrupted", {}));
  });
}

function overtaken(moved: readonly ImportChange[]): Result<never> {
  const named = moved.slice(0, NAMED_MAX).map(({ key }) => key);
  return refused(problem("import.overtaken", { count: moved.length, objects: `${named.join(", ")}${moved.length > NAMED_MAX ? " …" : ""}` }));
}

async function* pagesOf({ imports }: Transaction, { id }: ImportRecord, { chunk }: TableKind): AsyncGenerator<readonly ImportChange[]> {
  let after: string | undefined;
  do {
    const page = await imports.changes(id, {}, { limit: chunk, after });
    const good = page.rows.filter(({ change }) => change !== "bad");
    if (good.length > 0) yield good;
    after = page.next ?? undefined;
  } while (after !== undefined);
}
