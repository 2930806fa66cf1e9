import { z } from "@hono/zod-openapi";
import { instant, localDate, pageQuery, text } from "./common.js";

const orderId = z.number().int().min(1).max(2_147_483_647);
const reason = text(2_000, 1);
const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).openapi({ description: "1 is the highest (Ⅰ级)." });

export const orderInput = z
  .strictObject({
    document: text(120, 1).openapi({ description: "The order's number in the files (文号)." }),
    title: text(200, 1),
    level,
    trigger: text(2_000, 1).openapi({ description: "What happened, in words." }),
    divisions: z.array(text(12, 1)).max(1_000).default([]).openapi({ description: "Each with all beneath it; none: everywhere." }),
    items: z.array(text(160, 1)).max(1_000).default([]).openapi({ description: "None: every item." }),
    powers: z.strictObject({
      priority: z.strictObject({ ground: text(63, 1), everyCase: z.boolean().optional() }).optional().openapi({ description: "One officer gives this ground to cases in scope; `everyCase`: whatever is asked has it at once." }),
      lend: z.array(z.strictObject({ class: text(160, 1), amount: z.number() })).max(200).optional().openapi({ description: "So much of the class may a unit lend in each period, all its loans together, before its head is asked." }),
      rules: z.boolean().optional().openapi({ description: "Standing rules marked as emergency may act." }),
    }),
    from: localDate.optional().openapi({ description: "The first day; absent: from now." }),
    until: localDate.openapi({ description: "The last day: nothing of it is left from the next day on." }),
    replaces: orderId.optional().openapi({ description: "The order that ends when this one begins: raised, lowered or extended." }),
    atOnce: z.boolean().optional().openapi({ description: "In force before a second person has confirmed it, levels 1 and 2 only; it lapses when nobody does within 24 hours." }),
  })
  .openapi("EmergencyOrderInput");

const orderFields = {
  order: z.number().int(),
  document: z.string(),
  title: z.string(),
  level,
  trigger: z.string(),
  divisions: z.array(z.string()),
  items: z.array(z.string()),
  powers: z.object({
    priority: z.object({ ground: z.string(), everyCase: z.boolean() }).nullable(),
    lend: z.array(z.object({ class: z.string(), amount: z.number().int() })),
    rules: z.boolean(),
  }),
  state: z.enum(["entered", "ahead", "unconfirmed", "in-force", "lapsed", "sunset", "ended", "replaced", "withdrawn"]),
  startsAt: instant,
  sunsetAt: instant,
  last: localDate.openapi({ description: "The last day, as things stand." }),
  replaces: z.number().int().nullable(),
  enteredBy: z.string(),
  enteredAt: instant,
  confirmBy: instant.nullable(),
  signedBy: z.string().nullable(),
  signedAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedReason: z.string().nullable(),
  settledAt: instant.nullable().openapi({ description: "Since then nothing that was done under it is left." }),
};

export const orderShown = z.object(orderFields).openapi("EmergencyOrder");
export const orderRow = z.object({ ...orderFields, uses: z.number().int(), standing: z.number().int().openapi({ description: "Uses that still count." }) }).openapi("EmergencyOrderRow");

export const useShown = z
  .object({
    use: z.number().int(),
    order: z.number().int(),
    document: z.string(),
    power: z.enum(["priority", "lend", "rule"]),
    by: z.string(),
    at: instant,
    request: z.string().nullable().openapi({ description: "The number of the case." }),
    loan: z.number().int().nullable(),
    lender: z.string().nullable(),
    borrower: z.string().nullable(),
    class: z.string().nullable(),
    amount: z.number().int().nullable(),
    rule: z.string().nullable(),
    unit: z.string().nullable(),
    reason: z.string(),
    owed: z.enum(["evidence", "consent"]).nullable().openapi({ description: "What is otherwise asked for first." }),
    toldBy: z.string().nullable(),
    toldAt: instant.nullable().openapi({ description: "When what was owed was made good." }),
    endedAt: instant.nullable(),
  })
  .openapi("EmergencyUse");

export const orderParam = z.object({ pool: z.string(), order: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const useParam = z.object({ pool: z.string(), use: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const ordersQuery = z.strictObject(pageQuery);
export const orderEndInput = z.strictObject({ reason });
export const prioritiesInput = z.strictObject({ requests: z.array(text(64, 1)).min(1).max(500).openapi({ description: "Numbers or ids; all or none." }), reason }).openapi("EmergencyPrioritiesInput");
export const prioritiesGiven = z.object({ given: z.number().int() }).openapi("EmergencyPrioritiesGiven");
export const emergencyLoansInput = z
  .strictObject({
    loans: z
      .array(
        z.strictObject({
          class: text(160, 1),
          lender: text(160, 1),
          resource: text(160, 1).optional().openapi({ description: "Absent: those that have most to spare." }),
          borrower: text(160, 1),
          amount: z.number(),
          from: localDate.optional(),
          to: localDate.optional().openapi({ description: "Absent: as long as the order." }),
        }),
      )
      .min(1)
      .max(1_000),
    reason,
  })
  .openapi("EmergencyLoansInput");
export const emergencyLoansMade = z.object({ loans: z.array(z.number().int()) }).openapi("EmergencyLoansMade");
