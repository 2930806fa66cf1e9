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

const counted = z.object({ noun: z.enum(["calendars", "units", "resources", "assets", "items", "people"]), created: z.number().int(), changed: z.number().int(), unchanged: z.number().int() });

export const workbookReportShown = z
  .object({
    unit: z.string(),
    dryRun: z.boolean(),
    nouns: z.array(counted),
    changes: z.array(z.object({ noun: counted.shape.noun, key: z.string(), change: z.enum(["created", "changed", "unchanged"]) })),
    links: z
      .union([z.array(z.object({ name: z.string(), loginName: z.string(), link: z.string() })), z.literal("")])
      .openapi({ description: "Where each invited person sets a password. Given once: empty when the call is repeated" }),
  })
  .openapi("WorkbookReport");
