import { z } from "@hono/zod-openapi";
import { problem } from "../../domain/problem.js";
import { isUsageDimension, USAGE_DIMENSIONS, USAGE_PERIODS, type UsageDimension } from "../../domain/pool/usage.js";
import { amountShown } from "./amount.js";
import { shownNames } from "./catalogue.js";
import { localDate, pageOf, pageQuery, refine } from "./common.js";

const by = z
  .string()
  .superRefine(
    refine((words: string) => {
      const unknown = words.split(",").find((word) => !isUsageDimension(word));
      return unknown === undefined ? undefined : problem("usage.dimension_unknown", { name: unknown.slice(0, 40), known: USAGE_DIMENSIONS.join(", ") });
    }),
  )
  .transform((words) => [...new Set(words.split(",").filter(isUsageDimension))] as readonly UsageDimension[])
  .openapi({ type: "string", description: `What is told apart, with commas: ${USAGE_DIMENSIONS.join(", ")}. The class always is.`, example: "class,unit" });

export const usageQuery = z.object({
  ...pageQuery,
  by: by.default([]),
  period: z.enum(USAGE_PERIODS).default("month").openapi({ description: "How long the periods are, when `by` names them." }),
  from: localDate.optional().openapi({ description: "First day; default: the first of this month." }),
  to: localDate.optional().openapi({ description: "Last day, included; default: the last of the month `from` is in." }),
  unit: z.string().max(63).optional().openapi({ description: "Only what this unit used." }),
  supplier: z.string().max(63).optional().openapi({ description: "Only what was used of this unit's resources." }),
  item: z.string().max(120).optional(),
  class: z.string().max(200).optional(),
  applicant: z.string().max(36).optional().openapi({ description: "`me`, an enterprise's credit code, or a person's id." }),
});

const named = z.object({ id: z.string(), names: shownNames }).nullable();

export const usageRow = z.object({
  class: z.string(),
  classNames: shownNames,
  measure: z.string(),
  period: z.string().nullable(),
  unit: named.openapi({ description: "Who used it: the unit that answers for the claim." }),
  supplier: named.openapi({ description: "Whose resource it was." }),
  item: z.object({ item: z.string(), names: shownNames }).nullable(),
  applicant: z.string().nullable(),
  request: z.object({ request: z.string(), number: z.string() }).nullable(),
  allocations: z.number().int(),
  held: amountShown.openapi({ description: "Given and not ended yet." }),
  settled: amountShown.openapi({ description: "Used." }),
  returned: amountShown.openapi({ description: "Given back unused, by the work or with its request." }),
  lapsed: amountShown.openapi({ description: "Given, and its period ended before work began." }),
  annulled: amountShown.openapi({ description: "Settled, and given back when the grant was annulled." }),
});

export const usageShown = pageOf(usageRow).extend({ from: z.string(), to: z.string() }).openapi("Usage");
