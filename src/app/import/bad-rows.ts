import type { Actor } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import { problemTitle, problemTodo } from "../../text/problems.js";
import { columnWords } from "../../text/tables.js";
import type { Language } from "../../text/text.js";
import type { ImportRecord } from "../ports/import.js";
import type { Reading } from "../ports/store.js";
import type { Cell, TableColumn } from "../ports/tables.js";
import type { ExportedTable } from "./export-table.js";
import { readImport, type ImportDeps } from "./imports.js";
import { TABLE_KINDS } from "./kinds.js";

/** Read again, this column is passed over: a corrected table need not be cleaned of it. */
const PROBLEM: TableColumn = { key: "problem", zh: "问题", en: "Problem" };
const PAGE = 2_000;

/** The bad rows of an import as they were, each with what is wrong with it in the reader's language. */
export async function badRows(deps: ImportDeps, actor: Actor, id: string, language: Language): Promise<Result<ExportedTable>> {
  const found = await readImport(deps, actor, id);
  if (!found.ok) return found;
  const { layout } = TABLE_KINDS[found.value.kind];
  const columns = [...layout.columns, PROBLEM];
  return ok({ layout: { ...layout, columns }, rows: rowsOf(deps.store.read(actor.poolId), found.value, columns, language) });
}

async function* rowsOf({ imports }: Reading, { id }: ImportRecord, columns: readonly TableColumn[], language: Language): AsyncGenerator<readonly Cell[]> {
  let after: string | undefined;
  do {
    const page = await imports.changes(id, { change: "bad" }, { limit: PAGE, after });
    for (const { ordinal, after: cells, problems } of page.rows) {
      yield columns.map(({ key }) => (key === PROBLEM.key ? words(ordinal, problems, language) : String(cells?.[key] ?? "")));
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** `12 · 总量: … …` — the line, the column by its name, the sentence and what to do. */
function words(line: number, problems: readonly Problem[], language: Language): string {
  const sentences = problems.map((one) => {
    const name = one.field === undefined ? undefined : (columnWords as Readonly<Record<string, { zh: string; en: string }>>)[one.field]?.[language];
    return `${name === undefined ? "" : `${name}: `}${problemTitle(language, one)} ${problemTodo(language, one)}`;
  });
  return `${line} · ${sentences.join(" ")}`;
}
