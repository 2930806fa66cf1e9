import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/** Nodes of a request's work. */
export const steps = poolSchema.table(
  "steps",
  {
    poolId: poolId(),
    stepId: int8("step_id").generatedAlwaysAsIdentity(),
    requestId: int8("request_id").notNull(),
    /** Name within the recipe. */
    name: text("name").notNull(),
    ordinal: integer("ordinal").notNull(),
    stage: text("stage").notNull(),
    mode: text("mode").$type<"human" | "automatic" | "external">().notNull(),
    after: text("after").array().notNull(),
    state: text("state").$type<"blocked" | "ready" | "working" | "done" | "rejected" | "cancelled">().notNull(),
    /** The turn of the scheduler this step is in; raised when it is queued again. */
    attempt: integer("attempt").notNull().default(1),
    /** Its place in the queue: kept when it is queued again. */
    arrivedAt: instant("arrived_at").notNull(),
    dueAt: instant("due_at").notNull(),
    /** Minutes of work behind this step and those after it: the order is due date minus this. */
    expectedMinutes: integer("expected_minutes").notNull().default(0),
    readyAt: instant("ready_at"),
    startedAt: instant("started_at"),
    startedBy: uuid("started_by"),
    endedAt: instant("ended_at"),
    endedBy: uuid("ended_by"),
    grounds: text("grounds"),
    generation: int8("generation").notNull().default(1),
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

/** What a step asks of the pool. */
export const claims = poolSchema.table(
  "claims",
  {
    poolId: poolId(),
    claimId: int8("claim_id").generatedAlwaysAsIdentity(),
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
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.claimId] }),
    uniqueIndex("claims_ordinal").on(t.poolId, t.stepId, t.ordinal),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "claims_step_fk" }),
    check("claims_amount", sql`amount between 1 and 9007199254740991 and slots between 1 and 48`),
  ],
);
