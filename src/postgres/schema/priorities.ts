import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import type { PriorityState } from "../../domain/request/priority.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/** Lawful grounds to be served before others, declared in `resources/priorities.yaml`. */
export const priorityClasses = poolSchema.table(
  "priority_classes",
  {
    poolId: poolId(),
    code: text("code").notNull(),
    nameZh: text("name_zh").notNull(),
    nameEn: text("name_en").notNull(),
    /** How far the ground moves a step ahead; null: before everybody without one. */
    advanceMinutes: integer("advance_minutes"),
    legalBasis: text("legal_basis").notNull(),
    evidenceRequired: boolean("evidence_required").notNull(),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.code] })],
);

/** A ground somebody claims for a request. What it rests on lies sealed: staff see the code alone. */
export const requestPriorities = poolSchema.table(
  "request_priorities",
  {
    poolId: poolId(),
    requestId: int8("request_id").notNull(),
    code: text("code").notNull(),
    state: text("state").$type<PriorityState>().notNull(),
    claimedAt: instant("claimed_at").notNull(),
    claimedBy: text("claimed_by").notNull(),
    /** Circumstances and evidence, sealed under the applicant's key. */
    evidence: text("evidence_sealed"),
    decidedAt: instant("decided_at"),
    decidedBy: text("decided_by"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.requestId, t.code] }),
    index("request_priorities_claimed").on(t.poolId, t.claimedAt).where(sql`state = 'claimed'`),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "request_priorities_request_fk" }),
    check("request_priorities_decided", sql`(state in ('confirmed', 'declined')) <= (decided_at is not null and decided_by is not null)`),
    // Whoever claims a ground does not confirm it.
    check("request_priorities_two_persons", sql`state <> 'confirmed' or decided_by <> claimed_by`),
  ],
);
