import { z } from "@hono/zod-openapi";
import { KINDS } from "../../domain/pool/class.js";
import { problem } from "../../domain/problem.js";
import { DEFAULT_WEIGHT, WEIGHT_MAX } from "../../domain/quota/quota.js";
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
  z.strictObject({ lend: z.strictObject({ class: id, lender: id, borrower: id, resource: id.optional(), count: whole(1, LIMITS.countMax).default(1), amount, ...span }) }),
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

const limit = whole().nullable().optional();
const quotas = z
  .strictObject({
    halfLifeDays: whole(1, LIMITS.halfLifeDaysMax).optional(),
    cohorts: z.array(z.strictObject({ cohort: id, parent: id.optional() })).max(LIMITS.changesMax).default([]),
    set: z
      .array(z.strictObject({ unit: id, class: id, cohort: id, nominal: z.union([z.literal("own"), whole()]).default("own"), borrowingLimit: limit, lendingLimit: limit, weight: whole(0, WEIGHT_MAX).default(DEFAULT_WEIGHT) }))
      .max(LIMITS.namedMax)
      .default([]),
    remove: z.array(z.strictObject({ unit: id, class: id })).max(LIMITS.namedMax).default([]),
  })
  .openapi({ description: "Changes of the quotas in force." });

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
    quotas: quotas.optional(),
  })
  .openapi("Scenario");

const namesOrNull = z.object({ zh: z.string(), en: z.string() }).nullable();
const waits = z.object({ count: z.number(), mean: z.number(), p50: z.number(), p90: z.number(), p99: z.number() }).openapi({ description: "Working minutes from when a step could be given out to when its work could begin." });
const used = {
  key: z.string(),
  names: namesOrNull,
  capacity: z.number().nullable(),
  used: z.number().nullable(),
  permille: z.number().nullable().openapi({ description: "Used of what there was; of several classes the mean, each weighing alike." }),
};
const byRule = z.array(z.object({ rule: z.string(), class: z.string(), steps: z.number() }));
const count = z.number().int();
const run = z
  .object({
    requests: z.object({ carried: count, arrived: count, turnedAway: count, served: count, open: count, unservable: count, breaches: count, unlawful: count }),
    steps: z.object({ granted: count, worked: count, lapsed: count }),
    waits,
    waitedFor: byRule,
    refusals: byRule,
    classes: z.array(z.object({ ...used, kind: z.enum(KINDS) })),
    units: z.array(z.object(used)),
    divisions: z.array(z.object(used)),
  })
  .openapi("WhatIfRun");
const groupFigures = z.object({ requests: count, served: count, unservable: count, breaches: count, meanWait: z.number(), p50Wait: z.number().optional(), p90Wait: z.number() });
const groups = z.array(z.object({ key: z.string(), names: namesOrNull, base: groupFigures, scenario: groupFigures, verdict: z.enum(["wins", "loses", "same"]) }));
const end = z.object({ state: z.enum(["open", "served", "unservable"]), closedAt: z.string().nullable(), late: z.boolean() });
const queued = z.object({ waiting: count, open: count });

const unitWeek = z.object({ unit: z.string(), p50Wait: z.number().nullable(), p90Wait: z.number().nullable(), requests: count, late: count, permille: z.number().nullable() });

export const whatIfResult = z
  .object({
    scenario: z.looseObject({}),
    pool: z.string(),
    copiedAt: z.string(),
    from: z.string(),
    to: z.string(),
    demand: z.enum(["table", "guessed", "none"]),
    base: run,
    changed: run,
    queue: z.array(z.object({ at: z.string(), base: queued, scenario: queued })),
    units: groups,
    divisions: groups,
    items: groups,
    week: z
      .object({ from: z.string(), to: z.string(), base: z.array(unitWeek), changed: z.array(unitWeek) })
      .optional()
      .openapi({ description: "Of a scenario that lends: how units fare in the first seven days of its loans." }),
    requests: z.array(z.object({ number: z.string().nullable(), item: z.string(), unit: z.string(), division: z.string(), receivedAt: z.string(), base: end, scenario: end, laterMinutes: z.number() })),
    hash: z.string(),
  })
  .openapi("WhatIfResult");

const summary = {
  whatIf: z.uuid(),
  name: z.string(),
  state: z.enum(["waiting", "running", "done", "refused", "failed", "cancelled"]),
  progress: z.number().int().openapi({ description: "Of both runs, in percent." }),
  problems: problemSchema.shape.problems,
  resultHash: z.string().nullable(),
  askedBy: z.string(),
  askedAt: instant,
  endedAt: instant.nullable(),
};

export const whatIfInput = z.strictObject({ scenario: scenarioSchema });
export const whatIfPage = pageOf(z.object(summary)).openapi("WhatIfs");
export const whatIfsQuery = z.object(pageQuery);
export const whatIfSchema = z
  .object({
    ...summary,
    scenario: z.looseObject({}),
    result: whatIfResult.nullable(),
    withheld: z
      .object({ later: count, earlier: count })
      .nullable()
      .openapi({ description: "Requests of units whose requests the reader may not read: `result.requests` leaves them out, and `result.hash` counts them. Null: none." }),
  })
  .openapi("WhatIf");
export const whatIfFile = z.object({ format: z.enum(["csv", "yaml"]).default("csv").openapi({ description: "csv: every figure as a row; yaml: the scenario, to be kept." }) });
