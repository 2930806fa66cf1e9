import { z } from "@hono/zod-openapi";
import { CONTEST_STATES } from "../../domain/org/contest.js";
import { shownNames } from "./catalogue.js";
import { instant, localDate, pageQuery, text } from "./common.js";

export const gapShown = z
  .object({
    gap: z.string().openapi({ description: "Names the fault for as long as it is there." }),
    kind: z.enum(["gap", "overlap"]),
    reason: z.enum(["no-unit", "not-public", "no-function", "unheld", "two-leads"]).openapi({
      description: "`no-unit`: no unit of the line and level; `not-public`: it is not open to the public; `no-function`: it lacks the authority a step asks; `unheld`: nobody holds the class; `two-leads`: two units of one level lead the class in one area.",
    }),
    class: z.string().nullable(),
    line: z.string().nullable(),
    level: z.enum(["prefecture", "county", "township"]).nullable(),
    division: z.string(),
    divisionNames: shownNames,
    units: z.array(z.string()),
    unitNames: z.array(shownNames),
    resources: z.array(z.string()),
    items: z.number().int().openapi({ description: "Published items that lack the same." }),
    examples: z.array(shownNames),
    until: z.string().nullable().openapi({ description: "Of an overlap: the last day both hold it; null: it has none." }),
    contests: z.array(z.object({ contest: z.number().int(), state: z.enum(CONTEST_STATES) })).openapi({ description: "Contests about it that are open, or whose ruling stands." }),
  })
  .openapi("DutyFault");

export const leadExceptionInput = z.strictObject({
  class: text(160, 1),
  unit: text(63, 1).openapi({ description: "The unit that holds the function beside the one that leads it." }),
  from: localDate,
  to: localDate.openapi({ description: "The last day." }),
  basis: text(2_000, 1).openapi({ description: "Law and article." }),
});

export const leadExceptionShown = z
  .object({
    exception: z.number().int(),
    class: z.string(),
    unit: z.string(),
    from: z.string(),
    to: z.string(),
    basis: z.string(),
    declaredAt: instant,
    withdrawnAt: instant.nullable(),
  })
  .openapi("LeadException");

export const leadExceptionQuery = z.strictObject({ ...pageQuery, ended: z.enum(["true", "false"]).optional() });
export const leadExceptionParam = z.object({ pool: z.string(), exception: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
