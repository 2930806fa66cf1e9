import type { ShareWish } from "../../../app/quota/carry-out.js";
import { previewChanges, type ShareEffect } from "../../../app/quota/preview-quota.js";
import { isAlone, proposeChanges, proposeUndo } from "../../../app/quota/proposals.js";
import { listProposals } from "../../../app/quota/read-proposals.js";
import { readQuota, readQuotaChanges, readQuotas, readSharing } from "../../../app/quota/read-quotas.js";
import type { StoredProposal } from "../../../app/ports/proposal.js";
import { parseLocalDate } from "../../../domain/instant.js";
import type { CapacityClass } from "../../../domain/pool/class.js";
import { QUOTA_COLUMNS } from "../../../domain/quota/declare-quota.js";
import { DEFAULT_WEIGHT, type Quota } from "../../../domain/quota/quota.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { EditQuotaPage } from "../pages/quotas/edit.js";
import { QuotasPage } from "../pages/quotas/page.js";
import { namedOf } from "./quota-proposals.js";

const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/centre/quotas${path}`, access, room: "centre", here: "quotas", handle });

/** Decided or not, the latest are shown. */
const PROPOSALS = 10;

/** Where a proposal that was just made is looked at. */
const waiting = ({ frame }: PageCall, made: Result<StoredProposal>): Result<string> => (made.ok ? ok(inPool(frame, `/centre/quotas/proposals/${made.value.id}?done=proposed`)) : made);

interface Refused {
  readonly form: string;
  readonly problems: readonly Problem[];
}

async function overview(call: PageCall, refusedForm: Refused = { form: "", problems: [] }): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const found = await readQuotas(deps, actor, pool, { day: parseLocalDate(query("day")) });
  if (!found.ok) return refuse(found.problems);
  const [sharing, changes] = [await readSharing(deps, actor, pool), await readQuotaChanges(deps, actor, pool)];
  if (!sharing.ok) return refuse(sharing.problems);
  if (!changes.ok) return refuse(changes.problems);
  const proposals = await listProposals(deps, actor, pool, {}, { limit: PROPOSALS });
  const may = (await deps.authorizer.may(actor, "quota.declare", { poolId: pool })).ok;
  const { day, cohorts, lines, classes, promised } = found.value;
  const named = await namedOf(call);
  const byId = new Map(classes.map((one) => [one.id as string, one]));
  const quotasOf = new Map<string, number>();
  for (const { quota } of lines) quotasOf.set(quota.cohort, (quotasOf.get(quota.cohort) ?? 0) + 1);
  const asked = { class: query("class"), cohort: query("cohort") };
  const used = new Set(lines.map(({ quota }) => quota.classId));
  return page(
    <QuotasPage
      frame={frame}
      view={{
        day,
        query: asked,
        cohorts,
        quotasOf,
        lines: lines
          .filter(({ quota }) => (asked.class === "" || quota.classId === asked.class) && (asked.cohort === "" || quota.cohort === asked.cohort))
          .map((line) => ({ ...line, class: byId.get(line.quota.classId) as CapacityClass, unit: named.units.get(line.quota.unitId) ?? { zh: line.quota.unitId, en: line.quota.unitId } })),
        promised: promised.map((one) => ({ ...one, class: byId.get(one.classId) as CapacityClass })),
        classes: classes.filter(({ id }) => used.has(id)).map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
        sharing: sharing.value,
        changes: changes.value,
        proposals: proposals.ok ? proposals.value.rows : [],
        alone: may && (await isAlone(deps.store.read(pool), actor)),
        named,
        may,
        key: freshKey(),
        problems: refusedForm.problems,
        form: refusedForm.form,
        typed: form,
      }}
    />,
    refusedForm.problems.length === 0 ? undefined : 422,
  );
}

const FIELDS = ["unit", "class", "cohort", "nominal", "borrowingLimit", "lendingLimit", "weight"] as const;

const typedOf = ({ unitId, classId, cohort, nominal, borrowingLimit, lendingLimit, weight }: Quota): Readonly<Record<string, string>> => ({
  unit: unitId,
  class: classId,
  cohort,
  nominal: String(nominal),
  borrowingLimit: borrowingLimit === null ? "" : String(borrowingLimit),
  lendingLimit: lendingLimit === null ? "" : String(lendingLimit),
  weight: String(weight),
});

interface Shown {
  readonly generation: number | null;
  readonly typed: Readonly<Record<string, string>>;
  readonly effect?: ShareEffect | undefined;
  readonly problems?: readonly Problem[];
}

async function edit({ deps, actor, pool, frame }: PageCall, { generation, typed, effect, problems = [] }: Shown): Promise<PageAnswer> {
  const allowed = await deps.authorizer.may(actor, "quota.declare", { poolId: pool });
  if (!allowed.ok) return refuse(allowed.problems);
  const reading = deps.store.read(pool);
  const { name } = frame.voice;
  const classes = (await reading.classes.all()).filter(({ kind }) => kind !== "function");
  const units = (await reading.units.all()).filter(({ state }) => state === "active");
  const cohorts = await reading.quotas.cohorts();
  return page(
    <EditQuotaPage
      frame={frame}
      view={{
        generation,
        class: generation === null ? undefined : classes.find(({ id }) => id === typed["class"]),
        typed,
        units: units.map(({ id, names }) => ({ value: id, label: name(names) })),
        classes: classes.map(({ id, names }) => ({ value: id, label: name(names) })),
        cohorts: cohorts.map(({ id, names }) => ({ value: id, label: name(names) })),
        effect,
        key: freshKey(),
        problems,
      }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const editForm = route("get", "/edit", "quota.declare", async (call) => {
  const { deps, actor, pool, query } = call;
  if (query("quota") === "") return await edit(call, { generation: null, typed: { nominal: "own", weight: String(DEFAULT_WEIGHT) } });
  const found = await readQuota(deps, actor, pool, query("quota"));
  return found.ok ? await edit(call, { generation: found.value.quota.generation, typed: typedOf(found.value.quota) }) : refuse(found.problems);
});

const editPost = route("post", "/edit", "quota.declare", async (call) => {
  const { deps, actor, pool, form } = call;
  const generation = form["generation"] === undefined ? null : generationOf(form);
  const record = Object.fromEntries(FIELDS.map((field) => [field, form[field] ?? ""]));
  const name = `${form["unit"] ?? ""}:${form["class"] ?? ""}`;
  if (form["act"] === "preview") {
    const effect = await previewChanges(deps, actor, pool, [{ kind: "quota", declare: record }]);
    return effect.ok ? await edit(call, { generation, typed: form, effect: effect.value }) : await edit(call, { generation, typed: form, problems: effect.problems });
  }
  const removing = form["act"] === "remove" && generation !== null;
  const wish: ShareWish = removing ? { kind: "quota", remove: name, expected: generation } : { kind: "quota", declare: record, expected: generation };
  const done = await once(call, async () => waiting(call, await proposeChanges(deps, actor, pool, [wish])));
  return "to" in done ? go(done.to) : await edit(call, { generation, typed: form, problems: done.problems });
});

const cohort = route("post", "/cohort", "cohort.declare", async (call) => {
  const { deps, actor, pool, form } = call;
  const declare = { cohort: form["cohort"], parent: form["parent"], names: { zh: form["zh"] ?? "", en: form["en"] ?? "" } };
  const done = await once(call, async () => waiting(call, await proposeChanges(deps, actor, pool, [{ kind: "cohort", declare, expected: null }])));
  return "to" in done ? go(done.to) : await overview(call, { form: "cohort", problems: done.problems });
});

const sharing = route("post", "/sharing", "sharing.declare", async (call) => {
  const { deps, actor, pool, form } = call;
  const done = await once(call, async () => {
    const before = await readSharing(deps, actor, pool);
    if (!before.ok) return before;
    const applicants = { openRequests: form["openRequests"], holds: form["holds"], items: before.value.items };
    return waiting(call, await proposeChanges(deps, actor, pool, [{ kind: "sharing", declare: { halfLifeDays: form["halfLifeDays"], applicants }, expected: generationOf(form) }]));
  });
  return "to" in done ? go(done.to) : await overview(call, { form: "sharing", problems: done.problems });
});

const undo = route("post", "/undo", "quota.declare", async (call) => {
  const { deps, actor, pool, form } = call;
  const done = await once(call, async () => {
    const change = /^\d{1,15}$/.test(form["change"] ?? "") ? Number(form["change"]) : 0;
    return change === 0 ? refused(problem("object.not_found", { kind: "change" })) : waiting(call, await proposeUndo(deps, actor, pool, change));
  });
  return "to" in done ? go(done.to) : await overview(call, { form: "undo", problems: done.problems });
});

/** What `govpool apply` reads again as `quotas.csv`: ids and numbers alone, which need no quotes. */
const csv = route("get", ".csv", "quota.export", async ({ deps, actor, pool }) => {
  const allowed = await deps.authorizer.may(actor, "quota.export", { poolId: pool });
  if (!allowed.ok) return refuse(allowed.problems);
  const rows = (await deps.store.read(pool).quotas.all()).map((quota) => Object.values(QUOTA_COLUMNS).map((field) => typedOf(quota)[field] ?? "").join(","));
  const text = [Object.keys(QUOTA_COLUMNS).join(","), ...rows, ""].join("\n");
  return { kind: "response", response: new Response(text, { headers: { "content-type": "text/csv; charset=utf-8", "content-disposition": 'attachment; filename="quotas.csv"', "cache-control": "no-store" } }) };
});

export const quotaRoutes: readonly PageRoute[] = [route("get", "", "quota.read", (call) => overview(call)), editForm, editPost, cohort, sharing, undo, csv];

