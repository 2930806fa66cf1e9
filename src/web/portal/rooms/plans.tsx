import { nameOfficers } from "../../../app/policy/name-officers.js";
import { applyPlan } from "../../../app/rebalance/apply-plan.js";
import { approvePlan, consentToPlan } from "../../../app/rebalance/decide-plan.js";
import { mayOnPlan } from "../../../app/rebalance/may-on-plan.js";
import { draftPlan, editPlan, proposePlan, refusePlan, withdrawPlan } from "../../../app/rebalance/plans.js";
import { listPlans, plansToConsent, readPlan } from "../../../app/rebalance/read-plans.js";
import { beginPlanSearch, latestPlanSearch } from "../../../app/rebalance/search-plan.js";
import { declareStandingLimit, readStandingLimits } from "../../../app/rebalance/standing-limits.js";
import { taskForcesToConsent } from "../../../app/rebalance/read-task-forces.js";
import { takeBackPlan } from "../../../app/rebalance/take-back-plan.js";
import { consentToTaskForce } from "../../../app/rebalance/task-forces.js";
import { tryPlan } from "../../../app/rebalance/try-plan.js";
import type { StoredPlan } from "../../../app/ports/plan.js";
import { trusted, type PersonId, type UnitId } from "../../../domain/id.js";
import { actorIdOf, unitsHeld } from "../../../domain/policy/subject.js";
import { problem, type Problem } from "../../../domain/problem.js";
import type { RawRecord } from "../../../domain/record.js";
import type { PlanContent } from "../../../domain/rebalance/plan.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { PLAN_GOALS } from "../../../text/plan-search.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { CONSENTS_DONE, ConsentsPage } from "../pages/plans/consents.js";
import { LOANS_IN_FORM, PlansPage, type PlanFormView, type PlanNames } from "../pages/plans/page.js";
import { GOALS, type PlanSearchView } from "../pages/plans/search.js";
import { PLAN_ACTS, PLAN_DONE, PlanPage, type OpenAct, type PlanActName } from "../pages/plans/plan.js";
import { PAGE_ROWS, queryString } from "./common.js";

type Typed = Readonly<Record<string, string>>;

/** Acts looked through for what was done to one plan. */
const TRAIL_MAX = 200;
/** What the machine did itself is under a name that is no person's. */
const PERSON = /^[0-9a-f-]{36}$/;
const FIELDS = ["class", "lender", "borrower", "resource", "amount", "from", "to", "legalBasis", "why", "without"] as const;

async function namesOf({ deps, pool }: PageCall): Promise<PlanNames> {
  const reading = deps.store.read(pool);
  return { units: new Map((await reading.units.all()).map(({ id, names }) => [id as string, names])), classes: new Map((await reading.classes.all()).map((one) => [one.id as string, one])) };
}

async function formView({ frame, deps, pool }: PageCall, given: Pick<PlanFormView, "action" | "generation" | "typed" | "problems">): Promise<PlanFormView> {
  const reading = deps.store.read(pool);
  const { name } = frame.voice;
  // What may not be lent is not offered: it would only be refused.
  const lendable = (await reading.classes.all()).filter(({ lend, kind, act, consumable, period }) => lend !== "none" && !consumable && (period === "day" || period === "slot") && (kind !== "staff" || act === "assisting"));
  return {
    ...given,
    units: (await reading.units.all()).filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id, label: name(names) })),
    classes: lendable.map(({ id, names }) => ({ value: id, label: name(names) })),
    key: freshKey(),
  };
}

const textOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function recordOf(form: Typed): RawRecord {
  const loans = Array.from({ length: LOANS_IN_FORM }, (_, at) => Object.fromEntries(FIELDS.map((field) => [field, form[`${field}${at}`] ?? ""]))).filter((loan, at) => at === 0 || Object.values(loan).some((value) => value !== ""));
  return { title: form["title"] ?? "", loans };
}

function typedOf({ title, loans }: PlanContent, language: "zh" | "en"): Typed {
  const fields = loans.flatMap(({ classId, why, without, ...loan }, at) => {
    const shown: Readonly<Record<(typeof FIELDS)[number], unknown>> = { ...loan, class: classId, why: why?.[language], without: without?.[language] };
    return FIELDS.map((field): [string, string] => [`${field}${at}`, textOf(shown[field])]);
  });
  return { title, ...Object.fromEntries(fields) };
}

async function mayDraft({ deps, actor, pool }: PageCall): Promise<boolean> {
  const units = unitsHeld(actor);
  for (const unitId of [null, ...units]) if ((await deps.authorizer.may(actor, "plan.propose", { poolId: pool, unitId })).ok) return true;
  return false;
}

/** Null: this person asks for no plan of all units. */
async function searchView({ deps, actor, pool, form }: PageCall, problems: readonly Problem[]): Promise<PlanSearchView | null> {
  if (!(await deps.authorizer.may(actor, "plan.propose", { poolId: pool, unitId: null })).ok) return null;
  return { latest: await latestPlanSearch(deps, actor, pool), typed: problems.length === 0 ? {} : form, problems, key: freshKey() };
}

async function list(call: PageCall, problems: readonly Problem[] = [], searching: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const found = await listPlans(deps, actor, pool, {}, { limit: PAGE_ROWS, ...(query("after") === "" ? {} : { after: query("after") }) });
  if (!found.ok) return refuse(found.problems);
  const view = (await mayDraft(call)) ? await formView(call, { action: inPool(frame, "/centre/plans"), generation: null, typed: problems.length === 0 ? {} : form, problems }) : null;
  const next = found.value.next === null ? undefined : queryString({ after: found.value.next });
  return page(<PlansPage frame={frame} view={{ rows: found.value.rows, next, form: view, search: await searchView(call, searching) }} />, problems.length + searching.length === 0 ? undefined : 422);
}

const numberOf = (call: PageCall): number => (/^\d{1,9}$/.test(call.param("plan")) ? Number(call.param("plan")) : 0);

async function one(call: PageCall, refusedAct: { readonly act: string; readonly problems: readonly Problem[] } = { act: "", problems: [] }): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const found = await readPlan(deps, actor, pool, numberOf(call));
  if (!found.ok) return refuse(found.problems);
  const { plan } = found.value;
  const may = await mayOnPlan(deps, actor, pool, found.value);
  const acts: OpenAct[] = [
    ...(may.tries ? [{ act: "try" as const }] : []),
    ...(may.propose ? [{ act: "propose" as const }] : []),
    ...may.consent.map((unit) => ({ act: "consent" as const, unit })),
    ...(may.approve ? [{ act: "approve" as const }] : []),
    ...(may.apply ? [{ act: "apply" as const }] : []),
    ...(may.takeBack ? [{ act: "take-back" as const }] : []),
    ...(may.refuse ? [{ act: "refuse" as const }] : []),
    ...(may.withdraw ? [{ act: "withdraw" as const }] : []),
  ];
  const isEdited = refusedAct.act === "edit";
  const edit =
    may.edit && plan.content.loans.length <= LOANS_IN_FORM
      ? await formView(call, { action: inPool(frame, `/centre/plans/${plan.id}/edit`), generation: plan.generation, typed: isEdited ? form : typedOf(plan.content, frame.voice.language), problems: isEdited ? refusedAct.problems : [] })
      : null;
  const trail = (await deps.store.read(pool).auditTrail.list({ object: String(plan.id) }, { limit: TRAIL_MAX })).rows.filter(({ objectKind }) => objectKind === "plan");
  const persons = await nameOfficers(deps, actor, trail.filter(({ actorId }) => PERSON.test(actorId)).map(({ actorId }) => trusted<PersonId>(actorId)), "plan.read");
  return page(
    <PlanPage
      frame={frame}
      page={{
        ...(await namesOf(call)),
        view: found.value,
        acts,
        mayNot: may.mayNotApprove,
        edit,
        trail,
        personId: actorIdOf(actor),
        persons: persons.ok ? persons.value : new Map<string, string>(),
        done: PLAN_DONE.find((name) => name === query("done")),
        key: freshKey(),
        problems: refusedAct.problems,
        typed: form,
      }}
    />,
    refusedAct.problems.length === 0 ? undefined : 422,
  );
}

/** The act of a button, on exactly the content it was shown with. */
function acted({ deps, actor, pool, form }: PageCall, act: PlanActName, id: number): Promise<Result<StoredPlan>> {
  const hash = form["hash"] ?? "";
  switch (act) {
    case "try":
      return tryPlan(deps, actor, pool, id);
    case "propose":
      return proposePlan(deps, actor, pool, id);
    case "consent":
      return consentToPlan(deps, actor, pool, id, trusted<UnitId>(form["unit"] ?? ""), hash);
    case "approve":
      return approvePlan(deps, actor, pool, id, hash);
    case "apply":
      return applyPlan(deps, actor, pool, id, hash);
    case "take-back":
      return takeBackPlan(deps, actor, pool, id, form["grounds"] ?? "");
    case "refuse": {
      const reason = (form["reason"] ?? "").trim().slice(0, 500);
      return reason === "" ? Promise.resolve(refused(problem("input.missing", {}, { field: "reason" }))) : refusePlan(deps, actor, pool, id, reason);
    }
    case "withdraw":
      return withdrawPlan(deps, actor, pool, id);
  }
}

const ACCESS = { try: "plan.try", propose: "plan.edit", consent: "plan.consent", approve: "plan.approve", apply: "plan.apply", "take-back": "plan.take-back", refuse: "plan.refuse", withdraw: "plan.withdraw" } as const satisfies Record<PlanActName, PageRoute["access"]>;

const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/centre/plans${path}`, access, room: "centre", here: "plans", handle });

const acts = PLAN_ACTS.map((act) =>
  route("post", `/:plan/${act}`, ACCESS[act], async (call) => {
    const done = await once(call, async () => {
      const result = await acted(call, act, numberOf(call));
      return result.ok ? ok(inPool(call.frame, `/centre/plans/${result.value.id}?done=${act}`)) : result;
    });
    return "to" in done ? go(done.to) : await one(call, { act, problems: done.problems });
  }),
);

async function consents(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const found = await plansToConsent(deps, actor, pool);
  if (!found.ok) return refuse(found.problems);
  const limits = await readStandingLimits(deps, actor, pool);
  if (!limits.ok) return refuse(limits.problems);
  const { units } = found.value;
  const forces = await taskForcesToConsent(deps, actor, pool);
  const form = await formView(call, { action: "", generation: null, typed: {}, problems: [] });
  return page(
    <ConsentsPage
      frame={frame}
      view={{ ...(await namesOf(call)), rows: found.value.plans, forces: forces.ok ? forces.value : [], headed: units, limits: limits.value.filter(({ unitId }) => units.includes(unitId)), choices: form.classes, done: CONSENTS_DONE.find((name) => name === query("done")), key: freshKey(), problems, typed: call.form }}
    />,
    problems.length === 0 ? undefined : 422,
  );
}

const desk = (method: PageRoute["method"], access: PageRoute["access"], handle: PageRoute["handle"], path = ""): PageRoute => ({ method, path: `/desk/consents${path}`, access, room: "desk", here: "consents", handle });

export const consentRoutes: readonly PageRoute[] = [
  desk("get", "plan.consent", (call) => consents(call)),
  desk("post", "standing-limit.declare", async (call) => {
    const { deps, actor, pool, form, frame } = call;
    const done = await once(call, async () => {
      const result = await declareStandingLimit(deps, actor, pool, { unit: form["unit"], class: form["class"], amount: form["amount"] });
      return result.ok ? ok(inPool(frame, "/desk/consents?done=limit")) : result;
    });
    return "to" in done ? go(done.to) : await consents(call, done.problems);
  }),
  desk(
    "post",
    "task-force.consent",
    async (call) => {
      const { deps, actor, pool, form, frame, param } = call;
      const done = await once(call, async () => {
        const result = await consentToTaskForce(deps, actor, pool, param("taskForce"), trusted<UnitId>(form["unit"] ?? ""));
        return result.ok ? ok(inPool(frame, "/desk/consents?done=task-force")) : result;
      });
      return "to" in done ? go(done.to) : await consents(call, done.problems);
    },
    "/task-forces/:taskForce",
  ),
];

export const planRoutes: readonly PageRoute[] = [
  route("get", "", "plan.read", (call) => list(call)),
  route("post", "", "plan.propose", async (call) => {
    const done = await once(call, async () => {
      const made = await draftPlan(call.deps, call.actor, call.pool, recordOf(call.form));
      return made.ok ? ok(inPool(call.frame, `/centre/plans/${made.value.id}?done=kept`)) : made;
    });
    return "to" in done ? go(done.to) : await list(call, done.problems);
  }),
  route("post", "/searches", "plan.propose", async (call) => {
    const { deps, actor, pool, form, frame } = call;
    const goal = GOALS.find((one) => one === form["goal"]);
    const weights = goal ? PLAN_GOALS[goal] : Object.fromEntries(GOALS.map((one) => [one, form[one] ?? ""]));
    const done = await once(call, async () => {
      const begun = await beginPlanSearch(deps, actor, pool, weights, frame.voice.language);
      return begun.ok ? ok(inPool(frame, "/centre/plans")) : begun;
    });
    return "to" in done ? go(done.to) : await list(call, [], done.problems);
  }),
  route("get", "/:plan", "plan.read", (call) => one(call)),
  route("post", "/:plan/edit", "plan.edit", async (call) => {
    const done = await once(call, async () => {
      const made = await editPlan(call.deps, call.actor, call.pool, numberOf(call), recordOf(call.form), generationOf(call.form));
      return made.ok ? ok(inPool(call.frame, `/centre/plans/${made.value.id}?done=kept`)) : made;
    });
    return "to" in done ? go(done.to) : await one(call, { act: "edit", problems: done.problems });
  }),
  ...acts,
];
