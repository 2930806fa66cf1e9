import { z } from "@hono/zod-openapi";
import { STAGES } from "../../domain/catalogue/item.js";
import { KINDS } from "../../domain/pool/class.js";
import { DYNAMIC_RULES, REFUSAL_RULES, STATIC_RULES } from "../../domain/pool/decision.js";
import { DIRECT_CLAIM_STATES } from "../../domain/pool/direct-claim.js";
import { shownNames } from "./catalogue.js";
import { instant, pageOf, pageQuery, text } from "./common.js";
import { amount, REQUEST_ID, stepState } from "./request.js";

const rule = z.enum(REFUSAL_RULES);
const waitingRule = z.enum(["calendar", "capacity", "together", "number", "reserved", "quota", "policy", "turn"]);
const count = z.number().int();

const funnel = z
  .object({ considered: count, dropped: z.array(z.object({ rule: z.enum(STATIC_RULES), count })), left: count })
  .openapi("Funnel", { description: "How many resources each static rule passed over, in the order in which rules run." });

const asked = {
  claim: count.openapi({ description: "Its place in the step's recipe." }),
  class: z.string(),
  classNames: shownNames,
  kind: z.enum(KINDS),
  measure: z.string(),
  period: z.enum(["none", "slot", "day", "fiscal-year"]),
  amount,
  slots: count,
  count: count.openapi({ description: "From so many different resources, the amount from each." }),
  traits: z.array(z.string()),
  scope: z.enum(["competent", "pool"]),
  purpose: z.string().nullable(),
};

const candidate = z
  .object({
    unitNames: shownNames,
    resource: z.string().nullable().openapi({ description: "Only for readers who may look into the pool." }),
    terms: z.object({ period: count, distance: count, otherUnit: count, loadPercent: count }).openapi({ description: "Lower is better, compared in this order." }),
  })
  .openapi("Candidate");

const decided = { decidedAt: instant, seq: count, policyVersion: count };

const granted = z.object({
  kind: z.literal("granted"),
  ...decided,
  startsAt: instant.nullable(),
  claims: z.array(
    z.object({
      ...asked,
      funnel: funnel.nullable(),
      dynamic: z.array(z.object({ rule: z.enum(DYNAMIC_RULES), count, of: count.optional().openapi({ description: "Of so many, the nearest, when there were too many to look at all." }) })),
      winner: candidate.nullable(),
      runnerUp: candidate.nullable(),
      because: z.enum(["period", "distance", "otherUnit", "loadPercent", "only-one", "listed-first"]).openapi({ description: "The first term in which winner and runner-up differ." }),
      numberBasis: z.string().nullable().openapi({ description: "The law that sets the number it was given one of." }),
      given: z.array(z.object({ unitNames: shownNames, resource: z.string().nullable(), period: count, amount, settled: amount, state: z.enum(["held", "settled", "released", "lapsed", "annulled"]) })),
    }),
  ),
});

const waiting = z.object({
  kind: z.literal("waiting"),
  at: instant.nullable().openapi({ description: "When this was true; null: the scheduler did not answer." }),
  fresh: z.boolean(),
  claims: z.array(
    z.object({
      ...asked,
      funnel,
      rule: waitingRule,
      asked: amount,
      mostFree: amount,
      rank: count,
      waiting: count.openapi({ description: "Steps that wait for the same." }),
      expectedAt: instant.nullable(),
      expectedEarliestAt: instant.nullable(),
      expectedLatestAt: instant.nullable(),
      wouldHelp: z
        .array(
          z.discriminatedUnion("kind", [
            z.object({ kind: z.literal("capacity"), unitNames: shownNames, resource: z.string().nullable(), amount, periods: z.array(count) }),
            z.object({ kind: z.literal("ahead-leave"), count }),
            z.object({ kind: z.literal("rule"), rule: z.enum(STATIC_RULES), resources: count }),
          ]),
        )
        .openapi({ description: "Changes that were tried: with each alone, the step would be granted now. Empty: no single one is known to be enough." }),
    }),
  ),
});

const refused = z.object({
  kind: z.literal("refused"),
  ...decided,
  claims: z.array(z.object({ ...asked, funnel: funnel.nullable(), rule: rule.nullable(), asked: amount, most: amount })),
  basis: z.array(z.object({ law: shownNames, article: z.string() })),
});

export const explanationSchema = z
  .object({
    request: REQUEST_ID,
    number: z.string(),
    unitNames: shownNames,
    steps: z.array(
      z.object({
        step: z.string(),
        names: shownNames,
        stage: z.enum(STAGES),
        mode: z.enum(["human", "automatic", "external"]),
        state: stepState,
        attempt: count,
        sentences: z.array(z.string()).openapi({ description: "All of it in the reader's language." }),
        answer: z.discriminatedUnion("kind", [
          granted,
          waiting,
          refused,
          z.object({ kind: z.literal("not-yet"), after: z.array(shownNames) }),
          z.object({ kind: z.literal("paused") }),
          z.object({ kind: z.literal("ended") }),
        ]),
      }),
    ),
  })
  .openapi("Explanation");

export const queueQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(["waiting", "refused"]).default("waiting").openapi({ description: "`refused`: nobody could ever give it; it waits for an administrator." }),
  class: text(160).optional(),
  division: text(12).optional().openapi({ description: "A division and everything beneath it." }),
  unit: text(63).optional(),
});

export const queuePage = pageOf(
  z
    .object({
      request: REQUEST_ID.nullable().openapi({ description: "Null: a unit's direct claim." }),
      number: z.string().nullable(),
      item: z.string().nullable(),
      itemNames: shownNames.nullable(),
      directClaim: z.uuid().nullable().openapi({ description: "Null: a step of a request." }),
      title: z.string().nullable().openapi({ description: "What the direct claim is for." }),
      state: z.enum(DIRECT_CLAIM_STATES).nullable().openapi({ description: "Of the direct claim." }),
      step: z.string(),
      names: shownNames,
      unit: z.string().openapi({ description: "The competent unit, or the one that claims." }),
      unitNames: shownNames,
      division: z.string(),
      divisionNames: shownNames,
      needs: z.array(z.object({ class: z.string(), names: shownNames, amount, measure: z.string() })),
      reason: z.union([rule, waitingRule]).nullable().openapi({ description: "What it waits for, or the rule that left nobody. Null: the scheduler did not answer." }),
      waitsFor: shownNames.nullable(),
      rank: count.nullable(),
      receivedAt: instant.openapi({ description: "When the request came, or the claim was made." }),
      occurredAt: instant.nullable().openapi({ description: "When it was asked on paper; its place counts from then. Null: when it was received." }),
      readyAt: instant,
      dueAt: instant.openapi({ description: "Of a direct claim no promise to anybody: it only orders the queue." }),
    })
    .openapi("QueueLine"),
)
  .extend({ counts: z.object({ waiting: count, refused: count }) })
  .openapi("QueuePage");
