import { sql } from "drizzle-orm";
import { check, foreignKey, index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { RecusalGround } from "../../domain/request/recusal.js";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";
import { requests } from "./requests.js";

/** An officer who takes no part (回避): in the matters of a person, of an enterprise, or in one request. */
export const recusals = poolSchema.table(
  "recusals",
  {
    poolId: poolId(),
    recusalId: int8("recusal_id").generatedAlwaysAsIdentity(),
    officerId: uuid("officer_id").notNull(),
    /** Exactly one of the three. */
    subjectPersonId: uuid("subject_person_id"),
    enterpriseCode: text("enterprise_code"),
    requestId: int8("request_id"),
    ground: text("ground").$type<RecusalGround>().notNull(),
    validFrom: instant("valid_from").notNull(),
    /** Exclusive; null: until withdrawn. */
    validTo: instant("valid_to"),
    declaredBy: uuid("declared_by").notNull(),
    declaredAt: instant("declared_at").notNull(),
    withdrawnBy: uuid("withdrawn_by"),
    withdrawnAt: instant("withdrawn_at"),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.recusalId] }),
    index("recusals_officer").on(t.poolId, t.officerId).where(sql`withdrawn_at is null`),
    index("recusals_subject").on(t.poolId, t.subjectPersonId).where(sql`withdrawn_at is null and subject_person_id is not null`),
    index("recusals_request").on(t.poolId, t.requestId).where(sql`withdrawn_at is null and request_id is not null`),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "recusals_request_fk" }),
    check("recusals_one_subject", sql`num_nonnulls(subject_person_id, enterprise_code, request_id) = 1`),
    check("recusals_dates", sql`valid_to is null or valid_to > valid_from`),
    check("recusals_withdrawn", sql`(withdrawn_at is null) = (withdrawn_by is null)`),
  ],
);
