import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { ClaimReason, Funnel } from "../../domain/pool/decision.js";
import type { PassingGround } from "../../domain/pool/order.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** The static part of an answer, once per shape, policy version and declared state. */
export const shapes = poolSchema.table(
  "shapes",
  {
    poolId: poolId(),
    /** SHA-256 of everything a static rule read, hex. */
    shapeHash: text("shape_hash").notNull(),
    /** How decisions name it: a hash in each of a million rows costs more than all the rest of the row. */
    shapeNo: integer("shape_no").notNull(),
    classId: text("class_id").notNull(),
    policyVersion: integer("policy_version").notNull(),
    funnel: jsonb("funnel").$type<Funnel>().notNull(),
    firstSeq: int8("first_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.shapeHash] }), uniqueIndex("shapes_no").on(t.poolId, t.shapeNo)],
);

/**
 * The scheduler's answer to a step's claims; kept for ever, and its own audit record. No foreign key holds it to its
 * step: the writer read the step, steps are never deleted, and the key would lock and rewrite a row of `steps` for
 * each decision. `verify` looks instead.
 */
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
    /** Its applicant picked the time: neither an emergency nor a lender has it moved. Null: it was chosen for them. */
    picked: boolean("picked"),
    /** The key it stood at in the order, milliseconds; null before keys were kept. */
    orderKey: int8("order_key"),
    /** The most urgent waiting step that asks one of the same classes and was passed, and the code of the ground. */
    passedStepId: int8("passed_step_id"),
    passedGround: text("passed_ground").$type<PassingGround>(),
    /** The reasons of a plain grant in numbers, eleven a claim (`reason-codes.ts`); `pool.reasons(d)` reads both forms. */
    grounds: integer("grounds").array(),
    /** The reasons of every other answer: refusals, and what the numbers cannot say. */
    told: jsonb("told").$type<ClaimReason[]>(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.stepId, t.attempt] }),
    uniqueIndex("decisions_seq").on(t.poolId, t.seq),
    // Statements and figures read a range of time. Rows lie in its order, so a few numbers per block range find them, and a row costs nothing.
    index("decisions_decided").using("brin", t.decidedAt),
    check("decisions_passed", sql`(passed_step_id is null) = (passed_ground is null)`),
    check("decisions_reasons", sql`(grounds is null) <> (told is null)`),
  ],
);

/**
 * What was given: resource × period × amount, for a claim. The row is its own hold movement.
 *
 * It is written twice in its life. Half of each page is left free (`fillfactor`), so that the second writing finds
 * room beside the first and no index is touched: none has a column that changes.
 */
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
    state: text("state").$type<"held" | "settled" | "released" | "lapsed" | "annulled">().notNull().default("held"),
    /** Annulled: what had been settled, and has gone back since. */
    settledAmount: int8("settled_amount").notNull().default(0),
    closedSeq: int8("closed_seq"),
  },
  (t) => [
    // The step first, though its claims imply it: one index serves both who asks by step and who asks by claim.
    primaryKey({ columns: [t.poolId, t.stepId, t.attempt, t.claimId, t.resourceId, t.period] }),
    index("allocations_resource").on(t.poolId, t.resourceId, t.period),
    // Several ranges a block: the numbers of days, of half-hours and of years lie far apart.
    index("allocations_period").using("brin", t.period.op("int4_minmax_multi_ops" as never)),
    check("allocations_amount", sql`amount > 0 and settled_amount between 0 and amount`),
    check("allocations_state", sql`(state = 'held') = (closed_seq is null) and (state in ('settled', 'annulled') or settled_amount = 0)`),
  ],
);
