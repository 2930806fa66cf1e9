import { z } from "@hono/zod-openapi";
import { REORGANISATION_STATES } from "../../domain/org/reorganisation.js";
import { shownNames } from "./catalogue.js";
import { instant, names, pageQuery, text } from "./common.js";
import { gapShown } from "./gap.js";

const unit = text(63, 1);
const moved = { resources: z.array(text(63, 1)).max(2_000).optional(), items: z.array(text(120, 1)).max(2_000).optional() };

/** Which of them is there says what is done; the use case refuses none and several. */
const change = z
  .strictObject({
    merge: z.strictObject({ from: z.array(unit).min(1).max(200), into: unit }).optional(),
    rename: z.strictObject({ unit, to: unit, names: names.optional() }).optional(),
    split: z.strictObject({ from: unit, to: unit, names, ...moved }).optional(),
    move: z.strictObject({ from: unit, to: unit, ...moved }).optional(),
  })
  .openapi("ReorganisationChange", { description: "One of: units that are merged into another; a unit that goes on under another id; a part that becomes a unit; resources and items that become another unit's." });

const draft = { names, basis: text(2_000, 1).openapi({ description: "The decision or law it rests on." }), changes: z.array(change).min(1).max(200) };

export const newReorganisation = z.strictObject({
  reorganisation: text(63, 2),
  ...draft,
});
export const changedReorganisation = z.strictObject(draft);
export const commitment = z.strictObject({ effectiveAt: instant.optional().openapi({ description: "Absent: now." }) });

export const reorganisationParam = z.object({ pool: z.string(), reorganisation: z.string().max(63) });
export const reorganisationQuery = z.strictObject({ ...pageQuery });

export const reorganisationShown = z
  .object({
    reorganisation: z.string(),
    names: shownNames,
    basis: z.string(),
    changes: z.array(z.record(z.string(), z.unknown())),
    state: z.enum(REORGANISATION_STATES),
    effectiveAt: instant.nullable(),
    appliedAt: instant.nullable(),
    declaredAt: instant,
    problems: z.array(z.string()).openapi({ description: "Why it was not made when it was due, by code." }),
    backAsked: z.object({ by: z.string(), at: instant }).nullable().openapi({ description: "Who asked to withdraw it or put it back; another person does it within seven days." }),
    generation: z.number().int(),
  })
  .openapi("Reorganisation");

export const reorganisationEffectShown = z
  .object({
    problems: z.array(z.object({ code: z.string(), field: z.string().nullable() })).openapi({ description: "Why it could not be made now; empty: it could." }),
    units: z.array(z.object({ unit: z.string(), names: shownNames, becomes: z.string().nullable(), staff: z.number().int(), openRequests: z.number().int(), inHand: z.number().int() })),
    resources: z.number().int(),
    assets: z.number().int(),
    requests: z.number().int().openapi({ description: "Open requests that change hands." }),
    staying: z.number().int().openapi({ description: "Open requests somebody works on, which stay until that is done." }),
    items: z.object({ count: z.number().int(), listed: z.array(z.object({ item: z.string(), names: shownNames, division: z.string(), from: z.string().nullable(), to: z.string().nullable() })) }),
    appears: z.array(gapShown).openapi({ description: "Gaps and overlaps it would make." }),
    goes: z.array(gapShown).openapi({ description: "Gaps and overlaps it would mend." }),
  })
  .openapi("ReorganisationEffect");
