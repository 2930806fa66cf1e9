import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { AgreementContent, Suspension } from "../../domain/rebalance/agreement.js";
import { classes } from "./classes.js";
import { instant, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** What enterprises and associations serve under (购买服务协议). A row is one version and never edited: a renewal is the next one, proposed and approved as the first was. */
export const agreements = poolSchema.table(
  "agreements",
  {
    poolId: poolId(),
    agreementId: text("agreement_id").notNull(),
    version: integer("version").notNull(),
    state: text("state").$type<"proposed" | "active" | "suspended" | "replaced" | "ended" | "refused" | "withdrawn">().notNull(),
    providerUnitId: text("provider_unit_id").notNull(),
    purchaserUnitId: text("purchaser_unit_id").notNull(),
    content: jsonb("content").$type<AgreementContent>().notNull(),
    fromDay: date("from_day", { mode: "string" }).notNull(),
    /** The first day on which it does not hold any more. */
    untilDay: date("until_day", { mode: "string" }).notNull(),
    /** Ended before its time: the first day without it. */
    endedFrom: date("ended_from", { mode: "string" }),
    /** A person, or the process that loaded it. */
    proposedBy: text("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    approvedBy: text("approved_by"),
    approvedAt: instant("approved_at"),
    suspensions: jsonb("suspensions").$type<readonly Suspension[]>().notNull().default([]),
    closedBy: text("closed_by"),
    closedAt: instant("closed_at"),
    closedReason: text("closed_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.agreementId, t.version] }),
    foreignKey({ columns: [t.poolId, t.providerUnitId], foreignColumns: [units.poolId, units.unitId], name: "agreements_provider" }),
    foreignKey({ columns: [t.poolId, t.purchaserUnitId], foreignColumns: [units.poolId, units.unitId], name: "agreements_purchaser" }),
    uniqueIndex("agreements_one_living").on(t.poolId, t.agreementId).where(sql`state in ('active', 'suspended')`),
    uniqueIndex("agreements_one_proposed").on(t.poolId, t.agreementId).where(sql`state = 'proposed'`),
    index("agreements_provider_unit").on(t.poolId, t.providerUnitId),
    check("agreements_state", sql`state in ('proposed', 'active', 'suspended', 'replaced', 'ended', 'refused', 'withdrawn')`),
    check("agreements_term", sql`from_day < until_day and (ended_from is null or ended_from <= until_day)`),
    check("agreements_two_persons", sql`approved_by is distinct from proposed_by or approved_by is null or proposed_by like 'system:%'`),
    check("agreements_approved", sql`(state in ('active', 'suspended', 'replaced', 'ended')) = (approved_by is not null)`),
    check("agreements_closed", sql`(state in ('proposed', 'active', 'suspended')) = (closed_by is null)`),
  ],
);

/** What of each class is bought, how much of it at once, and for how much. */
export const agreementClasses = poolSchema.table(
  "agreement_classes",
  {
    poolId: poolId(),
    agreementId: text("agreement_id").notNull(),
    version: integer("version").notNull(),
    classId: text("class_id").notNull(),
    providerUnitId: text("provider_unit_id").notNull(),
    /** The most that all its resources of the class may give in one period. */
    perPeriod: bigint("per_period", { mode: "number" }).notNull(),
    /** The most in the whole term; null: as much as the periods give. */
    inTotal: bigint("in_total", { mode: "number" }),
    /** For one unit of the class's measure. */
    priceFen: bigint("price_fen", { mode: "number" }).notNull(),
    /** In force or suspended: of one provider's class there is one such row. */
    living: boolean("living").notNull().default(false),
    /** As much is held or used as was bought in all: nothing new is given of it since. */
    usedUpAt: instant("used_up_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.agreementId, t.version, t.classId] }),
    foreignKey({ columns: [t.poolId, t.agreementId, t.version], foreignColumns: [agreements.poolId, agreements.agreementId, agreements.version], name: "agreement_classes_agreement" }),
    foreignKey({ columns: [t.poolId, t.classId], foreignColumns: [classes.poolId, classes.classId], name: "agreement_classes_class" }),
    uniqueIndex("agreement_classes_living").on(t.poolId, t.providerUnitId, t.classId).where(sql`living`),
    check("agreement_classes_amounts", sql`per_period >= 1 and (in_total is null or in_total >= 1) and price_fen >= 0`),
  ],
);
