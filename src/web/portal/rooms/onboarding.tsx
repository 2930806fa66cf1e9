import { unitChecklist } from "../../../app/onboarding/checklist.js";
import { unitWorkbook } from "../../../app/onboarding/export-workbook.js";
import { importUnitWorkbook } from "../../../app/onboarding/import-workbook.js";
import { publishUnit } from "../../../app/org/declare-unit.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { OnboardingPage, WorkbookPage } from "../pages/onboarding/page.js";
import { deskUnits } from "./units.js";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PATH = "/desk/onboarding";
const of = (call: PageCall, unit: string): string => inPool(call.frame, `${PATH}?unit=${encodeURIComponent(unit)}`);

async function show(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const found = await unitChecklist(deps, actor, pool, unit.id);
  if (!found.ok) return refuse(found.problems);
  const publish = await deps.authorizer.may(actor, "unit.publish", { poolId: pool, unitId: unit.id, public: true });
  const submit = await deps.authorizer.may(actor, "onboarding.submit", { poolId: pool, unitId: unit.id });
  return page(<OnboardingPage frame={frame} view={{ ...found.value, may: { publish: publish.ok, submit: submit.ok }, idempotencyKey: freshKey(), problems }} />, problems.length === 0 ? undefined : 422);
}

async function publish(call: PageCall): Promise<PageAnswer> {
  const done = await once(call, async () => {
    const published = await publishUnit(call.deps, call.actor, call.pool, call.form["unit"] ?? "", generationOf(call.form));
    return published.ok ? ok(of(call, published.value.id)) : published;
  });
  return "to" in done ? go(done.to) : await show(call, done.problems);
}

/** Bytes of a workbook a form takes: it travels back with the yes. Larger ones go through the API. */
const UPLOAD_BYTES_MAX = 2 * 1024 * 1024;

async function take(call: PageCall, bytes: Uint8Array, dryRun: boolean): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const kept = await deps.tables.keep(single(bytes), "workbook.xlsx");
  if (!kept.ok) return await show(call, kept.problems);
  try {
    const taken = await importUnitWorkbook(deps, actor, pool, unit.id, kept.value, { dryRun });
    if (!taken.ok) return await show(call, taken.problems);
    // No key: sent again, the same workbook finds everything as it says, and no link is given twice.
    return page(<WorkbookPage frame={frame} view={{ unit, report: taken.value, content: dryRun ? Buffer.from(bytes).toString("base64") : undefined, origin: new URL(call.c.req.url).origin }} />);
  } finally {
    await deps.tables.drop(kept.value);
  }
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function preview(call: PageCall): Promise<PageAnswer> {
  const { c } = call;
  const tooLarge = problem("input.too_large", { maxBytes: UPLOAD_BYTES_MAX }, { field: "file" });
  if (Number(c.req.header("content-length") ?? 0) > 2 * UPLOAD_BYTES_MAX) return await show(call, [tooLarge]);
  const form = await c.req.formData().catch(() => undefined);
  const [file, unit] = [form?.get("file"), form?.get("unit")];
  const asked = { ...call, form: typeof unit === "string" ? { unit } : {} };
  if (!(file instanceof File) || file.size === 0) return await show(asked, [problem("input.missing", {}, { field: "file" })]);
  if (file.size > UPLOAD_BYTES_MAX) return await show(asked, [tooLarge]);
  return await take(asked, new Uint8Array(await file.arrayBuffer()), true);
}

async function workbook(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const written = await unitWorkbook(deps, actor, pool, unit.id, frame.voice.language);
  if (!written.ok) return refuse(written.problems);
  const headers = { "content-type": XLSX, "content-disposition": `attachment; filename="${unit.id}.xlsx"`, "cache-control": "no-store" };
  return { kind: "response", response: new Response(new Uint8Array(written.value), { headers }) };
}

export const onboardingRoutes: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "onboarding.read", room: "desk", here: "onboarding", handle: (call) => show(call) },
  { method: "post", path: PATH, access: "onboarding.submit", room: "desk", here: "onboarding", handle: preview },
  { method: "get", path: `${PATH}/workbook.xlsx`, access: "onboarding.read", room: "desk", here: "onboarding", handle: workbook },
  { method: "post", path: `${PATH}/workbook`, access: "onboarding.submit", room: "desk", here: "onboarding", handle: (call) => take(call, Buffer.from(call.form["content"] ?? "", "base64"), false) },
  { method: "post", path: `${PATH}/publication`, access: "unit.publish", room: "desk", here: "onboarding", handle: publish },
];
