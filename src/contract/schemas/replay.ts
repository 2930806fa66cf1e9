import { z } from "@hono/zod-openapi";
import { newRequest } from "./request.js";
import { instant, localDate, text, whole } from "./common.js";

export const newSandbox = z.strictObject({
  pool: text(63, 2).optional().openapi({ description: "Name of the sandbox; absent: one is made." }),
  at: instant.openapi({ description: "Where its clock begins." }),
  silo: z.boolean().default(false).openapi({ description: "Every unit works with its own people and things alone." }),
});

export const sandboxSchema = z.object({ pool: z.string(), copiedFrom: z.string(), at: instant, silo: z.boolean() }).openapi("Sandbox");

export const clockQuery = z.object({ days: z.coerce.number().int().min(0).max(120).default(0) });
export const clockSetting = z.strictObject({ at: instant });
export const clockSchema = z
  .object({
    at: instant,
    workedUpTo: instant.nullable().openapi({ description: "All that was asked before this instant has been decided; null: the writer has not begun." }),
    halfHours: z.array(instant).openapi({ description: "Beginnings of half-hours in which somebody of the pool works, for the days asked." }),
    official: z.array(instant).openapi({ description: "Of them, those of the pool's own calendar." }),
  })
  .openapi("PoolClock");

export const filingInput = z.strictObject({ requests: z.array(newRequest).min(1).max(500) });
export const filedSchema = z
  .object({
    rows: z.array(
      z.object({
        request: z.string().nullable(),
        number: z.string().nullable(),
        problems: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional() })),
      }),
    ),
  })
  .openapi("FiledRequests");

export const decidedQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });
export const decidedSchema = z
  .object({
    rows: z.array(
      z.object({
        seq: z.number().int(),
        request: z.string(),
        step: z.string(),
        attempt: z.number().int(),
        mode: z.enum(["human", "automatic", "external"]),
        outcome: z.enum(["granted", "refused"]),
        readyAt: instant.nullable(),
        decidedAt: instant,
        startsAt: instant.nullable(),
        slotted: z.boolean().openapi({ description: "Held to half-hours, not to a day." }),
        waitedFor: z.object({ class: z.string(), rule: z.string() }).nullable().openapi({ description: "Why it could not begin in the next half-hour; null: it could." }),
      }),
    ),
    next: z.number().int().openapi({ description: "Number after which the next page begins." }),
  })
  .openapi("DecidedSteps");

export const reportQuery = z.object({ from: localDate, to: localDate });
export const replayReportSchema = z
  .object({
    byState: z.record(z.string(), z.number().int()),
    breaches: z.number().int().openapi({ description: "Closed after the promised date, or open past it." }),
    unlawful: z.number().int().openapi({ description: "Of them, past the statutory date too." }),
    lapsed: z.number().int().openapi({ description: "Turns that lost what they held because nobody began in time." }),
    waiting: z.array(z.object({ rule: z.string(), class: z.string(), kind: z.string(), steps: whole() })).nullable(),
    classes: z.array(z.object({ class: z.string(), kind: z.string(), capacity: z.number(), used: z.number() })),
  })
  .openapi("ReplayReport");
