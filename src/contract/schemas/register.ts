import { z } from "@hono/zod-openapi";
import { DIVISION_LEVELS } from "../../domain/org/division.js";
import { CALENDAR_LAYERS, WEEKDAYS } from "../../domain/pool/calendar.js";
import { KINDS } from "../../domain/pool/class.js";
import { amountSent, amountShown } from "./amount.js";
import { shownNames } from "./catalogue.js";
import { localDate, names, pageQuery, text, whole } from "./common.js";

const MEASURES = ["minute", "case", "fen", "piece", "call"] as const;
const PERIODS = ["none", "slot", "day", "fiscal-year"] as const;

// Classes

export const classShown = z
  .object({
    class: z.string(),
    kind: z.enum(KINDS),
    names: shownNames,
    measure: z.enum(MEASURES),
    period: z.enum(PERIODS),
    horizon: z.number().int().nullable().openapi({ description: "Days ahead that are allocated: working days for `day` (0: today, or the next working day), calendar days for `slot`." }),
    per: z.enum(["asset", "unit"]),
    lend: z.enum(["none", "share", "work"]),
    act: z.enum(["assisting", "deciding", "none"]),
    consumable: z.boolean(),
    labour: z.object({ minutesADay: z.number().int(), stretch: z.number().int(), law: shownNames, article: z.string() }).optional().openapi({ description: "How long one person may work: minutes a day, and without a break." }),
    nonDelegable: z.object({ law: shownNames, article: z.string() }).optional().openapi({ description: "The law that keeps the act with the competent organ: it may not be delegated." }),
    limits: z.object({ min: amountShown, max: amountShown, step: amountShown }).openapi({ description: "What the amount of a claim must obey." }),
    source: z.string().nullable(),
    generation: z.number().int(),
  })
  .openapi("Class");

const classFields = {
  names,
  measure: z.enum(MEASURES),
  period: z.enum(PERIODS),
  horizon: z.number().optional(),
  per: z.enum(["asset", "unit"]),
  lend: z.enum(["none", "share", "work"]),
  act: z.enum(["assisting", "deciding", "none"]),
  consumable: z.boolean().optional(),
  limits: z.strictObject({ min: amountSent, max: amountSent, step: amountSent }),
  labour: z.strictObject({ minutesADay: z.number(), stretch: z.number(), law: names, article: text(400, 1) }).optional(),
  nonDelegable: z.strictObject({ law: names, article: text(400, 1) }).optional(),
  source: text(1_000).optional(),
};
export const newClass = z.strictObject({ class: z.string().max(200), ...classFields });
export const changedClass = z.strictObject(classFields);

// Traits

export const traitShown = z.object({ trait: z.string(), names: shownNames }).openapi("Trait");
export const traitSent = z.strictObject({ names });

// Calendars

const spans = z.array(z.string().max(20)).max(48).openapi({ example: ["09:00-12:00", "13:30-17:00"], description: "On the half-hour grid." });
const week = z.strictObject(Object.fromEntries(WEEKDAYS.map((day) => [day, spans.optional()])) as Record<(typeof WEEKDAYS)[number], z.ZodOptional<typeof spans>>);

export const calendarShown = z
  .object({
    calendar: z.string(),
    layer: z.enum(CALENDAR_LAYERS),
    base: z.string().nullable().openapi({ description: "What this calendar does not say, its base says." }),
    names: shownNames,
    week: z.record(z.string(), z.array(z.string())),
    days: z.array(z.object({ date: z.string(), off: z.boolean(), hours: z.array(z.string()).nullable(), name: shownNames.nullable() })),
    breaks: z.array(z.string()).nullable(),
    deadlines: z
      .array(z.object({ date: z.string(), names: shownNames, days: z.number().int(), percent: z.number().int(), classes: z.array(z.string()).nullable() }))
      .openapi({ description: "Dates before which more is asked; the forecast of pressure reads them." }),
  })
  .openapi("Calendar");
export const calendarSent = z.strictObject({
  layer: z.enum(CALENDAR_LAYERS),
  base: z.string().max(200).optional(),
  names,
  week: week.optional(),
  days: z.array(z.strictObject({ date: z.string().max(40), off: z.boolean(), hours: spans.optional(), name: names.optional() })).max(1_000).optional(),
  breaks: spans.optional(),
  deadlines: z
    .array(
      z.strictObject({
        date: z.string().max(40),
        names,
        days: whole(1, 40).optional().openapi({ description: "Working days before the date, and itself, on which more is asked; default 1." }),
        percent: whole(1, 10_000).openapi({ description: "Of what is asked on other such days: 300 is three times as much." }),
        classes: z.array(z.string().max(200)).max(100).optional().openapi({ description: "Of these classes; default: of all." }),
      }),
    )
    .max(200)
    .optional()
    .openapi({ description: "Dates on which something ends; of the pool's own calendar, and those beneath it, the forecast reads them." }),
});

// Divisions and zones

export const divisionShown = z.object({ division: z.string(), names: shownNames, level: z.enum(DIVISION_LEVELS), parent: z.string().nullable() }).openapi("Division");
export const divisionQuery = z.strictObject({ ...pageQuery, level: z.enum(DIVISION_LEVELS).optional(), parent: text(12).optional() });
export const zoneShown = z.object({ zone: z.string(), names: shownNames, townships: z.array(z.string()) }).openapi("Zone");

// Units

export const unitShown = z
  .object({
    unit: z.string(),
    parent: z.string().nullable(),
    names: shownNames,
    division: z.string(),
    line: z.string().openapi({ description: "The line of business (条) it belongs to." }),
    level: z.enum(["prefecture", "county", "township"]),
    kind: z.enum(["supplier", "task-force"]).optional().openapi({ description: "Left out: a government organ. `supplier`: an enterprise, association or bank that serves under an agreement." }),
    creditCode: z.string().nullable(),
    address: z.string().nullable(),
    phone: z.string().nullable(),
    calendar: z.string().nullable(),
    state: z.enum(["active", "retired"]),
    published: z.boolean().openapi({ description: "Its items stand in the public catalogue." }),
    generation: z.number().int(),
  })
  .openapi("Unit");

const unitFields = {
  parent: z.string().max(200).nullable().optional(),
  names,
  division: z.string().max(200),
  line: z.string().max(200),
  level: z.enum(["prefecture", "county", "township"]),
  creditCode: z.string().max(200).nullable().optional(),
  address: text(200).nullable().optional(),
  phone: z.string().max(200).nullable().optional(),
  calendar: z.string().max(200).nullable().optional(),
  published: z.boolean().optional(),
  kind: z.enum(["supplier", "task-force"]).optional(),
};
export const newUnit = z.strictObject({ unit: z.string().max(200), ...unitFields });
export const changedUnit = z.strictObject(unitFields).partial();
export const unitQuery = z.strictObject({
  ...pageQuery,
  parent: text(63).optional(),
  line: text(63).optional(),
  level: z.enum(["prefecture", "county", "township"]).optional(),
  division: text(12).optional(),
  published: z.enum(["true", "false"]).optional(),
  state: z.enum(["active", "retired"]).optional(),
  q: text(100).optional().openapi({ description: "Part of a name or of the id." }),
});

// Resources

export const resourceShown = z
  .object({
    code: z.string(),
    unit: z.string(),
    class: z.string(),
    total: amountShown.nullable().openapi({ description: "Per period; null: without limit." }),
    derived: z.boolean().openapi({ description: "The total is the sum of its assets." }),
    reserved: amountShown,
    overcommit: z.number().int().openapi({ description: "Whole percent; 100: none." }),
    limits: z.object({ min: amountShown, max: amountShown, step: amountShown }),
    traits: z.array(z.string()),
    jurisdiction: z.array(z.string()).openapi({ description: "Division codes and `zone:<zone>`." }),
    calendar: z.string().nullable(),
    validFrom: z.string().nullable(),
    validTo: z.string().nullable(),
    earmark: z.string().nullable(),
    legalBasis: z.string().nullable(),
    numberBasis: z.string().nullable().openapi({ description: "The law that sets the number of an authority." }),
    automated: z.boolean(),
    state: z.enum(["registered", "published", "retired"]),
    source: z.string().nullable(),
    generation: z.number().int(),
  })
  .openapi("Resource");

const resourceFields = {
  unit: z.string().max(200),
  class: z.string().max(200),
  total: amountSent.openapi({ description: "Per period; `unlimited` for a gate, `assets` for the sum of its assets." }),
  reserved: amountSent.optional(),
  overcommit: amountSent.optional(),
  min: amountSent.optional(),
  max: amountSent.optional(),
  step: amountSent.optional(),
  traits: z.array(z.string().max(200)).max(100).optional(),
  jurisdiction: z.array(z.string().max(200)).max(500).optional(),
  calendar: z.string().max(200).nullable().optional(),
  validFrom: z.string().max(40).nullable().optional(),
  validTo: z.string().max(40).nullable().optional(),
  earmark: z.string().max(1_000).nullable().optional(),
  legalBasis: z.string().max(1_000).nullable().optional(),
  numberBasis: z.string().max(1_000).nullable().optional(),
  automated: z.boolean().optional(),
  source: z.string().max(2_000).nullable().optional(),
};
export const newResource = z.strictObject({
  code: z.string().max(200),
  ...resourceFields,
  state: z.enum(["registered", "published"]).optional().openapi({ description: "`registered`: known, and offered once it is published. Default: offered at once." }),
});
export const changedResource = z.strictObject(resourceFields).partial();
export const resourceQuery = z.strictObject({
  ...pageQuery,
  unit: text(63).optional(),
  class: text(120).optional(),
  kind: z.enum(KINDS).optional(),
  state: z.enum(["registered", "published", "retired"]).optional(),
  trait: text(63).optional(),
  division: text(12).optional().openapi({ description: "Of units of this county, or of the prefecture's own." }),
  q: text(100).optional().openapi({ description: "Part of the code." }),
});

export const useQuery = z.strictObject({ from: localDate.optional(), days: z.coerce.number().int().min(1).max(62).default(20), after: z.string().max(100).optional() });
export const resourceUseShown = z
  .object({
    resource: resourceShown,
    class: classShown,
    from: z.string(),
    days: z.number().int(),
    unlimited: z.boolean(),
    periods: z.array(
      z.object({
        period: z.number().int().openapi({ description: "`none` 0 · `day` days since 1970-01-01 · `slot` day × 48 + half-hour · `fiscal-year` the year." }),
        capacity: amountShown,
        borrowed: amountShown,
        lent: amountShown,
        held: amountShown,
        settled: amountShown,
        free: amountShown.openapi({ description: "capacity + borrowed − lent − held − settled; below 0: overdrawn." }),
      }),
    ),
    holders: z.object({
      rows: z.array(z.object({ period: z.number().int(), amount: amountShown, settled: amountShown, state: z.enum(["held", "settled"]), step: z.string(), request: z.string(), unit: z.string() })),
      next: z.string().nullable(),
    }),
  })
  .openapi("ResourceUse");

// Assets

export const assetShown = z
  .object({
    code: z.string(),
    unit: z.string(),
    resource: z.string().nullable(),
    label: z.string(),
    calendar: z.string().nullable(),
    amount: z.number().openapi({ description: "What it adds to its resource in one period." }),
    traits: z.array(z.string()),
    state: z.enum(["in-service", "out-of-service", "retired"]),
    validFrom: z.string().nullable(),
    validTo: z.string().nullable(),
    generation: z.number().int(),
  })
  .openapi("Asset");

const assetFields = {
  unit: z.string().max(200),
  resource: z.string().max(200).nullable().optional(),
  label: z.string().max(1_000),
  calendar: z.string().max(200).nullable().optional(),
  amount: amountSent,
  traits: z.array(z.string().max(200)).max(100).optional(),
  validFrom: z.string().max(40).nullable().optional(),
  validTo: z.string().max(40).nullable().optional(),
};
export const newAsset = z.strictObject({ code: z.string().max(200), ...assetFields });
export const changedAsset = z.strictObject(assetFields).partial();
export const assetQuery = z.strictObject({
  ...pageQuery,
  unit: text(63).optional(),
  resource: text(63).optional(),
  state: z.enum(["in-service", "out-of-service", "retired"]).optional(),
  q: text(100).optional().openapi({ description: "Part of the code or the label." }),
});
