import { z } from "@hono/zod-openapi";
import { STAGES } from "../../domain/catalogue/item.js";
import { DOCUMENT_MAX } from "../../domain/org/delegation.js";
import { RECUSAL_GROUNDS } from "../../domain/request/recusal.js";
import { shownNames } from "./catalogue.js";
import { instant, localDate, pageQuery, text } from "./common.js";

const reason = text(2_000, 1);
const basis = text(2_000, 1).openapi({ description: "Law and article." });

export const recusalInput = z.strictObject({
  unit: text(63, 1).openapi({ description: "The unit the officer works for." }),
  officer: z.uuid(),
  ground: z.enum(RECUSAL_GROUNDS),
  request: text(60, 1).optional().openapi({ description: "One request, by id or number." }),
  applicantOf: text(60, 1).optional().openapi({ description: "All matters of this request's applicant." }),
  enterprise: text(18, 18).optional(),
  person: z.uuid().optional(),
  to: localDate.optional().openapi({ description: "The last day; absent: until withdrawn." }),
});

export const recusalShown = z
  .object({
    recusal: z.number().int(),
    officer: z.uuid(),
    subject: z.object({ kind: z.enum(["person", "enterprise", "request"]), enterprise: z.string().optional(), number: z.string().optional() }),
    ground: z.enum(RECUSAL_GROUNDS),
    from: instant,
    to: instant.nullable(),
    declaredBy: z.uuid(),
    declaredAt: instant,
  })
  .openapi("Recusal");

export const recusalQuery = z.strictObject({ ...pageQuery, unit: text(63).optional() });
export const recusalParam = z.object({ pool: z.string(), recusal: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

export const delegationInput = z.strictObject({
  from: text(63, 1),
  to: text(63, 1),
  class: text(160, 1),
  basis,
  document: text(DOCUMENT_MAX, 1).openapi({ description: "Number of the written instrument." }),
  validFrom: localDate.optional(),
  validTo: localDate.optional().openapi({ description: "The last day; absent: until withdrawn." }),
  onwardBasis: basis.optional().openapi({ description: "The law that lets the other unit delegate further; absent: it may not." }),
});

export const delegationShown = z
  .object({
    delegation: z.number().int(),
    from: z.string(),
    to: z.string(),
    class: z.string(),
    basis: z.string(),
    document: z.string(),
    onward: z.boolean(),
    onwardBasis: z.string().nullable(),
    validFrom: instant,
    validTo: instant.nullable().openapi({ description: "Exclusive." }),
    declaredAt: instant,
    withdrawnAt: instant.nullable(),
  })
  .openapi("Delegation");

export const delegationQuery = z.strictObject({ ...pageQuery, unit: text(63).optional(), ended: z.enum(["true", "false"]).optional() });
export const delegationParam = z.object({ pool: z.string(), delegation: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const withdrawalInput = z.strictObject({ reason });
export const done = z.object({ done: z.literal(true) });

export const handOverInput = z.strictObject({ to: z.uuid(), reason });
export const deputyInput = z.strictObject({ person: z.uuid(), reason });
export const referralInput = z.strictObject({
  unit: text(63, 1).optional().openapi({ description: "Absent: found by item and place." }),
  pool: text(63, 1).optional().openapi({ description: "Another pool of this installation." }),
  reason,
  basis,
});
export const designationInput = z.strictObject({ unit: text(63, 1), reason, basis });

export const headTaskQuery = z.strictObject({ limit: pageQuery.limit });
export const headTasks = z.object({
  rows: z.array(
    z
      .object({
        request: z.uuid(),
        number: z.string(),
        step: z.string(),
        stage: z.enum(STAGES),
        itemNames: shownNames,
        unit: z.string(),
        unitNames: shownNames,
        dueAt: instant,
        refusedAt: instant,
        classes: z.array(z.string()),
        exits: z.array(z.enum(["deputy", "designation"])).openapi({ description: "What this unit's head may do: name a deputy, or, standing above, another unit." }),
        deputies: z.array(z.uuid()).openapi({ description: "Officers of the unit who may take part." }),
      })
      .openapi("HeadTask"),
  ),
  next: z.null(),
});
