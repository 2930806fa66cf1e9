import { z } from "@hono/zod-openapi";
import { instant, text, whole } from "./common.js";

export const tokenSchema = z
  .object({ token: z.string(), label: z.string(), createdAt: instant, expiresAt: instant, revokedAt: instant.nullable() })
  .openapi("AccessToken");

export const newToken = z.strictObject({ label: text(80, 1), days: whole(1, 365) });

export const issuedToken = z.object({ token: tokenSchema, secret: z.string().openapi({ description: "Shown once." }) }).openapi("IssuedToken");

export const demoToken = z.strictObject({ person: text(63, 1) });

export const whoAmI = z
  .object({
    kind: z.enum(["person", "anonymous", "system"]),
    person: z.string().nullable(),
    name: z.string().nullable(),
    roles: z.array(z.object({ role: z.string(), unit: z.string().nullable() })),
    enterprises: z.array(z.object({ creditCode: z.string(), name: z.string() })),
  })
  .openapi("WhoAmI");

export const invitation = z.strictObject({
  name: text(100, 1),
  loginName: text(64, 2),
  idNumber: text(18).optional(),
  phone: text(20).optional(),
  unit: text(63).optional(),
});

export const invited = z.object({ person: z.string(), link: z.string().openapi({ description: "Path of the page that sets the password; works once." }) }).openapi("Invited");

export const roleGrantSchema = z
  .object({ grant: z.number().int(), person: z.string(), role: z.string(), unit: z.string().nullable(), grantedBy: z.string(), grantedAt: instant })
  .openapi("RoleGrant");

export const namedGrantSchema = roleGrantSchema.extend({ name: z.string(), disabled: z.boolean() }).openapi("NamedRoleGrant");

export const newRoleGrant = z.strictObject({ person: z.uuid(), role: z.enum(["clerk", "registrar", "unit-head", "pool-admin", "policy-admin", "auditor"]), unit: text(63).optional() });
