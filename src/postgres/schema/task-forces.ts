import { sql } from "drizzle-orm";
import { check, date, foreignKey, index, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { TaskForceContent } from "../../domain/rebalance/task-force.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** Virtual offices (专班): what was proposed is never edited; once approved there is a unit of the same id, until it is dissolved. */
export const taskForces = poolSchema.table(
  "task_forces",
  {
    poolId: poolId(),
    taskForceId: text("task_force_id").notNull(),
    state: text("state").$type<"proposed" | "active" | "dissolving" | "dissolved" | "refused" | "withdrawn">().notNull(),
    content: jsonb("content").$type<TaskForceContent>().notNull(),
    /** Its last day. */
    untilDay: date("until_day", { mode: "string" }).notNull(),
    proposedBy: uuid("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    approvedBy: uuid("approved_by"),
    approvedAt: instant("approved_at"),
    /** Refused, withdrawn, or dissolved: by whom and why. */
    closedBy: text("closed_by"),
    closedAt: instant("closed_at"),
    closedReason: text("closed_reason"),
    /** Everything is back. */
    dissolvedAt: instant("dissolved_at"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.taskForceId] }),
    index("task_forces_living").on(t.poolId, t.untilDay).where(sql`state in ('active', 'dissolving')`),
    check("task_forces_state", sql`state in ('proposed', 'active', 'dissolving', 'dissolved', 'refused', 'withdrawn')`),
    check("task_forces_two_persons", sql`approved_by is distinct from proposed_by or approved_by is null`),
    check("task_forces_approved", sql`(state in ('active', 'dissolving', 'dissolved')) = (approved_by is not null)`),
    check("task_forces_closed", sql`(state in ('proposed', 'active')) = (closed_by is null)`),
    check("task_forces_dissolved", sql`(state = 'dissolved') = (dissolved_at is not null)`),
  ],
);

/** Heads of members who agreed to give what it says, and to be acted for. */
export const taskForceConsents = poolSchema.table(
  "task_force_consents",
  {
    poolId: poolId(),
    taskForceId: text("task_force_id").notNull(),
    unitId: text("unit_id").notNull(),
    consentedBy: uuid("consented_by").notNull(),
    consentedAt: instant("consented_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.taskForceId, t.unitId] }),
    foreignKey({ columns: [t.poolId, t.taskForceId], foreignColumns: [taskForces.poolId, taskForces.taskForceId], name: "task_force_consents_task_force" }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "task_force_consents_unit" }),
  ],
);
