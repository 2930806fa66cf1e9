import { z } from "@hono/zod-openapi";
import { instant, pageQuery, text } from "./common.js";

export const auditQuery = z.object({ ...pageQuery, act: text(80).optional(), object: text(120).optional() });

export const auditRecord = z
  .object({
    id: z.number().int(),
    occurredAt: instant,
    actor: z.string(),
    onBehalfOf: z.string().nullable(),
    act: z.string(),
    objectKind: z.string(),
    objectId: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    policyVersion: z.number().int(),
  })
  .openapi("AuditRecord");
