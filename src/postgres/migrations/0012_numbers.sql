CREATE TABLE "pool"."annulments" (
	"pool_id" text NOT NULL,
	"step_id" bigint NOT NULL,
	"basis" text NOT NULL,
	"annulled_by" uuid NOT NULL,
	"annulled_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "annulments_pool_id_step_id_pk" PRIMARY KEY("pool_id","step_id")
);
--> statement-breakpoint
ALTER TABLE "pool"."allocations" DROP CONSTRAINT "allocations_state";--> statement-breakpoint
ALTER TABLE "pool"."classes" ADD COLUMN "non_delegable" jsonb;--> statement-breakpoint
ALTER TABLE "pool"."annulments" ADD CONSTRAINT "annulments_step_fk" FOREIGN KEY ("pool_id","step_id") REFERENCES "pool"."steps"("pool_id","step_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pool"."allocations" ADD CONSTRAINT "allocations_state" CHECK ((state = 'held') = (closed_seq is null) and (state in ('settled', 'annulled') or settled_amount = 0));