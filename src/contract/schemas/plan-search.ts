import { z } from "@hono/zod-openapi";
import { instant } from "./common.js";

const weight = z.number().optional().openapi({ description: "From 0 to 100; left out: 0." });
export const planSearchSent = z.strictObject({ breaches: weight, wait: weight, evenness: weight });

const pair = z.array(z.number()).length(2).openapi({ description: "Without the plan, with it." });
const trial = z.object({ breaches: pair, p90: pair.openapi({ description: "90th percentile of waits in working minutes, without the plan and with it." }), dropped: z.number().int().openapi({ description: "Loans left out because it was worse with them." }) });

export const planSearchShown = z
  .object({
    search: z.string(),
    state: z.enum(["running", "found", "nothing", "failed"]),
    goal: z.object({ breaches: z.number(), wait: z.number(), evenness: z.number() }),
    askedBy: z.string(),
    askedAt: instant,
    phase: z.enum(["reading", "searching", "trying", "drafting"]),
    progress: z.number().openapi({ description: "In percent." }),
    classes: z.number().int(),
    solved: z.number().int(),
    moves: z.number().int(),
    gap: z.number().nullable().openapi({ description: "Of what could be saved, the part that is not proven to be out of reach." }),
    said: z.string().openapi({ description: "How far it is or what came of it, in words." }),
    plan: z.number().int().nullable().openapi({ description: "The draft that came of it." }),
    reason: z.enum(["no-class", "nobody-waits", "nobody-spares", "budget-spent", "not-worth", "not-free", "tried-worse"]).nullable().openapi({ description: "Why nothing is proposed." }),
    trial: trial.nullable().openapi({ description: "As it was played last beside doing nothing." }),
    problems: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string() })),
  })
  .openapi("PlanSearch");
