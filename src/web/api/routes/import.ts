import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { badRows } from "../../../app/import/bad-rows.js";
import { exportTable, type ExportedTable } from "../../../app/import/export-table.js";
import { beginImport, confirmImport, listImports, readImport, readImportChanges, takeBackImport } from "../../../app/import/imports.js";
import type { ImportChange, ImportRecord } from "../../../app/ports/import.js";
import type { Tables } from "../../../app/ports/tables.js";
import { pageOf, pageQuery } from "../../../contract/schemas/common.js";
import { confirmation, exportName, importChangeSchema, importKind, importSchema, tableFormat } from "../../../contract/schemas/import.js";
import { parseUnitId, type UnitId } from "../../../domain/id.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, TABLE_TYPES, type Answer, type AnsweredFile, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";

const oneImport = z.object({ import: z.uuid() });
const iso = (at: number): string => new Date(at).toISOString();

const shownProblem = (language: Language) => (one: Problem) => ({
  code: one.code,
  title: problemTitle(language, one),
  detail: problemTodo(language, one),
  ...(one.field === undefined ? {} : { field: one.field }),
  ...(one.line === undefined ? {} : { line: one.line }),
  facts: one.facts as Record<string, unknown>,
});

const shown = (record: ImportRecord, language: Language) => {
  const { id, options, problems, createdAt, endedAt, workedAt: _workedAt, ...rest } = record;
  return {
    ...rest,
    import: id,
    unit: options.unit ?? null,
    absent: options.absent,
    problems: problems.map(shownProblem(language)),
    createdAt: iso(createdAt),
    endedAt: endedAt === null ? null : iso(endedAt),
  };
};

const answer = (found: Result<ImportRecord>, language: Language): Result<Answer<z.input<typeof importSchema>>> => (found.ok ? ok({ body: shown(found.value, language) }) : found);

const shownChange = (language: Language) => ({ ordinal, key, change, before, after, problems }: ImportChange) => ({
  line: ordinal,
  object: key,
  change,
  before,
  after,
  problems: problems.map(shownProblem(language)),
});

/** A table as a file in the format and language asked for. */
export async function tableFile(tables: Tables, { layout, rows }: ExportedTable, format: "csv" | "xlsx", language: Language): Promise<Result<AnsweredFile>> {
  const name = `${layout[language]}.${format}`;
  if (format === "csv") return ok({ name, type: `${TABLE_TYPES[0]}; charset=utf-8`, content: tables.writeCsv(layout, rows, language) });
  const written = await tables.writeXlsx([{ layout, rows }], language);
  return written.ok ? ok({ name, type: TABLE_TYPES[1], content: once(written.value) }) : written;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const nothing = z.unknown();

const begin = defineRoute({
  method: "post",
  path: "/imports",
  access: "import.preview",
  tag: "imports",
  summary: "Take a table in: it is read and compared in the background, and nothing changes yet",
  query: z.object({ kind: importKind, fileName: z.string(), unit: z.string().optional(), absent: z.enum(["keep", "retire"]).default("keep") }),
  upload: true,
  status: 202,
  response: importSchema,
  problems: ["input.unknown_reference"],
  async handle({ deps, actor, query, table, language }) {
    const unit = query.unit === undefined ? ok(undefined) : parseUnitId(query.unit, "unit");
    if (!unit.ok) return unit;
    const options = { absent: query.absent, ...(unit.value === undefined ? {} : { unit: unit.value }) };
    const begun = await beginImport(deps, actor, { id: randomUUID(), kind: query.kind, options, table });
    return begun.ok ? ok({ body: shown(begun.value, language), location: `/imports/${begun.value.id}` }) : begun;
  },
});

const list = defineRoute({
  method: "get",
  path: "/imports",
  access: "import.read",
  tag: "imports",
  summary: "Imports, newest first: an administrator's all, others' own",
  query: z.object(pageQuery),
  response: pageOf(importSchema),
  async handle({ deps, actor, query, language }) {
    const found = await listImports(deps, actor, query);
    return shownPage(found, (one) => shown(one, language));
  },
});

const one = defineRoute({
  method: "get",
  path: "/imports/{import}",
  access: "import.read",
  tag: "imports",
  summary: "One import: how far it is, what it would change or changed",
  params: oneImport,
  response: importSchema,
  handle: async ({ deps, actor, params, language }) => answer(await readImport(deps, actor, params.import), language),
});

const changes = defineRoute({
  method: "get",
  path: "/imports/{import}/changes",
  access: "import.read",
  tag: "imports",
  summary: "What the import changes, object by object, with what stood there before",
  params: oneImport,
  query: z.object({ ...pageQuery, change: z.enum(["created", "changed", "removed", "bad"]).optional() }),
  response: pageOf(importChangeSchema),
  async handle({ deps, actor, params, query: { change, ...page }, language }) {
    const found = await readImportChanges(deps, actor, params.import, change === undefined ? {} : { change }, page);
    return shownPage(found, shownChange(language));
  },
});

const rejected = defineRoute({
  method: "get",
  path: "/imports/{import}/bad-rows",
  access: "import.read",
  tag: "imports",
  summary: "The bad rows as a table with a column that says what is wrong; corrected, it can be imported",
  params: oneImport,
  query: z.object({ format: tableFormat.default("csv") }),
  file: true,
  response: nothing,
  problems: ["table.too_many_rows"],
  async handle({ deps, actor, params, query, language }) {
    const found = await badRows(deps, actor, params.import, language);
    if (!found.ok) return found;
    const file = await tableFile(deps.tables, found.value, query.format, language);
    return file.ok ? ok({ body: null, file: file.value }) : file;
  },
});

const confirm = defineRoute({
  method: "post",
  path: "/imports/{import}/application",
  access: "import.apply",
  tag: "imports",
  summary: "Say yes to what was shown: applied in one transaction, in the background",
  params: oneImport,
  body: confirmation,
  status: 202,
  response: importSchema,
  problems: ["import.has_bad_rows", "import.nothing_to_apply", "object.transition_illegal"],
  handle: async ({ deps, actor, params, body, language }) => answer(await confirmImport(deps, actor, params.import, body), language),
});

const takeBack = defineRoute({
  method: "delete",
  path: "/imports/{import}/application",
  access: "import.revert",
  tag: "imports",
  summary: "Take an applied import back in one step; refused when what it made was changed since",
  params: oneImport,
  status: 202,
  response: importSchema,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, params, language }) => answer(await takeBackImport(deps, actor, params.import), language),
});

const exported = defineRoute({
  method: "get",
  path: "/exports/{list}",
  // The lists have rights of their own; the use case asks for the one that is taken out.
  access: "resource.export",
  tag: "imports",
  summary: "A whole list as a table. Units, resources, assets and items can be edited and imported again",
  params: z.object({ list: exportName }),
  query: z.object({ format: tableFormat.default("csv"), unit: z.string().optional() }),
  file: true,
  response: nothing,
  problems: ["table.too_many_rows"],
  async handle({ deps, actor, params, query, language }) {
    const unit: Result<UnitId | undefined> = query.unit === undefined ? ok(undefined) : parseUnitId(query.unit, "unit");
    if (!unit.ok) return unit;
    const table = await exportTable(deps, actor, { name: params.list, ...(unit.value === undefined ? {} : { unit: unit.value }) });
    if (!table.ok) return table;
    const file = await tableFile(deps.tables, table.value, query.format, language);
    return file.ok ? ok({ body: null, file: file.value }) : file;
  },
});

export const importRoutes: readonly Route[] = [begin, list, one, changes, rejected, confirm, takeBack, exported];
