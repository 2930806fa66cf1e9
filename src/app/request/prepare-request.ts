import type { FormField, Item, ItemGuide } from "../../domain/catalogue/item.js";
import type { DivisionCode, ItemCode } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { checkAnswers, checkMaterials, type AnswerContext, type Answers } from "../../domain/request/answers.js";
import { agreedClasses, competentUnit, type Competent } from "../../domain/request/competence.js";
import { dueDates, type DueDates, type Limits } from "../../domain/request/deadline.js";
import { forItem, planSteps, type PlannedStep } from "../../domain/request/plan.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { PoolMap } from "../ports/catalogue.js";

/** One request, checked and planned, before it has a number. */
export interface Prepared {
  readonly item: Item;
  readonly office: Competent;
  readonly division: DivisionCode;
  readonly due: DueDates;
  readonly steps: readonly PlannedStep[];
  readonly answers: Answers;
  readonly materials: readonly string[];
  readonly missing: readonly string[];
  readonly waitsFor: readonly ItemCode[];
}

export interface Application {
  readonly item: Item;
  readonly division: DivisionCode;
  readonly enterprise: string | undefined;
  readonly form: readonly FormField[];
  readonly answers: Readonly<Record<string, unknown>>;
  readonly materials: readonly string[];
  readonly receivedAt: Instant;
  /** Of a bundle: members that come first, and the limits of the whole way to this one. */
  readonly waitsFor: readonly ItemCode[];
  readonly limits: Limits;
}

/** Looks for the office, the dates and the steps of a request, and holds what was answered against the form. */
export function prepareRequest(map: PoolMap, application: Application): Result<Prepared> {
  const { item, division, receivedAt, limits, waitsFor } = application;
  const { guide } = item;
  const { office, due, steps } = planRequest(map, guide, division, receivedAt, limits);
  const answers = checkAnswers(application.form, application.answers, answerContext(map));
  const materials = checkMaterials(guide.materials, application.materials);
  const audience = application.enterprise === undefined ? "person" : "enterprise";
  const wrongAudience = guide.audience.includes(audience)
    ? []
    : [problem("request.audience_wrong", { audience: guide.audience[0] ?? "" }, { field: "enterprise" })];
  const problems: Problem[] = [
    ...wrongAudience,
    ...[office, steps, answers, materials].flatMap((part: Result<unknown>) => (part.ok ? [] : part.problems)),
  ];
  if (!office.ok || !steps.ok || !answers.ok || !materials.ok) return unlessRefused(problems, undefined as never);
  return unlessRefused(problems, {
    item,
    office: office.value,
    division,
    due,
    // A request that waits for others begins with nothing in the queue.
    steps: waitsFor.length === 0 ? steps.value : steps.value.map((step) => ({ ...step, state: "blocked" as const })),
    answers: answers.value,
    materials: materials.value.ready,
    missing: materials.value.missing,
    waitsFor,
  });
}

/** Whose case it is, when it is due, and what is to be done: what follows from item, place and day of receipt alone. */
export function planRequest(map: Pick<PoolMap, "offices" | "parents" | "calendar" | "routing">, guide: ItemGuide, division: DivisionCode, receivedAt: Instant, limits: Limits) {
  const due = dueDates(map.calendar, receivedAt, limits);
  return { office: competentUnit(guide, division, map.offices, map.parents, map.routing), due, steps: planSteps(guide.recipe, due.promisedDueAt, forItem(guide.item, agreedClasses(map.routing, guide.item))) };
}

export const answerContext = (map: PoolMap): AnswerContext => ({ isDivision: (code) => map.divisions.has(code as DivisionCode) });

/** The place where the matter is: a division of this pool. */
export function placeOf(map: PoolMap, division: string): Result<DivisionCode> {
  return map.divisions.has(division as DivisionCode)
    ? ok(division as DivisionCode)
    : refused(problem("input.unknown_reference", { kind: "division", id: division.slice(0, 40) }, { field: "division" }));
}

/** Refusals that a copy of the pool's map of a second ago may be wrong about: an office or a place that has just come. */
const ABOUT_THE_MAP: ReadonlySet<string> = new Set(["request.no_competent_unit", "request.line_absent", "input.unknown_reference"]);
export const mayBeOutdated = (problems: readonly Problem[]): boolean => problems.some(({ code }) => ABOUT_THE_MAP.has(code));
