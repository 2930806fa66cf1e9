import type { OpenAppointment } from "../../../app/direct/pick-time.js";
import type { RequestView as SeenRequest } from "../../../app/request/request-view.js";
import type { FormField } from "../../../domain/catalogue/item.js";
import { forcedKind, RECLAIMED } from "../../../domain/pool/order.js";
import { hallText } from "../../../text/portal-hall.js";
import { stepWordOf } from "../../../text/words.js";
import { freshKey, type PageCall } from "../page-route.js";
import { APPOINTMENT_ANSWERS, type RequestView, type StepView } from "../pages/request/view.js";
import { explanations, orderSentences } from "./explanations.js";

/** What the reader may see of a request, in the words and order of the page. */
export async function requestView(call: PageCall, seen: SeenRequest, appointments: readonly OpenAppointment[] = []): Promise<RequestView> {
  const { frame } = call;
  const { t, name } = frame.voice;
  const grounded = await call.deps.store.read(call.pool).order.groundNames(seen.timeline.flatMap(({ ground }) => ground ?? []));
  const explained = await explanations(call, seen.publicId);
  const order = seen.closedAt === null ? await orderSentences(call, seen.publicId) : [];
  return {
    publicId: seen.publicId,
    number: seen.number,
    item: seen.itemNames,
    itemCode: seen.item,
    unit: seen.unit.names,
    unitPhone: seen.unit.phone,
    lead: seen.lead?.names ?? null,
    division: seen.divisionNames ?? { zh: seen.division, en: seen.division },
    enterprise: seen.enterpriseCode,
    state: seen.state,
    receivedAt: seen.receivedAt,
    occurredAt: seen.occurredAt,
    promisedDueAt: seen.promisedDueAt,
    statutoryDueAt: seen.statutoryDueAt,
    pausedAt: seen.pausedAt,
    closedAt: seen.closedAt,
    grounds: seen.grounds,
    deadline: seen.deadline,
    order,
    statusCode: seen.statusCode,
    steps: seen.steps.map(
      (step): StepView => ({
        names: step.names,
        stage: step.stage,
        mode: step.mode,
        state: stepWordOf(step.state, step.answer),
        units: step.serving.map(({ names }) => names),
        dueAt: step.dueAt,
        plannedAt: step.startsAt,
        startedAt: step.startedAt,
        endedAt: step.endedAt,
        grounds: step.grounds,
        explanation: explained.get(step.name) ?? [],
      }),
    ),
    events: seen.timeline.flatMap(({ at, event, step, grounds, basis, ground, units }) => {
      if (event === "received" || event === "step-started" || event === "step-done" || event === "step-rejected") return [];
      const forced = event === "moved" && ground !== undefined ? forcedKind(ground) : null;
      const why = event !== "moved" ? null : forced !== null ? (`moved.${forced}` as const) : ground === RECLAIMED ? "reclaimed" : "moved";
      const notes = [
        ...(basis === undefined ? [] : [t(hallText["request.basis"], { basis })]),
        ...(why === null ? [] : why === "moved" ? [t(hallText["request.moved"], { ground: name(grounded.get(ground ?? "") ?? { zh: ground ?? "", en: ground ?? "" }) })] : [t(hallText[`request.${why}`])]),
      ];
      return [{ at, event, title: t(hallText[`request.event.${why ?? event}`], { step: step === undefined ? "" : name(step.names) }), units, grounds: grounds ?? null, notes, unsettled: event === "moved" && seen.closedAt === null && seen.steps.some(({ name: of, startedAt }) => of === step?.name && startedAt === null) }];
    }),
    appointments: appointments.map((one) => ({ ...one, names: seen.steps.find((step) => step.name === one.step)?.names ?? { zh: one.step, en: one.step }, idempotencyKey: freshKey() })),
    appointmentAnswer: APPOINTMENT_ANSWERS.find((answer) => answer === call.query("appointment")),
    siblings: seen.siblings.map((sibling) => ({ publicId: sibling.publicId, number: sibling.number, item: sibling.itemNames, state: sibling.state })),
    answers: seen.answers === undefined ? undefined : seen.form.map((field) => ({ label: name(field.names), value: answerText(call, field, seen.answers?.[field.field]) })),
    supplements: seen.supplements ?? [],
    may: { withdraw: seen.may.withdraw, supplement: seen.may.supply, annul: seen.may.annul },
  };
}

/** An answer as it reads: a choice by its name. */
export function answerText({ frame }: PageCall, field: FormField, value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  const option = field.type === "choice" ? field.options?.find((one) => one.value === value) : undefined;
  return option === undefined ? value : frame.voice.name(option.names);
}
