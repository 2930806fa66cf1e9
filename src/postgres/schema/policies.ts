import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, poolId, poolSchema } from "./pool-schema.js";

/** Versions of a pool's policy. The rules of a version never change; what happens to it is its state. */
export const policyVersions = poolSchema.table(
  "policy_versions",
  {
    poolId: poolId(),
    version: integer("version").notNull(),
    baseVersion: integer("base_version").notNull(),
    state: text("state").$type<"proposed" | "approved" | "active" | "superseded" | "withdrawn">().notNull(),
    reason: text("reason").notNull(),
    /** SHA-256 of the rules; whoever loads them compares. */
    contentHash: text("content_hash").notNull(),
    proposedBy: uuid("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    approvedBy: uuid("approved_by"),
    approvedAt: instant("approved_at"),
    /** The content the approver saw. */
    approvedHash: text("approved_hash"),
    activatedBy: uuid("activated_by"),
    activatedAt: instant("activated_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.version] }),
    uniqueIndex("policy_versions_active").on(t.poolId).where(sql`state = 'active'`),
    check("policy_versions_state", sql`state in ('proposed', 'approved', 'active', 'superseded', 'withdrawn')`),
    // Two persons. Only what the release itself brings, authored by nobody, needs no second one.
    check("policy_versions_two_persons", sql`approved_by is distinct from proposed_by`),
    check(
      "policy_versions_approved",
      sql`state not in ('approved', 'active', 'superseded') or proposed_by = '00000000-0000-0000-0000-000000000000' or (approved_by is not null and approved_hash = content_hash)`,
    ),
    check("policy_versions_approver", sql`approved_by is distinct from '00000000-0000-0000-0000-000000000000'::uuid`),
  ],
);

/** The rules of each version, as Casbin is given them. */
export const policyRules = poolSchema.table(
  "policy_rules",
  {
    poolId: poolId(),
    version: integer("version").notNull(),
    ordinal: integer("ordinal").notNull(),
    model: text("model").$type<"access" | "allocation">().notNull(),
    /** The question's columns in order. */
    cells: text("cells").array().notNull(),
    effect: text("effect").$type<"allow" | "deny">().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.version, t.ordinal] }),
    index("policy_rules_model").on(t.poolId, t.version, t.model),
    foreignKey({
      columns: [t.poolId, t.version],
      foreignColumns: [policyVersions.poolId, policyVersions.version],
      name: "policy_rules_version_fk",
    }),
    // Casbin takes an effect it does not know for none at all, and a missing one for allow.
    check("policy_rules_effect", sql`effect in ('allow', 'deny')`),
    check("policy_rules_cells", sql`array_position(cells, '') is null and array_position(cells, null) is null and cardinality(cells) >= 4`),
  ],
);
