import { z } from "@hono/zod-openapi";
import { instant, text } from "./common.js";

const ruleSchema = z.object({ model: z.enum(["access", "allocation"]), cells: z.array(text(120)).max(12), effect: z.enum(["allow", "deny"]) });

export const policyVersion = z
  .object({
    version: z.number().int(),
    baseVersion: z.number().int(),
    state: z.enum(["proposed", "approved", "active", "superseded", "withdrawn"]),
    reason: z.string(),
    contentHash: z.string(),
    proposedBy: z.string(),
    proposedAt: instant,
    approvedBy: z.string().nullable(),
    approvedAt: instant.nullable(),
    activatedBy: z.string().nullable(),
    activatedAt: instant.nullable(),
  })
  .openapi("PolicyVersion");

const caseSchema = z.object({ model: z.string(), cells: z.array(z.string()), expect: z.string(), claim: z.string(), answer: z.string(), rule: z.string().nullable() });

export const policyDetail = z
  .object({
    version: policyVersion,
    rules: z.array(ruleSchema),
    added: z.array(z.string()),
    removed: z.array(z.string()),
    flipped: z.array(z.object({ question: z.string(), before: z.string(), after: z.string() })),
    cases: z.array(caseSchema),
    matrix: z.string(),
  })
  .openapi("PolicyDetail");

export const policyProposal = z.strictObject({ reason: text(2_000, 1), rules: z.array(z.strictObject(ruleSchema.shape)).min(1).max(20_000) });
export const policyProposed = z.object({ version: z.number().int() }).openapi("PolicyProposed");
export const newActs = z
  .object({
    acts: z.array(z.string()).openapi({ description: "Acts of the release that no rule of this pool ever spoke of: nobody may do them here." }),
    rules: z.array(z.string()).openapi({ description: "What the release's rules say of them." }),
    cells: z.number().int().openapi({ description: "Answers that would change." }),
    flipped: z.array(z.object({ question: z.string(), before: z.string(), after: z.string() })).openapi({ description: "Named cases whose answer would change." }),
  })
  .openapi("NewActs");
export const newActsProposal = z.strictObject({ reason: text(2_000, 1) });
export const policyApproval = z.strictObject({ contentHash: z.string().regex(/^[0-9a-f]{64}$/) });
