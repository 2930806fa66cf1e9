import { sql } from "drizzle-orm";
import { check, foreignKey, index, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { ReorganisationChange } from "../../domain/org/reorganisation.js";
import { contests } from "./contests.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** A reform as data (机构改革): drafted without touching anybody, committed at a moment, and taken back to the letter. */
export const reorganisations = poolSchema.table(
  "reorganisations",
  {
    poolId: poolId(),
    reorganisationId: text("reorganisation_id").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    /** The decision or law it rests on. */
    basis: text("basis").notNull(),
    changes: jsonb("changes").$type<readonly ReorganisationChange[]>().notNull(),
    state: text("state").$type<"draft" | "scheduled" | "applied" | "rolled-back" | "withdrawn">().notNull(),
    effectiveAt: instant("effective_at"),
    declaredBy: text("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    committedBy: text("committed_by"),
    appliedAt: instant("applied_at"),
    /** What each row it touched was, and what it made of it: what a rollback needs. */
    undo: jsonb("undo").$type<unknown>(),
    /** Why it was not applied when it was due. */
    problems: jsonb("problems").$type<readonly unknown[]>(),
    /** Who asked to take it back; another person does it. */
    backAskedBy: uuid("back_asked_by"),
    backAskedAt: instant("back_asked_at"),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.reorganisationId] }),
    check("reorganisations_back_asked", sql`(back_asked_by is null) = (back_asked_at is null) and (back_asked_by is null or state in ('scheduled', 'applied'))`),
    index("reorganisations_due").on(t.poolId, t.effectiveAt).where(sql`state = 'scheduled'`),
    check("reorganisations_state", sql`state in ('draft', 'scheduled', 'applied', 'rolled-back', 'withdrawn')`),
    check("reorganisations_scheduled", sql`state = 'draft' or state = 'withdrawn' or (effective_at is not null and committed_by is not null)`),
    check("reorganisations_applied", sql`(state in ('applied', 'rolled-back')) = (applied_at is not null)`),
  ],
);

/**
 * Where what belongs to one unit goes now: after a merger everything, after a move or a ruling one item. Competence is found
 * by item and place first, and then follows these.
 */
export const routingRules = poolSchema.table(
  "routing_rules",
  {
    poolId: poolId(),
    ruleId: int8("rule_id").generatedAlwaysAsIdentity(),
    /** Null: of a ruling, whoever it would be otherwise. */
    fromUnitId: text("from_unit_id"),
    toUnitId: text("to_unit_id").notNull(),
    /** Null: everything that was the first unit's. */
    itemCode: text("item_code"),
    /** Of a ruling: in this division and those within it. */
    divisionCode: text("division_code"),
    basis: text("basis").notNull(),
    reorganisationId: text("reorganisation_id"),
    /** The contested request a ruling was made on. */
    requestId: int8("request_id"),
    contestId: int8("contest_id"),
    declaredBy: text("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    endedBy: text("ended_by"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.ruleId] }),
    uniqueIndex("routing_rules_once").on(t.poolId, t.fromUnitId, sql`coalesce(item_code, '')`).where(sql`ended_at is null and contest_id is null`),
    uniqueIndex("routing_rules_ruled_once").on(t.poolId, t.itemCode, t.divisionCode).where(sql`ended_at is null and contest_id is not null`),
    foreignKey({ columns: [t.poolId, t.contestId], foreignColumns: [contests.poolId, contests.contestId], name: "routing_rules_contest" }),
    check("routing_rules_kinds", sql`(contest_id is null) = (from_unit_id is not null) and (contest_id is null) = (division_code is null) and (contest_id is null or item_code is not null)`),
    foreignKey({ columns: [t.poolId, t.fromUnitId], foreignColumns: [units.poolId, units.unitId], name: "routing_rules_from" }),
    foreignKey({ columns: [t.poolId, t.toUnitId], foreignColumns: [units.poolId, units.unitId], name: "routing_rules_to" }),
    foreignKey({ columns: [t.poolId, t.reorganisationId], foreignColumns: [reorganisations.poolId, reorganisations.reorganisationId], name: "routing_rules_reorganisation" }),
    check("routing_rules_to_another", sql`from_unit_id <> to_unit_id`),
    check("routing_rules_ended", sql`(ended_at is null) = (ended_by is null)`),
  ],
);
