import { z } from "@hono/zod-openapi";
import { STAGES, TASK_TYPES } from "../../domain/catalogue/item.js";
import { fen, instant, pageOf, pageQuery, text } from "./common.js";

/** Names as they are read; what was stored need not be checked again. */
export const shownNames = z.object({ zh: z.string(), en: z.string() });

const audience = z.enum(["person", "enterprise"]);
const taskType = z.enum(TASK_TYPES);

export const searchQuery = z.strictObject({
  ...pageQuery,
  q: text(100).optional().openapi({ description: "Words, in Chinese or English; Chinese is found anywhere in a name." }),
  audience: audience.optional(),
  theme: text(80).optional(),
  line: text(80).optional(),
  taskType: taskType.optional(),
  unit: text(63).optional(),
  division: text(12).optional().openapi({ description: "Only what an office answers for at this place." }),
});

const itemSummary = z
  .object({
    item: z.string(),
    version: z.number().int(),
    names: shownNames,
    taskType,
    audience: z.array(audience),
    theme: z.string(),
    themeNames: shownNames,
    line: z.string(),
    promisedDays: z.number().int().openapi({ description: "Working days." }),
    visits: z.number().int(),
    fee: fen,
    guessed: z.boolean().openapi({ description: "Its recipe was guessed by an importer and waits for the unit's word." }),
  })
  .openapi("ItemSummary");

const facets = z.array(z.object({ value: z.string(), names: shownNames.nullable(), count: z.number().int() }));

export const itemPage = pageOf(itemSummary)
  .extend({ total: z.number().int(), facets: z.object({ audience: facets, theme: facets, taskType: facets, line: facets }) })
  .openapi("ItemPage");

export const formField = z
  .object({
    field: z.string(),
    names: shownNames,
    type: z.enum(["text", "textarea", "number", "date", "choice", "division", "phone", "id-number"]),
    required: z.boolean(),
    options: z.array(z.object({ value: z.string(), names: shownNames })).optional(),
    hint: shownNames.optional(),
    personal: z.boolean().optional(),
  })
  .openapi("FormField");

const material = z
  .object({
    material: z.string(),
    names: shownNames,
    source: z.enum(["applicant", "government"]),
    form: z.enum(["original", "copy", "electronic"]),
    copies: z.number().int(),
    waived: z.boolean(),
    note: shownNames.optional(),
  })
  .openapi("Material");

const recipeStep = z.object({
  step: z.string(),
  stage: z.enum(STAGES),
  names: shownNames,
  mode: z.enum(["human", "automatic", "external"]),
  after: z.array(z.string()),
});

export const guideQuery = z.strictObject({ division: text(12).optional().openapi({ description: "The place the matter is at: names the office, and how long it takes there." }) });

export const guideSchema = z
  .object({
    item: z.string(),
    version: z.number().int(),
    guessed: z.boolean(),
    names: shownNames,
    taskType,
    audience: z.array(audience),
    theme: z.string(),
    themeNames: shownNames,
    line: z.string(),
    level: z.enum(["prefecture", "county", "township"]),
    basis: z.array(z.object({ law: shownNames, article: z.string() })),
    statutoryDays: z.number().int(),
    promisedDays: z.number().int(),
    visits: z.number().int(),
    modes: z.array(z.string()),
    conditions: z.array(shownNames),
    materials: z.array(material),
    fee: z.object({ fen, basis: z.string().nullable() }),
    result: shownNames,
    form: z.array(formField),
    steps: z.array(recipeStep),
    offices: z.array(
      z.object({ unit: z.string(), names: shownNames, division: z.string(), divisionNames: shownNames.nullable(), address: z.string().nullable(), phone: z.string().nullable() }),
    ),
    course: z
      .object({
        unit: z.string(),
        completed: z.number().int().openapi({ description: "How many completions the figures rest on." }),
        p50Days: z.number().int().nullable(),
        p90Days: z.number().int().nullable(),
        open: z.number().int(),
      })
      .nullable()
      .openapi({ description: "How long it takes today at the office of the place, in working days." }),
    ifFiledNow: z.object({ promisedDueAt: instant, statutoryDueAt: instant }),
    bundles: z.array(z.object({ bundle: z.string(), names: shownNames })),
  })
  .openapi("ItemGuide");

export const bundleSummary = z
  .object({ bundle: z.string(), names: shownNames, lifeEvent: z.string(), items: z.array(z.string()) })
  .openapi("BundleSummary");

export const bundleGuide = z
  .object({
    bundle: z.string(),
    names: shownNames,
    lifeEvent: z.string(),
    items: z.array(z.object({ item: z.string(), names: shownNames, after: z.array(z.string()), promisedDays: z.number().int() })),
    form: z.array(formField).openapi({ description: "Every question once, whichever items ask it." }),
    materials: z.array(material),
  })
  .openapi("BundleGuide");
