CREATE SCHEMA "pool";
--> statement-breakpoint
CREATE TABLE "pool"."assets" (
	"pool_id" text NOT NULL,
	"asset_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."assets_asset_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"unit_id" text NOT NULL,
	"resource_id" bigint,
	"label" text NOT NULL,
	"calendar_id" text,
	"amount" bigint NOT NULL,
	"traits" text[] DEFAULT '{}'::text[] NOT NULL,
	"person_id" uuid,
	"state" text DEFAULT 'in-service' NOT NULL,
	"valid_from" date,
	"valid_to" date,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "assets_pool_id_asset_id_pk" PRIMARY KEY("pool_id","asset_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."audit_records" (
	"pool_id" text NOT NULL,
	"audit_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."audit_records_audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_id" text NOT NULL,
	"on_behalf_of" text,
	"act" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"policy_version" integer NOT NULL,
	CONSTRAINT "audit_records_pool_id_audit_id_pk" PRIMARY KEY("pool_id","audit_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."calendar_days" (
	"pool_id" text NOT NULL,
	"calendar_id" text NOT NULL,
	"date" text NOT NULL,
	"off" boolean NOT NULL,
	"hours" text[],
	"name_zh" text,
	"name_en" text,
	CONSTRAINT "calendar_days_pool_id_calendar_id_date_pk" PRIMARY KEY("pool_id","calendar_id","date")
);
--> statement-breakpoint
CREATE TABLE "pool"."calendars" (
	"pool_id" text NOT NULL,
	"calendar_id" text NOT NULL,
	"layer" text NOT NULL,
	"base_id" text,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"week" jsonb,
	"breaks" text[],
	CONSTRAINT "calendars_pool_id_calendar_id_pk" PRIMARY KEY("pool_id","calendar_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."classes" (
	"pool_id" text NOT NULL,
	"class_id" text NOT NULL,
	"kind" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"measure" text NOT NULL,
	"period" text NOT NULL,
	"horizon_days" integer,
	"per" text NOT NULL,
	"lend" text NOT NULL,
	"act" text NOT NULL,
	"consumable" boolean DEFAULT false NOT NULL,
	"min" bigint NOT NULL,
	"max" bigint NOT NULL,
	"step" bigint NOT NULL,
	"source" text,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "classes_pool_id_class_id_pk" PRIMARY KEY("pool_id","class_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."traits" (
	"pool_id" text NOT NULL,
	"trait_id" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	CONSTRAINT "traits_pool_id_trait_id_pk" PRIMARY KEY("pool_id","trait_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."commands" (
	"pool_id" text NOT NULL,
	"command_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."commands_command_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"command" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_id" text NOT NULL,
	"seq" bigint,
	CONSTRAINT "commands_pool_id_command_id_pk" PRIMARY KEY("pool_id","command_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."allocations" (
	"pool_id" text NOT NULL,
	"claim_id" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"resource_id" bigint NOT NULL,
	"period" integer NOT NULL,
	"step_id" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"state" text DEFAULT 'held' NOT NULL,
	"settled_amount" bigint DEFAULT 0 NOT NULL,
	"closed_seq" bigint,
	CONSTRAINT "allocations_pool_id_claim_id_attempt_resource_id_period_pk" PRIMARY KEY("pool_id","claim_id","attempt","resource_id","period"),
	CONSTRAINT "allocations_amount" CHECK (amount > 0 and settled_amount between 0 and amount),
	CONSTRAINT "allocations_state" CHECK ((state = 'held') = (closed_seq is null) and (state = 'settled' or settled_amount = 0))
);
--> statement-breakpoint
CREATE TABLE "pool"."decisions" (
	"pool_id" text NOT NULL,
	"step_id" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"seq" bigint NOT NULL,
	"outcome" text NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"policy_version" integer NOT NULL,
	"starts_at" timestamp (3) with time zone,
	"reasons" jsonb NOT NULL,
	CONSTRAINT "decisions_pool_id_step_id_attempt_pk" PRIMARY KEY("pool_id","step_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "pool"."shapes" (
	"pool_id" text NOT NULL,
	"shape_hash" text NOT NULL,
	"class_id" text NOT NULL,
	"policy_version" integer NOT NULL,
	"funnel" jsonb NOT NULL,
	"first_seq" bigint NOT NULL,
	CONSTRAINT "shapes_pool_id_shape_hash_pk" PRIMARY KEY("pool_id","shape_hash")
);
--> statement-breakpoint
CREATE TABLE "pool"."divisions" (
	"pool_id" text NOT NULL,
	"code" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"level" text NOT NULL,
	"parent_code" text,
	CONSTRAINT "divisions_pool_id_code_pk" PRIMARY KEY("pool_id","code")
);
--> statement-breakpoint
CREATE TABLE "pool"."zones" (
	"pool_id" text NOT NULL,
	"zone_id" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"townships" text[] NOT NULL,
	CONSTRAINT "zones_pool_id_zone_id_pk" PRIMARY KEY("pool_id","zone_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."idempotency_keys" (
	"pool_id" text NOT NULL,
	"person_id" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"status" integer,
	"body" text,
	"headers" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "idempotency_keys_pool_id_person_id_route_key_pk" PRIMARY KEY("pool_id","person_id","route","key")
);
--> statement-breakpoint
CREATE TABLE "pool"."import_changes" (
	"pool_id" text NOT NULL,
	"import_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"object_key" text NOT NULL,
	"change" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"problems" jsonb,
	CONSTRAINT "import_changes_pool_id_import_id_ordinal_pk" PRIMARY KEY("pool_id","import_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "pool"."imports" (
	"pool_id" text NOT NULL,
	"import_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"file_name" text NOT NULL,
	"state" text NOT NULL,
	"rows_total" integer,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"bad" integer DEFAULT 0 NOT NULL,
	"skip_bad" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "imports_pool_id_import_id_pk" PRIMARY KEY("pool_id","import_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."bundles" (
	"pool_id" text NOT NULL,
	"bundle_code" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"life_event" text NOT NULL,
	"members" jsonb NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "bundles_pool_id_bundle_code_pk" PRIMARY KEY("pool_id","bundle_code")
);
--> statement-breakpoint
CREATE TABLE "pool"."items" (
	"pool_id" text NOT NULL,
	"item_code" text NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"task_type" text NOT NULL,
	"audience" text[] NOT NULL,
	"theme" text NOT NULL,
	"line" text NOT NULL,
	"level" text NOT NULL,
	"unit_id" text,
	"guessed" boolean DEFAULT false NOT NULL,
	"guide" jsonb NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "items_pool_id_item_code_version_pk" PRIMARY KEY("pool_id","item_code","version"),
	CONSTRAINT "items_version" CHECK (version >= 1)
);
--> statement-breakpoint
CREATE TABLE "pool"."balances" (
	"pool_id" text NOT NULL,
	"resource_id" bigint NOT NULL,
	"period" integer NOT NULL,
	"capacity" bigint NOT NULL,
	"borrowed" bigint DEFAULT 0 NOT NULL,
	"lent" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"settled" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "balances_pool_id_resource_id_period_pk" PRIMARY KEY("pool_id","resource_id","period"),
	CONSTRAINT "balances_not_negative" CHECK (capacity >= 0 and borrowed >= 0 and lent >= 0 and held >= 0 and settled >= 0)
);
--> statement-breakpoint
CREATE TABLE "pool"."movements" (
	"pool_id" text NOT NULL,
	"claim_id" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"resource_id" bigint NOT NULL,
	"period" integer NOT NULL,
	"kind" text NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "movements_pool_id_claim_id_attempt_resource_id_period_kind_pk" PRIMARY KEY("pool_id","claim_id","attempt","resource_id","period","kind"),
	CONSTRAINT "movements_amount" CHECK (amount > 0)
);
--> statement-breakpoint
CREATE TABLE "pool"."pools" (
	"pool_id" text NOT NULL,
	"names" jsonb NOT NULL,
	"division_code" text NOT NULL,
	"calendar_id" text,
	"time_zone" text DEFAULT 'Asia/Shanghai' NOT NULL,
	"sandbox" boolean DEFAULT false NOT NULL,
	"copied_from" text,
	"clock" text DEFAULT 'real' NOT NULL,
	"clock_at" timestamp (3) with time zone,
	"queue_limit" integer DEFAULT 2000000 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "pools_pool_id_pk" PRIMARY KEY("pool_id"),
	CONSTRAINT "pools_clock" CHECK ((clock = 'real' and clock_at is null) or (clock = 'manual' and sandbox and clock_at is not null))
);
--> statement-breakpoint
CREATE TABLE "pool"."drafts" (
	"pool_id" text NOT NULL,
	"draft_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"person_id" uuid NOT NULL,
	"item_code" text NOT NULL,
	"item_version" integer NOT NULL,
	"answers_sealed" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "drafts_pool_id_draft_id_pk" PRIMARY KEY("pool_id","draft_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."request_serials" (
	"pool_id" text NOT NULL,
	"division_code" text NOT NULL,
	"date" text NOT NULL,
	"next" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "request_serials_pool_id_division_code_date_pk" PRIMARY KEY("pool_id","division_code","date")
);
--> statement-breakpoint
CREATE TABLE "pool"."requests" (
	"pool_id" text NOT NULL,
	"request_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."requests_request_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"public_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"number" text NOT NULL,
	"item_code" text NOT NULL,
	"item_version" integer NOT NULL,
	"bundle_code" text,
	"bundle_request_id" uuid,
	"unit_id" text NOT NULL,
	"division_code" text NOT NULL,
	"applicant_id" uuid NOT NULL,
	"filed_by" uuid NOT NULL,
	"enterprise_code" text,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"promised_due_at" timestamp (3) with time zone NOT NULL,
	"statutory_due_at" timestamp (3) with time zone NOT NULL,
	"paused_at" timestamp (3) with time zone,
	"paused_working_days" integer DEFAULT 0 NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"grounds" text,
	"answers_sealed" text,
	"status_secret_hash" text,
	"facts" jsonb,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "requests_pool_id_request_id_pk" PRIMARY KEY("pool_id","request_id"),
	CONSTRAINT "requests_closed" CHECK ((state in ('completed', 'rejected', 'withdrawn')) = (closed_at is not null)),
	CONSTRAINT "requests_paused" CHECK ((state = 'supplement') = (paused_at is not null))
);
--> statement-breakpoint
CREATE TABLE "pool"."resources" (
	"pool_id" text NOT NULL,
	"resource_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."resources_resource_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"unit_id" text NOT NULL,
	"class_id" text NOT NULL,
	"total" bigint,
	"derived" boolean DEFAULT false NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	"overcommit_percent" integer DEFAULT 100 NOT NULL,
	"min" bigint NOT NULL,
	"max" bigint NOT NULL,
	"step" bigint NOT NULL,
	"traits" text[] DEFAULT '{}'::text[] NOT NULL,
	"jurisdiction" text[] NOT NULL,
	"calendar_id" text,
	"valid_from" date,
	"valid_to" date,
	"earmark" text,
	"legal_basis" text,
	"automated" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'published' NOT NULL,
	"source" text,
	"generation" bigint DEFAULT 1 NOT NULL,
	"import_id" uuid,
	"declared_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "resources_pool_id_resource_id_pk" PRIMARY KEY("pool_id","resource_id"),
	CONSTRAINT "resources_amounts" CHECK ((total is null or total between 0 and 9007199254740991) and reserved between 0 and 9007199254740991 and overcommit_percent between 1 and 1000 and min >= 1 and max >= min and step >= 1),
	CONSTRAINT "resources_validity" CHECK (valid_from is null or valid_to is null or valid_from <= valid_to)
);
--> statement-breakpoint
CREATE TABLE "pool"."claims" (
	"pool_id" text NOT NULL,
	"claim_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."claims_claim_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"step_id" bigint NOT NULL,
	"ordinal" integer NOT NULL,
	"class_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"traits" text[] DEFAULT '{}'::text[] NOT NULL,
	"scope" text NOT NULL,
	"division_code" text NOT NULL,
	"unit_id" text NOT NULL,
	"together" boolean DEFAULT false NOT NULL,
	"slots" integer DEFAULT 1 NOT NULL,
	"spread" boolean DEFAULT false NOT NULL,
	"purpose" text,
	"earliest_at" timestamp (3) with time zone,
	CONSTRAINT "claims_pool_id_claim_id_pk" PRIMARY KEY("pool_id","claim_id"),
	CONSTRAINT "claims_amount" CHECK (amount between 1 and 9007199254740991 and slots between 1 and 48)
);
--> statement-breakpoint
CREATE TABLE "pool"."steps" (
	"pool_id" text NOT NULL,
	"step_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."steps_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"request_id" bigint NOT NULL,
	"name" text NOT NULL,
	"ordinal" integer NOT NULL,
	"stage" text NOT NULL,
	"mode" text NOT NULL,
	"after" text[] NOT NULL,
	"state" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"arrived_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"expected_minutes" integer DEFAULT 0 NOT NULL,
	"ready_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"started_by" uuid,
	"ended_at" timestamp (3) with time zone,
	"ended_by" uuid,
	"grounds" text,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "steps_pool_id_step_id_pk" PRIMARY KEY("pool_id","step_id"),
	CONSTRAINT "steps_ended" CHECK ((state in ('done', 'rejected', 'cancelled')) = (ended_at is not null))
);
--> statement-breakpoint
CREATE TABLE "pool"."units" (
	"pool_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"parent_id" text,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"division_code" text NOT NULL,
	"line" text NOT NULL,
	"level" text NOT NULL,
	"credit_code" text,
	"address" text,
	"phone" text,
	"calendar_id" text,
	"state" text DEFAULT 'active' NOT NULL,
	"published" boolean DEFAULT false NOT NULL,
	"published_at" timestamp (3) with time zone,
	"notes" jsonb,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "units_pool_id_unit_id_pk" PRIMARY KEY("pool_id","unit_id"),
	CONSTRAINT "units_not_own_parent" CHECK (parent_id is distinct from unit_id)
);
--> statement-breakpoint
CREATE TABLE "pool"."writers" (
	"pool_id" text NOT NULL,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"revocations" bigint DEFAULT 0 NOT NULL,
	"lease_holder" text,
	"lease_until" timestamp (3) with time zone,
	"read_host" text,
	"read_port" integer,
	"read_token" text,
	"worked_up_to" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "writers_pool_id_pk" PRIMARY KEY("pool_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."assets" ADD CONSTRAINT "assets_unit_fk" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."decisions" ADD CONSTRAINT "decisions_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."resources" ADD CONSTRAINT "resources_unit_fk" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."resources" ADD CONSTRAINT "resources_class_fk" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."claims" ADD CONSTRAINT "claims_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD CONSTRAINT "steps_request_fk" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."units" ADD CONSTRAINT "units_parent" FOREIGN KEY ("pool_id","parent_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "assets_code" ON "pool"."assets" USING btree ("pool_id","code");--> statement-breakpoint
CREATE INDEX "assets_resource" ON "pool"."assets" USING btree ("pool_id","resource_id");--> statement-breakpoint
CREATE INDEX "assets_unit" ON "pool"."assets" USING btree ("pool_id","unit_id","code");--> statement-breakpoint
CREATE INDEX "audit_records_object" ON "pool"."audit_records" USING btree ("pool_id","object_kind","object_id");--> statement-breakpoint
CREATE UNIQUE INDEX "commands_seq" ON "pool"."commands" USING btree ("pool_id","seq");--> statement-breakpoint
CREATE INDEX "commands_untaken" ON "pool"."commands" USING btree ("pool_id","command_id") WHERE seq is null;--> statement-breakpoint
CREATE INDEX "allocations_resource" ON "pool"."allocations" USING btree ("pool_id","resource_id","period");--> statement-breakpoint
CREATE INDEX "allocations_step" ON "pool"."allocations" USING btree ("pool_id","step_id");--> statement-breakpoint
CREATE UNIQUE INDEX "decisions_seq" ON "pool"."decisions" USING btree ("pool_id","seq");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "pool"."idempotency_keys" USING btree ("pool_id","created_at");--> statement-breakpoint
CREATE INDEX "import_changes_kind" ON "pool"."import_changes" USING btree ("pool_id","import_id","change");--> statement-breakpoint
CREATE UNIQUE INDEX "items_published" ON "pool"."items" USING btree ("pool_id","item_code") WHERE state = 'published';--> statement-breakpoint
CREATE INDEX "items_theme" ON "pool"."items" USING btree ("pool_id","theme") WHERE state = 'published';--> statement-breakpoint
CREATE INDEX "items_line" ON "pool"."items" USING btree ("pool_id","line") WHERE state = 'published';--> statement-breakpoint
CREATE INDEX "movements_seq" ON "pool"."movements" USING btree ("pool_id","seq");--> statement-breakpoint
CREATE INDEX "drafts_person" ON "pool"."drafts" USING btree ("pool_id","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_public_id" ON "pool"."requests" USING btree ("pool_id","public_id");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_number" ON "pool"."requests" USING btree ("pool_id","number");--> statement-breakpoint
CREATE INDEX "requests_applicant" ON "pool"."requests" USING btree ("pool_id","applicant_id","request_id");--> statement-breakpoint
CREATE INDEX "requests_unit" ON "pool"."requests" USING btree ("pool_id","unit_id","state","promised_due_at");--> statement-breakpoint
CREATE INDEX "requests_received" ON "pool"."requests" USING btree ("pool_id","received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "resources_code" ON "pool"."resources" USING btree ("pool_id","code");--> statement-breakpoint
CREATE INDEX "resources_class" ON "pool"."resources" USING btree ("pool_id","class_id","unit_id");--> statement-breakpoint
CREATE INDEX "resources_unit" ON "pool"."resources" USING btree ("pool_id","unit_id","code");--> statement-breakpoint
CREATE UNIQUE INDEX "claims_ordinal" ON "pool"."claims" USING btree ("pool_id","step_id","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "steps_name" ON "pool"."steps" USING btree ("pool_id","request_id","name");--> statement-breakpoint
CREATE INDEX "steps_ready" ON "pool"."steps" USING btree ("pool_id","step_id") WHERE state in ('ready', 'working');--> statement-breakpoint
CREATE INDEX "units_line" ON "pool"."units" USING btree ("pool_id","line","level");