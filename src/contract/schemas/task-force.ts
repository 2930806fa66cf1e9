import { z } from "@hono/zod-openapi";
import { amountSent, amountShown } from "./amount.js";
import { instant, pageOf, pageQuery, text } from "./common.js";

const id = z.string().max(200);
const given = z.string().max(500);
const names = z.strictObject({ zh: given, en: given });

export const taskForceSent = z.strictObject({
  taskForce: id.openapi({ description: "Its id, and that of the unit there will be.", example: "flood-office" }),
  names,
  basis: given.openapi({ description: "The order or law it rests on." }),
  until: z.string().max(40).openapi({ description: "Its last day, included.", example: "2026-12-31" }),
  parent: id.nullable().optional().openapi({ description: "The unit it stands beneath; its head may dissolve it." }),
  members: z.array(
    z.strictObject({
      unit: id,
      resources: z.array(z.strictObject({ resource: id, amount: amountSent.nullable().optional().openapi({ description: "Per period; left out: all that is free of it in every period of the term." }) })).max(2_000).optional(),
    }),
  ).max(2_000),
  items: z.array(z.strictObject({ item: id, divisions: z.array(z.string().max(40)).max(2_000).optional().openapi({ description: "Left out: wherever a member is competent." }) })).max(2_000),
});
export const taskForceConsentSent = z.strictObject({ unit: id });
export const taskForceReason = z.strictObject({ reason: text(2_000, 1) });

const shownNames = z.object({ zh: z.string(), en: z.string() });
const mark = z.object({ by: z.string(), at: instant });
const state = z.enum(["proposed", "active", "dissolving", "dissolved", "refused", "withdrawn"]);
const told = z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional(), facts: z.record(z.string(), z.unknown()) });

const fields = {
  taskForce: z.string(),
  names: shownNames,
  state,
  basis: z.string(),
  until: z.string(),
  parent: z.string().nullable(),
  division: z.string(),
  members: z.array(z.string()),
  leads: z.array(z.string()).openapi({ description: "Members in whose name it acts." }),
  items: z.array(z.object({ item: z.string(), divisions: z.array(z.string()) })),
  proposed: mark,
  approved: mark.nullable(),
  closed: mark.extend({ reason: z.string().nullable() }).nullable(),
  dissolvedAt: instant.nullable(),
  generation: z.number().int(),
};
export const taskForceSummary = z.object(fields).openapi("TaskForceSummary");
export const taskForceShown = z
  .object({
    ...fields,
    resources: z.array(z.object({ unit: z.string(), resource: z.string(), class: z.string(), amount: amountShown })),
    consents: z.array(mark.extend({ unit: z.string() })),
    consentsMissing: z.array(z.string()).openapi({ description: "Members whose heads are still asked: those in whose name it acts, and those that lend more than their standing limit." }),
    obstacles: z.array(told).openapi({ description: "What keeps a proposal from being approved now." }),
    loans: z.array(z.object({ loan: z.number().int(), resource: z.string(), of: z.string(), unit: z.string(), amount: amountShown, from: z.string(), to: z.string(), state: z.string(), lent: amountShown, used: amountShown })),
    cases: z.object({ open: z.number().int(), closed: z.number().int(), handedOver: z.number().int() }),
  })
  .openapi("TaskForce");
export const taskForcePage = pageOf(taskForceSummary);
export const taskForcesQuery = z.strictObject({ ...pageQuery, state: state.optional() });
