import { foreignKey, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { steps } from "./steps.js";

/** Who holds an officer's post for one step, because the officer takes no part in it. */
export const deputies = poolSchema.table(
  "deputies",
  {
    poolId: poolId(),
    stepId: int8("step_id").notNull(),
    /** The post. */
    assetId: int8("asset_id").notNull(),
    personId: uuid("person_id").notNull(),
    reason: text("reason").notNull(),
    namedBy: uuid("named_by").notNull(),
    namedAt: instant("named_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.stepId, t.assetId] }),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "deputies_step_fk" }),
  ],
);
