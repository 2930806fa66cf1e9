CREATE TABLE "pool"."plan_consents" (
	"pool_id" text NOT NULL,
	"plan_id" integer NOT NULL,
	"unit_id" text NOT NULL,
	"consented_by" uuid NOT NULL,
	"consented_at" timestamp (3) with time zone NOT NULL,
	"content_hash" text NOT NULL,
	CONSTRAINT "plan_consents_pool_id_plan_id_unit_id_pk" PRIMARY KEY("pool_id","plan_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "pool"."plans" (
	"pool_id" text NOT NULL,
	"plan_id" integer NOT NULL,
	"state" text NOT NULL,
	"content" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"drafted_by" uuid NOT NULL,
	"drafted_at" timestamp (3) with time zone NOT NULL,
	"proposed_by" uuid,
	"proposed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"approved_by" uuid,
	"approved_at" timestamp (3) with time zone,
	"approved_hash" text,
	"applied_by" uuid,
	"applied_at" timestamp (3) with time zone,
	"closed_by" uuid,
	"closed_at" timestamp (3) with time zone,
	"closed_reason" text,
	"trial_id" uuid,
	"trial_hash" text,
	CONSTRAINT "plans_pool_id_plan_id_pk" PRIMARY KEY("pool_id","plan_id"),
	CONSTRAINT "plans_state" CHECK (state in ('draft', 'proposed', 'consented', 'approved', 'applied', 'refused', 'withdrawn')),
	CONSTRAINT "plans_two_persons" CHECK (approved_by is distinct from proposed_by or approved_by is null),
	CONSTRAINT "plans_proposed" CHECK ((state in ('draft', 'withdrawn')) or (proposed_by is not null and proposed_at is not null and expires_at is not null)),
	CONSTRAINT "plans_approved" CHECK (state not in ('approved', 'applied') or (approved_by is not null and approved_hash = content_hash)),
	CONSTRAINT "plans_applied" CHECK ((state = 'applied') = (applied_by is not null)),
	CONSTRAINT "plans_closed" CHECK ((state in ('refused', 'withdrawn')) = (closed_by is not null)),
	CONSTRAINT "plans_trial_hash" CHECK ((trial_id is null) = (trial_hash is null))
);
--> statement-breakpoint
CREATE TABLE "pool"."standing_limits" (
	"pool_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"class_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "standing_limits_pool_id_unit_id_class_id_pk" PRIMARY KEY("pool_id","unit_id","class_id"),
	CONSTRAINT "standing_limits_amount" CHECK (amount >= 0)
);
--> statement-breakpoint
ALTER TABLE "pool"."plan_consents" ADD CONSTRAINT "plan_consents_plan" FOREIGN KEY ("pool_id","plan_id") REFERENCES "pool"."plans"("pool_id","plan_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."plan_consents" ADD CONSTRAINT "plan_consents_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."plans" ADD CONSTRAINT "plans_trial_fk" FOREIGN KEY ("pool_id","trial_id") REFERENCES "pool"."what_ifs"("pool_id","what_if_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."standing_limits" ADD CONSTRAINT "standing_limits_unit" FOREIGN KEY ("pool_id","unit_id") REFERENCES "pool"."units"("pool_id","unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."standing_limits" ADD CONSTRAINT "standing_limits_class" FOREIGN KEY ("pool_id","class_id") REFERENCES "pool"."classes"("pool_id","class_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plans_open" ON "pool"."plans" USING btree ("pool_id","expires_at") WHERE state in ('proposed', 'consented', 'approved');--> statement-breakpoint
CREATE UNIQUE INDEX "plans_trial" ON "pool"."plans" USING btree ("pool_id","trial_id");