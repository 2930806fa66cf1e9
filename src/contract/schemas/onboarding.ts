import { z } from "@hono/zod-openapi";
import { CHECKLIST_POINTS } from "../../domain/org/checklist.js";
import { shownNames } from "./catalogue.js";

export const checklistShown = z
  .object({
    unit: z.string(),
    public: z.boolean(),
    complete: z.boolean(),
    points: z.array(
      z.object({
        point: z.enum(CHECKLIST_POINTS),
        title: z.string(),
        done: z.boolean(),
        todo: z.string().nullable().openapi({ description: "What to do; null where nothing is missing" }),
        gaps: z.array(z.object({ object: z.string(), names: shownNames.nullable(), classes: z.array(z.string()) })),
      }),
    ),
  })
  .openapi("OnboardingChecklist");
