import { sql } from "drizzle-orm";
import { boolean, check, date, foreignKey, index, integer, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { classes } from "./classes.js";
import { plans } from "./plans.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { resources } from "./resources.js";
import { taskForces } from "./task-forces.js";
import { units } from "./units.js";

/** Dated resources of borrowers, backed by the lender's: what was agreed, and what the pool's writer said to it. */
export const loans = poolSchema.table(
  "loans",
  {
    poolId: poolId(),
    loanId: int8("loan_id").generatedByDefaultAsIdentity(),
    classId: text("class_id").notNull(),
    lenderUnitId: text("lender_unit_id").notNull(),
    lenderResourceId: int8("lender_resource_id").notNull(),
    borrowerUnitId: text("borrower_unit_id").notNull(),
    /** The borrower's, made for this loan alone. */
    resourceId: int8("resource_id").notNull(),
    /** Of each period. */
    amount: int8("amount").notNull(),
    /** In each period what was free of the amount when it was booked. */
    partial: boolean("partial").notNull().default(false),
    fromDay: date("from_day", { mode: "string" }).notNull(),
    toDay: date("to_day", { mode: "string" }).notNull(),
    legalBasis: text("legal_basis"),
    /** What approved it. */
    planId: integer("plan_id"),
    renewsLoanId: int8("renews_loan_id"),
    /** The borrower, where it is a virtual office: its officers decide in the name of the member whose function they use. */
    taskForceId: text("task_force_id"),
    state: text("state").$type<"applied" | "active" | "refused" | "ending" | "ended">().notNull(),
    /** Those that carry it, ascending: the lender's calendar on the day it was booked. */
    periods: integer("periods").array(),
    /** Those in which the lender had less free; empty: it gives nothing on any of the days. */
    shortPeriods: integer("short_periods").array(),
    /** The first day that is the lender's again, where that is not the day after the last. */
    backFrom: date("back_from", { mode: "string" }),
    endedAs: text("ended_as").$type<"term" | "recalled" | "returned">(),
    grounds: text("grounds"),
    appliedBy: text("applied_by").notNull(),
    appliedAt: instant("applied_at").notNull(),
    broughtBackBy: uuid("brought_back_by"),
    broughtBackAt: instant("brought_back_at"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.loanId] }),
    uniqueIndex("loans_resource").on(t.poolId, t.resourceId),
    index("loans_lender").on(t.poolId, t.lenderUnitId, t.loanId),
    index("loans_borrower").on(t.poolId, t.borrowerUnitId, t.loanId),
    index("loans_standing").on(t.poolId, t.classId).where(sql`state in ('applied', 'active', 'ending')`),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "loans_class_fk" }),
    foreignKey({ columns: [t.poolId, t.lenderUnitId], foreignColumns: [units.poolId, units.unitId], name: "loans_lender_fk" }),
    foreignKey({ columns: [t.poolId, t.borrowerUnitId], foreignColumns: [units.poolId, units.unitId], name: "loans_borrower_fk" }),
    foreignKey({ columns: [t.poolId, t.lenderResourceId], foreignColumns: [resources.poolId, resources.resourceId], name: "loans_lender_resource_fk" }),
    foreignKey({ columns: [t.poolId, t.resourceId], foreignColumns: [resources.poolId, resources.resourceId], name: "loans_resource_fk" }),
    foreignKey({ columns: [t.poolId, t.planId], foreignColumns: [plans.poolId, plans.planId], name: "loans_plan_fk" }),
    foreignKey({ columns: [t.poolId, t.renewsLoanId], foreignColumns: [t.poolId, t.loanId], name: "loans_renews_fk" }),
    foreignKey({ columns: [t.poolId, t.taskForceId], foreignColumns: [taskForces.poolId, taskForces.taskForceId], name: "loans_task_force_fk" }),
    check("loans_of_task_force", sql`task_force_id is null or borrower_unit_id = task_force_id`),
    check("loans_state", sql`state in ('applied', 'active', 'refused', 'ending', 'ended')`),
    check("loans_terms", sql`amount between 1 and 9007199254740991 and from_day <= to_day and lender_unit_id <> borrower_unit_id and lender_resource_id <> resource_id`),
    check("loans_booked", sql`(state in ('active', 'ending', 'ended')) = (periods is not null) and (state = 'refused') = (short_periods is not null)`),
    check("loans_brought_back", sql`(back_from is null) = (brought_back_by is null) and (back_from is null) = (brought_back_at is null) and (state <> 'ending' or back_from is not null)`),
    check("loans_ended", sql`(state in ('refused', 'ended')) = (ended_at is not null) and (state <> 'ended' or ended_as is not null)`),
  ],
);

/** Parts that came back, or will, while the rest stays lent. */
export const loanParts = poolSchema.table(
  "loan_parts",
  {
    poolId: poolId(),
    loanId: int8("loan_id").notNull(),
    /** Counted from 1. */
    partNo: integer("part_no").notNull(),
    /** The first day on which it is the lender's again, to the end of the term. */
    fromDay: date("from_day", { mode: "string" }).notNull(),
    /** Of each period. */
    amount: int8("amount").notNull(),
    broughtBackAs: text("brought_back_as").$type<"recalled" | "returned">().notNull(),
    grounds: text("grounds").notNull(),
    broughtBackBy: uuid("brought_back_by").notNull(),
    broughtBackAt: instant("brought_back_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.loanId, t.partNo] }),
    foreignKey({ columns: [t.poolId, t.loanId], foreignColumns: [loans.poolId, loans.loanId], name: "loan_parts_loan_fk" }),
    check("loan_parts_terms", sql`amount > 0 and part_no > 0`),
    check("loan_parts_as", sql`brought_back_as in ('recalled', 'returned')`),
  ],
);
