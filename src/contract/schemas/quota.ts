import { z } from "@hono/zod-openapi";
import { amountSent, amountShown } from "./amount.js";
import { shownNames } from "./catalogue.js";
import { instant, localDate, names, pageQuery, text } from "./common.js";

export const cohortShown = z.object({ cohort: z.string(), parent: z.string().nullable(), names: shownNames, generation: z.number().int() }).openapi("Cohort");

const cohortFields = { parent: z.string().max(200).nullable().optional(), names };
export const newCohort = z.strictObject({ cohort: z.string().max(200), ...cohortFields });
export const changedCohort = z.strictObject(cohortFields);

const nominalSent = z.union([z.literal("own"), amountSent]).openapi({ description: "Per period of the class; `own`: what the unit's own resources of the class give in it.", example: "own" });
const limitSent = amountSent.nullable().optional();

const standing = z.object({
  nominal: amountShown,
  used: amountShown.openapi({ description: "What the unit's claims hold and have settled in the period." }),
  borrowed: amountShown.openapi({ description: "Of `used`, above nominal." }),
  lent: amountShown.openapi({ description: "Of what it leaves idle, others use so much." }),
  room: amountShown.openapi({ description: "What it may still take in the period, of its own and of what its cohorts leave idle." }),
});

const quotaFields = {
  quota: z.string().openapi({ description: "`<unit>:<class>`" }),
  unit: z.string(),
  class: z.string(),
  cohort: z.string(),
  nominal: z.union([z.literal("own"), amountShown]),
  borrowingLimit: amountShown.nullable().openapi({ description: "How far above nominal it may go; null: as far as others leave something idle." }),
  lendingLimit: amountShown.nullable().openapi({ description: "How much of what it leaves idle others may use; null: all." }),
  weight: z.number().int().openapi({ description: "Its part of what is borrowed, beside others'; 0: only what nobody with a weight wants." }),
  generation: z.number().int(),
};

export const quotaShown = z
  .object({
    ...quotaFields,
    period: z.string().openapi({ description: "The period the next five speak of: a day, a half-hour (the busiest of the day), a year, or `-`." }),
    nominalNow: amountShown.openapi({ description: "`nominal` in numbers." }),
    used: standing.shape.used,
    borrowed: standing.shape.borrowed,
    lent: standing.shape.lent,
    room: standing.shape.room,
    peak: z.object({ period: z.string(), used: amountShown }).nullable().openapi({ description: "Of the periods from today on, the one in which most is used." }),
  })
  .openapi("Quota");

const warnings = z
  .array(z.object({ code: z.enum(["below-use", "weight-zero"]), words: shownNames }))
  .openapi({ description: "What is right, and worth saying all the same." });

const changedFields = { cohort: z.string().max(200), nominal: nominalSent.optional(), borrowingLimit: limitSent, lendingLimit: limitSent, weight: z.number().optional() };
export const newQuota = z.strictObject({ unit: z.string().max(200), class: z.string().max(200), ...changedFields });
export const changedQuota = z.strictObject(changedFields);

export const quotaQuery = z.strictObject({ ...pageQuery, day: localDate.optional(), class: z.string().max(200).optional(), cohort: z.string().max(200).optional(), unit: z.string().max(200).optional() });

const percent = z.number().openapi({ description: "Of what the resource has; 100: no overcommit." });
export const overcommitSent = z.strictObject({ resource: z.string().max(200), percent });

export const previewSent = z
  .strictObject({ declare: newQuota.optional(), remove: z.string().max(300).optional(), overcommit: overcommitSent.optional() })
  .openapi({ description: "`declare`: a quota as it would be; `remove`: one that would be no more; `overcommit`: what a resource would promise." });

const promised = z.object({ nominal: amountShown, capacity: amountShown.nullable() });

const quotaEffect = z
  .object({
    class: z.string(),
    period: z.string(),
    units: z.array(
      z.object({
        unit: z.string(),
        names: shownNames,
        before: standing.nullable(),
        after: standing.nullable(),
        waiting: z
          .object({ steps: z.number().int(), amount: amountShown, fitBefore: z.number().int(), fitAfter: z.number().int() })
          .openapi({ description: "Steps that wait for the class on its account, and how many of the first of them its quota has room for in the period." }),
      }),
    ),
    promised: z.array(z.object({ cohort: z.string(), before: promised.nullable(), after: promised.nullable() })).openapi({ description: "What a whole tree promises, and what its members have." }),
    warnings,
  })
  .openapi("QuotaEffect");

export const effectShown = z
  .object({
    classes: z.array(quotaEffect),
    supplies: z.array(
      z.object({
        resource: z.string(),
        unit: z.string(),
        class: z.string(),
        before: z.number().int().openapi({ description: "Percent." }),
        after: z.number().int(),
        offersBefore: amountShown.nullable().openapi({ description: "The most it offers in one period of the next thirty days; null: without limit." }),
        offersAfter: amountShown.nullable(),
        overdrawn: z.number().int().openapi({ description: "Periods of those days in which more is given than it would offer: it stays given, and nothing is added." }),
      }),
    ),
  })
  .openapi("ShareEffect");

const limit = { openRequests: z.number().int().nullable(), holds: z.number().int().nullable() };

export const sharingShown = z
  .object({
    halfLifeDays: z.number().int().openapi({ description: "After so many days what was borrowed, or lent, counts half." }),
    applicants: z.object({ ...limit, openRequests: z.number().int(), items: z.array(z.object({ item: z.string(), ...limit })) }).openapi({ description: "What one applicant may have at a time; null: no limit of its own." }),
    generation: z.number().int(),
  })
  .openapi("Sharing");

const limitFields = { openRequests: z.number().nullable().optional(), holds: z.number().nullable().optional() };
export const sharingSent = z.strictObject({
  halfLifeDays: z.number().optional(),
  applicants: z.strictObject({ ...limitFields, items: z.array(z.strictObject({ item: z.string().max(200), ...limitFields })).max(1_000).optional() }).optional(),
});

export const quotaChange = z
  .object({ change: z.number().int(), at: instant, actor: z.string(), act: z.string(), kind: z.string(), id: z.string(), before: z.unknown(), after: z.unknown() })
  .openapi("QuotaChange");

export const proposalSent = z.strictObject({
  changes: z
    .array(z.strictObject({ quota: newQuota.optional(), removeQuota: z.string().max(300).optional(), cohort: newCohort.optional(), removeCohort: z.string().max(120).optional(), sharing: sharingSent.optional(), overcommit: overcommitSent.optional() }))
    .max(2_000)
    .openapi({ description: "One act each. They are approved together, and all of them are in force or none." }),
});

const mark = z.object({ by: z.string(), at: instant });

export const proposalSummary = z
  .object({
    proposal: z.number().int(),
    state: z.enum(["proposed", "approved", "refused", "withdrawn", "expired"]),
    hash: z.string().openapi({ description: "SHA-256 of the content: what an approval binds." }),
    changes: z.array(z.object({ kind: z.string(), id: z.string(), before: z.unknown(), after: z.unknown() })),
    undoes: z.number().int().nullable().openapi({ description: "The change it would take back." }),
    proposed: mark,
    expiresAt: instant,
    decided: mark.extend({ reason: z.string().nullable() }).nullable(),
  })
  .openapi("ProposalSummary");

const told = z.object({ code: z.string(), title: z.string(), detail: z.string(), facts: z.record(z.string(), z.unknown()) });
export const proposalShown = proposalSummary
  .extend({
    obstacles: z.array(told).openapi({ description: "What was changed since, and what else keeps anybody from approving it." }),
    mayNotApprove: z.array(told).openapi({ description: "Why you may not approve it, about your person." }),
    effect: effectShown.nullable().openapi({ description: "What it would mean now." }),
  })
  .openapi("Proposal");
export const proposalsQuery = z.strictObject({ ...pageQuery, state: z.enum(["proposed", "approved", "refused", "withdrawn"]).optional() });
export const proposalSeen = z.strictObject({ hash: z.string().max(100).openapi({ description: "Hash of the content that was seen." }) });
export const proposalRefused = z.strictObject({ reason: text(500, 1) });
