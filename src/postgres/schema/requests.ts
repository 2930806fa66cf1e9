import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, int8, poolId, poolSchema } from "./pool-schema.js";

/** One application for an item. The requests of a bundle share `bundle_request_id`. */
export const requests = poolSchema.table(
  "requests",
  {
    poolId: poolId(),
    requestId: int8("request_id").generatedAlwaysAsIdentity(),
    /** Unguessable: what URLs carry. */
    publicId: uuid("public_id").notNull().default(sql`gen_random_uuid()`),
    /** Readable: division-date-serial. */
    number: text("number").notNull(),
    itemCode: text("item_code").notNull(),
    itemVersion: integer("item_version").notNull(),
    bundleCode: text("bundle_code"),
    bundleRequestId: uuid("bundle_request_id"),
    /** Items of the same bundle that must be completed before this one begins. */
    waitsFor: text("waits_for").array().notNull().default(sql`'{}'::text[]`),
    /** Competent unit. */
    unitId: text("unit_id").notNull(),
    /** Who is responsible in law, where a task force has the case: the member competent at the place. */
    leadUnitId: text("lead_unit_id"),
    /** Where the matter is. */
    divisionCode: text("division_code").notNull(),
    applicantId: uuid("applicant_id").notNull(),
    /** The person who filed it, when an agent acts for the applicant. */
    filedBy: uuid("filed_by").notNull(),
    /** Credit code of the enterprise it is filed for. */
    enterpriseCode: text("enterprise_code"),
    channel: text("channel").$type<"portal" | "api" | "cli" | "counter" | "paper" | "replay">().notNull(),
    /** The language it was filed in; null: not known (filed before this was recorded, by a program that named none, from a trace). */
    language: text("language").$type<"zh" | "en">(),
    state: text("state")
      .$type<"received" | "in_progress" | "supplement" | "unservable" | "completed" | "rejected" | "withdrawn" | "referred">()
      .notNull(),
    receivedAt: instant("received_at").notNull(),
    /** When it was asked on paper, before it was received here; null: it was asked when it was received. */
    occurredAt: instant("occurred_at"),
    promisedDueAt: instant("promised_due_at").notNull(),
    statutoryDueAt: instant("statutory_due_at").notNull(),
    /** Begin of the present pause (supplement); its days do not count. */
    pausedAt: instant("paused_at"),
    pausedWorkingDays: integer("paused_working_days").notNull().default(0),
    closedAt: instant("closed_at"),
    /** Grounds of a rejection, of a withdrawal, of a call for supplement. */
    grounds: text("grounds"),
    /** Sealed under the applicant's key: personal values never lie here in plain. */
    answers: text("answers_sealed"),
    /** The secret for the status page without sign-in, hashed. */
    statusSecretHash: text("status_secret_hash"),
    /** The pool it was filed in, when it was referred from another; its public id there is the same. */
    referredFrom: text("referred_from_pool"),
    facts: jsonb("facts").$type<Record<string, string>>(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.requestId] }),
    uniqueIndex("requests_public_id").on(t.poolId, t.publicId),
    uniqueIndex("requests_number").on(t.poolId, t.number),
    index("requests_applicant").on(t.poolId, t.applicantId, t.requestId),
    index("requests_open").on(t.poolId, t.applicantId).where(sql`closed_at is null`),
    index("requests_bundle").on(t.poolId, t.bundleRequestId).where(sql`bundle_request_id is not null`),
    index("requests_item").on(t.poolId, t.itemCode, t.unitId, t.closedAt),
    index("requests_enterprise").on(t.poolId, t.enterpriseCode, t.requestId).where(sql`enterprise_code is not null`),
    index("requests_unit").on(t.poolId, t.unitId, t.state, t.promisedDueAt),
    index("requests_lead").on(t.poolId, t.leadUnitId).where(sql`lead_unit_id is not null`),
    index("requests_received").on(t.poolId, t.receivedAt),
    check("requests_lead_another", sql`lead_unit_id <> unit_id`),
    check("requests_closed", sql`(state in ('completed', 'rejected', 'withdrawn', 'referred')) = (closed_at is not null)`),
    check("requests_language", sql`language in ('zh', 'en')`),
    check("requests_occurred", sql`(channel = 'paper') = (occurred_at is not null) and occurred_at <= received_at`),
    check("requests_paused", sql`(state = 'supplement') = (paused_at is not null)`),
  ],
);

/** The sheet a request was written on where there was no network, and the desk that entered it. */
export const paperRecords = poolSchema.table(
  "paper_records",
  {
    poolId: poolId(),
    requestId: int8("request_id").notNull(),
    /** As printed on the form: entered once in a place. */
    serial: text("serial").notNull(),
    divisionCode: text("division_code").notNull(),
    village: text("village").notNull(),
    /** The desk that took the sheet in, and the officer who entered it. */
    unitId: text("unit_id").notNull(),
    enteredBy: uuid("entered_by").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.poolId, t.requestId] }),
    uniqueIndex("paper_records_serial").on(t.poolId, t.divisionCode, t.serial),
    foreignKey({ columns: [t.poolId, t.requestId], foreignColumns: [requests.poolId, requests.requestId], name: "paper_records_request_fk" }),
  ],
);

/** Blocks of serials handed to web processes, so that intake does not queue on one row. */
export const requestSerials = poolSchema.table(
  "request_serials",
  {
    poolId: poolId(),
    divisionCode: text("division_code").notNull(),
    date: text("date").notNull(),
    next: integer("next").notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.divisionCode, t.date] })],
);

/** A half-filled application: save and return. */
export const drafts = poolSchema.table(
  "drafts",
  {
    poolId: poolId(),
    draftId: uuid("draft_id").notNull().default(sql`gen_random_uuid()`),
    personId: uuid("person_id").notNull(),
    itemCode: text("item_code").notNull(),
    itemVersion: integer("item_version").notNull(),
    answers: text("answers_sealed").notNull(),
    updatedAt: instant("updated_at").notNull(),
    generation: int8("generation").notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.poolId, t.draftId] }), index("drafts_person").on(t.poolId, t.personId)],
);
