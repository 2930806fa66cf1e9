import { createHash } from "node:crypto";
import { listItems } from "../../../app/catalogue/read-items.js";
import { readPlaces } from "../../../app/org/read-places.js";
import { getRequest } from "../../../app/request/get-request.js";
import { momentOf, readSheets, recordSheets, SHEETS_MAX, type SheetRow } from "../../../app/request/record-paper-table.js";
import { recordPaper, type PaperInput } from "../../../app/request/record-paper.js";
import { statusCodeOf } from "../../../app/request/status-code.js";
import type { Receipt } from "../../../app/request/submit-request.js";
import type { Item } from "../../../domain/catalogue/item.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { PaperPage, PaperTablePage } from "../pages/paper/page.js";
import { placesOf } from "./apply.js";
import { deskUnits, type DeskUnit } from "./units.js";

const HERE = { room: "desk", here: "paper", access: "request.record-paper" } as const;
const PATH = "/desk/paper";
const ITEMS_MAX = 1_000;
const UPLOAD_BYTES_MAX = 8 * 1024 * 1024;

const wordingOf = (form: Readonly<Record<string, string>>): string =>
  createHash("sha256").update(JSON.stringify(Object.entries(form).filter(([name]) => !["key", "act", "seen", "form-token"].includes(name)).sort())).digest("hex");

interface Shown {
  readonly item?: Item | undefined;
  readonly tried?: Receipt;
  readonly isChanged?: boolean;
  readonly problems?: readonly Problem[];
}

/** The desk that enters, if this person enters for any. */
async function deskOf(call: PageCall): Promise<DeskUnit | undefined> {
  const { units, unit } = await deskUnits(call);
  for (const one of [unit, ...units]) if (one && (await call.deps.authorizer.may(call.actor, "request.record-paper", { poolId: call.pool, unitId: one.id })).ok) return one;
  return undefined;
}

async function show(call: PageCall, { item, tried, isChanged = false, problems = [] }: Shown = {}): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const unit = await deskOf(call);
  if (!unit) return page(<NoUnitPage frame={frame} />);
  const [items, places] = [await listItems(deps, actor, pool, { audience: "person" }, { limit: ITEMS_MAX }), await readPlaces(deps, actor, pool)];
  if (!items.ok) return refuse(items.problems);
  if (!places.ok) return refuse(places.problems);
  const typed = { ...(query("item") === "" ? {} : { item: query("item") }), ...form };
  const asked = (typed["item"] ?? "").trim();
  const chosen = item ?? items.value.rows.find(({ code, guide }) => code === asked || guide.names.zh === asked || guide.names.en === asked);
  const all = asked !== "" && !chosen ? [...problems, problem("input.unknown_reference", { kind: "item", id: asked.slice(0, 120) }, { field: "item" })] : problems;
  const made = query("done");
  const done = made === "" ? undefined : await getRequest(deps, actor, pool, made);
  const view = {
    unit,
    items: items.value.rows.map(({ code, guide }) => ({ value: code as string, label: frame.voice.name(guide.names) })),
    item: chosen,
    places: placesOf(places.value),
    now: await deps.clock.now(pool),
    typed,
    problems: all,
    tried,
    seen: tried === undefined ? undefined : wordingOf(form),
    isChanged,
    entered: done?.ok === true ? { number: done.value.number, code: statusCodeOf(deps.vault, made) } : undefined,
    rowsMax: SHEETS_MAX,
    bytesMax: UPLOAD_BYTES_MAX,
    key: freshKey(),
  };
  return page(<PaperPage frame={frame} view={view} />, all.length > 0 ? 422 : undefined);
}

const given = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

async function one(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  const unit = await deskOf(call);
  if (!unit) return refuse([problem("access.forbidden", { action: "request.record-paper" })]);
  const item = await deps.store.read(pool).catalogue.publishedItem(form["item"] ?? "", false);
  if (!item) return await show(call);
  const occurredAt = momentOf(`${form["date"] ?? ""} ${form["time"] ?? ""}`);
  if (occurredAt === undefined) return await show(call, { item, problems: [problem("input.invalid", { expected: "YYYY-MM-DD HH:MM" }, { field: "occurredAt" })] });
  const input: PaperInput = {
    unit: unit.id,
    serial: form["serial"] ?? "",
    village: form["village"] ?? "",
    occurredAt,
    item: item.code,
    division: form["division"] ?? "",
    resident: { name: form["name"] ?? "", idNumber: given(form["idNumber"]), phone: given(form["phone"]) },
    answers: Object.fromEntries(item.guide.form.flatMap(({ field }) => (given(form[`answers.${field}`]) === undefined ? [] : [[field, given(form[`answers.${field}`])]]))),
    materials: (form["materials"] ?? "").split(",").filter((code) => code !== ""),
  };
  if (form["act"] !== "enter" || form["seen"] !== wordingOf(form)) {
    const tried = await recordPaper(deps, actor, pool, input, { trial: true });
    return await show(call, tried.ok ? { item, tried: tried.value, isChanged: form["act"] === "enter" } : { item, problems: tried.problems });
  }
  const done = await once(call, async () => {
    const receipt = await recordPaper(deps, actor, pool, input);
    return receipt.ok ? ok(inPool(frame, `${PATH}?unit=${encodeURIComponent(unit.id)}&done=${receipt.value.publicId}`)) : receipt;
  });
  return "to" in done ? go(done.to) : await show(call, { item, problems: done.problems });
}

/** The file of a form, read once; what can be entered comes back with the form that enters it. */
async function table(call: PageCall): Promise<PageAnswer> {
  const { c, deps, actor, pool, frame } = call;
  const wrong = (field: Problem): Promise<PageAnswer> => show(call, { problems: [field] });
  if (Number(c.req.header("content-length") ?? 0) > UPLOAD_BYTES_MAX) return await wrong(problem("input.too_large", { maxBytes: UPLOAD_BYTES_MAX }, { field: "file" }));
  const form = await c.req.formData().catch(() => undefined);
  const file = form?.get("file");
  const asked = form?.get("unit");
  const unit = await deskOf({ ...call, form: typeof asked === "string" ? { unit: asked } : {} });
  if (!unit) return refuse([problem("access.forbidden", { action: "request.record-paper" })]);
  if (!(file instanceof File) || file.size === 0) return await wrong(problem("input.missing", {}, { field: "file" }));
  const kept = await deps.tables.keep(file.stream() as unknown as AsyncIterable<Uint8Array>, file.name);
  if (!kept.ok) return await show(call, { problems: kept.problems.map((each) => ({ ...each, field: "file" })) });
  try {
    const rows = await readSheets(deps, actor, pool, unit.id, kept.value);
    if (!rows.ok) return await show(call, { problems: rows.problems.map((each) => ({ ...each, field: "file" })) });
    if (rows.value.length === 0) return await wrong(problem("input.missing", {}, { field: "file" }));
    const outcomes = await recordSheets(deps, actor, pool, unit.id, rows.value, { trial: true });
    return page(<PaperTablePage frame={frame} view={{ unit, rows: rows.value, outcomes, codes: null }} />);
  } finally {
    await deps.tables.drop(kept.value);
  }
}

/** A sheet is entered once by its serial, so that sending the form again enters nothing twice. */
async function enterTable(call: PageCall): Promise<PageAnswer> {
  const { c, deps, actor, pool, frame } = call;
  if (Number(c.req.header("content-length") ?? 0) > UPLOAD_BYTES_MAX) return await show(call, { problems: [problem("input.too_large", { maxBytes: UPLOAD_BYTES_MAX }, { field: "file" })] });
  const form = await c.req.formData().catch(() => undefined);
  const asked = form?.get("unit");
  const unit = await deskOf({ ...call, form: typeof asked === "string" ? { unit: asked } : {} });
  const rows = rowsOf(form?.get("rows"));
  if (!unit) return refuse([problem("access.forbidden", { action: "request.record-paper" })]);
  if (rows.length === 0) return await show(call, { problems: [problem("input.missing", {}, { field: "file" })] });
  const outcomes = await recordSheets(deps, actor, pool, unit.id, rows);
  const codes = new Map(outcomes.flatMap(({ receipt }) => (receipt === null ? [] : [[receipt.publicId, statusCodeOf(deps.vault, receipt.publicId)]])));
  return page(<PaperTablePage frame={frame} view={{ unit, rows, outcomes, codes }} />);
}

/** Rows that came back from the page, and may have been altered on the way: cells are text, or there is no row. */
function rowsOf(text: File | string | null | undefined): readonly SheetRow[] {
  if (typeof text !== "string") return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(parsed)) return [];
  return parsed.slice(0, SHEETS_MAX).flatMap((row: unknown): SheetRow[] => {
    const { line, cells } = (typeof row === "object" && row !== null ? row : {}) as { readonly line?: unknown; readonly cells?: unknown };
    if (typeof line !== "number" || !Number.isSafeInteger(line) || typeof cells !== "object" || cells === null) return [];
    const texts = Object.entries(cells).filter((entry): entry is [string, string] => typeof entry[1] === "string" && !entry[1].includes("\u0000"));
    return [{ line, cells: Object.fromEntries(texts), problems: [] }];
  });
}

export const paperPages: readonly PageRoute[] = [
  { method: "get", path: PATH, ...HERE, handle: (call) => show(call) },
  { method: "post", path: PATH, ...HERE, handle: one },
  { method: "post", path: `${PATH}/table`, ...HERE, handle: table },
  { method: "post", path: `${PATH}/table/entry`, ...HERE, handle: enterTable },
];
