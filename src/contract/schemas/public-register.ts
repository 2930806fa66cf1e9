import { z } from "@hono/zod-openapi";
import { names, pageQuery } from "./common.js";

export const publicRegisterQuery = z.object({ ...pageQuery, county: z.string().regex(/^[1-9]\d{5}$/).optional() });

/** Amounts as decimal strings: some are fen. */
export const publicAllocation = z
  .object({
    seq: z.number().int(),
    decidedOn: z.string().openapi({ description: "Day of the decision; the time of day is nobody else's business." }),
    item: names.nullable().openapi({ description: "Null: claimed by a unit for itself, without a request." }),
    claimant: z.string().nullable().openapi({ description: "The unit that claimed it; null: given to a request, or exchanged for another since." }),
    claimantNames: names.nullable(),
    county: z.string(),
    countyNames: names,
    class: names,
    kind: z.string(),
    measure: z.string(),
    period: z.number().int(),
    periodKind: z.string(),
    amount: z.string(),
    occurredOn: z.string().nullable().openapi({ description: "Of a paper record: the day it was asked, where there was no network. Null: it was asked when it was received." }),
    recordedOn: z.string().nullable().openapi({ description: "Of a paper record: the day it was entered." }),
    servingUnit: z.string(),
    servingUnitNames: names,
    leadNames: names.nullable().openapi({ description: "The organ responsible in law, where a task force has the case." }),
    state: z.enum(["held", "settled", "released", "lapsed", "annulled"]),
  })
  .openapi("PublicAllocation");
