import { sql } from "drizzle-orm";
import { boolean, check, date, foreignKey, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { classes } from "./classes.js";
import { divisions } from "./divisions.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";
import { units } from "./units.js";

/** Units that each say a matter is theirs, or that it is not (管辖争议): what it is about, and until when they may settle it themselves. */
export const contests = poolSchema.table(
  "contests",
  {
    poolId: poolId(),
    contestId: int8("contest_id").generatedAlwaysAsIdentity(),
    /** An item, or a class of functions: then every item that asks it of its competent unit. */
    itemCode: text("item_code"),
    classId: text("class_id"),
    divisionCode: text("division_code").notNull(),
    /** Only this case is contested. */
    requestId: int8("request_id"),
    state: text("state").$type<"open" | "escalated" | "agreed" | "ruled">().notNull().default("open"),
    openedBy: text("opened_by").notNull(),
    openedAt: instant("opened_at").notNull(),
    /** Working days the units have, and the law that says so. */
    workingDays: integer("working_days").notNull(),
    termBasis: text("term_basis").notNull(),
    dueAt: instant("due_at").notNull(),
    /** The nearest unit above all parties that is none of them; null: there is none, and the centre decides. */
    coordinatorUnitId: text("coordinator_unit_id"),
    escalatedAt: instant("escalated_at"),
    /** Until when the coordinator decides. */
    rulingDueAt: instant("ruling_due_at"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.contestId] }),
    index("contests_due").on(t.poolId, t.dueAt).where(sql`state = 'open'`),
    index("contests_coordinator").on(t.poolId, t.coordinatorUnitId).where(sql`state in ('open', 'escalated')`),
    foreignKey({ columns: [t.poolId, t.coordinatorUnitId], foreignColumns: [units.poolId, units.unitId], name: "contests_coordinator_fk" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "contests_class" }),
    foreignKey({ columns: [t.poolId, t.divisionCode], foreignColumns: [divisions.poolId, divisions.code], name: "contests_division" }),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "contests_request" }),
    check("contests_state", sql`state in ('open', 'escalated', 'agreed', 'ruled')`),
    check("contests_matter", sql`(item_code is null) <> (class_id is null) and (request_id is null or item_code is not null)`),
    check("contests_escalated", sql`(escalated_at is null) = (ruling_due_at is null) and (state <> 'escalated' or escalated_at is not null)`),
    check("contests_days", sql`working_days between 0 and 60`),
  ],
);

/** What each unit says; null: it was called and has not answered. */
export const contestParties = poolSchema.table(
  "contest_parties",
  {
    poolId: poolId(),
    contestId: int8("contest_id").notNull(),
    unitId: text("unit_id").notNull(),
    stance: text("stance").$type<"claims" | "declines">(),
    statement: text("statement"),
    basis: text("basis"),
    statedBy: text("stated_by"),
    statedAt: instant("stated_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.contestId, t.unitId] }),
    index("contest_parties_unit").on(t.poolId, t.unitId),
    foreignKey({ columns: [t.poolId, t.contestId], foreignColumns: [contests.poolId, contests.contestId], name: "contest_parties_contest" }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "contest_parties_unit_fk" }),
    check("contest_parties_stance", sql`stance in ('claims', 'declines')`),
    check("contest_parties_stated", sql`(stance is null) = (statement is null) and (stance is null) = (basis is null) and (stance is null) = (stated_by is null) and (stance is null) = (stated_at is null)`),
  ],
);

/** What the coordinator decided; a later one replaces the one before it. `unit_id` null: as the rules say without any ruling. */
export const contestRulings = poolSchema.table(
  "contest_rulings",
  {
    poolId: poolId(),
    contestId: int8("contest_id").notNull(),
    /** 1 … in the order of the contest's rulings. */
    ordinal: integer("ordinal").notNull(),
    unitId: text("unit_id"),
    grounds: text("grounds").notNull(),
    basis: text("basis").notNull(),
    /** Both included; null: until another ruling. */
    validFrom: date("valid_from", { mode: "string" }).notNull(),
    validTo: date("valid_to", { mode: "string" }),
    /** In the name of the coordinating unit; null: the centre. */
    inNameOf: text("in_name_of"),
    ruledBy: text("ruled_by").notNull(),
    ruledAt: instant("ruled_at").notNull(),
    /** When its rules came into force, and when they ended: `replaced` by another ruling or at its last day. */
    beganAt: instant("began_at"),
    endedAt: instant("ended_at"),
    replaced: boolean("replaced").notNull().default(false),
    /** Cases that went to the unit. */
    referred: integer("referred").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.contestId, t.ordinal] }),
    index("contest_rulings_waiting").on(t.poolId, t.validFrom).where(sql`began_at is null and ended_at is null`),
    index("contest_rulings_standing").on(t.poolId, t.validTo).where(sql`began_at is not null and ended_at is null and valid_to is not null`),
    foreignKey({ columns: [t.poolId, t.contestId], foreignColumns: [contests.poolId, contests.contestId], name: "contest_rulings_contest" }),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "contest_rulings_unit" }),
    check("contest_rulings_dates", sql`valid_to is null or valid_to >= valid_from`),
  ],
);
