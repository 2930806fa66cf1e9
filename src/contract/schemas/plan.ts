import { z } from "@hono/zod-openapi";
import { amountSent, amountShown } from "./amount.js";
import { instant, pageOf, pageQuery, text } from "./common.js";

const given = z.string().max(500);
const reason = z.union([z.string().max(500), z.strictObject({ zh: given, en: given })]).nullable().optional();

const loanSent = z.strictObject({
  class: z.string().max(200),
  lender: z.string().max(200).optional().openapi({ description: "Left out where a resource is named: whose it is." }),
  resource: z.string().max(200).nullable().optional().openapi({ description: "Code of the lender's resource; left out: whichever of its resources have most to spare." }),
  borrower: z.string().max(200),
  amount: amountSent.openapi({ description: "Per period of the class." }),
  from: z.string().max(40).openapi({ description: "First day.", example: "2026-11-24" }),
  to: z.string().max(40).openapi({ description: "Last day, included.", example: "2026-12-05" }),
  legalBasis: given.nullable().optional().openapi({ description: "The rule that allows persons upward." }),
  why: reason,
  without: reason.openapi({ description: "What happens without it." }),
});

const weight = z.number().optional();
export const planSent = z.strictObject({
  title: z.string().max(400),
  goal: z.strictObject({ breaches: weight, wait: weight, evenness: weight }).nullable().optional(),
  loans: z.array(loanSent).max(2_000),
});

const hash = z.string().max(100).openapi({ description: "Hash of the content that was seen; another content is refused with what changed." });
export const planSeen = z.strictObject({ hash });
export const consentSent = z.strictObject({ hash, unit: z.string().max(200) });
export const planTakenBack = z.strictObject({ grounds: text(500, 1).openapi({ description: "Why: all units concerned read it." }) });
export const planRefused = z.strictObject({ reason: text(500, 1) });

const effectFigures = z.object({
  waitP50: z.number().nullable().openapi({ description: "Minutes of working time." }),
  waitP90: z.number().nullable(),
  lateShare: z.number().nullable().openapi({ description: "Requests late, of all that were open on one of the days." }),
  utilisation: z.number().nullable().openapi({ description: "Given out, of what there was with what is borrowed and without what is lent." }),
});
const words = z.object({ zh: z.string(), en: z.string() });
const mark = z.object({ by: z.string(), at: instant });
const told = z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional(), facts: z.record(z.string(), z.unknown()) });

const planFields = {
  plan: z.number().int(),
  title: z.string(),
  state: z.enum(["draft", "proposed", "consented", "approved", "applied", "refused", "withdrawn", "ended", "expired"]),
  origin: z.enum(["hand", "optimiser", "rule"]),
  hash: z.string().openapi({ description: "SHA-256 of the content: what an approval binds." }),
  loans: z.number().int(),
  draftedAt: instant,
  expiresAt: instant.nullable(),
};
export const planSummary = z.object(planFields).openapi("PlanSummary");

export const planShown = z
  .object({
    ...planFields,
    goal: z.object({ breaches: z.number(), wait: z.number(), evenness: z.number() }).nullable(),
    loans: z.array(
      z.object({
        class: z.string(),
        lender: z.string(),
        resource: z.string(),
        borrower: z.string(),
        amount: amountShown,
        from: z.string(),
        to: z.string(),
        legalBasis: z.string().nullable(),
        why: words.nullable(),
        without: words.nullable(),
      }),
    ),
    seen: z.array(z.object({ kind: z.string(), id: z.string(), generation: z.number().int() })).openapi({ description: "Everything declared that the plan rests on." }),
    generation: z.number().int(),
    drafted: mark,
    proposed: mark.nullable(),
    consents: z.array(mark.extend({ unit: z.string() })),
    consentsNeeded: z
      .array(z.object({ unit: z.string(), class: z.string(), amount: amountShown, limit: amountShown, given: z.boolean() }))
      .openapi({ description: "Lenders that would lend more in a period than their standing limit: their heads must agree." }),
    approved: mark.nullable(),
    applied: mark.nullable(),
    closed: mark.extend({ reason: z.string().nullable() }).nullable(),
    contested: z.array(z.object({ resource: z.string(), plan: z.number().int() })).openapi({ description: "Other open plans that would lend the same resources in the same days." }),
    obstacles: z.array(told).openapi({ description: "What was declared anew since, and what is not free any more." }),
    applications: z.array(z.object({ loan: z.number().int(), resource: z.string(), state: z.string(), lent: amountShown, used: amountShown })).openapi({ description: "What became of its loans, once it was applied." }),
    effect: z
      .object({
        from: z.string(),
        to: z.string(),
        on: z.string().openapi({ description: "The first day on which it is measured." }),
        trial: z.object({ from: z.string(), to: z.string() }).nullable().openapi({ description: "The days the prediction speaks of; null: the plan was not tried." }),
        units: z.array(z.object({ unit: z.string(), side: z.enum(["lends", "borrows", "both"]), predicted: z.object({ without: effectFigures, with: effectFigures }).nullable(), measured: effectFigures.nullable() })),
      })
      .nullable()
      .openapi({ description: "What an applied plan was to do by its trial, and what it did in its first week." }),
    trial: z
      .object({ whatIf: z.string(), state: z.string(), progress: z.number(), isOfThisContent: z.boolean() })
      .nullable()
      .openapi({ description: "The what-if it was tried with." }),
  })
  .openapi("Plan");

export const plansQuery = z.strictObject({ ...pageQuery, state: z.enum(["draft", "proposed", "consented", "approved", "applied", "refused", "withdrawn"]).optional() });
export const planPage = pageOf(planSummary);

export const standingLimitsQuery = z.strictObject({ ...pageQuery });
export const standingLimitShown = z.object({ limit: z.string().openapi({ description: "`<unit>:<class>`" }), unit: z.string(), class: z.string(), amount: amountShown, generation: z.number().int() }).openapi("StandingLimit");
export const standingLimitSent = z.strictObject({ unit: z.string().max(200), class: z.string().max(200), amount: amountSent.openapi({ description: "What may be lent in each period without the head being asked." }) });
