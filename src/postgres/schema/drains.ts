import { sql } from "drizzle-orm";
import { check, date, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { assets } from "./assets.js";
import { directClaims } from "./direct-claims.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { resources } from "./resources.js";
import { steps } from "./steps.js";
import { units } from "./units.js";

/**
 * Who or what gives nothing from a day on: a cordon leaves what is held, a drain and a failover move it. Lifted rows stay.
 */
export const drains = poolSchema.table(
  "drains",
  {
    poolId: poolId(),
    drainId: int8("drain_id").generatedByDefaultAsIdentity(),
    kind: text("kind").$type<"cordon" | "drain" | "failover">().notNull(),
    targetKind: text("target_kind").$type<"unit" | "resource" | "asset">().notNull(),
    /** A unit's id, or the code of a resource or an asset. */
    target: text("target").notNull(),
    unitId: text("unit_id").notNull(),
    fromDay: date("from_day", { mode: "string" }).notNull(),
    /** The last one; null: until it is lifted. */
    toDay: date("to_day", { mode: "string" }),
    reason: text("reason").notNull(),
    /** Why it goes before dates that law sets. */
    ground: text("ground"),
    /** Given: nothing is away, and what lies in these places and is of these items (none: of all) stays. What lay outside was moved once. */
    spares: jsonb("spares").$type<{ readonly divisions: readonly string[]; readonly items: readonly string[] }>(),
    declaredBy: text("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    liftedBy: text("lifted_by"),
    liftedAt: instant("lifted_at"),
    liftedReason: text("lifted_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.drainId] }),
    // One at a time: a second would be lifted with the first still there.
    uniqueIndex("drains_target").on(t.poolId, t.targetKind, t.target).where(sql`lifted_at is null and spares is null`),
    foreignKey({ columns: [t.poolId, t.unitId], foreignColumns: [units.poolId, units.unitId], name: "drains_unit_fk" }),
    check("drains_kind", sql`kind in ('cordon', 'drain', 'failover') and target_kind in ('unit', 'resource', 'asset')`),
    check("drains_days", sql`to_day is null or from_day <= to_day`),
    check("drains_lifted", sql`(lifted_at is null) = (lifted_by is null)`),
  ],
);

/** What a drain covers: a resource whole, or of a derived one an asset. */
export const drainedResources = poolSchema.table(
  "drained_resources",
  {
    poolId: poolId(),
    drainId: int8("drain_id").notNull(),
    resourceId: int8("resource_id").notNull(),
    /** Null: all of it. */
    assetId: int8("asset_id"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.drainId, t.resourceId] }),
    index("drained_resources_resource").on(t.poolId, t.resourceId),
    foreignKey({ columns: [t.poolId, t.drainId], foreignColumns: [drains.poolId, drains.drainId], name: "drained_resources_drain_fk" }),
    foreignKey({ columns: [t.poolId, t.resourceId], foreignColumns: [resources.poolId, resources.resourceId], name: "drained_resources_resource_fk" }),
    foreignKey({ columns: [t.poolId, t.assetId], foreignColumns: [assets.poolId, assets.assetId], name: "drained_resources_asset_fk" }),
  ],
);

/** Steps the writer moved for a drain, and what they had been told before; whoever must be told otherwise is told by an officer. */
export const drainNotices = poolSchema.table(
  "drain_notices",
  {
    poolId: poolId(),
    drainId: int8("drain_id").notNull(),
    stepId: int8("step_id").notNull(),
    /** The turn that began with it. */
    attempt: integer("attempt").notNull(),
    /** Null: it could not be moved, and somebody was told so. */
    movedAt: instant("moved_at"),
    /** When it was to begin. */
    wasAt: instant("was_at"),
    toldBy: text("told_by"),
    toldAt: instant("told_at"),
    toldHow: text("told_how"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.drainId, t.stepId] }),
    index("drain_notices_step").on(t.poolId, t.stepId),
    foreignKey({ columns: [t.poolId, t.drainId], foreignColumns: [drains.poolId, drains.drainId], name: "drain_notices_drain_fk" }),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "drain_notices_step_fk" }),
    check("drain_notices_told", sql`(told_at is null) = (told_by is null)`),
  ],
);

/** Times that are held for whom a drain could not keep theirs, until they choose one: each is a direct claim that ends by itself. */
export const drainAlternatives = poolSchema.table(
  "drain_alternatives",
  {
    poolId: poolId(),
    /** The direct claim that holds it. */
    claimId: uuid("claim_id").notNull(),
    drainId: int8("drain_id").notNull(),
    stepId: int8("step_id").notNull(),
    startsAt: instant("starts_at").notNull(),
    offeredAt: instant("offered_at").notNull(),
    chosenAt: instant("chosen_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.claimId] }),
    index("drain_alternatives_step").on(t.poolId, t.stepId),
    foreignKey({ columns: [t.poolId, t.drainId], foreignColumns: [drains.poolId, drains.drainId], name: "drain_alternatives_drain_fk" }),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "drain_alternatives_step_fk" }),
    foreignKey({ columns: [t.poolId, t.claimId], foreignColumns: [directClaims.poolId, directClaims.publicId], name: "drain_alternatives_claim_fk" }),
  ],
);
