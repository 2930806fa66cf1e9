import { z } from "@hono/zod-openapi";
import { KINDS } from "../../domain/pool/class.js";
import { amountShown } from "./amount.js";
import { shownNames } from "./catalogue.js";
import { localDate } from "./common.js";

const totals = {
  resources: z.number().int(),
  unlimited: z.number().int().openapi({ description: "How many of them have no limit: they add nothing to the amounts." }),
  overdrawn: z.number().int().openapi({ description: "How many have less than is used of them." }),
  total: amountShown,
  reserved: amountShown,
  capacity: amountShown,
  held: amountShown,
  settled: amountShown,
  free: amountShown.openapi({ description: "capacity + borrowed − lent − held − settled." }),
};

export const overviewQuery = z.strictObject({ day: localDate.optional().openapi({ description: "Default: today by the pool's clock." }) });

export const overviewShown = z
  .object({
    day: z.string().openapi({ description: "Day classes count this day, slot classes its half-hours, funds its year." }),
    classes: z.array(
      z.object({
        class: z.string(),
        kind: z.enum(KINDS),
        names: shownNames,
        measure: z.string(),
        period: z.string(),
        ...totals,
        used: amountShown.openapi({ description: "held + settled." }),
        owners: z.array(z.object({ unit: z.string(), division: z.string(), ...totals, borrowed: amountShown, lent: amountShown })),
      }),
    ),
    kinds: z.array(
      z.object({
        kind: z.enum(KINDS),
        classes: z.number().int(),
        resources: z.number().int(),
        usedPercent: z.number().int().nullable().openapi({ description: "Used share of its classes' capacity, each class weighed alike; null where nothing is limited." }),
        overdrawn: z.number().int(),
      }),
    ),
    divisions: z.array(z.object({ division: z.string(), names: shownNames, classes: z.array(z.object({ class: z.string(), kind: z.enum(KINDS), ...totals, used: amountShown })) })),
  })
  .openapi("PoolOverview");
