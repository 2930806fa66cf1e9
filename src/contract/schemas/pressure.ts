import { z } from "@hono/zod-openapi";
import { shownNames } from "./catalogue.js";
import { instant, localDate } from "./common.js";

const scope = {
  unit: z.string().max(63).optional().openapi({ description: "Of demand: the unit that answers for it; of capacity: whose it is. A head sees their own without naming it." }),
  division: z.string().regex(/^[1-9]\d{5}$/).optional().openapi({ description: "A county, or the prefecture's own, by six digits. Of demand: where the matter is; of capacity: where its unit is." }),
  from: localDate.optional().openapi({ description: "First day; default: four weeks ago." }),
  to: localDate.optional().openapi({ description: "Last day, included; default: two weeks ahead. From today on figures are forecast." }),
};
const classId = z.string().max(200);

export const pressureQuery = z.object({
  by: z.enum(["cell", "unit", "division", "class"]).default("cell").openapi({ description: "What rows tell apart beside the class; `cell`: unit and division." }),
  class: classId.optional(),
  ...scope,
});
export const pressureTrendParams = z.object({ pool: z.string(), class: classId });
export const pressureTrendQuery = z.object({ bucket: z.enum(["day", "week"]).default("day").openapi({ description: "Weeks begin on Monday." }), ...scope });

const percent = z.number().nullable();

const error = z
  .object({
    days: z.number().int().openapi({ description: "Days forecast and held against what came: each of the last eight weeks, from what was known when it began." }),
    mapePercent: percent.openapi({ description: "Mean of |came − forecast| ÷ came over the days on which something came; null: there was none." }),
    mapeDays: z.number().int(),
    wapePercent: percent.openapi({ description: "Σ |came − forecast| ÷ Σ came, over all days: what MAPE cannot say of days on which nothing came." }),
  })
  .nullable()
  .openapi({ description: "Null: too little is known to forecast from." });

export const pressureRow = z.object({
  class: z.string(),
  classNames: shownNames,
  measure: z.string(),
  unit: z.string().nullable(),
  unitNames: shownNames.nullable(),
  division: z.string().nullable(),
  divisionNames: shownNames.nullable(),
  asked: z.number().openapi({ description: "Amount asked, by the day it came, up to today; in the class's measure, as are the others." }),
  due: z.number().openapi({ description: "Amount asked, by the day it is due, as far as it came." }),
  expected: z.number().nullable().openapi({ description: "Amount forecast to come from today on; null: too little is known." }),
  used: z.number().openapi({ description: "Held or settled on the days before today." }),
  capacityBehind: z.number().openapi({ description: "Of the days before today: declared, with what is borrowed, without what is lent." }),
  utilisationPercent: percent,
  capacityAhead: z.number().openapi({ description: "From today on." }),
  pressurePercent: percent.openapi({ description: "(waiting + expected) ÷ capacity ahead; null: nothing is asked, no day lies ahead, or there is no capacity." }),
  decisions: z.number().int().openapi({ description: "Steps of requests granted in the range." }),
  waitP50: z.number().int().nullable().openapi({ description: "Minutes from ready to decided." }),
  waitP90: z.number().int().nullable(),
  waiting: z.number().int().openapi({ description: "Steps of requests that are ready and have no decision now." }),
  waitingAmount: z.number(),
  breachesNow: z.number().int().openapi({ description: "Of these, past their date." }),
  breachesExpected: z.number().int().openapi({ description: "Of these, with a forecast date past the one they are due on." }),
  undated: z.number().int().openapi({ description: "Of these, without a forecast date: nothing was granted in the cell for 28 days." }),
  overdrawn: z.number().int().openapi({ description: "Resources of which more is used than there is, on a day of the range." }),
  error,
});

const said = { asOf: instant, today: z.string(), from: z.string(), to: z.string() };

export const pressureShown = z
  .object({ ...said, rows: z.array(pressureRow), next: z.null().openapi({ description: "All rows are here, the hardest pressed first." }) })
  .openapi("Pressure");

export const pressureTrendShown = z
  .object({
    ...said,
    error,
    rows: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        asked: z.number().nullable().openapi({ description: "Null: it all lies ahead." }),
        due: z.number(),
        expected: z.number().nullable().openapi({ description: "Null: it all lies behind, or too little is known." }),
        low: z.number().nullable().openapi({ description: "Four of five days lay within, as far from the forecast as this." }),
        high: z.number().nullable(),
        capacity: z.number(),
        used: z.number(),
        overdrawn: z.number().int(),
      }),
    ),
    next: z.null(),
  })
  .openapi("PressureTrend");
