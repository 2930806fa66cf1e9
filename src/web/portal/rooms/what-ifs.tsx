import { randomUUID } from "node:crypto";
import { beginWhatIf, cancelWhatIf, listWhatIfs, readWhatIf } from "../../../app/whatif/what-ifs.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import type { Names } from "../../../domain/catalogue/item.js";
import type { Scenario } from "../../../domain/what-if/scenario.js";
import type { Choice } from "../components/field.js";
import { whatIfFileOf } from "../../what-if-file.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { WhatIfPage, WhatIfsPage } from "../pages/what-ifs/page.js";
import { PAGE_ROWS, queryString } from "./common.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const optional = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

async function list(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const found = await listWhatIfs(deps, actor, { limit: PAGE_ROWS, after: optional(query("after")) });
  if (!found.ok) return refuse(found.problems);
  const mayPlay = (await deps.authorizer.may(actor, "what-if.create", { poolId: pool, unitId: null })).ok;
  const next = found.value.next === null ? undefined : queryString({ after: found.value.next });
  const reading = deps.store.read(pool);
  const choices = (named: readonly { readonly id: string; readonly names: Names }[]): Choice[] => named.map(({ id, names }) => ({ value: id, label: frame.voice.name(names) }));
  const units = mayPlay ? choices((await reading.units.all()).filter(({ state }) => state === "active")) : [];
  const classes = mayPlay ? choices((await reading.classes.all()).filter(({ lend }) => lend !== "none")) : [];
  const typed = problems.length === 0 ? {} : form;
  return page(<WhatIfsPage frame={frame} view={{ mayPlay, units, classes, rows: found.value.rows, next, problems: problems.map(atItsField), typed, key: freshKey() }} />, problems.length === 0 ? undefined : 422);
}

/** The form's fields, by where their values stand in a change of the scenario. */
const FIELD_OF: Readonly<Record<string, string>> = {
  "drain.unit": "drain",
  "lend.class": "lend-class",
  "lend.lender": "lender",
  "lend.borrower": "borrower",
  "lend.count": "lend-count",
  "surge.factor": "surge",
};

/** Says which field of the form a problem of the scenario is about. */
function atItsField(found: Problem): Problem {
  const [list, , change, field] = found.field?.split(".") ?? [];
  if ((list !== "supply" && list !== "demand") || field === undefined) return found;
  return { ...found, field: FIELD_OF[`${change}.${field}`] ?? field };
}

/** A pasted file, or the common changes from the fields. */
function scenarioOf({ deps, form }: PageCall): Result<Scenario> {
  const file = optional(form["file"]);
  if (file !== undefined) return deps.scenarios.readText(file, "scenario.yaml");
  const day = (text: string | undefined): string | number | undefined => (optional(text) === undefined ? undefined : /^\d{1,3}$/.test(text!.trim()) ? Number(text) : text!.trim());
  const span = { ...(day(form["from"]) === undefined ? {} : { from: day(form["from"]) }), ...(day(form["to"]) === undefined ? {} : { to: day(form["to"]) }) };
  const [unit, factor, lent] = [optional(form["drain"]), optional(form["surge"]), optional(form["lend-class"])];
  return deps.scenarios.readRecord({
    name: form["name"] ?? "",
    days: Number(form["days"] ?? ""),
    supply: [
      ...(unit === undefined ? [] : [{ drain: { unit, ...span } }]),
      ...(lent === undefined ? [] : [{ lend: { class: lent, lender: form["lender"] ?? "", borrower: form["borrower"] ?? "", count: Number(form["lend-count"] || "1"), ...span } }]),
    ],
    demand: factor === undefined ? [] : [{ surge: { factor: Number(factor), ...span } }],
  });
}

async function one(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const found = await named(call);
  if (!found.ok) return refuse(found.problems);
  const mayCancel = (await deps.authorizer.may(actor, "what-if.cancel", { poolId: pool, unitId: null })).ok;
  return page(<WhatIfPage frame={frame} view={{ record: found.value, file: deps.scenarios.write(found.value.scenario), mayCancel, key: freshKey(), problems }} />, problems.length === 0 ? undefined : 422);
}

const named = (call: PageCall): ReturnType<typeof readWhatIf> =>
  UUID.test(call.param("whatIf")) ? readWhatIf(call.deps, call.actor, call.param("whatIf")) : Promise.resolve(refused(problem("object.not_found", { kind: "what-if" })));

const file = (name: string, format: "csv" | "json" | "yaml"): PageRoute => ({
  method: "get",
  path: `/centre/what-ifs/:whatIf/${name}`,
  access: "what-if.read",
  room: "centre",
  here: "what-ifs",
  async handle(call) {
    const found = await named(call);
    if (!found.ok) return refuse(found.problems);
    const { type, content, name: as } = whatIfFileOf(call.deps, found.value, format);
    const headers = { "content-type": type, "content-disposition": `attachment; filename="${as}"`, "cache-control": "no-store" };
    return { kind: "response", response: new Response(ReadableStream.from(content) as ReadableStream<Uint8Array>, { headers }) };
  },
});

export const whatIfRoutes: readonly PageRoute[] = [
  { method: "get", path: "/centre/what-ifs", access: "what-if.read", room: "centre", here: "what-ifs", handle: (call) => list(call) },
  {
    method: "post",
    path: "/centre/what-ifs",
    access: "what-if.create",
    room: "centre",
    here: "what-ifs",
    async handle(call) {
      const done = await once(call, async () => {
        const scenario = scenarioOf(call);
        if (!scenario.ok) return scenario;
        const begun = await beginWhatIf(call.deps, call.actor, { id: randomUUID(), scenario: scenario.value });
        return begun.ok ? ok(inPool(call.frame, `/centre/what-ifs/${begun.value.id}`)) : begun;
      });
      return "to" in done ? go(done.to) : await list(call, done.problems);
    },
  },
  { method: "get", path: "/centre/what-ifs/:whatIf", access: "what-if.read", room: "centre", here: "what-ifs", handle: (call) => one(call) },
  file("figures.csv", "csv"),
  file("result.json", "json"),
  file("scenario.yaml", "yaml"),
  {
    method: "post",
    path: "/centre/what-ifs/:whatIf/cancellation",
    access: "what-if.cancel",
    room: "centre",
    here: "what-ifs",
    async handle(call) {
      const done = await once(call, async () => {
        const found = await named(call);
        if (!found.ok) return found;
        const cancelled = await cancelWhatIf(call.deps, call.actor, found.value.id);
        return cancelled.ok ? ok(inPool(call.frame, `/centre/what-ifs/${found.value.id}`)) : cancelled;
      });
      return "to" in done ? go(done.to) : await one(call, done.problems);
    },
  },
];
