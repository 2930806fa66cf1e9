import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { PlanContent } from "../../domain/rebalance/plan.js";
import { classes } from "./classes.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";
import { whatIfs } from "./what-ifs.js";

/** Sets of proposed loans. What a plan says is fixed once it is proposed; what happens to it is its state. */
export const plans = poolSchema.table(
  "plans",
  {
    poolId: poolId(),
    planId: integer("plan_id").notNull(),
    state: text("state").$type<"draft" | "proposed" | "consented" | "approved" | "applied" | "refused" | "withdrawn">().notNull(),
    content: jsonb("content").$type<PlanContent>().notNull(),
    /** SHA-256 of the content. */
    contentHash: text("content_hash").notNull(),
    generation: int8("generation").notNull().default(1),
    draftedBy: uuid("drafted_by").notNull(),
    draftedAt: instant("drafted_at").notNull(),
    proposedBy: uuid("proposed_by"),
    proposedAt: instant("proposed_at"),
    expiresAt: instant("expires_at"),
    approvedBy: uuid("approved_by"),
    approvedAt: instant("approved_at"),
    /** The content the approver saw. */
    approvedHash: text("approved_hash"),
    appliedBy: uuid("applied_by"),
    appliedAt: instant("applied_at"),
    closedBy: uuid("closed_by"),
    closedAt: instant("closed_at"),
    closedReason: text("closed_reason"),
    /** What it was tried with, and the content that was tried. */
    trialId: uuid("trial_id"),
    trialHash: text("trial_hash"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.planId] }),
    index("plans_open").on(t.poolId, t.expiresAt).where(sql`state in ('proposed', 'consented', 'approved')`),
    uniqueIndex("plans_trial").on(t.poolId, t.trialId),
    foreignKey({ columns: [t.poolId, t.trialId], foreignColumns: [whatIfs.poolId, whatIfs.whatIfId], name: "plans_trial_fk" }),
    check("plans_state", sql`state in ('draft', 'proposed', 'consented', 'approved', 'applied', 'refused', 'withdrawn')`),
    check("plans_two_persons", sql`approved_by is distinct from proposed_by or approved_by is null`),
    check("plans_proposed", sql`(state in ('draft', 'withdrawn')) or (proposed_by is not null and proposed_at is not null and expires_at is not null)`),
    check("plans_approved", sql`state not in ('approved', 'applied') or (approved_by is not null and approved_hash = content_hash)`),
    check("plans_applied", sql`(state = 'applied') = (applied_by is not null)`),
    check("plans_closed", sql`(state in ('refused', 'withdrawn')) = (closed_by is not null)`),
    check("plans_trial_hash", sql`(trial_id is null) = (trial_hash is null)`),
  ],
);

/** Heads of lending units who agreed to what a plan says. */
export const planConsents = poolSchema.table(
  "plan_consents",
  {
    poolId: poolId(),
    planId: integer("plan_id").notNull(),
    unitId: text("unit_id").notNull(),
    consentedBy: uuid("consented_by").notNull(),
    consentedAt: instant("consented_at").notNull(),
    /** The content they saw. */
    contentHash: text("content_hash").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.planId, t.unitId] }),
    foreignKey({ columns: [t.poolId, t.planId], foreignColumns: [plans.poolId, plans.planId], name: "plan_consents_plan" }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "plan_consents_unit" }),
  ],
);

/** How much of a class a unit lends in a period without its head being asked. */
export const standingLimits = poolSchema.table(
  "standing_limits",
  {
    poolId: poolId(),
    unitId: text("unit_id").notNull(),
    classId: text("class_id").notNull(),
    amount: int8("amount").notNull(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.unitId, t.classId] }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "standing_limits_unit" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "standing_limits_class" }),
    check("standing_limits_amount", sql`amount >= 0`),
  ],
);
