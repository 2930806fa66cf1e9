CREATE TABLE "pool"."direct_claims" (
	"pool_id" text NOT NULL,
	"direct_claim_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "pool"."direct_claims_direct_claim_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"public_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"unit_id" text NOT NULL,
	"created_by" uuid NOT NULL,
	"title" text NOT NULL,
	"project" text,
	"division_code" text NOT NULL,
	"state" text NOT NULL,
	"step_id" bigint NOT NULL,
	"pending_step_id" bigint,
	"hold_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "direct_claims_pool_id_direct_claim_id_pk" PRIMARY KEY("pool_id","direct_claim_id"),
	CONSTRAINT "direct_claims_state" CHECK (state in ('asked', 'held', 'confirmed', 'released', 'refused', 'expired', 'ended')),
	CONSTRAINT "direct_claims_ended" CHECK ((state in ('released', 'refused', 'expired', 'ended')) = (ended_at is not null)),
	CONSTRAINT "direct_claims_pending_open" CHECK (pending_step_id is null or state in ('held', 'confirmed'))
);
--> statement-breakpoint
ALTER TABLE "pool"."direct_claims" ADD CONSTRAINT "direct_claims_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."direct_claims" ADD CONSTRAINT "direct_claims_pending_fk" FOREIGN KEY ("pool_id","pending_step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "direct_claims_public_id" ON "pool"."direct_claims" USING btree ("pool_id","public_id");--> statement-breakpoint
CREATE UNIQUE INDEX "direct_claims_step" ON "pool"."direct_claims" USING btree ("pool_id","step_id");--> statement-breakpoint
CREATE UNIQUE INDEX "direct_claims_pending" ON "pool"."direct_claims" USING btree ("pool_id","pending_step_id") WHERE pending_step_id is not null;--> statement-breakpoint
CREATE INDEX "direct_claims_unit" ON "pool"."direct_claims" USING btree ("pool_id","unit_id","direct_claim_id");