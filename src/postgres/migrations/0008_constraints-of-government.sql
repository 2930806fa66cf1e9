CREATE TABLE "pool"."delegations" (
	"pool_id" text NOT NULL,
	"delegation_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."delegations_delegation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_unit_id" text NOT NULL,
	"to_unit_id" text NOT NULL,
	"class_id" text NOT NULL,
	"basis" text NOT NULL,
	"document" text NOT NULL,
	"onward" boolean DEFAULT false NOT NULL,
	"onward_basis" text,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	"declared_by" uuid NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_by" uuid,
	"withdrawn_at" timestamp (3) with time zone,
	"withdrawn_reason" text,
	CONSTRAINT "delegations_pool_id_delegation_id_pk" PRIMARY KEY("pool_id","delegation_id"),
	CONSTRAINT "delegations_to_another" CHECK (from_unit_id <> to_unit_id),
	CONSTRAINT "delegations_dates" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "delegations_onward" CHECK (onward = (onward_basis is not null)),
	CONSTRAINT "delegations_withdrawn" CHECK ((withdrawn_at is null) = (withdrawn_by is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."deputies" (
	"pool_id" text NOT NULL,
	"step_id" bigint NOT NULL,
	"asset_id" bigint NOT NULL,
	"person_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"named_by" uuid NOT NULL,
	"named_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "deputies_pool_id_step_id_asset_id_pk" PRIMARY KEY("pool_id","step_id","asset_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."recusals" (
	"pool_id" text NOT NULL,
	"recusal_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."recusals_recusal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"officer_id" uuid NOT NULL,
	"subject_person_id" uuid,
	"enterprise_code" text,
	"request_id" bigint,
	"ground" text NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_to" timestamp (3) with time zone,
	"declared_by" uuid NOT NULL,
	"declared_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_by" uuid,
	"withdrawn_at" timestamp (3) with time zone,
	CONSTRAINT "recusals_pool_id_recusal_id_pk" PRIMARY KEY("pool_id","recusal_id"),
	CONSTRAINT "recusals_one_subject" CHECK (num_nonnulls(subject_person_id, enterprise_code, request_id) = 1),
	CONSTRAINT "recusals_dates" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "recusals_withdrawn" CHECK ((withdrawn_at is null) = (withdrawn_by is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."referrals" (
	"pool_id" text NOT NULL,
	"request_id" bigint NOT NULL,
	"ordinal" integer NOT NULL,
	"kind" text NOT NULL,
	"from_unit_id" text NOT NULL,
	"to_unit_id" text NOT NULL,
	"to_pool_id" text,
	"reason" text NOT NULL,
	"basis" text NOT NULL,
	"actor_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "referrals_pool_id_request_id_ordinal_pk" PRIMARY KEY("pool_id","request_id","ordinal"),
	CONSTRAINT "referrals_delivered" CHECK (to_pool_id is not null or delivered_at is null),
	CONSTRAINT "referrals_designation_here" CHECK (kind = 'referral' or to_pool_id is null)
);
--> statement-breakpoint
ALTER TABLE "pool"."requests" DROP CONSTRAINT "requests_closed";--> statement-breakpoint
ALTER TABLE "pool"."classes" ADD COLUMN "labour" jsonb;--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD COLUMN "referred_from_pool" text;--> statement-breakpoint
ALTER TABLE "pool"."resources" ADD COLUMN "number_basis" text;--> statement-breakpoint
ALTER TABLE "pool"."steps" ADD COLUMN "not_by" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "pool"."delegations" ADD CONSTRAINT "delegations_from_fk" FOREIGN KEY ("pool_id","from_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."delegations" ADD CONSTRAINT "delegations_to_fk" FOREIGN KEY ("pool_id","to_unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."deputies" ADD CONSTRAINT "deputies_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."recusals" ADD CONSTRAINT "recusals_request_fk" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."referrals" ADD CONSTRAINT "referrals_request_fk" FOREIGN KEY ("pool_id","request_id") REFERENCES "pool"."requests"("pool_id","request_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "delegations_from" ON "pool"."delegations" USING btree ("pool_id","from_unit_id","class_id");--> statement-breakpoint
CREATE INDEX "delegations_to" ON "pool"."delegations" USING btree ("pool_id","to_unit_id","class_id");--> statement-breakpoint
CREATE INDEX "recusals_officer" ON "pool"."recusals" USING btree ("pool_id","officer_id") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE INDEX "recusals_subject" ON "pool"."recusals" USING btree ("pool_id","subject_person_id") WHERE withdrawn_at is null and subject_person_id is not null;--> statement-breakpoint
CREATE INDEX "recusals_request" ON "pool"."recusals" USING btree ("pool_id","request_id") WHERE withdrawn_at is null and request_id is not null;--> statement-breakpoint
CREATE INDEX "referrals_undelivered" ON "pool"."referrals" USING btree ("pool_id","at") WHERE to_pool_id is not null and delivered_at is null;--> statement-breakpoint
CREATE INDEX "assets_person" ON "pool"."assets" USING btree ("pool_id","person_id") WHERE person_id is not null;--> statement-breakpoint
ALTER TABLE "pool"."requests" ADD CONSTRAINT "requests_closed" CHECK ((state in ('completed', 'rejected', 'withdrawn', 'referred')) = (closed_at is not null));