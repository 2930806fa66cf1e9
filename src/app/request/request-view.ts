import type { FormField, ItemGuide, Names, Stage } from "../../domain/catalogue/item.js";
import type { Instant } from "../../domain/instant.js";
import type { CalendarStack } from "../../domain/pool/calendar.js";
import type { Answers } from "../../domain/request/answers.js";
import { deadlineStanding, type DeadlineStanding } from "../../domain/request/deadline.js";
import type { RequestState } from "../../domain/request/lifecycle.js";
import type { Channel } from "../../domain/policy/subject.js";
import type { RequestRecord, RequestSummary, StepView } from "../ports/request.js";

/** A line about a request, with how it stands to its date. */
export interface RequestLine extends RequestSummary {
  readonly deadline: DeadlineStanding;
}

/** A step as everybody sees it: the recipe's own words, the units at work, the dates. */
export interface StepLine extends Omit<StepView, "id" | "held"> {
  readonly names: Names;
}

/** One event in the life of a request. */
export interface TimelineEntry {
  readonly at: Instant;
  readonly event:
    | "received"
    | "released"
    | "step-started"
    | "step-done"
    | "step-rejected"
    | "cannot-be-arranged"
    | "supplement-asked"
    | "supplied"
    | "reconsidered"
    | "referred-here"
    | "designated"
    | "deputy-named"
    | "number-annulled"
    | "moved"
    | "completed"
    | "rejected"
    | "withdrawn"
    | "referred";
  /** Of a step: what it is called, and who did it. */
  readonly step?: { readonly name: string; readonly names: Names; readonly stage: Stage };
  readonly units: readonly Names[];
  readonly grounds?: string;
  /** The law it rests on. */
  readonly basis?: string;
  /** The code of the ground that another had, to be served before it. */
  readonly ground?: string;
}

/** What one reader sees of one request. */
export interface RequestView extends RequestLine {
  readonly unit: { readonly id: string; readonly names: Names; readonly address: string | null; readonly phone: string | null };
  readonly channel: Channel;
  readonly itemVersion: number;
  readonly grounds: string | null;
  readonly pausedWorkingDays: number;
  readonly statutoryDeadline: DeadlineStanding;
  readonly generation: number;
  readonly steps: readonly StepLine[];
  readonly timeline: readonly TimelineEntry[];
  readonly siblings: readonly RequestLine[];
  readonly waitsFor: readonly string[];
  /** Undefined: the reader may follow the request, not read its answers. Personal values are masked. */
  readonly answers: Answers | undefined;
  readonly form: readonly FormField[];
  readonly materials: readonly string[] | undefined;
  /** What was written with each supplement, oldest first. */
  readonly supplements: readonly string[] | undefined;
  /** Acts open to this reader now. */
  readonly may: { readonly withdraw: boolean; readonly supply: boolean; readonly annul: readonly string[] };
  /** For the applicant: the code of the receipt. */
  readonly statusCode: string | undefined;
}

/** A request by number and code: what a slip of paper may show to whoever holds it. */
export interface StatusView {
  readonly number: string;
  readonly itemNames: Names;
  readonly unit: { readonly names: Names; readonly phone: string | null };
  /** Who is responsible in law, where a task force has the case. */
  readonly lead: Names | null;
  readonly state: RequestState;
  readonly receivedAt: Instant;
  readonly promisedDueAt: Instant;
  readonly closedAt: Instant | null;
  readonly deadline: DeadlineStanding;
  readonly steps: readonly Pick<StepLine, "names" | "stage" | "state" | "startedAt" | "endedAt">[];
}

export const deadlineOf = (stack: CalendarStack, summary: RequestSummary, now: Instant, due: "promisedDueAt" | "statutoryDueAt" = "promisedDueAt"): DeadlineStanding =>
  deadlineStanding(stack, { receivedAt: summary.receivedAt, dueAt: summary[due], pausedAt: summary.pausedAt, closedAt: summary.closedAt }, now);

/** Picked by name: what the record holds beyond a line must not travel with it. */
export const lineOf = (stack: CalendarStack, summary: RequestSummary, now: Instant): RequestLine => ({
  publicId: summary.publicId,
  number: summary.number,
  item: summary.item,
  itemNames: summary.itemNames,
  unitId: summary.unitId,
  unitNames: summary.unitNames,
  lead: summary.lead,
  division: summary.division,
  divisionNames: summary.divisionNames,
  state: summary.state,
  receivedAt: summary.receivedAt,
  occurredAt: summary.occurredAt,
  promisedDueAt: summary.promisedDueAt,
  statutoryDueAt: summary.statutoryDueAt,
  pausedAt: summary.pausedAt,
  closedAt: summary.closedAt,
  enterpriseCode: summary.enterpriseCode,
  bundleCode: summary.bundleCode,
  deadline: deadlineOf(stack, summary, now),
});

export const stepLines = (record: RequestRecord, guide: ItemGuide): readonly StepLine[] =>
  record.steps.map(({ id: _id, held: _held, ...step }) => ({ ...step, names: stepNames(guide, step.name) }));

export const stepNames = (guide: ItemGuide, name: string): Names =>
  guide.recipe.steps.find(({ step }) => step === name)?.names ?? { zh: name, en: name };

/** Every state with its date, from the row, the steps and the acts on record. `open` opens sealed grounds. */
export function timelineOf(record: RequestRecord, guide: ItemGuide, open: (sealed: string) => string | undefined): readonly TimelineEntry[] {
  const unit = [record.unitNames];
  const entries: TimelineEntry[] = [{ at: record.receivedAt, event: "received", units: unit }];
  for (const { at, act, facts } of record.acts) {
    const sealed = facts?.["groundsSealed"];
    const grounds = typeof sealed === "string" ? open(sealed) : undefined;
    const more = grounds === undefined ? { units: unit } : { units: unit, grounds };
    if (act === "request.submit" && facts?.["released"] === true) entries.push({ at, event: "released", units: unit });
    if (act === "request.ask-supplement") entries.push({ at, event: "supplement-asked", ...more });
    if (act === "request.supplement") entries.push({ at, event: "supplied", units: [] });
    // The new unit's name stands in the request itself; the reason is told in words.
    const reason = typeof facts?.["reason"] === "string" ? { units: unit, grounds: facts["reason"] } : { units: unit };
    if (act === "request.refer" && facts?.["state"] !== "referred") entries.push({ at, event: "referred-here", ...reason });
    if (act === "request.designate") entries.push({ at, event: "designated", ...reason });
    const step = record.steps.find(({ name }) => name === facts?.["step"]);
    const of = step === undefined ? {} : { step: { name: step.name, names: stepNames(guide, step.name), stage: step.stage } };
    if (act === "step.annul") entries.push({ at, event: "number-annulled", ...of, ...more, ...(typeof facts?.["basis"] === "string" ? { basis: facts["basis"] } : {}) });
    if (act === "step.moved") entries.push({ at, event: "moved", ...of, units: [], ...(typeof facts?.["ground"] === "string" ? { ground: facts["ground"] } : {}) });
    if (act === "step.name-deputy") entries.push({ at, event: "deputy-named", units: unit });
    if (act === "request.reconsider") entries.push({ at, event: "reconsidered", units: [] });
  }
  for (const step of record.steps) {
    const of = { step: { name: step.name, names: stepNames(guide, step.name), stage: step.stage }, units: step.serving.map(({ names }) => names) };
    if (step.answer === "refused" && step.answeredAt !== null) entries.push({ at: step.answeredAt, event: "cannot-be-arranged", ...of });
    if (step.startedAt !== null && step.startedAt !== step.endedAt) entries.push({ at: step.startedAt, event: "step-started", ...of });
    if (step.endedAt !== null && step.state === "done") entries.push({ at: step.endedAt, event: "step-done", ...of });
    if (step.endedAt !== null && step.state === "rejected") entries.push({ at: step.endedAt, event: "step-rejected", ...of });
  }
  if (record.closedAt !== null && (record.state === "completed" || record.state === "rejected" || record.state === "withdrawn" || record.state === "referred")) {
    const grounds = record.grounds === null ? {} : { grounds: record.grounds };
    entries.push({ at: record.closedAt, event: record.state, units: unit, ...grounds });
  }
  // Sorting keeps equal instants in the order they were found: acts, then steps, then the end.
  return entries.toSorted((a, b) => a.at - b.at);
}
