import { z } from "@hono/zod-openapi";
import { STATIC_RULES, REFUSAL_KINDS, REFUSAL_RULES } from "../../domain/pool/decision.js";
import { DIRECT_CLAIM_STATES, HOLD_MINUTES_MAX } from "../../domain/pool/direct-claim.js";
import { shownNames } from "./catalogue.js";
import { amountSent, amountShown } from "./amount.js";
import { instant, pageOf, pageQuery, text, whole } from "./common.js";

const count = z.number().int();
/** Claims of one direct claim at most. */
const CLAIMS_MAX = 16;

const asked = {
  class: text(80, 1),
  amount: amountSent,
  traits: z.array(text(63, 1)).max(20).optional(),
  unit: text(63, 1).optional().openapi({ description: "Whose claim it is, when another unit is called; absent: the claimant's." }),
  scope: z.enum(["competent", "pool"]).optional().openapi({ description: "`competent`: only that unit's own. Absent: anybody's whom policy allows." }),
  together: z.boolean().optional().openapi({ description: "Begins with every other claim that says so." }),
  slots: whole(1, 48).optional().openapi({ description: "Half-hours in a row, for classes counted in half-hours." }),
  spread: z.boolean().optional(),
  purpose: text(80, 1).optional().openapi({ description: "Of earmarked money." }),
};

const named = {
  resource: text(63, 1).optional().openapi({ description: "Its code; absent: the scheduler chooses." }),
  generation: whole(1).optional().openapi({ description: "Of the resource as it was seen; needed with `resource`." }),
  start: instant.optional().openapi({ description: "When the first half-hour or day begins; absent: as early as can be." }),
};

export const directPartInput = z.strictObject({ ...asked, ...named });

export const offersInput = z.strictObject({
  unit: text(63, 1).openapi({ description: "Who would claim." }),
  division: text(12, 1).optional(),
  claims: z
    .array(
      z.strictObject({
        ...asked,
        ...named,
        count: whole(1, 8).optional().openapi({ description: "Different resources, each giving `amount`." }),
        earliest: instant.optional(),
        sameUnit: whole(0, 63).optional().openapi({ description: "Claims with the same number come from one unit." }),
        sameResource: whole(0, 63).optional().openapi({ description: "Claims with the same number come from one resource." }),
      }),
    )
    .min(1)
    .max(CLAIMS_MAX),
  limit: whole(1, 50).optional(),
  perStart: whole(1, 50).optional().openapi({ description: "Alternatives with one start, at most." }),
  perDay: whole(1, 50).optional(),
});

const terms = z.object({ period: count, distance: count, otherUnit: count, loadPercent: count });
const rule = z.enum(REFUSAL_RULES);

export const offersFound = z
  .object({
    at: instant.openapi({ description: "The pool's time this was true at." }),
    offers: z.array(
      z.object({
        startsAt: instant,
        parts: z.array(
          z.object({
            claim: count,
            class: z.string(),
            resource: z.string(),
            unit: z.string(),
            unitNames: shownNames,
            start: instant.nullable(),
            takes: z.array(z.object({ start: instant.nullable(), amount: amountShown })),
            terms,
          }),
        ),
        claims: z.array(directPartInput).openapi({ description: "Send these as the claims of a direct claim to take the offer." }),
      }),
    ),
    complete: z.boolean().openapi({ description: "False: there are others, beyond the limit." }),
    refusals: z.array(z.object({ claim: count, class: z.string(), kind: z.enum(REFUSAL_KINDS), rule, asked: amountShown, most: amountShown })).openapi({ description: "Claims nobody could ever meet." }),
  })
  .openapi("Offers");

export const directClaimInput = z.strictObject({
  unit: text(63, 1),
  division: text(12, 1).optional(),
  title: text(200, 1),
  project: text(120, 1).optional(),
  claims: z.array(directPartInput).min(1).max(CLAIMS_MAX),
  holdMinutes: whole(1, HOLD_MINUTES_MAX).optional().openapi({ description: "The hold ends then unless it is confirmed; absent: it stands at once." }),
  waits: z.boolean().optional().openapi({ description: "Wait for what cannot be had now; absent: refused at once." }),
});

export const replacementInput = z.strictObject({ claims: z.array(directPartInput).min(1).max(CLAIMS_MAX) });

export const directClaimView = z
  .object({
    claim: z.uuid(),
    unit: z.string(),
    unitNames: shownNames,
    title: z.string(),
    project: z.string().nullable(),
    division: z.string(),
    state: z.enum(DIRECT_CLAIM_STATES),
    holdUntil: instant.nullable(),
    createdAt: instant,
    confirmedAt: instant.nullable(),
    endedAt: instant.nullable(),
    changing: z.boolean().openapi({ description: "A replacement is being decided; what is held stays held." }),
    generation: count,
    claims: z.array(
      z.object({
        class: z.string(),
        classNames: shownNames,
        measure: z.string(),
        amount: amountShown,
        slots: count,
        together: z.boolean(),
        unit: z.string(),
        unitNames: shownNames,
        resource: z.string().nullable(),
        given: z.array(z.object({ resource: z.string(), unit: z.string(), unitNames: shownNames, start: instant.nullable(), amount: amountShown, state: z.enum(["held", "settled", "released", "lapsed", "annulled"]) })),
      }),
    ),
    refusal: z.object({ class: z.string(), kind: z.enum(REFUSAL_KINDS), rule, asked: amountShown, most: amountShown }).nullable(),
    operation: z.object({ id: count, done: z.boolean() }).nullable().openapi({ description: "The asking this answer is about: look again until it is done." }),
  })
  .openapi("DirectClaim");

export const directClaimPage = pageOf(directClaimView).openapi("DirectClaimPage");
export const directClaimsQuery = z.strictObject({ ...pageQuery, unit: text(63, 1).optional(), open: z.enum(["true", "false"]).optional() });

export const directExplanation = z
  .object({
    claim: z.uuid(),
    state: z.enum(DIRECT_CLAIM_STATES),
    sentences: z.array(z.string()),
    claims: z.array(
      z.object({
        class: z.string(),
        outcome: z.enum(["granted", "refused"]),
        funnel: z.object({ considered: count, dropped: z.array(z.object({ rule: z.enum(STATIC_RULES), count })), left: count }).nullable(),
        terms: terms.nullable(),
        refusal: z.object({ kind: z.enum(REFUSAL_KINDS), rule, asked: amountShown, most: amountShown }).nullable(),
      }),
    ),
  })
  .openapi("DirectExplanation");

export const appointmentTimes = z
  .object({
    step: z.string(),
    times: z.array(instant).openapi({ description: "Starts to choose from, as things stand." }),
    held: z
      .object({ wasAt: instant.nullable(), starts: z.array(instant), until: instant })
      .nullable()
      .openapi({ description: "Held for the applicant, whose own time could not be kept; none of them left: all ended unchosen, and the place is kept." }),
  })
  .openapi("AppointmentTimes");
export const appointmentInput = z.strictObject({ start: instant.nullable().openapi({ description: "One of the times offered or held; null: whenever it is arranged." }) });
export const appointmentAsked = z
  .object({ step: z.string(), start: instant.nullable(), operation: z.object({ id: count, after: count, done: z.boolean() }) })
  .openapi("AppointmentAsked");
