import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { ClaimAsk } from "../../scheduler/contract.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/** Nodes of a request's work. */
export const steps = poolSchema.table(
  "steps",
  {
    poolId: poolId(),
    stepId: int8("step_id").generatedAlwaysAsIdentity(),
    /** Null: the step of a direct claim. */
    requestId: int8("request_id"),
    /** Name within the recipe. */
    name: text("name").notNull(),
    ordinal: integer("ordinal").notNull(),
    stage: text("stage").notNull(),
    mode: text("mode").$type<"human" | "automatic" | "external">().notNull(),
    after: text("after").array().notNull(),
    state: text("state").$type<"blocked" | "ready" | "working" | "done" | "rejected" | "cancelled">().notNull(),
    /** Steps of the same request whose officers take no part in this one. */
    notBy: text("not_by").array().notNull().default(sql`'{}'::text[]`),
    /** The turn of the scheduler this step is in; raised when it is queued again. */
    attempt: integer("attempt").notNull().default(1),
    /** Its place in the queue: kept when it is queued again. */
    arrivedAt: instant("arrived_at").notNull(),
    dueAt: instant("due_at").notNull(),
    /** What its place is reckoned from, where that is not `due_at`: a paper record ranks as if it had been received when it was written. */
    ranksDueAt: instant("ranks_due_at"),
    /** Minutes of work behind this step and those after it: the order is due date minus this. */
    expectedMinutes: integer("expected_minutes").notNull().default(0),
    readyAt: instant("ready_at"),
    startedAt: instant("started_at"),
    startedBy: uuid("started_by"),
    endedAt: instant("ended_at"),
    endedBy: uuid("ended_by"),
    grounds: text("grounds"),
    generation: int8("generation").notNull().default(1),
    /** What its claims ask, as every step that asks the same; null: read its claims. */
    askId: uuid("ask_id"),
    /** A lawful ground to be served before others, by code, and by how many minutes; null minutes: before everybody without one. */
    priorityGround: text("priority_ground"),
    priorityMinutes: integer("priority_minutes"),
    /** The code of the ground for which its holds were moved, once; a step that was moved is never moved again. */
    movedGround: text("moved_ground"),
    /** False: what cannot be given at once is refused at once. */
    waits: boolean("waits").notNull().default(true),
    /** The step whose holds this one takes over. */
    replacesStepId: int8("replaces_step_id"),
    /** The hold ends then unless somebody confirmed it. */
    holdUntil: instant("hold_until"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.stepId] }),
    uniqueIndex("steps_name").on(t.poolId, t.requestId, t.name),
    index("steps_ready").on(t.poolId, t.stepId).where(sql`state in ('ready', 'working')`),
    index("steps_automatic").on(t.poolId, t.stepId).where(sql`state = 'ready' and mode = 'automatic'`),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "steps_request_fk" }),
    check("steps_ended", sql`(state in ('done', 'rejected', 'cancelled')) = (ended_at is not null)`),
  ],
);

/**
 * What steps ask, once for all that ask the same. The row repeats what `claims` say of each step, in the form the
 * engine reads: a million waiting steps are loaded without reading their claims. A row never changes.
 */
export const asks = poolSchema.table(
  "asks",
  {
    poolId: poolId(),
    /** From the claims themselves: `pool.ask_id(claims)`. */
    askId: uuid("ask_id").notNull(),
    claims: jsonb("claims").$type<readonly ClaimAsk[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.askId] })],
);

/** What a step asks of the pool. */
export const claims = poolSchema.table(
  "claims",
  {
    poolId: poolId(),
    /** The step's id × 64 + ordinal: whoever knows a step knows its claims. */
    claimId: int8("claim_id").notNull(),
    stepId: int8("step_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    classId: text("class_id").notNull(),
    amount: int8("amount").notNull(),
    traits: text("traits").array().notNull().default(sql`'{}'::text[]`),
    scope: text("scope").$type<"competent" | "pool">().notNull(),
    /** Where the matter is, and the unit that answers for it. */
    divisionCode: text("division_code").notNull(),
    unitId: text("unit_id").notNull(),
    together: boolean("together").notNull().default(false),
    /** Consecutive half-hours, for slot classes. */
    slots: integer("slots").notNull().default(1),
    spread: boolean("spread").notNull().default(false),
    purpose: text("purpose"),
    earliestAt: instant("earliest_at"),
    /** Different resources, each giving `amount`. */
    count: integer("count").notNull().default(1),
    /** Done without an officer. */
    automatic: boolean("automatic").notNull().default(false),
    /** Claims of the step with the same number are served by one unit, or by one resource. */
    sameUnit: integer("same_unit"),
    sameResource: integer("same_resource"),
    /** What a direct claimant or an appointment names; at another generation of it the claim is stale. */
    namedResourceId: int8("named_resource_id"),
    namedGeneration: int8("named_generation"),
    namedPeriod: integer("named_period"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.claimId] }),
    uniqueIndex("claims_ordinal").on(t.poolId, t.stepId, t.ordinal),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "claims_step_fk" }),
    check("claims_amount", sql`amount between 1 and 9007199254740991 and slots between 1 and 48 and count between 1 and 64`),
    check("claims_id", sql`claim_id = step_id * 64 + ordinal`),
  ],
);
