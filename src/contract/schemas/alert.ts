import { z } from "@hono/zod-openapi";
import { COMPARISONS } from "../../domain/pool/alert.js";
import { FIGURES } from "../../domain/pool/figures.js";
import { instant, pageQuery } from "./common.js";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

export const alertRuleParams = z.object({ pool: z.string(), rule: name });
export const webhookParams = z.object({ pool: z.string(), webhook: name });
export const alertParams = z.object({ pool: z.string(), alert: z.uuid() });

/** What is wrong with its numbers is for the domain to say. */
const number = z.number();

export const alertRuleInput = z.strictObject({
  figure: z.string().max(60).openapi({ description: `One of ${FIGURES.join(", ")}.`, example: "wait-p90" }),
  class: z.string().max(200).nullable().optional(),
  unit: z.string().max(63).nullable().optional(),
  division: z.string().max(12).nullable().optional().openapi({ description: "A county, by its six digits." }),
  comparison: z.enum(COMPARISONS),
  value: number.openapi({ description: "Percent for rates, minutes for waits, a count for the others." }),
  clear: number.nullable().optional().openapi({ description: "The alert is over when the figure has come back to this; default: the value itself." }),
  windowDays: number.default(7).openapi({ description: "Days the figure is taken over, ending today; 1 to 31." }),
  forMinutes: number.default(0).openapi({ description: "How long it has to last before an alert is raised." }),
  intervalMinutes: number.default(5).openapi({ description: "How often it is looked at; 1 to 1440." }),
  enabled: z.boolean().default(true),
});

const rule = {
  rule: z.string(),
  figure: z.enum(FIGURES),
  class: z.string().nullable(),
  unit: z.string().nullable(),
  division: z.string().nullable(),
  comparison: z.enum(COMPARISONS),
  value: z.number(),
  clear: z.number(),
  windowDays: z.number().int(),
  forMinutes: z.number().int(),
  intervalMinutes: z.number().int(),
  enabled: z.boolean(),
};

export const alertRuleShown = z
  .object({ ...rule, generation: z.number().int(), checkedAt: instant.nullable(), measured: z.number().nullable().openapi({ description: "At the last look; null: the figure has no value." }), overSince: instant.nullable() })
  .openapi("AlertRule");

export const alertQuery = z.object({ ...pageQuery, open: z.enum(["true", "false"]).optional() });

export const alertShown = z
  .object({
    alert: z.string(),
    ...rule,
    measured: z.number().openapi({ description: "When it was raised." }),
    figures: z.record(z.string(), z.number().nullable()).openapi({ description: "All figures of the same part of the pool at that moment." }),
    from: z.string(),
    to: z.string(),
    rows: z.string().nullable().openapi({ description: "Path of the rows the figure was made of." }),
    raisedAt: instant,
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
    resolvedAt: instant.nullable(),
  })
  .openapi("Alert");

export const webhookInput = z.strictObject({
  url: z.string().max(600),
  enabled: z.boolean().default(true),
  newSecret: z.boolean().default(false).openapi({ description: "Sign with another secret from now on." }),
});

const webhook = { webhook: z.string(), url: z.string(), enabled: z.boolean() };
export const webhookShown = z.object(webhook).openapi("Webhook");
export const webhookDeclared = z.object({ ...webhook, secret: z.string().openapi({ description: "Shown once, where a new one was made; empty otherwise." }) });

export const deliveryQuery = z.object(pageQuery);
export const deliveryShown = z
  .object({
    delivery: z.string().openapi({ description: "The `webhook-id` of the message." }),
    webhook: z.string(),
    alert: z.string(),
    type: z.enum(["raised", "acknowledged", "resolved"]),
    state: z.enum(["pending", "delivered", "given-up"]),
    attempts: z.number().int(),
    nextAt: instant,
    lastStatus: z.number().int().nullable(),
    lastError: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("WebhookDelivery");
