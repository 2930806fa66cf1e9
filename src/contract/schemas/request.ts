import { z } from "@hono/zod-openapi";
import { STAGES } from "../../domain/catalogue/item.js";
import { REQUEST_STATES, STEP_STATES } from "../../domain/request/lifecycle.js";
import { formField, shownNames } from "./catalogue.js";
import { fen, instant, pageOf, pageQuery, text, whole } from "./common.js";

export const REQUEST_ID = z.uuid();

const answers = z.record(z.string().max(80), z.union([z.string().max(8_000), z.number()])).openapi({ description: "By field of the item's form." });
const materials = z.array(text(80, 1)).max(300).openapi({ description: "Papers the applicant has ready, by their names in the guide." });
const division = text(12, 1).openapi({ description: "Where the matter is: a division of the pool." });
const enterprise = text(18).optional().openapi({ description: "Credit code of the enterprise it is filed for." });

export const newRequest = z.strictObject({ item: text(120, 1), division, answers: answers.default({}), materials: materials.default([]), enterprise });
export const newBundleRequest = z.strictObject({ bundle: text(80, 1), division, answers: answers.default({}), materials: materials.default([]), enterprise });

/** Beside `receivedAt`: a request that came on paper. */
const occurredAt = instant.nullable().openapi({ description: "When it was asked on paper, where there was no network; null: when it was received. The place in the queue counts from it, the dates count from receipt." });

export const receiptSchema = z
  .object({
    request: REQUEST_ID,
    number: z.string().openapi({ example: "522301-20261122-00042" }),
    statusCode: z.string().openapi({ description: "With the number it opens the status page without signing in.", example: "K7M2Q-9TWXA" }),
    item: z.string(),
    itemNames: shownNames,
    unit: z.object({ unit: z.string(), names: shownNames }),
    lead: z.object({ unit: z.string(), names: shownNames }).nullable().openapi({ description: "Who is responsible in law, where a task force has the case." }),
    division: z.string(),
    receivedAt: instant,
    occurredAt,
    promisedDueAt: instant,
    statutoryDueAt: instant,
    missingMaterials: z.array(z.string()),
    waitsFor: z.array(z.string()).openapi({ description: "Items of the same bundle that come first." }),
  })
  .openapi("Receipt");

export const bundleReceipt = z.object({ bundleRequest: z.string(), receipts: z.array(receiptSchema) }).openapi("BundleReceipt");

/** A sheet written where there was no network, as an officer enters it. */
export const newPaperRecord = z.strictObject({
  unit: text(63, 1).openapi({ description: "The desk that enters it." }),
  serial: text(40, 1).openapi({ description: "As printed on the sheet: entered once in a place." }),
  village: text(80, 1),
  occurredAt: instant.openapi({ description: "When it was asked. When it is recorded is the pool's clock's to say." }),
  item: text(120, 1),
  division,
  resident: z.strictObject({ name: text(100, 1), idNumber: text(18).optional(), phone: text(20).optional() }),
  answers: answers.default({}),
  materials: materials.default([]),
});

export const recordedSheets = z
  .object({
    rows: z.array(
      z.object({
        line: z.number().int(),
        serial: z.string(),
        receipt: receiptSchema.nullable(),
        problems: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional() })),
      }),
    ),
  })
  .openapi("RecordedSheets");

export const requestState = z.enum(REQUEST_STATES);
export const stepState = z.enum(STEP_STATES);

/** How a request stands to a date. Days are working days. */
export const deadline = z
  .object({
    kind: z.enum(["on_time", "soon", "today", "overdue", "paused", "kept", "missed"]),
    days: z.number().int().optional(),
    light: z.enum(["green", "amber", "red", "none"]),
  })
  .openapi("Deadline");

const line = {
  request: REQUEST_ID,
  number: z.string(),
  item: z.string(),
  itemNames: shownNames,
  unit: z.string(),
  unitNames: shownNames,
  lead: z.object({ unit: z.string(), names: shownNames }).nullable().openapi({ description: "Who is responsible in law, where a task force has the case." }),
  division: z.string(),
  divisionNames: shownNames.nullable(),
  state: requestState,
  receivedAt: instant,
  occurredAt,
  promisedDueAt: instant,
  statutoryDueAt: instant,
  pausedAt: instant.nullable(),
  closedAt: instant.nullable(),
  enterprise: z.string().nullable(),
  bundle: z.string().nullable(),
  deadline,
};

export const requestLine = z.object(line).openapi("RequestLine");
export const requestPage = pageOf(requestLine).openapi("RequestPage");
export const myRequestsQuery = z.strictObject({ ...pageQuery, open: z.enum(["true", "false"]).optional() });

const serving = z.object({ unit: z.string(), names: shownNames });

export const stepLine = z
  .object({
    step: z.string(),
    names: shownNames,
    stage: z.enum(STAGES),
    mode: z.enum(["human", "automatic", "external"]),
    state: stepState,
    answer: z.enum(["none", "granted", "refused"]).openapi({ description: "What the scheduler said; `none`: it still waits, or need not ask." }),
    answeredAt: instant.nullable(),
    startsAt: instant.nullable(),
    readyAt: instant.nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    dueAt: instant,
    grounds: z.string().nullable(),
    serving: z.array(serving),
  })
  .openapi("StepLine");

export const timelineEntry = z
  .object({
    at: instant,
    event: z.enum([
      "received",
      "released",
      "step-started",
      "step-done",
      "step-rejected",
      "cannot-be-arranged",
      "supplement-asked",
      "supplied",
      "reconsidered",
      "referred-here",
      "designated",
      "deputy-named",
      "number-annulled",
      "moved",
      "completed",
      "rejected",
      "withdrawn",
      "referred",
    ]),
    step: z.object({ name: z.string(), names: shownNames, stage: z.enum(STAGES) }).optional(),
    units: z.array(shownNames),
    grounds: z.string().optional(),
    basis: z.string().optional().openapi({ description: "The law it rests on." }),
    ground: z.string().optional().openapi({ description: "The code of the ground that another had, to be served before it." }),
  })
  .openapi("TimelineEntry");

export const requestSchema = z
  .object({
    ...line,
    itemVersion: z.number().int(),
    channel: z.enum(["portal", "api", "cli", "counter", "paper", "replay"]),
    office: z.object({ unit: z.string(), names: shownNames, address: z.string().nullable(), phone: z.string().nullable() }),
    grounds: z.string().nullable(),
    pausedWorkingDays: z.number().int(),
    statutoryDeadline: deadline,
    generation: z.number().int(),
    steps: z.array(stepLine),
    timeline: z.array(timelineEntry),
    siblings: z.array(requestLine),
    waitsFor: z.array(z.string()),
    answers: z.record(z.string(), z.string()).nullable().openapi({ description: "Personal values masked; null: not for this reader." }),
    form: z.array(formField),
    materials: z.array(z.string()).nullable(),
    supplements: z.array(z.string()).nullable(),
    may: z.object({ withdraw: z.boolean(), supply: z.boolean(), annul: z.array(z.string()).openapi({ description: "Steps whose granted number this reader may annul." }) }),
    statusCode: z.string().nullable(),
  })
  .openapi("Request");

export const actOutcome = z.object({ request: REQUEST_ID, number: z.string(), state: requestState, generation: z.number().int() }).openapi("RequestActed");

const grounds = text(2_000, 1).openapi({ description: "As the applicant will read them." });
export const withdrawalInput = z.strictObject({ grounds: text(2_000).optional() });
export const groundsInput = z.strictObject({ grounds });
export const supplementInput = z.strictObject({ answers: answers.optional(), materials: materials.optional(), note: text(2_000).optional() });

/** Money is fen as a string, everything else a whole number. */
export const amount = z.union([whole(0), fen]).openapi({ description: "Whole; money is fen as a string." });

export const withdrawalShown = z
  .object({
    number: z.string(),
    generation: z.number().int(),
    done: z.array(z.string()),
    cancelled: z.array(z.string()),
    released: z.array(z.object({ class: z.string(), amount })),
    alsoEnding: z.array(z.string()).openapi({ description: "Numbers of requests of the same bundle that end with it." }),
  })
  .openapi("WithdrawalEffect");

export const draftInput = z.strictObject({
  item: text(120, 1).optional(),
  bundle: text(80, 1).optional(),
  division: text(12).optional(),
  enterprise: text(18).optional(),
  answers: z.record(z.string().max(80), z.string().max(4_000)).default({}),
  materials: materials.default([]),
});

export const draftChange = draftInput.omit({ item: true, bundle: true });

/** What a write answers with holds no content: answers to writes are kept, and content lies sealed only. */
export const draftSaved = z.object({ draft: z.uuid(), generation: z.number().int(), updatedAt: instant }).openapi("DraftSaved");

export const draftSchema = z
  .object({
    draft: z.uuid(),
    item: z.string().nullable(),
    bundle: z.string().nullable(),
    itemVersion: z.number().int(),
    division: z.string().nullable(),
    enterprise: z.string().nullable(),
    answers: z.record(z.string(), z.string()),
    materials: z.array(z.string()),
    updatedAt: instant,
    generation: z.number().int(),
  })
  .openapi("Draft");

export const statusInput = z.strictObject({ number: text(40, 1), code: text(40, 1) });

export const statusSchema = z
  .object({
    number: z.string(),
    itemNames: shownNames,
    unit: z.object({ names: shownNames, phone: z.string().nullable() }),
    state: requestState,
    receivedAt: instant,
    promisedDueAt: instant,
    closedAt: instant.nullable(),
    deadline,
    steps: z.array(z.object({ names: shownNames, stage: z.enum(STAGES), state: stepState, startedAt: instant.nullable(), endedAt: instant.nullable() })),
  })
  .openapi("RequestStatus");
