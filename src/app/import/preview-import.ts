import type { Actor } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import type { DeclareDeps } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import type { ImportRecord } from "../ports/import.js";
import type { KeptTable, Tables } from "../ports/tables.js";
import { compareRows, scopeOf, type ReadRow, type StoredChange } from "./compare.js";
import type { TableKind } from "./kind.js";
import { TABLE_KINDS } from "./kinds.js";

export type PreviewDeps = DeclareDeps & { readonly tables: Tables };

/** Reads the table, row by row, and stores how it differs from the pool. What breaks the file fails the import. */
export async function previewImport(deps: PreviewDeps, actor: Actor, record: ImportRecord, table: KeptTable): Promise<void> {
  const { store } = deps;
  const { id } = record;
  const poolId = actor.poolId;
  const finished = await readAll(deps, actor, record, table);
  await store.transact(poolId, async ({ imports }) => {
    if (finished.ok) await imports.previewed(id, finished.value.rows, finished.value.unchanged);
    else await imports.move(id, "reading", "failed", { problems: finished.problems, endedAt: true });
  });
}

async function readAll(deps: PreviewDeps, actor: Actor, { id, kind: name, options }: ImportRecord, table: KeptTable): Promise<Result<{ rows: number; unchanged: number }>> {
  const kind = TABLE_KINDS[name];
  const poolId = actor.poolId;
  const read = deps.store.read(poolId);
  const register = await readRegister(read);
  if (!register.ok) return register;
  const frame = { kind, read, register: register.value, scope: scopeOf(options, register.value), seen: new Set<string>() };
  const keep = (changes: readonly StoredChange[], done: number, total: number | null): Promise<void> =>
    deps.store.transact(poolId, async ({ imports }) => {
      await imports.addChanges(id, changes);
      await imports.progress(id, done, total);
    });

  let rows = 0;
  let unchanged = 0;
  let lastLine = 1;
  let total: number | null = null;
  let chunk: ReadRow[] = [];
  const compare = async (): Promise<readonly Problem[]> => {
    const compared = await compareRows(deps, actor, frame, chunk);
    chunk = [];
    if (!compared.ok) return compared.problems;
    unchanged += compared.value.unchanged;
    await keep(compared.value.changes, rows, total);
    return [];
  };

  for await (const event of deps.tables.read(table, kind.layout)) {
    if (event.kind === "expect") {
      total = event.rows;
      await keep([], 0, total);
      continue;
    }
    if (event.kind === "broken") return { ok: false, problems: event.problems };
    rows += 1;
    lastLine = event.line;
    chunk.push(event);
    if (chunk.length < kind.chunk) continue;
    const [first, ...rest] = await compare();
    if (first) return { ok: false, problems: [first, ...rest] };
  }
  const [first, ...rest] = await compare();
  if (first) return { ok: false, problems: [first, ...rest] };
  if (options.absent === "retire") await keepAbsent(frame, lastLine, (changes) => keep(changes, rows, total));
  return ok({ rows, unchanged });
}

const PAGE = 2_000;

/** What stands in the pool and not in the table: shown as removed. */
async function keepAbsent(
  { kind, read, scope, seen }: { kind: TableKind; read: Parameters<TableKind["list"]>[0]; scope: ReturnType<typeof scopeOf>; seen: ReadonlySet<string> },
  lastLine: number,
  keep: (changes: readonly StoredChange[]) => Promise<void>,
): Promise<void> {
  let ordinal = lastLine;
  let after: string | undefined;
  do {
    const page = await kind.list(read, scope === undefined ? undefined : [...scope], { limit: PAGE, after });
    const absent = page.rows.filter(({ key, retired }) => !retired && !seen.has(key));
    await keep(
      absent.map(({ key, row, generation }) => {
        ordinal += 1;
        return { ordinal, key, change: "removed", before: row, after: null, problems: [], seenGeneration: generation };
      }),
    );
    after = page.next ?? undefined;
  } while (after !== undefined);
}
