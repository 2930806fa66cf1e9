import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { units } from "./units.js";

/** One unit lets another act in its name (委托): for one class, within dates, by a document. Withdrawn rows stay. */
export const delegations = poolSchema.table(
  "delegations",
  {
    poolId: poolId(),
    delegationId: int8("delegation_id").generatedAlwaysAsIdentity(),
    fromUnitId: text("from_unit_id").notNull(),
    toUnitId: text("to_unit_id").notNull(),
    classId: text("class_id").notNull(),
    /** The law that allows it, with its article. */
    basis: text("basis").notNull(),
    /** Number of the written instrument. */
    document: text("document").notNull(),
    /** The law lets the other unit delegate further; it is then named in `onward_basis`. */
    onward: boolean("onward").notNull().default(false),
    onwardBasis: text("onward_basis"),
    validFrom: instant("valid_from").notNull(),
    /** Exclusive; null: until withdrawn. */
    validTo: instant("valid_to"),
    declaredBy: uuid("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    withdrawnBy: uuid("withdrawn_by"),
    withdrawnAt: instant("withdrawn_at"),
    withdrawnReason: text("withdrawn_reason"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.delegationId] }),
    index("delegations_from").on(t.poolId, t.fromUnitId, t.classId),
    index("delegations_to").on(t.poolId, t.toUnitId, t.classId),
    foreignKey({ columns: [t.poolId, t.fromUnitId], foreignColumns: [units.poolId, units.unitId], name: "delegations_from_fk" }),
    foreignKey({ columns: [t.poolId, t.toUnitId], foreignColumns: [units.poolId, units.unitId], name: "delegations_to_fk" }),
    check("delegations_to_another", sql`from_unit_id <> to_unit_id`),
    check("delegations_dates", sql`valid_to is null or valid_to > valid_from`),
    check("delegations_onward", sql`onward = (onward_basis is not null)`),
    check("delegations_withdrawn", sql`(withdrawn_at is null) = (withdrawn_by is null)`),
  ],
);
