import { z } from "@hono/zod-openapi";
import { STAGES } from "../../domain/catalogue/item.js";
import { shownNames } from "./catalogue.js";
import { instant, pageOf, pageQuery, text, whole } from "./common.js";
import { amount, deadline, REQUEST_ID, requestSchema, requestState, stepLine, stepState } from "./request.js";

export const workQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(["granted", "working", "waiting"]).optional().openapi({ description: "Absent: what may begin and what somebody has begun." }),
  stage: z.enum(STAGES).optional(),
  item: text(120).optional(),
  number: text(40).optional().openapi({ description: "Part of a request's number." }),
  overdue: z.enum(["true", "false"]).optional(),
  mine: z.enum(["true", "false"]).optional(),
});

const workRow = z
  .object({
    request: REQUEST_ID,
    number: z.string(),
    step: z.string(),
    names: shownNames,
    stage: z.enum(STAGES),
    mode: z.enum(["human", "automatic", "external"]),
    state: stepState,
    granted: z.boolean(),
    startsAt: instant.nullable(),
    dueAt: instant,
    deadline,
    receivedAt: instant,
    occurredAt: instant.nullable().openapi({ description: "When it was asked on paper; null: when it was received." }),
    startedAt: instant.nullable(),
    startedBy: z.string().nullable(),
    item: z.string(),
    itemNames: shownNames,
    unit: z.string(),
    unitNames: shownNames,
    division: z.string(),
    divisionNames: shownNames.nullable(),
    serving: z.boolean().openapi({ description: "Another unit's case, to which this one gives something." }),
  })
  .openapi("WorkRow");

export const workPage = pageOf(workRow)
  .extend({ counts: z.object({ granted: z.number().int(), working: z.number().int(), waiting: z.number().int(), overdue: z.number().int() }) })
  .openapi("WorkPage");

const use = z.strictObject({ claim: whole(1), amount });
const settle = z.array(use).max(64).optional().openapi({ description: "What each claim used; claims left out settle all they hold." });
const note = text(2_000).optional();

export const completionInput = z.strictObject({ settle, note });
export const annulmentInput = z.strictObject({
  grounds: text(2_000, 1).openapi({ description: "As the applicant will read them." }),
  basis: text(2_000, 1).openapi({ description: "Law and article that allow it.", example: "行政许可法 第六十九条" }),
});
export const annulmentOutcome = z.object({ request: z.uuid(), number: z.string(), step: z.string(), annulledAt: instant }).openapi("NumberAnnulled");
export const rejectionInput = z.strictObject({ grounds: text(2_000, 1), settle });
export const completionsInput = z.strictObject({
  completions: z.array(z.strictObject({ request: REQUEST_ID, step: text(63, 1), settle, note })).min(1).max(500),
});

export const stepOutcome = z
  .object({ request: REQUEST_ID, number: z.string(), step: z.string(), state: stepState, requestState })
  .openapi("StepActed");

export const completionsOutcome = z
  .object({
    rows: z.array(
      z.object({
        request: z.string(),
        step: z.string(),
        done: z.boolean(),
        state: stepState.nullable(),
        requestState: requestState.nullable(),
        problems: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string(), facts: z.record(z.string(), z.unknown()) })),
      }),
    ),
  })
  .openapi("CompletionsOutcome");

export const officerView = z
  .object({
    request: requestSchema,
    steps: z.array(
      stepLine.extend({
        held: z.array(z.object({ claim: z.number().int(), class: z.string(), amount })),
        may: z.object({ start: z.boolean(), complete: z.boolean(), reject: z.boolean() }),
      }),
    ),
    allocations: z.array(
      z.object({
        step: z.string(),
        claim: z.number().int(),
        attempt: z.number().int(),
        resource: z.string(),
        unit: z.string(),
        unitNames: shownNames,
        class: z.string(),
        classNames: shownNames,
        measure: z.string(),
        periodKind: z.enum(["none", "slot", "day", "fiscal-year"]),
        period: z.number().int(),
        amount,
        settled: amount,
        state: z.enum(["held", "settled", "released", "lapsed", "annulled"]),
      }),
    ),
    may: z.object({ askSupplement: z.boolean(), reject: z.boolean(), reconsider: z.boolean(), reveal: z.boolean() }),
  })
  .openapi("OfficerView");

export const revealInput = z.strictObject({ reason: text(2_000, 1) });
export const revealed = z.object({ answers: z.record(z.string(), z.string()) }).openapi("RevealedAnswers");
