import { z } from "@hono/zod-openapi";
import { PRIORITY_STATES } from "../../domain/request/priority.js";
import { shownNames } from "./catalogue.js";
import { instant, names, text } from "./common.js";

export const priorityClassShown = z
  .object({
    priority: z.string(),
    names: shownNames,
    advanceMinutes: z.number().int().nullable().openapi({ description: "How far it moves a step ahead; null: before everybody without such a ground." }),
    legalBasis: z.string(),
    evidenceRequired: z.boolean(),
  })
  .openapi("PriorityClass");

export const priorityClassSent = z.strictObject({
  names,
  advanceMinutes: z.number().int().min(1).max(43_200).optional(),
  absolute: z.boolean().optional(),
  legalBasis: text(1_000),
  evidenceRequired: z.boolean().optional(),
});

const state = z.enum(PRIORITY_STATES);

export const requestPriority = z
  .object({ priority: z.string(), names: shownNames.nullable(), legalBasis: z.string().nullable(), state, claimedAt: instant, decidedAt: instant.nullable() })
  .openapi("RequestPriority", { description: "A ground by its code. What it rests on is sealed." });

export const priorityClaimed = z.strictObject({
  priority: text(63),
  evidence: text(2_000).optional().openapi({ description: "The circumstances and what proves them; sealed at once." }),
});
export const priorityDecided = z.strictObject({ confirm: z.boolean() });
export const priorityOpening = z.strictObject({ reason: text(2_000) });
export const priorityOpened = z.object({ evidence: z.string().nullable() });
export const priorityOutcome = z.object({ priority: z.string(), state });
