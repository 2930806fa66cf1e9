import { z } from "@hono/zod-openapi";
import { STAGES, TASK_TYPES } from "../../domain/catalogue/item.js";
import { amountSent, amountShown } from "./amount.js";
import { formField, shownNames } from "./catalogue.js";
import { fen, names, pageQuery, text } from "./common.js";

const taskType = z.enum(TASK_TYPES);
const level = z.enum(["prefecture", "county", "township"]);
const LONG = 2_000;
const both = z.strictObject({ zh: text(LONG, 1), en: text(LONG, 1) });

const cited = z.strictObject({ law: names, article: text(400, 1) });

const claim = z.strictObject({
  class: z.string().max(200),
  amount: amountSent,
  count: z.number().optional().openapi({ description: "Different resources, each giving the amount: two officers." }),
  traits: z.array(z.string().max(200)).max(20).optional(),
  scope: z.enum(["competent", "pool"]),
  together: z.boolean().optional(),
  slots: z.number().optional(),
  spread: z.boolean().optional(),
  purpose: z.string().max(200).optional(),
});

/** An item as its owner declares it: the same fields as in a manifest. */
const itemFields = {
  names,
  taskType,
  audience: z.array(z.enum(["person", "enterprise"])).min(1).max(2),
  theme: z.string().max(80),
  themeNames: names,
  lifeEvents: z.array(text(80)).max(20).optional(),
  line: z.string().max(80),
  level,
  unit: z.string().max(80).optional(),
  basis: z.array(z.strictObject({ law: names, article: text(400) })).max(50).optional(),
  discretion: cited.optional().openapi({ description: "The law leaves a choice to the officer: no step that decides may be automatic." }),
  limits: z.strictObject({ statutory: z.number(), promised: z.number(), unit: z.literal("working-day").optional() }),
  visits: z.number(),
  modes: z.array(text(40)).max(10).optional(),
  conditions: z.array(both).max(50).optional(),
  materials: z
    .array(
      z.strictObject({
        material: z.string().max(80),
        names,
        source: z.enum(["applicant", "government"]),
        form: z.enum(["original", "copy", "electronic"]),
        copies: z.number().optional(),
        waived: z.boolean().optional(),
        note: both.optional(),
      }),
    )
    .max(100)
    .optional(),
  fee: z.strictObject({ fen, basis: text(400).optional() }).optional(),
  result: z.strictObject({ names }),
  form: z
    .array(
      z.strictObject({
        field: z.string().max(80),
        names,
        type: z.enum(["text", "textarea", "number", "date", "choice", "division", "phone", "id-number"]),
        required: z.boolean().optional(),
        options: z.array(z.strictObject({ value: text(100, 1), names })).max(200).optional(),
        hint: both.optional(),
        personal: z.boolean().optional(),
      }),
    )
    .max(60)
    .optional(),
  recipe: z.strictObject({
    steps: z
      .array(z.strictObject({ step: z.string().max(80), stage: z.enum(STAGES), names, mode: z.enum(["human", "automatic", "external"]), after: z.array(z.string().max(80)).max(64).optional(), notBy: cited.extend({ steps: z.array(z.string().max(80)).min(1).max(64) }).optional(), alone: cited.extend({ reason: names }).optional(), claims: z.array(claim).max(32).optional() }))
      .min(1)
      .max(64),
  }),
  source: text(1_000, 1),
};
export const newItem = z.strictObject({ item: z.string().max(200), ...itemFields });
export const changedItem = z.strictObject(itemFields);

export const itemShown = z
  .object({
    item: z.string(),
    version: z.number().int(),
    state: z.enum(["draft", "published", "superseded", "retired"]),
    guessed: z.boolean(),
    names: shownNames,
    taskType,
    audience: z.array(z.enum(["person", "enterprise"])),
    theme: z.string(),
    themeNames: shownNames,
    line: z.string(),
    level,
    unit: z.string().nullable(),
    statutoryDays: z.number().int(),
    promisedDays: z.number().int(),
    visits: z.number().int(),
    modes: z.array(z.string()),
    basis: z.array(z.object({ law: shownNames, article: z.string() })),
    discretion: z.object({ law: shownNames, article: z.string() }).optional(),
    conditions: z.array(shownNames),
    materials: z.array(z.object({ material: z.string(), names: shownNames, source: z.string(), form: z.string(), copies: z.number().int(), waived: z.boolean(), note: shownNames.optional() })),
    fee: z.object({ fen, basis: z.string().nullable() }),
    result: shownNames,
    form: z.array(formField),
    recipe: z.object({
      steps: z.array(
        z.object({
          step: z.string(),
          stage: z.enum(STAGES),
          names: shownNames,
          mode: z.enum(["human", "automatic", "external"]),
          after: z.array(z.string()),
          notBy: z.object({ law: shownNames, article: z.string(), steps: z.array(z.string()) }).optional(),
          alone: z.object({ law: shownNames, article: z.string(), reason: shownNames }).optional(),
          claims: z.array(
            z.object({
              class: z.string(),
              amount: amountShown,
              count: z.number().int().optional(),
              traits: z.array(z.string()).optional(),
              scope: z.enum(["competent", "pool"]),
              together: z.boolean().optional(),
              slots: z.number().int().optional(),
              spread: z.boolean().optional(),
              purpose: z.string().optional(),
            }),
          ),
        }),
      ),
    }),
    source: z.string(),
    generation: z.number().int(),
  })
  .openapi("Item");

export const itemQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(["draft", "published", "superseded", "retired"]).optional().openapi({ description: "Default: published." }),
  audience: z.enum(["person", "enterprise"]).optional(),
  theme: text(80).optional(),
  line: text(80).optional(),
  level: level.optional(),
  taskType: taskType.optional(),
  unit: text(63).optional(),
  guessed: z.enum(["true", "false"]).optional(),
  q: text(100).optional().openapi({ description: "Part of a name or of the code." }),
});

const bundleFields = {
  names,
  lifeEvent: z.string().max(80),
  items: z.array(z.strictObject({ item: z.string().max(200), after: z.array(z.string().max(200)).max(30).optional() })).min(1).max(30),
  form: itemFields.form,
  source: text(1_000).optional(),
};
export const newBundle = z.strictObject({ bundle: z.string().max(80), ...bundleFields });
export const changedBundle = z.strictObject(bundleFields);
export const bundleShown = z
  .object({
    bundle: z.string(),
    names: shownNames,
    lifeEvent: z.string(),
    items: z.array(z.object({ item: z.string(), after: z.array(z.string()) })),
    form: z.array(formField),
    source: z.string().nullable(),
    generation: z.number().int(),
  })
  .openapi("Bundle");
