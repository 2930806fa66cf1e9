import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { ClaimReason, Funnel } from "../../domain/pool/decision.js";
import type { PassingGround } from "../../domain/pool/order.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { steps } from "./steps.js";

/** The static part of an answer, once per shape, policy version and declared state. */
export const shapes = poolSchema.table(
  "shapes",
  {
    poolId: poolId(),
    /** SHA-256 of everything a static rule read, hex. */
    shapeHash: text("shape_hash").notNull(),
    classId: text("class_id").notNull(),
    policyVersion: integer("policy_version").notNull(),
    funnel: jsonb("funnel").$type<Funnel>().notNull(),
    firstSeq: int8("first_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.shapeHash] })],
);

/** The scheduler's answer to a step's claims; kept for ever, and its own audit record. */
export const decisions = poolSchema.table(
  "decisions",
  {
    poolId: poolId(),
    stepId: int8("step_id").notNull(),
    attempt: integer("attempt").notNull(),
    seq: int8("seq").notNull(),
    outcome: text("outcome").$type<"granted" | "refused">().notNull(),
    decidedAt: instant("decided_at").notNull(),
    policyVersion: integer("policy_version").notNull(),
    /** When the work can begin: the latest start among its allocations. */
    startsAt: instant("starts_at"),
    /** The key it stood at in the order, milliseconds; null before keys were kept. */
    orderKey: int8("order_key"),
    /** The most urgent waiting step that asks one of the same classes and was passed, and the code of the ground. */
    passedStepId: int8("passed_step_id"),
    passedGround: text("passed_ground").$type<PassingGround>(),
    /** Per claim: shape, dynamic drops, score terms, runner-up. */
    reasons: jsonb("reasons").$type<ClaimReason[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.stepId, t.attempt] }),
    uniqueIndex("decisions_seq").on(t.poolId, t.seq),
    check("decisions_passed", sql`(passed_step_id is null) = (passed_ground is null)`),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "decisions_step_fk" }),
  ],
);

/** What was given: resource × period × amount, for a claim. The row is its own hold movement. */
export const allocations = poolSchema.table(
  "allocations",
  {
    poolId: poolId(),
    claimId: int8("claim_id").notNull(),
    attempt: integer("attempt").notNull(),
    resourceId: int8("resource_id").notNull(),
    period: integer("period").notNull(),
    stepId: int8("step_id").notNull(),
    amount: int8("amount").notNull(),
    /** What the period could give in all at that moment: by it anybody can check the grant years later. */
    capacity: int8("capacity").notNull(),
    seq: int8("seq").notNull(),
    state: text("state").$type<"held" | "settled" | "released" | "lapsed">().notNull().default("held"),
    settledAmount: int8("settled_amount").notNull().default(0),
    closedSeq: int8("closed_seq"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.claimId, t.attempt, t.resourceId, t.period] }),
    index("allocations_resource").on(t.poolId, t.resourceId, t.period),
    index("allocations_step").on(t.poolId, t.stepId),
    check("allocations_amount", sql`amount > 0 and settled_amount between 0 and amount`),
    check("allocations_state", sql`(state = 'held') = (closed_seq is null) and (state = 'settled' or settled_amount = 0)`),
  ],
);
