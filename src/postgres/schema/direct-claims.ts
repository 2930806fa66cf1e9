import { sql } from "drizzle-orm";
import { check, foreignKey, index, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { DirectClaimState } from "../../domain/pool/direct-claim.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { steps } from "./steps.js";

/** Demand that is no request: a unit books its own hall, a programme takes capacity, a street calls agencies together. */
export const directClaims = poolSchema.table(
  "direct_claims",
  {
    poolId: poolId(),
    directClaimId: int8("direct_claim_id").generatedAlwaysAsIdentity(),
    publicId: uuid("public_id").notNull().defaultRandom(),
    /** Who claims, and the person who acts for it. */
    unitId: text("unit_id").notNull(),
    createdBy: uuid("created_by").notNull(),
    title: text("title").notNull(),
    project: text("project"),
    /** Where it is for. */
    divisionCode: text("division_code").notNull(),
    state: text("state").$type<DirectClaimState>().notNull(),
    /** The step that asks or holds for it, and the one that would take its place. */
    stepId: int8("step_id").notNull(),
    pendingStepId: int8("pending_step_id"),
    /** Unconfirmed, the hold ends then; null: nothing has to be confirmed. */
    holdUntil: instant("hold_until"),
    createdAt: instant("created_at").notNull(),
    confirmedAt: instant("confirmed_at"),
    endedAt: instant("ended_at"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.directClaimId] }),
    uniqueIndex("direct_claims_public_id").on(t.poolId, t.publicId),
    uniqueIndex("direct_claims_step").on(t.poolId, t.stepId),
    uniqueIndex("direct_claims_pending").on(t.poolId, t.pendingStepId).where(sql`pending_step_id is not null`),
    index("direct_claims_unit").on(t.poolId, t.unitId, t.directClaimId),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "direct_claims_step_fk" }),
    foreignKey({ columns: [t.poolId, t.pendingStepId], foreignColumns: [steps.poolId, steps.stepId], name: "direct_claims_pending_fk" }),
    check("direct_claims_state", sql`state in ('asked', 'held', 'confirmed', 'released', 'refused', 'expired', 'ended')`),
    check("direct_claims_ended", sql`(state in ('released', 'refused', 'expired', 'ended')) = (ended_at is not null)`),
    check("direct_claims_pending_open", sql`pending_step_id is null or state in ('held', 'confirmed')`),
  ],
);
