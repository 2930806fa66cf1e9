import { foreignKey, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { steps } from "./steps.js";

/** A number that a step was granted was annulled (撤销): once. Its grounds lie sealed in the audit record. */
export const annulments = poolSchema.table(
  "annulments",
  {
    poolId: poolId(),
    stepId: int8("step_id").notNull(),
    /** Law and article. */
    basis: text("basis").notNull(),
    annulledBy: uuid("annulled_by").notNull(),
    annulledAt: instant("annulled_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.stepId] }),
    foreignKey({ columns: [t.poolId, t.stepId], foreignColumns: [steps.poolId, steps.stepId], name: "annulments_step_fk" }),
  ],
);
