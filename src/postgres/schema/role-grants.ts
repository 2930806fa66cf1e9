import { sql } from "drizzle-orm";
import { check, index, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { GrantedRole } from "../../domain/policy/subject.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** Who holds which role, for which unit. A role that ended keeps its row. */
export const roleGrants = poolSchema.table(
  "role_grants",
  {
    poolId: poolId(),
    grantId: int8("grant_id").generatedAlwaysAsIdentity(),
    personId: uuid("person_id").notNull(),
    role: text("role").$type<GrantedRole>().notNull(),
    /** The unit it is held for; null for roles of the whole pool. */
    unitId: text("unit_id"),
    grantedBy: uuid("granted_by").notNull(),
    grantedAt: instant("granted_at").notNull(),
    revokedBy: uuid("revoked_by"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.grantId] }),
    index("role_grants_person").on(t.poolId, t.personId).where(sql`revoked_at is null`),
    index("role_grants_unit").on(t.poolId, t.unitId).where(sql`revoked_at is null`),
    uniqueIndex("role_grants_once").on(t.poolId, t.personId, t.role, sql`coalesce(unit_id, '')`).where(sql`revoked_at is null`),
    // Who runs the pool, who sets its rules and who watches both are three persons.
    uniqueIndex("role_grants_separate")
      .on(t.poolId, t.personId)
      .where(sql`revoked_at is null and role in ('pool-admin', 'policy-admin', 'auditor')`),
    check("role_grants_role", sql`role in ('clerk', 'registrar', 'unit-head', 'pool-admin', 'policy-admin', 'auditor')`),
    check("role_grants_scope", sql`(role in ('clerk', 'registrar', 'unit-head')) = (unit_id is not null)`),
    check("role_grants_not_to_oneself", sql`granted_by <> person_id`),
    check("role_grants_revoked", sql`(revoked_at is null) = (revoked_by is null)`),
  ],
);
