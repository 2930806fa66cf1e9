import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { ProposalContent } from "../../domain/quota/proposal.js";
import { instant, poolId, poolSchema } from "./pool-schema.js";

/** Changes of quotas, cohorts, limits and overcommit that wait for a second person, or had one. */
export const proposals = poolSchema.table(
  "proposals",
  {
    poolId: poolId(),
    proposalId: integer("proposal_id").notNull(),
    state: text("state").$type<"proposed" | "approved" | "refused" | "withdrawn">().notNull().default("proposed"),
    content: jsonb("content").$type<ProposalContent>().notNull(),
    /** SHA-256 of the content. */
    contentHash: text("content_hash").notNull(),
    proposedBy: uuid("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Who approved, refused or withdrew it. */
    decidedBy: uuid("decided_by"),
    decidedAt: instant("decided_at"),
    reason: text("reason"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.proposalId] }),
    index("proposals_open").on(t.poolId, t.expiresAt).where(sql`state = 'proposed'`),
    check("proposals_state", sql`state in ('proposed', 'approved', 'refused', 'withdrawn')`),
    check("proposals_two_persons", sql`state not in ('approved', 'refused') or decided_by <> proposed_by`),
    check("proposals_decided", sql`(state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null)`),
    check("proposals_reason", sql`state <> 'refused' or reason is not null`),
  ],
);
