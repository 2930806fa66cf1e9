import { officersOf } from "../../../app/persons/officers.js";
import { factsOf } from "../../../app/request/act-on-case.js";
import { askSupplement } from "../../../app/request/ask-supplement.js";
import { referRequest } from "../../../app/request/refer-request.js";
import { completeStep } from "../../../app/work/complete-steps.js";
import { handOverStep } from "../../../app/work/hand-over-step.js";
import { requestForOfficer, revealAnswers } from "../../../app/work/officer-view.js";
import { rejectStep } from "../../../app/work/reject-step.js";
import { startStep } from "../../../app/work/start-step.js";
import { workQueue } from "../../../app/work/work-queue.js";
import { trusted } from "../../../domain/id.js";
import { problem, type Problem } from "../../../domain/problem.js";
import type { Use } from "../../../domain/request/case.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { deskText } from "../../../text/portal-desk.js";
import { stepWordOf } from "../../../text/words.js";
import { inPool } from "../frame.js";
import { freshKey, generationOf, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { GROUNDS } from "../pages/desk/case.js";
import { DeskPage, NoUnitPage } from "../pages/desk/page.js";
import type { CaseView, QueueTab } from "../pages/desk/view.js";
import { bookingRoutes } from "./bookings.js";
import { paperPages } from "./paper.js";
import { officerLabel, PAGE_ROWS, queryString } from "./common.js";
import { importRoutes } from "./imports.js";
import { agreementPages } from "./agreements.js";
import { drainPages } from "./drains.js";
import { contestPages } from "./contests.js";
import { loanPages } from "./loans.js";
import { consentRoutes } from "./plans.js";
import { lawRoutes } from "./law.js";
import { onboardingRoutes } from "./onboarding.js";
import { answerText, requestView } from "./request-view.js";
import { resourceRoutes } from "./resources.js";
import { statementRoutes } from "./statement.js";
import { deskUnits } from "./units.js";

const STATES = { todo: "granted", working: "working", waiting: "waiting" } as const;
const optional = (text: string | undefined): string | undefined => (text === undefined || text === "" ? undefined : text);

const tabOf = ({ query }: PageCall): QueueTab => {
  const tab = query("tab");
  return tab === "working" || tab === "waiting" ? tab : "todo";
};

async function desk(call: PageCall, selected?: CaseView): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const { units, unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const tab = tabOf(call);
  const found = await workQueue(deps, actor, pool, { unit: unit.id, state: STATES[tab], limit: PAGE_ROWS, after: optional(query("after")) });
  // A registrar has a desk without a queue: what they do lies under Resources.
  if (!found.ok) return found.problems[0].code === "access.forbidden" ? go(inPool(frame, `/desk/resources?unit=${encodeURIComponent(unit.id)}`)) : refuse(found.problems);
  const { rows, counts, next } = found.value;
  return page(
    <DeskPage
      frame={frame}
      view={{
        unit,
        units,
        tab,
        counts: { todo: counts.granted, working: counts.working, waiting: counts.waiting },
        queue: rows.map((row) => ({
          publicId: row.requestPublicId,
          stepName: row.name,
          number: row.number,
          item: row.itemNames,
          step: row.names,
          place: row.divisionNames ?? { zh: row.division, en: row.division },
          deadline: row.deadline,
          plannedAt: row.startsAt,
          serving: row.serving,
          automatic: row.mode === "automatic",
        })),
        next: next === null ? undefined : queryString({ unit: unit.id, tab, after: next }),
        selected,
      }}
    />,
    selected !== undefined && selected.problems.length > 0 ? 422 : undefined,
  );
}

interface CaseShown {
  readonly problems?: readonly Problem[];
  readonly revealed?: Readonly<Record<string, string>>;
}

/** The case beside the queue. Once its step is over, only the queue is left. */
async function caseOf(call: PageCall, { problems = [], revealed }: CaseShown = {}): Promise<Result<CaseView>> {
  const { deps, actor, pool, frame, param, form } = call;
  const found = await requestForOfficer(deps, actor, pool, param("request"));
  if (!found.ok) return found;
  const { request, steps, allocations, may } = found.value;
  const step = steps.find(({ name }) => name === param("step"));
  if (step === undefined) return refused(problem("object.not_found", { kind: "step" }));
  const facts = factsOf(pool, { unitId: trusted(request.unit.id), servingUnitIds: step.serving.map(({ unitId }) => unitId), applicantId: trusted(""), enterpriseCode: null });
  const [handing, referring, grounds] = await Promise.all([
    deps.authorizer.may(actor, "step.hand-over", facts),
    deps.authorizer.may(actor, "request.refer", facts),
    actor.kind === "person" ? deps.store.read(pool).recusals.groundsAgainst(step.id, actor.personId) : [],
  ]);
  const colleagues = handing.ok && step.state === "working" ? await officersOf(deps, actor, pool, trusted(request.unit.id)) : undefined;
  const officers = (colleagues?.ok === true ? colleagues.value : []).map((one) => ({ value: one.personId as string, label: officerLabel(frame.voice, one) }));
  const classes = new Map((await deps.store.read(pool).classes.all()).map((one) => [one.id, one]));
  const given = allocations.filter((one) => one.step === step.id);
  const view = await requestView(call, request);
  return ok({
    publicId: request.publicId,
    stepName: step.name,
    stepNames: step.names,
    state: stepWordOf(step.state, step.answer),
    generation: request.generation,
    idempotencyKey: freshKey(),
    request:
      revealed === undefined
        ? view
        : { ...view, answers: request.form.map((field) => ({ label: frame.voice.name(field.names), value: answerText(call, field, revealed[field.field]) })) },
    revealed: revealed !== undefined,
    allocations: given.map((one) => ({
      claimId: one.claim,
      resource: one.resource,
      resourceHref: inPool(frame, `/desk/resources/${one.resource}`),
      unit: one.unitNames,
      classNames: one.classNames,
      measure: one.measure,
      periodKind: one.periodKind,
      period: one.period,
      amount: one.state === "settled" ? one.settled : one.amount,
      state: one.state,
    })),
    staffClaims: step.held.flatMap(({ claim, classId, amount }) => {
      const capacityClass = classes.get(classId);
      return capacityClass?.kind === "staff" && capacityClass.measure === "minute" ? [{ claimId: claim, classNames: capacityClass.names, heldMinutes: amount }] : [];
    }),
    officers,
    barred: grounds[0],
    may: { ...step.may, handOver: handing.ok && step.state === "working", refer: referring.ok && (step.state === "ready" || step.state === "blocked"), askSupplement: may.askSupplement && step.may.complete, reveal: may.reveal && revealed === undefined },
    problems,
    typed: form,
    explanation: view.steps.find(({ names }) => names === step.names)?.explanation ?? [],
  });
}

async function showCase(call: PageCall, shown?: CaseShown): Promise<PageAnswer> {
  const view = await caseOf(call, shown);
  return view.ok ? await desk(call, view.value) : refuse(view.problems);
}

const CASE = "/desk/requests/:request/steps/:step";

const back = (call: PageCall, tab: QueueTab, open: boolean): string => {
  const path = open ? `/desk/requests/${call.param("request")}/steps/${encodeURIComponent(call.param("step"))}` : "/desk";
  return `${inPool(call.frame, path)}?${queryString({ unit: call.query("unit"), tab })}`;
};

const act = (noun: string, access: PageRoute["access"], work: (call: PageCall) => Promise<Result<string>>): PageRoute => ({
  method: "post",
  path: `${CASE}/${noun}`,
  access,
  room: "desk",
  here: "work",
  async handle(call) {
    const done = await once(call, () => work(call));
    return "to" in done ? go(done.to) : await showCase(call, { problems: done.problems });
  },
});

const stepRef = ({ param }: PageCall) => ({ publicId: param("request"), step: param("step") });

/** Minutes typed per claim. Fields a form does not have settle what was held. */
function usesOf(form: Readonly<Record<string, string>>): Result<readonly Use[]> {
  const uses: Use[] = [];
  for (const [name, value] of Object.entries(form)) {
    const claim = /^settle\.(\d{1,15})$/.exec(name)?.[1];
    if (claim === undefined || value.trim() === "") continue;
    if (!/^\d{1,9}$/.test(value.trim())) return refused(problem("input.not_whole_number", { value: value.slice(0, 40) }, { field: name }));
    uses.push({ claim: trusted(Number(claim)), amount: Number(value.trim()) });
  }
  return ok(uses);
}

const start = act("start", "step.start", async (call) => {
  const started = await startStep(call.deps, call.actor, call.pool, stepRef(call));
  return started.ok ? ok(back(call, "working", true)) : started;
});

const completion = act("completion", "step.complete", async (call) => {
  const uses = usesOf(call.form);
  if (!uses.ok) return uses;
  const note = optional(call.form["note"]);
  const completed = await completeStep(call.deps, call.actor, call.pool, { ...stepRef(call), settle: uses.value, note });
  return completed.ok ? ok(back(call, tabOf(call), false)) : completed;
});

/** A template's first words, then what was written. */
function groundsOf({ form, frame }: PageCall): string {
  const template = GROUNDS.find((ground) => ground === form["template"]);
  const written = (form["grounds"] ?? "").trim();
  if (template === undefined || written === "") return written;
  const opening = frame.voice.t(deskText[`grounds.${template}`]);
  return written.startsWith(opening.trim()) ? written : `${opening}${written}`;
}

const rejection = act("rejection", "step.reject", async (call) => {
  const rejected = await rejectStep(call.deps, call.actor, call.pool, { ...stepRef(call), grounds: groundsOf(call), generation: generationOf(call.form) });
  return rejected.ok ? ok(back(call, tabOf(call), false)) : rejected;
});

const supplementCall = act("supplement-call", "request.ask-supplement", async (call) => {
  const asked = await askSupplement(call.deps, call.actor, call.pool, { publicId: call.param("request"), grounds: call.form["what"] ?? "", generation: generationOf(call.form) });
  if (asked.ok) return ok(back(call, tabOf(call), false));
  // The act calls it grounds; on this page the field has another name, since rejecting has grounds too.
  const [first, ...rest] = asked.problems.map((one) => (one.field === "grounds" ? { ...one, field: "what" } : one));
  return first ? refused(first, ...rest) : asked;
});

const handOver = act("hand-over", "step.hand-over", async (call) => {
  const handed = await handOverStep(call.deps, call.actor, call.pool, { ...stepRef(call), to: call.form["to"] ?? "", reason: call.form["handOverReason"] ?? "" });
  return handed.ok ? ok(back(call, tabOf(call), false)) : renamed(handed, { reason: "handOverReason" });
});

const referral = act("referral", "request.refer", async (call) => {
  const { form } = call;
  const referred = await referRequest(call.deps, call.actor, call.pool, {
    publicId: call.param("request"),
    unit: optional(form["referUnit"]?.trim()),
    pool: optional(form["referPool"]?.trim()),
    reason: form["referReason"] ?? "",
    basis: form["referBasis"] ?? "",
    generation: generationOf(form),
  });
  return referred.ok ? ok(back(call, tabOf(call), false)) : renamed(referred, { unit: "referUnit", pool: "referPool", reason: "referReason", basis: "referBasis" });
});

/** Fields of acts under the names this page gives them, since several acts stand on it. */
function renamed<T>(result: Result<T>, names: Readonly<Record<string, string>>): Result<T> {
  if (result.ok) return result;
  const [first, ...rest] = result.problems.map((one) => (one.field === undefined ? one : { ...one, field: names[one.field] ?? one.field }));
  return first ? refused(first, ...rest) : result;
}

const reveal: PageRoute = {
  method: "post",
  path: `${CASE}/reading`,
  access: "request.read-answers",
  room: "desk",
  here: "work",
  async handle(call) {
    const revealed = await revealAnswers(call.deps, call.actor, call.pool, { publicId: call.param("request"), reason: call.form["reason"] ?? "" });
    // Shown in this answer alone: what was revealed has no address to come back to.
    return revealed.ok ? await showCase(call, { revealed: revealed.value.answers }) : await showCase(call, { problems: revealed.problems });
  },
};

export const deskRoutes: readonly PageRoute[] = [
  { method: "get", path: "/desk", access: "work-queue.read", room: "desk", here: "work", handle: (call) => desk(call) },
  { method: "get", path: CASE, access: "step.read", room: "desk", here: "work", handle: (call) => showCase(call) },
  start,
  completion,
  rejection,
  supplementCall,
  reveal,
  ...bookingRoutes,
  ...paperPages,
  handOver,
  referral,
  ...consentRoutes,
  ...lawRoutes,
  ...statementRoutes("unit"),
  ...contestPages("desk"),
  ...loanPages("desk"),
  ...drainPages("desk"),
  ...agreementPages("desk"),
  ...resourceRoutes("desk"),
  ...importRoutes("desk"),
  ...onboardingRoutes,
];
