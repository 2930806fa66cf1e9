import { z } from "@hono/zod-openapi";
import { amountSent, amountShown } from "./amount.js";
import { instant, pageOf, pageQuery, text } from "./common.js";

const id = z.string().max(200);
const given = z.string().max(500);
const day = z.string().max(40);
const several = z.array(id).max(2_000);

export const agreementSent = z.strictObject({
  agreement: id.openapi({ description: "What it is called: a–z, 0–9, -.", example: "counter-help" }),
  names: z.strictObject({ zh: given, en: given }),
  provider: id.openapi({ description: "A unit of kind `supplier`: an enterprise, association or bank." }),
  purchaser: id.openapi({ description: "The organ that buys." }),
  instrument: given.openapi({ description: "Contract number, and the rule it rests on." }),
  from: day.openapi({ example: "2026-12-01" }),
  until: day.openapi({ description: "The first day on which it does not hold any more." }),
  divisions: several.openapi({ description: "Where matters lie that it serves, with all beneath." }),
  items: several.optional().openapi({ description: "Cases of these items alone; left out: all." }),
  traits: several.optional().openapi({ description: "Its standard: what every resource under it must have." }),
  quality: given.nullable().optional().openapi({ description: "What else is promised, in words." }),
  noticeDays: z.number().optional().openapi({ description: "Days between saying that it ends early and its last day." }),
  classes: z
    .array(
      z.strictObject({
        class: id,
        perPeriod: amountSent.openapi({ description: "The most that all its resources of the class may give in one period." }),
        inTotal: amountSent.nullable().optional().openapi({ description: "The most in the whole term; left out: as much as the periods give." }),
        priceFen: amountSent.openapi({ description: "In fen, for one unit of the class's measure in one period." }),
      }),
    )
    .max(2_000),
});
export const agreementReason = z.strictObject({ reason: text(2_000, 1) });
export const agreementRenewal = z.strictObject({ until: day.openapi({ description: "The first day on which it does not hold any more." }) });

const mark = z.object({ by: z.string(), at: instant });
const state = z.enum(["proposed", "active", "suspended", "replaced", "ended", "refused", "withdrawn"]);
const fen = z.string().openapi({ description: "Fen, as digits." });

const fields = {
  agreement: z.string(),
  version: z.number().int(),
  state,
  names: z.object({ zh: z.string(), en: z.string() }),
  provider: z.string(),
  purchaser: z.string(),
  instrument: z.string(),
  from: z.string(),
  until: z.string(),
  endedFrom: z.string().nullable().openapi({ description: "It was ended early: the first day without it." }),
  divisions: z.array(z.string()),
  items: z.array(z.string()),
  traits: z.array(z.string()),
  quality: z.string().nullable(),
  noticeDays: z.number().int(),
  classes: z.array(z.object({ class: z.string(), perPeriod: amountShown, inTotal: amountShown.nullable(), priceFen: fen })),
  proposed: mark,
  approved: mark.nullable(),
  suspensions: z.array(mark.extend({ reason: z.string(), resumedAt: instant.nullable(), resumedBy: z.string().nullable() })),
  closed: mark.extend({ reason: z.string().nullable() }).nullable(),
};
export const agreementSummary = z.object(fields).openapi("AgreementSummary");
export const agreementUsed = z
  .object({
    class: z.string(),
    names: z.object({ zh: z.string(), en: z.string() }),
    measure: z.enum(["minute", "case", "fen", "piece", "call"]),
    version: z.number().int(),
    month: z.string().openapi({ example: "2026-12" }),
    held: z.number().int().openapi({ description: "Given, and not used yet." }),
    settled: z.number().int().openapi({ description: "Used." }),
    priceFen: fen,
    owedFen: fen.openapi({ description: "What was used, at that version's price." }),
  })
  .openapi("AgreementUse");
export const agreementShown = z
  .object({
    ...fields,
    versions: z.array(z.object({ version: z.number().int(), state, from: z.string(), until: z.string(), proposed: mark, approved: mark.nullable() })),
    pending: z.number().int().nullable().openapi({ description: "The version that waits for a second person." }),
    obstacles: z.array(z.object({ code: z.string(), title: z.string(), detail: z.string(), field: z.string().optional() })).openapi({ description: "What keeps the pending version from being approved now." }),
    resources: z.array(z.object({ resource: z.string(), class: z.string(), state: z.string() })),
    use: z.array(agreementUsed),
    usedUp: z.array(z.object({ class: z.string(), since: instant })).openapi({ description: "Classes of which as much is given as was bought in all: nothing new is given, what is held stays." }),
    drains: z.array(z.object({ drain: z.number().int(), resource: z.string(), from: z.string(), to: z.string().nullable(), moved: z.number().int(), open: z.number().int() })).openapi({ description: "What was moved for its sake; `open` is how many somebody must still tell." }),
    owedFen: fen,
  })
  .openapi("Agreement");
export const agreementPage = pageOf(agreementSummary);
export const agreementUsePage = pageOf(agreementUsed);
export const agreementsQuery = z.strictObject({ ...pageQuery, state: state.optional(), provider: id.optional(), party: id.optional().openapi({ description: "Who buys or provides." }) });
