import { declareDelegation, listDelegations, withdrawDelegation } from "../../../app/org/delegations.js";
import { officersOf } from "../../../app/persons/officers.js";
import { declareRecusal, listRecusals, withdrawRecusal } from "../../../app/persons/recusals.js";
import type { RecusalSubject } from "../../../app/ports/recusal.js";
import { designateUnit } from "../../../app/request/designate-unit.js";
import { nameDeputy } from "../../../app/work/name-deputy.js";
import { stepsWithoutOfficer } from "../../../app/work/without-officer.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { RECUSAL_GROUNDS } from "../../../domain/request/recusal.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { lawText } from "../../../text/portal-law.js";
import type { Voice } from "../../../text/voice.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { LAW_DONE, LawPage, type LawDone } from "../pages/law/page.js";
import { officerLabel, queryString } from "./common.js";
import { deskUnits } from "./units.js";

const ROWS = 200;
const optional = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text.trim());

const subjectWords = ({ t }: Voice, subject: RecusalSubject): string =>
  subject.kind === "request"
    ? t(lawText["subject.request"], { number: subject.number })
    : subject.kind === "enterprise"
      ? t(lawText["subject.enterprise"], { code: subject.enterpriseCode })
      : t(lawText["subject.person"]);

async function shown(call: PageCall, came: { readonly form: string; readonly problems: readonly Problem[] } = { form: "", problems: [] }): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const read = deps.store.read(pool);
  const [recusals, delegations, tasks, officers, units, classes, declare, delegate] = await Promise.all([
    listRecusals(deps, actor, pool, unit.id, { limit: ROWS }),
    listDelegations(deps, actor, pool, { unit: unit.id }),
    stepsWithoutOfficer(deps, actor, pool, unit.id),
    officersOf(deps, actor, pool, unit.id),
    read.units.all(),
    read.classes.all(),
    deps.authorizer.may(actor, "recusal.withdraw", { poolId: pool, unitId: unit.id }),
    deps.authorizer.may(actor, "delegation.declare", { poolId: pool, unitId: unit.id, public: true }),
  ]);
  if (!recusals.ok) return refuse(recusals.problems);
  if (!delegations.ok) return refuse(delegations.problems);
  const unitNames = new Map(units.map(({ id, names }) => [id, names]));
  const classNames = new Map(classes.map(({ id, names }) => [id, names]));
  const people = new Map(officers.ok ? officers.value.map((one) => [one.personId, officerLabel(frame.voice, one)]) : []);
  const self = actor.kind === "person" ? actor.personId : undefined;
  const generations = new Map(
    await Promise.all((tasks.ok ? tasks.value : []).map(async ({ publicId }) => [publicId, (await read.requests.ownership(publicId))?.generation ?? 0] as const)),
  );
  const mayExit = new Map(
    await Promise.all(
      (tasks.ok ? tasks.value : []).map(async ({ step, beneath, unitId }) => [step, (await deps.authorizer.may(actor, beneath ? "request.designate" : "step.name-deputy", { poolId: pool, unitId })).ok] as const),
    ),
  );
  const choice = (id: string) => ({ value: id, label: people.get(id as never) || id });
  return page(
    <LawPage
      frame={frame}
      view={{
        unit,
        tasks: (tasks.ok ? tasks.value : []).map((one) => ({
          publicId: one.publicId,
          step: one.name,
          stage: one.stage,
          dueAt: one.dueAt,
          may: mayExit.get(one.step) === true,
          number: one.number,
          item: one.itemNames,
          unit: one.unitNames,
          generation: generations.get(one.publicId) ?? 0,
          beneath: one.beneath,
          deputies: one.deputies.map(choice),
        })),
        recusals: recusals.value.rows.map((row) => ({ id: row.id, officer: choice(row.officerId).label, subject: subjectWords(frame.voice, row.subject), ground: row.ground, to: row.validTo })),
        delegations: delegations.value.map((row) => ({
          id: row.id,
          from: unitNames.get(row.from) ?? { zh: row.from, en: row.from },
          to: unitNames.get(row.to) ?? { zh: row.to, en: row.to },
          class: classNames.get(row.classId) ?? { zh: row.classId, en: row.classId },
          document: row.document,
          basis: row.basis,
          to_: row.validTo,
          own: row.from === unit.id,
        })),
        // A clerk speaks for themselves alone.
        officers: [...people.keys()].filter((id) => declare.ok || id === self).map(choice),
        units: units.filter(({ id, state }) => state === "active" && id !== unit.id).map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
        classes: classes.filter(({ act, kind }) => act === "deciding" && (kind === "staff" || kind === "function")).map(({ id, names }) => ({ value: id, label: frame.voice.name(names) })),
        may: { declareAny: declare.ok, delegate: delegate.ok },
        key: freshKey(),
        done: LAW_DONE.find((one) => came.problems.length === 0 && one === call.query("done")),
        problems: came.problems,
        form: came.form,
        typed: call.form,
      }}
    />,
    came.problems.length > 0 ? 422 : undefined,
  );
}

const act = (path: string, told: LawDone, form: (call: PageCall) => string, access: PageRoute["access"], work: (call: PageCall) => Promise<Result<unknown>>): PageRoute => ({
  method: "post",
  path: `/desk/law/${path}`,
  access,
  room: "desk",
  here: "law",
  async handle(call) {
    const done = await once(call, async () => {
      const result = await work(call);
      return result.ok ? ok(`${inPool(call.frame, "/desk/law")}?${queryString({ unit: call.query("unit"), done: told })}`) : result;
    });
    return "to" in done ? go(done.to) : await shown(call, { form: form(call), problems: done.problems });
  },
});

const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

export const lawRoutes: readonly PageRoute[] = [
  { method: "get", path: "/desk/law", access: "recusal.read", room: "desk", here: "law", handle: (call) => shown(call) },
  act("recusal", "recused", () => "recusal", "recusal.declare", async ({ deps, actor, pool, query, form }) => {
    const ground = RECUSAL_GROUNDS.find((one) => one === form["ground"]);
    if (ground === undefined) return refused(problem("input.invalid", { expected: RECUSAL_GROUNDS.join(", ") }, { field: "ground" }));
    // The page knows no other subject than a request and its applicant.
    if (optional(form["request"]) === undefined) return refused(problem("input.missing", {}, { field: "request" }));
    return await declareRecusal(deps, actor, pool, {
      unit: query("unit"),
      officer: form["officer"] ?? "",
      ground,
      ...(form["scope"] === "applicant" ? { applicantOf: optional(form["request"]) } : { request: optional(form["request"]) }),
      to: optional(form["to"]),
    });
  }),
  act("recusals/:id/end", "recusal-ended", () => "recusals", "recusal.withdraw", ({ deps, actor, pool, param }) => withdrawRecusal(deps, actor, pool, numberOf(param("id")))),
  act("delegation", "delegated", () => "delegation", "delegation.declare", ({ deps, actor, pool, query, form }) =>
    declareDelegation(deps, actor, pool, {
      from: query("unit"),
      to: form["delegate"]?.trim() ?? "",
      class: form["class"] ?? "",
      basis: form["basis"] ?? "",
      document: form["document"] ?? "",
      validTo: optional(form["validTo"]),
      onwardBasis: optional(form["onwardBasis"]),
    }),
  ),
  act("delegations/:id/withdrawal", "delegation-withdrawn", ({ param }) => `delegations/${param("id")}/withdrawal`, "delegation.withdraw", ({ deps, actor, pool, param, form }) =>
    withdrawDelegation(deps, actor, pool, numberOf(param("id")), form["reason"] ?? ""),
  ),
  act("requests/:request/steps/:step/deputy", "deputy-named", ({ param }) => `requests/${param("request")}/steps/${encodeURIComponent(param("step"))}/deputy`, "step.name-deputy", ({ deps, actor, pool, param, form }) =>
    nameDeputy(deps, actor, pool, { publicId: param("request"), step: param("step"), person: form["person"] ?? "", reason: form["reason"] ?? "", generation: generationOf(form) }),
  ),
  act("requests/:request/designation", "designated", ({ param }) => `requests/${param("request")}/designation`, "request.designate", ({ deps, actor, pool, param, form }) =>
    designateUnit(deps, actor, pool, { publicId: param("request"), unit: form["to"]?.trim() ?? "", reason: form["reason"] ?? "", basis: form["basis"] ?? "", generation: generationOf(form) }),
  ),
];
