import { z } from "@hono/zod-openapi";
import { reconsiderStep } from "../../../app/request/reconsider-step.js";
import { completeStep, completeSteps, type Completion } from "../../../app/work/complete-steps.js";
import { requestForOfficer, revealAnswers } from "../../../app/work/officer-view.js";
import { annulNumber } from "../../../app/work/annul-number.js";
import { rejectStep } from "../../../app/work/reject-step.js";
import { startStep } from "../../../app/work/start-step.js";
import type { StepOutcome } from "../../../app/work/step-record.js";
import { workQueue, type WorkRow } from "../../../app/work/work-queue.js";
import { actOutcome } from "../../../contract/schemas/request.js";
import {
  completionInput,
  completionsInput,
  completionsOutcome,
  officerView,
  annulmentInput,
  annulmentOutcome,
  rejectionInput,
  revealed,
  revealInput,
  stepOutcome,
  workPage,
  workQuery,
} from "../../../contract/schemas/work.js";
import { trusted, type ClaimId } from "../../../domain/id.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { iso, isoOrNull, shownAllocation, shownAmount, shownDeadline, shownRequest, shownStep } from "../shown-request.js";

const oneRequest = z.object({ pool: z.string(), request: z.uuid() });
const oneStep = z.object({ pool: z.string(), request: z.uuid(), step: z.string().max(63) });
const oneUnit = z.object({ pool: z.string(), unit: z.string().max(63) });

const shownOutcome = ({ publicId, number, step, state, requestState }: StepOutcome): z.input<typeof stepOutcome> => ({ request: publicId, number, step, state, requestState });
const acted = (result: Result<StepOutcome>): Result<Answer<z.input<typeof stepOutcome>>> => (result.ok ? ok({ body: shownOutcome(result.value) }) : result);

const settleOf = (settle: z.output<typeof completionInput>["settle"]): Completion["settle"] =>
  settle?.map(({ claim, amount }) => ({ claim: trusted<ClaimId>(claim), amount: Number(amount) }));

const shownRow = (row: WorkRow) => ({
  request: row.requestPublicId,
  number: row.number,
  step: row.name,
  names: row.names,
  stage: row.stage,
  mode: row.mode,
  state: row.state,
  granted: row.granted,
  startsAt: isoOrNull(row.startsAt),
  dueAt: iso(row.dueAt),
  deadline: shownDeadline(row.deadline),
  receivedAt: iso(row.receivedAt),
  occurredAt: isoOrNull(row.occurredAt),
  startedAt: isoOrNull(row.startedAt),
  startedBy: row.startedBy,
  item: row.item as string,
  itemNames: row.itemNames,
  unit: row.unitId as string,
  unitNames: row.unitNames,
  division: row.division as string,
  divisionNames: row.divisionNames,
  serving: row.serving,
});

const queue = defineRoute({
  method: "get",
  path: "/units/{unit}/work",
  access: "work-queue.read",
  tag: "work",
  summary: "What lies on a unit's desk, what is due first on top",
  params: oneUnit,
  query: workQuery,
  response: workPage,
  async handle({ deps, actor, pool, params, query }) {
    const { overdue, mine, ...rest } = query;
    const page = await workQueue(deps, actor, pool, { ...rest, unit: params.unit, overdue: overdue === "true", mine: mine === "true" });
    return page.ok ? ok({ body: { rows: page.value.rows.map(shownRow), next: page.value.next, counts: page.value.counts } }) : page;
  },
});

const desk = defineRoute({
  method: "get",
  path: "/requests/{request}/desk",
  access: "step.read",
  tag: "work",
  summary: "One case on one screen: what it holds, and what this officer may do now",
  params: z.object({ pool: z.string(), request: z.string().max(60).openapi({ description: "Id, or readable number." }) }),
  response: officerView,
  async handle({ deps, actor, pool, params }) {
    const view = await requestForOfficer(deps, actor, pool, params.request);
    if (!view.ok) return view;
    const nameOf = new Map(view.value.steps.map(({ id, name }) => [id, name]));
    return ok({
      body: {
        request: shownRequest(view.value.request),
        steps: view.value.steps.map((step) => ({
          ...shownStep(step),
          held: step.held.map(({ claim, classId, amount }) => ({ claim, class: classId, amount: shownAmount(classId, amount) })),
          may: step.may,
        })),
        allocations: view.value.allocations.map((given) => shownAllocation(given, nameOf.get(given.step) ?? "")),
        may: view.value.may,
      },
      generation: view.value.request.generation,
    });
  },
});

const reveal = defineRoute({
  method: "post",
  path: "/requests/{request}/answers-reading",
  access: "request.read-answers",
  tag: "work",
  summary: "Read the answers unmasked, for a reason that is kept on record",
  params: oneRequest,
  body: revealInput,
  // The reading is on record each time; its answer must not lie among the answers kept for retries.
  readOnly: true,
  response: revealed,
  async handle({ deps, actor, pool, params, body }) {
    const found = await revealAnswers(deps, actor, pool, { publicId: params.request, reason: body.reason });
    return found.ok ? ok({ body: { answers: { ...found.value.answers } } }) : found;
  },
});

const start = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/start",
  access: "step.start",
  tag: "work",
  summary: "Take up a step that was granted",
  params: oneStep,
  response: stepOutcome,
  problems: ["object.transition_illegal", "step.not_granted"],
  handle: async ({ deps, actor, pool, params }) => acted(await startStep(deps, actor, pool, { publicId: params.request, step: params.step })),
});

const complete = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/completion",
  access: "step.complete",
  tag: "work",
  summary: "Complete a step: its holds are settled, what follows becomes ready",
  params: oneStep,
  body: completionInput,
  response: stepOutcome,
  problems: ["object.transition_illegal", "step.not_granted", "step.settle_above_held", "input.unknown_reference"],
  handle: async ({ deps, actor, pool, params, body }) =>
    acted(await completeStep(deps, actor, pool, { publicId: params.request, step: params.step, settle: settleOf(body.settle), note: body.note })),
});

const reject = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/rejection",
  access: "step.reject",
  tag: "work",
  summary: "Refuse the request at the step one works on, on legal grounds",
  params: oneStep,
  body: rejectionInput,
  ifMatch: true,
  response: stepOutcome,
  problems: ["object.transition_illegal", "step.settle_above_held"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) =>
    acted(
      await rejectStep(deps, actor, pool, {
        publicId: params.request,
        step: params.step,
        grounds: body.grounds,
        settle: settleOf(body.settle),
        generation: ifMatch,
      }),
    ),
});

const annul = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/annulment",
  access: "step.annul",
  tag: "work",
  summary: "Annul a number set by law that a step was granted: it goes to whoever is next in the order of acceptance",
  params: oneStep,
  body: annulmentInput,
  ifMatch: true,
  response: annulmentOutcome,
  problems: ["number.none_granted", "number.annulled_already", "number.request_open", "step.officer_barred"],
  async handle({ deps, actor, pool, params, body, ifMatch }) {
    const done = await annulNumber(deps, actor, pool, { publicId: params.request, step: params.step, grounds: body.grounds, basis: body.basis, generation: ifMatch });
    if (!done.ok) return done;
    const { publicId, number, step, annulledAt } = done.value;
    return ok({ body: { request: publicId, number, step, annulledAt: iso(annulledAt) } });
  },
});

const reconsider = defineRoute({
  method: "post",
  path: "/requests/{request}/steps/{step}/reconsideration",
  access: "request.reconsider",
  tag: "work",
  summary: "Put a step that could not be arranged back in the queue",
  params: oneStep,
  ifMatch: true,
  response: actOutcome,
  problems: ["object.transition_illegal"],
  async handle({ deps, actor, pool, params, ifMatch }) {
    const done = await reconsiderStep(deps, actor, pool, { publicId: params.request, step: params.step, generation: ifMatch });
    if (!done.ok) return done;
    const { publicId, number, state, generation } = done.value;
    return ok({ body: { request: publicId, number, state: state as z.input<typeof actOutcome>["state"], generation }, generation });
  },
});

const worded = (language: Language, one: Problem): { title: string; detail: string } => ({ title: problemTitle(language, one), detail: problemTodo(language, one) });

type Outcomes = z.output<typeof completionsOutcome>;
type ShownProblem = Outcomes["rows"][number]["problems"][number];
const reworded = (body: Outcomes, words: (one: ShownProblem) => { title: string; detail: string }): Outcomes => ({
  ...body,
  rows: body.rows.map((row) => ({ ...row, problems: row.problems.map((one) => ({ ...one, ...words(one) })) })),
});

const completions = defineRoute({
  method: "post",
  path: "/work/completions",
  access: "step.complete",
  tag: "work",
  summary: "Report the results of up to 500 steps at once; each has its own outcome",
  body: completionsInput,
  response: completionsOutcome,
  again: {
    without: (body) => reworded(body, () => ({ title: "", detail: "" })),
    made: (body, { language }) => reworded(body, ({ code, facts }) => worded(language, { code, facts } as Problem)),
  },
  async handle({ deps, actor, pool, body, language }) {
    const outcomes = await completeSteps(
      deps,
      actor,
      pool,
      body.completions.map(({ request, step, settle, note }) => ({ publicId: request, step, settle: settleOf(settle), note })),
    );
    if (!outcomes.ok) return outcomes;
    return ok({
      body: {
        rows: outcomes.value.map(({ publicId, step, outcome }) => ({
          request: publicId,
          step,
          done: outcome.ok,
          state: outcome.ok ? outcome.value.state : null,
          requestState: outcome.ok ? outcome.value.requestState : null,
          problems: outcome.ok
            ? []
            : outcome.problems.map((one) => ({ code: one.code, ...worded(language, one), facts: { ...one.facts } })),
        })),
      },
    });
  },
});

export const workRoutes: readonly Route[] = [queue, desk, reveal, start, complete, reject, annul, reconsider, completions];
