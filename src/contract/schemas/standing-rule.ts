import { z } from "@hono/zod-openapi";
import { instant, pageQuery, text } from "./common.js";

const ruleId = text(63, 1);
const scoped = { class: text(160, 1).nullable().optional(), unit: text(160, 1).nullable().optional(), division: text(12, 1).nullable().optional() };

export const ruleInput = z
  .strictObject({
    rule: ruleId,
    title: text(200, 1),
    when: z
      .union([
        z.strictObject({
          figure: text(40, 1),
          ...scoped,
          comparison: z.enum(["above", "below"]).optional(),
          value: z.number().openapi({ description: "Switches on beyond this." }),
          clear: z.number().nullable().optional().openapi({ description: "Switches off when the figure has come back to this." }),
          windowDays: z.number().optional(),
          readings: z.number().optional().openapi({ description: "Looks in a row that must say so." }),
          everyMinutes: z.number().optional(),
        }),
        z.strictObject({ from: text(5, 1).openapi({ example: "03-01" }), to: text(5, 1).openapi({ example: "03-15" }), weekdays: z.array(text(1, 1)).max(7).optional().openapi({ description: "1 = Monday; none: all." }) }),
      ])
      .openapi({ description: "A figure that passes a value, or days of every year." }),
    open: z.array(text(160, 1)).max(200).optional().openapi({ description: "Resources behind a cordon that are opened while the rule is on." }),
    lend: z
      .strictObject({ class: text(160, 1), lender: text(160, 1), resource: text(160, 1).nullable().optional(), borrower: text(160, 1), amount: z.number(), whileBelowPercent: z.number().nullable().optional() })
      .optional(),
    mode: z.enum(["propose", "automatic"]).optional(),
    emergency: z.boolean().optional().openapi({ description: "Acts only while an emergency order in force allows rules." }),
    limits: z.strictObject({ runsPerWeek: z.number().optional(), coolDownMinutes: z.number().optional(), minimumMinutes: z.number().optional(), termDays: z.number().optional() }).optional(),
  })
  .openapi("StandingRuleInput");

export const ruleShown = z
  .object({
    rule: z.string(),
    title: z.string(),
    state: z.enum(["proposed", "active", "paused", "refused", "retired"]),
    mode: z.enum(["propose", "automatic"]),
    emergency: z.boolean(),
    when: z.record(z.string(), z.unknown()),
    does: z.record(z.string(), z.unknown()),
    limits: z.object({ runsPerWeek: z.number().int(), coolDownMinutes: z.number().int(), minimumMinutes: z.number().int(), termDays: z.number().int() }),
    hash: z.string().openapi({ description: "What an approval names." }),
    generation: z.number().int(),
    proposedBy: z.string(),
    proposedAt: instant,
    approvedBy: z.string().nullable(),
    approvedAt: instant.nullable(),
    reason: z.string().nullable(),
    isOn: z.boolean(),
    measured: z.number().nullable(),
    checkedAt: instant.nullable(),
    switchedAt: instant.nullable(),
  })
  .openapi("StandingRule");

export const firingShown = z
  .object({
    firing: z.number().int(),
    at: instant,
    turn: z.enum(["on", "off", "held"]),
    measured: z.number().nullable(),
    threshold: z.number().nullable(),
    held: z.string().nullable().openapi({ description: "Which limit kept it from acting." }),
    plan: z.number().int().nullable(),
    loans: z.array(z.number().int()),
    drains: z.array(z.number().int()),
    order: z.number().int().nullable(),
    problems: z.array(z.string()),
  })
  .openapi("RuleFiring");

export const ruleParam = z.object({ pool: z.string(), rule: z.string().max(63) });
export const rulesQuery = z.strictObject(pageQuery);
export const ruleApproval = z.strictObject({ hash: text(64, 64) });
export const ruleReason = z.strictObject({ reason: text(2_000, 1) });
