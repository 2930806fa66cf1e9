import { randomUUID } from "node:crypto";
import { badRows } from "../../../app/import/bad-rows.js";
import { beginImport, confirmImport, listImports, readImport, readImportChanges, takeBackImport } from "../../../app/import/imports.js";
import { IMPORT_KINDS, type ImportKind } from "../../../app/ports/import.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { CHANGES, ImportPage, ImportsPage } from "../pages/imports/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { deskUnits } from "./units.js";

type Where = "desk" | "centre";

/** Largest table a form takes: it passes through memory. Larger ones go through the API, which streams. */
const UPLOAD_BYTES_MAX = 32 * 1024 * 1024;

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
const kindsOf = (where: Where): readonly ImportKind[] => (where === "desk" ? ["resources", "assets", "items"] : IMPORT_KINDS);

async function unitOf(call: PageCall, where: Where) {
  if (where === "centre" && call.query("unit") === "") return undefined;
  return (await deskUnits(call)).unit;
}

async function list(call: PageCall, where: Where, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const unit = await unitOf(call, where);
  const found = await listImports(deps, actor, { limit: PAGE_ROWS, after: optional(query("after")) });
  if (!found.ok) return refuse(found.problems);
  const mayBegin = await deps.authorizer.may(actor, "import.preview", { poolId: pool, unitId: unit?.id ?? null });
  return page(
    <ImportsPage
      frame={frame}
      view={{
        where,
        kinds: kindsOf(where),
        kind: query("kind"),
        unit,
        mayBegin: mayBegin.ok,
        rows: found.value.rows,
        next: found.value.next === null ? undefined : queryString({ unit: unit?.id, after: found.value.next }),
        problems,
        bytesMax: UPLOAD_BYTES_MAX,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

/** The file of a multipart form, kept on disk until it has been read. */
async function begin(call: PageCall, where: Where): Promise<PageAnswer> {
  const { c, deps, actor, frame } = call;
  if (Number(c.req.header("content-length") ?? 0) > UPLOAD_BYTES_MAX) return await list(call, where, [problem("input.too_large", { maxBytes: UPLOAD_BYTES_MAX }, { field: "file" })]);
  const form = await c.req.formData().catch(() => undefined);
  const file = form?.get("file");
  if (form === undefined || !(file instanceof File) || file.size === 0) return await list(call, where, [problem("input.missing", {}, { field: "file" })]);
  const kind = kindsOf(where).find((one) => one === form.get("kind"));
  if (kind === undefined) return await list(call, where, [problem("input.missing", {}, { field: "kind" })]);
  const asked = form.get("unit");
  const unit = (await deskUnits({ ...call, form: typeof asked === "string" ? { unit: asked } : {} })).unit;
  const table = await deps.tables.keep(file.stream() as unknown as AsyncIterable<Uint8Array>, file.name);
  if (!table.ok) return await list(call, where, table.problems.map((one) => ({ ...one, field: "file" })));
  const begun = await beginImport(deps, actor, {
    id: randomUUID(),
    kind,
    table: table.value,
    options: { absent: form.get("absent") === "retire" ? "retire" : "keep", ...(typeof asked === "string" && unit !== undefined ? { unit: unit.id } : {}) },
  });
  if (begun.ok) return go(inPool(frame, `/${where}/imports/${begun.value.id}`));
  await deps.tables.drop(table.value);
  return refuse(begun.problems);
}

async function one(call: PageCall, where: Where, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, param, query } = call;
  const found = await readImport(deps, actor, param("import"));
  if (!found.ok) return refuse(found.problems);
  const record = found.value;
  const show = CHANGES.find((change) => change === query("show")) ?? CHANGES.find((change) => record[change] > 0) ?? "created";
  const changes = await readImportChanges(deps, actor, record.id, { change: show }, { limit: PAGE_ROWS, after: optional(query("after")) });
  if (!changes.ok) return refuse(changes.problems);
  const may = async (action: "import.apply" | "import.revert"): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId: pool, unitId: record.options.unit ?? null })).ok;
  return page(
    <ImportPage
      frame={frame}
      view={{
        where,
        record,
        show,
        changes: changes.value.rows,
        next: changes.value.next === null ? undefined : queryString({ show, after: changes.value.next }),
        idempotencyKey: freshKey(),
        may: { apply: record.state === "previewed" && (await may("import.apply")), revert: record.state === "applied" && (await may("import.revert")) },
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const act = (where: Where, noun: string, access: PageRoute["access"], work: (call: PageCall) => Promise<Result<unknown>>): PageRoute => ({
  method: "post",
  path: `/${where}/imports/:import/${noun}`,
  access,
  room: where,
  here: "imports",
  async handle(call) {
    const done = await once(call, async () => {
      const acted = await work(call);
      return acted.ok ? ok(inPool(call.frame, `/${where}/imports/${call.param("import")}`)) : acted;
    });
    return "to" in done ? go(done.to) : await one(call, where, done.problems);
  },
});

const bad = (where: Where, format: "csv" | "xlsx"): PageRoute => ({
  method: "get",
  path: `/${where}/imports/:import/bad-rows.${format}`,
  access: "import.read",
  room: where,
  here: "imports",
  async handle(call) {
    const found = await badRows(call.deps, call.actor, call.param("import"), call.frame.voice.language);
    return found.ok ? await fileAnswer(call, "bad-rows", format, found.value) : refuse(found.problems);
  },
});

export const importRoutes = (where: Where): readonly PageRoute[] => [
  { method: "get", path: `/${where}/imports`, access: "import.read", room: where, here: "imports", handle: (call) => list(call, where) },
  { method: "post", path: `/${where}/imports`, access: "import.preview", room: where, here: "imports", handle: (call) => begin(call, where) },
  bad(where, "csv"),
  bad(where, "xlsx"),
  { method: "get", path: `/${where}/imports/:import`, access: "import.read", room: where, here: "imports", handle: (call) => one(call, where) },
  act(where, "application", "import.apply", ({ deps, actor, param, form }) => confirmImport(deps, actor, param("import"), { skipBad: form["skipBad"] === "yes" })),
  act(where, "reversal", "import.revert", ({ deps, actor, param }) => takeBackImport(deps, actor, param("import"))),
];
