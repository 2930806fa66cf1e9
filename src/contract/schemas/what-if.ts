import { z } from "@hono/zod-openapi";
import { KINDS } from "../../domain/pool/class.js";
import { problem } from "../../domain/problem.js";
import { SCENARIO_LIMITS } from "../../domain/what-if/scenario.js";
import { instant, localDate, pageOf, pageQuery, problemSchema, refine, text, whole } from "./common.js";

const LIMITS = SCENARIO_LIMITS;

/** A number that may have a fraction, from `min` to `max`. */
const number = (min: number, max: number) =>
  z
    .number()
    .superRefine(refine((value: number) => (value < min || value > max ? problem("input.out_of_range", { min, max }) : undefined)))
    .openapi({ type: "number", minimum: min, maximum: max });

const day = z.union([localDate, whole(0, LIMITS.daysMax)]).openapi({ description: "A date, or so many days after the first one." });
const span = { from: day.optional(), to: day.optional().openapi({ description: "Included; absent: for good." }) };
const id = text(120, 1);
const named = z.array(id).min(1).max(LIMITS.namedMax).optional();
const amount = whole(1).optional();

const supplyChange = z.union([
  z.strictObject({
    drain: z.strictObject({
      unit: id.optional(),
      resource: id.optional(),
      asset: id.optional(),
      class: id.optional(),
      kinds: z.array(z.enum(KINDS)).min(1).optional().openapi({ description: "Of a unit; absent: staff and material." }),
      noticeDays: whole(0, LIMITS.noticeDaysMax).optional().openapi({ description: "Days before it begins that it becomes known; absent: known from the start." }),
      ...span,
    }),
  }),
  z.strictObject({ add: z.strictObject({ unit: id, class: id, count: whole(1, LIMITS.countMax).default(1), amount, ...span }) }),
  z.strictObject({ lend: z.strictObject({ class: id, lender: id, borrower: id, count: whole(1, LIMITS.countMax).default(1), amount, ...span }) }),
]);

const demandChange = z.union([
  z.strictObject({ surge: z.strictObject({ factor: number(0, LIMITS.factorMax), items: named, divisions: named, ...span }) }),
  z.strictObject({ cliff: z.strictObject({ items: named, divisions: named, date: day, share: number(0, 100), hours: number(0.5, LIMITS.hoursMax) }) }),
  z.strictObject({
    trace: z.strictObject({
      load: whole(1, LIMITS.loadMax).default(100).openapi({ description: "Of the pool's own demand, in percent." }),
      rows: z.array(z.tuple([z.string().max(40), z.string().max(200), z.string().max(200)])).min(1).max(LIMITS.traceRowsMax),
    }),
  }),
]);

/** Which of the alternatives a change is, told by its first key: a misspelt field then has a path of its own. */
const byKey = <T extends z.ZodType>(union: T, keys: readonly string[]): T =>
  z
    .record(z.string(), z.unknown())
    .superRefine((value, context) => {
      const [key, ...more] = Object.keys(value);
      if (key === undefined || more.length > 0 || !keys.includes(key)) context.addIssue({ code: "custom", message: "", params: { problem: problem("input.invalid", { expected: keys.join(" | ") }) } });
    })
    .pipe(union as never) as unknown as T;

const rule = text(300, 1).openapi({ description: "kind, class, act, relation, scope, earmark, effect" });

/** A scenario as its file says it, without `apiVersion` and `kind`. */
export const scenarioSchema = z
  .strictObject({
    name: text(120, 1),
    seed: whole(0, 0xffff_ffff).default(1),
    start: localDate.optional(),
    days: whole(1, LIMITS.daysMax),
    supply: z.array(byKey(supplyChange, ["drain", "add", "lend"])).max(LIMITS.changesMax).default([]),
    demand: z.array(byKey(demandChange, ["surge", "cliff", "trace"])).max(LIMITS.changesMax).default([]),
    policy: z.strictObject({ version: whole(1).optional(), add: z.array(rule).min(1).max(LIMITS.changesMax).optional(), remove: z.array(rule).min(1).max(LIMITS.changesMax).optional() }).optional(),
  })
  .openapi("Scenario");
