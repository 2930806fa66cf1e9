import { z } from "@hono/zod-openapi";
import { FIGURE_ROWS, FIGURES, FIGURES_BY } from "../../domain/pool/figures.js";
import { shownNames } from "./catalogue.js";
import { instant, localDate, pageQuery } from "./common.js";

const scope = {
  from: localDate.optional().openapi({ description: "First day; default: the first of this month." }),
  to: localDate.optional().openapi({ description: "Last day, included; default: today." }),
  class: z.string().max(200).optional(),
  unit: z.string().max(63).optional().openapi({ description: "The competent unit; of utilisation: whose resource it is." }),
  division: z.string().regex(/^[1-9]\d{5}$/).optional().openapi({ description: "A county, by its six digits." }),
};

export const figuresQuery = z.object({ by: z.enum(FIGURES_BY).default("pool"), ...scope });
export const figureRowsParams = z.object({ pool: z.string(), rows: z.enum(FIGURE_ROWS) });
export const figureRowsQuery = z.object({ ...pageQuery, ...scope });

const figures = {
  utilisationPercent: z.number().nullable().openapi({ description: "One decimal; null where nothing has a limit." }),
  used: z.number().nullable().openapi({ description: "Of one class, in its unit of measure; null of several, whose amounts have no sum." }),
  capacity: z.number().nullable(),
  queue: z.number().int(),
  decisions: z.number().int(),
  waitP50: z.number().int().nullable().openapi({ description: "Minutes." }),
  waitP90: z.number().int().nullable().openapi({ description: "Minutes." }),
  closed: z.number().int(),
  missed: z.number().int(),
  deadlineRatePercent: z.number().nullable().openapi({ description: "One decimal; null where nothing was closed." }),
  breaches: z.number().int(),
};

export const figuresRow = z.object({ key: z.string(), names: shownNames.nullable(), ...figures });

export const figuresShown = z
  .object({
    asOf: instant,
    from: z.string(),
    to: z.string(),
    definitions: z.record(z.enum(FIGURES), z.string()).openapi({ description: "What each figure counts, in the reader's language." }),
    whole: z.object(figures),
    rows: z.array(figuresRow),
    next: z.null().openapi({ description: "All rows are here." }),
  })
  .openapi("Figures");

export const figureRowsShown = z
  .object({
    rows: z.array(
      z.object({
        number: z.string(),
        itemNames: shownNames,
        unitNames: shownNames,
        step: z.string().nullable(),
        seq: z.number().int().nullable().openapi({ description: "Number of the decision." }),
        readyAt: instant.nullable(),
        decidedAt: instant.nullable(),
        minutes: z.number().int().nullable(),
        request: z.string().nullable(),
        state: z.string().nullable(),
        receivedAt: instant.nullable(),
        promisedDueAt: instant.nullable(),
        closedAt: instant.nullable(),
      }),
    ),
    next: z.string().nullable(),
  })
  .openapi("FigureRows");
