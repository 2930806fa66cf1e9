import { z } from "@hono/zod-openapi";
import { DIMENSIONS, MEASURES } from "../../domain/disparity/reading.js";
import { READING_PERIODS } from "../../domain/disparity/period.js";
import { names, pageOf, pageQuery, whole } from "./common.js";

const period = z.string().max(10).optional().openapi({ description: "`2026-10`, `2026-Q4` or `2026`, as the pool's readings go; absent: the last one that is over.", example: "2026-10" });

export const disparityQuery = z.object({ period, ...pageQuery });
export const disparityTableQuery = z.object({ period });
export const disparityCasesQuery = z.object({ period, dimension: z.enum(DIMENSIONS), group: z.string().max(40), ...pageQuery });
export const disparityAlarmsQuery = z.object(pageQuery);

const ratio = z.number().nullable();

export const disparityGroup = z
  .object({
    dimension: z.enum(DIMENSIONS),
    group: z.string(),
    names,
    cases: z.number().int().nullable().openapi({ description: "Completed and rejected in the period; null: withheld, and everything else of the row with it." }),
    refused: z.number().int().nullable().openapi({ description: "Null: withheld." }),
    refusalRatio: ratio.openapi({ description: "Mantel–Haenszel risk ratio to everybody else, by item; null: withheld, or nothing to compare." }),
    refusalLow: ratio.openapi({ description: "Lower end of the 95 % interval." }),
    refusalHigh: ratio,
    waitDays: z.number().nullable().openapi({ description: "Mean wait in working days." }),
    waitRatio: ratio.openapi({ description: "Observed over expected wait, by item." }),
    waitLow: ratio,
    waitHigh: ratio,
    alarms: z.array(z.enum(MEASURES)).openapi({ description: "Measures whose ratio lies above the pool's threshold, all ratios of the reading tested together (Holm)." }),
  })
  .openapi("DisparityGroup");

export const disparityReading = pageOf(disparityGroup)
  .extend({
    period: z.string(),
    from: z.string(),
    to: z.string().openapi({ description: "Last day." }),
    over: z.boolean(),
    cases: z.number().int().nullable().openapi({ description: "Of the whole period; null: fewer than `minCases`, and no rows." }),
    minCases: z.number().int(),
    ratioPercent: z.number().int(),
  })
  .openapi("DisparityReading");

export const disparityCase = z
  .object({
    request: z.string(),
    number: z.string(),
    itemNames: names,
    unitNames: names,
    division: z.string(),
    outcome: z.enum(["completed", "rejected"]),
    receivedAt: z.string(),
    closedAt: z.string(),
    waitDays: z.number(),
  })
  .openapi("DisparityCase");

export const disparityAlarm = z
  .object({
    alarm: z.number().int(),
    dimension: z.enum(DIMENSIONS),
    group: z.string(),
    names,
    measure: z.enum(MEASURES),
    period: z.string().openapi({ description: "Of the last reading that showed it." }),
    raisedAt: z.string(),
    seenAt: z.string(),
    resolvedAt: z.string().nullable(),
  })
  .openapi("DisparityAlarm");

const settings = {
  period: z.enum(READING_PERIODS),
  minCases: whole(5, 1_000),
  ratioPercent: whole(105, 1_000).openapi({ description: "A ratio above so many hundredths raises an alarm." }),
};

export const disparitySettingsSent = z.strictObject(settings);
export const disparitySettings = z.object({ ...settings, generation: z.number().int() }).openapi("DisparitySettings");
