import type { z } from "@hono/zod-openapi";
import type { GivenAllocation } from "../../app/ports/request.js";
import type { RequestLine, RequestView, StepLine } from "../../app/request/request-view.js";
import type { Receipt } from "../../app/request/submit-request.js";
import type { deadline, receiptSchema, requestLine, requestSchema, stepLine } from "../../contract/schemas/request.js";
import { LIGHTS, type DeadlineStanding } from "../../domain/request/deadline.js";
import type { FormField } from "../../domain/catalogue/item.js";

/** Instants travel as ISO 8601 in UTC. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Money is fen as a string: a JSON number loses the last digit above 2^53. */
export const shownAmount = (classId: string, amount: number): number | string => (classId.startsWith("funds.") ? String(amount) : amount);

export const shownDeadline = (standing: DeadlineStanding): z.input<typeof deadline> => ({ ...standing, light: LIGHTS[standing.kind] });

/** The schema's lists are mutable, ours are not: a copy costs nothing here. */
export const shownForm = (form: readonly FormField[]) => form.map(({ options, ...field }) => ({ ...field, ...(options ? { options: [...options] } : {}) }));

export const shownReceipt = ({ publicId, unit, lead, ...receipt }: Receipt): z.input<typeof receiptSchema> => ({
  ...receipt,
  request: publicId,
  unit: { unit: unit.id, names: unit.names },
  lead: lead && { unit: lead.id, names: lead.names },
  receivedAt: iso(receipt.receivedAt),
  occurredAt: isoOrNull(receipt.occurredAt),
  promisedDueAt: iso(receipt.promisedDueAt),
  statutoryDueAt: iso(receipt.statutoryDueAt),
  missingMaterials: [...receipt.missingMaterials],
  waitsFor: [...receipt.waitsFor],
});

export const shownLine = (line: RequestLine): z.input<typeof requestLine> => ({
  request: line.publicId,
  number: line.number,
  item: line.item,
  itemNames: line.itemNames,
  unit: line.unitId,
  unitNames: line.unitNames,
  lead: line.lead && { unit: line.lead.unitId, names: line.lead.names },
  division: line.division,
  divisionNames: line.divisionNames,
  state: line.state,
  receivedAt: iso(line.receivedAt),
  occurredAt: isoOrNull(line.occurredAt),
  promisedDueAt: iso(line.promisedDueAt),
  statutoryDueAt: iso(line.statutoryDueAt),
  pausedAt: isoOrNull(line.pausedAt),
  closedAt: isoOrNull(line.closedAt),
  enterprise: line.enterpriseCode,
  bundle: line.bundleCode,
  deadline: shownDeadline(line.deadline),
});

export const shownStep = (step: StepLine): z.input<typeof stepLine> => ({
  step: step.name,
  names: step.names,
  stage: step.stage,
  mode: step.mode,
  state: step.state,
  answer: step.answer,
  answeredAt: isoOrNull(step.answeredAt),
  startsAt: isoOrNull(step.startsAt),
  readyAt: isoOrNull(step.readyAt),
  startedAt: isoOrNull(step.startedAt),
  endedAt: isoOrNull(step.endedAt),
  dueAt: iso(step.dueAt),
  grounds: step.grounds,
  serving: step.serving.map(({ unitId, names }) => ({ unit: unitId, names })),
});

export const shownRequest = (view: RequestView): z.input<typeof requestSchema> => ({
  ...shownLine(view),
  itemVersion: view.itemVersion,
  channel: view.channel,
  office: { unit: view.unit.id, names: view.unit.names, address: view.unit.address, phone: view.unit.phone },
  grounds: view.grounds,
  pausedWorkingDays: view.pausedWorkingDays,
  statutoryDeadline: shownDeadline(view.statutoryDeadline),
  generation: view.generation,
  steps: view.steps.map(shownStep),
  timeline: view.timeline.map((entry) => ({ ...entry, at: iso(entry.at), units: [...entry.units] })),
  siblings: view.siblings.map(shownLine),
  waitsFor: [...view.waitsFor],
  answers: view.answers === undefined ? null : { ...view.answers },
  form: shownForm(view.form),
  materials: view.materials === undefined ? null : [...view.materials],
  supplements: view.supplements === undefined ? null : [...view.supplements],
  may: { ...view.may, annul: [...view.may.annul] },
  statusCode: view.statusCode ?? null,
});

export const shownAllocation = (given: GivenAllocation, step: string) => ({
  step,
  claim: given.claim as number,
  attempt: given.attempt,
  resource: given.resource,
  unit: given.unitId as string,
  unitNames: given.unitNames,
  class: given.classId as string,
  classNames: given.classNames,
  measure: given.measure,
  periodKind: given.periodKind,
  period: given.period,
  amount: shownAmount(given.classId, given.amount),
  settled: shownAmount(given.classId, given.settled),
  state: given.state,
});
